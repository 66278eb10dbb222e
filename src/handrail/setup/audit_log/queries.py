"""All SQL of looking at the audit log. It writes nothing: `audit` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import merge
from itertools import islice
from typing import Any  # Any: rows

from sqlalchemy import Select, TextClause, or_, select

from handrail.audit import SYSTEM
from handrail.kit.clock import from_ms
from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.tables import audit_entries, people, projects
from handrail.storage.tables.running import NOT_BY_SYSTEM, NOT_RECEIVED, RECEIVED


def page(
    session: Session, project_id: str, filters: Mapping[str, Any], after: tuple[Any, ...] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Entries of a project, newest first, and one more than asked for where there are more.

    Each kind and each actor is asked for by itself, because an index gives them in order of time only one by one.
    """
    found = [session.all(one.limit(limit + 1)) for one in asked(project_id, filters, after)]
    if len(found) == 1:
        return found[0]
    return list(islice(merge(*found, key=lambda row: (row["at"], row["id"]), reverse=True), limit + 1))


def asked(project_id: str, filters: Mapping[str, Any], after: tuple[Any, ...] | None) -> list[Select[Any]]:
    """What the store is asked for a page, each in order of time; their rows are to be merged."""
    kinds = dict.fromkeys(filters.get("kind") or [None])
    return [_one(project_id, filters, one, actor, after) for one in kinds for actor in _actors(filters.get("actor_id"))]


def _actors(wanted: str | None) -> Sequence[str | None]:
    """Who is meant: an id alone may be that of a person or of a key."""
    if wanted is None or wanted == SYSTEM or wanted.startswith(("person:", "key:")):
        return [wanted]
    return [f"person:{wanted}", f"key:{wanted}"]


def _one(
    project_id: str, filters: Mapping[str, Any], kind: str | None, actor: str | None, after: tuple[Any, ...] | None
) -> Select[Any]:
    table = audit_entries.c
    query = visible(audit_entries, project_id)
    if kind is not None:
        query = query.where(table.kind == kind)
    if actor is not None:
        query = query.where(table.actor == actor)
    query = query.where(*_leading(filters, kind, actor))
    if "item_id" in filters:
        query = query.where(table.subject == filters["item_id"])
    if "from" in filters:
        query = query.where(table.at >= filters["from"])
    if "to" in filters:
        query = query.where(table.at < filters["to"])
    if after is not None:
        at, id = from_ms(after[0]), after[1]
        # `at <=` by itself lets the index begin there; inside an OR it would walk from the newest entry.
        query = query.where(table.at <= at, or_(table.at < at, table.id < id))
    return query.order_by(table.at.desc(), table.id.desc())


def _leading(filters: Mapping[str, Any], kind: str | None, actor: str | None) -> list[TextClause]:
    """What makes the store take the index that leads to the fewest rows.

    A partial index is taken only where the words of its own condition stand in the question too, so that leaving them
    out keeps it away: SQLite chooses without knowing how many rows an index leads to. The index of the actors holds
    the kind as well, and is never slower than a walk through all entries of a kind.
    """
    if "item_id" in filters:
        return []
    if actor is not None and actor != SYSTEM:
        return [NOT_BY_SYSTEM]
    return [NOT_RECEIVED] if kind is not None and kind != RECEIVED else []


def names(session: Session, person_ids: set[str]) -> dict[str, str]:
    """The names of people, by id."""
    if not person_ids:
        return {}
    found = session.all(select(people.c.id, people.c.name).where(people.c.id.in_(person_ids)))
    return {row["id"]: row["name"] for row in found}


def project_ids(session: Session) -> set[str]:
    """All projects of the installation."""
    return {row["id"] for row in session.all(select(projects.c.id))}
