"""What a column seems to be, from its header and a sample of its cells: a guess, with how sure it is."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from specdb.core import dates as core_dates
from specdb.core import quantity, units
from specdb.errors import SpecdbError
from specdb.ingest.tables import dates, headers
from specdb.ingest.tables.cells import NO_WORDS, YES_WORDS, Reader, Rules
from specdb.ingest.tables.mapping import MISSING, UNKNOWN
from specdb.ingest.values import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specdb.ingest.tables.headers import Head
    from specdb.store.journal import Known

SURE = 0.9
"""The share of cells that must read as a kind for a column to be taken for it."""

LONGEST_KEY = 60
_IDENTIFIERS = re.compile(
    r"(?:.*[ _.-])?(?:id|uuid|url|uri|link|slug|image|img|sku|ean|gtin|_file|file|hash|index|#|no\.?)", re.IGNORECASE
)
_WEB = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)


class Guess(NamedTuple):
    """A column as an attribute: its key, whether the database has that, its kind, its unit ('' for none), and remarks.

    `kind` is '' for a column to be skipped.
    """

    key: str
    known: bool
    kind: str
    unit: str = ""
    name: str = ""
    remarks: tuple[str, ...] = ()


def column(header: str, unit: str, cells: Sequence[str], known: Known, targets: dict[int, Target]) -> Guess:
    """What the column with this header, this unit from a row of units, and these cells may be."""
    head = headers.read(header)
    if unit:
        head = head._replace(unit=unit)
    key = key_of(head.name)
    silent = {text.casefold() for text in (*MISSING, *UNKNOWN)}
    said = [text for cell in cells if (text := " ".join(cell.split())) and text.casefold() not in silent]
    if not said:
        return Guess(key, False, "", remarks=("no cell says anything",))
    if _IDENTIFIERS.fullmatch(header.strip()) or all(_WEB.fullmatch(text) for text in said):
        return Guess(key, False, "", remarks=("an identifier or address, it seems",))
    there = known.names["attribute"].get(key) or known.names["attribute"].get(head.name.casefold())
    if there is not None:
        found = _as_known(targets[there], head, said)
        if found:
            return found
        key = f"{key}-2"
    return _as_new(key, head, said)


def key_of(name: str) -> str:
    """An attribute's key made of the words of a name."""
    key = re.sub(r"[^a-z0-9]+", "-", headers.ascii_of(name).lower()).strip("-")[:LONGEST_KEY].strip("-")
    return key if key and key[0].isalnum() else "column"


def _as_known(target: Target, head: Head, said: Sequence[str]) -> Guess | None:
    """The column as an attribute of the database: how much of it reads as that; None if it is measured otherwise."""
    if head.unit and (target.kind != "quantity" or not _same_dimension(head.unit, target.unit or "")):
        return None
    remarks = [head.doubt] if head.doubt else []
    unit = ""
    if target.kind == "quantity":
        wanted = units.find(target.unit or "")
        unit = head.unit
        if not unit and wanted.name and any(_bare(text) for text in said):
            remarks.append(f"numbers without a unit: add unit:, such as {wanted.name}")
    share = _share(target, unit or (target.unit or ""), said)
    if not head.unit and share and share[0].startswith("only"):
        return None
    return Guess(target.key, True, target.kind, unit, remarks=(*remarks, *share))


def _same_dimension(unit: str, other: str) -> bool:
    one, wanted = units.find(unit).dimension, units.find(other).dimension
    return one == wanted or (one.startswith("currency ") and wanted.startswith("currency "))


def _as_new(key: str, head: Head, said: Sequence[str]) -> Guess:
    """The column as a new attribute, of the kind that its cells have."""
    remarks = [head.doubt] if head.doubt else []
    name = " ".join(word.lower() if word[1:].islower() or len(word) == 1 else word for word in head.name.split())
    flags = YES_WORDS | NO_WORDS
    if all(text.casefold() in flags for text in said) and not all(text in "01" for text in said):
        return Guess(key, False, "flag", name=name)
    if not head.unit and _reads_as_date(said):
        return Guess(key, False, "date", name=name, remarks=tuple(remarks))
    unit, remark = head.unit or _unit_seen(said), ""
    if not unit and sum(map(_bare, said)) >= SURE * len(said):
        unit, remark = "count", "numbers without a unit: a count?"
    if unit:
        shown = units.find(re.sub(r"^million ", "", unit)).name or "count"
        target = Target(key, "quantity", shown, True, (), {})
        share = _share(target, unit if head.unit or unit == "count" else "", said)
        if not share or not share[0].startswith("only"):
            return Guess(key, False, "quantity", shown, name, tuple(filter(None, (*remarks, remark, *share))))
        remarks.append(f"some cells are in {shown}")
    return Guess(key, False, "text", name=name, remarks=tuple(remarks))


def _bare(text: str) -> bool:
    """Whether a cell is a figure without a unit."""
    try:
        return not quantity.parse(text).unit
    except SpecdbError:
        return False


def _unit_seen(said: Sequence[str]) -> str:
    """The unit that most cells have written out; '' where most have none."""
    seen: Counter[str] = Counter()
    for text in said:
        try:
            found = quantity.parse(text).unit
            first, _, more = found.partition(" ")
            if not (more and first.lower() in ("x", "×")):
                seen[units.find(first).name if found else ""] += 1
        except SpecdbError:
            continue
    unit, count = seen.most_common(1)[0] if seen else ("", 0)
    return unit if count >= len(said) / 2 else ""


def _reads_as_date(said: Sequence[str]) -> bool:
    good = 0
    for text in said:
        try:
            span = core_dates.parse(dates.written(text))
        except SpecdbError:
            continue
        good += 1800 <= span.first.year <= 2200
    return good >= SURE * len(said)


def _share(target: Target, unit: str, said: Sequence[str]) -> list[str]:
    """A remark on how many of the cells read, and which do not; none where all do."""
    try:
        reader = Reader([target], unit, Rules(frozenset(), frozenset(), frozenset(), {}))
    except SpecdbError as error:
        return [error.problem]
    refused = [text for text in said if isinstance(reader.read(text), str)]
    if not refused:
        return []
    share = 100 * (len(said) - len(refused)) / len(said)
    examples = ", ".join(repr(text[:24]) for text in dict.fromkeys(refused[:3]))
    return [f"{'only ' if share < 100 * SURE else ''}{share:.0f} % of {len(said)} cells read; not {examples}"]
