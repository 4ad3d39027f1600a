"""The products that rows name: those that the database has, by slug, alias or name, and new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.database import import_history
from specdb.errors import InvalidValueError
from specdb.ingest.tables import cell_figures
from specdb.ingest.tables.import_plan import make_slug

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from specdb.ingest.tables.import_writer import ImportWriter

MAX_NAME_LENGTH = 300


class ProductMatcher:
    """Finds products by what a row calls them, and makes those that are not there."""

    def __init__(self, writer: ImportWriter) -> None:
        self.writer = writer
        self.known = writer.known
        self.by_name: dict[str, int] = {}
        self.categories: dict[int, int] = {}
        self.removed: dict[str, tuple[int, str]] = {}
        for id, slug, name, category, removed in import_history.products(writer.edit.connection):
            self.categories[id] = category
            if removed:
                self.removed[slug] = (id, removed)
            elif name.casefold() not in self.known.names["product"]:
                self.by_name.setdefault(name.casefold(), id)
        self.category_names = import_history.category_names(writer.edit.connection)
        self.met: set[int] = set()
        self.first = max(self.categories, default=0) + 1

    def find(self, name: str, slug: str, aliases: Sequence[str], category: Callable[[], int]) -> tuple[int, int, bool]:
        """The ids of the product and its category, and whether it is new with this row; ValueFault where it cannot be."""
        wanted = make_slug(slug or name)
        id = self._there(name, wanted, named=not slug)
        if id is not None:
            if id < self.first and id not in self.met:
                self.met.add(id)
                self.writer.report.matched += 1
            return id, self.categories[id], False
        return self._make(name, wanted, aliases, category())

    def category(self, id: int) -> int:
        """The id of a product's category."""
        found = self.categories.get(id)
        if found is None:  # made since by a file in our form
            found = self.categories[id] = import_history.category_of(self.writer.edit.connection, id)
        return found

    def _there(self, name: str, slug: str, *, named: bool) -> int | None:
        """The id of the product of this slug; if the row has only `named` it, first that of this name or alias."""
        found = None
        if named:
            folded = name.casefold()
            found = self.known.names["product"].get(folded)
            if found is None:
                found = self.by_name.get(folded)
        return self.known.ids["product"].get(slug) if found is None else found

    def _make(self, name: str, slug: str, aliases: Sequence[str], category: int) -> tuple[int, int, bool]:
        """A new product."""
        cell_figures.check_text(name)
        if len(name) > MAX_NAME_LENGTH:
            raise InvalidValueError(f"a product's name of {len(name):,} characters", f"a name has at most {MAX_NAME_LENGTH}")
        if not name.isprintable():
            raise InvalidValueError("a product's name with characters that do not show", "take them out")
        names = self.known.names["product"]
        if slug in self.removed:
            return self._back(name, slug, category)
        if slug in names:  # as another product's alias
            raise InvalidValueError(f"{slug!r} is another product's alias", "give it another name")
        id = self.known.next_id("product")
        self.known.ids["product"][slug] = names[slug] = id
        self.categories[id] = category
        row = {"id": id, "slug": slug, "name": name, "category_id": category, "description": ""}
        self.writer.products.append(row)
        self.writer.report.products += 1
        self._aliases(id, aliases)
        return id, category, True

    def _back(self, name: str, slug: str, category: int) -> tuple[int, int, bool]:
        """A product whose import was undone, there again; one that a person removed stays away."""
        id, by = self.removed.pop(slug)
        if by != "undo":
            self.removed[slug] = (id, by)
            raise InvalidValueError(f"the product {name!r} has been removed", "undo that, or give it another slug:")
        self.writer.edit.change("product", {"id": id}, {"name": name, "category_id": category, "removed_id": None})
        self.known.ids["product"][slug] = self.known.names["product"][slug] = id
        self.categories[id] = category
        self.writer.report.products += 1
        return id, category, False

    def _aliases(self, id: int, aliases: Sequence[str]) -> None:
        """Other names of a new product; one that is taken already is left out."""
        names = self.known.names["product"]
        position = 0
        for alias in dict.fromkeys(" ".join(alias.split()).casefold() for alias in aliases):
            if not alias or alias in names:
                continue
            names[alias] = id
            whose: dict[str, Any] = {"category_id": None, "attribute_id": None, "product_id": id}
            self.writer.aliases.append({"scope": "product", "name": alias, "position": position, **whose})
            position += 1
