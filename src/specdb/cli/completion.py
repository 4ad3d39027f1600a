"""What the shell completes: names from the database in hand. Whatever goes wrong, nothing is offered and nothing is said."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from specdb.errors import SpecdbError

if TYPE_CHECKING:
    from specdb.database.repository import Repository

Offers = list[tuple[str, str]]
"""Each offered text with its line of help."""

_EVALUATED = frozenset("\"'\\$`")


def formats(incomplete: str) -> list[str]:
    """Output formats."""
    from specdb.render import FORMATS

    return [name for name in FORMATS if name.startswith(incomplete)]


def products(ctx: typer.Context, incomplete: str) -> Offers:
    """Product slugs, then aliases, each with the product's name."""
    sql = """
    SELECT text, help FROM (
        SELECT 1 AS part, slug AS text, name AS help FROM product WHERE slug LIKE ? ESCAPE '!' AND removed_id IS NULL
        UNION ALL SELECT 2, a.name, p.name FROM alias a JOIN product p ON p.id = a.product_id
        WHERE a.scope = 'product' AND a.name LIKE ? ESCAPE '!'
    ) AS offer ORDER BY part, text
    """
    return _offers(ctx, sql, incomplete, 2)


def categories(ctx: typer.Context, incomplete: str) -> Offers:
    """Category keys and aliases."""
    sql = """
    SELECT text, help FROM (
        SELECT 1 AS part, key AS text, name AS help FROM category WHERE key LIKE ? ESCAPE '!' AND removed_id IS NULL
        UNION ALL SELECT 2, a.name, c.name FROM alias a JOIN category c ON c.id = a.category_id
        WHERE a.scope = 'category' AND a.name LIKE ? ESCAPE '!'
    ) AS offer ORDER BY part, text
    """
    return _offers(ctx, sql, incomplete, 2)


def sources(ctx: typer.Context, incomplete: str) -> Offers:
    """Source slugs."""
    return _offers(
        ctx, "SELECT slug, title FROM source WHERE slug LIKE ? ESCAPE '!' AND removed_id IS NULL ORDER BY slug", incomplete, 1
    )


def attributes(ctx: typer.Context, incomplete: str) -> Offers:
    """Attribute keys, the last of several that stand with commas; a leading hyphen is kept."""
    before, comma, last = incomplete.rpartition(",")
    hyphen = "-" if last.startswith("-") else ""
    sql = "SELECT key, name FROM attribute WHERE key LIKE ? ESCAPE '!' AND removed_id IS NULL ORDER BY key"
    return [(f"{before}{comma}{hyphen}{key}", name) for key, name in _offers(ctx, sql, last.removeprefix("-"), 1)]


def currencies(ctx: typer.Context, incomplete: str) -> Offers:
    """Codes of currencies."""
    sql = "SELECT name, '' FROM unit WHERE dimension = 'currency ' || name AND name LIKE ? ESCAPE '!' ORDER BY name"
    return _offers(ctx, sql, incomplete, 1)


def unit_settings(ctx: typer.Context, incomplete: str) -> Offers:
    """`attribute=unit`: attribute keys, then the units of that attribute's dimension."""
    key, equals, part = incomplete.partition("=")
    if not equals:
        sql = """
        SELECT key || '=', name FROM attribute WHERE key LIKE ? ESCAPE '!' AND kind = 'quantity' AND removed_id IS NULL
        ORDER BY key
        """
        keys = _offers(ctx, sql, key, 1)
        # A lone offer would be taken with a space after it, so the one key that is left comes with its units.
        return unit_settings(ctx, keys[0][0]) if len(keys) == 1 else keys
    sql = """
    SELECT ? || '=' || u.name, u.dimension FROM attribute a JOIN unit own ON own.name = a.unit
    JOIN unit u ON u.dimension = own.dimension WHERE a.key = ? AND u.name LIKE ? ESCAPE '!' ORDER BY 1
    """
    return _offers(ctx, sql, part, 1, key, key)


def conditions(ctx: typer.Context, incomplete: str) -> Offers:
    """The options that a query makes of the attributes: --min-KEY, --max-KEY, --KEY and --no-KEY."""
    found = []
    for key, name, kind in _rows(ctx, "SELECT key, name, kind FROM attribute WHERE removed_id IS NULL ORDER BY key", ()):
        ranged = kind in ("quantity", "date")
        for start in ("--min-", "--max-", "--") if ranged else ("--", "--no-") if kind == "flag" else ("--",):
            found.append((f"{start}{key}", _harmless(name)))
    return [offer for offer in found if offer[0].startswith(incomplete)]


def condition_values(ctx: typer.Context, option: str, incomplete: str) -> Offers:
    """Values for --KEY: the choices that specs have, or the products that they refer to."""
    sql = """
    SELECT DISTINCT COALESCE(t.slug, s.text), a.name FROM spec s JOIN attribute a ON a.id = s.attribute_id
    LEFT JOIN product t ON t.id = s.target_id
    WHERE (a.key = ? OR a.id = (SELECT attribute_id FROM alias WHERE scope = 'attribute' AND name = ?))
    AND a.kind IN ('choice', 'reference') AND s.shown AND COALESCE(t.slug, s.text) LIKE ? ESCAPE '!' ORDER BY 1
    """
    key = option.removeprefix("--")
    return _offers(ctx, sql, incomplete, 1, key, key)


def makers(ctx: typer.Context, incomplete: str) -> Offers:
    """Products that others name as their maker."""
    return condition_values(ctx, "--maker", incomplete)


def _offers(ctx: typer.Context, sql: str, incomplete: str, times: int, *bound: str) -> Offers:
    """What a query offers whose last places take the start of a name."""
    from specdb.database.repository import escape_like

    pattern = f"{escape_like(incomplete.casefold())}%"
    found = _rows(ctx, sql, (*bound, *[pattern] * times))
    return [(text, _harmless(help)) for text, help in found if text.isprintable() and not _EVALUATED.intersection(text)]


def _harmless(help: str) -> str:
    """A text without what a shell would evaluate, or a terminal obey: zsh reads the help it is given as code."""
    return "".join(one if one.isprintable() and one not in _EVALUATED else " " for one in help).strip()


def _rows(ctx: typer.Context, sql: str, bound: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Rows from the database, if there is one that can be read."""
    import sqlite3

    view = _view(ctx)
    if view:
        try:
            yield from view.rows(sql, bound)
        except (sqlite3.Error, SpecdbError):
            return
        finally:
            view.connection.close()


def _view(ctx: typer.Context) -> "Repository | None":
    from specdb.database.connection import connect
    from specdb.database.location import locate
    from specdb.database.repository import Repository

    root = ctx.find_root().params.get("db")
    try:
        return Repository(connect(locate(ctx.params.get("db") or root or None)))
    except SpecdbError:
        return None
