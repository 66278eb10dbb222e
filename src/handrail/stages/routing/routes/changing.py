"""Policies on their way into force: proposed, approved, activated, rolled back."""

from __future__ import annotations

from starlette.responses import Response

from handrail.kit.errors import IfMatchRequired, Stale
from handrail.stages.routing import approvals, queries, service
from handrail.stages.routing.language import load
from handrail.stages.routing.routes.shown import etag, policy_out
from handrail.stages.routing.service import PolicyBook
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.wire.policies import ApproveIn, PolicyIn, PolicyOut, RollbackIn, Version


def changing(door: Door, book: PolicyBook) -> None:
    """What changes a policy or its state; each leaves an audit entry."""

    @door.post("/policies", needs="policies.write", response_model=PolicyOut, status_code=201)
    def propose(call: Call, body: PolicyIn) -> Response:
        """Stores the next version, proposed; every fault is named at once."""
        load(body.yaml, book.checks)

        def work(session: Session) -> Answer:
            made = service.propose(session, call.project_id, body.yaml, body.note, call.caller.person_id, body.base)
            call.audit(session, "policy.proposed", f"policy:{made['version']}", {"note": body.note})
            return Answer(policy_out(made), 201)

        return call.change(work)

    @door.post("/policies/{n}/approve", needs="policies.activate", response_model=PolicyOut)
    def approve(call: Call, n: Version, body: ApproveIn) -> Response:
        """Says yes to a version that somebody else wrote."""

        def work(session: Session) -> Answer:
            made = approvals.approve(session, call.project_id, n, body.note, _person(call))
            call.audit(session, "policy.approved", f"policy:{n}", {"note": body.note})
            return Answer(policy_out(made))

        return call.change(work)

    @door.post("/policies/{n}/activate", needs="policies.activate", response_model=PolicyOut)
    def activate(call: Call, n: Version) -> Response:
        """Puts a version in force. If-Match carries the ETag of the active one, so that nobody's change is lost."""
        expected = _expected(call)

        def work(session: Session) -> Answer:
            active = _matching(session, call, expected)
            made = service.activate(session, call.project_id, n, None)
            call.audit(session, "policy.activated", f"policy:{n}", {"before": active})
            return Answer(policy_out(made), headers=(("ETag", etag(n)),))

        return call.change(work, wake=("policies",))

    @door.post("/policies/rollback", needs="policies.activate", response_model=PolicyOut)
    def roll_back(call: Call, body: RollbackIn) -> Response:
        """Puts the version in force that was active before. If-Match carries the ETag of the active one."""
        expected = _expected(call)

        def work(session: Session) -> Answer:
            active = _matching(session, call, expected)
            made = approvals.roll_back(session, call.project_id, active, body.reason)
            told = {"before": active, "why": body.reason}
            call.audit(session, "policy.rolled_back", f"policy:{made['version']}", told)
            return Answer(policy_out(made), headers=(("ETag", etag(made["version"])),))

        return call.change(work, wake=("policies",))


def _person(call: Call) -> str | None:
    """Who calls, if it is a person and not a key."""
    return call.caller.id if call.caller.identity.kind == "person" else None


def _expected(call: Call) -> str:
    expected = call.request.headers.get("If-Match")
    if expected is None:
        raise IfMatchRequired()
    return expected


def _matching(session: Session, call: Call, expected: str) -> int:
    """The active version, held, if it is the one the caller has seen. Raises Stale."""
    active = int(queries.lock_project(session, call.project_id)["policy_version"])
    if expected != etag(active):
        raise Stale("Another version was activated meanwhile; load it again and repeat your change.")
    return active
