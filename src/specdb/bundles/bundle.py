"""Parse and format specdb's YAML, whose keys are the fields of the draft classes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_type_hints

from specdb.bundles import yaml_tree
from specdb.bundles.drafts import (
    AttributeDraft,
    Bundle,
    CategoryDraft,
    ClaimDraft,
    ProductDraft,
    RateDraft,
    RuleDraft,
    SourceDraft,
    SourceKindDraft,
    SpecDraft,
)
from specdb.errors import Issue, ValidationError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from specdb.bundles.yaml_tree import Plain, YamlNode

VERSION = "1"
"""The version of the format, the value of the key specdb at the start of each file."""

SECTIONS: dict[str, type[NamedTuple]] = {
    "categories": CategoryDraft,
    "attributes": AttributeDraft,
    "rules": RuleDraft,
    "source_kinds": SourceKindDraft,
    "sources": SourceDraft,
    "rates": RateDraft,
    "products": ProductDraft,
    "claims": ClaimDraft,
}
_INLINE = frozenset({"attributes", "rules", "source_kinds", "sources", "rates", "specs", "claims"})
LONGEST_TEXT = 65_536
_NAMES = frozenset({"key", "slug"})
"""The fields by which the rest of a file refers to an item."""

_BOOLEANS = {"yes": True, "no": False, "true": True, "false": False}

D = TypeVar("D")


def parse_bundle(text: str, path: str, collected: list[Issue] | None = None) -> Bundle:
    """Parse the text of a YAML file.

    Args:
        text: The text.
        path: The name of the file, for error messages.
        collected: A list to which issues are added instead of raising them, so that the rest of the file can be checked
            too. A field with an issue has its default, or "" if it is required; a spec, claim or rate with one is left
            out.

    Raises:
        ValidationError: The text is not YAML or has issues, such as unknown keys; all are listed.
    """
    root, issues = yaml_tree.parse_yaml(text, path)
    drafts: dict[str, tuple[Any, ...]] = {}
    for name, node in known_pairs(root, issues, "the file", [*SECTIONS, "specdb"]):
        if name == "specdb":
            if node.value != VERSION:
                issues.append(
                    Issue(node.line, f"unsupported format version {node.value!r}", f"this specdb reads version {VERSION}")
                )
        else:
            drafts[name] = tuple(parse_drafts(node, SECTIONS[name], issues, name))
    if isinstance(root.value, dict) and "specdb" not in root.value:
        issues.append(Issue(root.line, "missing key specdb", f"add specdb: {VERSION} in the first line"))
    if collected is not None:
        collected += issues
    elif issues:
        raise ValidationError(path, issues)
    return Bundle(**drafts)


def format_bundle(bundle: Bundle) -> str:
    """Return drafts as YAML: formatting parsed text that this function made gives the same text."""
    tree: dict[str, Plain] = {"specdb": VERSION}
    for name in SECTIONS:
        drafts = getattr(bundle, name)
        if drafts:
            tree[name] = [_plain(draft) for draft in drafts]
    return yaml_tree.format_yaml(tree, _INLINE)


def parse_drafts(node: YamlNode, draft_class: Callable[..., D], issues: list[Issue], name: str) -> Iterator[D]:
    """Parse each item of a list as a draft of a class."""
    if not isinstance(node.value, list):
        issues.append(Issue(node.line, f"{name} is not a list", "start each item with a hyphen"))
        return
    for item in node.value:
        draft = parse_draft(item, draft_class, issues, name)
        if draft is not None:
            yield draft


def parse_draft(node: YamlNode, draft_class: Callable[..., D], issues: list[Issue], name: str) -> D | None:
    """Parse one draft and add its issues; return None if it cannot be used."""
    fields = _hints(draft_class)
    known = [field for field in fields if field != "line"]
    required = [field for field in known if field not in draft_class._field_defaults]  # type: ignore[attr-defined]
    values: dict[str, Any] = {}
    given = {
        key: (part, _parse_field(part, fields[key], key))
        for key, part in known_pairs(node, issues, f"an item of {name}", known)
    }
    for key, (part, (value, field_issues)) in given.items():
        if not field_issues and key in required and not str(value).strip():
            field_issues.append(Issue(part.line, f"an item of {name} has an empty {key}", f"write its {key}"))
        if not field_issues or key == "specs":
            values[key] = value
        issues += field_issues
    if not isinstance(node.value, dict):
        return None
    missing = [Issue(node.line, f"an item of {name} has no {key}", f"add {key}:") for key in required if key not in given]
    issues += missing
    if _NAMES.isdisjoint(known) and len(values) < len(given) + len(missing):
        return None
    return draft_class(**{**dict.fromkeys(required, ""), **values}, line=node.line)


def known_pairs(node: YamlNode, issues: list[Issue], what: str, known: list[str]) -> Iterator[tuple[str, YamlNode]]:
    """Iterate over the pairs of a mapping with known keys; add issues for the others."""
    if not isinstance(node.value, dict):
        issues.append(Issue(node.line, f"{what} is not a mapping", "write it as key: value"))
        return
    for key, value in node.value.items():
        if key in known:
            yield key, value
        else:
            hint = nearest(key, known) or f"known keys are {', '.join(known)}"
            issues.append(Issue(value.line, f"{what} has the unknown key {key}", hint))


@cache
def _hints(draft_class: Any) -> dict[str, Any]:
    """Return the fields of a draft class with their types."""
    return get_type_hints(draft_class)


def _parse_field(node: YamlNode, kind: Any, key: str) -> tuple[object, list[Issue]]:
    """Return the value of a field, and its issues."""
    issues: list[Issue] = []
    return _field(node, kind, issues, key), issues


def _field(node: YamlNode, kind: Any, issues: list[Issue], key: str) -> object:
    """Return the value of a field of the type `kind`: a text, a list or mapping of texts, a flag, or drafts."""
    if kind is bool:
        if node.value in _BOOLEANS:
            return _BOOLEANS[str(node.value)]
        issues.append(Issue(node.line, f"{key} is neither yes nor no", "use yes or no"))
    elif kind == tuple[SpecDraft, ...]:
        return tuple(parse_drafts(node, SpecDraft, issues, key))
    elif kind == tuple[str, ...] and isinstance(node.value, list):
        return tuple(_text(item, issues, key) for item in node.value)
    elif kind == dict[str, str] and isinstance(node.value, dict):
        return {name: _text(item, issues, key) for name, item in node.value.items()}
    elif kind in (str, str | None):
        return _text(node, issues, key)
    else:
        expected = "a list, such as [a, b]" if kind == tuple[str, ...] else "a mapping, such as {a: b}"
        issues.append(Issue(node.line, f"{key} has the wrong type", f"use {expected}"))
    return None


def _text(node: YamlNode, issues: list[Issue], key: str) -> str:
    """Return the text of a scalar in Unicode's composed form (NFC)."""
    from unicodedata import normalize

    if not isinstance(node.value, str):
        issues.append(Issue(node.line, f"{key} is not a single text", f"write {key}: text"))
        return ""
    if len(node.value) > LONGEST_TEXT:
        issues.append(Issue(node.line, f"{key} has {len(node.value):,} characters", f"the maximum is {LONGEST_TEXT:,}"))
        return ""
    if "\0" in node.value:
        issues.append(Issue(node.line, f"{key} contains a NUL character", "remove it"))
    return normalize("NFC", node.value)


def _plain(draft: Any) -> dict[str, Plain]:
    """Return the fields of a draft that differ from their defaults."""
    pairs: dict[str, Plain] = {}
    for name, value in draft._asdict().items():
        if name == "line" or value == draft._field_defaults.get(name):
            continue
        if isinstance(value, bool):
            pairs[name] = "yes" if value else "no"
        elif isinstance(value, tuple):
            pairs[name] = [item if isinstance(item, str) else _plain(item) for item in value]
        else:
            pairs[name] = value
    return pairs
