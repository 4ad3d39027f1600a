"""Resolve conditions: look up their names in the database and parse their values with units."""

from __future__ import annotations

from math import inf, nextafter
from typing import TYPE_CHECKING

from specdb.domain.conditions import And, AttributeCondition, CategoryCondition, NameCondition, Node, Not, Or
from specdb.errors import DimensionError, InvalidValueError, UsageError
from specdb.figures.quantity_parser import parse_quantity

if TYPE_CHECKING:
    from specdb.database.view import View
    from specdb.domain.spec import Attribute
    from specdb.query.condition_language import Node as Written
    from specdb.query.condition_language import ParsedCondition

_BOUNDS = {"<": "max", "<=": "max", ">": "min", ">=": "min", "=": "is", "!=": "is", "in": "is"}
_STATES = {"not stated": "not_stated", "not applicable": "not_applicable"}


class Condition:
    """A condition as an option of the command line states it.

    Attributes:
        test: "min", "max", "is", "yes" or "no".
        key: Key or alias of an attribute.
        value: The value as written; '' for "yes" and "no".
    """

    __slots__ = ("key", "test", "value")  # not a NamedTuple: defining one slows down every start

    def __init__(self, test: str, key: str, value: str = "") -> None:
        self.test = test
        self.key = key
        self.value = value


class ConditionReader:
    """Resolves conditions with the names and units of a database.

    Attributes:
        remarks: The assumptions made, such as the unit of a number without one.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.remarks: list[str] = []

    def option(self, condition: Condition) -> Node:
        """Resolve the condition of an option.

        Raises:
            UnknownKeyError: The attribute is unknown.
            UsageError: The attribute does not support the test, or the value is invalid.
        """
        attribute = self.view.attribute(condition.key)
        if condition.test in ("yes", "no") or attribute.kind == "flag":
            return _flag(attribute, condition)
        if condition.test in ("min", "max") and attribute.kind not in ("quantity", "date"):
            raise UsageError(
                f"{attribute.key} is a {attribute.kind}: it does not support --{condition.test}-{attribute.key}",
                f"write --{attribute.key} VALUE",
            )
        if attribute.kind in ("choice", "text"):
            return AttributeCondition(attribute, part=_search_text(condition.value, attribute))
        return self._value(attribute, condition.test, condition.value)

    def where(self, text: str) -> Node:
        """Parse and resolve a condition in the language of --where.

        Raises:
            ConditionSyntaxError: The condition is invalid; the error names the column.
        """
        from specdb.query import condition_language

        def resolve(node: Written) -> Node:
            if isinstance(node, And):
                return And(tuple(resolve(part) for part in node.parts))
            if isinstance(node, Or):
                return Or(tuple(resolve(part) for part in node.parts))
            if isinstance(node, Not):
                return Not(resolve(node.part))
            try:
                return self._test(node)
            except condition_language.ConditionSyntaxError:
                raise
            except UsageError as error:
                raise condition_language.ConditionSyntaxError(text, node.column, error.problem, error.hint) from error

        return resolve(condition_language.parse(text))

    def _test(self, test: ParsedCondition) -> Node:
        """Resolve one test of --where."""
        if test.key in ("category", "product", "name"):
            return self._of_product(test)
        attribute = self.view.attribute(test.key)
        if test.operator == "bare":
            node: Node = _flag(attribute, Condition("yes", test.key))
        elif test.operator == "is":
            state = test.values[0].lower().replace("-", " ")
            node = AttributeCondition(attribute, state=_STATES.get(" ".join(state.split()), state))
        elif test.operator == "list":
            node = Or(tuple(self._compared(attribute, "=", value) for value in test.values))
        else:
            node = self._compared(attribute, test.operator, test.values[0])
        node = _with_qualifiers(node, test.qualifiers)
        return Not(node) if test.operator == "!=" else node

    def _of_product(self, test: ParsedCondition) -> Node:
        """Resolve a test of a product's category, slug or name."""
        if test.operator not in ("=", "!=", "~", "list") or test.qualifiers:
            raise UsageError(f"{test.key} does not support this test", f"write {test.key} = NAME")
        nodes: list[Node] = []
        for value in test.values:
            if test.key == "category":
                nodes.append(CategoryCondition(tuple(self.view.category(value))))
            elif test.operator == "~" or test.key == "name":
                nodes.append(NameCondition(part=value))
            else:
                nodes.append(NameCondition(slug=self.view.product(value).slug))
        node = nodes[0] if len(nodes) == 1 else Or(tuple(nodes))
        return Not(node) if test.operator == "!=" else node

    def _compared(self, attribute: Attribute, operator: str, value: str) -> Node:
        """Resolve the comparison of an attribute with one value."""
        if operator == "~":
            if attribute.kind not in ("choice", "text", "reference"):
                raise UsageError(f"{attribute.key} is a {attribute.kind}: ~ needs text", "use = < <= > >= or in")
            return AttributeCondition(attribute, part=_search_text(value, attribute))
        if attribute.kind == "flag":
            return _flag(attribute, Condition("is", attribute.key, value.lower()))
        if attribute.kind not in ("quantity", "date") and operator not in ("=", "!=", "in"):
            raise UsageError(f"{attribute.key} is a {attribute.kind}, whose values have no order", "use = or ~")
        if attribute.kind in ("choice", "text"):
            return AttributeCondition(attribute, words=_search_text(value, attribute))
        node = self._value(attribute, _BOUNDS[operator], value)
        if isinstance(node, AttributeCondition) and operator == "<":
            return node._replace(high=nextafter(node.high, -inf))
        if isinstance(node, AttributeCondition) and operator == ">":
            return node._replace(low=nextafter(node.low, inf))
        return node

    def _value(self, attribute: Attribute, test: str, value: str) -> Node:
        """Resolve a comparison with a quantity, a date or a product; `test` is "min", "max" or "is"."""
        if attribute.kind == "quantity":
            return self._quantity(attribute, test, value)
        if attribute.kind == "date":
            from specdb.figures import dates

            span = dates.parse_date(value)
            return _within(attribute, test, float(span.first.toordinal()), float(span.last.toordinal()))
        return AttributeCondition(attribute, target=self.view.product(value, target_of=attribute).slug)

    def _quantity(self, attribute: Attribute, test: str, value: str) -> AttributeCondition:
        """Resolve a comparison with a quantity; a number without a unit is in the unit or currency that the view shows."""
        from specdb.domain import quantity

        figure = parse_quantity(value)
        if figure.unit == attribute.unit and figure.modifier == "exact" and not attribute.is_money:
            number = float(figure.numbers[0])  # needs no conversion, so exact arithmetic is not loaded
            return _within(attribute, test, number, number)
        from specdb.domain.unit import currency_of, is_compatible, resolve_temperature_letter, with_currency

        currency = self.view.currency if attribute.is_money else None
        target = self.view.unit(currency.unit_name(attribute.unit) if currency else attribute.unit)
        unit = self.view.unit(resolve_temperature_letter(figure.unit, target)) if figure.unit else target
        if not figure.unit and target.name:
            self.remarks.append(f"{attribute.key}: {value} is read as {value} {target.name}")
        target = with_currency(target, currency_of(unit))
        if not is_compatible(unit, target):
            raise DimensionError(
                f"{value!r} has the dimension {unit.dimension}, but {attribute.key} has {target.dimension}",
                f"use {target.name or 'a number without a unit'}, or another unit of {target.dimension}",
            )
        low, _, high = quantity.to_interval(figure, unit, target, signed=True)
        return _within(attribute, test, low, high, target.name if attribute.is_money else "")


def _flag(attribute: Attribute, condition: Condition) -> AttributeCondition:
    wanted = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0}.get(condition.value or condition.test)
    if attribute.kind != "flag":
        raise UsageError(f"{attribute.key} is a {attribute.kind}, not a flag", "compare it with a value")
    if wanted is None or condition.test in ("min", "max"):
        raise UsageError(f"{attribute.key} is a flag", f"write {attribute.key} or no-{attribute.key}, yes or no")
    return AttributeCondition(attribute, wanted, wanted)


def _within(attribute: Attribute, test: str, low: float, high: float, unit: str = "") -> AttributeCondition:
    """Return the condition for at least `low` ("min"), at most `high` ("max"), or the range from `low` to `high` ("is")."""
    return AttributeCondition(attribute, -inf if test == "max" else low, inf if test == "min" else high, unit)


def _search_text(value: str, attribute: Attribute) -> str:
    if not value.strip():
        raise InvalidValueError(f"the text to find in {attribute.key} is empty", "write a part of the text")
    return value.strip()


def _with_qualifiers(node: Node, qualifiers: str) -> Node:
    """Return the condition, limited to specs with these qualifiers."""
    if isinstance(node, Or):
        return Or(tuple(_with_qualifiers(part, qualifiers) for part in node.parts))
    return node._replace(qualifiers=qualifiers) if isinstance(node, AttributeCondition) else node
