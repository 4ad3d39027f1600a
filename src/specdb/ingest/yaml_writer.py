"""Write drafts as YAML for review: new attributes and products are declared, each spec has its confidence as a comment."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from specdb.bundles.drafts import AttributeDraft, Bundle, ProductDraft, SourceDraft, SpecDraft
from specdb.domain.quantity import MODIFIER_SYMBOLS
from specdb.domain.slug import make_slug
from specdb.errors import InvalidValueError
from specdb.figures.dates import MONTHS
from specdb.ingest.documents import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specdb.database.repository import Repository
    from specdb.ingest.documents.tagged_figure import FigureDraft


_MAX_SLUG_LENGTH = 80  # a unit may be appended
_DATE = re.compile(
    r"\b(?:(\d{4})-(\d{2})-(\d{2})|([A-Z][a-z]{2,8})\.? (\d{1,2}),? (\d{4})|(\d{1,2}) ([A-Z][a-z]{2,8})\.? (\d{4}))\b"
)
TEXT_COMMENT = "text: "
"""Prefix, in the comment after a source, of the name of the file that it was read from."""

_MAX_START = 3000
"""Characters at the start of an article that are searched for its date and title."""


def drafts_to_yaml(repository: Repository, files: Iterable[tuple[str, str, str, list[FigureDraft]]]) -> str:
    """Return the drafts of several texts as one YAML document, with the specs of each product together.

    Args:
        repository: The database that the drafts are for.
        files: The name ("-" for standard input), text, SHA-256 and drafts of each file.
    """
    writer = DraftWriter(repository)
    for file, text, sha256, drafts in files:
        writer.source(make_slug(PurePath(file).stem if file != "-" else "article", _MAX_SLUG_LENGTH), text, sha256, file)
        for draft in drafts:
            writer.add(draft)
    bundle = Bundle(
        attributes=tuple(writer.attributes.values()), sources=tuple(writer.sources), products=tuple(writer.products())
    )
    from specdb.bundles.bundle import format_bundle  # loads a YAML library

    return "\n".join(writer.with_comments(format_bundle(bundle).splitlines())) + "\n"


def first_line(text: str) -> str:
    """Return the first line of a text that has a word or number, without Markdown signs, at most 120 characters."""
    return next((line.strip("#•* \t")[:120] for line in text[:_MAX_START].splitlines() if line.strip("#•* \t")), "")


def draft_locator(draft: FigureDraft) -> str:
    """Return the locator of a draft: its line."""
    return f"line {draft.line}"


def printed_on_one_line(draft: FigureDraft) -> str:
    """Return the figure of a draft as printed, with line breaks replaced by spaces."""
    return " ".join(draft.printed.split())


def find_date(text: str) -> str:
    """Return the first full date at the start of a text, as YYYY-MM-DD; '' if there is none."""
    for match in _DATE.finditer(text[:_MAX_START]):
        year, month, day, word, day2, year2, day3, word3, year3 = match.groups()
        name = (word or word3 or "").lower()
        number = int(month) if month else next((i for i, full in enumerate(MONTHS, 1) if full.startswith(name[:3])), 0)
        days = int(day or day2 or day3)
        if 1 <= number <= 12 and 1 <= days <= 28 + (number != 2) * 3:
            return f"{year or year2 or year3}-{number:02}-{days:02}"
    return ""


class DraftWriter:
    """Collects the specs of each product, and the attributes that the database does not have.

    Attributes:
        repository: The database that the drafts are for.
        sources: The sources so far; specs are added to the last.
        attributes: The new attributes, by name and by kind with dimension.
    """

    def __init__(self, repository: Repository) -> None:
        """Start without sources and drafts."""
        self.repository = repository
        self.sources: list[SourceDraft] = []
        self.attributes: dict[tuple[str, str], AttributeDraft] = {}
        self._taken = set(repository.names("attribute"))
        self._known = {product.slug: product for product in repository.products()}
        self._specs: dict[str, list[tuple[SpecDraft, FigureDraft]]] = {}
        self._files: list[str] = []

    def source(self, name: str, text: str, sha256: str, file: str) -> None:
        """Add a source, read from `file`; the drafts added next belong to it. A slug in use gets a number."""
        self._files.append(f"{TEXT_COMMENT}{file}" if file.isprintable() and file != "-" else "")
        taken = {source.slug for source in self.sources}
        numbered = (f"{name}-{count}" for count in range(2, len(taken) + 2))
        unique = next(candidate for candidate in (name, *numbered) if candidate not in taken)
        self.sources.append(SourceDraft(unique, first_line(text) or unique, date=find_date(text), sha256=sha256))

    def add(self, draft: FigureDraft) -> None:
        """Add a draft: one spec, or several for a list of alternatives. Drafts without product or attribute are skipped."""
        if draft.product and draft.attribute:
            for spec in self.specs_of(draft):
                self._specs.setdefault(draft.product, []).append((spec, draft))

    def specs_of(self, draft: FigureDraft) -> Iterator[SpecDraft]:
        """Yield the specs that a draft stands for, of the last source."""
        for value, kind, unit in self._values(draft):
            attribute = draft.attribute if draft.attribute_known else self._attribute(draft, kind, unit)
            printed = printed_on_one_line(draft)
            yield SpecDraft(
                attribute, draft.qualifiers, value, printed="" if printed == value else printed, source=self.sources[-1].slug,
                at=draft_locator(draft),
            )  # fmt: skip

    def products(self) -> Iterator[ProductDraft]:
        """Yield the products with their specs; known products with their stored slug, name and category."""
        for name, specs in self._specs.items():
            known = self._known.get(name)
            drafts = tuple(spec for spec, _ in specs)
            if known:
                yield ProductDraft(known.slug, known.name, known.category, specs=drafts)
            else:
                yield ProductDraft(make_slug(name, _MAX_SLUG_LENGTH), name, self.repository.root(), specs=drafts)

    def with_comments(self, lines: list[str]) -> Iterator[str]:
        """Yield the lines of the YAML with comments: the confidence, and what is new or to be completed."""
        drafts = iter([draft for specs in self._specs.values() for _, draft in specs])
        files = iter(self._files)
        for line in lines:
            if line.startswith("  - {"):
                draft = next(drafts)
                yield f"{line}  # {draft.confidence:.2f}{'' if draft.attribute_known else ', new attribute'}"
            elif line.startswith("- slug: ") and line.removeprefix("- slug: ") not in self._known:
                yield f"{line}  # new product: check its name and category"
            elif line.startswith("- {slug: "):
                missing_date = "" if ", date: " in line else "add its date, for example date: 2026-04-30"
                comment = "; ".join(filter(None, (missing_date, next(files))))
                yield f"{line}  # {comment}" if comment else line
            else:
                yield line

    def _values(self, draft: FigureDraft) -> Iterator[tuple[str, str, str]]:
        """Yield the values of a figure, each with the kind of its attribute and its unit in the database."""
        unit = self._unit(draft.unit)
        digits = draft.digits
        is_size = len(digits) > 1 and any(sign in draft.printed for sign in ("x", "×", "*", " by "))
        if unit is None or (is_size and draft.modifier != "range"):
            if not draft.attribute_known:
                yield " ".join(draft.printed.split()), "text", ""
            return
        suffix = "" if unit == "count" else f" {unit}"
        if draft.modifier == "range" and len(digits) == 2:
            yield f"{digits[0]}..{digits[1]}{suffix}", "quantity", unit
        elif draft.modifier == "plus_minus" and len(digits) == 2:
            yield f"{digits[0]}{suffix}", "quantity", unit
        else:
            for number in digits:
                yield f"{MODIFIER_SYMBOLS.get(draft.modifier, '')}{number}{suffix}", "quantity", unit

    def _unit(self, unit: str | None) -> str | None:
        """Return the unit as the database names it; None if the database does not have it."""
        if unit is None:
            return "count"
        if unit in lexicon.units_unknown_to_registry():
            return None
        try:
            return self.repository.unit(unit).name or "count"
        except InvalidValueError:
            return None

    def _attribute(self, draft: FigureDraft, kind: str, unit: str) -> str:
        """Return the key of a new attribute, which is declared on its first use."""
        identity = draft.attribute, kind + (self.repository.unit(unit).dimension if unit else "")
        if identity not in self.attributes:
            key = make_slug(draft.attribute, _MAX_SLUG_LENGTH)
            while key in self._taken:
                key = f"{key}-{make_slug(unit or kind)}" if unit and not key.endswith(make_slug(unit)) else f"{key}-2"
            self._taken.add(key)
            self.attributes[identity] = AttributeDraft(key, draft.attribute, kind, unit or None, many=kind == "text")
        if any(digits.startswith("-") for digits in draft.digits):
            self.attributes[identity] = self.attributes[identity]._replace(signed=True)
        return self.attributes[identity].key
