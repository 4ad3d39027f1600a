"""A plain model of a small world of lamps: what is stated of them, what is shown, and what an edit or an import makes of it.

It knows nothing of databases: a world is a value, each act gives another one, or None where it is to be refused.
"""

from __future__ import annotations

from typing import NamedTuple

DAYS = {"sheet": "2026-04-01", "review": "2026-04-01"}
"""The sources, with the days they are of."""

MANY = frozenset(("colour",))
ORDER = ("weight", "colour", "part")
GRAMS = {"40 g": 40.0, "41 g": 41.0, "≈ 40 g": 40.0, "0.05 kg": 50.0}

Memory = dict[tuple[int, str], frozenset[tuple[int, str]]]
"""Of a lamp and an attribute, when tables have said what last (of many, all that they ever said)."""


class Said(NamedTuple):
    """A statement: its `value` is a text, or the number of the lamp it refers to; the lower its `turn`, the earlier."""

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
    def alone(self) -> Said:
        """All of it but when it was said."""
        return self._replace(turn=0)

    def answers(self, attribute: str, mode: str, source: str = "") -> bool:
        """Whether it is about this, by this source or any."""
        return (self.attribute, self.mode) == (attribute, mode) and source in ("", self.source)


class Lamp(NamedTuple):
    """A product, under all of its names."""

    slug: str
    name: str
    aliases: frozenset[str] = frozenset()
    said: tuple[Said, ...] = ()

    def without(self, before: Lamp, after: Lamp) -> Lamp | None:
        """The lamp as if it had not gone from one state to another; None where that is not there any more to be undone."""
        lost = [one for one in before.said if one not in after.said]
        made = [one for one in after.said if one not in before.said]
        later = [one for one in self.said if one not in after.said]
        replaced = any(
            one.answers(old.attribute, old.mode, old.source) and (old.attribute not in MANY or one.value == old.value)
            for one in later
            for old in lost
        )
        if replaced or not set(made) <= set(self.said) or not after.aliases - before.aliases <= self.aliases:
            return None
        called = self.slug, self.name
        if (before.slug, before.name) != (after.slug, after.name):
            if called != (after.slug, after.name):
                return None
            called = before.slug, before.name
        aliases = self.aliases - (after.aliases - before.aliases) | (before.aliases - after.aliases)
        return Lamp(*called, aliases, (*(one for one in self.said if one not in made), *lost))


class Touched(NamedTuple):
    """What a change was about: lamps that came or went, those that it says something of or refers to, and the very things."""

    lamps: frozenset[int]
    near: frozenset[int]
    things: frozenset[object]

    def meets(self, other: Touched) -> bool:
        """Whether one of two changes may stand in the way of undoing the other."""
        both = self.lamps & (other.lamps | other.near) | other.lamps & self.near
        return bool(both or self.things & other.things)


class Stating(NamedTuple):
    """What somebody writes of a lamp; a part is written by its name."""

    attribute: str
    mode: str
    value: str
    source: str
    as_of: str = ""
    rank: str = "normal"


class World(NamedTuple):
    """Lamps by number, those that a person took out by slug, and what tables have said of a lamp's attribute last."""

    lamps: dict[int, Lamp] = {}  # noqa: RUF012  never written to
    gone: dict[str, int] = {}  # noqa: RUF012
    read: Memory = {}  # noqa: RUF012
    precedence: dict[str, int] = dict.fromkeys(DAYS, 0)
    unit: str = "g"
    next: int = 1
    """A number that no lamp and no statement has, nor had."""
    out: dict[str, int] = {}  # noqa: RUF012
    """Lamps that an undo took out, by slug: who names one again means the same."""

    def following(self, before: World) -> World:
        """The world as it comes after another, by an undo too."""
        left = {lamp.slug: lamp_id for lamp_id, lamp in before.lamps.items()}
        names = {lamp.slug for lamp in self.lamps.values()}
        out = {**before.out, **self.out, **left}
        out = {slug: lamp_id for slug, lamp_id in out.items() if slug not in names and lamp_id not in self.lamps}
        return self._replace(next=max(self.next, before.next), out=out)

    def number(self, slug: str) -> int:
        """The number of a lamp that is made, or comes back."""
        return self.gone.get(slug, self.out.get(slug, self.next))

    def find(self, name: str) -> int | None:
        """The number of the lamp of this slug or alias."""
        return next((lamp_id for lamp_id, lamp in self.lamps.items() if name in (lamp.slug, *lamp.aliases)), None)

    def having(self, lamp_id: int, lamp: Lamp) -> World:
        """The world with this lamp as it is now."""
        return self._replace(lamps={**self.lamps, lamp_id: lamp}, next=max(self.next, lamp_id + 1))

    def saying(self, lamp_id: int, *said: Said) -> World:
        """The world where this is said of a lamp as well, by turns."""
        turned = tuple(one._replace(turn=self.next + turn) for turn, one in enumerate(said))
        lamp = self.lamps[lamp_id]
        return self.having(lamp_id, lamp._replace(said=lamp.said + turned))._replace(next=self.next + len(said))

    def unsaying(self, lamp_id: int, *said: Said) -> World:
        """The world where this is not said any more."""
        lamp = self.lamps[lamp_id]
        return self.having(lamp_id, lamp._replace(said=tuple(one for one in lamp.said if one not in said)))

    def stated(self, name: str, stating: Stating) -> World | None:
        """A figure in place of what its source said before."""
        lamp_id = self.find(name)
        value = self._value(stating)
        if lamp_id is None or value is None:
            return None
        asked = [one for one in self.lamps[lamp_id].said if one.answers(stating.attribute, stating.mode)]
        source = stating.source
        if not source:
            if len({one.source for one in asked}) != 1:
                return None
            source = asked[0].source
        mine = [one for one in asked if one.source == source]
        alike = [one for one in mine if one.value == value]
        if not alike and len(mine) > 1 and stating.attribute not in MANY:
            return None
        old = alike or ([] if stating.attribute in MANY else mine)
        new = Said(0, stating.attribute, stating.mode, value, stating.value, source, "", stating.as_of or DAYS[source])
        if not old:
            return self.saying(lamp_id, new)
        before = old[0]
        new = new._replace(at=before.at, rank=before.rank, as_of=stating.as_of or before.as_of)
        new = new._replace(printed=before.printed) if alike else new
        return self if new == before.alone else self.unsaying(lamp_id, before).saying(lamp_id, new)

    def retracted(self, name: str, stating: Stating) -> World | None:
        """Nothing of this value, by this source (each only where given)."""
        lamp_id = self.find(name)
        if lamp_id is None:
            return None
        out = [one for one in self.lamps[lamp_id].said if one.answers(stating.attribute, stating.mode, stating.source)]
        if stating.value:
            out = [one for one in out if one.value == self._value(stating)]
        return self.unsaying(lamp_id, *out) if out else None

    def ranked(self, lamp_id: int, said: Said, rank: str) -> World:
        """A statement of another rank, as if it were made now."""
        return self if said.rank == rank else self.unsaying(lamp_id, said).saying(lamp_id, said._replace(rank=rank))

    def added(self, slug: str, aliases: tuple[str, ...]) -> World | None:
        """A new lamp, or one that was taken out."""
        names = (slug, *aliases)
        if len(set(names)) < len(names) or any(self.find(name) is not None for name in names):
            return None
        lamp_id = self.number(slug)
        gone = {other: out for other, out in self.gone.items() if other != slug}
        return self.having(lamp_id, Lamp(slug, slug.title(), frozenset(aliases)))._replace(gone=gone)

    def applied(self, slug: str, aliases: tuple[str, ...], statings: tuple[Stating, ...]) -> World | None:
        """A lamp as a file has it: with this, and nothing else."""
        lamp_id = next((lamp_id for lamp_id, lamp in self.lamps.items() if lamp.slug == slug), None)
        bare = (
            self
            if lamp_id is None
            else self._replace(lamps={other: lamp for other, lamp in self.lamps.items() if other != lamp_id})
        )
        made = bare.added(slug, aliases)
        if made is None:
            return None
        lamp = made.lamps.pop(made.find(slug) or 0)
        lamp_id = self.number(slug) if lamp_id is None else lamp_id
        made = made.having(lamp_id, lamp)
        new = []
        for one in statings:
            value = made._value(one)
            if value is None:
                return None
            day = one.as_of or DAYS[one.source]
            new.append(Said(0, one.attribute, one.mode, value, one.value, one.source, "", day, one.rank))
        kept = []
        for before in self.lamps[lamp_id].said if lamp_id in self.lamps else ():
            if before.alone in new:
                new.remove(before.alone)
                kept.append(before)
        return made.having(lamp_id, lamp._replace(said=tuple(kept))).saying(lamp_id, *new)

    def renamed(self, name: str, to: str) -> World | None:
        """A lamp under another slug."""
        lamp_id, other = self.find(name), self.find(to)
        if lamp_id is None or other not in (None, lamp_id) or self.lamps[lamp_id].slug == to:
            return None
        lamp = self.lamps[lamp_id]
        aliases = lamp.aliases - {to} | {lamp.slug}
        gone = {slug: out for slug, out in self.gone.items() if slug != to}
        return self.having(lamp_id, lamp._replace(slug=to, aliases=aliases))._replace(gone=gone)

    def unnamed(self, alias: str) -> World | None:
        """Without an alias."""
        lamp_id = self.find(alias)
        if lamp_id is None or self.lamps[lamp_id].slug == alias:
            return None
        return self.having(lamp_id, self.lamps[lamp_id]._replace(aliases=self.lamps[lamp_id].aliases - {alias}))

    def merged(self, name: str, into: str) -> World | None:
        """A lamp that has become one with another: what is said of it, and of others by it, moves there as if said now."""
        old, new = self.find(name), self.find(into)
        if old is None or new is None or old == new:
            return None
        moved = [(new, one) for one in sorted(self.lamps[old].said)]
        for lamp_id, lamp in self.lamps.items():
            moved += [(lamp_id, one) for one in sorted(lamp.said) if one.value == old and lamp_id != old]
        world = self
        for lamp_id, one in moved:
            world = world.unsaying(old if one in world.lamps[old].said else lamp_id, one)
        for lamp_id, one in moved:
            copy = one._replace(value=new if one.value == old else one.value)
            if copy.value != lamp_id and copy.alone not in [other.alone for other in world.lamps[lamp_id].said]:
                world = world.saying(lamp_id, copy)
        out, lamp = world.lamps[old], world.lamps[new]
        world = world.having(new, lamp._replace(aliases=lamp.aliases | out.aliases | {out.slug}))
        return world._without(old)

    def removed(self, name: str) -> World | None:
        """Without a lamp to which no other refers."""
        lamp_id = self.find(name)
        others = [one.value for other, lamp in self.lamps.items() if other != lamp_id for one in lamp.said]
        return None if lamp_id is None or lamp_id in others else self._without(lamp_id)

    def imported(self, rows: list[tuple[str, str, str]]) -> World:
        """With what a table of the sheet says: rows of a name, a weight in g and a colour, each '' where it says nothing."""
        world = self
        now = self.next
        met = set()
        for number, (name, weight, colour) in enumerate(rows, 2):
            slug = name.lower()
            lamp_id = world.find(slug)
            if lamp_id is None:
                lamp_id = next((lamp_id for lamp_id, lamp in self.lamps.items() if lamp.name == name), None)
            if lamp_id is None:
                made = world.added(slug, ())
                if slug in world.gone or made is None:
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

    def without(self, before: World, after: World) -> World | None:
        """The world as if it had not gone from one to another; None where what was done is not there any more to be undone."""
        lamps = dict(self.lamps)
        for lamp_id in (
            lamp_id for lamp_id in before.lamps | after.lamps if before.lamps.get(lamp_id) != after.lamps.get(lamp_id)
        ):
            was, made, now = (world.lamps.get(lamp_id) for world in (before, after, self))
            if made is None or was is None:
                if (made and made._replace(said=())) != (now and now._replace(said=())):
                    return None
                if made and now and set(made.said) != set(now.said):
                    return None
                back = was
            else:
                back = now.without(was, made) if now else None
            lamps.pop(lamp_id, None)
            if back:
                lamps[lamp_id] = back
            elif made and was:
                return None
        names = [name for lamp in lamps.values() for name in (lamp.slug, *lamp.aliases)]
        referred = {one.value for lamp in lamps.values() for one in lamp.said if isinstance(one.value, int)}
        changed = {source for source in DAYS if before.precedence[source] != after.precedence[source]}
        if len(set(names)) < len(names) or not referred <= lamps.keys():
            return None
        if any(self.precedence[source] != after.precedence[source] for source in changed):
            return None
        if before.unit != after.unit != self.unit:
            return None
        read = dict(self.read)
        for key in before.read | after.read:
            had, has = (world.read.get(key, frozenset()) for world in (before, after))
            read[key] = self.read.get(key, frozenset()) - (has - had) | (had - has)
        gone = {slug: lamp_id for slug, lamp_id in self.gone.items() if slug in before.gone or slug not in after.gone}
        return self._replace(
            lamps=lamps,
            gone=gone | {slug: lamp_id for slug, lamp_id in before.gone.items() if slug not in after.gone},
            read=read,
            precedence={**self.precedence, **{source: before.precedence[source] for source in changed}},
            unit=before.unit if before.unit != after.unit else self.unit,
            out={**self.out, **before.out},
        )

    def touched(self, after: World) -> Touched:
        """What was changed on the way to another world."""
        lamps: set[int] = set()
        near: set[int] = set()
        things: set[object] = set()
        for lamp_id in (lamp_id for lamp_id in self.lamps | after.lamps if self.lamps.get(lamp_id) != after.lamps.get(lamp_id)):
            was, now = (world.lamps.get(lamp_id, Lamp("", "")) for world in (self, after))
            said = set(was.said) ^ set(now.said)
            near |= {lamp_id, *(one.value for one in said if isinstance(one.value, int))}
            things |= {(lamp_id, one.attribute, one.mode, one.source) for one in said} | set(was.aliases ^ now.aliases)
            if (was.slug, was.name) != (now.slug, now.name):
                things |= {lamp_id, was.slug, now.slug}
            if not was.slug or not now.slug:
                lamps.add(lamp_id)
        things |= {source for source in DAYS if self.precedence[source] != after.precedence[source]}
        things |= {"unit"} if self.unit != after.unit else set()
        return Touched(frozenset(lamps), frozenset(near), frozenset(things | set(self.gone.keys() ^ after.gone.keys())))

    def ambiguous(self, name: str) -> bool:
        """Whether several lamps are called so, and none has the slug or alias."""
        return self.find(name.lower()) is None and [lamp.name for lamp in self.lamps.values()].count(name) > 1

    def shown(self, lamp_id: int) -> set[Said]:
        """Of a lamp's statements those that are shown: of each question the first, or all."""
        found: dict[tuple[str, str], list[Said]] = {}
        for one in self.lamps[lamp_id].said:
            if one.rank != "deprecated":
                found.setdefault((one.attribute, one.mode), []).append(one)
        best = set()
        for (attribute, _), said in found.items():
            said.sort()
            for better in (self._later, self._weightier, self._preferred):
                said.sort(key=better)
            best.update(said if attribute in MANY else said[:1])
        return best

    @staticmethod
    def _later(one: Said) -> int:
        return -int(one.as_of.replace("-", ""))

    def _weightier(self, one: Said) -> int:
        return -self.precedence[one.source]

    @staticmethod
    def _preferred(one: Said) -> bool:
        return one.rank != "preferred"

    def _read_cell(self, lamp_id: int, attribute: str, text: str, at: str, now: int) -> World:
        """One cell: what was read before is known, and what has changed since takes the place of all that its source says."""
        before = self._remembered(lamp_id, attribute)
        there = [one for one in self.lamps[lamp_id].said if one.answers(attribute, "", "sheet")]
        many = attribute in MANY
        if text in before or ((many or not before) and text in [one.printed for one in there]):
            return self
        world = self if many or not before else self.unsaying(lamp_id, *there)
        said = self.read.get((lamp_id, attribute), frozenset()) if many else frozenset()
        world = world._replace(read={**world.read, (lamp_id, attribute): said | {(now, text)}})
        return world.saying(lamp_id, Said(0, attribute, "", text, text, "sheet", at, DAYS["sheet"]))

    def _remembered(self, lamp_id: int, attribute: str) -> frozenset[str]:
        """What tables have said last of a lamp, or of one that was merged into it."""
        ones = (lamp_id, *(self.gone[name] for name in self.lamps[lamp_id].aliases if name in self.gone))
        found = [said for one in ones for said in self.read.get((one, attribute), ())]
        last = max((when for when, _ in found), default=0)
        return frozenset(text for when, text in found if attribute in MANY or when == last)

    def _value(self, stating: Stating) -> str | int | None:
        """What a text stands for; None where it names no lamp."""
        return self.find(stating.value) if stating.attribute == "part" else stating.value

    def _without(self, lamp_id: int) -> World:
        lamps = {other: lamp for other, lamp in self.lamps.items() if other != lamp_id}
        return self._replace(lamps=lamps, gone={**self.gone, self.lamps[lamp_id].slug: lamp_id})
