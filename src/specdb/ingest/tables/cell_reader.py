"""Read the cells of a column as specs; each distinct text is read once and cached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.bundles import values
from specdb.domain.unit import is_compatible
from specdb.errors import InvalidValueError, SpecdbError, nearest
from specdb.figures import unit_registry
from specdb.figures.vocabulary import CURRENCY_SIGNS
from specdb.ingest.tables import cell_figures, date_formats, number_formats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from specdb.bundles.values import ValueTarget

CACHE_SIZE = 100_000
"""Maximum number of distinct texts that a column caches; then the cache is cleared."""

MAX_CELL_LENGTH = 65_536
"""Maximum number of characters of a cell."""

_PLAIN = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,15}))?")
_UNITLESS = re.compile(rf'[^A-Za-z°%"{CURRENCY_SIGNS}]*')
_LINES = re.compile(r"\d[^\S\n]*\n\s*\d")
"""Figures in two lines that would become one number, as all locales allow a space between thousands."""

_EMPTY_COLUMNS = {"kind": "", "modifier": "exact", "number": "", "unit": "", "value_unit": "", "text": ""}
_FIELDS = ("kind", "modifier", "number", "unit", "value_unit", "lo", "nominal", "hi", "text", "target_id")
YES_WORDS = frozenset(("yes", "y", "true", "1", "✓", "✔", "✅", "supported", "ja", "oui"))
NO_WORDS = frozenset(("no", "n", "false", "0", "✗", "✘", "❌", "not supported", "nein", "non"))

Columns = tuple[Any, ...]
"""The columns of a spec from kind to target_id in the order of SPEC_COLUMNS."""


class CellPart(NamedTuple):
    """One spec of a cell.

    Attributes:
        which: Index of its attribute among those of the column.
        qualifier: Qualifier that distinguishes it from the other specs of the cell; '' for none.
        columns: Columns of the spec.
        printed: Text of the cell.
    """

    which: int
    qualifier: str
    columns: Columns
    printed: str


ReadCache = dict[str, tuple[CellPart, ...] | str]
"""The specs, or the reason of rejection, by text; columns of quantities with equal units and rules share a cache."""


class CellRules(NamedTuple):
    """The rules of a mapping for the cells of a column; the texts in the first three are case-folded."""

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
    """Reads the cells of a column.

    Args:
        targets: The attributes of the column.
        unit: Unit of bare numbers; '' for none.
        rules: The rules of the mapping.
        shared: Caches of other columns, to share with those that read alike.
    """

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
        self.default_unit = unit
        self.untaken: dict[str, None] = {}
        """Texts that are not empty and that no take: rule matches."""
        self.extractors = [_text_extractor(form, self.number_format, targets[0]) for form in rules.take]
        if targets[0].kind == "quantity":
            for target, target_unit in zip(targets, _split_units(unit, targets), strict=True):
                self._measure(target, target_unit)

    def _measure(self, target: ValueTarget, unit: str) -> None:
        """Look up the units once, and set the conversion factor of bare numbers if they need nothing else."""
        wanted = unit_registry.resolve_unit(target.unit or "")
        self.measured.append(cell_figures.MeasuredCell(wanted, unit or None))
        if not unit:
            if wanted.name == "":
                self.factor = (1, 1, "", "")
            return
        magnitude = cell_figures.MAGNITUDE_WORD.match(unit)
        bare = unit[magnitude.end() :] if magnitude else unit
        source_unit = unit_registry.resolve_unit(bare)
        if not is_compatible(source_unit, wanted):
            raise InvalidValueError(
                f"{target.key} is measured in {wanted.name or 'a bare count'} ({wanted.dimension}), not in {unit}",
                "use another unit or another attribute",
            )
        if bare == unit and not source_unit.offset and not wanted.offset and source_unit.dimension == wanted.dimension:
            factor = source_unit.factor / wanted.factor
            self.factor = (factor.numerator, factor.denominator, source_unit.name, wanted.name)

    def read(self, text: str) -> tuple[CellPart, ...] | str:
        """Return the specs of a cell, none if it is empty or missing, or the reason why it cannot be read."""
        parts = self.known.get(text)
        if parts is None:
            if len(self.known) >= CACHE_SIZE:
                self.known.clear()
            try:
                parts = self._read_uncached(text)
            except SpecdbError as error:
                parts = f"{error.problem}: {error.hint}" if error.hint else error.problem
            if len(text) < 256:
                self.known[text] = parts
        return parts

    def _read_uncached(self, text: str) -> tuple[CellPart, ...]:
        plain = self.factor and self.number_format is None and _PLAIN.fullmatch(text)
        if plain and text not in self.rules.missing and not self.rules.values and len(self.targets) == 1:
            return (self._number(text, plain),)
        return self._read_text(text)

    def _number(self, text: str, match: re.Match[str]) -> CellPart:
        """Return the spec of a bare number in a unit without offset: exact in integers, rounded once."""
        numerator, denominator, unit, target = self.factor or (1, 1, "", "")
        decimals = match[2] or ""
        value = (int(match[1] + decimals) * numerator) / (10 ** len(decimals) * denominator)
        columns = ("quantity", "exact", text, unit, target, value, value, value, "", None)
        return CellPart(0, "", columns, f"{text} {unit}" if unit else text)

    def _read_text(self, text: str) -> tuple[CellPart, ...]:
        if len(text) > MAX_CELL_LENGTH:
            raise InvalidValueError(f"cell of {len(text):,} characters", f"a cell has at most {MAX_CELL_LENGTH:,} characters")
        cell_figures.check_text(text)
        whole = content = " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())
        if self.rules.take:
            taken = next((found for extract in self.extractors if (found := extract(content))), "")
            if not taken and content.casefold() not in self.rules.missing and len(self.untaken) < CACHE_SIZE:
                self.untaken[content[:200]] = None
            content = taken
        content = self.rules.values.get(content.casefold(), content)
        folded = content.casefold()
        if not content or folded in self.rules.missing:
            return ()
        printed = content[:1000]
        state = "unknown" if folded in self.rules.unknown else "not_applicable" if folded in self.rules.not_applicable else ""
        if state:
            return tuple(CellPart(which, "", _value_columns({"kind": state}), printed) for which in range(len(self.targets)))
        if content == whole and self.number_format and self.measured and _LINES.search(text):
            raise InvalidValueError(
                f"{text!r} has figures in two lines", "add take: to the column in the mapping, or correct the cell"
            )
        if self.rules.separator:
            items = [item.strip() for item in content.split(self.rules.separator)]
            return tuple(part for item in dict.fromkeys(filter(None, items)) for part in self._values(item))
        return self._values(content)

    def _values(self, content: str) -> tuple[CellPart, ...]:
        target = self.targets[0]
        if self.measured:
            return self._figures(content)
        if target.kind == "date":
            value = date_formats.normalize_date(content, self.rules.dates)
        elif target.kind == "flag":
            folded = content.casefold()
            value = "yes" if folded in YES_WORDS else "no" if folded in NO_WORDS else content
        elif target.kind == "choice":
            value = next((choice for choice in target.choices if choice.casefold() == content.casefold()), content)
        elif target.kind == "reference":
            value = content.casefold()
            if value not in target.names["product"]:
                raise InvalidValueError(
                    f"there is no product {content!r}", nearest(content, target.names["product"]) or "add it first"
                )
        else:
            value = content
        return (CellPart(0, "", _value_columns(values.value_columns(value, target)), content[:1000]),)

    def _figures(self, content: str) -> tuple[CellPart, ...]:
        """Return a spec for each figure of a cell."""
        text = number_formats.to_plain_numbers(content, self.number_format) if self.number_format else content
        several = len(self.targets) > 1
        parts = []
        for place, figure in enumerate(cell_figures.parse_cell(text, self.measured[0], self.measured if several else ())):
            which = place if several else 0
            qualifier = ""
            if figure.edition:
                qualifier = f"{self.rules.edition}={figure.edition}"
            elif figure.cluster:
                qualifier = f"cluster={_qualifier_value(figure.cluster)}"
            columns = _value_columns(
                {"kind": "quantity", **values.quantity_columns(figure.quantity, content, self.targets[which])}
            )
            parts.append(CellPart(which, qualifier, columns, self._printed(content)))
        return tuple(parts)

    def _printed(self, content: str) -> str:
        """Return the text of the cell, followed by the default unit if it has none."""
        if self.default_unit and _UNITLESS.fullmatch(content):
            return f"{content} {self.default_unit}"
        return content


def _value_columns(columns: dict[str, Any]) -> Columns:
    return tuple(map((_EMPTY_COLUMNS | columns).get, _FIELDS))


def _qualifier_value(text: str) -> str:
    """Return a text without the characters that qualifiers reserve."""
    return " ".join(re.sub(r"[;=\[\],\x00-\x1f\x7f]", " ", text).split())[:100]


def _split_units(unit: str, targets: Sequence[ValueTarget]) -> list[str]:
    """Return the default unit of each attribute: with V/A, V for a voltage and A for a current."""
    halves = unit.split("/")
    if len(targets) > 1 and len(halves) == len(targets):
        matches = [
            unit_registry.find_unit(half).dimension == unit_registry.find_unit(target.unit or "").dimension
            for half, target in zip(halves, targets, strict=True)
        ]
        if all(matches):
            return halves
    return [unit] * len(targets)


def _text_extractor(form: str, number_format: number_formats.NumberFormat | None, target: ValueTarget) -> Callable[[str], str]:
    """Return a function that extracts a part of a text, or '' if `form` does not match.

    "(~ {})" extracts the text between "(~ " and ")", "{n} mAh" the first number before " mAh". A unit after the braces is
    added to the extracted figure.
    """
    mark = "{n}" if "{n}" in form else "{}"
    before, placeholder, after = form.partition(mark)
    if not placeholder:
        raise InvalidValueError(f"take: {form!r} has no {{}}", "write it like '({})', or like '{n} mm' for a number")
    if mark == "{n}":
        start = _pattern_with_optional_spaces(before) or r"(?<![\d.,])(?<![A-WYZa-wyz])"
        whole = r"(?!\w)" if after[-1:].isalnum() else ""
        pattern = re.compile(
            rf"{start}({number_formats.number_pattern(number_format)}){_pattern_with_optional_spaces(after)}{whole}",
            re.IGNORECASE,
        )

        def find(text: str) -> str:
            match = pattern.search(text)
            return match[1] if match else ""
    else:

        def find(text: str) -> str:
            return _text_between(text, before, after)

    unit = _leading_unit(after, target)

    def find_with_unit(text: str) -> str:
        extracted = find(text)
        return f"{extracted} {unit}" if extracted else ""

    return find_with_unit if unit else find


def _leading_unit(after: str, target: ValueTarget) -> str:
    """Return the unit at the start of a text if it fits the attribute; '' for none."""
    word = re.split(r"[\s,;()]", after.strip(), maxsplit=1)[0].rstrip("/@|.:")
    if target.kind != "quantity" or not word:
        return ""
    wanted = unit_registry.find_unit(target.unit or "").dimension
    try:
        units = [*unit_registry.units_ignoring_case(word), unit_registry.find_unit(word)]
    except InvalidValueError:
        return ""
    return word if any(unit.dimension == wanted for unit in units) else ""


def _pattern_with_optional_spaces(text: str) -> str:
    """Escape a text as a pattern in which spaces are optional."""
    return re.sub(r"(?:\\ )+", r"\\s*", re.escape(text))


def _text_between(text: str, before: str, after: str) -> str:
    start = text.find(before)
    if start < 0:
        return ""
    start += len(before)
    end = text.find(after, start) if after else len(text)
    return text[start:end].strip() if end >= 0 else ""
