"""A reference model in plain Python of a small database of lamps: their statements, and what edits and imports do to them.

It knows nothing of databases. A world is an immutable value; each operation returns another world, or None where the
database must refuse it.
"""

from __future__ import annotations

from typing import NamedTuple

DAYS = {"sheet": "2026-04-01", "review": "2026-04-01"}
"""The sources and their dates."""

MANY = frozenset(("colour",))
ORDER = ("weight", "colour", "part")
GRAMS = {"40 g": 40.0, "41 g": 41.0, "≈ 40 g": 40.0, "0.05 kg": 50.0}

Memory = dict[tuple[int, str], frozenset[tuple[int, str]]]
"""For a lamp and an attribute: the last text imported from tables and its turn; all texts if several values are allowed."""


class Statement(NamedTuple):
    """A spec. Its `value` is a text, or the id of the lamp it refers to; an earlier statement has a lower `turn`."""

    turn: int
    attribute: str
    mode: str
    value: str | int
    printed: str
    source: str
    at: str
    as_of: str
    rank: str = "normal"

    @property
    def content(self) -> Statement:
        """The statement without its turn."""
        return self._replace(turn=0)

    def concerns(self, attribute: str, mode: str, source: str = "") -> bool:
        """Return whether it answers this question, by this source or by any."""
        return (self.attribute, self.mode) == (attribute, mode) and source in ("", self.source)


class Lamp(NamedTuple):
    """A product with its names and statements."""

    slug: str
    name: str
    aliases: frozenset[str] = frozenset()
    statements: tuple[Statement, ...] = ()

    def revert(self, before: Lamp, after: Lamp) -> Lamp | None:
        """Return the lamp without the change from one state to another; None if later changes depend on it."""
        lost = [one for one in before.statements if one not in after.statements]
        made = [one for one in after.statements if one not in before.statements]
        later = [one for one in self.statements if one not in after.statements]
        replaced = any(
            one.concerns(old.attribute, old.mode, old.source) and (old.attribute not in MANY or one.value == old.value)
            for one in later
            for old in lost
        )
        if replaced or not set(made) <= set(self.statements) or not after.aliases - before.aliases <= self.aliases:
            return None
        called = self.slug, self.name
        if (before.slug, before.name) != (after.slug, after.name):
            if called != (after.slug, after.name):
                return None
            called = before.slug, before.name
        aliases = self.aliases - (after.aliases - before.aliases) | (before.aliases - after.aliases)
        return Lamp(*called, aliases, (*(one for one in self.statements if one not in made), *lost))


class ChangeScope(NamedTuple):
    """What a change affects: lamps added or removed, lamps it mentions, and the single things it changes."""

    lamps: frozenset[int]
    near: frozenset[int]
    things: frozenset[object]

    def overlaps(self, other: ChangeScope) -> bool:
        """Return whether one of two changes may prevent undoing the other."""
        both = self.lamps & (other.lamps | other.near) | other.lamps & self.near
        return bool(both or self.things & other.things)


class SpecInput(NamedTuple):
    """A spec as a person writes it; a part is written by its name."""

    attribute: str
    mode: str
    value: str
    source: str
    as_of: str = ""
    rank: str = "normal"


class World(NamedTuple):
    """All lamps by id, the ids of removed lamps by slug, and the texts imported from tables."""

    lamps: dict[int, Lamp] = {}  # noqa: RUF012  never written to
    removed_slugs: dict[str, int] = {}  # noqa: RUF012
    read: Memory = {}  # noqa: RUF012
    precedence: dict[str, int] = dict.fromkeys(DAYS, 0)
    unit: str = "g"
    next: int = 1
    """An id that no lamp and no statement has or had."""
    out: dict[str, int] = {}  # noqa: RUF012
    """The ids of lamps removed by an undo, by slug: adding the slug again restores the lamp."""

    def succeeding(self, before: World) -> World:
        """Return this world as the successor of another, also of one that an undo leads back from."""
        left = {lamp.slug: lamp_id for lamp_id, lamp in before.lamps.items()}
        names = {lamp.slug for lamp in self.lamps.values()}
        out = {**before.out, **self.out, **left}
        out = {slug: lamp_id for slug, lamp_id in out.items() if slug not in names and lamp_id not in self.lamps}
        return self._replace(next=max(self.next, before.next), out=out)

    def number(self, slug: str) -> int:
        """Return the id of a lamp that is created or restored."""
        return self.removed_slugs.get(slug, self.out.get(slug, self.next))

    def find(self, name: str) -> int | None:
        """Return the id of the lamp with this slug or alias."""
        return next((lamp_id for lamp_id, lamp in self.lamps.items() if name in (lamp.slug, *lamp.aliases)), None)

    def with_lamp(self, lamp_id: int, lamp: Lamp) -> World:
        """Return the world with this lamp replaced."""
        return self._replace(lamps={**self.lamps, lamp_id: lamp}, next=max(self.next, lamp_id + 1))

    def with_statements(self, lamp_id: int, *statements: Statement) -> World:
        """Return the world with these statements added to a lamp, in this order."""
        turned = tuple(one._replace(turn=self.next + turn) for turn, one in enumerate(statements))
        lamp = self.lamps[lamp_id]
        return self.with_lamp(lamp_id, lamp._replace(statements=lamp.statements + turned))._replace(
            next=self.next + len(statements)
        )

    def without_statements(self, lamp_id: int, *statements: Statement) -> World:
        """Return the world with these statements of a lamp removed."""
        lamp = self.lamps[lamp_id]
        return self.with_lamp(lamp_id, lamp._replace(statements=tuple(one for one in lamp.statements if one not in statements)))

    def set_figure(self, name: str, given: SpecInput) -> World | None:
        """Set a figure in place of the one its source stated before."""
        lamp_id = self.find(name)
        value = self._parse_value(given)
        if lamp_id is None or value is None:
            return None
        asked = [one for one in self.lamps[lamp_id].statements if one.concerns(given.attribute, given.mode)]
        source = given.source
        if not source:
            if len({one.source for one in asked}) != 1:
                return None
            source = asked[0].source
        mine = [one for one in asked if one.source == source]
        alike = [one for one in mine if one.value == value]
        if not alike and len(mine) > 1 and given.attribute not in MANY:
            return None
        old = alike or ([] if given.attribute in MANY else mine)
        new = Statement(0, given.attribute, given.mode, value, given.value, source, "", given.as_of or DAYS[source])
        if not old:
            return self.with_statements(lamp_id, new)
        before = old[0]
        new = new._replace(at=before.at, rank=before.rank, as_of=given.as_of or before.as_of)
        new = new._replace(printed=before.printed) if alike else new
        return self if new == before.content else self.without_statements(lamp_id, before).with_statements(lamp_id, new)

    def retract_figure(self, name: str, given: SpecInput) -> World | None:
        """Retract statements with this value and source; an empty one means any."""
        lamp_id = self.find(name)
        if lamp_id is None:
            return None
        out = [one for one in self.lamps[lamp_id].statements if one.concerns(given.attribute, given.mode, given.source)]
        if given.value:
            out = [one for one in out if one.value == self._parse_value(given)]
        return self.without_statements(lamp_id, *out) if out else None

    def set_rank(self, lamp_id: int, statements: Statement, rank: str) -> World:
        """Give a statement another rank; it becomes the latest one."""
        return (
            self
            if statements.rank == rank
            else self.without_statements(lamp_id, statements).with_statements(lamp_id, statements._replace(rank=rank))
        )

    def add_lamp(self, slug: str, aliases: tuple[str, ...]) -> World | None:
        """Add a new lamp, or restore a removed one."""
        names = (slug, *aliases)
        if len(set(names)) < len(names) or any(self.find(name) is not None for name in names):
            return None
        lamp_id = self.number(slug)
        removed_slugs = {other: out for other, out in self.removed_slugs.items() if other != slug}
        return self.with_lamp(lamp_id, Lamp(slug, slug.title(), frozenset(aliases)))._replace(removed_slugs=removed_slugs)

    def apply_lamp(self, slug: str, aliases: tuple[str, ...], spec_inputs: tuple[SpecInput, ...]) -> World | None:
        """Make a lamp equal to what a file says of it."""
        lamp_id = next((lamp_id for lamp_id, lamp in self.lamps.items() if lamp.slug == slug), None)
        bare = (
            self
            if lamp_id is None
            else self._replace(lamps={other: lamp for other, lamp in self.lamps.items() if other != lamp_id})
        )
        made = bare.add_lamp(slug, aliases)
        if made is None:
            return None
        lamp = made.lamps.pop(made.find(slug) or 0)
        lamp_id = self.number(slug) if lamp_id is None else lamp_id
        made = made.with_lamp(lamp_id, lamp)
        new = []
        for one in spec_inputs:
            value = made._parse_value(one)
            if value is None:
                return None
            day = one.as_of or DAYS[one.source]
            new.append(Statement(0, one.attribute, one.mode, value, one.value, one.source, "", day, one.rank))
        kept = []
        for before in self.lamps[lamp_id].statements if lamp_id in self.lamps else ():
            if before.content in new:
                new.remove(before.content)
                kept.append(before)
        return made.with_lamp(lamp_id, lamp._replace(statements=tuple(kept))).with_statements(lamp_id, *new)

    def rename_lamp(self, name: str, to: str) -> World | None:
        """Change the slug of a lamp."""
        lamp_id, other = self.find(name), self.find(to)
        if lamp_id is None or other not in (None, lamp_id) or self.lamps[lamp_id].slug == to:
            return None
        lamp = self.lamps[lamp_id]
        aliases = lamp.aliases - {to} | {lamp.slug}
        removed_slugs = {slug: out for slug, out in self.removed_slugs.items() if slug != to}
        return self.with_lamp(lamp_id, lamp._replace(slug=to, aliases=aliases))._replace(removed_slugs=removed_slugs)

    def remove_alias(self, alias: str) -> World | None:
        """Remove an alias."""
        lamp_id = self.find(alias)
        if lamp_id is None or self.lamps[lamp_id].slug == alias:
            return None
        return self.with_lamp(lamp_id, self.lamps[lamp_id]._replace(aliases=self.lamps[lamp_id].aliases - {alias}))

    def merge_lamps(self, name: str, into: str) -> World | None:
        """Merge a lamp into another: its statements, and references to it, move there as the latest ones."""
        old, new = self.find(name), self.find(into)
        if old is None or new is None or old == new:
            return None
        moved = [(new, one) for one in sorted(self.lamps[old].statements)]
        for lamp_id, lamp in self.lamps.items():
            moved += [(lamp_id, one) for one in sorted(lamp.statements) if one.value == old and lamp_id != old]
        world = self
        for lamp_id, one in moved:
            world = world.without_statements(old if one in world.lamps[old].statements else lamp_id, one)
        for lamp_id, one in moved:
            copy = one._replace(value=new if one.value == old else one.value)
            if copy.value != lamp_id and copy.content not in [other.content for other in world.lamps[lamp_id].statements]:
                world = world.with_statements(lamp_id, copy)
        out, lamp = world.lamps[old], world.lamps[new]
        world = world.with_lamp(new, lamp._replace(aliases=lamp.aliases | out.aliases | {out.slug}))
        return world._drop_lamp(old)

    def remove_lamp(self, name: str) -> World | None:
        """Remove a lamp that no other refers to."""
        lamp_id = self.find(name)
        others = [one.value for other, lamp in self.lamps.items() if other != lamp_id for one in lamp.statements]
        return None if lamp_id is None or lamp_id in others else self._drop_lamp(lamp_id)

    def import_rows(self, rows: list[tuple[str, str, str]]) -> World:
        """Import rows of a table: a name, a weight in g and a colour; an empty cell states nothing."""
        world = self
        now = self.next
        met = set()
        for number, (name, weight, colour) in enumerate(rows, 2):
            slug = name.lower()
            lamp_id = world.find(slug)
            if lamp_id is None:
                lamp_id = next((lamp_id for lamp_id, lamp in self.lamps.items() if lamp.name == name), None)
            if lamp_id is None:
                made = world.add_lamp(slug, ())
                if slug in world.removed_slugs or made is None:
                    continue
                lamp_id = world.number(slug)
                world = made._replace(lamps={**made.lamps, lamp_id: Lamp(slug, name)})
            if lamp_id in met:
                continue
            met.add(lamp_id)
            if weight:
                world = world._read_cell(lamp_id, "weight", f"{weight} g", f"row {number}, Weight (g)", now)
            if colour:
                world = world._read_cell(lamp_id, "colour", colour, f"row {number}, Colour", now)
        return world

    def revert(self, before: World, after: World) -> World | None:
        """Return the world without the change from one state to another; None if later changes depend on it."""
        lamps = dict(self.lamps)
        for lamp_id in (
            lamp_id for lamp_id in before.lamps | after.lamps if before.lamps.get(lamp_id) != after.lamps.get(lamp_id)
        ):
            was, made, now = (world.lamps.get(lamp_id) for world in (before, after, self))
            if made is None or was is None:
                if (made and made._replace(statements=())) != (now and now._replace(statements=())):
                    return None
                if made and now and set(made.statements) != set(now.statements):
                    return None
                back = was
            else:
                back = now.revert(was, made) if now else None
            lamps.pop(lamp_id, None)
            if back:
                lamps[lamp_id] = back
            elif made and was:
                return None
        names = [name for lamp in lamps.values() for name in (lamp.slug, *lamp.aliases)]
        referred = {one.value for lamp in lamps.values() for one in lamp.statements if isinstance(one.value, int)}
        changed = {source for source in DAYS if before.precedence[source] != after.precedence[source]}
        if len(set(names)) < len(names) or not referred <= lamps.keys():
            return None
        if any(self.precedence[source] != after.precedence[source] for source in changed):
            return None
        if before.unit != after.unit != self.unit:
            return None
        read = self._revert_memory(before, after)
        removed_slugs = {
            slug: lamp_id
            for slug, lamp_id in self.removed_slugs.items()
            if slug in before.removed_slugs or slug not in after.removed_slugs
        }
        return self._replace(
            lamps=lamps,
            removed_slugs=removed_slugs
            | {slug: lamp_id for slug, lamp_id in before.removed_slugs.items() if slug not in after.removed_slugs},
            read=read,
            precedence={**self.precedence, **{source: before.precedence[source] for source in changed}},
            unit=before.unit if before.unit != after.unit else self.unit,
            out={**self.out, **before.out},
        )

    def change_scope(self, after: World) -> ChangeScope:
        """Return what differs between this world and a later one."""
        lamps: set[int] = set()
        near: set[int] = set()
        things: set[object] = set()
        for lamp_id in (lamp_id for lamp_id in self.lamps | after.lamps if self.lamps.get(lamp_id) != after.lamps.get(lamp_id)):
            was, now = (world.lamps.get(lamp_id, Lamp("", "")) for world in (self, after))
            statements = set(was.statements) ^ set(now.statements)
            near |= {lamp_id, *(one.value for one in statements if isinstance(one.value, int))}
            things |= {(lamp_id, one.attribute, one.mode, one.source) for one in statements} | set(was.aliases ^ now.aliases)
            if (was.slug, was.name) != (now.slug, now.name):
                things |= {lamp_id, was.slug, now.slug}
            if not was.slug or not now.slug:
                lamps.add(lamp_id)
        things |= {source for source in DAYS if self.precedence[source] != after.precedence[source]}
        things |= {"unit"} if self.unit != after.unit else set()
        return ChangeScope(
            frozenset(lamps), frozenset(near), frozenset(things | set(self.removed_slugs.keys() ^ after.removed_slugs.keys()))
        )

    def is_ambiguous(self, name: str) -> bool:
        """Return whether several lamps have this name and none has it as slug or alias."""
        return self.find(name.lower()) is None and [lamp.name for lamp in self.lamps.values()].count(name) > 1

    def shown_statements(self, lamp_id: int) -> set[Statement]:
        """Return the shown statements of a lamp: for each question the first one, or all if several values are allowed."""
        found: dict[tuple[str, str], list[Statement]] = {}
        for one in self.lamps[lamp_id].statements:
            if one.rank != "deprecated":
                found.setdefault((one.attribute, one.mode), []).append(one)
        best = set()
        for (attribute, _), statements in found.items():
            statements.sort()
            for better in (self._by_date, self._by_precedence, self._by_rank):
                statements.sort(key=better)
            best.update(statements if attribute in MANY else statements[:1])
        return best

    @staticmethod
    def _by_date(one: Statement) -> int:
        return -int(one.as_of.replace("-", ""))

    def _by_precedence(self, one: Statement) -> int:
        return -self.precedence[one.source]

    @staticmethod
    def _by_rank(one: Statement) -> bool:
        return one.rank != "preferred"

    def _read_cell(self, lamp_id: int, attribute: str, text: str, at: str, now: int) -> World:
        """Import one cell: a text imported before is skipped, a changed one replaces all statements of its source."""
        before = self._last_imported(lamp_id, attribute)
        there = [one for one in self.lamps[lamp_id].statements if one.concerns(attribute, "", "sheet")]
        many = attribute in MANY
        if text in before or ((many or not before) and text in [one.printed for one in there]):
            return self
        world = self if many or not before else self.without_statements(lamp_id, *there)
        statements = self.read.get((lamp_id, attribute), frozenset()) if many else frozenset()
        world = world._replace(read={**world.read, (lamp_id, attribute): statements | {(now, text)}})
        return world.with_statements(lamp_id, Statement(0, attribute, "", text, text, "sheet", at, DAYS["sheet"]))

    def _last_imported(self, lamp_id: int, attribute: str) -> frozenset[str]:
        """Return the last texts imported for a lamp, or for one that was merged into it."""
        ones = (lamp_id, *(self.removed_slugs[name] for name in self.lamps[lamp_id].aliases if name in self.removed_slugs))
        found = [statements for one in ones for statements in self.read.get((one, attribute), ())]
        last = max((when for when, _ in found), default=0)
        return frozenset(text for when, text in found if attribute in MANY or when == last)

    def _parse_value(self, given: SpecInput) -> str | int | None:
        """Return the value of a text; None if it should name a lamp and does not."""
        return self.find(given.value) if given.attribute == "part" else given.value

    def _revert_memory(self, before: World, after: World) -> Memory:
        """Return the imported texts without those that came from one state to another."""
        read = dict(self.read)
        for key in before.read | after.read:
            had, has = (world.read.get(key, frozenset()) for world in (before, after))
            read[key] = self.read.get(key, frozenset()) - (has - had) | (had - has)
        return read

    def _drop_lamp(self, lamp_id: int) -> World:
        lamps = {other: lamp for other, lamp in self.lamps.items() if other != lamp_id}
        return self._replace(lamps=lamps, removed_slugs={**self.removed_slugs, self.lamps[lamp_id].slug: lamp_id})
