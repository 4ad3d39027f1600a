"""Read all specs of a product, also retracted ones, with the values that determine their precedence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.database.precedence import precedence_joins, precedence_order
from specdb.database.repository import SPEC
from specdb.domain import qualifiers
from specdb.domain.spec import Spec

if TYPE_CHECKING:
    from specdb.database.repository import Repository


class HistoricSpec(NamedTuple):
    """A spec with its history and precedence.

    Attributes:
        added: Id of the changeset that added it.
        retracted: Id of the changeset that retracted it; None if it is current.
        precedence: Precedence of its source.
        source_kind: Kind of its source, '' if it has none.
        kind_precedence: Precedence of that kind, 0 if none is set.
    """

    spec: Spec
    added: int
    retracted: int | None
    precedence: int
    source_kind: str
    kind_precedence: int


def spec_history(
    repository: Repository, product: int, attribute: int | None = None, with_qualifiers: str = ""
) -> list[HistoricSpec]:
    """Return all specs of a product, also retracted ones.

    Args:
        repository: The database.
        product: Id of the product.
        attribute: Id of an attribute; None for all.
        with_qualifiers: Canonical text of qualifiers that each spec must have, besides any others; '' for none.

    Returns:
        The specs by attribute and qualifiers, current ones first, in the order of precedence.
    """
    only = "" if attribute is None else " AND s.attribute_id = ?"
    sql = f"""
    SELECT {SPEC}, s.added_id, s.retracted_id, o.precedence, o.kind, COALESCE(k.precedence, 0)
    FROM spec s LEFT JOIN product t ON t.id = s.target_id {precedence_joins()} WHERE s.product_id = ?{only}
    ORDER BY s.attribute_id, s.qualifiers, s.retracted_id IS NOT NULL, s.rank = 'deprecated', {precedence_order()}
    """
    size = len(Spec._fields)
    rows = repository.rows(sql, (product,) if attribute is None else (product, attribute))
    found = [HistoricSpec(Spec._make(row[:size]), *row[size:]) for row in rows]
    return [historic for historic in found if qualifiers.is_subset(with_qualifiers, historic.spec.qualifiers)]
