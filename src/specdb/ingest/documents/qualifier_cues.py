"""Find the qualifiers of a figure in the words near it: number format, status, period, condition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence
    from specdb.ingest.documents.tagged_figure import TaggedFigure

_PRECISION = re.compile(r"\b((?:MX|NV)?(?:FP|BF|TF|INT|CFP)\d{1,2})\b")
_CONDITION = re.compile(
    r"\b(peak|typical|nominal|total|bidirectional|sustained|continuous|dense|sparse|theoretical)\b", re.IGNORECASE
)
_STATUS = {
    "target": "target",
    "targets": "target",
    "targeting": "target",
    "goal": "target",
    "planned": "planned",
    "plans": "planned",
}
_PER = re.compile(
    r"\s*(?:per|a|/)\s*(month|year|day|hour|week|minute|chip|card|device|GPU|unit|person|core|lane|link|pin|cell|kg|mile|km)\b"
)
_WINDOW = 60


def find_qualifiers(sentence: Sentence, figure: TaggedFigure, kind: str, label: str = "") -> dict[str, str]:
    """Return the qualifiers of a figure, by key.

    Args:
        sentence: The sentence of the figure.
        figure: The figure.
        kind: The words that say which of the things is counted; '' for none.
        label: The label of the row of a table.
    """
    text = sentence.text
    before = text[max(sentence.start, figure.start - _WINDOW) : figure.start]
    after = text[figure.end : min(sentence.end, figure.end + _WINDOW)]
    qualifiers: dict[str, str] = {"kind": kind} if kind else {}
    if figure.unit and figure.unit.endswith(("flops", "OPS")):
        near = _PRECISION.match(after.lstrip()) or _PRECISION.search(_clause(after)) or _last_match(_PRECISION, before)
        near = _PRECISION.search(label) or near
        if near:
            qualifiers["precision"] = near[1]
    per = _PER.match(after)
    if per:
        qualifiers["per"] = per[1]
    condition = _CONDITION.search(_clause(after)[:30]) or _last_match(_CONDITION, before[-25:])
    if condition:
        qualifiers["condition"] = condition[1].lower()
    if re.match(r",? (?:each|apiece)\b", after):
        qualifiers["per"] = "each"
    for word in before.lower().split():
        if word in _STATUS:
            qualifiers["status"] = _STATUS[word]
    return qualifiers


def _clause(after: str) -> str:
    """Return the words after a figure up to the next comma, stop or figure."""
    return re.split(r"[,;.]\s|\s\d", after, maxsplit=1)[0]


def _last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    match = None
    for match in pattern.finditer(text):  # noqa: B007
        pass
    return match
