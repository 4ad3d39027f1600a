"""Split a text into sentences, each with its heading and the kind of its line."""

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
"""Maximum characters of a sentence; longer ones are split."""

MAX_RUN_LENGTH = 200
"""Maximum characters of a run without spaces; longer runs, such as addresses, are skipped."""

_LONG_RUN = re.compile(rf"[^\s|]{{{MAX_RUN_LENGTH},}}+")
_END = re.compile(r"[.!?…。！？][\"”’')\]]{0,3}(?=\s)|[。！？]")
_BULLET = re.compile(r"\s*(?:[-*•·–●○▪◦➤✓>]|\d{1,2}[.)])\s+")
_SENTENCE_PUNCTUATION = ".;,!"
"""Characters that a heading does not end with."""

_LABEL = re.compile(r"\s*+(?:[-*•·–+]\s+)?+[*_`]{0,3}([^\W\d][^:\n|]{0,38}?)[*_` ]{0,4}:(?=[\s*_`]|$)")
"""The words before a colon at the start of a line."""

_LONE_FIGURE = re.compile(r"\s*+[~≈±+<>≤≥-]{0,2}\s?\d[\d.,]*+(?:\s?[^\W\d]{1,3}\b|\s?[%°µΩ\"]|$)")
"""The start of a line that contains only a figure: "7 kg", "12V / 7A"."""

_MAX_CELL_LENGTH = 100
"""Maximum characters of a cell in a table written as a list."""

_MAX_CELLS = 32
"""Maximum cells of a row written as a list, so that the time stays linear in the length of the text."""

_WRAPPED_LENGTH = 45
"""Minimum characters of a wrapped line, which continues in the next line."""


_LISTED_ROW = re.compile(r"\*\s+-(?:\s|$)")
"""The start of a table row written as a nested list: "* - Weight", above "  - 60 kg" and "  - 75 kg"."""


TABLE_KINDS = ("row", "cell")
"""The kinds of lines that are part of a table."""


class SourceLine(NamedTuple):
    """A run of text with whole sentences.

    Attributes:
        kind: heading, item, row, cell or text; a cell is part of a row written as a list, which starts with "*".
        start: The offset of the line.
        end: The offset after the line.
        number: The number of its first physical line, from 1.
    """

    kind: str
    start: int
    end: int
    number: int


class Sentence:
    """A sentence: text[start:end], its tokens, its line and the heading above it.

    `label` names what the figures of the line measure, if a line above or the start of the line does: "Weight:", "- 60 kg".
    """

    def __init__(self, text: str, start: int, end: int, line: SourceLine, heading: tuple[int, int], label: str = "") -> None:
        """Keep the place of the sentence; its tokens are computed on first use."""
        self.text = text
        self.start = start
        self.end = end
        self.line = line
        self.heading_span = heading
        self.label = label
        self.heading = text[heading[0] : heading[1]].strip("# \t*")

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens of the sentence, without those of very long runs."""
        cuts = [match.span() for match in _LONG_RUN.finditer(self.text, self.start, self.end)]
        if not cuts:
            return tokenize(self.text, self.start, self.end)
        places = [self.start, *(place for cut in cuts for place in cut), self.end]
        return [
            token for first, last in zip(places[::2], places[1::2], strict=True) for token in tokenize(self.text, first, last)
        ]

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the sentence in lower case, and plurals without their s."""
        words = {token.text.lower() for token in self.tokens if token.kind == "w"}
        return frozenset(words | {word[:-1] for word in words if word.endswith("s")})

    @cached_property
    def quoted(self) -> bool:
        """Whether the sentence has quotation marks that are not inch signs."""
        return re.search(r"[\"“”]\w", self.text[self.start : self.end]) is not None

    def has(self, cue: str) -> bool:
        """Whether a word of the list `cue` is in the sentence or its heading."""
        listed = lexicon.word_lists()[cue]
        return not listed.isdisjoint(self.words) or any(word in listed for word in self.heading.lower().split())

    def word_before(self, token: Token) -> str:
        """Return the word before the number that `token` follows, in lower case."""
        before = self.text[self.start : token.start].split()
        return before[-2].lower() if len(before) > 1 else ""


def split_sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text, in order."""
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
    """The label of each line: its own ("Weight: 60 kg"), that of the item above it, or the line above a lone figure."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._over = ""
        self._indent = 0
        self._above = ""

    def of(self, line: SourceLine) -> str:
        """Return the label of the next line; '' if it has none."""
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
    """The lines of a text by number; only their offsets are stored."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = array("q", [0])
        at = text.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = text.find("\n", at + 1)
        self.count = len(self.starts)

    def end(self, i: int) -> int:
        """Return the offset of the end of line `i`, without its line break."""
        return self.starts[i + 1] - 1 if i + 1 < self.count else len(self.text)

    def after(self, i: int, fence: str) -> int:
        """Return the number of the line after the next one that starts with `fence`; 0 if there is none."""
        at = self.text.find(f"\n{fence}", self.end(i))
        return bisect_right(self.starts, at + 1) if at >= 0 else 0

    def head(self, i: int) -> str:
        """Return the line without surrounding spaces, at most MAX_SENTENCE_LENGTH characters; '' outside the text."""
        if not 0 <= i < self.count:
            return ""
        return self.text[self.starts[i] : min(self.end(i), self.starts[i] + MAX_SENTENCE_LENGTH)].strip()


def _source_lines(text: str) -> Iterator[SourceLine]:
    """Yield the paragraphs, list items, headings and table rows."""
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
    """Return the lines at which the cells of the listed row at line `i` start; [] for fewer than three cells."""
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
    """Whether line `i` continues the sentence of the line before it."""
    previous, current = raw.head(i - 1), raw.head(i)
    return bool(
        current
        and _WRAPPED_LENGTH <= len(previous) <= MAX_SENTENCE_LENGTH // 10
        and not _BULLET.match(current)
        and current[0] not in "#|"
    )


def _sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences in text[start:end]."""
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
    """Whether the stop ends a sentence: it does not after an abbreviation or before a lower-case letter."""
    if text[stop] != ".":
        return True
    word = text[max(0, stop - 12) : stop].split()
    if word and word[-1].lower().lstrip("(“\"'") in lexicon.word_lists()["abbreviations"]:
        return False
    following = text[after : min(end, after + 40)].lstrip()
    return not (following[:1].islower() and following[:1].isalpha())
