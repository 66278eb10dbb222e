"""People, sessions, projects and keys as they travel."""

from __future__ import annotations

from typing import Annotated, Any, Literal  # Any: a person's settings belong to the web app

from pydantic import Field, StringConstraints

from handrail.wire.base import Id, Moment, Request, Response, Slug

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,255}$", max_length=320)]
Password = Annotated[str, StringConstraints(min_length=12, max_length=1_000)]
Role = Literal["reviewer", "senior", "lead", "engineer", "auditor", "admin"]


class SetupIn(Request):
    """The first admin and the first project; the token works once."""

    token: Annotated[str, StringConstraints(min_length=20, max_length=200)]
    name: Name
    email: Email
    password: Password
    project: ProjectIn | None = None


class SignIn(Request):
    email: Annotated[str, StringConstraints(max_length=320)]
    password: Annotated[str, StringConstraints(max_length=1_000)]


class SignOnOut(Response):
    """How people come in: by the company's sign-on, and whether by that alone."""

    name: str | None  # None where there is none
    alone: bool


class ConfirmIn(Request):
    password: Annotated[str, StringConstraints(max_length=1_000)]


class PersonOut(Response):
    person_id: Id
    name: str
    email: str
    is_active: bool


class Membership(Response):
    project: str  # slug
    name: str
    roles: list[str]
    permissions: list[str]
    level: Literal["junior", "senior"]
    skills: list[str]
    languages: list[str]


class MeOut(Response):
    person: PersonOut
    memberships: list[Membership]
    settings: dict[str, Any]  # keys, theme, reading face: the web app's own
    csrf_token: str
    session_ends_at: Moment


class MePatch(Request):
    name: Name | None = None
    settings: dict[str, Any] | None = None


class ProjectIn(Request):
    slug: Slug
    name: Name
    zone: Annotated[str, StringConstraints(max_length=64)] = "UTC"


class ProjectPatch(Request):
    name: Name | None = None
    zone: Annotated[str, StringConstraints(max_length=64)] | None = None
    settings: dict[str, Any] | None = None


class ProjectOut(Response):
    project_id: Id
    slug: str
    name: str
    zone: str
    settings: dict[str, Any]
    policy_version: int
    is_demo: bool
    created_at: Moment


class KeyIn(Request):
    name: Name
    scopes: Annotated[list[str], Field(max_length=60)] | None = None
    expires_at: Annotated[Moment, Field(strict=False)] | None = None


class KeyOut(Response):
    key_id: Id
    name: str
    public: str
    scopes: list[str]
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None
    last_used_at: Moment | None
    key: str | None = None  # the whole key, shown once


Roles = Annotated[list[Role], Field(min_length=1, max_length=6)]
Skills = Annotated[list[Slug], Field(max_length=100)]
Languages = Annotated[list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,35}$")]], Field(max_length=50)]


class PersonIn(Request):
    email: Email
    name: Name
    roles: Roles
    password: Password | None = None  # else an invite link is made
    skills: Skills = []
    languages: Languages = []


class PersonPatch(Request):
    """`name` and `is_active` belong to the person, the others to the place in this project."""

    name: Name | None = None
    is_active: bool | None = None
    level: Literal["junior", "senior"] | None = None
    skills: Skills | None = None
    languages: Languages | None = None


class RolesIn(Request):
    roles: Roles


class MemberOut(PersonOut):
    """A person as a member of one project."""

    roles: list[str]
    level: Literal["junior", "senior"]
    skills: list[str]
    languages: list[str]
    is_invited: bool  # has not chosen a password nor signed on yet
    invite_url: str | None = None  # shown once


class AcceptIn(Request):
    """What an invited person sends with the token of the invite link."""

    token: Annotated[str, StringConstraints(min_length=20, max_length=200)]
    password: Password


class SessionConfirmed(Response):
    confirmed_at: Moment


class StopIn(Request):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    freeze: bool = False
    scope: Literal["project", "everywhere"] = "project"


class StopOut(Response):
    in_force: bool
    freeze: bool
    since: Moment | None
    by: str | None
    reason: str | None
    scope: Literal["project", "everywhere"] | None  # everywhere: only an admin lifts it


class HealthPart(Response):
    name: str
    ok: bool
    why: str | None
    since: Moment | None


class Health(Response):
    ok: bool
    parts: list[HealthPart]
    version: str
