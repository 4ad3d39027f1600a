"""Loaded files are saved again: the packaged specs byte for byte, other files in canonical form."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.editing import saved_yaml
from helpers.examples import scaled
from specdb import resources
from specdb.analysis.build_view import build_view
from specdb.bundles import bundle, drafts
from specdb.database import create
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.editing.load import load
from specdb.ingest.tables.import_files import ImportOptions, import_files
from specdb.render import write
from specdb.reports.export import export

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

SCHEMA = """specdb: 1
categories:
- {key: goods, name: goods}
attributes:
- {key: weight, name: weight, kind: quantity, unit: g}
- {key: drift, name: drift, kind: quantity, unit: mm, signed: yes}
- {key: price, name: price, kind: quantity, unit: CNY}
- {key: lit, name: lit, kind: flag}
- {key: tint, name: tint, kind: choice, choices: [red, 'no', '1']}
- {key: note, name: note, kind: text, many: yes}
- {key: launch, name: launch, kind: date}
- {key: maker, name: maker, kind: reference, inverse: makes}
sources:
- {slug: sheet, title: data sheet, date: 2026-01-01}
"""


def nothing(connection: object) -> None:
    """Fills a database with nothing."""


def test_the_packaged_specs_are_saved_byte_for_byte(seeded: Location) -> None:
    assert saved_yaml(seeded) == resources.SEED.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bare(backend: DatabaseBackend) -> Location:
    """A database with nothing."""
    place = backend.new()
    assert create.create(place, nothing)
    return place


@pytest.fixture(scope="module")
def goods(backend: DatabaseBackend, bare: Location, tmp_path_factory: pytest.TempPathFactory) -> Location:
    """A database with attributes of each kind, and no products."""
    place, file = backend.copied(bare), tmp_path_factory.mktemp("goods") / "schema.yaml"
    file.write_text(SCHEMA, encoding="utf-8")
    load(place, file)
    return place


TEXTS = st.one_of(
    st.sampled_from(
        ["yes", "no", "null", "~", "1", "1.0", "2026-01-01", "a: b", "# c", "- d", "'", '"', "=1+1", "{x}", "[y]", "é", "≤"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20),
)
KEYS = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
NUMBERS = st.decimals("0.001", 10**9, allow_nan=False, places=3).map(lambda number: f"{number:f}")
AMOUNTS = st.decimals("0.01", 10**9, allow_nan=False, places=2).map(lambda number: f"{number:f}")  # 1.000 USD is ambiguous
SIGNS = st.sampled_from(["", "≈ ", "≤ ", "< ", "≥ ", "> "])
QUALIFIERS = st.dictionaries(KEYS, st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 _.%+-]{0,8}[A-Za-z0-9]", fullmatch=True), max_size=2)
VALUES = st.one_of(
    st.builds(lambda sign, number: ("weight", f"{sign}{number} g"), SIGNS, NUMBERS),
    st.builds(lambda number: ("drift", f"-{number} mm"), NUMBERS),
    st.builds(lambda number: ("price", f"{number} USD"), AMOUNTS),
    st.sampled_from([("lit", "yes"), ("lit", "no"), ("tint", "no"), ("tint", "1"), ("launch", "2026-Q4"), ("maker", "p0")]),
    st.builds(lambda text: ("note", text), TEXTS.filter(str.strip)),
)
SPECS = st.builds(
    lambda value, state, bound, printed, at, rank: drafts.SpecDraft(
        attribute=value[0],
        qualifiers=bound,
        value=None if state else value[1],
        state=state,
        printed=printed,
        source="sheet",
        at=at,
        rank=rank,
    ),
    VALUES,
    st.sampled_from(["", "", "", "unknown", "not-applicable"]),
    QUALIFIERS,
    TEXTS,
    TEXTS,
    st.sampled_from(["preferred", "normal", "deprecated"]),
)


def test_saves_any_file_in_canonical_form(
    dialect: str, backend: DatabaseBackend, bare: Location, goods: Location, tmp_path: Path
) -> None:
    file = tmp_path / "file.yaml"

    @settings(max_examples=scaled(0.6 if dialect == "sqlite" else 0.15))
    @given(names=st.lists(TEXTS.filter(str.strip), min_size=1, max_size=3), specs=st.lists(SPECS, max_size=6))
    def law(names: list[str], specs: list[Any]) -> None:
        products = tuple(
            drafts.ProductDraft(f"p{number}", name, "goods", description=name, specs=tuple(specs if number == 0 else ()))
            for number, name in enumerate(names)
        )
        first, second = backend.copied(goods), backend.copied(bare)
        file.write_text(bundle.format_bundle(drafts.Bundle(products=products)), encoding="utf-8", newline="")
        load(first, file)
        once = saved_yaml(first)
        file.write_text(once, encoding="utf-8", newline="")
        load(second, file)
        assert saved_yaml(second) == once
        backend.drop(first)
        backend.drop(second)

    law()


def exported(path: Location, format: str, file: Path) -> str:
    """The long export of a database, written to `file`; for yaml all of the database."""
    if format == "yaml":
        file.write_text(saved_yaml(path), encoding="utf-8", newline="")
    else:
        with closing(connect(path)) as connection:
            write(export(build_view(Repository(connection)), layout="long"), format, str(file))
    return file.read_text(encoding="utf-8")


def test_what_is_exported_is_imported(dialect: str, backend: DatabaseBackend, goods: Location, tmp_path: Path) -> None:
    def key(spec: Any) -> tuple[str, str, str]:
        return spec.attribute, str(spec.qualifiers), spec.at

    @settings(max_examples=scaled(0.25 if dialect == "sqlite" else 0.06))
    @given(
        name=TEXTS.filter(str.strip),
        specs=st.lists(SPECS, max_size=6, unique_by=key),
        format=st.sampled_from(["csv", "json", "jsonl", "yaml"]),
    )
    def law(name: str, specs: list[Any], format: str) -> None:
        first, second, file = backend.copied(goods), backend.copied(goods), tmp_path / f"file.{format}"
        product = drafts.ProductDraft("p0", name, "goods", specs=tuple(specs))
        written = tmp_path / "drafts.yaml"
        written.write_text(bundle.format_bundle(drafts.Bundle(products=(product,))), encoding="utf-8", newline="")
        load(first, written)
        once = exported(first, format, file)
        report, _ = import_files(second, [file], ImportOptions(), lambda _: True)
        assert report.first == []
        assert exported(second, format, tmp_path / f"again.{format}") == once
        for path in (first, second):  # nothing is new, neither to whom it came from nor to whom it was brought
            report, done = import_files(path, [file], ImportOptions(), lambda _: True)
            assert (done, report.total("unchanged")) == (False, len(specs))
            backend.drop(path)

    law()
