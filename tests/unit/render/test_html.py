from __future__ import annotations

from html.parser import HTMLParser
from io import StringIO

from helpers.tables import HOSTILE, comparison, hostile_table
from specdb.domain.table import Table
from specdb.render.html import embed, render
from specdb.render.sanitize import one_line

VOID = {"meta"}


class Page(HTMLParser):
    """The tags, attributes and cell texts of a page; fails on tags that do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.cells: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open and "sup" not in self.open:
            self.cells[-1] += data


def document(table: Table) -> str:
    out = StringIO()
    render(table, out)
    return out.getvalue()


def fragment(table: Table) -> str:
    out = StringIO()
    embed(table, out)
    return out.getvalue()


def test_document_wraps_the_fragment() -> None:
    text = document(comparison())
    assert text.startswith("<!doctype html>\n")
    assert fragment(comparison()) in text
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in text
    assert fragment(comparison()).startswith('<div class="specdb">')


def test_comparison() -> None:
    text = fragment(comparison())
    for line in (
        '<tr><th scope="rowgroup" colspan="4">Power</th></tr>',
        '<td class="no">no</td><td class="yes">yes</td>',
        '<td class="not-stated">—</td><td class="not-applicable">n/a</td>',
        '<td class="unknown">unknown</td><td>black</td>',
        '<td class="figure best">≤ 180 h ☆</td><td class="difference figure">+135 h, 4x</td>',
        "<caption>Recorder and Recorder Pro</caption>",
        "<p>★ best  ☆ probably best</p>",
    ):
        assert line in text


def test_references_meet_their_footnotes() -> None:
    page = Page(document(comparison()))
    ids = {value for _, name, value in page.attributes if name == "id"}
    links = {value for _, name, value in page.attributes if name == "href"}
    assert links == {f"#{identity}" for identity in ids}
    assert len(ids) == 1


def test_no_rows() -> None:
    page = Page(document(Table(comparison().columns, [])))
    assert page.tags.count("tbody") == 0


def test_hostile_text_is_text() -> None:
    page = Page(document(hostile_table()))
    assert not {"script", "img", "h1", "link"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert all(value.startswith("#specdb-") for _, name, value in page.attributes if name in ("href", "src"))
    shown = page.cells[-2 * len(HOSTILE) + 1 :: 2]
    assert shown == [one_line(text) for text in HOSTILE]
