"""Which of several current specs for one question is shown: the rule, as the one SQL text that settles it everywhere."""

from __future__ import annotations

PRECEDENCE_ORDER = """
CASE s.rank WHEN 'preferred' THEN 0 ELSE 1 END, o.precedence DESC, COALESCE(k.precedence, 0) DESC, s.as_of DESC,
COALESCE(s.restores_id, s.id)
"""
"""By rank, the source's precedence, that of its kind, the later as-of date, the earlier statement."""

PRECEDENCE_JOINS = "JOIN source o ON o.id = s.source_id LEFT JOIN source_kind k ON k.kind = o.kind"
"""What ORDER needs beside a spec s."""


RANKED = f"""
SELECT s.product_id, s.id, a.many, ROW_NUMBER() OVER (
    PARTITION BY s.product_id, s.attribute_id, s.qualifiers ORDER BY {PRECEDENCE_ORDER}
) AS place
FROM spec s JOIN attribute a ON a.id = s.attribute_id {PRECEDENCE_JOINS}
WHERE s.retracted_id IS NULL AND s.rank <> 'deprecated'
"""
"""All current specs with their place among those for the same question: the first is shown, or all of a `many`."""


def update_shown_sql(products: str) -> str:
    """A statement that derives `shown` of all specs whose product_id passes the test `products`, as in "= :product".

    It writes only those of which it changes: a product may have thousands that were retracted.
    """
    return f"""
    UPDATE spec SET shown = NOT shown
    WHERE product_id {products} AND shown <> (id IN (
        SELECT best.id FROM ({RANKED} AND s.product_id {products}) best WHERE best.place = 1 OR best.many
    ))
    """
