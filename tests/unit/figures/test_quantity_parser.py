from __future__ import annotations

import time
from fractions import Fraction
from math import inf, nextafter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from specdb.domain import interval_arithmetic, quantity
from specdb.domain.quantity import Interval, Quantity, to_interval
from specdb.errors import InvalidValueError, SpecdbError
from specdb.figures import quantity_parser, unit_registry
from specdb.figures.quantity_parser import parse_quantity

UNITS = [named.unit.name for named in unit_registry.unit_definitions()]
MASSES = ["µg", "mg", "g", "kg", "t", "oz", "lb"]
SMALLEST = nextafter(0.0, 1.0)

digits = st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True)
signed = st.builds(lambda sign, number: sign + number, st.sampled_from(["", "-"]), digits)
single = st.tuples(signed)
ranges = st.tuples(signed, signed).map(lambda pair: tuple(sorted(pair, key=Fraction)))
quantities = st.one_of(
    st.builds(Quantity, st.sampled_from(sorted(set(quantity.MODIFIER_SYMBOLS) - {"range"})), single, st.sampled_from(UNITS)),
    st.builds(Quantity, st.just("range"), ranges, st.sampled_from(UNITS)),
)


def stands_for(text: str, target: str, *, signed: bool = False) -> Interval:
    figure = parse_quantity(text)
    return to_interval(figure, unit_registry.resolve_unit(figure.unit), unit_registry.resolve_unit(target), signed=signed)


@pytest.mark.parametrize(
    ("text", "modifier", "numbers", "unit"),
    [
        # design.md's table
        ("14.9g", "exact", "14.9", "g"),
        ("approximately 40g", "about", "40", "g"),
        ("up to 180 hours", "at_most", "180", "hours"),
        ("below $20,000", "less_than", "20000", "$"),
        ("5+ years", "at_least", "5", "years"),
        ("over 10,000", "more_than", "10000", ""),
        ("30%-40%", "range", "30 40", "%"),
        ("±6 micrometers", "plus_minus", "6", "micrometers"),
        # numbers
        ("2,980mAh", "exact", "2980", "mAh"),
        ("1,234,567.50 g", "exact", "1234567.50", "g"),
        ("007", "exact", "007", ""),
        ("0", "exact", "0", ""),
        ("+5 °C", "exact", "5", "°C"),
        ("−5 °C", "exact", "-5", "°C"),
        ("1.5e3 g", "exact", "1500", "g"),
        ("1.5E-3g", "exact", "0.0015", "g"),
        ("-2e-2 g", "exact", "-0.02", "g"),
        ("12.345e2", "exact", "1234.5", ""),
        ("0e9 g", "exact", "0", "g"),
        ("1e31", "exact", "1" + "0" * 31, ""),
        ("1e-30", "exact", "0." + "0" * 29 + "1", ""),
        ("  14.9 g \n", "exact", "14.9", "g"),
        ("14.9\u00a0g", "exact", "14.9", "g"),
        ("14.9\u2009g", "exact", "14.9", "g"),
        # modifiers before and after, in any case
        ("≈40 g", "about", "40", "g"),
        ("~40 g", "about", "40", "g"),
        ("ca. 40 g", "about", "40", "g"),
        ("ROUGHLY 40 g", "about", "40", "g"),
        ("at most 5 h", "at_most", "5", "h"),
        ("no more than 5 h", "at_most", "5", "h"),
        ("max. 5 h", "at_most", "5", "h"),
        ("<= 5 h", "at_most", "5", "h"),
        ("5 h or less", "at_most", "5", "h"),
        ("5 or less", "at_most", "5", ""),
        ("less than 5 h", "less_than", "5", "h"),
        ("Under 5 h", "less_than", "5", "h"),
        ("<5h", "less_than", "5", "h"),
        ("at least 5 h", "at_least", "5", "h"),
        ("from 5 h", "at_least", "5", "h"),
        ("min. 5 h", "at_least", "5", "h"),
        ("5 min", "exact", "5", "min"),
        (">=5 h", "at_least", "5", "h"),
        ("5 years or more", "at_least", "5", "years"),
        ("5 or more", "at_least", "5", ""),
        ("5+", "at_least", "5", ""),
        ("more than 5 h", "more_than", "5", "h"),
        ("exceeding 60%", "more_than", "60", "%"),
        ("> 10,000", "more_than", "10000", ""),
        ("+/- 6 µm", "plus_minus", "6", "µm"),
        # ranges
        ("30..40 %", "range", "30 40", "%"),
        ("30–40 g", "range", "30 40", "g"),
        ("30 g - 40 g", "range", "30 40", "g"),
        ("30 to 40 g", "range", "30 40", "g"),
        ("between 30 and 40 g", "range", "30 40", "g"),
        ("Between 30 AND 40 g", "range", "30 40", "g"),
        ("-5..-3 °C", "range", "-5 -3", "°C"),
        ("-5--3 °C", "range", "-5 -3", "°C"),
        ("3~4 h", "range", "3 4", "h"),
        # currencies before and after
        ("$55,000", "exact", "55000", "$"),
        ("US$5", "exact", "5", "US$"),
        ("CN¥ 799", "exact", "799", "CN¥"),
        ("€1.50", "exact", "1.50", "€"),
        ("￥799", "exact", "799", "￥"),
        ("over ₹ 4,000", "more_than", "4000", "₹"),
        ("CNY 799", "exact", "799", "CNY"),
        ("799 RMB", "exact", "799", "RMB"),
        ("799¥", "exact", "799", "¥"),
        ("$20,000-30,000", "range", "20000 30000", "$"),
        ("up to $1.5 million", "at_most", "1500000", "$"),
        ("$20,000-$30,000", "range", "20000 30000", "$"),
        ("US$20 to US$30", "range", "20 30", "US$"),
        ("between €20 and €30", "range", "20 30", "€"),
        # magnitudes of money
        ("$1.2M", "exact", "1200000", "$"),
        ("€3.5 bn", "exact", "3500000000", "€"),
        ("up to $45k", "at_most", "45000", "$"),
        ("USD 1.2m", "exact", "1200000", "USD"),
        ("$1.2-1.5M", "range", "1200000 1500000", "$"),
        ("$1.2M-$1.5M", "range", "1200000 1500000", "$"),
        ("1.2 M", "exact", "1.2", "M"),
        # magnitude words
        ("10 million", "exact", "10000000", ""),
        ("1.25 Billion units", "exact", "1250000000", "units"),
        ("2.5thousand", "exact", "2500", ""),
        ("1 trillion", "exact", "1000000000000", ""),
        ("10-20 million units", "range", "10000000 20000000", "units"),
        ("over 10 million units/year", "more_than", "10000000", "units/year"),
        ("1.2M USD", "exact", "1200000", "USD"),
        ("5bn EUR", "exact", "5000000000", "EUR"),
        ("20 k€", "exact", "20000", "€"),
        ("2.5 Mio. €", "exact", "2500000", "€"),
        ("5 m USB", "exact", "5", "m USB"),
        # units that look like something else
        ("5 kWh/100km", "exact", "5", "kWh/100km"),
        ("7.8 l/100 km", "exact", "7.8", "l/100 km"),
        ('6.1"', "exact", "6.1", '"'),
        ("20 fl oz", "exact", "20", "fl oz"),
        ("10 lb-ft", "exact", "10", "lb-ft"),
        ("3 x", "exact", "3", "x"),
    ],
)
def test_parse(text: str, modifier: str, numbers: str, unit: str) -> None:
    assert parse_quantity(text) == Quantity(modifier, tuple(numbers.split()), unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "g",
        "nan g",
        "inf g",
        "∞ g",
        "1e400 g",
        "1e40 g",
        "1e-40 g",
        "10**10**10 g",
        "10!g",
        "{} g",
        "1_000 g",
        "１２ g",
        "٣ g",
        "1.000,5 g",
        "1,00 g",
        "1,000,5 g",
        "5. g",
        "1.2.3 g",
        "--5 g",
        "5- g",
        "1-2-3 g",
        "between 3 g",
        "about about 5 g",
        "about 5+ g",
        "at least 5 g or less",
        "5 or more years",
        "20 g\n30 g",
        "20\n- 30 g",
        "20\ng",
        "20\x0bg",
        "20\u2028g",
        "20\x85g",
        "20 g\0",
        "\0",
        "30 g - 40 m",
        "$5 EUR",
        "lеss than 5 g",  # with a Cyrillic letter
        "leſſ than 5 g",
        "mınimum 5 g",
        "5 mıllıon\u0000",
        "1" * 33,
        "1" * 97,
        "9" * 1_000_000,
        "g" * 1_000_000,
        "1 " + "g" * 1_000_000,
        "~" * 96,
        "-" * 96,
        "1-" * 48,
        "1 " * 48,
        "1," * 48,
        "1,111" * 19,
        "or more " * 12,
        "\ud800",
    ],
)
def test_what_is_no_figure_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(InvalidValueError) as caught:
        parse_quantity(text)
    assert time.perf_counter() - start < 0.25
    assert caught.value.problem
    assert len(caught.value.problem) < 300


@pytest.mark.parametrize("text", ["1e99999999", "0x10 g", "3 and 4 g", "5 g**10**10**10", "5 ", "20 g; 3", "5 g\u202e"])
def test_what_has_no_unit_is_refused_with_its_unit(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(InvalidValueError):
        stands_for(text, "g")
    assert time.perf_counter() - start < 0.25


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("heavy", "'heavy' is not a figure"),
        ("1" * 97, "figure of 97 characters"),
        ("1" * 33 + "g", "number of 33 characters"),
        ("1e400 g", "1e400 is out of range"),
        ("about 5+ g", "'about 5+ g' has two modifiers"),
        ("$5 EUR", "'$5 EUR' has two units"),
        ("$5 million M", "'$5 million M' has two units"),
        ("$5k-7M", "'$5k-7M' has two units"),
        ("$5-€7", "'$5-€7' is not a figure"),
        ("between 5 g", "'between 5 g' has only one end"),
    ],
)
def test_rejections_give_the_reason(text: str, problem: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_quantity(text)
    assert caught.value.problem == problem
    assert caught.value.hint


@given(quantities)
def test_what_is_written_out_is_read_back(figure: Quantity) -> None:
    assert parse_quantity(str(figure)) == figure


@given(st.one_of(st.text(max_size=100), st.from_regex(r"[-~<>≈±0-9.,eE$%+ a-zA-Z]{1,60}", fullmatch=True)))
def test_any_text_is_a_figure_or_a_fault(text: str) -> None:
    try:
        figure = parse_quantity(text)
    except InvalidValueError:
        return
    assert parse_quantity(str(figure)) == figure
    assert all(Fraction(number) is not None and len(number) <= quantity_parser.MAX_NUMBER_LENGTH for number in figure.numbers)


@pytest.mark.parametrize("modifier", quantity.MODIFIER_SYMBOLS)
def test_every_written_form_of_a_unit_follows_a_figure(modifier: str) -> None:
    for unit in [*UNITS, *(alias for named in unit_registry.unit_definitions() for alias in named.aliases)]:
        figure = Quantity(modifier, ("1", "2.50") if modifier == "range" else ("2.50",), unit)
        assert parse_quantity(str(figure)) == figure


@pytest.mark.parametrize(
    ("text", "target", "lo", "nominal", "hi"),
    [
        # design.md's table
        ("14.9g", "g", 14.9, 14.9, 14.9),
        ("approximately 40g", "g", 38.0, 40.0, 42.0),
        ("up to 180 hours", "h", 0.0, 180.0, 180.0),
        ("below $20,000", "USD", 0.0, 20000.0, nextafter(20000.0, 0)),
        ("5+ years", "year", 5.0, 5.0, inf),
        ("over 10,000", "count", nextafter(10000.0, inf), 10000.0, inf),
        ("30%-40%", "%", 30.0, 35.0, 40.0),
        ("±6 micrometers", "µm", 6.0, 6.0, 6.0),
        # converted exactly, rounded once
        ("0.0149 kg", "g", 14.9, 14.9, 14.9),
        ("14900 mg", "g", 14.9, 14.9, 14.9),
        ("0.1 kg", "g", 100.0, 100.0, 100.0),
        ("30..40 %", "x", 0.3, 0.35, 0.4),
        ("2 in", "mm", 50.8, 50.8, 50.8),
        ("up to 0 g", "g", 0.0, 0.0, 0.0),
        ("0 g", "g", 0.0, 0.0, 0.0),
        ("0.00000000000000000000000000001 g", "g", 1e-29, 1e-29, 1e-29),
    ],
)
def test_interval(text: str, target: str, lo: float, nominal: float, hi: float) -> None:
    assert stands_for(text, target) == Interval(lo, nominal, hi)


@pytest.mark.parametrize(
    ("text", "target", "lo", "nominal", "hi"),
    [
        ("20 °C", "°F", 68.0, 68.0, 68.0),
        ("-10..5 °C", "°C", -10.0, -2.5, 5.0),
        ("about -40 °C", "°C", -42.0, -40.0, -38.0),
        ("up to 5 °C", "°C", -inf, 5.0, 5.0),
        ("below 0 °C", "°C", -inf, 0.0, -SMALLEST),
        ("at least -5 °C", "°C", -5.0, -5.0, inf),
        # a tolerance is a difference
        ("± 2 °C", "°F", 3.6, 3.6, 3.6),
        ("± 2 K", "°C", 2.0, 2.0, 2.0),
    ],
)
def test_interval_of_signed_quantities(text: str, target: str, lo: float, nominal: float, hi: float) -> None:
    assert stands_for(text, target, signed=True) == Interval(lo, nominal, hi)


def test_a_tolerance_is_a_difference_for_claims_too() -> None:
    found = interval_arithmetic.from_quantity(parse_quantity("± 2 °C"), unit_registry.resolve_unit("°C"), rounded=False)
    assert (found.lo.at, found.nominal, found.hi.at) == (2, 2, 2)


@pytest.mark.parametrize(
    ("text", "target", "problem"),
    [
        ("-1 g", "g", "-1 g is negative"),
        ("-3..4 g", "g", "-3..4 g is negative"),
        ("40..30 g", "g", "40..30 g ends below its start"),
        ("below 0 g", "g", "< 0 g matches no value"),
        ("± -2 g", "g", "± -2 g is negative"),
        ("20 h", "g", "cannot convert h (time) to g (mass)"),
        ("20", "g", "cannot convert a bare count (count) to g (mass)"),
        ("20 g", "", "cannot convert g (mass) to a bare count (count)"),
        ("5 USD", "CNY", "cannot convert USD (currency USD) to CNY (currency CNY)"),
    ],
)
def test_interval_refuses(text: str, target: str, problem: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        stands_for(text, target)
    assert caught.value.problem == problem
    assert caught.value.hint


def test_a_tolerance_is_never_negative() -> None:
    with pytest.raises(InvalidValueError, match="negative"):
        stands_for("± -2 °C", "°C", signed=True)


@given(quantities, st.booleans())
def test_an_interval_holds_its_nominal_value(figure: Quantity, signed: bool) -> None:
    unit = unit_registry.resolve_unit(figure.unit)
    try:
        lo, nominal, hi = to_interval(figure, unit, unit, signed=signed)
    except SpecdbError:
        assume(False)
    assert lo <= hi
    assert nominal not in (inf, -inf)
    assert nextafter(lo, -inf) <= nominal <= nextafter(hi, inf)
    assert lo <= min(max(nominal, lo), hi) <= hi
    assert signed or lo >= 0


@given(
    st.sampled_from(sorted(set(quantity.MODIFIER_SYMBOLS) - {"range"})),
    digits,
    st.sampled_from(MASSES),
    st.sampled_from(MASSES),
)
def test_equal_quantities_are_equal_in_every_unit(modifier: str, number: str, one: str, other: str) -> None:
    here, there = unit_registry.resolve_unit(one), unit_registry.resolve_unit(other)
    converted = Fraction(number) * here.factor / there.factor
    denominator = converted.denominator
    assume(not denominator % 1 and 10**20 % denominator == 0 and converted < 10**12)  # what has finitely many digits
    text = f"{converted.numerator * (10**20 // denominator):021d}"
    spelled = f"{text[:-20]}.{text[-20:]}".rstrip("0").rstrip(".")
    assume(len(spelled) <= quantity_parser.MAX_NUMBER_LENGTH)
    gram = unit_registry.resolve_unit("g")
    try:
        found = to_interval(Quantity(modifier, (number,), one), here, gram)
    except InvalidValueError:
        with pytest.raises(InvalidValueError):
            to_interval(Quantity(modifier, (spelled,), other), there, gram)
        return
    assert found == to_interval(Quantity(modifier, (spelled,), other), there, gram)
