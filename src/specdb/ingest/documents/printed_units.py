"""Find the unit after a number: the longest printed form that fits; short forms depend on their context."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.ingest.documents import lexicon
from specdb.ingest.documents.counted_nouns import degrees_of_freedom_at

if TYPE_CHECKING:
    from specdb.ingest.documents.sentences import Sentence
    from specdb.ingest.documents.tokens import Token

_DENOMINATORS = {
    "s": "s", "sec": "s", "second": "s", "h": "h", "hr": "h", "hour": "h", "min": "min", "minute": "min", "day": "day",
    "month": "month", "year": "year", "kg": "kg", "kilogram": "kg", "W": "W", "watt": "W", "km": "km", "kWh": "kWh",
    "L": "L", "liter": "L", "litre": "L", "mm²": "mm²", "cm²": "cm²", "m²": "m²", "m": "m", "in": "in", "inch": "in",
}  # fmt: skip
_DATA_UNITS = ("byte", "kB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "bit", "kbit", "Mbit", "Gbit", "Tbit")
_NUMERATORS = {
    "s": (*_DATA_UNITS, "m", "km", "mm", "cm", "degree", "L", "mL", "pixel", "rad", "µm"),
    "h": ("km", "L", "m³"), "min": ("L", "m", "mL", "m³", "MB", "GB"), "day": ("GB", "TB", "MB", "kWh", "km", "L"),
    "kg": ("W", "Wh", "kWh", "N·m", "J", "kW"), "W": ("TOPS", "GOPS", "teraflops", "gigaflops", "petaflops", "lm"),
    "km": ("Wh", "kWh", "g"), "kWh": ("USD", "CNY", "EUR", "km", "mi"), "L": ("Wh", "km", "W"),
    "mm²": ("W", "Mbit", "N", "MB"), "cm²": ("W", "mA", "N"), "m²": ("W", "g", "kg", "N"), "m": ("V", "N", "W"), "in": (),
}  # fmt: skip
_LONG_DENOMINATORS = {"s": "second", "h": "hour"}
_CAPACITY = {"M": "MB", "G": "GB", "T": "TB"}
_FLOPS = {"T": "teraflops", "P": "petaflops", "E": "exaflops"}


class PrintedUnit(NamedTuple):
    """A unit in a sentence: its name, the index of the token after it, and the confidence from 0 to 1."""

    name: str
    after: int
    sure: float


def unit_at(sentence: Sentence, at: int, digits: str, *, signed: bool = False) -> PrintedUnit | None:
    """Return the unit at token `at`, after the number `digits`; None if there is none."""
    tokens = sentence.tokens
    if at >= len(tokens) or tokens[at].start - tokens[at - 1].end > 2:
        return None
    if tokens[at].text in "-‑" and tokens[at].adjacent and at + 1 < len(tokens) and tokens[at + 1].adjacent:
        at += 1
    if (
        tokens[at].text.lower() not in lexicon.unit_form_starts()
        and tokens[at].text not in _FLOPS
        and tokens[at].text not in _CAPACITY
    ):
        return None
    number = tokens[at - 1]
    for until in range(min(at + lexicon.MAX_FORM_TOKENS, len(tokens)), at, -1):
        form, written = _unit_form(sentence, at, until)
        if (
            form is None
            or (len(written) == 1 and _is_between_hyphens(tokens, at, until))
            or (
                written[-1].isalnum()
                and until < len(tokens)
                and tokens[until].adjacent
                and _continues_word(tokens, until, written)
            )
        ):
            continue
        sure = _confidence(sentence, at, until, form, written, digits, signed=signed) if number else 0
        if sure:
            name = "g-force" if written == "g" and _is_acceleration(sentence, until, signed=signed) else form.unit
            if form.unit == "lb" and written in ("pound", "pounds") and is_about_money(sentence):
                name = "GBP"
            if written == "kb" and any(token.text in ("Mb", "Gb", "Kb") for token in tokens):
                name = "kbit"  # elsewhere this form is a kilobyte
            return _with_denominator(sentence, PrintedUnit(name, until, sure))
    return _memory_capacity(tokens, at) or _flops_letter(sentence, at, digits)


def _is_between_hyphens(tokens: list[Token], at: int, until: int) -> bool:
    """Whether a letter is between hyphens, as in the name "8-N-1"."""
    return (
        tokens[at - 1].text == "-" and until + 1 < len(tokens) and tokens[until].text == "-" and tokens[until + 1].kind == "n"
    )


def _memory_capacity(tokens: list[Token], at: int) -> PrintedUnit | None:
    """Return the capacity unit of "2G of RAM" or "512M flash"."""
    following = [token.text.lower() for token in tokens[at + 1 : at + 3]]
    memory = following[1:] if following[:1] == ["of"] else following[:1]
    if tokens[at].text not in _CAPACITY or not tokens[at].adjacent or lexicon.word_lists()["memory_cue"].isdisjoint(memory):
        return None
    return PrintedUnit(_CAPACITY[tokens[at].text], at + 1, 0.8)


def _is_acceleration(sentence: Sentence, until: int, *, signed: bool) -> bool:
    """Whether "g" is the acceleration of gravity: the number is signed, or a word of acceleration follows."""
    tokens = sentence.tokens
    following = {token.text.lower() for token in tokens[until : until + 3]}
    return (signed and sentence.has("force_cue")) or not lexicon.word_lists()["force_cue"].isdisjoint(following)


def _unit_form(sentence: Sentence, at: int, until: int) -> tuple[lexicon.UnitForm | None, str]:
    written = " ".join(sentence.text[sentence.tokens[at].start : sentence.tokens[until - 1].end].split())
    form = lexicon.unit_forms().get(written)
    if form is None and len(written) > 2:
        form = lexicon.unit_forms().get(written.lower())
    return form, written


def _continues_word(tokens: list[Token], until: int, written: str) -> bool:
    """Whether the token at `until` continues a name ("5V2") rather than starts a new cell ("45 hours180")."""
    if tokens[until].kind == "n" and until + 1 < len(tokens):  # "24V30Ah"
        return len(written) < 3 and not (tokens[until + 1].adjacent and tokens[until + 1].text in lexicon.unit_forms())
    if tokens[until].text in "xX" and until + 1 < len(tokens) and tokens[until + 1].adjacent and tokens[until + 1].kind == "n":
        return False  # "34cmx31cm"
    return tokens[until].text == "_" or tokens[until].kind != "s"


def _with_denominator(sentence: Sentence, unit: PrintedUnit) -> PrintedUnit:
    """Add the denominator of a unit: "TB per second", "W/kg"."""
    tokens = sentence.tokens
    i = unit.after
    if i + 1 >= len(tokens) or tokens[i].text.lower() not in ("/", "per"):
        return unit
    per = next((_DENOMINATORS[form] for form in lexicon.singular_forms(tokens[i + 1].text) if form in _DENOMINATORS), None)
    if per is None or unit.name not in _NUMERATORS.get(per, ()) or (i + 2 < len(tokens) and _adjacent_word(tokens[i + 2])):
        return unit
    spelled_out = unit.name in ("degree", "byte", "bit", "pixel")
    name = f"{unit.name}/{_LONG_DENOMINATORS.get(per, per) if spelled_out else per}"
    return PrintedUnit(name, i + 2, unit.sure)


def _adjacent_word(token: Token) -> bool:
    return token.adjacent and token.kind != "s"


def _flops_letter(sentence: Sentence, at: int, digits: str) -> PrintedUnit | None:
    """Return the FLOPS unit of "1.56P" in a sentence about computing power."""
    token = sentence.tokens[at]
    after = sentence.tokens[at + 1] if at + 1 < len(sentence.tokens) else None
    if token.text not in _FLOPS or (after and _adjacent_word(after)) or not sentence.has("compute_cue"):
        return None
    if at > 1 and sentence.tokens[at - 2].text.isupper():
        return None  # "LX 4P"
    return PrintedUnit(_FLOPS[token.text], at + 1, 0.6) if token.text != "T" or "." in digits or len(digits) > 1 else None


def _confidence(
    sentence: Sentence, at: int, until: int, form: lexicon.UnitForm, written: str, digits: str, *, signed: bool
) -> float:
    """Return the confidence that a printed form is the unit here; 0 if it is not."""
    tokens = sentence.tokens
    token, after = tokens[at], tokens[until] if until < len(tokens) else None
    next_word = after.text.lower() if after else ""
    if form.unit == "degree" and degrees_of_freedom_at(sentence, at):
        return 0
    if written.lower() == "second" and not token.adjacent and digits != "1" and next_word == "-":
        return 0  # "two second-level switches"
    if written == "in" and next_word == "-":
        return 0  # "2-in-1"
    if written in ('"', "″", "”", "''"):
        return _inch_mark_confidence(sentence, token)
    if written in ("bar", "pound", "won", "frame", "cycle") and tokens[at - 1].kind == "w":
        return 0
    if not form.doubtful:
        return 0.95 if token.adjacent or len(written) > 2 else 0.9
    return _short_form_confidence(sentence, token, after, form.unit, written, digits, signed=signed)


def _inch_mark_confidence(sentence: Sentence, token: Token) -> float:
    """Return the confidence that a quotation mark means inches; 0 if it closes a quotation."""
    if not token.adjacent:
        return 0
    before = sentence.text[sentence.start : token.start]
    if token.text == "”":
        return 0 if before.count("“") > before.count("”") else 0.85
    return 0.85 if before.count(token.text) % 2 == 0 or not sentence.quoted else 0


def _short_form_confidence(
    sentence: Sentence, token: Token, after: Token | None, unit: str, written: str, digits: str, *, signed: bool
) -> float:
    """Return the confidence of a form of one or two letters, by a rule for each unit."""
    bare = after is None or after.kind == "s" or not after.text.islower()
    spaced = not token.adjacent
    whole = "." not in digits
    picture = whole and len(digits) < 3 and unit == "K"
    adjacent_tail = after is not None and after.adjacent and after.text in ("-", "'", "’")
    rules: dict[str, bool] = {
        "g": True,
        "g-force": (written == "G" and sentence.has("force_cue")) or written in ("gs", "Gs"),
        "m": True,
        "inch": written == "in" and (after is None or after.kind == "s" or after.text in ("x", "by", "display", "screen")),
        "mi": True,
        "s": not (whole and (len(digits) == 4 or (digits.endswith("0") and sentence.word_before(token) == "the"))),
        "µs": True,
        "h": True,
        "day": spaced and bare,
        "t": written == "t",
        "A": token.adjacent or bare or (after is not None and after.text in ("of", "at", "max", "peak", "continuous", "fast")),
        "V": written == "V" or token.adjacent,
        "W": written == "W" or token.adjacent,
        "J": True,
        "N": True,
        "N·m": True,
        "L": True,
        "T": sentence.has("field_cue"),
        "K": not picture and (spaced or len(digits) == 4) and (sentence.has("temperature_cue") or spaced),
        "°C": sentence.has("temperature_cue") and not (token.adjacent and whole and len(digits) == 1),
        "°F": sentence.has("temperature_cue"),
        "byte": spaced and bare,
        "teraflops": True,
        "petaflops": True,
        "exaflops": True,
        "candela": spaced,
        "lux": spaced or token.adjacent,
        "diopter": signed or ("." in digits and not (after and after.text in ("curved", "glass"))),
        "KRW": is_about_money(sentence),
        "kB": True,
        "MB": True,
        "GB": True,
        "TB": True,
    }
    return 0.8 if rules.get(unit, False) and not (adjacent_tail and unit in ("A", "K", "T")) else 0


def is_about_money(sentence: Sentence) -> bool:
    """Whether the sentence mentions a price, so that "won" is a currency."""
    return any(word in sentence.words for word in ("price", "priced", "cost", "costs", "won"))
