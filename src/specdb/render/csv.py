"""CSV for programs: column keys, plain values, LF line ends; text is kept exactly but for a ' before formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from specdb.render.scalar import pairs, plain

if TYPE_CHECKING:
    from specdb.core.table import Scalar, Table

# What spreadsheets start a formula with, also as fullwidth and small forms, and the characters that hide one.
_STARTS = frozenset("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫")


def render(table: Table, out: TextIO) -> None:
    """A header of column keys, then each row's values. On a terminal hidden characters are shown, not sent."""
    table = table.flat()
    write = out.write
    if out.isatty():
        from specdb.render.clean import visible

        def write(line: str) -> int:
            return out.write(visible(line[:-1]) + "\n")

    # A lone empty field is written "", since a reader takes an empty line for no row at all.
    write((",".join(_field(column.key) for column in table.columns) or '""') + "\n")
    for row in table.rows:
        write((",".join([_field(cell.value) for cell in row.cells]) or '""') + "\n")


def harmless(text: str) -> str:
    """The text, with a ' before it where a spreadsheet would run it as a formula."""
    if not text or text[0].isalnum():
        return text
    if text[0] in _STARTS:
        return f"'{text}"
    for character in text:
        if character.isprintable() and not character.isspace():
            return f"'{text}" if character in _STARTS else text
    return text


def _field(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        text = harmless(value)
    elif isinstance(value, bool):
        return "true" if value else "false"
    elif isinstance(value, dict):
        text = harmless(pairs(value))
    else:
        number = plain(value)
        return "" if number is None else str(number)
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
