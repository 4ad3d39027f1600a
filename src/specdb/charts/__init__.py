"""Charts drawn: in the terminal, or as a picture in a file. The one place where plotting libraries are loaded."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from specdb.errors import UnknownKeyError

if TYPE_CHECKING:
    from specdb.charts.chart import Chart

ENDINGS = ("svg", "png", "html")
"""What a picture's file can end in."""


def ending(output: str | None) -> str:
    """The kind of picture that the file's name asks for, '' for the terminal (None, '' or '-'); UnknownKey for others."""
    if not output or output == "-":
        return ""
    found = output.rpartition(".")[2].lower() if "." in output else ""
    if found not in ENDINGS:
        raise UnknownKeyError(f"{output!r} does not end as a picture does", "end it in .svg, .png or .html")
    return found


def draw(chart: Chart, output: str | None = None) -> list[str]:
    """Draws the chart on standard output, or into the file `output`, which appears whole or not at all.

    Returns what the reader should know of the result. Raises UnknownKey for a file that does not end in one of ENDINGS,
    UsageError where matplotlib or plotext, of the extra chart, is not installed, StoreError where the file cannot be written.
    """
    from specdb.render import output as way

    kind = ending(output)
    if not kind:
        from specdb.charts import terminal

        def to_terminal(out: Any) -> None:
            terminal.render(chart, out)

        way.to_stdout(to_terminal, binary=False, format="text")
        return []
    from specdb.charts import files

    picture, remarks = files.picture(chart, kind)

    def to_file(out: IO[Any]) -> None:
        out.write(picture)

    way.to_file(str(output), to_file, binary=True)
    return remarks
