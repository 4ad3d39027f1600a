"""specdb attribute: add, edit, rename and merge attributes."""

from typing import Annotated, Any

import typer

from specdb.cli import completion
from specdb.cli.edit_options import Attribute, Db, DryRun, Format, Why, Yes, perform

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)
_KINDS = ["quantity", "date", "flag", "choice", "text", "reference"]
_Unit = Annotated[str | None, typer.Option(metavar="UNIT", help="Of a quantity; count for a bare number.")]
_Better = Annotated[str | None, typer.Option(metavar="higher|lower", help="Which is better; '' for neither.")]
_Group = Annotated[str | None, typer.Option(metavar="TEXT", help="The heading it stands under.")]
_Plausible = Annotated[str | None, typer.Option(metavar="RANGE", help='As in "1..50 g".')]
_Many = Annotated[bool | None, typer.Option("--many/--one", help="Several values at once, or one.")]
_Signed = Annotated[bool | None, typer.Option("--signed/--unsigned", help="Whether it may be negative.")]
_Choice = Annotated[list[str] | None, typer.Option(metavar="TEXT", help="One of its choices; all are to be given.")]
_Expression = Annotated[str | None, typer.Option(metavar="TEXT", help="Computed from others, as in 'battery / weight'.")]
_Inverse = Annotated[str | None, typer.Option(metavar="TEXT", help="What a reference is called from the other side.")]
_Description = Annotated[str | None, typer.Option(metavar="TEXT")]


@app.callback()
def attribute() -> None:
    """Add, edit, rename and merge attributes."""


@app.command(short_help="Add an attribute.")
def add(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its name for commands: a-z, 0-9 and hyphens.")],
    kind: Annotated[
        str, typer.Option(metavar="KIND", help=", ".join(_KINDS) + ".", autocompletion=lambda: _KINDS, show_default=False)
    ],
    name: Annotated[str, typer.Option(metavar="TEXT", help="What people call it; the key with spaces if left out.")] = "",
    unit: _Unit = None,
    better: _Better = None,
    group: _Group = None,
    plausible: _Plausible = None,
    many: _Many = None,
    signed: _Signed = None,
    choice: _Choice = None,
    inverse: _Inverse = None,
    expression: _Expression = None,
    alias: Annotated[list[str], typer.Option(metavar="NAME", help="Another name; may be given again.")] = [],
    description: _Description = None,
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Add an attribute: what is measured, of which kind and in which unit."""
    from specdb.bundles.drafts import AttributeDraft, Bundle
    from specdb.editing.entity_names import apply_drafts

    given = _given(unit, better, group, plausible, many, signed, choice, inverse, expression, description)
    draft = AttributeDraft(key, name or key.replace("-", " "), kind, aliases=tuple(alias))._replace(**given)
    perform(
        db,
        lambda work: apply_drafts(work, Bundle(attributes=(draft,)), new=True),
        why or f"added attribute {key}",
        dry_run=dry_run,
        format=format,
    )


@app.command()
def edit(
    attribute: Attribute,
    name: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", autocompletion=lambda: _KINDS)] = None,
    unit: _Unit = None,
    better: _Better = None,
    group: _Group = None,
    plausible: _Plausible = None,
    many: _Many = None,
    signed: _Signed = None,
    choice: _Choice = None,
    inverse: _Inverse = None,
    expression: _Expression = None,
    description: _Description = None,
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Change an attribute.

    With another unit the numbers of its specs are computed anew from what was printed; where current specs do not fit
    what the attribute would become, they are listed and nothing is changed.
    """
    from specdb.editing.entities import edit_entity as edited

    given = _given(unit, better, group, plausible, many, signed, choice, inverse, expression, description)
    fields = {"name": name, "kind": kind, **given}
    perform(
        db,
        lambda work: edited(work, "attribute", attribute, fields),
        why or f"edited attribute {attribute}",
        dry_run=dry_run,
        format=format,
    )


@app.command()
def rename(
    attribute: Attribute,
    key: Annotated[str, typer.Argument(metavar="KEY")],
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Give an attribute another key; the old one stays as an alias."""
    from specdb.editing.entities import rename_entity as renamed

    reason = why or f"renamed attribute {attribute} to {key}"
    perform(db, lambda work: renamed(work, "attribute", attribute, key), reason, dry_run=dry_run, format=format)


@app.command(short_help="Move the specs of an attribute to another one.")
def merge(
    attribute: Attribute,
    into: Annotated[str, typer.Argument(metavar="INTO", autocompletion=completion.attributes)],
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Move the specs of an attribute to another one, which is found by both names from then on."""
    from specdb.editing.entities import merge_attributes

    reason = why or f"merged attribute {attribute} into {into}"
    perform(db, lambda work: merge_attributes(work, attribute, into), reason, dry_run=dry_run, format=format, ask=not yes)


def _given(
    unit: str | None,
    better: str | None,
    group: str | None,
    plausible: str | None,
    many: bool | None,
    signed: bool | None,
    choice: list[str] | None,
    inverse: str | None,
    expression: str | None,
    description: str | None,
) -> dict[str, Any]:
    """The fields of a draft that were given."""
    fields = {"unit": unit, "better": better, "group": group, "plausible": plausible, "many": many, "signed": signed}
    fields |= {"inverse": inverse, "expression": expression, "description": description}
    given = {name: value for name, value in fields.items() if value is not None}
    return {**given, "choices": tuple(choice)} if choice else given
