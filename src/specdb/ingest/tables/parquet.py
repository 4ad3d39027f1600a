"""Parquet, read in batches; nested columns become paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.errors import missing_extra
from specdb.ingest.tables.records import sheet_from_records
from specdb.ingest.tables.sheet import file_error, open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Shape, Sheet, Watch

_BATCH_SIZE = 256
_MAX_BATCH_BYTES = 64 * 1024**2


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:  # noqa: ARG001
    """Yield the single table of the file.

    Raises:
        UsageError: pyarrow is not installed.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise missing_extra("pyarrow", "parquet") from error
    with open_file(path) as file:
        watch(file)
        try:
            yield sheet_from_records(path, _records(path, ParquetFile(file)))
        except (ArrowException, OSError) as error:
            raise file_error(path, f"not Parquet: {error}", "write the file again") from error


def _records(path: Path, file: Any) -> Iterator[Any]:
    for batch in file.iter_batches(batch_size=_BATCH_SIZE):
        if batch.nbytes > _MAX_BATCH_BYTES:
            raise file_error(path, f"rows of {batch.nbytes // _BATCH_SIZE:,} bytes", "remove the longest columns")
        yield from batch.to_pylist()
