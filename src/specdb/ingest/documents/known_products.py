"""The known products that a text names, by the names it uses for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specdb.domain.spec import Product


def known_names(text: str, products: list[tuple[Product, list[str]]]) -> dict[str, str]:
    """The names of known products that this text uses, each with its slug.

    A name without its maker ("H20"), an alias of one word or a slug counts only where the text has the maker or a full name.
    """
    folded = _Folded(text)
    found: dict[str, str] = {}
    shorter: list[tuple[str, str]] = []
    for product, aliases in products:
        maker, _, rest = product.name.partition(" ")
        full = [name for name in (product.name, *(alias.replace("-", " ") for alias in aliases)) if " " in name]
        here = [name for name in full if name in folded]
        if not rest and maker in folded:
            here.append(maker)
        model = rest if any(char.isdigit() for char in rest) else ""
        if len(model) > 2 and maker in folded:
            here.append(model)
        for name in here:
            for form in folded.forms(name):
                found.setdefault(form, product.slug)
        if here and rest:
            shorter += [(name, product.slug) for name in (model, product.slug, *aliases) if len(name) > 1 and "-" not in name]
    for name, slug in shorter:
        for form in folded.forms(name):
            if form[0].isupper() or form[0].isdigit():
                found.setdefault(form, slug)
    return found


class _Folded:
    """A text to look up names in, whatever their case."""

    def __init__(self, text: str) -> None:
        lower = text.lower()
        self._text = text
        self._lower = lower if len(lower) == len(text) else text

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._lower

    def forms(self, name: str) -> set[str]:
        """The ways in which a name is printed, as a word of its own; of the first hundred places."""
        found = set()
        at = -1
        for _ in range(100):
            at = self._lower.find(name.lower(), at + 1)
            if at < 0:
                break
            end = at + len(name)
            if not (self._text[at - 1 : at].isalnum() or self._text[at - 1 : at] == "-" or self._text[end : end + 1].isalnum()):
                found.add(self._text[at:end])
        return found
