"""Resolve the names that an edit is given, and normalize text from the command line.

An edit takes whole slugs, keys and aliases: a unique part of a name may match something else tomorrow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from unicodedata import normalize

from specdb.bundles.bundle import LONGEST_TEXT
from specdb.bundles.drafts import Bundle
from specdb.database import metadata
from specdb.database.name_lookup import attribute_expression
from specdb.editing.apply import apply_bundle
from specdb.errors import AmbiguousNameError, NotFoundError, UsageError, ValidationError

if TYPE_CHECKING:
    from specdb.database.repository import Repository
    from specdb.domain.spec import Attribute, Product
    from specdb.editing.edit_session import EditSession

D = TypeVar("D", bound=NamedTuple)


def find_product(repository: Repository, name: str) -> Product:
    """Return the product with this slug or alias.

    Raises:
        NotFoundError: There is none, or `name` is only a part of one.
    """
    try:
        found = repository.product(name)
    except AmbiguousNameError as error:
        raise NotFoundError(f"there is no product {name!r}", error.hint) from error
    if name.casefold() != found.slug and name.casefold() not in metadata.aliases(repository, "product", found.id):
        hint = f"did you mean {found.slug}? edits need the complete slug or alias"
        raise NotFoundError(f"there is no product {name!r}", hint)
    return found


def require_not_computed(session: EditSession, attribute: Attribute) -> Attribute:
    """Return the attribute.

    Raises:
        UsageError: It is computed from other attributes.
    """
    if expression := attribute_expression(session.repository.connection, attribute.id):
        raise UsageError(
            f"{attribute.key} is computed from {expression}", "set the attributes from which it is computed instead"
        )
    return attribute


def apply_drafts(session: EditSession, drafts: Bundle, *, new: bool = False) -> None:
    """Apply drafts that were made from command-line options; issues are reported without lines of a file."""
    try:
        sections: Any = (tuple(map(normalize_draft, section)) for section in drafts)
        apply_bundle(session, Bundle(*sections), "", new=new)
    except ValidationError as error:
        raise to_usage_error(error) from error


def normalize_draft(draft: D) -> D:
    """Return a draft with all texts in Unicode's composed form (NFC), as the texts of a file are.

    Raises:
        UsageError: A text is too long.
    """
    return draft._make(map(_normalize_field, draft))


def _normalize_field(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _normalize_field(text) for key, text in value.items()}
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(map(_normalize_field, value))
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST_TEXT:
        raise UsageError(f"a text has {len(value):,} characters", f"the maximum is {LONGEST_TEXT:,}")
    return normalize("NFC", value)


def to_usage_error(error: ValidationError) -> UsageError:
    """Return the issues of drafts that were made from command-line options as one UsageError."""
    if len(error.issues) == 1:
        return UsageError(error.issues[0].problem, error.issues[0].hint)
    lines = [f"{issue.problem} ({issue.hint})" if issue.hint else issue.problem for issue in error.issues]
    return UsageError(f"{len(lines)} issues; nothing was changed", "\n".join(lines))
