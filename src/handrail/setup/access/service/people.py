"""People and their places in projects: invited, given roles, changed, removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any  # Any: columns of several kinds

from handrail.kit.clock import to_text
from handrail.kit.errors import NotFound
from handrail.kit.ids import new_id
from handrail.setup.access.errors import AlreadyMember, InOtherProjects, LinkNotValid, PasswordsOff
from handrail.setup.access.queries import people as queries
from handrail.setup.access.queries import sessions as session_queries
from handrail.setup.access.queries import subjects as subject_queries
from handrail.setup.access.queries.people import Member, Person
from handrail.setup.access.rules import INVITE_LASTS, keep_an_admin, level_after, level_of, may_use_password
from handrail.setup.access.tokens import Tokens, new_token
from handrail.setup.hand import Hand
from handrail.storage import Session
from handrail.web.permissions import Role, permissions_of

OnPersonLeft = Callable[[Session, str, str], None]
"""Told (session, project_id, person_id), in the same transaction, when a person may no longer claim work there."""


def nobody_waits(session: Session, project_id: str, person_id: str) -> None:
    """For an installation without a review room."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who shall join; without a password hash an invite link is made."""

    email: str
    name: str
    roles: frozenset[Role]
    password_hash: str | None = None
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()


def invite(
    session: Session, tokens: Tokens, hand: Hand, wanted: NewPerson, *, links: bool = True
) -> tuple[Member, str | None]:
    """The new member of the hand's project, and the token of an invite link if they are new here without a password
    (without `links`, where passwords are off, never).

    An address that has an account keeps its name and password. Raises AlreadyMember.
    """
    project_id = _project(hand)
    person = _find_or_add(session, wanted)
    place = Member(person, wanted.roles, level_of(wanted.roles), tuple(wanted.skills), tuple(wanted.languages))
    if not queries.add_member(session, project_id, person.id, place):
        raise AlreadyMember()
    token = _new_invite(session, tokens, person.id) if links and _is_new(session, person) else None
    hand.note(session, "person.invited", person.id, {"email": person.email, "roles": sorted(wanted.roles)})
    return place, token


def _find_or_add(session: Session, wanted: NewPerson) -> Person:
    made = Person(new_id(), wanted.email.lower(), wanted.name, wanted.password_hash, True, {})
    if queries.add_person(session, made):
        return made
    found = queries.person_by_email(session, wanted.email)
    assert found is not None
    if not found.is_active and not queries.places_of(session, found.id):  # was removed everywhere, comes back new
        queries.change_person(session, found.id, name=made.name, password_hash=made.password_hash, is_active=True)
        return Person(found.id, found.email, made.name, made.password_hash, True, found.settings)
    return found


def _is_new(session: Session, person: Person) -> bool:
    """Whether a link may be made: one for somebody invited elsewhere too would open those projects to us."""
    return person.password_hash is None and not person.is_bound and len(queries.places_of(session, person.id)) == 1


def _new_invite(session: Session, tokens: Tokens, person_id: str) -> str:
    token = new_token()
    until = session.now + INVITE_LASTS
    queries.change_person(session, person_id, invite_hash=tokens.link(token), invite_until=until)
    return token


def invite_again(session: Session, tokens: Tokens, hand: Hand, person_id: str) -> str:
    """The token of a new invite link, also for a member who lost their password; the old link is void.

    Raises InOtherProjects where the person belongs to projects of others: the link would open those too.
    """
    member = _member(session, hand, person_id)
    _only_here(session, hand, member)
    token = _new_invite(session, tokens, person_id)
    hand.note(session, "person.invited", person_id, {"again": True})
    return token


def accept(session: Session, tokens: Tokens, hand: Hand, token: str, password_hash: str, *, off: bool = False) -> str:
    """The person an invite was for, who now has a password. Works once; all other sessions of theirs end. `off`:
    passwords are for those who were let in with one.

    Raises LinkNotValid, the same for every cause, and PasswordsOff.
    """
    person_id = queries.find_invite(session, tokens.link(token), session.now)
    if person_id is None:
        raise LinkNotValid()
    person = queries.person_by_id(session, person_id)
    if person is None or not may_use_password(person.password_until, session.now, off=off):
        raise PasswordsOff()
    queries.change_person(session, person_id, password_hash=password_hash, invite_hash=None, invite_until=None)
    session_queries.end_sessions_of(session, person_id)
    hand.of(person_id).note(session, "person.accepted", person_id)
    return person_id


def let_in_with_password(session: Session, tokens: Tokens, hand: Hand, person_id: str, lasts: timedelta) -> str:
    """The token of a link with which one person chooses a password, that counts for this long where passwords are off.

    For an emergency, by whoever runs the installation: it stands above the projects.
    """
    member = _member(session, hand, person_id)
    token, until = new_token(), session.now + lasts
    queries.change_person(session, person_id, password_until=until, invite_hash=tokens.link(token), invite_until=until)
    hand.note(session, "person.password_allowed", member.person.id, {"until": to_text(until)})
    return token


def set_roles(session: Session, hand: Hand, left: OnPersonLeft, person_id: str, roles: frozenset[Role]) -> Member:
    """The member with exactly these roles. Raises NotFound and LastAdmin."""
    project_id = _project(hand)
    queries.lock_project(session, project_id)
    member = _member(session, hand, person_id)
    if Role.ADMIN not in roles:
        keep_an_admin(queries.admins(session, project_id), person_id)
    level = level_after(member.roles, roles, member.level)
    queries.change_member(session, project_id, person_id, roles=sorted(roles), level=level)
    if _may_claim(member.roles) and not _may_claim(roles):
        left(session, project_id, person_id)
    details = {"before": sorted(member.roles), "after": sorted(roles)}
    hand.note(session, "person.roles_changed", person_id, details)
    return _member(session, hand, person_id)


def change(session: Session, hand: Hand, left: OnPersonLeft, person_id: str, values: Mapping[str, Any]) -> Member:
    """The member after a change of `name`, `is_active`, `level`, `skills` or `languages`.

    Switching a person off ends their sessions at once. Raises NotFound, LastAdmin, and InOtherProjects for what
    belongs to the person and not to this project alone.
    """
    project_id = _project(hand)
    queries.lock_project(session, project_id)
    member = _member(session, hand, person_id)
    own = {name: value for name, value in values.items() if name in ("name", "is_active")}
    here = {name: value for name, value in values.items() if name not in own}
    if own:
        _only_here(session, hand, member)
        queries.change_person(session, person_id, **own)
    if own.get("is_active") is False:
        keep_an_admin(queries.admins(session, project_id) | _if_admin(member), person_id)
        session_queries.end_sessions_of(session, person_id)
        left(session, project_id, person_id)
    if here:
        queries.change_member(session, project_id, person_id, **here)
    hand.note(session, "person.changed", person_id, dict(values))
    return _member(session, hand, person_id)


def remove(session: Session, hand: Hand, left: OnPersonLeft, person_id: str) -> None:
    """Takes a person out of the project: sessions and leases end at once. Raises NotFound and LastAdmin."""
    project_id = _project(hand)
    queries.lock_project(session, project_id)
    _member(session, hand, person_id)
    keep_an_admin(queries.admins(session, project_id), person_id)
    queries.remove_member(session, project_id, person_id)
    session_queries.end_sessions_of(session, person_id)
    left(session, project_id, person_id)
    if not queries.places_of(session, person_id):
        gone = {"is_active": False, "password_hash": None, "invite_hash": None, "invite_until": None}
        queries.change_person(session, person_id, **gone, password_until=None)
        subject_queries.unbind(session, person_id)  # the address may be somebody else's when it comes back
    hand.note(session, "person.removed", person_id)


def change_own(session: Session, hand: Hand, person_id: str, values: Mapping[str, Any]) -> None:
    """Changes one's own name or settings; only the name is told to the log."""
    if values:
        queries.change_person(session, person_id, **values)
    if "name" in values:
        hand.note(session, "person.changed", person_id, {"name": values["name"]})


def _project(hand: Hand) -> str:
    assert hand.project_id is not None, "people are changed inside a project"
    return hand.project_id


def _member(session: Session, hand: Hand, person_id: str) -> Member:
    found = queries.member(session, _project(hand), person_id)
    if found is None:
        raise NotFound()
    return found


def _only_here(session: Session, hand: Hand, member: Member) -> None:
    if any(place.membership.project_id != hand.project_id for place in queries.places_of(session, member.person.id)):
        raise InOtherProjects()


def _if_admin(member: Member) -> set[str]:
    return {member.person.id} if Role.ADMIN in member.roles else set()


def _may_claim(roles: frozenset[Role]) -> bool:
    return "assignments.claim" in permissions_of(roles)
