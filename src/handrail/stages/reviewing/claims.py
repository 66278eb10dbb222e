"""Handing out work: claim with a lease, heartbeat, return, expiry. Each claim of a seat has a higher fence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: rows

from handrail.audit import SYSTEM, append, row
from handrail.kit.clock import to_ms
from handrail.kit.errors import NotFound
from handrail.kit.ids import new_id
from handrail.stages.reviewing.desk import ReviewDesk, lease_of
from handrail.stages.reviewing.errors import LeaseLost
from handrail.stages.reviewing.queries import assignments, seats
from handrail.stages.reviewing.queries import queues as queue_queries
from handrail.stages.reviewing.queries.queues import QueueCount
from handrail.stages.reviewing.queries.seats import HeldSeat
from handrail.stages.reviewing.rules import HELD_MOST, QueueRules, Reviewer, may_take
from handrail.storage import Session
from handrail.wire.reviewing import ReturnIn


@dataclass(frozen=True, slots=True)
class Claims:
    """The assignments handed out, or why there are none."""

    assignments: tuple[Mapping[str, Any], ...]
    empty_because: str | None


def claim(
    session: Session, desk: ReviewDesk, project_id: str, reviewer: Reviewer, wanted: Sequence[str] | None, limit: int
) -> Claims:
    """Hands out up to `limit` items, the most urgent first, over all queues this person may take from."""
    found = _claim(session, desk, project_id, reviewer, wanted, limit)
    # Leases that are over are put back every few seconds; who would go away empty-handed does it now.
    if not found.assignments and expire_leases(session, desk, project_id):
        return _claim(session, desk, project_id, reviewer, wanted, limit)
    return found


def _claim(
    session: Session, desk: ReviewDesk, project_id: str, reviewer: Reviewer, wanted: Sequence[str] | None, limit: int
) -> Claims:
    now = queue_queries.standing(session, project_id, reviewer.id)
    queues = _queues(desk.policies.queues(session, project_id), now.with_work, wanted)
    held, taken = Counter(now.held), list[Mapping[str, Any]]()
    while len(taken) < limit and held.total() < HELD_MOST:
        made = _take_first(session, desk, project_id, reviewer, _open_to(reviewer, queues, now.lead_settings, held))
        if made is None:
            break
        taken.append(made)
        held[made["queue"]] += 1
    if taken:
        return Claims(tuple(taken), None)
    if held.total() >= HELD_MOST or any(_is_at_limit(one, now.lead_settings, held) for one in queues):
        return Claims((), "limit_reached")
    return Claims((), why_empty(session, project_id, reviewer, queues, now.lead_settings))


def _open_to(
    reviewer: Reviewer,
    queues: Mapping[str, QueueRules],
    lead_settings: Mapping[str, Mapping[str, Any]],
    held: Mapping[str, int],
) -> list[QueueRules]:
    """The queues from which this person may take one more."""
    return [
        one
        for name, one in queues.items()
        if may_take(reviewer, one) is None
        and not lead_settings.get(name, {}).get("paused")
        and not _is_at_limit(name, lead_settings, held)
    ]


def _is_at_limit(queue: str, lead_settings: Mapping[str, Mapping[str, Any]], held: Mapping[str, int]) -> bool:
    most = lead_settings.get(queue, {}).get("limit_per_person")
    return most is not None and held.get(queue, 0) >= most


def _queues(
    in_force: Mapping[str, QueueRules], with_work: Sequence[str], wanted: Sequence[str] | None
) -> dict[str, QueueRules]:
    """The queues in force, and those that still hold items of an older policy."""
    known = {name: QueueRules(name) for name in with_work} | dict(in_force)
    return known if wanted is None else {name: known[name] for name in wanted if name in known}


def _take_first(
    session: Session, desk: ReviewDesk, project_id: str, reviewer: Reviewer, queues: Sequence[QueueRules]
) -> Mapping[str, Any] | None:
    """The assignment of the seat with the smallest sort key over all queues; None where nothing waits."""
    if len(queues) > 1:
        first = seats.peek(session, project_id, [one.name for one in queues], reviewer.id)
        queues = sorted((one for one in queues if one.name in first), key=lambda one: first[one.name])
    for queue in queues:
        id, now = new_id(), session.now
        held = seats.hold_first(session, project_id, queue.name, reviewer.id, id, now + queue.lease)
        if held is not None:
            return _assign(session, desk, project_id, reviewer.id, id, held, queue.lease)
    return None


def _assign(
    session: Session, desk: ReviewDesk, project_id: str, person_id: str, id: str, held: HeldSeat, lease: timedelta
) -> Mapping[str, Any]:
    until = session.now + lease
    made = assignment_row(id, project_id, person_id, held, session.now, until)
    details = {"fence": held.fence, "queue": held.queue, "assignment_id": id, "kind": held.kind}
    with session.together():
        assignments.insert_assignment(session, made)
        _tell(session, desk, "assignment.claimed", held.item_id, project_id, f"person:{person_id}", details)
    return {**made, "state": "held", "lease_until": until}


def assignment_row(
    id: str, project_id: str, person_id: str, held: HeldSeat, at: datetime, until: datetime
) -> dict[str, Any]:
    """The row of a new assignment, without unfinished work."""
    return {
        "id": id,
        "project_id": project_id,
        "seat_id": held.id,
        "item_id": held.item_id,
        "person_id": person_id,
        "kind": held.kind,
        "queue": held.queue,
        "fence": held.fence,
        "claimed_at": to_ms(at),
        "lease_until": to_ms(until),
        "unsent": None,
        "unsent_at": None,
    }


def _tell(
    session: Session,
    desk: ReviewDesk,
    kind: str,
    item_id: str,
    project_id: str,
    actor: str,
    details: Mapping[str, Any],
) -> None:
    append(
        session,
        [row(desk.key, kind, item_id, project_id=project_id, actor=actor, at=session.now, details=details)],
    )


def why_empty(
    session: Session,
    project_id: str,
    reviewer: Reviewer,
    queues: Mapping[str, QueueRules],
    lead_settings: Mapping[str, Mapping[str, Any]],
) -> str:
    """Why there is nothing for this person; the reason nearest to work comes first."""
    reasons, own_work = set(), seats.queues_of_own_work(session, project_id, reviewer.id)
    for name, queue in queues.items():
        if queue_queries.any_waiting(session, project_id, name):
            paused = lead_settings.get(name, {}).get("paused")
            reasons.add(
                "paused" if paused else may_take(reviewer, queue) or ("own_work" if name in own_work else "none_left")
            )
        elif queue_queries.any_held_by_others(session, project_id, name, reviewer.id):
            reasons.add("held_by_others")
    for reason in ("paused", "not_qualified", "not_your_skill", "own_work", "held_by_others"):
        if reason in reasons:
            return reason
    return "none_left"


def empty_because(  # what the answer rests on, each thing by its name
    reviewer: Reviewer, queue: QueueRules, count: QueueCount, *, paused: bool, skipped: int, own_work: bool
) -> str | None:
    """Why one queue has nothing for this person; None if it has."""
    if paused:
        return "paused"
    barrier = may_take(reviewer, queue) if count.waiting else None
    if barrier is not None:
        return barrier
    if count.waiting > skipped:
        return None
    if own_work:
        return "own_work"
    return "held_by_others" if count.held > count.mine else "none_left"


def heartbeat(
    session: Session, desk: ReviewDesk, assignment: Mapping[str, Any], person_id: str, fence: int
) -> datetime:
    """Renews the lease; its new end. Raises LeaseLost."""
    until = session.now + lease_of(session, desk, assignment)
    if not assignments.renew(session, assignment["id"], person_id, fence, until):
        raise LeaseLost()
    return until


def give_back(
    session: Session,
    desk: ReviewDesk,
    assignment: Mapping[str, Any],
    person_id: str,
    given: ReturnIn,
) -> None:
    """Returns an item; its place in the queue is kept. With `skip` it is not offered to this person again."""
    if assignment["person_id"] != person_id or assignment["fence"] != given.fence:
        raise LeaseLost()
    if not seats.leave_seat(session, assignment["seat_id"], given.fence):
        raise LeaseLost()
    if not assignments.close_assignment(session, assignment["id"], given.fence, "returned", given.reason):
        raise LeaseLost()
    if given.skip:
        seats.skip(session, assignment["seat_id"], person_id, given.reason or "")
    details = {"fence": given.fence, "why": given.reason, "skip": given.skip}
    actor = f"person:{person_id}"
    _tell(session, desk, "assignment.returned", assignment["item_id"], assignment["project_id"], actor, details)


def expire_leases(session: Session, desk: ReviewDesk, project_id: str | None) -> frozenset[str]:
    """Puts back what was held past its lease; the projects in which there was something."""
    over = seats.expired(session, project_id)
    for seat_id, assignment_id, fence, item_id, project in over:
        seats.leave_seat(session, seat_id, fence)
        assignments.close_assignment(session, assignment_id, fence, "expired", "The lease was over.")
        _tell(session, desk, "assignment.expired", item_id, project, SYSTEM, {"fence": fence})
    return frozenset(project for *_, project in over)


def revoke_seat(session: Session, desk: ReviewDesk, seat: Mapping[str, Any], why: str) -> None:
    """Takes a seat back from whoever holds it (decided, elevated, person removed); the work stays with the
    assignment."""
    if seat["status"] == "held" and assignments.close_assignment(
        session, seat["assignment_id"], seat["fence"], "revoked", why
    ):
        details = {"fence": seat["fence"], "why": why}
        _tell(session, desk, "assignment.revoked", seat["item_id"], seat["project_id"], SYSTEM, details)


def revoke_person(session: Session, desk: ReviewDesk, project_id: str, person_id: str) -> None:
    """Ends all leases of a person who left; what was held waits again at its old place."""
    for held in assignments.held_by(session, project_id, person_id, ["held"]):
        seat = seats.seat(session, held["seat_id"])
        if seat["assignment_id"] == held["id"]:
            revoke_seat(session, desk, seat, "The person left the project.")
            seats.leave_seat(session, seat["id"], seat["fence"])


def own(session: Session, assignment_id: str, person_id: str) -> Mapping[str, Any]:
    """An assignment of this person. Raises NotFound for one that is not there, LeaseLost for another's."""
    found = assignments.assignment(session, assignment_id)
    if found is None:
        raise NotFound()
    if found["person_id"] != person_id:
        raise LeaseLost()
    return found
