"""A text cut into sentences, each with the heading that it stands under and what kind of line it is in."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.documents import lexicon
from specdb.ingest.documents.tokens import Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SENTENCE_LENGTH = 2000
"""Characters; longer ones are cut."""

MAX_RUN_LENGTH = 200
"""Characters without a space that are still words; longer runs (addresses, data) hold no figures."""

_LONG_RUN = re.compile(rf"[^\s|]{{{MAX_RUN_LENGTH},}}+")
_END = re.compile(r"[.!?…。！？][\"”’')\]]{0,3}(?=\s)|[。！？]")
_BULLET = re.compile(r"\s*(?:[-*•·–●○▪◦➤✓>]|\d{1,2}[.)])\s+")
_SENTENCE_PUNCTUATION = ".;,!"
"""What a heading does not end with."""

_LABEL = re.compile(r"\s*+(?:[-*•·–+]\s+)?+[*_`]{0,3}([^\W\d][^:\n|]{0,38}?)[*_` ]{0,4}:(?=[\s*_`]|$)")
"""The words before a colon that open a line."""

_LONE_FIGURE = re.compile(r"\s*+[~≈±+<>≤≥-]{0,2}\s?\d[\d.,]*+(?:\s?[^\W\d]{1,3}\b|\s?[%°µΩ\"]|$)")
"""How a line starts that only says a figure: "7 kg", "12V / 7A"."""

_MAX_CELL_LENGTH = 100
"""Characters of a cell of a table that is written as a list."""

_MAX_CELLS = 32
"""Cells of a row that is written as a list, so that the time stays linear in the text's length."""

_WRAPPED_LENGTH = 45
"""A line of so many characters, in a text that has line breaks in its paragraphs, goes on in the next one."""


_LISTED_ROW = re.compile(r"\*\s+-(?:\s|$)")
"""How a row of a table that is written as a list of lists starts: "* - Weight", over "  - 60 kg" and "  - 75 kg"."""


TABLE_KINDS = ("row", "cell")
"""Kinds of lines that are of a table."""


class SourceLine(NamedTuple):
    """A run of text that holds whole sentences: heading, item, row, cell or text; `number` is its first line's, from 1.

    A cell is one of a row that is written as a list; the first of a row starts with "*".
    """

    kind: str
    start: int
    end: int
    number: int


class Sentence:
    """A sentence: text[start:end], its tokens, the line it is in and the heading above it.

    `label` names what the figures of its line are of, where one stands over or before them: "Weight:", then "- 60 kg".
    """

    def __init__(self, text: str, start: int, end: int, line: SourceLine, heading: tuple[int, int], label: str = "") -> None:
        self.text = text
        self.start = start
        self.end = end
        self.line = line
        self.heading_span = heading
        self.label = label
        self.heading = text[heading[0] : heading[1]].strip("# \t*")

    @cached_property
    def tokens(self) -> list[Token]:
        """The sentence's tokens, but for those of very long runs."""
        cuts = [match.span() for match in _LONG_RUN.finditer(self.text, self.start, self.end)]
        if not cuts:
            return tokenize(self.text, self.start, self.end)
        places = [self.start, *(place for cut in cuts for place in cut), self.end]
        return [
            token for first, last in zip(places[::2], places[1::2], strict=True) for token in tokenize(self.text, first, last)
        ]

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, in lower case, and those in the plural without their s."""
        said = {token.text.lower() for token in self.tokens if token.kind == "w"}
        return frozenset(said | {word[:-1] for word in said if word.endswith("s")})

    @cached_property
    def quoted(self) -> bool:
        """Whether it has quotation marks that are not signs of inches."""
        return re.search(r"[\"“”]\w", self.text[self.start : self.end]) is not None

    def has(self, cue: str) -> bool:
        """Whether a word of this list stands in the sentence, or in its heading."""
        listed = lexicon.word_lists()[cue]
        return not listed.isdisjoint(self.words) or any(word in listed for word in self.heading.lower().split())

    def word_before(self, token: Token) -> str:
        """The word before the number that `token` follows, in lower case."""
        before = self.text[self.start : token.start].split()
        return before[-2].lower() if len(before) > 1 else ""


def split_sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, in order."""
    heading = (0, 0)
    labels = _LineLabels(text)
    for line in _source_lines(text):
        if line.kind == "heading":
            heading = (line.start, line.end)
        label = labels.of(line)
        for start, end in _sentence_spans(text, line.start, line.end):
            yield Sentence(text, start, end, line, heading, label)
            label = ""  # of the line's first sentence alone


class _LineLabels:
    """The labels of lines: their own ("Weight: 60 kg"), that of the item over them, or the line above a lone figure."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._over = ""
        self._indent = 0
        self._above = ""

    def of(self, line: SourceLine) -> str:
        """The label of the next line; '' where it has none."""
        head = self._text[line.start : min(line.end, line.start + 80)]
        indent = len(head) - len(head.lstrip())
        label = _LABEL.match(head) if line.kind not in TABLE_KINDS else None
        name = label[1].strip(" *_`") if label else ""
        above, self._above = self._above, ""
        if name and label and not head[label.end() :].strip(" *_`"):
            self._over, self._indent = name, indent
            return ""
        if line.kind not in ("item", "text") or indent <= self._indent:
            self._over = "" if line.kind != "item" or indent <= self._indent else self._over
        if not name and line.end - line.start < 60 and len(head.split()) < 7:
            self._above = head.strip(" #*_`\t") if not _LONE_FIGURE.match(head) else ""
            name = above if _LONE_FIGURE.match(head) else ""
        return name or self._over


class _PhysicalLines:
    """The lines of a text as it is broken, by number; only where they start is kept."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = array("q", [0])
        at = text.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = text.find("\n", at + 1)
        self.count = len(self.starts)

    def end(self, i: int) -> int:
        """Where line `i` ends, without its break."""
        return self.starts[i + 1] - 1 if i + 1 < self.count else len(self.text)

    def after(self, i: int, fence: str) -> int:
        """The number of the line behind the next one after `i` that starts with `fence`; 0 where none does."""
        at = self.text.find(f"\n{fence}", self.end(i))
        return bisect_right(self.starts, at + 1) if at >= 0 else 0

    def head(self, i: int) -> str:
        """The line, or as much of it as is looked at; '' beyond the text."""
        if not 0 <= i < self.count:
            return ""
        return self.text[self.starts[i] : min(self.end(i), self.starts[i] + MAX_SENTENCE_LENGTH)].strip()


def _source_lines(text: str) -> Iterator[SourceLine]:
    """Paragraphs, list items, headings and rows of tables."""
    raw = _PhysicalLines(text)
    i = 0
    while i < raw.count:
        head = raw.head(i)
        until = i + 1
        if head.startswith("```") and not head.startswith("```{"):
            until = max(until, raw.after(i, "```"))
        elif _LISTED_ROW.match(head) and (cells := _listed_cells(raw, i)):
            for at, until in zip(cells, [*cells[1:], cells[-1] + 1], strict=True):
                yield SourceLine("cell", raw.starts[at], raw.end(until - 1), at + 1)
        elif head:
            kind = _line_kind(raw, i, head)
            while kind in ("text", "item") and until < raw.count and _continues(raw, until):
                until += 1
            yield SourceLine(kind, raw.starts[i], raw.end(until - 1), i + 1)
        i = until


def _listed_cells(raw: _PhysicalLines, i: int) -> list[int]:
    """The lines that the cells of the listed row at line `i` start at; none where it has fewer than three."""
    cells = [i]
    while len(cells) < _MAX_CELLS and len(cell := raw.head(cells[-1] + 1)) < _MAX_CELL_LENGTH and cell.startswith("-"):
        cells.append(cells[-1] + 1)
    return cells if len(cells) > 2 else []


def _line_kind(raw: _PhysicalLines, i: int, head: str) -> str:
    if head.startswith("|") or "\t" in head or head.count(" | ") > 1 or (head.endswith("|") and " | " in head):
        return "row"
    if head.startswith("#"):
        return "heading"
    alone = not raw.head(i - 1) and not raw.head(i + 1)
    if _BULLET.match(head + " "):
        if (
            head[0].isdigit()
            and alone
            and len(head) < 60
            and head[-1] not in _SENTENCE_PUNCTUATION
            and head.split(maxsplit=1)[1:]
        ):
            return "heading"
        return "heading" if head.startswith("•") and alone and len(head) < 140 else "item"
    if _LONE_FIGURE.match(head) and len(head) < 20 and raw.head(i - 1) == "" and not re.search(r"[A-Z][a-z]{2}", head):
        return "text"  # "7 kg", in a table that lost its lines
    label = _LABEL.match(head) if alone else None
    if label and _LONE_FIGURE.match(head, label.end()):
        return "text"  # "Range: 12 m"
    short = len(head) < 100 and head[-1] not in _SENTENCE_PUNCTUATION and any(char.isalpha() for char in head)
    return "heading" if alone and short and len(head.split()) < 16 else "text"


def _continues(raw: _PhysicalLines, i: int) -> bool:
    """Whether line `i` goes on with the sentence of the one before it."""
    before, here = raw.head(i - 1), raw.head(i)
    return bool(
        here and _WRAPPED_LENGTH <= len(before) <= MAX_SENTENCE_LENGTH // 10 and not _BULLET.match(here) and here[0] not in "#|"
    )


def _sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of the sentences in text[start:end]."""
    begin = start
    for match in _END.finditer(text, start, end):
        if not _ends_sentence(text, match.start(), match.end(), end):
            continue
        yield from _split_long(begin, match.end())
        begin = match.end()
    if text[begin : min(end, begin + 200)].strip() or end - begin > 200:
        yield from _split_long(begin, end)


def _split_long(start: int, end: int) -> Iterator[tuple[int, int]]:
    for begin in range(start, end, MAX_SENTENCE_LENGTH):
        yield begin, min(end, begin + MAX_SENTENCE_LENGTH)


def _ends_sentence(text: str, stop: int, after: int, end: int) -> bool:
    """Whether the stop at `stop` ends a sentence: not that of an abbreviation, nor one before a small letter."""
    if text[stop] != ".":
        return True
    word = text[max(0, stop - 12) : stop].split()
    if word and word[-1].lower().lstrip("(“\"'") in lexicon.word_lists()["abbreviations"]:
        return False
    following = text[after : min(end, after + 40)].lstrip()
    return not (following[:1].islower() and following[:1].isalpha())
