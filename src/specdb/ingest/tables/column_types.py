"""Guess the attribute of a column from its header and a sample of its cells, with remarks on doubts."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from specdb.bundles.values import ValueTarget
from specdb.domain.slug import to_ascii
from specdb.domain.unit import is_compatible
from specdb.errors import SpecdbError
from specdb.figures import dates as figure_dates
from specdb.figures import unit_registry
from specdb.figures.quantity_parser import parse_quantity
from specdb.ingest.tables import date_formats, headers, number_formats
from specdb.ingest.tables.cell_reader import NO_WORDS, YES_WORDS, CellReader, CellRules
from specdb.ingest.tables.mapping import MISSING, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from specdb.database.name_index import NameIndex
    from specdb.ingest.tables.headers import Header

_NEGATIVE = re.compile(r"[-−]\s?\d")

MIN_SHARE = 0.9
"""The share of cells that must be readable as a kind for a column to be of that kind."""

MIN_SHARE_WITH_UNIT = 0.7
"""The share that is enough if there is more evidence: a unit in the header, or boxes and pairs."""

MAX_KEY_LENGTH = 60
_IDENTIFIERS = re.compile(
    r"(?:.*[ _.-])?(?:id|uuid|url|uri|link|slug|image|img|sku|ean|gtin|_file|file|hash|index|#|no\.?)", re.IGNORECASE
)
_GROUPED = re.compile(r"\D{0,4}[1-9]\d{0,2}\.\d{3}(?:\D.{0,12})?")
_DECIMALS = re.compile(r"\d([.,])\d{1,2}(?!\d)")
_COMMA = re.compile(r"(?:[^\d,]*(?:\d{1,3}(?:[. \u00a0\u202f]\d{3})+|\d+)(?:,\d+)?)+[^\d,]*")
_SPACES = re.compile(r"\d[ \u00a0\u202f]\d{3}(?!\d)")
_SEPARATORS = (";", "|", ", ")
_WEB = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)


class ColumnGuess(NamedTuple):
    """A guess of the attribute of a column.

    Attributes:
        key: Key of the attribute.
        known: Whether the database has the attribute.
        kind: Kind of the attribute; '' to skip the column, parts for a column of several attributes.
        unit: Unit; '' for none.
        name: Name of a new attribute.
        remarks: Doubts for the reader of the suggested mapping.
        signed: Whether a new attribute may be negative.
        separator: Separator of several values in a cell; '' for none.
    """

    key: str
    known: bool
    kind: str
    unit: str = ""
    name: str = ""
    remarks: tuple[str, ...] = ()
    signed: bool = False
    separator: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    """The keys and units of the attributes that share the column: the edges of a box, or a pair."""


def guess_column(
    header: str, unit: str, cells: Sequence[str], known: NameIndex, targets: dict[int, ValueTarget], locale: str = ""
) -> ColumnGuess:
    """Guess the attribute of a column.

    Args:
        header: Header of the column.
        unit: Unit from a row of units; '' for none.
        cells: Sample of its cells.
        known: Names in the database.
        targets: Attributes of the database by id.
        locale: Locale of its numbers; '' for English.
    """
    head = headers.parse_header(header)
    if unit:
        head = head._replace(unit=unit)
    key = attribute_key(head.name)
    missing = {text.casefold() for text in (*MISSING, *UNKNOWN)}
    texts = [text for cell in cells if (text := " ".join(cell.split())) and text.casefold() not in missing]
    if not texts:
        return ColumnGuess(key, False, "", remarks=("all cells are empty or missing",))
    plain = texts
    if locale:
        plain = [_plain_numbers(text, locale) for text in texts]
    if _IDENTIFIERS.fullmatch(header.strip()) or all(_WEB.fullmatch(text) for text in texts):
        return ColumnGuess(key, False, "", remarks=("probably an identifier or address",))
    attribute_id = known.names["attribute"].get(key) or known.names["attribute"].get(head.name.casefold())
    guess = _guess_existing(targets[attribute_id], head, plain) if attribute_id is not None else None
    guess = guess or _guess_new(key if attribute_id is None else f"{key}-2", head, plain)
    if not locale and guess.kind == "quantity" and len(texts) > 1 and all(map(_GROUPED.fullmatch, texts)):
        remark = f"{texts[0]} is read as a decimal number: if it is {texts[0].replace('.', '')}, add locale: de"
        guess = guess._replace(remarks=(*guess.remarks, remark))
    return guess


def guess_locale(cells: Iterable[str]) -> str:
    """Guess the locale of a table's numbers: de for a decimal comma, fr also with spaces between thousands, else ''."""
    marks: Counter[str] = Counter()
    spaced = False
    for cell in cells:
        seen = {mark[1] for mark in _DECIMALS.finditer(cell)}
        if seen == {","} and _COMMA.fullmatch(cell.strip()):
            marks[","] += 1
        marks["."] += "." in seen
        spaced |= bool(_SPACES.search(cell))
    return ("fr" if spaced else "de") if marks[","] > 3 * marks["."] and marks[","] > 1 else ""


def _plain_numbers(text: str, locale: str) -> str:
    marks = number_formats.number_format(locale)
    try:
        return number_formats.to_plain_numbers(text, marks) if marks else text
    except SpecdbError:
        return text


def attribute_key(name: str) -> str:
    """Return an attribute's key made from a name."""
    key = re.sub(r"[^a-z0-9]+", "-", to_ascii(name).lower()).strip("-")[:MAX_KEY_LENGTH].strip("-")
    return key if key and key[0].isalnum() else "column"


def _guess_existing(target: ValueTarget, head: Header, texts: Sequence[str]) -> ColumnGuess | None:
    """Guess a column as an attribute of the database; None if its unit or cells do not fit."""
    if head.unit and (
        target.kind != "quantity"
        or not is_compatible(unit_registry.find_unit(head.unit), unit_registry.find_unit(target.unit or ""))
    ):
        return None
    remarks = [head.doubt] if head.doubt else []
    unit = ""
    if target.kind == "quantity":
        wanted = unit_registry.find_unit(target.unit or "")
        unit = head.unit
        if not unit and wanted.name and any(_is_unitless(text) for text in texts):
            remarks.append(f"numbers without a unit: add unit: {wanted.name} or another")
    share = _readable_share([target], unit or (target.unit or ""), texts)
    if not head.unit and share and share[0].startswith("only"):
        return None
    return ColumnGuess(target.key, True, target.kind, unit, remarks=(*remarks, *share))


def _guess_new(key: str, head: Header, texts: Sequence[str]) -> ColumnGuess:
    """Guess a column as a new attribute of the kind that fits its cells."""
    remarks = [head.doubt] if head.doubt else []
    name = " ".join(word.lower() if word[1:].islower() or len(word) == 1 else word for word in head.name.split())
    flags = YES_WORDS | NO_WORDS
    if all(text.casefold() in flags for text in texts) and not all(text in "01" for text in texts):
        return ColumnGuess(key, False, "flag", name=name)
    if not head.unit and _are_dates(texts):
        return ColumnGuess(key, False, "date", name=name, remarks=tuple(remarks))
    unit, remark = head.unit or _most_common_unit(texts), ""
    if not unit and sum(map(_is_unitless, texts)) >= MIN_SHARE * len(texts):
        unit, remark = "count", "numbers without a unit: a count?"
    pair = _guess_pair(key, head, texts) or _guess_box(key, head, texts)
    if pair:
        return pair._replace(name=name)
    if unit:
        shown = unit_registry.find_unit(re.sub(r"^million ", "", unit)).name or "count"
        target = ValueTarget(key, "quantity", shown, True, (), {})
        default_unit = unit if head.unit or unit == "count" else ""
        share = _readable_share([target], default_unit, texts, MIN_SHARE_WITH_UNIT if head.unit else MIN_SHARE)
        if not share or not share[0].startswith("only"):
            signed = any(_NEGATIVE.match(text) for text in texts)
            return ColumnGuess(key, False, "quantity", shown, name, tuple(filter(None, (*remarks, remark, *share))), signed)
        remarks.append(f"some cells are in {shown}")
    listed = _guess_list(key, head, texts)
    if listed:
        return listed._replace(name=name)
    return ColumnGuess(key, False, "text", name=name, remarks=tuple(remarks))


def _guess_pair(key: str, head: Header, texts: Sequence[str]) -> ColumnGuess | None:
    """Guess a column with pairs of figures: Generator (V/A) with cells such as 12/50."""
    halves = head.unit.split("/")
    if (
        len(halves) != 2
        or unit_registry.is_listed_unit(head.unit)
        or not all(re.search(r"\d\s*/\s*\d", text) for text in texts)
    ):
        return None
    parts = tuple((f"{key}-{attribute_key(half)}", half) for half in halves)
    if len({name for name, _ in parts}) < 2:
        parts = tuple((f"{key}-{at}", half) for at, half in enumerate(halves, 1))
    return _guess_parts(key, parts, head.unit, texts, f"two figures, in {' and '.join(halves)}")


def _guess_box(key: str, head: Header, texts: Sequence[str]) -> ColumnGuess | None:
    """Guess a column with the edges of boxes: 5 x 4 mm."""
    bare = [re.sub(r"\s*\([^()]*\)$", "", text) for text in texts]
    counts = Counter(len(re.findall(r"\d\s*[a-z]{0,2}\s*[x×*]\s*(?=\d)", text)) for text in bare).most_common(1)
    edges = counts[0][0] + 1 if counts else 1
    if not 2 <= edges <= 4 or counts[0][1] < MIN_SHARE_WITH_UNIT * len(texts):
        return None
    units = Counter(seen[-1] for text in bare if (seen := re.findall(r"\d\s*((?![x×])[^\W\d_]+|[\"″])", text))).most_common(1)
    unit = head.unit or (units[0][0] if units and headers.parse_header(f"x ({units[0][0]})").unit else "")
    if not unit:
        return None
    parts = tuple((f"{key}-{at}", unit) for at in range(1, edges + 1))
    return _guess_parts(key, parts, unit, texts, "the edges of a box: rename the attributes")


def _guess_parts(
    key: str, parts: tuple[tuple[str, str], ...], unit: str, texts: Sequence[str], remark: str
) -> ColumnGuess | None:
    targets = [
        ValueTarget(part, "quantity", unit_registry.find_unit(part_unit).name, True, (), {}) for part, part_unit in parts
    ]
    share = _readable_share(targets, unit, texts, MIN_SHARE_WITH_UNIT)
    if share and share[0].startswith("only"):
        return None
    return ColumnGuess(key, False, "parts", unit, parts=parts, remarks=(remark, *share))


def _guess_list(key: str, head: Header, texts: Sequence[str]) -> ColumnGuess | None:
    """Guess a column whose cells have several figures with a separator."""
    for separator in _SEPARATORS:
        if sum(separator in text for text in texts) * 4 < len(texts):
            continue
        items = [item.strip() for text in texts for item in text.split(separator) if item.strip()]
        unit = (
            head.unit
            or _most_common_unit(items)
            or ("count" if sum(map(_is_unitless, items)) >= MIN_SHARE * len(items) else "")
        )
        if unit:
            shown = unit_registry.find_unit(unit).name or "count"
            default_unit = unit if head.unit or unit == "count" else ""
            share = _readable_share([ValueTarget(key, "quantity", shown, True, (), {})], default_unit, items)
            if not share or not share[0].startswith("only"):
                doubt = ("numbers without a unit: a count?",) if unit == "count" else ()
                return ColumnGuess(key, False, "quantity", shown, remarks=(*doubt, *share), separator=separator)
    return None


def _is_unitless(text: str) -> bool:
    """Return whether a cell is a figure without a unit."""
    try:
        return not parse_quantity(text, decimal_dot=True).unit
    except SpecdbError:
        return False


def _most_common_unit(texts: Sequence[str]) -> str:
    """Return the unit that at least half of the cells have; '' for none."""
    seen: Counter[str] = Counter()
    for text in texts:
        try:
            unit_text = parse_quantity(text, decimal_dot=True).unit
            first, _, more = unit_text.rstrip(".").partition(" ")
            if not (more and first.lower() in ("x", "×")):
                seen[unit_registry.find_unit(first).name if unit_text else ""] += 1
        except SpecdbError:
            continue
    unit, count = seen.most_common(1)[0] if seen else ("", 0)
    return unit if count >= len(texts) / 2 else ""


def _are_dates(texts: Sequence[str]) -> bool:
    good = 0
    for text in texts:
        try:
            span = figure_dates.parse_date(date_formats.normalize_date(text))
        except SpecdbError:
            continue
        good += 1800 <= span.first.year <= 2200
    return good >= MIN_SHARE * len(texts)


def _readable_share(targets: Sequence[ValueTarget], unit: str, texts: Sequence[str], least: float = MIN_SHARE) -> list[str]:
    """Return a remark on how many cells are readable; it starts with "only" if they are too few. Empty if all are."""
    try:
        reader = CellReader(targets, unit, CellRules(frozenset(), frozenset(), frozenset(), {}))
    except SpecdbError as error:
        return [error.problem]
    refused = [text for text in texts if isinstance(reader.read(text), str)]
    if not refused:
        return []
    good = len(texts) - len(refused)
    examples = ", ".join(repr(text[:24]) for text in dict.fromkeys(refused[:3]))
    return [f"{'only ' if good < least * len(texts) else ''}{good} of {len(texts)} cells are readable; not {examples}"]
