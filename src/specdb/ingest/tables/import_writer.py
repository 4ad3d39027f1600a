"""Statements into the database: what an earlier import stated is left as it is now, what the file has changed is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.database import import_history

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from specdb.database.changeset_writer import ChangesetWriter
    from specdb.database.connection import Connection
    from specdb.database.import_history import RecordedSpec
    from specdb.database.name_index import NameIndex
    from specdb.ingest.tables.import_report import ImportReport

BATCH_SIZE = 20_000
"""Specs that are handed to the driver at once."""

Question = tuple[int, int, str, int, str]
"""A product, an attribute, qualifiers without those that a cell's parts are told apart by, a source, and a locator or ''."""


class ImportedStatement(NamedTuple):
    """A spec that a file states: what it answers, its raw text, its SPEC_COLUMNS, its attribute's key.

    `refuse` is called with a reason if the file itself says something else already.
    """

    question: Question
    raw: object
    columns: tuple[Any, ...]
    key: str
    many: bool
    refuse: Callable[[str], None]


_TWICE = "{} states it too, and otherwise: name an edition: or qualifiers: in the mapping"
PART_SUFFIX = ", part "
"""What a locator has after the column where a cell makes several specs."""


class ImportWriter:
    """Gathers what is to be added, and adds it in portions."""

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
        """Whether several tables or rows may answer one question: then what is unchanged has to be remembered."""
        self.unchanged: dict[int, int] = {}
        self.merged = import_history.merged_products(edit.connection)

    def flush(self) -> None:
        """Adds what has been gathered."""
        self.edit.add({"product": self.products, "alias": self.aliases})
        self.edit.bulk_insert(self.fresh, shown=True)
        self.products, self.aliases, self.fresh = [], [], []
        if self.statements:
            self._compare(self.statements)
            self.statements = []

    def full(self) -> bool:
        """Whether it is time to flush."""
        return len(self.fresh) + len(self.statements) >= BATCH_SIZE or len(self.products) >= BATCH_SIZE

    def _compare(self, statements: list[ImportedStatement]) -> None:
        """Sorts out what is new, unchanged and changed, and writes it."""
        located = bool(statements[0].question[4])
        earlier: dict[Question, list[RecordedSpec]] = {}
        sources = sorted({one.question[3] for one in statements})
        for one in import_history.recorded_specs(
            self.edit.connection, {one.question[0] for one in statements}, sources, self.merged
        ):
            earlier.setdefault(_question_of(one, located), []).append(one)
        groups: dict[Question, list[ImportedStatement]] = {}
        for statement in statements:
            groups.setdefault(statement.question, []).append(statement)
        added: list[tuple[Any, ...]] = []
        gone: list[tuple[int, int]] = []
        for question, group in groups.items():
            found = earlier.get(question, [])
            fresh, old = self._weigh(group, found, located)
            added += [one.columns for one in fresh]
            gone += old
        self.edit.retract_specs(gone)
        self.edit.bulk_insert(added, shown=False)

    def _weigh(
        self, group: list[ImportedStatement], earlier: list[RecordedSpec], located: bool
    ) -> tuple[list[ImportedStatement], list[tuple[int, int]]]:
        """The statements of one question to be added, and the specs to be retracted."""
        tally = self.report.tally(group[0].key)
        imported = [one for one in earlier if one.imported]
        latest = max((one.added_id for one in imported), default=0)
        several = group[0].many or located
        said = {
            _comparable(one, located) for one in (imported if several else [one for one in imported if one.added_id == latest])
        }
        if several or not imported:
            said |= {_comparable(one, located) for one in earlier if one.live}
        first = group[0].raw
        asked = hash(group[0].question)
        before = self.unchanged.get(asked)
        fresh = []
        for one in group:
            if before is not None and not several and before != hash(one.raw):
                one.refuse(_TWICE.format("another table or row"))
            elif one.raw in said and latest != self.edit.id:
                tally.unchanged += 1
                if self.tracking:
                    self.unchanged[asked] = hash(one.raw)
            elif several and one.raw in said:
                continue
            elif not several and (one.raw != first or (latest == self.edit.id and one.raw not in said)):
                other = next((old.locator for old in imported if old.added_id == self.edit.id), group[0].columns[17])
                one.refuse(_TWICE.format(other))
            elif several or latest != self.edit.id:
                fresh.append(one)
        if several:
            fresh = list({(one.raw, one.columns[4]): one for one in fresh}.values())
        replaced = bool(fresh) and bool(imported) and not group[0].many
        if replaced:
            tally.changed += len(fresh)
        else:
            tally.new += len(fresh)
        kept = {one.raw for one in group} if several else set()
        old = (
            [(one.product_id, one.id) for one in earlier if one.live and _comparable(one, located) not in kept]
            if replaced
            else []
        )
        return fresh, old


def _question_of(one: RecordedSpec, located: bool) -> Question:
    bound = one.qualifiers
    if PART_SUFFIX in one.locator and not located:
        pairs = bound.split(";")
        for own in ("cluster=", "option=", "edition="):
            if any(pair.startswith(own) for pair in pairs):
                bound = ";".join(pair for pair in pairs if not pair.startswith(own))
                break
    return one.product_id, one.attribute_id, bound, one.source_id, one.locator if located else ""


def _comparable(one: RecordedSpec, located: bool) -> object:
    """What is compared: what a cell printed; of our own form, all that a spec says."""
    if not located:
        return one.printed
    return (one.kind, one.modifier, one.number, one.unit, one.text, one.target_id, one.printed, one.as_of)


def comparable_columns(columns: Iterable[Any]) -> object:
    """The same of a spec's columns in our own form, in the order of SPEC_COLUMNS."""
    row = list(columns)
    return (*row[5:9], row[13], row[14], row[15], row[18])
