"""specdb from Python: open a database and ask it what the command line asks."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from specdb.analysis.build_view import build_view
from specdb.database import changesets
from specdb.database.connection import connect
from specdb.database.location import locate
from specdb.database.repository import Repository
from specdb.domain import qualifiers as bound
from specdb.errors import DatabaseNotFoundError
from specdb.query import Condition, QueryOptions, query
from specdb.reports import diff, explain, history, listing, log, rank, show, similar
from specdb.reports.compare import CompareOptions, compare
from specdb.reports.export import export

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from specdb.database.location import Location
    from specdb.database.view import View
    from specdb.domain.table import Table

    Read = TypeVar("Read", bound=Callable[..., Table])


def _of_one_moment(method: Read) -> Read:
    """A method whose reads all see the database as it is when it is called, whatever others write meanwhile."""

    @wraps(method)
    def read(self: Database, *arguments: Any, **named: Any) -> Table:
        connection = self.view.connection
        connection.execute("BEGIN")
        try:
            return method(self, *arguments, **named)
        finally:
            connection.rollback()

    return cast("Read", read)


class Database:
    """An open database. Its methods give Tables, which render in a notebook and turn into DataFrames.

    With a `currency` (a code) money is shown in that one, each figure at the rate of its as-of date; `compute` defines
    attributes for the one call, each as in "x = battery / weight"; `as_of` ("@12", "2026-05-01") asks for the answers of then.
    """

    def __init__(self, path: Location) -> None:
        self.path = path
        self.view = build_view(Repository(connect(path)))
        self._others: dict[int | str, View] = {}

    @_of_one_moment
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
        as_of: str = "",
    ) -> Table:
        """Two to eight products side by side; `unit` maps attribute keys to the units they are to be shown in."""
        options = CompareOptions(tuple(attributes), baseline, units, unit or {}, diff, sources)
        return compare(self._view(currency, compute, as_of), products, options)

    @_of_one_moment
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
        as_of: str = "",
        **conditions: str | bool,
    ) -> Table:
        """Products that meet all conditions: `min_weight="10g"`, `maker="dingtalk"`, `touchscreen=True`."""
        asked = [_condition(name.replace("_", "-"), value) for name, value in conditions.items()]
        options = QueryOptions(category, where, match, tuple(sort), limit, offset, tuple(columns), group_by, tuple(pareto))
        return query(self._view(currency, compute, as_of), asked, options)

    @_of_one_moment
    def rank(
        self, by: str, category: str = "", *, missing: str = "exclude", limit: int | None = None, currency: str = ""
    ) -> Table:
        """Products by a weighted score: `by` is as in "weight:2, battery-life"."""
        return rank.rank(self._view(currency), bound.split_keys(by), rank.RankOptions(category, missing, limit))

    @_of_one_moment
    def similar(self, product: str, *, by: str = "", category: str = "", limit: int = 10) -> Table:
        """The products most like one, on what they share."""
        return similar.similar(self.view, product, similar.SimilarOptions(bound.split_keys(by) if by else (), category, limit))

    @_of_one_moment
    def show(self, product: str, attribute: str = "", *, qualifiers: str = "", currency: str = "", as_of: str = "") -> Table:
        """All that is known of one product, or of one attribute of it; `qualifiers` are as in "precision=FP4"."""
        return show.show(self._view(currency, as_of=as_of), product, attribute, _bound(qualifiers))

    @_of_one_moment
    def why(self, product: str, attribute: str = "", *, qualifiers: str = "", as_of: str = "") -> Table:
        """All that is stated on a question, which of it is shown, and by which rule; without an attribute, on all conflicts."""
        return explain.explain(self._view(as_of=as_of), product, attribute, _bound(qualifiers))

    @_of_one_moment
    def log(self, product: str = "", limit: int | None = None) -> Table:
        """The changesets, newest first; of one product, if it is named."""
        return log.log(self.view, product, limit)

    @_of_one_moment
    def history(self, product: str, attribute: str, *, qualifiers: str = "") -> Table:
        """All that was ever stated of a product's attribute."""
        return history.history(self.view, product, attribute, _bound(qualifiers))

    def diff(self, one: str, other: str = "@") -> Table:
        """What differs from one changeset ("@12"), date or other database (path or URL) to another, or to now ("@")."""
        ends = [changesets.find(self.view, end) if changesets.is_moment(end) else None for end in (one, other)]
        first, second = (self._then(end) if changesets.is_moment(end) else self._other(end) for end in (one, other))
        if ends[0] is not None and ends[1] is not None:
            return diff.diff_changesets(self.view, first, second, (ends[0], ends[1]))
        return diff.diff(first, second)

    @_of_one_moment
    def list(self, what: str, category: str = "") -> Table:
        """The products, categories, attributes, sources, units or rates."""
        return listing.list_items(self.view, what, category)

    def export(
        self,
        *products: str,
        category: str = "",
        layout: str = "long",
        compute: Sequence[str] = (),
        currency: str = "",
        as_of: str = "",
    ) -> Table:
        """The specs of these products, or of a category, or all: one a row (long) or one product a row (wide)."""
        return export(self._view(currency, compute, as_of), products, category, layout)

    def _view(self, currency: str = "", compute: Sequence[str] = (), as_of: str = "") -> View:
        """The view as of then, with these computed attributes more, and showing money in this currency if one is named."""
        return build_view(self._then(as_of) if as_of else self.view, currency=currency, compute=compute)

    def _then(self, as_of: str) -> View:
        """The view as it was, on a connection of its own that is kept: tables may read from it later."""
        id = changesets.find(self.view, as_of)
        if id not in self._others:
            self._others[id] = build_view(Repository(connect(self.path)), as_of=id)
        return self._others[id]

    def _other(self, location: str) -> View:
        """Another database's view."""
        if location not in self._others:
            self._others[location] = build_view(Repository(connect(locate(location))))
        return self._others[location]

    def close(self) -> None:
        """Closes the connections; the database cannot be asked afterwards."""
        for view in (self.view, *self._others.values()):
            view.connection.close()

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


def _bound(qualifiers: str) -> str:
    """Qualifiers given as "k=v,k=v", in the one form of them."""
    return bound.to_text(bound.from_text(qualifiers))


def open(location: str | os.PathLike[str] | None = None) -> Database:
    """The database at `location` (a path, a sqlite:/// or a postgresql:// URL), else at SPECDB_URL, else the user's own.

    One that is not there yet is made from the packaged seed.
    """
    path = locate(None if location is None else str(location))
    try:
        return Database(path)
    except DatabaseNotFoundError:
        from specdb.editing.load import create_seeded

        create_seeded(path)
    return Database(path)
