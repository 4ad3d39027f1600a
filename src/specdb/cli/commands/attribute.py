"""`specdb attribute`: add, edit, rename and merge attributes."""

from typing import Annotated, Any

import typer

from specdb.cli import completers
from specdb.cli.options import Attribute, Db, DryRun, Format, Why, Yes, run_and_report

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)
_KINDS = ["quantity", "date", "flag", "choice", "text", "reference"]
_Unit = Annotated[str | None, typer.Option(metavar="UNIT", help="Unit of a quantity; count for a plain number.")]
_Better = Annotated[str | None, typer.Option(metavar="higher|lower", help="Which direction is better; '' for neither.")]
_Group = Annotated[str | None, typer.Option(metavar="TEXT", help="Heading that lists show it under.")]
_Plausible = Annotated[str | None, typer.Option(metavar="RANGE", help='Plausible range, such as "1..50 g".')]
_Many = Annotated[bool | None, typer.Option("--many/--one", help="Whether a product can have several values.")]
_Signed = Annotated[bool | None, typer.Option("--signed/--unsigned", help="Whether values can be negative.")]
_Choice = Annotated[
    list[str] | None,
    typer.Option(metavar="TEXT", help="Allowed value of a choice attribute. Repeat for each; replaces the existing ones."),
]
_Expression = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Expression to compute it from, such as 'battery / weight'.")
]
_Inverse = Annotated[str | None, typer.Option(metavar="TEXT", help="Name of a reference seen from the other product.")]
_Description = Annotated[str | None, typer.Option(metavar="TEXT", help="Description.")]


@app.callback()
def attribute() -> None:
    """Add, edit, rename and merge attributes."""


@app.command(short_help="Add an attribute.")
def add(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Short name used by commands: a-z, 0-9 and hyphens.")],
    kind: Annotated[
        str,
        typer.Option(
            metavar="KIND", help="Kind of value: " + ", ".join(_KINDS) + ".", autocompletion=lambda: _KINDS, show_default=False
        ),
    ],
    name: Annotated[str, typer.Option(metavar="TEXT", help="Display name. [default: the key with spaces]")] = "",
    unit: _Unit = None,
    better: _Better = None,
    group: _Group = None,
    plausible: _Plausible = None,
    many: _Many = None,
    signed: _Signed = None,
    choice: _Choice = None,
    inverse: _Inverse = None,
    expression: _Expression = None,
    alias: Annotated[list[str], typer.Option(metavar="NAME", help="Alias. Repeatable.")] = [],
    description: _Description = None,
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Add an attribute, with its kind and unit."""
    from specdb.bundles.drafts import AttributeDraft, Bundle
    from specdb.editing.entity_names import apply_drafts

    given = _given_fields(unit, better, group, plausible, many, signed, choice, inverse, expression, description)
    draft = AttributeDraft(key, name or key.replace("-", " "), kind, aliases=tuple(alias))._replace(**given)
    run_and_report(
        db,
        lambda session: apply_drafts(session, Bundle(attributes=(draft,)), new=True),
        why or f"added attribute {key}",
        dry_run=dry_run,
        format=format,
    )


@app.command()
def edit(
    attribute: Attribute,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Display name.")] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Kind of value.", autocompletion=lambda: _KINDS)] = None,
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

    If the unit changes, the numbers of its specs are recalculated from their printed figures. If current specs do not fit
    the changed attribute, they are listed and nothing is written.
    """
    from specdb.editing.entities import edit_entity

    given = _given_fields(unit, better, group, plausible, many, signed, choice, inverse, expression, description)
    fields = {"name": name, "kind": kind, **given}
    run_and_report(
        db,
        lambda session: edit_entity(session, "attribute", attribute, fields),
        why or f"edited attribute {attribute}",
        dry_run=dry_run,
        format=format,
    )


@app.command()
def rename(
    attribute: Attribute,
    key: Annotated[str, typer.Argument(metavar="KEY", help="New key.")],
    why: Why = "",
    dry_run: DryRun = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Change the key of an attribute; the old key becomes an alias."""
    from specdb.editing.entities import rename_entity

    reason = why or f"renamed attribute {attribute} to {key}"
    run_and_report(
        db, lambda session: rename_entity(session, "attribute", attribute, key), reason, dry_run=dry_run, format=format
    )


@app.command(short_help="Merge an attribute into another one.")
def merge(
    attribute: Attribute,
    into: Annotated[str, typer.Argument(metavar="INTO", help="Attribute to keep.", autocompletion=completers.attributes)],
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = "",
    format: Format = "",
) -> None:
    """Move the specs of an attribute to another one; its key becomes an alias of that attribute."""
    from specdb.editing.entities import merge_attributes

    reason = why or f"merged attribute {attribute} into {into}"
    run_and_report(
        db, lambda session: merge_attributes(session, attribute, into), reason, dry_run=dry_run, format=format, ask=not yes
    )


def _given_fields(
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
    """Return the fields of a draft that were given."""
    fields = {"unit": unit, "better": better, "group": group, "plausible": plausible, "many": many, "signed": signed}
    fields |= {"inverse": inverse, "expression": expression, "description": description}
    given = {name: value for name, value in fields.items() if value is not None}
    return {**given, "choices": tuple(choice)} if choice else given
