"""Propagate the change of a row to columns that are derived from it, such as the intervals of an attribute's specs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update
from sqlmodel import SQLModel

from specdb.domain import quantity
from specdb.errors import ConflictError, SpecdbError
from specdb.figures import unit_registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


_PRECEDENCE_COLUMNS = {"attribute": {"many"}, "source": {"precedence", "kind"}, "source_kind": {"precedence"}}
"""The columns that decide which specs are shown."""

MAX_LINES = 12
"""Lines of a conflict that are listed."""


def propagate(connection: Connection, table: str, before: dict[str, Any], after: dict[str, Any]) -> set[int]:
    """Update derived columns after a row has changed.

    Args:
        connection: A connection with an open write transaction.
        table: The table of the row.
        before: The row before, {} if it is new.
        after: The row after, {} if it was deleted.

    Returns:
        The ids of products for which the shown specs must be chosen again.

    Raises:
        ConflictError: Current specs do not fit the new unit or kind of their attribute.
    """
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    spec, source = (SQLModel.metadata.tables[name] for name in ("spec", "source"))
    if table == "product" and before and after and "category_id" in changed:
        moved = update(spec).where(spec.c.product_id == after["id"]).values(category_id=after["category_id"])
        connection.execute(moved)
    if table == "attribute" and after and changed & {"kind", "unit", "signed", "choices", "expression"}:
        _recompute_specs(connection, after)
    if not changed & _PRECEDENCE_COLUMNS.get(table, set()):
        return set()
    if table == "source_kind":
        affected = spec.c.source_id.in_(select(source.c.id).where(source.c.kind == (after or before)["kind"]))
    else:
        affected = spec.c[f"{table}_id"] == (after or before)["id"]
    return set(connection.scalars(select(spec.c.product_id).where(affected).distinct()))


def conflict(problem: str, lines: Iterable[str], hint: str) -> ConflictError:
    """Return the error for an edit that stored rows prevent; lists at most MAX_LINES of them above the hint."""
    listed = list(lines)
    more = [f"… and {len(listed) - MAX_LINES:,} more"] if len(listed) > MAX_LINES else []
    return ConflictError(problem, "\n".join([*listed[:MAX_LINES], *more, hint]))


def recompute_columns(rows: Iterable[Any], attribute: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Recalculate the columns that depend on the unit and sign of an attribute.

    Args:
        rows: Rows of specs, each with its product's slug as `product`.
        attribute: The row of the attribute.

    Returns:
        The columns of each spec by its id; without retracted specs that do not fit.

    Raises:
        ConflictError: Current specs do not fit the attribute; it lists them.
    """
    lines: list[str] = []
    columns: dict[int, dict[str, Any]] = {}
    for row in rows:
        try:
            columns[row["id"]] = _columns(row, attribute)
        except SpecdbError as error:
            if row["retracted_id"] is None:
                lines.append(f"spec {row['id']}: {row['product']}, {row['printed']}: {error.problem}")
    if lines:
        count = "1 spec does" if len(lines) == 1 else f"{len(lines)} specs do"
        hint = "set or unset them first, or change both at once with specdb apply"
        raise conflict(f"{count} not fit the changed attribute {attribute['key']}; nothing was changed", lines, hint)
    return columns


def _recompute_specs(connection: Connection, attribute: dict[str, Any]) -> None:
    """Recalculate the specs of an attribute, also retracted ones that fit."""
    spec, product = (SQLModel.metadata.tables[name] for name in ("spec", "product"))
    query = select(spec, product.c.slug.label("product")).join(product, product.c.id == spec.c.product_id)
    query = query.where(spec.c.attribute_id == attribute["id"]).order_by(spec.c.product_id, spec.c.id)
    rows = connection.execute(query).mappings().all()
    columns = recompute_columns(rows, attribute)
    changed = [
        {"spec_product": row["product_id"], "spec_id": row["id"], **columns[row["id"]]}
        for row in rows
        if any(row[name] != value for name, value in columns.get(row["id"], {}).items())
    ]
    if changed:
        place = spec.c.product_id == bindparam("spec_product"), spec.c.id == bindparam("spec_id")
        derived: dict[str, Any] = {name: bindparam(name) for name in ("value_unit", "lo", "nominal", "hi")}
        connection.execute(update(spec).where(*place).values(derived), changed)


def _columns(row: Any, attribute: dict[str, Any]) -> dict[str, Any]:
    """Return the recalculated columns of a spec; raise SpecdbError if it does not fit the attribute."""
    if attribute["expression"]:
        raise SpecdbError("the attribute would be computed")
    if row["kind"] in ("unknown", "not_applicable"):
        return {}
    if row["kind"] != attribute["kind"]:
        raise SpecdbError(f"its value is a {row['kind']}")
    if row["kind"] == "choice" and row["text"] not in json.loads(attribute["choices"]):
        raise SpecdbError("its value is not one of the choices")
    if row["kind"] != "quantity":
        return {}
    figure = quantity.Quantity(row["modifier"], tuple(row["number"].split("..")), row["unit"])
    return quantity.interval_columns(
        figure,
        unit_registry.resolve_unit(row["unit"]),
        unit_registry.resolve_unit(attribute["unit"]),
        signed=attribute["signed"],
    )
