from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from specdb.render.scalar import join_pairs, plain_value

if TYPE_CHECKING:
    from specdb.domain.table import Scalar


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2980.0, "2980"),
        (-0.0, "0"),
        (14.9, "14.9"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e300, "1e+300"),
        (-5, "-5"),
        (True, "True"),
        ("2980.0", "'2980.0'"),
        (None, "None"),
        (float("inf"), "None"),
        (float("-inf"), "None"),
        (float("nan"), "None"),
        ({"precision": "FP4"}, "{'precision': 'FP4'}"),
    ],
)
def test_plain(value: Scalar, shown: str) -> None:
    assert repr(plain_value(value)) == shown


def test_pairs() -> None:
    assert join_pairs({"precision": "FP4", "status": "target"}) == "precision=FP4;status=target"
    assert join_pairs({}) == ""
