"""The names that an edit is given: whole slugs, keys and aliases, since a part of one might fit another tomorrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from unicodedata import normalize

from specdb.bundles.bundle import LONGEST_TEXT
from specdb.bundles.drafts import Bundle
from specdb.database import metadata
from specdb.editing.apply import apply_bundle
from specdb.errors import AmbiguousNameError, NotFoundError, UsageError, ValidationError

if TYPE_CHECKING:
    from specdb.database.repository import Repository
    from specdb.domain.spec import Attribute, Product
    from specdb.editing.edit_session import EditSession

D = TypeVar("D", bound=NamedTuple)


def find_product(repository: Repository, name: str) -> Product:
    """The product of this slug or alias; NotFound otherwise, also where `name` is only a part of one."""
    try:
        found = repository.product(name)
    except AmbiguousNameError as error:
        raise NotFoundError(f"there is no product {name!r}", error.hint) from error
    if name.casefold() != found.slug and name.casefold() not in metadata.aliases(repository, "product", found.id):
        raise NotFoundError(f"there is no product {name!r}", f"did you mean {found.slug}? an edit takes a whole slug or alias")
    return found


def require_not_computed(work: EditSession, attribute: Attribute) -> Attribute:
    """The attribute, where specs can state it; UsageError where it is computed from others."""
    ((expression,),) = work.repository.rows("SELECT expression FROM attribute WHERE id = ?", (attribute.id,))
    if expression:
        raise UsageError(f"{attribute.key} is computed: {expression}", "state what it is computed from")
    return attribute


def apply_drafts(work: EditSession, drafts: Bundle, *, new: bool = False) -> None:
    """`apply.apply` for what was given on the command line: its issues without the lines of a file."""
    try:
        sections: Any = (tuple(map(normalize_draft, section)) for section in drafts)
        apply_bundle(work, Bundle(*sections), "", new=new)
    except ValidationError as error:
        raise to_usage_error(error) from error


def normalize_draft(draft: D) -> D:
    """A draft whose texts are in Unicode's composed form, as those of a file are; UsageError for what can be no text."""
    return draft._make(map(_clean, draft))


def _clean(value: Any) -> Any:
    """A field with its texts cleaned."""
    if isinstance(value, dict):
        return {key: _clean(text) for key, text in value.items()}
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(map(_clean, value))
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST_TEXT:
        raise UsageError(f"a text of {len(value):,} characters", f"at most {LONGEST_TEXT:,}")
    return normalize("NFC", value)


def to_usage_error(error: ValidationError) -> UsageError:
    """The issues of drafts that were put together from the command line, as one error."""
    if len(error.issues) == 1:
        return UsageError(error.issues[0].problem, error.issues[0].hint)
    listed = [f"{issue.problem} ({issue.hint})" if issue.hint else issue.problem for issue in error.issues]
    return UsageError(f"{len(listed)} issues; nothing was changed", "\n".join(listed))
