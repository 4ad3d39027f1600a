"""specdb import."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli.options import Db, open_view

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.ingest.tables.import_report import ImportReport, RefusedCell

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(name="import", no_args_is_help=True)
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Or - for standard input.")],
    mapping: Annotated[str, typer.Option("--mapping", "-m", metavar="FILE.yaml", help="Which column is what.")] = "",
    suggest: Annotated[str, typer.Option(metavar="FILE.yaml", help="Write a mapping to start from, and import nothing.")] = "",
    format: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="FORMAT",
            help="csv, tsv, xlsx, json, jsonl, parquet, html or yaml; else the file's ending tells.",
            autocompletion=lambda: ["csv", "tsv", "xlsx", "json", "jsonl", "parquet", "html", "yaml"],
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Change nothing if one cell is refused.")] = False,
    problems: Annotated[str, typer.Option(metavar="FILE.csv", help="Write every refused cell there.")] = "",
    create_attributes: Annotated[
        bool, typer.Option("--create-attributes", help="Make the new attributes that the mapping lists.")
    ] = False,
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the record.")] = "",
    db: Db = "",
) -> None:
    """Import tables that somebody else wrote.

    Each figure becomes a spec with its source and its place in the file. A table needs a mapping, which says what its
    columns are; --suggest writes one to start from. What specdb export --layout long and specdb db save wrote needs none.
    A terminal is asked before anything is changed. Importing the same file again adds nothing.
    """
    from specdb.cli.progress import progress
    from specdb.database.location import locate
    from specdb.ingest.tables.import_files import ImportOptions, import_files

    with open_view(db):  # makes it on first use, and refuses one of another schema
        place = locate(db or None)
    with _on_disk(files, format) as found:
        if suggest:
            _suggest(place, found, format, suggest)
            return
        wishes = ImportOptions(Path(mapping) if mapping else None, format, create_attributes, strict, why)
        size = sum(file.stat().st_size for file in found if file.exists())
        with _kept(problems) as listen, progress() as bar:

            def decide(report: "ImportReport") -> bool:
                bar(size, size)
                _show(report, found)
                return not dry_run and (yes or not report.changes or (strict and bool(report.total("refused"))) or _agreed())

            report, done = import_files(place, found, wishes, decide, listen, lambda read: bar(read, size))
    _conclude(report, place, done=done, dry_run=dry_run)


@contextmanager
def _on_disk(files: list[Path], format: str) -> Iterator[list[Path]]:
    """The files; standard input as a file of its own while it is needed."""
    from shutil import copyfileobj
    from tempfile import TemporaryDirectory

    from specdb.errors import UsageError

    if Path("-") not in files:
        yield files
        return
    if not format:
        raise UsageError("standard input has no ending that tells its format", "say --from csv, json, html or another")
    if sys.stdin is None:
        raise UsageError("standard input is closed", "name a file")
    with TemporaryDirectory() as folder:
        spooled = Path(folder) / f"stdin.{format}"
        with spooled.open("wb") as out:
            copyfileobj(sys.stdin.buffer, out)
        yield [spooled if file == Path("-") else file for file in files]


def _suggest(place: "Location", files: list[Path], format: str, output: str) -> None:
    """Writes a mapping; one that stands there may have been worked on, and is kept."""
    from specdb.errors import UsageError
    from specdb.ingest.tables.suggest_mapping import suggest_mapping
    from specdb.render.output import write_text

    if output != "-" and Path(output).exists():
        raise UsageError(f"{output} is there already", "name another file, or remove it first")
    write_text(suggest_mapping(place, files[0], format), output)
    if output != "-":
        print(f"Wrote {output}. Look at it, then: specdb import {files[0]} --mapping {output} --dry-run", file=sys.stderr)


@contextmanager
def _kept(output: str) -> Iterator["Callable[[RefusedCell], None] | None"]:
    """A listener that keeps refused cells aside, and writes them to `output` at the end, however that comes."""
    if not output:
        yield None
        return
    import json
    from tempfile import TemporaryFile

    from specdb.ingest.tables.import_report import RefusedCell
    from specdb.ingest.tables.report_tables import all_refused_cells
    from specdb.render import write

    with TemporaryFile("w+", encoding="utf-8", errors="surrogatepass") as aside:
        try:
            yield lambda problem: print(json.dumps(problem), file=aside)
        finally:
            aside.seek(0)
            write(all_refused_cells(RefusedCell(*json.loads(line)) for line in aside), "csv", output)


def _show(report: "ImportReport", files: list[Path]) -> None:
    """The preview: counts by attribute, the first refused cells, and remarks."""
    from specdb.ingest.tables import report_tables
    from specdb.render import default_format, write
    from specdb.render.sanitize import escape_controls

    format = default_format()
    name = files[0].name if len(files) == 1 else f"{len(files)} files"
    write(report_tables.counts_table(report, escape_controls(name)), format)
    refused = report.total("refused")
    if refused:
        shown = len(report.first)
        title = f"Refused: {refused:,}" + (f", the first {shown} of them" if refused > shown else "")
        print(flush=True)
        write(report_tables.refused_cells_table(report.first, title), format)
    for remark in report.remarks:
        print(escape_controls(remark), file=sys.stderr)


def _agreed() -> bool:
    """What the terminal says to it; where there is none, nobody is asked."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        return True
    return typer.confirm("Import this?", err=True)


def _conclude(report: "ImportReport", place: "Location", *, done: bool, dry_run: bool) -> None:
    """The last line: what was done."""
    from specdb.ingest.tables import report_tables

    if done:
        print(f"Imported into {place}: {report_tables.format_summary(report)}.", file=sys.stderr)
    elif not report.changes:
        print("Nothing new: nothing was changed.", file=sys.stderr)
    elif dry_run:
        print(f"Nothing was changed. It would be: {report_tables.format_summary(report)}.", file=sys.stderr)
    else:
        print("Nothing was changed.", file=sys.stderr)
