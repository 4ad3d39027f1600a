from __future__ import annotations

import errno
import os
import sys
import threading
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specdb.domain.table import Cell, Column, Row, Table
from specdb.errors import DatabaseError, UsageError
from specdb.render import FORMATS, write
from specdb.render.output import abandon_stdout

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY = list(FORMATS)
TEXT = [format for format in EVERY if format != "xlsx"]


def table(rows: int = 1) -> Table:
    return Table([Column("a", "A")], (Row((Cell("x", "x"),)) for _ in range(rows)))


def failing_table(error: BaseException) -> Table:
    def rows() -> Iterator[Row]:
        yield from table(5000).rows
        raise error

    return Table([Column("a", "A")], rows())


@pytest.mark.parametrize("format", EVERY)
@pytest.mark.parametrize("error", [RuntimeError("the cursor broke"), KeyboardInterrupt()])
def test_a_failure_midway_leaves_the_old_file(format: str, error: BaseException, tmp_path: Path) -> None:
    target = tmp_path / "table"
    target.write_text("old")
    with pytest.raises(type(error)):
        write(failing_table(error), format, str(target))
    assert [path.name for path in tmp_path.iterdir()] == ["table"]
    assert target.read_text() == "old"


@pytest.mark.parametrize("format", EVERY)
def test_a_full_disk_leaves_the_old_file(format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    target = tmp_path / "table"
    target.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DatabaseError, match="no space left on the device"):
        write(table(), format, str(target))
    assert [path.name for path in tmp_path.iterdir()] == ["table"]
    assert target.read_text() == "old"


@pytest.mark.parametrize("format", EVERY)
def test_dev_full(format: str) -> None:
    with pytest.raises(DatabaseError, match="cannot write /dev/full: no space left on the device"):
        write(table(), format, "/dev/full")


@pytest.mark.parametrize("format", EVERY)
def test_stdout_on_a_full_disk(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(DatabaseError, match="cannot write standard output: no space left on the device"):
            write(table(), format)


@pytest.mark.parametrize("format", EVERY)
def test_a_reader_that_went_away(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        with pytest.raises(BrokenPipeError):
            write(table(5000), format)
        abandon_stdout()
        gone.flush()


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("{0}", "it is a folder"),
        ("{0}/", "it is a folder"),
        ("{0}/new/", "it is a folder"),
        ("{0}/none/table.csv", "no such folder or device"),
        ("{0}/file/table.csv", "a parent folder of the path is a file"),
        ("/dev/no-such-device", "no such folder or device"),
        ("/sys/table.csv", "permission denied or read-only"),
    ],
)
def test_a_place_that_cannot_be_written(path: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(DatabaseError, match=problem) as caught:
        write(table(), "csv", path.format(tmp_path))
    assert caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_no_file_name(path: str) -> None:
    with pytest.raises(UsageError, match="invalid file name"):
        write(table(), "csv", path)


def test_a_write_protected_file_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "table.csv"
    target.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write to anything
    with pytest.raises(DatabaseError, match="permission denied or read-only"):
        write(table(), "csv", str(target))
    assert target.read_text() == "old"


def test_a_symlink_is_replaced_not_written_through(tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "table.csv"
    precious.write_text("precious")
    link.symlink_to(precious)
    write(table(), "csv", str(link))
    assert precious.read_text() == "precious"
    assert not link.is_symlink()
    assert link.read_text() == "a\nx\n"


def test_the_mode_of_a_file_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    target.write_text("old")
    target.chmod(0o640)
    write(table(), "csv", str(target))
    assert target.stat().st_mode & 0o777 == 0o640
    assert target.read_text() == "a\nx\n"


def test_writes_directly_to_devices_and_fifos(tmp_path: Path) -> None:
    write(table(), "csv", "/dev/null")
    assert Path("/dev/null").is_char_device()
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_text()))
    reader.start()
    write(table(), "csv", str(fifo))
    reader.join(10)
    assert read == ["a\nx\n"]
    assert fifo.is_fifo()


@pytest.mark.parametrize("output", [None, "-", "/dev/stdout"])
def test_stdout(output: str | None, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write(table(), "csv", output)
    assert capsysbinary.readouterr().out == b"a\nx\n"


def test_xlsx_goes_to_a_pipe_and_not_to_a_terminal(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(table(), "xlsx")
    assert capsysbinary.readouterr().out.startswith(b"PK")

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(UsageError, match=r"-o FILE\.xlsx"):
        write(table(), "xlsx")


@pytest.mark.parametrize("format", TEXT)
def test_pipes_get_utf_8_whatever_the_locale(format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    with target.open("w", encoding="ascii", newline="\r\n") as out:
        monkeypatch.setattr(sys, "stdout", out)
        write(Table([Column("≈", "≈")], [Row((Cell("≤ 40 g", "≤ 40 g"),))]), format)
    text = target.read_bytes().decode("utf-8")
    assert "≤ 40 g" in text
    assert "\r" not in text
