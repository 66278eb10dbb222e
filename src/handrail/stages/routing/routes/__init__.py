"""HTTP of routing: policies by version, comparing and trying them, and the stop switch."""

from __future__ import annotations

from handrail.stages.routing.routes.changing import changing
from handrail.stages.routing.routes.reading import reading
from handrail.stages.routing.routes.shown import etag, policy_out
from handrail.stages.routing.routes.stop import stop_routes
from handrail.stages.routing.routes.trying import Rehearse, trying
from handrail.stages.routing.service import PolicyBook
from handrail.web.door import Door
from handrail.web.house import House

__all__ = ["etag", "policy_out", "routes"]


def routes(house: House, book: PolicyBook, rehearse: Rehearse) -> Door:
    """Policies and the stop."""
    door = Door(house)
    reading(door, book)
    trying(door, book, rehearse)
    changing(door, book)
    stop_routes(door)
    return door
