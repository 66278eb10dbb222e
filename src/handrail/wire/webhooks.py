"""Webhooks and deliveries as they travel."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from handrail.domain.event import OUTCOME_TYPES
from handrail.wire.base import Id, Moment, Request, Response, Slug

Url = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
EventWord = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z_]{1,32}\.(\*|[a-z_]{1,32}))$")]
EventWords = Annotated[list[EventWord], Field(min_length=1, max_length=64)]
DeliveryState = Literal["waiting", "done", "dead"]


class WebhookIn(Request):
    name: Slug
    url: Url
    types: EventWords = list(OUTCOME_TYPES)
    content: bool = True


class WebhookPatch(Request):
    url: Url | None = None
    types: EventWords | None = None
    content: bool | None = None
    enabled: bool | None = None


class RotateIn(Request):
    overlap: Annotated[str, StringConstraints(max_length=12)] | None = None  # how long the old secret signs too; 24h


class WebhookHealth(Response):
    """How the receiver answered within the last hour (at most its last 2,000 attempts), and what waits for it."""

    attempts: int
    succeeded: int
    success_share: float | None  # null when nothing was sent
    failures_in_a_row: int
    p95_ms: int | None
    waiting: int  # counted up to 10,000
    dead: int  # counted up to 10,000
    oldest_waiting_at: Moment | None
    last_error: str | None
    last_error_at: Moment | None
    ticks: list[bool]  # the last 50 attempts, oldest first, however long ago


class WebhookOut(Response):
    webhook_id: Id
    name: str
    url: str
    types: list[str]
    content: bool
    enabled: bool
    disabled_why: str | None
    disabled_at: Moment | None
    old_secret_until: Moment | None  # while two secrets sign
    created_at: Moment
    health: WebhookHealth
    secret: str | None = None  # whole only in the answer that makes it


class AttemptShort(Response):
    at: Moment
    took_ms: int
    status: int | None  # null when no answer came
    error: str | None


class AttemptOut(AttemptShort):
    answer: str | None  # its first 1,024 bytes, as text


class ItemDelivery(Response):
    """What went to one receiver about an item, without what it answered."""

    delivery_id: Id
    webhook: str
    event_id: Id
    type: str
    subject: str
    state: DeliveryState
    attempts: list[AttemptShort]
    next_attempt_at: Moment | None
    created_at: Moment
    finished_at: Moment | None


class DeliveryOut(ItemDelivery):
    """What went to one receiver, with the beginning of each answer."""

    attempts: list[AttemptOut]  # type: ignore[assignment]  # a list is only read here


class ReplayIn(Request):
    """Everything made for this webhook in the span that has ended, delivered or dead, goes out once more."""

    webhook: Slug
    from_: Annotated[Moment, Field(alias="from", strict=False)]
    to: Annotated[Moment, Field(strict=False)] | None = None  # until now


class ReplayOut(Response):
    job_id: Id
