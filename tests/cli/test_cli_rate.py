"""specdb rate: set, list, and the round trip through YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from specdb.editing.load import load
from specdb.errors import ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run
    from specdb.database.location import Location

RATES = """rates:
- {day: 2026-11-20, base: TWD, quote: USD, rate: 0.031, source: central bank}
- {day: 2026-11-20, base: VND, quote: USD, rate: 0.0000380, source: 'desk: noon, "mid"'}
"""


def test_set_list_save_load(run: Run, database: Location, new_place: Location, tmp_path: Path) -> None:
    at = {"SPECDB_URL": str(database)}
    made = run("rate", "set", "2026-11-20", "NT$", "USD", "0.031", "--source", "central bank", env=at)
    assert (made.returncode, made.stdout) == (0, "1 TWD = 0.031 USD on 2026-11-20, central bank.\n")
    for rate in ("1", "0.0000380"):  # the second takes the place of the first
        words = ("rate", "set", "2026-11-20", "VND", "USD", rate, "--source", 'desk: noon, "mid"')
        assert run(*words, env=at).returncode == 0
    listed = run("rate", "list", "-f", "csv", env=at).stdout
    assert listed.splitlines()[:2] == ["day,base,quote,rate,source", "2026-11-20,TWD,USD,0.031,central bank"]
    assert run("list", "rates", "-f", "csv", env=at).stdout == listed
    saved = run("db", "save", env=at).stdout
    assert RATES in saved
    assert saved.index("\nsources:") < saved.index("\nrates:") < saved.index("\nproducts:")
    (tmp_path / "rates.yaml").write_text(f"specdb: 1\n{RATES}", encoding="utf-8")
    fresh = {"SPECDB_URL": str(new_place)}
    assert run("db", "load", str(tmp_path / "rates.yaml"), env=fresh).returncode == 0
    assert run("db", "save", env=fresh).stdout == saved
    again = run("db", "load", str(tmp_path / "rates.yaml"), env=fresh)
    assert (again.returncode, again.stderr.count("a second exchange rate of")) == (1, 2)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("{day: 2026-11-20, base: TWX, quote: USD, rate: 1, source: x}", "unknown currency 'TWX'"),
        ("{day: 2026-11-20, base: g, quote: USD, rate: 1, source: x}", "unknown currency 'g'"),
        ("{day: 2026-11-20, base: TWD, quote: USD, rate: -1, source: x}", "the rate '-1' is not a positive number"),
        ("{day: 2026-11-20, base: TWD, quote: USD, rate: much, source: x}", "the rate 'much' is not a positive number"),
        ("{day: 2026-11-31, base: TWD, quote: USD, rate: 1, source: x}", "is not in the calendar"),
        ("{day: 2026-11, base: TWD, quote: USD, rate: 1, source: x}", "is not a single day"),
        ("{day: 2026-11-19, base: EUR, quote: TWD, rate: 1, source: x}", "a second exchange rate of EUR and TWD on 2026-11-19"),
        ("{day: 2026-11-20, base: TWD, quote: USD, rate: 1}", "has no source"),
    ],
)
def test_faults_have_their_line(database: Location, tmp_path: Path, item: str, said: str) -> None:
    file = tmp_path / "rates.yaml"
    first = "{day: 2026-11-19, base: TWD, quote: EUR, rate: 0.03, source: x}"
    file.write_text(f"specdb: 1\nrates:\n- {first}\n- {item}\n", encoding="utf-8")
    with pytest.raises(ValidationError) as caught:
        load(database, file)
    assert [fault.line for fault in caught.value.issues] == [4]
    assert said in caught.value.issues[0].problem


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["rate", "set", "2026-11-20", "TWD", "USD", "0.031"], 2, "Missing option '--source'"),
        (["rate", "set", "2026-11-20", "TDW", "USD", "0.031", "--source", "x"], 2, "did you mean TWD"),
        (["rate", "set", "tomorrow", "TWD", "USD", "0.031", "--source", "x"], 2, "'tomorrow' is not a date"),
        (["rate", "set", "2026-11-20", "TWD", "USD", "nan", "--source", "x"], 2, "the rate 'nan' is not a positive number"),
        (["compare", "a1", "a1-pro", "--currency", "dolar"], 2, "unknown currency 'dolar'"),
        (["compare", "a1", "a1-pro", "--currency", "TWD"], 1, "add one: specdb rate set 2026-04-30 CNY TWD RATE --source TEXT"),
    ],
)
def test_bad_input(run: Run, words: list[str], code: int, said: str) -> None:
    result = run(*words)
    assert (result.returncode, result.stdout) == (code, "")
    assert said in result.stderr


def test_remarks_go_to_stderr_and_footnotes_to_stdout(run: Run) -> None:
    asked = run("query", "--max-price", "200 USD", "--currency", "USD", "-f", "csv")
    assert asked.stdout.splitlines() == [
        "product,product_name,category,price,match",
        "a1-pro,DingTalk A1 Pro,ai-recorder,190.23,certain",
    ]
    assert "money is converted at 1 CNY = 0.1464 USD, ECB 2026-04-30" in asked.stderr
    compared = run("compare", "a1", "a1-pro", "-a", "price", "--currency", "USD", "-f", "markdown")
    assert "190.23 USD" in compared.stdout
    assert "1 CNY = 0.1464 USD, ECB 2026-04-30" in compared.stdout
