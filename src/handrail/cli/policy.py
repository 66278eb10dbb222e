"""`handrail policy`: check a file, compare and try policies, put one in force, go back, print the schema."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any  # Any: items are JSON

import typer

from handrail.cli.desks import desk_at
from handrail.cli.errors import WrongUse
from handrail.cli.place import Place, as_table, placed
from handrail.client import BadPolicy as RefusedPolicy
from handrail.kit.errors import FieldFault
from handrail.kit.jsons import BadJson, parse_strict
from handrail.plugins.checks import builtin_registry
from handrail.stages.routing.comparing import Release, compare, overall
from handrail.stages.routing.language import BadPolicy, load, policy_text
from handrail.stages.routing.language import schema as schema_of
from handrail.stages.routing.language import warnings as warnings_of

app = typer.Typer(no_args_is_help=True)
File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, allow_dash=True, help="The policy, YAML; - for stdin.")
]


Side = Annotated[str, typer.Argument(help="A file, - for stdin, or the number of a stored version.")]


@app.callback()
def policy() -> None:
    """Check, compare and try policies, and put them in force."""


@app.command()
def check(
    file: File, as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False
) -> None:
    """Name everything that is wrong with a policy, with line and column. Exit code 1 if it cannot be used."""
    place = Place(as_json=as_json)
    try:
        warnings = warnings_of(load(_read(file), builtin_registry()))
    except BadPolicy as error:
        _say_faults(place, file, error.fields)
        raise typer.Exit(1) from None
    text = "\n".join([*(f"warning: {one}" for one in warnings), f"{_name(file)} is valid."])
    place.say({"valid": True, "fields": [], "warnings": warnings}, text)


@app.command()
@placed()
def activate(
    file: File,
    note: Annotated[str, typer.Option("--note", help="Why; stands in the audit log.")],
    place: Place,
) -> None:
    """Store a policy as the next version and put it in force, unless another was activated meanwhile."""
    text = _read(file)
    try:
        with desk_at(place) as desk:
            active = desk.active_policy()
            if active.yaml == text:
                place.say(
                    {"version": active.version, "changed": False}, f"Version {active.version} is this policy already."
                )
                return
            made = desk.put_in_force(text, note, active.version)
    except (BadPolicy, RefusedPolicy) as error:
        _say_faults(place, file, error.fields)
        raise typer.Exit(1) from None
    place.say({"version": made.version, "changed": True}, f"Version {made.version} is in force.")


@app.command()
@placed()
def diff(before: Side, after: Side, place: Place) -> None:
    """Say what changes from one policy to another, each change with its effect. Exit code 1 if they differ."""
    texts = [_side(one, place) for one in (before, after)]
    try:
        changes = compare(texts[0], texts[1], builtin_registry())
    except BadPolicy:
        for side, text in zip((before, after), texts, strict=True):
            _refuse_faulty(place, side, text)
        raise  # pragma: no cover  # one of the two has faults
    told = [asdict(one) for one in changes]
    lines = [f"{_MARK[one.release]} {one.path}: {one.effect}" for one in changes]
    place.say(
        {"changes": told, "release": overall(changes).value},
        "\n".join([*lines, f"Release: {overall(changes).value}."] if lines else ["They mean the same."]),
    )
    if changes:
        raise typer.Exit(1)


_MARK = {Release.LOOSENS: "!", Release.TIGHTENS: "+", Release.NEITHER: " ", Release.UNCLEAR: "?"}


@app.command("test")
@placed()
def try_on(
    policy: Side,
    place: Place,
    item: Annotated[
        Path | None, typer.Option("--item", exists=True, dir_okay=False, allow_dash=True, help="An item as JSON.")
    ] = None,
    item_id: Annotated[str | None, typer.Option("--item-id", help="An item that was submitted before.")] = None,
) -> None:
    """Show where an item would go, step by step. Nothing is stored."""
    if (item is None) == (item_id is None):
        raise WrongUse("Name the item: --item FILE or --item-id ID, one of the two.")
    asked: dict[str, Any] = {"version": int(policy)} if policy.isdigit() else {"yaml": _read(Path(policy))}
    asked |= {"item_id": item_id} if item is None else {"item": _json(item)}
    try:
        with desk_at(place) as desk:
            route = desk.try_policy(asked)
    except (BadPolicy, RefusedPolicy) as error:
        _say_faults(place, Path(policy), error.fields)
        raise typer.Exit(1) from None
    steps = [(one["step"], one["rule"] or "", "yes" if one["held"] else "no", one["note"] or "") for one in route.steps]
    went = f"{route.action}{f' in {route.queue} ({route.queue_kind})' if route.queue else ''}: {route.reason}"
    place.say(route.model_dump(mode="json"), f"{as_table(steps, 'step', 'rule', 'held', 'note')}\n{went}")


@app.command()
@placed()
def rollback(
    reason: Annotated[str, typer.Option("--reason", help="Why; stands in the audit log.")], place: Place
) -> None:
    """Put the version in force that was active before."""
    with desk_at(place) as desk:
        active = desk.active_policy().version
        made = desk.roll_back(reason, active)
    place.say(
        {"version": made.version, "before": active}, f"Version {made.version} is in force again, instead of {active}."
    )


@app.command()
def schema() -> None:
    """Print the JSON Schema of the policy language, for editors."""
    print(json.dumps(schema_of(), indent=2))


def _read(file: Path) -> str:
    return sys.stdin.read() if str(file) == "-" else _text(file)


def _text(file: Path) -> str:
    if not file.is_file():
        raise WrongUse(f"There is no file {file}.")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongUse(f"{file} is not UTF-8; save it so.") from None


def _name(file: Path) -> str:
    return "stdin" if str(file) == "-" else file.name


def _say_faults(place: Place, file: Path, faults: tuple[FieldFault, ...]) -> None:
    told = [asdict(one) for one in faults]
    text = "\n".join(policy_text(one, _name(file)) for one in faults)
    place.say({"valid": False, "fields": told, "warnings": []}, text)


def _side(side: str, place: Place) -> str:
    """The text of a version, or of a file."""
    if not side.isdigit():
        return _read(Path(side))
    with desk_at(place) as desk:
        return desk.policy(int(side)).yaml


def _refuse_faulty(place: Place, side: str, text: str) -> None:
    try:
        load(text, builtin_registry())
    except BadPolicy as error:
        _say_faults(place, Path(side), error.fields)
        raise typer.Exit(1) from None


def _json(file: Path) -> Any:
    try:
        return parse_strict(_read(file).encode())
    except BadJson as error:
        raise WrongUse(f"{_name(file)} cannot be read as JSON: {error}.") from None
