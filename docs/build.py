"""Makes the docs that are made of the program: python docs/build.py [FOLDER].

cli.md is what --help says, command by command; compare.svg is a picture of a real comparison; the README's console
blocks hold what their commands print in a terminal of 88 columns.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
COMMANDS = [
    [],
    ["compare"],
    ["query"],
    ["rank"],
    ["similar"],
    ["chart"],
    ["chart", "compare"],
    ["chart", "query"],
    ["show"],
    ["list"],
    ["export"],
    ["import"],
    ["check"],
    ["verify"],
    ["extract"],
    ["review"],
    ["set"],
    ["unset"],
    ["rank-spec"],
    ["edit"],
    ["apply"],
    *(["product", *word] for word in ([], ["add"], ["edit"], ["rename"], ["merge"], ["remove"])),
    *(["attribute", *word] for word in ([], ["add"], ["edit"], ["rename"], ["merge"])),
    *(["source", *word] for word in ([], ["add"], ["edit"])),
    *(["alias", *word] for word in ([], ["add"], ["remove"])),
    ["log"],
    ["history"],
    ["diff"],
    ["undo"],
    ["rate"],
    ["rate", "set"],
    ["rate", "list"],
    ["db"],
    ["db", "path"],
    ["db", "info"],
    ["db", "upgrade"],
    ["db", "backup"],
    ["db", "restore"],
    ["db", "check"],
    ["db", "rebuild"],
    ["db", "vacuum"],
    ["db", "copy"],
    ["db", "load"],
    ["db", "save"],
]
PICTURED = ("price", "weight", "thickness", "battery", "recording", "standby", "power-bank", "microphone", "pickup-range")


def cli() -> str:
    """The reference of the command line, as Markdown."""
    parts = ["# The command line\n\nMade from `--help` by `docs/build.py`; do not edit.\n"]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    for command in COMMANDS:
        words = [sys.executable, "-m", "specdb", *command, "--help"]
        result = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
        parts.append(f"## {' '.join(['specdb', *command])}\n\n```text\n{result.stdout.strip()}\n```\n")
    return "\n".join(parts)


def readme() -> str:
    """The README with the output of the command in each console block made anew."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COLUMNS": "88", "SPECDB_URL": f"{folder}/specdb.db"}
        subprocess.run([sys.executable, "-m", "specdb", "db", "upgrade"], env=environment, capture_output=True, check=True)

        def run(block: re.Match[str]) -> str:
            words = [sys.executable, "-m", *shlex.split(block[1]), "-f", "table"]
            output = subprocess.run(words, env=environment, capture_output=True, text=True, check=False).stdout  # noqa: S603
            return f"```console\n$ {block[1]}\n{output.rstrip()}\n```"

        text = (HERE.parent / "README.md").read_text(encoding="utf-8")
        return re.sub(r"```console\n\$ (.*)\n[^`]*```", run, text)


def picture() -> str:
    """A comparison as it stands in a terminal of 76 columns, as SVG."""
    import specdb
    from specdb.render.terminal import svg

    with tempfile.TemporaryDirectory() as folder, specdb.open(Path(folder) / "specdb.db") as db:
        table = db.compare("a1", "a1-pro", attributes=PICTURED)
        return svg(table, 76, "specdb compare a1 a1-pro --attributes price,weight,…")


def main() -> None:
    """Writes them into the folder named, else where they belong."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    (folder if len(sys.argv) > 1 else HERE.parent).joinpath("README.md").write_text(readme(), encoding="utf-8")
    (folder / "cli.md").write_text(cli(), encoding="utf-8")
    (folder / "compare.svg").write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
