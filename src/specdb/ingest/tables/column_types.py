"""What a column seems to be, from its header and a sample of its cells: a guess, with how sure it is."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from specdb.bundles.values import ValueTarget
from specdb.domain.unit import is_compatible
from specdb.errors import SpecdbError
from specdb.figures import dates as core_dates
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
"""The share of cells that must read as a kind for a column to be taken for it."""

MIN_SHARE_WITH_UNIT = 0.7
"""The share of them that must read where there is more to go by: a unit in the header, or boxes and pairs."""

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
    """A column as an attribute: its key, whether the database has that, its kind, its unit ('' for none), and remarks.

    `kind` is '' for a column to be skipped.
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
    """What the column with this header, this unit from a row of units, and these cells, with a locale's numbers, may be."""
    head = headers.parse_header(header)
    if unit:
        head = head._replace(unit=unit)
    key = attribute_key(head.name)
    silent = {text.casefold() for text in (*MISSING, *UNKNOWN)}
    said = [text for cell in cells if (text := " ".join(cell.split())) and text.casefold() not in silent]
    if not said:
        return ColumnGuess(key, False, "", remarks=("no cell says anything",))
    plain = said
    if locale:
        plain = [_plain_numbers(text, locale) for text in said]
    if _IDENTIFIERS.fullmatch(header.strip()) or all(_WEB.fullmatch(text) for text in said):
        return ColumnGuess(key, False, "", remarks=("an identifier or address, it seems",))
    there = known.names["attribute"].get(key) or known.names["attribute"].get(head.name.casefold())
    found = _guess_existing(targets[there], head, plain) if there is not None else None
    found = found or _guess_new(key if there is None else f"{key}-2", head, plain)
    if not locale and found.kind == "quantity" and len(said) > 1 and all(map(_GROUPED.fullmatch, said)):
        remark = f"{said[0]} is read with decimals: if it is {said[0].replace('.', '')}, add locale: de"
        found = found._replace(remarks=(*found.remarks, remark))
    return found


def guess_locale(cells: Iterable[str]) -> str:
    """How the numbers of a table are written, if that is with a decimal comma: de, or fr with spaces between thousands."""
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
    """An attribute's key made of the words of a name."""
    key = re.sub(r"[^a-z0-9]+", "-", headers.to_ascii(name).lower()).strip("-")[:MAX_KEY_LENGTH].strip("-")
    return key if key and key[0].isalnum() else "column"


def _guess_existing(target: ValueTarget, head: Header, said: Sequence[str]) -> ColumnGuess | None:
    """The column as an attribute of the database: how much of it reads as that; None if it is measured otherwise."""
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
        if not unit and wanted.name and any(_is_unitless(text) for text in said):
            remarks.append(f"numbers without a unit: add unit:, such as {wanted.name}")
    share = _readable_share([target], unit or (target.unit or ""), said)
    if not head.unit and share and share[0].startswith("only"):
        return None
    return ColumnGuess(target.key, True, target.kind, unit, remarks=(*remarks, *share))


def _guess_new(key: str, head: Header, said: Sequence[str]) -> ColumnGuess:
    """The column as a new attribute, of the kind that its cells have."""
    remarks = [head.doubt] if head.doubt else []
    name = " ".join(word.lower() if word[1:].islower() or len(word) == 1 else word for word in head.name.split())
    flags = YES_WORDS | NO_WORDS
    if all(text.casefold() in flags for text in said) and not all(text in "01" for text in said):
        return ColumnGuess(key, False, "flag", name=name)
    if not head.unit and _are_dates(said):
        return ColumnGuess(key, False, "date", name=name, remarks=tuple(remarks))
    unit, remark = head.unit or _most_common_unit(said), ""
    if not unit and sum(map(_is_unitless, said)) >= MIN_SHARE * len(said):
        unit, remark = "count", "numbers without a unit: a count?"
    pair = _guess_pair(key, head, said) or _guess_box(key, head, said)
    if pair:
        return pair._replace(name=name)
    if unit:
        shown = unit_registry.find_unit(re.sub(r"^million ", "", unit)).name or "count"
        target = ValueTarget(key, "quantity", shown, True, (), {})
        given = unit if head.unit or unit == "count" else ""
        share = _readable_share([target], given, said, MIN_SHARE_WITH_UNIT if head.unit else MIN_SHARE)
        if not share or not share[0].startswith("only"):
            signed = any(_NEGATIVE.match(text) for text in said)
            return ColumnGuess(key, False, "quantity", shown, name, tuple(filter(None, (*remarks, remark, *share))), signed)
        remarks.append(f"some cells are in {shown}")
    listed = _guess_list(key, head, said)
    if listed:
        return listed._replace(name=name)
    return ColumnGuess(key, False, "text", name=name, remarks=tuple(remarks))


def _guess_pair(key: str, head: Header, said: Sequence[str]) -> ColumnGuess | None:
    """A column such as Generator (V/A) with cells such as 12/50: two figures of two things."""
    halves = head.unit.split("/")
    if len(halves) != 2 or unit_registry.is_listed_unit(head.unit) or not all(re.search(r"\d\s*/\s*\d", text) for text in said):
        return None
    parts = tuple((f"{key}-{attribute_key(half)}", half) for half in halves)
    if len({name for name, _ in parts}) < 2:
        parts = tuple((f"{key}-{at}", half) for at, half in enumerate(halves, 1))
    return _guess_parts(key, parts, head.unit, said, f"two figures, in {' and '.join(halves)}")


def _guess_box(key: str, head: Header, said: Sequence[str]) -> ColumnGuess | None:
    """A column whose cells are the edges of boxes: 5 x 4 mm."""
    bare = [re.sub(r"\s*\([^()]*\)$", "", text) for text in said]
    counts = Counter(len(re.findall(r"\d\s*[a-z]{0,2}\s*[x×*]\s*(?=\d)", text)) for text in bare).most_common(1)
    edges = counts[0][0] + 1 if counts else 1
    if not 2 <= edges <= 4 or counts[0][1] < MIN_SHARE_WITH_UNIT * len(said):
        return None
    found = Counter(seen[-1] for text in bare if (seen := re.findall(r"\d\s*((?![x×])[^\W\d_]+|[\"″])", text))).most_common(1)
    unit = head.unit or (found[0][0] if found and headers.parse_header(f"x ({found[0][0]})").unit else "")
    if not unit:
        return None
    parts = tuple((f"{key}-{at}", unit) for at in range(1, edges + 1))
    return _guess_parts(key, parts, unit, said, "the edges of boxes: name them")


def _guess_parts(
    key: str, parts: tuple[tuple[str, str], ...], unit: str, said: Sequence[str], remark: str
) -> ColumnGuess | None:
    targets = [ValueTarget(part, "quantity", unit_registry.find_unit(own).name, True, (), {}) for part, own in parts]
    share = _readable_share(targets, unit, said, MIN_SHARE_WITH_UNIT)
    if share and share[0].startswith("only"):
        return None
    return ColumnGuess(key, False, "parts", unit, parts=parts, remarks=(remark, *share))


def _guess_list(key: str, head: Header, said: Sequence[str]) -> ColumnGuess | None:
    """A column whose cells hold several figures, with a sign between them."""
    for separator in _SEPARATORS:
        if sum(separator in text for text in said) * 4 < len(said):
            continue
        items = [item.strip() for text in said for item in text.split(separator) if item.strip()]
        unit = (
            head.unit
            or _most_common_unit(items)
            or ("count" if sum(map(_is_unitless, items)) >= MIN_SHARE * len(items) else "")
        )
        if unit:
            shown = unit_registry.find_unit(unit).name or "count"
            given = unit if head.unit or unit == "count" else ""
            share = _readable_share([ValueTarget(key, "quantity", shown, True, (), {})], given, items)
            if not share or not share[0].startswith("only"):
                doubt = ("numbers without a unit: a count?",) if unit == "count" else ()
                return ColumnGuess(key, False, "quantity", shown, remarks=(*doubt, *share), separator=separator)
    return None


def _is_unitless(text: str) -> bool:
    """Whether a cell is a figure without a unit."""
    try:
        return not parse_quantity(text).unit
    except SpecdbError:
        return False


def _most_common_unit(said: Sequence[str]) -> str:
    """The unit that most cells have written out; '' where most have none."""
    seen: Counter[str] = Counter()
    for text in said:
        try:
            found = parse_quantity(text).unit
            first, _, more = found.rstrip(".").partition(" ")
            if not (more and first.lower() in ("x", "×")):
                seen[unit_registry.find_unit(first).name if found else ""] += 1
        except SpecdbError:
            continue
    unit, count = seen.most_common(1)[0] if seen else ("", 0)
    return unit if count >= len(said) / 2 else ""


def _are_dates(said: Sequence[str]) -> bool:
    good = 0
    for text in said:
        try:
            span = core_dates.parse_date(date_formats.normalize_date(text))
        except SpecdbError:
            continue
        good += 1800 <= span.first.year <= 2200
    return good >= MIN_SHARE * len(said)


def _readable_share(targets: Sequence[ValueTarget], unit: str, said: Sequence[str], least: float = MIN_SHARE) -> list[str]:
    """A remark on how many of the cells read, and which do not; none where all do."""
    try:
        reader = CellReader(targets, unit, CellRules(frozenset(), frozenset(), frozenset(), {}))
    except SpecdbError as error:
        return [error.problem]
    refused = [text for text in said if isinstance(reader.read(text), str)]
    if not refused:
        return []
    good = len(said) - len(refused)
    examples = ", ".join(repr(text[:24]) for text in dict.fromkeys(refused[:3]))
    return [f"{'only ' if good < least * len(said) else ''}{good} of {len(said)} cells read; not {examples}"]
