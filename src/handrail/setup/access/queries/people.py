"""All SQL about people, their places in projects, invites and the first admin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: settings are JSON of the web app

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select, update

from handrail.kit.clock import to_ms
from handrail.kit.jsons import dumps
from handrail.storage import Session
from handrail.storage.prepared import Prepared
from handrail.storage.session import Found
from handrail.storage.tables import instance, memberships, people, projects, sign_on_subjects
from handrail.web.caller import Membership
from handrail.web.permissions import Role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, or an invite to one."""

    id: str
    email: str
    name: str
    password_hash: str | None
    is_active: bool
    settings: Mapping[str, Any]
    password_until: datetime | None = None
    is_bound: bool = False  # has signed in by single sign-on


@dataclass(frozen=True, slots=True)
class Place:
    """A membership as it is stored, with the names that people see."""

    membership: Membership
    project_name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person and their place in one project."""

    person: Person
    roles: frozenset[Role]
    level: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    sort_name: str = ""  # as the database sorts it


_PERSON = (
    people.c.id,
    people.c.email,
    people.c.name.label("person_name"),
    people.c.password_hash,
    people.c.is_active,
    people.c.settings,
    people.c.password_until,
    exists().where(sign_on_subjects.c.person_id == people.c.id).label("is_bound"),
)


def _person(row: Found) -> Person:
    return Person(
        row["id"],
        row["email"],
        row["person_name"],
        row["password_hash"],
        row["is_active"],
        row["settings"] or {},
        row["password_until"],
        bool(row["is_bound"]),
    )


def person_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, however it is written in upper and lower case."""
    row = session.first(select(*_PERSON).where(people.c.email == email.lower()))
    return _person(row) if row else None


def person_by_id(session: Session, person_id: str) -> Person | None:
    """The person with this id."""
    row = session.first(select(*_PERSON).where(people.c.id == person_id))
    return _person(row) if row else None


def somebody_can_sign_in(session: Session) -> bool:
    """Whether the installation has its first admin."""
    return session.scalar(select(people.c.id).where(people.c.password_hash.is_not(None)).limit(1)) is not None


_ADD_PERSON = """
INSERT INTO people (id, email, name, password_hash, is_active, settings, created_at)
VALUES (:id, :email, :name, :password_hash, :is_active, '{}', :now)
ON CONFLICT (email) DO NOTHING
"""


def add_person(session: Session, person: Person) -> bool:
    """Whether the person was added; False if the address has an account already."""
    return (
        session.change(
            _ADD_PERSON,
            {
                "id": person.id,
                "email": person.email,
                "name": person.name,
                "password_hash": person.password_hash,
                "is_active": person.is_active,
                "now": to_ms(session.now),
            },
        )
        == 1
    )


def change_person(session: Session, person_id: str, **values: Any) -> None:
    """Sets columns of one person."""
    session.execute(update(people).where(people.c.id == person_id).values(**values))


def replace_password(session: Session, person_id: str, before: str, after: str) -> None:
    """Puts another hash in the place of `before`; nothing if it is not there any more."""
    session.execute(
        update(people).where(people.c.id == person_id, people.c.password_hash == before).values(password_hash=after)
    )


def lock_person(session: Session, person_id: str) -> None:
    """Lets changes of one person happen one after the other."""
    session.execute(select(people.c.id).where(people.c.id == person_id).with_for_update())


# invites and the first admin


def find_invite(session: Session, invite_hash: str, now: datetime) -> str | None:
    """The person an invite is for, as long as it holds; locked until the transaction ends."""
    holds = (people.c.invite_hash == invite_hash, people.c.invite_until > now, people.c.is_active.is_(True))
    found: str | None = session.scalar(select(people.c.id).where(*holds).with_for_update())
    return found


_KEEP = "INSERT INTO instance (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value"


def keep_fact(session: Session, name: str, value: str) -> None:
    """Stores one fact of this installation."""
    session.change(_KEEP, {"name": name, "value": value})


def take_fact(session: Session, name: str, value: str) -> bool:
    """Removes a fact if it is exactly this one; True for the one caller who took it."""
    return (
        session.change("DELETE FROM instance WHERE name = :name AND value = :value", {"name": name, "value": value})
        == 1
    )


def fact(session: Session, name: str) -> str | None:
    """One fact of this installation."""
    found: str | None = session.scalar(select(instance.c.value).where(instance.c.name == name))
    return found


# memberships


def lock_project(session: Session, project_id: str) -> None:
    """Lets changes of one project's people happen one after the other."""
    session.execute(select(projects.c.id).where(projects.c.id == project_id).with_for_update())


_PLACES = Prepared(
    select(memberships, projects.c.slug, projects.c.name.label("project_name"))
    .join(projects, projects.c.id == memberships.c.project_id)
    .where(memberships.c.person_id == bindparam("person_id"))
    .order_by(projects.c.slug)
)


def places_of(session: Session, person_id: str) -> list[Place]:
    """All places of a person, by project slug."""
    rows = _PLACES.all(session, person_id=person_id)
    return [
        Place(
            Membership(
                row["project_id"],
                row["slug"],
                _roles(row["roles"]),
                row["level"],
                frozenset(row["skills"]),
                frozenset(row["languages"]),
            ),
            row["project_name"],
        )
        for row in rows
    ]


def _roles(words: Sequence[str]) -> frozenset[Role]:
    return frozenset(Role(word) for word in words)


_ADD_MEMBER = """
INSERT INTO memberships (project_id, person_id, roles, level, skills, languages, created_at)
VALUES (:project_id, :person_id, :roles, :level, :skills, :languages, :now)
ON CONFLICT (project_id, person_id) DO NOTHING
"""


def add_member(session: Session, project_id: str, person_id: str, member: Member) -> bool:
    """Whether the person was added to the project; False if they are in it already."""
    return (
        session.change(
            _ADD_MEMBER,
            {
                "project_id": project_id,
                "person_id": person_id,
                "roles": dumps(sorted(member.roles)),
                "level": member.level,
                "skills": dumps(list(member.skills)),
                "languages": dumps(list(member.languages)),
                "now": to_ms(session.now),
            },
        )
        == 1
    )


def change_member(session: Session, project_id: str, person_id: str, **values: Any) -> None:
    """Sets columns of one place."""
    session.execute(update(memberships).where(_place(project_id, person_id)).values(**values))


def remove_member(session: Session, project_id: str, person_id: str) -> None:
    """Takes a person out of a project."""
    session.execute(memberships.delete().where(_place(project_id, person_id)))


def _place(project_id: str, person_id: str) -> ColumnElement[bool]:
    return (memberships.c.project_id == project_id) & (memberships.c.person_id == person_id)


def _members(project_id: str) -> Select[Any]:
    return (
        select(
            *_PERSON,
            func.lower(people.c.name).label("sort_name"),
            memberships.c.roles,
            memberships.c.level,
            memberships.c.skills,
            memberships.c.languages,
        )
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(memberships.c.project_id == project_id)
    )


def _member(row: Found) -> Member:
    return Member(
        _person(row),
        _roles(row["roles"]),
        row["level"],
        tuple(row["skills"]),
        tuple(row["languages"]),
        row["sort_name"],
    )


def member(session: Session, project_id: str, person_id: str) -> Member | None:
    """One person of a project."""
    row = session.first(_members(project_id).where(people.c.id == person_id))
    return _member(row) if row else None


def members_after(session: Session, project_id: str, after: tuple[str, str] | None, limit: int) -> list[Member]:
    """People of a project by name and id, those after `after` first."""
    by_name = func.lower(people.c.name)
    found = _members(project_id).order_by(by_name, people.c.id).limit(limit)
    if after is not None:
        name, id = after
        found = found.where((by_name > name) | ((by_name == name) & (people.c.id > id)))
    return [_member(row) for row in session.all(found)]


def admins(session: Session, project_id: str) -> set[str]:
    """Ids of the admins of a project that are in use."""
    return {
        one.person.id
        for one in map(_member, session.all(_members(project_id).where(people.c.is_active.is_(True))))
        if Role.ADMIN in one.roles
    }
