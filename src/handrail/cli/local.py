"""The desk on this machine's own database: the same services as behind the routes, told to the log as the system's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar  # Any: changes are columns of several kinds

from handrail.app import Installation
from handrail.cli.desks import Invited
from handrail.flow.rehearsal import Rehearsal
from handrail.kit.errors import NotFound
from handrail.setup.access.errors import InvitesOff
from handrail.setup.access.queries import keys as key_queries
from handrail.setup.access.queries import people as people_queries
from handrail.setup.access.queries.keys import ApiKey
from handrail.setup.access.queries.people import Member
from handrail.setup.access.routes.keys import key_out
from handrail.setup.access.routes.people import member_out
from handrail.setup.access.service import keys as key_service
from handrail.setup.access.service import people as people_service
from handrail.setup.access.service.keys import NewKey
from handrail.setup.access.service.people import NewPerson
from handrail.setup.hand import Hand
from handrail.stages.routing import approvals
from handrail.stages.routing import queries as policy_queries
from handrail.stages.routing import service as policies
from handrail.stages.routing.language import load
from handrail.stages.routing.routes import policy_out
from handrail.storage import Session
from handrail.web.permissions import ALL, Role
from handrail.wire.access import KeyOut, MemberOut
from handrail.wire.policies import PolicyOut, PolicyTestIn, PolicyTestOut

T = TypeVar("T")
AT_ONCE = 200


@dataclass(frozen=True)
class LocalDesk:
    """Works on one project of an installation that serves nobody."""

    installation: Installation
    project_id: str

    @property
    def _hand(self) -> Hand:
        return Hand(self.installation.house.audit_key, project_id=self.project_id)

    def _read(self, work: Callable[[Session], T]) -> T:
        return self.installation.store.read(work)

    def _write(self, work: Callable[[Session], T]) -> T:
        return self.installation.store.write(work)

    # people

    def people(self) -> list[MemberOut]:
        found: list[Member] = []
        while True:
            after = (found[-1].sort_name, found[-1].person.id) if found else None
            page = self._read(partial(_members, self.project_id, after))
            found += page
            if len(page) < AT_ONCE:
                return [member_out(one) for one in found]

    def add_person(self, wanted: Invited) -> MemberOut:
        access = self.installation.access
        hashed = access.passwords.hash(wanted.password) if wanted.password else None
        roles = frozenset(Role(one) for one in wanted.roles)
        new = NewPerson(wanted.email, wanted.name, roles, hashed, wanted.skills, wanted.languages)
        member, token = self._write(
            lambda session: people_service.invite(
                session, access.tokens, self._hand, new, links=not access.passwords_off
            )
        )
        return member_out(member, access.invite_url(token) if token else None)

    def set_roles(self, person_id: str, roles: Sequence[str]) -> MemberOut:
        wanted = frozenset(Role(one) for one in roles)
        left = self.installation.access.left
        return member_out(self._write(lambda s: people_service.set_roles(s, self._hand, left, person_id, wanted)))

    def invite_again(self, person_id: str) -> MemberOut:
        access = self.installation.access
        if access.passwords_off:
            raise InvitesOff()
        return self._with_link(
            person_id, lambda s: people_service.invite_again(s, access.tokens, self._hand, person_id)
        )

    def let_in_with_password(self, person_id: str, lasts: timedelta) -> MemberOut:
        """The member, with the link by which they choose a password that counts for this long."""
        tokens = self.installation.access.tokens
        return self._with_link(
            person_id,
            lambda session: people_service.let_in_with_password(session, tokens, self._hand, person_id, lasts),
        )

    def _with_link(self, person_id: str, make: Callable[[Session], str]) -> MemberOut:
        def work(session: Session) -> MemberOut:
            token = make(session)
            member = people_queries.member(session, self.project_id, person_id)
            assert member is not None
            return member_out(member, self.installation.access.invite_url(token))

        return self._write(work)

    def change_person(self, person_id: str, changes: Mapping[str, Any]) -> MemberOut:
        left = self.installation.access.left
        return member_out(self._write(lambda s: people_service.change(s, self._hand, left, person_id, changes)))

    # keys

    def api_keys(self) -> list[KeyOut]:
        found: list[ApiKey] = []
        while True:
            page = self._read(partial(_keys, self.project_id, found[-1].id if found else None))
            found += page
            if len(page) < AT_ONCE:
                return [key_out(one) for one in found]

    def add_key(self, name: str, scopes: Sequence[str] | None, expires_at: datetime | None) -> KeyOut:
        tokens, wanted = self.installation.access.tokens, NewKey(name, scopes, expires_at)
        made, whole = self._write(
            lambda session: key_service.create_key(session, tokens, self._hand, wanted, allowed=ALL, by=None)
        )
        return key_out(made, whole)

    def revoke_key(self, key_id: str) -> None:
        self._write(lambda session: key_service.revoke_key(session, self._hand, key_id))

    # policies

    def active_policy(self) -> PolicyOut:
        def look(session: Session) -> PolicyOut:
            version = policy_queries.project(session, self.project_id)["policy_version"]
            found = policy_queries.policy(session, self.project_id, version)
            assert found is not None
            return policy_out(found)

        return self._read(look)

    def put_in_force(self, yaml: str, note: str, instead_of: int) -> PolicyOut:
        load(yaml, self.installation.book.checks)

        def work(session: Session) -> PolicyOut:
            made = policies.propose(session, self.project_id, yaml, note, None)
            subject = f"policy:{made['version']}"
            self._hand.note(session, "policy.proposed", subject, {"note": note})
            active = policies.activate(session, self.project_id, made["version"], instead_of)
            self._hand.note(session, "policy.activated", subject, {"before": instead_of})
            return policy_out(active)

        return self._write(work)

    def policy(self, version: int) -> PolicyOut:
        found = self._read(lambda session: policy_queries.policy(session, self.project_id, version))
        if found is None:
            raise NotFound(f"There is no version {version}.")
        return policy_out(found)

    def roll_back(self, reason: str, active: int) -> PolicyOut:
        def work(session: Session) -> PolicyOut:
            policy_queries.lock_project(session, self.project_id)
            made = approvals.roll_back(session, self.project_id, active, reason)
            told = {"before": active, "why": reason}
            self._hand.note(session, "policy.rolled_back", f"policy:{made['version']}", told)
            return policy_out(made)

        return self._write(work)

    def try_policy(self, asked: Mapping[str, Any]) -> PolicyTestOut:
        rehearse = Rehearsal(self.installation.store, self.installation.book)
        wanted = PolicyTestIn.model_validate(dict(asked))
        return PolicyTestOut.model_validate(rehearse(self.project_id, wanted))


def _members(project_id: str, after: tuple[str, str] | None, session: Session) -> list[Member]:
    return people_queries.members_after(session, project_id, after, AT_ONCE)


def _keys(project_id: str, before: str | None, session: Session) -> list[ApiKey]:
    return key_queries.keys_before(session, project_id, before, AT_ONCE)
