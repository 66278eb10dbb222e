"""People of a project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from handrail.kit.errors import NotFound
from handrail.kit.ids import is_id
from handrail.setup.access.desk import Desk, hand_of
from handrail.setup.access.errors import InvitesOff
from handrail.setup.access.queries import people as queries
from handrail.setup.access.queries.people import Member
from handrail.setup.access.service import people as service
from handrail.setup.access.service.people import NewPerson
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.web.permissions import Role
from handrail.wire.access import MemberOut, PersonIn, PersonPatch, RolesIn
from handrail.wire.base import Page


def routes(house: House, desk: Desk) -> Door:
    """`/people`, inside the project that the header names."""
    door = Door(house)
    _listing(door)
    _inviting(door, desk)
    _changing(door, desk)
    return door


def _listing(door: Door) -> None:
    @door.get("/people", needs="people.read", response_model=Page[MemberOut])
    def list_people(
        call: Call,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=1_000)] = None,
    ) -> Page[MemberOut]:
        """The people of the project, by name."""
        after = read_cursor(cursor, call.project_id, {}, (str, str))
        found = call.read(
            lambda session: queries.members_after(session, call.project_id, after and (after[0], after[1]), limit + 1)
        )
        last = found[limit - 1] if len(found) > limit else None
        more = write_cursor((last.sort_name, last.person.id), call.project_id, {}) if last else None
        return Page[MemberOut](data=[member_out(one) for one in found[:limit]], next_cursor=more)


def _inviting(door: Door, desk: Desk) -> None:
    @door.post("/people", needs="people.manage", response_model=MemberOut, status_code=201)
    def invite_person(call: Call, body: PersonIn) -> Response:
        """Adds a person to the project. Without a password the answer holds an invite link, this once."""
        hashed = desk.passwords.hash(body.password) if body.password else None
        wanted = NewPerson(body.email, body.name, _roles(body.roles), hashed, body.skills, body.languages)

        def work(session: Session) -> Answer:
            links = not desk.passwords_off
            member, token = service.invite(session, desk.tokens, hand_of(call), wanted, links=links)
            return Answer(member_out(member, desk.invite_url(token) if token else None), 201, kept=member_out(member))

        return call.change(work)

    @door.post("/people/{id}/invite", needs="people.manage", response_model=MemberOut, status_code=201)
    def invite_again(call: Call, id: str) -> Response:
        """A new invite link, for one that was lost or for a forgotten password; the old link is void."""
        if desk.passwords_off:
            raise InvitesOff()

        def work(session: Session) -> Answer:
            token = service.invite_again(session, desk.tokens, hand_of(call), _known(id))
            member = queries.member(session, call.project_id, id)
            assert member is not None
            return Answer(member_out(member, desk.invite_url(token)), 201, kept=member_out(member))

        return call.change(work)


def _changing(door: Door, desk: Desk) -> None:
    @door.put("/people/{id}/roles", needs="people.manage", response_model=MemberOut)
    def set_roles(call: Call, id: str, body: RolesIn) -> Response:
        """Gives a person exactly these roles in the project, from their next request on."""
        return _change(
            call, lambda session: service.set_roles(session, hand_of(call), desk.left, _known(id), _roles(body.roles))
        )

    @door.patch("/people/{id}", needs="people.manage", response_model=MemberOut)
    def change_person(call: Call, id: str, body: PersonPatch) -> Response:
        """Changes a person's name, place, or whether they may sign in."""
        values = {name: getattr(body, name) for name in body.model_fields_set if getattr(body, name) is not None}
        return _change(call, lambda session: service.change(session, hand_of(call), desk.left, _known(id), values))

    @door.delete("/people/{id}", needs="people.manage", status_code=204)
    def remove_person(call: Call, id: str) -> Response:
        """Takes a person out of the project; their sessions and leases end at once."""

        def work(session: Session) -> Answer:
            service.remove(session, hand_of(call), desk.left, _known(id))
            return Answer(None, 204)

        return _changed(call, work)


def _change(call: Call, make: Callable[[Session], Member]) -> Response:
    return _changed(call, lambda session: Answer(member_out(make(session))))


def _changed(call: Call, work: Callable[[Session], Answer]) -> Response:
    """Changes what somebody may do; who watches the queues is shown at once what was given back."""
    done = call.change(work)
    call.house.forget()
    call.house.signals.fire(f"queues:{call.project_id}")
    return done


def _known(id: str) -> str:
    if not is_id(id):
        raise NotFound()
    return id


def _roles(words: Sequence[str]) -> frozenset[Role]:
    return frozenset(Role(word) for word in words)


def member_out(member: Member, invite_url: str | None = None) -> MemberOut:
    """A member as the answer shows them; the invite link only in the answer that makes it."""
    one = member.person
    return MemberOut(
        person_id=one.id,
        name=one.name,
        email=one.email,
        is_active=one.is_active,
        roles=sorted(member.roles),
        level="senior" if member.level == "senior" else "junior",
        skills=list(member.skills),
        languages=list(member.languages),
        is_invited=one.password_hash is None and not one.is_bound,
        invite_url=invite_url,
    )
