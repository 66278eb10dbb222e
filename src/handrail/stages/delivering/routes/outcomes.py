"""HTTP of outcomes: one, and all in the order decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any  # Any: results are JSON

from fastapi import Query
from starlette.responses import Response

from handrail.kit.durations import parse_duration
from handrail.kit.errors import FieldFault, Invalid, NotFound
from handrail.kit.jsons import dumps
from handrail.stages.delivering.queries import outcomes as queries
from handrail.stages.delivering.service.results import result_of, results_of_rows
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.web.staying import while_allowed
from handrail.wire.base import Moment
from handrail.wire.items import ResultOut
from handrail.wire.outcomes import OutcomesOut

LONGEST_WAIT_S = 60.0


PENDING: dict[int | str, dict[str, Any]] = {202: {"model": ResultOut, "description": "Still pending."}}


def routes(house: House, wait_for: Callable[[str, str, float], Any]) -> Door:
    """GET /items/{id}/outcome, /outcomes."""
    door = Door(house)

    @door.get("/items/{id}/outcome", needs="items.outcome", of="item", response_model=ResultOut, responses=PENDING)
    async def get_outcome(call: Call, id: str, wait: Annotated[str, Query(max_length=12)] = "0s") -> Response:
        """The present Result: 200 once it is final, 202 while it is pending. `wait` holds the request up to 60s."""
        result = await while_allowed(call, "items.outcome", wait_for(call.project_id, id, read_wait(wait)))
        return Response(dumps(result), 202 if result["status"] == "pending" else 200, media_type="application/json")

    @door.get("/outcomes", needs="items.outcome", response_model=OutcomesOut)
    def list_outcomes(
        call: Call,
        key: Annotated[str | None, Query(max_length=255)] = None,
        decided_from: Moment | None = None,
        decided_to: Moment | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """Final Results in the order decided; the way to catch up: nothing appears before a place already passed. An
        outcome gets its place within a second. `key` looks one item up, pending or not."""
        if key is not None:
            return _page(_by_key(call, key), None)
        filters = {name: one for name, one in (("from", decided_from), ("to", decided_to)) if one is not None}
        after = read_cursor(cursor, call.project_id, filters, (int,))

        def look(session: Session) -> tuple[Sequence[Mapping[str, Any]], list[dict[str, Any]]]:
            found = queries.decided_page(
                session,
                call.project_id,
                since=decided_from,
                until=decided_to,
                after=after[0] if after else 0,
                limit=limit,
            )
            return found, results_of_rows(session, call.project_id, found[:limit])

        found, results = call.read(look)
        last = found[limit - 1] if len(found) > limit else None
        return _page(results, write_cursor((int(last["number"]),), call.project_id, filters) if last else None)

    return door


def _page(results: list[dict[str, Any]], cursor: str | None) -> Response:
    return Response(dumps({"data": results, "next_cursor": cursor}), media_type="application/json")


def read_wait(text: str) -> float:
    """Seconds to wait. Raises Invalid for anything but a duration of at most 60s."""
    try:
        seconds = parse_duration(text).total_seconds()
    except ValueError as error:
        raise Invalid(fields=(FieldFault("/wait", "bad_type", f"{error}."),)) from None
    if seconds > LONGEST_WAIT_S:
        raise Invalid(fields=(FieldFault("/wait", "too_long", "Wait at most 60s, then ask again."),))
    return seconds


def _by_key(call: Call, key: str) -> list[dict[str, Any]]:
    try:
        return [call.read(lambda session: result_of(session, call.project_id, key=key))]
    except NotFound:
        return []
