"""`handrail policy`: check a file, put it in force, print the schema for editors."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from handrail.cli.desks import desk_at
from handrail.cli.errors import WrongUse
from handrail.cli.place import Place, placed
from handrail.client import BadPolicy as RefusedPolicy
from handrail.kit.errors import FieldFault
from handrail.plugins.checks import builtin_registry
from handrail.stages.routing.language import BadPolicy, load, policy_text
from handrail.stages.routing.language import schema as schema_of
from handrail.stages.routing.language import warnings as warnings_of

app = typer.Typer(no_args_is_help=True)
File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, allow_dash=True, help="The policy, YAML; - for stdin.")
]


@app.callback()
def policy() -> None:
    """Check policies and put them in force."""


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
def schema() -> None:
    """Print the JSON Schema of the policy language, for editors."""
    print(json.dumps(schema_of(), indent=2))


def _read(file: Path) -> str:
    return sys.stdin.read() if str(file) == "-" else _text(file)


def _text(file: Path) -> str:
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
