"""HTTP of queues: what waits, for me and for all, live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any  # Any: rows

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from handrail.background.signals import Listening
from handrail.kit.errors import HandrailFault, NotFound
from handrail.kit.jsons import dumps
from handrail.stages.reviewing.claims import empty_because
from handrail.stages.reviewing.day import midnight
from handrail.stages.reviewing.desk import ReviewDesk
from handrail.stages.reviewing.queries import assignments, seats
from handrail.stages.reviewing.queries import queues as queries
from handrail.stages.reviewing.queries.queues import QueueCount
from handrail.stages.reviewing.routes.assignments import reviewer_of
from handrail.stages.reviewing.rules import QueueRules, Reviewer, may_take
from handrail.storage import Session
from handrail.web import staying
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.staying import as_now
from handrail.web.streamed import described
from handrail.wire.reviewing import QueueOut, QueuePatch, QueuesOut

BEAT_S = 15.0
LOOK_S = 1.0
"""How often a stream looks by itself: for what other processes did, and whether the session still stands."""
NOBODY = Reviewer("", "senior", frozenset(), frozenset())


def routes(house: House, desk: ReviewDesk) -> Door:
    """GET /queues, /queues/{q}, /queues/stream; PATCH /queues/{q}."""
    door = Door(house)

    @door.get("/queues", needs="queues.read")
    def list_queues(call: Call) -> QueuesOut:
        """Every queue of the project as the caller sees it."""
        return call.read(lambda session: _queues(session, desk, call))

    @door.get(
        "/queues/stream",
        needs="queues.read",
        response_class=StreamingResponse,
        responses=described("text/event-stream"),
    )
    async def stream(call: Call, request: Request) -> StreamingResponse:
        """Server-sent events: `queues` with these counts, `assignment` when one of the caller's own changes."""
        return StreamingResponse(
            _stream(house, desk, call, request),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @door.get("/queues/{name}", needs="queues.read")
    def get_queue(call: Call, name: str) -> QueueOut:
        """One queue."""
        for one in call.read(lambda session: _queues(session, desk, call)).data:
            if one.name == name:
                return one
        raise NotFound()

    @door.patch("/queues/{name}", needs="queues.manage", response_model=QueueOut)
    def patch_queue(call: Call, name: str, body: QueuePatch) -> Response:
        """Pauses or opens a queue; its rules live in the policy."""

        def work(session: Session) -> Answer:
            if all(one.name != name for one in _queues(session, desk, call).data):
                raise NotFound()
            _set(session, call, name, body)
            call.audit(session, "queue.changed", name, body.model_dump(mode="json", exclude_none=True))
            return Answer(next(one for one in _queues(session, desk, call).data if one.name == name))

        return call.change(work, wake=(f"queues:{call.project_id}",))

    return door


def _set(session: Session, call: Call, name: str, body: QueuePatch) -> None:
    """Stores what the body says and keeps the rest; null clears a limit."""
    before = queries.settings(session, call.project_id).get(name, {})
    said = body.model_fields_set
    paused = bool(before.get("paused")) if body.paused is None else body.paused
    pauses_now = paused and not before.get("paused")
    by = call.caller.id if call.caller.identity.kind == "person" else None
    queries.set_queue(
        session,
        {
            "project_id": call.project_id,
            "queue": name,
            "paused": paused,
            "reason": (body.reason or before.get("reason")) if paused else None,
            "by": (by if pauses_now else before.get("paused_by")) if paused else None,
            "limit": body.limit_per_person if "limit_per_person" in said else before.get("limit_per_person"),
        },
    )


def _queues(session: Session, desk: ReviewDesk, call: Call) -> QueuesOut:
    place = call.caller.membership
    reviewer = reviewer_of(call) if place is not None else NOBODY
    rules = dict(desk.policies.queues(session, call.project_id))
    for name in queries.queues_with_work(session, call.project_id):
        rules.setdefault(name, QueueRules(name))
    counts = {name: queries.count_queue(session, call.project_id, name, reviewer.id or None) for name in rules}
    settings = queries.settings(session, call.project_id)
    skipped = seats.skipped_by(session, call.project_id, reviewer.id) if reviewer.id else {}
    own_work = seats.queues_of_own_work(session, call.project_id, reviewer.id) if reviewer.id else frozenset()
    on_time = queries.on_time_since(session, call.project_id, midnight(session, call.project_id))
    data = [
        _queue(
            reviewer,
            one,
            counts[one.name],
            settings.get(one.name, {}),
            skipped.get(one.name, 0),
            on_time.get(one.name),
            own_work=one.name in own_work,
        )
        for one in rules.values()
    ]
    return QueuesOut(data=data)


def _queue(  # what one row of the list is made of, each thing by its name
    reviewer: Reviewer,
    rules: QueueRules,
    count: QueueCount,
    settings: Mapping[str, Any],
    skipped: int,
    on_time: float | None,
    *,
    own_work: bool,
) -> QueueOut:
    paused = bool(settings.get("paused"))
    open_to_me = may_take(reviewer, rules) is None and not paused
    return QueueOut(
        name=rules.name,
        kind=rules.kind,
        level=rules.level,
        skills=sorted(rules.skills),
        languages=sorted(rules.languages),
        requires=rules.requires,
        audits=rules.audits,
        waiting=max(0, count.waiting - skipped) if open_to_me else 0,
        waiting_all=count.waiting,
        held=count.held,
        overdue=count.overdue,
        oldest_due_at=count.oldest_due_at,
        on_time_today=on_time,
        paused=paused,
        paused_reason=settings.get("reason"),
        empty_because=empty_because(reviewer, rules, count, paused=paused, skipped=skipped, own_work=own_work),  # type: ignore[arg-type]  # the words are those of the wire
    )


async def _stream(house: House, desk: ReviewDesk, call: Call, request: Request) -> AsyncIterator[str]:
    """Looks when something happened, at most once a second; ends within a second of the session."""
    shown, quiet = "", 0.0
    held: dict[str, tuple[str, str | None]] = {}
    while not await request.is_disconnected():
        with house.signals.listen(f"queues:{call.project_id}") as happened:
            try:
                call = Call(house, request, await as_now(call, "queues.read"))
            except HandrailFault:
                return
            queues, now_held = await run_in_threadpool(house.store.read, partial(_look, desk=desk, call=call))
            text = queues.model_dump_json()
            for id, (state, why) in now_held.items():
                if id in held and held[id] != (state, why):
                    yield _event("assignment", dumps({"assignment_id": id, "state": state, "why": why}))
            held = now_held
            quiet = 0.0 if text != shown else quiet + LOOK_S
            if text != shown:
                shown = text
                yield _event("queues", text)
            elif quiet >= BEAT_S:
                quiet = 0.0
                yield ": beat\n\n"
            if not await _wait(call, happened):
                return
        await asyncio.sleep(0.05)


async def _wait(call: Call, happened: Listening) -> bool:
    """Waits until something happened, at most LOOK_S; False as soon as the caller may no longer see it."""
    for _ in range(round(LOOK_S / staying.LOOK_S)):
        if await happened.wait(staying.LOOK_S):
            return True
        try:
            await as_now(call, "queues.read")
        except HandrailFault:
            return False
    return True


def _look(session: Session, desk: ReviewDesk, call: Call) -> tuple[QueuesOut, dict[str, tuple[str, str | None]]]:
    mine = assignments.held_by(session, call.project_id, call.caller.id, ["held", "expired", "revoked"])
    return _queues(session, desk, call), {one["id"]: (one["state"], one["ended_why"]) for one in mine}


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
