"""Following what happens to items, and walking through all items of a project, to keep words and facets up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: rows

from sqlalchemy import select

from handrail.kit.jsons import dumps, loads
from handrail.stages.exploring.queries.words import listed
from handrail.storage import Session
from handrail.storage.tables import projects

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
_MATERIAL = """
SELECT items.id, items.project_id, items.received_at, items.erased_at, item_contents.body, outcomes.source,
    outcomes.output, outcomes.categories, audit_samples.item_id, audit_samples.is_error, item_texts.doc
FROM items LEFT JOIN item_contents ON item_contents.item_id = items.id LEFT JOIN outcomes ON outcomes.item_id = items.id
    LEFT JOIN audit_samples ON audit_samples.item_id = items.id LEFT JOIN item_texts ON item_texts.item_id = items.id
WHERE items.id IN ({ids}) ORDER BY items.id
"""
# what people say of an item is found by once it is decided
_REVIEWS = """
SELECT reviews.item_id, reviews.categories, reviews.is_error
FROM reviews JOIN outcomes ON outcomes.item_id = reviews.item_id
WHERE reviews.item_id IN ({ids}) AND reviews.state = 'final' ORDER BY reviews.id
"""
_CORRECTIONS = """
SELECT item_id, correction FROM recalls WHERE item_id IN ({ids}) AND correction IS NOT NULL ORDER BY item_id, number
"""
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
    """How long the bodies of these items are: characters on SQLite, bytes on PostgreSQL, whichever is read faster."""
    if not item_ids:
        return {}
    names, values = listed(item_ids)
    length = "LENGTH" if session.dialect == "sqlite" else "OCTET_LENGTH"
    sql = f"SELECT item_id, {length}(body) FROM item_contents WHERE item_id IN ({names})"  # noqa: S608  # names of ours
    return {id: int(size or 0) for id, size in session.run(sql, values)}


@dataclass(frozen=True, slots=True)
class Material:
    """What words and facets of one item are made of. `corrections`: what people put in the output's place."""

    id: str
    project_id: str
    received_ms: int
    body: Mapping[str, Any] | None
    is_edited: bool
    corrections: Sequence[Mapping[str, Any]]
    categories: Sequence[str]
    is_error: bool | None
    audited: str | None
    has_words: bool


def material(session: Session, item_ids: Sequence[str]) -> list[Material]:
    """The material of these items; without a body where it was erased."""
    if not item_ids:
        return []
    names, values = listed(item_ids)
    rows = session.run(_MATERIAL.format(ids=names), values)
    said: dict[str, list[tuple[list[str], bool]]] = {}
    for id, named, is_error in session.run(_REVIEWS.format(ids=names), values):
        said.setdefault(id, []).append((loads(named) if named else [], bool(is_error)))
    recalled: dict[str, list[Mapping[str, Any]]] = {}
    for id, correction in session.run(_CORRECTIONS.format(ids=names), values):
        recalled.setdefault(id, []).append(loads(correction))
    return [_material(row, said.get(row[0], []), recalled.get(row[0], [])) for row in rows]


def _material(
    row: tuple[Any, ...], said: Sequence[tuple[list[str], bool]], recalled: Sequence[Mapping[str, Any]]
) -> Material:
    id, project_id, received, erased, body, source, output, named, sample, audit_error, doc = row
    is_edited = source == "edited"
    is_gone = body is None or erased is not None
    return Material(
        id,
        project_id,
        int(received),
        None if is_gone else loads(body),
        is_edited,
        [*reversed(recalled), *([loads(output)] if is_edited and output else [])],
        [one for some in (loads(named) if named else [], *(mine for mine, _ in said)) for one in some],
        any(is_error for _, is_error in said) if said else None,
        None if sample is None else "waiting" if audit_error is None else "wrong" if audit_error else "right",
        doc is not None,
    )


def not_erased(session: Session, item_ids: Sequence[str]) -> frozenset[str]:
    """Those of these items whose content is still there."""
    names, values = listed(item_ids)
    sql = f"SELECT id FROM items WHERE id IN ({names}) AND erased_at IS NULL"  # noqa: S608  # names of ours
    return frozenset(row[0] for row in session.run(sql, values))


@dataclass(frozen=True, slots=True)
class Facets:
    """What one item is found by beside its words: names and values."""

    project_id: str
    item_id: str
    received_ms: int
    pairs: Sequence[tuple[str, str]]


def store_facets(session: Session, some: Sequence[Facets]) -> None:
    """Stores the facets of items in place of those they had."""
    forget_facets(session, [one.item_id for one in some])
    rows = [
        {
            "project_id": one.project_id,
            "name": name,
            "value": value,
            "received_at": one.received_ms,
            "item_id": one.item_id,
        }
        for one in some
        for name, value in one.pairs
    ]
    if rows:
        session.run_many(_FACET, rows)


def forget_facets(session: Session, item_ids: Sequence[str]) -> None:
    """Takes the facets of items away."""
    if item_ids:
        names, values = listed(item_ids)
        session.run(f"DELETE FROM item_facets WHERE item_id IN ({names})", values)  # noqa: S608  # names of ours


def read_walk(text: str | None) -> dict[str, Any]:
    """The state of a walk; an empty one where none was begun."""
    return {"version": 0, "keys": None, "after": "", "done": False} if text is None else dict(loads(text))


def write_walk(walk: Mapping[str, Any]) -> str:
    """The state of a walk as a mark keeps it."""
    return dumps(dict(walk))
