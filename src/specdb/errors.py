"""Every error specdb raises on purpose.

SpecdbError                  something the user can mend; exit code 1
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
└── FileFaults               a file with faults, all of them, each with its line
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class SpecdbError(Exception):
    """An error with what was given and what is wrong (`problem`), and how to put it right (`mend`)."""

    exit_code = 1

    def __init__(self, problem: str, mend: str = "") -> None:
        super().__init__(problem, mend)
        self.problem = problem
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.problem}\n{self.mend}" if self.mend else self.problem


class UsageError(SpecdbError):
    """The request itself is wrong, whatever the database holds."""

    exit_code = 2


class ValueFault(UsageError):
    """A text that is no value of the kind asked for."""


class DimensionFault(ValueFault):
    """A value whose unit measures something else than the attribute does."""


class UnknownKey(UsageError):
    """No attribute, format or option of that name."""


class NotFound(SpecdbError):
    """No product, category or source of that name."""


class Ambiguous(SpecdbError):
    """A name that fits several things; the mend lists them."""


class InTheWay(SpecdbError):
    """What the database holds does not fit a change; the mend lists it."""


class NoRate(SpecdbError):
    """No exchange rate between two currencies for a day; the mend is the command that adds one."""


class StoreError(SpecdbError):
    """The database cannot be opened, read or written."""


class NoDatabase(StoreError):
    """There is no database yet; the first use makes one."""


class Fault:
    """One fault of a file: its 1-based `line` (0 where the whole file is meant), what is wrong and the mend."""

    __slots__ = ("line", "mend", "problem")

    def __init__(self, line: int, problem: str, mend: str = "") -> None:
        self.line = line
        self.problem = problem
        self.mend = mend

    def __str__(self) -> str:
        text = f"line {self.line}: {self.problem}" if self.line else self.problem
        return f"{text} ({self.mend})" if self.mend else text


class FileFaults(SpecdbError):
    """A file with faults; `faults` holds them all, in the order of their lines, and the message the first of very many."""

    MOST_SAID = 1000

    def __init__(self, path: str, faults: Sequence[Fault]) -> None:
        self.path = path
        self.faults = sorted(faults, key=lambda fault: (fault.line, fault.problem, fault.mend))
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        said = [f"{path}, {fault}" for fault in self.faults[: self.MOST_SAID]]
        said += [f"and {len(faults) - self.MOST_SAID} more"] if len(faults) > self.MOST_SAID else []
        super().__init__(f"{path}: {count}; nothing was changed", "\n".join(said))


def nearest(name: str, known: Iterable[str], limit: int = 3) -> str:
    """The mend for a wrong name: 'did you mean a, b or c?', or '' where nothing is near."""
    from difflib import get_close_matches

    folded = {one.lower(): one for one in known}
    found = [folded[one] for one in get_close_matches(name.lower(), list(folded), n=limit, cutoff=0.5)]
    if not found:
        return ""
    listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"
    return f"did you mean {listed}?"
