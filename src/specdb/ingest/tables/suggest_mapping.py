"""Suggest a mapping from the headers of a file and a sample of its cells, with comments on doubts."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from specdb.bundles.resolve import Resolver
from specdb.database import transaction
from specdb.database.name_index import NameIndex
from specdb.domain.slug import make_slug
from specdb.errors import UsageError
from specdb.figures import unit_registry
from specdb.ingest.tables import column_types, detect_format, headers, layout, read_sheets
from specdb.ingest.tables import json as json_file
from specdb.ingest.tables.column_types import ColumnGuess
from specdb.ingest.tables.mapping import MISSING
from specdb.ingest.tables.sheet import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.ingest.tables.sheet import Sheet

SAMPLE_ROWS = 500
"""Number of rows of a table in the sample."""

MAX_TABLES = 20
FALLBACK_ENCODING = "cp1252"
"""The most likely encoding of a file that is not UTF-8."""

_GRIDS = ("csv", "tsv", "xlsx", "html")

_NAMES = (
    *("name", "product name", "product", "model", "model name", "device", "title", "aircraft", "item", "camera model"),
    *("modell", "bezeichnung", "produkt", "modèle", "nom", "produit", "modelo", "nombre", "vehicle", "car", "processor"),
)
_MAKERS = (
    *("maker", "manufacturer", "make", "brand", "vendor", "company", "make name", "camera maker"),
    *("hersteller", "marke", "fabricant", "marque", "fabricante", "marca"),
)
_LABELS = ("attribute", "property", "spec", "specification", "feature", "parameter", "characteristic")
_NEW = (
    "# New attributes, created only with --create-attributes. "
    "To use an existing attribute, write its key above (specdb list attributes)."
)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./()%-]*")
_WORDS = frozenset(("yes", "no", "true", "false", "null", "on", "off", "none", "y", "n", "~"))


class _SampledTable(NamedTuple):
    """A table with its shape and a sample of its rows."""

    sheet: Sheet
    shape: Shape
    rows: list[Sequence[str]]


def suggest_mapping(place: Location, path: Path, format: str = "") -> str:
    """Return the YAML text of a mapping for the tables of a file.

    Args:
        place: The database, whose attributes are preferred.
        path: The file.
        format: Format of the file; '' to use its suffix.

    Raises:
        UsageError: The file has no table.
    """
    detected = detect_format(path, format)
    if detected == "yaml":
        raise UsageError(f"{path} is YAML, which needs no mapping", "import it without a mapping")
    tables = list(islice(_sample_tables(path, detected), MAX_TABLES))
    if not tables:
        raise UsageError(f"{path} has no table", "check the file")
    new: dict[str, ColumnGuess] = {}
    with transaction.write_transaction(place) as connection:
        known = NameIndex(connection)
        resolver = Resolver(known)
        parts = [_table_lines(table, known, resolver, new) for table in tables]
    return "\n".join([*_shared_lines(path), *_join_tables(tables, parts), *_attribute_lines(new)]) + "\n"


def _sample_tables(path: Path, format: str) -> Iterator[_SampledTable]:
    """Yield each table with a sample of its rows, in the shape that was detected."""
    grid = format in _GRIDS
    if format == "json":
        shapes = [Shape(records=json_file.find_records_path(path))]
    else:
        sampled = list(_sample_sheets(path, format, Shape()))
        encoding = FALLBACK_ENCODING if any(layout.has_undecoded_bytes(sheet, rows) for sheet, rows in sampled) else ""
        if encoding:
            sampled = list(_sample_sheets(path, format, Shape(encoding=encoding)))
        table_shapes = (layout.detect_shape(sheet, rows) if grid else Shape() for sheet, rows in sampled)
        shapes = [shape._replace(encoding=encoding) for shape in table_shapes]
    for number, shape in enumerate(shapes):
        for at, sheet in enumerate(read_sheets(path, format, shape, lambda _file: None)):
            if at == number:
                rows = [row.cells for row in islice(sheet.rows(sheet.header), SAMPLE_ROWS) if not row.problem]
                yield _SampledTable(sheet, shape, rows)
                break


def _sample_sheets(path: Path, format: str, shape: Shape) -> Iterator[tuple[Sheet, list[Sequence[str]]]]:
    for sheet in read_sheets(path, format, shape, lambda _file: None):
        yield sheet, [row.cells for row in islice(sheet.rows(sheet.header), SAMPLE_ROWS) if not row.problem]


def _shared_lines(path: Path) -> list[str]:
    """Return the lines that all tables share."""
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    slug = make_slug(path.stem)
    return [
        "mapping: 1",
        f"source: {{slug: {_scalar(slug)}, title: {_scalar(path.name)}, kind: data set, date: {day}}}"
        "  # unsure: the date is that of the file; add publisher: and url:",
        f"missing: [{', '.join(_scalar(text) for text in MISSING)}]",
    ]


def _join_tables(tables: Sequence[_SampledTable], parts: Sequence[list[str]]) -> list[str]:
    if len(tables) == 1:
        return parts[0]
    lines = ["tables:"]
    for number, (table, table_lines) in enumerate(zip(tables, parts, strict=True), 1):
        lines.append(f"- table: {number}" + (f"  # {_comment(table.sheet.name)}" if table.sheet.name else ""))
        lines += [f"  {line}" for line in table_lines]
    return lines


def _table_lines(table: _SampledTable, known: NameIndex, resolver: Resolver, new: dict[str, ColumnGuess]) -> list[str]:
    """Return the lines of the mapping of one table."""
    sheet = table.sheet
    words = {headers.parse_header(name).name.lower(): name for name in sheet.header}
    name, maker = _name_columns(sheet.header, words)
    place = sheet.header.index(name)
    has_codes = layout.has_row_of_codes(table.rows)
    odd = [table.rows[0][place]] if has_codes else layout.find_section_rows(place, sheet.header, table.rows)
    rows = [cells for cells in table.rows if cells[place] not in odd]
    doubt = _duplicate_names_comment(sheet.header, [sheet.header.index(column) for column in (maker, name) if column], rows)
    lines = [
        'category: device  # unsure: use a key of specdb list categories, or a column as in "{Type}"',
        f"name: {_scalar(' '.join(f'{{{column}}}' for column in (maker, name) if column))}{doubt}",
    ]
    if odd:
        listed = ", ".join(map(_scalar, odd))
        lines.append(f"skip_rows: {{{_scalar(name)}: [{listed}]}}  # rows that probably are not products")
    lines += _shape_lines(table.shape)
    if maker and layout.has_gaps([cells[sheet.header.index(maker)] for cells in rows]):
        lines.append(f"fill: [{_scalar(maker)}]  # unsure: do empty cells repeat the cell above?")
    locale = column_types.guess_locale(cell for cells in rows for cell in cells if "," in cell or "." in cell)
    if locale:
        lines.append(f"locale: {locale}  # unsure: the numbers seem to have a decimal comma")
    label = next((words[word] for word in _LABELS if word in words), "")
    if label and "value" in words:
        return lines + _label_lines(table, label, words, known, resolver, new)
    return lines + _column_lines(table._replace(rows=rows), {name, maker}, locale, known, resolver, new)


def _name_columns(header: Sequence[str], words: dict[str, str]) -> tuple[str, str]:
    """Return the columns of the product's name and of its maker ('' for none); `words` are headers by lower-case name."""
    ending = (words[word] for word in words if word.endswith((" name", " model")) and "[" not in word)
    name = next((words[word] for word in _NAMES if word in words), "") or next(ending, header[0])
    maker = next((words[word] for word in _MAKERS if word in words and words[word] != name), "")
    return name, maker


def _shape_lines(shape: Shape) -> list[str]:
    """Return the lines that describe the shape of a table."""
    lines = []
    if shape.encoding:
        lines.append(f"encoding: {shape.encoding}  # unsure: the file is not UTF-8")
    if shape.records:
        lines.append(f"records: {_scalar(shape.records)}")
    if shape.across:
        lines.append("layout: columns")
    if shape.header:
        lines.append(f"header: {' '.join(map(str, shape.header))}")
    if shape.units:
        lines.append(f"units: {shape.units}")
    return lines


def _column_lines(
    table: _SampledTable, names: set[str], locale: str, known: NameIndex, resolver: Resolver, new: dict[str, ColumnGuess]
) -> list[str]:
    """Return the lines for the columns of a table other than `names`."""
    sheet = table.sheet
    skip: list[tuple[str, str]] = []
    body: list[str] = []
    taken: set[str] = set()
    for at, header in enumerate(sheet.header):
        if header in names:
            continue
        unit = sheet.units.get(header, "")
        unit = unit if headers.parse_header(f"x ({unit})").unit else ""
        cells = [row[at] for row in table.rows]
        guess = column_types.guess_column(header, unit, cells, known, resolver.targets, locale)
        if guess.known and guess.key in taken:
            skip.append((header, f"another column is {guess.key}"))
        elif guess.kind:
            taken.add(guess.key)
            body.append(_column_line(header, guess, new, unit=unit))
        else:
            skip.append((header, guess.remarks[0]))
    lines = ["columns:", *body] if body else ["columns: {}"]
    if skip:
        lines += ["skip:", *(f"- {_scalar(header)}  # {_comment(why)}" for header, why in skip)]
    return lines


def _duplicate_names_comment(header: Sequence[str], names: Sequence[int], rows: Sequence[Sequence[str]]) -> str:
    """Return a comment on names that occur in several rows, with a column that distinguishes the rows if there is one."""
    texts = [make_slug(" ".join(cells[at] for at in names)) for cells in rows]
    if len(set(texts)) == len(texts):
        return ""
    for at, head in enumerate(header):
        apart = {(text, cells[at]) for text, cells in zip(texts, rows, strict=True)}
        if at not in names and not headers.parse_header(head).unit and len(apart) == len(texts):
            hint = f"{{{head}}} in edition:, slug: or name: distinguishes them"
            return f"  # unsure: several rows have the same name; {_comment(hint)}"
    return "  # unsure: several rows have the same name; add edition: or more columns"


def _label_lines(
    table: _SampledTable,
    label: str,
    words: dict[str, str],
    known: NameIndex,
    resolver: Resolver,
    new: dict[str, ColumnGuess],
) -> list[str]:
    """Return the lines for a table with one figure per row; its columns are the labels."""
    sheet, _, rows = table
    unit = next((words[word] for word in ("unit", "units") if word in words), "")
    lines = ["layout: labels", f"label: {_scalar(label)}", f"value: {_scalar(words['value'])}"]
    lines += [f"unit: {_scalar(unit)}"] if unit else []
    values: dict[str, list[Sequence[str]]] = {}
    for cells in rows:
        values.setdefault(headers.clean_header(cells[sheet.header.index(label)]), []).append(cells)
    body = []
    for text, label_rows in values.items():
        value = [cells[sheet.header.index(words["value"])] for cells in label_rows]
        written = label_rows[0][sheet.header.index(unit)] if unit else ""
        guess = column_types.guess_column(
            text, written if headers.parse_header(f"x ({written})").unit else "", value, known, resolver.targets
        )
        if text and guess.kind:
            body.append(_column_line(text, guess, new))
    return [*lines, "columns:", *body]


def _column_line(header: str, guess: ColumnGuess, new: dict[str, ColumnGuess], unit: str = "") -> str:
    """Return the line of a column; `unit` is its unit in a row of units, '' for none."""
    remarks = "; ".join(guess.remarks)
    doubt = f"  # unsure: {_comment(remarks)}" if remarks else ""
    if guess.parts:
        for part_key, part_unit in guess.parts:
            new.setdefault(
                part_key,
                ColumnGuess(
                    part_key,
                    False,
                    "quantity",
                    unit_registry.find_unit(part_unit).name,
                    f"{guess.name} {part_key[len(guess.key) + 1 :]}",
                ),
            )
        unit_line = "" if headers.parse_header(header).unit else f", unit: {_scalar(guess.unit)}"
        return f"  {_scalar(header)}: {{parts: [{', '.join(part_key for part_key, _ in guess.parts)}]{unit_line}}}{doubt}"
    key = guess.key
    if not guess.known:
        number = 1
        while key in new and new[key][:4] != guess._replace(key=key)[:4]:
            number += 1
            key = f"{guess.key}-{number}"
        new.setdefault(key, guess._replace(key=key))
    wanted = guess.unit and not unit and (not headers.parse_header(header).unit or not guess.known)
    values = f", unit: {_scalar(guess.unit)}" if wanted else ""
    values += f', separator: "{guess.separator}"' if guess.separator else ""
    return f"  {_scalar(header)}: " + (f"{{attribute: {key}{values}}}" if values else key) + doubt


def _attribute_lines(new: dict[str, ColumnGuess]) -> list[str]:
    """Return the lines that declare new attributes."""
    if not new:
        return []
    lines = [_NEW, "attributes:"]
    for key, guess in new.items():
        unit = f", unit: {_scalar(guess.unit)}" if guess.kind == "quantity" else ""
        more = (", signed: yes" if guess.signed else "") + (", many: yes" if guess.separator else "")
        lines.append(f"- {{key: {key}, name: {_scalar(guess.name or key)}, kind: {guess.kind}{unit}{more}}}")
    return lines


def _scalar(text: str) -> str:
    """Return a text as a YAML scalar that is also valid in brackets."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _comment(text: str) -> str:
    """Return a text on one line, for a comment."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:160]
