"""specdb extract."""

from typing import TYPE_CHECKING, Annotated

import typer

from specdb.cli import complete
from specdb.cli.options import Db, Output, emit, open_catalog

if TYPE_CHECKING:
    from specdb.ingest.article.draft import Extracted
    from specdb.store.catalog import Catalog

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_OWN = ("json", "yaml")


@app.command()
def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Text, Markdown or HTML; - is standard input.")],
    product: Annotated[
        str,
        typer.Option(
            "--product", metavar="PRODUCT", help="The known product that all is about.", autocompletion=complete.products
        ),
    ] = "",
    db: Db = "",
    format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="table, json, yaml, csv or another of export's.",
            autocompletion=lambda: ["table", "json", "yaml", "csv"],
        ),
    ] = "",
    output: Output = "",
) -> None:
    """Find the figures in articles: drafts of specs, each with its product, attribute, place and confidence."""
    from specdb.ingest.article import extract as extracted
    from specdb.ingest.article.text import read

    format = format or {"json": "json", "yaml": "yaml", "yml": "yaml"}.get(output.rpartition(".")[2].lower(), "")
    with open_catalog(db) as catalog:
        slug = catalog.product(product).slug if product else ""
        texts = {file: read(file) for file in files}
        found = [(file, extracted(text, catalog, slug)) for file, (text, _) in texts.items()]
        if format in _OWN:
            from specdb.render.output import write_text

            made = _json(found) if format == "json" else _yaml(catalog, texts, found)
            write_text(made, output or None)
            return
        from specdb.ingest.article.table import table

        emit(table(found), format, output)


def _json(found: "list[tuple[str, list[Extracted]]]") -> str:
    """A list with one object a figure, one a line; each has its file where there are several."""
    import json

    from specdb.render.clean import escaped

    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    rows = [
        escaped(encode({**({"file": file} if len(found) > 1 else {}), **draft.record()}))
        for file, drafts in found
        for draft in drafts
    ]
    return "[\n  " + ",\n  ".join(rows) + "\n]\n" if rows else "[]\n"


def _yaml(catalog: "Catalog", texts: dict[str, tuple[str, str]], found: "list[tuple[str, list[Extracted]]]") -> str:
    """One document in our form."""
    from specdb.ingest.article.bundled import yaml

    return yaml(catalog, ((file, *texts[file], drafts) for file, drafts in found))
