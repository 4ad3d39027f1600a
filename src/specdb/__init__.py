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
    from specdb.api import Database, ResultTable, open
    from specdb.errors import SpecdbError

__version__ = "0.1.0"
__all__ = ["Database", "ResultTable", "SpecdbError", "__version__", "open"]

_MODULES = {
    "Database": "specdb.api",
    "ResultTable": "specdb.api",
    "open": "specdb.api",
    "SpecdbError": "specdb.errors",
}
"""The module of each public name."""


def __getattr__(name: str) -> object:
    """Load a public name on its first use, so that a command pays only for what it needs."""
    if name not in _MODULES:
        raise AttributeError(f"module 'specdb' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    """List the public names, so that help shows them before their first use."""
    return sorted((*__all__, "__doc__", "__file__", "__name__", "__path__", "__spec__"))
