"""Charts in the terminal, or as a picture in a file. Plotting libraries are imported only in this package."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from specdb.errors import UnknownKeyError

if TYPE_CHECKING:
    from specdb.charts.model import Chart

PICTURE_FORMATS = ("svg", "png", "html")
"""The formats of pictures, which are also the file extensions."""


def picture_format(output: str | None) -> str:
    """Return the format that the extension of a file selects, '' for the terminal (None, '' or '-').

    Raises:
        UnknownKeyError: If the extension is not in PICTURE_FORMATS.
    """
    if not output or output == "-":
        return ""
    extension = output.rpartition(".")[2].lower() if "." in output else ""
    if extension not in PICTURE_FORMATS:
        raise UnknownKeyError(f"unsupported picture format of {output!r}", "use the extension .svg, .png or .html")
    return extension


def draw(chart: Chart, output: str | None = None) -> list[str]:
    """Draw a chart on standard output, or into a file that is written completely or not at all.

    Args:
        chart: The chart to draw.
        output: The file; None, '' or '-' for the terminal.

    Returns:
        Remarks about the result, for stderr.

    Raises:
        UnknownKeyError: If the extension of the file is not in PICTURE_FORMATS.
        UsageError: If matplotlib or plotext, which the extra `chart` installs, is missing.
        DatabaseError: If the file cannot be written.
    """
    from specdb.render import output as render_output

    kind = picture_format(output)
    if not kind:
        from specdb.charts import terminal

        def write_terminal(out: Any) -> None:
            terminal.render(chart, out)

        render_output.to_stdout(write_terminal, binary=False, format="text")
        return []
    from specdb.charts import files

    picture, remarks = files.draw_picture(chart, kind)

    def write_picture(out: IO[Any]) -> None:
        out.write(picture)

    render_output.to_file(str(output), write_picture, binary=True)
    return remarks
