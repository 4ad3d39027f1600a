"""A failing statement, COMMIT included, leaves the database unchanged and unlocked, with a clear error."""

from __future__ import annotations

import random
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from failing_connection import failing_statement, is_closed, may_write
from old_schemas import at_revision, server_at_revision

from helpers.editing import apply_yaml, draft, run_change
from specdb import resources
from specdb.bundles import bundle
from specdb.database import create, undo
from specdb.editing import entities
from specdb.editing.edit_session import run_edit
from specdb.editing.load import load
from specdb.editing.seed_upgrade import merge_seed, text_digest, upgrade_seed
from specdb.editing.spec_edits import add_spec, retract_spec
from specdb.errors import DatabaseError
from specdb.ingest.tables.import_files import ImportOptions
from specdb.ingest.tables.import_files import import_files as import_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.database_backends import DatabaseBackend
    from specdb.database.location import Location

pytestmark = pytest.mark.both_dialects

FIRST, SOME, LAST = 40, 6, 6
"""How many statements of a write fail: those at its start, some after them by chance, and those at its end."""

LAMPS = """specdb: 1
categories: [{key: lamp, name: lamps, parent: device}]
attributes: [{key: light, name: light, kind: quantity, unit: lm, better: higher}]
sources: [{slug: box, title: Box, date: 2026-01-01}]
products:
- {slug: l1, name: Lamp One, category: lamp, aliases: [one], specs: [{attribute: weight, value: 40 g, source: box}]}
- {slug: l2, name: Lamp Two, category: lamp, specs: [{attribute: light, value: 800 lm, source: box}]}
claims: [{about: l1, expression: weight of l1, value: 40 g, printed: forty grams, source: box}]
"""
CHANGED = LAMPS.replace("40 g, source", "41 g, source").replace("Lamp Two", "Lamp 2").replace("[one]", "[uno]")
TABLE = "Model,Weight (g),Light\nLamp Three,39,900 lm\nLamp Four,38,up to 950 lm\n"
MAPPING = """mapping: 1
source: {slug: lamp-test, title: Lamps tested, date: 2026-03-01}
category: device
name: "{Model}"
columns: {Weight (g): weight, Light: light}
attributes: [{key: light, name: light, kind: quantity, unit: lm, better: higher}]
"""


@pytest.fixture(autouse=True, scope="module")
def read_once() -> Iterator[None]:
    """A text that is brought in again and again is parsed once, which takes longest and asks the database nothing."""
    read = cache(bundle.parse_bundle)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "parse_bundle", lambda text, name, *_faults: read(text, name))
        yield


def contents(place: Location) -> str:
    """What tells a database from any other: a file's bytes; of a server's columns, indexes, and all rows of each table."""
    if isinstance(place, Path):
        return sha256(place.read_bytes()).hexdigest()
    with psycopg.connect(place.url) as connected:
        sql = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        columns = connected.execute(sql).fetchall()
        made = connected.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1").fetchall()
        each = "SELECT '{0}', COUNT(*), SUM(HASHTEXTEXTENDED(t::text, 0)::numeric) FROM {0} t"
        tables = sorted({table for table, _ in columns})
        rows = connected.execute(" UNION ALL ".join(map(each.format, tables)).encode()).fetchall() if tables else []
    return repr((columns, made, sorted(rows)))


def as_before(place: Location, before: str) -> None:
    """Fails unless a database holds what it held, is free to be written, and has nothing lying beside it."""
    assert may_write(place)
    assert contents(place) == before
    if isinstance(place, Path):
        assert [file.name for file in place.parent.iterdir()] == [place.name]


def fail_again_and_again(backend: DatabaseBackend, place: Location, write: Callable[[Location], object]) -> int:
    """Lets one statement after another of a write fail until it goes through; how many failures that were.

    At one in six, and at COMMIT, the transaction is gone with it.
    """
    rehearsal = backend.copied(place)
    with failing_statement(rehearsal, 0) as fault:
        write(rehearsal)
    backend.drop(rehearsal)
    count = len(fault.seen)
    assert fault.seen.index("COMMIT") == count - 1
    middle = range(FIRST + 1, count + 1 - LAST)
    some = random.Random(0).sample(middle, min(SOME, len(middle)))  # noqa: S311  places, not secrets
    numbers = sorted({*range(1, min(FIRST, count) + 1), *some, *range(max(count + 1 - LAST, 1), count + 1)})
    faults = [(number, False) for number in numbers] + [(number, True) for number in (*numbers[::6], count)]
    before = contents(place)
    for number, gone in faults:
        with failing_statement(place, number, gone=gone) as fault, pytest.raises(DatabaseError) as caught:
            write(place)
        assert str(place) in caught.value.problem
        assert all(map(is_closed, fault.connections)), fault.seen[-1]
        as_before(place, before)
    with failing_statement(place, count + 1):
        write(place)
    assert contents(place) != before
    return len(faults)


def nothing(_place: Location, _folder: Path) -> None:
    """Some writes need no other before them."""


def lamps(place: Location, folder: Path) -> None:
    file = folder / "lamps.yaml"
    file.write_text(LAMPS, encoding="utf-8")
    load(place, file)


def an_older_seed(place: Location, _folder: Path) -> None:
    text = resources.SEED.read_text(encoding="utf-8").replace("approximately 40g", "approximately 45g")
    text = text.replace("  name: DingTalk A1 Pro\n", "  name: A1 Pro\n")
    assert run_edit(
        place, lambda work: upgrade_seed(work, text, "it"), "a seed", origin="seed", digest=text_digest(text)
    ).changeset


def imported(place: Location, folder: Path) -> None:
    table, mapping = folder / "lamps.csv", folder / "mapping.yaml"
    table.write_text(TABLE, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    import_(place, [table], ImportOptions(mapping, create_attributes=True), lambda _: True)


def edit(change: Callable[..., Any], *arguments: Any) -> Callable[[Location, Path], None]:
    def write(place: Location, _folder: Path) -> None:
        run_change(place, change, *arguments)

    return write


def apply(place: Location, _folder: Path) -> None:
    apply_yaml(place, CHANGED)


def undone(place: Location, _folder: Path) -> None:
    undo.undo_changeset(place, None)


def seed(place: Location, _folder: Path) -> None:
    merge_seed(place)


WRITES: dict[str, tuple[Callable[[Location, Path], None], Callable[[Location, Path], None]]] = {
    "set": (nothing, edit(add_spec, "a1-pro", draft("weight", "41 g"))),
    "unset": (lamps, edit(retract_spec, "l1", "weight", {})),
    "apply": (lamps, apply),
    "load": (nothing, lamps),
    "import": (nothing, imported),
    "undo": (lamps, undone),
    "rename": (nothing, edit(entities.rename_entity, "product", "a1-pro", "pro")),
    "merge": (nothing, edit(entities.merge_products, "moonix-pro", "moonix")),
    "seed": (an_older_seed, seed),
}

QUICK = ("set", "unset", "rename")
"""Writes that are tried each time; the others are in the long part."""


@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.long) for name in WRITES])
def test_failing_statements_of_a_write(
    backend: DatabaseBackend, database: Location, tmp_path: Path, name: str, record_property: Callable[[str, object], None]
) -> None:
    prepare, write = WRITES[name]
    prepare(database, tmp_path)
    tried = fail_again_and_again(backend, database, lambda place: write(place, tmp_path))
    record_property("failures", tried)
    assert tried > 20


@pytest.mark.long
def test_failing_statements_of_an_upgrade(
    backend: DatabaseBackend, new_place: Location, seeded: Location, record_property: Callable[[str, object], None]
) -> None:
    if isinstance(new_place, Path):
        assert isinstance(seeded, Path)
        at_revision("0001", seeded, new_place)
    else:
        assert not isinstance(seeded, Path)
        server_at_revision("0001", seeded, new_place)
    tried = fail_again_and_again(backend, new_place, create.upgrade)
    record_property("failures", tried)
    assert tried > 20
