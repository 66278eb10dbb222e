"""All SQL about seats, other looks and who may not be offered them. Reviewing owns `seats` and `skips`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import bindparam, select

from handrail.kit.clock import to_ms
from handrail.storage import Session
from handrail.storage.prepared import Prepared
from handrail.storage.tables import seats

_INSERT_SEAT = """
INSERT INTO seats (id, project_id, item_id, kind, number, queue, status, sort_key, fence, due_at, created_at)
VALUES (:id, :project_id, :item_id, :kind, :number, :queue, 'waiting', :sort_key, 0, :due_at, :created_at)
"""
# The claim index fits the filter; on SQLite it is forced, because the planner otherwise weighs a full scan (settled 5).
_HEAD = """
SELECT {columns} FROM seats {index}
WHERE project_id = :project_id AND queue = :queue AND status = 'waiting'
  AND NOT EXISTS (SELECT 1 FROM skips WHERE skips.seat_id = seats.id AND skips.person_id = :person_id)
ORDER BY sort_key, id LIMIT 1 {lock}
"""
_INSERT_LOOK = """
INSERT INTO seats (id, project_id, item_id, kind, number, queue, status, sort_key, fence, due_at, created_at, why,
    asked_by)
VALUES (:id, :project_id, :item_id, :kind, :number, :queue, 'waiting', :sort_key, 0, :due_at, :created_at, :why,
    :asked_by)
"""
_HOLD = """
UPDATE seats SET status = 'held', fence = fence + 1, holder_id = :person_id, assignment_id = :assignment_id,
    lease_until = :lease_until
WHERE id = {which} AND status = 'waiting'
RETURNING id, fence, item_id, kind, queue
"""
_INDEXED = {"sqlite": "INDEXED BY ix_seats_waiting", "postgresql": ""}
_PEEK = {store: _HEAD.format(columns="sort_key", index=index, lock="") for store, index in _INDEXED.items()}
_HOLD_SEAT = _HOLD.format(which=":seat_id")
_HOLD_HEAD = {
    "sqlite": _HOLD.format(which=f"({_HEAD.format(columns='id', index=_INDEXED['sqlite'], lock='')})"),
    "postgresql": _HOLD.format(which=f"({_HEAD.format(columns='id', index='', lock='FOR UPDATE SKIP LOCKED')})"),
}
_LEAVE_SEAT = """
UPDATE seats SET status = 'waiting', holder_id = NULL, assignment_id = NULL, lease_until = NULL
WHERE id = :seat_id AND fence = :fence AND status = 'held'
"""
_TAKE_VERDICT = """
UPDATE seats SET status = 'settling', lease_until = NULL
WHERE id = :seat_id AND fence = :fence AND holder_id = :person_id AND status = 'held' AND lease_until >= :now
"""
_EXPIRED = """
SELECT id, assignment_id, fence, item_id, project_id FROM seats
WHERE status = 'held' AND lease_until < :now {project} ORDER BY lease_until LIMIT 100 {lock}
"""
_ELEVATE_SEAT = """
UPDATE seats SET queue = :queue, status = 'waiting', holder_id = NULL, assignment_id = NULL, lease_until = NULL,
    due_at = :due_at
WHERE id = :id AND status <> 'closed'
"""
_FREE_SEAT = "UPDATE seats SET status = 'waiting' WHERE id = :id AND status = 'settling'"
_CLOSE_SEAT = "UPDATE seats SET status = 'closed' WHERE id = :id"
_CLOSE_SEATS = "UPDATE seats SET status = 'closed' WHERE item_id = :item_id AND kind = 'review'"
_SORT_SEATS = """
UPDATE seats SET sort_key = :sort_key WHERE item_id = :item_id AND kind = 'review' AND status <> 'closed'
"""
_SKIP = """
INSERT INTO skips (seat_id, person_id, reason, at) VALUES (:seat_id, :person_id, :reason, :at)
ON CONFLICT (seat_id, person_id) DO NOTHING
"""
_BAR = """
INSERT INTO skips (seat_id, person_id, reason, at, kind) VALUES (:seat_id, :person_id, :reason, :at, 'own_work')
ON CONFLICT (seat_id, person_id) DO UPDATE SET kind = excluded.kind
"""
_SEAT = Prepared(select(seats).where(seats.c.id == bindparam("id")))
_OPEN_SEATS = Prepared(
    select(seats).where(
        seats.c.item_id == bindparam("item_id"), seats.c.kind == bindparam("kind"), seats.c.status != "closed"
    ),
    lock=True,
)
_SKIPPED = """
SELECT seats.queue, COUNT(*) FROM skips JOIN seats ON seats.id = skips.seat_id
WHERE seats.project_id = :project_id AND skips.person_id = :person_id AND seats.status = 'waiting' GROUP BY seats.queue
"""
_OWN_WORK = """
SELECT DISTINCT seats.queue FROM skips JOIN seats ON seats.id = skips.seat_id
WHERE seats.project_id = :project_id AND skips.person_id = :person_id AND skips.kind = 'own_work'
  AND seats.status = 'waiting'
"""


def insert_seats(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds seats, each waiting for a person."""
    session.run_many(_INSERT_SEAT, rows)


def peek(session: Session, project_id: str, queues: Sequence[str], person_id: str) -> dict[str, int]:
    """The sort key of the first waiting seat that this person may be offered, by queue; empty queues are left out."""
    values = {"project_id": project_id, "person_id": person_id}
    sql = session.form(_PEEK[session.dialect])
    found = session.ask_together(*((sql, values | {"queue": queue}) for queue in queues))
    return {queue: int(rows[0][0]) for queue, rows in zip(queues, found, strict=True) if rows}


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat that was just given to a person, with its new fence."""

    id: str
    fence: int
    item_id: str
    kind: str
    queue: str


def hold_first(
    session: Session, project_id: str, queue: str, person_id: str, assignment_id: str, lease_until: datetime
) -> HeldSeat | None:
    """Gives the first waiting seat of a queue to a person; None if there is none. On PostgreSQL one that somebody else
    is just taking is passed over."""
    values = {"project_id": project_id, "queue": queue, "person_id": person_id, "assignment_id": assignment_id}
    found = session.run(_HOLD_HEAD[session.dialect], values | {"lease_until": to_ms(lease_until)})
    return HeldSeat(*found[0]) if found else None


def hold(session: Session, seat_id: str, person_id: str, assignment_id: str, lease_until: datetime) -> HeldSeat | None:
    """Gives a waiting seat to a person; None if somebody was faster."""
    values = {"seat_id": seat_id, "person_id": person_id, "assignment_id": assignment_id}
    found = session.run(_HOLD_SEAT, values | {"lease_until": to_ms(lease_until)})
    return HeldSeat(*found[0]) if found else None


def free_seat(session: Session, seat_id: str) -> None:
    """A verdict was taken back: its seat waits again, to be held at once by who gave it."""
    session.change(_FREE_SEAT, {"id": seat_id})


def close_seat(session: Session, seat_id: str) -> None:
    """The seat has had its review."""
    session.change(_CLOSE_SEAT, {"id": seat_id})


def close_seats(session: Session, item_id: str) -> None:
    """An item that has its outcome needs no review any more."""
    session.change(_CLOSE_SEATS, {"item_id": item_id})


def sort_seats(session: Session, item_id: str, sort_key: int) -> None:
    """Gives an item another place in its queue."""
    session.change(_SORT_SEATS, {"item_id": item_id, "sort_key": sort_key})


def elevate_seat(session: Session, seat_id: str, queue: str, due_at: int | None) -> None:
    """Puts a seat into another queue, held by nobody."""
    session.change(_ELEVATE_SEAT, {"id": seat_id, "queue": queue, "due_at": due_at})


def skip(session: Session, seat_id: str, person_id: str, reason: str) -> None:
    """Keeps a seat from being offered to this person again."""
    session.run(_SKIP, {"seat_id": seat_id, "person_id": person_id, "reason": reason, "at": to_ms(session.now)})


def insert_look(session: Session, row: Mapping[str, Any]) -> None:
    """Adds the seat of another look at a decided item."""
    session.run(_INSERT_LOOK, row)


def bar(session: Session, seat_id: str, person_ids: Collection[str], reason: str) -> None:
    """Keeps a seat from ever being offered to people who took part in what it looks at."""
    at = to_ms(session.now)
    rows = [{"seat_id": seat_id, "person_id": one, "reason": reason, "at": at} for one in sorted(person_ids)]
    if rows:
        session.run_many(_BAR, rows)


def looks_of(session: Session, item_id: str, kinds: Collection[str]) -> Sequence[Mapping[str, Any]]:
    """The other looks at an item, oldest first."""
    query = select(seats).where(seats.c.item_id == item_id, seats.c.kind.in_(sorted(kinds)))
    return session.all(query.order_by(seats.c.created_at, seats.c.id))


def leave_seat(session: Session, seat_id: str, fence: int) -> bool:
    """Puts a held seat back, its place in the queue kept."""
    return session.change(_LEAVE_SEAT, {"seat_id": seat_id, "fence": fence}) == 1


def take_verdict(session: Session, seat_id: str, fence: int, person_id: str, at: datetime) -> Callable[[], bool]:
    """Closes a seat for one verdict inside `together`: only the newest fence, only its holder, only within the lease.
    Whether it did is told afterwards."""
    values = {"seat_id": seat_id, "fence": fence, "person_id": person_id, "now": to_ms(at)}
    changed = session.change_later(_TAKE_VERDICT, values)
    return lambda: changed() == 1


def expired(session: Session, project_id: str | None) -> list[tuple[Any, ...]]:
    """Held seats whose lease is over, of one project or of all."""
    sql = _EXPIRED.format(
        project="" if project_id is None else "AND project_id = :project_id",
        lock="FOR UPDATE SKIP LOCKED" if session.dialect == "postgresql" else "",
    )
    values: dict[str, Any] = {"now": to_ms(session.now)}
    return session.run(sql, values if project_id is None else values | {"project_id": project_id})


def seat(session: Session, id: str) -> Mapping[str, Any]:
    """One seat."""
    found = _SEAT.first(session, id=id)
    assert found is not None
    return found


def open_seats(session: Session, item_id: str, kind: str) -> Sequence[Mapping[str, Any]]:
    """The seats of an item that still want a review."""
    return _OPEN_SEATS.all(session, item_id=item_id, kind=kind)


def skipped_by(session: Session, project_id: str, person_id: str) -> dict[str, int]:
    """How many waiting seats of each queue this person has skipped."""
    found = session.run(_SKIPPED, {"project_id": project_id, "person_id": person_id})
    return {row[0]: int(row[1]) for row in found}


def queues_of_own_work(session: Session, project_id: str, person_id: str) -> frozenset[str]:
    """The queues in which something waits that looks at this person's own work."""
    found = session.run(_OWN_WORK, {"project_id": project_id, "person_id": person_id})
    return frozenset(row[0] for row in found)
