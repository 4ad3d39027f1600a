"""Locate the seed and the migrations: in the installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_ROOT = _PACKAGE if (_PACKAGE / "migrations").is_dir() else _PACKAGE.parent.parent

SEED = _ROOT / "data" / "seed.yaml"
MIGRATIONS = _ROOT / "migrations"
