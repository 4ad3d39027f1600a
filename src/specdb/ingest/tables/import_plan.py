"""Apply a mapping to a table: which columns to read and how; all issues are reported together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.domain import qualifiers
from specdb.errors import InvalidValueError, Issue, SpecdbError, ValidationError, nearest
from specdb.figures import unit_registry
from specdb.figures.vocabulary import MAGNITUDES
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

    CompiledTemplate = Callable[[Sequence[str], int], str]


class PlannedColumn:
    """A column to read: the index of its cells, its reader, its attributes, and the qualifiers of its specs."""

    def __init__(self, name: str, place: int, reader: CellReader, attributes: Sequence[int], draft: ColumnDraft) -> None:
        self.name = name
        self.place = place
        self.reader = reader
        self.attributes = tuple(attributes)
        self.keys = tuple(target.key for target in reader.targets)
        self.draft = draft
        self.many = False
        self.decimal = reader.number_format.decimal if reader.number_format else ""
        """The decimal mark of the column's texts if it is not a point; '' if it is."""
        self.templates: dict[str, CompiledTemplate] = {}
        self.fixed: str | None = ""
        """The qualifiers if they are the same in each row, else None: then `templates` has their templates."""
        self.as_of: CompiledTemplate | None = None
        self._tallies: dict[int, Tally] = {}

    def tally(self, report: ImportReport, which: int = 0) -> Tally:
        """Return the counts of one of its attributes."""
        tally = self._tallies.get(which)
        if tally is None:
            tally = self._tallies[which] = report.tally(self.keys[which])
        return tally


class ImportPlan:
    """How to read the rows of one table.

    Args:
        mapping: The mapping.
        sheet: The table.
        resolver: Resolves attributes.
        path: File name of the mapping, for errors.

    Raises:
        ValidationError: With all issues of the mapping for this table.
    """

    def __init__(self, mapping: Mapping, sheet: Sheet, resolver: Resolver, path: str) -> None:
        self.mapping = mapping
        self.sheet = sheet
        self.resolver = resolver
        self.issues: list[Issue] = []
        self.names = self._names()
        self.place = {name: at for at, name in enumerate(self.names)}
        settings = mapping.settings
        self.name = self._compile(settings.name)
        self.slug = self._compile(settings.slug) if settings.slug else None
        self.category = self._compile(settings.category)
        self.aliases = [self._compile(text) for text in settings.aliases]
        self.as_of = self._compile(settings.as_of) if settings.as_of else None
        self.source = {field: self._compile(str(getattr(mapping.source, field))) for field in _SOURCE_FIELDS}
        self.skipped = {self.place[headers.clean_header(name)]: _fold(texts) for name, texts in settings.skip_rows.items()}
        self.filled = [self.place[headers.clean_header(name)] for name in settings.fill]
        row = settings.qualifiers | ({"edition": settings.edition} if settings.edition else {})
        self.templates = {key: self._compile(text) for key, text in row.items()}
        self._shared: dict[Any, ReadCache] = {}
        self.columns: list[PlannedColumn] = []
        self.labels = settings.layout == "labels"
        if not self.labels:
            columns = (self._column(name, draft) for name, drafts in mapping.columns.items() for draft in drafts)
            self.columns = [column for column in columns if column]
            self._check_duplicates()
        self.qualifiers_vary = any(column.fixed is None for column in self.columns)
        """Whether rows of the same product may differ in their qualifiers."""
        self._labelled: dict[tuple[str, str], list[PlannedColumn]] = {}
        if self.issues:
            raise ValidationError(path, self.issues)

    def _names(self) -> list[str]:
        """List the required columns without duplicates."""
        settings = self.mapping.settings
        source = [str(getattr(self.mapping.source, field)) for field in _SOURCE_FIELDS]
        texts = [
            settings.name,
            settings.slug,
            settings.category,
            settings.edition,
            settings.as_of,
            *settings.aliases,
            *settings.qualifiers.values(),
        ]
        for drafts in self.mapping.columns.values():
            for draft in drafts:
                texts += [draft.as_of, *draft.qualifiers.values()]
        names = [name for text in [*texts, *source] for name in Template(text).columns]
        names += [headers.clean_header(name) for name in (*settings.skip_rows, *settings.fill)]
        if settings.layout == "labels":
            names += [headers.clean_header(name) for name in (settings.label, settings.value, settings.unit) if name]
        else:
            names += list(self.mapping.columns)
        return list(dict.fromkeys(names))

    def unmapped(self) -> list[str]:
        """List the columns of the table that the mapping does not mention."""
        skip = {headers.clean_header(name) for name in self.mapping.settings.skip}
        return [name for name in self.sheet.header if name not in self.place and name not in skip]

    def untaken(self) -> list[str]:
        """Return a remark on each column with cells that its only take: rule does not match."""
        drafts = self.mapping.columns
        columns = [column for column in self.columns if column.reader.untaken and len(drafts.get(column.name, ())) == 1]
        return [f"{column.name}: take: does not match {_format_examples(list(column.reader.untaken))}" for column in columns]

    def _compile(self, text: str) -> CompiledTemplate:
        return Template(text).compile(self.place)

    def labelled(self, cells: Sequence[str]) -> list[PlannedColumn]:
        """Return the columns of a row in the layout labels, by its label and unit."""
        settings = self.mapping.settings
        label = headers.clean_header(cells[self.place[headers.clean_header(settings.label)]])
        unit = " ".join(cells[self.place[headers.clean_header(settings.unit)]].split()) if settings.unit else ""
        columns = self._labelled.get((label, unit))
        if columns is None:
            drafts = self.mapping.columns.get(label, ())
            value = headers.clean_header(settings.value)
            planned = (self._column(value, draft._replace(unit=draft.unit or unit), label) for draft in drafts)
            columns = [column for column in planned if column]
            if self.issues:
                issues, self.issues = self.issues, []
                raise InvalidValueError(issues[0].problem, issues[0].hint)
            if len(self._labelled) < _MAX_LABELS:
                self._labelled[label, unit] = columns
        return columns

    def _column(self, name: str, draft: ColumnDraft, label: str = "") -> PlannedColumn | None:
        """Plan one column; None if it has issues, which are recorded."""
        keys = draft.parts or (draft.attribute,)
        names = self.resolver.index.names["attribute"]
        shown = label or name
        unknown = [key for key in keys if key not in names]
        for key in unknown:
            hint = nearest(key, names) or "add it to attributes: in the mapping, and use --create-attributes"
            self._issue(draft.line, f"{shown}: unknown attribute {key!r}", hint)
        if unknown:
            return None
        ids = [names[key] for key in keys]
        targets = [self.resolver.targets[attribute_id] for attribute_id in ids]
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
        """Set the qualifiers of a column, including those of the row, and the date of its figures."""
        templates = self.templates | {key: self._compile(text) for key, text in draft.qualifiers.items()}
        texts = self.mapping.settings.qualifiers | draft.qualifiers
        fixed = not self.mapping.settings.edition and not any(Template(text).columns for text in texts.values())
        column.templates = templates
        column.fixed = qualifiers.to_text(texts) if fixed else None
        column.as_of = self._compile(draft.as_of) if draft.as_of else None
        if any(target.expression for target in column.reader.targets):
            raise InvalidValueError(f"{column.keys[0]} is computed", "map the columns that it is computed from")

    def _unit(self, name: str, draft: ColumnDraft, kind: str, wanted: str) -> str:
        """Return the unit of bare numbers: that of the mapping, else of the row of units, else of the header."""
        if kind != "quantity":
            return ""
        unit = draft.unit or self.sheet.units.get(name, "")
        if unit:
            return _resolve_with_magnitude(unit, wanted)
        return _resolve_for_dimension(headers.parse_header(name).unit, wanted)

    def _rules(self, draft: ColumnDraft) -> CellRules:
        settings = self.mapping.settings
        order = draft.dates or settings.dates
        if order not in DATE_ORDERS:
            raise InvalidValueError(f"invalid dates: {order!r}", "write dmy or mdy")
        return CellRules(
            _fold((*settings.missing, *draft.missing)),
            _fold(settings.unknown),
            _fold(settings.not_applicable),
            {" ".join(key.split()).casefold(): value for key, value in draft.values.items()},
            draft.locale or settings.locale,
            order,
            draft.separator,
            draft.take,
            "option" if settings.edition or "edition" in (settings.qualifiers | draft.qualifiers) else "edition",
        )

    def _check_duplicates(self) -> None:
        """Record an issue if two columns answer the same question."""
        seen: dict[tuple[str, str], str] = {}
        for column in self.columns:
            for key in () if column.many else column.keys:
                question = (key, repr(sorted(column.draft.qualifiers.items())))
                if question in seen:
                    problem = f"the columns {seen[question]} and {column.name} both state {key}"
                    self._issue(0, problem, "add qualifiers: to one of them, or skip it")
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
    """Resolve a unit of a mapping or a row of units, which a magnitude such as million may precede."""
    word, _, rest = unit.partition(" ")
    if word.lower() in MAGNITUDES:
        unit_registry.resolve_unit(rest)
        return unit
    return _resolve_for_dimension(unit, wanted) or unit_registry.resolve_unit(unit).name


def _resolve_for_dimension(unit: str, wanted: str) -> str:
    """Resolve a unit; if several match ignoring case, choose the unit of the attribute's dimension."""
    if not unit:
        return ""
    dimension = unit_registry.resolve_unit(wanted).dimension
    try:
        resolved = unit_registry.resolve_unit(unit)
    except InvalidValueError:
        fitting = [one.name for one in unit_registry.units_ignoring_case(unit) if one.dimension == dimension]
        if len(fitting) == 1:
            return fitting[0]
        raise
    if resolved.dimension != dimension:
        fitting = [one.name for one in unit_registry.units_ignoring_case(unit) if one.dimension == dimension]
        if len(fitting) == 1:
            return fitting[0]
    return resolved.name or "count"
