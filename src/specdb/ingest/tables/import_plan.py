"""A mapping laid on a table: which cells to ask for, and how each is read. All that is wrong with it is said at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from specdb.domain import qualifiers
from specdb.errors import InvalidValueError, Issue, SpecdbError, ValidationError, nearest
from specdb.figures import unit_registry
from specdb.ingest.tables import headers
from specdb.ingest.tables.cell_reader import CellReader, CellRules
from specdb.ingest.tables.date_formats import DATE_ORDERS
from specdb.ingest.tables.mapping import Template

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from specdb.bundles.resolve import Resolver
    from specdb.ingest.tables.cell_reader import ReadCache
    from specdb.ingest.tables.import_report import ImportReport, Tally
    from specdb.ingest.tables.mapping import ColumnDraft, Mapping
    from specdb.ingest.tables.sheet import Sheet

    Made = Callable[[Sequence[str], int], str]


class PlannedColumn:
    """A column that is read: where its cell is, its reader, its attributes, and what its specs are bound to."""

    def __init__(self, name: str, place: int, reader: CellReader, attributes: Sequence[int], draft: ColumnDraft) -> None:
        self.name = name
        self.place = place
        self.reader = reader
        self.attributes = tuple(attributes)
        self.keys = tuple(target.key for target in reader.targets)
        self.draft = draft
        self.many = False
        self.decimal = reader.number_format.decimal if reader.number_format else ""
        """The decimal mark of the column's texts, if it is another than that of numbers; '' if it is the same."""
        self.bound: dict[str, Made] = {}
        self.fixed: str | None = ""
        """The qualifiers where they are the same in each row, else None: then they are made by `bound`."""
        self.as_of: Made | None = None
        self._tallies: dict[int, Tally] = {}

    def tally(self, report: ImportReport, which: int = 0) -> Tally:
        """The counts of one of its attributes."""
        found = self._tallies.get(which)
        if found is None:
            found = self._tallies[which] = report.tally(self.keys[which])
        return found


class ImportPlan:
    """How the rows of one table are read."""

    def __init__(self, mapping: Mapping, sheet: Sheet, resolver: Resolver, path: str) -> None:
        self.mapping = mapping
        self.sheet = sheet
        self.resolver = resolver
        self.issues: list[Issue] = []
        self.names = self._names()
        self.place = {name: at for at, name in enumerate(self.names)}
        given = mapping.settings
        self.name = self._made(given.name)
        self.slug = self._made(given.slug) if given.slug else None
        self.category = self._made(given.category)
        self.aliases = [self._made(text) for text in given.aliases]
        self.as_of = self._made(given.as_of) if given.as_of else None
        self.source = {field: self._made(str(getattr(mapping.source, field))) for field in _SOURCE_FIELDS}
        self.skipped = {self.place[headers.clean_header(name)]: _fold(texts) for name, texts in given.skip_rows.items()}
        self.filled = [self.place[headers.clean_header(name)] for name in given.fill]
        row = given.qualifiers | ({"edition": given.edition} if given.edition else {})
        self.bound = {key: self._made(text) for key, text in row.items()}
        self._shared: dict[Any, ReadCache] = {}
        self.columns: list[PlannedColumn] = []
        self.labels = given.layout == "labels"
        if not self.labels:
            made = (self._column(name, draft) for name, drafts in mapping.columns.items() for draft in drafts)
            self.columns = [column for column in made if column]
            self._twice()
        self.told_apart = any(column.fixed is None for column in self.columns)
        """Whether rows of one product may differ by qualifiers."""
        self._labelled: dict[tuple[str, str], list[PlannedColumn]] = {}
        if self.issues:
            raise ValidationError(path, self.issues)

    def _names(self) -> list[str]:
        """The columns that are asked for, each once."""
        given = self.mapping.settings
        source = [str(getattr(self.mapping.source, field)) for field in _SOURCE_FIELDS]
        texts = [given.name, given.slug, given.category, given.edition, given.as_of, *given.aliases, *given.qualifiers.values()]
        for drafts in self.mapping.columns.values():
            for draft in drafts:
                texts += [draft.as_of, *draft.qualifiers.values()]
        names = [name for text in [*texts, *source] for name in Template(text).columns]
        names += [headers.clean_header(name) for name in (*given.skip_rows, *given.fill)]
        if given.layout == "labels":
            names += [headers.clean_header(name) for name in (given.label, given.value, given.unit) if name]
        else:
            names += list(self.mapping.columns)
        return list(dict.fromkeys(names))

    def unmapped(self) -> list[str]:
        """The table's columns that the mapping says nothing of."""
        skip = {headers.clean_header(name) for name in self.mapping.settings.skip}
        return [name for name in self.sheet.header if name not in self.place and name not in skip]

    def untaken(self) -> list[str]:
        """What to say of columns whose cells do not all have what take: asks for, where they are read in no other way."""
        drafts = self.mapping.columns
        alone = [one for one in self.columns if one.reader.untaken and len(drafts.get(one.name, ())) == 1]
        return [f"{one.name}: take: fits no part of {_format_examples(list(one.reader.untaken))}" for one in alone]

    def _made(self, text: str) -> Made:
        return Template(text).made(self.place)

    def labelled(self, cells: Sequence[str]) -> list[PlannedColumn]:
        """The columns that a row of the layout labels stands for: by its label, and its unit where that is a cell."""
        given = self.mapping.settings
        label = headers.clean_header(cells[self.place[headers.clean_header(given.label)]])
        unit = " ".join(cells[self.place[headers.clean_header(given.unit)]].split()) if given.unit else ""
        found = self._labelled.get((label, unit))
        if found is None:
            drafts = self.mapping.columns.get(label, ())
            value = headers.clean_header(given.value)
            made = (self._column(value, draft._replace(unit=draft.unit or unit), label) for draft in drafts)
            found = [column for column in made if column]
            if self.issues:
                issues, self.issues = self.issues, []
                raise InvalidValueError(issues[0].problem, issues[0].hint)
            if len(self._labelled) < _MAX_LABELS:
                self._labelled[label, unit] = found
        return found

    def _column(self, name: str, draft: ColumnDraft, label: str = "") -> PlannedColumn | None:
        """One column; None where something is wrong with it, which has been said."""
        keys = draft.parts or (draft.attribute,)
        names = self.resolver.known.names["attribute"]
        shown = label or name
        unknown = [key for key in keys if key not in names]
        for key in unknown:
            hint = nearest(key, names) or "write it under attributes: in the mapping, and say --create-attributes"
            self._issue(draft.line, f"{shown}: there is no attribute {key!r}", hint)
        if unknown:
            return None
        ids = [names[key] for key in keys]
        targets = [self.resolver.targets[id] for id in ids]
        try:
            unit = self._unit(shown, draft, targets[0].kind, targets[0].unit or "")
            column = PlannedColumn(
                shown, self.place[name], CellReader(targets, unit, self._rules(draft), self._shared), ids, draft
            )
            self._bind(column, draft)
        except SpecdbError as error:
            self._issue(draft.line, f"{shown}: {error.problem}", error.hint)
            return None
        column.many = all(target.many for target in targets)
        return column

    def _bind(self, column: PlannedColumn, draft: ColumnDraft) -> None:
        """The qualifiers of a column, those of the row among them, and the date of its figures."""
        made = self.bound | {key: self._made(text) for key, text in draft.qualifiers.items()}
        texts = self.mapping.settings.qualifiers | draft.qualifiers
        fixed = not self.mapping.settings.edition and not any(Template(text).columns for text in texts.values())
        column.bound = made
        column.fixed = qualifiers.to_text(texts) if fixed else None
        column.as_of = self._made(draft.as_of) if draft.as_of else None
        if any(target.expression for target in column.reader.targets):
            raise InvalidValueError(f"{column.keys[0]} is computed", "map the columns that it is computed from")

    def _unit(self, name: str, draft: ColumnDraft, kind: str, wanted: str) -> str:
        """The unit in force for bare numbers: the mapping's, else the row of units', else the header's."""
        if kind != "quantity":
            return ""
        unit = draft.unit or self.sheet.units.get(name, "")
        if unit:
            return _resolve_with_magnitude(unit, wanted)
        return _resolve_for_dimension(headers.parse_header(name).unit, wanted)

    def _rules(self, draft: ColumnDraft) -> CellRules:
        given = self.mapping.settings
        order = draft.dates or given.dates
        if order not in DATE_ORDERS:
            raise InvalidValueError(f"dates: {order!r}", "write dmy or mdy")
        return CellRules(
            _fold((*given.missing, *draft.missing)),
            _fold(given.unknown),
            _fold(given.not_applicable),
            {" ".join(key.split()).casefold(): value for key, value in draft.values.items()},
            draft.locale or given.locale,
            order,
            draft.separator,
            draft.take,
            "option" if given.edition or "edition" in (given.qualifiers | draft.qualifiers) else "edition",
        )

    def _twice(self) -> None:
        """Two columns that answer one question would be two answers in each row."""
        seen: dict[tuple[str, str], str] = {}
        for column in self.columns:
            for key in () if column.many else column.keys:
                question = (key, repr(sorted(column.draft.qualifiers.items())))
                if question in seen:
                    problem = f"the columns {seen[question]} and {column.name} both say {key}"
                    self._issue(0, problem, "give one of them qualifiers:, or skip it")
                seen[question] = column.name

    def _issue(self, line: int, problem: str, hint: str) -> None:
        self.issues.append(Issue(line, problem, hint))


def _format_examples(texts: Sequence[str]) -> str:
    shown = ", ".join(repr(text[:40]) for text in texts[:3])
    return shown + (f" and {len(texts) - 3:,} other texts" if len(texts) > 3 else "")


_SOURCE_FIELDS = ("slug", "title", "publisher", "kind", "date", "url")
_MAX_LABELS = 10_000


def _fold(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(text.split()).casefold() for text in texts)


def _resolve_with_magnitude(unit: str, wanted: str) -> str:
    """A unit of a mapping, or a row of units; a word such as million may stand before it."""
    word, _, rest = unit.partition(" ")
    if word.lower() in ("thousand", "million", "billion", "trillion"):
        unit_registry.resolve_unit(rest)
        return unit
    return _resolve_for_dimension(unit, wanted) or unit_registry.resolve_unit(unit).name


def _resolve_for_dimension(unit: str, wanted: str) -> str:
    """The unit as it is named; of those that differ in capitals only, the one that measures what the attribute does."""
    if not unit:
        return ""
    dimension = unit_registry.resolve_unit(wanted).dimension
    try:
        found = unit_registry.resolve_unit(unit)
    except InvalidValueError:
        fitting = [one.name for one in unit_registry.units_ignoring_case(unit) if one.dimension == dimension]
        if len(fitting) == 1:
            return fitting[0]
        raise
    if found.dimension != dimension:
        fitting = [one.name for one in unit_registry.units_ignoring_case(unit) if one.dimension == dimension]
        if len(fitting) == 1:
            return fitting[0]
    return found.name or "count"


def make_slug(name: str) -> str:
    """A slug made of a name: its letters and figures in ASCII, "+" as plus; of a name without any, a hash."""
    bare = headers.to_ascii(name.replace("+", " plus ")).lower()
    slug = _NOT_IN_SLUGS.sub("-", bare).strip("-")
    if slug and len(slug) <= 100:
        return slug
    from hashlib import sha256

    digest = sha256(name.encode("utf-8", "replace")).hexdigest()[:10]
    return f"{slug[:89].rstrip('-')}-{digest}" if slug else f"p-{digest}"


_NOT_IN_SLUGS = re.compile("[^a-z0-9]+")
