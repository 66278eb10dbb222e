"""How an item's stay with people ends: its verdict settles, or its deadline passes; each a job of one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: rows

from handrail.audit import SYSTEM, AuditKey
from handrail.background import jobs
from handrail.background.jobs import Done, Ending, Handler, Held, Job, RetryAt
from handrail.background.signals import Signals
from handrail.background.transitions import record
from handrail.domain.item import Autonomy, segment_of
from handrail.domain.life import WITH_PEOPLE, Happening, State, Status, after
from handrail.domain.route import Action, Route
from handrail.flow.afterwards import Afterwards
from handrail.flow.timers import BREACH, FAST_TRACK, LOOK_BREACH, WARN, deadline_jobs, marks_of, next_breach_mark
from handrail.kit.clock import to_ms
from handrail.stages.adjudicating import rules as adjudicating
from handrail.stages.adjudicating.rules import Outcome
from handrail.stages.adjudicating.service import decide
from handrail.stages.monitoring.service import answer_sample
from handrail.stages.reviewing import claims, verdicts
from handrail.stages.reviewing.desk import ReviewDesk
from handrail.stages.reviewing.queries import items, reviews, seats
from handrail.stages.reviewing.rules import FAST_TRACK as FIRST
from handrail.stages.reviewing.rules import LOOKS
from handrail.stages.reviewing.verdicts import SETTLE
from handrail.stages.routing import queries as routing
from handrail.stages.routing.deadlines import at_breach, due_times
from handrail.stages.routing.language.model import AtBreach, BreachKind, Policy
from handrail.stages.routing.service import PolicyBook
from handrail.storage import Session
from handrail.wire.items import original_output

EXPIRE = "reviewing.expire_leases"
EXPIRE_EVERY = timedelta(seconds=2)
LOOK_AGAIN = timedelta(seconds=1)


@dataclass
class Endings:
    """The handlers of all jobs about items with people."""

    key: AuditKey
    book: PolicyBook
    desk: ReviewDesk
    signals: Signals
    afterwards: Afterwards

    def handlers(self) -> dict[str, Handler]:
        """Job kind -> handler."""
        return {
            SETTLE: self.settle,
            WARN: self.warn,
            FAST_TRACK: self.fast_track,
            BREACH: self.breach,
            LOOK_BREACH: self.afterwards.breach_look,
            EXPIRE: self.expire,
        }

    def settle(self, session: Session, job: Job) -> Ending:
        """The undo window is over: the verdict becomes the outcome, or the answer to an audit sample."""
        review = reviews.review(session, job.args["review_id"])
        if review is None or review["state"] != "settling":
            return Done()
        stop = routing.stop_that_binds(session, review["project_id"])
        if stop is not None and stop["freeze"]:
            return Held(review["project_id"])
        item = items.lock_item(session, review["item_id"])
        final = verdicts.finalise(session, review["id"])
        if final is None:
            return Done()
        actor = f"person:{final['person_id']}"
        if final["kind"] == "audit":
            answer_sample(
                session, self.key, item, verdict=final["verdict"], is_error=bool(final["is_error"]), actor=actor
            )
        elif final["kind"] in LOOKS:
            self.afterwards.settle_look(session, item, final, actor=actor)
        else:
            self._give_outcome(session, item, final, actor, job)
        return Done()

    def _outcome(self, session: Session, item: Mapping[str, Any], review: Mapping[str, Any]) -> Outcome:
        material = items.material(session, item["id"])
        return adjudicating.from_review(
            review["verdict"],
            original=original_output(material["body"]),
            edited=review["output"],
            severity=review["severity"],
            categories=review["categories"],
            reason=review["reason"],
            fallback=(material["route"] or {}).get("fallback"),
        )

    def _give_outcome(
        self, session: Session, item: Mapping[str, Any], review: Mapping[str, Any], actor: str, job: Job
    ) -> None:
        outcome = self._outcome(session, item, review)
        happening = adjudicating.happening_at_window_end(outcome)
        given_at, verdict = review["submitted_at"], review["verdict"]
        if decide(session, self.key, item, outcome, happening, actor=actor, verdict=verdict, given_at=given_at):
            self._close(session, item, job)

    def warn(self, session: Session, job: Job) -> Ending:
        """The deadline is near: said once for each warning time."""
        item = items.lock_item(session, job.args["item_id"])
        left = (job.args["due_at"] - to_ms(session.now)) // 1000
        if left > 0 and self._is_of_this_deadline(item, job):
            transition = after(State(item["state"]), Happening.DUE_SOON)
            record(session, self.key, item, transition.audit, transition.events, actor=SYSTEM, details={"left_s": left})
            session.after_commit(lambda: self.signals.fire(f"queues:{item['project_id']}"))
        return Done()

    def fast_track(self, session: Session, job: Job) -> Ending:
        """Little time is left: the item goes before all others."""
        item = items.lock_item(session, job.args["item_id"])
        if self._may_be_undone(item, job):
            return RetryAt(session.now + LOOK_AGAIN, "a verdict may still be undone")
        if self._is_of_this_deadline(item, job):
            seats.sort_seats(session, item["id"], FIRST + job.args["due_at"])
        return Done()

    def breach(self, session: Session, job: Job) -> Ending:
        """The deadline has passed: what the policy says happens, once. A verdict that came first has won, unless it
        is undone: then the deadline counts again."""
        stop = routing.stop_that_binds(session, items.project_of(session, job.args["item_id"]))
        item = items.lock_item(session, job.args["item_id"])
        if self._may_be_undone(item, job):
            return RetryAt(session.now + LOOK_AGAIN, "a verdict may still be undone")
        if not self._is_of_this_deadline(item, job):
            return Done()
        policy = self.book.version(session, item["project_id"], item["policy_version"])
        said = at_breach(policy, item["queue"])
        if said is None:
            return Done()
        if self._is_held_back(stop, said):
            return Held(item["project_id"])
        if said.kind is BreachKind.ELEVATE and said.queue is not None:
            self._elevate(session, item, policy, said.queue)
        else:
            self._breach_outcome(session, item, policy, said, job)
        return Done()

    @staticmethod
    def _is_of_this_deadline(item: Mapping[str, Any], job: Job) -> bool:
        """Whether people still have the item, under the deadline that the job was made for."""
        return State(item["state"]) in WITH_PEOPLE and _has_deadline_of(item, job)

    @staticmethod
    def _may_be_undone(item: Mapping[str, Any], job: Job) -> bool:
        """Whether people may get the item back under this deadline."""
        return State(item["state"]) is State.SETTLED and _has_deadline_of(item, job)

    @staticmethod
    def _is_held_back(stop: Mapping[str, Any] | None, said: AtBreach) -> bool:
        """A stop holds releases at breach back, a freeze all that a deadline does."""
        return stop is not None and (bool(stop["freeze"]) or said.kind is BreachKind.RELEASE)

    def _breach_outcome(
        self, session: Session, item: Mapping[str, Any], policy: Policy, said: AtBreach, job: Job
    ) -> None:
        material = items.material(session, item["id"])
        route = material["route"] or {}
        outcome = adjudicating.at_breach(
            said.kind.value,
            original=original_output(material["body"]),
            fallback=route.get("fallback"),
            why=said.why,
            high_stakes=bool(route.get("high_stakes")) or self._is_capped(session, item, policy),
        )
        happening = Happening.BREACH_RELEASE if outcome.status is Status.RELEASED else Happening.BREACH_BLOCK
        if decide(session, self.key, item, outcome, happening, actor=SYSTEM):
            for seat in seats.open_seats(session, item["id"], "review"):
                claims.revoke_seat(session, self.desk, seat, _breached(outcome))
            self._close(session, item, job)

    def _is_capped(self, session: Session, item: Mapping[str, Any], policy: Policy) -> bool:
        """Whether the item's segment is capped, under the policy it was routed by or the one in force now."""
        segment = segment_of(item["domain"], item["task"])
        now = self.book.active(session, item["project_id"])
        return segment in policy.autonomy.capped or segment in now.autonomy.capped

    def _elevate(self, session: Session, item: Mapping[str, Any], policy: Policy, queue: str) -> None:
        """Moves an overdue item on to a higher queue, with that queue's deadline."""
        moved = Route(Action.REVIEW, "deadline", "", item["policy_version"], Autonomy.GATE, queue=queue)
        due = due_times(policy, moved, session.now)
        due_at = to_ms(due.due_at) if due else None
        transition = after(State(item["state"]), Happening.ELEVATED)
        if not items.elevate_item(session, item, state=transition.state.value, queue=queue, due_at=due_at):
            return
        for seat in seats.open_seats(session, item["id"], "review"):
            claims.revoke_seat(session, self.desk, seat, f"The deadline has passed; the item went to queue {queue}.")
            seats.elevate_seat(session, seat["id"], queue, due_at)
        details = {"from": item["queue"], "queue": queue}
        record(session, self.key, item, transition.audit, transition.events, actor=SYSTEM, details=details)
        session.after_commit(lambda: self.signals.fire(f"queues:{item['project_id']}"))
        jobs.add(session, [one for one in deadline_jobs(item["id"], due, session.now) if one["kind"] != BREACH])
        if due is not None:
            self._next_breach(session, item["id"], due.due_at)

    @staticmethod
    def _next_breach(session: Session, item_id: str, due_at: datetime) -> None:
        args = {"item_id": item_id, "due_at": to_ms(due_at)}
        mark = next_breach_mark(item_id, due_at)
        jobs.add(session, [jobs.row(BREACH, args, run_at=due_at, now=session.now, dedup=mark)])

    def _close(self, session: Session, item: Mapping[str, Any], job: Job) -> None:
        """An item that has its outcome needs no seat and no timer; who waits for it is woken."""
        seats.close_seats(session, item["id"])
        jobs.cancel_others(session, marks_of(item), running=job.id)
        names = (f"item:{item['id']}", f"queues:{item['project_id']}", "events")
        session.after_commit(lambda: self.signals.fire(*names))

    def expire(self, session: Session, job: Job) -> Ending:
        """Leases that are over go back to their queues, also where nobody claims."""
        names = [f"queues:{project_id}" for project_id in claims.expire_leases(session, self.desk, None)]
        session.after_commit(lambda: self.signals.fire(*names))
        return RetryAt(session.now + EXPIRE_EVERY, "every few seconds")


def _breached(outcome: Outcome) -> str:
    """What whoever held the item is told was done."""
    if outcome.status is Status.BLOCKED:
        return "The deadline has passed; the item was blocked."
    if outcome.source == "fallback":
        return "The deadline has passed; the fallback was sent."
    return "The deadline has passed; the output was released, as the policy says."


def _has_deadline_of(item: Mapping[str, Any], job: Job) -> bool:
    return item["due_at"] is not None and to_ms(item["due_at"]) == job.args["due_at"]


def start_expiry(session: Session) -> None:
    """Makes sure the job that puts back expired leases exists, once."""
    jobs.add(session, [jobs.row(EXPIRE, {}, run_at=session.now, now=session.now, dedup=EXPIRE)])
