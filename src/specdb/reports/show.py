"""Everything known of one product: its specs by group, relations both ways, sources, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database import metadata
from specdb.domain.qualifiers import within
from specdb.domain.source import place
from specdb.domain.spec_conflicts import agree
from specdb.domain.table import Cell, Column, Row, Table
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.repository import Catalog
    from specdb.domain.source import Source
    from specdb.domain.spec import Attribute, Product, Spec


def show(catalog: Catalog, name: str, attribute: str = "", qualifiers: str = "", *, ids: bool = False) -> Table:
    """The product of this name, as a table of attribute, value and where it is stated, with `ids` also each spec's number.

    With an attribute, only what is said of that, and is bound to these qualifiers (as `core.qualifiers.to_text` writes them).
    """
    product = catalog.product(name)
    only = [catalog.attribute(attribute).id] if attribute else None
    specs = [spec for spec in catalog.specs([product.id], only) if within(qualifiers, spec.qualifiers)]
    attributes = catalog.attributes({spec.attribute_id for spec in specs})
    sources = catalog.sources({spec.source_id for spec in specs})
    rows = list(_specs(catalog, specs, attributes, sources))
    if not only:
        rows = [
            *_identity(catalog, product),
            *rows,
            *_relations(catalog, product),
            *_sources(sources, [spec for spec in specs if spec.attribute_id not in catalog.computed]),
            *_completeness(catalog, product, specs),
        ]
    columns = [Column("attribute", "attribute"), Column("value", "value"), Column("stated", "stated in")]
    if ids:
        columns.append(Column("spec", "spec", True))
    else:
        rows = [row._replace(cells=row.cells[:-1]) for row in rows]
    remarks = catalog.currency.remarks() if catalog.currency else []
    remarks += [] if rows else [f"{product.slug} has no {attribute} that is stated."]
    return Table(columns, rows, title=product.name, remarks=remarks)


def _row(group: str, heading: str, value: Cell | str, stated: str = "") -> Row:
    cell = value if isinstance(value, Cell) else Cell(value, value)
    return Row((Cell(heading, heading), cell, Cell(stated, stated or None), Cell("")), group)


def _identity(catalog: Catalog, product: Product) -> Iterator[Row]:
    """Slug, aliases, category with those above it, description."""
    description, path = metadata.about(catalog, product)
    yield _row("product", "slug", product.slug)
    if aliases := metadata.aliases(catalog, "product", product.id):
        yield _row("product", "aliases", ", ".join(aliases))
    yield _row("product", "category", " > ".join(path))
    if description:
        yield _row("product", "description", description)


def _specs(catalog: Catalog, specs: list[Spec], attributes: dict[int, Attribute], sources: dict[int, Source]) -> Iterator[Row]:
    """All current specs in the order of their attributes; of those that are not shown elsewhere, whether they agree."""
    order = {id: index for index, id in enumerate(attributes)}
    for spec in sorted(specs, key=lambda spec: (order[spec.attribute_id], spec.qualifiers, not spec.shown)):
        attribute = attributes[spec.attribute_id]
        figures, scale = formatting.figures([spec] if spec.kind == "quantity" else [], spec.value_unit, catalog.unit)
        cell = formatting.quantity(spec.modifier, figures[spec.id], scale) if figures else formatting.plain(spec)
        if not spec.shown:
            first = next((one for one in specs if one.shown and _question(one) == _question(spec)), None)
            agrees = first and agree(first, spec) and first.source_id != spec.source_id
            remark = "deprecated" if spec.rank == "deprecated" else "agreeing" if agrees else "also"
            cell = cell._replace(text=f"{remark}: {cell.text}", state="")
        source = sources[spec.source_id]
        stated = place(source, spec.as_of, spec.locator)
        heading = Cell(
            formatting.label(attribute.name, spec.qualifiers), formatting.label(attribute.key, spec.qualifiers, scale.name)
        )
        yield Row((heading, cell, Cell(stated, stated), Cell(str(spec.id), spec.id)), attribute.group)


def _question(spec: Spec) -> tuple[int, str]:
    return spec.attribute_id, spec.qualifiers


def _relations(catalog: Catalog, product: Product) -> Iterator[Row]:
    """What other products say of this one, named from this side."""
    for inverse, others in metadata.referrers(catalog, product).items():
        yield _row("related", inverse, Cell(", ".join(name for _, name in others), ", ".join(slug for slug, _ in others)))


def _sources(sources: dict[int, Source], specs: list[Spec]) -> Iterator[Row]:
    for source in sources.values():
        count = sum(spec.source_id == source.id for spec in specs)
        stated = f"{count} specs" if count != 1 else "1 spec"
        yield _row(
            "sources",
            source.slug,
            ", ".join(filter(None, (source.title, source.publisher, source.date, source.url))),
            stated,
        )


def _completeness(catalog: Catalog, product: Product, specs: list[Spec]) -> Iterator[Row]:
    """How many of the attributes that its category requires are answered (stated, unknown or not applicable)."""
    required = metadata.required(catalog, product.category_id)
    if not required:
        return
    answered = {spec.attribute_id for spec in specs}
    missing = [attribute.name for attribute in required if attribute.id not in answered]
    yield _row("completeness", "required", f"{len(required) - len(missing)} of {len(required)} answered")
    if missing:
        yield _row("completeness", "not stated", ", ".join(missing))
