"""Opening the example desk: its project, policy, people and key, made once and found again."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from handrail.app import Installation
from handrail.demo.colleagues import COLLEAGUES
from handrail.demo.desk import PROJECT, PROJECT_NAME, policy_yaml
from handrail.setup.access.service.keys import NewKey, create_key
from handrail.setup.access.service.people import NewPerson, invite
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.stages.routing.language import load
from handrail.stages.routing.service import activate, propose
from handrail.storage import Session
from handrail.web.permissions import KEY_DEFAULT, Role

FILE = "example-desk.json"
VISITOR = "visitor@example.org"
VISITOR_ROLES = frozenset({Role.SENIOR, Role.LEAD, Role.ENGINEER, Role.AUDITOR, Role.ADMIN})
ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """How to get in: the visitor's password, the simulated application's key, the colleagues' passwords by address.

    Made at random for this installation, kept beside its database with mode 0600.
    """

    visitor_password: str
    key: str
    colleagues: Mapping[str, str]


def open_desk(installation: Installation, folder: Path) -> OpenDesk:
    """The desk in this installation, made if it is not there yet."""
    file = folder / FILE
    if file.exists():
        return OpenDesk(**json.loads(file.read_text("utf-8")))
    passwords = {address_of(at): secrets.token_urlsafe(18) for at in range(len(COLLEAGUES))}
    visitor_password = "-".join(secrets.token_hex(2) for _ in range(4))
    hashes = {address: installation.access.passwords.hash(one) for address, one in passwords.items()}
    visitor_hash = installation.access.passwords.hash(visitor_password)
    load(policy_yaml(), installation.book.checks)

    def make(session: Session) -> str:
        return _make(session, installation, visitor_hash, hashes)

    desk = OpenDesk(visitor_password, installation.store.write(make), passwords)
    _keep(file, desk)
    return desk


def address_of(at: int) -> str:
    """The address a simulated colleague signs in with."""
    return f"simulated-colleague-{at + 1}@example.org"


def _make(session: Session, installation: Installation, visitor_hash: str, hashes: Mapping[str, str]) -> str:
    """Project, people, policy and key in one transaction; the whole key."""
    system, tokens = Hand(installation.house.audit_key), installation.access.tokens
    project_id = create_project(
        session, system, NewProject(PROJECT, PROJECT_NAME, ZONE, is_demo=True), founder_id=None, roles=frozenset()
    )
    hand = system.at(project_id)
    invite(session, tokens, hand, NewPerson(VISITOR, "Visitor", VISITOR_ROLES, visitor_hash))
    for at, one in enumerate(COLLEAGUES):
        role = Role.SENIOR if one.level == "senior" else Role.REVIEWER
        invite(session, tokens, hand, NewPerson(address_of(at), one.name, frozenset({role}), hashes[address_of(at)]))
    made = propose(session, project_id, policy_yaml(), "The policy of the example desk", None)
    activate(session, project_id, made["version"], None)
    hand.note(session, "policy.activated", f"policy:{made['version']}", {"why": "the example desk opens"})
    scopes = [*KEY_DEFAULT, "items.read"]
    _, key = create_key(
        session, tokens, hand, NewKey("Simulated application", scopes), allowed=frozenset(scopes), by=None
    )
    return key


def _keep(file: Path, desk: OpenDesk) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(asdict(desk), out, indent=1)
