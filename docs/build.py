"""Generate the parts of the documentation that come from the program: python docs/build.py [--check].

Written are the reference pages of the command line and of the units, the picture of the README, and the output below
each command in a console block of README.md and docs/. With --check nothing is written; the exit code is 1 where a file
is out of date.

Every page runs in a folder of its own with a copy of examples/ and a new database of the packaged specs, from its first
block to its last:

    ```console    commands after "$ ", each followed by the output that a terminal of 88 columns shows
    ```sh         commands that must succeed; their output is not shown
    ```python     code that must run without an error

A comment `<!-- answers: a; r; q -->` before a block holds the lines that its commands read from standard input.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent
ROOT = DOCS.parent
ENVIRONMENT = {
    "COLUMNS": "88",
    "EDITOR": "true",
    "HOME": "/nowhere",
    "NO_COLOR": "1",
    "SPECDB_AUTHOR": "ada",
    "TERM": "xterm",
}
GROUPS = ("product", "attribute", "source", "alias", "chart", "rate", "db")
"""The commands with commands of their own."""

OTHER_PROGRAMS = ("createdb", "make", "pip", "python", "python3", ".venv/bin/pip", ".venv/bin/python", "zensical")
"""Programs in the docs that are not run here."""

GENERATED = ("command-line.md", "units.md")

BLOCK = re.compile(r"(?:<!-- answers: (?P<answers>.*) -->\n)?^```(?P<kind>console|sh|python)\n(?P<body>.*?)^```$", re.M | re.S)
PICTURED = ("price", "weight", "thickness", "battery", "recording", "standby", "power-bank", "microphone", "pickup-range")


class Failure(Exception):
    """A command or a block of code in the docs that does not do what it should."""


class Result(NamedTuple):
    """The exit code of a command and what it printed on both streams."""

    code: int
    output: str


class _Terminal(io.TextIOWrapper):
    """Standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Session:
    """Runs the commands of one page in `folder`, which gets the examples and a copy of the database `template`.

    Attributes:
        postgres: the URL to use for `postgresql:///specs`; where it is empty, commands with that URL are skipped.
    """

    def __init__(self, folder: Path, template: Path, postgres: str = "") -> None:
        self.folder = folder
        self.postgres = postgres
        self.database = folder / "specdb.db"
        self.names: dict[str, object] = {}
        shutil.copytree(ROOT / "examples", folder / "examples")
        shutil.copy(template, self.database)

    def run_page(self, text: str) -> str:
        """Run all blocks of a page; return the page with the present output in its console blocks."""
        with self._surroundings():
            return BLOCK.sub(self._block, text)

    @contextmanager
    def _surroundings(self) -> Iterator[None]:
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            with mock.patch.dict(os.environ, {**ENVIRONMENT, "SPECDB_URL": str(self.database)}):
                yield
        finally:
            os.chdir(before)

    def _block(self, found: re.Match[str]) -> str:
        answers = "".join(f"{line}\n" for line in re.split("; ?", found["answers"] or ""))
        body = found["body"]
        if found["kind"] == "python":
            with redirect_stdout(io.StringIO()):
                exec(compile(body, "docs", "exec"), self.names)  # noqa: S102  our own pages
        elif found["kind"] == "sh":
            for line in body.replace("\\\n", " ").splitlines():
                self._commands(line, answers, succeed=True)
        else:
            parts = [self._shown(line, answers) for line in re.findall(r"^\$ (.*)$", body, re.MULTILINE)]
            return found[0].replace(body, "".join(parts))
        return found[0]

    def _shown(self, line: str, answers: str) -> str:
        output = self._commands(line, answers, succeed=False).output
        return f"$ {line}\n{output}" if not output or output.endswith("\n") else f"$ {line}\n{output}\n"

    def _commands(self, line: str, answers: str, *, succeed: bool) -> Result:
        result = Result(0, "")
        for command in re.split(r" && ", re.sub(r"(^|\s)# .*", "", line)):
            words = shlex.split(command)
            if not words or words[0] in OTHER_PROGRAMS:
                continue
            if any("postgresql:///specs" in word for word in words) and not self.postgres:
                continue
            result = self._one(words, answers)
            if result.code and (succeed or ("Error: " not in result.output and result.code != 1)):
                raise Failure(f"{command}: exit code {result.code}\n{result.output}")
        return result

    def _one(self, words: list[str], answers: str) -> Result:
        words = [word.replace("postgresql:///specs", self.postgres) for word in words]
        settings = {}
        while re.match(r"[A-Z_]+=", words[0]):
            name, _, settings[name] = words.pop(0).partition("=")
        to_file = words.pop(words.index(">") + 1) if ">" in words else ""
        from_file = words.pop(words.index("<") + 1) if "<" in words else ""
        words = [word for word in words if word not in ("<", ">")]
        if words[0] != "specdb":
            raise Failure(f"not a command of specdb: {shlex.join(words)}")
        given = Path(from_file).read_bytes() if from_file else answers.encode()
        with mock.patch.dict(os.environ, settings):
            code, output, to_stdout = run(words[1:], given, terminal=not to_file)
        if to_file:
            Path(to_file).write_bytes(to_stdout)
        return Result(code, self._stable(output))

    def _stable(self, output: str) -> str:
        """The output without what differs from run to run (the folder, times of day) and without bold and dim text."""
        output = re.sub(r"\x1b\[[0-9;]*m", "", output)
        output = output.replace(f"{self.folder}/", "")
        return re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d(?= )", "2026-11-24 09:30", output)


def run(words: list[str], given: bytes = b"", *, terminal: bool) -> tuple[int, str, bytes]:
    """Run a command in this process.

    Returns:
        Its exit code, what it printed on both streams in order (without standard output where that is no terminal),
        and what it printed on standard output where that is no terminal.
    """
    from specdb.cli.app import run as run_program

    shown, piped = io.BytesIO(), io.BytesIO()
    out = (_Terminal if terminal else io.TextIOWrapper)(shown if terminal else piped, "utf-8", write_through=True)
    errors = io.TextIOWrapper(shown, "utf-8", write_through=True)
    source = io.TextIOWrapper(io.BytesIO(given), "utf-8")
    code = 0
    saved = dict(os.environ)
    try:
        with mock.patch.multiple(sys, argv=["specdb", *words], stdin=source), redirect_stdout(out), redirect_stderr(errors):
            run_program()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    finally:
        os.environ.clear()
        os.environ.update(saved)
        out.flush()
        errors.flush()
    return code, shown.getvalue().decode(), piped.getvalue()


def new_database(path: Path) -> Path:
    """Create a database of the packaged specs."""
    from specdb.editing.load import create_seeded

    create_seeded(path)
    return path


def pages() -> list[Path]:
    """Return the pages that hold commands: the README and what lies below docs/, without the generated ones."""
    return [ROOT / "README.md", *(path for path in sorted(DOCS.rglob("*.md")) if path.name not in GENERATED)]


def command_line() -> str:
    """Return the reference of the command line: the help of each command."""
    from specdb.cli.app import COMMANDS

    parts = ["# Command line\n\nGenerated from `--help`.\n"]
    names: list[list[str]] = [[], *([name] for name in COMMANDS)]
    with mock.patch.dict(os.environ, {**ENVIRONMENT, "COLUMNS": "100"}):
        while names:
            name = names.pop(0)
            help_text = run([*name, "--help"], terminal=False)[2].decode().strip()
            parts.append(f"## {' '.join(['specdb', *name])}\n\n```text\n{help_text}\n```\n")
            if len(name) == 1 and name[0] in GROUPS:
                listed = help_text.partition("Commands:\n")[2]
                names = [*([*name, found] for found in re.findall(r"^  ([a-z-]+)", listed, re.MULTILINE)), *names]
    return "\n".join(parts)


def units(template: Path) -> str:
    """Return the reference of units: what `specdb list units` prints, by dimension."""
    import specdb

    with specdb.open(template) as database:
        table = database.list("units")
        titles = [column.title for column in table.columns]
        rows = [[cell.text.replace("|", "\\|") for cell in row.cells] for row in table.rows]
    lines = [
        "# Units\n",
        "Generated from `specdb list units`. A figure may use the name of a unit or any of its aliases. Upper and lower case",
        "matter: `Mb` and `MB` are different units.\n",
        f"| {' | '.join(titles)} |",
        f"|{'---|' * len(titles)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def picture(template: Path) -> str:
    """Return the picture of the README: a comparison in a terminal of 76 columns, as SVG."""
    import specdb
    from specdb.render.terminal import svg

    with specdb.open(template) as database:
        table = database.compare("a1", "a1-pro", attributes=PICTURED)
        return svg(table, 76, "specdb compare a1 a1-pro --attributes price,weight,…")


def build(template: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file with the text that it should have."""
    yield DOCS / "reference" / "command-line.md", command_line()
    yield DOCS / "reference" / "units.md", units(template)
    yield DOCS / "compare.svg", picture(template)
    for page in pages():
        with tempfile.TemporaryDirectory() as folder:
            try:
                yield page, Session(Path(folder).resolve(), template).run_page(page.read_text(encoding="utf-8"))
            except Failure as failure:
                raise Failure(f"{page.relative_to(ROOT)}: {failure}") from None


def main() -> None:
    """Write what is out of date, or only name it with --check."""
    check = sys.argv[1:] == ["--check"]
    stale = False
    with tempfile.TemporaryDirectory() as folder:
        for path, text in build(new_database(Path(folder) / "template.db")):
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale = True
                print(f"{path.relative_to(ROOT)} {'is out of date' if check else 'written'}")
                if not check:
                    path.parent.mkdir(exist_ok=True)
                    path.write_text(text, encoding="utf-8")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
