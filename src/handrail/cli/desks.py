"""One desk for people, keys and policies, in two shapes: over HTTP, or directly on the database with its lock held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol  # Any: changes are columns of several kinds

from handrail.cli.errors import WrongUse
from handrail.cli.place import Place
from handrail.client.api import Api
from handrail.kit.clock import to_text
from handrail.wire.access import KeyOut, MemberOut
from handrail.wire.policies import PolicyOut, PolicyTestOut

if TYPE_CHECKING:
    from handrail.cli.local import LocalDesk


@dataclass(frozen=True, slots=True)
class Invited:
    """Who shall join the project."""

    email: str
    name: str
    roles: Sequence[str]
    password: str | None = None
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()


class AnyDesk(Protocol):
    """What the commands for people, keys and policies ask for."""

    def people(self) -> list[MemberOut]: ...

    def add_person(self, wanted: Invited) -> MemberOut: ...

    def set_roles(self, person_id: str, roles: Sequence[str]) -> MemberOut: ...

    def invite_again(self, person_id: str) -> MemberOut: ...

    def change_person(self, person_id: str, changes: Mapping[str, Any]) -> MemberOut: ...

    def api_keys(self) -> list[KeyOut]: ...

    def add_key(self, name: str, scopes: Sequence[str] | None, expires_at: datetime | None) -> KeyOut: ...

    def revoke_key(self, key_id: str) -> None: ...

    def active_policy(self) -> PolicyOut: ...

    def policy(self, version: int) -> PolicyOut: ...

    def put_in_force(self, yaml: str, note: str, instead_of: int) -> PolicyOut: ...

    def roll_back(self, reason: str, active: int) -> PolicyOut: ...

    def try_policy(self, asked: Mapping[str, Any]) -> PolicyTestOut: ...


@contextmanager
def desk_at(place: Place) -> Iterator[AnyDesk]:
    """The desk of a server where one is named, else of this machine's database.

    Raises DatabaseRefused while a server writes that database: then the command goes through `--url`.
    """
    if place.is_remote:
        with place.api() as api:
            yield RemoteDesk(api)
        return
    from handrail.cli.running import Running  # late: the server's parts are not needed for a request

    if place.project is None:
        raise WrongUse("Name the project: --project <slug>.")
    with Running(place.settings) as running:
        yield _local(running, place.project)


def _local(running: Any, slug: str) -> AnyDesk:  # Any: running's module is loaded late
    from handrail.cli.local import LocalDesk
    from handrail.setup.projects.queries import project_by_slug

    found = running.installation.store.read(lambda session: project_by_slug(session, slug))
    if found is None:
        raise WrongUse(f"There is no project {slug!r} in this database; the web app's set-up page makes the first one.")
    return LocalDesk(running.installation, found)


def local_desk(desk: AnyDesk) -> LocalDesk:
    """The same desk, for what is done on this machine alone."""
    from handrail.cli.local import LocalDesk

    assert isinstance(desk, LocalDesk)
    return desk


@dataclass(frozen=True, slots=True)
class RemoteDesk:
    """Asks a server."""

    api: Api

    def people(self) -> list[MemberOut]:
        return [MemberOut.model_validate(one) for one in self.api.rows("/v1/people", limit=200)]

    def add_person(self, wanted: Invited) -> MemberOut:
        body = {
            "email": wanted.email,
            "name": wanted.name,
            "roles": list(wanted.roles),
            "password": wanted.password,
            "skills": list(wanted.skills),
            "languages": list(wanted.languages),
        }
        return MemberOut.model_validate(self.api.post("/v1/people", body))

    def set_roles(self, person_id: str, roles: Sequence[str]) -> MemberOut:
        answer = self.api.request("PUT", f"/v1/people/{person_id}/roles", json={"roles": list(roles)})
        return MemberOut.model_validate(answer.json)

    def invite_again(self, person_id: str) -> MemberOut:
        return MemberOut.model_validate(self.api.post(f"/v1/people/{person_id}/invite"))

    def change_person(self, person_id: str, changes: Mapping[str, Any]) -> MemberOut:
        answer = self.api.request("PATCH", f"/v1/people/{person_id}", json=dict(changes))
        return MemberOut.model_validate(answer.json)

    def api_keys(self) -> list[KeyOut]:
        return [KeyOut.model_validate(one) for one in self.api.rows("/v1/keys", limit=200)]

    def add_key(self, name: str, scopes: Sequence[str] | None, expires_at: datetime | None) -> KeyOut:
        ends = None if expires_at is None else to_text(expires_at)
        body = {"name": name, "scopes": None if scopes is None else list(scopes), "expires_at": ends}
        return KeyOut.model_validate(self.api.post("/v1/keys", body))

    def revoke_key(self, key_id: str) -> None:
        self.api.request("DELETE", f"/v1/keys/{key_id}")

    def active_policy(self) -> PolicyOut:
        return PolicyOut.model_validate(self.api.get("/v1/policies/active"))

    def put_in_force(self, yaml: str, note: str, instead_of: int) -> PolicyOut:
        made = PolicyOut.model_validate(self.api.post("/v1/policies", {"yaml": yaml, "note": note, "base": instead_of}))
        answer = self.api.request(
            "POST", f"/v1/policies/{made.version}/activate", json={}, headers={"If-Match": f'"r{instead_of}"'}
        )
        return PolicyOut.model_validate(answer.json)

    def policy(self, version: int) -> PolicyOut:
        return PolicyOut.model_validate(self.api.get(f"/v1/policies/{version}"))

    def roll_back(self, reason: str, active: int) -> PolicyOut:
        answer = self.api.request(
            "POST", "/v1/policies/rollback", json={"reason": reason}, headers={"If-Match": f'"r{active}"'}
        )
        return PolicyOut.model_validate(answer.json)

    def try_policy(self, asked: Mapping[str, Any]) -> PolicyTestOut:
        return PolicyTestOut.model_validate(self.api.post("/v1/policies/test", dict(asked)))
