"""What a changeset does, line by line: fields and specs before and after."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.bundles import values
from specdb.database.repository import chunks, placeholders
from specdb.domain.table import Cell, Column, Row, Table
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.changeset_writer import ChangesetWriter
    from specdb.database.repository import Repository

_SPECS = """
SELECT s.*, p.slug AS product, a.key AS attribute, o.slug AS source, o.date AS dated
FROM spec s JOIN product p ON p.id = s.product_id JOIN attribute a ON a.id = s.attribute_id
JOIN source o ON o.id = s.source_id
WHERE (s.added_id = ? OR s.retracted_id = ?) AND s.product_id IN
"""
_CLAIMS = """
SELECT k.*, p.slug AS product, o.slug AS source FROM claim k JOIN product p ON p.id = k.product_id
JOIN source o ON o.id = k.source_id WHERE k.added_id = ? OR k.retracted_id = ? ORDER BY k.id
"""
_NAMES = {"category": "key", "attribute": "key", "rule": "key", "product": "slug", "source": "slug", "source_kind": "kind"}
_SILENT = frozenset({"id", "removed_id", "plausible_lo", "plausible_hi", "position"})
"""Columns that a person is not told of: they are not theirs, or follow from others."""


class ChangeLine(NamedTuple):
    """One thing that a changeset does: to which `field` of what, before and after ('' where there is nothing).

    `kind` is product, attribute, ..., spec, claim or rate; `name` the slug or key, of a spec its product's; `source` says
    where a spec is stated; `spec` is the number of the spec that is there afterwards, or that was there before.
    """

    kind: str
    name: str
    field: str
    before: str
    after: str
    source: str = ""
    spec: int | None = None


def change_lines(repository: Repository, edit: ChangesetWriter) -> list[ChangeLine]:
    """What a changeset did, entities first."""
    return [
        *(_entities(repository, edit.id) if "change" in edit.written else ()),
        *_specs(repository, edit.id, sorted(edit.touched)),
        *(_claims(repository, edit.id) if "claim" in edit.written else ()),
        *(_rates(repository, edit.id) if "rate" in edit.written else ()),
    ]


def change_table(found: list[ChangeLine]) -> Table:
    """The lines as a table: for people what stands under each other belongs to one product or attribute."""
    columns = [Column(key, key) for key in ("field", "before", "after", "source")] + [Column("spec", "spec", True)]
    rows = [
        Row(
            (
                Cell(line.field, line.field),
                Cell(line.before or "—", line.before or None),
                Cell(line.after or "—", line.after or None),
                Cell(line.source, line.source or None),
                Cell(str(line.spec or ""), line.spec),
            ),
            line.name if line.kind == "spec" else f"{line.kind} {line.name}",
        )
        for line in found
    ]
    return Table(columns, rows, grouped_by="of")


def summarize(found: list[ChangeLine]) -> str:
    """How much that is: "4 fields changed; statements 2 added, 1 replaced"."""
    specs = [line for line in found if line.kind in ("spec", "claim", "rate")]
    counts = {
        "added": sum(not line.before for line in specs),
        "replaced": sum(bool(line.before and line.after) for line in specs),
        "retracted": sum(not line.after for line in specs),
    }
    parts = [f"{count:,} {what}" for what, count in counts.items() if count]
    rejected = sum(line.field == "rejected" for line in found)
    figures = f"{rejected:,} {'figures' if rejected != 1 else 'figure'} rejected" if rejected else ""
    other = len(found) - len(specs) - rejected
    fields = f"{other:,} {'fields' if other != 1 else 'field'} changed" if other else ""
    statements = f"{'statements' if len(specs) != 1 else 'statement'} {', '.join(parts)}" if parts else ""
    return "; ".join(filter(None, (fields, statements, figures)))


def _records(repository: Repository, sql: str, bound: tuple[object, ...]) -> list[dict[str, Any]]:
    cursor = repository.connection.execute(sql, bound)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _names(repository: Repository) -> dict[str, dict[int, str]]:
    return {
        table: dict(repository.rows(f"SELECT id, {column} FROM {table}"))
        for table, column in _NAMES.items()
        if table != "source_kind"
    }


def _entities(repository: Repository, changeset: int) -> Iterator[ChangeLine]:
    """What was done to rows that have no history of their own, field by field."""
    sql = "SELECT relation, before, after FROM change WHERE changeset_id = ? ORDER BY position"
    found = repository.rows(sql, (changeset,))
    names = _names(repository) if found else {}
    for relation, old, new in found:
        before: dict[str, Any] = json.loads(old) if old else {}
        after: dict[str, Any] = json.loads(new) if new else {}
        row = after or before
        if relation in _NAMES:
            yield from _fields(relation, row[_NAMES[relation]], before, after, names)
            continue
        if relation == "rejected":
            was, now = (f"{part['printed']}, {part['locator']}" if part else "" for part in (before, after))
            yield ChangeLine("source", names["source"][row["source_id"]], "rejected", was, now)
            continue
        owner = next(table for table in ("category", "attribute", "product") if row.get(f"{table}_id") is not None)
        name = names[owner][row[f"{owner}_id"]]
        was, now = (_owned(relation, part, names) if part else "" for part in (before, after))
        if was != now:
            yield ChangeLine(owner, name, relation.replace("category_attribute", "attributes"), was, now)


def _owned(relation: str, row: dict[str, Any], names: dict[str, dict[int, str]]) -> str:
    """A row that belongs to another, in a few words."""
    if relation == "category_attribute":
        return names["attribute"][row["attribute_id"]] + (" (required)" if row["required"] else "")
    return str(row["name"] if relation == "alias" else row["inverse"])


def _fields(
    kind: str, name: str, before: dict[str, Any], after: dict[str, Any], names: dict[str, dict[int, str]]
) -> Iterator[ChangeLine]:
    """The fields of a product, attribute ... that differ."""
    gone = after.get("removed_id") is not None or not after
    if gone or (before and before.get("removed_id") is not None):
        yield ChangeLine(kind, name, "removed", "" if gone else "yes", "yes" if gone else "")
    for column in after or before:
        was, now = (_text(column, row.get(column), names) if row else "" for row in (before, after))
        if column not in _SILENT and was != now and (before or column != _NAMES[kind]):
            yield ChangeLine(kind, name, column.removesuffix("_id"), was, now)


def _text(column: str, value: Any, names: dict[str, dict[int, str]]) -> str:
    """A column's value as a person says it."""
    if column.endswith("_id") and value is not None:
        return names["category"].get(value, "")  # a product's or a rule's category, a category's parent
    if column == "choices":
        return ", ".join(json.loads(value))
    if column == "unit" and value == "":
        return "count"
    if column in ("many", "signed"):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _specs(repository: Repository, changeset: int, products: list[int]) -> Iterator[ChangeLine]:
    """Specs retracted and added; a pair by one source for one question is one line."""
    slugs: dict[int, str] = {}
    for part in chunks(products):
        sql = f"{_SPECS} ({placeholders(len(part))}) ORDER BY s.product_id, s.attribute_id, s.qualifiers, s.id"
        asked: dict[tuple[object, ...], tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
        for row in _records(repository, sql, (changeset, changeset, *part)):
            if row["added_id"] != row["retracted_id"]:
                if row["kind"] == "reference" and not slugs:
                    slugs = dict(repository.rows("SELECT id, slug FROM product"))
                question = tuple(row[name] for name in ("product_id", "attribute_id", "qualifiers", "source_id"))
                asked[question][row["added_id"] == changeset].append(row)
        for gone, come in asked.values():
            for index in range(max(len(gone), len(come))):
                old, new = (rows[index] if index < len(rows) else None for rows in (gone, come))
                yield _spec(old, new, slugs)


def _spec(old: dict[str, Any] | None, new: dict[str, Any] | None, slugs: dict[int, str]) -> ChangeLine:
    """The line of a spec that was replaced, added or retracted; with what differs, if the value does not."""
    row = new or old or {}
    was, now = (_value(one, slugs) if one else "" for one in (old, new))
    if old and new:
        differing = [name for name in ("printed", "locator", "as_of", "rank") if old[name] != new[name]]
        if was == now or "rank" in differing:
            was, now = (
                ", ".join([text, *(str(one[name]) or "—" for name in differing)]) for text, one in ((was, old), (now, new))
            )
    elif row["rank"] != "normal":
        was, now = (f"{text}, {row['rank']}" if text else "" for text in (was, now))
    as_of = "" if row["as_of"] == row["dated"] else row["as_of"]
    source = ", ".join(filter(None, (row["source"], as_of, row["locator"])))
    return ChangeLine(
        "spec", row["product"], formatting.format_label(row["attribute"], row["qualifiers"]), was, now, source, row["id"]
    )


def _value(row: dict[str, Any], slugs: dict[int, str]) -> str:
    states = {kind: state.replace("-", " ") for state, kind in values.STATES.items()}
    return states.get(row["kind"]) or values.canonical_text(row, slugs)


def _claims(repository: Repository, changeset: int) -> Iterator[ChangeLine]:
    for row in _records(repository, _CLAIMS, (changeset, changeset)):
        text = " ".join(filter(None, (row["expression"], row["relation"], row["value"])))
        was, now = ("", text) if row["added_id"] == changeset else (text, "")
        source = ", ".join(filter(None, (row["source"], row["locator"])))
        yield ChangeLine("claim", row["product"], row["printed"] or "claim", was, now, source)


def _rates(repository: Repository, changeset: int) -> Iterator[ChangeLine]:
    sql = "SELECT day, base, quote, rate, source, added_id FROM rate WHERE added_id = ? OR retracted_id = ? ORDER BY id"
    for day, base, quote, rate, source, added in repository.rows(sql, (changeset, changeset)):
        was, now = ("", rate) if added == changeset else (rate, "")
        yield ChangeLine("rate", f"{base}/{quote}", day, was, now, source)
