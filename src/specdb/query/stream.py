"""Many products found, as a table that is read from the database as its rows are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.database import metadata
from specdb.database.repository import chunks
from specdb.domain.table import Table
from specdb.errors import DatabaseError
from specdb.figures import formatting
from specdb.query.result import QueryResult, heads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specdb.database.view import View
    from specdb.domain.table import Row
    from specdb.query.evaluator import Evaluator
    from specdb.query.result import QueryColumn, Scales


def streamed(view: View, found: Sequence[int], columns: Sequence[QueryColumn], evaluator: Evaluator) -> Table:
    """`Result.table` of any number of products, which are read twice: for the precision of the columns, then for the rows."""
    whole = _scales(view, found, columns)

    def rows() -> Iterator[Row]:
        for ids in chunks(found):
            part = QueryResult(view, ids, columns, evaluator)
            if any(some.keys() - all_of.keys() for all_of, some in zip(whole, part.scales(), strict=True)):
                raise DatabaseError("the database was written while it was read", "ask again")
            yield from part.rows(whole)

    return Table(heads(columns, evaluator.conditions, whole), rows())


def _scales(view: View, found: Sequence[int], columns: Sequence[QueryColumn]) -> list[Scales]:
    """`Result.scales` of all of them; from digits alone, with no Spec made, where none is shown otherwise than stored."""
    whole: list[Scales] = [{} for _ in columns]
    ids = sorted({asked.attribute.id for asked in columns})
    if not view.unstored.isdisjoint(ids):
        for part in chunks(found):
            for all_of, some in zip(whole, QueryResult(view, part, columns).scales(), strict=True):
                all_of |= {unit: max(scale, all_of.get(unit, scale)) for unit, scale in some.items()}
        return whole
    places = {
        attribute: [(n, one.qualifiers) for n, one in enumerate(columns) if one.attribute.id == attribute] for attribute in ids
    }
    for attribute, bound, target, modifier, number, unit in metadata.digits(view, found, ids) if ids else ():
        decimals = formatting.convert_for_display(modifier, number, unit, target, view.unit).decimals
        for place, qualifiers in places[attribute]:
            known = whole[place].get(target)
            if qualifiers in (None, bound) and (known is None or known.decimals < decimals):
                whole[place][target] = formatting.Scale(target, decimals)
    return whole
