"""Precedence: choose the spec to show when several are current; all SQL statements use these fragments."""

from __future__ import annotations


def precedence_order(spec: str = "s") -> str:
    """Return the ORDER BY terms that put the spec to show first.

    They compare the rank, the source's precedence, that of the source's kind, the as-of date (the later first) and the order
    in which they were added (the earlier first).

    Args:
        spec: Alias of the spec; `precedence_joins` of the same alias must be in the FROM clause.
    """
    return f"""
    CASE {spec}.rank WHEN 'preferred' THEN 0 ELSE 1 END, o.precedence DESC, COALESCE(k.precedence, 0) DESC, {spec}.as_of DESC,
    COALESCE({spec}.restores_id, {spec}.id)
    """


def precedence_joins(spec: str = "s") -> str:
    """Return the joins that `precedence_order` needs: the source o and its kind k."""
    return f"JOIN source o ON o.id = {spec}.source_id LEFT JOIN source_kind k ON k.kind = o.kind"


RANKED = f"""
SELECT s.product_id, s.id, a.many, ROW_NUMBER() OVER (
    PARTITION BY s.product_id, s.attribute_id, s.qualifiers ORDER BY {precedence_order()}
) AS position
FROM spec s JOIN attribute a ON a.id = s.attribute_id {precedence_joins()}
WHERE s.retracted_id IS NULL AND s.rank <> 'deprecated'
"""
"""All current specs with their position among those of the same product, attribute and qualifiers.

The first is shown; of a `many` attribute, all are.
"""


def update_shown_sql(products: str) -> str:
    """Return a statement that updates `shown` for the products whose product_id passes a test such as "= :product".

    It writes only the rows that change: a product may have thousands of retracted specs.
    """
    return f"""
    UPDATE spec SET shown = NOT shown
    WHERE product_id {products} AND shown <> (id IN (
        SELECT best.id FROM ({RANKED} AND s.product_id {products}) best WHERE best.position = 1 OR best.many
    ))
    """
