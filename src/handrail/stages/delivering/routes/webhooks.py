"""HTTP of webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any  # Any: rows

from fastapi import Query
from starlette.responses import Response

from handrail.kit.etags import etag
from handrail.stages.delivering.errors import AddressNotAllowed
from handrail.stages.delivering.queries import deliveries as delivery_queries
from handrail.stages.delivering.queries import webhooks as queries
from handrail.stages.delivering.routes.deliveries import delivery_out
from handrail.stages.delivering.rules.webhooks import p95, read_overlap
from handrail.stages.delivering.service import webhooks as service
from handrail.stages.delivering.service.desk import DeliveryDesk
from handrail.stages.delivering.service.webhooks import Made, NewWebhook
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.wire.base import Page
from handrail.wire.webhooks import DeliveryOut, RotateIn, WebhookHealth, WebhookIn, WebhookOut, WebhookPatch

HOUR = timedelta(hours=1)
LOOKED_AT = 2_000
COUNTED_TO = 10_000
TICKS = 50


def routes(house: House, desk: DeliveryDesk) -> Door:
    """`/webhooks`."""
    door = Door(house)
    _of_the_project(door, desk)
    _one(door, desk)
    _more(door, desk)
    return door


def _of_the_project(door: Door, desk: DeliveryDesk) -> None:
    @door.get("/webhooks", needs="webhooks.manage", response_model=Page[WebhookOut])
    def list_webhooks(
        call: Call,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Page[WebhookOut]:
        """The project's webhooks by name, each with its health; never their secrets."""
        after = read_cursor(cursor, call.project_id, {}, (str,))

        def look(session: Session) -> Page[WebhookOut]:
            found = queries.page(session, call.project_id, after[0] if after else None, limit + 1)
            more = write_cursor((found[limit - 1]["name"],), call.project_id, {}) if len(found) > limit else None
            return Page[WebhookOut](data=[webhook_out(session, one) for one in found[:limit]], next_cursor=more)

        return call.read(look)

    @door.post("/webhooks", needs="webhooks.manage", response_model=WebhookOut, status_code=201)
    def create_webhook(call: Call, body: WebhookIn) -> Response:
        """Makes a webhook; it gets the events from now on. The secret is in this answer and never again."""
        wanted = NewWebhook(body.name, body.url, body.types, body.content)

        def work(session: Session) -> Answer:
            return _answer(session, service.create(session, desk, call.project_id, call.caller.actor, wanted), 201)

        return _or_noted(call, body.name, lambda: call.change(work))


def _one(door: Door, desk: DeliveryDesk) -> None:
    @door.get("/webhooks/{name}", needs="webhooks.manage", response_model=WebhookOut)
    def get_webhook(call: Call, name: str) -> Response:
        """One webhook, with its ETag."""

        def look(session: Session) -> Response:
            found = service.found(session, call.project_id, name)
            shown = webhook_out(session, found).model_dump_json()
            return Response(shown, headers={"ETag": etag(found["revision"])}, media_type="application/json")

        return call.read(look)

    @door.patch("/webhooks/{name}", needs="webhooks.manage", response_model=WebhookOut)
    def change_webhook(call: Call, name: str, body: WebhookPatch) -> Response:
        """Changes address, events, content, or switches on and off; needs If-Match. With another host the secret is
        void at once, and the answer holds a new one."""
        wanted = body.model_dump(exclude_none=True)
        if_match = call.request.headers.get("If-Match")

        def work(session: Session) -> Answer:
            actor = call.caller.actor
            return _answer(session, service.change(session, desk, call.project_id, actor, name, wanted, if_match))

        return _or_noted(call, name, lambda: call.change(work, wake=("events.numbered",)))

    @door.delete("/webhooks/{name}", needs="webhooks.manage", status_code=204)
    def delete_webhook(call: Call, name: str) -> Response:
        """Takes a webhook away; needs If-Match. What waits for it is not sent any more."""
        if_match = call.request.headers.get("If-Match")

        def work(session: Session) -> Answer:
            service.delete(session, desk, call.project_id, call.caller.actor, name, if_match)
            return Answer(None, 204)

        return call.change(work)


def _more(door: Door, desk: DeliveryDesk) -> None:
    """POST /webhooks/{name}/test, /webhooks/{name}/rotate."""

    @door.post("/webhooks/{name}/test", needs="webhooks.manage", response_model=DeliveryOut, status_code=202)
    def test_webhook(call: Call, name: str) -> Response:
        """Sends the event `webhook.test` to this webhook alone, once; GET /v1/deliveries shows what came back."""

        def work(session: Session) -> Answer:
            id = service.test(session, desk, call.project_id, call.caller.actor, name)
            return Answer(delivery_out(session, call.project_id, id), 202)

        return call.change(work, wake=("events.numbered",))

    @door.post("/webhooks/{name}/rotate", needs="webhooks.manage", response_model=WebhookOut)
    def rotate_webhook(call: Call, name: str, body: RotateIn | None = None) -> Response:
        """Makes a new secret, in this answer and never again; the old one signs too for `overlap` (24h)."""
        overlap = read_overlap(body.overlap if body else None)

        def work(session: Session) -> Answer:
            return _answer(session, service.rotate(session, desk, call.project_id, call.caller.actor, name, overlap))

        return call.change(work)


def _or_noted(call: Call, name: str, change: Any) -> Response:
    """The answer; an address that may not be called is noted in the audit log before it is refused."""
    try:
        done: Response = change()
    except AddressNotAllowed as fault:
        why = fault.message
        call.house.store.write(
            lambda session: call.audit(session, "webhook.address_refused", call.project_id, {"name": name, "why": why})
        )
        raise
    return done


def _answer(session: Session, made: Made, status: int = 200) -> Answer:
    """Whole with its secret; what is kept for a repeat of the request has none."""
    bare = webhook_out(session, made.row)
    whole = bare.model_copy(update={"secret": made.secret})
    return Answer(whole, status, (("ETag", etag(made.row["revision"])),), kept=bare)


def webhook_out(session: Session, row: Mapping[str, Any]) -> WebhookOut:
    """A webhook as answers show it, without its secret."""
    rotating = row["old_until"] is not None and session.now < row["old_until"]
    return WebhookOut(
        webhook_id=row["id"],
        name=row["name"],
        url=row["url"],
        types=row["types"],
        content=bool(row["content"]),
        enabled=bool(row["is_on"]),
        disabled_why=row["off_why"],
        disabled_at=row["off_at"],
        old_secret_until=row["old_until"] if rotating else None,
        created_at=row["created_at"],
        health=_health(session, row),
    )


def _health(session: Session, row: Mapping[str, Any]) -> WebhookHealth:
    id = row["id"]
    hour = delivery_queries.attempts_since(session, id, session.now - HOUR, LOOKED_AT)
    succeeded = sum(bool(one["is_ok"]) for one in hour)
    error = next((one for one in hour if not one["is_ok"]), None)
    ticks = [bool(one["is_ok"]) for one in delivery_queries.last_attempts(session, id, TICKS)]
    return WebhookHealth(
        attempts=len(hour),
        succeeded=succeeded,
        success_share=succeeded / len(hour) if hour else None,
        failures_in_a_row=row["failures"],
        p95_ms=p95([one["took_ms"] for one in hour]),
        waiting=delivery_queries.count(session, id, ("waiting", "sending"), COUNTED_TO),
        dead=delivery_queries.count(session, id, ("dead",), COUNTED_TO),
        oldest_waiting_at=delivery_queries.oldest_waiting(session, id),
        last_error=error["error"] if error else None,
        last_error_at=error["at"] if error else None,
        ticks=ticks[::-1],
    )
