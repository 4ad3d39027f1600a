"""Where rendered bytes go: a file that appears whole or not at all, a device or pipe, or stdout."""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Any

from specdb.errors import DatabaseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    WriteContent = Callable[[IO[Any]], None]


def write_text(text: str, path: str | None = None) -> None:
    """Write `text` to the file `path`, or to stdout where that is None or '-'; raises as `write` does."""

    def produce(out: IO[Any]) -> None:
        out.write(text)

    if path in (None, "-"):
        to_stdout(produce, binary=False, format="text")
    else:
        to_file(str(path), produce, binary=False)


def to_stdout(produce: WriteContent, *, binary: bool, format: str) -> None:
    """Let `produce` write to stdout: UTF-8 with LF into a pipe or file, the terminal's own encoding on a terminal.

    Raises UsageError for bytes to a terminal, StoreError where stdout cannot be written (a full disk), and
    BrokenPipeError where its reader went away.
    """
    out = sys.stdout
    if out is None:
        raise DatabaseError("standard output is closed", "name a file with -o")
    terminal = out.isatty()
    if binary and terminal:
        raise UsageError(f"{format} is not text and would garble the terminal", f"name a file: -o FILE.{format}")
    reconfigure = getattr(out, "reconfigure", None)
    if reconfigure is not None:
        # A figure with ≈ must not end in a UnicodeEncodeError, whatever the locale says.
        reconfigure(errors="replace") if terminal else reconfigure(encoding="utf-8", errors="replace", newline="\n")
    try:
        out.flush()
        stream = out.buffer if binary else out
        produce(stream)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon_stdout()
        raise _write_error("standard output", error) from error


def abandon_stdout() -> None:
    """Point stdout at nothing, so that what is still buffered does not fail a second time when Python ends."""
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError):  # a stand-in without a file below it has nothing to fail with
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, number)
    os.close(nothing)


def to_file(path: str, produce: WriteContent, *, binary: bool) -> None:
    """Let `produce` write the file `path`.

    It is written beside its place and moved there when it is whole; a symlink is replaced, not written through. A
    device, a FIFO and anything of /dev or /proc is written as it stands. Raises StoreError, with the old file in place.
    """
    from pathlib import Path

    if not path or "\0" in path:
        raise UsageError(f"{path!r} is no file name", "name a file after -o, or - for standard output")
    target = Path(path)
    try:
        if path.endswith(("/", os.sep)) or target.is_dir():
            raise IsADirectoryError
        if _is_device(target):
            with _open_stream(os.open(target, os.O_WRONLY | os.O_APPEND), binary=binary) as out:
                produce(out)
        else:
            _replace_file(target, produce, binary=binary)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _write_error(path, error) from error


def _replace_file(target: Path, produce: WriteContent, *, binary: bool) -> None:
    old = target.lstat() if target.is_file() and not target.is_symlink() else None
    if old is not None and not os.access(target, os.W_OK):
        raise PermissionError
    aside = target.parent / f".specdb-{os.urandom(6).hex()}.tmp"
    number = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with _open_stream(number, binary=binary) as out:
            produce(out)
            out.flush()
            os.fsync(number)
        if old is not None:
            aside.chmod(old.st_mode & 0o7777)
        aside.replace(target)
    except BaseException:  # Ctrl-C too must leave nothing half-written
        aside.unlink(missing_ok=True)
        raise


def _open_stream(number: int, *, binary: bool) -> IO[Any]:
    if binary:
        return open(number, "wb")
    return open(number, "w", encoding="utf-8", errors="replace", newline="\n")


def _is_device(target: Path) -> bool:
    from stat import S_ISREG

    # /dev/stdout and /dev/fd/3 are symlinks, often to a plain file that somebody else holds open.
    place = str(target.absolute())
    if place.startswith(("/proc/", "/dev/")) and not place.startswith("/dev/shm/"):  # noqa: S108
        return True
    try:
        return not target.is_symlink() and not S_ISREG(target.stat().st_mode)
    except FileNotFoundError:
        return False


def _write_error(path: str, error: OSError) -> DatabaseError:
    """What an error of the operating system means to the person who gave the path."""
    import errno

    kept = "nothing was written there; "
    if isinstance(error, IsADirectoryError):
        return DatabaseError(f"cannot write {path}: it is a folder", "name a file in it, such as table.csv")
    if isinstance(error, FileNotFoundError):
        return DatabaseError(f"cannot write {path}: no such folder or device", "make the folder first, or name another")
    if isinstance(error, NotADirectoryError):
        return DatabaseError(f"cannot write {path}: a part of the path is a file, not a folder", "name another folder")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return DatabaseError(f"cannot write {path}: it is read-only for you", "name another place with -o")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DatabaseError(f"cannot write {path}: no space is left", f"{kept}free some space, or name another place")
    return DatabaseError(f"cannot write {path}: {error.strerror or error}", f"{kept}name another place with -o")
