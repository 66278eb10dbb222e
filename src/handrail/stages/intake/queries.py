"""All SQL of intake. It owns `items` at their birth and `item_contents`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import ge, lt
from typing import Any, cast  # Any: rows

from sqlalchemy import Text, and_, func, or_, select, type_coerce

from handrail.kit.clock import from_ms
from handrail.storage import Session
from handrail.storage.locks import read_while_shared
from handrail.storage.scope import visible
from handrail.storage.tables import audit_entries, item_contents, items, people, reviews

_INSERT_ITEM = """
INSERT INTO items (id, project_id, key, body_hash, status, state, domain, task, model, prompt_version, language,
    confidence, group_name, reference, snippet, action, rule, queue, policy_version, source, late, last_sequence,
    received_at, due_at, decided_at)
VALUES (:id, :project_id, :key, :body_hash, :status, :state, :domain, :task, :model, :prompt_version, :language,
    :confidence, :group_name, :reference, :snippet, :action, :rule, :queue, :policy_version, :source, FALSE,
    :last_sequence, :received_at, :due_at, :decided_at)
"""
_INSERT_CONTENT = "INSERT INTO item_contents (item_id, body) VALUES (:item_id, :body)"
_BY_KEY = "SELECT id, body_hash FROM items WHERE project_id = :project_id AND key = :key"
_GENERATION = "SELECT generation FROM projects WHERE id = :project_id"


def insert_items(session: Session, rows: Sequence[Mapping[str, Any]], contents: Sequence[Mapping[str, Any]]) -> None:
    """Stores new items with what was submitted."""
    session.run_many(_INSERT_ITEM, rows)
    session.run_many(_INSERT_CONTENT, contents)


def by_key(session: Session, project_id: str, key: str) -> tuple[str, str] | None:
    """The id and the body's hash of the item that has this key."""
    found = session.run(_BY_KEY, {"project_id": project_id, "key": key})
    return (found[0][0], found[0][1]) if found else None


def generation(session: Session, project_id: str) -> int:
    """The project's generation; on PostgreSQL nobody can activate a policy or a stop until this transaction ends."""
    found = read_while_shared(session, project_id, _GENERATION, {"project_id": project_id})
    return int(found[0][0])


def content(session: Session, item_id: str) -> dict[str, Any] | None:
    """What was submitted, as it is kept; None after erasure."""
    return cast(
        "dict[str, Any] | None", session.scalar(select(item_contents.c.body).where(item_contents.c.item_id == item_id))
    )


def item(session: Session, project_id: str, item_id: str) -> Mapping[str, Any] | None:
    """One item of a project."""
    return session.first(visible(items, project_id).where(items.c.id == item_id))


SORTS = {
    "-received_at": (items.c.received_at.desc(), items.c.id.desc()),
    "received_at": (items.c.received_at, items.c.id),
}
RANGES: Mapping[str, tuple[Any, Callable[[Any, Any], Any]]] = {  # Any: columns of several types
    "received_from": (items.c.received_at, ge),
    "received_to": (items.c.received_at, lt),
    "decided_from": (items.c.decided_at, ge),
    "decided_to": (items.c.decided_at, lt),
    "confidence_from": (items.c.confidence, ge),
    "confidence_to": (items.c.confidence, lt),
}
EXACT = ("status", "state", "domain", "task", "queue", "model", "verdict", "source", "rule", "key")


def page(
    session: Session,
    project_id: str,
    filters: Mapping[str, Any],
    *,
    sort: str,
    after: tuple[int, str] | None,
    limit: int,
) -> Sequence[Mapping[str, Any]]:
    """One page more one row, in the order of `sort`, after the row that `after` names."""
    query = _filtered(project_id, filters)
    if after is not None:
        at, id = from_ms(after[0]), after[1]
        time = items.c.received_at
        down = sort.startswith("-")
        query = query.where(
            or_(time < at, and_(time == at, items.c.id < id))
            if down
            else or_(time > at, and_(time == at, items.c.id > id))
        )
    return session.all(query.order_by(*SORTS[sort]).limit(limit + 1))


def count(session: Session, project_id: str, filters: Mapping[str, Any], most: int) -> int:
    """How many match, counted up to `most` + 1."""
    inner = _filtered(project_id, filters).with_only_columns(items.c.id).limit(most + 1).subquery()
    return int(session.scalar(select(func.count()).select_from(inner)))


def _filtered(project_id: str, filters: Mapping[str, Any]) -> Any:
    query = visible(items, project_id)
    for name in EXACT:
        if name in filters:
            query = query.where(items.c[name].in_(filters[name]))
    if "group" in filters:
        query = query.where(items.c.group_name.in_(filters["group"]))
    for name, (column, holds) in RANGES.items():
        if name in filters:
            query = query.where(holds(column, filters[name]))
    names = filters.get("category")
    if names:
        named = select(reviews.c.item_id).where(
            reviews.c.project_id == project_id,
            reviews.c.state == "final",
            or_(*(type_coerce(reviews.c.categories, Text).contains(f'"{name}"', autoescape=True) for name in names)),
        )
        query = query.where(items.c.id.in_(named))
    if "q" in filters:
        for word in filters["q"].split()[:8]:
            query = query.where(items.c.snippet.ilike(f"%{_escaped(word)}%", escape="\\"))
    return query


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def timeline(session: Session, project_id: str, item_id: str) -> Sequence[Mapping[str, Any]]:
    """Every audit entry about one item, oldest first."""
    query = visible(audit_entries, project_id).where(audit_entries.c.subject == item_id)
    return session.all(query.order_by(audit_entries.c.at, audit_entries.c.id))


def names(session: Session, person_ids: set[str]) -> dict[str, str]:
    """The names of people, by id."""
    if not person_ids:
        return {}
    return {
        row["id"]: row["name"]
        for row in session.all(select(people.c.id, people.c.name).where(people.c.id.in_(person_ids)))
    }
