"""`handrail keys`: how applications sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from handrail.cli.desks import desk_at
from handrail.cli.errors import WrongUse
from handrail.cli.moments import moment_of
from handrail.cli.place import Place, as_table, placed
from handrail.kit.clock import SystemClock, to_text
from handrail.kit.durations import parse_duration
from handrail.wire.access import KeyOut

app = typer.Typer(no_args_is_help=True)


@app.callback()
def keys() -> None:
    """Make, list and revoke the API keys of a project."""


@app.command("list")
@placed()
def list_keys(place: Place) -> None:
    """All keys of the project; their secrets are nowhere."""
    now = SystemClock().now()
    with desk_at(place) as desk:
        found = desk.api_keys()
    rows = [(one.public, one.name, _standing(one, now), _time(one.last_used_at), ",".join(one.scopes)) for one in found]
    place.say(
        [one.model_dump(mode="json", exclude={"key"}) for one in found],
        as_table(rows, "key", "name", "standing", "last used", "scopes"),
    )


@app.command("add")
@placed()
def add_key(
    name: Annotated[str, typer.Argument(help="What it is for; people read this.")],
    place: Place,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="A permission; several times. Else those of an application.")
    ] = None,
    expires: Annotated[str | None, typer.Option("--expires", help="A duration such as 90d, or a time.")] = None,
) -> None:
    """Make a key. The whole key is printed this once."""
    ends = _end(expires, SystemClock().now()) if expires else None
    with desk_at(place) as desk:
        made = desk.add_key(name, scope, ends)
    place.tell("Keep this key now; it is not shown again.")
    place.say(made.model_dump(mode="json"), str(made.key))


@app.command("revoke")
@placed()
def revoke_key(
    revoked: Annotated[str, typer.Argument(metavar="KEY", help="The 8 public characters, the id, or the whole key.")],
    place: Place,
) -> None:
    """Take a key out of force, within a second everywhere."""
    public = revoked.split("_")[1] if revoked.startswith("hrk_") and revoked.count("_") > 1 else revoked
    with desk_at(place) as desk:
        found = next((one for one in desk.api_keys() if public in (one.public, one.key_id)), None)
        if found is None:
            raise WrongUse("This project has no such key; see `handrail keys list`.")
        desk.revoke_key(found.key_id)
    place.say({"key_id": found.key_id, "public": found.public}, f"The key {found.public} ({found.name}) is revoked.")


def _end(text: str, now: datetime) -> datetime:
    try:
        return now + parse_duration(text)
    except ValueError:
        return moment_of(text, "--expires")


def _standing(key: KeyOut, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is not None and key.expires_at <= now:
        return "expired"
    return "in force"


def _time(moment: datetime | None) -> str:
    return "never" if moment is None else to_text(moment)
