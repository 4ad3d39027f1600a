"""Tab-separated values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.ingest.tables import csv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specdb.ingest.tables.sheet import Shape, Sheet, Watch


def sheets(path: Path, shape: Shape, watch: Watch) -> Iterator[Sheet]:
    """Yield the single table of the file."""
    return csv.sheets(path, shape._replace(delimiter=shape.delimiter or "\t"), watch)
