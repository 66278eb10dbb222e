"""Four eyes over policies, and the way back: who may say yes to a version, and where a rollback leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: rows

from handrail.kit.errors import Forbidden, Invalid, NotFound
from handrail.stages.routing import queries
from handrail.stages.routing.errors import AlreadyApproved, ApprovalMissing, FourEyes, NothingBefore
from handrail.storage import Session

SETTING = "policy_needs_approval"
"""The setting of a project that asks for a second person before a version is activated."""


def needs_approval(project: Mapping[str, Any]) -> bool:
    """Whether this project (its row) wants a second person."""
    return project["settings"].get(SETTING) is True


def check_approved(project: Mapping[str, Any], version: Mapping[str, Any]) -> None:
    """Passes for a version that may be activated. Raises ApprovalMissing. What is active stays so without asking."""
    if needs_approval(project) and version["approved_by"] is None and version["state"] != "active":
        raise ApprovalMissing()


def approve(session: Session, project_id: str, version: int, note: str, by: str | None) -> Mapping[str, Any]:
    """The version, approved. `by` is a person: a key approves nothing. Raises NotFound, FourEyes, AlreadyApproved."""
    queries.lock_project(session, project_id)
    found = queries.policy(session, project_id, version)
    if found is None:
        raise NotFound()
    if by is None:
        raise Forbidden("Only a person approves a policy; sign in and approve it there.")
    if found["author_id"] == by:
        raise FourEyes()
    if found["approved_by"] is not None or found["state"] == "active":
        raise AlreadyApproved()
    queries.set_state(session, project_id, version, approved_by=by, approved_at=session.now, approval_note=note)
    return _again(session, project_id, version)


def roll_back(session: Session, project_id: str, active: int, reason: str) -> Mapping[str, Any]:
    """The version that was in force before, in force again. Needs no approval: it had its time before.

    Going back twice leads further back, not forward again: each version remembers what it was put in place of.
    Raises Invalid without a reason, NothingBefore.
    """
    if not reason.strip():
        raise Invalid("Say why the policy goes back, so that others know what to look at.")
    leaving = queries.policy(session, project_id, active)
    assert leaving is not None
    version = leaving["instead_of"] or queries.active_before(session, project_id, leaving)
    if version is None:
        raise NothingBefore()
    queries.set_state(session, project_id, active, state="past")
    queries.set_state(session, project_id, version, state="active", activated_at=session.now)
    queries.bump(session, project_id, policy_version=version)
    queries.announce(
        session,
        project_id,
        "policy.rolled_back",
        f"policy:{version}",
        {"policy": {"version": version, "before": active, "reason": reason}},
    )
    return _again(session, project_id, version)


def _again(session: Session, project_id: str, version: int) -> Mapping[str, Any]:
    found = queries.policy(session, project_id, version)
    assert found is not None
    return found
