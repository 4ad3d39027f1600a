"""Shell completion: install its script, and answer shells where Typer's own way falls short.

This is the only module that uses private parts of Typer, which has no public equivalent; tests/cli/test_shells.py names the
versions that it was tested with.
"""

import os
from typing import Any

from typer import _completion_classes as typer_classes
from typer import _completion_shared as typer_scripts
from typer._click.shell_completion import CompletionItem, add_completion_class, split_arg_string

from specdb.errors import DatabaseError, UnknownKeyError, UsageError, nearest

PROGRAM = "specdb"
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
_SPECIAL = frozenset(" \t\"'\\$`&|;<>()*?[]{}!#~")
_QUOTES = ("'", '"')


def completion_item(value: str, description: str) -> Any:
    """Return an item that Typer's completion takes."""
    return CompletionItem(value, help=description)


class QuotingBashComplete(typer_classes.BashComplete):
    """Completion for bash that joins words bash splits at "=", and quotes words it would split at a space.

    Attributes:
        prefix: The part of the current word that bash keeps: up to the "=".
        quoted: Whether the current word began with a quote, inside which nothing else is quoted.
    """

    prefix = ""
    quoted = False

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the current one, and the current one."""
        line, place = os.environ["COMP_WORDS"], int(os.environ["COMP_CWORD"])
        words = split_arg_string(line)
        last = words[place] if place < len(words) else ""
        *args, incomplete = _join_at_equals([*words[1:place], last])
        if "=" in (last, *words[place - 1 : place]):
            self.prefix = incomplete if last == "=" else incomplete.removesuffix(last)
        raw = line.split("\n")  # Typer's script passes the words one a line
        self.quoted = place < len(raw) and raw[place].startswith(_QUOTES)
        return args, incomplete

    def format_completion(self, item: Any) -> str:
        """Return the text that replaces the word, or its part after the "="."""
        value: str = item.value.removeprefix(self.prefix)
        return value if self.quoted else "".join(f"\\{char}" if char in _SPECIAL else char for char in value)


def _join_at_equals(words: list[str]) -> list[str]:
    """Join KEY, = and UNIT, which bash splits, to one word."""
    joined: list[str] = []
    for place, word in enumerate(words):
        if joined and "=" in (word, *words[place - 1 : place]):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def install_completion_classes() -> None:
    """Register the completion classes of this module with Typer."""
    add_completion_class(QuotingBashComplete, "bash")
    # Typer parses help as Rich markup, which fails on a name such as "[/x]" and takes half of the time.
    vars(typer_classes)["_sanitize_help_text"] = _unchanged


def _unchanged(text: str) -> str:
    return text


def install_or_print_script(option: str, shell: str = "", *rest: str) -> None:
    """Install or print the completion script of a shell.

    Args:
        option: --install-completion or --show-completion.
        shell: Name of the shell; '' for the one that runs specdb.
        rest: Further words, which are refused.

    Raises:
        UsageError: If there are further words, or the shell is unknown or cannot be detected.
        DatabaseError: If the script cannot be written.
    """
    name = shell or typer_scripts._get_shell_name() or ""
    if rest:
        raise UsageError(f"{option} takes one shell", f"write {option} {shell}")
    if name not in SHELLS:
        problem = f"unsupported shell {name!r}" if name else "could not detect the shell"
        raise UnknownKeyError(problem, nearest(name, SHELLS) or f"write {option} with one of {', '.join(SHELLS)}")
    if option == "--show-completion":
        script = typer_scripts.get_completion_script(prog_name=PROGRAM, complete_var="_SPECDB_COMPLETE", shell=name)
        print(script, flush=True)
        return
    try:
        _, path = typer_scripts.install(shell=name, prog_name=PROGRAM)
    except OSError as error:
        where = error.filename or "the shell's configuration directory"
        hint = f"use {option.replace('install', 'show')} and save the script yourself"
        raise DatabaseError(f"cannot write {where}: {error.strerror}", hint) from error
    print(f"Installed completion for {name} in {path}. Start a new shell to use it.")
