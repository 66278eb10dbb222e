"""Taking items in: checked and routed outside any transaction, then written in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, assert_never  # Any: items are JSON of the caller's own shape

from handrail.audit import AuditKey, append, digest, row
from handrail.background import item_traces, jobs, outbox
from handrail.domain import life
from handrail.domain.item import Item, segment_of
from handrail.domain.route import Action, Route
from handrail.domain.score import Score
from handrail.flow.timers import deadline_jobs
from handrail.flow.traced import decide_traced, note_write
from handrail.kit.clock import from_ms, to_ms
from handrail.kit.errors import FieldFault, HandrailFault, Invalid, Unavailable
from handrail.kit.ids import new_id
from handrail.kit.jsons import dumps
from handrail.kit.traces import NO_TRACES, Traces, moment_ns
from handrail.stages.adjudicating import queries as outcomes
from handrail.stages.adjudicating import rules as adjudicating
from handrail.stages.adjudicating.service import outcome_row, row_digest
from handrail.stages.checking import queries as scores_queries
from handrail.stages.delivering.errors import NoSuchWebhook
from handrail.stages.delivering.queries import webhooks
from handrail.stages.delivering.rules import results as delivering
from handrail.stages.delivering.service.results import result_of
from handrail.stages.intake import queries as intake
from handrail.stages.intake.errors import ItemKeyMismatch
from handrail.stages.intake.rules import body_hash, snippet
from handrail.stages.monitoring.queries import samples as monitoring
from handrail.stages.monitoring.service import sample_row
from handrail.stages.reviewing.queries import seats
from handrail.stages.reviewing.rules import sort_key
from handrail.stages.reviewing.view import score_json
from handrail.stages.routing import queries as routing
from handrail.stages.routing.deadlines import Due
from handrail.stages.routing.service import InForce, PolicyBook
from handrail.stages.routing.stored import route_json
from handrail.storage import Session, Store
from handrail.storage.errors import AlreadyThere

TRIES = 8
HAPPENING = {
    Action.RELEASE: life.Happening.ROUTED_RELEASE,
    Action.BLOCK: life.Happening.ROUTED_BLOCK,
    Action.REVIEW: life.Happening.ROUTED_REVIEW,
}


class Rerouted(Exception):
    """A policy or a stop came into force between routing and writing; the item must be routed again."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """What became of one submitted item: its Result, and whether the key was known before."""

    result: dict[str, Any]
    repeated: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """One item of a batch that was not taken, and why."""

    fault: HandrailFault


@dataclass(frozen=True, slots=True)
class Arrival:
    """A submitted item (as `intake.rules.normalised` gives it), and who sent it."""

    actor: str
    kept: Mapping[str, Any]
    traceparent: str | None = None
    """Of its request, while traces are on; an upload's rows have none of their own."""


@dataclass(frozen=True, slots=True)
class _Routed:
    """An item checked and routed, ready to be written."""

    actor: str
    kept: Mapping[str, Any]
    item: Item
    scores: tuple[Score, ...]
    route: Route
    id: str
    due: Due | None
    at: datetime
    traceparent: str | None


@dataclass
class Admission:
    """Takes items in: checks and routes them outside any transaction, then writes all of it in one."""

    store: Store
    key: AuditKey
    book: PolicyBook
    traces: Traces = NO_TRACES
    _known: dict[str, InForce] = field(default_factory=dict, init=False)

    def admit(self, project_id: str, actor: str, kept: Sequence[Mapping[str, Any]]) -> list[Admitted | Refused]:
        """Admits the items of one sender, all in one transaction; see `admit_together`."""
        return self.admit_together(project_id, [Arrival(actor, one) for one in kept])

    def admit_together(self, project_id: str, arrivals: Sequence[Arrival]) -> list[Admitted | Refused]:
        """Admits submitted items, all in one transaction; the answers in their order.

        One key makes one item: a repeat with the same content gets the present Result, with other content it is
        refused. An item whose metadata breaks the policy is refused; the others are taken.
        """
        for _ in range(TRIES):
            in_force = self._in_force(project_id)
            at = self.store.now()
            ready = [self._prepare(in_force, one, at) for one in arrivals]

            began = moment_ns() if self.traces.is_on else 0
            try:
                answers = self.store.write(partial(self._write, project_id, in_force, ready))
                note_write(self.traces, began, arrivals)
                return answers
            except Rerouted:
                self._known.pop(project_id, None)
            except AlreadyThere:
                continue  # another request stored the same key a moment ago: this one is its repeat
        raise Unavailable("The policy changes faster than items can be routed; try again with the same key.")

    def is_quick(self, project_id: str) -> bool:
        """Whether an item of this project is known to need no check that waits for something outside."""
        known = self._known.get(project_id)
        return known is not None and not any(one.bound.plugin.slow for one in known.policy.checks.values())

    def _in_force(self, project_id: str) -> InForce:
        known = self._known.get(project_id)
        if known is None:
            known = self.store.read(lambda session: self.book.in_force(session, project_id))
            self._known[project_id] = known
        return known

    def _prepare(self, in_force: InForce, arrival: Arrival, at: datetime) -> _Routed | Refused:
        id = new_id()
        try:
            one = decide_traced(self.traces, arrival.traceparent, in_force, arrival.kept, id=id, at=at)
        except Invalid as fault:
            return Refused(fault)
        return _Routed(
            arrival.actor, arrival.kept, one.item, one.scores, one.route, id, one.due, at, arrival.traceparent
        )

    # in the transaction

    def _write(
        self, project_id: str, in_force: InForce, ready: Sequence[_Routed | Refused], session: Session
    ) -> list[Admitted | Refused]:
        if intake.generation(session, project_id) != in_force.generation:
            raise Rerouted
        batch = _Batch(self.key, project_id)
        answers: list[Admitted | Refused] = []
        for one in ready:
            if isinstance(one, Refused):
                answers.append(one)
            else:
                answers.append(self._repeat(session, project_id, batch, one) or self._new(session, batch, one))
        batch.store(session)
        return answers

    @staticmethod
    def _new(session: Session, batch: _Batch, one: _Routed) -> Admitted | Refused:
        """A new item, if the one webhook it names is there."""
        name = (one.kept.get("deliver") or {}).get("webhook")
        if name is None:
            return batch.add(one)
        if name not in batch.webhooks:  # the rows of an upload mostly name the same one
            batch.webhooks[name] = webhooks.by_name(session, batch.project_id, name)
        webhook = batch.webhooks[name]
        if webhook is None:
            fault = FieldFault("/deliver/webhook", "unknown_value", "This project has no webhook of this name.")
            return Refused(NoSuchWebhook(fields=(fault,)))
        batch.receivers.append({"item_id": one.id, "webhook_id": webhook["id"]})
        return batch.add(one)

    def _repeat(self, session: Session, project_id: str, batch: _Batch, one: _Routed) -> Admitted | Refused | None:
        """The answer to a key that was used before; None for a new item."""
        key = one.kept.get("key")
        if key is None:
            return None
        if key in batch.hashes:
            same = batch.hashes[key][0] == body_hash(one.kept)
            return Admitted(batch.hashes[key][1], True) if same else Refused(ItemKeyMismatch())
        before = intake.by_key(session, project_id, key)
        if before is None:
            return None
        if before[1] != body_hash(one.kept):
            return Refused(ItemKeyMismatch())
        return Admitted(result_of(session, project_id, item_id=before[0]), True)


class _Batch:
    """The rows of one transaction, table by table."""

    def __init__(self, key: AuditKey, project_id: str) -> None:
        self.key, self.project_id = key, project_id
        self.hashes: dict[str, tuple[str, dict[str, Any]]] = {}
        self.webhooks: dict[str, Mapping[str, Any] | None] = {}
        self.items: list[dict[str, Any]] = []
        self.contents: list[dict[str, Any]] = []
        self.scores: list[dict[str, Any]] = []
        self.routes: list[dict[str, Any]] = []
        self.outcomes: list[dict[str, Any]] = []
        self.samples: list[dict[str, Any]] = []
        self.seats: list[dict[str, Any]] = []
        self.audit: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.jobs: list[dict[str, Any]] = []
        self.receivers: list[dict[str, Any]] = []
        self.traces: list[dict[str, Any]] = []

    def add(self, one: _Routed) -> Admitted:
        """Adds all rows of a new item; its Result."""
        hashed = body_hash(one.kept)
        told = route_json(one.route)
        outcome = self._outcome(one)
        transition = life.begin(HAPPENING[one.route.action])
        self._item(one, hashed, transition, outcome)
        self.contents.append({"item_id": one.id, "body": dumps(one.kept)})
        self.scores.append({"item_id": one.id, "scores": dumps([score_json(score) for score in one.scores])})
        self.routes.append({"item_id": one.id, "route": dumps(told)})
        if one.route.action is Action.REVIEW:
            self._seat(one, "review", one.route.queue or "", one.route.priority)
            self.jobs += deadline_jobs(one.id, one.due, one.at)
        if one.route.audit is not None:
            self._audit_sample(one)
        if one.traceparent is not None:
            self.traces.append(item_traces.row(one.id, one.traceparent, one.at))
        self._tell(one, hashed, told, transition, outcome)
        row_of_item = self.items[-1]
        shown = {**row_of_item, "due_at": one.due.due_at if one.due else None}
        stored = None if outcome is None else {**outcome, **_decoded(outcome, one)}
        result = delivering.result(shown, told, stored, _output(one.kept))
        if "key" in one.kept:
            self.hashes[one.kept["key"]] = (hashed, result)
        return Admitted(result, False)

    def _outcome(self, one: _Routed) -> dict[str, Any] | None:
        match one.route.action:
            case Action.REVIEW:
                return None
            case Action.BLOCK:
                categories = (one.route.category,) if one.route.category else ()
                made = adjudicating.blocked(
                    one.route.fallback,
                    source="auto",
                    decided_by="policy",
                    reason=one.route.reason,
                    categories=categories,
                )
            case Action.RELEASE:
                made = adjudicating.released(
                    _output(one.kept), source="auto", decided_by="policy", reason=one.route.reason
                )
            case Action.REPAIR:
                raise AssertionError("this version repairs nothing, and its policies cannot say so")
            case unknown:
                assert_never(unknown)
        self.outcomes.append(outcome_row(one.id, self.project_id, made, late=False, at=one.at))
        return self.outcomes[-1]

    def _item(self, one: _Routed, hashed: str, transition: life.Transition, outcome: Mapping[str, Any] | None) -> None:
        kept = one.kept
        self.items.append(
            {
                "id": one.id,
                "project_id": self.project_id,
                "key": kept.get("key"),
                "body_hash": hashed,
                "status": outcome["status"] if outcome else life.Status.PENDING.value,
                "state": transition.state.value,
                "domain": one.item.domain,
                "task": one.item.task,
                "model": one.item.model,
                "prompt_version": one.item.prompt_version,
                "language": one.item.language,
                "confidence": one.item.confidence,
                "group_name": kept.get("group"),
                "reference": (kept.get("deliver") or {}).get("reference"),
                "snippet": snippet(one.item),
                "action": one.route.action.value,
                "rule": one.route.rule,
                "queue": one.route.queue,
                "policy_version": one.route.policy_version,
                "source": outcome["source"] if outcome else None,
                "last_sequence": len(transition.events),
                "received_at": to_ms(one.at),
                "due_at": to_ms(one.due.due_at) if one.due else None,
                "decided_at": outcome["decided_at"] if outcome else None,
            }
        )

    def _seat(self, one: _Routed, kind: str, queue: str, priority: float) -> None:
        self.seats.append(
            {
                "id": new_id(),
                "project_id": self.project_id,
                "item_id": one.id,
                "kind": kind,
                "number": 1,
                "queue": queue,
                "sort_key": sort_key(one.at, priority),
                "due_at": to_ms(one.due.due_at) if one.due and kind == "review" else None,
                "created_at": to_ms(one.at),
            }
        )

    def _audit_sample(self, one: _Routed) -> None:
        assert one.route.audit is not None
        segment = segment_of(one.item.domain, one.item.task)
        self.samples.append(sample_row(one.id, self.project_id, segment, one.route.audit.probability, one.at))
        self._seat(one, "audit", one.route.audit.queue, 0.0)

    def _tell(
        self,
        one: _Routed,
        hashed: str,
        told: Mapping[str, Any],
        transition: life.Transition,
        outcome: Mapping[str, Any] | None,
    ) -> None:
        routed = {
            "route": digest(told),
            "rule": one.route.rule,
            "why": one.route.reason,
            "policy_version": one.route.policy_version,
        }
        more = {"outcome": row_digest(outcome), "source": outcome["source"]} if outcome else {"queue": one.route.queue}
        self._entry("item.received", one, one.actor, {"content": hashed, "checks": _tally(one.scores)})
        self._entry(transition.audit[-1], one, "system", routed | more)
        if one.route.audit is not None:
            self._entry("audit_sample.drawn", one, "system", {"probability": one.route.audit.probability})
        self.events += [
            outbox.row(kind, one.id, place, project_id=self.project_id, at=one.at)
            for place, kind in enumerate(transition.events, start=1)
        ]

    def _entry(self, kind: str, one: _Routed, actor: str, details: Mapping[str, Any]) -> None:
        self.audit.append(
            row(self.key, kind, one.id, project_id=self.project_id, actor=actor, at=one.at, details=details)
        )

    def store(self, session: Session) -> None:
        """Writes everything there is."""
        if not self.items:
            return
        with session.together():
            intake.insert_items(session, self.items, self.contents)
            scores_queries.insert_scores(session, self.scores)
            routing.insert_routes(session, self.routes)
            for insert, rows in (
                (outcomes.insert, self.outcomes),
                (monitoring.insert, self.samples),
                (seats.insert_seats, self.seats),
                (jobs.add, self.jobs),
                (webhooks.add_receivers, self.receivers),
                (item_traces.add, self.traces),
            ):
                if rows:
                    insert(session, rows)
            append(session, self.audit)
            outbox.emit(session, self.events)


def _output(kept: Mapping[str, Any]) -> dict[str, Any]:
    output = kept.get("output") or kept["candidates"][0]["output"]
    return dict(output)


def _decoded(outcome: Mapping[str, Any], one: _Routed) -> dict[str, Any]:
    """An outcome's row as it would come back from the table."""
    return {
        "output": _output(one.kept) if outcome["output"] is not None else None,
        "categories": [one.route.category] if one.route.category and one.route.action is Action.BLOCK else [],
        "review": None,
        "decided_at": from_ms(outcome["decided_at"]),
    }


def _tally(scores: Sequence[Score]) -> dict[str, int]:
    """How many checks ended how; stands in the timeline."""
    counts: dict[str, int] = {}
    for score in scores:
        counts[score.result.value] = counts.get(score.result.value, 0) + 1
    return counts
