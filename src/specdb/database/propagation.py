"""What is derived from a row, brought in line when the row changes: the numbers of an attribute's specs, and the like."""

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


_JUDGING = {"attribute": {"many"}, "source": {"precedence", "kind"}, "source_kind": {"precedence"}}
"""The columns that decide which specs are shown."""

MOST = 12
"""So many of what is in the way are listed."""


def propagate(connection: Connection, table: str, before: dict[str, Any], after: dict[str, Any]) -> set[int]:
    """Brings in line what depends on a row that has changed; the products whose shown specs are to be derived anew.

    `before` or `after` is empty for a row that was not there. InTheWay where current specs of an attribute do not fit what
    it has become.
    """
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    spec, source = (SQLModel.metadata.tables[name] for name in ("spec", "source"))
    if table == "product" and before and after and "category_id" in changed:
        moved = update(spec).where(spec.c.product_id == after["id"]).values(category_id=after["category_id"])
        connection.execute(moved)
    if table == "attribute" and after and changed & {"kind", "unit", "signed", "choices", "expression"}:
        _measure(connection, after)
    if not changed & _JUDGING.get(table, set()):
        return set()
    if table == "source_kind":
        judged = spec.c.source_id.in_(select(source.c.id).where(source.c.kind == (after or before)["kind"]))
    else:
        judged = spec.c[f"{table}_id"] == (after or before)["id"]
    return set(connection.scalars(select(spec.c.product_id).where(judged).distinct()))


def blocking_specs(what: str, lines: Iterable[str], hint: str) -> ConflictError:
    """The error that says what is in the way, listed as far as a person reads, and what to do about it."""
    listed = list(lines)
    more = [f"… and {len(listed) - MOST:,} more"] if len(listed) > MOST else []
    return ConflictError(what, "\n".join([*listed[:MOST], *more, hint]))


def recompute_columns(rows: Iterable[Any], attribute: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """For each spec (with its product's slug as `product`), by id, the columns that an attribute's unit and sign decide.

    InTheWay lists the current ones that do not fit the attribute; retracted ones that do not are left out.
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
        count = "1 spec is" if len(lines) == 1 else f"{len(lines)} specs are"
        hint = "set or unset them first, or change both at once with specdb apply"
        raise blocking_specs(f"{count} in the way of what {attribute['key']} would become; nothing was changed", lines, hint)
    return columns


def _measure(connection: Connection, attribute: dict[str, Any]) -> None:
    """The numbers of an attribute's specs in its unit, also of retracted ones as far as they fit."""
    spec, product = (SQLModel.metadata.tables[name] for name in ("spec", "product"))
    query = select(spec, product.c.slug.label("product")).join(product, product.c.id == spec.c.product_id)
    query = query.where(spec.c.attribute_id == attribute["id"]).order_by(spec.c.product_id, spec.c.id)
    rows = connection.execute(query).mappings().all()
    columns = recompute_columns(rows, attribute)
    changed = [
        {"of_product": row["product_id"], "of_id": row["id"], **columns[row["id"]]}
        for row in rows
        if any(row[name] != value for name, value in columns.get(row["id"], {}).items())
    ]
    if changed:
        place = spec.c.product_id == bindparam("of_product"), spec.c.id == bindparam("of_id")
        derived: dict[str, Any] = {name: bindparam(name) for name in ("value_unit", "lo", "nominal", "hi")}
        connection.execute(update(spec).where(*place).values(derived), changed)


def _columns(row: Any, attribute: dict[str, Any]) -> dict[str, Any]:
    """The columns of a spec that the attribute's unit and sign decide; SpecdbError where it does not fit the attribute."""
    if attribute["expression"]:
        raise SpecdbError("it would be computed")
    if row["kind"] in ("unknown", "not_applicable"):
        return {}
    if row["kind"] != attribute["kind"]:
        raise SpecdbError(f"it is a {row['kind']}")
    if row["kind"] == "choice" and row["text"] not in json.loads(attribute["choices"]):
        raise SpecdbError("no such choice")
    if row["kind"] != "quantity":
        return {}
    figure = quantity.Quantity(row["modifier"], tuple(row["number"].split("..")), row["unit"])
    return quantity.interval_columns(
        figure,
        unit_registry.resolve_unit(row["unit"]),
        unit_registry.resolve_unit(attribute["unit"]),
        signed=attribute["signed"],
    )
