"""Saved views, one row for each person in each project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: views are JSON

from sqlalchemy import select

from handrail.kit.clock import to_ms
from handrail.kit.jsons import dumps
from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.tables import memberships, people, projects, saved_views

_PUT = """
INSERT INTO saved_views (project_id, person_id, views, changed_at) VALUES (:project_id, :person_id, :views, :at)
ON CONFLICT (project_id, person_id) DO UPDATE SET views = excluded.views, changed_at = excluded.changed_at
"""


def own_views(session: Session, project_id: str, person_id: str) -> list[dict[str, Any]]:
    """The views of one person."""
    found = session.first(visible(saved_views, project_id).where(saved_views.c.person_id == person_id))
    return [] if found is None else list(found["views"])


def shared_views(session: Session, project_id: str, but: str) -> Sequence[tuple[str, dict[str, Any]]]:
    """Owner's name and view of all that others who still belong to the project share."""
    query = (
        select(people.c.name, saved_views.c.views)
        .join(people, people.c.id == saved_views.c.person_id)
        .join(
            memberships,
            (memberships.c.project_id == saved_views.c.project_id)
            & (memberships.c.person_id == saved_views.c.person_id),
        )
        .where(saved_views.c.project_id == project_id, saved_views.c.person_id != but)
        .order_by(people.c.name, people.c.id)
    )
    return [(row["name"], one) for row in session.all(query) for one in row["views"] if one["shared"]]


def put_views(session: Session, project_id: str, person_id: str, views: Sequence[Mapping[str, Any]]) -> None:
    """Stores a person's views in place of those they had."""
    told = dumps([dict(one) for one in views])
    session.run(_PUT, {"project_id": project_id, "person_id": person_id, "views": told, "at": to_ms(session.now)})


def zone_of(session: Session, project_id: str) -> str:
    """The time zone of a project."""
    return str(session.scalar(select(projects.c.zone).where(projects.c.id == project_id)))
