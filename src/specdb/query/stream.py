"""Stream a large query result: rows are read from the database as they are taken."""

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
    """Return the table of `QueryResult.table` for any number of products, with rows that are read as they are taken.

    The products are read twice: for the precision of the columns, then for the rows.

    Raises:
        DatabaseError: While the rows are taken: the database was changed since the first read.
    """
    whole = _scales(view, found, columns)

    def rows() -> Iterator[Row]:
        for ids in chunks(found):
            part = QueryResult(view, ids, columns, evaluator)
            if any(actual.keys() - expected.keys() for expected, actual in zip(whole, part.scales(), strict=True)):
                raise DatabaseError("the database was changed during the query", "run the query again")
            yield from part.rows(whole)

    return Table(heads(columns, evaluator.conditions, whole), rows())


def _scales(view: View, found: Sequence[int], columns: Sequence[QueryColumn]) -> list[Scales]:
    """Return `QueryResult.scales` for all products; without creating Spec objects if all columns are shown as stored."""
    whole: list[Scales] = [{} for _ in columns]
    ids = sorted({column.attribute.id for column in columns})
    if not view.unstored.isdisjoint(ids):
        for part in chunks(found):
            for expected, actual in zip(whole, QueryResult(view, part, columns).scales(), strict=True):
                expected |= {unit: max(scale, expected.get(unit, scale)) for unit, scale in actual.items()}
        return whole
    places = {
        attribute: [(index, column.qualifiers) for index, column in enumerate(columns) if column.attribute.id == attribute]
        for attribute in ids
    }
    for attribute, spec_qualifiers, target, modifier, number, unit in metadata.digits(view, found, ids) if ids else ():
        decimals = formatting.convert_for_display(modifier, number, unit, target, view.unit).decimals
        for place, qualifiers in places[attribute]:
            known = whole[place].get(target)
            if qualifiers in (None, spec_qualifiers) and (known is None or known.decimals < decimals):
                whole[place][target] = formatting.Scale(target, decimals)
    return whole
