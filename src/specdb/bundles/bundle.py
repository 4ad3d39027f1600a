"""Our own YAML: text to drafts and drafts to text, both led by the fields of the draft classes."""

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
"""The version of the form; stands first in each file, under the key specdb."""

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
"""The fields by which the rest of a file may speak of an item."""

_BOOLEANS = {"yes": True, "no": False, "true": True, "false": False}

D = TypeVar("D")


def parse_bundle(text: str, path: str, spare: list[Issue] | None = None) -> Bundle:
    """The drafts in the YAML `text` of the file `path`; FileFaults for every key, shape and repetition that is wrong.

    With a list `spare` such issues go there, for the rest of the file to be looked through too: a field at issue has its
    default, or '' where it must be given; a spec, claim or rate with one is left out.
    """
    root, issues = yaml_tree.parse_yaml(text, path)
    drafts: dict[str, tuple[Any, ...]] = {}
    for name, node in known_pairs(root, issues, "the file", [*SECTIONS, "specdb"]):
        if name == "specdb":
            if node.value != VERSION:
                issues.append(Issue(node.line, f"the form {node.value!r}", f"this specdb reads the form {VERSION}"))
        else:
            drafts[name] = tuple(parse_drafts(node, SECTIONS[name], issues, name))
    if isinstance(root.value, dict) and "specdb" not in root.value:
        issues.append(Issue(root.line, "no key specdb", f"write specdb: {VERSION} in the first line"))
    if spare is not None:
        spare += issues
    elif issues:
        raise ValidationError(path, issues)
    return Bundle(**drafts)


def format_bundle(bundle: Bundle) -> str:
    """The one YAML text of these drafts: `write(read(text))` is `text` for every text that `write` made."""
    tree: dict[str, Plain] = {"specdb": VERSION}
    for name in SECTIONS:
        drafts = getattr(bundle, name)
        if drafts:
            tree[name] = [_plain(draft) for draft in drafts]
    return yaml_tree.format_yaml(tree, _INLINE)


def parse_drafts(node: YamlNode, made: Callable[..., D], issues: list[Issue], name: str) -> Iterator[D]:
    """Each item of a list as a draft of the class `made`."""
    if not isinstance(node.value, list):
        issues.append(Issue(node.line, f"{name} is not a list", "start each item with a hyphen"))
        return
    for item in node.value:
        draft = parse_draft(item, made, issues, name)
        if draft is not None:
            yield draft


def parse_draft(node: YamlNode, made: Callable[..., D], issues: list[Issue], name: str) -> D | None:
    """One draft, the issues of its fields said; None where there is nothing to go on with."""
    fields = _hints(made)
    known = [field for field in fields if field != "line"]
    required = [field for field in known if field not in made._field_defaults]  # type: ignore[attr-defined]
    values: dict[str, Any] = {}
    given = {
        key: (part, _heard(part, fields[key], key)) for key, part in known_pairs(node, issues, f"an item of {name}", known)
    }
    for key, (part, (value, said)) in given.items():
        if not said and key in required and not str(value).strip():
            said.append(Issue(part.line, f"an item of {name} with an empty {key}", f"write its {key}"))
        if not said or key == "specs":
            values[key] = value
        issues += said
    if not isinstance(node.value, dict):
        return None
    lacking = [
        Issue(node.line, f"an item of {name} without {key}", f"add {key}: to it") for key in required if key not in given
    ]
    issues += lacking
    if _NAMES.isdisjoint(known) and len(values) < len(given) + len(lacking):
        return None
    return made(**{**dict.fromkeys(required, ""), **values}, line=node.line)


def known_pairs(node: YamlNode, issues: list[Issue], what: str, known: list[str]) -> Iterator[tuple[str, YamlNode]]:
    """The pairs of a mapping whose keys are known; issues for the others."""
    if not isinstance(node.value, dict):
        issues.append(Issue(node.line, f"{what} is not a mapping", "write key: value"))
        return
    for key, value in node.value.items():
        if key in known:
            yield key, value
        else:
            hint = nearest(key, known) or f"the keys are {', '.join(known)}"
            issues.append(Issue(value.line, f"{what} has the unknown key {key}", hint))


@cache
def _hints(made: Any) -> dict[str, Any]:
    """The fields of a draft class with their types."""
    return get_type_hints(made)


def _heard(node: YamlNode, kind: Any, key: str) -> tuple[object, list[Issue]]:
    """The value of a field, and its own issues."""
    issues: list[Issue] = []
    return _field(node, kind, issues, key), issues


def _field(node: YamlNode, kind: Any, issues: list[Issue], key: str) -> object:
    """The value of a field of the type `kind`: a text, a list or mapping of texts, a yes or no, or more drafts."""
    if kind is bool:
        if node.value in _BOOLEANS:
            return _BOOLEANS[str(node.value)]
        issues.append(Issue(node.line, f"{key} is neither yes nor no", "write yes or no"))
    elif kind == tuple[SpecDraft, ...]:
        return tuple(parse_drafts(node, SpecDraft, issues, key))
    elif kind == tuple[str, ...] and isinstance(node.value, list):
        return tuple(_text(item, issues, key) for item in node.value)
    elif kind == dict[str, str] and isinstance(node.value, dict):
        return {name: _text(item, issues, key) for name, item in node.value.items()}
    elif kind in (str, str | None):
        return _text(node, issues, key)
    else:
        wanted = "a list, as in [a, b]" if kind == tuple[str, ...] else "a mapping, as in {a: b}"
        issues.append(Issue(node.line, f"{key} has the wrong shape", f"write {wanted}"))
    return None


def _text(node: YamlNode, issues: list[Issue], key: str) -> str:
    """A scalar's text, in Unicode's composed form."""
    from unicodedata import normalize

    if not isinstance(node.value, str):
        issues.append(Issue(node.line, f"{key} is no single text", f"write {key}: text"))
        return ""
    if len(node.value) > LONGEST_TEXT:
        issues.append(Issue(node.line, f"{key} has {len(node.value):,} characters", f"at most {LONGEST_TEXT:,}"))
        return ""
    if "\0" in node.value:
        issues.append(Issue(node.line, f"{key} holds a NUL character", "take it out"))
    return normalize("NFC", node.value)


def _plain(draft: Any) -> dict[str, Plain]:
    """A draft as a mapping of its fields that differ from their defaults."""
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
