"""Hostile text in every field is kept exactly for programs, harmless for people, and never interpreted."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hostile_texts import REFUSED, TEXTS

from helpers.database_backends import digest_of
from specdb.bundles import bundle
from specdb.bundles.drafts import AttributeDraft, Bundle, CategoryDraft, ClaimDraft, ProductDraft, SourceDraft, SpecDraft
from specdb.domain import qualifiers
from specdb.editing.load import load
from specdb.errors import InvalidValueError, ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run
    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

TOLD = [["list", "products"], ["list", "sources"], ["show", "hostile-5"], ["compare", "hostile-5", "hostile-20"]]

FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What must not reach a terminal: controls, and characters that hide or turn text."""


def qualified(text: str) -> dict[str, str]:
    """The text as a qualifier, if it may be one."""
    try:
        qualifiers.to_text({"q": text})
    except InvalidValueError:
        return {}
    return {"q": text}


def hostile_bundle() -> Bundle:
    """A product, source, attribute and category for each text, with it in every field that takes text."""
    categories, attributes, sources, products, claims = [], [], [], [], []
    for place, text in enumerate(TEXTS):
        name = f"hostile-{place}"
        categories.append(CategoryDraft(name, text, description=text))
        attributes.append(AttributeDraft(name, text, "text", group=text, description=text))
        sources.append(SourceDraft(name, text, publisher=text, kind=text, date="2026-01-01"))
        spec = SpecDraft(name, qualified(text), value=text, printed=text, source=name, at=text)
        products.append(ProductDraft(name, text, name, (f"alias {text}",), text, (spec,)))
        claims.append(ClaimDraft(name, why=text, printed=text, source=name, at=text))
    return Bundle(
        tuple(categories),
        tuple(attributes),
        sources=tuple(sources),
        products=tuple(products),
        claims=tuple(claims),
    )


@pytest.fixture
def hostile(database: Location, tmp_path: Path) -> Location:
    """The packaged specs and the hostile ones."""
    file = tmp_path / "hostile.yaml"
    file.write_text(bundle.format_bundle(hostile_bundle()), encoding="utf-8")
    products, specs, _ = load(database, file)
    assert (products, specs) == (len(TEXTS), len(TEXTS))
    return database


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def test_programs_get_every_text_exactly(hostile: Location, run: Run) -> None:
    names = [f"hostile-{place}" for place in range(len(TEXTS))]
    said = json.loads(run("export", *names, "--layout", "long", "-f", "json", env={"SPECDB_URL": str(hostile)}).stdout)
    assert [one["value"] for one in said] == [composed(text) for text in TEXTS]
    assert [one["product_name"] for one in said] == [composed(text) for text in TEXTS]
    assert [one["qualifiers"] for one in said] == [qualified(composed(text)) for text in TEXTS]


def test_csv_reads_back_but_for_a_quote_before_formulas(hostile: Location, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "it.csv"
    run("export", "--layout", "long", "-f", "csv", "-o", str(file), env={"SPECDB_URL": str(hostile)}, check=True)
    text = file.read_bytes().decode()
    rows = [row for row in csv.DictReader(io.StringIO(text, newline="")) if re.fullmatch("hostile-[0-9]+", row["product"])]
    assert len(rows) == len(TEXTS)
    for row, given in zip(rows, TEXTS, strict=True):
        assert row["value"].removeprefix("'") == composed(given).removeprefix("'")
        visible = row["value"].lstrip("\u200b\ufeff \t")
        assert not visible.startswith(("=", "+", "-", "@", "＝"))


@pytest.mark.parametrize("format", ["table", "tsv", "markdown"])
@pytest.mark.parametrize(
    "words", [["list", "products"], ["list", "sources"], ["show", "hostile-5"], ["compare", "hostile-5", "hostile-20"]]
)
def test_writes_no_control_characters_to_a_terminal(hostile: Location, run: Run, words: list[str], format: str) -> None:
    done = run(*words, "-f", format, env={"SPECDB_URL": str(hostile)}, check=True)
    assert FORBIDDEN.findall(done.stdout) == []
    assert FORBIDDEN.findall(done.stderr) == []


class Tags(HTMLParser):
    """Counts elements and looks for what would run."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes the element; an attribute that would run something is a fault."""
        self.seen.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            assert not (value or "").lower().startswith("javascript:"), (tag, value)


@pytest.mark.parametrize("words", [["list", "products"], ["export"], ["list", "sources"]])
def test_html_has_no_elements_of_others(hostile: Location, run: Run, words: list[str]) -> None:
    tags = Tags()
    tags.feed(run(*words, "-f", "html", env={"SPECDB_URL": str(hostile)}, check=True).stdout)
    assert "table" in tags.seen
    assert tags.seen.isdisjoint({"script", "img", "svg", "iframe", "object", "link"})


def test_a_spreadsheet_has_no_formulas(hostile: Location, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "it.xlsx"
    run("export", "--layout", "long", "-o", str(file), env={"SPECDB_URL": str(hostile)}, check=True)
    cells = [cell for sheet in openpyxl.load_workbook(file).worksheets for row in sheet.rows for cell in row]
    assert len(cells) > 1000
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


def test_saved_yaml_contains_every_text(hostile: Location, run: Run, tmp_path: Path) -> None:
    text = run("db", "save", env={"SPECDB_URL": str(hostile)}, check=True).stdout
    file, other = tmp_path / "all.yaml", tmp_path / "again.db"
    file.write_text(text, encoding="utf-8")
    drafts = bundle.parse_bundle(text, "it")
    assert [one.name for one in drafts.products][-len(TEXTS) :] == [composed(text) for text in TEXTS]
    assert not other.exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("place", range(len(TEXTS)))
def test_does_not_run_arguments(seeded: Location, run: Run, tmp_path: Path, place: int) -> None:
    text = TEXTS[place][:1000].replace("\x00", "")
    for words in (["show", text], ["query", "--where", f"maker ~ {text}"], ["query", "--min-weight", text], ["list", text]):
        done = run(*words)
        assert done.returncode in (0, 1, 2)
        assert "Traceback" not in done.stderr
        assert FORBIDDEN.findall(done.stdout + done.stderr) == []
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("text", REFUSED, ids=["nul", "empty", "blank", "long"])
def test_refused_with_the_line(database: Location, tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.yaml"
    before = digest_of(database)
    product = f"{{slug: x, category: x, name: {json.dumps(text)}}}"
    file.write_text(f"specdb: 1\ncategories: [{{key: x, name: x}}]\nproducts:\n- {product}\n")
    with pytest.raises(ValidationError) as caught:
        load(database, file)
    assert [fault.line for fault in caught.value.issues] == [4]
    assert digest_of(database) == before
