"""Match the products that rows name with the database, by slug, alias or name, and create new products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdb.database import import_history
from specdb.domain.slug import make_slug
from specdb.errors import InvalidValueError
from specdb.ingest.tables import cell_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from specdb.ingest.tables.import_writer import ImportWriter

MAX_NAME_LENGTH = 300


class ProductMatcher:
    """Finds products by slug, alias or name, and creates missing ones."""

    def __init__(self, writer: ImportWriter) -> None:
        self.writer = writer
        self.known = writer.known
        self.by_name: dict[str, int] = {}
        self.categories: dict[int, int] = {}
        self.removed: dict[str, tuple[int, str]] = {}
        for product_id, slug, name, category, removed in import_history.products(writer.edit.connection):
            self.categories[product_id] = category
            if removed:
                self.removed[slug] = (product_id, removed)
            elif name.casefold() not in self.known.names["product"]:
                self.by_name.setdefault(name.casefold(), product_id)
        self.category_names = import_history.category_names(writer.edit.connection)
        self.met: set[int] = set()
        self.first = max(self.categories, default=0) + 1

    def find(self, name: str, slug: str, aliases: Sequence[str], category: Callable[[], int]) -> tuple[int, int, bool]:
        """Return the ids of a product and its category, and whether this row created it.

        Args:
            name: Name in the row.
            slug: Slug in the row; '' to make it from the name.
            aliases: Other names of a new product.
            category: Returns the category's id of a new product.

        Raises:
            InvalidValueError: The product cannot be created.
        """
        wanted = make_slug(slug or name)
        product_id = self._find_existing(name, wanted, named=not slug)
        if product_id is not None:
            if product_id < self.first and product_id not in self.met:
                self.met.add(product_id)
                self.writer.report.matched += 1
            return product_id, self.categories[product_id], False
        return self._create(name, wanted, aliases, category())

    def category(self, product_id: int) -> int:
        """Return the id of a product's category."""
        category_id = self.categories.get(product_id)
        if category_id is None:  # created by a file in the native format since
            category_id = self.categories[product_id] = import_history.category_of(self.writer.edit.connection, product_id)
        return category_id

    def _find_existing(self, name: str, slug: str, *, named: bool) -> int | None:
        """Return the id of an existing product: by name or alias if `named`, then by slug."""
        product_id = None
        if named:
            folded = name.casefold()
            product_id = self.known.names["product"].get(folded)
            if product_id is None:
                product_id = self.by_name.get(folded)
        return self.known.ids["product"].get(slug) if product_id is None else product_id

    def _create(self, name: str, slug: str, aliases: Sequence[str], category: int) -> tuple[int, int, bool]:
        """Create a product."""
        cell_figures.check_text(name)
        if len(name) > MAX_NAME_LENGTH:
            raise InvalidValueError(
                f"product name of {len(name):,} characters", f"a name has at most {MAX_NAME_LENGTH} characters"
            )
        if not name.isprintable():
            raise InvalidValueError("the product name has invisible characters", "remove them")
        names = self.known.names["product"]
        if slug in self.removed:
            return self._restore(name, slug, category)
        if slug in names:  # as another product's alias
            raise InvalidValueError(f"{slug!r} is an alias of another product", "use another name")
        product_id = self.known.next_id("product")
        self.known.ids["product"][slug] = names[slug] = product_id
        self.categories[product_id] = category
        row = {"id": product_id, "slug": slug, "name": name, "category_id": category, "description": ""}
        self.writer.products.append(row)
        self.writer.report.products += 1
        self._aliases(product_id, aliases)
        return product_id, category, True

    def _restore(self, name: str, slug: str, category: int) -> tuple[int, int, bool]:
        """Restore a product whose import was undone; a product that a person removed is not restored."""
        product_id, origin = self.removed.pop(slug)
        if origin != "undo":
            self.removed[slug] = (product_id, origin)
            raise InvalidValueError(f"the product {name!r} was removed", "undo the removal, or use another slug:")
        self.writer.edit.change("product", {"id": product_id}, {"name": name, "category_id": category, "removed_id": None})
        self.known.ids["product"][slug] = self.known.names["product"][slug] = product_id
        self.categories[product_id] = category
        self.writer.report.products += 1
        return product_id, category, False

    def _aliases(self, product_id: int, aliases: Sequence[str]) -> None:
        """Add the other names of a new product, without those in use."""
        names = self.known.names["product"]
        position = 0
        for alias in dict.fromkeys(" ".join(alias.split()).casefold() for alias in aliases):
            if not alias or alias in names:
                continue
            names[alias] = product_id
            whose: dict[str, Any] = {"category_id": None, "attribute_id": None, "product_id": product_id}
            self.writer.aliases.append({"scope": "product", "name": alias, "position": position, **whose})
            position += 1
