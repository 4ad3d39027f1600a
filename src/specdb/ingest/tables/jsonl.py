"""JSON Lines: a record a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from specdb.ingest.tables.csv import text_lines
from specdb.ingest.tables.json import decoder
from specdb.ingest.tables.records import sheet_of
from specdb.ingest.tables.sheet import issue, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Shape, Sheet, Watch


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """The one table of the file."""
    with opened(path) as file:
        watch(file)
        yield sheet_of(path, _records(path, text_lines(path, file, shape.encoding)))


def _records(path: Path, lines: Iterator[str]) -> Iterator[Any]:
    reader = decoder(path)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield reader.decode(line)
        except json.JSONDecodeError as error:
            raise issue(path, f"not JSON: {error.msg}", "write one object a line", number) from error
        except RecursionError as error:
            raise issue(path, "objects nested without end", "flatten them", number) from error
