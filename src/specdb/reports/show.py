"""All specs of a product by group, with its relations in both directions, sources, and missing attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis.specs import read_specs
from specdb.database import metadata
from specdb.domain.qualifiers import is_subset
from specdb.domain.source import format_citation
from specdb.domain.spec_conflicts import agrees
from specdb.domain.table import Cell, Column, Row, Table
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.view import View
    from specdb.domain.source import Source
    from specdb.domain.spec import Attribute, Product, Spec


def show(view: View, name: str, attribute: str = "", qualifiers: str = "", *, ids: bool = False) -> Table:
    """Return a product as a table of attributes, values and where they are stated.

    Args:
        view: The view to read from.
        name: Name of the product.
        attribute: Name of an attribute: only its specs. '' for everything about the product.
        qualifiers: Qualifiers in the form of `domain.qualifiers.to_text`; specs must have at least these.
        ids: Whether to add a column with the numbers of the specs.
    """
    product = view.product(name)
    only = [view.attribute(attribute).id] if attribute else None
    specs = [spec for spec in read_specs(view, [product.id], only) if is_subset(qualifiers, spec.qualifiers)]
    attributes = view.attributes({spec.attribute_id for spec in specs})
    sources = view.sources({spec.source_id for spec in specs})
    rows = list(_specs(view, specs, attributes, sources))
    if not only:
        rows = [
            *_identity(view, product),
            *rows,
            *_relations(view, product),
            *_sources(sources, [spec for spec in specs if spec.attribute_id not in view.computed]),
            *_completeness(view, product, specs),
        ]
    columns = [Column("attribute", "attribute"), Column("value", "value"), Column("stated", "stated in")]
    if ids:
        columns.append(Column("spec", "spec", True))
    else:
        rows = [row._replace(cells=row.cells[:-1]) for row in rows]
    remarks = view.currency.remarks() if view.currency else []
    remarks += [] if rows else [f"No spec of {attribute} is stated for {product.slug}."]
    return Table(columns, rows, title=product.name, remarks=remarks)


def _row(group: str, heading: str, value: Cell | str, stated: str = "") -> Row:
    cell = value if isinstance(value, Cell) else Cell(value, value)
    return Row((Cell(heading, heading), cell, Cell(stated, stated or None), Cell("")), group)


def _identity(view: View, product: Product) -> Iterator[Row]:
    """Yield slug, aliases, category with its ancestors, and description."""
    description, path = metadata.about(view, product)
    yield _row("product", "slug", product.slug)
    if aliases := metadata.aliases(view, "product", product.id):
        yield _row("product", "aliases", ", ".join(aliases))
    yield _row("product", "category", " > ".join(path))
    if description:
        yield _row("product", "description", description)


def _specs(view: View, specs: list[Spec], attributes: dict[int, Attribute], sources: dict[int, Source]) -> Iterator[Row]:
    """Yield all current specs in the order of attributes; a spec that is not shown in comparisons has a remark."""
    order = {attribute_id: index for index, attribute_id in enumerate(attributes)}
    for spec in sorted(specs, key=lambda spec: (order[spec.attribute_id], spec.qualifiers, not spec.shown)):
        attribute = attributes[spec.attribute_id]
        figures, scale = formatting.display_numbers([spec] if spec.kind == "quantity" else [], spec.value_unit, view.unit)
        cell = formatting.format_quantity(spec.modifier, figures[spec.id], scale) if figures else formatting.format_value(spec)
        if not spec.shown:
            cell = cell._replace(text=f"{_remark(spec, specs)}: {cell.text}", state="")
        source = sources[spec.source_id]
        stated = format_citation(source, spec.as_of, spec.locator)
        heading = Cell(
            formatting.format_label(attribute.name, spec.qualifiers),
            formatting.format_label(attribute.key, spec.qualifiers, scale.name),
        )
        yield Row((heading, cell, Cell(stated, stated), Cell(str(spec.id), spec.id)), attribute.group)


def _remark(spec: Spec, specs: list[Spec]) -> str:
    """Return how a spec that is not shown differs from the spec that is shown."""
    if spec.rank == "deprecated":
        return "deprecated"
    question = (spec.attribute_id, spec.qualifiers)
    shown = next((other for other in specs if other.shown and (other.attribute_id, other.qualifiers) == question), None)
    return "agreeing" if shown and agrees(shown, spec) and shown.source_id != spec.source_id else "also"


def _relations(view: View, product: Product) -> Iterator[Row]:
    """Yield the products that refer to this product, by the inverse name of the relation."""
    for inverse, others in metadata.referrers(view, product).items():
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


def _completeness(view: View, product: Product, specs: list[Spec]) -> Iterator[Row]:
    """Yield how many required attributes of the category are answered: stated, unknown or not applicable."""
    required = metadata.required(view, product.category_id)
    if not required:
        return
    answered = {spec.attribute_id for spec in specs}
    missing = [attribute.name for attribute in required if attribute.id not in answered]
    yield _row("completeness", "required", f"{len(required) - len(missing)} of {len(required)} answered")
    if missing:
        yield _row("completeness", "not stated", ", ".join(missing))
