"""Import the native formats: what `specdb export --layout long` and `specdb db save` wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specdb.bundles import bundle as form
from specdb.bundles import values
from specdb.bundles.drafts import AttributeDraft, Bundle, ProductDraft, SourceDraft, SpecDraft
from specdb.database import import_history
from specdb.database.changeset_writer import SPEC_COLUMNS
from specdb.domain import qualifiers
from specdb.domain.formula_escaping import unescape_formula
from specdb.editing.load import read_text
from specdb.errors import SpecdbError, nearest
from specdb.ingest.tables import declarations
from specdb.ingest.tables.import_report import RefusedCell
from specdb.ingest.tables.import_writer import ImportedStatement, Question, comparable_columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from specdb.bundles.resolve import Resolver
    from specdb.errors import Issue
    from specdb.ingest.tables.import_writer import ImportWriter
    from specdb.ingest.tables.product_matching import ProductMatcher
    from specdb.ingest.tables.sheet import Sheet

FIELDS = (
    *("product", "product_name", "category", "attribute", "attribute_name", "qualifiers", "kind", "unit", "printed"),
    *("as_of", "source", "locator", "rank", "written"),
)
"""The fields of the long layout that are read; the others repeat `written`."""


class NativeImport(NamedTuple):
    """The context of an import of a native format; `create` allows new attributes."""

    resolver: Resolver
    writer: ImportWriter
    products: ProductMatcher
    create: bool


def is_long_table(sheet: Sheet) -> bool:
    """Return whether a table has the header of the long layout."""
    return {*FIELDS} - {"qualifiers"} <= {*sheet.header}


def import_bundle(path: Path, context: NativeImport) -> None:
    """Add everything in a bundle that the database lacks."""
    issues: list[Issue] = []
    drafts = form.parse_bundle(read_text(path), str(path), issues)
    declarations.add_declarations(
        drafts, context.resolver, context.writer, str(path), issues, create=True
    )  # the bundle declares them, as for db load
    for product in drafts.products:
        for spec in product.specs:
            _add_statement(context, path.name, spec.line, product.slug, spec)
        if context.writer.full():
            context.writer.flush()
    context.writer.flush()
    _add_claims(context, drafts, str(path))


def _add_claims(context: NativeImport, drafts: Bundle, path: str) -> None:
    """Add the claims that were never in the database, not even retracted."""
    if not drafts.claims:
        return
    rows = declarations.resolve_rows(Bundle(claims=drafts.claims), context.resolver, path, []).get("claim", [])
    stored = import_history.all_claims(context.writer.edit.connection)
    new = [row for row in rows if tuple(row[name] for name in import_history.CLAIM_COLUMNS) not in stored]
    context.writer.edit.add({"claim": new})
    declarations.count_created(context.writer, "claims", len(new))


def import_long_table(sheet: Sheet, path: Path, context: NativeImport, tick: Callable[[], None], *, guarded: bool) -> None:
    """Import the specs of a long export.

    Args:
        sheet: The table.
        path: File name for errors.
        context: The context of the import.
        tick: Called after each batch.
        guarded: Whether formulas in its texts are escaped with an apostrophe.
    """
    before = ""
    for row in sheet.rows(FIELDS):
        try:
            if row.problem:
                raise SpecdbError(row.problem)
            cells = [unescape_formula(cell) for cell in row.cells] if guarded else row.cells
            fields = dict(zip(FIELDS, cells, strict=True))
            if fields["product"] != before and context.writer.full():
                context.writer.flush()
                tick()
            before = fields["product"]
            _declare_missing(context, fields)
            state = next((state for state, kind in values.STATES.items() if kind == fields["kind"]), "")
            draft = SpecDraft(
                fields["attribute"],
                qualifiers.from_text(fields["qualifiers"]),
                None if state else fields["written"],
                state,
                fields["printed"],
                fields["source"],
                fields["locator"],
                fields["as_of"],
                fields["rank"],
                row.number,
            )
        except SpecdbError as error:
            _refuse(context, path.name, row.number, "", error)
        else:
            _add_statement(context, path.name, row.number, fields["product"], draft)
    context.writer.flush()


def _declare_missing(context: NativeImport, fields: dict[str, str]) -> None:
    """Create the product, source and attribute of a row if they are new."""
    known = context.writer.known
    names = {"product": fields["product"], "source": fields["source"], "attribute": fields["attribute"]}
    lacking = [table for table, name in names.items() if name not in known.ids[table]]
    if not lacking:
        return
    if "attribute" in lacking and not context.create:
        hint = nearest(fields["attribute"], known.ids["attribute"]) or "add --create-attributes"
        raise SpecdbError(f"unknown attribute {fields['attribute']!r}", hint)
    if "product" in lacking and fields["category"] not in known.ids["category"]:
        hint = nearest(fields["category"], known.ids["category"]) or "add it first, with specdb db load"
        raise SpecdbError(f"unknown category {fields['category']!r}", hint)
    new = Bundle(
        attributes=(_attribute_draft(fields),) if "attribute" in lacking else (),
        sources=(SourceDraft(fields["source"], fields["source"], date=fields["as_of"]),) if "source" in lacking else (),
        products=(ProductDraft(fields["product"], fields["product_name"], fields["category"]),) if "product" in lacking else (),
    )
    declarations.add_declarations(new, context.resolver, context.writer, "the row", [], create=context.create)


def _attribute_draft(fields: dict[str, str]) -> AttributeDraft:
    """Return an attribute of which only a spec is known."""
    kind = fields["kind"]
    if kind in ("unknown", "not_applicable", "choice", "reference"):
        problem = f"cannot create the attribute {fields['attribute']!r} from a value of the kind {kind}"
        raise SpecdbError(problem, "add it first, with specdb db load")
    unit = (fields["unit"] or "count") if kind == "quantity" else None
    return AttributeDraft(fields["attribute"], fields["attribute_name"] or fields["attribute"], kind, unit)


def _add_statement(context: NativeImport, file: str, number: int, product: str, draft: SpecDraft) -> None:
    """Add one spec as a statement; if it has issues, reject its row."""
    resolver = context.resolver
    target = resolver.targets.get(context.writer.known.names["attribute"].get(draft.attribute, 0))
    if target and target.expression:  # computed attributes are not stored
        return
    row = resolver.spec(draft)
    issues, resolver.issues = resolver.issues, []
    if issues:
        _refuse(context, file, number, draft.printed or draft.value or "", SpecdbError(issues[0].problem, issues[0].hint))
        return
    known = context.writer.known
    product_id = known.ids["product"][product]
    row |= {"id": known.next_id("spec"), "product_id": product_id, "category_id": context.products.category(product_id)}
    columns = tuple(row[name] for name in SPEC_COLUMNS)
    question = Question(product_id, row["attribute_id"], row["qualifiers"], row["source_id"], row["locator"])
    context.writer.statements.append(
        ImportedStatement(question, comparable_columns(columns), columns, draft.attribute, True, _ignore)
    )


def _ignore(reason: str) -> None:
    """Accept repeated statements: the native format may state a figure several times."""


def _refuse(context: NativeImport, file: str, number: int, text: str, error: SpecdbError) -> None:
    reason = f"{error.problem}: {error.hint}" if error.hint else error.problem
    context.writer.report.refuse("", RefusedCell(file, "", number, "", text[:200], reason))
