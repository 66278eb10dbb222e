"""Lists of outcomes and of events, as applications read them to catch up."""

from __future__ import annotations

from typing import Any  # Any: what an event tells differs by its type

from handrail.wire.base import Id, Moment, Response
from handrail.wire.items import ResultOut


class OutcomesOut(Response):
    """Results in the order decided; `next_cursor` is null at the end of what is known so far."""

    data: list[ResultOut]
    next_cursor: str | None


class EventOut(Response):
    """One event in the envelope of CloudEvents. The same event may come again under the same id."""

    specversion: str
    id: Id
    source: str
    type: str
    subject: str
    time: Moment
    datacontenttype: str
    data: dict[str, Any]


class EventsOut(Response):
    """Events in commit order; `next_cursor` is what to send as `after` next, null at the end."""

    data: list[EventOut]
    next_cursor: str | None
