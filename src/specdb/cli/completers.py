"""Completers of arguments and options: names from the database in use.

A completer never fails: without a readable database it offers nothing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from specdb.errors import SpecdbError

if TYPE_CHECKING:
    from specdb.database.repository import Repository

Offers = list[tuple[str, str]]
"""Offered texts, each with its line of help."""

_SHELL_SPECIAL = frozenset("\"'\\$`")
"""Characters that a shell evaluates within double quotes."""


def formats(incomplete: str) -> list[str]:
    """Offer output formats."""
    from specdb.render import FORMATS

    return [name for name in FORMATS if name.startswith(incomplete)]


def products(ctx: typer.Context, incomplete: str) -> Offers:
    """Offer product slugs, then aliases, each with the product's name."""
    from specdb.database.completion_queries import PRODUCTS

    return _offers(ctx, PRODUCTS, incomplete, patterns=2)


def categories(ctx: typer.Context, incomplete: str) -> Offers:
    """Offer category keys, then aliases."""
    from specdb.database.completion_queries import CATEGORIES

    return _offers(ctx, CATEGORIES, incomplete, patterns=2)


def sources(ctx: typer.Context, incomplete: str) -> Offers:
    """Offer source slugs."""
    from specdb.database.completion_queries import SOURCES

    return _offers(ctx, SOURCES, incomplete)


def attributes(ctx: typer.Context, incomplete: str) -> Offers:
    """Offer attribute keys for the last item of a comma-separated list; a leading hyphen is kept."""
    from specdb.database.completion_queries import ATTRIBUTES

    before, comma, last = incomplete.rpartition(",")
    hyphen = "-" if last.startswith("-") else ""
    return [(f"{before}{comma}{hyphen}{key}", name) for key, name in _offers(ctx, ATTRIBUTES, last.removeprefix("-"))]


def currencies(ctx: typer.Context, incomplete: str) -> Offers:
    """Offer currency codes."""
    from specdb.database.completion_queries import CURRENCIES

    return _offers(ctx, CURRENCIES, incomplete)


def unit_settings(ctx: typer.Context, incomplete: str) -> Offers:
    """Offer KEY=UNIT: attribute keys, then the units of that attribute's dimension."""
    from specdb.database.completion_queries import QUANTITIES, UNITS_OF_ATTRIBUTE

    key, equals, unit = incomplete.partition("=")
    if equals:
        return _offers(ctx, UNITS_OF_ATTRIBUTE, unit, key, key)
    keys = _offers(ctx, QUANTITIES, key)
    # A shell adds a space after a single offer, so the only key left is offered with its units.
    return unit_settings(ctx, keys[0][0]) if len(keys) == 1 else keys


def conditions(ctx: typer.Context, incomplete: str) -> Offers:
    """Offer the options that a query has for each attribute: --min-KEY, --max-KEY, --KEY and --no-KEY."""
    from specdb.database.completion_queries import ATTRIBUTE_KINDS

    prefixes = {"quantity": ("--min-", "--max-", "--"), "date": ("--min-", "--max-", "--"), "flag": ("--", "--no-")}
    return [
        (f"{prefix}{key}", _shell_safe(name))
        for key, name, kind in _rows(ctx, ATTRIBUTE_KINDS, ())
        for prefix in prefixes.get(kind, ("--",))
        if f"{prefix}{key}".startswith(incomplete)
    ]


def condition_values(ctx: typer.Context, option: str, incomplete: str) -> Offers:
    """Offer values for --KEY: the choices that specs have, or the products that they refer to."""
    from specdb.database.completion_queries import VALUES_OF_ATTRIBUTE

    key = option.removeprefix("--")
    return _offers(ctx, VALUES_OF_ATTRIBUTE, incomplete, key, key)


def makers(ctx: typer.Context, incomplete: str) -> Offers:
    """Offer products that others name as their maker."""
    return condition_values(ctx, "--maker", incomplete)


def _offers(ctx: typer.Context, sql: str, incomplete: str, *bound: str, patterns: int = 1) -> Offers:
    """Run a completion query whose last placeholders take the start of a name."""
    from specdb.database.repository import escape_like

    pattern = f"{escape_like(incomplete.casefold())}%"
    rows = _rows(ctx, sql, (*bound, *[pattern] * patterns))
    return [
        (text, _shell_safe(description))
        for text, description in rows
        if text.isprintable() and not _SHELL_SPECIAL.intersection(text)
    ]


def _shell_safe(text: str) -> str:
    """Replace what a shell would evaluate or a terminal obey: zsh evaluates the help it is given."""
    return "".join(char if char.isprintable() and char not in _SHELL_SPECIAL else " " for char in text).strip()


def _rows(ctx: typer.Context, sql: str, bound: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield rows from the database, none if it cannot be read."""
    import sqlite3

    repository = _repository(ctx)
    if repository:
        try:
            yield from repository.rows(sql, bound)
        except (sqlite3.Error, SpecdbError):
            return
        finally:
            repository.connection.close()


def _repository(ctx: typer.Context) -> "Repository | None":
    from specdb.database.connection import connect
    from specdb.database.location import locate
    from specdb.database.repository import Repository

    global_db = ctx.find_root().params.get("db")
    try:
        return Repository(connect(locate(ctx.params.get("db") or global_db or None)))
    except SpecdbError:
        return None
