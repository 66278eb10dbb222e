"""All SQL about projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: settings are JSON

from sqlalchemy import insert, select, update

from handrail.kit.clock import to_ms
from handrail.kit.jsons import dumps
from handrail.storage import Session
from handrail.storage.locks import EVERYWHERE, hold_shared
from handrail.storage.tables import policies, projects


@dataclass(frozen=True, slots=True)
class Project:
    """A project, without the seed of its draws."""

    id: str
    slug: str
    name: str
    zone: str
    settings: Mapping[str, Any]
    policy_version: int
    is_demo: bool
    revision: int
    created_at: datetime


_COLUMNS = (
    projects.c.id,
    projects.c.slug,
    projects.c.name,
    projects.c.zone,
    projects.c.settings,
    projects.c.policy_version,
    projects.c.is_demo,
    projects.c.revision,
    projects.c.created_at,
)
_ADD = """
INSERT INTO projects (id, slug, name, zone, settings, seed, policy_version, generation, is_demo, revision, created_at)
VALUES (:id, :slug, :name, :zone, :settings, :seed, :policy_version, 1, :is_demo, :revision, :now)
ON CONFLICT (slug) DO NOTHING
"""


def add_project(session: Session, project: Project, seed: str) -> bool:
    """Whether the project was added; False if its slug is taken. It waits for a stop of every project to be set."""
    hold_shared(session, EVERYWHERE)
    return (
        session.change(
            _ADD,
            {
                "id": project.id,
                "slug": project.slug,
                "name": project.name,
                "zone": project.zone,
                "settings": dumps(dict(project.settings)),
                "seed": seed,
                "policy_version": project.policy_version,
                "is_demo": project.is_demo,
                "revision": project.revision,
                "now": to_ms(project.created_at),
            },
        )
        == 1
    )


def add_first_policy(session: Session, project_id: str, yaml: str, author_id: str | None) -> None:
    """Stores version 1 of a new project's policy, active."""
    session.execute(
        insert(policies).values(
            project_id=project_id,
            version=1,
            yaml=yaml,
            note="The empty policy of a new project: every item goes to a person.",
            state="active",
            author_id=author_id,
            created_at=session.now,
            activated_at=session.now,
        )
    )


def project_by_slug(session: Session, slug: str) -> str | None:
    """The id of the project with this slug."""
    found: str | None = session.scalar(select(projects.c.id).where(projects.c.slug == slug))
    return found


def project_by_id(session: Session, project_id: str) -> Project | None:
    """One project."""
    row = session.first(select(*_COLUMNS).where(projects.c.id == project_id))
    return Project(**row) if row else None


def projects_after(session: Session, ids: Sequence[str], after: str | None, limit: int) -> list[Project]:
    """Those of `ids` by slug, after the slug `after`."""
    found = select(*_COLUMNS).where(projects.c.id.in_(ids)).order_by(projects.c.slug).limit(limit)
    rows = session.all(found if after is None else found.where(projects.c.slug > after))
    return [Project(**row) for row in rows]


def change_project(session: Session, project_id: str, revision: int, values: Mapping[str, Any]) -> bool:
    """Whether the project was changed; False if it is not at `revision` any more."""
    here = (projects.c.id == project_id) & (projects.c.revision == revision)
    return session.execute(update(projects).where(here).values(**values, revision=revision + 1)).rowcount == 1
