"""HTTP of looking at one item: the item whole, its timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any  # Any: rows

from handrail.kit.errors import NotFound
from handrail.stages.intake import queries
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.wire.items import ItemOut, RouteFull, Timeline, TimelineEntry


def routes(house: House, parts: Callable[[Session, Mapping[str, Any]], dict[str, Any]]) -> Door:
    """GET /items/{id}, /items/{id}/timeline. `parts` adds what the other rooms know of an item."""
    door = Door(house)
    _one(door, parts)
    return door


def item_out(
    session: Session, project_id: str, id: str, parts: Callable[[Session, Mapping[str, Any]], dict[str, Any]]
) -> ItemOut:
    """One item whole. Raises NotFound."""
    item = queries.item(session, project_id, id)
    if item is None:
        raise NotFound()
    return _whole(item, queries.content(session, id) or {}, parts(session, item))


def _one(door: Door, parts: Callable[[Session, Mapping[str, Any]], dict[str, Any]]) -> None:
    @door.get("/items/{id}", needs="items.read", of="item")
    def get_item(call: Call, id: str) -> ItemOut:
        """One item whole: the submitted fields and all that became of them."""
        return call.read(lambda session: item_out(session, call.project_id, id, parts))

    @door.get("/items/{id}/timeline", needs="items.read", of="item")
    def get_timeline(call: Call, id: str) -> Timeline:
        """Every transition of one item, oldest first."""

        def look(session: Session) -> Timeline:
            entries = queries.timeline(session, call.project_id, id)
            people = {one["actor"].removeprefix("person:") for one in entries if one["actor"].startswith("person:")}
            names = queries.names(session, people)
            return Timeline(data=[_entry(one, names) for one in entries])

        return call.read(look)


def _whole(item: Mapping[str, Any], submitted: dict[str, Any], parts: dict[str, Any]) -> ItemOut:
    route = parts.pop("route")
    return ItemOut(
        item_id=item["id"],
        key=item["key"],
        status=item["status"],
        state=item["state"],
        received_at=item["received_at"],
        submitted=submitted,
        risk=None,
        route=RouteFull(**{**route, "audit": (route["audit"] or {}).get("probability")}) if route else None,
        queue=item["queue"],
        versions={"policy": item["policy_version"], "risk_model": None, "guideline": None, "rubric": None},
        erased_at=item["erased_at"],
        **parts,
    )


def _entry(entry: Mapping[str, Any], names: Mapping[str, str]) -> TimelineEntry:
    kind, _, id = entry["actor"].partition(":")
    details = dict(entry["details"] or {})
    return TimelineEntry(
        at=entry["at"],
        actor=names.get(id, "someone who left") if kind == "person" else "API key" if kind == "key" else None,
        event=entry["kind"],
        why=details.pop("why", None),
        details=details,
        audit_index=entry["log_index"],
    )
