"""Who calls: a key, a person with a session, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handrail.web.permissions import Role, permissions_of


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's place in one project."""

    project_id: str
    slug: str
    roles: frozenset[Role]
    level: str
    skills: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a cookie or key belongs to, before the project is known."""

    kind: Literal["person", "key"]
    id: str
    name: str
    scopes: frozenset[str] = frozenset()  # keys
    project_id: str | None = None  # keys
    made_by: str | None = None  # keys: the person who made it; None where a command did, on the machine itself
    memberships: Mapping[str, Membership] = field(default_factory=dict)  # people, by project id
    csrf_token: str = ""
    session_hash: str = ""
    ends_at: datetime | None = None

    @property
    def actor(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Caller:
    """An identity inside one project (or outside all, for `/me` and its like)."""

    identity: Identity
    project_id: str | None
    permissions: frozenset[str]

    @property
    def actor(self) -> str:
        return self.identity.actor

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def person_id(self) -> str | None:
        """Whose deed it is where other people must decide: of who signed in, or of who made the key."""
        return self.id if self.identity.kind == "person" else self.identity.made_by

    @property
    def membership(self) -> Membership | None:
        return self.identity.memberships.get(self.project_id) if self.project_id else None

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def inside(identity: Identity, project_id: str) -> Caller | None:
    """The identity as a caller in one project; None if it has no place there."""
    if identity.kind == "key":
        return Caller(identity, project_id, identity.scopes) if identity.project_id == project_id else None
    place = identity.memberships.get(project_id)
    return Caller(identity, project_id, permissions_of(place.roles)) if place else None
