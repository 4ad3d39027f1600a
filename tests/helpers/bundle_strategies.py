"""Generated YAML files with hostile names and texts in every field."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from hypothesis import strategies as st

from specdb.bundles.drafts import (
    AttributeDraft,
    Bundle,
    CategoryDraft,
    ClaimDraft,
    ProductDraft,
    RateDraft,
    RuleDraft,
    SourceDraft,
    SpecDraft,
)

SPECIAL = [
    "no",
    "~",
    "0123",
    "12:30:45",
    "a: b",
    "a #b",
    "- a",
    "'",
    '"',
    " x ",
    "x\n",
    "\nx\n\ny",
    "a\rb",
    "\u2028",
    "\x85",
    "🎧",
]
anything = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=15)
texts = st.one_of(st.sampled_from(["", "🎧", *SPECIAL]), anything)
names = st.one_of(st.sampled_from(SPECIAL), anything).filter(str.strip)
bound = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9-]{0,6}", fullmatch=True),
    st.one_of(
        st.sampled_from(["no", "a: b", "{x}", "#", "'", "眼镜", "a  b"]),
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"], exclude_characters=";=,[]"), min_size=1, max_size=8),
    ),
    max_size=3,
)
ATTRIBUTES = (
    AttributeDraft("weight", "weight", "quantity", unit="g", better="lower", plausible="0..100 g"),
    AttributeDraft("heat", "heat", "quantity", unit="°C", signed=True),
    AttributeDraft("dense", "dense", "quantity", unit="W/cm²"),
    AttributeDraft("parts", "parts", "quantity", unit="count", many=True),
    AttributeDraft("price", "price", "quantity", unit="CNY"),
    AttributeDraft("lit", "lit", "flag"),
    AttributeDraft("tint", "tint", "choice", choices=("no", " red ", "a: b", "#")),
    AttributeDraft("note", "note", "text", many=True),
    AttributeDraft("launch", "launch", "date"),
    AttributeDraft("maker", "maker", "reference", inverse="makes"),
)
VALUES = {
    "weight": ["14.9g", "approximately 40 g", "up to 0.5 kg", "below 7 oz", "5+ g", "over 10,000 mg", "1..2 g", "± 6 g", "0 g"],
    "heat": ["-40 °C", "≈ -4.50 °F", "± 2 K", "-5..-3 °C", "at least -5 °C"],
    "dense": ["5 W/cm^2", "0.1 kW/m²", "1 W/mm²"],
    "parts": ["0", "10 million", "1.5e3", "3 units", "007", "1e31"],
    "price": ["$55,000", "799 RMB", "€1.50", "between 1 and 2 CNY", "CNY 5"],
    "lit": ["yes", "no"],
    "tint": ["no", " red ", "a: b", "#"],
    "launch": ["2026", "2026-q4", "2026-H1", "2026-04-30", " 2026-07 .. 2026-08 "],
    "maker": ["p0"],
}
values = st.one_of(
    *(st.tuples(st.just(key), st.sampled_from(written)) for key, written in VALUES.items()), st.tuples(st.just("note"), names)
)
states = st.tuples(st.sampled_from([one.key for one in ATTRIBUTES]), st.sampled_from(["unknown", "not-applicable"]))


@st.composite
def specs(draw: st.DrawFn) -> SpecDraft:
    """Draw a spec of any kind, also an unknown or not applicable one."""
    common: dict[str, Any] = {
        "qualifiers": draw(bound),
        "printed": draw(texts),
        "source": draw(st.sampled_from(["s0", "s1"])),
        "at": draw(texts),
        "as_of": draw(st.sampled_from(["", "2026", "2026-04", " 2026-04-30"])),
        "rank": draw(st.sampled_from(["preferred", "normal", "deprecated"])),
    }
    if draw(st.integers(0, 4)) == 0:
        key, state = draw(states)
        return SpecDraft(key, state=state, **common)
    key, value = draw(values)
    return SpecDraft(key, value=value, **common)


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    """Draw a whole file: a tree of categories, attributes of each kind, sources, products, claims, rules and rates."""
    aliases = draw(st.lists(names.filter(lambda name: len(name) > 1), max_size=6, unique_by=folded))
    share = [tuple(aliases[place::3]) for place in range(3)]
    attributes = tuple(
        one._replace(name=draw(names), group=draw(texts), description=draw(texts)) if place < 3 else one
        for place, one in enumerate(ATTRIBUTES)
    )
    return Bundle(
        categories=(
            CategoryDraft("low", draw(names), parent="top", required=("weight",), attributes=("lit", "note")),
            CategoryDraft("top", draw(names), aliases=share[0], description=draw(texts), attributes=("weight", "price")),
        ),
        attributes=(attributes[0]._replace(aliases=share[1]), *attributes[1:]),
        rules=(RuleDraft("r", draw(names), "top", "weight", "0..5 kg", draw(texts)),),
        sources=(
            SourceDraft("s0", draw(names), draw(texts), draw(texts), "2026-04-30", "https://example.com", "a" * 64, "-5"),
            SourceDraft("s1", draw(names), date=" 2026-04 "),
        ),
        rates=(RateDraft("2026-04-30", "EUR", "CNY", "7.9100", draw(names)),),
        products=(
            ProductDraft("p0", draw(names), "low", share[2], draw(texts), tuple(draw(st.lists(specs(), max_size=6)))),
            ProductDraft("p1", draw(names), "top", specs=tuple(draw(st.lists(specs(), max_size=3)))),
        ),
        claims=(ClaimDraft("p0", printed=draw(texts), source="s0", at=draw(texts), why=draw(names)),),
    )


def folded(name: str) -> str:
    return normalize("NFC", name).strip().casefold()
