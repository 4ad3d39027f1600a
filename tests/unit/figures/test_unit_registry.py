from __future__ import annotations

import subprocess
import sys
import time
from fractions import Fraction
from itertools import combinations, permutations

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.domain.unit import Unit, convert
from specdb.errors import DimensionError, InvalidValueError
from specdb.figures import unit_registry

TABLE = unit_registry.unit_definitions()
ROWS = {named.unit.name: named.unit for named in TABLE}
DIMENSIONS = {unit.dimension: [other for other in ROWS.values() if other.dimension == unit.dimension] for unit in ROWS.values()}

rows = st.sampled_from(list(ROWS.values()))
pairs = rows.flatmap(lambda unit: st.tuples(st.just(unit), st.sampled_from(DIMENSIONS[unit.dimension])))


@pytest.mark.parametrize(
    ("text", "dimension", "factor"),
    [
        ("g", "mass", "1"),
        ("µg", "mass", "0.000001"),
        ("t", "mass", "1000000"),
        ("oz", "mass", "28.349523125"),
        ("lb", "mass", "453.59237"),
        ("nm", "length", "0.000000001"),
        ("in", "length", "0.0254"),
        ("ft", "length", "0.3048"),
        ("mi", "length", "1609.344"),
        ("min", "time", "60"),
        ("day", "time", "86400"),
        ("month", "time", "2629800"),
        ("year", "time", "31557600"),
        ("mAh", "electric charge", "3.6"),
        ("kWh", "energy", "3600000"),
        ("kcal", "energy", "4184"),
        ("hp", "power", "745.69987158227022"),
        ("PS", "power", "735.49875"),
        ("kV", "voltage", "1000"),
        ("µA", "current", "0.000001"),
        ("kΩ", "resistance", "1000"),
        ("pF", "capacitance", "0.000000000001"),
        ("mH", "inductance", "0.001"),
        ("mT", "magnetic flux density", "0.001"),
        ("GHz", "frequency", "1000000000"),
        ("b", "data", "1/8"),
        ("GB", "data", "1000000000"),
        ("Gb", "data", "125000000"),
        ("GiB", "data", "1073741824"),
        ("Gbps", "data rate", "125000000"),
        ("TB/s", "data rate", "1000000000000"),
        ("PFLOPS", "compute", "1000000000000000"),
        ("TOPS", "operations rate", "1000000000000"),
        ("fps", "frame rate", "1"),
        ("MP", "pixels", "1000000"),
        ("ppi", "pixel density", "5000/127"),
        ("nit", "luminance", "1"),
        ("lm", "luminous flux", "1"),
        ("lx", "illuminance", "1"),
        ("dB", "sound level", "1"),
        ("K", "temperature", "1"),
        ("°F", "temperature", "5/9"),
        ("deg", "angle", "1"),
        ("rpm", "rotational speed", "6"),
        ("%", "ratio", "0.01"),
        ("x", "ratio", "1"),
        ("ppm", "ratio", "0.000001"),
        ("count", "count", "1"),
        ("units/year", "count rate", "1/31557600"),
        ("cycle", "cycles", "1"),
        ("m²", "area", "1"),
        ("gal", "volume", "0.003785411784"),
        ("fl oz", "volume", "0.0000295735295625"),
        ("km/h", "speed", "5/18"),
        ("kn", "speed", "463/900"),
        ("m/s²", "acceleration", "1"),
        ("g/cm³", "density", "1000000"),
        ("kPa", "pressure", "1000"),
        ("N", "force", "1"),
        ("Nm", "torque", "1"),
        ("lb-ft", "torque", "1.3558179483314004"),
        ("W/kg", "power / mass", "1/1000"),
        ("Wh/kg", "specific energy", "3.6"),
        ("Wh/L", "energy density", "3600000"),
        ("TFLOPS/W", "compute / power", "1000000000000"),
        ("kWh/100km", "energy consumption", "36"),
        ("g/km", "mass / length", "0.001"),
        ("mpg", "fuel economy", "1609.344/0.003785411784"),
        ("L/100km", "fuel consumption", "1"),
        ("CNY", "currency CNY", "1"),
        ("$", "currency USD", "1"),
    ],
)
def test_a_unit_has_a_dimension_and_an_exact_factor(text: str, dimension: str, factor: str) -> None:
    above, _, below = factor.partition("/")
    unit = unit_registry.resolve_unit(text)
    assert (unit.dimension, unit.factor) == (dimension, Fraction(above) / Fraction(below or 1))


def test_temperatures_are_offset() -> None:
    assert unit_registry.resolve_unit("°C").offset == Fraction("273.15")
    assert unit_registry.resolve_unit("degF").offset == Fraction(45967, 180)
    assert [unit.name for unit in ROWS.values() if unit.offset] == ["°C", "°F"]


@pytest.mark.parametrize(
    ("name", "base"),
    [
        *((name, "gram") for name in ("microgram", "tonne", "pound", "ounce")),
        *((name, "meter") for name in ("nanometer", "inch", "foot", "yard", "mile", "nautical_mile")),
        *((name, "second") for name in ("minute", "hour", "day", "week", "month", "year")),
        *((name, "liter") for name in ("gallon", "fluid_ounce", "milliliter")),
        *((name, "watt") for name in ("horsepower", "metric_horsepower")),
        *((name, "joule") for name in ("watt_hour", "calorie", "kilocalorie")),
        *((name, "newton") for name in ("kilogram_force", "pound_force")),
        *((name, "pascal") for name in ("bar", "atmosphere", "pound_force_per_square_inch")),
        *((name, "byte") for name in ("bit", "kilobyte", "petabyte", "kibibyte", "tebibyte", "gigabit")),
    ],
)
def test_factors_agree_with_pints_own_list(name: str, base: str, pints_own: pint.UnitRegistry[Fraction]) -> None:
    theirs = Fraction(str(pints_own.Quantity(Fraction(1), name).to(base).magnitude))
    unit = unit_registry.resolve_unit(
        {"pound_force_per_square_inch": "psi", "pound_force": "lbf"}.get(name, name.replace("_", " "))
    )
    assert convert(Fraction(1), unit, unit_registry.resolve_unit(base)) == theirs


@pytest.fixture(scope="module")
def pints_own() -> pint.UnitRegistry[Fraction]:
    return pint.UnitRegistry(non_int_type=Fraction)


def test_each_name_and_alias_is_one_units() -> None:
    forms = [form for named in TABLE for form in (named.unit.name, *named.aliases)]
    assert len(ROWS) == len(TABLE)
    assert len(set(forms)) == len(forms)
    assert all(unit_registry.resolve_unit(form) == named.unit for named in TABLE for form in (named.unit.name, *named.aliases))


def test_every_row_is_exact() -> None:
    assert all(type(unit.factor) is Fraction and unit.factor > 0 for unit in ROWS.values())
    assert all(type(unit.offset) is Fraction for unit in ROWS.values())
    assert {unit.dimension for unit in ROWS.values() if unit.factor.denominator > 10**20} == {"angle", "energy"}  # pi, eV


def test_words_tell_all_dimensions_apart() -> None:
    unspoken = [unit for unit in ROWS.values() if set("[]_") & set(unit.dimension) or not unit.dimension]
    assert unspoken == []


@pytest.mark.parametrize(
    "names",
    [
        "µg mg g kg t oz lb",
        "nm µm mm cm m km in ft yd mi nmi",
        "ns µs ms s min h day week month year",
        "µA mA A",
        "mAh Ah",
        "mWh Wh kWh MWh J kJ MJ cal kcal",
        "mW W kW MW hp PS",
        "mV V kV",
        "Hz kHz MHz GHz THz",
        "B kB MB GB TB PB KiB MiB GiB TiB bit kbit Mbit Gbit Tbit",
        "B/s kB/s MB/s GB/s TB/s kbps Mbps Gbps Tbps",
        "FLOPS KFLOPS MFLOPS GFLOPS TFLOPS PFLOPS EFLOPS",
        "OPS GOPS TOPS POPS",
        "px MP",
        "ppi dpi",
        "Pa kPa MPa bar psi",
        "°C °F K",
        "° rad",
        "km/h m/s mph kn",
        "m² cm² mm² ft² ha",
        "L mL cL m³ cm³ gal",
        "mΩ Ω kΩ MΩ",
        "pF nF µF F",
        "% x ppm",
        "count/year count/month count/day count/h",
        "g/cm³ kg/m³",
        "mpg km/L",
        "TFLOPS/W PFLOPS/W",
    ],
)
def test_customary_units_are_there_and_convert_into_each_other(names: str) -> None:
    assert {name: ROWS[name].dimension for name in names.split()} == dict.fromkeys(
        names.split(), ROWS[names.split()[0]].dimension
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *combinations(("CNY", "USD", "EUR", "JPY", "count"), 2),
        ("fps", "Hz"),
        ("FLOPS", "OPS"),
        ("Nm", "J"),
        ("Wh/L", "Pa"),
        ("rpm", "Hz"),
        ("count", "x"),
        ("count", "cycle"),
        ("px", "count"),
        ("ppi", "count"),
        ("count/s", "Hz"),
        ("dB", "dBA"),
        ("b", "h"),
        ("T", "t"),
        ("mAh", "mWh"),
        ("lm", "lx"),
    ],
)
def test_what_measures_something_else_does_not_convert(one: str, other: str) -> None:
    with pytest.raises(DimensionError):
        convert(Fraction(1), unit_registry.resolve_unit(one), unit_registry.resolve_unit(other))


@pytest.mark.parametrize(
    ("aliases", "code"),
    [
        ("RMB rmb yuan 元 ¥ ￥ CN¥ cny", "CNY"),
        ("$ US$ dollar dollars usd", "USD"),
        ("€ euro euros", "EUR"),
        ("£", "GBP"),
        ("JP¥ yen 円", "JPY"),
        ("₩ won", "KRW"),
        ("HK$", "HKD"),
    ],
)
def test_money_is_known_by_its_signs(aliases: str, code: str) -> None:
    assert {unit_registry.resolve_unit(alias).name for alias in aliases.split()} == {code}


def test_currencies_are_those_in_force() -> None:
    codes = {unit.name for unit in ROWS.values() if unit.dimension == f"currency {unit.name}"}
    assert len(codes) == 155
    assert {"CNY", "USD", "EUR", "GBP", "JPY", "CHF", "XAF", "XCG", "ZWG"} <= codes
    assert not {"DEM", "HRK", "BGN", "XAU", "XTS", "XXX"} & codes


@pytest.mark.parametrize(
    ("metric", "imperial"),
    [
        ("g", "oz"), ("kg", "lb"), ("mm", "in"), ("m", "ft"), ("km", "mi"), ("km/h", "mph"), ("°C", "°F"), ("L", "gal"),
        ("mL", "fl oz"), ("m²", "ft²"), ("Nm", "lb-ft"), ("km/L", "mpg"),
    ],
)  # fmt: skip
def test_customary_counterparts(metric: str, imperial: str) -> None:
    assert (ROWS[metric].imperial, ROWS[imperial].metric) == (imperial, metric)


def test_counterparts_measure_the_same() -> None:
    named = [(unit, name) for unit in ROWS.values() for name in (unit.imperial, unit.metric) if name]
    assert ("t", "lb") in [(unit.name, name) for unit, name in named]
    assert all(ROWS[name].dimension == unit.dimension for unit, name in named)
    assert not [unit for unit, name in named if unit.imperial and unit.metric]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", ""),
        ("  ", ""),
        ("pcs", ""),
        (" g ", "g"),
        ("KG", "kg"),
        ("mah", "mAh"),
        ("MAH", "mAh"),
        ("Hours", "h"),
        ("mhz", "MHz"),
        ("mHz", "mHz"),
        ("mJ", "mJ"),
        ("kN", "kN"),
        ("ps", "ps"),
        ("Cal", "kcal"),
        ("μm", "µm"),
        ("\u2126", "Ω"),
        ("℃", "°C"),
        ("degC", "°C"),
        ('"', "in"),
        ("'", "ft"),
        ("fl  oz", "fl oz"),
        ("metric tons", "t"),
        ("per cent", "%"),
        ("times", "x"),
        ("TFLOP/s", "TFLOPS"),
        ("tflops", "TFLOPS"),
        ("miles per hour", "mph"),
        ("frames per second", "fps"),
        ("units per year", "count/year"),
        ("piece/month", "count/month"),
        ("count/day", "count/day"),
        ("m^2", "m²"),
        ("m ** 2", "m²"),
        ("m*m", "m²"),
        ("m2", "m²"),
        ("g/cm^3", "g/cm³"),
        ("g / cc", "g/cm³"),
        ("kg/m3", "kg/m³"),
        ("gigabytes per second", "GB/s"),
        ("Gbit/s", "Gbps"),
        ("Kbps", "kbps"),
        ("KB", "kB"),
        ("N*m", "Nm"),
        ("kW*h", "kWh"),
        ("kWh / 100 km", "kWh/100km"),
        ("l/100 km", "L/100km"),
        ("kwh/kg", "kWh/kg"),
        ("W/m*K", "W·K/m"),
        ("W/m/K", "W/m/K"),
        ("m2*m2", "m⁴"),
        ("W/GBps", "W·s/GB"),
        ("g/g", "g/g"),
        ("USD/pcs", "USD/count"),
        ("CNY/month", "CNY/month"),
    ],
)
def test_resolve(text: str, name: str) -> None:
    unit = unit_registry.resolve_unit(text)
    assert unit.name == name
    assert unit == ROWS.get(name, unit)


@pytest.mark.parametrize(
    ("text", "dimension", "factor"),
    [
        ("kWh/kg", "specific energy", Fraction(3600)),
        ("W/m/K", "power / length / temperature", Fraction(1)),
        ("W/°C", "power / temperature", Fraction(1)),
        ("g/g", "ratio", Fraction(1)),
        ("mg/kg", "ratio", Fraction(1, 1000000)),
        ("count/s", "count rate", Fraction(1)),
        ("TFLOPS/mm^2", "compute / length²", Fraction(10**18)),
        ("USD/month", "currency USD / time", Fraction(1, 2629800)),
        ("V*A", "power", Fraction(1)),
        ("L^4/m^2", "length¹⁰", Fraction(1, 10**12)),
        ("g/s^2/m", "mass / length / time²", Fraction(1)),
        ("USD/day/g^2", "currency USD / mass² / time", Fraction(1, 86400)),
        ("EFLOPS^9", "compute⁹", Fraction(10**162)),
    ],
)
def test_a_compound_has_a_readable_dimension(text: str, dimension: str, factor: Fraction) -> None:
    unit = unit_registry.resolve_unit(text)
    assert (unit.dimension, unit.factor, unit.offset) == (dimension, factor, Fraction(0))


def test_once_is_a_hundred_percent() -> None:
    assert convert(Fraction(1), unit_registry.resolve_unit("x"), unit_registry.resolve_unit("%")) == 100


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ("mb", "'mb' may be MB or Mbit", "write the unit with its capital letters"),
        ("gb/s", "'gb/s' may be GB/s or Gbps", "write the unit with its capital letters"),
        ("mw", "'mw' may be mW or MW", "write the unit with its capital letters"),
        ("NM", "'NM' may be nm or Nm", "write the unit with its capital letters"),
        ("gramz", "unknown unit 'gramz'", "did you mean gram, grams or gramme?"),
        ("kg/litter", "unknown unit 'litter'", "did you mean liter, liters or litre?"),
        ("zzz", "unknown unit 'zzz'", ""),
        ("g/", "'g/' lacks a unit beside / or ·", 'write it like "g/cm^3"'),
        ("g" * 65, "unit of 65 characters", "a unit has at most 64 characters"),
        ("g^9*g", "'g^9*g' has too many factors", "a unit has at most 9 factors, with powers"),
    ],
)
def test_a_refusal_names_the_unit_and_the_nearest(text: str, problem: str, hint: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        unit_registry.resolve_unit(text)
    assert (caught.value.problem, caught.value.hint) == (problem, hint)


@pytest.mark.parametrize("text", ["P", "C", "M", "G", "k", "ton", "Gib/x2", "barn", "poise", "foot_pound", "dimensionless"])
def test_what_is_not_listed_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        unit_registry.resolve_unit(text)


ABUSE = [
    "10**10**10 g", "g**10**10**10", "10**10**7 g", "g**10", "g^10", "g**-1", "g^0", "g**0", "g**1.5", "g**g", "g^^2",
    "g**", "a" * 10**6, "g" * 10**6, "g/" * 10**6, "g*" * 31 + "g", "(" * 64, "((((g))))", "{} g", "{0} g", "%s g",
    "g{}", "∞", "∞ g", "nan", "inf", "10!g", "10! g", "20 ± 1 g", "1.000,5 g", "20 g\n30 g", "1e9 g", "2 g", "g 2",
    "8-12", "12-bit", "1/s", "/s", "1", "0", "-", "+", "g+g", "g-g", "*", "/", "·", "**", "^", "^2", "²", "g²²²²²²²²²²",
    "*g", "g*", "g//s", "g per", "per g", "per", " per ", "g per per s", "\x00", "g\x00", "\x1b[31mg", "\ud800",
    "g\u202e", "ｇ", "g\u0301",
    "__import__", "lambda: g", "g;g", "g=g", "@alias", "#", "_", "meter_", "[mass]", "[currency_CNY]", "delta_g", "g,g",
    "kilokilogram", "microkilogram", "mmm", "megaGB", "\\", "`g`", "'g'", "<g>", "g?", "g!", "²²²", "²/²", "g₂", "٣g",
]  # fmt: skip


@pytest.mark.parametrize("text", ABUSE, ids=[ascii(text[:20]) for text in ABUSE])
def test_abuse_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(InvalidValueError) as caught:
        unit_registry.resolve_unit(text)
    assert time.perf_counter() - start < 0.5
    assert caught.value.problem.isprintable()
    assert len(caught.value.problem) < 400


@given(st.text(alphabet=st.sampled_from("gms/*·^2²³ perKB°%\"'-1(_"), max_size=70) | st.text(max_size=70))
def test_any_text_is_a_unit_or_a_fault(text: str) -> None:
    try:
        unit = unit_registry.resolve_unit(text)
    except InvalidValueError:
        return
    assert unit.factor > 0
    assert unit_registry.resolve_unit(unit.name) == unit


def test_no_text_reaches_pint(monkeypatch: pytest.MonkeyPatch) -> None:
    unit_registry.resolve_unit("g")

    def fail(*given: object) -> None:
        raise AssertionError(given)

    for method in (
        "parse_units",
        "parse_expression",
        "parse_units_as_container",
        "get_name",
        "__getattr__",
        "__call__",
    ):
        monkeypatch.setattr(type(unit_registry.registry()), method, fail)
    assert unit_registry.resolve_unit("kWh/kg^2").dimension == "power × time / mass²"
    with pytest.raises(InvalidValueError):
        unit_registry.resolve_unit("10**10**10 g")


def test_importing_the_module_is_cheap() -> None:
    code = "import sys, specdb.figures.unit_registry; print({'pint', 'fractions', 'pathlib'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@given(st.fractions(), pairs)
def test_there_and_back_is_the_same_number(number: Fraction, pair: tuple[Unit, Unit]) -> None:
    unit, target = pair
    assert convert(convert(number, unit, target), target, unit) == number


@given(st.decimals(min_value=0, max_value=10**6, places=4))
def test_equal_quantities_are_equal_in_every_unit(grams: object) -> None:
    number = Fraction(str(grams))
    written = {"g": number, "kg": number / 1000, "mg": number * 1000, "t": number / 10**6, "µg": number * 10**6}
    assert {convert(each, ROWS[name], ROWS["g"]) for name, each in written.items()} == {number}


@given(st.lists(rows.filter(lambda unit: not set("/·²³ ") & set(unit.name)), min_size=2, max_size=4))
def test_order_of_factors_does_not_matter(factors: list[Unit]) -> None:
    found = [unit_registry.resolve_unit("*".join(unit.name or "count" for unit in order)) for order in permutations(factors)]
    assert len({(unit.dimension, unit.factor) for unit in found}) == 1
    assert all(unit_registry.resolve_unit(unit.name) == unit for unit in found)
