"""How many examples a law draws, as a ratio of the Hypothesis profile's."""

from __future__ import annotations

from hypothesis import settings


def scaled(ratio: float) -> int:
    """Return this share of the profile's examples: cheap laws take more than it says, expensive ones fewer."""
    return max(1, round(settings().max_examples * ratio))
