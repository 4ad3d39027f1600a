"""Apply a bundle to a database: what it names is changed to match it, everything else is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.analysis.build_view import build_view
from specdb.bundles import formulas, resolve
from specdb.bundles.drafts import Bundle
from specdb.bundles.save import DraftReader
from specdb.database.name_index import NameIndex
from specdb.database.reconcile import reconcile
from specdb.database.repository import Repository
from specdb.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.database.changeset_writer import Rows
    from specdb.editing.edit_session import EditSession
    from specdb.errors import Issue


class ApplyResult(NamedTuple):
    """The result of applying a bundle.

    Attributes:
        rows: All rows of the bundle, by table, whether they were new or not.
        remarks: Remarks on claims of the bundle that cannot be checked.
    """

    rows: Rows
    remarks: list[str]


def apply_bundle(
    session: EditSession, bundle: Bundle, path: str, issues: Iterable[Issue] = (), *, new: bool = False
) -> ApplyResult:
    """Change the database so that it agrees with `bundle`.

    A product in it is complete with all its specs and the claims about it, a category with its members, and each with
    its aliases: what the bundle leaves out is retracted.

    Args:
        session: The edit that this is part of.
        bundle: The drafts to apply.
        path: The name of the file, for error messages.
        issues: Issues that were found when the file was parsed.
        new: Nothing in the bundle may exist in the database.

    Raises:
        ValidationError: The bundle has issues, all of which are listed.
        ConflictError: Current specs do not fit the new unit or kind of their attribute.
    """
    index = NameIndex(session.changeset.connection)
    if not new:
        for table, names in names_by_table(bundle).items():
            index.release(table, names)
        index.rates.clear()
    found = list(issues)
    rows = resolve.resolve(bundle, index, path, found)
    added = reconcile(session.changeset, rows, index)
    session.changeset.finish()  # claims are checked against the shown specs
    added_claims = {(row["expression"], row["relation"], row["value"]) for row in added["claim"]}
    claims = tuple(claim for claim in bundle.claims if (claim.expression, claim.relation, claim.value) in added_claims)
    checked = bundle._replace(claims=claims)
    if any(attribute.expression for attribute in bundle.attributes):
        attributes = tuple(DraftReader(session.repository.connection).attributes())
        found += formulas.circular_definitions(Bundle(attributes=attributes))
        if found:  # evaluating a circular definition would not end
            raise ValidationError(path, found)
    view = build_view(Repository(session.repository.connection))  # sees the new names
    found += formulas.evaluation_issues(checked, view)
    if found:
        raise ValidationError(path, found)
    return ApplyResult(rows, list(formulas.uncheckable_claims(checked.claims, view)))


def names_by_table(bundle: Bundle) -> dict[str, list[str]]:
    """Return the keys and slugs of the entities in a bundle, by table."""
    return {
        "category": [draft.key for draft in bundle.categories],
        "attribute": [draft.key for draft in bundle.attributes],
        "rule": [draft.key for draft in bundle.rules],
        "source": [draft.slug for draft in bundle.sources],
        "product": [draft.slug for draft in bundle.products],
    }
