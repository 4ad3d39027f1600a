"""What a cell says of an attribute: each distinct text is read once, and kept while there is room."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.bundles import values
from specdb.domain.unit import is_compatible
from specdb.errors import InvalidValueError, SpecdbError, nearest
from specdb.figures import unit_registry
from specdb.ingest.tables import cell_figures, date_formats, number_formats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from specdb.bundles.values import ValueTarget

CACHE_SIZE = 100_000
"""Distinct texts of a column whose readings are kept; past that they are forgotten and kept anew."""

MAX_CELL_LENGTH = 65_536
"""Characters of a cell."""

_PLAIN = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,15}))?")
_LINES = re.compile(r"\d[^\S\n]*\n\s*\d")
"""Two lines whose figures would be one: every locale's numbers may have a space between thousands."""

_EMPTY_COLUMNS = {"kind": "", "modifier": "exact", "number": "", "unit": "", "value_unit": "", "text": ""}
_FIELDS = ("kind", "modifier", "number", "unit", "value_unit", "lo", "nominal", "hi", "text", "target_id")
YES_WORDS = frozenset(("yes", "y", "true", "1", "✓", "✔", "✅", "supported", "ja", "oui"))
NO_WORDS = frozenset(("no", "n", "false", "0", "✗", "✘", "❌", "not supported", "nein", "non"))

Columns = tuple[Any, ...]
"""The columns of a spec from kind to target_id, in the order of SPEC_COLUMNS."""


class CellPart(NamedTuple):
    """One spec of a cell: which of the column's attributes it is of, the qualifier it is told apart by, and its columns."""

    which: int
    own: str
    columns: Columns
    printed: str


ReadCache = dict[str, tuple[CellPart, ...] | str]
"""What texts were read as; columns of figures in the same units and by the same rules share theirs."""


class CellRules(NamedTuple):
    """How a column's cells are to be read: the texts for nothing, unknown and not applicable (folded), and the rest."""

    missing: frozenset[str]
    unknown: frozenset[str]
    not_applicable: frozenset[str]
    values: dict[str, str]
    locale: str = ""
    dates: str = ""
    separator: str = ""
    take: tuple[str, ...] = ()
    edition: str = "edition"


class CellReader:
    """Reads the cells of a column as values of its attributes; `unit` is the one in force for bare numbers, '' for none."""

    def __init__(
        self, targets: Sequence[ValueTarget], unit: str, rules: CellRules, shared: dict[Any, ReadCache] | None = None
    ) -> None:
        self.targets = tuple(targets)
        self.rules = rules
        self.number_format = number_formats.number_format(rules.locale) if rules.locale else None
        self.known: ReadCache = {}
        if shared is not None and all(target.kind == "quantity" for target in targets):
            alike = (unit, tuple((target.unit, target.signed) for target in targets), repr(rules))
            self.known = shared.setdefault(alike, self.known)
        self.measured: list[cell_figures.MeasuredCell] = []
        self.factor: tuple[int, int, str, str] | None = None
        self.given = unit
        self.untaken: dict[str, None] = {}
        """Texts that say something, and of which nothing is taken."""
        self.takes = [_text_extractor(form, self.number_format, targets[0]) for form in rules.take]
        if targets[0].kind == "quantity":
            for target, own in zip(targets, _split_units(unit, targets), strict=True):
                self._measure(target, own)

    def _measure(self, target: ValueTarget, unit: str) -> None:
        """Looks the units up, once; a bare number's factor, where that is all there is to it."""
        wanted = unit_registry.resolve_unit(target.unit or "")
        in_force = unit or None
        self.measured.append(cell_figures.MeasuredCell(wanted, in_force))
        if in_force is None:
            if wanted.name == "":
                self.factor = (1, 1, "", "")
            return
        bare = re.sub(r"^(?:thousand|million|billion|trillion)\b\s*", "", unit, flags=re.IGNORECASE)
        given = unit_registry.resolve_unit(bare)
        if not is_compatible(given, wanted):
            raise InvalidValueError(
                f"{target.key} is measured in {wanted.name or 'a bare count'} ({wanted.dimension}), not in {unit}",
                "name another unit, or another attribute",
            )
        if bare == unit and not given.offset and not wanted.offset and given.dimension == wanted.dimension:
            factor = given.factor / wanted.factor
            self.factor = (factor.numerator, factor.denominator, given.name, wanted.name)

    def read(self, text: str) -> tuple[CellPart, ...] | str:
        """The specs that a cell's text makes, none where it says nothing; a text: the reason why it cannot be read."""
        found = self.known.get(text)
        if found is None:
            if len(self.known) >= CACHE_SIZE:
                self.known.clear()
            try:
                found = self._parts(text)
            except SpecdbError as error:
                found = f"{error.problem}: {error.hint}" if error.hint else error.problem
            if len(text) < 256:
                self.known[text] = found
        return found

    def _parts(self, text: str) -> tuple[CellPart, ...]:
        plain = self.factor and self.number_format is None and _PLAIN.fullmatch(text)
        if plain and text not in self.rules.missing and not self.rules.values and len(self.targets) == 1:
            return (self._number(text, plain),)
        return self._worded(text)

    def _number(self, text: str, found: re.Match[str]) -> CellPart:
        """A bare number in a unit without offset: exact in whole numbers, rounded once."""
        above, below, unit, target = self.factor or (1, 1, "", "")
        decimals = found[2] or ""
        value = (int(found[1] + decimals) * above) / (10 ** len(decimals) * below)
        columns = ("quantity", "exact", text, unit, target, value, value, value, "", None)
        return CellPart(0, "", columns, f"{text} {unit}" if unit else text)

    def _worded(self, text: str) -> tuple[CellPart, ...]:
        if len(text) > MAX_CELL_LENGTH:
            raise InvalidValueError(f"a cell of {len(text):,} characters", f"a cell has at most {MAX_CELL_LENGTH:,}")
        cell_figures.check_text(text)
        whole = said = " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())
        if self.rules.take:
            taken = next((found for take in self.takes if (found := take(said))), "")
            if not taken and said.casefold() not in self.rules.missing and len(self.untaken) < CACHE_SIZE:
                self.untaken[said[:200]] = None
            said = taken
        said = self.rules.values.get(said.casefold(), said)
        folded = said.casefold()
        if not said or folded in self.rules.missing:
            return ()
        printed = said[:1000]
        state = "unknown" if folded in self.rules.unknown else "not_applicable" if folded in self.rules.not_applicable else ""
        if state:
            return tuple(CellPart(which, "", _value_columns({"kind": state}), printed) for which in range(len(self.targets)))
        if said == whole and self.number_format and self.measured and _LINES.search(text):
            raise InvalidValueError(f"{text!r} has a figure in each of two lines", "say take: in the mapping, or hint the cell")
        if self.rules.separator:
            items = [item.strip() for item in said.split(self.rules.separator)]
            return tuple(part for item in dict.fromkeys(filter(None, items)) for part in self._values(item))
        return self._values(said)

    def _values(self, said: str) -> tuple[CellPart, ...]:
        target = self.targets[0]
        if self.measured:
            return self._figures(said)
        if target.kind == "date":
            value = date_formats.normalize_date(said, self.rules.dates)
        elif target.kind == "flag":
            folded = said.casefold()
            value = "yes" if folded in YES_WORDS else "no" if folded in NO_WORDS else said
        elif target.kind == "choice":
            value = next((choice for choice in target.choices if choice.casefold() == said.casefold()), said)
        elif target.kind == "reference":
            value = said.casefold()
            if value not in target.names["product"]:
                raise InvalidValueError(
                    f"there is no product {said!r}", nearest(said, target.names["product"]) or "add it first"
                )
        else:
            value = said
        return (CellPart(0, "", _value_columns(values.value_columns(value, target)), said[:1000]),)

    def _figures(self, said: str) -> tuple[CellPart, ...]:
        """The figures of a cell, each as a spec."""
        text = number_formats.to_plain_numbers(said, self.number_format) if self.number_format else said
        several = len(self.targets) > 1
        parts = []
        for place, figure in enumerate(cell_figures.parse_cell(text, self.measured[0], self.measured if several else ())):
            which = place if several else 0
            own = ""
            if figure.edition:
                own = f"{self.rules.edition}={figure.edition}"
            elif figure.cluster:
                own = f"cluster={_qualifier_value(figure.cluster)}"
            columns = _value_columns(
                {"kind": "quantity", **values.quantity_columns(figure.quantity, said, self.targets[which])}
            )
            parts.append(CellPart(which, own, columns, self._printed(said)))
        return tuple(parts)

    def _printed(self, said: str) -> str:
        """The cell's text, with the unit in force after it where it has none of its own."""
        if self.given and re.fullmatch(r"[^A-Za-z°%\"$€£¥]*", said):
            return f"{said} {self.given}"
        return said


def _value_columns(given: dict[str, Any]) -> Columns:
    return tuple(map((_EMPTY_COLUMNS | given).get, _FIELDS))


def _qualifier_value(text: str) -> str:
    """A text as the value of a qualifier."""
    return " ".join(re.sub(r"[;=\[\],\x00-\x1f\x7f]", " ", text).split())[:100]


def _split_units(unit: str, targets: Sequence[ValueTarget]) -> list[str]:
    """The unit in force for each of several attributes: of V/A, V for a voltage and A for a current."""
    halves = unit.split("/")
    if len(targets) > 1 and len(halves) == len(targets):
        fitting = [
            unit_registry.find_unit(half).dimension == unit_registry.find_unit(target.unit or "").dimension
            for half, target in zip(halves, targets, strict=True)
        ]
        if all(fitting):
            return halves
    return [unit] * len(targets)


def _text_extractor(form: str, number_format: number_formats.NumberFormat | None, target: ValueTarget) -> Callable[[str], str]:
    """What takes out of a text what stands where `form` has {}, or the number where it has {n}; '' where it does not fit.

    "(~ {})" takes what follows "(~ " up to ")", and "{n} mAh" the first number that " mAh" follows. A unit that stands
    behind the braces belongs to the figure.
    """
    mark = "{n}" if "{n}" in form else "{}"
    before, found, after = form.partition(mark)
    if not found:
        raise InvalidValueError(f"take: {form!r} has no {{}}", "write it like '({})', or '{n} mm' for a number")
    if mark == "{n}":
        apart = "" if before else r"(?<![\d.,])(?<![A-WYZa-wyz])"
        whole = r"(?!\w)" if after[-1:].isalnum() else ""
        pattern = re.compile(
            rf"{apart}{_pattern_with_optional_spaces(before)}({number_formats.number_pattern(number_format)}){_pattern_with_optional_spaces(after)}{whole}",
            re.IGNORECASE,
        )

        def find(text: str) -> str:
            match = pattern.search(text)
            return match[1] if match else ""
    else:

        def find(text: str) -> str:
            return _text_between(text, before, after)

    unit = _leading_unit(after, target)
    return (lambda text: f"{taken} {unit}" if (taken := find(text)) else "") if unit else find


def _leading_unit(after: str, target: ValueTarget) -> str:
    """The unit with which a text begins, if it is one of what is measured; '' for none."""
    word = re.split(r"[\s,;()]", after.strip(), maxsplit=1)[0].rstrip("/@|.:")
    if target.kind != "quantity" or not word:
        return ""
    wanted = unit_registry.find_unit(target.unit or "").dimension
    try:
        return (
            word
            if wanted in [unit.dimension for unit in (*unit_registry.units_ignoring_case(word), unit_registry.find_unit(word))]
            else ""
        )
    except InvalidValueError:
        return ""


def _pattern_with_optional_spaces(text: str) -> str:
    """A text as a pattern; where it has a space, there may be none."""
    return re.sub(r"(?:\\ )+", r"\\s*", re.escape(text))


def _text_between(text: str, before: str, after: str) -> str:
    start = text.find(before)
    if start < 0:
        return ""
    start += len(before)
    end = text.find(after, start) if after else len(text)
    return text[start:end].strip() if end >= 0 else ""
