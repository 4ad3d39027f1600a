"""Products and attributes of figures: small cases, and five articles with hand-made answers."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specdb.ingest.documents.extraction import extract

if TYPE_CHECKING:
    from specdb.database.view import View
    from specdb.ingest.documents.tagged_figure import FigureDraft

ARTICLES = Path(__file__).parent / "articles"


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("DingTalk A1 Pro\n\nThe A1 Pro weighs 40 g.", ["a1-pro"]),
        ("The NVIDIA H20 has 96GB, while the Huawei Ascend 950PR has 112GB.", ["h20", "ascend-950pr"]),
        ("Huawei news\n\nIts Ascend 950PR beats NVIDIA’s H20, which has 96GB.", ["h20"]),
        ("Vela X3 review\n\nIt weighs 40 g.\n\nIt lasts 5 h.", ["Vela X3", "Vela X3"]),
        ("Vela X3 review\n\nCompared with the Vela X2, it weighs 40 g.", ["Vela X3"]),
        ("Vela X3 review\n\nThe X3 is new. The Vela X2 weighs 45 g.", ["Vela X2"]),
        ("Vela X3 review\n\nPriced at $90, the Vela X2 was cheap.", ["Vela X2"]),
        ("Vela X3 manual\n\nIt uses the QRT5510 from Foo, a chip with 2 MB of RAM.", ["Vela X3"]),
        ("Vela X3\n\n| | Vela X3 | Vela X2 |\n|---|---|---|\n| Weight | 40 g | 45 g |", ["Vela X3", "Vela X2"]),
        ("Vela\n\n| Model | Weight |\n|---|---|\n| Vela X3 | 40 g |\n| Vela X2 | 45 g |", ["Vela X3", "Vela X2"]),
        ("An A1 of another maker weighs 40 g.", ["A1"]),
        ("Meet Vela X\n\nVela is small. Vela is light. It weighs 40 g. Vela is here.", ["Vela"]),
        ("The Drone\n\nThis page tells of it. It weighs 40 g.", ["Drone"]),
        ("Range deck v2\n\nThe Vela carries it. It weighs 2 g.", ["Range deck v2"]),
        ("Rover Ver.3.0\n\nIt weighs 2 kg.", ["Rover Ver.3.0"]),
        ("Arvo rival? Maker unveils a car\n\nThe Vela 2 is out. The Vela 2 is new.\n\nIt has 90 kWh.", ["Vela 2"]),
        ("New cars\n\n1. Vela E\n\nIt has 90 kWh.\n\n2. Arvo S\n\nIt has 60 kWh.", ["Vela E", "Arvo S"]),
        (
            "Vela Tern\n\nVela Tern news. The Arvo Tern weighs 9 g. Arvo Tern it was. A Vela Tern weighs 8 g.",
            ["Arvo Tern", "Vela Tern"],
        ),
        ("Vela X3\n\nThe Vela X2 had 3 Ah, its successor has 4 Ah.", ["Vela X2", "Vela X3"]),
        ("Vela X3\n\nThe Vela X3 (it replaces the Vela X2) weighs 40 g.", ["Vela X3"]),
        ("VELA Rover\n\nRover 40 is a robot of VELA. It weighs 40 kg.\n\nThe VELA Rover ran 9 h.", ["Rover 40"] * 2),
        ("Vela Mini\n\nThe Mini SE is small. The Mini SE weighs 40 g.", ["Mini SE"]),
        ("Vela 5 and 5 Plus\n\nA Vela 5 Plus is here. The Vela 5 weighs 9 g. The Plus has 5 Ah.", ["Vela 5", "Vela 5 Plus"]),
        ("Vela T1\n\nThe T1 Pro has 5 Ah while the T1 makes do with 4 Ah.", ["T1 Pro", "T1"]),
        ("Vela P20\n\nThe P20 weighs 20 kg. The P10 carried 5 kg.", ["P20", "P10"]),
        ("Vela HX-2 board\n\nThe HX-2 draws 20 mA. HX-1, its elder, had 2 MB.", ["Vela HX-2 board", "HX-1"]),
        ("Vela\n\nVela Watch 3: 30 g\n\nVela Watch 3 Max: 38 g", ["Vela Watch 3", "Vela Watch 3 Max"]),
        ("Vela buds\n\nThe Vela Dot weighs 5 g. The Vela Dash weighs 7 g.", ["Vela Dot", "Vela Dash"]),
        ("Vela\n\nThe Vela One has 5 Ah, the Vela Two 65 g.", ["Vela One", "Vela Two"]),
        ("Vela\n\nThe Arvo 7 weighs 9 g. Section 4 offers 5 g.", ["Arvo 7"] * 2),
        ("Drones\n\nMeet the Strix and the Onyx. The Strix weighs 90 g. The Onyx weighs 80 g.", ["Strix", "Onyx"]),
        ("Sensors\n\n## TF-Mini\n\nRange: 12 m\n\n## TF-Nova\n\nRange: 14 m", ["TF-Mini", "TF-Nova"]),
        ("Velo\n\nVelo K4\n\nThe Velo K line takes 12 V.\n\nVelo N2\n\nThe Velo N line takes 5 V.", ["Velo K4", "Velo N2"]),
        ("Hovera unveils Strix\n\nHovera made Strix small. The drone weighs 90 g, says Hovera.", ["Strix"]),
        ("Vela X3\n\nIt is thinner than the Arvo 7 (9 mm), but heavier than the Ondo 5 (80 g).", ["Arvo 7", "Ondo 5"]),
        ("Vela X3\n\nThe X3 is slimmer than the Arvo 7 which is 9 mm thick.", ["Arvo 7"]),
        ("Vela X3\n\nIt is like the Arvo 7, which costs $90, or the Ondo K2, which goes for $80.", ["Arvo 7", "Ondo K2"]),
        ("Vela X3\n\nThe X3 rivals the 80 g Ondo 5. It takes 9 W.", ["Ondo 5", "Vela X3"]),
        ("Vela X3\n\nThe X3 is lighter than the Arvo 7’s 90 g.", ["Arvo 7"]),
        ("Vela X3\n\nIt shrank, heavier than the older Arvo 7, at 90 g.", ["Arvo 7"]),
        ("Vela X3\n\nThe weight grew to 45 g in the Vela X2, then fell to 40 g in the Vela X3.", ["Vela X2", "Vela X3"]),
        ("Vela X3\n\nIt weighs 40 g. Its predecessor, which weighed 45 g, is gone.", ["Vela X3", "Vela X3 predecessor"]),
        ("Vela X3\n\nThe Vela X3 is lighter than the Vela X2. The predecessor weighed 45 g.", ["Vela X2"]),
        ("Vela X3\n\nThe Vela X2 is old. The Vela X3 is 9 mm thick, down from 12 mm.", ["Vela X3", "Vela X2"]),
        ("Vela X3\n\nUnlike the Arvo 7, the new device has a 5-inch display.", ["Vela X3"]),
        ("Vela X3\n\nThe Vela X3 is here.\n\nThe Arvo 7 weighs 90 g.\n\nIt has 9 W.", ["Arvo 7", "Vela X3"]),
        ("Vela X3\n\nThe band, dubbed the Vela Loop, lasts 30 days. Vela Loop it is.", ["Vela Loop"]),
        ("Vela X3\n\nHovera’s Strix Ear+ are good for 22 hours.", ["Strix Ear+"]),
        ("Vela X3\n\nIt is close to Hovera’s 288 GB Onyx Ultra chips.", ["Onyx Ultra"]),
        ("Vela X3\n\nBigMule by comparison weighs 240 kg.", ["BigMule"]),
        ("Vela X3\n\nThe X3 is light. In the X2 series it weighs 40 g.", ["Vela X3"]),
        ("Vela X3\n\nThe Vela X3 counts 64 Torr5 chips. Vela X3 it is. Each Torr5 chip offers 9 W.", ["Vela X3"] * 2),
        ("Hovera says its new watch lasts\n\nHovera likes the Vela Watch. The Vela Watch weighs 40 g.", ["Vela Watch"]),
        ("Hovera Updating Low-Cost Vela\n\nThe Vela is new. Vela it is, a Vela-powered Vela. It weighs 40 g.", ["Vela"]),
        ("Samsung’s phone is near\n\nSamsung will make the Vela Fold. Folded, it is 9 mm thick.", ["Vela Fold"]),
        (
            "Vela Pad news\n\nThe 11-inch Vela Pad weighs 1 kg, the 13-inch Vela Pad 2 kg. The 11-inch Vela Pad costs $90, "
            "while the 13-inch model starts at $99.",
            ["11-inch Vela Pad", "13-inch Vela Pad", "11-inch Vela Pad", "13-inch Vela Pad"],
        ),
        ("# Parts\n\n## GPS: Vela N8\n\n- Weight: 9 g\n\n## Radio: Arvo V4 Pro\n\n- Weight: 8 g", ["Vela N8", "Arvo V4 Pro"]),
        ("# Vela rover\n\n*Motor Mount - weight: 5 g*\n\n*Knee Joint - weight: 6 g each*", ["Motor Mount", "Knee Joint"]),
        ("# Robots\n\n## STILT\n\nSTILT (a walker) is a robot.\n\n- Weight: 9 kg", ["STILT"]),
        ("Chips\n\n- Vela H1 (2022): 80 GB\n- Vela H2 (2024): 90 GB\n- Arvo M3: 70 GB", ["Vela H1", "Vela H2", "Arvo M3"]),
        ("Chips\n\nHovera K1 — the first\n\n80 GB at 9 W.\n\nArvo Q2\n\n90 GB.", ["Hovera K1", "Hovera K1", "Arvo Q2"]),
        ("# Hovera’s mobile foot specifications\n\n**Build:**\n- Steel\n\n**Weight:** 25 kg", ["Hovera"]),
        ("Vela\n\n| Spec | p10a | p15b |\n|---|---|---|\n| Weight | 40 g | 45 g |", ["p10a", "p15b"]),
        ("Vela X3\n\n| Specification | Parameter |\n|---|---|\n| Weight | 40 g |", ["Vela X3"]),
        ("Vela RTX 5\n\nIt has 90 CUDA cores. It is paired with 16 GB of memory.", ["RTX 5"] * 2),
    ],
)
def test_products(view: View, text: str, products: list[str]) -> None:
    assert [draft.product for draft in extract(text, view)] == products


@pytest.mark.parametrize(
    ("text", "attribute", "known"),
    [
        ("It weighs 40 g.", "weight", True),
        ("A 4,200mAh battery.", "battery", True),
        ("It is 8 mm thick.", "thickness", True),
        ("It lasts 18 hours on standby.", "standby", True),
        ("It costs $90.", "price", True),
        ("Made in a 5nm process.", "process-node", True),
        ("It has six microphones.", "microphone-count", True),
        ("It has 22 degrees of freedom.", "degrees-of-freedom", True),
        ("An annual capacity of one million robots.", "annual-capacity", True),
        ("A refresh rate of 120 Hz.", "refresh rate", False),
        ("It flies for 30 minutes.", "flight time", False),
        ("A pixel pitch of 6 µm.", "pixel pitch", False),
        ("Wheelbase: 2,960 mm", "wheelbase", False),
        ("It has 12 zoned burner plates.", "plates", False),
        ("Movement accuracy: 1 cm", "movement accuracy", False),
        ("* Operational time:\n    * 3 h", "operational time", False),
        ("Obstacles: 5 cm", "obstacles", False),
        ("Heater: 60 W", "heater power", False),
        ("Collaborative speed: 500 mm/s", "collaborative speed", False),
        ("Max reach\n\n440 mm", "max reach", False),
        ("An arm with ±0.1 mm repeatability.", "repeatability", False),
        ("Port power (50 mA)", "current", False),
        ("| Data movement | 1 TB/sec of DMA bandwidth |", "DMA bandwidth", False),
        ("| System | 8 GB RAM and more |", "RAM", False),
        ("| Resolution | at 20 fps |", "frame rate", False),
        ('A 1/2.3" CMOS chip.', "sensor size", False),
        ("A body of 6 cm x 16 cm", "dimensions", False),
        ("Rated for 24 hours of use.", "battery-life", True),
        ("It runs for 90 min on a full charge.", "battery-life", True),
        ("It has 6 degrees of leg freedom.", "degrees-of-freedom", True),
    ],
)
def test_attributes(view: View, text: str, attribute: str, known: bool) -> None:
    assert [(draft.attribute, draft.attribute_known) for draft in extract(text, view)] == [(attribute, known)]


TABLE = """Vela

| Model | # of chips | RAM (GiB) | FP8 TFLOPS |
|---|---|---|---|
| Vela X3 | 8 | 1,024 | 47.5 |
|         | 9 | -1 | n/a |

| | Min | Max (mA) |
|---|---|---|
| Standby current (µA) | 3 | 5.5 |
"""


def test_heads_of_tables_give_units_and_what_is_counted(view: View) -> None:
    assert [(draft.printed, draft.unit, draft.product, draft.attribute) for draft in extract(TABLE, view)] == [
        ("8", None, "Vela X3", "chips"),
        ("1,024", "GiB", "Vela X3", "RAM"),
        ("47.5", "teraflops", "Vela X3", "compute"),
        ("9", None, "Vela X3", "chips"),
        ("-1", "GiB", "Vela X3", "RAM"),
        ("3", "µA", "Vela", "standby current"),
        ("5.5", "mA", "Vela", "standby current"),
    ]


LISTED = """Vela X3

    *   -
        - Vela X2
        - Vela X3
        - Factor

    *   - FP8 (TFLOPS)
        - 1299
        - 2517
        - 2x
    *   - RAM (GiB)
        - 96
        - -
        - n/a

  * - Weight
    - 40 g
    - light
"""


def test_tables_that_are_written_as_lists(view: View) -> None:
    assert [(draft.printed, draft.unit, draft.product, draft.attribute) for draft in extract(LISTED, view)] == [
        ("1299", "teraflops", "Vela X2", "FP8"),
        ("2517", "teraflops", "Vela X3", "FP8"),
        ("2x", "times", "Vela X3", "FP8 factor"),
        ("96", "GiB", "Vela X2", "RAM"),
        ("40 g", "g", "Vela X2", "weight"),
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("| Model | Weight |\n|---|---|\n| Module 3 | 34 g |", ("Module 3", "weight")),
        ("| Mode | Current |\n|---|---|\n| Sleep | 3 µA |", ("Vela", "sleep current")),
        ("| | Item | Notes |\n|---|---|---|\n| A | Hub | 5 V |", ("Vela", "hub")),
        ("| Item | Notes |\n|---|---|\n| Front wheels | 4 inch stroke |", ("Vela", "front wheels stroke")),
    ],
)
def test_rows_of_tables_are_products_or_of_one(view: View, table: str, expected: tuple[str, str]) -> None:
    assert [(draft.product, draft.attribute) for draft in extract(f"Vela\n\n{table}", view)] == [expected]


def test_years_of_nothing_named_are_left_out(view: View) -> None:
    drafts = extract("Vela X3\n\nIt took over 25 years. The warranty is 8 years.", view)
    assert [draft.printed for draft in drafts] == ["8 years"]


@pytest.mark.parametrize(
    ("text", "qualifiers"),
    [
        ("It gives 40 TFLOPS of dense FP8.", {"precision": "FP8", "condition": "dense"}),
        ("It costs $20 per month.", {"per": "month"}),
        ("It has 38 active compute units.", {"kind": "active"}),
        ("The target price is $20.", {"status": "target"}),
        ("It weighs 40 g.", {}),
    ],
)
def test_qualifiers(view: View, text: str, qualifiers: dict[str, str]) -> None:
    assert [draft.qualifiers for draft in extract(text, view)] == [qualifiers]


def test_a_named_product_holds_for_all(view: View) -> None:
    drafts = extract("The Huawei Ascend 950PR has 112GB. It costs $90.", view, "h20")
    assert [(draft.product, draft.product_known) for draft in drafts] == [("h20", True)] * 2


def test_known_things_are_surer(view: View) -> None:
    known, new = extract("DingTalk A1 Pro weighs 40 g. The Vela X3 blinks at 3 Hz.", view)
    assert known.confidence > new.confidence


def test_articles(view: View) -> None:
    with (ARTICLES / "gold.tsv").open(encoding="utf-8") as file:
        gold = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = {name: _by_text(view, name) for name in {row["article"] for row in gold}}
    agreed = dict.fromkeys(("unit", "modifier", "product", "attribute"), 0)
    for row in gold:
        draft = next((draft for draft in found[row["article"]] if draft.printed.startswith(row["printed"])), None)
        if draft is None or (draft.unit or "") != row["unit"]:
            continue
        agreed["unit"] += 1
        agreed["modifier"] += draft.modifier == row["modifier"]
        agreed["product"] += _alike(draft.product, row["product"])
        agreed["attribute"] += _alike(draft.attribute, row["attribute"])
    least = {"unit": 0.98, "modifier": 0.95, "product": 0.9, "attribute": 0.8}
    assert {part: share for part, share in agreed.items() if share < least[part] * len(gold)} == {}


def _by_text(view: View, name: str) -> list[FigureDraft]:
    return extract((ARTICLES / f"{name}.txt").read_text(encoding="utf-8"), view)


def _alike(said: str, wanted: str) -> bool:
    """Whether the words of one are all in the other, or half of all words are in both."""
    one, other = (set(re.findall(r"[a-z0-9]+", text.lower())) for text in (said, wanted))
    return bool(one) and (one <= other or other <= one or len(one & other) * 2 >= len(one | other))
