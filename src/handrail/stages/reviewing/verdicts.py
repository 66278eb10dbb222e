"""Giving a verdict and taking it back: the first writer wins, only the newest fence counts, no work is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: rows

from handrail.audit import REVIEW, append, digest, row
from handrail.background import jobs
from handrail.background.transitions import record
from handrail.domain.life import Happening, State, Status, after
from handrail.domain.score import Score
from handrail.kit.clock import from_ms, to_ms
from handrail.kit.errors import NotFound
from handrail.kit.ids import new_id
from handrail.kit.jsons import dumps, loads
from handrail.stages.reviewing.claims import assignment_row
from handrail.stages.reviewing.desk import Rechecked, ReviewDesk
from handrail.stages.reviewing.errors import AlreadyDecided, BadReview, LeaseLost, UndoOver
from handrail.stages.reviewing.queries import assignments, items, reviews, seats
from handrail.stages.reviewing.queries.reviews import Deciding
from handrail.stages.reviewing.rules import ReviewRules, faults, is_error, severity_of, too_fast
from handrail.stages.reviewing.view import score_json
from handrail.storage import Session
from handrail.wire.items import original_output
from handrail.wire.reviewing import ReviewIn, UnsentReview

SETTLE = "reviewing.settle"


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict that was taken."""

    review: Mapping[str, Any]
    """As `reviews.review` reads it."""
    undo_until: datetime


def submit(
    session: Session,
    desk: ReviewDesk,
    assignment_id: str,
    person_id: str,
    given: ReviewIn,
    rechecked: Rechecked | None,
) -> Given:
    """Takes one verdict. Raises LeaseLost, AlreadyDecided (with the Result) or BadReview; then nothing is kept."""
    now = reviews.lock_for_verdict(session, assignment_id)
    if now is None:
        raise NotFound()
    item, assignment = now.item, now.assignment
    if assignment["person_id"] != person_id:
        raise LeaseLost()
    _refuse_late(session, desk, now, given.fence)
    rules = desk.policies.review_rules(session, item["project_id"], item["policy_version"], assignment["queue"])
    _refuse_faulty(given, rules, now.material, assignment, rechecked)
    undo_until = session.now + (timedelta(0) if _is_awaited(session, assignment, item) else rules.queue.undo)
    scores = rechecked.scores if rechecked else None
    stored = _review_row(assignment, given, rules, scores, session.now, undo_until)
    _store(session, desk, now, stored)
    return Given(_as_read(stored), undo_until)


def _store(session: Session, desk: ReviewDesk, now: Deciding, stored: Mapping[str, Any]) -> None:
    """Writes all that a verdict changes, and the job that ends its undo window. Raises LeaseLost."""
    settle = jobs.row(
        SETTLE,
        {"review_id": stored["id"], "item_id": stored["item_id"]},
        run_at=from_ms(stored["undo_until"]),
        now=session.now,
        dedup=f"settle:{stored['id']}",
    )
    seat_id, fence, person_id = stored["seat_id"], stored["fence"], stored["person_id"]
    with session.together():
        taken = seats.take_verdict(session, seat_id, fence, person_id, session.now)
        assignments.close_assignment(session, now.assignment["id"], fence, "submitted", None)
        reviews.insert_review(session, stored)
        _tell(session, desk, now.item, stored)
        jobs.add(session, [settle])
        moved = _settle_item(session, desk, now.item, stored) if now.assignment["kind"] == "review" else taken
    if not (taken() and moved()):
        raise LeaseLost()


def _is_awaited(session: Session, assignment: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Whether a caller waits for this very verdict: then it takes effect at once and cannot be undone."""
    until = item["awaited_until"]
    return assignment["kind"] == "review" and until is not None and bool(until > session.now)


def _refuse_late(session: Session, desk: ReviewDesk, now: Deciding, fence: int) -> None:
    """Raises what tells somebody who comes too late what happened meanwhile."""
    item, assignment = now.item, now.assignment
    same = assignment["fence"] == fence and now.was_given
    decided = item["status"] != Status.PENDING and assignment["kind"] == "review"
    if same or decided:
        message = "You have given a verdict on this item already." if same else None
        raise AlreadyDecided(message, extra={"result": desk.results(session, item["project_id"], item["id"])})
    if assignment["fence"] != fence or assignment["state"] != "held":
        raise LeaseLost()


def _refuse_faulty(
    given: ReviewIn,
    rules: ReviewRules,
    material: Mapping[str, Any],
    assignment: Mapping[str, Any],
    rechecked: Rechecked | None,
) -> None:
    requires = (material["route"] or {}).get("requires", rules.queue.requires)
    wrong = faults(
        given,
        rules,
        original_output(material["body"]),
        requires,
        assignment["kind"],
        rechecked.failed if rechecked else (),
    )
    fast = too_fast(given.active_ms, rules)
    if wrong or fast:
        raise BadReview(fields=wrong + ((fast,) if fast else ()))


def _review_row(
    assignment: Mapping[str, Any],
    given: ReviewIn,
    rules: ReviewRules,
    scores: tuple[Score, ...] | None,
    at: datetime,
    undo_until: datetime,
) -> dict[str, Any]:
    severity = severity_of(given, rules.categories)
    output = given.output.model_dump(mode="json", by_alias=True, exclude_none=True) if given.output else None
    return {
        "id": new_id(),
        "project_id": assignment["project_id"],
        "item_id": assignment["item_id"],
        "seat_id": assignment["seat_id"],
        "assignment_id": assignment["id"],
        "person_id": assignment["person_id"],
        "kind": assignment["kind"],
        "queue": assignment["queue"],
        "fence": given.fence,
        "verdict": given.verdict,
        "output": None if output is None else dumps(output),
        "severity": severity.value if severity else None,
        "categories": dumps(given.categories),
        "is_error": is_error(given.verdict, severity, rules.error_from),
        "spans": dumps(given.spans),
        "passages": dumps(given.passages),
        "findings": dumps(given.findings),
        "warnings_shown": dumps(given.warnings_shown),
        "checks_overridden": given.checks_overridden,
        "scores": None if scores is None else dumps([score_json(one) for one in scores]),
        "reason": given.reason,
        "active_ms": given.active_ms,
        "policy_version": rules.policy_version,
        "submitted_at": to_ms(at),
        "undo_until": to_ms(undo_until),
    }


def _as_read(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored row as it would come back from the table."""
    parsed = {name: loads(stored[name]) for name in ("categories", "spans")}
    output = None if stored["output"] is None else loads(stored["output"])
    times = {name: from_ms(stored[name]) for name in ("submitted_at", "undo_until")}
    return {**stored, **parsed, **times, "output": output, "state": "settling"}


def review_digest(stored: Mapping[str, Any]) -> str:
    """Binds a stored review to its audit entry: `verify` computes it again from the table."""
    return digest({name: stored[name] for name in REVIEW})


def _tell(session: Session, desk: ReviewDesk, item: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
    details = {
        "review": review_digest(stored),
        "review_id": stored["id"],
        "verdict": stored["verdict"],
        "severity": stored["severity"],
        "fence": stored["fence"],
        "checks_overridden": stored["checks_overridden"] is not None,
    }
    entry = row(
        desk.key,
        "review.submitted",
        item["id"],
        project_id=item["project_id"],
        actor=f"person:{stored['person_id']}",
        at=session.now,
        details=details,
    )
    append(session, [entry])


def _settle_item(
    session: Session, desk: ReviewDesk, item: Mapping[str, Any], stored: Mapping[str, Any]
) -> Callable[[], bool]:
    """An item under review becomes settled; one that was released and audited stays as it is. Whether it was still
    under review is told once all has travelled."""
    transition = after(State(item["state"]), Happening.SETTLED)
    moved = items.settle_item(session, item, transition.state.value, len(transition.events))
    actor, told = f"person:{stored['person_id']}", {"review_id": stored["id"]}
    kinds = ("item.settled",)
    record(session, desk.key, item, kinds, transition.events, actor=actor, details=told, is_counted=True)
    return moved


def undo(session: Session, desk: ReviewDesk, review_id: str, person_id: str) -> str:
    """Takes a verdict back within its window; the id of the new assignment, of the same person, with a new fence."""
    found = reviews.review(session, review_id)
    if found is None or found["person_id"] != person_id:
        raise NotFound()
    item = items.lock_item(session, found["item_id"])
    if session.now >= found["undo_until"] or not reviews.end_settling(session, review_id, "undone"):
        raise UndoOver()
    jobs.cancel(session, f"settle:{review_id}")
    rules = desk.policies.review_rules(session, item["project_id"], item["policy_version"], found["queue"])
    assignment_id, until = new_id(), session.now + rules.queue.lease
    seats.free_seat(session, found["seat_id"])
    held = seats.hold(session, found["seat_id"], person_id, assignment_id, until)
    if held is None:
        raise UndoOver()
    made = assignment_row(assignment_id, item["project_id"], person_id, held, session.now, until)
    work = {"unsent": dumps(_as_unsent(found)), "unsent_at": to_ms(session.now)}
    assignments.insert_assignment(session, made | work)
    _tell_undo(session, desk, item, found, held.fence)
    return assignment_id


def _tell_undo(
    session: Session, desk: ReviewDesk, item: Mapping[str, Any], found: Mapping[str, Any], fence: int
) -> None:
    actor, details = f"person:{found['person_id']}", {"review_id": found["id"], "fence": fence}
    project_id, at = item["project_id"], session.now
    if found["kind"] != "review":
        append(
            session,
            [row(desk.key, "review.undone", item["id"], project_id=project_id, actor=actor, at=at, details=details)],
        )
        return
    transition = after(State(item["state"]), Happening.UNDONE)
    if not items.move_item(session, item, transition.state.value):
        raise UndoOver()
    record(session, desk.key, item, transition.audit, transition.events, actor=actor, details=details)


def _as_unsent(review: Mapping[str, Any]) -> dict[str, Any]:
    """The work of an undone review, as the reviewer left it."""
    kept = ("verdict", "output", "severity", "categories", "spans", "reason", "passages", "findings")
    return {name: review[name] for name in kept}


def keep_unsent(session: Session, assignment: Mapping[str, Any], unsent: UnsentReview) -> None:
    """Keeps unfinished work, even when the lease is lost meanwhile."""
    if assignment["fence"] != unsent.fence:
        raise LeaseLost()
    body = unsent.model_dump(mode="json", by_alias=True, exclude={"fence"})
    assignments.keep_unsent(session, assignment["id"], dumps(body))


def finalise(session: Session, review_id: str) -> Mapping[str, Any] | None:
    """The review, final from now on, its seat closed; None if it was undone or finalised before."""
    if not reviews.end_settling(session, review_id, "final"):
        return None
    found = reviews.review(session, review_id)
    assert found is not None
    seats.close_seat(session, found["seat_id"])
    return found
