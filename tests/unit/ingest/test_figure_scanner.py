"""Figures in texts with numbers, units and modifiers; and texts that are no figures."""

from __future__ import annotations

import pytest

from specdb.ingest.documents.figure_scanner import scan_figures
from specdb.ingest.documents.sentences import split_sentences

Said = tuple[str, tuple[float, ...], str | None, str]


def said(text: str) -> list[Said]:
    return [
        (figure.printed, figure.numbers, figure.unit, figure.modifier)
        for sentence in split_sentences(text)
        for figure in scan_figures(sentence)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It weighs 310 g.", ("310 g", (310,), "g", "exact")),
        ("It weighs 3,5 kg.", ("3,5 kg", (3.5,), "kg", "exact")),
        ("The cell holds 12,500mAh.", ("12,500mAh", (12500,), "mAh", "exact")),
        ("It has 1.5 million pixels.", ("1.5 million pixels", (1500000,), "pixel", "exact")),
        ("They sold half a million units.", ("half a million", (500000,), None, "exact")),
        ("It ran for twenty-five hours.", ("twenty-five hours", (25,), "h", "exact")),
        ("We saw a dozen robots.", ("a dozen", (12,), None, "exact")),
        ("A panel of 21k logic cells.", ("21k", (21000,), None, "exact")),
        ("A chip with 30B parameters.", ("30B", (30000000000,), None, "exact")),
        ("A coil of 1.2 × 10^3 ohm.", ("1.2 × 10^3 ohm", (1200,), "ohm", "exact")),
        ("The board runs at 5V.", ("5V", (5,), "V", "exact")),
        ("It delivers 40 TB per second.", ("40 TB per second", (40,), "TB/s", "exact")),
        ("Flow is 8 L/min.", ("8 L/min", (8,), "L/min", "exact")),
        ("It reaches 30 km / h.", ("30 km / h", (30,), "km/h", "exact")),
        ("Compute power is 2.5P.", ("2.5P", (2.5,), "petaflops", "exact")),
        ("Video at 60FPS.", ("60FPS", (60,), "frame/second", "exact")),
        ("The room is at 290 K.", ("290 K", (290,), "K", "exact")),
        ("It charges at temperatures up to 45C.", ("45C", (45,), "°C", "at_most")),
        ("The gyro takes a shock of ±16g.", ("±16g", (16,), "g-force", "plus_minus")),
        ("A 6.1-inch screen.", ("6.1-inch", (6.1,), "inch", "exact")),
        ('A 10.4" cluster.', ('10.4"', (10.4,), "inch", "exact")),
        ("It is 45 dB(A) loud.", ("45 dB(A)", (45,), "decibel A", "exact")),
        ("It holds 10 000 mAh.", ("10 000 mAh", (10000,), "mAh", "exact")),
        ("It costs 12.5 million US dollars.", ("12.5 million US dollars", (12500000,), "USD", "exact")),
        ("It lasts half an hour.", ("half an hour", (0.5,), "h", "exact")),
        ("It is set up in just half day.", ("half day", (0.5,), "day", "exact")),
        ("It lasts one and a half hours.", ("one and a half hours", (1.5,), "h", "exact")),
        ("A 50hz motor.", ("50hz", (50,), "Hz", "exact")),
        ("Degrees of freedom : 4", ("4", (4,), None, "exact")),
        ("DDR5-6400 MT/s memory.", ("6400 MT/s", (6400,), "MT/s", "exact")),
        ("Cores: 64", ("64", (64,), None, "exact")),
        ("| GPUs | 8 |", ("8", (8,), None, "exact")),
        ("It has 22 degrees of freedom.", ("22", (22,), None, "exact")),
        ("It holds 3 axes.", ("3", (3,), None, "exact")),
        ("A 12-core chip.", ("12", (12,), None, "exact")),
        ("It has dual microphones.", ("dual microphones", (2,), None, "exact")),
        ("It is 3x faster.", ("3x", (3,), "times", "exact")),
        ("It is ten times faster.", ("ten times", (10,), "times", "exact")),
        ("The link runs at 16 GT/sec.", ("16 GT/sec", (16,), "GT/s", "exact")),
        ("The converter takes 2.5 Msps.", ("2.5 Msps", (2.5,), "Msps", "exact")),
        ("The motor has 45Ncm.", ("45Ncm", (45,), "N·cm", "exact")),
        ("It comes with 2G of RAM.", ("2G", (2,), "GB", "exact")),
        ("A 64G solid state drive.", ("64G", (64,), "GB", "exact")),
        ("The pack holds 20AH.", ("20AH", (20,), "Ah", "exact")),
        ("It runs from 24 VDC.", ("24 VDC", (24,), "V", "exact")),
        ("It gives 410 INT8 TOPS.", ("410", (410,), "TOPS", "exact")),
        ("Four MCUs are inside.", ("Four", (4,), None, "exact")),
        ("A 7DOF arm.", ("7DOF", (7,), None, "exact")),
        ("- 4x Motor with gears", ("4x", (4,), None, "exact")),
        ("It costs from just over 30,000 pounds.", ("30,000 pounds", (30000,), "GBP", "more_than")),
        ("Contrast of the display is 5000:1.", ("5000:1", (5000,), None, "exact")),
    ],
)
def test_numbers_and_units(text: str, expected: Said) -> None:
    assert said(text) == [expected]


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("for $1,299.99 now", "USD", 1299.99),
        ("for US$40 now", "USD", 40),
        ("at 3 miles/hour", "mph", 3),
        ("~459 BF16 TFLOPS", "teraflops", 459),
        ("for USD$617 now", "USD", 617),
        ("for NT$8,990 now", "TWD", 8990),
        ("for 899 RMB now", "CNY", 899),
        ("for 899 yuan now", "CNY", 899),
        ("for RMB 899 now", "CNY", 899),
        ("for ¥899 now", "CNY", 899),
        ("for €45.5 now", "EUR", 45.5),
        ("for 45 euros now", "EUR", 45),
        ("for £1.2m now", "GBP", 1200000),
        ("for $3.4 trillion now", "USD", 3400000000000),
        ("for $25k now", "USD", 25000),
        ("for Rs. 24,999 now", "INR", 24999),
        ("for 90 US dollars now", "USD", 90),
    ],
)
def test_money(text: str, unit: str, number: float) -> None:
    assert [(numbers, found) for _, numbers, found, _ in said(text)] == [((number,), unit)]


@pytest.mark.parametrize(
    ("text", "numbers", "unit", "modifier"),
    [
        ("25–120Hz", (25, 120), "Hz", "range"),
        ("a share of 30%-40%", (30, 40), "%", "range"),
        ("between 8 and 12 hours", (8, 12), "h", "range"),
        ("from 50 degrees to 52", (50, 52), "degree", "range"),
        ("14 to 17 minutes", (14, 17), "min", "range"),
        ("-20°C to 60°C", (-20, 60), "°C", "range"),
        ("-10° to 40° C", (-10, 40), "°C", "range"),
        ("8-10x", (8, 10), "times", "range"),
        ("$1.2-1.5 million", (1200000, 1500000), "USD", "range"),
        ("$20–30", (20, 30), "USD", "range"),
        ("2 to 3 million pixels", (2000000, 3000000), "pixel", "range"),
        ("5.7 x 2.4 x 0.8 mm", (5.7, 2.4, 0.8), "mm", "exact"),
        ("34.2cmx31.3cm", (34.2, 31.3), "cm", "exact"),
        ("a screen of 1920 x 1080", (1920, 1080), "pixel", "exact"),
        ("2×150mAh", (2, 150), "mAh", "exact"),
        ("8, 16 or 32 GB", (8, 16, 32), "GB", "exact"),
        ("±2/4/8 V", (2, 4, 8), "V", "plus_minus"),
        ("25 ± 0.5 mm", (25, 0.5), "mm", "plus_minus"),
        ("±6 micrometers", (6,), "µm", "plus_minus"),
        ("accuracy: +/-1cm", (1,), "cm", "plus_minus"),
        ("repeats to +- 0,5 mm", (0.5,), "mm", "plus_minus"),
        ("700mm * 545 * 370mm", (700, 545, 370), "mm", "exact"),
    ],
)
def test_numbers_joined(text: str, numbers: tuple[float, ...], unit: str, modifier: str) -> None:
    assert [found[1:] for found in said(text)] == [(numbers, unit, modifier)]


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("about 40 g", "about"),
        ("roughly 40 g", "about"),
        ("~40 g", "about"),
        ("approaching 40 g", "about"),
        ("40 g or so", "about"),
        ("up to 40 g", "at_most"),
        ("no more than 40 g", "at_most"),
        ("not more than 40 g", "at_most"),
        ("40 g max.", "at_most"),
        ("≤ 40 g", "at_most"),
        ("below 40 g", "less_than"),
        ("just under 40 g", "less_than"),
        ("less than a mere 40 g", "less_than"),
        ("sub-40g", "less_than"),
        ("at least 40 g", "at_least"),
        ("as thin as 40 mm", "at_least"),
        ("starting at $40", "at_least"),
        ("40+ g", "at_least"),
        ("40 g or more", "at_least"),
        ("40-plus hours", "at_least"),
        ("over 40 g", "more_than"),
        ("exceeding 40 g", "more_than"),
        ("in excess of 40 g", "more_than"),
        ("about **40 g**", "about"),
        ("must not exceed a total weight of 40 g", "at_most"),
        ("1 m/s maximum speed", "exact"),
        ("weighs 40 g", "exact"),
        ("moreover 40 g", "exact"),
    ],
)
def test_modifiers(text: str, modifier: str) -> None:
    assert [found[3] for found in said(text)] == [modifier]


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [
        ("up to 16GB of RAM and 1TB of storage", ["at_most", "at_most"]),
        ("up to 7 hours with a 170mAh battery", ["at_most", "exact"]),
        ("raised from 660 mAh to 900 mAh", ["exact", "exact"]),
        ("grown from 7.6 inches to 8 inches", ["exact", "exact"]),
        ("about 1.5 lbs (680 g)", ["about", "about"]),
        ("up to 7 hours (170 mAh)", ["at_most", "exact"]),
        ("3hrs typ/8hrs max", ["exact", "at_most"]),
        ("at least 4 cores, 8 GB and 2 fans", ["at_least", "at_least", "at_least"]),
    ],
)
def test_what_figures_share(text: str, modifiers: list[str]) -> None:
    assert [found[3] for found in said(text)] == modifiers


def test_the_condition_of_an_item_is_none() -> None:
    assert [found[0] for found in said("* 10 MHz to 50 MHz: 5 dBm to 15 dBm, falling")] == ["5 dBm to 15 dBm"]


def test_a_list_of_formats_shares_its_unit() -> None:
    found = said("It gives 40 FP8, 20 BF16 and 5 FP32 dense TFLOPS.")
    assert [(numbers, unit) for _, numbers, unit, _ in found] == [
        ((40,), "teraflops"),
        ((20,), "teraflops"),
        ((5,), "teraflops"),
    ]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("24V30Ah", ["24V", "30Ah"]),
        ("5V/3A, 9V/2A", ["5V", "3A", "9V", "2A"]),
        ("Capacity660mAh2,980mAh", ["660mAh", "2,980mAh"]),
        ("Length:30mm", ["30mm"]),
        ("It takes 2h 30m.", ["2h", "30m"]),
    ],
)
def test_figures_without_a_space(text: str, printed: list[str]) -> None:
    assert [found[0] for found in said(text)] == printed


@pytest.mark.parametrize(
    "text",
    [
        "The M4 and the A1 are out.",
        "It passed 3C certification.",
        "Made in an N+3 process.",
        "It has Wi-Fi 7 and Bluetooth 5.3.",
        "It is IP68 rated.",
        "A 2-in-1 device.",
        "It has a PCIe 5.0 x16 slot.",
        "It came on 2026-04-30, on April 30, 2026, and on 30 April.",
        "Version 2.1.4 of the firmware.",
        "A 16:9 screen.",
        "The 2026 model year.",
        "At 10:30 it began.",
        "A 4K display and 5G.",
        "The Cortex-M55 and the MPU-6050 are chips.",
        "See part 15 and section 3.2.",
        "It ran 24/7.",
        "It shipped two years ago.",
        "The last 5 years were good.",
        "He said “we sold 5” to us.",
        "It goes 0-100 km/h.",
        "In 1 in 5 of them.",
        "```\nWrote 161 kB in 3 s\n```",
        "It has Wi-Fi 802.11 g and n.",
        "The QRL53L0X is a sensor of the 0x series.",
        "The port is set to 19200-8-N-1.",
        "The arm LX 4P has good performance.",
        "They have been around for six years.",
        "We have 16 years’ experience.",
        "The 1990s came.",
        "A 5 minute read.",
        "Open 24 hours a day.",
        "1-1-1-1-1-1",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
        "123456789012345678901234567890 g",
        "",
    ],
)
def test_no_figures(text: str) -> None:
    assert [found for found in said(text) if found[2] is not None] == []
