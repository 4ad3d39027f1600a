"""Everything known of one product: its specs by group, relations both ways, sources, and what is missing."""

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
    """The product of this name, as a table of attribute, value and where it is stated, with `ids` also each spec's number.

    With an attribute, only what is said of that, and is bound to these qualifiers (as `core.qualifiers.to_text` writes them).
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
    remarks += [] if rows else [f"{product.slug} has no {attribute} that is stated."]
    return Table(columns, rows, title=product.name, remarks=remarks)


def _row(group: str, heading: str, value: Cell | str, stated: str = "") -> Row:
    cell = value if isinstance(value, Cell) else Cell(value, value)
    return Row((Cell(heading, heading), cell, Cell(stated, stated or None), Cell("")), group)


def _identity(view: View, product: Product) -> Iterator[Row]:
    """Slug, aliases, category with those above it, description."""
    description, path = metadata.about(view, product)
    yield _row("product", "slug", product.slug)
    if aliases := metadata.aliases(view, "product", product.id):
        yield _row("product", "aliases", ", ".join(aliases))
    yield _row("product", "category", " > ".join(path))
    if description:
        yield _row("product", "description", description)


def _specs(view: View, specs: list[Spec], attributes: dict[int, Attribute], sources: dict[int, Source]) -> Iterator[Row]:
    """All current specs in the order of their attributes; of those that are not shown elsewhere, whether they agree."""
    order = {id: index for index, id in enumerate(attributes)}
    for spec in sorted(specs, key=lambda spec: (order[spec.attribute_id], spec.qualifiers, not spec.shown)):
        attribute = attributes[spec.attribute_id]
        figures, scale = formatting.display_numbers([spec] if spec.kind == "quantity" else [], spec.value_unit, view.unit)
        cell = formatting.format_quantity(spec.modifier, figures[spec.id], scale) if figures else formatting.format_value(spec)
        if not spec.shown:
            first = next((one for one in specs if one.shown and _question(one) == _question(spec)), None)
            agreeing = first and agrees(first, spec) and first.source_id != spec.source_id
            remark = "deprecated" if spec.rank == "deprecated" else "agreeing" if agreeing else "also"
            cell = cell._replace(text=f"{remark}: {cell.text}", state="")
        source = sources[spec.source_id]
        stated = format_citation(source, spec.as_of, spec.locator)
        heading = Cell(
            formatting.format_label(attribute.name, spec.qualifiers),
            formatting.format_label(attribute.key, spec.qualifiers, scale.name),
        )
        yield Row((heading, cell, Cell(stated, stated), Cell(str(spec.id), spec.id)), attribute.group)


def _question(spec: Spec) -> tuple[int, str]:
    return spec.attribute_id, spec.qualifiers


def _relations(view: View, product: Product) -> Iterator[Row]:
    """What other products say of this one, named from this side."""
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
    """How many of the attributes that its category requires are answered (stated, unknown or not applicable)."""
    required = metadata.required(view, product.category_id)
    if not required:
        return
    answered = {spec.attribute_id for spec in specs}
    missing = [attribute.name for attribute in required if attribute.id not in answered]
    yield _row("completeness", "required", f"{len(required) - len(missing)} of {len(required)} answered")
    if missing:
        yield _row("completeness", "not stated", ", ".join(missing))
