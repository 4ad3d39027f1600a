"""Extract specs from articles: `extract(text, repository)` returns a draft for each figure."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from specdb.errors import InvalidValueError
from specdb.ingest.documents.attributes import AttributeMatcher, is_measure
from specdb.ingest.documents.figure_scanner import scan_figures
from specdb.ingest.documents.product_mentions import ProductMentions
from specdb.ingest.documents.qualifier_cues import find_qualifiers
from specdb.ingest.documents.sentences import TABLE_KINDS, split_sentences
from specdb.ingest.documents.shared_units import is_conversion
from specdb.ingest.documents.table_rows import DocumentTables
from specdb.ingest.documents.tagged_figure import FigureDraft, TaggedFigure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.database.repository import Repository
    from specdb.ingest.documents.sentences import Sentence

MAX_TEXT_LENGTH = 16 * 1024 * 1024
"""Maximum number of characters of a text."""

MAX_FIGURES = 50_000
"""Maximum number of figures of a text; it bounds the memory that the drafts take."""

_OPENING_SENTENCES = 8
"""Number of sentences at the start, besides headings, that are searched for the main product."""

_MAX_HEADINGS = 2000

_ACRONYM = re.compile(r"([A-Z][\w-]{1,30}(?: [A-Z][\w-]{1,30}){1,4})\s\(([A-Z]{2,6})s?\)")


def extract(text: str, repository: Repository, product: str = "") -> list[FigureDraft]:
    """Return the figures of a text as drafts, in the order of the text.

    The time is linear in the length of the text.

    Args:
        text: The text, plain or Markdown.
        repository: The database whose products, attributes and units are recognised.
        product: The slug of the product that the whole text is about; '' to find the products in the text.

    Raises:
        InvalidValueError: The text has more than MAX_TEXT_LENGTH characters or MAX_FIGURES figures.
    """
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidValueError(
            f"a text of {len(text):,} characters",
            f"a text may have {MAX_TEXT_LENGTH:,} characters; split it into smaller files",
        )
    figures_by_sentence: list[tuple[Sentence, list[TaggedFigure]]] = []
    headings: list[Sentence] = []
    tables = DocumentTables(text)
    count = 0
    for sentence in split_sentences(text):
        if sentence.line.kind in TABLE_KINDS and len(tables) < MAX_FIGURES:
            tables.add(sentence.line)
        if len(headings) < _OPENING_SENTENCES or (sentence.line.kind == "heading" and len(headings) < _MAX_HEADINGS):
            headings.append(sentence)
        figures = scan_figures(sentence)
        if sentence.line.kind in TABLE_KINDS:
            figures = tables.measured(sentence, figures)
        count += len(figures)
        if count > MAX_FIGURES:
            raise InvalidValueError(f"a text of more than {MAX_FIGURES:,} figures", "split the text into smaller files")
        if figures:
            figures_by_sentence.append((sentence, figures))
    return (
        list(_DraftBuilder(text, repository, product, headings, tables, figures_by_sentence).drafts())
        if figures_by_sentence
        else []
    )


_PARENTHESIS = re.compile(r"\s*\([^()]{0,40}\)")

_TIME_UNITS = ("h", "min", "s")


def _continues_figure(text: str, before: FigureDraft, draft: FigureDraft) -> bool:
    """Whether two adjacent figures share an attribute: "from 660mAh to 2,980mAh", "1 hour 30 minutes"."""
    between = text[before.end : draft.start].strip(" (")
    if before.unit in _TIME_UNITS and draft.unit in _TIME_UNITS and before.unit != draft.unit:
        return between in ("and", "")
    if between == ",":  # "370 km, 480 km and 600 km"
        return before.unit == draft.unit is not None and text[draft.end : draft.end + 4].startswith((",", ".", " and", " or "))
    return (before.unit == draft.unit and between in ("to", "/", "and", "or")) or is_conversion(text, before, draft)


class _DraftBuilder:
    """Assigns products, attributes and qualifiers to the figures of a text."""

    def __init__(
        self,
        text: str,
        repository: Repository,
        product: str,
        headings: list[Sentence],
        tables: DocumentTables,
        figures_by_sentence: list[tuple[Sentence, list[TaggedFigure]]],
    ) -> None:
        self.text = text
        self.figures_by_sentence = figures_by_sentence
        names = repository.aliases("product")
        products = [(stored_product, names.get(stored_product.slug, [])) for stored_product in repository.products()]
        self.mentions = ProductMentions(text, headings, products, product)
        computed = repository.expressions()
        stored = [attribute for key, attribute in repository.attributes().items() if key not in computed]
        self.attributes = AttributeMatcher(stored, repository.aliases("attribute"), repository.dimensions())
        self.tables = tables
        self.acronyms = {short: full for full, short in _ACRONYM.findall(text)}
        self.topics = [
            (heading.start, named_products[0].product)
            for heading in headings
            if heading.line.kind == "heading"
            and (named_products := [mention for mention in self.mentions.within(heading.start, heading.end) if mention.weight])
        ]

    def drafts(self) -> Iterator[FigureDraft]:
        """Yield each figure with its product, attribute and qualifiers."""
        line = last = 0
        for sentence, figures in self.figures_by_sentence:
            previous: FigureDraft | None = None
            named = [
                (mention.start, mention.end)
                for mention in self.mentions.within(sentence.start, sentence.end)
                if not mention.known
            ]
            for figure in figures:
                if any(start == figure.start and figure.end <= end for start, end in named):
                    continue  # part of a name: "the 13-inch Vela"
                line += self.text.count("\n", last, figure.start)
                last = figure.start
                draft = self._draft(sentence, figure, line + 1)
                if previous and _continues_figure(self.text, previous, draft):
                    changed = self.text[previous.end : draft.start].strip() == "to"  # "grown from 7 inches to 8 inches"
                    draft = draft._replace(
                        attribute=previous.attribute,
                        attribute_known=previous.attribute_known,
                        product=draft.product if changed else previous.product,
                    )
                previous = draft
                if draft.unit != "year" or draft.attribute != "duration":  # years without an attribute: "25 years on"
                    yield draft

    def _draft(self, sentence: Sentence, figure: TaggedFigure, line: int) -> FigureDraft:
        row = column = product = ""
        sure = 0.0
        if sentence.line.kind in TABLE_KINDS:
            row, column, product, sure = self._table_context(sentence, figure)
        if not product:
            product, sure = self.mentions.about(sentence, figure.start, figure.end)
        if not product:
            product, sure = self._focus(sentence), 0.7
        product = self.mentions.former(product, figure.cue)
        choice = self.attributes.choose(sentence, figure, self.acronyms, row)
        qualifiers = find_qualifiers(sentence, figure, choice.kind, row)
        if column:
            qualifiers["column"] = column
        unit = figure.unit
        if unit is None and choice.known:
            unit = self.attributes.rate(choice.name)
        known = product in self.mentions.known
        confidence = round(figure.sure * (0.5 + 0.25 * choice.sure + 0.25 * sure) * (1.0 if known and choice.known else 0.9), 2)
        return FigureDraft(
            figure.start, figure.end, figure.printed, figure.digits, figure.numbers, unit, figure.modifier, product, known,
            choice.name, choice.known, qualifiers, confidence, line, (sentence.start, sentence.end),
        )  # fmt: skip

    def _table_context(self, sentence: Sentence, figure: TaggedFigure) -> tuple[str, str, str, float]:
        """Return the row label, the column header as a qualifier, the product of a cell and the confidence in it."""
        label = self.tables.label(sentence.line, figure.start)
        row, column = (self.text[start:end].strip() for start, end in label[:2])
        row_products, column_products = self.mentions.within(*label.row), self.mentions.within(*label.column)
        product, sure = "", 0.0
        if column_products or row_products:
            product, sure = (column_products or row_products)[0].product, 0.9
        elif label.product:
            main = self.mentions.main
            product, sure, column = main if main.endswith(f" {column}") else column, 0.8, ""
        row_is_product = any(len(row) - (mention.end - mention.start) < 5 for mention in row_products)
        if row_is_product and column and not column_products:
            row, column = column, ""
        elif row and is_measure(_PARENTHESIS.sub("", column)) and not is_measure(row):
            if label.models and not product:
                product, sure = row, 0.8
            row, column = column if label.models else f"{row} {column}", ""
        return row.removeprefix(self.mentions.main).strip() or row, "" if column_products else column, product, sure

    def _focus(self, sentence: Sentence) -> str:
        """Return the product in focus where a sentence names none before its figure.

        It is looked for in the paragraph before the sentence, the sentence, its heading, its section, and the last heading
        that names a product.
        """
        in_sentence = [mention for mention in self.mentions.within(sentence.start, sentence.end) if mention.weight == 1]
        paragraph, heading = (
            [mention for mention in self.mentions.within(start, end) if mention.weight]
            for start, end in ((sentence.line.start, sentence.start), sentence.heading_span)
        )
        for mentions in (paragraph, in_sentence, heading):
            subjects = [mention for mention in mentions if mention.weight == 2] or mentions
            if subjects:
                return subjects[-1].product
        section = self.mentions.subject_before(sentence.start, sentence.heading_span[1])
        if section:
            return section
        at = bisect_right(self.topics, (sentence.start, "\U0010ffff"))
        return self.topics[at - 1][1] if at else self.mentions.main
