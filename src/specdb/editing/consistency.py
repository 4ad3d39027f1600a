"""Check what an edit must not break: names that expressions use, and expressions that can be evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis import claims
from specdb.analysis.build_view import build_view
from specdb.analysis.operands import SpecOperands, recompute
from specdb.bundles import formulas
from specdb.bundles.drafts import Bundle
from specdb.bundles.save import DraftReader
from specdb.database import metadata, name_lookup
from specdb.database.propagation import conflict
from specdb.database.repository import Repository
from specdb.domain.expression import Operand, operands
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specdb.database.view import View
    from specdb.editing.change_summary import ChangeLine


def check_consistency(repository: Repository, lines: Sequence[ChangeLine]) -> list[str]:
    """Return remarks on claims that can no longer be checked after an edit that made these changes.

    Raises:
        ConflictError: Expressions use a name that the edit removed, or a rule or computed attribute cannot be evaluated.
    """
    view = build_view(Repository(repository.connection))
    _check_names(view, {line.before for line in lines if line.field == "alias" and line.before})
    if any(line.kind == "attribute" for line in lines):
        _check_expressions(view)
    retracted = {(line.name, line.field.partition(" (")[0]) for line in lines if line.kind == "spec" and not line.after}
    return list(_uncheckable_claims(view, retracted))


def _check_names(repository: Repository, removed: set[str]) -> None:
    """Raise ConflictError if an expression uses one of the removed names and nothing else has that name now."""
    missing = removed - {*repository.names("product"), *repository.names("attribute")} if removed else removed
    lines = [
        f"{label}: {text}"
        for label, *texts in (name_lookup.expressions(repository.connection) if missing else ())
        for text in texts
        if any(not missing.isdisjoint((operand.product, operand.key)) for operand in operands(parse_expression(text)))
    ]
    if lines:
        names = ", ".join(sorted(missing))
        raise conflict(
            f"{names} is used in expressions; nothing was changed", lines, "keep the name, or edit the expressions first"
        )


def _check_expressions(view: View) -> None:
    """Raise ConflictError if a rule or a computed attribute cannot be evaluated."""
    reader = DraftReader(view.connection)
    bundle = Bundle(attributes=tuple(reader.attributes()), rules=tuple(reader.rules()))
    issues = list(formulas.circular_definitions(bundle)) or list(formulas.evaluation_issues(bundle, view))
    if issues:
        lines = [str(issue) for issue in issues]
        hint = "edit the expressions first, or change both at once in a file with specdb apply"
        raise conflict("some expressions could not be evaluated any more; nothing was changed", lines, hint)


def _uncheckable_claims(view: View, retracted: set[tuple[str, str]]) -> Iterator[str]:
    """Remark on claims that use retracted figures, given by product slug and attribute key, and cannot be checked."""
    spec_operands = SpecOperands(view)
    for claim in metadata.claims(view, [product.id for product in view.products()]) if retracted else ():
        texts = (claim.expression, claim.value) if claim.expression else ()
        used = [operand for text in texts for operand in operands(parse_expression(text))]
        if any(operand.product and _resolve_names(view, operand) in retracted for operand in used):
            checked = recompute(claim, spec_operands)
            if checked.verdict == claims.UNCHECKED:
                yield formulas.uncheckable_remark(claim.printed, claim.product, checked.reason)


def _resolve_names(view: View, operand: Operand) -> tuple[str, str]:
    """Return the slug and key of an operand, whose names may be aliases."""
    return view.product(operand.product).slug, view.attribute(operand.key).key
