"""Names for shell completion: each statement returns what is offered and a line of help.

The last placeholders of a statement take a LIKE pattern whose escape character is !.
"""

PRODUCTS = """
SELECT text, help FROM (
    SELECT 1 AS part, slug AS text, name AS help FROM product WHERE slug LIKE ? ESCAPE '!' AND removed_id IS NULL
    UNION ALL SELECT 2, a.name, p.name FROM alias a JOIN product p ON p.id = a.product_id
    WHERE a.scope = 'product' AND a.name LIKE ? ESCAPE '!'
) AS offer ORDER BY part, text
"""

CATEGORIES = """
SELECT text, help FROM (
    SELECT 1 AS part, key AS text, name AS help FROM category WHERE key LIKE ? ESCAPE '!' AND removed_id IS NULL
    UNION ALL SELECT 2, a.name, c.name FROM alias a JOIN category c ON c.id = a.category_id
    WHERE a.scope = 'category' AND a.name LIKE ? ESCAPE '!'
) AS offer ORDER BY part, text
"""

SOURCES = "SELECT slug, title FROM source WHERE slug LIKE ? ESCAPE '!' AND removed_id IS NULL ORDER BY slug"

ATTRIBUTES = "SELECT key, name FROM attribute WHERE key LIKE ? ESCAPE '!' AND removed_id IS NULL ORDER BY key"

ATTRIBUTE_KINDS = "SELECT key, name, kind FROM attribute WHERE removed_id IS NULL ORDER BY key"
"""Every attribute with its kind; takes no pattern."""

CURRENCIES = "SELECT name, '' FROM unit WHERE dimension = 'currency ' || name AND name LIKE ? ESCAPE '!' ORDER BY name"

QUANTITIES = """
SELECT key || '=', name FROM attribute WHERE key LIKE ? ESCAPE '!' AND kind = 'quantity' AND removed_id IS NULL
ORDER BY key
"""

UNITS_OF_ATTRIBUTE = """
SELECT ? || '=' || u.name, u.dimension FROM attribute a JOIN unit own ON own.name = a.unit
JOIN unit u ON u.dimension = own.dimension WHERE a.key = ? AND u.name LIKE ? ESCAPE '!' ORDER BY 1
"""
"""KEY=UNIT for each unit of an attribute's dimension; takes the key twice before the pattern."""

VALUES_OF_ATTRIBUTE = """
SELECT DISTINCT COALESCE(t.slug, s.text), a.name FROM spec s JOIN attribute a ON a.id = s.attribute_id
LEFT JOIN product t ON t.id = s.target_id
WHERE (a.key = ? OR a.id = (SELECT attribute_id FROM alias WHERE scope = 'attribute' AND name = ?))
AND a.kind IN ('choice', 'reference') AND s.shown AND COALESCE(t.slug, s.text) LIKE ? ESCAPE '!' ORDER BY 1
"""
"""The choices or products that shown specs of an attribute have; takes its key or alias twice before the pattern."""
