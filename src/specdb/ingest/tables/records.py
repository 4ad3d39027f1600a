"""Records: rows of nested objects, with a path into the object for each column.

`a.b` is b in a, `a[0].b` in the first item of the list a, `a[kind=x].b` in the item whose kind is x, `a[].b` in all items,
joined by "; ".
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from specdb.errors import Issue, ValidationError, nearest
from specdb.ingest.tables.sheet import MAX_COLUMNS, Sheet, SheetRow, cell_text, file_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

SAMPLE_SIZE = 2000
"""Number of records in the sample that gives the names of columns."""

MAX_DEPTH = 40
_DEPTH_OF_RECORDS = 4
_FEW_RECORDS = 10
"""An object with a name and fewer items than this is a product with parts, not a list of products."""

_MAX_KINDS = 12
_ITEM = re.compile(r"([^\[\]]+)\[[^\[\]]*\]\.(.+)")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]*)\]")


def sheet_from_records(path: Path, records: Iterator[Any]) -> Sheet:
    """Build a sheet from records; its header has the columns of a sample."""
    sample = list(islice(records, SAMPLE_SIZE))
    header = find_columns(path, sample)

    def read(wanted: Sequence[str]) -> Iterator[SheetRow]:
        steps = [_parse_path(name) for name in wanted]
        unseen = set(range(len(wanted)))
        for number, record in enumerate(chain(sample, records), 1):
            if not isinstance(record, dict):
                yield SheetRow(
                    number, [], f"the record {cell_text(record)[:40]!r} is not an object: write one object per product"
                )
                continue
            values = [
                _join_measure(record[name]) if name in record else _value_at(record, way)
                for name, way in zip(wanted, steps, strict=True)
            ]
            if unseen:
                unseen -= {place for place in unseen if values[place] is not None}
            yield SheetRow(number, [cell_text(value) for value in values])
        lacking = sorted(wanted[place] for place in unseen if wanted[place] not in header)
        if lacking and (within := _find_list(lacking, header)):
            raise file_error(
                path, f"no record has {lacking[0]!r}, but those in {within} do", f"add records: {within} to the mapping"
            )
        if lacking:
            issues = [Issue(0, f"no record has {name!r}", nearest(name, header)) for name in lacking]
            raise ValidationError(str(path), issues)

    return Sheet("", header, read)


def _find_list(names: Sequence[str], header: Sequence[str]) -> str:
    """Return the path of a list in the records whose items have all these columns; '' for none."""
    lists: dict[str, set[str]] = {}
    for name in header:
        if match := _ITEM.fullmatch(name):
            lists.setdefault(match[1], set()).add(match[2])
    return next((path for path, columns in lists.items() if columns.issuperset(names)), "")


def find_columns(path: Path, sample: Iterable[Any]) -> list[str]:
    """List the columns of records in the order of their first occurrence."""
    columns: dict[str, None] = {}
    kinds = _find_kind_keys(sample)
    for record in sample:
        _collect_columns(path, record, "", columns, kinds, 0)
    if len(columns) > MAX_COLUMNS:
        raise file_error(path, f"{len(columns):,} columns", f"a table has at most {MAX_COLUMNS:,} columns")
    return list(columns)


def _collect_columns(path: Path, value: Any, name: str, columns: dict[str, None], kinds: dict[str, str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise file_error(path, f"objects are nested more than {MAX_DEPTH} levels deep", "flatten the objects")
    if isinstance(value, dict) and not (name and _is_measure(value)):
        for key, inner in value.items():
            _collect_columns(path, inner, f"{name}.{key}" if name else str(key), columns, kinds, depth + 1)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        kind = kinds.get(name, "")
        for item in value:
            which = f"{kind}={item.get(kind)}" if kind and isinstance(item, dict) else ""
            _collect_columns(path, item, f"{name}[{which}]", columns, kinds, depth + 1)
    elif name:
        columns.setdefault(name)


def _find_kind_keys(sample: Iterable[Any]) -> dict[str, str]:
    """Return the key that distinguishes the items of each list of objects by few texts, by path of the list."""
    lists: dict[str, list[list[dict[str, Any]]]] = {}

    def collect(value: Any, name: str, depth: int) -> None:
        if isinstance(value, dict) and depth < MAX_DEPTH:
            for key, inner in value.items():
                collect(inner, f"{name}.{key}" if name else str(key), depth + 1)
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            lists.setdefault(name, []).append(value)

    for record in sample:
        collect(record, "", 0)
    return {name: key for name, groups in lists.items() if (key := _kind_key(groups))}


def _kind_key(groups: list[list[dict[str, Any]]]) -> str:
    """Return the first key whose texts differ within each list and are few overall; '' for none."""
    for key in groups[0][0]:
        texts: set[str] = set()
        for group in groups:
            labels = [item.get(key) for item in group]
            if not all(isinstance(label, str) and re.fullmatch(r"(?=.*[^\W\d_])[^\[\]=]{1,40}", label) for label in labels):
                break
            if len(set(labels)) < len(labels):
                break
            texts |= set(labels)  # type: ignore[arg-type]
        else:
            if len(texts) <= _MAX_KINDS:
                return str(key)
    return ""


def _parse_path(name: str) -> list[str | tuple[str, str]]:
    """Split a path into steps: a key, or the content of brackets as (key, value), ("", "0") or ("", "")."""
    steps: list[str | tuple[str, str]] = []
    for key, within in _STEP.findall(name):
        if key:
            steps.append(key)
        else:
            field, mark, value = within.partition("=")
            steps.append((field, value) if mark else ("", field))
    return steps


def _value_at(value: Any, steps: Sequence[str | tuple[str, str]]) -> Any:
    """Return the value at a path; None if there is none."""
    for place, step in enumerate(steps):
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        elif not isinstance(value, list):
            return None
        elif step == ("", ""):
            rest = steps[place + 1 :]
            return [inner for item in value if (inner := _value_at(item, rest)) is not None] or None
        elif step[0]:
            value = next((item for item in value if isinstance(item, dict) and cell_text(item.get(step[0])) == step[1]), None)
        else:
            index = int(step[1]) if step[1].isascii() and step[1].isdigit() and len(step[1]) < 6 else len(value)
            value = value[index] if index < len(value) else None
        if value is None:
            return None
    value = _join_measure(value)
    return None if isinstance(value, dict) else value


def _join_measure(value: Any) -> Any:
    """Return a value, or the text of an object that contains only a value and its unit."""
    if isinstance(value, dict) and _is_measure(value):
        return f"{cell_text(value['value'])} {cell_text(value.get('unit', value.get('units')))}".strip()
    return value


def _is_measure(value: dict[str, Any]) -> bool:
    return len(value) == 2 and value.keys() in ({"value", "unit"}, {"value", "units"}) and value["value"] is not None


def find_records(value: Any) -> str:
    """Return the path to the records in an object: "." if they are its own values, '' if it is a record itself."""
    candidates: list[tuple[int, str]] = []

    def look(inner: Any, path: str, depth: int) -> None:
        if isinstance(inner, dict) and depth < _DEPTH_OF_RECORDS:
            objects = [item for item in inner.values() if isinstance(item, dict)]
            if len(objects) == len(inner) > 1 and set.intersection(*map(set, objects)):
                candidates.append((len(inner), path or "."))
            for key, item in inner.items():
                if "." not in str(key):
                    look(item, f"{path}.{key}" if path else str(key), depth + 1)
        elif isinstance(inner, list) and len(inner) > 1 and all(isinstance(item, dict) for item in inner):
            candidates.append((len(inner), path))

    look(value, "", 0)
    count, path = max(candidates, key=lambda candidate: candidate[0], default=(0, ""))
    one_product = isinstance(value, dict) and not {"name", "model"}.isdisjoint(value) and count < _FEW_RECORDS
    return "" if one_product else path
