"""Typed figures and dates of the kinds that users reported as wrongly read or wrongly rejected, each with its right value."""

from __future__ import annotations

import time

import pytest

from specdb.bundles.values import ValueTarget, value_columns
from specdb.errors import InvalidValueError, SpecdbError
from specdb.figures import dates, unit_registry
from specdb.figures.quantity_parser import parse_quantity

READ = [
    # feet and inches, hours and minutes
    ("6'2\"", "74 in"),
    ("5' 11 1/2\"", "71.5 in"),
    ("5 ft 11 in", "71 in"),
    ("6′2″", "74 in"),
    ("1h30m", "90 min"),
    ("1 h 30 min", "90 min"),
    ("1h30", "90 min"),
    ("2 hours and 5 minutes", "125 min"),
    ("1 day 6 h", "30 h"),
    ("1 h 30 min 15 s", "5415 s"),
    ("5 lb 3 oz", "83 oz"),
    ("up to 1 h 30 min", "≤ 90 min"),
    # fractions
    ("5 1/2 in", "5.5 in"),
    ("5-1/2 in", "5.5 in"),
    ("2 1/2 lb", "2.5 lb"),
    ("1/4 inch", "0.25 in"),
    ("¼ W", "0.25 W"),
    ("½ lb", "0.5 lb"),
    ("2½ lb", "2.5 lb"),
    ("-1 ½ °C", "-1.5 °C"),
    ("3/4 kg", "0.75 kg"),
    ("1⁄8 in", "0.125 in"),
    ("1/8000 s", "0.000125 s"),
    # a leading decimal point
    (".5 kg", "0.5 kg"),
    (".25 in", "0.25 in"),
    ("-.5 °C", "-0.5 °C"),
    ("about .5 kg", "≈ 0.5 kg"),
    # modifiers behind the figure
    ("12 V max", "≤ 12 V"),
    ("12 V max.", "≤ 12 V"),
    ("12 V (max.)", "≤ 12 V"),
    ("500 g at most", "≤ 500 g"),
    ("500 g or below", "≤ 500 g"),
    ("500 g, at least", "≥ 500 g"),
    ("8 GB minimum", "≥ 8 GB"),
    ("5 h min", "≥ 5 h"),
    ("5 min", "5 min"),
    ("at least 5 min", "≥ 5 min"),
    ("5 min max", "≤ 5 min"),
    ("500 g approx.", "≈ 500 g"),
    ("500 g or so", "≈ 500 g"),
    ("10h+", "≥ 10 h"),
    ("10 kg+", "≥ 10 kg"),
    ("$99+", "≥ 99 USD"),
    ("not more than 5 kg", "≤ 5 kg"),
    ("a minimum of 5 kg", "≥ 5 kg"),
    # tolerances
    ("500 g ± 5 g", "495..505 g"),
    ("500 ± 5 g", "495..505 g"),
    ("500 g (±5 g)", "495..505 g"),
    ("12 V ± 10 %", "10.8..13.2 V"),
    ("12 V (±10 %)", "10.8..13.2 V"),
    ("230 V +/- 5%", "218.5..241.5 V"),
    ("10 cm ± 1 mm", "9.9..10.1 cm"),
    ("50 % ± 2 %", "48..52 %"),
    ("20 °C ± 2 K", "18..22 °C"),
    ("18.25 ± 0.25 mm", "18.00..18.50 mm"),
    # ranges
    ("20 Hz - 20 kHz", "20..20000 Hz"),
    ("20 Hz to 20 kHz", "20..20000 Hz"),
    ("between 500 g and 1.5 kg", "500..1500 g"),
    ("2 in - 10 cm", "5.08..10 cm"),
    ("from 5 to 10 g", "5..10 g"),
    ("-20…60 °C", "-20..60 °C"),
    ("5...10 g", "5..10 g"),
    # signs
    ("minus 20 °C", "-20 °C"),
    ("negative 5 °C", "-5 °C"),
    ("minus 20 to minus 5 °C", "-20..-5 °C"),
    ("−20 to +60 °C", "-20..60 °C"),
    ("–20 °C", "-20 °C"),
    # separators of thousands
    ("1'234 mm", "1234 mm"),
    ("CHF 1'299", "1299 CHF"),
    ("1’234’567 m", "1234567 m"),
    ("1,22,755", "122755"),
    ("₹1,29,999", "129999 INR"),
    ("12,34,567.50 INR", "1234567.50 INR"),
    # currencies before and behind
    ("US $99", "99 USD"),
    ("$99.99 USD", "99.99 USD"),
    ("US$99 USD", "99 USD"),
    ("HK$99", "99 HKD"),
    ("HK $216,925", "216925 HKD"),
    ("A$1,299", "1299 AUD"),
    ("AU $5", "5 AUD"),
    ("CAD $5", "5 CAD"),
    ("R$ 5", "5 BRL"),
    ("PLN 1,299", "1299 PLN"),
    ("PLN1,299", "1299 PLN"),
    ("1,299 PLN", "1299 PLN"),
    ("$1,299 MXN", "1299 MXN"),
    ("$1,299 (CAD)", "1299 CAD"),
    ("¥19,800 JPY", "19800 JPY"),
    ("$1.2M USD", "1200000 USD"),
    ("€99 incl. VAT", "99 EUR"),
    ("99 EUR (including tax)", "99 EUR"),
    ("€99 incl. 19% VAT", "99 EUR"),
    ("¥1.5万", "15000 CNY"),
    ("₹1.5 lakh", "150000 INR"),
    ("2 crore INR", "20000000 INR"),
    # a dot that does not separate thousands
    ("€0.299", "0.299 EUR"),
    ("€1.2990", "1.2990 EUR"),
    ("1.299e0 EUR", "1.299e0 EUR"),
    ("1.299 EUR/kg", "1.299 EUR/kg"),
    ("€1.299M", "1299000 EUR"),
    ("1.299 kg", "1.299 kg"),
    # powers of ten
    ("10^6 cycles", "1000000 cycle"),
    ("10**6 cycles", "1000000 cycle"),
    ("10³", "1000"),
    ("10⁻⁵ mbar", "0.00001 mbar"),
    ("10^-5 mbar", "0.00001 mbar"),
    ("1e-5 mbar", "0.00001 mbar"),
    ("4e14 Hz", "400000000000000 Hz"),
    ("1.5 × 10^6", "1500000"),
    ("1.5x10⁶ cycles", "1500000 cycle"),
    ("-2·10^3 °C", "-2000 °C"),
    # hyphens, full stops and counted things
    ("6.1-inch", "6.1 in"),
    ("90-day", "90 day"),
    ("¾-inch", "0.75 in"),
    ("5 lbs.", "5 lb"),
    ("4 cores", "4"),
    ("2 cameras", "2"),
    ("8 threads", "8"),
    # units
    ("35 ºC", "35 °C"),
    ("35 deg C", "35 °C"),
    ("77 K", "77 K"),
    ("10 wt%", "10 wt%"),
    ("5 vol%", "5 vol%"),
    ("5 ‰", "5 ‰"),
    ("5 ppb", "5 ppb"),
    ("5 mbar", "5 mbar"),
    ("5 eV", "5 eV"),
    ("1.2 MeV", "1.2 MeV"),
    ("5 Å", "5 Å"),
    ("5 nA", "5 nA"),
    ("5 pA", "5 pA"),
    ("5 mF", "5 mF"),
    ("5 l/min", "5 L/min"),
    ("400 Wp", "400 Wp"),
    ("5 GPa", "5 GPa"),
    ("5 mNm", "5 mNm"),
    ("5 kN·m", "5 kNm"),
    ("5 mol/L", "5 mol/L"),
    ("5 S/cm", "5 S/cm"),
    ("5 gauss", "5 gauss"),
    ("5 ppm", "5 ppm"),
    ("250 Calories", "250 kcal"),
    ("250 calories", "250 cal"),
    ("12 fl oz (imp)", "12 imp fl oz"),
    ("30 mpg (imp)", "30 imp mpg"),
    ("2 imperial gallons", "2 imp gal"),
    ("1 troy oz", "1 oz t"),
]

REJECTED = [
    "€1.299",
    "1.299 €",
    "1.299 EUR",
    "$1.299-1.399",
    "1.299 euros",
    "€1.299,00",
    "10−5 mbar",
    "2.5 × 10−5 mbar",
    "1.5 x 106",
    "10 Mg",
    "5 Mm",
    "10 Ms",
    "10 g/100g",
    "5 mL/100 mL",
    "8/12 GB",
    "1/2 TB",
    "3/4",
    "⅓ lb",
    "256/512/1 TB",
    "1'234",
    "1'234\"",
    "12³ g",
    "45¹ g",
    "5 m² 3",
    "€99 USD",
    "$5 EUR",
    "US$5 CAD",
    "€99 excl. VAT",
    "€99 plus VAT",
    "1 299 €",
    "1,5 kg",
    "12 V +10/-5 %",
    "500 g ± 5 V",
    "max 12 V ± 5 %",
    "at least 5 kg max",
    "30 g - 40 m",
    "$5 - 7 km",
    "1 h 90 min",
    "30 min 1 h",
    "6' 2 kg",
    "500 g (with battery)",
    "4 x 1.5 GHz & 4 x 1.2 GHz",
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_read(text: str, expected: str) -> None:
    figure = parse_quantity(text)
    unit = unit_registry.resolve_unit(figure.unit)
    assert str(figure._replace(unit=unit.name)) == expected
    assert parse_quantity(str(figure)) == figure
    assert parse_quantity(expected) == figure._replace(unit=unit.name)


@pytest.mark.parametrize("text", REJECTED)
def test_rejected(text: str) -> None:
    with pytest.raises(SpecdbError) as caught:
        unit_registry.resolve_unit(parse_quantity(text).unit)
    assert caught.value.problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("€1.299", "'€1.299' may be 1.299 or 1299 €"),
        ("USD 12.345", "'USD 12.345' may be 12.345 or 12345 USD"),
        ("3/8 GB", "'3/8 GB' may be a fraction or two figures, 3 and 8"),
        ("1'234", '"1\'234" may be 1234 (thousands as in Switzerland) or 1 ft 234 in'),
        ("10−5 mbar", "'10−5 mbar' may be a power of ten that lost its superscript, or a range"),
    ],
)
def test_both_readings_are_named(text: str, problem: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_quantity(text)
    assert caught.value.problem == problem
    assert caught.value.hint


def nominal(text: str, unit: str, *, signed: bool = True) -> float:
    found = value_columns(text, ValueTarget("key", "quantity", unit, signed, (), {}))["nominal"]
    assert isinstance(found, float)
    return found


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("5 °C", "Δ°C", 5.0),
        ("5 K", "Δ°C", 5.0),
        ("9 °F", "Δ°C", 5.0),
        ("5 Δ°C", "Δ°C", 5.0),
        ("5 ∆°C", "Δ°F", 9.0),
        ("-5 °C", "Δ°C", -5.0),
        ("-300 °C", "Δ°C", -300.0),
        ("5 °C", "K", 278.15),
        ("35C", "°C", 35.0),
        ("95F", "°C", 35.0),
        ("35 C", "K", 308.15),
        ("-273.15 °C", "°C", -273.15),
        ("0 K", "K", 0.0),
    ],
)
def test_temperatures(text: str, unit: str, value: float) -> None:
    assert nominal(text, unit) == value


@pytest.mark.parametrize(
    ("text", "unit", "problem"),
    [
        ("-300 °C", "°C", "-300 °C is below absolute zero"),
        ("-1 K", "°C", "-1 K is below absolute zero"),
        ("-500..20 °F", "°C", "-500..20 °F is below absolute zero"),
        ("5 Δ°C", "°C", "cannot convert Δ°C (temperature difference) to °C (temperature)"),
        ("35C", "A", "unknown unit 'C'"),
    ],
)
def test_temperatures_that_are_rejected(text: str, unit: str, problem: str) -> None:
    with pytest.raises(SpecdbError) as caught:
        nominal(text, unit)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q3 2026", "2026-Q3"),
        ("q3/2026", "2026-Q3"),
        ("3Q26", "2026-Q3"),
        ("Q4 '25", "2025-Q4"),
        ("2026 Q3", "2026-Q3"),
        ("H1 2026", "2026-H1"),
        ("Q3 2026 .. Q4 2026", "2026-Q3..2026-Q4"),
        ("April 2026", "2026-04"),
        ("Sept. 2026", "2026-09"),
        ("12 March 2026", "2026-03-12"),
        ("Mar 2nd, 2026", "2026-03-02"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    found = dates.parse_date(text)
    assert found == dates.parse_date(expected)
    assert found.text == expected


@pytest.mark.parametrize(
    "pattern", ["1'", "1/", "½", "1 ", "10^", "1 h ", "± ", "minus ", "max ", "×10", "(", "$ ", "1-", "¹", "..", "A "]
)
def test_repeated_parts_are_read_in_linear_time(pattern: str) -> None:
    text = (pattern * 96)[:96]
    start = time.perf_counter()
    for body in (text, f"5{text}"[:96], f"{text[:90]} kg"):
        with pytest.raises(InvalidValueError):
            unit_registry.resolve_unit(parse_quantity(body).unit)
    assert time.perf_counter() - start < 0.25
