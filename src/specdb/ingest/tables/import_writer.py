"""Write imported specs: unchanged specs of an earlier import stay, and specs that the file has changed are replaced."""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.database import import_history
from specdb.database.changeset_writer import SPEC_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from specdb.database.changeset_writer import ChangesetWriter
    from specdb.database.import_history import RecordedSpec
    from specdb.database.name_index import NameIndex
    from specdb.database.protocols import Connection
    from specdb.ingest.tables.import_report import ImportReport, Tally

BATCH_SIZE = 20_000
"""Number of specs that are passed to the driver at once."""


class Question(NamedTuple):
    """What a spec states a value of: specs with equal questions replace each other in a later import.

    Attributes:
        product: Id of the product.
        attribute: Id of the attribute.
        qualifiers: Qualifiers without those that distinguish the parts of a cell.
        source: Id of the source.
        locator: Locator in the source; '' if it does not distinguish specs.
    """

    product: int
    attribute: int
    qualifiers: str
    source: int
    locator: str


class ImportedStatement(NamedTuple):
    """A spec that a file states.

    Attributes:
        question: The question that it answers.
        raw: Text of the cell, or the comparable columns of a spec in the native format.
        columns: Columns of the spec in the order of SPEC_COLUMNS.
        key: Key of the attribute.
        many: Whether a question may have several answers.
        refuse: Called with a reason if the file contradicts itself.
    """

    question: Question
    raw: object
    columns: tuple[Any, ...]
    key: str
    many: bool
    refuse: Callable[[str], None]


_CONTRADICTION = "{} states another value: add edition: or qualifiers: to the mapping"
PART_SUFFIX = ", part "
"""The suffix of a locator if the cell has several specs; a number follows."""

_QUALIFIERS = SPEC_COLUMNS.index("qualifiers")
_LOCATOR = SPEC_COLUMNS.index("locator")
_COMPARED = ("kind", "modifier", "number", "unit", "text", "target_id", "printed", "as_of")
comparable_columns = itemgetter(*map(SPEC_COLUMNS.index, _COMPARED))
"""Returns the columns of a spec in the native format that decide whether it has changed; takes SPEC_COLUMNS."""

_recorded_columns = attrgetter(*_COMPARED)


class ImportWriter:
    """Collects rows and writes them in batches."""

    def __init__(self, edit: ChangesetWriter, reads: Connection, known: NameIndex, report: ImportReport) -> None:
        self.edit = edit
        self.reads = reads
        self.known = known
        self.report = report
        self.fresh: list[tuple[Any, ...]] = []
        self.products: list[dict[str, Any]] = []
        self.aliases: list[dict[str, Any]] = []
        self.statements: list[ImportedStatement] = []
        self.tracking = False
        """Whether several tables or rows may answer one question, so that unchanged answers must be remembered."""
        self.unchanged: dict[int, int] = {}
        self.merged = import_history.merged_products(edit.connection)

    def flush(self) -> None:
        """Write the collected rows."""
        self.edit.add({"product": self.products, "alias": self.aliases})
        self.edit.bulk_insert(self.fresh, shown=True)
        self.products, self.aliases, self.fresh = [], [], []
        if self.statements:
            self._compare(self.statements)
            self.statements = []

    def full(self) -> bool:
        """Return whether the batch is full."""
        return len(self.fresh) + len(self.statements) >= BATCH_SIZE or len(self.products) >= BATCH_SIZE

    def _compare(self, statements: list[ImportedStatement]) -> None:
        """Compare statements with earlier imports and write the differences."""
        located = bool(statements[0].question.locator)
        earlier: dict[Question, list[RecordedSpec]] = {}
        products = {statement.question.product for statement in statements}
        sources = sorted({statement.question.source for statement in statements})
        for spec in import_history.recorded_specs(self.edit.connection, products, sources, self.merged):
            earlier.setdefault(_question_of(spec, located), []).append(spec)
        groups: dict[Question, list[ImportedStatement]] = {}
        for statement in statements:
            groups.setdefault(statement.question, []).append(statement)
        added: list[tuple[Any, ...]] = []
        retracted: list[tuple[int, int]] = []
        for question, group in groups.items():
            fresh, old = self._diff(group, earlier.get(question, []), located)
            added += [statement.columns for statement in fresh]
            retracted += old
        self.edit.retract_specs(retracted)
        self.edit.bulk_insert(added, shown=False)

    def _diff(
        self, group: list[ImportedStatement], earlier: list[RecordedSpec], located: bool
    ) -> tuple[list[ImportedStatement], list[tuple[int, int]]]:
        """Return the statements of one question to add, and the (product, spec) ids to retract."""
        tally = self.report.tally(group[0].key)
        imported = [recorded for recorded in earlier if recorded.imported]
        latest = max((recorded.added_id for recorded in imported), default=0)
        several = group[0].many or located
        current = imported if several else [recorded for recorded in imported if recorded.added_id == latest]
        known = {_comparable(recorded, located) for recorded in current}
        if several or not imported:
            known |= {_comparable(recorded, located) for recorded in earlier if recorded.live}
        if several:
            fresh = self._new_of_several(group, known, latest, tally)
        else:
            fresh = self._new_of_single(group, known, imported, latest, tally)
        replaced = bool(fresh) and bool(imported) and not group[0].many
        if replaced:
            tally.changed += len(fresh)
        else:
            tally.new += len(fresh)
        if not replaced:
            return fresh, []
        kept = {statement.raw for statement in group} if several else set()
        live = (recorded for recorded in earlier if recorded.live and _comparable(recorded, located) not in kept)
        return fresh, [(recorded.product_id, recorded.id) for recorded in live]

    def _new_of_several(
        self, group: list[ImportedStatement], known: set[object], latest: int, tally: Tally
    ) -> list[ImportedStatement]:
        """Return the new statements of a question that may have several answers."""
        fresh = []
        for statement in group:
            if statement.raw not in known:
                fresh.append(statement)
            elif latest != self.edit.id:
                self._count_unchanged(statement, tally)
        return list({(statement.raw, statement.columns[_QUALIFIERS]): statement for statement in fresh}.values())

    def _new_of_single(
        self, group: list[ImportedStatement], known: set[object], imported: list[RecordedSpec], latest: int, tally: Tally
    ) -> list[ImportedStatement]:
        """Return the new statements of a question with one answer; reject those that contradict the first."""
        before = self.unchanged.get(hash(group[0].question))
        fresh = []
        for statement in group:
            if before is not None and before != hash(statement.raw):
                statement.refuse(_CONTRADICTION.format("another table or row"))
            elif statement.raw in known and latest != self.edit.id:
                self._count_unchanged(statement, tally)
            elif statement.raw != group[0].raw or (latest == self.edit.id and statement.raw not in known):
                locators = (recorded.locator for recorded in imported if recorded.added_id == self.edit.id)
                statement.refuse(_CONTRADICTION.format(next(locators, group[0].columns[_LOCATOR])))
            elif latest != self.edit.id:
                fresh.append(statement)
        return fresh

    def _count_unchanged(self, statement: ImportedStatement, tally: Tally) -> None:
        tally.unchanged += 1
        if self.tracking:
            self.unchanged[hash(statement.question)] = hash(statement.raw)


def _question_of(recorded: RecordedSpec, located: bool) -> Question:
    """Return the question that a recorded spec answers, without the qualifier of its part of a cell."""
    qualifiers = recorded.qualifiers
    if PART_SUFFIX in recorded.locator and not located:
        pairs = qualifiers.split(";")
        for prefix in ("cluster=", "option=", "edition="):
            if any(pair.startswith(prefix) for pair in pairs):
                qualifiers = ";".join(pair for pair in pairs if not pair.startswith(prefix))
                break
    locator = recorded.locator if located else ""
    return Question(recorded.product_id, recorded.attribute_id, qualifiers, recorded.source_id, locator)


def _comparable(recorded: RecordedSpec, located: bool) -> object:
    """Return the values that differ if a spec has changed: the text of its cell, or its columns in the native format."""
    return _recorded_columns(recorded) if located else recorded.printed
