"""JSON for programs: a list with one object for each row, which maps column keys to plain values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from specdb.render.sanitize import escape_json
from specdb.render.scalar import plain_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.domain.table import Table


def render(table: Table, out: TextIO) -> None:
    """Write the list, one object on each line."""
    before = "[\n  "
    for text in format_records(table, (", ", ": ")):
        out.write(before + text)
        before = ",\n  "
    out.write("[]\n" if before.startswith("[") else "\n]\n")


def format_records(table: Table, separators: tuple[str, str]) -> Iterator[str]:
    """Yield each row as a JSON object; whole numbers are integers, NaN and infinity are null."""
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=separators).encode
    for record in table.records():
        yield escape_json(encode({key: plain_value(value) for key, value in record.items()}))
