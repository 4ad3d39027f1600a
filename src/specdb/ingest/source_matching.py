"""Find the stored source of an article by the SHA-256 of its text, or describe a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.bundles.drafts import SourceDraft
from specdb.domain.slug import make_slug
from specdb.errors import AmbiguousNameError, UsageError
from specdb.ingest.yaml_writer import find_date, first_line

if TYPE_CHECKING:
    from specdb.database.repository import Repository
    from specdb.domain.source import Source


def find_source(repository: Repository, sha256: str, name: str = "") -> Source | None:
    """Return the stored source with this text, None if there is none.

    Args:
        repository: The database to search.
        sha256: The SHA-256 of the bytes of the text.
        name: The slug of the source to choose where several have this text; '' for none.

    Raises:
        UsageError: The source `name` has another text or no SHA-256.
        AmbiguousNameError: Several sources have this text and `name` is ''.
    """
    sources = list(repository.sources().values())
    named = next((source for source in sources if source.slug == name), None)
    if named is not None and named.sha256 != sha256:
        hint = f"name another source, or run specdb source edit {name} --sha256 {sha256} if the text is the same"
        problem = f"source {name} has {'another text' if named.sha256 else 'no SHA-256 to compare the text with'}"
        raise UsageError(problem, hint)
    matches = [named] if named else [source for source in sources if source.sha256 == sha256]
    if len(matches) > 1:
        slugs = ", ".join(source.slug for source in matches)
        raise AmbiguousNameError(f"{len(matches)} sources have this text", f"choose one of: {slugs}")
    return matches[0] if matches else None


def resolve_source(repository: Repository, file: str, text: str, sha256: str, name: str = "", date: str = "") -> SourceDraft:
    """Return the source of an article: the stored one, or a new one titled with the first line of the text.

    Args:
        repository: The database to search.
        file: The name of the article's file, "-" for standard input.
        text: The text of the article.
        sha256: The SHA-256 of the file's bytes.
        name: The slug of a new source, or of the stored one where several have this text.
        date: The date of a new source, as YYYY-MM-DD.

    Raises:
        UsageError: The source is new and `name` or `date` is ''; the hint suggests both.
        AmbiguousNameError: Several sources have this text and `name` is ''.
    """
    source = find_source(repository, sha256, name)
    if source is not None:
        return SourceDraft(source.slug, source.title, date=source.date, sha256=sha256)
    if not name or not date:
        missing = " and ".join(option for option, value in (("--source", name), ("--date", date)) if not value)
        stem = make_slug(file.rpartition("/")[2].rpartition(".")[0] or file, max_length=80) if file != "-" else "article"
        suggestion = f"--source {name or stem} --date {date or find_date(text) or 'YYYY-MM-DD'}"
        note = " (the first date in the text)" if not date and find_date(text) else ""
        problem = f"no source has the text of {file}, and a new source needs {missing}"
        raise UsageError(problem, f"add {suggestion}{note}")
    return SourceDraft(name, first_line(text) or name, date=date, sha256=sha256)
