"""HTTP of events: all of them in commit order, and the same as a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any  # Any: envelopes are JSON

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from handrail.domain.event import unknown_types
from handrail.kit.errors import FieldFault, HandrailFault, Invalid
from handrail.kit.jsons import dumps
from handrail.stages.delivering.queries import outcomes as queries
from handrail.stages.delivering.service.envelopes import envelopes
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.caller import inside
from handrail.web.door import Door
from handrail.web.errors import BadCursor
from handrail.web.guard import identify
from handrail.web.house import House
from handrail.web.streamed import described
from handrail.wire.base import Id
from handrail.wire.outcomes import EventsOut

BEAT_S = 15.0
LOOK_S = 0.4
"""How often a stream looks by itself: for what other processes numbered, and whether its caller may still listen. A
caller's identity is believed for half a second more, so a stream ends within a second of session or key."""
AT_ONCE = 200


def routes(house: House) -> Door:
    """GET /events, /events/stream."""
    door = Door(house)

    @door.get("/events", needs="events.read", response_model=EventsOut)
    def list_events(
        call: Call,
        type: Annotated[str | None, Query(max_length=500)] = None,
        item_id: Annotated[Id | None, Query()] = None,
        after: Annotated[str | None, Query(max_length=36)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Response:
        """Events of the last 30 days in commit order, after the one named: the way to reconcile. `type`: several with
        commas between them, also globs such as `item.*`."""
        types = read_types(type)

        def look(session: Session) -> list[dict[str, Any]]:
            number = 0
            if after is not None:
                known = queries.event_number(session, call.project_id, after)
                if known is None:
                    raise BadCursor("There is no such event in this project; begin without `after`.")
                number = known
            found = queries.events_after(session, call.project_id, number, types, limit, item_id)
            return envelopes(session, call.project_id, found)

        data = call.read(look)
        page = {"data": data, "next_cursor": data[-1]["id"] if len(data) == limit else None}
        return Response(dumps(page), media_type="application/json")

    @door.get(
        "/events/stream",
        needs="events.read",
        response_class=StreamingResponse,
        responses=described("text/event-stream"),
    )
    async def stream_events(
        call: Call,
        request: Request,
        type: Annotated[str | None, Query(max_length=500)] = None,
        after: Annotated[str | None, Query(max_length=36)] = None,
    ) -> StreamingResponse:
        """Server-sent events: each one's id, type and envelope, from now on, or after the one named by `after` or the
        header Last-Event-ID. When that one is not kept any more comes `reset`: read GET /v1/events."""
        stream = _Stream(house, call.project_id, read_types(type))
        begin = after or request.headers.get("Last-Event-ID") or None
        return StreamingResponse(
            stream.run(request, begin),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return door


def read_types(text: str | None) -> Sequence[str] | None:
    """The event types of a list with commas; None for all. Raises Invalid for a word that no event has."""
    if not text:
        return None
    words = [one.strip() for one in text.split(",")]
    unknown = [one for one in unknown_types(words) if one != "webhook.test"]
    if unknown:
        raise Invalid(fields=(FieldFault("/type", "unknown_value", f"No event is called {unknown[0][:64]!r}."),))
    return words


@dataclass
class _Stream:
    """One listener. `number`: how far it has come."""

    house: House
    project_id: str
    types: Sequence[str] | None
    number: int = 0

    async def run(self, request: Request, after: str | None) -> AsyncIterator[str]:
        """The lines of the stream, until the listener goes or may listen no more."""
        yield await run_in_threadpool(self.house.store.read, lambda session: self._begin(session, after))
        quiet = 0.0
        while not await request.is_disconnected():
            with self.house.signals.listen("events.numbered") as numbered:
                if not await self._may_listen(request):
                    return
                try:
                    found = await run_in_threadpool(self.house.store.read, self._look)
                except HandrailFault:  # the database is away for a moment: the next look is soon
                    found = []
                for one in found:
                    yield _told(one["type"], dumps(one), one["id"])
                quiet = 0.0 if found else quiet + LOOK_S
                if quiet >= BEAT_S:
                    quiet = 0.0
                    yield ": beat\n\n"
                if len(found) < AT_ONCE:
                    await numbered.wait(LOOK_S)
                    await asyncio.sleep(0.02)

    def _begin(self, session: Session, after: str | None) -> str:
        head, id = queries.last_event(session, self.project_id)
        known = None if after is None else queries.event_number(session, self.project_id, after)
        if after is not None and known is None:
            self.number = head
            return _told("reset", dumps({"after": id}), id)
        self.number = head if known is None else known
        begin = id if after is None else after  # so that whoever is cut off before the first event misses none
        return f": welcome\nid: {begin}\n\n" if begin else ": welcome\n\n"

    def _look(self, session: Session) -> list[dict[str, Any]]:
        found = queries.events_after(session, self.project_id, self.number, self.types, AT_ONCE)
        if found:
            self.number = found[-1]["number"]
        return envelopes(session, self.project_id, found)

    async def _may_listen(self, request: Request) -> bool:
        try:
            identity = await identify(self.house, request)
        except HandrailFault:
            return False
        caller = inside(identity, self.project_id)
        return caller is not None and caller.may("events.read")


def _told(name: str, data: str, id: str | None) -> str:
    mark = f"id: {id}\n" if id else ""
    return f"{mark}event: {name}\ndata: {data}\n\n"
