"""What may follow a decision: an outcome taken back, and another look by somebody else.

The rooms know nothing of each other: recalling takes outcomes back, reviewing finds somebody to look again, routing
knows queues, checks and stops. Here they are joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: rows and outputs are JSON

from handrail.audit import SYSTEM, AuditKey, append, row
from handrail.background import jobs
from handrail.background.jobs import Done, Ending, Held, Job, RetryAt
from handrail.background.signals import Signals
from handrail.domain.item import Autonomy
from handrail.domain.route import Action, Route
from handrail.flow.timers import look_job, look_mark
from handrail.kit.clock import to_ms
from handrail.kit.errors import FieldFault
from handrail.stages.recalling import queries as recalls
from handrail.stages.recalling import rules, service
from handrail.stages.recalling.errors import AlreadyOpen, BadRecall, StopInForce
from handrail.stages.recalling.rules import Recalled
from handrail.stages.reviewing import claims, looks
from handrail.stages.reviewing.desk import Rechecked, ReviewDesk
from handrail.stages.reviewing.looks import Look
from handrail.stages.reviewing.queries import items, seats
from handrail.stages.reviewing.view import score_json
from handrail.stages.routing import queries as routing
from handrail.stages.routing.deadlines import at_breach, due_times
from handrail.stages.routing.language.model import BreachKind, Policy
from handrail.stages.routing.service import PolicyBook
from handrail.storage import Session
from handrail.wire.items import original_output
from handrail.wire.recalling import OverrideIn, RecallIn

LOOK_AGAIN = timedelta(seconds=1)


@dataclass
class Afterwards:
    """What may follow a decision (stages.recalling.routes.Desk)."""

    key: AuditKey
    book: PolicyBook
    desk: ReviewDesk
    signals: Signals

    # taking back

    def recheck(self, session: Session, item_id: str, correction: Mapping[str, Any]) -> Rechecked:
        """Tier 1 on a correction, under the policy the item was routed by; nothing is stored."""
        material = items.material(session, item_id)
        body, version = material["body"], material["policy_version"]
        if rules.faults((), (), correction, original_output(body), None):
            return Rechecked((), ())  # of another type than the output: refused for that, with nothing to check
        return self.desk.policies.recheck(session, material["project_id"], version, body, correction)

    def recall(
        self, session: Session, item_id: str, given: RecallIn, rechecked: Rechecked | None, *, actor: str
    ) -> None:
        """Takes an outcome back, with a correction where one is given.

        Raises NotDecided, AlreadyRecalled, StopInForce or BadRecall; then nothing is kept.
        """
        stop = routing.stop_that_binds(session, items.project_of(session, item_id))
        if stop is not None and stop["freeze"]:
            raise StopInForce()
        item = items.lock_item(session, item_id)
        outcome, before = service.given_out(session, item)
        correction = _output(given)
        overridden = given.checks_overridden if isinstance(given, OverrideIn) else None
        policy = self.book.version(session, item["project_id"], item["policy_version"])
        wrong = rules.faults(
            given.categories,
            policy.categories,
            correction,
            original_output(items.material(session, item_id)["body"]),
            rules.standing(outcome, before),
            failed=rechecked.failed if rechecked else (),
            checks_overridden=overridden,
        )
        if wrong:
            raise BadRecall(fields=wrong)
        severities = {name: one.severity for name, one in policy.categories.items()}
        made = Recalled(
            "recall" if correction is None else "override",
            given.reason,
            rules.severity_of(given.severity, given.categories, severities),
            tuple(given.categories),
            correction,
            [score_json(one) for one in rechecked.scores] if rechecked else None,
            overridden,
        )
        service.recall(session, self.key, item, made, actor=actor)
        by = recalls.person_behind(session, actor)
        if by is not None:
            looks.bar(session, self.desk, item_id, by)
        self._wake(session, item)

    # another look

    def ask_again(  # what was asked, each thing by its name
        self, session: Session, item_id: str, kind: str, reason: str, *, by: str | None, queue: str | None, actor: str
    ) -> None:
        """Puts a decided item before somebody who took no part in it. Raises NotDecided, AlreadyOpen or BadRecall."""
        item = items.lock_item(session, item_id)
        service.given_out(session, item)
        if looks.open_looks(session, item_id):
            raise AlreadyOpen()
        policy = self.book.active(session, item["project_id"])
        chosen = self._queue(policy, item, queue)
        due_at = self._due(policy, item, chosen, session.now)
        # an application only passes on what the person concerned asks; whose key it is takes no side in that
        is_passed_on = kind == rules.APPEAL and actor.startswith("key:")
        asked_by = None if is_passed_on else recalls.person_behind(session, actor)
        barred = recalls.people_in(session, item_id) | ({asked_by} if asked_by is not None else set())
        seat_id = looks.open_look(session, item, Look(kind, reason, by, chosen, due_at), barred)
        if due_at is not None:
            jobs.add(session, [look_job(seat_id, item_id, due_at, session.now)])
        details = {"why": reason, "queue": chosen, "by": by, "seat_id": seat_id}
        service.note_asked(session, self.key, item, kind, actor=actor, details=details)
        self._wake(session, item)

    @staticmethod
    def _queue(policy: Policy, item: Mapping[str, Any], wanted: str | None) -> str:
        """The queue that was named, else the item's own, else the lowest one of the policy in force."""
        if wanted is None:
            return str(item["queue"]) if item["queue"] in policy.queues else policy.lowest_queue
        if wanted not in policy.queues:
            known = ", ".join(sorted(policy.queues))
            raise BadRecall(fields=(FieldFault("/queue", "unknown_name", f"There is no such queue; take {known}."),))
        return wanted

    @staticmethod
    def _due(policy: Policy, item: Mapping[str, Any], queue: str, now: datetime) -> datetime | None:
        moved = Route(Action.REVIEW, "again", "", item["policy_version"], Autonomy.GATE, queue=queue)
        due = due_times(policy, moved, now)
        return due.due_at if due else None

    def settle_look(self, session: Session, item: Mapping[str, Any], review: Mapping[str, Any], *, actor: str) -> None:
        """Another look is final: where it comes to another output than the one that stands, that is a recall."""
        outcome, before = service.given_out(session, item)
        seat = seats.seat(session, review["seat_id"])
        original = original_output(items.material(session, item["id"])["body"])
        then = rules.wanted(review["verdict"], original, review["output"])
        if rules.agrees(rules.standing(outcome, before), then):
            self._note_upheld(session, item, review, actor)
        else:
            made = Recalled(
                review["kind"],
                review["reason"] or seat["why"],
                review["severity"],
                tuple(review["categories"]),
                then,
                review["scores"],
                review["checks_overridden"],
                review["id"],
            )
            service.recall(session, self.key, item, made, actor=actor)
        if seat["due_at"] is not None:
            jobs.cancel(session, look_mark(seat["id"], seat["due_at"]))
        self._wake(session, item)

    def _note_upheld(self, session: Session, item: Mapping[str, Any], review: Mapping[str, Any], actor: str) -> None:
        """The second look agrees with the first: that stands in the timeline, and nobody outside is told."""
        details = {"kind": review["kind"], "verdict": review["verdict"], "why": review["reason"]}
        entry = row(
            self.key,
            "item.upheld",
            item["id"],
            project_id=item["project_id"],
            actor=actor,
            at=session.now,
            details=details,
        )
        append(session, [entry])

    def breach_look(self, session: Session, job: Job) -> Ending:
        """The deadline of another look has passed: it moves to a higher queue where the policy says so, else it stays.
        It never takes an outcome back."""
        stop = routing.stop_that_binds(session, items.project_of(session, job.args["item_id"]))
        item = items.lock_item(session, job.args["item_id"])
        seat = seats.seat(session, job.args["seat_id"])
        is_of_this_deadline = seat["due_at"] is not None and to_ms(seat["due_at"]) == job.args["due_at"]
        if seat["status"] == "closed" or not is_of_this_deadline:
            return Done()
        if stop is not None and stop["freeze"]:
            return Held(item["project_id"])
        if seat["status"] == "settling":
            return RetryAt(session.now + LOOK_AGAIN, "a verdict may still be undone")
        policy = self.book.active(session, item["project_id"])
        said = at_breach(policy, seat["queue"])
        if said is not None and said.kind is BreachKind.ELEVATE and said.queue is not None:
            self._elevate(session, item, seat, policy, said.queue)
        else:
            self._note_overdue(session, item, seat, ["item.overdue"], {"queue": seat["queue"]})
        return Done()

    def _elevate(
        self, session: Session, item: Mapping[str, Any], seat: Mapping[str, Any], policy: Policy, queue: str
    ) -> None:
        due_at = self._due(policy, item, queue, session.now)
        claims.revoke_seat(session, self.desk, seat, f"The deadline has passed; the item went to queue {queue}.")
        seats.elevate_seat(session, seat["id"], queue, to_ms(due_at) if due_at else None)
        if due_at is not None:
            jobs.add(session, [look_job(seat["id"], item["id"], due_at, session.now)])
        details = {"from": seat["queue"], "queue": queue}
        self._note_overdue(session, item, seat, ["item.overdue", "item.elevated"], details)
        self._wake(session, item)

    def _note_overdue(
        self,
        session: Session,
        item: Mapping[str, Any],
        seat: Mapping[str, Any],
        kinds: Sequence[str],
        details: Mapping[str, Any],
    ) -> None:
        """In the timeline alone: for callers the outcome stands, and no deadline of theirs was missed."""
        project_id, at = item["project_id"], session.now
        told = {**details, "look": seat["kind"]}
        append(
            session,
            [
                row(self.key, kind, item["id"], project_id=project_id, actor=SYSTEM, at=at, details=told)
                for kind in kinds
            ],
        )

    def _wake(self, session: Session, item: Mapping[str, Any]) -> None:
        names = (f"item:{item['id']}", f"queues:{item['project_id']}", "events", "jobs")
        session.after_commit(lambda: self.signals.fire(*names))


def _output(given: RecallIn) -> dict[str, Any] | None:
    if not isinstance(given, OverrideIn):
        return None
    return given.correction.model_dump(mode="json", by_alias=True, exclude_none=True)
