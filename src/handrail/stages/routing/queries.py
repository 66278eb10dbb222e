"""All SQL of routing. It owns `policies`, `stops` and `routes`, and the generation of a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: rows

from sqlalchemy import or_, select

from handrail.storage import Session
from handrail.storage.locks import EVERYWHERE, hold_alone, hold_shared
from handrail.storage.scope import visible
from handrail.storage.tables import policies, projects, stops

_ACTIVE = "SELECT policy_version FROM projects WHERE id = :project_id"
_LAST_SEQUENCE = """
SELECT COALESCE(MAX(sequence), 0) FROM events WHERE subject = :subject AND project_id = :project_id
"""
_INSERT_ROUTE = "INSERT INTO routes (item_id, route) VALUES (:item_id, :route)"


def insert_routes(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores what the policy said of new items."""
    session.run_many(_INSERT_ROUTE, rows)


def project_ids(session: Session) -> list[str]:
    """All projects."""
    return [row["id"] for row in session.all(select(projects.c.id))]


def project(session: Session, project_id: str) -> Mapping[str, Any]:
    """A project's row."""
    found = session.first(select(projects).where(projects.c.id == project_id))
    assert found is not None
    return found


def active_version(session: Session, project_id: str) -> int:
    """The version of the policy in force."""
    return int(session.run(_ACTIVE, {"project_id": project_id})[0][0])


def lock_project(session: Session, project_id: str) -> Mapping[str, Any]:
    """The project's row, held so that no item is admitted under the old generation while this transaction runs."""
    hold_alone(session, project_id)
    return project(session, project_id)


def lock_all(session: Session) -> list[str]:
    """All projects, each held as `lock_project` holds one; none is made until this transaction ends."""
    hold_alone(session, EVERYWHERE)
    found = sorted(project_ids(session))
    for project_id in found:
        hold_alone(session, project_id)
    return found


def stop_that_binds(session: Session, project_id: str) -> Mapping[str, Any] | None:
    """The stop in force; until this transaction ends nobody can set or lift one. Asked before any row is locked."""
    hold_shared(session, project_id)
    return stop_in_force(session, project_id)


def name_of(session: Session, person_id: str) -> str | None:
    """A person's name."""
    found = session.run("SELECT name FROM people WHERE id = :id", {"id": person_id})
    return str(found[0][0]) if found else None


def bump(session: Session, project_id: str, *, policy_version: int | None = None) -> None:
    """Ends the generation: everyone who routes under a cached policy must look again."""
    version = ", policy_version = :version" if policy_version is not None else ""
    values: dict[str, Any] = {"id": project_id}
    session.change(
        f"UPDATE projects SET generation = generation + 1, revision = revision + 1{version} WHERE id = :id",  # noqa: S608  # constants
        values if policy_version is None else values | {"version": policy_version},
    )


def policy(session: Session, project_id: str, version: int) -> Mapping[str, Any] | None:
    """One version of a policy."""
    return session.first(visible(policies, project_id).where(policies.c.version == version))


def policy_list(session: Session, project_id: str) -> Sequence[Mapping[str, Any]]:
    """The newest versions, newest first."""
    return session.all(visible(policies, project_id).order_by(policies.c.version.desc()).limit(200))


def insert_policy(session: Session, row: Mapping[str, Any]) -> None:
    """Stores a version."""
    session.execute(policies.insert(), dict(row))


def set_state(session: Session, project_id: str, version: int, **values: Any) -> None:
    """Changes whether a version is in force; its text never changes."""
    session.execute(
        policies.update().where(policies.c.project_id == project_id, policies.c.version == version).values(**values)
    )


def stop_in_force(session: Session, project_id: str) -> Mapping[str, Any] | None:
    """The stop that binds a project: the strictest, then the oldest."""
    query = select(stops).where(
        stops.c.lifted_at.is_(None), or_(stops.c.project_id == project_id, stops.c.project_id.is_(None))
    )
    return session.first(query.order_by(stops.c.freeze.desc(), stops.c.set_at).limit(1))


def insert_stop(session: Session, row: Mapping[str, Any]) -> None:
    """Stores a stop."""
    session.execute(stops.insert(), dict(row))


def lift_stops(session: Session, project_id: str | None, by: str | None) -> Sequence[Mapping[str, Any]]:
    """Lifts this project's own stops, or for None those of every project; which there were, oldest first."""
    whose = stops.c.project_id.is_(None) if project_id is None else stops.c.project_id == project_id
    in_force = session.all(select(stops).where(whose, stops.c.lifted_at.is_(None)).order_by(stops.c.set_at))
    session.execute(
        stops.update()
        .where(stops.c.id.in_([one["id"] for one in in_force]))
        .values(lifted_at=session.now, lifted_by=by)
    )
    return in_force


def last_sequence(session: Session, project_id: str, subject: str) -> int:
    """How many events there were about a subject that is no item."""
    found = session.run(_LAST_SEQUENCE, {"project_id": project_id, "subject": subject})
    return int(found[0][0])
