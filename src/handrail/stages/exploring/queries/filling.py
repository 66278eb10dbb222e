"""Following what happens to items, and walking through all items of a project, to keep words and facets up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: rows

from sqlalchemy import Text, func, select, type_coerce

from handrail.kit.clock import to_ms
from handrail.kit.jsons import dumps, loads
from handrail.storage import Session
from handrail.storage.tables import audit_samples, item_contents, item_texts, items, outcomes, projects, reviews

_LOCK = 7_201_894_116
_MARK = "SELECT value FROM explorer_marks WHERE name = :name"
_MARKS = "SELECT name, value FROM explorer_marks"
_SET = """
INSERT INTO explorer_marks (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
_LAST_EVENT = "SELECT COALESCE(MAX(number), 0) FROM events"
_EVENTS = "SELECT number, type, subject FROM events WHERE number > :after ORDER BY number LIMIT :limit"
_FACET = """
INSERT INTO item_facets (project_id, name, value, received_at, item_id)
VALUES (:project_id, :name, :value, :received_at, :item_id) ON CONFLICT DO NOTHING
"""
_NO_FACETS = "DELETE FROM item_facets WHERE item_id = :item_id"
_ITEMS_AFTER = "SELECT id FROM items WHERE project_id = :project_id AND id > :after ORDER BY id LIMIT :limit"
_FIRST_ITEMS = "SELECT id FROM items WHERE project_id = :project_id ORDER BY id LIMIT :limit"


def alone(session: Session) -> bool:
    """Whether no other process is at it, until this transaction ends."""
    return session.dialect == "sqlite" or bool(session.run(f"SELECT pg_try_advisory_xact_lock({_LOCK})")[0][0])


def marks(session: Session) -> dict[str, str]:
    """How far everything is."""
    return {str(name): str(value) for name, value in session.run(_MARKS)}


def is_at(session: Session, name: str, value: str | None) -> bool:
    """Whether a mark is still where it was read."""
    found = session.run(_MARK, {"name": name})
    return (str(found[0][0]) if found else None) == value


def set_mark(session: Session, name: str, value: str) -> None:
    """Moves a mark."""
    session.run(_SET, {"name": name, "value": value})


def last_event(session: Session) -> int:
    """The number of the newest event."""
    return int(session.run(_LAST_EVENT)[0][0])


def events_after(session: Session, after: int, limit: int) -> list[tuple[int, str, str]]:
    """Number, type and subject of the next events."""
    return [
        (int(number), kind, subject) for number, kind, subject in session.run(_EVENTS, {"after": after, "limit": limit})
    ]


def policy_versions(session: Session) -> dict[str, int]:
    """The version in force in each project."""
    return {row["id"]: row["policy_version"] for row in session.all(select(projects.c.id, projects.c.policy_version))}


def items_after(session: Session, project_id: str, after: str, limit: int) -> list[str]:
    """The next items of a project, by their ids."""
    if not after:
        return [row[0] for row in session.run(_FIRST_ITEMS, {"project_id": project_id, "limit": limit})]
    return [row[0] for row in session.run(_ITEMS_AFTER, {"project_id": project_id, "after": after, "limit": limit})]


def sizes(session: Session, item_ids: Sequence[str]) -> dict[str, int]:
    """How long the bodies of these items are, in characters."""
    length = func.length(type_coerce(item_contents.c.body, Text)).label("size")
    query = select(item_contents.c.item_id, length).where(item_contents.c.item_id.in_(item_ids))
    return {row["item_id"]: int(row["size"]) for row in session.all(query)}


def material(session: Session, item_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """What words and facets of these items are made of; `has_words`: they were stored before."""
    joined = (
        items.outerjoin(item_contents, item_contents.c.item_id == items.c.id)
        .outerjoin(outcomes, outcomes.c.item_id == items.c.id)
        .outerjoin(audit_samples, audit_samples.c.item_id == items.c.id)
        .outerjoin(item_texts, item_texts.c.item_id == items.c.id)
    )
    query = select(
        items.c.id,
        items.c.project_id,
        items.c.received_at,
        items.c.erased_at,
        item_contents.c.body,
        outcomes.c.source,
        outcomes.c.output,
        outcomes.c.categories,
        audit_samples.c.item_id.label("sample"),
        audit_samples.c.is_error.label("audit_error"),
        item_texts.c.doc.is_not(None).label("has_words"),
    ).select_from(joined)
    return session.all(query.where(items.c.id.in_(item_ids)).order_by(items.c.id))


def final_reviews(session: Session, item_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """What people's final reviews of decided items say."""
    query = select(reviews.c.item_id, reviews.c.categories, reviews.c.is_error).join(
        outcomes, outcomes.c.item_id == reviews.c.item_id
    )
    return session.all(query.where(reviews.c.item_id.in_(item_ids), reviews.c.state == "final").order_by(reviews.c.id))


def not_erased(session: Session, item_ids: Sequence[str]) -> frozenset[str]:
    """Those of these items whose content is still there."""
    query = select(items.c.id).where(items.c.id.in_(item_ids), items.c.erased_at.is_(None))
    return frozenset(row["id"] for row in session.all(query))


def store_facets(session: Session, item: Mapping[str, Any], facets: Sequence[tuple[str, str]]) -> None:
    """Stores the facets of an item in place of those it had."""
    session.run(_NO_FACETS, {"item_id": item["id"]})
    rows = [
        {
            "project_id": item["project_id"],
            "name": name,
            "value": value,
            "received_at": to_ms(item["received_at"]),
            "item_id": item["id"],
        }
        for name, value in facets
    ]
    if rows:
        session.run_many(_FACET, rows)


def read_walk(text: str | None) -> dict[str, Any]:
    """The state of a walk; an empty one where none was begun."""
    return {"version": 0, "keys": None, "after": "", "done": False} if text is None else dict(loads(text))


def write_walk(walk: Mapping[str, Any]) -> str:
    """The state of a walk as a mark keeps it."""
    return dumps(dict(walk))
