"""`handrail users`: who belongs to a project, and what they may do there."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated

import typer

from handrail.cli.desks import AnyDesk, Invited, desk_at, local_desk
from handrail.cli.errors import WrongUse
from handrail.cli.place import Place, as_table, placed
from handrail.kit.durations import parse_duration
from handrail.web.permissions import Role
from handrail.wire.access import MemberOut

app = typer.Typer(no_args_is_help=True)
Address = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's address.")]
Roles = Annotated[list[Role], typer.Option("--role", help="May be given several times.")]


@app.callback()
def users() -> None:
    """Add people to a project, change what they may do, invite them again, switch them off."""


@app.command("list")
@placed()
def list_people(place: Place) -> None:
    """Everyone in the project."""
    with desk_at(place) as desk:
        found = desk.people()
    rows = [(one.email, one.name, ",".join(one.roles), one.level, _standing(one)) for one in found]
    place.say(
        [one.model_dump(mode="json", exclude={"invite_url"}) for one in found],
        as_table(rows, "email", "name", "roles", "level", "standing"),
    )


@app.command("add")
@placed()
def add_person(
    address: Address,
    role: Roles,
    place: Place,
    name: Annotated[
        str | None, typer.Option("--name", help="As colleagues see it; else the front of the address.")
    ] = None,
    skill: Annotated[list[str] | None, typer.Option("--skill", help="May be given several times.")] = None,
    language: Annotated[list[str] | None, typer.Option("--language", help="May be given several times.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read a password from stdin.")] = False,
) -> None:
    """Add a person. Without a password you get an invite link to send to them; it is shown this once."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    wanted = Invited(
        address, name or address.partition("@")[0], [one.value for one in role], password, skill or (), language or ()
    )
    with desk_at(place) as desk:
        _say_member(place, desk.add_person(wanted), "was added")


@app.command("roles")
@placed()
def set_roles(
    address: Address, roles: Annotated[list[Role], typer.Argument(help="Exactly these from now on.")], place: Place
) -> None:
    """Give a person exactly these roles, from their next request on."""
    with desk_at(place) as desk:
        _say_member(place, desk.set_roles(_id_of(desk, address), [one.value for one in roles]), "has other roles now")


@app.command("invite")
@placed()
def invite_again(address: Address, place: Place) -> None:
    """Make a new invite link, for one that was lost or for a forgotten password; the old link is void."""
    with desk_at(place) as desk:
        _say_member(place, desk.invite_again(_id_of(desk, address)), "can choose a password")


@app.command("disable")
@placed()
def disable(address: Address, place: Place) -> None:
    """Switch a person off: their sessions end at once, what they held goes back to its queue."""
    with desk_at(place) as desk:
        _say_member(place, desk.change_person(_id_of(desk, address), {"is_active": False}), "cannot sign in any more")


@app.command("enable")
@placed()
def enable(address: Address, place: Place) -> None:
    """Let a person sign in again."""
    with desk_at(place) as desk:
        _say_member(place, desk.change_person(_id_of(desk, address), {"is_active": True}), "can sign in again")


@app.command("password")
@placed()
def let_in_with_password(
    address: Address,
    place: Place,
    lasts: Annotated[str, typer.Option("--lasts", help="For how long, at most 7d.")] = "8h",
) -> None:
    """Let one person use a password for a while, where single sign-on alone is allowed and does not work.

    Works on the database itself, so that no key and no session can do it; an embedded database's server is stopped
    for the moment.
    """
    if place.is_remote:
        raise WrongUse("This works on the database itself: leave out --url, or name --data-dir or --database.")
    try:
        span = parse_duration(lasts)
    except ValueError as error:
        raise WrongUse(f"--lasts: {error}.") from None
    if not timedelta(0) < span <= timedelta(days=7):
        raise WrongUse("--lasts: at most 7d.")
    with desk_at(place) as desk:
        member = local_desk(desk).let_in_with_password(_id_of(desk, address), span)
        _say_member(place, member, f"can use a password for {lasts}")


def _id_of(desk: AnyDesk, email: str) -> str:
    wanted = email.lower()
    for one in desk.people():
        if one.email.lower() == wanted:
            return one.person_id
    raise WrongUse(f"Nobody in this project has the address {email!r}; see `handrail users list`.")


def _say_member(place: Place, member: MemberOut, what: str) -> None:
    lines = [f"{member.name} <{member.email}> {what}: {', '.join(member.roles)}."]
    if member.invite_url:
        lines.append(f"Send this link, it works once: {member.invite_url}")
    place.say(member.model_dump(mode="json"), "\n".join(lines))


def _standing(member: MemberOut) -> str:
    if not member.is_active:
        return "off"
    return "invited" if member.is_invited else "active"
