"""The Python API: a database with the same verbs as the command line."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from specdb.analysis.build_view import build_view
from specdb.database import changesets
from specdb.database.connection import connect
from specdb.database.location import locate
from specdb.database.repository import Repository
from specdb.domain import qualifiers as qualifier_text
from specdb.domain.table import Table
from specdb.errors import DatabaseNotFoundError, missing_extra
from specdb.query import Condition, QueryOptions, query
from specdb.reports import diff, explain, history, listing, log, rank, show, similar
from specdb.reports.compare import CompareOptions, compare
from specdb.reports.export import export

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    import pandas

    from specdb.database.location import Location
    from specdb.database.view import View

    Read = TypeVar("Read", bound=Callable[..., "ResultTable"])


class ResultTable(Table):
    """A table that renders itself: as HTML in a notebook, as text in a terminal, as a DataFrame in pandas.

    The table of an export streams from the database: its rows can be read once.
    """

    __slots__ = ()

    @classmethod
    def from_table(cls, table: Table) -> ResultTable:
        """Return a result with the contents of a table."""
        result = cls(table.columns, table.rows, title=table.title, grouped_by=table.grouped_by, footnotes=table.footnotes)
        result.remarks = table.remarks  # the same list: a streamed table may add to it
        result._values = table._values
        return result

    def render(self, format: str = "html") -> str:
        """Return the table as text.

        Args:
            format: "table", "csv", "tsv", "json", "jsonl", "markdown" or "html".

        Raises:
            UnknownKeyError: There is no such format.
        """
        from specdb.render import to_text

        return to_text(self, format)

    def _repr_html_(self) -> str:
        return self.render("html")

    def __repr__(self) -> str:
        """Return the table as a terminal shows it."""
        return self.render("table")

    def to_pandas(self) -> pandas.DataFrame:
        """Return the values as a DataFrame with a column for each column key.

        Raises:
            UsageError: pandas is not installed; it is the extra pandas.
        """
        try:
            import pandas
        except ImportError as error:
            raise missing_extra("pandas", "pandas") from error
        frame: Any = pandas.DataFrame(self.records(), columns=[column.key for column in self.flat().columns])
        return cast("pandas.DataFrame", frame)


def _in_one_transaction(method: Read) -> Read:
    """Run a method in one read transaction, so that all of its reads see the same state."""

    @wraps(method)
    def read(self: Database, *arguments: Any, **named: Any) -> ResultTable:
        connection = self._repository.connection
        connection.execute("BEGIN")
        try:
            return method(self, *arguments, **named)
        finally:
            connection.rollback()

    return cast("Read", read)


class Database:
    """An open database; create it with `specdb.open`.

    Its methods return a `ResultTable`, which is displayed as HTML in a notebook. Products are given by slug, alias or an
    unambiguous part of their name, attributes by key or alias. Several methods share these arguments:

    - `compute`: Attributes computed for this call, such as "x = battery / weight".
    - `currency`: The code of a currency, such as "USD", to show money in; each figure at the rate of its own date.
    - `as_of`: A changeset ("@12"), day, month or year; the method reads the state at the end of it.

    Example:
        >>> import specdb
        >>> with specdb.open() as db:
        ...     print(db.compare("a1", "a1-pro", attributes=["battery"]).render("csv"))
        attribute,a1,a1-pro,a1-pro - a1
        battery [mAh],660,2980,2320
        <BLANKLINE>

    Raises:
        SpecdbError: A name is unknown or ambiguous, an argument is not valid, or the database cannot be read.
    """

    def __init__(self, path: Location) -> None:
        """Open an existing database."""
        self.path = path
        self._repository = Repository(connect(path))
        self._others: dict[int | str, View] = {}

    @_in_one_transaction
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
    ) -> ResultTable:
        """Compare 2 to 8 products: one row per attribute and qualifiers, one column per product.

        Args:
            products: The products, in the order of the columns.
            attributes: Keys of the attributes to show; all if empty.
            baseline: The product that differences refer to; the first if empty.
            units: "metric", "imperial" or "as-printed".
            unit: Units for single attributes, by attribute key: `{"thickness": "in"}`.
            diff: Show only rows that differ.
            sources: Add footnotes with source, date and place.
            compute: See `Database`.
            currency: See `Database`.
            as_of: See `Database`.
        """
        options = CompareOptions(tuple(attributes), baseline, units, unit or {}, diff, sources)
        return ResultTable.from_table(compare(self._view(currency, compute, as_of), products, options))

    @_in_one_transaction
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
    ) -> ResultTable:
        """Find the products that match all conditions: one row per product, or per group.

        Args:
            category: Search in this category and its subcategories; everywhere if empty.
            where: A condition such as "weight <= 20 g and not touchscreen".
            match: How certainly figures must match: "certain", "likely" (the default) or "possible".
            sort: Attribute keys or "name"; with a leading "-" for descending order.
            limit: Maximum number of rows; None for all.
            offset: Number of rows to skip.
            columns: Keys of attributes to show as well.
            group_by: "category" or an attribute key, to summarise groups of products.
            pareto: Keep only products that no other product beats on all of these attributes.
            compute: See `Database`.
            currency: See `Database`.
            as_of: See `Database`.
            conditions: One condition for each attribute, with `_` for `-` in its key: `min_weight="10g"`,
                `max_battery_life="12 h"`, `maker="dingtalk"`, `touchscreen=True`. A number without a unit is in the unit
                of the attribute.

        Example:
            >>> import specdb
            >>> with specdb.open() as db:
            ...     for row in db.query("glasses", max_weight="20g").records():
            ...         print(row["product"], row["weight"], row["match"])
            moonix 14.9 certain
            moonix-pro 17.9 certain
        """
        asked = [_condition(name.replace("_", "-"), value) for name, value in conditions.items()]
        options = QueryOptions(category, where, match, tuple(sort), limit, offset, tuple(columns), group_by, tuple(pareto))
        return ResultTable.from_table(query(self._view(currency, compute, as_of), asked, options))

    @_in_one_transaction
    def rank(
        self, by: str, category: str = "", *, missing: str = "exclude", limit: int | None = None, currency: str = ""
    ) -> ResultTable:
        """Rank products by a weighted score.

        Args:
            by: Attributes with optional weight, direction and currency: "weight:2, battery-life, price:CNY".
            category: Rank the products of this category and its subcategories; all if empty.
            missing: Products that lack a value: "exclude" them, or use the "median" or "worst" value of the others.
            limit: Maximum number of rows; None for all.
            currency: See `Database`.
        """
        return ResultTable.from_table(
            rank.rank(self._view(currency), qualifier_text.split_keys(by), rank.RankOptions(category, missing, limit))
        )

    @_in_one_transaction
    def similar(self, product: str, *, by: str = "", category: str = "", limit: int = 10) -> ResultTable:
        """Find the products most similar to a product, by the attributes that both state.

        Args:
            product: The product to compare with.
            by: Attribute keys separated by commas; all if empty.
            category: Search in this category; that of the product if empty.
            limit: Maximum number of rows.
        """
        options = similar.SimilarOptions(qualifier_text.split_keys(by), category, limit)
        return ResultTable.from_table(similar.similar(self._view(), product, options))

    @_in_one_transaction
    def show(
        self, product: str, attribute: str = "", *, qualifiers: str = "", currency: str = "", as_of: str = ""
    ) -> ResultTable:
        """Show all specs of a product, or those of one attribute.

        Args:
            product: The product.
            attribute: The key of an attribute; all if empty.
            qualifiers: Only specs with exactly these qualifiers, such as "precision=FP4".
            currency: See `Database`.
            as_of: See `Database`.
        """
        return ResultTable.from_table(
            show.show(self._view(currency, as_of=as_of), product, attribute, _normalize_qualifiers(qualifiers))
        )

    @_in_one_transaction
    def why(self, product: str, attribute: str = "", *, qualifiers: str = "", as_of: str = "") -> ResultTable:
        """Explain which of several specs is shown, and by which rule.

        Args:
            product: The product.
            attribute: The key of an attribute; if empty, all attributes with several specs.
            qualifiers: Only specs with exactly these qualifiers, such as "precision=FP4".
            as_of: See `Database`.
        """
        return ResultTable.from_table(
            explain.explain(self._view(as_of=as_of), product, attribute, _normalize_qualifiers(qualifiers))
        )

    @_in_one_transaction
    def log(self, product: str = "", limit: int | None = None) -> ResultTable:
        """List changesets, newest first.

        Args:
            product: Only changesets that concern this product; all if empty.
            limit: Maximum number of rows; None for all.
        """
        return ResultTable.from_table(log.log(self._view(), product, limit))

    @_in_one_transaction
    def history(self, product: str, attribute: str, *, qualifiers: str = "") -> ResultTable:
        """List every spec that was added or retracted for an attribute of a product.

        Args:
            product: The product.
            attribute: The key of the attribute.
            qualifiers: Only specs with exactly these qualifiers, such as "precision=FP4".
        """
        return ResultTable.from_table(history.history(self._view(), product, attribute, _normalize_qualifiers(qualifiers)))

    def diff(self, before: str, after: str = "@") -> ResultTable:
        """List the differences between two states, or between two databases.

        Args:
            before: A changeset ("@12"), a date, or the path or URL of another database.
            after: The same; by default the present state.
        """
        ends = [changesets.find(self._repository, end) if changesets.is_moment(end) else None for end in (before, after)]
        first, second = (
            self._view_as_of(end) if changesets.is_moment(end) else self._other_database(end) for end in (before, after)
        )
        if ends[0] is not None and ends[1] is not None:
            return ResultTable.from_table(diff.diff_changesets(self._view(), first, second, (ends[0], ends[1])))
        return ResultTable.from_table(diff.diff(first, second))

    @_in_one_transaction
    def list(self, what: str, category: str = "") -> ResultTable:
        """List what the database contains.

        Args:
            what: "products", "categories", "attributes", "sources", "units" or "rates".
            category: Only products or attributes of this category; all if empty.
        """
        return ResultTable.from_table(listing.list_items(self._view(), what, category))

    def export(
        self,
        *products: str,
        category: str = "",
        layout: str = "long",
        compute: Sequence[str] = (),
        currency: str = "",
        as_of: str = "",
    ) -> ResultTable:
        """Export specs; the rows are read from the database as they are consumed.

        Args:
            products: The products to export; all if there are none and no category.
            category: Export the products of this category and its subcategories.
            layout: "long" for one spec per row, "wide" for one product per row.
            compute: See `Database`.
            currency: See `Database`.
            as_of: See `Database`.
        """
        return ResultTable.from_table(export(self._view(currency, compute, as_of), products, category, layout))

    def _view(self, currency: str = "", compute: Sequence[str] = (), as_of: str = "") -> View:
        """Return the view for these arguments of a method."""
        return build_view(self._view_as_of(as_of) if as_of else self._repository, currency=currency, compute=compute)

    def _view_as_of(self, as_of: str) -> View:
        """Return the view of an earlier state. It keeps its own connection, because tables may read from it later."""
        changeset_id = changesets.find(self._repository, as_of)
        if changeset_id not in self._others:
            self._others[changeset_id] = build_view(Repository(connect(self.path)), as_of=changeset_id)
        return self._others[changeset_id]

    def _other_database(self, location: str) -> View:
        """Return the view of another database."""
        if location not in self._others:
            self._others[location] = build_view(Repository(connect(locate(location))))
        return self._others[location]

    def close(self) -> None:
        """Close the connections. Afterwards the database cannot be used."""
        for repository in (self._repository, *self._others.values()):
            repository.connection.close()

    def __enter__(self) -> Database:
        """Return the database, which is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()


def _condition(name: str, value: str | bool) -> Condition:
    """Return the condition for a keyword argument of `query`."""
    if isinstance(value, bool):
        return Condition("yes" if value else "no", name)
    test, _, key = name.partition("-")
    return Condition(test, key, str(value)) if test in ("min", "max") else Condition("is", name, str(value))


def _normalize_qualifiers(qualifiers: str) -> str:
    """Return qualifiers given as "k=v,k=v" in their stored form."""
    return qualifier_text.to_text(qualifier_text.from_text(qualifiers))


def open(location: str | os.PathLike[str] | None = None) -> Database:
    """Open a database; create it with the packaged specs if it does not exist.

    Args:
        location: A path, or a `sqlite:///` or `postgresql://` URL. If None, the environment variable SPECDB_URL is used,
            then specdb.db in the user's data directory.

    Returns:
        The open database, which can be used in a `with` statement.

    Raises:
        DatabaseError: The location is not valid, or the database cannot be opened or has another schema version.

    Example:
        >>> import specdb
        >>> with specdb.open() as db:
        ...     len(list(db.list("sources").records()))
        4
    """
    path = locate(None if location is None else str(location))
    try:
        return Database(path)
    except DatabaseNotFoundError:
        from specdb.editing.load import create_seeded

        create_seeded(path)
    return Database(path)
