"""Read the rows of a table as products and statements; unreadable cells and rows are rejected with their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from specdb.bundles.drafts import Bundle, SourceDraft
from specdb.domain import qualifiers
from specdb.domain.slug import make_slug
from specdb.errors import InvalidValueError, SpecdbError, ValidationError, nearest
from specdb.figures import dates as core_dates
from specdb.ingest.tables import date_formats, declarations
from specdb.ingest.tables.import_report import RefusedCell
from specdb.ingest.tables.import_writer import PART_SUFFIX, ImportedStatement, Question
from specdb.ingest.tables.sheet import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from specdb.ingest.tables.import_plan import ImportPlan, PlannedColumn
    from specdb.ingest.tables.import_writer import ImportWriter
    from specdb.ingest.tables.product_matching import ProductMatcher
    from specdb.ingest.tables.sheet import SheetRow


class RowReader:
    """Reads the rows of one table according to a plan.

    Args:
        plan: The plan.
        writer: Receives the specs.
        products: Finds and creates products.
        file: File name for rejected cells.
    """

    def __init__(self, plan: ImportPlan, writer: ImportWriter, products: ProductMatcher, file: str) -> None:
        self.plan = plan
        self.writer = writer
        self.products = products
        self.file = file
        self.report = writer.report
        self.ids = writer.known.new_ids("spec")
        self.sources: dict[tuple[str, ...], tuple[int, str]] = {}
        self.categories: dict[str, int] = {}
        self.days: dict[str, str] = {}
        self.seen: dict[Any, int] = {}

    def _each(self) -> Iterator[SheetRow]:
        """Yield the rows; empty cells of columns in fill: repeat the cell above."""
        rows = self.plan.sheet.rows(self.plan.names)
        if not self.plan.filled:
            yield from rows
            return
        above: dict[int, str] = {}
        for row in rows:
            cells = list(row.cells)
            if not row.problem and any(map(str.strip, cells)):
                for at in self.plan.filled:
                    cells[at] = above[at] = cells[at] if cells[at].strip() else above.get(at, "")
            yield row._replace(cells=cells)

    def run(self, tick: Callable[[], None]) -> None:
        """Read all rows; call `tick` after each batch."""
        for row in self._each():
            if row.problem:
                self._refuse(row.number, "", "", row.problem)
                continue
            if any(" ".join(row.cells[at].split()).casefold() in texts for at, texts in self.plan.skipped.items()):
                continue
            try:
                self._row(row)
            except SpecdbError as error:
                text = " ".join(cell for cell in row.cells[:8] if cell)
                self._refuse(row.number, "", text, f"{error.problem}: {error.hint}" if error.hint else error.problem)
            if self.writer.full():
                self.writer.flush()
                tick()
        self.writer.flush()
        tick()

    def _row(self, row: SheetRow) -> None:
        """Read one row; skip notes and rows without text."""
        plan, (number, cells, _) = self.plan, row
        name = plan.name(cells, number)
        if _NOTE.match(name) and sum(bool(cell.strip()) for cell in cells) == 1:
            return
        if not name:
            if any(cell.strip() for cell in cells):
                raise InvalidValueError("the row names no product", "correct name: in the mapping, or skip the row")
            return
        columns = plan.labelled(cells) if plan.labels else plan.columns
        if not columns:
            return
        source, as_of = self._source(cells, number)
        if plan.as_of:
            as_of = self._day(plan.as_of(cells, number)) or as_of
        row_qualifiers = self._row_qualifiers(columns, cells, number)
        slug = plan.slug(cells, number) if plan.slug else ""
        aliases = [alias for template in plan.aliases if (alias := template(cells, number))]
        product, category, fresh = self.products.find(name, slug, aliases, lambda: self._category(cells, number))
        if not plan.labels and not self._first(product, row_qualifiers, cells, number):
            return
        self._cells(row, columns, row_qualifiers, (product, category, source, as_of), fresh and not plan.labels)

    def _cells(
        self,
        row: SheetRow,
        columns: Sequence[PlannedColumn],
        column_qualifiers: Sequence[str],
        about: tuple[int, int, int, str],
        fresh: bool,
    ) -> None:
        """Read the cells of a row: specs of a new product are added directly, others are compared with the database."""
        _, cells, _ = row
        product, category, source, as_of = about
        added, ids, word = self.writer.fresh, self.ids, f"{self.plan.sheet.word} {row.number}, "
        for column, shared in zip(columns, column_qualifiers, strict=True):
            text = cells[column.place]
            if not text:
                continue
            if column.decimal and type(text) is Number:
                text = text.replace(".", column.decimal)
            parts = column.reader.known.get(text)
            if parts is None:
                parts = column.reader.read(text)
            if not parts:
                continue
            if isinstance(parts, str):
                self._refuse(row.number, column.name, text, parts, column.keys[0])
                continue
            day = as_of if column.as_of is None else self._day(column.as_of(cells, row.number)) or as_of
            place = word + column.name
            if fresh and len(parts) == 1 and not parts[0].qualifier:
                _, _, values, printed = parts[0]
                column.tally(self.report).new += 1
                head = (product, next(ids), column.attributes[0], category, shared)
                added.append(head + values + (printed, source, place, day, "normal"))
                continue
            for at, (which, qualifier, values, printed) in enumerate(parts, 1):
                attribute = column.attributes[which]
                combined = f"{shared};{qualifier}" if shared and qualifier else shared or qualifier
                combined = ";".join(sorted(combined.split(";"))) if qualifier and shared else combined
                head = (product, next(ids), attribute, category, combined)
                where = f"{place}{PART_SUFFIX}{at}" if qualifier else place
                tail = (printed, source, where, day, "normal")
                if fresh:
                    column.tally(self.report, which).new += 1
                    added.append(head + values + tail)
                else:
                    question = Question(product, attribute, shared, source, "")
                    refuse = self._refusal(row.number, column, which, text)
                    key = column.keys[which]
                    self.writer.statements.append(
                        ImportedStatement(question, printed, head + values + tail, key, column.many, refuse)
                    )

    def _first(self, product: int, row_qualifiers: Sequence[str], cells: Sequence[str], number: int) -> bool:
        """Return whether this row is the first of its product and edition.

        Raises:
            InvalidValueError: An earlier row of them has other cells.
        """
        key = (product, *row_qualifiers) if self.plan.qualifiers_vary else product
        digest = hash(tuple(cells)) & _HASH
        first = self.seen.setdefault(key, number << _BITS | digest)
        if first >> _BITS == number:
            return True
        if first & _HASH != digest:
            problem = f"{self.plan.sheet.word} {first >> _BITS} also names this product"
            raise InvalidValueError(problem, "add edition: or slug: to the mapping to distinguish them, or correct the name")
        return False

    def _row_qualifiers(self, columns: Sequence[PlannedColumn], cells: Sequence[str], number: int) -> list[str]:
        """Return the qualifiers of each column in this row."""
        return [self._qualifiers(column, cells, number) if column.fixed is None else column.fixed for column in columns]

    def _qualifiers(self, column: PlannedColumn, cells: Sequence[str], number: int) -> str:
        pairs = {key: text for key, template in column.templates.items() if (text := _qualifier_value(template(cells, number)))}
        return qualifiers.to_text(pairs)

    def _category(self, cells: Sequence[str], number: int) -> int:
        """Return the id of the category that a row names."""
        text = self.plan.category(cells, number)
        if text not in self.categories:
            self.categories[text] = self._category_of(text)
        return self.categories[text]

    def _category_of(self, text: str) -> int:
        """Return the id of a category by key or name; InvalidValueError if it does not exist."""
        settings = self.plan.mapping.settings
        names: dict[str, int] = self.writer.known.names["category"]
        folded = {key.casefold(): value for key, value in settings.categories.items()}
        wanted = folded.get(text.casefold(), text)
        for name in (wanted, wanted.casefold(), make_slug(wanted)):
            if name in names:
                return names[name]
        if wanted.casefold() in self.products.category_names:
            return self.products.category_names[wanted.casefold()]
        hint = nearest(wanted, names) or "add its key to categories: in the mapping"
        raise InvalidValueError(f"unknown category {text!r}", hint)

    def _source(self, cells: Sequence[str], number: int) -> tuple[int, str]:
        """Return the id and date of the source that a row names; create it if it is new."""
        fields = tuple(template(cells, number) for template in self.plan.source.values())
        source = self.sources.get(fields)
        if source is None:
            slug = make_slug(fields[0])
            known = self.writer.known
            if slug not in known.ids["source"]:
                _, title, publisher, kind, day, url = fields
                draft = SourceDraft(
                    slug, title, publisher, kind, date_formats.normalize_date(day, self.plan.mapping.settings.dates), url
                )
                try:
                    declarations.add_declarations(
                        Bundle(sources=(draft,)), self.plan.resolver, self.writer, "", [], create=False
                    )
                except ValidationError as error:
                    del known.ids["source"][slug], known.names["source"][slug]
                    raise InvalidValueError(error.issues[0].problem, error.issues[0].hint) from error
            source = self.sources[fields] = (known.ids["source"][slug], known.dates[slug])
        return source

    def _day(self, text: str) -> str:
        """Normalize a date as the database stores it; '' stays ''."""
        date = self.days.get(text)
        if date is None:
            date = (
                core_dates.parse_date(date_formats.normalize_date(text, self.plan.mapping.settings.dates)).text if text else ""
            )
            self.days[text] = date
        return date

    def _refuse(self, number: int, column: str, text: str, reason: str, key: str = "") -> None:
        self.report.refuse(key, RefusedCell(self.file, self.plan.sheet.name, number, column, text[:200], reason))

    def _refusal(self, number: int, column: PlannedColumn, which: int, text: str) -> Callable[[str], None]:
        return lambda reason: self._refuse(number, column.name, text, reason, column.keys[which])


def _qualifier_value(text: str) -> str:
    """Return the text of a cell without the characters that qualifiers reserve."""
    return " ".join(text.translate(_UNSAFE).split())


_NOTE = re.compile(r"[*†‡]|(?:notes?|source|quelle|legend|footnotes?|remarks?)\s*:", re.IGNORECASE)
"""The start of a note below the table, in a row with no other text."""

_BITS = 61
_HASH = (1 << _BITS) - 1
_UNSAFE = {**dict.fromkeys(map(ord, ";=,"), " "), ord("["): "(", ord("]"): ")"}
