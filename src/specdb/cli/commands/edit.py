"""`specdb edit`: edit a product as YAML in the user's editor."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from specdb.cli.options import Db, DryRun, Format, Product, Why, Yes, open_view, run_and_report

if TYPE_CHECKING:
    from specdb.bundles.drafts import Bundle
    from specdb.editing.edit_session import EditSession
    from specdb.errors import SpecdbError

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_HEADER = "# Specs that you delete here are retracted. To cancel, save an empty or unchanged file.\n"
_OWN_COMMENTS = ("# Specs that you delete here", "#! ")


@app.command()
def edit(
    product: Product,
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Edit the specs of a product as YAML in your editor ($VISUAL, $EDITOR or vi).

    If the edited file has errors, it is opened again with the errors as comments at the top. All changes are written, or
    none. If you give up, your text is kept in a file.
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
    location = locate(db or None)

    def change(text: str, file: Path) -> "Callable[[EditSession], list[str]]":
        return lambda session: _change(session, drafts, text, str(file))

    def issue(text: str, file: Path) -> "SpecdbError | None":
        try:
            run_edit(location, lambda session: change(text, file)(session) or [], "", dry_run=True)
        except SpecdbError as error:
            return error
        return None

    text, file = _edited(found.slug, bundle.format_bundle(drafts), issue)
    if not text:
        print("No changes")
        return
    try:
        run_and_report(db, change(text, file), why or f"edited {found.slug}", dry_run=dry_run, format=format, ask=not yes)
    except typer.Abort:
        raise _with_kept_file(SpecdbError("nothing was written"), file) from None
    except SpecdbError as error:
        raise _with_kept_file(error, file) from error
    _remove(file)


def _change(session: "EditSession", drafts: "Bundle", text: str, path: str) -> list[str]:
    """Apply the edited text and return remarks; refuse it if the product has changed meanwhile, or it is another one."""
    from specdb.bundles import bundle
    from specdb.bundles.save import DraftReader
    from specdb.editing import entity_names
    from specdb.editing.apply import apply_bundle
    from specdb.errors import DatabaseError, Issue

    slug = drafts.products[0].slug
    if DraftReader(session.repository.connection).product(entity_names.find_product(session.repository, slug).id) != drafts:
        raise DatabaseError(f"{slug} was changed by another edit; nothing was written", "look at the change and edit it again")
    issues: list[Issue] = []
    wanted = bundle.parse_bundle(text, path, issues)
    if [one.slug for one in wanted.products] != [slug]:
        line = wanted.products[0].line if wanted.products else 0
        issues.append(
            Issue(line, f"expected the product {slug}", f"keep its slug; to change it, use specdb product rename {slug} NEW")
        )
    return apply_bundle(session, wanted, path, issues).remarks


def _edited(slug: str, text: str, issue: "Callable[[str, Path], SpecdbError | None]") -> tuple[str, Path]:
    """Return the text as edited once it has no errors, and its file; '' if it is empty or unchanged.

    A text with errors is opened again with these at the top; if it is then closed unchanged, the error is raised.
    """
    import tempfile

    file = Path(tempfile.mkdtemp(prefix="specdb-")) / f"{slug}.yaml"
    file.write_text(_HEADER + text, encoding="utf-8")
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
            raise _with_kept_file(error, file)
        before = after
        file.write_text(_noted(error, after), encoding="utf-8")


def _opened(file: Path) -> str:
    """Run the editor, and return the text without the comments that specdb added."""
    import shlex
    import subprocess

    from specdb.editing.load import read_text
    from specdb.errors import DatabaseError, UsageError

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = subprocess.run([*shlex.split(editor), str(file)], check=False).returncode  # noqa: S603  the user's own editor
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot start the editor {editor!r}", "set EDITOR, or write a file and use specdb apply") from error
    if code:
        raise DatabaseError(f"the editor exited with {code}; nothing was written", f"your text is kept in {file}")
    lines = read_text(file).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_OWN_COMMENTS))


def _noted(error: "SpecdbError", text: str) -> str:
    """Put errors at the top of a text as comments; their line numbers count these comments."""
    from specdb.errors import Issue, ValidationError

    if isinstance(error, ValidationError):
        added = len(error.issues) + 1
        issues = [Issue(issue.line + added if issue.line else 0, issue.problem, issue.hint) for issue in error.issues]
        notes = [" ".join(str(issue).split()) for issue in issues]
    else:
        notes = str(error).splitlines()
    return _HEADER + "".join(f"#! {note}\n" for note in notes) + text


def _with_kept_file(error: "SpecdbError", file: Path) -> "SpecdbError":
    """Return the error with the file that keeps the text."""
    from specdb.errors import SpecdbError

    hint = f"your text is kept: correct it and run specdb apply {file}"
    return SpecdbError(error.problem, "\n".join(filter(None, (error.hint, hint))))


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.parent.rmdir()
