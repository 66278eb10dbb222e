"""All SQL of delivering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast  # Any: rows

from sqlalchemy import ColumnElement, and_, or_, select

from handrail.kit.clock import from_ms
from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.tables import events, item_contents, items, outcomes, routes, stops


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


def parts(session: Session, item_ids: Sequence[str]) -> dict[str, Parts]:
    """Content, route and outcome of some items, by id."""
    query = (
        select(item_contents.c.item_id, item_contents.c.body, routes.c.route)
        .select_from(item_contents.outerjoin(routes, routes.c.item_id == item_contents.c.item_id))
        .where(item_contents.c.item_id.in_(item_ids))
    )
    given = {row["item_id"]: row for row in session.all(select(outcomes).where(outcomes.c.item_id.in_(item_ids)))}
    found = {row["item_id"]: Parts(row["body"], row["route"], given.get(row["item_id"])) for row in session.all(query)}
    return {id: found.get(id) or Parts({}, None, given.get(id)) for id in item_ids}


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
    session: Session, project_id: str, *, since: Any, until: Any, after: tuple[int, str] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Items in the order they were decided."""
    at, id = outcomes.c.decided_at, outcomes.c.item_id
    query = select(items).join(outcomes, id == items.c.id).where(outcomes.c.project_id == project_id)
    if since is not None:
        query = query.where(at >= since)
    if until is not None:
        query = query.where(at < until)
    if after is not None:
        last = from_ms(after[0])
        query = query.where(or_(at > last, and_(at == last, id > after[1])))
    return session.all(query.order_by(at, id).limit(limit + 1))


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
    query = visible(events, project_id).with_only_columns(events.c.number).where(events.c.id == event_id)
    return cast("int | None", session.scalar(query))


def last_event(session: Session, project_id: str) -> tuple[int, str | None]:
    """Number and id of the newest event of a project; 0 and None when there is none."""
    query = visible(events, project_id).where(events.c.number.is_not(None)).order_by(events.c.number.desc())
    found = session.first(query.limit(1))
    return (int(found["number"]), str(found["id"])) if found else (0, None)
