"""Drafts in our YAML, for a person to go through: what is new is declared, and each spec has its confidence behind it."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from specdb.bundles.drafts import AttributeDraft, Bundle, ProductDraft, SourceDraft, SpecDraft
from specdb.domain.quantity import MODIFIER_SYMBOLS
from specdb.errors import InvalidValueError
from specdb.figures.dates import MONTHS
from specdb.ingest.documents import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specdb.database.repository import Repository
    from specdb.ingest.documents.tagged_figure import FigureDraft


_DATE = re.compile(
    r"\b(?:(\d{4})-(\d{2})-(\d{2})|([A-Z][a-z]{2,8})\.? (\d{1,2}),? (\d{4})|(\d{1,2}) ([A-Z][a-z]{2,8})\.? (\d{4}))\b"
)
TEXT_COMMENT = "text: "
"""Stands in the remark behind a source, before the name of the file that it was read from."""

_MAX_START = 3000
"""So many characters of the start are looked through for the date of an article."""


def drafts_to_yaml(repository: Repository, files: Iterable[tuple[str, str, str, list[FigureDraft]]]) -> str:
    """The drafts of texts, each given with its file's name, text and SHA-256, as one document.

    It holds the sources, the attributes that are new, and products with their specs, those of a product together.
    """
    writer = DraftWriter(repository)
    for file, text, sha256, drafts in files:
        writer.source(slug(PurePath(file).stem if file != "-" else "article"), text, sha256, file)
        for draft in drafts:
            writer.add(draft)
    bundle = Bundle(
        attributes=tuple(writer.attributes.values()), sources=tuple(writer.sources), products=tuple(writer.products())
    )
    from specdb.bundles.bundle import format_bundle  # loads a YAML library

    return "\n".join(writer.remarked(format_bundle(bundle).splitlines())) + "\n"


def slug(name: str) -> str:
    """A name in the letters of keys and slugs."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:80].strip("-") or "unnamed"


def first_line(text: str) -> str:
    """The first line of a text that says anything."""
    return next((line.strip("#•* \t")[:120] for line in text[:_MAX_START].splitlines() if line.strip("#•* \t")), "")


def draft_locator(draft: FigureDraft) -> str:
    """The locator of a draft."""
    return f"line {draft.line}"


def printed_on_one_line(draft: FigureDraft) -> str:
    """A draft as it is printed, in one line."""
    return " ".join(draft.printed.split())


def find_date(text: str) -> str:
    """The first whole date in the start of a text, as 2026-04-30; '' where there is none."""
    for found in _DATE.finditer(text[:_MAX_START]):
        year, month, day, word, day2, year2, day3, word3, year3 = found.groups()
        name = (word or word3 or "").lower()
        number = int(month) if month else next((i for i, one in enumerate(MONTHS, 1) if one.startswith(name[:3])), 0)
        days = int(day or day2 or day3)
        if 1 <= number <= 12 and 1 <= days <= 28 + (number != 2) * 3:
            return f"{year or year2 or year3}-{number:02}-{days:02}"
    return ""


class DraftWriter:
    """Collects specs by product, and the attributes that the database lacks."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.sources: list[SourceDraft] = []
        self.attributes: dict[tuple[str, str], AttributeDraft] = {}
        self._taken = set(repository.names("attribute"))
        self._known = {one.slug: one for one in repository.products()}
        self._specs: dict[str, list[tuple[SpecDraft, FigureDraft]]] = {}
        self._files: list[str] = []

    def source(self, name: str, text: str, sha256: str, file: str) -> None:
        """Starts the drafts of a source, read from `file`; a second one of the same name gets a number."""
        self._files.append(f"{TEXT_COMMENT}{file}" if file.isprintable() and file != "-" else "")
        taken = {one.slug for one in self.sources}
        count = next(count for count in range(1, len(taken) + 2) if (f"{name}-{count}" if count > 1 else name) not in taken)
        unique = f"{name}-{count}" if count > 1 else name
        self.sources.append(SourceDraft(unique, first_line(text) or unique, date=find_date(text), sha256=sha256))

    def add(self, draft: FigureDraft) -> None:
        """Takes a draft up, as one spec or, for a list of alternatives, several."""
        if draft.product and draft.attribute:
            for spec in self.specs_of(draft):
                self._specs.setdefault(draft.product, []).append((spec, draft))

    def specs_of(self, draft: FigureDraft) -> Iterator[SpecDraft]:
        """What a draft says of its product, by the word of the last source."""
        for value, kind, unit in self._values(draft):
            attribute = draft.attribute if draft.attribute_known else self._attribute(draft, kind, unit)
            shown = printed_on_one_line(draft)
            yield SpecDraft(
                attribute, draft.qualifiers, value, printed="" if shown == value else shown, source=self.sources[-1].slug,
                at=draft_locator(draft),
            )  # fmt: skip

    def products(self) -> Iterator[ProductDraft]:
        """The products, the known ones by their slug, name and category."""
        for name, specs in self._specs.items():
            one = self._known.get(name)
            drafts = tuple(spec for spec, _ in specs)
            if one:
                yield ProductDraft(one.slug, one.name, one.category, specs=drafts)
            else:
                yield ProductDraft(slug(name), name, self.repository.root(), specs=drafts)

    def remarked(self, lines: list[str]) -> Iterator[str]:
        """The lines of the YAML with remarks: confidence, and what is new."""
        drafts = iter([draft for specs in self._specs.values() for _, draft in specs])
        files = iter(self._files)
        for line in lines:
            if line.startswith("  - {"):
                draft = next(drafts)
                yield f"{line}  # {draft.confidence:.2f}{'' if draft.attribute_known else ', new attribute'}"
            elif line.startswith("- slug: ") and line.removeprefix("- slug: ") not in self._known:
                yield f"{line}  # new product: look at its name and category"
            elif line.startswith("- {slug: "):
                undated = "" if ", date: " in line else "add its date, as in date: 2026-04-30"
                remark = "; ".join(filter(None, (undated, next(files))))
                yield f"{line}  # {remark}" if remark else line
            else:
                yield line

    def _values(self, draft: FigureDraft) -> Iterator[tuple[str, str, str]]:
        """The values that a figure says, each with the kind of its attribute and its unit in the database."""
        unit = self._unit(draft.unit)
        digits = draft.digits
        sizes = len(digits) > 1 and any(sign in draft.printed for sign in ("x", "×", "*", " by "))
        if unit is None or (sizes and draft.modifier != "range"):
            if not draft.attribute_known:
                yield " ".join(draft.printed.split()), "text", ""
            return
        word = "" if unit == "count" else f" {unit}"
        if draft.modifier == "range" and len(digits) == 2:
            yield f"{digits[0]}..{digits[1]}{word}", "quantity", unit
        elif draft.modifier == "plus_minus" and len(digits) == 2:
            yield f"{digits[0]}{word}", "quantity", unit
        else:
            for each in digits:
                yield f"{MODIFIER_SYMBOLS.get(draft.modifier, '')}{each}{word}", "quantity", unit

    def _unit(self, unit: str | None) -> str | None:
        """The unit as the database names it; None where it has none of that name."""
        if unit is None:
            return "count"
        if unit in lexicon.units_unknown_to_registry():
            return None
        try:
            return self.repository.unit(unit).name or "count"
        except InvalidValueError:
            return None

    def _attribute(self, draft: FigureDraft, kind: str, unit: str) -> str:
        """The key of a new attribute, declared on its first use."""
        place = draft.attribute, kind + (self.repository.unit(unit).dimension if unit else "")
        if place not in self.attributes:
            key = slug(draft.attribute)
            while key in self._taken:
                key = f"{key}-{slug(unit or kind)}" if unit and not key.endswith(slug(unit)) else f"{key}-2"
            self._taken.add(key)
            self.attributes[place] = AttributeDraft(key, draft.attribute, kind, unit or None, many=kind == "text")
        if any(digits.startswith("-") for digits in draft.digits):
            self.attributes[place] = self.attributes[place]._replace(signed=True)
        return self.attributes[place].key
