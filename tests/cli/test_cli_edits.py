"""The editing commands: their output, their questions, and the resulting database."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.editing import saved_yaml
from specdb.database.connection import connect
from specdb.database.constants import SCHEMA_VERSION

if TYPE_CHECKING:
    from conftest import Run
    from specdb.database.location import Location

WEIGHT = ("show", "a1-pro", "-f", "csv")


@pytest.fixture
def at(database: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a database of one's own; what is given up in an editor goes to a folder of the test's."""
    return {"SPECDB_URL": str(database), "TMPDIR": str(tmp_path), "SPECDB_AUTHOR": "Ada", "VISUAL": ""}


@pytest.mark.parametrize(
    ("words", "shown", "said"),
    [
        (
            ["set", "a1-pro", "weight", "41 g"],
            "a1-pro\tweight\t≈ 40 g\t41 g\tdingtalk-a1-pro, line 139",
            "1 spec replaced.",
        ),
        (
            ["set", "a1-pro", "weight", "approximately 40g", "--source", "dingtalk-a1-pro", "--at", "line 139"],
            "",
            "No changes",
        ),
        (["set", "950pr", "compute", "1.6 PFLOPS", "-q", "precision=FP4"], "1.56 PFLOPS\t1.6 PFLOPS", "Changeset "),
        (["set", "a1-pro", "weight", "--unknown"], "≈ 40 g\tunknown", "Changeset "),
        (
            ["set", "a1-pro", "colour-count", "--not-applicable", "--source", "dingtalk-a1-pro"],
            "not applicable",
            "1 spec added.",
        ),
        (["unset", "a1-pro", "weight", "--why", "wrong product"], "a1-pro\tweight\t≈ 40 g\t—", "1 spec retracted."),
        (
            ["rank-spec", "21", "preferred", "--why", "better"],
            "dingtalk, normal\tdingtalk, preferred",
            "1 spec replaced.",
        ),
        (
            ["product", "add", "x1", "--name", "X1", "-c", "glasses", "--alias", "x"],
            "product x1\tname\t—\tX1",
            "3 fields changed.",
        ),
        (["product", "edit", "a1", "--name", "A"], "product a1\tname\tDingTalk A1\tA", "1 field changed."),
        (["product", "rename", "a1", "a-one"], "product a-one\tslug\ta1\ta-one", "2 fields changed."),
        (
            ["product", "merge", "a1", "a1-pro"],
            "product a1\tremoved\t—\tyes",
            "18 specs added, 2 claims added, 21 specs retracted, 2 claims retracted.",
        ),
        (
            ["attribute", "add", "fun", "--kind", "choice", "--choice", "much", "--choice", "little"],
            "choices\t—\tmuch, little",
            "",
        ),
        (["attribute", "edit", "weight", "--unit", "kg"], "attribute weight\tunit\tg\tkg", "1 field changed."),
        (["attribute", "rename", "weight", "heft"], "attribute heft\tkey\tweight\theft", "2 fields changed."),
        (["attribute", "merge", "compute-ratio", "throughput-gain"], "removed", "Changeset "),
        (["source", "add", "me", "--title", "Measured", "--date", "2026-05"], "source me\ttitle\t—\tMeasured", "Changeset "),
        (
            ["source", "edit", "dingtalk-a1-pro", "--precedence", "2"],
            "source dingtalk-a1-pro\tprecedence\t0\t2",
            "1 field changed.",
        ),
        (["alias", "add", "a1", "uno"], "product a1\talias\t—\tuno", "1 field changed."),
        (["alias", "remove", "mass"], "attribute weight\talias\tmass\t—", "1 field changed."),
    ],
)
def test_edits_print_their_changes(
    run: Run, at: dict[str, str], database: Location, words: list[str], shown: str, said: str
) -> None:
    before = saved_yaml(database)
    tried = run(*words, "--dry-run", env=at)
    assert tried.returncode == 0
    assert "Changeset" not in tried.stderr
    assert saved_yaml(database) == before
    done = run(*words, "--why", "because", env=at) if "--why" not in words else run(*words, env=at)
    assert (done.returncode, done.stdout) == (0, tried.stdout)
    assert shown in done.stdout
    assert said in done.stderr
    assert (saved_yaml(database) == before) == (said == "No changes")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["set", "a1-pro", "weight"], 2, "expected exactly one of VALUE, --unknown and --not-applicable"),
        (["set", "a1-pro", "weight", "1 g", "--unknown"], 2, "expected exactly one of VALUE"),
        (["set", "a1", "weight", "1 g"], 2, "for your own measurement, add a source: specdb source add"),
        (["set", "a1-pro", "weight", "1 g", "-q", "edition"], 2, "write KEY=VALUE"),
        (["set", "a1-pro", "weight", "1 g", "-q", "a=b", "-q", "a=c"], 2, "each key once"),
        (["set", "a1-pro", "wieght", "1 g"], 2, "did you mean weight"),
        (["set", "a1-por", "weight", "1 g"], 1, "did you mean a1-pro"),
        (["set", "a1-pro", "material", "\udcff", "--source", "dingtalk-a1-pro"], 2, "is not valid UTF-8"),
        (["product", "add", "x", "-c", "glasses", "--name", "\udcff"], 2, "is not valid UTF-8"),
        (["product", "edit", "a1", "--name", "x" * 70_000], 2, "a text has 70,000 characters"),
        (["set", "\udcff", "weight", "1 g"], 2, "is not valid UTF-8"),
        (["alias", "add", "a1", "\udcff"], 2, "is not valid UTF-8"),
        (["product", "edit", "a1", "--name", "x", "--why", "\udcff"], 2, "is not valid UTF-8"),
        (["unset", "a1-pro", "weight"], 2, "Missing option '--why'"),
        (["unset", "a1-pro", "price", "9 CNY", "--why", "x"], 1, "no current price of a1-pro matches"),
        (["rank-spec", "one", "preferred", "--why", "x"], 2, "'one' is not a valid int"),
        (["rank-spec", "21", "best", "--why", "x"], 2, "unknown rank 'best'"),
        (["product", "add", "a1", "--name", "x", "-c", "glasses"], 2, "the product name a1 is used twice"),
        (["product", "add", "A 1", "--name", "x", "-c", "glass"], 2, "2 issues; nothing was changed"),
        (["product", "remove", "h20"], 1, "h20 is still referred to; nothing was changed"),
        (["attribute", "edit", "weight", "--unit", "m", "--plausible", ""], 1, "not fit the changed attribute weight"),
        (["attribute", "add", "x", "--kind", "number"], 2, "unknown kind of attribute 'number'"),
        (["source", "add", "x", "--title", "x", "--date", "soon"], 2, "'soon' is not a date"),
        (["alias", "add", "memory", "ram"], 1, "select one with --of: attribute, category"),
        (["apply", "nothing.yaml"], 1, "cannot read nothing.yaml"),
        (["edit", "nothing"], 1, "there is no product 'nothing'"),
    ],
)
def test_what_is_refused_changes_nothing(
    run: Run, at: dict[str, str], database: Location, words: list[str], code: int, said: str
) -> None:
    before = saved_yaml(database)
    result = run(*words, env=at)
    assert (result.returncode, result.stdout) == (code, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert saved_yaml(database) == before


def test_a_changeset_says_who_and_why(run: Run, at: dict[str, str], database: Path) -> None:
    run("set", "a1-pro", "weight", "41 g", "--why", "a typo", env=at, check=True)
    run("product", "edit", "a1", "--name", "A", env=at, check=True)
    run("apply", "-", stdin="specdb: 1\nsources: [{slug: x, title: X, date: 2026}]\n", env=at, check=True)
    with closing(connect(database)) as connection:
        found = connection.execute("SELECT author, reason, origin, digest <> '' FROM changeset WHERE id > 2").fetchall()
    assert found == [
        ("Ada", "a typo", "edit", 0),
        ("Ada", "edited a1", "edit", 0),
        ("Ada", "applied standard input", "import", 1),
    ]


def test_edits_print_json(run: Run, at: dict[str, str]) -> None:
    found = json.loads(run("set", "a1-pro", "weight", "41 g", "-f", "json", env=at).stdout)
    row = (found["rows"] if isinstance(found, dict) else found)[0]
    assert {key: row[key] for key in ("of", "field", "before", "after")} == {
        "of": "a1-pro",
        "field": "weight",
        "before": "≈ 40 g",
        "after": "41 g",
    }
    listed = run("show", "a1-pro", "--ids", "-f", "csv", env=at).stdout
    assert f",{row['spec']}\n" in listed


def test_apply_a_saved_database(run: Run, at: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    run("db", "save", "-o", str(file), env=at, check=True)
    assert "No changes" in run("apply", str(file), env=at).stderr
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("value: ≈ 40 g, printed", "value: ≈ 40 gg, printed"), encoding="utf-8")
    faulty = run("apply", str(file), env=at)
    assert faulty.returncode == 1
    assert f"{file}, line " in faulty.stderr
    file.write_text(text.replace("value: ≈ 40 g, printed: approximately 40g", "value: 41 g"), encoding="utf-8")
    assert "1 spec would be replaced" in run("apply", str(file), "--dry-run", env=at).stderr
    assert "1 spec replaced" in run("apply", str(file), env=at).stderr
    assert "No changes" in run("apply", str(file), env=at).stderr


def editor(folder: Path, code: str) -> str:
    """An editor that does this with its file: `text` is what stands in it, and what is to."""
    script = folder / "editor.py"
    start = "import sys, pathlib; file = pathlib.Path(sys.argv[-1]); text = file.read_text(encoding='utf-8')"
    script.write_text(f"{start}\n{code}\nfile.write_text(text, encoding='utf-8')\n", encoding="utf-8")
    return f"{sys.executable} {script}"


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("text = text.replace('value: ≈ 40 g, printed: approximately 40g', 'value: 41 g')", 0, "1 spec replaced"),
        ("pass", 0, "No changes"),
        ("text = ''", 0, "No changes"),
        ("text = '# a remark\\n' + text", 0, "No changes"),
        ("text = text.replace('≈ 40 g,', '≈ 40 gg,')", 1, "your text is kept: correct it and run specdb apply"),
        ("text = text.replace('slug: a1-pro', 'slug: pro')", 1, "expected the product a1-pro"),
        ("text = 'nonsense'", 1, "your text is kept"),
        ("sys.exit(3)", 1, "the editor exited with 3; nothing was written"),
        # the error is fixed when the editor opens the file again, with the error as a comment at the top
        (
            "bad = '≈ 40 gg,'; text = text.replace(bad, '≈ 44 g,') if \"#! line\" in text else text.replace('≈ 40 g,', bad)",
            0,
            "1 spec replaced",
        ),
    ],
)
def test_edit(run: Run, at: dict[str, str], database: Location, tmp_path: Path, code: str, status: int, said: str) -> None:
    before = saved_yaml(database)
    result = run("edit", "a1-pro", env={**at, "EDITOR": editor(tmp_path, code)})
    assert result.returncode == status
    assert said in result.stdout + result.stderr
    assert (saved_yaml(database) == before) == ("replaced" not in said)
    kept = [*tmp_path.glob("specdb-*/a1-pro.yaml")]
    assert bool(kept) == bool(status)
    assert all(str(one) in result.stderr for one in kept)


def test_notes_name_the_line_in_the_edited_file(run: Run, at: dict[str, str], tmp_path: Path) -> None:
    seen = tmp_path / "seen.yaml"
    code = f"pathlib.Path({str(seen)!r}).write_text(text, encoding='utf-8'); text = text.replace('≈ 40 g,', '≈ 40 gg,')"
    run("edit", "a1-pro", env={**at, "EDITOR": editor(tmp_path, code)})
    found = seen.read_text(encoding="utf-8").splitlines()
    (note,) = [line for line in found if line.startswith("#! line ")]
    assert "≈ 40 gg," in found[int(note.split()[2].rstrip(":")) - 1]


def test_edit_without_an_editor(run: Run, at: dict[str, str], tmp_path: Path) -> None:
    result = run("edit", "a1-pro", env={**at, "EDITOR": str(tmp_path / "nothing")})
    assert (result.returncode, result.stdout) == (2, "")
    assert "cannot start the editor" in result.stderr


@pytest.mark.parametrize(
    ("answer", "words", "status", "done"),
    [
        ("n\n", ["product", "merge", "a1", "a1-pro"], 1, False),
        ("y\n", ["product", "merge", "a1", "a1-pro"], 0, True),
        ("", ["product", "merge", "a1", "a1-pro", "--yes"], 0, True),
        ("n\n", ["unset", "a1-pro", "weight", "--why", "x"], 1, False),
        ("", ["set", "a1-pro", "weight", "41 g"], 0, True),  # nothing goes without something in its place
        ("", ["product", "merge", "a1", "a1-pro", "--dry-run"], 0, False),
    ],
)
def test_asks_before_removing_in_a_terminal(
    at: dict[str, str], database: Location, answer: str, words: list[str], status: int, done: bool
) -> None:
    before = saved_yaml(database)
    main, side = pty.openpty()
    program = Path(sys.executable).parent / "specdb"
    environment = {**os.environ, **at, "COLUMNS": "100", "TERM": "dumb"}
    os.write(main, answer.encode())
    with subprocess.Popen([str(program), *words], stdin=side, stdout=subprocess.PIPE, stderr=side, env=environment) as process:
        os.close(side)
        shown = process.stdout.read() if process.stdout else b""
        code = process.wait(60)
    os.close(main)
    assert (code, bool(shown)) == (status, True)
    assert (saved_yaml(database) != before) == done


@pytest.mark.sqlite
def test_upgrade_brings_the_packaged_specs(run: Run, at: dict[str, str], database: Path) -> None:
    import sqlite3

    first = run("db", "upgrade", env=at)
    assert first.stdout == f"{database} has schema {SCHEMA_VERSION}.\n"
    with sqlite3.connect(database) as connection:  # as if an older package had made it
        connection.execute("UPDATE changeset SET digest = 'older' WHERE origin = 'seed'")
        connection.execute("UPDATE spec SET number = '39', nominal = 39 WHERE printed = 'approximately 40g'")
        connection.execute("UPDATE spec SET printed = 'approximately 39g' WHERE printed = 'approximately 40g'")
    second = run("db", "upgrade", env=at)
    assert "Updated the packaged specs: 1 spec replaced (changeset 3)." in second.stdout
    assert run("db", "upgrade", env=at).stdout == first.stdout
