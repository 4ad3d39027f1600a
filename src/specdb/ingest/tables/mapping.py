"""Mappings, read from YAML: which column of a third-party table is which attribute, name, category or source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from specdb.bundles import bundle, yaml_tree
from specdb.bundles.drafts import AttributeDraft, CategoryDraft, SourceDraft
from specdb.bundles.yaml_tree import YamlNode
from specdb.errors import Issue, ValidationError
from specdb.ingest.tables import headers
from specdb.ingest.tables.sheet import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERSION = "1"
"""The version of the mapping format, under the key mapping in the first line."""

MISSING = ("-", "–", "—", "?", "N/A", "NA", "None", "null", "NaN", "no data")
"""The default texts of cells without a figure; empty cells never have one."""

UNKNOWN = ("TBA", "TBC", "TBD", "to be announced", "to be confirmed", "unknown")

LAYOUTS = ("rows", "columns", "labels")
"""A product per row; a product per column; a figure per row, with the attribute's name in a column."""

_MAX_TEMPLATE_LENGTH = 1000
_PLACE = re.compile(r"\{([^{}]*)\}")


class ColumnDraft(NamedTuple):
    """One use of a column: an attribute, or several for a cell with several figures (`parts`).

    Qualifiers and as_of are templates.
    """

    attribute: str = ""
    parts: tuple[str, ...] = ()
    unit: str = ""
    qualifiers: dict[str, str] = {}  # noqa: RUF012  a NamedTuple's default, never written to
    missing: tuple[str, ...] = ()
    values: dict[str, str] = {}  # noqa: RUF012
    separator: str = ""
    take: tuple[str, ...] = ()
    locale: str = ""
    dates: str = ""
    as_of: str = ""
    line: int = 0


class MappingSettings(NamedTuple):
    """The keys of a mapping other than source, columns and declarations.

    name, slug, aliases, category, edition, qualifiers and as_of are templates.
    """

    category: str = ""
    categories: dict[str, str] = {}  # noqa: RUF012
    name: str = ""
    slug: str = ""
    aliases: tuple[str, ...] = ()
    edition: str = ""
    qualifiers: dict[str, str] = {}  # noqa: RUF012
    as_of: str = ""
    locale: str = ""
    dates: str = ""
    fill: tuple[str, ...] = ()
    missing: tuple[str, ...] = MISSING
    unknown: tuple[str, ...] = UNKNOWN
    not_applicable: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    skip_rows: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    layout: str = "rows"
    label: str = ""
    value: str = ""
    unit: str = ""
    table: str = ""
    header: str = ""
    units: str = ""
    delimiter: str = ""
    encoding: str = ""
    records: str = ""
    line: int = 0


class Mapping(NamedTuple):
    """A mapping for one table.

    Attributes:
        settings: Keys for the whole table.
        source: Templates of the source.
        columns: The uses of each column by its header.
        attributes: New attributes.
        new_categories: New categories.
    """

    settings: MappingSettings
    source: SourceDraft
    columns: dict[str, tuple[ColumnDraft, ...]]
    attributes: tuple[AttributeDraft, ...] = ()
    new_categories: tuple[CategoryDraft, ...] = ()

    def shape(self) -> Shape:
        """Return how to read the table."""
        settings = self.settings
        header = tuple(int(number) for number in re.split(r"[\s,]+", settings.header) if number)
        columns = settings.layout == "columns"
        return Shape(header, int(settings.units or 0), columns, settings.delimiter, settings.encoding, settings.records)


class Template:
    """A text with columns in braces: "{Maker} {Model}"; {row} is the row's number."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.columns = [headers.clean_header(name) for name in _PLACE.findall(text) if name != "row"]

    def compile(self, place: dict[str, int]) -> Callable[[Sequence[str], int], str]:
        """Return a function from a row's cells and number to the text, with single spaces.

        Args:
            place: Index of each column in the cells.
        """
        parts = _PLACE.split(self.text)
        if len(parts) == 1:
            return lambda cells, number: self.text  # noqa: ARG005
        if len(parts) == 3 and not parts[0] and not parts[2] and parts[1] != "row":
            only = place[headers.clean_header(parts[1])]
            return lambda cells, number: " ".join(cells[only].split())  # noqa: ARG005
        where = [None if name == "row" else place[headers.clean_header(name)] for name in parts[1::2]]

        def filled(cells: Sequence[str], number: int) -> str:
            texts = [str(number) if at is None else cells[at] for at in where]
            joined = "".join(f"{between}{text}" for between, text in zip(parts[::2], [*texts, ""], strict=True))
            return " ".join(joined.split())

        return filled


def parse_mapping(text: str, path: str) -> list[Mapping]:
    """Parse the YAML of a mapping file.

    Args:
        text: The YAML.
        path: File name for errors.

    Returns:
        One mapping per table.

    Raises:
        ValidationError: With all issues of the file.
    """
    root, issues = yaml_tree.parse_yaml(text, path)
    if not isinstance(root.value, dict):
        raise ValidationError(path, [Issue(root.line, "the file has no keys", "write key: value")])
    top = dict(root.value)
    version = top.pop("mapping", None)
    if version is None or version.value != VERSION:
        line, problem = (1, "missing key mapping") if version is None else (version.line, f"unknown version {version.value!r}")
        issues.append(Issue(line, problem, f"write mapping: {VERSION} in the first line"))
    tables = top.pop("tables", None)
    mappings = []
    if tables is None:
        mappings.append(_mapping(YamlNode(top, root.line), issues))
    elif not isinstance(tables.value, list) or not all(isinstance(item.value, dict) for item in tables.value):
        issues.append(Issue(tables.line, "tables is not a list of mappings", "start each table with a hyphen"))
    else:
        for item in tables.value:
            merged = {**top, **item.value} if isinstance(item.value, dict) else top
            mappings.append(_mapping(YamlNode(merged, item.line), issues))
    if issues:
        raise ValidationError(path, list({(issue.line, issue.problem): issue for issue in issues}.values()))
    return mappings


def _mapping(root: YamlNode, issues: list[Issue]) -> Mapping:
    """Parse the mapping of one table."""
    parts = dict(root.value) if isinstance(root.value, dict) else {}
    columns = parts.pop("columns", None)
    source = parts.pop("source", None)
    drafts: dict[str, tuple[Any, ...]] = {}
    for key, draft_class in (("attributes", AttributeDraft), ("new_categories", CategoryDraft)):
        node = parts.pop(key, None)
        drafts[key] = tuple(bundle.parse_drafts(node, draft_class, issues, key)) if node else ()
    skipped = _skip_rows(parts.pop("skip_rows", None), issues)
    settings = bundle.parse_draft(YamlNode(parts, root.line), MappingSettings, issues, "the mapping") or MappingSettings()
    mapping = Mapping(
        settings._replace(skip_rows=skipped),
        _source(source, issues, root.line),
        _columns(columns, issues) if columns else {},
        drafts["attributes"],
        drafts["new_categories"],
    )
    issues += _validate(mapping)
    return mapping


def _source(node: YamlNode | None, issues: list[Issue], line: int) -> SourceDraft:
    if node is None:
        issues.append(Issue(line, "missing source", "name the source, as in source: {slug: x, title: X, date: 2026-01-31}"))
        return SourceDraft("", "")
    return bundle.parse_draft(node, SourceDraft, issues, "source") or SourceDraft("", "")


def _skip_rows(node: YamlNode | None, issues: list[Issue]) -> dict[str, tuple[str, ...]]:
    """Parse skip_rows: the texts by column, a text or a list, in rows to skip."""
    if node is None:
        return {}
    if not isinstance(node.value, dict):
        issues.append(
            Issue(node.line, "skip_rows is not a mapping", "write a column and its texts, as in {Status: [sold, lost]}")
        )
        return {}
    return {header: tuple(str(text.value) for text in _as_list(item)) for header, item in node.value.items()}


def _as_list(node: YamlNode) -> list[YamlNode]:
    """Return the items of a list, or the node itself as the only item."""
    return node.value if isinstance(node.value, list) else [node]


def _columns(node: YamlNode, issues: list[Issue]) -> dict[str, tuple[ColumnDraft, ...]]:
    """Parse the columns by header: a text is an attribute's key, a list is several uses of the column."""
    if not isinstance(node.value, dict):
        issues.append(Issue(node.line, "columns is not a mapping", "write Header: {attribute: key}"))
        return {}
    columns: dict[str, tuple[ColumnDraft, ...]] = {}
    for header, item in node.value.items():
        drafts = []
        for use in _as_list(item):
            if isinstance(use.value, str):
                drafts.append(ColumnDraft(use.value, line=use.line))
            else:
                if isinstance(use.value, dict) and "take" in use.value:
                    take = use.value["take"]
                    use = YamlNode({**use.value, "take": YamlNode(_as_list(take), take.line)}, use.line)
                draft = bundle.parse_draft(use, ColumnDraft, issues, f"the column {header}")
                drafts += [draft] if draft else []
        for draft in drafts:
            if bool(draft.attribute) == bool(draft.parts):
                issues.append(
                    Issue(draft.line, f"the column {header} has no attribute", "add attribute: or parts:, or list it in skip:")
                )
        columns[headers.clean_header(header)] = tuple(drafts)
    return columns


def _validate(mapping: Mapping) -> list[Issue]:
    """List values that are invalid, or keys that are missing."""
    settings = mapping.settings
    issues = []
    wanted = [("name", settings.name), ("category", settings.category)]
    if settings.layout == "labels":
        wanted += [("label", settings.label), ("value", settings.value)]
    for key, value in wanted:
        if not value:
            issues.append(Issue(settings.line, f"missing {key}", f"add {key}: to the mapping"))
    if settings.layout not in LAYOUTS:
        issues.append(Issue(settings.line, f"unknown layout {settings.layout!r}", f"use one of {', '.join(LAYOUTS)}"))
    for key, value in (("header", settings.header), ("units", settings.units)):
        if not re.fullmatch(r"(?:[1-9][0-9]{0,5}(?:[\s,]+|$))*", value):
            issues.append(Issue(settings.line, f"{key}: {value!r} is not a row number", "write 1 for the first row"))
    for text in (
        settings.name,
        settings.slug,
        settings.category,
        settings.edition,
        settings.as_of,
        *settings.aliases,
        *mapping.source[:8],
    ):
        if isinstance(text, str) and len(text) > _MAX_TEMPLATE_LENGTH:
            issues.append(
                Issue(
                    settings.line,
                    f"template of {len(text):,} characters",
                    f"a template has at most {_MAX_TEMPLATE_LENGTH:,} characters",
                )
            )
    return issues
