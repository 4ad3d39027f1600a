"""CSV for programs: column keys, plain values, LF line ends; text is kept exactly but for a ' before formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from specdb.domain.formula_escaping import escape_formula
from specdb.render.scalar import MAX_EXACT_INTEGER, join_pairs

if TYPE_CHECKING:
    from specdb.domain.table import Scalar, Table


def render(table: Table, out: TextIO) -> None:
    """A header of column keys, then each row's values. On a terminal hidden characters are shown, not sent."""
    table = table.flat()
    write = out.write
    if out.isatty():
        from specdb.render.sanitize import escape_controls

        def write(line: str) -> int:
            return out.write(escape_controls(line[:-1]) + "\n")

    # A lone empty field is written "", since a reader takes an empty line for no row at all.
    write((",".join(_format_field(column.key) for column in table.columns) or '""') + "\n")
    for row in table.values():
        write((",".join([_format_field(value) for value in row]) or '""') + "\n")


def _format_field(value: Scalar) -> str:
    if isinstance(value, str):
        if value.isalnum():  # the most common text, and a safe one
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
