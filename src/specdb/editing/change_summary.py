"""List and summarize what a changeset changes: fields and statements before and after."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.bundles import values
from specdb.database import changeset_contents, dump
from specdb.domain.table import Cell, Column, Row, Table
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.changeset_writer import ChangesetWriter
    from specdb.database.protocols import Connection
    from specdb.database.repository import Repository

    Record = dict[str, Any]
    Names = dict[str, dict[int, str]]

_NAME_COLUMNS = {**changeset_contents.NAME_COLUMNS, "source_kind": "kind"}
_HIDDEN_COLUMNS = frozenset({"id", "removed_id", "plausible_lo", "plausible_hi", "position"})
"""Columns that people do not edit, or that follow from others."""

_STATEMENTS = ("spec", "claim", "rate")


class ChangeLine(NamedTuple):
    """One change of a changeset.

    Attributes:
        kind: product, attribute, ..., spec, claim or rate.
        name: The slug or key; for a spec or claim, its product's.
        field: What was changed.
        before: The text before, "" if there was none.
        after: The text after, "" if there is none.
        source: The source of a statement, with its date and place.
        spec: The id of the spec that is current now, or was before.
    """

    kind: str
    name: str
    field: str
    before: str
    after: str
    source: str = ""
    spec: int | None = None


def change_lines(repository: Repository, changeset: ChangesetWriter) -> list[ChangeLine]:
    """Return what a changeset changed, entities first."""
    connection = repository.connection
    return [
        *(_entity_lines(connection, changeset.id) if "change" in changeset.written else ()),
        *_spec_lines(connection, changeset.id, sorted(changeset.touched)),
        *(_claim_lines(connection, changeset.id) if "claim" in changeset.written else ()),
        *(_rate_lines(connection, changeset.id) if "rate" in changeset.written else ()),
    ]


def change_table(lines: list[ChangeLine]) -> Table:
    """Return the lines as a table, grouped by product or other entity."""
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
        for line in lines
    ]
    return Table(columns, rows, grouped_by="of")


def summarize(lines: list[ChangeLine], *, dry_run: bool = False) -> str:
    """Count the changes: "4 fields changed, 2 specs added, 1 spec replaced"; in a dry run, "1 spec would be replaced"."""
    statements = [line for line in lines if line.kind in _STATEMENTS]
    rejected = sum(line.field == "rejected" for line in lines)
    counts = [(len(lines) - len(statements) - rejected, "field", "changed")]
    for verb, matches in (
        ("added", [line for line in statements if not line.before]),
        ("replaced", [line for line in statements if line.before and line.after]),
        ("retracted", [line for line in statements if not line.after]),
    ):
        counts += [(sum(line.kind == kind for line in matches), kind, verb) for kind in _STATEMENTS]
    counts.append((rejected, "figure", "rejected"))
    would_be = "would be " if dry_run else ""
    return ", ".join(f"{count:,} {noun}{'s' * (count > 1)} {would_be}{verb}" for count, noun, verb in counts if count)


def _entity_lines(connection: Connection, changeset: int) -> Iterator[ChangeLine]:
    """List the changes of recorded rows, field by field."""
    changes = changeset_contents.changed_rows(connection, changeset)
    names = changeset_contents.entity_names(connection) if changes else {}
    for table, before_json, after_json in changes:
        before: Record = json.loads(before_json) if before_json else {}
        after: Record = json.loads(after_json) if after_json else {}
        row = after or before
        if table in _NAME_COLUMNS:
            yield from _field_lines(table, row[_NAME_COLUMNS[table]], before, after, names)
        elif table == "rejected":
            old, new = (f"{part['printed']}, {part['locator']}" if part else "" for part in (before, after))
            yield ChangeLine("source", names["source"][row["source_id"]], "rejected", old, new)
        else:
            owner = next(kind for kind in ("category", "attribute", "product") if row.get(f"{kind}_id") is not None)
            old, new = (_owned_row_text(table, part, names) if part else "" for part in (before, after))
            if old != new:
                field = table.replace("category_attribute", "attributes")
                yield ChangeLine(owner, names[owner][row[f"{owner}_id"]], field, old, new)


def _owned_row_text(table: str, row: Record, names: Names) -> str:
    """Return the text of a row that belongs to an entity."""
    if table == "category_attribute":
        return names["attribute"][row["attribute_id"]] + (" (required)" if row["required"] else "")
    return str(row["name"] if table == "alias" else row["inverse"])


def _field_lines(kind: str, name: str, before: Record, after: Record, names: Names) -> Iterator[ChangeLine]:
    """List the fields of an entity that differ."""
    removed = after.get("removed_id") is not None or not after
    if removed or (before and before.get("removed_id") is not None):
        yield ChangeLine(kind, name, "removed", "" if removed else "yes", "yes" if removed else "")
    for column in after or before:
        old, new = (_column_text(column, row.get(column), names) if row else "" for row in (before, after))
        if column not in _HIDDEN_COLUMNS and old != new and (before or column != _NAME_COLUMNS[kind]):
            yield ChangeLine(kind, name, column.removesuffix("_id"), old, new)


def _column_text(column: str, value: Any, names: Names) -> str:
    """Return the value of a column as text for people."""
    if column.endswith("_id") and value is not None:
        return names["category"].get(value, "")  # the category of a product or rule, the parent of a category
    if column == "choices":
        return ", ".join(json.loads(value))
    if column == "unit" and value == "":
        return "count"
    if column in ("many", "signed"):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _spec_lines(connection: Connection, changeset: int, products: list[int]) -> Iterator[ChangeLine]:
    """List specs that were added and retracted; a pair by one source for one question is one line."""
    slugs: dict[int, str] = {}
    for batch in changeset_contents.changed_specs(connection, changeset, products):
        questions: dict[tuple[object, ...], tuple[list[Record], list[Record]]] = defaultdict(lambda: ([], []))
        for row in batch:
            if row["added_id"] != row["retracted_id"]:
                if row["kind"] == "reference" and not slugs:
                    slugs = dump.slugs(connection, "product")
                question = tuple(row[name] for name in ("product_id", "attribute_id", "qualifiers", "source_id"))
                questions[question][row["added_id"] == changeset].append(row)
        for retracted, added in questions.values():
            for index in range(max(len(retracted), len(added))):
                old, new = (rows[index] if index < len(rows) else None for rows in (retracted, added))
                yield _spec_line(old, new, slugs)


def _spec_line(old: Record | None, new: Record | None, slugs: dict[int, str]) -> ChangeLine:
    """Return the line of a spec that was replaced, added or retracted; if the value is the same, with what differs."""
    row = new or old or {}
    before, after = (_value_text(spec, slugs) if spec else "" for spec in (old, new))
    if old and new:
        differing = [name for name in ("printed", "locator", "as_of", "rank") if old[name] != new[name]]
        if before == after or "rank" in differing:
            before, after = (
                ", ".join([text, *(str(spec[name]) or "—" for name in differing)])
                for text, spec in ((before, old), (after, new))
            )
    elif row["rank"] != "normal":
        before, after = (f"{text}, {row['rank']}" if text else "" for text in (before, after))
    as_of = "" if row["as_of"] == row["source_date"] else row["as_of"]
    source = ", ".join(filter(None, (row["source"], as_of, row["locator"])))
    label = formatting.format_label(row["attribute"], row["qualifiers"])
    return ChangeLine("spec", row["product"], label, before, after, source, row["id"])


def _value_text(row: Record, slugs: dict[int, str]) -> str:
    states = {kind: state.replace("-", " ") for state, kind in values.STATES.items()}
    return states.get(row["kind"]) or values.canonical_text(row, slugs)


def _claim_lines(connection: Connection, changeset: int) -> Iterator[ChangeLine]:
    for row in changeset_contents.changed_claims(connection, changeset):
        text = " ".join(filter(None, (row["expression"], row["relation"], row["value"])))
        before, after = ("", text) if row["added_id"] == changeset else (text, "")
        source = ", ".join(filter(None, (row["source"], row["locator"])))
        yield ChangeLine("claim", row["product"], row["printed"] or "claim", before, after, source)


def _rate_lines(connection: Connection, changeset: int) -> Iterator[ChangeLine]:
    for row in changeset_contents.changed_rates(connection, changeset):
        before, after = ("", row["rate"]) if row["added_id"] == changeset else (row["rate"], "")
        yield ChangeLine("rate", f"{row['base']}/{row['quote']}", row["day"], before, after, row["source"])
