"""Which source of the database an article is: the one whose text has its SHA-256, or one that is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.bundles.drafts import SourceDraft
from specdb.errors import AmbiguousNameError, UsageError
from specdb.ingest.yaml_writer import find_date, first_line, slug

if TYPE_CHECKING:
    from specdb.database.repository import Repository
    from specdb.domain.source import Source


def find_source(repository: Repository, sha256: str, name: str = "") -> Source | None:
    """The source whose text this is, the one of the slug `name` where there are several; None if there is none.

    UsageError if a source of that name is of another text, Ambiguous if several are of this one and none is named.
    """
    found = list(repository.sources().values())
    named = next((one for one in found if one.slug == name), None)
    if named is not None and named.sha256 != sha256:
        hint = f"name another source, or, if it is the same text, specdb source edit {name} --sha256 {sha256}"
        raise UsageError(f"the source {name} is of another text{'' if named.sha256 else ', or has no SHA-256'}", hint)
    same = [named] if named else [one for one in found if one.sha256 == sha256]
    if len(same) > 1:
        raise AmbiguousNameError(f"{len(same)} sources are of this text", f"name one: {', '.join(one.slug for one in same)}")
    return same[0] if same else None


def resolve_source(repository: Repository, file: str, text: str, sha256: str, name: str = "", date: str = "") -> SourceDraft:
    """The source of the article `file`: the stored one, else a new one of this slug and date, with the text's title.

    UsageError where it is new and `name` or `date` is '': neither is made up.
    """
    there = find_source(repository, sha256, name)
    if there is not None:
        return SourceDraft(there.slug, there.title, date=there.date, sha256=sha256)
    if not name or not date:
        lacking = " and ".join(option for option, value in (("--source", name), ("--date", date)) if not value)
        stem = slug(file.rpartition("/")[2].rpartition(".")[0] or file) if file != "-" else "article"
        guess = f"--source {name or stem} --date {date or find_date(text) or 'YYYY-MM-DD'}"
        first = " (the first date in it)" if not date and find_date(text) else ""
        problem = f"the database has no source with the text of {file}, and none is made without {lacking}"
        raise UsageError(problem, f"say {guess}{first}")
    return SourceDraft(name, first_line(text) or name, date=date, sha256=sha256)
