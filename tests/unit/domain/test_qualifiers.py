from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.domain.qualifiers import from_text, is_subset, parse_qualified_key, split_keys, to_text
from specdb.errors import InvalidValueError

keys = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
values = (
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters=";=[],"), min_size=1).map(str.strip).filter(bool)
)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, ""),
        ({"precision": "FP4"}, "precision=FP4"),
        ({"status": "target", "edition": "premium"}, "edition=premium;status=target"),
        ({"edition": "Mate 60 (512 GB)"}, "edition=Mate 60 (512 GB)"),
    ],
)
def test_to_text(given: dict[str, str], text: str) -> None:
    assert to_text(given) == text
    assert from_text(text) == given


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("", "x"),
        ("Precision", "x"),
        ("1st", "x"),
        ("a b", "x"),
        ("a\n", "x"),
        ("a", ""),
        ("a", " "),
        ("a", " x"),
        ("a", "x\u00a0"),
        ("a", "x;b=y"),
        ("a", "x=y"),
        ("a", "x,y"),
        ("a", "[x]"),
        ("a", "x\ny"),
        ("a", "x\0"),
        ("a", "x\x1b"),
    ],
)
def test_rejects_ambiguous_rows(key: str, value: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        to_text({key: value})
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=1,b=2", {"a": "1", "b": "2"}),
        (" a = 1 ; b = 2 ;", {"a": "1", "b": "2"}),
        ("", {}),
        (";;", {}),
        ("a", {"a": ""}),
    ],
)
def test_from_text(text: str, found: dict[str, str]) -> None:
    assert from_text(text) == found


@pytest.mark.parametrize(
    ("few", "many", "inside"),
    [
        ("", "", True),
        ("", "a=1", True),
        ("a=1", "a=1", True),
        ("a=1", "a=1;b=2", True),
        ("a=1;b=2", "a=1", False),
        ("a=1", "a=12", False),
        ("a=1", "ba=1", False),
        ("a=1", "", False),
    ],
)
def test_within(few: str, many: str, inside: bool) -> None:
    assert is_subset(few, many) is inside


@given(st.dictionaries(keys, values, max_size=4))
def test_what_is_written_is_read_back(given: dict[str, str]) -> None:
    assert from_text(to_text(given)) == given
    assert to_text(from_text(to_text(given))) == to_text(given)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", ()),
        ("weight:2, battery-life, price", ("weight:2", "battery-life", "price")),
        ("compute[a=b,c=d]:2,memory", ("compute[a=b,c=d]:2", "memory")),
        (" , a ,", ("a",)),
    ],
)
def test_split_keys(text: str, items: tuple[str, ...]) -> None:
    assert split_keys(text) == items


@pytest.mark.parametrize(
    ("text", "key", "given"),
    [
        ("weight", "weight", None),
        (" weight ", "weight", None),
        ("compute[]", "compute", ""),
        ("compute[precision=FP4]", "compute", "precision=FP4"),
        ("compute [b = 2, a=1] ", "compute", "a=1;b=2"),
    ],
)
def test_parse_qualified_key(text: str, key: str, given: str | None) -> None:
    assert parse_qualified_key(text) == (key, given)


@pytest.mark.parametrize("text", ["", "[a=b]", "weight[a=b", "weight]", "weight[a=b]c", "weight[a=1,a=2]", "weight[A=1]"])
def test_rejects_invalid_qualified_key(text: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_qualified_key(text)
