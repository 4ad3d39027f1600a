"""How a figure is meant, by the words before and behind it: about, at least, more than, at most, less than."""

from __future__ import annotations

from typing import NamedTuple

_BEFORE = {
    "about": "about, around, approximately, approx., approx, roughly, circa, ca., ~, ∼, ≈, ～, nearly, almost, close to, some, "
    "approaching, approaches, approached, nearing, an estimated, estimated at, estimated, in the region of, on the order of, "
    "typically about, something like, as much as about",
    "at_most": "up to, at most, no more than, not more than, not exceeding, not exceed, no greater than, max, max., a maximum of, "
    "maximum of, at a maximum of, as much as, as many as, as high as, as long as, as far as, as fast as, as large as, as heavy as, "
    "≤, <=, within, capped at, limited to, up-to, to a maximum of, tops out at, topping out at, maxes out at, "
    "no higher than, no longer than, no heavier than, reach up to, maximum",
    "less_than": "less than, fewer than, below, under, <, sub-, sub, lower than, smaller than, short of, shorter than, lighter than, "
    "just under, slightly under, not quite, thinner than, in under, little under, beneath",
    "at_least": "at least, no less than, not less than, no fewer than, a minimum of, minimum of, min, min., ≥, >=, as thin as, "
    "as little as, as low as, as few as, as short as, as light as, as small as, starting at, starting from, starts at, "
    "starts from, start at, start from, from just, from only, from as little as, minimum, beginning at",
    "more_than": "more than, over, above, exceeding, exceeds, exceed, exceeded, greater than, higher than, larger than, longer than, "
    "beyond, upwards of, upward of, in excess of, surpassing, surpasses, surpass, surpassed, >, well over, just over, "
    "bigger than, heavier than, faster than, tops, topping, north of",
    "plus_minus": "±, +/-, plus or minus, plus/minus, +-",
}
_AFTER = {
    "at_least": "or more, or higher, or above, or greater, or longer, or better, and up, and above, and more, or over, minimum, "
    "min.",
    "at_most": "or less, or lower, or below, or fewer, or under, max, max., maximum, at most, tops",
    "about": "or so",
}
_FILLERS = frozenset("a an the just only its their his her our of impressive total whopping mere very even that's is at now".split())


class Cue(NamedTuple):
    """What was found: a modifier, and where its words start (or end, behind a figure)."""

    modifier: str
    place: int


def _table(lists: dict[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The cues by their last character (first, for those behind), the longest first."""
    pairs = [(cue, modifier) for modifier, cues in lists.items() for cue in cues.split(", ")]
    found: dict[str, list[tuple[str, str]]] = {}
    for cue, modifier in sorted(pairs, key=lambda pair: -len(pair[0])):
        found.setdefault(cue[-1] if lists is _BEFORE else cue[0], []).append((cue, modifier))
    return {char: tuple(cues) for char, cues in found.items()}


_CUES = _table(_BEFORE)
_TAILS = _table(_AFTER)
_NEGATED = ("no ", "not ")
_OPPOSITE = {"more_than": "at_most", "less_than": "at_least"}


def before(text: str, start: int, at: int) -> Cue | None:
    """The cue that ends right before `at`, looked for no further back than `start`; a bound goes before "about"."""
    rest = " ".join(text[max(start, at - 60) : at].lower().replace("\n", " ").split(" "))
    found: Cue | None = None
    end = len(rest.rstrip(" (\u00a0"))
    for _ in range(5):
        part = rest[:end].rstrip(" (\u00a0-" if not rest[:end].endswith(("sub-", "+-", "/-")) else " ")
        hit = _ending(part)
        if hit:
            cue, modifier = hit
            place = at - (len(rest) - (len(part) - len(cue)))
            if found is None or found.modifier == "about":
                found = Cue(modifier, place)
            end = len(part) - len(cue)
            continue
        word = part.rsplit(" ", 1)[-1]
        if word not in _FILLERS:
            break
        end = len(part) - len(word)
    return found


def _ending(part: str) -> tuple[str, str] | None:
    for cue, modifier in _CUES.get(part[-1:], ()):
        if not part.endswith(cue):
            continue
        left = part[: -len(cue)]
        if cue[0].isalnum() and left and (left[-1].isalnum() or left[-1] in "-'’"):
            continue
        if cue in ("min", "min.", "max", "max.") and left.rstrip()[-1:].isdigit():
            continue
        for negation in _NEGATED:
            if modifier in _OPPOSITE and left.endswith((f" {negation}", negation)):
                return negation + cue, _OPPOSITE[modifier]
        return cue, modifier
    return None


def behind(text: str, at: int, end: int) -> Cue | None:
    """The cue that starts right behind `at`."""
    if text[at : at + 1] == "+" and not text[at + 1 : at + 2].isalnum():
        return Cue("at_least", at + 1)
    part = text[at : min(end, at + 20)].lower()
    bare = part.lstrip(" (-\u00a0")
    for cue, modifier in _TAILS.get(bare[:1], ()):
        if bare.startswith(cue) and not bare[len(cue) : len(cue) + 1].isalpha() and len(part) - len(bare) <= 2:
            return Cue(modifier, at + len(part) - len(bare) + len(cue))
    return None
