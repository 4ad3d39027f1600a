"""Read changesets: find a changeset by number or date, list changesets, summarize their changes."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from specdb.database.repository import chunks, placeholders
from specdb.domain.spec import Attribute, Product
from specdb.errors import InvalidValueError, NotFoundError
from specdb.figures import dates

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from specdb.database.repository import Repository

STATEMENTS = ("spec", "claim", "rate")
"""The tables whose rows are added and retracted, never changed."""

_CHANGESET = "SELECT id, at, author, reason, tool, origin, digest, undoes_id FROM changeset"


class ChangesetEntry(NamedTuple):
    """One write to the database.

    Attributes:
        at: The moment, in UTC, as an ISO timestamp.
        origin: "edit", "import", "seed" or "undo".
        digest: SHA-256 of the imported file; '' for other origins.
        undoes: Id of the changeset that an undo undid; None for other origins.
    """

    id: int
    at: str
    author: str
    reason: str
    tool: str
    origin: str
    digest: str
    undoes: int | None


class ChangeSummary(NamedTuple):
    """The changes of a changeset, as numbers of rows.

    Attributes:
        added: Rows added, by table.
        retracted: Rows retracted, by table.
        changed: Rows of other tables changed, by table.
        products: Slugs of the products whose specs or claims were added or retracted, in the order of their ids.
    """

    added: dict[str, int]
    retracted: dict[str, int]
    changed: dict[str, int]
    products: list[str]


def find(repository: Repository, text: str) -> int:
    """Return the id of a changeset by its number or date.

    Args:
        repository: The database.
        text: "@12"; "@" for the last changeset; or a date, for the last changeset by the end of that day, month or year (UTC).

    Raises:
        NotFoundError: There is no such changeset.
        InvalidValueError: The text is neither a changeset nor a date.
    """
    ((first, last),) = repository.rows("SELECT MIN(id), MAX(id) FROM changeset")
    known = f"the database has @{first} to @{last}" if last else "the database has none"
    hint = f"{known}; see specdb log"
    if text == "@" and last:
        return int(last)
    if text.startswith("@"):
        number = text[1:]
        if not (number.isascii() and number.isdigit()):
            raise InvalidValueError(f"invalid changeset {text!r}", f"write @N: {known}")
        if not last or len(number) > 18 or not repository.rows("SELECT 1 FROM changeset WHERE id = ?", (int(number),)):
            raise NotFoundError(f"there is no changeset {text[:30]}", hint)
        return int(number)
    try:
        span = dates.parse_date(text)
    except InvalidValueError as error:
        raise InvalidValueError(f"{text!r} is neither a changeset nor a date", "write @12 or 2026-05-01") from error
    sql = "SELECT MAX(id), (SELECT at FROM changeset WHERE id = ?), (SELECT at FROM changeset WHERE id = ?) FROM changeset"
    ((found, since, until),) = repository.rows(f"{sql} WHERE at < ?", (first, last, f"{span.last.isoformat()}~"))
    if found is None:
        earliest = f"@{first} of {since[:10]}" if since else "none"
        raise NotFoundError(f"there is no changeset up to {span.text}", f"the first changeset is {earliest}; see specdb log")
    if span.first > max(dates.today(), dates.parse_date(until[:10]).last):
        raise NotFoundError(f"{span.text} is in the future", f"the last changeset is @{last} of {until[:10]}; see specdb log")
    return int(found)


def undone(repository: Repository) -> set[int]:
    """Return the ids of the changesets that are currently undone."""
    found: set[int] = set()
    for changeset, undoes in repository.rows(
        "SELECT id, undoes_id FROM changeset WHERE undoes_id IS NOT NULL ORDER BY id DESC"
    ):
        if changeset not in found:
            found.add(undoes)
    return found


def changesets(repository: Repository, ids: Container[int] | None = None, limit: int | None = None) -> list[ChangesetEntry]:
    """Return the changesets of these ids, or all, the newest first, at most `limit`."""
    rows = repository.rows(f"{_CHANGESET} ORDER BY id DESC LIMIT ?", (2**62 if ids is not None or limit is None else limit,))
    return [ChangesetEntry(*row) for row in rows if ids is None or row[0] in ids][:limit]


def any_product(repository: Repository, name: str) -> Product:
    """Return the product of a name; a removed product is found by its slug."""
    try:
        return repository.product(name)
    except NotFoundError:
        sql = """
        SELECT p.id, p.slug, p.name, p.category_id, c.key FROM product p JOIN category c ON c.id = p.category_id
        WHERE p.slug = ? AND p.removed_id IS NOT NULL
        """
        found = repository.rows(sql, (name.casefold(),))
        if not found:
            raise
        return Product(*found[0])


def any_attribute(repository: Repository, name: str) -> Attribute:
    """Return the attribute of a name; a removed attribute is found by its key."""
    found = repository.find_attribute(name)
    if found is None:
        gone = repository.rows("SELECT id FROM attribute WHERE key = ? AND removed_id IS NOT NULL", (name.casefold(),))
        found = repository.attributes([gone[0][0]])[gone[0][0]] if gone else repository.attribute(name)
    return found


def is_moment(text: str) -> bool:
    """Return whether a text is a changeset or a date, rather than the path of a database."""
    try:
        return text.startswith("@") or bool(dates.parse_date(text))
    except InvalidValueError:
        return False


def products_between(repository: Repository, a: int, b: int) -> list[int]:
    """Return the ids of products with specs or claims added or retracted between two changesets, given in any order."""
    first, last = sorted((a, b))
    found = {
        product
        for table in ("spec", "claim")
        for column in ("added_id", "retracted_id")
        for product in repository.column(
            f"SELECT DISTINCT product_id FROM {table} WHERE {column} > ? AND {column} <= ?", (first, last)
        )
    }
    return sorted(found)


def moment(at: str) -> str:
    """Format the moment of a changeset, in UTC: 2026-05-01 12:00."""
    return at[:16].replace("T", " ")


def of_product(repository: Repository, product: int) -> set[int]:
    """Return the ids of the changesets that changed a product, its aliases, or specs and claims about it."""
    found = {
        changeset
        for table in ("spec", "claim")
        for column in ("added_id", "retracted_id")
        for changeset in repository.column(f"SELECT DISTINCT {column} FROM {table} WHERE product_id = ?", (product,))
    }
    found |= {changeset for changeset, *_ in _about(repository, product)}
    return found - {None}


def change_summaries(repository: Repository, ids: Sequence[int], product: int | None = None) -> dict[int, ChangeSummary]:
    """Summarize changesets by id; with a product, only the changes to it."""
    return {changeset: summary for part in chunks(ids) for changeset, summary in _summaries(repository, part, product).items()}


def _summaries(repository: Repository, ids: Sequence[int], product: int | None) -> dict[int, ChangeSummary]:
    found = {changeset: ChangeSummary({}, {}, {}, []) for changeset in ids}
    touched: dict[int, dict[str, None]] = defaultdict(dict)
    for table in STATEMENTS:
        slug_column = "" if table == "rate" else ", p.slug"
        join = "" if table == "rate" else " JOIN product p ON p.id = s.product_id"
        only = " AND s.product_id = ?" if product else ""
        if product and table == "rate":
            continue
        for column in ("added_id", "retracted_id"):
            sql = f"""
            SELECT s.{column}, COUNT(*){slug_column} FROM {table} s{join} WHERE s.{column} IN ({placeholders(len(ids))}){only}
            GROUP BY s.{column}{slug_column}{", p.id ORDER BY p.id" if slug_column else ""}
            """
            for changeset, count, *slug in repository.rows(sql, (*ids, *((product,) if product else ()))):
                counts = found[changeset].added if column == "added_id" else found[changeset].retracted
                counts[table] = counts.get(table, 0) + count
                touched[changeset].update(dict.fromkeys(slug))
    for changeset, slugs in touched.items():
        found[changeset].products.extend(slugs)
    for changeset, relation, count in _changed(repository, ids, product):
        if changeset in found:
            found[changeset].changed[relation] = found[changeset].changed.get(relation, 0) + count
    return found


def _changed(repository: Repository, ids: Sequence[int], product: int | None) -> list[tuple[int, str, int]]:
    """Return changeset, table and number of changed rows, of tables whose rows are not retracted."""
    if product is not None:
        return [(changeset, relation, 1) for changeset, relation in _about(repository, product)]
    sql = f"""
    SELECT changeset_id, relation, COUNT(*) FROM change WHERE changeset_id IN ({placeholders(len(ids))})
    GROUP BY changeset_id, relation ORDER BY changeset_id, MIN(position)
    """
    return [(changeset, relation, count) for changeset, relation, count in repository.rows(sql, ids)]


def _about(repository: Repository, product: int) -> list[tuple[int, str]]:
    """Return changeset and table of each change to a product's row or to one of its aliases."""
    sql = """
    SELECT changeset_id, relation, key, before, after FROM change WHERE relation IN ('product', 'alias')
    ORDER BY changeset_id, position
    """
    found = []
    for changeset, relation, key, before, after in repository.rows(sql):
        if relation == "product":
            is_about = json.loads(key)["id"] == product
        else:
            is_about = any(row and json.loads(row)["product_id"] == product for row in (before, after))
        if is_about:
            found.append((changeset, relation))
    return found
