"""YAML is read as texts with lines, and no unsafe feature of YAML has an effect."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.bundles import yaml_tree
from specdb.bundles.yaml_tree import Plain, YamlNode, format_yaml, parse_yaml
from specdb.errors import ValidationError

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
trees = st.recursive(
    texts,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)

HOSTILE = [
    "",
    " ",
    "  leading",
    "trailing ",
    "no",
    "null",
    "~",
    "0123",
    "12:30:45",
    "1e3",
    ".inf",
    "2026-04-30",
    "<<",
    "=",
    "a: b",
    "a:",
    ": b",
    "a # b",
    "#",
    "- a",
    "-",
    "---",
    "...",
    "? a",
    "& a",
    "*a",
    "!a",
    "%YAML",
    "@a",
    "`a",
    "|",
    ">",
    "[a, b]",
    "{a: b}",
    "a, b",
    "]",
    "}",
    "'",
    '"',
    "it's",
    'say "a"',
    "back\\slash",
    "two\nlines",
    "\nleading",
    "trailing\n",
    "\n",
    " \n ",
    "a \n b",
    "a\n\n\nb",
    "\ttab\t",
    "a\rb",
    "a\r\nb",
    "next\x85line",
    "line\u2028separator",
    "\u2029",
    "\ufeffbom",
    "non\u00a0breaking",
    "\x07bell\x1b[31m",
    "\x7f\x9b",
    "\ufffe\uffff",
    "astral 🎧 𝔘",
    "眼镜",
    "e\u0301",
    "x" * 2000,
    "word " * 400,
]


def plain(node: YamlNode) -> Plain:
    """A tree without its lines."""
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return node.value


def faults(text: str) -> list[tuple[int, str]]:
    """What is wrong with a text, with the lines."""
    try:
        _, found = parse_yaml(text, "it")
    except ValidationError as error:
        found = list(error.issues)
    return [(fault.line, fault.problem) for fault in found]


def test_scalars_are_texts_with_their_lines() -> None:
    root, found = parse_yaml("a: no\nb:\n- 0123\n- [1e3, 'x', ~]\nc:\n  d: |\n    two\n    lines\n", "it")
    assert found == []
    assert plain(root) == {"a": "no", "b": ["0123", ["1e3", "x", "~"]], "c": {"d": "two\nlines\n"}}
    assert isinstance(root.value, dict)
    b = root.value["b"].value
    assert isinstance(b, list)
    assert (root.line, root.value["a"].line, b[0].line, b[1].line, root.value["c"].line) == (1, 1, 3, 4, 6)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(0, "invalid YAML: the file is empty")]),
        ("# nothing\n", [(0, "invalid YAML: the file is empty")]),
        ("a: 1\na: 2\nb:\n- {c: 1, c: 2}\n", [(2, "duplicate key a"), (4, "duplicate key c")]),
        ("a: &x 1\nb: *x\n", [(1, "an anchor (&)"), (2, "an alias (*)")]),
        ("a: &x 1\n", [(1, "an anchor (&)")]),
        ("a: &x [*x]\n", [(1, "an alias (*)"), (1, "an anchor (&)")]),
        ("a: !!int 1\nb: !x {}\n", [(1, "a tag (tag:yaml.org,2002:int)"), (2, "a tag (!x)")]),
        ("a: !!python/object:os.system x\n", [(1, "a tag (tag:yaml.org,2002:python/object:os.system)")]),
        ("[a]: 1\n{b: 1}: 2\n", [(1, "a key is not a plain text"), (2, "a key is not a plain text")]),
        ("a: 1\n---\nb: 2\n", [(2, "a second document")]),
        ("a: 1\n...\n", []),
        ("--- \na: 1\n", []),
        ("a: [1\nb: 2\n", [(2, "invalid YAML: did not find expected ',' or ']'")]),
        ("a: 'x\n", [(2, "invalid YAML: found unexpected end of stream")]),
        ("a:\n\t- b\n", [(2, "invalid YAML: found character that cannot start any token")]),
        ("a: b: c\n", [(1, "invalid YAML: mapping values are not allowed in this context")]),
        ("%YAML 9.9\n---\na: 1\n", [(1, "invalid YAML: found incompatible YAML document")]),
        ("a: 1\nb: \0\n", [(2, "invalid YAML: a forbidden character")]),
        ("a: 眼镜\nb: 1\nc: \x07\n", [(3, "invalid YAML: a forbidden character")]),
        ('a: "\\ud800"\n', [(1, "invalid YAML: found invalid Unicode character escape code")]),
    ],
)
def test_faults_of_yaml(text: str, found: list[tuple[int, str]]) -> None:
    assert faults(text) == found


def alias_bomb() -> str:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    return "\n".join(lines)


def merge_bomb() -> str:
    lines = ["a0: &a0 {k: v}"] + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 40)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (alias_bomb(), "an alias (*)"),
        (merge_bomb(), "an alias (*)"),
        ("[" * 100_000, "invalid YAML: exceeded maximum nesting depth"),
        ("a: " + "[" * 100_000 + "]" * 100_000, "invalid YAML: exceeded maximum nesting depth"),
        ("[" * 500 + "]" * 500, "invalid YAML: more than 12 levels deep"),
        ("- " * 50_000 + "a", "invalid YAML: more than 12 levels deep"),
        ("{a: " * 50_000, "invalid YAML: more than 12 levels deep"),
        ("? " * 50_000, "invalid YAML: more than 12 levels deep"),
        ("".join(" " * depth + "a:\n" for depth in range(2_000)), "invalid YAML: more than 12 levels deep"),
        ("x" * (yaml_tree.LONGEST + 1), f"the file has {yaml_tree.LONGEST + 1:,} characters"),
        ("a: 1\n---\n" + "[" * 900 + "]" * 900, "a second document"),
    ],
    ids=lambda value: value[:20],
)
def test_bombs_are_refused_at_once(text: str, problem: str) -> None:
    start = time.perf_counter()
    assert problem in [said for _, said in faults(text)]
    assert time.perf_counter() - start < 3


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_written_and_read_back(text: str) -> None:
    tree: dict[str, Plain] = {"block": text, text: "key", "list": [text, text], "rows": [{"flow": text, text: [text]}]}
    for flow in (frozenset[str](), frozenset({"rows"})):
        root, found = parse_yaml(format_yaml(tree, flow), "it")
        assert found == []
        assert plain(root) == tree


@given(st.dictionaries(texts, trees, min_size=1, max_size=4), st.booleans())
def test_what_is_written_is_read_back(tree: dict[str, Plain], flow: bool) -> None:
    written = format_yaml(tree, frozenset(tree) if flow else frozenset())
    root, found = parse_yaml(written, "it")
    assert found == []
    assert plain(root) == tree


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_a_tree_or_has_faults(text: str) -> None:
    try:
        root, _ = parse_yaml(text, "it")
        lines = [root.line]
    except ValidationError as error:
        lines = [fault.line for fault in error.issues]
    assert lines
    assert all(0 <= line <= len(text) + 1 for line in lines)
