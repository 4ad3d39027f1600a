"""A database for product specifications with units and sources.

Example:
    >>> import specdb
    >>> db = specdb.open()
    >>> table = db.compare("a1", "a1-pro")
    >>> db.close()
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for True; typing's own would load typing before cli.main sets up the start
if TYPE_CHECKING:
    from specdb.api import Database, open
    from specdb.domain.table import Table
    from specdb.errors import SpecdbError

__version__ = "0.1.0"
__all__ = ["Database", "SpecdbError", "Table", "__version__", "open"]

_HOMES = {
    "Database": "specdb.api",
    "open": "specdb.api",
    "Table": "specdb.domain.table",
    "SpecdbError": "specdb.errors",
}


def __getattr__(name: str) -> object:
    """Loads a public name on its first use, so that a command pays only for what it needs."""
    if name not in _HOMES:
        raise AttributeError(f"module 'specdb' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
