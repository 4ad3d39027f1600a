"""Every error specdb raises on purpose.

SpecdbError                  something the user can hint; exit code 1
├── UsageError               the request itself is wrong; exit code 2
│   ├── ValueFault           a text that is no value: number, unit, date, flag or choice
│   │   └── DimensionFault   a value whose unit measures something else
│   └── UnknownKey           no attribute, format or option of that name
├── NotFound                 no product, category or source of that name
├── Ambiguous                a name that fits several
├── InTheWay                 what the database holds does not fit a change
├── NoRate                   no exchange rate for a currency and a day
├── StoreError               the database cannot be opened, read or written
│   └── NoDatabase           there is none yet
└── FileFaults               a file with issues, all of them, each with its line
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class SpecdbError(Exception):
    """An error with what was given and what is wrong (`problem`), and how to put it right (`hint`)."""

    exit_code = 1

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem, hint)
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.problem}\n{self.hint}" if self.hint else self.problem


class UsageError(SpecdbError):
    """The request itself is wrong, whatever the database holds."""

    exit_code = 2


class InvalidValueError(UsageError):
    """A text that is no value of the kind asked for."""


class DimensionError(InvalidValueError):
    """A value whose unit measures something else than the attribute does."""


class UnknownKeyError(UsageError):
    """No attribute, format or option of that name."""


class NotFoundError(SpecdbError):
    """No product, category or source of that name."""


class AmbiguousNameError(SpecdbError):
    """A name that fits several things; the hint lists them."""


class ConflictError(SpecdbError):
    """What the database holds does not fit a change; the hint lists it."""


class MissingRateError(SpecdbError):
    """No exchange rate between two currencies for a day; the hint is the command that adds one."""


class DatabaseError(SpecdbError):
    """The database cannot be opened, read or written."""


class DatabaseNotFoundError(DatabaseError):
    """There is no database yet; the first use makes one."""


class Issue:
    """One issue of a file: its 1-based `line` (0 where the whole file is meant), what is wrong and the hint."""

    __slots__ = ("hint", "line", "problem")

    def __init__(self, line: int, problem: str, hint: str = "") -> None:
        self.line = line
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        text = f"line {self.line}: {self.problem}" if self.line else self.problem
        return f"{text} ({self.hint})" if self.hint else text


class ValidationError(SpecdbError):
    """A file with issues; `issues` holds them all, in the order of their lines, and the message the first of very many."""

    MOST_SAID = 1000

    def __init__(self, path: str, issues: Sequence[Issue]) -> None:
        self.path = path
        self.issues = sorted(issues, key=lambda issue: (issue.line, issue.problem, issue.hint))
        count = "1 issue" if len(issues) == 1 else f"{len(issues)} issues"
        said = [f"{path}, {issue}" for issue in self.issues[: self.MOST_SAID]]
        said += [f"and {len(issues) - self.MOST_SAID} more"] if len(issues) > self.MOST_SAID else []
        super().__init__(f"{path}: {count}; nothing was changed", "\n".join(said))


def missing_extra(package: str, extra: str) -> UsageError:
    """Return the error for an optional package that is not installed; its hint is the command that installs it."""
    return UsageError(f"{package} is not installed", f"pip install 'product-specdb[{extra}]'")


def nearest(name: str, known: Iterable[str], limit: int = 3) -> str:
    """The hint for a wrong name: 'did you mean a, b or c?', or '' where nothing is near."""
    from difflib import get_close_matches

    folded = {one.lower(): one for one in known}
    found = [folded[one] for one in get_close_matches(name.lower(), list(folded), n=limit, cutoff=0.5)]
    if not found:
        return ""
    listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"
    return f"did you mean {listed}?"
