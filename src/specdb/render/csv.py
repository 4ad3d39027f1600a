"""CSV for programs: column keys, plain values and LF line ends; a ' is put before text that looks like a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from specdb.domain.formula_escaping import escape_formula
from specdb.render.scalar import MAX_EXACT_INTEGER, join_pairs

if TYPE_CHECKING:
    from specdb.domain.table import Scalar, Table


def render(table: Table, out: TextIO) -> None:
    """Write a header of column keys, then the values of each row; on a terminal, hidden characters are made visible."""
    table = table.flat()
    write = out.write
    if out.isatty():
        from specdb.render.sanitize import escape_controls

        def write(line: str) -> int:
            return out.write(escape_controls(line[:-1]) + "\n")

    # A single empty field is written as "", since readers skip empty lines.
    write((",".join(_format_field(column.key) for column in table.columns) or '""') + "\n")
    for row in table.values():
        write((",".join([_format_field(value) for value in row]) or '""') + "\n")


def _format_field(value: Scalar) -> str:
    if isinstance(value, str):
        if value.isalnum():  # the most common case, and safe
            return value
        text = escape_formula(value)
    elif isinstance(value, float):
        if value.is_integer() and -MAX_EXACT_INTEGER < value < MAX_EXACT_INTEGER:
            return repr(int(value))
        return repr(value) if value - value == 0 else ""
    elif value is None:
        return ""
    elif isinstance(value, bool):
        return "true" if value else "false"
    elif isinstance(value, dict):
        text = escape_formula(join_pairs(value))
    else:
        return str(value)
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
