"""An article about a known product and a new one, and its drafts."""

from __future__ import annotations

from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

from specdb.analysis.build_view import build_view
from specdb.database.connection import connect
from specdb.database.repository import Repository
from specdb.ingest.documents.extraction import extract
from specdb.ingest.yaml_writer import drafts_to_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from specdb.database.location import Location
    from specdb.ingest.documents.tagged_figure import FigureDraft

ARTICLE = """Arden 5 goes on sale

2 March 2026. The Arden 5 weighs about 310 g and costs $249.
The DingTalk A1 Pro costs $279. The DingTalk A1 Pro has a 2,990mAh battery, and the DingTalk A1 Pro records for up to 190 hours.
"""
SHA256 = sha256(ARTICLE.encode()).hexdigest()


def extracted_figures(place: Location, text: str = ARTICLE) -> list[FigureDraft]:
    """Return the figures of a text."""
    with closing(connect(place)) as connection:
        return extract(text, build_view(Repository(connection)))


def write_drafts(place: Location, folder: Path, text: str = ARTICLE) -> Path:
    """Write the article and its drafts, and return the file of the drafts."""
    article, drafts = folder / "field-test.txt", folder / "drafts.yaml"
    article.write_text(text)
    with closing(connect(place)) as connection:
        view = build_view(Repository(connection))
        digest = sha256(text.encode()).hexdigest()
        drafts.write_text(drafts_to_yaml(view, [(str(article), text, digest, extract(text, view))]))
    return drafts
