"""Products in a text: the known ones by name, and others by headings, titles and names; and whom a figure is about."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.article.known import known_names
from specdb.ingest.article.names import BRAND, family, finder, main_product

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.core.specs import Product
    from specdb.ingest.article.sentences import Sentence

_COMPARED = re.compile(
    r"(?:compared (?:to|with)|relative to|versus|vs\.?|against|using|uses?|with|based on|powered by|driven by|via)\s+"
    r"(?:the |an? |its |\w+[’']s )?$|"
    r"\b(?:than|unlike|previous|prior|earlier|predecessors?|replac\w+|older|compared|last year)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:^|[,;:—–(]|\bwhile|\bwhereas|\band|\bbut|\bthe)\s*(?:the |an? |its |\w+[’']s )?$", re.IGNORECASE)
_OPENS = re.compile(
    r"(?:^|[.;!?]\s|\n)\s*(?:(?:the|each|an?|its|previous|original|older|new|standard|base|current|last)\s+){0,3}$",
    re.IGNORECASE,
)
_LEADS = re.compile(r"\s*(?:[A-Z][a-z]+(?:ed|ing)|At|With|For|From|In)\b")
_NEXT = re.compile(r"[^,;.]{0,40},\s(?:the |an? )?(?:[A-Z]\w* ){0,2}\Z")
_TELLS = re.compile(
    r"[’']s\b|[’']\s|(?:,? (?:which|that))?\s+(?:\w+ly\s+)?(?:is|are|has|have|weighs?|measures?|offers?|delivers?|"
    r"reach(?:es)?|features?|comes?|starts?|costs?|packs?|uses?|provides?|supports?|runs?|gets?|draws?|consumes?|achieves?|boasts?|carr(?:y|ies)|can|will|was|were|needs?|adds?|"
    r"integrates?|includes?|consists?|contains?|holds?|demonstrates?|sports?|triples?|doubles?|handles?|lasts?|charges?|ships?|sells?|"
    r"retails?|tops?|had|weighed|reached|cost|carried|measured|offered|delivered|lasted|exceeds?|hits?|generates?|produces?|combines?|integrate)\b",
    re.IGNORECASE,
)


_SUCCESSOR = re.compile(r"\b(?:[Ii]ts|the) (?:new )?(?:successor|follow-up|replacement)\b")
"""Words for the newer product, where the older one has just been named."""

_BACKGROUND = frozenset({"organisation", "market", "event", "standard", "award"})
"""Categories of what an article names beside the products that its figures are about."""


_LOOKED_BACK = 40
"""So many mentions are looked through, so that the time stays linear in the text's length."""


class Mention(NamedTuple):
    """Where a product is named: by which name or slug, whether it is known, and how strongly it is what is spoken of.

    `weight` is 2 where it is the subject of its clause, 1 where it is only named, 0 where something is compared with it.
    """

    start: int
    end: int
    product: str
    known: bool
    weight: int


class Mentions:
    """The products of one text, and the one that a place in it is about."""

    def __init__(self, text: str, found: list[Sentence], products: list[tuple[Product, list[str]]], given: str = "") -> None:
        self.text = text
        self._given = given
        names = {} if given else known_names(text, products)
        self._background = {product.slug for product, _ in products if product.category in _BACKGROUND}
        self.main = given or main_product(text, found, names, self._background)
        kin = {} if given else family(text, self.main, names, found)
        self.known = set(names.values()) | ({given} if given else set())
        self.places: list[Mention] = []
        if not given:
            self.places = sorted(self._mentions(kin | names), key=lambda one: (one.start, -one.end))
            self._settle([one for one in found if one.line.kind == "heading"])
        self._starts = [place.start for place in self.places]

    def _mentions(self, names: dict[str, str]) -> Iterable[Mention]:
        if not names:
            return
        last = -1
        for match in finder(names).finditer(self.text):
            if match.start() < last:
                continue
            last = match.end()
            product = names[match[0]]
            before = BRAND.sub("", self.text[max(0, match.start() - 48) : match.start()])
            after = self.text[match.end() : match.end() + 24]
            tells = _TELLS.match(after) is not None
            weight = (
                2 if tells and not re.search(r"\b(?:from|than)\s+(?:the )?$", before) else 0 if _COMPARED.search(before) else 1
            )
            if _OPENS.search(before) or (weight and _CLAUSE.search(before[-16:])):
                weight = 2
            if product in self._background:
                weight = 0
            yield Mention(match.start(), match.end(), product, product in self.known, weight)

    def _settle(self, heads: list[Sentence]) -> None:
        """In the section of one of the main product's kin, its first word alone means that one, not the main product."""
        first = self.main.split(" ")[0]
        starts = [one.start for one in heads]
        topic = ""
        for i, one in enumerate(self.places):
            at = bisect_right(starts, one.start) - 1
            if at >= 0 and one.start < heads[at].end:
                topic = one.product if one.product.startswith(f"{first} ") else ""
            elif topic and one.product == self.main and one.end - one.start == len(first):
                self.places[i] = one._replace(product=topic)

    def about(self, sentence: Sentence, place: int, end: int) -> tuple[str, float]:
        """The product that a sentence names for the figure at text[place:end], and 0 to 1 how sure; '' where it names none.

        The last subject before the figure, else the last product named before it, else the subject that a phrase with the
        figure leads up to ("Priced at $90, the Arden 5 ...").
        """
        if self._given:
            return self._given, 1.0
        here = [one for one in self.within(sentence.start, sentence.end) if one.weight]
        before = [one for one in here if one.start < place and not self._aside(one, place)]
        subject = [one for one in before if one.weight == 2] or before
        if subject and subject[-1].product != self.main and _SUCCESSOR.search(self.text, subject[-1].end, place):
            return self.main, 0.6
        if subject:
            return subject[-1].product, 0.9 if subject[-1].weight == 2 else 0.8
        following = here[0] if here and _LEADS.match(self.text, sentence.start, place) else None
        if following and _NEXT.match(self.text, end, following.start):
            return following.product, 0.75
        return "", 0.0

    def _aside(self, one: Mention, place: int) -> bool:
        """Whether a mention stands in brackets that close before `place`."""
        between = self.text[one.end : place]
        return between.count(")") > between.count("(")

    def subject_before(self, place: int, since: int) -> str:
        """The last product that was a subject between `since` and `place`; '' where none was."""
        at = bisect_right(self._starts, place - 1)
        for one in reversed(self.places[max(0, at - _LOOKED_BACK) : at]):
            if one.start < since:
                break
            if one.weight == 2:
                return one.product
        return ""

    def within(self, start: int, end: int) -> list[Mention]:
        """The mentions that start in text[start:end]."""
        first = bisect_right(self._starts, start - 1)
        return self.places[first : bisect_right(self._starts, end - 1)]
