"""HTTP of looking at items: the list, one item whole, its timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal  # Any: rows

from fastapi import Query

from handrail.kit.clock import to_ms
from handrail.kit.errors import NotFound
from handrail.stages.intake import queries
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.wire.base import Moment, Page
from handrail.wire.items import ItemOut, ItemShort, RouteFull, Timeline, TimelineEntry

COUNT_MOST = 10_000
Words = Annotated[str | None, Query(max_length=2_000)]
Share = Annotated[float | None, Query(ge=0, le=1)]


def routes(house: House, parts: Callable[[Session, Mapping[str, Any]], dict[str, Any]]) -> Door:
    """GET /items, /items/{id}, /items/{id}/timeline. `parts` adds what the other rooms know of an item."""
    door = Door(house)
    _list(door)
    _one(door, parts)
    return door


def _list(door: Door) -> None:
    @door.get("/items", needs="items.read")
    def list_items(  # noqa: PLR0913  # one for each filter of the contract
        call: Call,
        status: Words = None,
        state: Words = None,
        domain: Words = None,
        task: Words = None,
        queue: Words = None,
        model: Words = None,
        verdict: Words = None,
        source: Words = None,
        category: Words = None,
        rule: Words = None,
        key: Words = None,
        group: Words = None,
        received_from: Moment | None = None,
        received_to: Moment | None = None,
        decided_from: Moment | None = None,
        decided_to: Moment | None = None,
        confidence_from: Share = None,
        confidence_to: Share = None,
        q: Words = None,
        sort: Literal["-received_at", "received_at"] = "-received_at",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        count: bool = False,
    ) -> Page[ItemShort]:
        """Items of the project, newest first. Lists take several words with commas: status=pending,released."""
        words = {
            "status": status, "state": state, "domain": domain, "task": task, "queue": queue, "model": model,
            "verdict": verdict, "source": source, "category": category, "rule": rule, "key": key, "group": group,
        }  # fmt: skip
        plain = {
            "received_from": received_from, "received_to": received_to, "decided_from": decided_from,
            "decided_to": decided_to, "confidence_from": confidence_from, "confidence_to": confidence_to, "q": q,
        }  # fmt: skip
        filters: dict[str, Any] = {name: value.split(",") for name, value in words.items() if value is not None}
        filters |= {name: value for name, value in plain.items() if value is not None}
        bound = filters | {"sort": sort}
        after = read_cursor(cursor, call.project_id, bound, (int, str))

        def look(session: Session) -> tuple[Sequence[Mapping[str, Any]], int | None]:
            found = queries.page(session, call.project_id, filters, sort=sort, after=after, limit=limit)
            return found, queries.count(session, call.project_id, filters, COUNT_MOST) if count else None

        found, total = call.read(look)
        more = len(found) > limit
        last = found[limit - 1] if more else None
        return Page(
            data=[_short(one) for one in found[:limit]],
            next_cursor=write_cursor((to_ms(last["received_at"]), last["id"]), call.project_id, bound)
            if last
            else None,
            count=None if total is None else min(total, COUNT_MOST),
            count_is=None if total is None else "at_least" if total > COUNT_MOST else "exact",
        )


def _one(door: Door, parts: Callable[[Session, Mapping[str, Any]], dict[str, Any]]) -> None:
    @door.get("/items/{id}", needs="items.read", of="item")
    def get_item(call: Call, id: str) -> ItemOut:
        """One item whole: the submitted fields and all that became of them."""

        def look(session: Session) -> ItemOut:
            item = queries.item(session, call.project_id, id)
            if item is None:
                raise NotFound()
            return _whole(item, queries.content(session, id) or {}, parts(session, item))

        return call.read(look)

    @door.get("/items/{id}/timeline", needs="items.read", of="item")
    def get_timeline(call: Call, id: str) -> Timeline:
        """Every transition of one item, oldest first."""

        def look(session: Session) -> Timeline:
            entries = queries.timeline(session, call.project_id, id)
            people = {one["actor"].removeprefix("person:") for one in entries if one["actor"].startswith("person:")}
            names = queries.names(session, people)
            return Timeline(data=[_entry(one, names) for one in entries])

        return call.read(look)


def _short(item: Mapping[str, Any]) -> ItemShort:
    return ItemShort(item_id=item["id"], **{name: item[name] for name in ItemShort.model_fields if name != "item_id"})


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
