"""HTTP of intake: one item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol  # Any: items are JSON

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from handrail.kit.durations import parse_duration
from handrail.kit.errors import FieldFault, Invalid
from handrail.kit.jsons import dumps
from handrail.stages.intake.rules import normalised
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.faults import faults_of
from handrail.web.house import House
from handrail.web.idempotency import check_key
from handrail.web.staying import while_allowed
from handrail.wire.items import ResultOut, SubmittedItem

LONGEST_WAIT_S = 60.0
KEY_HEADER = "Idempotency-Key"
OTHERWISE: dict[int | str, dict[str, Any]] = {
    200: {"model": ResultOut, "description": "The key was used before: the present Result."},
    202: {"model": ResultOut, "description": "Stored, and pending."},
}
FIELDS = tuple(SubmittedItem.model_fields)


class Admit(Protocol):
    """Takes submitted items in; flow.Admission."""

    def __call__(self, project_id: str, actor: str, kept: Sequence[dict[str, Any]]) -> Sequence[Any]: ...


Await = Callable[[str, str, float], Any]
"""Waits for an item's outcome: (project_id, item_id, seconds) -> Result, awaited."""


class AdmitOne(Protocol):
    """Takes one submitted item of `size` bytes in; flow.Gathering."""

    async def __call__(self, project_id: str, actor: str, kept: dict[str, Any], size: int) -> Any: ...


def routes(house: House, admit: AdmitOne, wait_for: Await) -> Door:
    """POST /items."""
    door = Door(house)

    @door.post(
        "/items",
        needs="items.submit",
        response_model=ResultOut,
        status_code=201,
        reads=SubmittedItem,
        responses=OTHERWISE,
    )
    async def submit_item(call: Call, request: Request) -> Response:
        """Submits one item. 201: final; 202: pending; 200: the key was used before, the present Result."""
        body = await request.json()
        kept, wait_s = read_item(body, request.headers.get(KEY_HEADER))
        answer = await admit(call.project_id, call.caller.actor, kept, len(await request.body()))
        fault = getattr(answer, "fault", None)
        if fault is not None:
            raise fault
        house.signals.fire("events", f"queues:{call.project_id}")
        result = answer.result
        if result["status"] == "pending" and wait_s > 0:
            waits = wait_for(call.project_id, result["item_id"], wait_s)
            result = await while_allowed(call, "items.submit", waits)
        status = 200 if answer.repeated else 202 if result["status"] == "pending" else 201
        return Response(dumps(result), status, media_type="application/json")

    return door


def read_item(body: Any, header_key: str | None) -> tuple[dict[str, Any], float]:
    """The kept form of a submitted body and how long the caller waits, in seconds. Raises Invalid."""
    if not isinstance(body, dict):
        raise Invalid("The body is one JSON object, an item.", fields=(FieldFault("", "bad_type", "Send an object."),))
    try:
        SubmittedItem.model_validate(body)
    except ValidationError as error:
        raise Invalid(fields=faults_of(error.errors(), body, FIELDS)) from None
    kept = normalised(body)
    if header_key is not None:
        check_key(header_key)
        if kept.get("key", header_key) != header_key:
            message = f"The header {KEY_HEADER} and the field `key` differ; send one, or the same."
            raise Invalid(code="key_mismatch", message=message, fields=(FieldFault("/key", "key_mismatch", message),))
        kept["key"] = header_key
    wait = body.get("wait")  # its form was read with the rest
    wait_s = parse_duration(wait).total_seconds() if wait else 0.0
    if wait_s > LONGEST_WAIT_S:
        message = "Wait at most 60s; ask again with GET /v1/items/{id}/outcome."
        raise Invalid(fields=(FieldFault("/wait", "too_long", message),))
    return kept, wait_s
