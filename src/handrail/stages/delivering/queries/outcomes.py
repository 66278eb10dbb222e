"""All SQL of delivering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast  # Any: rows

from sqlalchemy import ColumnElement, or_, select

from handrail.kit.ids import is_id
from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.tables import events, item_contents, items, outcome_order, outcomes, recalls, routes, stops


def item(
    session: Session, project_id: str, *, item_id: str | None = None, key: str | None = None
) -> Mapping[str, Any] | None:
    """One item of a project, by its id or by the caller's key."""
    query = visible(items, project_id)
    return session.first(query.where(items.c.id == item_id) if item_id else query.where(items.c.key == key))


@dataclass(frozen=True, slots=True)
class Parts:
    """What a Result is made of beside the item's own row."""

    body: Mapping[str, Any]
    route: Mapping[str, Any] | None
    outcome: Mapping[str, Any] | None
    recall: Mapping[str, Any] | None = None


def parts(session: Session, item_ids: Sequence[str]) -> dict[str, Parts]:
    """Content, route, outcome and recall of some items, by id."""
    query = (
        select(item_contents.c.item_id, item_contents.c.body, routes.c.route)
        .select_from(item_contents.outerjoin(routes, routes.c.item_id == item_contents.c.item_id))
        .where(item_contents.c.item_id.in_(item_ids))
    )
    given = {row["item_id"]: row for row in session.all(select(outcomes).where(outcomes.c.item_id.in_(item_ids)))}
    back = _newest_recalls(session, list(given))
    found = {row["item_id"]: row for row in session.all(query)}
    return {
        id: Parts(found[id]["body"], found[id]["route"], given.get(id), back.get(id))
        if id in found
        else Parts({}, None, given.get(id), back.get(id))
        for id in item_ids
    }


def _newest_recalls(session: Session, item_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The recall that stands of each of these items that has one."""
    if not item_ids:
        return {}
    query = select(recalls).where(recalls.c.item_id.in_(item_ids)).order_by(recalls.c.number)
    return {row["item_id"]: row for row in session.all(query)}


_AWAIT = """
UPDATE items SET awaited_until = :until
WHERE id = :id AND status = 'pending' AND (awaited_until IS NULL OR awaited_until < :until)
"""


def note_awaited(session: Session, item_id: str, until: int) -> None:
    """Notes that a caller waits for this item until then (ms), unless one waits for longer."""
    session.run(_AWAIT, {"id": item_id, "until": until})


def items_by_id(session: Session, project_id: str, item_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Some items of a project, in no order."""
    return session.all(visible(items, project_id).where(items.c.id.in_(item_ids)))


def is_decided(session: Session, item_id: str) -> bool:
    """Whether an item has its outcome."""
    found = session.run("SELECT status FROM items WHERE id = :id", {"id": item_id})
    return bool(found) and found[0][0] != "pending"


def decided_among(session: Session, item_ids: Sequence[str]) -> list[str]:
    """Those of these items that have their outcome."""
    query = select(items.c.id).where(items.c.id.in_(item_ids), items.c.status != "pending")
    return [row["id"] for row in session.all(query)]


def slug_of(session: Session, project_id: str) -> str:
    """The name of a project in addresses."""
    return str(session.run("SELECT slug FROM projects WHERE id = :id", {"id": project_id})[0][0])


def stop_in_force(session: Session, project_id: str) -> bool:
    """Whether a stop binds a project."""
    query = select(stops.c.id).where(
        stops.c.lifted_at.is_(None), or_(stops.c.project_id == project_id, stops.c.project_id.is_(None))
    )
    return session.first(query.limit(1)) is not None


def decided_page(
    session: Session, project_id: str, *, since: Any, until: Any, after: int, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Items in the order in which their outcomes were committed, with that `number`.

    Moments cannot order them: on PostgreSQL a transaction may commit after one that began, and looked at the clock,
    later. Numbers are given behind the commit, so that nothing ever appears before a place already passed.
    """
    at, number = outcome_order.c.decided_at, outcome_order.c.number
    query = (
        select(items, number)
        .join(outcome_order, outcome_order.c.item_id == items.c.id)
        .where(outcome_order.c.project_id == project_id, number > after)
    )
    if since is not None:
        query = query.where(at >= since)
    if until is not None:
        query = query.where(at < until)
    return session.all(query.order_by(number).limit(limit + 1))


def events_after(
    session: Session, project_id: str, number: int, types: Sequence[str] | None, limit: int, subject: str | None = None
) -> Sequence[Mapping[str, Any]]:
    """Numbered events in commit order. `types` may hold globs."""
    query = visible(events, project_id).where(events.c.number > number)
    if types and "*" not in types:
        query = query.where(or_(*map(_is_of, types)))
    if subject is not None:
        query = query.where(events.c.subject == subject)
    return session.all(query.order_by(events.c.number).limit(limit))


def _is_of(word: str) -> ColumnElement[bool]:
    if word.endswith(".*"):
        return events.c.type.startswith(word[:-1], autoescape=True)
    return events.c.type == word


def event_number(session: Session, project_id: str, event_id: str) -> int | None:
    """The place of an event in commit order; None for one that is not there or has none yet."""
    if not is_id(event_id):
        return None
    query = visible(events, project_id).with_only_columns(events.c.number).where(events.c.id == event_id)
    return cast("int | None", session.scalar(query))


def last_event(session: Session, project_id: str) -> tuple[int, str | None]:
    """Number and id of the newest event of a project; 0 and None when there is none."""
    query = visible(events, project_id).where(events.c.number.is_not(None)).order_by(events.c.number.desc())
    found = session.first(query.limit(1))
    return (int(found["number"]), str(found["id"])) if found else (0, None)
