"""What an edit must leave whole: names that expressions use, and expressions that can be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specdb.analysis import claims
from specdb.analysis.build_view import build_view
from specdb.analysis.operands import SpecOperands, recompute
from specdb.bundles import formulas
from specdb.bundles.drafts import Bundle
from specdb.bundles.save import DraftReader
from specdb.database import metadata
from specdb.database.propagation import blocking_specs
from specdb.database.repository import Repository
from specdb.domain import expression
from specdb.figures.expression_parser import parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specdb.database.view import View
    from specdb.editing.change_summary import ChangeLine

_EXPRESSIONS = """
SELECT 'claim about ' || p.slug, k.expression, k.value FROM claim k JOIN product p ON p.id = k.product_id
WHERE k.retracted_id IS NULL AND k.expression <> '' UNION ALL SELECT 'rule ' || key, expression, '0' FROM rule
UNION ALL SELECT 'attribute ' || key, expression, '0' FROM attribute WHERE expression <> '' AND removed_id IS NULL
"""


def check_consistency(repository: Repository, lines: Sequence[ChangeLine]) -> list[str]:
    """Remarks on claims that an edit, which did these things, has left without a figure.

    InTheWay where it takes a name away that expressions use, or leaves a rule or a computed attribute without sense.
    """
    view = build_view(Repository(repository.connection))
    _names(view, {line.before for line in lines if line.field == "alias" and line.before})
    if any(line.kind == "attribute" for line in lines):
        _sense(view)
    gone = {(line.name, line.field.partition(" (")[0]) for line in lines if line.kind == "spec" and not line.after}
    return list(_left_open(view, gone))


def _names(repository: Repository, gone: set[str]) -> None:
    """That no expression uses one of these names, unless something else has it now."""
    missing = gone - {*repository.names("product"), *repository.names("attribute")} if gone else gone
    lines = [
        f"{what}: {text}"
        for what, *texts in (repository.rows(_EXPRESSIONS) if missing else ())
        for text in texts
        if any(not missing.isdisjoint((one.product, one.key)) for one in expression.operands(parse_expression(text)))
    ]
    if lines:
        names = ", ".join(sorted(missing))
        raise blocking_specs(
            f"{names} is used in expressions; nothing was changed", lines, "leave the name, or edit them first"
        )


def _sense(view: View) -> None:
    """That each rule and computed attribute can be computed as it is written."""
    saver = DraftReader(view.connection)
    drafts = Bundle(attributes=tuple(saver.attributes()), rules=tuple(saver.rules()))
    issues = list(formulas.circular_definitions(drafts)) or list(formulas.evaluation_issues(drafts, view))
    if issues:
        lines = [str(issue) for issue in issues]
        raise blocking_specs(
            "expressions would make no sense; nothing was changed", lines, "edit them first, or at once in a file"
        )


def _left_open(view: View, gone: set[tuple[str, str]]) -> Iterator[str]:
    """Remarks on claims that cannot be computed, now that figures of these products and attributes (slug, key) have gone."""
    operands = SpecOperands(view)
    for claim in metadata.claims(view, [product.id for product in view.products()]) if gone else ():
        texts = (claim.expression, claim.value) if claim.expression else ()
        used = [one for text in texts for one in expression.operands(parse_expression(text))]
        if any(one.product and _meant(view, one) in gone for one in used):
            checked = recompute(claim, operands)
            if checked.verdict == claims.UNCHECKED:
                yield formulas.uncheckable_remark(claim.printed, claim.product, checked.reason)


def _meant(view: View, operand: expression.Operand) -> tuple[str, str]:
    """The slug and the key that an operand means by its names, which may be aliases."""
    return view.product(operand.product).slug, view.attribute(operand.key).key
