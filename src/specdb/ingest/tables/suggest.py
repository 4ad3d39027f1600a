"""A mapping to start from, written from a file's headers and a sample of its cells, with comments where it is unsure."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from specdb.errors import UsageError
from specdb.ingest.resolve import Resolver
from specdb.ingest.tables import format_of, guess, headers, sheets
from specdb.ingest.tables.mapping import MISSING
from specdb.ingest.tables.plan import slug_of
from specdb.ingest.tables.sheet import Shape
from specdb.store import create, journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from specdb.ingest.tables.guess import Guess
    from specdb.ingest.tables.sheet import Sheet
    from specdb.store.engine import Place

SAMPLE = 500
"""Rows of a table that are looked at."""

MOST_TABLES = 20
_GRIDS = ("csv", "tsv", "xlsx", "html")

_NAMES = ("name", "product name", "product", "model", "model name", "device", "title", "aircraft", "item", "camera model")
_MAKERS = ("maker", "manufacturer", "make", "brand", "vendor", "company", "make name", "camera maker")
_LABELS = ("attribute", "property", "spec", "specification", "feature", "parameter", "characteristic")
_NEW = "# New: made only with --create-attributes. To use one that is there, write its key above (specdb list attributes)."
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./()%-]*")
_WORDS = frozenset(("yes", "no", "true", "false", "null", "on", "off", "none", "y", "n", "~"))


class _Looked(NamedTuple):
    """A table that was looked at: its sample and the shape it was read in."""

    sheet: Sheet
    shape: Shape
    rows: list[Sequence[str]]


def suggest(place: Place, path: Path, given: str = "") -> str:
    """The YAML text of a mapping for the tables of a file; UsageError where it has none."""
    format = format_of(path, given)
    if format == "yaml":
        raise UsageError(f"{path} is YAML, which needs no mapping", "import it as it is")
    tables = list(islice(_looked(path, format), MOST_TABLES))
    if not tables:
        raise UsageError(f"{path} has no table", "look at the file")
    new: dict[str, Guess] = {}
    with create.writing(place) as connection:
        known = journal.Known(connection)
        resolver = Resolver(known)
        parts = [_table(table, known, resolver, new) for table in tables]
    return "\n".join([*_head(path), *_tables(tables, parts), *_attributes(new)]) + "\n"


def _looked(path: Path, format: str) -> Iterator[_Looked]:
    """Each table with a sample of its rows, read across where that is how it lies, and with its row of units."""
    grid = format in _GRIDS
    shapes = [_shape(sheet) if grid else Shape() for sheet in _sampled(path, format, Shape())]
    for number, shape in enumerate(shapes):
        for at, sheet in enumerate(sheets(path, format, shape, lambda _file: None)):
            if at == number:
                rows = [row.cells for row in islice(sheet.rows(sheet.header), SAMPLE) if not row.problem]
                yield _Looked(sheet, shape, rows)
                break


def _sampled(path: Path, format: str, shape: Shape) -> Iterator[tuple[Sheet, list[Sequence[str]]]]:
    for sheet in sheets(path, format, shape, lambda _file: None):
        yield sheet, [row.cells for row in islice(sheet.rows(sheet.header), SAMPLE) if not row.problem]


def _shape(sampled: tuple[Sheet, list[Sequence[str]]]) -> Shape:
    """How a table lies: with a second row that holds nothing but units, or with its products side by side."""
    sheet, rows = sampled
    if rows and len(rows[0]) > 1:
        given = [cell.strip() for cell in rows[0] if cell.strip()]
        if given and all(headers.read(f"x ({unit})").unit for unit in given) and len(rows) > 1:
            return Shape(units=2)
    above = sum(bool(headers.read(head).unit) for head in sheet.header[1:])
    below = sum(bool(headers.read(cells[0]).unit) for cells in rows if cells)
    return Shape(across=below > 1 and below > above and 4 * below >= len(rows) and len(sheet.header) > 1)


def _head(path: Path) -> list[str]:
    """The keys that all tables share."""
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    slug = slug_of(path.stem)
    return [
        "mapping: 1",
        f"source: {{slug: {_scalar(slug)}, title: {_scalar(path.name)}, kind: data set, date: {day}}}"
        "  # unsure: the day of the file; add publisher: and url:",
        f"missing: [{', '.join(_scalar(text) for text in MISSING)}]",
    ]


def _tables(tables: Sequence[_Looked], parts: Sequence[list[str]]) -> list[str]:
    if len(tables) == 1:
        return parts[0]
    lines = ["tables:"]
    for number, (table, part) in enumerate(zip(tables, parts, strict=True), 1):
        lines.append(f"- table: {number}" + (f"  # {_comment(table.sheet.name)}" if table.sheet.name else ""))
        lines += [f"  {line}" for line in part]
    return lines


def _table(table: _Looked, known: journal.Known, resolver: Resolver, new: dict[str, Guess]) -> list[str]:
    """What one table's mapping says."""
    sheet, shape, rows = table
    lines = ['category: device  # unsure: one of specdb list categories, or a column as in "{Type}"']
    words = {headers.read(name).name.lower(): name for name in sheet.header}
    name = next((words[word] for word in _NAMES if word in words), sheet.header[0])
    maker = next((words[word] for word in _MAKERS if word in words and words[word] != name), "")
    texts = [cells[sheet.header.index(name)] for cells in rows]
    doubt = "" if len(set(texts)) == len(texts) else "  # unsure: a name stands in several rows; add edition: or more columns"
    lines.append(f"name: {_scalar(' '.join(f'{{{part}}}' for part in (maker, name) if part))}{doubt}")
    if shape.across:
        lines.append("layout: columns")
    if shape.units:
        lines.append("units: 2")
    label = next((words[word] for word in _LABELS if word in words), "")
    if label and "value" in words:
        return lines + _labels(table, label, words, known, resolver, new)
    skip, body = [], []
    for at, header in enumerate(sheet.header):
        if header in (name, maker):
            continue
        found = guess.column(header, sheet.units.get(header, ""), [cells[at] for cells in rows], known, resolver.targets)
        if found.kind:
            body.append(_column(header, found, new))
        else:
            skip.append((header, found.remarks[0]))
    lines += ["columns:", *body] if body else ["columns: {}"]
    if skip:
        lines += ["skip:", *(f"- {_scalar(header)}  # {_comment(why)}" for header, why in skip)]
    return lines


def _labels(
    table: _Looked, label: str, words: dict[str, str], known: journal.Known, resolver: Resolver, new: dict[str, Guess]
) -> list[str]:
    """The mapping of a table that has a figure a row: its columns are the labels."""
    sheet, _, rows = table
    unit = next((words[word] for word in ("unit", "units") if word in words), "")
    lines = ["layout: labels", f"label: {_scalar(label)}", f"value: {_scalar(words['value'])}"]
    lines += [f"unit: {_scalar(unit)}"] if unit else []
    said: dict[str, list[Sequence[str]]] = {}
    for cells in rows:
        said.setdefault(headers.clean(cells[sheet.header.index(label)]), []).append(cells)
    body = []
    for text, own in said.items():
        value = [cells[sheet.header.index(words["value"])] for cells in own]
        written = own[0][sheet.header.index(unit)] if unit else ""
        found = guess.column(text, written if headers.read(f"x ({written})").unit else "", value, known, resolver.targets)
        if text and found.kind:
            body.append(_column(text, found, new))
    return [*lines, "columns:", *body]


def _column(header: str, found: Guess, new: dict[str, Guess]) -> str:
    """The line of a column."""
    key = found.key
    if not found.known:
        number = 1
        while key in new and new[key][:4] != found._replace(key=key)[:4]:
            number += 1
            key = f"{found.key}-{number}"
        new.setdefault(key, found._replace(key=key))
    unit = f", unit: {_scalar(found.unit)}" if found.unit and (not headers.read(header).unit or not found.known) else ""
    says = f"{{attribute: {key}{unit}}}" if unit else key
    remarks = "; ".join(found.remarks)
    return f"  {_scalar(header)}: {says}" + (f"  # unsure: {_comment(remarks)}" if remarks else "")


def _attributes(new: dict[str, Guess]) -> list[str]:
    """The attributes that the database has not, in our own form."""
    if not new:
        return []
    lines = [_NEW, "attributes:"]
    for key, found in new.items():
        unit = f", unit: {_scalar(found.unit)}" if found.kind == "quantity" else ""
        lines.append(f"- {{key: {key}, name: {_scalar(found.name or key)}, kind: {found.kind}{unit}}}")
    return lines


def _scalar(text: str) -> str:
    """A text as a scalar of YAML, also within brackets."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _comment(text: str) -> str:
    """A text that ends no comment."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:160]
