"""Resolve drafts to rows of the database: names are looked up, values parsed, and all issues reported at once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from specdb.analysis.claims import RELATIONS
from specdb.bundles import exchange_rates, formulas, values
from specdb.domain import qualifiers, quantity
from specdb.domain.spec import KINDS
from specdb.errors import InvalidValueError, Issue, SpecdbError, ValidationError, nearest
from specdb.figures import dates, unit_registry
from specdb.figures.quantity_parser import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specdb.bundles.drafts import (
        AttributeDraft,
        Bundle,
        CategoryDraft,
        ClaimDraft,
        ProductDraft,
        RateDraft,
        RuleDraft,
        SourceDraft,
        SourceKindDraft,
        SpecDraft,
    )
    from specdb.database.changeset_writer import Rows
    from specdb.database.name_index import NameIndex

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_RANKS = ("preferred", "normal", "deprecated")
_ALIASED = ("category", "attribute", "product")


def resolve(bundle: Bundle, index: NameIndex, path: str, issues: Iterable[Issue] = ()) -> Rows:
    """Resolve a bundle to rows, by table.

    Args:
        bundle: The drafts.
        index: The names in the database.
        path: The name of the file, for error messages.
        issues: Issues that were found when the file was parsed, among them missing required fields.

    Raises:
        ValidationError: There are issues, all of which are listed.
    """
    resolver = Resolver(index)
    resolver.run(bundle)
    found = [*issues, *resolver.issues]
    if found:
        raise ValidationError(path, found)
    return resolver.rows


class Resolver:
    """Resolve drafts section by section.

    Attributes:
        rows: The resolved rows, by table.
        issues: The issues that were found.
    """

    def __init__(self, index: NameIndex) -> None:
        """Resolve names with `index`, to which the names of drafts are added."""
        self.index = index
        self.targets = {row.id: _stored_target(row, index) for row in index.attributes.values()}
        self.issues: list[Issue] = []
        self.rows: Rows = {}

    def run(self, bundle: Bundle) -> None:
        """Resolve a bundle: names first, so that a file may refer to what it defines later."""
        for table, drafts in (
            ("category", bundle.categories),
            ("attribute", bundle.attributes),
            ("rule", bundle.rules),
            ("source", bundle.sources),
            ("product", bundle.products),
        ):
            self._names(table, drafts)
        self.parents = self.index.parents | {draft.key: draft.parent for draft in bundle.categories}
        for attribute in bundle.attributes:
            self._attribute(attribute)
        for category in bundle.categories:
            self._category(category)
        self.rows.get("category", []).sort(key=lambda row: self._depth(row["key"]))  # a parent is inserted first
        self._source_kinds(bundle.source_kinds)
        for source in bundle.sources:
            self._source(source)
        for rate in bundle.rates:
            self._rate(rate)
        for product in bundle.products:
            self._product(product)
        for rule in bundle.rules:
            self._rule(rule)
        for claim in bundle.claims:
            self._claim(claim)
        self.issues += formulas.syntax_issues(bundle, self.index)

    def _names(self, table: str, drafts: Iterable[Any]) -> None:
        """Assign an id to each draft, and its names, which must be unused, to that id."""
        ids = self.index.ids[table]
        taken = self.index.names[table]
        for draft in drafts:
            name = draft.slug if table in ("source", "product") else draft.key
            if name and not NAME.fullmatch(name):
                self._issue(draft.line, f"{name!r} is not a valid {table} name", "use a-z, 0-9 and hyphens")
            if name not in ids:
                ids[name] = self.index.next_id(table, name)
            self._take(taken, name, draft.line, table, ids[name])
        if table in _ALIASED:
            for draft in drafts:
                name = draft.slug if table == "product" else draft.key
                owner = {**dict.fromkeys(f"{scope}_id" for scope in _ALIASED), f"{table}_id": ids[name]}
                for position, alias in enumerate(text.strip().casefold() for text in draft.aliases):
                    if not alias:
                        self._issue(draft.line, f"an empty alias of the {table} {name}", "remove it")
                    self._take(taken, alias, draft.line, table, ids[name])
                    self._add("alias", {"scope": table, "name": alias, "position": position, **owner})

    def _take(self, taken: dict[str, int], name: str, line: int, table: str, row_id: int) -> None:
        if name in taken and name:
            self._issue(line, f"the {table} name {name} is used twice", "give one of them another name")
        taken.setdefault(name, row_id)

    def _issue(self, line: int, problem: str, hint: str = "") -> None:
        self.issues.append(Issue(line, problem, hint))

    def _add(self, table: str, row: dict[str, Any]) -> None:
        self.rows.setdefault(table, []).append(row)

    def _find(self, table: str, name: str, line: int) -> int | None:
        """Return the id of the row with this key, slug or alias; add an issue if there is none."""
        names = self.index.names[table]
        row_id = names.get(name, names.get(name.strip().casefold()))
        if row_id is None:
            hint = nearest(name, self.index.ids[table]) or f"add it, or correct the name of the {table}"
            self._issue(line, f"there is no {table} {name!r}", hint)
        return row_id

    def _find_required(self, table: str, name: str, line: int) -> int | None:
        """Find a required name; if it is missing, that has been reported already."""
        return self._find(table, name, line) if name else None

    def _one_of(self, value: str, allowed: tuple[str, ...], what: str, line: int) -> None:
        if value not in allowed:
            self._issue(line, f"unknown {what} {value!r}", f"use one of {', '.join(filter(None, allowed))}")

    def _attribute(self, draft: AttributeDraft) -> None:
        if not draft.kind:
            return
        before = len(self.issues)
        self._one_of(draft.kind, KINDS, "kind of attribute", draft.line)
        self._one_of(draft.better, ("", "higher", "lower"), "direction", draft.line)
        for field, wanted in (("unit", "quantity"), ("choices", "choice"), ("inverse", "reference")):
            if bool(getattr(draft, field)) != (draft.kind == wanted):
                verb = "needs" if draft.kind == wanted else "cannot have"
                hint = f"{field} is for attributes of kind {wanted}"
                self._issue(draft.line, f"{draft.key} is a {draft.kind} and {verb} {field}", hint)
        for field, what in (("plausible", "a plausible range"), ("expression", "an expression")):
            if getattr(draft, field) and draft.kind != "quantity":
                self._issue(draft.line, f"{draft.key} is a {draft.kind} and cannot have {what}", f"remove {field}")
        if draft.expression and draft.many:
            self._issue(draft.line, f"{draft.key} is computed and cannot have many values", "remove many")
        if len(self.issues) > before:
            return
        row = {
            "id": self.index.ids["attribute"][draft.key],
            **{
                name: getattr(draft, name)
                for name in ("key", "name", "kind", "better", "group", "description", "many", "signed", "expression")
            },
            "choices": json.dumps(draft.choices, ensure_ascii=False),
            "plausible": draft.plausible,
            **self._measure(draft),
        }
        self._add("attribute", row)
        if draft.inverse:
            self._add("relation", {"attribute_id": row["id"], "inverse": draft.inverse})
        self.targets[row["id"]] = values.ValueTarget(
            draft.key,
            draft.kind,
            row["unit"],
            draft.signed,
            draft.choices,
            self.index.names,
            draft.expression,
            draft.many,
        )

    def _measure(self, draft: AttributeDraft) -> dict[str, Any]:
        """Return the columns unit, plausible_lo and plausible_hi of an attribute."""
        columns: dict[str, Any] = {"unit": None, "plausible_lo": None, "plausible_hi": None}
        if draft.kind != "quantity":
            return columns
        try:
            unit = unit_registry.resolve_unit(draft.unit or "")
            columns["unit"] = unit.name
            if unit.name not in self.index.units:
                self.index.units.add(unit.name)
                self._add("unit", unit_row(unit))
            if draft.plausible:
                figure = parse_quantity(draft.plausible)
                given = quantity.to_interval(figure, unit_registry.resolve_unit(figure.unit), unit, signed=draft.signed)
                columns |= {"plausible_lo": given.lo, "plausible_hi": given.hi}
        except SpecdbError as error:
            self._issue(draft.line, f"{draft.key}: {error.problem}", error.hint)
        return columns

    def _category(self, draft: CategoryDraft) -> None:
        ids = self.index.ids["category"]
        parent = self._find("category", draft.parent, draft.line) if draft.parent else None
        row = {"id": ids[draft.key], "key": draft.key, "name": draft.name, "parent_id": parent}
        self._add("category", {**row, "description": draft.description})
        if self._depth(draft.key) > len(self.parents):
            self._issue(draft.line, f"the category {draft.key} is its own ancestor", "give it another parent")
        members = [(key, True) for key in draft.required] + [(key, False) for key in draft.attributes]
        for position, (key, required) in enumerate(members):
            attribute = self._find("attribute", key, draft.line)
            row = {"category_id": ids[draft.key], "attribute_id": attribute, "required": required, "position": position}
            self._add("category_attribute", row)
        for key in {key for key, _ in members if [name for name, _ in members].count(key) > 1}:
            self._issue(draft.line, f"the category {draft.key} lists {key} twice", "list it once")

    def _depth(self, key: str) -> int:
        """Return the number of ancestors of a category; more than there are categories if they form a cycle."""
        depth = 0
        while (key := self.parents.get(key, "")) and depth <= len(self.parents):
            depth += 1
        return depth

    def _source_kinds(self, drafts: Iterable[SourceKindDraft]) -> None:
        precedences: dict[str, int] = {}
        for draft in drafts:
            if draft.kind in precedences:
                self._issue(draft.line, f"duplicate kind of sources {draft.kind}", "remove one of them")
            elif draft.kind and self._check_whole_number(draft.kind, draft.precedence, draft.line):
                precedences[draft.kind] = int(draft.precedence)
                self._add("source_kind", {"kind": draft.kind, "precedence": int(draft.precedence)})

    def _check_whole_number(self, name: str, precedence: str, line: int) -> bool:
        """Return whether a precedence is a whole number; add an issue if not."""
        if re.fullmatch(r"-?[0-9]{1,6}", precedence):
            return True
        self._issue(line, f"{name}: the precedence {precedence!r} is not a whole number", "use a whole number")
        return False

    def _source(self, draft: SourceDraft) -> None:
        date = ""
        try:
            date = self._day(draft.date)
        except SpecdbError as error:
            self._issue(draft.line, f"{draft.slug}: {error.problem}", error.hint)
        if draft.sha256 and not re.fullmatch(r"[0-9a-f]{64}", draft.sha256):
            self._issue(draft.line, f"{draft.slug}: {draft.sha256!r} is not a SHA-256", "use 64 hexadecimal digits")
        if draft.url and not draft.url.startswith(("https://", "http://")):
            self._issue(
                draft.line, f"{draft.slug}: {draft.url!r} is not a web address", "use an address that starts with https://"
            )
        if not self._check_whole_number(draft.slug, draft.precedence, draft.line):
            return
        row = {name: value for name, value in draft._asdict().items() if name != "line"} | {"date": date}
        self._add("source", {**row, "id": self.index.ids["source"][draft.slug], "precedence": int(draft.precedence)})
        self.index.dates[draft.slug] = date

    def _day(self, text: str) -> str:
        """Return the text of a day, month or year; these sort in time order."""
        span = dates.parse_date(text)
        if not re.fullmatch("[0-9-]+", span.text):
            raise InvalidValueError(f"{text!r} is not a day, month or year", "use its last day")
        return span.text

    def _rate(self, draft: RateDraft) -> None:
        try:
            row = exchange_rates.rate_row(draft)
        except SpecdbError as error:
            self._issue(draft.line, error.problem, error.hint)
            return
        place = (row["day"], frozenset((row["base"], row["quote"])))
        if place in self.index.rates:
            self._issue(
                draft.line, f"a second exchange rate of {draft.base} and {draft.quote} on {draft.day}", "keep one of them"
            )
        self.index.rates.add(place)
        self._add("rate", row)

    def _product(self, draft: ProductDraft) -> None:
        category = self._find_required("category", draft.category, draft.line)
        product_id = self.index.ids["product"][draft.slug]
        row = {"id": product_id, "slug": draft.slug, "name": draft.name, "category_id": category}
        self._add("product", {**row, "description": draft.description})
        if draft.name and not draft.name.strip():
            self._issue(draft.line, f"the product {draft.slug} has no name", "write its name")
        for spec in draft.specs:
            before = len(self.issues)
            columns = self.spec(spec)
            if len(self.issues) == before:
                identity = {"id": self.index.next_id("spec"), "product_id": product_id, "category_id": category}
                self._add("spec", {**identity, **columns})

    def spec(self, draft: SpecDraft) -> dict[str, Any]:
        """Return the columns of a spec without its id and its product's; add issues."""
        attribute = self._find_required("attribute", draft.attribute, draft.line)
        source = self._find("source", draft.source, draft.line)
        self._one_of(draft.rank, _RANKS, "rank", draft.line)
        columns: dict[str, Any] = {"modifier": "exact", "number": "", "unit": "", "value_unit": "", "text": ""}
        columns |= dict.fromkeys(("lo", "nominal", "hi", "target_id"))
        try:
            columns["qualifiers"] = qualifiers.to_text(draft.qualifiers)
            columns["as_of"] = self._day(draft.as_of) if draft.as_of else self.index.dates.get(draft.source, "")
            columns |= self._value(draft, attribute)
        except SpecdbError as error:
            self._issue(draft.line, f"{draft.attribute}: {error.problem}", error.hint)
        return columns | {
            "attribute_id": attribute,
            "source_id": source,
            "printed": draft.printed or draft.value or "",
            "locator": draft.at,
            "rank": draft.rank,
            "shown": False,
        }

    def _value(self, draft: SpecDraft, attribute: int | None) -> dict[str, Any]:
        """Return the columns that a value or state fills."""
        if (draft.value is None) == (not draft.state):
            raise SpecdbError("a spec needs either a value or a state", "specify one of them")
        target = self.targets.get(attribute)
        if draft.state:
            self._one_of(draft.state, tuple(values.STATES), "state", draft.line)
            if target:
                values.refuse_computed(target)
            return {"kind": values.STATES.get(draft.state)}
        return values.value_columns(draft.value or "", target) if target else {}

    def _rule(self, draft: RuleDraft) -> None:
        row = {name: getattr(draft, name) for name in ("key", "name", "expression", "plausible", "description")}
        category = self._find_required("category", draft.category, draft.line)
        self._add("rule", {**row, "id": self.index.ids["rule"][draft.key], "category_id": category})

    def _claim(self, draft: ClaimDraft) -> None:
        self._one_of(draft.relation, tuple(RELATIONS), "relation", draft.line)
        if not draft.expression and not draft.why:
            self._issue(draft.line, "a claim has no expression", "add one, or why: with the reason why it cannot be checked")
        row = {name: getattr(draft, name) for name in ("expression", "relation", "value", "why", "printed")}
        row |= {"product_id": self._find("product", draft.about, draft.line), "locator": draft.at}
        self._add("claim", {**row, "source_id": self._find("source", draft.source, draft.line)})


def _stored_target(row: Any, index: NameIndex) -> values.ValueTarget:
    """Return what values of a stored attribute must be."""
    choices = values.parse_choices(row.choices, row.key)
    return values.ValueTarget(
        row.key, row.kind, row.unit, bool(row.signed), choices, index.names, row.expression, bool(row.many)
    )


def unit_row(unit: Any) -> dict[str, Any]:
    """Return the row of a unit, with factor and offset as "numerator/denominator"."""
    return {**unit._asdict(), "factor": str(unit.factor), "offset": str(unit.offset)}
