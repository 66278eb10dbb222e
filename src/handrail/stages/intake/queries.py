"""All SQL of intake. It owns `items` at their birth and `item_contents`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast  # Any: rows

from sqlalchemy import select

from handrail.storage import Session
from handrail.storage.locks import read_while_shared
from handrail.storage.scope import visible
from handrail.storage.tables import audit_entries, item_contents, items, people

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
