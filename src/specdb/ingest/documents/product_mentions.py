"""Find the products in a text, known by name or new by headings and titles, and the product each figure is about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.documents.capitalized_names import BRAND_BEFORE, names_pattern
from specdb.ingest.documents.product_names import main_product, product_family

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.domain.spec import Product
    from specdb.ingest.documents.sentences import Sentence

_COMPARISON_BEFORE = re.compile(
    r"(?:compared (?:to|with)|relative to|versus|vs\.?|against|using|uses?|with|based on|powered by|driven by|via)\s+"
    r"(?:the |an? |its |\w+[’']s )?$|"
    r"\b(?:than|unlike|previous|prior|earlier|predecessors?|replac\w+|older|compared|last year)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_CLAUSE_START = re.compile(
    r"(?:^|[,;:—–(]|\bwhile|\bwhereas|\band|\bbut|\bthe)\s*(?:the |an? |its |\w+[’']s )?$", re.IGNORECASE
)
_SENTENCE_START = re.compile(
    r"(?:^|[.;!?]\s|\n)[\s*_]*(?:(?:the|each|an?|its|previous|original|older|new|standard|base|current|last)\s+){0,3}$",
    re.IGNORECASE,
)
_INTRODUCTORY_WORD = re.compile(r"\s*(?:[A-Z][a-z]+(?:ed|ing)|At|With|For|From|In)\b")
_AFTER_COMMA = re.compile(r"[^,;.]{0,40},\s(?:the |an? )?(?:[A-Z]\w* ){0,2}\Z")
_VERB_AFTER = re.compile(
    r"[’']s\b|[’']\s|(?:,? (?:which|that))?\s+(?:\w+ly\s+)?(?:is|are|has|have|weighs?|measures?|offers?|delivers?|"
    r"reach(?:es)?|features?|comes?|starts?|costs?|packs?|uses?|provides?|supports?|runs?|gets?|draws?|consumes?|achieves?|boasts?|carr(?:y|ies)|can|will|was|were|needs?|adds?|"
    r"integrates?|includes?|consists?|contains?|holds?|demonstrates?|sports?|triples?|doubles?|handles?|lasts?|charges?|ships?|sells?|"
    r"retails?|tops?|had|weighed|reached|cost|carried|measured|offered|delivered|lasted|exceeds?|hits?|generates?|produces?|combines?|integrate)\b",
    re.IGNORECASE,
)


_RELATIVE_CLAUSE_AFTER = re.compile(r"(?: [a-z]{2,12})?,? (?:which|that) (?!the\b|we\b|you\b|it\b)\w+\b")
"""A relative clause makes even a compared product the subject: "than the Arden 5, which weighs"."""

_PREPOSITION_BEFORE = re.compile(r"\b(?:in|on|inside|of|for|to|from|by|at)\s+(?:the |its )?$")
_COUNTED_AFTER = re.compile(r" (?:cores?|kernels?|developers?|libraries)\b")
_SERIES_AFTER = re.compile(r"[ -][Ss]eries\b")

_BRACKET_GAP = re.compile(r"(?: [a-z]{2,12})? ?\((?:[^()]{0,16}[^\w(),;])?")
_POSSESSIVE_GAP = re.compile(r"[’']s?(?: [a-z]{2,12})? |,? at (?:just |only )?")
_QUALIFIER_GAP = re.compile(r" (?:[a-z]{3,12} )?(?:[A-Z]\w* ){0,2}")
_PREPOSITION_GAP = re.compile(r"[^,;:.()\n]{0,40} (?:in|on|for|of|from) (?:the |its |an? |\w+[’']s )?")
"""The text between a name and a figure that belong together."""

_PREDECESSOR = re.compile(
    r"\b(?:[Ii]ts|[Tt]he|[’']s) (?:direct |immediate )?(?:predecessor|forerunner|previous (?:generation|model|version))"
)
_SIZE = re.compile(r"^\d[\d.]*-inch ")
_FIGURES = re.compile(r"\d+")

_CHANGED_FROM = re.compile(
    r"\b(?:up|down|grown|widened|increased|raised|shrunk|reduced|trimmed|dropped|improved) from "
    r"(?:the (?:previous|prior) |just )?$"
)
_NEW_PRODUCT = re.compile(r"\b[Tt]he (?:upcoming|forthcoming|new) ")

_SUCCESSOR = re.compile(r"\b(?:[Ii]ts|the) (?:new )?(?:successor|follow-up|replacement)\b")
"""Words for the newer product after the older one was named."""

_BACKGROUND_CATEGORIES = frozenset({"organisation", "market", "event", "standard", "award"})
"""Categories of entities that an article names but does not give figures of."""

_SOFTWARE_CATEGORIES = frozenset({"software", "framework"})
"""Categories that are rarely the main product of an article; devices run them."""


_MAX_LOOK_BACK = 40
"""Maximum mentions searched backwards, so that the time stays linear in the length of the text."""


class ProductMention(NamedTuple):
    """A place where a product is named.

    Attributes:
        start: The offset of the name.
        end: The offset after the name.
        product: The slug of a known product, else its name.
        known: Whether the product is known.
        weight: 2 for the subject of a clause, 1 for other mentions, 0 for a product that something is compared with.
    """

    start: int
    end: int
    product: str
    known: bool
    weight: int


class ProductMentions:
    """The products that a text mentions."""

    def __init__(
        self, text: str, opening: list[Sentence], products: list[tuple[Product, list[str]]], sole_product: str = ""
    ) -> None:
        """Find the mentions of products in a text.

        Args:
            text: The text.
            opening: Its headings and first sentences.
            products: The known products with their aliases.
            sole_product: The slug of the product that the whole text is about; '' to find the products.
        """
        self.text = text
        self._sole_product = sole_product
        names = {} if sole_product else _known_names(text, products)
        self._background = {product.slug for product, _ in products if product.category in _BACKGROUND_CATEGORIES}
        self._tools = {product.slug for product, _ in products if product.category in _SOFTWARE_CATEGORIES}
        self.main = sole_product or main_product(text, opening, names, self._background | self._tools)
        family = {} if sole_product else product_family(text, self.main, names, opening)
        self.known = set(names.values()) | ({sole_product} if sole_product else set())
        self.places: list[ProductMention] = []
        self._alike: dict[str, list[str]] = {}
        if not sole_product:
            self.places = sorted(self._mentions(family | names), key=lambda item: (item.start, -item.end))
            for name in dict.fromkeys(place.product for place in self.places):
                self._alike.setdefault(_FIGURES.sub("0", name), []).append(name)
            self.places += list(self._predecessor_mentions())
            self.places.sort()
            self._settle([item for item in opening if item.line.kind == "heading"])
        self._starts = [place.start for place in self.places]
        self._times = Counter(place.product.split()[0] for place in self.places)

    def _mentions(self, names: dict[str, str]) -> Iterable[ProductMention]:
        if not names:
            return
        last, product = -1, self.main
        for match in names_pattern(names).finditer(self.text):
            if match.start() < last:
                continue
            last = match.end()
            size, _, rest = match[0].partition("-inch ")
            product = f"{size}-inch {_SIZE.sub('', product)}" if rest in ("model", "version") else names[match[0]]
            if product != self.main and product not in self.known and _SERIES_AFTER.match(self.text, match.end()):
                continue
            before = BRAND_BEFORE.sub("", self.text[max(0, match.start() - 48) : match.start()])
            after = self.text[match.end() : match.end() + 32]
            compared = _COMPARISON_BEFORE.search(before) is not None
            tells = _VERB_AFTER.match(after) is not None
            opens = _SENTENCE_START.search(before) or (
                not compared and _CLAUSE_START.search(before[-16:]) and not _PREPOSITION_BEFORE.search(before)
            )
            weight = 2 if tells or opens or _RELATIVE_CLAUSE_AFTER.match(after) else int(not compared)
            if product in self._background or (product in self._tools and _COUNTED_AFTER.match(after)):
                weight = 0
            yield ProductMention(match.start(), match.end(), product, product in self.known, weight)

    def _predecessor_mentions(self) -> Iterable[ProductMention]:
        """Yield the mentions of a predecessor without its name: "its predecessor, which weighed"."""
        starts = [place.start for place in self.places]
        for match in _PREDECESSOR.finditer(self.text):
            at = bisect_right(starts, match.start()) - 1
            if not _VERB_AFTER.match(self.text, match.end()):
                continue
            last = self.places[at] if at >= 0 else None
            younger = last.product if last else self.main
            name = younger if last and not last.weight else self._predecessor(younger) or f"{younger} predecessor"
            yield ProductMention(match.start(), match.end(), name, name in self.known, 2)

    def _predecessor(self, product: str) -> str:
        """Return the only other product whose name differs from that of `product` in its digits; '' if there is none."""
        alike = self._alike.get(_FIGURES.sub("0", product), [])
        return next(name for name in alike if name != product) if len(alike) == 2 and product in alike else ""

    def former(self, product: str, place: int) -> str:
        """Return the product of a figure: the predecessor after words such as "down from 12 mm", else `product`."""
        before = _CHANGED_FROM.search(self.text, max(0, place - 32), place)
        return (before and self._predecessor(product)) or product

    def _settle(self, heads: list[Sentence]) -> None:
        """In a section about a variant, let the first word of the main product's name mean the variant."""
        first = self.main.split(" ")[0]
        starts = [mention.start for mention in heads]
        topic = ""
        for i, mention in enumerate(self.places):
            at = bisect_right(starts, mention.start) - 1
            if at >= 0 and mention.start < heads[at].end:
                topic = mention.product if mention.product.startswith(f"{first} ") else ""
            elif topic and mention.product == self.main and mention.end - mention.start == len(first):
                self.places[i] = mention._replace(product=topic)

    def about(self, sentence: Sentence, place: int, end: int) -> tuple[str, float]:
        """Return the product of the figure at text[place:end] and a confidence from 0 to 1; ('', 0) if none is named."""
        if self._sole_product:
            return self._sole_product, 1.0
        idle = self._background | self._tools
        mentions = [
            mention for mention in self.within(sentence.start, sentence.end) if mention.weight or mention.product not in idle
        ]
        adjacent = self._adjacent_product(mentions, place, end)
        if adjacent:
            return adjacent, 0.85
        relevant = [mention for mention in mentions if mention.weight]
        before = [mention for mention in relevant if mention.start < place and not self._aside(mention, place)]
        subject = [mention for mention in before if mention.weight == 2] or before
        if subject and subject[-1].product != self.main and _SUCCESSOR.search(self.text, subject[-1].end, place):
            return self.main, 0.6
        if subject and subject[-1].weight == 2:
            return subject[-1].product, 0.9
        following = next((mention for mention in relevant if mention.start >= end), None)
        if following and _PREPOSITION_GAP.fullmatch(self.text, end, following.start):
            return following.product, 0.8
        if subject:
            return subject[-1].product, 0.8
        if _NEW_PRODUCT.search(self.text, sentence.start, place):
            return self.main, 0.6
        if (
            following
            and _INTRODUCTORY_WORD.match(self.text, sentence.start, place)
            and _AFTER_COMMA.match(self.text, end, following.start)
        ):
            return following.product, 0.75
        return "", 0.0

    def _adjacent_product(self, mentions: list[ProductMention], place: int, end: int) -> str:
        """Return the product whose name is right next to a figure: "the Arden 5 (30 g)", "the 30 g Arden 5"."""
        before = next((mention for mention in reversed(mentions) if mention.end <= place), None)
        if before and any(mention.fullmatch(self.text, before.end, place) for mention in (_BRACKET_GAP, _POSSESSIVE_GAP)):
            return before.product
        after = next((mention for mention in mentions if mention.start >= end), None) if self.text[end - 1] != "%" else None
        return after.product if after and _QUALIFIER_GAP.fullmatch(self.text, end, after.start) else ""

    def _aside(self, mention: ProductMention, place: int) -> bool:
        """Whether a mention is in parentheses that close before `place`."""
        between = self.text[mention.end : place]
        return between.count(")") > between.count("(")

    def subject_before(self, place: int, since: int) -> str:
        """Return the last product that was a subject between `since` and `place`; '' if there is none."""
        at = bisect_right(self._starts, place - 1)
        for mention in reversed(self.places[max(0, at - _MAX_LOOK_BACK) : at]):
            if mention.start < since:
                break
            if mention.weight == 2 and (
                mention.product == self.main or mention.known or self._times[mention.product.split()[0]] > 2
            ):
                return mention.product
        return ""

    def within(self, start: int, end: int) -> list[ProductMention]:
        """Return the mentions that start in text[start:end]."""
        first = bisect_right(self._starts, start - 1)
        return self.places[first : bisect_right(self._starts, end - 1)]


def _known_names(text: str, products: list[tuple[Product, list[str]]]) -> dict[str, str]:
    """Return the names of known products that a text uses, with their slugs.

    A name without its maker ("H20"), an alias of one word or a slug counts only if the text has the maker or a full name.
    """
    folded = _CaseFoldedText(text)
    slugs: dict[str, str] = {}
    shorter: list[tuple[str, str]] = []
    for product, aliases in products:
        maker, _, rest = product.name.partition(" ")
        full = [name for name in (product.name, *(alias.replace("-", " ") for alias in aliases)) if " " in name]
        used_names = [name for name in full if name in folded]
        if not rest and maker in folded:
            used_names.append(maker)
        model = rest if any(char.isdigit() for char in rest) else ""
        if len(model) > 2 and maker in folded:
            used_names.append(model)
        for name in used_names:
            for form in folded.forms(name):
                slugs.setdefault(form, product.slug)
        if used_names and rest:
            shorter += [(name, product.slug) for name in (model, product.slug, *aliases) if len(name) > 1 and "-" not in name]
    for name, slug in shorter:
        for form in folded.forms(name):
            if form[0].isupper() or form[0].isdigit():
                slugs.setdefault(form, slug)
    return slugs


class _CaseFoldedText:
    """A text that is searched for names regardless of case."""

    def __init__(self, text: str) -> None:
        lower = text.lower()
        self._text = text
        self._lower = lower if len(lower) == len(text) else text

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._lower

    def forms(self, name: str) -> set[str]:
        """Return the spellings of a name as a whole word, in its first hundred occurrences."""
        spellings = set()
        at = -1
        for _ in range(100):
            at = self._lower.find(name.lower(), at + 1)
            if at < 0:
                break
            end = at + len(name)
            if not (self._text[at - 1 : at].isalnum() or self._text[at - 1 : at] == "-" or self._text[end : end + 1].isalnum()):
                spellings.add(self._text[at:end])
        return spellings
