"""All SQL of looking at the audit log. It writes nothing: `audit` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: rows

from sqlalchemy import and_, or_, select

from handrail.kit.clock import from_ms
from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.tables import audit_entries, people, projects


def page(
    session: Session, project_id: str, filters: Mapping[str, Any], after: tuple[Any, ...] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Entries of a project, newest first, and one more than asked for where there are more."""
    table = audit_entries.c
    query = visible(audit_entries, project_id)
    for name, value in filters.items():
        match name:
            case "kind":
                query = query.where(table.kind.in_(value))
            case "actor_id":
                query = query.where(table.actor.in_([value, f"person:{value}", f"key:{value}"]))
            case "item_id":
                query = query.where(table.subject == value)
            case "from":
                query = query.where(table.at >= value)
            case _:
                query = query.where(table.at < value)
    if after is not None:
        at, id = from_ms(after[0]), after[1]
        query = query.where(or_(table.at < at, and_(table.at == at, table.id < id)))
    return session.all(query.order_by(table.at.desc(), table.id.desc()).limit(limit + 1))


def names(session: Session, person_ids: set[str]) -> dict[str, str]:
    """The names of people, by id."""
    if not person_ids:
        return {}
    found = session.all(select(people.c.id, people.c.name).where(people.c.id.in_(person_ids)))
    return {row["id"]: row["name"] for row in found}


def project_ids(session: Session) -> set[str]:
    """All projects of the installation."""
    return {row["id"] for row in session.all(select(projects.c.id))}
