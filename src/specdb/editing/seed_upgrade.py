"""A new package's seed into a database that had an older one: what the seed has changed comes in, what a person has stays.

Three states meet, row by row: what the seed was here last (by the record of the changesets that brought it in), what it
is now, and what stands. Only where it stands as the seed left it does it follow the seed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from specdb import __version__, resources
from specdb.bundles import bundle, resolve
from specdb.database import changeset_writer, name_index, reconcile
from specdb.database.propagation import recompute_columns
from specdb.editing.apply import names_by_table
from specdb.editing.edit_session import run_edit
from specdb.editing.load import read_text
from specdb.figures import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specdb.bundles.drafts import Bundle
    from specdb.database.location import Location
    from specdb.editing.edit_session import EditSession, Outcome
    from specdb.errors import Issue

    Row = dict[str, Any]
    Key = tuple[Any, ...]

_BY_SEED = "origin = 'seed'"
_ENTITIES = ("category", "attribute", "rule", "source", "product")
_OWNED = ("source_kind", "category_attribute", "relation", "alias")
_QUESTION = ("product_id", "attribute_id", "qualifiers", "source_id")


def merge_seed(path: Location) -> Outcome:
    """Brings this package's seed into the database at `path`, as one changeset."""
    text = read_text(resources.SEED)

    def change(work: EditSession) -> list[str]:
        return upgrade_seed(work, text, str(resources.SEED))

    reason = f"packaged seed of specdb {__version__}"
    return run_edit(path, change, reason, origin="seed", digest=text_digest(text))


def upgrade_seed(work: EditSession, text: str, name: str) -> list[str]:
    """Brings the seed `text` of the file `name` in, as part of the changeset of `work` (whose origin is to be seed).

    Remarks say what a person's edits have kept from coming in. Nothing is done in a database that had no seed, or has this
    one. FileFaults where the seed does not fit what is there, as when it gives a name that a person has given.
    """
    sql = f"SELECT digest FROM changeset WHERE {_BY_SEED} AND id < ? ORDER BY id"
    digests = work.repository.column(sql, (work.edit.id,))
    if not digests or digests[-1] == text_digest(text):
        return []
    issues: list[Issue] = []
    drafts = bundle.parse_bundle(text, name, issues)
    upgrade = _Upgrade(work)
    rows = resolve.resolve(drafts, upgrade.known(drafts), name, issues)
    specs = upgrade.specs(rows.get("spec", []))  # those that go, go before their attribute may change
    work.edit.add({"unit": rows.get("unit", [])})
    for table in (*_ENTITIES, *_OWNED):
        upgrade.rows(table, rows.get(table, []))
    upgrade.add(specs)
    upgrade.claims(rows.get("claim", []))
    upgrade.rates(rows.get("rate", []))
    upgrade.remove()
    return upgrade.remarks


def text_digest(text: str) -> str:
    """What a seed is told by."""
    return sha256(text.encode()).hexdigest()


class _Upgrade:
    """The upgrade under way; `remarks` says what was kept as a person has it."""

    def __init__(self, work: EditSession) -> None:
        self.work = work
        self.remarks: list[str] = []
        seeded = f"SELECT id FROM changeset WHERE {_BY_SEED} AND id < ?"
        self.seeded = sorted(work.repository.column(seeded, (work.edit.id,)))
        self.base: dict[str, dict[str, Row]] = defaultdict(dict)
        sql = f"""
        SELECT relation, key, after FROM change JOIN changeset ON changeset.id = changeset_id
        WHERE {_BY_SEED} AND changeset_id < ? ORDER BY changeset_id, position
        """
        for table, key, after in work.repository.rows(sql, (work.edit.id,)):
            self.base[table].pop(key, None)
            if after and json.loads(after).get("removed_id") is None:
                self.base[table][key] = json.loads(after)
        self.gone: dict[str, list[Row]] = defaultdict(list)

    def known(self, drafts: Bundle) -> name_index.NameIndex:
        """What is known where the seed's names are still those of its own rows, whatever a person calls them now."""
        known = name_index.NameIndex(self.work.edit.connection)
        for table in _ENTITIES:
            column = "slug" if table in ("source", "product") else "key"
            known.ids[table] |= {row[column]: row["id"] for row in self.base[table].values()}
        known.ids["source"] |= {slug: id for slug, id in self._renamed(drafts) if slug not in known.ids["source"]}
        for table, keys in names_by_table(drafts).items():
            known.release(table, keys)
            for key in keys:  # what a person has merged into theirs is found by it
                if key in known.ids[table]:
                    known.names[table].pop(key, None)
        for row in self.base["alias"].values():
            known.names[row["scope"]].pop(row["name"], None)
        known.rates.clear()
        self.names = {table: {id: name for name, id in known.ids[table].items()} for table in _ENTITIES}
        return known

    def _renamed(self, drafts: Bundle) -> Iterator[tuple[str, int]]:
        """The sources that the seed had by another slug, each by that of now: those of the same title and text."""
        slugs = {one.slug for one in drafts.sources}
        gone = {(row["title"], row["sha256"]): row["id"] for row in self.base["source"].values() if row["slug"] not in slugs}
        return ((one.slug, gone[one.title, one.sha256]) for one in drafts.sources if (one.title, one.sha256) in gone)

    def rows(self, table: str, rows: list[Row]) -> None:
        """Brings the rows of one table that have no history of their own to what the seed says, column by column."""
        there = {changeset_writer.primary_key_json(table, row): row for row in self._rows(table)}
        wanted = {changeset_writer.primary_key_json(table, row): row for row in rows}
        fresh = [row for key, row in wanted.items() if key not in there and key not in self.base[table]]
        self.work.edit.add({table: [row for row in fresh if not self._removed(row)]})
        for key, row in wanted.items():
            if key in there:
                self._merge(table, row, self.base[table].get(key), there[key])
        for key, row in self.base[table].items():
            if key not in wanted and key in there and self._unchanged(row, there[key]):
                self.gone[table].append(there[key])
                if table in _OWNED:
                    self.work.edit.change(table, json.loads(key), None)

    def _merge(self, table: str, wanted: Row, base: Row | None, there: Row) -> None:
        """The columns that the seed has changed and nobody else has."""
        if (gone := there.get("removed_id")) is not None:
            if gone in self.seeded:  # the seed had dropped it, and has it again
                self.work.edit.change(table, {"id": there["id"]}, {**wanted, "removed_id": None})
            return
        changed = {}
        for column, value in wanted.items():
            if base is None:
                kept = there[column] != value
            elif base.get(column, there[column]) != value and there[column] == base.get(column, there[column]):
                changed[column], kept = value, False
            else:
                kept = base.get(column) != value != there[column]
            if kept and table in _ENTITIES:
                self.remarks.append(f"kept the {column.removesuffix('_id')} of the {table} {self.names[table][there['id']]}")
        if changed:
            self.work.edit.change(table, json.loads(changeset_writer.primary_key_json(table, there)), changed)

    def _removed(self, row: Row) -> bool:
        """Whether a row belongs to a product or attribute that is no longer there."""
        owners = [(table, row.get(f"{table}_id")) for table in ("product", "attribute")]
        return any(
            found["removed_id"] is not None
            for table, id in owners
            if id is not None
            for found in reconcile.select_rows(self.work.edit, table, [id])
        )

    def specs(self, wanted: list[Row]) -> list[Row]:
        """Retracts the specs that the seed no longer has, question by question; those of it that are to be added."""
        before, after = self._asked(self._seeded("spec")), self._asked(wanted)
        spec = reconcile.table_named("spec").c
        products = {row["product_id"] for row in wanted}
        mine = (spec.retracted_id.is_(None), spec.added_id.not_in(self.seeded))
        own = self._asked(reconcile.select_rows(self.work.edit, "spec", products, "product_id", *mine))
        added: list[Row] = []
        for question in dict.fromkeys([*after, *before]):
            old, new = _differing("spec", before[question], after[question])
            standing = [row for row in old if row["retracted_id"] is None]
            replaced = [row for row in old if row["retracted_id"] is not None]
            reconcile.retract_specs(self.work.edit, standing)
            kept = new[len(standing) :] if own[question] and (replaced or not old) else []
            said = {reconcile.statement_identity("spec", row) for row in own[question]}
            for row in kept:
                if reconcile.statement_identity("spec", row) not in said:
                    self._kept(row)
            added += new[: len(new) - len(kept)]
        return added

    def add(self, specs: list[Row]) -> None:
        """Adds specs to the products and attributes as they are now: renamed, merged or in another unit."""
        products = {row["id"]: row for row in self._rows("product")}
        attributes = {row["id"]: row for row in self._rows("attribute")}
        added = []
        for row in specs:
            product = self._standing("product", products, row["product_id"])
            attribute = self._standing("attribute", attributes, row["attribute_id"])
            if product is None or attribute is None:
                self._kept(row)
                continue
            place = {"product_id": product["id"], "category_id": product["category_id"], "attribute_id": attribute["id"]}
            numbers = recompute_columns([{**row, "product": product["slug"], "retracted_id": None}], attribute)
            added.append({**row, **place, **numbers[row["id"]]})
        reconcile.add_specs(self.work.edit, added)

    def _standing(self, table: str, rows: dict[int, Row], id: int) -> Row | None:
        """A row, or where it was merged away the one that has its name now; None where it was removed."""
        row = rows[id]
        if row["removed_id"] is None:
            return row
        sql = f"SELECT {table}_id FROM alias WHERE scope = ? AND name = ?"
        found = self.work.repository.rows(sql, (table, self.names[table][id]))
        return rows[found[0][0]] if found else None

    def claims(self, wanted: list[Row]) -> None:
        """Brings the claims to what the seed says; one that a person has retracted stays so."""
        old, new = _differing("claim", self._seeded("claim"), wanted)
        self.work.edit.retract("claim", [row["id"] for row in old])
        products = {row["id"]: row for row in self._rows("product")}
        there = {reconcile.statement_identity("claim", row) for row in self._rows("claim") if row["retracted_id"] is None}
        placed = [(row, self._standing("product", products, row["product_id"])) for row in new]
        rows = [{**row, "product_id": product["id"]} for row, product in placed if product]
        self.work.edit.add({"claim": [row for row in rows if reconcile.statement_identity("claim", row) not in there]})

    def rates(self, wanted: list[Row]) -> None:
        """Brings the rates to what the seed says; one that a person has set for that day and pair stays."""
        old, new = _differing("rate", self._seeded("rate"), wanted)
        self.work.edit.retract("rate", [row["id"] for row in old])
        there = {reconcile.rate_key(row): row for row in self._rows("rate") if row["retracted_id"] is None}
        self.work.edit.add({"rate": [row for row in new if reconcile.rate_key(row) not in there]})
        self.remarks += [
            f"kept the rate of {row['base']} in {row['quote']} on {row['day']}; the seed now says {row['rate']}"
            for row in new
            if reconcile.rate_key(row) in there
            and reconcile.statement_identity("rate", there[reconcile.rate_key(row)])
            != reconcile.statement_identity("rate", row)
        ]

    def remove(self) -> None:
        """Removes products and attributes that the seed no longer has, where nothing stands that needs them."""
        spec, claim, member = (reconcile.table_named(name).c for name in ("spec", "claim", "category_attribute"))
        edit = self.work.edit
        for table, uses in (
            ("product", (("spec", "product_id", spec), ("spec", "target_id", spec), ("claim", "product_id", claim))),
            ("attribute", (("spec", "attribute_id", spec), ("category_attribute", "attribute_id", member))),
        ):
            for row in self.gone[table]:
                tests = [
                    (name, column, [of.retracted_id.is_(None)] if "retracted_id" in of else []) for name, column, of in uses
                ]
                if any(reconcile.select_rows(edit, name, [row["id"]], column, *test) for name, column, test in tests):
                    self.remarks.append(f"kept the {table} {self.names[table][row['id']]}, which the seed no longer has")
                else:
                    for alias in reconcile.select_rows(edit, "alias", [row["id"]], f"{table}_id"):
                        edit.change("alias", {"scope": table, "name": alias["name"]}, None)
                    edit.change(table, {"id": row["id"]}, {"removed_id": edit.id})
        for row in self.gone["rule"]:
            edit.change("rule", {"id": row["id"]}, None)

    def _kept(self, row: Row) -> None:
        """Remarks that a figure of the seed did not come in."""
        label = formatting.format_label(self.names["attribute"][row["attribute_id"]], row["qualifiers"])
        self.remarks.append(f"kept {label} of {self.names['product'][row['product_id']]}; the seed now says {row['printed']}")

    def _seeded(self, table: str) -> list[Row]:
        """What the seed had stated last: added by it, and not retracted by it since."""
        rows = self._rows(table, reconcile.table_named(table).c.added_id.in_(self.seeded))
        return [row for row in rows if row["retracted_id"] not in self.seeded]

    def _asked(self, rows: Any) -> dict[Key, list[Row]]:
        found: dict[Key, list[Row]] = defaultdict(list)
        for row in rows:
            found[tuple(row[name] for name in _QUESTION)].append(row)
        return found

    def _rows(self, table: str, *tests: Any) -> list[Row]:
        """The rows of a table that pass the tests."""
        wanted = reconcile.table_named(table)
        query = select(wanted).where(*tests).order_by(*wanted.primary_key.columns)
        return [dict(row) for row in self.work.edit.connection.execute(query).mappings()]

    def _unchanged(self, base: Row, there: Row) -> bool:
        return all(there.get(name) == value for name, value in base.items())


def _differing(table: str, before: list[Row], after: list[Row]) -> tuple[list[Row], list[Row]]:
    """Of the statements before and after those that have no equal on the other side."""
    left: dict[Key, list[Row]] = defaultdict(list)
    for row in before:
        left[reconcile.statement_identity(table, row)].append(row)
    new = []
    for row in after:
        alike = left[reconcile.statement_identity(table, row)]
        if alike:
            alike.pop(0)
        else:
            new.append(row)
    return [row for rows in left.values() for row in rows], new
