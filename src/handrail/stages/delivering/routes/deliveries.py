"""HTTP of deliveries: what went out, what waits, what is dead; and sending again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any  # Any: rows

from fastapi import Query
from starlette.responses import Response

from handrail.kit.clock import to_ms
from handrail.kit.errors import FieldFault, Invalid
from handrail.stages.delivering.queries import deliveries as queries
from handrail.stages.delivering.queries import webhooks
from handrail.stages.delivering.service import deliveries as service
from handrail.stages.delivering.service.desk import DeliveryDesk
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.wire.base import Id, Page, Slug
from handrail.wire.webhooks import AttemptOut, DeliveryOut, DeliveryState, ReplayIn, ReplayOut

MOST_OF_ITEM = 50
STATES: Mapping[str, tuple[str, ...]] = {"waiting": ("waiting", "sending"), "done": ("done",), "dead": ("dead",)}
"""What is on its way right now still waits for its answer."""


def routes(house: House, desk: DeliveryDesk) -> Door:
    """`/deliveries`."""
    door = Door(house)
    _listing(door)
    _replaying(door, desk)
    return door


def _listing(door: Door) -> None:
    @door.get("/deliveries", needs="webhooks.manage", response_model=Page[DeliveryOut])
    def list_deliveries(
        call: Call,
        webhook: Annotated[Slug | None, Query()] = None,
        state: DeliveryState | None = None,
        item_id: Annotated[Id | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Page[DeliveryOut]:
        """Deliveries, newest first, each with its attempts. `dead` are those that were given up."""
        given = (("webhook", webhook), ("state", state), ("item_id", item_id))
        filters = {name: one for name, one in given if one is not None}
        after = read_cursor(cursor, call.project_id, filters, (str,))

        def look(session: Session) -> Page[DeliveryOut]:
            hook = webhooks.by_name(session, call.project_id, webhook) if webhook else None
            if webhook and hook is None:
                return Page[DeliveryOut](data=[])
            found = queries.page(
                session,
                call.project_id,
                webhook_id=hook["id"] if hook else None,
                states=STATES[state] if state else (),
                subject=item_id,
                before=after[0] if after else None,
                limit=limit + 1,
            )
            last = found[limit - 1]["id"] if len(found) > limit else None
            more = write_cursor((last,), call.project_id, filters) if last else None
            return Page[DeliveryOut](data=deliveries_out(session, call.project_id, found[:limit]), next_cursor=more)

        return call.read(look)


def _replaying(door: Door, desk: DeliveryDesk) -> None:
    @door.post(
        "/deliveries/{id}/replay", needs="webhooks.manage", of="delivery", response_model=DeliveryOut, status_code=202
    )
    def replay_delivery(call: Call, id: str) -> Response:
        """Sends one delivery once more, under the same event id."""

        def work(session: Session) -> Answer:
            found = queries.delivery(session, id)
            assert found is not None
            service.replay(session, desk, call.caller.actor, found)
            return Answer(delivery_out(session, call.project_id, id), 202)

        return call.change(work, wake=("events.numbered",))

    @door.post("/deliveries/replay", needs="webhooks.manage", response_model=ReplayOut, status_code=202)
    def replay_deliveries(call: Call, body: ReplayIn) -> Response:
        """Sends everything once more that was made for a webhook in a span and has ended; a job does it."""

        def work(session: Session) -> Answer:
            since, until = to_ms(body.from_), to_ms(body.to or session.now) + (body.to is None)
            if until <= since:
                message = "The span ends before it begins; name a later `to`."
                raise Invalid(fields=(FieldFault("/to", "out_of_range", message),))
            actor = call.caller.actor
            made = service.replay_span(session, desk, call.project_id, actor, body.webhook, since, until)
            return Answer(ReplayOut(job_id=made), 202)

        return call.change(work, wake=("jobs", "events.numbered"))


def delivery_out(session: Session, project_id: str, id: str) -> DeliveryOut:
    """One delivery as answers show it."""
    found = queries.delivery(session, id)
    assert found is not None
    return deliveries_out(session, project_id, [found])[0]


def of_item(session: Session, project_id: str, item_id: str) -> list[dict[str, Any]]:
    """The newest deliveries about an item, for its own page: without what receivers answered."""
    found = queries.page(
        session, project_id, webhook_id=None, states=(), subject=item_id, before=None, limit=MOST_OF_ITEM
    )
    shown = deliveries_out(session, project_id, found)
    return [one.model_dump(mode="json", exclude={"attempts": {"__all__": {"answer"}}}) for one in shown]


def deliveries_out(session: Session, project_id: str, found: Sequence[Mapping[str, Any]]) -> list[DeliveryOut]:
    """Deliveries of one project as answers show them."""
    if not found:
        return []
    names = webhooks.names(session, project_id)
    attempts = queries.attempts_of(session, [one["id"] for one in found])
    return [_shown(one, names[one["webhook_id"]], attempts[one["id"]]) for one in found]


def _shown(row: Mapping[str, Any], webhook: str, attempts: Sequence[Mapping[str, Any]]) -> DeliveryOut:
    return DeliveryOut(
        delivery_id=row["id"],
        webhook=webhook,
        event_id=row["event_id"],
        type=row["type"],
        subject=row["subject"],
        state="waiting" if row["state"] == "sending" else row["state"],
        attempts=[AttemptOut(**{name: one[name] for name in AttemptOut.model_fields}) for one in attempts],
        next_attempt_at=row["due_at"] if row["state"] == "waiting" else None,
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )
