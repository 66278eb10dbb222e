"""All SQL about who holds what, and until when. Reviewing owns `assignments`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import bindparam, select

from handrail.kit.clock import to_ms
from handrail.storage import Session
from handrail.storage.prepared import Prepared
from handrail.storage.scope import visible
from handrail.storage.tables import assignments

_INSERT_ASSIGNMENT = """
INSERT INTO assignments (id, project_id, seat_id, item_id, person_id, kind, queue, fence, state, claimed_at,
    lease_until, unsent, unsent_at)
VALUES (:id, :project_id, :seat_id, :item_id, :person_id, :kind, :queue, :fence, 'held', :claimed_at, :lease_until,
    :unsent, :unsent_at)
"""
_RENEW_ASSIGNMENT = """
UPDATE assignments SET lease_until = :lease_until
WHERE id = :id AND person_id = :person_id AND fence = :fence AND state = 'held' AND lease_until >= :now
"""
_RENEW_SEAT = """
UPDATE seats SET lease_until = :lease_until
WHERE id = (SELECT seat_id FROM assignments WHERE id = :id) AND assignment_id = :id AND fence = :fence
  AND holder_id = :person_id AND status = 'held' AND lease_until >= :now
"""
_CLOSE_ASSIGNMENT = """
UPDATE assignments SET state = :state, ended_at = :now, ended_why = :why
WHERE id = :id AND fence = :fence AND state = 'held'
"""
_KEEP_UNSENT = "UPDATE assignments SET unsent = :unsent, unsent_at = :at WHERE id = :id"
ASSIGNMENT = Prepared(select(assignments).where(assignments.c.id == bindparam("id")))


def keep_unsent(session: Session, assignment_id: str, unsent: str) -> None:
    """Keeps unfinished work (JSON) with its assignment."""
    session.change(_KEEP_UNSENT, {"id": assignment_id, "unsent": unsent, "at": to_ms(session.now)})


def insert_assignment(session: Session, row: Mapping[str, Any]) -> None:
    """Stores who holds a seat."""
    session.run(_INSERT_ASSIGNMENT, row)


def renew(session: Session, id: str, person_id: str, fence: int, until: datetime) -> bool:
    """Renews a lease that still runs; False if it is over, or another's."""
    values = {"id": id, "person_id": person_id, "fence": fence, "lease_until": to_ms(until), "now": to_ms(session.now)}
    # The seat first, as everywhere: two who take two rows in opposite order wait for each other.
    return session.change(_RENEW_SEAT, values) == 1 and session.change(_RENEW_ASSIGNMENT, values) == 1


def close_assignment(session: Session, id: str, fence: int, state: str, why: str | None) -> bool:
    """Ends an assignment; False if it has ended already, or the fence is an older one."""
    values = {"id": id, "fence": fence, "state": state, "why": why, "now": to_ms(session.now)}
    return session.change(_CLOSE_ASSIGNMENT, values) == 1


def assignment(session: Session, id: str) -> Mapping[str, Any] | None:
    """One assignment."""
    return ASSIGNMENT.first(session, id=id)


def held_by(session: Session, project_id: str, person_id: str, states: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """A person's own assignments in these states, the newest fifty."""
    query = visible(assignments, project_id).where(
        assignments.c.person_id == person_id, assignments.c.state.in_(states)
    )
    return session.all(query.order_by(assignments.c.claimed_at.desc(), assignments.c.id.desc()).limit(50))
