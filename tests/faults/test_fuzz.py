"""Every reader of text takes anything: the texts that a fuzzer left behind, and what Hypothesis makes up."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz_targets import TARGETS, feed
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.examples import scaled

CORPUS = Path(__file__).parent / "corpus"
PIECES = [
    *("14.9", "1,299", "-5", "1e5", "≈", "up to ", "about ", "g", "mAh", "kg", "·", "/", "²", "°C", "CNY", "PFLOPS", "$", "%"),
    *("weight", "battery", "price", "compute", "[precision=FP4]", " and ", " or ", " not ", " in ", " is unknown", "<=", "~"),
    *("(", ")", "..", ",", "min(", " of a1", "2026-04-30", "2026-Q2", "=", ";", '"', "'", "\n", "- ", ": ", "{", "}"),
    *("specdb: 1\n", "products:", "slug", "&a", "*a", "!!python/object", "\t", "\x00", "\ud800", "\u202e", "ſ", "٣"),
]


@pytest.mark.parametrize("name", TARGETS)
def test_corpus_of_the_fuzzer(name: str) -> None:
    texts = (CORPUS / f"{name}.txt").read_bytes().split(b"\x1e")
    taken = [feed(name, text.decode("utf-8", "replace")) for text in texts]
    assert len(taken) > 10
    assert {True, False} <= set(taken)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=scaled(3))
@given(text=st.one_of(st.text(), st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join)))
def test_any_text(name: str, text: str) -> None:
    assert feed(name, text) in (True, False)
