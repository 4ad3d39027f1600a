"""specdb review, through a pipe and in a terminal; and specdb extract --accept-above."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.article_drafts import ARTICLE, write_drafts

if TYPE_CHECKING:
    from conftest import Run
    from specdb.database.location import Location

PROGRAM = str(Path(sys.executable).parent / "specdb")


def shown(run: Run, database: Location, product: str) -> dict[str, str]:
    """What the field test states of a product: attribute to value."""
    words = ("--db", str(database), "export", "--layout", "long", "-f", "csv")
    rows = csv.DictReader(io.StringIO(run(*words, check=True).stdout))
    return {row["attribute"]: row["printed"] for row in rows if row["product"] == product and row["source"] == "field-test"}


@pytest.mark.parametrize(
    ("answers", "said", "arden", "a1_pro"),
    [
        # all of it, the new product as it is drafted
        ("a\n\n\na\na\na\na\n", "5 accepted, 0 rejected, 0 open.", {"weight", "price"}, {"price", "battery", "recording"}),
        # a new product's name and category
        ("a\nArden Five\nphone\nq\n", "1 accepted, 0 rejected, 4 open; run", {"weight"}, set()),
        # a category that is none is asked for again
        ("a\n\nfone\na\n\nphone\nq\n", "1 accepted, 0 rejected, 4 open", {"weight"}, set()),
        ("r\nr\nr\nr\na\n", "1 accepted, 4 rejected, 0 open.", set(), {"recording"}),
        ("s\ns\na\nq\n", "1 accepted, 0 rejected, 4 open", set(), {"price"}),
        # edited at once; a wrong value is said, and asked for again
        ("s\ns\ns\ne battery 3 h\na\ne battery 3,000mAh\na\nq\n", "1 accepted", set(), {"battery"}),
        # field by field
        ("e\na1-pro\nthickness\n6 mm\ncase=yes\na\nq\n", "1 accepted", set(), {"thickness"}),
        ("e\n\n\n\nCase\nq\n", "0 accepted, 0 rejected, 5 open", set(), set()),
        ("e\nnobody\n\n\n\na\nq\n", "0 accepted, 0 rejected, 5 open", set(), set()),
        # back, over what was decided
        ("s\ns\na\nb\nr\nq\n", "0 accepted, 1 rejected, 4 open", set(), set()),
        ("b\nb\n?\nxyz\n\nq\n", "0 accepted, 0 rejected, 5 open", set(), set()),
        ("", "0 accepted, 0 rejected, 5 open", set(), set()),
        # an answer without its end is none
        ("s\ns\na\nr", "1 accepted, 0 rejected, 4 open", set(), {"price"}),
    ],
)
@pytest.mark.sqlite
def test_through_a_pipe(
    run: Run, database: Location, tmp_path: Path, answers: str, said: str, arden: set[str], a1_pro: set[str]
) -> None:
    file = write_drafts(database, tmp_path)
    result = run("--db", str(database), "review", str(file), stdin=answers)
    assert result.returncode == 0, result.stderr
    assert said in result.stderr.splitlines()[-1]
    assert max(map(len, result.stderr.splitlines())) <= 240  # prompts stand in a line, as nobody presses Enter
    assert (set(shown(run, database, "arden-5")), set(shown(run, database, "a1-pro"))) == (arden, a1_pro)


def test_sessions_continue(run: Run, database: Location, tmp_path: Path) -> None:
    file = write_drafts(database, tmp_path)

    def sitting(answers: str) -> list[str]:
        return run("--db", str(database), "review", str(file), stdin=answers, check=True).stderr.splitlines()

    assert sitting("s\ns\na\nr\nq\n")[-2:] == [
        "Changeset 3: 5 fields changed, 1 spec added, 1 figure rejected.",
        "5 drafts: 1 accepted, 1 rejected, 3 open; run the same command again to continue.",
    ]
    second = sitting("r\nr\na\n")
    assert second[:2] == ["1 draft skipped: already stored", "1 draft skipped: rejected in a review of this text"]
    assert second[-2:] == ["Changeset 4: 1 spec added, 2 figures rejected.", "3 drafts: 1 accepted, 2 rejected, 0 open."]
    assert sitting("a\n")[-1] == "0 drafts: 0 accepted, 0 rejected, 0 open."
    article = str(tmp_path / "field-test.txt")
    again = run("--db", str(database), "extract", article, "-f", "json", check=True)
    assert again.stderr == "3 figures skipped: rejected in a review of this text\n"
    assert [row["printed"] for row in json.loads(again.stdout)] == ["$279", "190 hours"]


def test_what_is_undone_is_asked_about_again(run: Run, database: Location, tmp_path: Path) -> None:
    file = write_drafts(database, tmp_path)

    def review(answers: str) -> str:
        result = run("--db", str(database), "review", str(file), stdin=answers, check=True)
        return result.stderr.splitlines()[-1]

    assert "1 accepted, 4 rejected, 0 open." in review("r\nr\nr\nr\na\n")
    run("--db", str(database), "undo", check=True)
    assert "0 accepted, 0 rejected, 5 open" in review("")
    run("--db", str(database), "undo", check=True)  # the undo itself
    assert review("") == "0 drafts: 0 accepted, 0 rejected, 0 open."
    run("--db", str(database), "undo", check=True)  # and its undo in turn
    assert "0 accepted, 1 rejected, 4 open" in review("r\nq\n")


def test_a_date_is_asked_for(run: Run, database: Location, tmp_path: Path) -> None:
    file = write_drafts(database, tmp_path, ARTICLE.replace("2 March 2026. ", ""))
    result = run("--db", str(database), "review", str(file), stdin="soon\n2026-03\ns\ns\na\nq\n", check=True)
    assert "write 2026-04-30" in result.stderr
    listed = run("--db", str(database), "list", "sources", "-f", "json", check=True).stdout
    assert [row["date"] for row in json.loads(listed) if row["source"] == "field-test"] == ["2026-03"]


def read_until(terminal: int, sign: bytes) -> bytes:
    """What comes from a terminal, until it has shown `sign`."""
    seen = b""
    while sign not in seen:
        assert select.select([terminal], [], [], 50)[0], seen
        read = os.read(terminal, 65_536)
        assert read, seen
        seen += read
    return seen


@pytest.mark.parametrize(("colour", "marked"), [({}, b"\x1b[1;7m$249\x1b[0m"), ({"NO_COLOR": "1"}, "»$249«".encode())])
@pytest.mark.sqlite
def test_in_a_terminal_until_it_is_killed(
    run: Run, database: Location, tmp_path: Path, colour: dict[str, str], marked: bytes
) -> None:
    file = write_drafts(database, tmp_path)
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"SPECDB_URL": str(database), "COLUMNS": "80", "TERM": "xterm-256color", **colour}
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "review", str(file)],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which a shell's job in the background ignores
    )
    os.close(slave)
    try:
        read_until(master, b"q stop: ")
        os.write(master, b"s\n")
        seen = read_until(master, b"q stop: ")
        os.write(master, b"r\n")
        read_until(master, b"q stop: ")
        os.write(master, b"a\n")
        seen += read_until(master, b"q stop: ")
        if not colour:
            process.kill()
        else:
            # Between a prompt and its read, Python keeps an interrupt until the next one: a person presses again.
            for _ in range(10):
                process.send_signal(signal.SIGINT)
                if select.select([master], [], [], 5)[0]:
                    break
            assert b"are saved in" in read_until(master, b"to continue.")
        assert process.wait(50) == (130 if colour else -signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    os.close(master)
    assert marked in seen
    lines = re.sub(r"\x1b\[[0-9;]*m", "", seen.decode()).splitlines()
    assert max(map(len, lines)) <= 80
    assert shown(run, database, "a1-pro") == {}
    result = run("--db", str(database), "review", str(file), stdin="q\n", check=True)
    assert "1 spec added, 1 figure rejected." in result.stderr
    assert shown(run, database, "a1-pro") == {"price": "$279"}


@pytest.mark.sqlite
def test_rejects_concurrent_sessions(run: Run, database: Location, tmp_path: Path) -> None:
    """A second one is refused while the first waits for an answer, and not when that was killed."""
    file = write_drafts(database, tmp_path)
    words = ("--db", str(database), "review", str(file))
    first = subprocess.Popen([PROGRAM, *words], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert first.stdin
    assert first.stderr
    try:
        read_until(first.stderr.fileno(), b"q stop: ")
        second = run(*words, stdin="a\n")
        assert second.returncode == 1
        assert f"{file}.review is in use by another review\ncontinue there, or end that review" in second.stderr
        first.stdin.write("r\n")
        first.stdin.flush()
        read_until(first.stderr.fileno(), b"q stop: ")
    finally:
        first.kill()
        first.communicate()
    assert "0 accepted, 1 rejected, 4 open" in run(*words, stdin="q\n", check=True).stderr


@pytest.mark.sqlite
def test_a_session_without_decisions_leaves_no_file(run: Run, database: Location, tmp_path: Path) -> None:
    file = write_drafts(database, tmp_path)
    before = sorted(tmp_path.iterdir())
    run("--db", str(database), "review", str(file), stdin="q\n", check=True)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["review"], 2, "DRAFTS.yaml"),
        (["review", "none.yaml"], 1, "cannot read "),
        (["review", "-"], 2, "give a file"),
        (["extract", "a.txt", "b.txt", "--accept-above", "0.9"], 2, "--accept-above takes one article"),
        (["extract", "-", "--accept-above", "2"], 2, "0<=x<=1"),
        (["extract", "-", "--dry-run"], 2, "--dry-run need --accept-above"),
        (["extract", "-", "--accept-above", "0.9"], 2, "--source article --date YYYY-MM-DD"),
        (["extract", "-", "--accept-above", "0.9", "--source", "moonix"], 2, "source moonix has another text"),
        (["extract", "-", "--accept-above", "0.9", "--source", "a b", "--date", "2026"], 1, "'a b' is not a valid source name"),
        (["extract", "-", "--accept-above", "0.9", "--source", "a", "--date", "soon"], 1, "'soon' is not a date"),
    ],
)
def test_errors(run: Run, words: list[str], code: int, said: str) -> None:
    result = run(*words, stdin="The DingTalk A1 Pro costs $279.")
    assert (result.returncode, said in result.stderr) == (code, True), result.stderr
    assert "Traceback" not in result.stderr


def test_accept_above(run: Run, database: Location, tmp_path: Path) -> None:
    article = tmp_path / "field-test.txt"
    article.write_text(ARTICLE)
    words = ("--db", str(database), "extract", str(article), "--accept-above", "0.9")
    new = ("--source", "field-test", "--date", "2026-03-02")
    dry = run(*words, *new, "--dry-run", check=True)
    assert dry.stderr.splitlines()[-1] == "Dry run: 5 fields would be changed, 3 specs would be added. Nothing was written."
    assert shown(run, database, "a1-pro") == {}
    done = run(*words, *new, check=True)
    assert done.stderr.splitlines() == [
        "2 figures left for review: 2 below the confidence threshold",
        "Changeset 3: 5 fields changed, 3 specs added.",
    ]
    assert shown(run, database, "a1-pro") == {"price": "$279", "battery": "2,990mAh", "recording": "190 hours"}
    again = run(*words, check=True)
    assert again.stdout == ""
    assert again.stderr.splitlines()[1:] == ["3 figures already stored", "No changes"]
