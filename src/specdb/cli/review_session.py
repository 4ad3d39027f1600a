"""Interactive review of drafts, one after another, in plain lines of text."""

import os
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from specdb.domain import qualifiers
from specdb.editing.edit_session import run_edit
from specdb.errors import SpecdbError
from specdb.figures import formatting
from specdb.ingest import review_progress
from specdb.ingest.review import apply_record, decision_record, parse_source_date, store_decisions
from specdb.render.sanitize import escape_controls, one_line

if TYPE_CHECKING:
    from specdb.database.location import Location
    from specdb.editing.edit_session import EditSession
    from specdb.ingest.review import DraftSheet, ReviewItem, ReviewPassage
    from specdb.ingest.review_progress import ReviewProgress

_KEYS = "a accept  e edit  r reject  s skip  b back  q stop: "
_HELP = """a               accept the draft as shown
e               edit its product, attribute, value and qualifiers
e weight 40 g   set its attribute and value
r               reject it: it is not drafted again from this text
s               skip it: you are asked again in the next session
b               go back to the previous draft
q               stop; accepted drafts are added to the database
"""
_MAX_WIDTH = 100


class StopReview(Exception):
    """The user stops the review, or the input ends."""


class ReviewSession:
    """A review of a sheet of drafts.

    Attributes:
        sheet: The drafts, with their new sources and products.
        progress: The decisions, saved as they are made.
        location: The database.
        products: Slugs of the products in the database.
        sources: Slugs of the sources in the database.
        terminal: Prints lines and reads answers.
        changed: Edited drafts by key, until they are decided.
    """

    def __init__(
        self, sheet: "DraftSheet", progress: "ReviewProgress", location: "Location", products: set[str], sources: set[str]
    ) -> None:
        self.sheet = sheet
        self.progress = progress
        self.location = location
        self.products = products
        self.sources = sources
        self.terminal = ReviewTerminal()
        self.changed: dict[str, ReviewItem] = {}
        for key, decision in progress.records.items():
            self._apply_answer(key, decision)

    def run(self) -> None:
        """Ask about each undecided draft, until the last one or until the user stops."""
        sheet, terminal = self.sheet, self.terminal
        for count, why in ((sheet.stored, "already stored"), (sheet.rejected, "rejected in a review of this text")):
            if count:
                terminal.say(f"{_drafts(count)} skipped: {why}")
        if sheet.sources_without_text:
            terminal.say(f"No sentences for {', '.join(sheet.sources_without_text)}: give the article with --text")
        self._reopen()
        try:
            if self._open():
                self._dates()
            index = 0
            while index < len(sheet.items):
                item = sheet.items[index]
                index += 1 if item.key in self.progress.records else self._decide(index, item)
        except StopReview:
            terminal.say()

    def pending(self) -> tuple[list["ReviewItem"], list["ReviewItem"]]:
        """Return the accepted and the rejected drafts that are not in the database yet."""
        found = self.progress.pending()
        items = [(item, found[item.key]) for item in self.sheet.items if item.key in found]
        return (
            [apply_record(item, decision) for item, decision in items if decision["decision"] == review_progress.ACCEPTED],
            [item for item, decision in items if decision["decision"] == review_progress.REJECTED],
        )

    def summary(self) -> str:
        """Return the number of accepted, rejected and open drafts as a sentence."""
        records = self.progress.records
        done = [records[item.key]["decision"] for item in self.sheet.items if item.key in records]
        left = len(self.sheet.items) - len(done)
        counts = (
            f"{done.count(review_progress.ACCEPTED)} accepted, {done.count(review_progress.REJECTED)} rejected, {left} open"
        )
        return f"{_drafts(len(self.sheet.items))}: {counts}{'; run the same command again to continue' if left else ''}."

    def _open(self) -> list["ReviewItem"]:
        return [item for item in self.sheet.items if item.key not in self.progress.records]

    def _reopen(self) -> None:
        """Reopen drafts accepted in an interrupted session that can no longer be added."""
        for item in self.pending()[0]:
            if issue := self._issue(item):
                self.terminal.say(f"{item.product} {item.spec.attribute} is open again: {issue.problem}")
                self.progress.decide(item.key, review_progress.OPEN)

    def _dates(self) -> None:
        """Ask for the dates of new sources that have none."""
        for slug, source in self.sheet.sources.items():
            if source.date or slug in self.sources:
                continue
            while True:
                answer = self.terminal.ask(f"Date of {slug} (such as 2026-04-30): ")
                try:
                    self.progress.decide(f"source {slug}", "dated", source=slug, date=parse_source_date(answer))
                except SpecdbError as error:
                    self.terminal.say(str(error))
                    continue
                self._apply_answer(f"source {slug}", self.progress.records[f"source {slug}"])
                break

    def _apply_answer(self, key: str, decision: dict[str, Any]) -> None:
        """Apply an answer about a new source or product to the sheet."""
        if decision["decision"] == "dated" and (source := self.sheet.sources.get(decision["source"])):
            self.sheet.sources[source.slug] = source._replace(date=decision["date"])
        elif decision["decision"] == "named" and (product := self.sheet.products.get(decision["product"])):
            fields = {name: decision[name] for name in ("name", "category")}
            self.sheet.products[product.slug] = product._replace(**fields)

    def _decide(self, index: int, item: "ReviewItem") -> int:
        """Ask about one draft, and return how many drafts to move forward."""
        self.terminal.say()
        number = f"{index + 1} of {len(self.sheet.items)}"
        self.terminal.say(", ".join(filter(None, (number, item.spec.source, item.spec.at, item.comment))))
        if item.passage:
            self.terminal.passage(item.passage)
        shown = self.changed.get(item.key, item)
        self.terminal.say(self._label(shown))
        while True:
            answer = self.terminal.ask(_KEYS).strip()
            key, _, rest = answer.partition(" ")
            if key == "a":
                if self._accept(item, shown):
                    return 1
            elif key == "e":
                shown = self.changed[item.key] = self._edit(shown, rest.strip())
                self.terminal.say(self._label(shown))
            elif key == "r":
                self.progress.decide(item.key, review_progress.REJECTED)
                return 1
            elif key == "s":
                return 1
            elif key == "b":
                return self._back(index)
            elif key == "q":
                raise StopReview
            else:
                self.terminal.say(_HELP.rstrip())

    def _back(self, index: int) -> int:
        """Reopen the previous draft, and return how many drafts to move; 0 if there is none."""
        for step in range(1, index + 1):
            key = self.sheet.items[index - step].key
            if key not in self.progress.stored:
                self.progress.decide(key, review_progress.OPEN)
                return -step
        self.terminal.say("There is no previous draft.")
        return 0

    def _label(self, item: "ReviewItem") -> str:
        new = " (new)"
        product = item.product + new * (item.product in self.sheet.products and item.product not in self.products)
        attribute = formatting.format_label(item.spec.attribute, qualifiers.to_text(item.spec.qualifiers))
        value = item.spec.value if item.spec.value is not None else item.spec.state
        return f"{product}   {attribute}{new * (item.spec.attribute in self.sheet.attributes)}   {value}"

    def _accept(self, item: "ReviewItem", shown: "ReviewItem") -> bool:
        """Accept a draft if it can be added; ask about a new product first."""
        new = shown.product in self.sheet.products and shown.product not in self.products
        if new and f"product {shown.product}" not in self.progress.records:
            self._name(shown)
        if issue := self._issue(shown):
            self.terminal.say(str(issue))
            if new:
                self.progress.decide(f"product {shown.product}", review_progress.OPEN)
            return False
        self.progress.decide(item.key, review_progress.ACCEPTED, **decision_record(shown.product, shown.spec))
        return True

    def _name(self, item: "ReviewItem") -> None:
        """Ask for the name and category of a new product."""
        draft = self.sheet.products[item.product]
        self.terminal.say(f"{item.product} is a new product. Press Enter to keep the value in brackets.")
        name = self.terminal.field("name", draft.name)
        category = self.terminal.field("category", draft.category)
        key = f"product {item.product}"
        self.progress.decide(key, "named", product=item.product, name=name, category=category)
        self._apply_answer(key, self.progress.records[key])

    def _issue(self, item: "ReviewItem") -> SpecdbError | None:
        """Return why a draft cannot be added, None if it can: try it without writing."""

        def change(session: "EditSession") -> list[str]:
            store_decisions(session, self.sheet, [item], [])
            return []

        try:
            run_edit(self.location, change, "", dry_run=True)
        except SpecdbError as error:
            return SpecdbError(*_without_lines(error))
        return None

    def _edit(self, item: "ReviewItem", given: str) -> "ReviewItem":
        """Return the draft as edited: attribute and value given at once, or asked field by field."""
        spec = item.spec
        if given:
            attribute, _, value = given.partition(" ")
            return apply_record(
                item, {**decision_record(item.product, spec), "attribute": attribute, "value": value.strip() or spec.value}
            )
        self.terminal.say("Press Enter to keep the value in brackets; type - for none.")
        product = self.terminal.field("product", item.product)
        attribute = self.terminal.field("attribute", spec.attribute)
        value = self.terminal.field("value", spec.value or "")
        answer = self.terminal.field("qualifiers, such as precision=FP4", qualifiers.to_text(spec.qualifiers))
        wanted = qualifiers.from_text("" if answer == "-" else answer)
        try:
            qualifiers.to_text(wanted)
        except SpecdbError as error:
            self.terminal.say(str(error))
            wanted = spec.qualifiers
        return apply_record(item, {"product": product, "attribute": attribute, "value": value or None, "qualifiers": wanted})


def _without_lines(error: SpecdbError) -> tuple[str, str]:
    """Return the problem and hint of an error, without the line numbers of its issues."""
    issues = getattr(error, "issues", [])
    return ("; ".join(issue.problem for issue in issues), issues[0].hint) if issues else (error.problem, error.hint)


def _drafts(count: int) -> str:
    return "1 draft" if count == 1 else f"{count:,} drafts"


class ReviewTerminal:
    """Print lines to stderr and read answers from stdin, in colour only on a terminal without NO_COLOR."""

    def __init__(self) -> None:
        from rich.console import Console

        color = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
        width = min(shutil.get_terminal_size().columns, _MAX_WIDTH)
        self.color = color
        self.console = Console(
            file=sys.stderr, width=width, force_terminal=color, color_system="standard" if color else None, highlight=False
        )
        reconfigure: Callable[..., None] | None = getattr(sys.stdin, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")

    def say(self, text: str = "") -> None:
        """Print one or more lines."""
        for line in text.split("\n"):
            self.console.print(escape_controls(line), markup=False, emoji=False)

    def passage(self, passage: "ReviewPassage") -> None:
        """Print a sentence with its figure highlighted."""
        from rich.padding import Padding
        from rich.text import Text

        before, figure, after = map(one_line, passage)
        marked = (figure, "bold reverse") if self.color or not figure else f"»{figure}«"
        self.console.print(Padding(Text.assemble(before, marked, after), (0, 2), expand=False))

    def ask(self, prompt: str) -> str:
        """Return the answer to a question.

        Raises:
            StopReview: At the end of the input.
        """
        print(prompt, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not sys.stdin.isatty():  # no Enter has ended the line
            print(file=sys.stderr)
        if not line.endswith("\n"):
            raise StopReview
        return line.rstrip("\r\n")

    def field(self, name: str, value: str) -> str:
        """Ask for a field; Enter keeps its value."""
        return self.ask(f"{name} [{escape_controls(value)}]: ").strip() or value
