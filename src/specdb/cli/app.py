"""The program: its commands by name, its own options, and how an error reaches the user."""

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from specdb.errors import SpecdbError

COMMANDS = {
    "compare": ("specdb.cli.commands.compare", "Put products side by side."),
    "query": ("specdb.cli.commands.query", "Find products by what their specs say."),
    "rank": ("specdb.cli.commands.rank", "Rank products by several attributes at once."),
    "similar": ("specdb.cli.commands.similar", "Find the products most like one."),
    "chart": ("specdb.cli.commands.chart", "Draw products as bars or points."),
    "show": ("specdb.cli.commands.show", "Show all that is known of one product."),
    "list": ("specdb.cli.commands.list", "List products, categories, attributes, sources or units."),
    "export": ("specdb.cli.commands.export", "Write specs out: one product or one spec a row."),
    "import": ("specdb.cli.commands.import_", "Import tables that somebody else wrote."),
    "check": ("specdb.cli.commands.check", "Check claims and figures against each other."),
    "verify": ("specdb.cli.commands.verify", "Check a source's text: its hash, and every figure in its place."),
    "extract": ("specdb.cli.commands.extract", "Find the figures in articles: drafts of specs."),
    "review": ("specdb.cli.commands.review", "Go through drafts: accept, edit or reject each."),
    "set": ("specdb.cli.commands.set", "State a figure of a product."),
    "unset": ("specdb.cli.commands.unset", "Retract what is stated of a product's attribute."),
    "rank-spec": ("specdb.cli.commands.rank_spec", "Prefer or deprecate a spec."),
    "edit": ("specdb.cli.commands.edit", "Edit a product's YAML in your editor."),
    "apply": ("specdb.cli.commands.apply", "Bring the database to what a YAML file says."),
    "product": ("specdb.cli.commands.product", "Add, edit, rename, merge and remove products."),
    "attribute": ("specdb.cli.commands.attribute", "Add, edit, rename and merge attributes."),
    "source": ("specdb.cli.commands.source", "Add and edit sources."),
    "alias": ("specdb.cli.commands.alias", "Add and remove other names."),
    "log": ("specdb.cli.commands.log", "List the changesets: who changed what, when and why."),
    "history": ("specdb.cli.commands.history", "Show all that was ever stated of a product's attribute."),
    "diff": ("specdb.cli.commands.diff", "Show what differs between two changesets or two databases."),
    "undo": ("specdb.cli.commands.undo", "Undo a changeset, by another one."),
    "rate": ("specdb.cli.commands.rate", "Set and list exchange rates of your own."),
    "db": ("specdb.cli.commands.db", "Look after the database: info, backup, check, copy, load."),
}
"""Each command with the module that holds it, loaded only when it is called, and its line of help."""

SECTIONS = {"compare": "Commands", "set": "Commands that edit", "rate": "Other commands"}
"""The sections of the help, by the command that each begins with."""

LONGEST_LINE = 1000
"""Characters of a line of an error message."""


class Commands(TyperGroup):
    """The commands of COMMANDS; help lists them without loading any."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = dict.fromkeys(COMMANDS)  # the names that a mistyped one is compared with

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, made from its module's `app`; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(COMMANDS[cmd_name][0]).app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The sections of the help that list the commands."""
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


@app.callback()
def specdb(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
    db: Annotated[str, typer.Option(metavar="PATH", help="Another database than SPECDB_URL or your own.")] = "",
) -> None:
    """Typed, unit-aware, sourced product specs.

    The database is made from the packaged specs on first use.
    """
    if db:
        os.environ["SPECDB_URL"] = db


def run() -> None:
    """Runs the program and exits: 0 fine, 1 the data or the database says no, 2 the command line is wrong."""
    if sys.stderr is None:  # it was closed, and what is printed to None comes out of stdout
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115  it stays open to the end
    try:
        if sys.argv[1:2] in (["--install-completion"], ["--show-completion"]):
            from specdb.cli.shell_completion import set_up

            set_up(*sys.argv[1:])
            return
        program = typer.main.get_command(app)
        if "_SPECDB_COMPLETE" in os.environ:
            from specdb.cli.shell_completion import prepare

            prepare()
        program(prog_name="specdb")
    except SpecdbError as error:
        from specdb.render.sanitize import escape_controls

        lines = str(error).splitlines()
        print(*(_short(escape_controls(line)) for line in [f"Error: {lines[0]}", *lines[1:]]), sep="\n", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        from specdb.render.output import abandon_stdout

        abandon_stdout()
        sys.exit(1)
    except OSError as error:  # files are written elsewhere: this is the help or the version on a full disk
        from specdb.render.output import abandon_stdout

        abandon_stdout()
        print(f"Error: cannot write: {error.strerror}", file=sys.stderr)
        sys.exit(1)


def _short(line: str) -> str:
    """A line of a message, without the middle of what was given where that is very long."""
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE // 2]} … {line[-LONGEST_LINE // 4 :]}"
