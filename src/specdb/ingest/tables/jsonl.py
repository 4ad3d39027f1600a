"""JSON Lines: one record per line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from specdb.ingest.tables.csv import read_lines
from specdb.ingest.tables.json import make_decoder
from specdb.ingest.tables.records import sheet_from_records
from specdb.ingest.tables.sheet import file_error, open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Shape, Sheet, Watch


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """Yield the single table of the file."""
    with open_file(path) as file:
        watch(file)
        yield sheet_from_records(path, _records(path, read_lines(path, file, shape.encoding)))


def _records(path: Path, lines: Iterator[str]) -> Iterator[Any]:
    reader = make_decoder(path)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield reader.decode(line)
        except json.JSONDecodeError as error:
            raise file_error(path, f"not JSON: {error.msg}", "write one object per line", number) from error
        except RecursionError as error:
            raise file_error(path, "objects are nested too deeply", "flatten the objects", number) from error
