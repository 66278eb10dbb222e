"""All SQL of reviewing. It owns `seats`, `assignments`, `reviews`, `skips` and `queue_settings`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import and_, bindparam, case, func, or_, select

from handrail.kit.clock import from_ms, to_ms
from handrail.storage import Session
from handrail.storage.prepared import Prepared, ask
from handrail.storage.scope import visible
from handrail.storage.tables import (
    assignments,
    item_contents,
    item_scores,
    items,
    outcomes,
    people,
    reviews,
    routes,
    seats,
)

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
_INSERT_REVIEW = """
INSERT INTO reviews (id, project_id, item_id, seat_id, assignment_id, person_id, kind, queue, fence, verdict, output,
    severity, categories, is_error, spans, passages, findings, warnings_shown, checks_overridden, scores, reason,
    active_ms, policy_version, submitted_at, undo_until, state)
VALUES (:id, :project_id, :item_id, :seat_id, :assignment_id, :person_id, :kind, :queue, :fence, :verdict, :output,
    :severity, :categories, :is_error, :spans, :passages, :findings, :warnings_shown, :checks_overridden, :scores,
    :reason, :active_ms, :policy_version, :submitted_at, :undo_until, 'settling')
"""
_SET_REVIEW_STATE = "UPDATE reviews SET state = :state WHERE id = :id AND state = 'settling'"
_MOVE_ITEM = "UPDATE items SET state = :state WHERE id = :id AND state = :before AND status = 'pending'"
_ELEVATE_ITEM = """
UPDATE items SET state = :state, queue = :queue, due_at = :due_at
WHERE id = :id AND state = :before AND status = 'pending'
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
_KEEP_UNSENT = "UPDATE assignments SET unsent = :unsent, unsent_at = :at WHERE id = :id"
_SKIP = """
INSERT INTO skips (seat_id, person_id, reason, at) VALUES (:seat_id, :person_id, :reason, :at)
ON CONFLICT (seat_id, person_id) DO NOTHING
"""
_BAR = """
INSERT INTO skips (seat_id, person_id, reason, at, kind) VALUES (:seat_id, :person_id, :reason, :at, 'own_work')
ON CONFLICT (seat_id, person_id) DO UPDATE SET kind = excluded.kind
"""
_SET_QUEUE = """
INSERT INTO queue_settings (project_id, queue, paused, reason, paused_by, limit_per_person)
VALUES (:project_id, :queue, :paused, :reason, :by, :limit)
ON CONFLICT (project_id, queue) DO UPDATE SET paused = excluded.paused, reason = excluded.reason,
    paused_by = excluded.paused_by, limit_per_person = excluded.limit_per_person
"""
_ASSIGNMENT = Prepared(select(assignments).where(assignments.c.id == bindparam("id")))
_ITEM_LOCKED = Prepared(select(items).where(items.c.id == bindparam("id")), lock=True)
_SEAT = Prepared(select(seats).where(seats.c.id == bindparam("id")))
_OPEN_SEATS = Prepared(
    select(seats).where(
        seats.c.item_id == bindparam("item_id"), seats.c.kind == bindparam("kind"), seats.c.status != "closed"
    ),
    lock=True,
)
_REVIEW = Prepared(select(reviews).where(reviews.c.id == bindparam("id")))
_MATERIAL = Prepared(
    select(items, item_contents.c.body, item_scores.c.scores, routes.c.route)
    .join(item_contents, item_contents.c.item_id == items.c.id)
    .outerjoin(item_scores, item_scores.c.item_id == items.c.id)
    .outerjoin(routes, routes.c.item_id == items.c.id)
    .where(items.c.id == bindparam("id"))
)
_STANDING_REVIEW = Prepared(
    select(reviews.c.id).where(reviews.c.assignment_id == bindparam("id"), reviews.c.state != "undone").limit(1)
)
_ITEM_OF = "SELECT item_id, person_id FROM assignments WHERE id = :id"


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


def move_item(session: Session, item: Mapping[str, Any], state: str) -> bool:
    """Moves a pending item on from the state it was read in; False if it is not there any more."""
    return session.change(_MOVE_ITEM, {"id": item["id"], "state": state, "before": item["state"]}) == 1


def elevate_item(session: Session, item: Mapping[str, Any], *, state: str, queue: str, due_at: int | None) -> bool:
    """The same, into another queue with another deadline."""
    values = {"id": item["id"], "before": item["state"], "state": state, "queue": queue, "due_at": due_at}
    return session.change(_ELEVATE_ITEM, values) == 1


def insert_review(session: Session, row: Mapping[str, Any]) -> None:
    """Stores a verdict that may still be undone."""
    session.run(_INSERT_REVIEW, row)


def end_settling(session: Session, review_id: str, state: str) -> bool:
    """Makes a settling review `final` or `undone`; False if it is one of them already."""
    return session.change(_SET_REVIEW_STATE, {"id": review_id, "state": state}) == 1


def keep_unsent(session: Session, assignment_id: str, unsent: str) -> None:
    """Keeps unfinished work (JSON) with its assignment."""
    session.change(_KEEP_UNSENT, {"id": assignment_id, "unsent": unsent, "at": to_ms(session.now)})


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


def set_queue(session: Session, row: Mapping[str, Any]) -> None:
    """Stores what a lead says of a queue."""
    session.run(_SET_QUEUE, row)


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


def leave_seat(session: Session, seat_id: str, fence: int) -> bool:
    """Puts a held seat back, its place in the queue kept."""
    return session.change(_LEAVE_SEAT, {"seat_id": seat_id, "fence": fence}) == 1


def take_verdict(session: Session, seat_id: str, fence: int, person_id: str) -> bool:
    """Closes a seat for one verdict: only the newest fence, only its holder, only within the lease."""
    values = {"seat_id": seat_id, "fence": fence, "person_id": person_id, "now": to_ms(session.now)}
    return session.change(_TAKE_VERDICT, values) == 1


def expired(session: Session, project_id: str | None) -> list[tuple[Any, ...]]:
    """Held seats whose lease is over, of one project or of all."""
    sql = _EXPIRED.format(
        project="" if project_id is None else "AND project_id = :project_id",
        lock="FOR UPDATE SKIP LOCKED" if session.dialect == "postgresql" else "",
    )
    values: dict[str, Any] = {"now": to_ms(session.now)}
    return session.run(sql, values if project_id is None else values | {"project_id": project_id})


def assignment(session: Session, id: str) -> Mapping[str, Any] | None:
    """One assignment."""
    return _ASSIGNMENT.first(session, id=id)


def held_by(session: Session, project_id: str, person_id: str, states: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """A person's own assignments in these states, the newest fifty."""
    query = visible(assignments, project_id).where(
        assignments.c.person_id == person_id, assignments.c.state.in_(states)
    )
    return session.all(query.order_by(assignments.c.claimed_at.desc(), assignments.c.id.desc()).limit(50))


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides from which queues a person may claim."""

    lead_settings: Mapping[str, Mapping[str, Any]]
    held: Mapping[str, int]
    with_work: Sequence[str]


def standing(session: Session, project_id: str, person_id: str) -> Standing:
    """What leads have set, what this person holds, and where something waits."""
    values = {"project_id": project_id, "person_id": person_id}
    asks = ((session.form(sql), values) for sql in (_SETTINGS, _HELD_BY_QUEUE, _WITH_WORK))
    lead_settings, held, with_work = session.ask_together(*asks)
    return Standing(
        _by_queue(lead_settings), {queue: int(count) for queue, count in held}, [queue for (queue,) in with_work]
    )


def material(session: Session, item_id: str) -> Mapping[str, Any]:
    """All that a reviewer's view is made of: the item, its content, scores and route."""
    found = _MATERIAL.first(session, id=item_id)
    assert found is not None
    return found


def project_of(session: Session, item_id: str) -> str:
    """The project of an item, which never changes."""
    return str(session.run("SELECT project_id FROM items WHERE id = :id", {"id": item_id})[0][0])


def lock_item(session: Session, item_id: str) -> Mapping[str, Any]:
    """The item's row; on PostgreSQL locked, so that a deadline and a verdict come one after the other."""
    found = _ITEM_LOCKED.first(session, id=item_id)
    assert found is not None
    return found


def seat(session: Session, id: str) -> Mapping[str, Any]:
    """One seat."""
    found = _SEAT.first(session, id=id)
    assert found is not None
    return found


def open_seats(session: Session, item_id: str, kind: str) -> Sequence[Mapping[str, Any]]:
    """The seats of an item that still want a review."""
    return _OPEN_SEATS.all(session, item_id=item_id, kind=kind)


def review(session: Session, id: str) -> Mapping[str, Any] | None:
    """One review."""
    return _REVIEW.first(session, id=id)


@dataclass(frozen=True, slots=True)
class Deciding:
    """All that a verdict is weighed by, read after the item was locked."""

    item: Mapping[str, Any]
    assignment: Mapping[str, Any]
    was_given: bool
    """Whether a verdict was given under this assignment, and stands."""
    material: Mapping[str, Any]


def holder_of(session: Session, assignment_id: str) -> tuple[str, str] | None:
    """The item and the person of an assignment, neither of which ever changes."""
    found = session.run(_ITEM_OF, {"id": assignment_id})
    return (found[0][0], found[0][1]) if found else None


def lock_for_verdict(session: Session, assignment_id: str, item_id: str) -> Deciding:
    """Locks the item, so that a deadline and a verdict come one after the other, and reads how things stand then."""
    item, assignment, given, material = ask(
        session,
        _ITEM_LOCKED.asked(session, id=item_id),
        _ASSIGNMENT.asked(session, id=assignment_id),
        _STANDING_REVIEW.asked(session, id=assignment_id),
        _MATERIAL.asked(session, id=item_id),
    )
    return Deciding(item[0], assignment[0], bool(given), material[0])


def reviews_of(session: Session, item_id: str) -> Sequence[Mapping[str, Any]]:
    """The reviews of an item that stand, oldest first."""
    query = select(reviews).where(reviews.c.item_id == item_id, reviews.c.state != "undone")
    return session.all(query.order_by(reviews.c.id))


def settings(session: Session, project_id: str) -> dict[str, Mapping[str, Any]]:
    """What leads have set for queues, by name."""
    return _by_queue(session.run(_SETTINGS, {"project_id": project_id}))


def _by_queue(rows: Sequence[tuple[Any, ...]]) -> dict[str, Mapping[str, Any]]:
    return {
        queue: {"paused": bool(paused), "reason": reason, "paused_by": by, "limit_per_person": most}
        for queue, paused, reason, by, most in rows
    }


COUNT_MOST = 10_000
_COUNT = """
SELECT COUNT(*) FROM (
    SELECT 1 FROM seats WHERE project_id = :project_id AND queue = :queue AND {where} LIMIT :most
) AS counted
"""
_OLDEST = """
SELECT due_at FROM seats WHERE project_id = :project_id AND queue = :queue AND status <> 'closed' AND due_at IS NOT NULL
  AND status = 'waiting' ORDER BY due_at LIMIT 1
"""
_WITH_WORK = """
WITH RECURSIVE found (queue) AS (
    SELECT MIN(queue) FROM seats WHERE project_id = :project_id AND status = 'waiting'
    UNION ALL
    SELECT (SELECT MIN(queue) FROM seats WHERE project_id = :project_id AND status = 'waiting' AND queue > found.queue)
    FROM found WHERE found.queue IS NOT NULL
)
SELECT queue FROM found WHERE queue IS NOT NULL
"""
_HELD_BY_QUEUE = """
SELECT queue, COUNT(*) FROM assignments
WHERE project_id = :project_id AND person_id = :person_id AND state = 'held' GROUP BY queue
"""
_SETTINGS = """
SELECT queue, paused, reason, paused_by, limit_per_person FROM queue_settings WHERE project_id = :project_id
"""
_SKIPPED = """
SELECT seats.queue, COUNT(*) FROM skips JOIN seats ON seats.id = skips.seat_id
WHERE seats.project_id = :project_id AND skips.person_id = :person_id AND seats.status = 'waiting' GROUP BY seats.queue
"""
_OWN_WORK = """
SELECT DISTINCT seats.queue FROM skips JOIN seats ON seats.id = skips.seat_id
WHERE seats.project_id = :project_id AND skips.person_id = :person_id AND skips.kind = 'own_work'
  AND seats.status = 'waiting'
"""
_EXISTS = """
SELECT EXISTS (SELECT 1 FROM seats WHERE project_id = :project_id AND queue = :queue AND status = :status {not_mine})
"""


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How a queue stands; counts stop at COUNT_MOST, so that a look costs the same however full it is."""

    waiting: int
    held: int
    mine: int
    overdue: int
    oldest_due_at: datetime | None


def queues_with_work(session: Session, project_id: str) -> list[str]:
    """The queues in which something waits, one index seek each."""
    return [row[0] for row in session.run(_WITH_WORK, {"project_id": project_id})]


def count_queue(session: Session, project_id: str, queue: str, person_id: str | None) -> QueueCount:
    """How one queue stands, for one person where one is named."""
    values = {
        "project_id": project_id,
        "queue": queue,
        "most": COUNT_MOST,
        "now": to_ms(session.now),
        "person_id": person_id,
    }

    def counted(where: str) -> int:
        return int(session.run(_COUNT.format(where=where), values)[0][0])

    oldest = session.run(_OLDEST, values)
    return QueueCount(
        waiting=counted("status = 'waiting'"),
        held=counted("status = 'held'"),
        mine=counted("status = 'held' AND holder_id = :person_id") if person_id else 0,
        overdue=counted("status <> 'closed' AND status <> 'settling' AND due_at < :now"),
        oldest_due_at=from_ms(oldest[0][0]) if oldest else None,
    )


def any_waiting(session: Session, project_id: str, queue: str) -> bool:
    """Whether anything waits in a queue."""
    values = {"project_id": project_id, "queue": queue, "status": "waiting"}
    return bool(session.run(_EXISTS.format(not_mine=""), values)[0][0])


def any_held_by_others(session: Session, project_id: str, queue: str, person_id: str) -> bool:
    """Whether somebody else holds an item of a queue."""
    values = {"project_id": project_id, "queue": queue, "status": "held", "person_id": person_id}
    return bool(session.run(_EXISTS.format(not_mine="AND holder_id <> :person_id"), values)[0][0])


def skipped_by(session: Session, project_id: str, person_id: str) -> dict[str, int]:
    """How many waiting seats of each queue this person has skipped."""
    found = session.run(_SKIPPED, {"project_id": project_id, "person_id": person_id})
    return {row[0]: int(row[1]) for row in found}


def queues_of_own_work(session: Session, project_id: str, person_id: str) -> frozenset[str]:
    """The queues in which something waits that looks at this person's own work."""
    found = session.run(_OWN_WORK, {"project_id": project_id, "person_id": person_id})
    return frozenset(row[0] for row in found)


def on_time_since(session: Session, project_id: str, since: datetime) -> dict[str, float]:
    """The share of items decided since then that met their deadline, by queue."""
    query = (
        select(items.c.queue, func.count().label("all"), func.sum(case((items.c.late, 0), else_=1)).label("kept"))
        .join(outcomes, outcomes.c.item_id == items.c.id)  # whose index leads to the decisions of a day
        .where(
            outcomes.c.project_id == project_id,
            outcomes.c.decided_at >= since,
            items.c.queue.is_not(None),
            items.c.due_at.is_not(None),
        )
        .group_by(items.c.queue)
    )
    return {row["queue"]: row["kept"] / row["all"] for row in session.all(query)}


def zone_of(session: Session, project_id: str) -> str:
    """The project's time zone, an IANA name."""
    return str(session.run("SELECT zone FROM projects WHERE id = :id", {"id": project_id})[0][0])


def reviews_page(
    session: Session, project_id: str, filters: Mapping[str, Any], after: tuple[int, str] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Reviews, newest first."""
    query = visible(reviews, project_id)
    for name in ("item_id", "queue", "verdict"):
        if name in filters:
            query = query.where(reviews.c[name].in_(filters[name]))
    if "reviewer_id" in filters:
        query = query.where(reviews.c.person_id.in_(filters["reviewer_id"]))
    if "submitted_from" in filters:
        query = query.where(reviews.c.submitted_at >= filters["submitted_from"])
    if "submitted_to" in filters:
        query = query.where(reviews.c.submitted_at < filters["submitted_to"])
    if after is not None:
        at = from_ms(after[0])
        at_once = and_(reviews.c.submitted_at == at, reviews.c.id < after[1])
        query = query.where(or_(reviews.c.submitted_at < at, at_once))
    return session.all(query.order_by(reviews.c.submitted_at.desc(), reviews.c.id.desc()).limit(limit + 1))


def names(session: Session, person_ids: set[str]) -> dict[str, str]:
    """The names of people, by id."""
    if not person_ids:
        return {}
    found = session.all(select(people.c.id, people.c.name).where(people.c.id.in_(person_ids)))
    return {row["id"]: row["name"] for row in found}
