"""Drafts into a database as it is: what they name is brought to where it says what they say, the rest is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis.build_view import build_view
from specdb.bundles import formulas, resolve
from specdb.bundles.drafts import Bundle
from specdb.bundles.save import DraftReader
from specdb.database import name_index, reconcile
from specdb.database.repository import Repository
from specdb.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.database.changeset_writer import Rows
    from specdb.editing.edit_session import EditSession
    from specdb.errors import Issue


class ApplyResult(NamedTuple):
    """All rows that drafts come to, and remarks on claims among them that cannot be checked."""

    rows: Rows
    remarks: list[str]


def apply_bundle(
    work: EditSession, drafts: Bundle, path: str, issues: Iterable[Issue] = (), *, new: bool = False
) -> ApplyResult:
    """Brings what is in `drafts` into the database.

    A product stands for all of its specs and the claims about it, a category for its members, and each for its aliases:
    what it does not say is retracted. With `new` nothing there may be named. FileFaults, naming `path`, for all that is
    wrong and for `issues`, which were found before; InTheWay where specs do not fit their attribute's new unit.
    """
    known = name_index.NameIndex(work.edit.connection)
    if not new:
        for table, names in names_by_table(drafts).items():
            known.release(table, names)
        known.rates.clear()
    found = list(issues)
    rows = resolve.resolve(drafts, known, path, found)
    added = reconcile.reconcile(work.edit, rows, known)
    work.edit.finish()  # claims are about what is shown
    claims = {(row["expression"], row["relation"], row["value"]) for row in added["claim"]}
    some = drafts._replace(claims=tuple(one for one in drafts.claims if (one.expression, one.relation, one.value) in claims))
    if any(one.expression for one in drafts.attributes):
        found += formulas.circular_definitions(Bundle(attributes=tuple(DraftReader(work.repository.connection).attributes())))
        if found:  # which could not be computed to an end
            raise ValidationError(path, found)
    view = build_view(Repository(work.repository.connection))  # sees the new names
    found += formulas.evaluation_issues(some, view)
    if found:
        raise ValidationError(path, found)
    return ApplyResult(rows, list(formulas.uncheckable_claims(some.claims, view)))


def names_by_table(drafts: Bundle) -> dict[str, list[str]]:
    """The keys and slugs of what is in a bundle, by table."""
    return {
        "category": [one.key for one in drafts.categories],
        "attribute": [one.key for one in drafts.attributes],
        "rule": [one.key for one in drafts.rules],
        "source": [one.slug for one in drafts.sources],
        "product": [one.slug for one in drafts.products],
    }
