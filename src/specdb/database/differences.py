"""Compare two states of a database, or two databases; entities are matched by their keys and slugs."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.database.repository import chunks, placeholders
from specdb.domain.source import format_citation
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from specdb.database.repository import Repository

Fields = dict[str, str]
"""The fields of an entity, named and formatted as in our YAML; '' for a field without a value."""

_NAME_COLUMNS = {
    "category": "key",
    "attribute": "key",
    "rule": "key",
    "source_kind": "kind",
    "source": "slug",
    "product": "slug",
}
_NOT_FIELDS = frozenset({"id", "removed_id", "plausible_lo", "plausible_hi", *_NAME_COLUMNS.values()}) - {"kind"}
"""Columns that are not compared: they identify the row or are derived from other columns."""

_PORTION = 500
"""The number of products whose statements are compared at a time."""


class Difference(NamedTuple):
    """One difference between two states.

    Attributes:
        kind: "product", "attribute", "source" and the like.
        name: The slug or key of the entity.
        field: What differs: a field of the entity, or an attribute with its qualifiers.
        before: The value in the first state, '' if there is none.
        after: The value in the second state, '' if there is none.
        stated_before: The citation of the first value, for specs and claims.
        stated_after: The citation of the second value, for specs and claims.
    """

    kind: str
    name: str
    field: str
    before: str
    after: str
    stated_before: str = ""
    stated_after: str = ""

    @property
    def change(self) -> str:
        """Return "added", "removed" or "changed"."""
        return "changed" if self.before and self.after else "added" if self.after else "removed"


class StatementKey(NamedTuple):
    """A spec or claim in a form that can be compared between states.

    Attributes:
        field: The attribute with its qualifiers, or the claim.
        question: Statements with the same question replace each other: `field`, with the value if there can be several.
        source: Slug of the source.
        whole: Two statements are equal if this is equal.
        text: The value as it is shown.
        stated: The citation as it is shown.
        printed: The figure as the source prints it.
    """

    field: str
    question: str
    source: str
    whole: tuple[object, ...]
    text: str
    stated: str
    printed: str


class State(NamedTuple):
    """A state of a database.

    Attributes:
        entities: The fields of each entity, by kind and name.
        statements: Specs and claims, by the product's slug.
    """

    entities: dict[tuple[str, str], Fields]
    statements: dict[str, list[StatementKey]]


def state(repository: Repository, products: Collection[str]) -> State:
    """Return all entities, and the statements about the products with these slugs."""
    return State(entities(repository), statements(repository, products))


def between(before: State, after: State) -> Iterator[Difference]:
    """Yield the differences from one state to another: entities first, then statements by product."""
    for kind, name in dict.fromkeys((*before.entities, *after.entities)):
        old_fields, new_fields = (state.entities.get((kind, name), {}) for state in (before, after))
        for field in dict.fromkeys((*old_fields, *new_fields)):
            old, new = old_fields.get(field, ""), new_fields.get(field, "")
            if old != new:
                yield Difference(kind, name, field, old, new)
    for product in dict.fromkeys((*before.statements, *after.statements)):
        yield from _statement_differences(product, *(state.statements.get(product, []) for state in (before, after)))


def databases(before: Repository, after: Repository, only: Collection[str] | None = None) -> Iterator[Difference]:
    """Yield the differences between two databases; the statements are read in portions.

    Args:
        before: The first database.
        after: The second database.
        only: Slugs of the products whose statements to compare; None for all.
    """
    yield from between(State(entities(before), {}), State(entities(after), {}))
    slugs = list(dict.fromkeys(slug for repository in (before, after) for slug in _slugs(repository)))
    wanted = slugs if only is None else [slug for slug in slugs if slug in only]
    for start in range(0, len(wanted), _PORTION):
        part = wanted[start : start + _PORTION]
        yield from between(*(State({}, statements(repository, part)) for repository in (before, after)))


def _slugs(repository: Repository) -> list[str]:
    return repository.column("SELECT slug FROM product WHERE removed_id IS NULL ORDER BY id")


def entities(repository: Repository) -> dict[tuple[str, str], Fields]:
    """Return categories, attributes, rules, sources, products and rates, by kind and name."""
    rows = {table: _records(repository, f'SELECT * FROM "{table}"') for table in _NAME_COLUMNS}
    names = {table: {row["id"]: row[_NAME_COLUMNS[table]] for row in rows[table] if "id" in row} for table in _NAME_COLUMNS}
    found: dict[tuple[str, str], Fields] = {}
    for table, column in _NAME_COLUMNS.items():
        for row in rows[table]:
            if row.get("removed_id") is None:
                fields = {name: value for name, value in row.items() if name not in _NOT_FIELDS and name != column}
                found[table.replace("_", " "), row[column]] = {
                    name.removesuffix("_id"): _format_field(name, value, names) for name, value in fields.items()
                }
    for owner, name, field, value in _listed_fields(repository, names):
        if (owner, name) in found:
            entity = found[owner, name]
            entity[field] = ", ".join(filter(None, (entity.get(field), value)))
    sql = "SELECT day, base, quote, rate, source FROM rate WHERE retracted_id IS NULL ORDER BY day, base, quote, id"
    for day, base, quote, rate, source in repository.rows(sql):
        found.setdefault(("rate", f"{base}/{quote}"), {})[day] = f"{rate}, {source}"
    return found


def _listed_fields(repository: Repository, names: dict[str, dict[int, str]]) -> Iterator[tuple[str, str, str, str]]:
    """Yield kind and name of an entity, field and value for each row of its aliases, attributes and inverse."""
    columns = "scope, category_id, attribute_id, product_id, name"
    sql = f"SELECT {columns} FROM alias WHERE scope <> 'unit' ORDER BY scope, position, name"
    for scope, category, attribute, product, name in repository.rows(sql):
        yield scope, names[scope].get(category or attribute or product, ""), "aliases", name
    sql = "SELECT category_id, attribute_id, required FROM category_attribute ORDER BY category_id, position, attribute_id"
    for category, attribute, required in repository.rows(sql):
        field = "required" if required else "attributes"
        yield "category", names["category"].get(category, ""), field, names["attribute"].get(attribute, "")
    for attribute, inverse in repository.rows("SELECT attribute_id, inverse FROM relation"):
        yield "attribute", names["attribute"].get(attribute, ""), "inverse", inverse


def _format_field(column: str, value: Any, names: dict[str, dict[int, str]]) -> str:
    """Format the value of a column as in our YAML."""
    if column in ("many", "signed"):
        return "yes" if value else ""
    if column in ("category_id", "parent_id"):
        return names["category"].get(value, "")
    if column == "choices":
        return ", ".join(json.loads(value))
    if column == "unit" and value == "":
        return "count"
    return "" if value is None else str(value)


def statements(repository: Repository, products: Iterable[str]) -> dict[str, list[StatementKey]]:
    """Return the current specs and claims of the products with these slugs, by slug."""
    slugs = list(products)
    ids = {}
    for part in chunks(slugs):
        sql = f"SELECT id, slug FROM product WHERE slug IN ({placeholders(len(part))}) AND removed_id IS NULL ORDER BY id"
        ids.update(dict(repository.rows(sql, part)))
    found: dict[str, list[StatementKey]] = {slug: [] for slug in ids.values()}
    specs = repository.stored_specs(list(ids))
    attributes = repository.attributes({spec.attribute_id for spec in specs})
    claims = _claims(repository, list(ids))
    sources = repository.sources({*(spec.source_id for spec in specs), *(claim[-2] for claim in claims)})
    for spec in specs:
        attribute, source = attributes[spec.attribute_id], sources[spec.source_id]
        text = formatting.format_spec(spec, repository.unit).text
        field = formatting.format_label(attribute.key, spec.qualifiers)
        value = (spec.kind, spec.modifier, spec.number, spec.unit, spec.text, spec.target)
        flag = spec.nominal if spec.kind == "flag" else None
        whole = (field, *value, flag, spec.printed, source.slug, spec.locator, spec.as_of, spec.rank)
        found[ids[spec.product_id]].append(
            StatementKey(
                field,
                f"{field} {text}" if attribute.many else field,
                source.slug,
                whole,
                text if spec.rank == "normal" else f"{text}, {spec.rank}",
                format_citation(source, spec.as_of, spec.locator),
                spec.printed,
            )
        )
    for product, *columns, source_id, locator in claims:
        source, text = sources[source_id], " ".join(filter(None, columns[1:4]))
        field = f"claim {columns[0]}".rstrip()
        found[ids[product]].append(
            StatementKey(
                field,
                f"{field} {text}",
                source.slug,
                (*columns, source.slug, locator),
                text or columns[4],
                format_citation(source, source.date, locator),
                columns[0],
            )
        )
    return found


def _claims(repository: Repository, products: Sequence[int]) -> list[tuple[Any, ...]]:
    sql = """
    SELECT product_id, printed, expression, relation, value, why, source_id, locator FROM claim
    WHERE retracted_id IS NULL AND product_id IN
    """
    found = [
        row for part in chunks(products) for row in repository.rows(f"{sql} ({placeholders(len(part))}) ORDER BY id", part)
    ]
    return [tuple(row) for row in found]


def _statement_differences(product: str, before: list[StatementKey], after: list[StatementKey]) -> Iterator[Difference]:
    """Yield the differences in the statements about a product; two statements with the same question are one difference."""
    removed, added = _subtract(before, after), _subtract(after, before)
    pairs: list[tuple[StatementKey, StatementKey]] = []
    keys: list[Callable[[StatementKey], object]] = [
        lambda statement: (statement.question, statement.source),
        lambda statement: statement.question,
    ]
    for key in keys:
        unmatched: dict[object, list[StatementKey]] = defaultdict(list)
        for statement in added:
            unmatched[key(statement)].append(statement)
        without_match = []
        for statement in removed:
            if candidates := unmatched[key(statement)]:
                pairs.append((statement, candidates.pop(0)))
            else:
                without_match.append(statement)
        removed, added = without_match, [statement for statements in unmatched.values() for statement in statements]
    found = [Difference("product", product, old.field, *_format_pair(old, new), old.stated, new.stated) for old, new in pairs]
    found += [Difference("product", product, statement.field, statement.text, "", statement.stated) for statement in removed]
    found += [Difference("product", product, statement.field, "", statement.text, "", statement.stated) for statement in added]
    yield from sorted(found, key=lambda difference: difference.field)


def _subtract(statements: list[StatementKey], others: list[StatementKey]) -> list[StatementKey]:
    """Return the statements that are not in `others`, counting repetitions."""
    remaining = Counter(statement.whole for statement in others)
    kept = []
    for statement in statements:
        if remaining[statement.whole]:
            remaining[statement.whole] -= 1
        else:
            kept.append(statement)
    return kept


def _format_pair(old: StatementKey, new: StatementKey) -> tuple[str, str]:
    """Return the texts of two statements, with the printed figures where the texts are equal."""
    if (old.text, old.stated) == (new.text, new.stated):
        return f"{old.text} “{old.printed}”", f"{new.text} “{new.printed}”"
    return old.text, new.text


def _records(repository: Repository, sql: str) -> list[dict[str, Any]]:
    """Return the rows of a query as mappings from column to value, in the order of the first column."""
    cursor = repository.connection.execute(f"{sql} ORDER BY 1")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
