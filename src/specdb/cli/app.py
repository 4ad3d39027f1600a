"""The program: the registry of commands, global options and the reporting of errors."""

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from specdb.errors import SpecdbError

COMMANDS = {
    "compare": ("specdb.cli.commands.compare", "Compare products side by side"),
    "query": ("specdb.cli.commands.query", "Find products by their specs"),
    "rank": ("specdb.cli.commands.rank", "Rank products by several attributes"),
    "similar": ("specdb.cli.commands.similar", "Find similar products"),
    "chart": ("specdb.cli.commands.chart", "Draw bar charts and scatter plots"),
    "show": ("specdb.cli.commands.show", "Show the specs of a product, with sources"),
    "list": ("specdb.cli.commands.list", "List products, categories, attributes, sources or units"),
    "export": ("specdb.cli.commands.export", "Export specs, one product or one spec per row"),
    "import": ("specdb.cli.commands.import_", "Import tables: CSV, XLSX, JSON, Parquet, HTML"),
    "check": ("specdb.cli.commands.check", "Check claims and figures for contradictions"),
    "verify": ("specdb.cli.commands.verify", "Verify the figures of a source against its text"),
    "extract": ("specdb.cli.commands.extract", "Extract draft specs from articles"),
    "review": ("specdb.cli.commands.review", "Review drafts: accept, edit or reject each"),
    "set": ("specdb.cli.commands.set", "Set a spec of a product"),
    "unset": ("specdb.cli.commands.unset", "Retract specs of a product"),
    "rank-spec": ("specdb.cli.commands.rank_spec", "Mark a spec as preferred, normal or deprecated"),
    "edit": ("specdb.cli.commands.edit", "Edit a product as YAML in your editor"),
    "apply": ("specdb.cli.commands.apply", "Apply a YAML file: add, change and retract"),
    "product": ("specdb.cli.commands.product", "Add, edit, rename, merge and remove products"),
    "attribute": ("specdb.cli.commands.attribute", "Add, edit, rename and merge attributes"),
    "source": ("specdb.cli.commands.source", "Add and edit sources"),
    "alias": ("specdb.cli.commands.alias", "Add and remove aliases"),
    "log": ("specdb.cli.commands.log", "List changesets: who changed what, when and why"),
    "history": ("specdb.cli.commands.history", "Show the history of a product's attribute"),
    "diff": ("specdb.cli.commands.diff", "Compare two changesets, dates or databases"),
    "undo": ("specdb.cli.commands.undo", "Undo a changeset"),
    "rate": ("specdb.cli.commands.rate", "Set and list exchange rates"),
    "db": ("specdb.cli.commands.db", "Manage the database: info, backup, check, copy, load"),
}
"""Each command with its module, which is imported only when the command runs, and its line of help."""

SECTIONS = {
    "compare": "Query commands",
    "import": "Import and check commands",
    "set": "Edit commands",
    "log": "History commands",
    "rate": "Database commands",
}
"""Title of each section of the help, by its first command."""

MAX_LINE = 1000
"""Longest line of an error message, in characters."""


class Commands(TyperGroup):
    """The commands of COMMANDS; help lists them without importing their modules."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = dict.fromkeys(COMMANDS)  # Typer suggests the nearest of these names

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command by its name; None if it does not exist."""
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(COMMANDS[cmd_name][0]).app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the sections of the help that list the commands."""
        width = max(map(len, COMMANDS))
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, (_, line) in COMMANDS.items():
            if name in SECTIONS:
                rows = sections[SECTIONS[name]] = []
            rows.append((name.ljust(width), line))
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl(rows)


app = typer.Typer(cls=Commands, rich_markup_mode=None, no_args_is_help=True, add_completion=True)


def _version(wanted: bool) -> None:
    if wanted:
        from specdb import __version__

        print(f"specdb {__version__}", flush=True)
        raise typer.Exit


EXAMPLES = """
\b
Examples:
  specdb compare a1 a1-pro
  specdb query --category glasses --max-weight 20g
  specdb export --category ai-accelerator -f csv > chips.csv

Run specdb COMMAND --help for the options of a command.
"""


@app.callback(epilog=EXAMPLES)
def specdb(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    db: Annotated[str, typer.Option(metavar="PATH|URL", help="Database to use instead of $SPECDB_URL or the default.")] = "",
) -> None:
    """Compare, query, check and export product specs: typed, with units, each figure with its source.

    The first command creates a database from the packaged specs.
    """
    # Commands read `db` from the context: see Db in options.py.


def run() -> None:
    """Run the program and exit: 0 success, 1 an error of the data or the database, 2 a usage error."""
    if sys.stderr is None:  # stderr is closed; print would fall back to stdout
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115  open until the process ends
    try:
        if sys.argv[1:2] in (["--install-completion"], ["--show-completion"]):
            from specdb.cli.completion import install_or_print_script

            install_or_print_script(*sys.argv[1:])
            return
        program = typer.main.get_command(app)
        if "_SPECDB_COMPLETE" in os.environ:
            from specdb.cli.completion import install_completion_classes

            install_completion_classes()
        program(prog_name="specdb")
    except SpecdbError as error:
        from specdb.render.sanitize import escape_controls

        lines = str(error).splitlines()
        print(*(_shorten(escape_controls(line)) for line in [f"Error: {lines[0]}", *lines[1:]]), sep="\n", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        from specdb.render.output import abandon_stdout

        abandon_stdout()
        sys.exit(1)
    except OSError as error:  # the help or the version on a full disk; files are written elsewhere
        from specdb.render.output import abandon_stdout

        abandon_stdout()
        print(f"Error: cannot write: {error.strerror}", file=sys.stderr)
        sys.exit(1)


def _shorten(line: str) -> str:
    """Cut the middle out of a very long line."""
    return line if len(line) <= MAX_LINE else f"{line[: MAX_LINE // 2]} … {line[-MAX_LINE // 4 :]}"
