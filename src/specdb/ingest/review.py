"""Review drafts in a YAML file: pair each draft with its sentence, and store the decisions in the database."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.bundles import bundle
from specdb.bundles.drafts import Bundle, ProductDraft
from specdb.database import metadata
from specdb.domain.slug import make_slug
from specdb.editing import entity_names, merge
from specdb.editing.load import read_text
from specdb.errors import AmbiguousNameError, Issue, UsageError, ValidationError
from specdb.figures import dates
from specdb.ingest import source_matching, yaml_writer
from specdb.ingest.documents.extraction import extract
from specdb.ingest.documents.file_text import read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from specdb.bundles.drafts import AttributeDraft, SourceDraft, SpecDraft
    from specdb.database.repository import Repository
    from specdb.editing.edit_session import EditSession
    from specdb.ingest.documents.tagged_figure import FigureDraft
    from specdb.ingest.review_progress import Record

_COMMENT = re.compile(r"[}\]]?\s+# ([^#]*)$")
_MAX_CONTEXT = 300
"""Characters of a sentence shown on each side of a figure."""


class ReviewPassage(NamedTuple):
    """A sentence split at a figure: the text before it, the figure, and the text after it."""

    before: str
    figure: str
    after: str


class ReviewItem(NamedTuple):
    """A draft to review.

    Attributes:
        key: The draft as text, so that a draft that was edited in the file counts as a new one.
        product: The slug of the product.
        spec: The proposed spec.
        comment: The comment after the draft in the file: its confidence, and whether its attribute is new.
        passage: The sentence of the figure, None if the text is not available.
    """

    key: str
    product: str
    spec: SpecDraft
    comment: str
    passage: ReviewPassage | None

    @property
    def printed(self) -> str:
        """The figure as the source prints it."""
        return self.spec.printed or self.spec.value or ""


class DraftSheet(NamedTuple):
    """The drafts of a file.

    Attributes:
        path: The file.
        sources: The sources, by slug.
        attributes: The new attributes, by key.
        products: The products without their specs, by slug.
        items: The drafts to review, in the order of the text.
        stored: Number of drafts left out because their source has the spec already.
        rejected: Number of drafts left out because they were rejected in a review of the same text.
        sources_without_text: The slugs of the sources whose text is not available.
    """

    path: str
    sources: dict[str, SourceDraft]
    attributes: dict[str, AttributeDraft]
    products: dict[str, ProductDraft]
    items: list[ReviewItem]
    stored: int
    rejected: int
    sources_without_text: list[str]


def open_draft_sheet(repository: Repository, path: Path, articles: Sequence[str] = ()) -> DraftSheet:
    """Read the drafts of a file and pair each with its sentence.

    A text is used only if its SHA-256 is that of a source in the file. A source whose text is stored already is replaced
    by the stored source.

    Args:
        repository: The database that the drafts are for.
        path: The YAML file that `specdb extract` wrote.
        articles: Files of the extracted texts, in addition to the ones that comments in the file name.

    Raises:
        ValidationError: The file is not valid, contains more than drafts, or has a source that matches several.
        UsageError: No source in the file has the text of one of the articles.
    """
    text = read_text(path)
    drafts = bundle.parse_bundle(text, str(path))
    lines = text.split("\n")
    _reject_other_entries(drafts, str(path))
    sources = {source.slug: _match_source(repository, source, str(path)) for source in drafts.sources}
    texts = _source_texts(path, drafts.sources, lines, articles)
    figures = {slug: list(extract(text, repository)) for slug, text in texts.items()}
    items: dict[str, tuple[int, ReviewItem]] = {}
    skipped = {"stored": 0, "rejected": 0}
    statuses = {source.slug: _SourceStatus(repository, source) for source in sources.values()}
    for product in drafts.products:
        for spec in product.specs:
            slug = sources[spec.source].slug if spec.source in sources else spec.source
            draft, printed = spec._replace(source=slug), spec.printed or spec.value or ""
            if reason := statuses[slug].skip_reason(product.slug, draft, printed) if slug in statuses else "":
                skipped[reason] += 1
                continue
            figure = _find_figure(figures.get(spec.source, []), spec, printed, product.slug)
            passage = _passage(texts[spec.source], figure, spec, printed) if spec.source in texts else None
            item = ReviewItem(_draft_key(product.slug, spec), product.slug, draft, _comment(lines[spec.line - 1]), passage)
            items.setdefault(item.key, (figure.start if figure else spec.line, item))
    return DraftSheet(
        str(path),
        {source.slug: source for source in sources.values()},
        {attribute.key: attribute for attribute in drafts.attributes},
        {product.slug: product._replace(specs=()) for product in drafts.products},
        [item for _, item in sorted(items.values(), key=lambda placed: placed[0])],
        **skipped,
        sources_without_text=[source.slug for source in drafts.sources if source.slug not in texts],
    )


class _SourceStatus:
    """The specs that the database has of a source, and the figures rejected in reviews of its text."""

    def __init__(self, repository: Repository, source: SourceDraft) -> None:
        source_id = next((stored.id for stored in repository.sources().values() if stored.slug == source.slug), None)
        self.stored = set() if source_id is None else set(metadata.quoted(repository, source_id))
        self.rejected = metadata.rejected(repository, source.sha256) if source.sha256 else set()

    def skip_reason(self, product: str, spec: SpecDraft, printed: str) -> str:
        """Return "stored" or "rejected" for a draft that needs no review, else ''."""
        qualifiers = ";".join(f"{key}={spec.qualifiers[key]}" for key in sorted(spec.qualifiers))
        if (product, spec.attribute, qualifiers, printed, spec.at) in self.stored:
            return "stored"
        return "rejected" if (spec.at, printed) in self.rejected else ""


def _comment(line: str) -> str:
    """Return the comment after a draft in its line: its confidence, and whether its attribute is new."""
    match = _COMMENT.search(line)
    return match[1].strip() if match else ""


def decision_record(product: str, spec: SpecDraft) -> dict[str, object]:
    """Return the fields of a draft that a review can change, to be stored with the decision."""
    return {"product": product, "attribute": spec.attribute, "qualifiers": spec.qualifiers, "value": spec.value}


def apply_record(item: ReviewItem, record: Record) -> ReviewItem:
    """Return the item with the fields as they were accepted."""
    spec = item.spec._replace(attribute=record["attribute"], qualifiers=record["qualifiers"])
    if record["value"] != spec.value:
        spec = spec._replace(value=record["value"], state="", printed=item.printed)
    return item._replace(product=record["product"], spec=spec)


def store_decisions(
    session: EditSession, sheet: DraftSheet, accepted: Iterable[ReviewItem], rejected: Iterable[ReviewItem]
) -> None:
    """Add the accepted drafts with their new products and attributes, and record the rejected ones.

    Args:
        session: The edit session that the changes are made in.
        sheet: The file of the drafts.
        accepted: The drafts to add, as accepted.
        rejected: The drafts that later extractions from the same text leave out.

    Raises:
        ValidationError: An accepted draft is not valid.
    """
    accepted, rejected = list(accepted), list(rejected)
    keys = {item.spec.attribute for item in accepted}
    specs: dict[str, list[SpecDraft]] = {}
    for item in accepted:
        specs.setdefault(item.product, []).append(item.spec)
    products = [
        sheet.products[slug]._replace(specs=tuple(added))
        if slug in sheet.products
        else _known_product(session.repository, slug, added)
        for slug, added in specs.items()
    ]
    used_sources = {item.spec.source for item in (*accepted, *rejected)}
    drafts = Bundle(
        attributes=tuple(attribute for key, attribute in sheet.attributes.items() if key in keys),
        sources=tuple(source for slug, source in sheet.sources.items() if slug in used_sources),
        products=tuple(products),
    )
    merge.add_drafts(session, drafts, sheet.path, [(item.spec.source, item.spec.at, item.printed) for item in rejected])


def _known_product(repository: Repository, name: str, specs: list[SpecDraft]) -> ProductDraft:
    """Return a stored product that is not in the file, with specs."""
    product = entity_names.find_product(repository, name)
    return ProductDraft(product.slug, product.name, product.category, specs=tuple(specs))


def parse_source_date(text: str) -> str:
    """Return the date of a source as it is stored, from a date as typed.

    Raises:
        InvalidValueError: The text is not a date.
    """
    return dates.parse_date(text).text


def _draft_key(product: str, spec: SpecDraft) -> str:
    parts: list[Any] = [product, spec.attribute, spec.qualifiers, spec.value, spec.state, spec.printed, spec.source, spec.at]
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def _reject_other_entries(drafts: Bundle, path: str) -> None:
    """Raise ValidationError for each entry of the file that is not a source, an attribute or a product."""
    sections = (drafts.categories, drafts.rules, drafts.source_kinds, drafts.rates, drafts.claims)
    others: list[Any] = [entry for section in sections for entry in section]
    if others:
        hint = "keep only sources, attributes and products in this file; load other entries with specdb db load or specdb apply"
        raise ValidationError(path, [Issue(entry.line, "not a draft of a spec", hint) for entry in others])


def _match_source(repository: Repository, draft: SourceDraft, path: str) -> SourceDraft:
    """Return the draft of a source as the stored source with the same text, if there is one."""
    slugs = {source.slug for source in repository.sources().values()}
    try:
        stored = (
            source_matching.find_source(repository, draft.sha256, draft.slug if draft.slug in slugs else "")
            if draft.sha256
            else None
        )
    except (AmbiguousNameError, UsageError) as error:
        raise ValidationError(path, [Issue(draft.line, error.problem, error.hint)]) from error
    return draft._replace(slug=stored.slug, date=stored.date) if stored else draft


def _source_texts(path: Path, drafts: Sequence[SourceDraft], lines: list[str], articles: Sequence[str]) -> dict[str, str]:
    """Return the available texts of the sources, by the slug in the file."""
    named = [(file, *read_document(file)) for file in articles]
    digests = {source.sha256 for source in drafts}
    for file, _, sha256 in named:
        if sha256 not in digests:
            raise UsageError(
                f"no source in {path} has the text of {file}", "name the file that was extracted; it must be unchanged"
            )
    texts: dict[str, str] = {}
    for draft in drafts:
        for _, text, sha256 in (*named, *_text_from_comment(path, lines[draft.line - 1])):
            if sha256 == draft.sha256:
                texts[draft.slug] = text
                break
    return texts


def _text_from_comment(path: Path, line: str) -> Iterator[tuple[str, str, str]]:
    """Yield the file named in the comment of a source, at its path and beside the drafts: its name, text and SHA-256."""
    _, mark, name = line.rpartition(yaml_writer.TEXT_COMMENT)
    for file in dict.fromkeys((Path(name), path.parent / name, path.parent / Path(name).name)) if mark else ():
        if file.is_file():
            yield (str(file), *read_document(str(file)))


def _find_figure(figures: list[FigureDraft], spec: SpecDraft, printed: str, product: str) -> FigureDraft | None:
    """Return the figure that a draft was made from: same line and print, preferably same attribute and product."""
    matches = [
        figure
        for figure in figures
        if yaml_writer.draft_locator(figure) == spec.at and yaml_writer.printed_on_one_line(figure) == printed
    ]
    matches.sort(key=lambda figure: (make_slug(figure.product) != product) + (figure.attribute != spec.attribute))
    return matches[0] if matches else None


def _passage(text: str, figure: FigureDraft | None, spec: SpecDraft, printed: str) -> ReviewPassage | None:
    """Return the sentence around a figure; for a draft without a figure, the line that its locator names."""
    if figure is not None:
        start, end = figure.sentence
    else:
        number = re.fullmatch(r"line (\d{1,9})", spec.at)
        lines = text.split("\n")
        if not number or not 0 < int(number[1]) <= len(lines):
            return None
        start = sum(len(line) + 1 for line in lines[: int(number[1]) - 1])
        end = start + len(lines[int(number[1]) - 1])
    at = figure.start if figure else text.find(printed, start, end)
    stop = figure.end if figure else at + len(printed)
    if at < 0:
        at = stop = start
    first, last = max(start, at - _MAX_CONTEXT), min(end, stop + _MAX_CONTEXT)
    before = ("…" if first > start else "") + text[first:at].lstrip()
    return ReviewPassage(before, text[at:stop], text[stop:last].rstrip() + ("…" if last < end else ""))
