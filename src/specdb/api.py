"""specdb from Python: open a database and ask it what the command line asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb import listing, rank, show, similar
from specdb.compare import Options as CompareOptions
from specdb.compare import compare
from specdb.errors import NoDatabase
from specdb.export import export
from specdb.query import Condition, query
from specdb.query import Options as QueryOptions
from specdb.store import criteria, engine
from specdb.store.catalog import Catalog
from specdb.store.currency import showing
from specdb.store.definition import define

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from specdb.core.table import Table
    from specdb.store.engine import Place


class Database:
    """An open database. Its methods give Tables, which render in a notebook and turn into DataFrames.

    With a `currency` (a code) money is shown in that one, each figure at the rate of its as-of date; `compute` defines
    attributes for the one call, each as in "x = battery / weight".
    """

    def __init__(self, path: Place) -> None:
        self.path = path
        self.catalog = Catalog(engine.connect(path))

    def compare(
        self,
        *products: str,
        attributes: Sequence[str] = (),
        baseline: str = "",
        units: str = "metric",
        unit: dict[str, str] | None = None,
        diff: bool = False,
        sources: bool = False,
        compute: Sequence[str] = (),
        currency: str = "",
    ) -> Table:
        """Two to eight products side by side; `unit` maps attribute keys to the units they are to be shown in."""
        options = CompareOptions(tuple(attributes), baseline, units, unit or {}, diff, sources)
        return compare(self._view(currency, compute), products, options)

    def query(
        self,
        category: str = "",
        *,
        where: str = "",
        match: str = "",
        sort: Sequence[str] = (),
        limit: int | None = None,
        offset: int = 0,
        columns: Sequence[str] = (),
        group_by: str = "",
        pareto: Sequence[str] = (),
        compute: Sequence[str] = (),
        currency: str = "",
        **conditions: str | bool,
    ) -> Table:
        """Products that meet all conditions: `min_weight="10g"`, `maker="dingtalk"`, `touchscreen=True`."""
        asked = [_condition(name.replace("_", "-"), value) for name, value in conditions.items()]
        options = QueryOptions(category, where, match, tuple(sort), limit, offset, tuple(columns), group_by, tuple(pareto))
        return query(self._view(currency, compute), asked, options)

    def rank(self, by: str, category: str = "", *, missing: str = "exclude", limit: int | None = None) -> Table:
        """Products by a weighted score: `by` is as in "weight:2, battery-life"."""
        return rank.rank(self.catalog, criteria.split(by), rank.Options(category, missing, limit))

    def similar(self, product: str, *, by: str = "", category: str = "", limit: int = 10) -> Table:
        """The products most like one, on what they share."""
        return similar.similar(self.catalog, product, similar.Options(criteria.split(by) if by else (), category, limit))

    def show(self, product: str, *, currency: str = "") -> Table:
        """All that is known of one product."""
        return show.show(self._view(currency), product)

    def list(self, what: str, category: str = "") -> Table:
        """The products, categories, attributes, sources, units or rates."""
        return listing.listing(self.catalog, what, category)

    def export(
        self, *products: str, category: str = "", layout: str = "long", compute: Sequence[str] = (), currency: str = ""
    ) -> Table:
        """The specs of these products, or of a category, or all: one a row (long) or one product a row (wide)."""
        return export(self._view(currency, compute), products, category, layout)

    def _view(self, currency: str, compute: Sequence[str] = ()) -> Catalog:
        """The catalog, with these computed attributes more, and showing money in this currency if one is named."""
        return showing(define(self.catalog, compute), currency)

    def close(self) -> None:
        """Closes the connection; the database cannot be asked afterwards."""
        self.catalog.connection.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _condition(name: str, value: str | bool) -> Condition:
    """The condition that a keyword means."""
    if isinstance(value, bool):
        return Condition("yes" if value else "no", name)
    test, _, key = name.partition("-")
    return Condition(test, key, str(value)) if test in ("min", "max") else Condition("is", name, str(value))


def open(location: str | os.PathLike[str] | None = None) -> Database:
    """The database at `location` (a path, a sqlite:/// or a postgresql:// URL), else at SPECDB_URL, else the user's own.

    One that is not there yet is made from the packaged seed.
    """
    path = engine.locate(None if location is None else str(location))
    try:
        return Database(path)
    except NoDatabase:
        from specdb.ingest.load import create_seeded

        create_seeded(path)
    return Database(path)
