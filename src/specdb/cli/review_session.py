"""A sitting of specdb review: a person and drafts, one after another, in lines of text."""

import os
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from specdb.domain import qualifiers
from specdb.editing.edit_session import run_edit
from specdb.errors import SpecdbError
from specdb.figures import formatting
from specdb.ingest import review_progress as kept
from specdb.ingest.review import apply_record, decision_record, parse_source_date, store_decisions
from specdb.render.sanitize import escape_controls, one_line

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.editing.edit_session import EditSession
    from specdb.ingest.review import DraftSheet, ReviewItem, ReviewPassage
    from specdb.ingest.review_progress import ReviewProgress

_KEYS = "a accept  e edit  r reject  s skip  b back  q stop: "
_HELP = """a        accept: it goes in as shown
e        edit its product, attribute, value and qualifiers
e weight 40 g   the same at once: an attribute's key and a value
r        reject: it is not drafted again from this text
s        skip: it is asked about again in the next sitting
b        back to the one before
q        stop; what was accepted goes in
"""
_WIDEST = 100


class Stop(Exception):
    """The end of a sitting."""


class ReviewSession:
    """The drafts of a sheet, and what is decided about them, which `progress` keeps."""

    def __init__(
        self, sheet: "DraftSheet", progress: "ReviewProgress", place: "Location", products: set[str], sources: set[str]
    ) -> None:
        self.sheet = sheet
        self.progress = progress
        self.place = place
        self.products = products
        self.sources = sources
        self.talk = Talk()
        self.changed: dict[str, ReviewItem] = {}
        for key, decision in progress.records.items():
            self._named(key, decision)

    def run(self) -> None:
        """Asks about each draft that is not decided, to the last or until the person stops."""
        sheet, talk = self.sheet, self.talk
        for count, why in ((sheet.stored, "already stored"), (sheet.rejected, "rejected in a review of this text")):
            if count:
                talk.say(f"{_drafts(count)} left out: {why}")
        if sheet.sources_without_text:
            talk.say(f"no sentences of {', '.join(sheet.sources_without_text)}: name the article with --text")
        self._reopen()
        try:
            if self._open():
                self._dates()
            index = 0
            while index < len(sheet.items):
                item = sheet.items[index]
                index += 1 if item.key in self.progress.records else self._decide(index, item)
        except Stop:
            talk.say()

    def pending(self) -> tuple[list["ReviewItem"], list["ReviewItem"]]:
        """What is accepted and what is rejected, and is not in the database yet."""
        found = self.progress.pending()
        items = [(item, found[item.key]) for item in self.sheet.items if item.key in found]
        return (
            [apply_record(item, one) for item, one in items if one["decision"] == kept.ACCEPTED],
            [item for item, one in items if one["decision"] == kept.REJECTED],
        )

    def summary(self) -> str:
        """How far the drafts are decided."""
        records = self.progress.records
        done = [records[item.key]["decision"] for item in self.sheet.items if item.key in records]
        left = len(self.sheet.items) - len(done)
        counts = f"{done.count(kept.ACCEPTED)} accepted, {done.count(kept.REJECTED)} rejected, {left} open"
        return f"{_drafts(len(self.sheet.items))}: {counts}{'; run the same again for these' if left else ''}."

    def _open(self) -> list["ReviewItem"]:
        return [item for item in self.sheet.items if item.key not in self.progress.records]

    def _reopen(self) -> None:
        """Asks again about what was accepted in a sitting that did not end, if it cannot go in any more."""
        for item in self.pending()[0]:
            if issue := self._issue(item):
                self.talk.say(f"{item.product} {item.spec.attribute} is open again: {issue.problem}")
                self.progress.decide(item.key, kept.OPEN)

    def _dates(self) -> None:
        """Asks for the dates of new sources that have none: none is made up."""
        for slug, source in self.sheet.sources.items():
            if source.date or slug in self.sources:
                continue
            while True:
                answer = self.talk.ask(f"The date of {slug}, as in 2026-04-30: ")
                try:
                    self.progress.decide(f"source {slug}", "dated", source=slug, date=parse_source_date(answer))
                except SpecdbError as error:
                    self.talk.say(str(error))
                    continue
                self._named(f"source {slug}", self.progress.records[f"source {slug}"])
                break

    def _named(self, key: str, decision: dict[str, Any]) -> None:
        """Takes up what was said of a new source or product."""
        if decision["decision"] == "dated" and (source := self.sheet.sources.get(decision["source"])):
            self.sheet.sources[source.slug] = source._replace(date=decision["date"])
        elif decision["decision"] == "named" and (product := self.sheet.products.get(decision["product"])):
            fields = {name: decision[name] for name in ("name", "category")}
            self.sheet.products[product.slug] = product._replace(**fields)

    def _decide(self, index: int, item: "ReviewItem") -> int:
        """Asks about one draft; by how much to go on from there."""
        self.talk.say()
        number = f"{index + 1} of {len(self.sheet.items)}"
        self.talk.say(", ".join(filter(None, (number, item.spec.source, item.spec.at, item.comment))))
        if item.passage:
            self.talk.passage(item.passage)
        shown = self.changed.get(item.key, item)
        self.talk.say(self._label(shown))
        while True:
            answer = self.talk.ask(_KEYS).strip()
            key, _, rest = answer.partition(" ")
            if key == "a":
                if self._accept(item, shown):
                    return 1
            elif key == "e":
                shown = self.changed[item.key] = self._edit(shown, rest.strip())
                self.talk.say(self._label(shown))
            elif key == "r":
                self.progress.decide(item.key, kept.REJECTED)
                return 1
            elif key == "s":
                return 1
            elif key == "b":
                return self._back(index)
            elif key == "q":
                raise Stop
            else:
                self.talk.say(_HELP.rstrip())

    def _back(self, index: int) -> int:
        """Opens the draft before again; by how much to go there, 0 where there is none that can be."""
        for step in range(1, index + 1):
            key = self.sheet.items[index - step].key
            if key not in self.progress.stored:
                self.progress.decide(key, kept.OPEN)
                return -step
        self.talk.say("there is none before it")
        return 0

    def _label(self, item: "ReviewItem") -> str:
        new = " (new)"
        product = item.product + new * (item.product in self.sheet.products and item.product not in self.products)
        attribute = formatting.format_label(item.spec.attribute, qualifiers.to_text(item.spec.qualifiers))
        value = item.spec.value if item.spec.value is not None else item.spec.state
        return f"{product}   {attribute}{new * (item.spec.attribute in self.sheet.attributes)}   {value}"

    def _accept(self, item: "ReviewItem", shown: "ReviewItem") -> bool:
        """Keeps that a draft is accepted, if it can go in; a new product is looked at first."""
        new = shown.product in self.sheet.products and shown.product not in self.products
        if new and f"product {shown.product}" not in self.progress.records:
            self._name(shown)
        if issue := self._issue(shown):
            self.talk.say(str(issue))
            if new:
                self.progress.decide(f"product {shown.product}", kept.OPEN)
            return False
        self.progress.decide(item.key, kept.ACCEPTED, **decision_record(shown.product, shown.spec))
        return True

    def _name(self, item: "ReviewItem") -> None:
        """Asks what a new product is called, and what it is."""
        draft = self.sheet.products[item.product]
        self.talk.say(f"{item.product} is a new product; Enter keeps what stands in brackets.")
        name = self.talk.field("name", draft.name)
        category = self.talk.field("category", draft.category)
        key = f"product {item.product}"
        self.progress.decide(key, "named", product=item.product, name=name, category=category)
        self._named(key, self.progress.records[key])

    def _issue(self, item: "ReviewItem") -> SpecdbError | None:
        """What keeps a draft from going in: tried, and taken back."""

        def change(work: "EditSession") -> list[str]:
            store_decisions(work, self.sheet, [item], [])
            return []

        try:
            run_edit(self.place, change, "", dry_run=True)
        except SpecdbError as error:
            return SpecdbError(*_unlined(error))
        return None

    def _edit(self, item: "ReviewItem", given: str) -> "ReviewItem":
        """The draft as the person wants it: attribute and value at once, or field by field."""
        spec = item.spec
        if given:
            attribute, _, value = given.partition(" ")
            return apply_record(
                item, {**decision_record(item.product, spec), "attribute": attribute, "value": value.strip() or spec.value}
            )
        self.talk.say("Enter keeps what stands in brackets; - is none.")
        product = self.talk.field("product", item.product)
        attribute = self.talk.field("attribute", spec.attribute)
        value = self.talk.field("value", spec.value or "")
        bound = self.talk.field("qualifiers, as in precision=FP4", qualifiers.to_text(spec.qualifiers))
        wanted = qualifiers.from_text("" if bound == "-" else bound)
        try:
            qualifiers.to_text(wanted)
        except SpecdbError as error:
            self.talk.say(str(error))
            wanted = spec.qualifiers
        return apply_record(item, {"product": product, "attribute": attribute, "value": value or None, "qualifiers": wanted})


def _unlined(error: SpecdbError) -> tuple[str, str]:
    """The problem and hint of an error, those of a file's issues without its lines."""
    issues = getattr(error, "issues", [])
    return ("; ".join(issue.problem for issue in issues), issues[0].hint) if issues else (error.problem, error.hint)


def _drafts(count: int) -> str:
    return "1 draft" if count == 1 else f"{count:,} drafts"


class Talk:
    """Lines to stderr and answers from stdin; colours only on a terminal that wants them."""

    def __init__(self) -> None:
        from rich.console import Console

        bright = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
        width = min(shutil.get_terminal_size().columns, _WIDEST)
        self.bright = bright
        self.console = Console(
            file=sys.stderr, width=width, force_terminal=bright, color_system="standard" if bright else None, highlight=False
        )
        reconfigure: Callable[..., None] | None = getattr(sys.stdin, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")

    def say(self, text: str = "") -> None:
        """A line, or several."""
        for line in text.split("\n"):
            self.console.print(escape_controls(line), markup=False, emoji=False)

    def passage(self, passage: "ReviewPassage") -> None:
        """A sentence with its figure marked."""
        from rich.padding import Padding
        from rich.text import Text

        before, figure, after = map(one_line, passage)
        marked = (figure, "bold reverse") if self.bright or not figure else f"»{figure}«"
        self.console.print(Padding(Text.assemble(before, marked, after), (0, 2), expand=False))

    def ask(self, prompt: str) -> str:
        """The answer to a question; Stop where there is no more input."""
        print(prompt, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not sys.stdin.isatty():  # nobody's Enter has ended the line
            print(file=sys.stderr)
        if not line.endswith("\n"):
            raise Stop
        return line.rstrip("\r\n")

    def field(self, name: str, value: str) -> str:
        """A field as the person types it; what it was where they only press Enter."""
        return self.ask(f"{name} [{escape_controls(value)}]: ").strip() or value
