"""specdb import: output, questions, standard input, files of problems, and exit codes."""

from __future__ import annotations

import csv
import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

EXAMPLES = Path(__file__).parents[2] / "examples"


def example(folder: Path) -> tuple[Path, Path]:
    """The price list in examples/ and its mapping."""
    paths = folder / "lamps.csv", folder / "lamps.yaml"
    for path, name in zip(paths, ("prices.csv", "prices-mapping.yaml"), strict=True):
        shutil.copy(EXAMPLES / name, path)
    return paths


def test_the_example_of_the_docs(run: Run, database: Path, tmp_path: Path) -> None:
    at = {"SPECDB_URL": str(database)}
    table, mapping = map(str, example(tmp_path))
    problems = str(tmp_path / "refused.csv")
    words = ("import", table, "--mapping", mapping, "--create-attributes")
    tried = run(*words, "--dry-run", "--problems", problems, env=at)
    assert tried.returncode == 0
    assert tried.stdout.splitlines() == [
        "attribute\tnew\tunchanged\tchanged\trefused",
        "battery\t2\t\t\t",
        "lamp-length\t2\t\t\t",
        "lamp-width\t2\t\t\t",
        "light\t4\t\t\t",
        "price\t2\t\t\t",
        "weight\t2\t\t\t1",
        "all\t14\t\t\t1",
        "",
        "row\tcolumn\ttext\treason",
        "4\tWeight (g)\theavy\t'heavy' has no number: add it to missing: in the mapping if it means that there is none",
    ]
    assert tried.stderr == (
        "Dry run: 3 new products (0 known), 3 new attributes, 1 new source, 14 specs. Nothing was written.\n"
    )
    with Path(problems).open(encoding="utf-8", newline="") as opened:
        assert [row["text"] for row in csv.DictReader(opened)] == ["heavy"]
    assert run("show", "acme-glow", env=at).returncode == 1
    done = run(*words, env=at)
    assert done.stderr == f"Imported into {database}: 3 new products (0 known), 3 new attributes, 1 new source, 14 specs.\n"
    assert "1,200 lm" in run("show", "acme-glow-plus", env=at).stdout
    assert run(*words, env=at).stderr == "No changes\n"


def test_the_suggestion_of_the_docs(run: Run, database: Path, tmp_path: Path) -> None:
    at = {"SPECDB_URL": str(database)}
    table, _ = map(str, example(tmp_path))
    written = tmp_path / "suggested.yaml"
    first = run("import", table, "--suggest", str(written), env=at)
    assert (first.returncode, first.stderr[:6]) == (0, "Wrote ")
    assert run("import", table, "--suggest", "-", env=at).stdout == written.read_text(encoding="utf-8")
    again = run("import", table, "--suggest", str(written), env=at)
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    assert run("import", table, "-m", str(written), "--create-attributes", env=at).returncode == 0


def test_standard_input(run: Run, database: Path, tmp_path: Path) -> None:
    at = {"SPECDB_URL": str(database)}
    table, mapping = example(tmp_path)
    text = table.read_text(encoding="utf-8")
    words = ("import", "-", "-m", str(mapping), "--create-attributes")
    assert run(*words, stdin=text, env=at).stderr == (
        "Error: cannot detect the format of standard input\nadd --from csv, json, html or another format\n"
    )
    assert run(*words, "--from", "csv", stdin=text, env=at).stderr.startswith("Imported into ")


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ((), 1, "new attributes: light, lamp-length, lamp-width (check them, then add --create-attributes)"),
        (("--create-attributes", "--strict"), 1, "Error: 1 rejected; nothing was changed\n"),
        (("--create-attributes", "--from", "exel"), 2, "Error: unknown format 'exel'"),
        (("--create-attributes", "nothere.csv"), 1, "Error: cannot read nothere.csv: No such file or directory"),
    ],
)
def test_exit_codes(run: Run, database: Path, tmp_path: Path, more: tuple[str, ...], code: int, message: str) -> None:
    table, mapping = map(str, example(tmp_path))
    result = run("import", table, "-m", mapping, *more, env={"SPECDB_URL": str(database)})
    assert (result.returncode, message in result.stderr) == (code, True), result.stderr
    assert "Traceback" not in result.stderr
    assert run("show", "acme-glow", env={"SPECDB_URL": str(database)}).returncode == 1


@pytest.mark.parametrize(("format", "layout"), [("csv", "long"), ("json", "long"), ("xlsx", "long"), ("jsonl", "long")])
def test_what_export_wrote_adds_nothing(run: Run, tmp_path: Path, format: str, layout: str) -> None:
    path = str(tmp_path / f"all.{format}")
    assert run("export", "--layout", layout, "-o", path).returncode == 0
    assert run("import", path, "--dry-run").stderr == "No changes\n"


@pytest.mark.parametrize(("answer", "code", "products"), [("y\n", 0, 3), ("n\n", 0, 0)])
def test_a_terminal_is_asked(database: Path, tmp_path: Path, answer: str, code: int, products: int) -> None:
    table, mapping = map(str, example(tmp_path))
    program = str(Path(sys.executable).parent / "specdb")
    words = [program, "import", table, "-m", mapping, "--create-attributes"]
    master, slave = pty.openpty()
    environment = {**os.environ, "SPECDB_URL": str(database), "COLUMNS": "80", "TERM": "dumb"}
    with subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, env=environment) as process:
        os.close(slave)
        seen = b""
        while b"Import this?" not in seen and select.select([master], [], [], 50)[0]:
            seen += os.read(master, 4096)
        os.write(master, answer.encode())
        while select.select([master], [], [], 50)[0]:
            try:
                part = os.read(master, 4096)
            except OSError:  # Linux says so where the other end is closed
                break
            if not part:
                break
            seen += part
        assert process.wait(50) == code
    os.close(master)
    assert b"Import this? [y/N]" in seen
    asked = [program, "query", "--where", "light is stated", "-f", "csv"]
    result = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
    assert len(result.stdout.splitlines()[1:]) == products
