"""How shells are taught and answered where Typer's own way falls short; loaded only for that."""

import os
from typing import Any

from typer import _completion_classes as theirs
from typer import _completion_shared as scripts
from typer._click.shell_completion import add_completion_class, split_arg_string

from specdb.errors import DatabaseError, UnknownKeyError, UsageError, nearest

PROGRAM = "specdb"
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
_SPECIAL = frozenset(" \t\"'\\$`&|;<>()*?[]{}!#~")
_QUOTES = ("'", '"')


class Bash(theirs.BashComplete):
    """Puts together what bash splits at an =, and quotes what it would split at a space."""

    before = ""
    """The part of the word in hand that bash keeps: up to the =."""

    quoted = False
    """Whether the word in hand began with a quote, inside which nothing else is to be quoted."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one in hand, and that one."""
        line, place = os.environ["COMP_WORDS"], int(os.environ["COMP_CWORD"])
        words = split_arg_string(line)
        last = words[place] if place < len(words) else ""
        *args, incomplete = _joined([*words[1:place], last])
        if "=" in (last, *words[place - 1 : place]):
            self.before = incomplete if last == "=" else incomplete.removesuffix(last)
        raw = line.split("\n")  # Typer's script hands the words over one a line
        self.quoted = place < len(raw) and raw[place].startswith(_QUOTES)
        return args, incomplete

    def format_completion(self, item: Any) -> str:
        """The text that bash puts in the place of the word, or of its part after the =."""
        value: str = item.value.removeprefix(self.before)
        return value if self.quoted else "".join(f"\\{one}" if one in _SPECIAL else one for one in value)


def _joined(words: list[str]) -> list[str]:
    """The words as they were typed: KEY, = and UNIT are one."""
    whole: list[str] = []
    for place, word in enumerate(words):
        if whole and "=" in (word, *words[place - 1 : place]):
            whole[-1] += word
        else:
            whole.append(word)
    return whole


def prepare() -> None:
    """Makes these ways the ones in force."""
    add_completion_class(Bash, "bash")
    # Typer takes help for Rich's markup, which fails on a name such as "[/x]", and is half of the time taken.
    vars(theirs)["_sanitize_help_text"] = _plain


def _plain(help: str) -> str:
    return help


def set_up(option: str, shell: str = "", *rest: str) -> None:
    """Installs (--install-completion) or prints (--show-completion) the script of a shell, the one around us if ''."""
    name = shell or scripts._get_shell_name() or ""
    if rest:
        raise UsageError(f"{option} takes one shell", f"write {option} {shell}")
    if name not in SHELLS:
        problem = f"no completion for the shell {name!r}" if name else "the shell around us is not to be found out"
        raise UnknownKeyError(problem, nearest(name, SHELLS) or f"write {option} with one of {', '.join(SHELLS)}")
    if option == "--show-completion":
        print(scripts.get_completion_script(prog_name=PROGRAM, complete_var="_SPECDB_COMPLETE", shell=name), flush=True)
        return
    try:
        _, path = scripts.install(shell=name, prog_name=PROGRAM)
    except OSError as error:
        where = error.filename or "the shell's folder"
        raise DatabaseError(
            f"cannot write {where}: {error.strerror}", f"write {option.replace('install', 'show')} instead"
        ) from error
    print(f"Installed completion for {name} in {path}; a new shell will have it.")
