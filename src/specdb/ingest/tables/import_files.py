"""Import files with a mapping in one transaction and one changeset, or not at all."""

from __future__ import annotations

from hashlib import sha256
from typing import IO, TYPE_CHECKING, NamedTuple

from specdb.bundles.drafts import Bundle
from specdb.bundles.resolve import Resolver
from specdb.database import changeset_writer, name_index, spec_indexes, transaction
from specdb.editing.load import read_text
from specdb.errors import SpecdbError, UsageError
from specdb.ingest.tables import declarations, detect_format, native, read_sheets
from specdb.ingest.tables import mapping as mappings
from specdb.ingest.tables.import_plan import ImportPlan
from specdb.ingest.tables.import_report import ImportReport
from specdb.ingest.tables.import_writer import ImportWriter
from specdb.ingest.tables.product_matching import ProductMatcher
from specdb.ingest.tables.row_reader import RowReader
from specdb.ingest.tables.sheet import Shape, open_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.database.protocols import Connection
    from specdb.ingest.tables.import_report import RefusedCell
    from specdb.ingest.tables.mapping import Mapping
    from specdb.ingest.tables.sheet import Sheet, Watch

_CHUNK = 1024 * 1024
_BYTES = 10
"""Typical number of bytes of a file per spec."""


class ImportOptions(NamedTuple):
    """Options of an import.

    Attributes:
        mapping: File of the mapping; None for none.
        format: Format of the files; '' to use their suffixes.
        create_attributes: Whether new attributes may be created.
        strict: Whether a rejected cell cancels the import.
        reason: Reason for the changeset; '' for a default.
    """

    mapping: Path | None = None
    format: str = ""
    create_attributes: bool = False
    strict: bool = False
    reason: str = ""


def import_files(
    place: Location,
    files: Sequence[Path],
    options: ImportOptions,
    decide: Callable[[ImportReport], bool],
    listen: Callable[[RefusedCell], None] | None = None,
    progress: Callable[[int], None] = lambda _bytes: None,
) -> tuple[ImportReport, bool]:
    """Import files into a database.

    Args:
        place: The database.
        files: The files.
        options: Options of the import.
        decide: Gets the report when everything is read and nothing is committed; returns whether to commit.
        listen: Called with each rejected cell.
        progress: Called with the number of bytes read so far.

    Returns:
        The report, and whether anything was changed. An import without changes leaves no changeset.

    Raises:
        ValidationError: A file or the mapping is invalid.
        UsageError: A file needs a mapping, or its format is unknown.
        SpecdbError: `strict` is set and cells were rejected.
    """
    digest = sha256()
    for file in files:
        with open_file(file) as read:
            while chunk := read.read(_CHUNK):
                digest.update(chunk)
    mapping_list = mappings.parse_mapping(read_text(options.mapping), str(options.mapping)) if options.mapping else []
    reason = options.reason or f"imported {', '.join(file.name for file in files)}"
    with transaction.write_transaction(place) as connection:
        edit = changeset_writer.ChangesetWriter(
            connection, author=changeset_writer.current_author(), reason=reason, origin="import", digest=digest.hexdigest()
        )
        session = _ImportSession(edit, transaction.driver_connection(connection), options, ImportReport(listen), progress)
        size = sum(file.stat().st_size for file in files)
        bare = spec_indexes.drop_for_import(connection, size // _BYTES, session.first_new_id)
        session.writer.tracking = len(files) * len(mapping_list) > 1 or any(
            mapping.settings.layout == "labels" for mapping in mapping_list
        )
        for file in files:
            session.file(file, mapping_list)
        wanted = decide(session.report)
        if options.strict and (refused := session.report.total("refused")):
            raise SpecdbError(f"{refused:,} rejected; nothing was changed", "correct the file, or remove --strict")
        if not wanted or not session.report.changes:
            if started := connection.get_transaction():
                started.rollback()
            return session.report, False
        if bare:
            spec_indexes.recreate(connection)
        edit.finish()
        transaction.update_statistics(connection)
    return session.report, True


class _ImportSession:
    """The state of an import over several files."""

    def __init__(
        self,
        edit: changeset_writer.ChangesetWriter,
        reads: Connection,
        options: ImportOptions,
        report: ImportReport,
        progress: Callable[[int], None],
    ) -> None:
        self.options = options
        self.report = report
        known = name_index.NameIndex(edit.connection)
        self.first_new_id = known.next_id("spec")
        self.resolver = Resolver(known)
        self.writer = ImportWriter(edit, reads, known, report)
        self.products = ProductMatcher(self.writer)
        self.native = native.NativeImport(self.resolver, self.writer, self.products, options.create_attributes)
        self.progress = progress
        self.done = 0
        self.reading: IO[bytes] | None = None

    def file(self, path: Path, file_mappings: Sequence[Mapping]) -> None:
        """Import one file."""
        format = detect_format(path, self.options.format)
        if format == "yaml":
            native.import_bundle(path, self.native)
        elif file_mappings:
            for mapping in file_mappings:
                self._new(mapping)
                for sheet in _select_sheets(path, format, mapping, self._watch):
                    self._table(path, sheet, mapping)
        else:
            self._own(path, format)
        self.done += path.stat().st_size if path.exists() else 0
        self.reading = None
        self.progress(self.done)

    def _table(self, path: Path, sheet: Sheet, mapping: Mapping) -> None:
        plan = ImportPlan(mapping, sheet, self.resolver, str(self.options.mapping))
        unmapped = plan.unmapped() if not plan.labels else []
        RowReader(plan, self.writer, self.products, path.name).run(self._tick)
        if unmapped:
            listed = ", ".join(unmapped[:10]) + (f" and {len(unmapped) - 10} more" if len(unmapped) > 10 else "")
            self._remark(f"not mapped: {listed}")
        for remark in plan.untaken():
            self._remark(remark)

    def _remark(self, text: str) -> None:
        if text not in self.report.remarks:
            self.report.remarks.append(text)

    def _own(self, path: Path, format: str) -> None:
        """Import a file without a mapping: the output of `specdb export --layout long`."""
        for sheet in read_sheets(path, format, Shape(), self._watch):
            if native.is_long_table(sheet):
                native.import_long_table(sheet, path, self.native, self._tick, guarded=format == "csv")
                return
            if not sheet.header:  # no record at all
                return
            break
        hint = f"create a mapping: specdb import {path.name} --suggest mapping.yaml; then add --mapping mapping.yaml"
        raise UsageError(f"{path} needs a mapping", hint)

    def _new(self, mapping: Mapping) -> None:
        """Add the attributes and categories of a mapping that the database lacks."""
        bundle = Bundle(categories=mapping.new_categories, attributes=mapping.attributes)
        create = self.options.create_attributes
        declarations.add_declarations(bundle, self.resolver, self.writer, str(self.options.mapping), [], create=create)

    def _watch(self, file: IO[bytes]) -> None:
        self.reading = file

    def _tick(self) -> None:
        if self.reading is not None and not self.reading.closed:
            self.progress(self.done + self.reading.tell())


def _select_sheets(path: Path, format: str, mapping: Mapping, watch: Watch) -> Iterator[Sheet]:
    """Yield the table of a file that a mapping is for.

    Raises:
        UsageError: The mapping names no table of the file, or does not choose among several.
    """
    table = mapping.settings.table
    names: list[str] = []
    selected = False
    for number, sheet in enumerate(read_sheets(path, format, mapping.shape(), watch), 1):
        names.append(f"{number} ({sheet.name or ', '.join(sheet.header[:4])})")
        if (not table and number == 1) or table in (str(number), sheet.name or None):
            selected = True
            yield sheet
            if table:
                return
    if not selected or len(names) > 1:
        problem = (
            f"no table {table!r} in {path}" if table else f"{path} has {len(names)} tables" if names else f"{path} is empty"
        )
        raise UsageError(problem, f"add table: to the mapping; the tables are {', '.join(names[:20])}" if names else "")
