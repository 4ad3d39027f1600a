"""Parse and format YAML as a tree of texts with line numbers; no types are guessed, and aliases are not supported."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import yaml

from specdb.errors import Issue, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 12
"""Maximum depth of nesting."""

LONGEST = 64 * 1024 * 1024
"""Maximum number of characters of a file."""

_ALIAS = "an alias (*)"


class YamlNode(NamedTuple):
    """A scalar as text, a list of nodes or a mapping from keys to nodes, and its 1-based line."""

    value: str | list[YamlNode] | dict[str, YamlNode]
    line: int


def parse_yaml(text: str, path: str) -> tuple[YamlNode, list[Issue]]:
    """Parse a YAML document.

    Args:
        text: The text.
        path: The name of the file, for error messages.

    Returns:
        The tree, and issues that do not prevent reading it: duplicate keys, tags and anchors.

    Raises:
        ValidationError: The text is not YAML, has several documents, or uses aliases.
    """
    if len(text) > LONGEST:
        raise ValidationError(path, [Issue(0, f"the file has {len(text):,} characters", f"the maximum is {LONGEST:,}")])
    issues: list[Issue] = []
    try:
        events = yaml.parse(text, Loader=yaml.CSafeLoader)
        root = _node(_after_start(events), events, issues, 0)
        rest = [event for event in events if isinstance(event, yaml.DocumentStartEvent)]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ValidationError(
            path, [*issues, Issue(line, f"invalid YAML: {error.problem}", "correct this line or the previous one")]
        ) from error
    except yaml.YAMLError as error:
        place = getattr(error, "position", None)  # in bytes
        line = 0 if place is None else text.encode()[:place].count(b"\n") + 1
        raise ValidationError(
            path, [*issues, Issue(line, "invalid YAML: a forbidden character", "remove it, and save the file as UTF-8")]
        ) from error
    if rest:
        issues.append(Issue(_line(rest[0]), "a second document", "use one document per file"))
    if rest or any(issue.problem == _ALIAS for issue in issues):
        raise ValidationError(path, issues)
    return root, issues


def _after_start(events: Iterator[yaml.Event]) -> yaml.Event:
    """Return the first event of the document's content."""
    for event in events:
        if isinstance(event, yaml.StreamEndEvent):
            break
        if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            return event
    raise yaml.MarkedYAMLError(problem="the file is empty")


def _line(event: yaml.Event) -> int:
    """Return the 1-based line of an event of the parser."""
    return cast("yaml.Mark", event.start_mark).line + 1


def _node(event: yaml.Event, events: Iterator[yaml.Event], issues: list[Issue], depth: int) -> YamlNode:
    """Return the node that starts with `event`, with its parts from `events`."""
    line = _line(event)
    if depth > DEEPEST:
        raise yaml.MarkedYAMLError(problem=f"more than {DEEPEST} levels deep", problem_mark=cast("yaml.Mark", event.start_mark))
    if isinstance(event, yaml.AliasEvent):
        issues.append(Issue(line, _ALIAS, "write the value itself"))
    elif getattr(event, "anchor", None):
        issues.append(Issue(line, "an anchor (&)", "remove it"))
    elif tag := getattr(event, "tag", None):
        issues.append(Issue(line, f"a tag ({tag})", "remove it"))
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(part := next(events), yaml.SequenceEndEvent):
            items.append(_node(part, events, issues, depth + 1))
        return YamlNode(items, line)
    if isinstance(event, yaml.MappingStartEvent):
        return YamlNode(_mapping(events, issues, depth), line)
    return YamlNode(event.value if isinstance(event, yaml.ScalarEvent) else "", line)


def _mapping(events: Iterator[yaml.Event], issues: list[Issue], depth: int) -> dict[str, YamlNode]:
    """Return the pairs of a mapping."""
    pairs: dict[str, YamlNode] = {}
    while not isinstance(part := next(events), yaml.MappingEndEvent):
        key = _node(part, events, issues, depth + 1)
        value = _node(next(events), events, issues, depth + 1)
        if not isinstance(key.value, str):
            issues.append(Issue(key.line, "a key is not a plain text", "write it as key: value"))
        elif key.value in pairs:
            issues.append(Issue(key.line, f"duplicate key {key.value}", f"it is also in line {pairs[key.value].line}"))
        else:
            pairs[key.value] = value
    return pairs


Plain = str | list["Plain"] | dict[str, "Plain"]


def format_yaml(tree: dict[str, Plain], flow: frozenset[str]) -> str:
    """Return `tree` as YAML: block style, with the items of the lists named in `flow` on one line each."""
    events: list[yaml.Event] = [yaml.StreamStartEvent(), yaml.DocumentStartEvent(explicit=False)]
    _events(tree, events, "", flow, inline=False)
    events += [yaml.DocumentEndEvent(explicit=False), yaml.StreamEndEvent()]
    text: str = yaml.emit(events, Dumper=yaml.CSafeDumper, width=2**31 - 1, allow_unicode=True)
    return text


def _events(value: Plain, events: list[yaml.Event], name: str, flow: frozenset[str], *, inline: bool) -> None:
    """Append the events that write `value`, the value of the key `name`."""
    if isinstance(value, str):
        events.append(yaml.ScalarEvent(None, None, (True, True), value))
    elif isinstance(value, list):
        short = inline or all(isinstance(item, str) for item in value)
        events.append(yaml.SequenceStartEvent(None, None, True, flow_style=short))
        for item in value:
            _events(item, events, name, flow, inline=short or name in flow)
        events.append(yaml.SequenceEndEvent())
    else:
        events.append(yaml.MappingStartEvent(None, None, True, flow_style=inline))
        for key, item in value.items():
            _events(key, events, key, flow, inline=inline)
            _events(item, events, key, flow, inline=inline)
        events.append(yaml.MappingEndEvent())
