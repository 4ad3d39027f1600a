"""specdb edit: a product's YAML in the user's editor."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from specdb.cli.edit_options import Db, DryRun, Format, Product, Why, Yes, perform
from specdb.cli.options import open_view

if TYPE_CHECKING:
    from specdb.bundles.drafts import Bundle
    from specdb.editing.edit_session import EditSession
    from specdb.errors import SpecdbError

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_HEAD = "# What is taken out here is retracted. An empty file, or one left as it is, changes nothing.\n"
_OURS = ("# What is taken out here", "#! ")


@app.command()
def edit(
    product: Product,
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Edit all that is stated of a product, as YAML in your editor ($VISUAL, $EDITOR or vi).

    What you make of it is checked; with issues it is opened again, with them on top. Then it is shown what would change,
    and done whole or not at all. A text that is given up is kept in a file.
    """
    from specdb.bundles import bundle
    from specdb.bundles.save import DraftReader
    from specdb.database.location import locate
    from specdb.editing import entity_names
    from specdb.editing.edit_session import run_edit
    from specdb.errors import SpecdbError

    with open_view(db) as view:
        found = entity_names.find_product(view, product)
        drafts = DraftReader(view.connection).product(found.id)
    place = locate(db or None)

    def change(text: str, file: Path) -> "Callable[[EditSession], list[str]]":
        return lambda work: _change(work, drafts, text, str(file))

    def issue(text: str, file: Path) -> "SpecdbError | None":
        try:
            run_edit(place, lambda work: change(text, file)(work) or [], "", dry_run=True)
        except SpecdbError as error:
            return error
        return None

    text, file = _edited(found.slug, bundle.format_bundle(drafts), issue)
    if not text:
        print("Nothing was changed.")
        return
    try:
        perform(db, change(text, file), why or f"edited {found.slug}", dry_run=dry_run, format=format, ask=not yes)
    except typer.Abort:
        raise _kept(SpecdbError("nothing was changed"), file) from None
    except SpecdbError as error:
        raise _kept(error, file) from error
    _remove(file)


def _change(work: "EditSession", drafts: "Bundle", text: str, path: str) -> list[str]:
    """Brings the product to what the text says; remarks. Refused where another edit came between, or it is about another."""
    from specdb.bundles import bundle
    from specdb.bundles.save import DraftReader
    from specdb.editing import entity_names
    from specdb.editing.apply import apply_bundle
    from specdb.errors import DatabaseError, Issue

    slug = drafts.products[0].slug
    if DraftReader(work.repository.connection).product(entity_names.find_product(work.repository, slug).id) != drafts:
        raise DatabaseError(f"{slug} has changed meanwhile; nothing was written", "look at it and edit it again")
    issues: list[Issue] = []
    wanted = bundle.parse_bundle(text, path, issues)
    if [one.slug for one in wanted.products] != [slug]:
        line = wanted.products[0].line if wanted.products else 0
        issues.append(
            Issue(line, f"the file is about {slug}", f"keep its slug; specdb product rename {slug} NEW gives another")
        )
    return apply_bundle(work, wanted, path, issues).remarks


def _edited(slug: str, text: str, issue: "Callable[[str, Path], SpecdbError | None]") -> tuple[str, Path]:
    """What the user makes of a text, once nothing is wrong with it, and its file; '' if it is empty or left as it was.

    One with issues is opened again with them on top; closed without a change it is given up, and the error raised.
    """
    import tempfile

    file = Path(tempfile.mkdtemp(prefix="specdb-")) / f"{slug}.yaml"
    file.write_text(_HEAD + text, encoding="utf-8")
    before = text
    while True:
        after = _opened(file)
        if not after.strip() or after == text:
            _remove(file)
            return "", file
        file.write_text(after, encoding="utf-8")
        error = issue(after, file)
        if error is None:
            return after, file
        if after == before:
            raise _kept(error, file)
        before = after
        file.write_text(_noted(error, after), encoding="utf-8")


def _opened(file: Path) -> str:
    """The text of the file after the user has edited it, without the comments of ours."""
    import shlex
    import subprocess

    from specdb.editing.load import read_text
    from specdb.errors import DatabaseError, UsageError

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = subprocess.run([*shlex.split(editor), str(file)], check=False).returncode  # noqa: S603  the user's own editor
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the editor {editor!r} cannot be started", "set EDITOR, or write a file and specdb apply it"
        ) from error
    if code:
        raise DatabaseError(f"the editor ended with {code}; nothing was changed", f"your text is kept in {file}")
    lines = read_text(file).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_OURS))


def _noted(error: "SpecdbError", text: str) -> str:
    """A text with what is wrong on top, as comments that name its lines as they will stand."""
    from specdb.errors import Issue, ValidationError

    if isinstance(error, ValidationError):
        added = len(error.issues) + 1
        issues = [Issue(issue.line + added if issue.line else 0, issue.problem, issue.hint) for issue in error.issues]
        notes = [" ".join(str(issue).split()) for issue in issues]
    else:
        notes = str(error).splitlines()
    return _HEAD + "".join(f"#! {note}\n" for note in notes) + text


def _kept(error: "SpecdbError", file: Path) -> "SpecdbError":
    """The error, with where the text is kept."""
    from specdb.errors import SpecdbError

    hint = f"your text is kept: hint it and run specdb apply {file}"
    return SpecdbError(error.problem, "\n".join(filter(None, (error.hint, hint))))


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.parent.rmdir()
