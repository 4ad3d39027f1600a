"""Write rendered output to stdout, to a device or pipe, or to a file that is written completely or not at all."""

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
    """Write text to a file, or to stdout if the path is None or '-'; raises the errors of `to_stdout` and `to_file`."""

    def write_content(out: IO[Any]) -> None:
        out.write(text)

    if path in (None, "-"):
        to_stdout(write_content, binary=False, format="text")
    else:
        to_file(str(path), write_content, binary=False)


def to_stdout(write_content: WriteContent, *, binary: bool, format: str) -> None:
    """Write to stdout: UTF-8 with LF to a pipe or file, in the encoding of the terminal to a terminal.

    Args:
        write_content: Write the content to the stream that it is called with.
        binary: Whether the content is bytes.
        format: Name of the format, for error messages.

    Raises:
        UsageError: If bytes would be written to a terminal.
        DatabaseError: If stdout cannot be written, for example because the disk is full.
        BrokenPipeError: If the reader of stdout has closed it.
    """
    out = sys.stdout
    if out is None:
        raise DatabaseError("standard output is closed", "write to a file: -o FILE")
    terminal = out.isatty()
    if binary and terminal:
        raise UsageError(f"{format} is a binary format and cannot be shown on a terminal", f"write to a file: -o FILE.{format}")
    reconfigure = getattr(out, "reconfigure", None)
    if reconfigure is not None:
        # Signs such as ≈ must not raise UnicodeEncodeError in any locale.
        reconfigure(errors="replace") if terminal else reconfigure(encoding="utf-8", errors="replace", newline="\n")
    try:
        out.flush()
        stream = out.buffer if binary else out
        write_content(stream)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon_stdout()
        raise _write_error("standard output", error) from error


def abandon_stdout() -> None:
    """Redirect stdout to the null device, so that buffered output does not fail again when Python exits."""
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError):  # a replacement without a file cannot fail
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, number)
    os.close(null)


def to_file(path: str, write_content: WriteContent, *, binary: bool) -> None:
    """Write a file completely or not at all.

    The content is written to a temporary file in the same folder, which then replaces the file; a symbolic link is
    replaced too. A device, a FIFO and every file below /dev or /proc is written directly.

    Args:
        path: The file.
        write_content: Write the content to the stream that it is called with.
        binary: Whether the content is bytes.

    Raises:
        UsageError: If the path is not a file name.
        DatabaseError: If the file cannot be written; an existing file stays as it was.
    """
    from pathlib import Path

    if not path or "\0" in path:
        raise UsageError(f"invalid file name {path!r}", "specify a file after -o, or - for standard output")
    target = Path(path)
    try:
        if path.endswith(("/", os.sep)) or target.is_dir():
            raise IsADirectoryError
        if _is_device(target):
            with _open_stream(os.open(target, os.O_WRONLY | os.O_APPEND), binary=binary) as out:
                write_content(out)
        else:
            _replace_file(target, write_content, binary=binary)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _write_error(path, error) from error


def _replace_file(target: Path, write_content: WriteContent, *, binary: bool) -> None:
    old = target.lstat() if target.is_file() and not target.is_symlink() else None
    if old is not None and not os.access(target, os.W_OK):
        raise PermissionError
    temporary = target.parent / f".specdb-{os.urandom(6).hex()}.tmp"
    number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with _open_stream(number, binary=binary) as out:
            write_content(out)
            out.flush()
            os.fsync(number)
        if old is not None:
            temporary.chmod(old.st_mode & 0o7777)
        temporary.replace(target)
    except BaseException:  # Ctrl-C must not leave a temporary file either
        temporary.unlink(missing_ok=True)
        raise


def _open_stream(number: int, *, binary: bool) -> IO[Any]:
    if binary:
        return open(number, "wb")
    return open(number, "w", encoding="utf-8", errors="replace", newline="\n")


def _is_device(target: Path) -> bool:
    from stat import S_ISREG

    # /dev/stdout and /dev/fd/3 are symbolic links, often to a regular file that another process has open.
    absolute = str(target.absolute())
    if absolute.startswith(("/proc/", "/dev/")) and not absolute.startswith("/dev/shm/"):  # noqa: S108
        return True
    try:
        return not target.is_symlink() and not S_ISREG(target.stat().st_mode)
    except FileNotFoundError:
        return False


def _write_error(path: str, error: OSError) -> DatabaseError:
    """Return the error for a file that cannot be written, with a hint for each cause."""
    import errno

    unchanged = "nothing was written; "
    if isinstance(error, IsADirectoryError):
        return DatabaseError(f"cannot write {path}: it is a folder", "specify a file in it, such as table.csv")
    if isinstance(error, FileNotFoundError):
        return DatabaseError(f"cannot write {path}: no such folder or device", "create the folder, or specify another one")
    if isinstance(error, NotADirectoryError):
        return DatabaseError(f"cannot write {path}: a parent folder of the path is a file", "specify another folder")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return DatabaseError(f"cannot write {path}: permission denied or read-only", "specify another file with -o")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DatabaseError(
            f"cannot write {path}: no space left on the device", f"{unchanged}free some space, or specify another file"
        )
    return DatabaseError(f"cannot write {path}: {error.strerror or error}", f"{unchanged}specify another file with -o")
