"""Drafts in our YAML as things to decide about, one by one, each with its sentence; and what was decided, into a database."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.bundles import bundle
from specdb.bundles.drafts import Bundle, ProductDraft
from specdb.database import metadata
from specdb.editing import entity_names, merge
from specdb.editing.load import read_text
from specdb.errors import AmbiguousNameError, Issue, UsageError, ValidationError
from specdb.figures import dates
from specdb.ingest import source_matching, yaml_writer
from specdb.ingest.documents import extract
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
"""So many characters of a sentence are shown before a figure, and behind it."""


class ReviewPassage(NamedTuple):
    """A sentence, cut into what stands before a figure, the figure, and what stands behind it."""

    before: str
    figure: str
    after: str


class ReviewItem(NamedTuple):
    """A draft to decide about: of the product with this slug, with the remark behind it in the file, and its sentence.

    `key` is the draft itself as text: one that is edited in the file is another.
    """

    key: str
    product: str
    spec: SpecDraft
    remark: str
    passage: ReviewPassage | None

    @property
    def printed(self) -> str:
        """The figure as printed."""
        return self.spec.printed or self.spec.value or ""


class DraftSheet(NamedTuple):
    """A file of drafts: its sources, new attributes and products, by slug or key, and its items in the order of the text.

    Left out, and counted, are drafts that their source states, and those `rejected` in a review of the same text. `unread`
    are sources without text.
    """

    path: str
    sources: dict[str, SourceDraft]
    attributes: dict[str, AttributeDraft]
    products: dict[str, ProductDraft]
    items: list[ReviewItem]
    stated: int
    rejected: int
    unread: list[str]


def open_draft_sheet(repository: Repository, path: Path, articles: Sequence[str] = ()) -> DraftSheet:
    """The drafts in the file `path`, with sentences from `articles` or from the files that its remarks name.

    A text is taken only if it has the SHA-256 of a source; a source whose text is that of a stored one is that one.
    FileFaults where the file is wrong or holds more than drafts, UsageError for an article that no source is of.
    """
    text = read_text(path)
    drafts = bundle.parse_bundle(text, str(path))
    lines = text.split("\n")
    _reject_other_entries(drafts, str(path))
    slugs = {one.slug: _match_source(repository, one, str(path)) for one in drafts.sources}
    texts = _source_texts(path, drafts.sources, lines, articles)
    figures = {one: list(extract(text, repository)) for one, text in texts.items()}
    items: dict[str, tuple[int, ReviewItem]] = {}
    left = {"stated": 0, "rejected": 0}
    done = {one.slug: _SourceStatus(repository, one) for one in slugs.values()}
    for product in drafts.products:
        for spec in product.specs:
            source = slugs[spec.source].slug if spec.source in slugs else spec.source
            draft, printed = spec._replace(source=source), spec.printed or spec.value or ""
            if reason := done[source].reason(product.slug, draft, printed) if source in done else "":
                left[reason] += 1
                continue
            found = _find_figure(figures.get(spec.source, []), spec, printed, product.slug)
            passage = _passage(texts[spec.source], found, spec, printed) if spec.source in texts else None
            item = ReviewItem(_draft_key(product.slug, spec), product.slug, draft, _comment(lines[spec.line - 1]), passage)
            items.setdefault(item.key, (found.start if found else spec.line, item))
    return DraftSheet(
        str(path),
        {one.slug: one for one in slugs.values()},
        {one.key: one for one in drafts.attributes},
        {one.slug: one._replace(specs=()) for one in drafts.products},
        [item for _, item in sorted(items.values(), key=lambda one: one[0])],
        **left,
        unread=[one.slug for one in drafts.sources if one.slug not in texts],
    )


class _SourceStatus:
    """What of a source the database has: what it states, and what was rejected."""

    def __init__(self, repository: Repository, source: SourceDraft) -> None:
        id = next((one.id for one in repository.sources().values() if one.slug == source.slug), None)
        self.stated = set() if id is None else set(metadata.quoted(repository, id))
        self.rejected = metadata.rejected(repository, source.sha256) if source.sha256 else set()

    def reason(self, product: str, spec: SpecDraft, printed: str) -> str:
        """Why a draft need not be looked at: stated, rejected or ''."""
        bound = ";".join(f"{key}={spec.qualifiers[key]}" for key in sorted(spec.qualifiers))
        if (product, spec.attribute, bound, printed, spec.at) in self.stated:
            return "stated"
        return "rejected" if (spec.at, printed) in self.rejected else ""


def _comment(line: str) -> str:
    """What stands behind a draft in its line: its confidence, and what is new."""
    found = _COMMENT.search(line)
    return found[1].strip() if found else ""


def decision_record(product: str, spec: SpecDraft) -> dict[str, object]:
    """What of an accepted draft a person may have edited, to be kept with the decision."""
    return {"product": product, "attribute": spec.attribute, "qualifiers": spec.qualifiers, "value": spec.value}


def apply_record(item: ReviewItem, record: Record) -> ReviewItem:
    """The item as it was accepted."""
    spec = item.spec._replace(attribute=record["attribute"], qualifiers=record["qualifiers"])
    if record["value"] != spec.value:
        spec = spec._replace(value=record["value"], state="", printed=item.printed)
    return item._replace(product=record["product"], spec=spec)


def store_decisions(
    work: EditSession, sheet: DraftSheet, accepted: Iterable[ReviewItem], rejected: Iterable[ReviewItem]
) -> None:
    """States what was accepted, with what is new in it, and remembers what was rejected; FileFaults for what is wrong."""
    taken = list(accepted)
    refused = list(rejected)
    keys = {item.spec.attribute for item in taken}
    specs: dict[str, list[SpecDraft]] = {}
    for item in taken:
        specs.setdefault(item.product, []).append(item.spec)
    products = [
        sheet.products[slug]._replace(specs=tuple(some))
        if slug in sheet.products
        else _known_product(work.repository, slug, some)
        for slug, some in specs.items()
    ]
    spoken = {item.spec.source for item in (*taken, *refused)}
    drafts = Bundle(
        attributes=tuple(one for key, one in sheet.attributes.items() if key in keys),
        sources=tuple(one for slug, one in sheet.sources.items() if slug in spoken),
        products=tuple(products),
    )
    merge.add_drafts(work, drafts, sheet.path, [(item.spec.source, item.spec.at, item.printed) for item in refused])


def _known_product(repository: Repository, name: str, specs: list[SpecDraft]) -> ProductDraft:
    """A stored product that the file does not have, with specs."""
    one = entity_names.find_product(repository, name)
    return ProductDraft(one.slug, one.name, one.category, specs=tuple(specs))


def parse_source_date(text: str) -> str:
    """The date of a source as a person types it; ValueFault where it is none."""
    return dates.parse_date(text).text


def _draft_key(product: str, spec: SpecDraft) -> str:
    parts: list[Any] = [product, spec.attribute, spec.qualifiers, spec.value, spec.state, spec.printed, spec.source, spec.at]
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def _reject_other_entries(drafts: Bundle, path: str) -> None:
    """FileFaults for what is no draft of a spec."""
    sections = (drafts.categories, drafts.rules, drafts.source_kinds, drafts.rates, drafts.claims)
    others: list[Any] = [one for section in sections for one in section]
    if others:
        hint = "specdb db load or specdb apply brings such things in; keep sources, attributes and products here"
        raise ValidationError(path, [Issue(one.line, "no draft of a spec", hint) for one in others])


def _match_source(repository: Repository, draft: SourceDraft, path: str) -> SourceDraft:
    """The stored source of a draft's text, else the draft."""
    names = {one.slug for one in repository.sources().values()}
    try:
        there = (
            source_matching.find_source(repository, draft.sha256, draft.slug if draft.slug in names else "")
            if draft.sha256
            else None
        )
    except (AmbiguousNameError, UsageError) as error:
        raise ValidationError(path, [Issue(draft.line, error.problem, error.hint)]) from error
    return draft._replace(slug=there.slug, date=there.date) if there else draft


def _source_texts(path: Path, drafts: Sequence[SourceDraft], lines: list[str], articles: Sequence[str]) -> dict[str, str]:
    """The texts of sources, by the slug in the file."""
    named = [(file, *read_document(file)) for file in articles]
    digests = {one.sha256 for one in drafts}
    for file, _, sha256 in named:
        if sha256 not in digests:
            raise UsageError(f"no source in {path} is of the text of {file}", "name the article that was extracted, unchanged")
    found: dict[str, str] = {}
    for draft in drafts:
        for _, text, sha256 in (*named, *_text_from_comment(path, lines[draft.line - 1])):
            if sha256 == draft.sha256:
                found[draft.slug] = text
                break
    return found


def _text_from_comment(path: Path, line: str) -> Iterator[tuple[str, str, str]]:
    """The file that the remark behind a source names: where it was, or beside the drafts."""
    _, mark, name = line.rpartition(yaml_writer.TEXT_COMMENT)
    for file in dict.fromkeys((Path(name), path.parent / name, path.parent / Path(name).name)) if mark else ():
        if file.is_file():
            yield (str(file), *read_document(str(file)))


def _find_figure(figures: list[FigureDraft], spec: SpecDraft, printed: str, product: str) -> FigureDraft | None:
    """The figure of the text that a draft was made of: one as printed in its line, of its attribute and product if may be."""
    alike = [
        one for one in figures if yaml_writer.draft_locator(one) == spec.at and yaml_writer.printed_on_one_line(one) == printed
    ]
    alike.sort(key=lambda one: (yaml_writer.slug(one.product) != product) + (one.attribute != spec.attribute))
    return alike[0] if alike else None


def _passage(text: str, figure: FigureDraft | None, spec: SpecDraft, printed: str) -> ReviewPassage | None:
    """The sentence around a figure; the line of a draft that is none the tagger finds."""
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
