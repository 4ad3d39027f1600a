"""Cells of tables: their specs, or the reason why a cell is rejected."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdb.bundles.values import ValueTarget
from specdb.ingest.tables import date_formats, number_formats
from specdb.ingest.tables.cell_reader import CellReader, CellRules

NOTHING = frozenset({"-", "?", "n/a", "none"})


def reader(kind: str, attribute: str | None, unit: str = "", **rules: Any) -> CellReader:
    parts = rules.pop("parts", 1)
    target = ValueTarget("key", kind, attribute, False, ("Red", "green"), {"product": {"acme": 7}})
    given = {"missing": NOTHING, "unknown": frozenset({"tba"}), "not_applicable": frozenset({"none needed"}), "values": {}}
    return CellReader([target] * parts, unit, CellRules(**{**given, **rules}))


def said(found: Any) -> Any:
    """What was read: modifier, number and unit of each part, and the qualifier it is told apart by."""
    if isinstance(found, str):
        return found
    return [(part.columns[1], part.columns[2], part.columns[3], *filter(None, [part.qualifier])) for part in found]


def _edition(number: str, unit: str) -> list[tuple[str, ...]]:
    return [("exact", number, unit, f"edition={number} {unit}")]


@pytest.mark.parametrize(
    ("text", "attribute", "unit", "expected"),
    [
        ("40", "g", "g", [("exact", "40", "g")]),
        ("40.50", "g", "kg", [("exact", "40.50", "kg")]),
        (".5", "g", "g", [("exact", "0.5", "g")]),
        ("1e5", "g", "g", [("exact", "100000", "g")]),
        ("4.6 sec", "s", "", [("exact", "4.6", "s")]),
        ("2,980mAh", "mAh", "", [("exact", "2980", "mAh")]),
        ("2 GB LPDDR5", "GB", "", [("exact", "2", "GB")]),
        ("16 GB DDR5-5600", "GB", "", [("exact", "16", "GB")]),
        ("11,805 USD", "EUR", "", [("exact", "11805", "USD")]),
        ("$1,299", "USD", "", [("exact", "1299", "USD")]),
        ("Up to 5.7GHz", "GHz", "", [("at_most", "5.7", "GHz")]),
        ("~ 40", "g", "g", [("about", "40", "g")]),
        ("35-54W", "W", "", [("range", "35..54", "W")]),
        ("12–15", "h", "h", [("range", "12..15", "h")]),
        ("30%-40%", "%", "", [("range", "30..40", "%")]),
        ("≤ 5", "h", "h", [("at_most", "5", "h")]),
        ("5+", "year", "years", [("at_least", "5", "year")]),
        ("15/25W", "W", "", [("exact", "15", "W", "edition=15 W"), ("exact", "25", "W", "edition=25 W")]),
        ("8/12 GB", "GB", "", [("exact", "8", "GB", "edition=8 GB"), ("exact", "12", "GB", "edition=12 GB")]),
        ("8/12", "GB", "GB", [("exact", "8", "GB", "edition=8 GB"), ("exact", "12", "GB", "edition=12 GB")]),
        ("15 kWh/100km", "kWh/100km", "", [("exact", "15", "kWh/100km")]),
        (
            "4 x 2.2 GHz + 4 x 1.8 GHz",
            "GHz",
            "",
            [("exact", "2.2", "GHz", "cluster=4 x 2.2 GHz"), ("exact", "1.8", "GHz", "cluster=4 x 1.8 GHz")],
        ),
        ("$ 521.00 / ₹ 42,430", "EUR", "", [*_edition("521.00", "USD"), *_edition("42430", "INR")]),
        ("1560/1560", "mm", "mm", [("exact", "1560", "mm")]),
        ("12 kg / 26 lb", "g", "", [("exact", "12", "kg")]),
        ("12 kg / 20 kg", "g", "", [*_edition("12", "kg"), *_edition("20", "kg")]),
        ("180/190", "km/h", "km/h", [*_edition("180", "km/h"), *_edition("190", "km/h")]),
        ("0.50 in.", "mm", "", [("exact", "0.50", "in")]),
        ("12 oz.", "g", "", [("exact", "12", "oz")]),
        ("5 kg max", "g", "", [("at_most", "5", "kg")]),
        ("5 kg (min.)", "g", "", [("at_least", "5", "kg")]),
        ("5kg approx.", "g", "", [("about", "5", "kg")]),
        ("3.7V nominal", "V", "", [("exact", "3.7", "V")]),
        ("1 h 30 min", "h", "", [("exact", "90", "min")]),
        ("1/8000 s", "s", "", [("exact", "0.000125", "s")]),
        ("1/250", "s", "s", [("exact", "0.004", "s")]),
        ("15/25 s", "s", "", [*_edition("15", "s"), *_edition("25", "s")]),
        ("4/8", "", "", [("exact", "4", "", "edition=4"), ("exact", "8", "", "edition=8")]),
        ("1h30", "h", "", [("exact", "90", "min")]),
        ("35 ft 2.5 in", "m", "", [("exact", "422.5", "in")]),
        ("5'11\"", "m", "", [("exact", "71", "in")]),
        ("18.25 ± 0.25 mm", "mm", "", [("range", "18.00..18.50", "mm")]),
        ("230 V ±10%", "V", "", [("range", "207..253", "V")]),
        ("49,- €", "EUR", "", [("exact", "49", "EUR")]),
        ("1.2M USD", "USD", "", [("exact", "1200000", "USD")]),
        ("12.5k", "", "", [("exact", "12500", "")]),
        ('5½"', "mm", "", [("exact", "5.5", "in")]),
        ("20…60 °C", "°C", "", [("range", "20..60", "°C")]),
        ('3/4"', "mm", "", [("exact", "0.75", "in")]),
        ("2 1/2 in", "mm", "", [("exact", "2.5", "in")]),
        ("6.1 in (155 mm)", "mm", "", [("exact", "6.1", "in")]),
        ("40 (without lens)", "g", "g", [("exact", "40", "g")]),
        ("40 g*", "g", "", [("exact", "40", "g")]),
        ("40[1]", "g", "g", [("exact", "40", "g")]),
        ("40\u00a0g", "g", "", [("exact", "40", "g")]),
        ("8 gb", "GB", "GB", [("exact", "8", "GB")]),
        ("550 nm", "Nm", "Nm", [("exact", "550", "Nm")]),
        ("2.0", "", "million", [("exact", "2000000", "")]),
        ("40", "", "", [("exact", "40", "")]),
        ("N/A", "g", "g", []),
        ("n/a", "g", "g", []),
        ("-", "g", "g", []),
        ("?", "g", "g", []),
        ("None", "g", "g", []),
        ("", "g", "g", []),
        (" \u00a0 ", "g", "g", []),
        ("0", "g", "g", [("exact", "0", "g")]),
        ("TBA", "g", "g", [("exact", "", "")]),
    ],
)
def test_figures(text: str, attribute: str, unit: str, expected: object) -> None:
    assert said(reader("quantity", attribute, unit).read(text)) == expected


@pytest.mark.parametrize(
    ("text", "attribute", "unit", "reason"),
    [
        ("40", "g", "", "'40' has no unit: add unit: g to the column in the mapping if that is the unit"),
        (
            "1.339,69",
            "g",
            "g",
            "'1.339,69' has a decimal comma: add locale: de (1.339,69) or locale: fr (1 339,69) to the mapping",
        ),
        ("1 339,69", "g", "g", "'1 339,69' has a decimal comma"),
        ("1 339", "g", "g", "'1 339' has spaces in its number"),
        ('1/2.5"', "mm", "", "'1/2.5\"' is an optical format, not a length"),
        (
            "5.75 x 4.32 mm",
            "mm",
            "",
            "'5.75 x 4.32 mm' has 2 figures: add parts: [KEY, KEY] to the column in the mapping, one attribute for each",
        ),
        ("100 V", "g", "", "'100 V' is in V (voltage), but the attribute is measured in g (mass)"),
        ("5 GB per user", "GB", "", "'5 GB per user' continues after GB: add take: \"{} GB\" to the column in the mapping"),
        ("16 GB 32 GB", "GB", "", "'16 GB 32 GB' continues after GB"),
        ("92 mm, 150 cc", "mm", "", "'92 mm, 150 cc' continues after mm"),
        (
            "Removable Li-Ion 930 mAh",
            "mAh",
            "",
            "'Removable Li-Ion 930 mAh' has words before its figure: add take: \"{n} mAh\"",
        ),
        ("€ 1.299,-", "EUR", "", "'€ 1.299,-' is not a figure"),
        (
            "5 €/kg",
            "EUR",
            "",
            "'5 €/kg' is in EUR/kg (currency EUR / mass), but the attribute is measured in EUR (currency EUR)",
        ),
        ("4.5/5", "", "", "'4.5/5' may be a rating or two figures"),
        ("35 ft 14 in", "m", "", "'35 ft 14 in' continues after ft"),
        ("2 TB 512 GB", "GB", "", "'2 TB 512 GB' continues after TB"),
        (
            "12/50",
            "V/A",
            "V/A",
            "'12/50' may be two figures, in V and in A: add parts: [KEY, KEY] to the column in the mapping, or take:",
        ),
        ("5 kg ± 3 m", "g", "", "'5 kg ± 3 m'"),
        ("heavy", "g", "g", "'heavy' has no number"),
        ("-5", "g", "g", "-5 g is negative"),
        ("=1+1", "g", "g", "'=1+1' is not a figure"),
        ("10**10**10", "g", "g", "'10**10**10' is not a figure"),
        ("9" * 401, "g", "g", "cell of 401 characters"),
        ("9" * 70_000, "g", "g", "cell of 70,000 characters"),
        ("4\0", "g", "g", "the text has a NUL character"),
        ("4\udce9", "g", "g", "the text is not valid UTF-8"),
    ],
)
def test_refused(text: str, attribute: str, unit: str, reason: str) -> None:
    found = reader("quantity", attribute, unit).read(text)
    assert isinstance(found, str)
    assert found.startswith(reason)


@pytest.mark.parametrize(
    ("text", "locale", "number"),
    [
        ("1.339,69", "de", "1339.69"),
        ("1.339", "de_DE", "1339"),
        ("1 339,69", "de", "1339.69"),
        ("1\u202f339,69", "fr", "1339.69"),
        ("4,5", "fr-CA", "4.5"),
        ("1’339.69", "de-CH", "1339.69"),
        ("1,339.69", "en", "1339.69"),
        ("1.5", "de", None),
        ("1.23,4", "de", None),
        ("12\n256", "fr", None),
        ("12\n256", "de", None),
    ],
)
def test_locales(text: str, locale: str, number: str | None) -> None:
    found = reader("quantity", "g", "g", locale=locale).read(text)
    assert (isinstance(found, str), None if isinstance(found, str) else found[0].columns[2]) == (number is None, number)


def test_two_lines_may_be_taken_from_or_named() -> None:
    assert said(reader("quantity", "g", "g", locale="de", take=("{n} g",)).read("2024\n12,5 g"))[0][1] == "12.5"
    assert said(reader("quantity", "g", "g", locale="de", values={"12 5": "12,5 g"}).read("12\n5"))[0][1] == "12.5"
    assert reader("quantity", "g", "g", locale="de", missing=("0 0",)).read("0\n0") == ()


def test_an_unknown_locale_is_answered() -> None:
    with pytest.raises(Exception, match="unknown locale 'klingon'"):
        number_formats.number_format("klingon")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.75 x 4.32 mm", ["5.75 mm", "4.32 mm"]),
        ("5.75×4.32 mm", ["5.75 mm", "4.32 mm"]),
        ("10.1 mm x 7.5 mm", ["10.1 mm", "7.5 mm"]),
        ("5.75 x 4.32", ["5.75 mm", "4.32 mm"]),
        ("~ 5.75 x 4.32 mm", ["≈ 5.75 mm", "≈ 4.32 mm"]),
    ],
)
def test_boxes(text: str, expected: list[str]) -> None:
    found = reader("quantity", "mm", "mm", parts=2).read(text)
    assert not isinstance(found, str)
    assert [part.which for part in found] == [0, 1]
    signs = {"exact": "", "about": "≈ "}
    assert [f"{signs[part.columns[1]]}{part.columns[2]} {part.columns[3]}" for part in found] == expected


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("12/50", "V/A", [("12", "V"), ("50", "A")]),
        ("12V/7A", "", [("12", "V"), ("7", "A")]),
        ("5V@500mA", "", [("5", "V"), ("500", "mA")]),
    ],
)
def test_a_pair_of_figures_of_two_things(text: str, unit: str, expected: list[tuple[str, str]]) -> None:
    targets = [ValueTarget(key, "quantity", key, False, (), {}) for key in ("V", "A")]
    found = CellReader(targets, unit, CellRules(NOTHING, frozenset(), frozenset(), {})).read(text)
    assert [(part[1], part[2]) for part in said(found)] == expected


def test_a_box_of_another_number_of_edges_is_refused() -> None:
    assert str(reader("quantity", "mm", "mm", parts=3).read("5 x 4 mm")).startswith(
        "'5 x 4 mm' has 2 figures, but the mapping has 3 parts"
    )


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("flag", "Yes", 1.0),
        ("flag", "✓", 1.0),
        ("flag", "false", 0.0),
        ("flag", "perhaps", "'perhaps' is neither yes nor no: key is a flag: use yes or no"),
        ("choice", "GREEN", "green"),
        ("choice", "red", "Red"),
        ("choice", "blue", "unknown choice 'blue' of key: use one of Red, green"),
        ("text", '1/2.5"  (~ 5 mm)', '1/2.5" (~ 5 mm)'),
        ("date", "12 May 2024", "2024-05-12"),
        ("date", "May 2024", "2024-05"),
        ("date", "5/2024", "2024-05"),
        ("date", "May 12, 2024", "2024-05-12"),
        ("date", "2024/5/12", "2024-05-12"),
        ("date", "2024-05-12T10:00:00Z", "2024-05-12"),
        ("date", "Q3 2024", "2024-Q3"),
        ("date", "2021, Q3", "2021-Q3"),
        ("date", "Q1'24", "2024-Q1"),
        ("date", "Q4’98", "1998-Q4"),
        ("date", "2010, January", "2010-01"),
        ("date", "2021, September 24", "2021-09-24"),
        ("date", "27-Jan-2022", "2022-01-27"),
        ("date", "12. März 2024", "2024-03-12"),
        ("date", "1er août 2024", "2024-08-01"),
        ("date", "2024", "2024"),
        ("date", "13/05/2024", "2024-05-13"),
        ("date", "12/05/2024", "'12/05/2024' is ambiguous: day and month: add dates: dmy or dates: mdy to the mapping"),
        ("date", "soon", "'soon' is not a date"),
        ("reference", "acme", 7),
        ("reference", "acne", "there is no product 'acne': did you mean acme?"),
    ],
)
def test_other_kinds(kind: str, text: str, expected: object) -> None:
    found = reader(kind, None).read(text)
    if isinstance(found, str):
        assert found.startswith(str(expected))
    else:
        place = {"flag": 6, "reference": 9}.get(kind, 8)
        assert [part.columns[place] for part in found] == [expected]


def test_mapping_of_a_column() -> None:
    assert reader("quantity", "g", "g", missing=frozenset({"0"})).read("0") == ()
    assert said(reader("quantity", "g", "g", values={"light": "< 20 g"}).read("Light")) == [("less_than", "20", "g")]
    found = reader("text", None, separator=";").read("US; DE;US;")
    assert not isinstance(found, str)
    assert [part.columns[8] for part in found] == ["US", "DE"]
    unknown = reader("quantity", "g").read("tba")
    assert not isinstance(unknown, str)
    assert [part.columns[0] for part in unknown] == ["unknown"]


@pytest.mark.parametrize(
    ("text", "take", "number"),
    [
        ('1/2.5" (~ 5.75 mm)', "(~ {})", "5.75"),
        ('1/2.5"', "(~ {})", ""),
        ("121 (165)/3800", "{} (", "121"),
        ("121 (165)/3800", "({})", "165"),
        ("121 (165)/3800", ")/{}", "3800"),
        ("Removable Li-Ion 1,930 mAh battery", "{n} mm", ""),
        ("Removable Li-Ion 1,930 mm battery", "{n} mm", "1930"),
        ("size 18650, 30mm", "{n} mm", "30"),
        ("4x1.5 mm & 4x1.2 mm", "{n} mm", "1.5"),
        ("5 mmHg, 6 mm", "{n} mm", "6"),
        ("Diameter 50mm", "Diameter {n}", "50"),
        ("diameter 50 MM", "Diameter {n} mm", "50"),
        ("Ø 50", ("Diameter {n}", "Ø {n}"), "50"),
    ],
)
def test_reads_cells(text: str, take: str | tuple[str, ...], number: str) -> None:
    forms = (take,) if isinstance(take, str) else take
    found = reader("quantity", "mm", "mm", take=forms).read(text)
    assert [part[1] for part in said(found)] == [number][: len(number)]


def test_a_unit_behind_the_braces_belongs_to_the_figure() -> None:
    read = reader("quantity", "GHz", take=("{n} GHz", "{n} MHz", "{} Hz max", "at {n}kHz/"))
    for text, number, unit in [
        ("4x1.5 GHz A53", "1.5", "GHz"),
        ("528 MHz ARM 11", "528", "MHz"),
        ("50 Hz max", "50", "Hz"),
        ("at 5kHz/3A", "5", "kHz"),
    ]:
        assert said(read.read(text)) == [("exact", number, unit)]


def test_reads_numbers_by_locale() -> None:
    assert said(reader("quantity", "mm", "mm", take=("{n} mm",), locale="de").read("ca. 1.930,5 mm"))[0][1] == "1930.5"
    assert said(reader("quantity", "mm", "mm", take=("{n} mm",), locale="fr").read("env. 1 930 mm"))[0][1] == "1930"


@pytest.mark.parametrize(("text", "order", "day"), [("12/05/2024", "dmy", "2024-05-12"), ("12/05/2024", "mdy", "2024-12-05")])
def test_reports_ambiguous_dates(text: str, order: str, day: str) -> None:
    assert date_formats.normalize_date(text, order) == day


def test_printed_keeps_the_cell_and_the_unit_in_force() -> None:
    cases = {"40": "40 g", "~ 40": "~ 40 g", "40 kg": "40 kg", "40 (dry)": "40 (dry)"}
    for text, printed in cases.items():
        found = reader("quantity", "g", "g").read(text)
        assert not isinstance(found, str)
        assert found[0].printed == printed


@given(st.integers(0, 10**9), st.integers(0, 6), st.sampled_from(["g", "kg", "lb", "oz", "t"]), st.sampled_from(["g", "kg"]))
def test_the_quick_way_and_the_thorough_one_agree(whole: int, decimals: int, unit: str, attribute: str) -> None:
    text = f"{whole / 10**decimals:.{decimals}f}"
    quick = reader("quantity", attribute, unit).read(text)
    thorough = reader("quantity", attribute, unit).read(f"{text} {unit}")
    assert not isinstance(quick, str)
    assert not isinstance(thorough, str)
    assert quick[0].columns == thorough[0].columns


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    for kind, attribute, unit in (("quantity", "g", "g"), ("quantity", "GB", ""), ("date", None, ""), ("flag", None, "")):
        found = reader(kind, attribute, unit).read(text)
        assert isinstance(found, str | tuple)
        assert isinstance(found, str) or all(json.dumps(part.printed) for part in found)
