"""Compare two states by names: one database at two times, or two databases."""

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
"""The fields of an entity as our YAML has them; '' for a field without a value."""

_NAMED = {"category": "key", "attribute": "key", "rule": "key", "source_kind": "kind", "source": "slug", "product": "slug"}
_OWN = frozenset({"id", "removed_id", "plausible_lo", "plausible_hi", *_NAMED.values()}) - {"kind"}
"""Columns that are not fields: they identify the row, or follow from other columns."""

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
        stated_before: Where the first value is stated, for specs and claims.
        stated_after: Where the second value is stated, for specs and claims.
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
        question: Statements of one question replace each other: those of one attribute, or of one value if it has many.
        source: Slug of the source.
        whole: Everything that makes two statements equal.
        text: The value as people read it.
        stated: Where it is stated, as people read it.
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
    """A state of a database: `entities` by kind and name, `statements` by the product's slug."""

    entities: dict[tuple[str, str], Fields]
    statements: dict[str, list[StatementKey]]


def state(repository: Repository, products: Collection[str]) -> State:
    """Return all entities, and the statements about these products."""
    return State(entities(repository), statements(repository, products))


def between(one: State, other: State) -> Iterator[Difference]:
    """Yield the differences from one state to another: entities first, then statements by product."""
    for kind, name in dict.fromkeys((*one.entities, *other.entities)):
        was, now = (of.entities.get((kind, name), {}) for of in (one, other))
        for field in dict.fromkeys((*was, *now)):
            before, after = was.get(field, ""), now.get(field, "")
            if before != after:
                yield Difference(kind, name, field, before, after)
    for product in dict.fromkeys((*one.statements, *other.statements)):
        yield from _stated(product, *(of.statements.get(product, []) for of in (one, other)))


def databases(one: Repository, other: Repository, only: Collection[str] | None = None) -> Iterator[Difference]:
    """Yield the differences between two databases, with the statements of these products or of all; read in portions."""
    yield from between(State(entities(one), {}), State(entities(other), {}))
    slugs = list(dict.fromkeys(slug for of in (one, other) for slug in _slugs(of)))
    wanted = slugs if only is None else [slug for slug in slugs if slug in only]
    for start in range(0, len(wanted), _PORTION):
        part = wanted[start : start + _PORTION]
        yield from between(*(State({}, statements(of, part)) for of in (one, other)))


def _slugs(repository: Repository) -> list[str]:
    return repository.column("SELECT slug FROM product WHERE removed_id IS NULL ORDER BY id")


def entities(repository: Repository) -> dict[tuple[str, str], Fields]:
    """Return categories, attributes, rules, sources, products and rates, by kind and name."""
    rows = {table: _records(repository, f'SELECT * FROM "{table}"') for table in _NAMED}
    names = {table: {row["id"]: row[_NAMED[table]] for row in rows[table] if "id" in row} for table in _NAMED}
    found: dict[tuple[str, str], Fields] = {}
    for table, column in _NAMED.items():
        for row in rows[table]:
            if row.get("removed_id") is None:
                own = {name: value for name, value in row.items() if name not in _OWN and name != column}
                found[table.replace("_", " "), row[column]] = {
                    name.removesuffix("_id"): _text(name, value, names) for name, value in own.items()
                }
    for owner, name, field, value in _owned(repository, names):
        if (owner, name) in found:
            fields = found[owner, name]
            fields[field] = ", ".join(filter(None, (fields.get(field), value)))
    sql = "SELECT day, base, quote, rate, source FROM rate WHERE retracted_id IS NULL ORDER BY day, base, quote, id"
    for day, base, quote, rate, source in repository.rows(sql):
        found.setdefault(("rate", f"{base}/{quote}"), {})[day] = f"{rate}, {source}"
    return found


def _owned(repository: Repository, names: dict[str, dict[int, str]]) -> Iterator[tuple[str, str, str, str]]:
    """Yield kind and name of the owner, field and value of each row that belongs to an entity."""
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


def _text(column: str, value: Any, names: dict[str, dict[int, str]]) -> str:
    """Return the value of a column as our YAML has it."""
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
    """Return the current specs and claims of these products, by slug, in their order."""
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
        told = formatting.format_spec(spec, repository.unit).text
        field = formatting.format_label(attribute.key, spec.qualifiers)
        value = (spec.kind, spec.modifier, spec.number, spec.unit, spec.text, spec.target)
        flag = spec.nominal if spec.kind == "flag" else None
        whole = (field, *value, flag, spec.printed, source.slug, spec.locator, spec.as_of, spec.rank)
        found[ids[spec.product_id]].append(
            StatementKey(
                field,
                f"{field} {told}" if attribute.many else field,
                source.slug,
                whole,
                told if spec.rank == "normal" else f"{told}, {spec.rank}",
                format_citation(source, spec.as_of, spec.locator),
                spec.printed,
            )
        )
    for product, *said, source_id, locator in claims:
        source, text = sources[source_id], " ".join(filter(None, said[1:4]))
        field = f"claim {said[0]}".rstrip()
        found[ids[product]].append(
            StatementKey(
                field,
                f"{field} {text}",
                source.slug,
                (*said, source.slug, locator),
                text or said[4],
                format_citation(source, source.date, locator),
                said[0],
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


def _stated(product: str, one: list[StatementKey], other: list[StatementKey]) -> Iterator[Difference]:
    """Yield the differences in the statements about a product; two statements of one question are one difference."""
    was, now = _without(one, other), _without(other, one)
    pairs: list[tuple[StatementKey, StatementKey]] = []
    keys: list[Callable[[StatementKey], object]] = [lambda said: (said.question, said.source), lambda said: said.question]
    for key in keys:
        waiting: dict[object, list[StatementKey]] = defaultdict(list)
        for said in now:
            waiting[key(said)].append(said)
        alone = []
        for said in was:
            if there := waiting[key(said)]:
                pairs.append((said, there.pop(0)))
            else:
                alone.append(said)
        was, now = alone, [said for there in waiting.values() for said in there]
    found = [Difference("product", product, old.field, *_told(old, new), old.stated, new.stated) for old, new in pairs]
    found += [Difference("product", product, said.field, said.text, "", said.stated) for said in was]
    found += [Difference("product", product, said.field, "", said.text, "", said.stated) for said in now]
    yield from sorted(found, key=lambda one: one.field)


def _without(some: list[StatementKey], others: list[StatementKey]) -> list[StatementKey]:
    """Return the statements of `some` without those of `others`, counting repetitions."""
    left = Counter(said.whole for said in others)
    kept = []
    for said in some:
        if left[said.whole]:
            left[said.whole] -= 1
        else:
            kept.append(said)
    return kept


def _told(old: StatementKey, new: StatementKey) -> tuple[str, str]:
    """Return the texts of two statements, with the printed figures where the texts are equal."""
    if (old.text, old.stated) == (new.text, new.stated):
        return f"{old.text} “{old.printed}”", f"{new.text} “{new.printed}”"
    return old.text, new.text


def _records(repository: Repository, sql: str) -> list[dict[str, Any]]:
    """Return the rows of a query as mappings from column to value, in the order of the first column."""
    cursor = repository.connection.execute(f"{sql} ORDER BY 1")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
