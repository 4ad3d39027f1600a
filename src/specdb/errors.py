"""The exceptions that specdb raises on purpose.

SpecdbError                      the data or the database does not allow the request; exit code 1
├── UsageError                   the request itself is wrong; exit code 2
│   ├── InvalidValueError        a text that is not a valid number, unit, date, flag or choice
│   │   ├── DimensionError       a value whose unit has another dimension than the attribute
│   │   └── AmbiguousUnitError   a unit whose letter case matters and is unclear
│   └── UnknownKeyError          no attribute, format or option with this name
├── NotFoundError                no product, category or source with this name
├── AmbiguousNameError           a name that matches several things
├── ConflictError                a change that conflicts with what the database contains
├── MissingRateError             no exchange rate between two currencies for a date
├── DatabaseError                the database cannot be opened, read or written
│   └── DatabaseNotFoundError    there is no database yet
└── ValidationError              a file with errors, each with its line
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class SpecdbError(Exception):
    """The base class of all exceptions of specdb.

    Attributes:
        problem: What was given and what is wrong with it.
        hint: How to fix it; may be empty or have several lines.
        exit_code: The exit code of the command line.
    """

    exit_code = 1

    def __init__(self, problem: str, hint: str = "") -> None:
        """Create the error from its problem and hint."""
        super().__init__(problem, hint)
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        """Return the problem and the hint, on lines of their own."""
        return f"{self.problem}\n{self.hint}" if self.hint else self.problem


class UsageError(SpecdbError):
    """The request itself is wrong, whatever the database contains."""

    exit_code = 2


class InvalidValueError(UsageError):
    """A text is not a valid value of the expected kind."""


class DimensionError(InvalidValueError):
    """The unit of a value has another dimension than the attribute."""


class AmbiguousUnitError(InvalidValueError):
    """A unit matches several units if case is ignored, and none exactly."""


class UnknownKeyError(UsageError):
    """There is no attribute, format or option with this name."""


class NotFoundError(SpecdbError):
    """There is no product, category or source with this name."""


class AmbiguousNameError(SpecdbError):
    """A name matches several things; the hint lists them."""


class ConflictError(SpecdbError):
    """A change conflicts with what the database contains; the hint lists it."""


class MissingRateError(SpecdbError):
    """There is no exchange rate between two currencies for a date; the hint says how to add one."""


class DatabaseError(SpecdbError):
    """The database cannot be opened, read or written."""


class DatabaseNotFoundError(DatabaseError):
    """There is no database yet; the first command creates one."""


class Issue:
    """An error in a file.

    Attributes:
        line: The line, from 1; 0 for the file as a whole.
        problem: What is wrong.
        hint: How to fix it; may be empty.
    """

    __slots__ = ("hint", "line", "problem")

    def __init__(self, line: int, problem: str, hint: str = "") -> None:
        """Create the error of this line."""
        self.line = line
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        """Return line, problem and hint on one line."""
        text = f"line {self.line}: {self.problem}" if self.line else self.problem
        return f"{text} ({self.hint})" if self.hint else text


class ValidationError(SpecdbError):
    """A file has errors. Nothing has been changed.

    Attributes:
        path: The file.
        issues: All errors, in the order of their lines; the message lists the first MAX_LISTED.
    """

    MAX_LISTED = 1000

    def __init__(self, path: str, issues: Sequence[Issue]) -> None:
        """Create the error from the errors of the file, in any order."""
        self.path = path
        self.issues = sorted(issues, key=lambda issue: (issue.line, issue.problem, issue.hint))
        count = "1 issue" if len(issues) == 1 else f"{len(issues)} issues"
        listed = [f"{path}, {issue}" for issue in self.issues[: self.MAX_LISTED]]
        listed += [f"and {len(issues) - self.MAX_LISTED} more"] if len(issues) > self.MAX_LISTED else []
        super().__init__(f"{path}: {count}; nothing was changed", "\n".join(listed))


def missing_extra(package: str, extra: str) -> UsageError:
    """Return the error for an optional package that is not installed; its hint is the command that installs it."""
    return UsageError(f"{package} is not installed", f"pip install 'product-specdb[{extra}]'")


def nearest(name: str, known: Iterable[str], limit: int = 3) -> str:
    """Return the hint for a misspelled name, "did you mean a, b or c?", or '' if no known name is similar."""
    from difflib import get_close_matches

    by_lower_case = {candidate.lower(): candidate for candidate in known}
    matches = [by_lower_case[match] for match in get_close_matches(name.lower(), list(by_lower_case), n=limit, cutoff=0.5)]
    if not matches:
        return ""
    listed = matches[0] if len(matches) == 1 else f"{', '.join(matches[:-1])} or {matches[-1]}"
    return f"did you mean {listed}?"
