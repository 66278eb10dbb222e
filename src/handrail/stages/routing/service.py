"""Policies and stops: stored by version, compiled once, checked again at the write by the project's generation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any  # Any: rows

from handrail.background import jobs
from handrail.domain.route import Stop
from handrail.extend.checks import CheckRegistry
from handrail.kit.clock import to_text
from handrail.kit.errors import Conflict, HandrailFault, Invalid, NotFound
from handrail.kit.ids import new_id
from handrail.stages.routing import queries
from handrail.stages.routing.approvals import check_approved
from handrail.stages.routing.language import Policy, load
from handrail.storage import Session

CACHED = 64


class StalePolicy(Conflict):
    """Another version was activated meanwhile; load it again and repeat your change."""

    code = "stale"


class NotActive(Conflict):
    """No stop is in force here; one of every project is lifted by an admin, with scope=everywhere."""

    code = "not_active"


@dataclass(frozen=True, slots=True)
class InForce:
    """What routes items of a project right now."""

    generation: int
    version: int
    policy: Policy
    stop: Stop | None
    seed: bytes
    zone: str


@dataclass
class PolicyBook:
    """Compiled policies by project and version; a version never changes, so what is compiled stays right."""

    checks: CheckRegistry
    _compiled: OrderedDict[tuple[str, int], Policy] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def version(self, session: Session, project_id: str, version: int) -> Policy:
        """One compiled version. Raises NotFound."""
        with self._lock:
            known = self._compiled.get((project_id, version))
            if known is not None:
                self._compiled.move_to_end((project_id, version))
                return known
        stored = queries.policy(session, project_id, version)
        if stored is None:
            raise NotFound()
        compiled = load(stored["yaml"], self.checks)
        with self._lock:
            self._compiled[project_id, version] = compiled
            while len(self._compiled) > CACHED:
                self._compiled.popitem(last=False)
        return compiled

    def warm(self, session: Session) -> None:
        """Compiles what is in force in every project, so that no transaction has to wait for it later."""
        for project_id in queries.project_ids(session):
            with suppress(HandrailFault):  # told to those who come with an item, one project's fault is not all's
                self.in_force(session, project_id)

    def active_version(self, session: Session, project_id: str) -> int:
        """The version in force."""
        return queries.active_version(session, project_id)

    def active(self, session: Session, project_id: str) -> Policy:
        """The policy in force, for those who need neither stop nor generation."""
        return self.version(session, project_id, self.active_version(session, project_id))

    def in_force(self, session: Session, project_id: str) -> InForce:
        """The active policy, stop and generation, read in one snapshot."""
        project = queries.project(session, project_id)
        version = project["policy_version"]
        return InForce(
            project["generation"],
            version,
            self.version(session, project_id, version),
            _stop(queries.stop_in_force(session, project_id)),
            bytes.fromhex(project["seed"]),
            project["zone"],
        )


def _stop(row: Mapping[str, Any] | None) -> Stop | None:
    return None if row is None else Stop(row["reason"], bool(row["freeze"]))


def propose(
    session: Session, project_id: str, yaml: str, note: str, author_id: str | None, base: int | None = None
) -> Mapping[str, Any]:
    """Stores the next version as proposed. The text was loaded before: compiling has no place inside a transaction."""
    queries.lock_project(session, project_id)
    known = queries.policy_list(session, project_id)
    row: dict[str, Any] = {
        "project_id": project_id,
        "version": 1 + max((one["version"] for one in known), default=0),
        "yaml": yaml,
        "note": note,
        "state": "proposed",
        "author_id": author_id,
        "created_at": session.now,
        "activated_at": None,
        "base": base,
        "approved_by": None,
        "approved_at": None,
        "approval_note": None,
        "instead_of": None,
    }
    queries.insert_policy(session, row)
    queries.announce(session, project_id, "policy.proposed", _policy_subject(row["version"]), {"policy": _short(row)})
    return row


def activate(session: Session, project_id: str, version: int, expected_active: int | None) -> Mapping[str, Any]:
    """Puts a version in force. Raises StalePolicy if another one is active than the caller has seen, NotFound, and
    ApprovalMissing where the project wants a second person and none has approved."""
    project = queries.lock_project(session, project_id)
    if expected_active is not None and project["policy_version"] != expected_active:
        raise StalePolicy()
    wanted = queries.policy(session, project_id, version)
    if wanted is None:
        raise NotFound()
    check_approved(project, wanted)
    if project["policy_version"] != version:
        queries.set_state(session, project_id, project["policy_version"], state="past")
        queries.set_state(session, project_id, version, instead_of=project["policy_version"])
    queries.set_state(session, project_id, version, state="active", activated_at=session.now)
    queries.bump(session, project_id, policy_version=version)
    found = queries.policy(session, project_id, version)
    assert found is not None
    told = _short(found) | {"before": project["policy_version"]}
    queries.announce(session, project_id, "policy.activated", _policy_subject(version), {"policy": told})
    return found


def _policy_subject(version: int) -> str:
    return f"policy:{version}"


def _short(policy: Mapping[str, Any]) -> dict[str, Any]:
    return {name: policy[name] for name in ("version", "state", "note")}


def set_stop(session: Session, project_id: str, *, freeze: bool, reason: str, by: str | None) -> Mapping[str, Any]:
    """Stops automatic release in a project. When this is committed, nothing more is released automatically."""
    queries.lock_project(session, project_id)
    _set(session, project_id, [project_id], freeze=freeze, reason=reason, by=by)
    found = queries.stop_in_force(session, project_id)
    assert found is not None
    return found


def set_stop_everywhere(session: Session, *, freeze: bool, reason: str, by: str | None) -> Sequence[str]:
    """The same in every project, those of the future included; their ids."""
    project_ids = queries.lock_all(session)
    _set(session, None, project_ids, freeze=freeze, reason=reason, by=by)
    return project_ids


def _set(  # what a stop is, each thing by its name
    session: Session, scope: str | None, project_ids: Sequence[str], *, freeze: bool, reason: str, by: str | None
) -> None:
    if not reason.strip():
        raise Invalid("Say why automatic release is stopped.")
    row: dict[str, Any] = {
        "id": new_id(),
        "project_id": scope,
        "freeze": freeze,
        "reason": reason,
        "set_by": by,
        "set_at": session.now,
    }
    queries.insert_stop(session, row)
    for one in project_ids:
        queries.bump(session, one)
        queries.announce(session, one, "stop.set", _stop_subject(row["id"]), {"stop": _stop_told(row, in_force=True)})


def lift_stop(session: Session, project_id: str, by: str | None) -> None:
    """Lets automatic release go on in a project. Raises NotActive."""
    queries.lock_project(session, project_id)
    _lift(session, project_id, [project_id], by)


def lift_stop_everywhere(session: Session, by: str | None) -> Sequence[str]:
    """Lifts what stops every project; stops of single projects stay. Raises NotActive."""
    project_ids = queries.lock_all(session)
    _lift(session, None, project_ids, by)
    return project_ids


def _lift(session: Session, scope: str | None, project_ids: Sequence[str], by: str | None) -> None:
    lifted = queries.lift_stops(session, scope, by)
    if not lifted:
        raise NotActive()
    for one in project_ids:
        queries.bump(session, one)
        jobs.free(session, one)
        for stop in lifted:
            told = {"stop": _stop_told(stop, in_force=False)}
            queries.announce(session, one, "stop.lifted", _stop_subject(stop["id"]), told)


def _stop_subject(stop_id: str) -> str:
    return f"stop:{stop_id}"


def _stop_told(stop: Mapping[str, Any], *, in_force: bool) -> dict[str, Any]:
    return {
        "in_force": in_force,
        "freeze": bool(stop["freeze"]),
        "since": to_text(stop["set_at"]),
        "reason": stop["reason"],
        "scope": "everywhere" if stop["project_id"] is None else "project",
    }
