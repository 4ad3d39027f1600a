"""`specdb import`: import tables."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli.options import Db, format_examples, open_location

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.ingest.tables.import_report import ImportReport, RefusedCell

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    name="import",
    no_args_is_help=True,
    epilog=format_examples(
        "specdb import prices.csv --suggest mapping.yaml", "specdb import prices.csv --mapping mapping.yaml --dry-run"
    ),
)
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to import; - for standard input.")],
    mapping: Annotated[
        str, typer.Option("--mapping", "-m", metavar="FILE.yaml", help="Mapping of columns to attributes.")
    ] = "",
    suggest: Annotated[str, typer.Option(metavar="FILE.yaml", help="Write a draft mapping and import nothing.")] = "",
    format: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="FORMAT",
            help="Input format: csv, tsv, xlsx, json, jsonl, parquet, html or yaml. [default: by file extension]",
            autocompletion=lambda: ["csv", "tsv", "xlsx", "json", "jsonl", "parquet", "html", "yaml"],
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change without writing anything.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing if any cell is rejected.")] = False,
    problems: Annotated[str, typer.Option(metavar="FILE.csv", help="Write every rejected cell to this file.")] = "",
    create_attributes: Annotated[
        bool, typer.Option("--create-attributes", help="Create the new attributes that the mapping declares.")
    ] = False,
    why: Annotated[str, typer.Option(metavar="TEXT", help="Reason to record in the log.")] = "",
    db: Db = "",
) -> None:
    """Import tables in CSV, XLSX, JSON, Parquet, HTML and other formats.

    Each figure becomes a spec with its source and its place in the file. A third-party table needs a mapping of its columns
    to attributes; --suggest writes a draft. Files written by specdb export --layout long or specdb db save need none. On a
    terminal, you are asked before anything is written. Importing the same file again changes nothing.
    """
    from specdb.cli.progress import progress
    from specdb.ingest.tables.import_files import ImportOptions, import_files

    location = open_location(db)
    with _on_disk(files, format) as found:
        if suggest:
            _suggest(location, found, format, suggest)
            return
        options = ImportOptions(Path(mapping) if mapping else None, format, create_attributes, strict, why)
        size = sum(file.stat().st_size for file in found if file.exists())
        with _kept(problems) as listen, progress() as bar:

            def decide(report: "ImportReport") -> bool:
                bar(size, size)
                _show(report, found)
                return not dry_run and (yes or not report.changes or (strict and bool(report.total("refused"))) or _confirmed())

            report, done = import_files(location, found, options, decide, listen, lambda read: bar(read, size))
    _conclude(report, location, done=done, dry_run=dry_run)


@contextmanager
def _on_disk(files: list[Path], format: str) -> Iterator[list[Path]]:
    """Yield the files; standard input is copied to a temporary file."""
    from shutil import copyfileobj
    from tempfile import TemporaryDirectory

    from specdb.errors import UsageError

    if Path("-") not in files:
        yield files
        return
    if not format:
        raise UsageError("cannot detect the format of standard input", "add --from csv, json, html or another format")
    if sys.stdin is None:
        raise UsageError("standard input is closed", "give a file")
    with TemporaryDirectory() as folder:
        spooled = Path(folder) / f"stdin.{format}"
        with spooled.open("wb") as out:
            copyfileobj(sys.stdin.buffer, out)
        yield [spooled if file == Path("-") else file for file in files]


def _suggest(location: "Location", files: list[Path], format: str, output: str) -> None:
    """Write a draft mapping; never overwrite a file, which may have been edited."""
    from specdb.errors import UsageError
    from specdb.ingest.tables.suggest_mapping import suggest_mapping
    from specdb.render.output import write_text

    if output != "-" and Path(output).exists():
        raise UsageError(f"{output} exists already", "give another file, or remove it first")
    write_text(suggest_mapping(location, files[0], format), output)
    if output != "-":
        print(f"Wrote {output}. Check it, then run: specdb import {files[0]} --mapping {output} --dry-run", file=sys.stderr)


@contextmanager
def _kept(output: str) -> Iterator["Callable[[RefusedCell], None] | None"]:
    """Yield a callback that collects rejected cells; they are written to `output` at the end, even after an error."""
    if not output:
        yield None
        return
    import json
    from tempfile import TemporaryFile

    from specdb.ingest.tables.import_report import RefusedCell
    from specdb.ingest.tables.report_tables import all_refused_cells
    from specdb.render import write

    with TemporaryFile("w+", encoding="utf-8", errors="surrogatepass") as spool:
        try:
            yield lambda problem: print(json.dumps(problem), file=spool)
        finally:
            spool.seek(0)
            write(all_refused_cells(RefusedCell(*json.loads(line)) for line in spool), "csv", output)


def _show(report: "ImportReport", files: list[Path]) -> None:
    """Print the preview: counts by attribute, the first rejected cells, and remarks."""
    from specdb.ingest.tables import report_tables
    from specdb.render import default_format, write
    from specdb.render.sanitize import escape_controls

    format = default_format()
    name = files[0].name if len(files) == 1 else f"{len(files)} files"
    write(report_tables.counts_table(report, escape_controls(name)), format)
    refused = report.total("refused")
    if refused:
        shown = len(report.first)
        title = f"Rejected cells: {refused:,}" + (f", first {shown}" if refused > shown else "")
        print(flush=True)
        write(report_tables.refused_cells_table(report.first, title), format)
    for remark in report.remarks:
        print(escape_controls(remark), file=sys.stderr)


def _confirmed() -> bool:
    """Ask for confirmation on a terminal; agree elsewhere."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        return True
    return typer.confirm("Import this?", err=True)


def _conclude(report: "ImportReport", location: "Location", *, done: bool, dry_run: bool) -> None:
    """Print what was done."""
    from specdb.ingest.tables import report_tables

    if done:
        print(f"Imported into {location}: {report_tables.format_summary(report)}.", file=sys.stderr)
    elif not report.changes:
        print("No changes", file=sys.stderr)
    elif dry_run:
        print(f"Dry run: {report_tables.format_summary(report)}. Nothing was written.", file=sys.stderr)
    else:
        print("Nothing was written.", file=sys.stderr)
