"""Deliveries: made from events, handed to the sender under a lease, and what became of each attempt.

For each event and webhook there is one delivery, made in the transaction that moves the webhook's position. A worker
that dies in between loses nothing: what it held is taken over when the lease is over, under the same event id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any  # Any: rows

from handrail.audit import SYSTEM
from handrail.background import item_traces, jobs, outbox
from handrail.background.jobs import Done, Job, RetryAt
from handrail.background.transitions import record as record_transition
from handrail.domain.event import OUTCOME_TYPES, TEST_TYPE
from handrail.domain.life import GIVEN_OUT, Happening, State, after
from handrail.kit.clock import to_ms
from handrail.kit.ids import new_id
from handrail.kit.jsons import dumps
from handrail.stages.delivering.errors import StillSending, WebhookOff
from handrail.stages.delivering.queries import deliveries as queries
from handrail.stages.delivering.queries import outcomes, webhooks
from handrail.stages.delivering.queries.deliveries import Taken
from handrail.stages.delivering.rules.schedule import KEPT, Answered, next_attempt, quiet_for
from handrail.stages.delivering.rules.webhooks import Wanted, receivers, without_texts
from handrail.stages.delivering.service.desk import DeliveryDesk
from handrail.stages.delivering.service.envelopes import envelopes
from handrail.stages.delivering.service.webhooks import GONE, delivery_row, found, switch_off
from handrail.storage import Session

LEASE = timedelta(seconds=25)
"""Longer than an attempt may take; then another worker takes over."""
EVENTS_AT_ONCE = 500
WEBHOOKS_AT_ONCE = 50
REPLAY = "deliveries.replay"
EXPIRE = "deliveries.expire"
REPLAY_AT_ONCE = 500
EXPIRE_AT_ONCE = 2_000
EXPIRE_EVERY = timedelta(hours=1)
EXPIRE_SOON = timedelta(minutes=1)
REFUSED = "address_refused"


# --- from events to deliveries ---------------------------------------------------------------------------------------


def fan_out(session: Session) -> int:
    """Makes the deliveries of events that webhooks have not looked at; how many events there were."""
    looked = 0
    for webhook in webhooks.behind(session, WEBHOOKS_AT_ONCE):
        found = outcomes.events_after(session, webhook["project_id"], webhook["position"], None, EVENTS_AT_ONCE)
        if found:
            queries.insert(session, _deliveries(session, webhook, found))
            webhooks.move(session, webhook["id"], found[-1]["number"])
            looked += len(found)
    return looked


def _deliveries(
    session: Session, webhook: Mapping[str, Any], found: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    told = sorted({one["subject"] for one in found if one["type"] in OUTCOME_TYPES})
    chosen = webhooks.chosen(session, told)
    wanted, now = [Wanted(webhook["id"], webhook["types"])], to_ms(session.now)
    return [delivery_row(webhook, one, now) for one in found if receivers(one, wanted, chosen)]


# --- to the sender and back ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shipment:
    """One attempt, ready to be sent. `body` is None where the event is past its time."""

    taken: Taken
    url: str
    body: bytes | None
    secrets: Sequence[bytes]
    project_id: str
    traceparent: str | None = None
    """Of the item it tells of, while traces are on."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended."""

    taken: Taken
    answered: Answered


def hand_out(session: Session, desk: DeliveryDesk, free: Mapping[str, int], default: int) -> list[Shipment]:
    """Takes what is due, for each webhook as much as it has room for: `free[id]`, else `default`. A webhook that keeps
    failing is asked for one at a time, and then left alone for a while."""
    taken: list[Taken] = []
    for id, failures in queries.ready(session):
        room, quiet = free.get(id, default), quiet_for(failures)
        if room <= 0:
            continue
        mine = queries.take(session, id, room if quiet is None else 1, session.now + LEASE)
        if mine and quiet is not None:
            webhooks.be_quiet(session, id, session.now + quiet)
        taken += mine
    return _packed(session, desk, taken) if taken else []


def _packed(session: Session, desk: DeliveryDesk, taken: Sequence[Taken]) -> list[Shipment]:
    hooks = queries.webhooks_by_id(session, sorted({one.webhook_id for one in taken}))
    told = queries.events_by_id(session, sorted({one.event_id for one in taken}))
    bodies: dict[str, dict[str, Any]] = {}
    for project_id in sorted({hook["project_id"] for hook in hooks.values()}):
        mine = [event for event in told.values() if event["project_id"] == project_id]
        bodies |= {one["id"]: one for one in envelopes(session, project_id, mine)}
    secrets = {id: desk.secrets_in_force(hook, session.now) for id, hook in hooks.items()}
    traces = item_traces.of(session, (one.subject for one in taken)) if desk.traces.is_on else {}
    return [
        Shipment(
            one,
            hooks[one.webhook_id]["url"],
            _body(hooks[one.webhook_id], bodies.get(one.event_id)),
            secrets[one.webhook_id],
            hooks[one.webhook_id]["project_id"],
            traces.get(one.subject),
        )
        for one in taken
    ]


def _body(webhook: Mapping[str, Any], envelope: Mapping[str, Any] | None) -> bytes | None:
    if envelope is None:
        return None
    return dumps(dict(envelope) if webhook["content"] else without_texts(envelope)).encode()


def note(session: Session, desk: DeliveryDesk, ended: Sequence[Ended]) -> None:
    """Keeps what became of these attempts, and what follows for items and webhooks."""
    in_order = sorted(ended, key=lambda one: one.taken.id)
    queries.add_attempts(session, [_attempt_row(session, one) for one in in_order])
    for one in in_order:
        if one.answered.is_ok:
            _succeeded(session, desk, one.taken)
        else:
            _failed(session, desk, one)
    _count(session, ended)


def _attempt_row(session: Session, ended: Ended) -> dict[str, Any]:
    answered = ended.answered
    return {
        "id": new_id(),
        "delivery_id": ended.taken.id,
        "webhook_id": ended.taken.webhook_id,
        "at": to_ms(session.now),
        "took_ms": answered.took_ms,
        "is_ok": answered.is_ok,
        "status": answered.status,
        "error": answered.error,
        "answer": answered.answer,
    }


def _succeeded(session: Session, desk: DeliveryDesk, taken: Taken) -> None:
    if not queries.end(session, taken, state="done", finished_at=session.now):
        return  # another worker has it too: the receiver sees one id twice, the item is delivered once
    if taken.type not in OUTCOME_TYPES:
        return
    webhook = webhooks.by_id(session, taken.webhook_id)
    assert webhook is not None
    state = queries.state_of(session, webhook["project_id"], taken.subject)
    if state is None or State(state) not in GIVEN_OUT:
        return
    transition = after(State(state), Happening.DELIVERED)
    if queries.mark_delivered(session, taken.subject, state, transition.state.value):
        item = {"id": taken.subject, "project_id": webhook["project_id"]}
        told = {"webhook": webhook["name"], "event_id": taken.event_id}
        record_transition(session, desk.key, item, transition.audit, transition.events, actor=SYSTEM, details=told)


def _failed(session: Session, desk: DeliveryDesk, ended: Ended) -> None:
    taken, answered = ended.taken, ended.answered
    again = next_attempt(taken.id, taken.attempt, session.now, answered.asked)
    if again is None or answered.is_gone or taken.type == TEST_TYPE or answered.error == _EVENT_GONE:
        queries.end(session, taken, state="dead", finished_at=session.now)
    else:
        queries.end(session, taken, state="waiting", due_at=again)
    if answered.is_gone:
        switch_off(session, desk, taken.webhook_id, GONE)
    elif answered.error is not None and answered.error.startswith(REFUSED):
        webhook = webhooks.by_id(session, taken.webhook_id)
        assert webhook is not None
        desk.note(session, "webhook.address_refused", webhook, SYSTEM, {"why": answered.error})


_EVENT_GONE = "The event is older than 30 days and no longer kept."


def gone_event(taken: Taken) -> Ended:
    """How an attempt ends whose event is past its time."""
    return Ended(taken, Answered(None, _EVENT_GONE))


def _count(session: Session, ended: Sequence[Ended]) -> None:
    """Failures in a row, in the order the answers came."""
    for webhook_id in sorted({one.taken.webhook_id for one in ended}):
        row = 0
        for one in (each.answered for each in ended if each.taken.webhook_id == webhook_id):
            if one.is_ok:
                webhooks.well(session, webhook_id)
                row = 0
            else:
                row += 1
        if row:
            webhooks.failed(session, webhook_id, row)


# --- again -----------------------------------------------------------------------------------------------------------


def replay(session: Session, desk: DeliveryDesk, actor: str, delivery: Mapping[str, Any]) -> None:
    """Sends one delivery once more, under the same event id. Raises WebhookOff and StillSending."""
    webhook = webhooks.by_id(session, delivery["webhook_id"])
    if webhook is None or not webhook["is_on"]:
        raise WebhookOff()
    if not queries.again(session, delivery["id"]):
        raise StillSending()
    desk.note(session, "delivery.replayed", webhook, actor, {"delivery_id": delivery["id"]})


def replay_span(
    session: Session, desk: DeliveryDesk, project_id: str, actor: str, name: str, since: int, until: int
) -> str:
    """The id of a job that sends all ended deliveries of a span (ms) once more. Raises NotFound and WebhookOff."""
    webhook = found(session, project_id, name)
    if not webhook["is_on"]:
        raise WebhookOff()
    asked_at = to_ms(session.now)
    args = {"webhook_id": webhook["id"], "since": since, "until": until, "asked_at": asked_at}
    made = jobs.row(REPLAY, args, run_at=session.now, now=session.now)
    jobs.add(session, [made])
    desk.note(session, "deliveries.replayed", webhook, actor, {"since": since, "until": until})
    return str(made["id"])


def run_replay(session: Session, job: Job) -> Done | RetryAt:
    """One step of a replay of a span; what was sent again by it is not found a second time."""
    args = job.args
    ids = queries.finished_in(
        session, args["webhook_id"], args["since"], args["until"], args["asked_at"], REPLAY_AT_ONCE
    )
    for id in ids:
        queries.again(session, id)
    return RetryAt(session.now, "there are more") if len(ids) == REPLAY_AT_ONCE else Done()


def run_expiry(session: Session, job: Job) -> Done | RetryAt:
    """Drops events and deliveries that are older than 30 days, a part at a time."""
    before = session.now - KEPT
    dropped = [one(session, before, EXPIRE_AT_ONCE) for one in (queries.expire, outbox.expire, item_traces.expire)]
    more = EXPIRE_AT_ONCE in dropped
    return RetryAt(session.now + (timedelta(seconds=1) if more else EXPIRE_EVERY), "every hour")


def start_expiry(session: Session) -> None:
    """Makes sure the job that drops what is past its time exists, once."""
    jobs.add(session, [jobs.row(EXPIRE, {}, run_at=session.now + EXPIRE_SOON, now=session.now, dedup=EXPIRE)])
