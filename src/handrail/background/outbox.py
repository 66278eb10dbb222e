"""Outgoing events, written in the transaction of what they tell; numbered in commit order by the sequencer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any  # Any: event data is JSON

from handrail.kit.clock import to_ms
from handrail.kit.ids import new_id
from handrail.kit.jsons import dumps
from handrail.storage import Session

BATCH = 2_000
_LOCK = 7_201_894_115

_INSERT = """
INSERT INTO events (id, project_id, type, subject, sequence, data, at)
VALUES (:id, :project_id, :type, :subject, :sequence, :data, :at)
"""
_UNNUMBERED = "SELECT id, subject, sequence FROM events WHERE number IS NULL ORDER BY id LIMIT :batch"
_LAST = "SELECT COALESCE(MAX(number), 0) FROM events"
_ORDER = """
INSERT INTO outcome_order (number, project_id, item_id, decided_at)
SELECT events.number, outcomes.project_id, outcomes.item_id, outcomes.decided_at
FROM events JOIN outcomes ON outcomes.item_id = {subject}
WHERE events.number > :last AND events.type IN ('item.released', 'item.blocked')
"""
# Only subjects of item events are ids, and the planner may look at others first.
_SUBJECT = {
    "sqlite": "events.subject",
    "postgresql": "CASE WHEN events.type LIKE 'item.%' THEN events.subject::uuid END",
}
_NUMBER = "UPDATE events SET number = :number WHERE id = :id"
# One statement for the whole batch; with one for each event PostgreSQL numbers a third fewer a second.
_NUMBER_ALL = """
UPDATE events SET number = :last + waiting.place
FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS waiting (id, place) WHERE events.id = waiting.id
"""


def row(
    type: str, subject: str, sequence: int, *, project_id: str, at: datetime, data: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """One event, ready to be stored with `emit`. `sequence` counts the events of one subject from 1."""
    return {
        "id": new_id(),
        "project_id": project_id,
        "type": type,
        "subject": subject,
        "sequence": sequence,
        "data": dumps(dict(data or {})),
        "at": to_ms(at),
    }


def emit(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds events in the transaction of the transition they tell."""
    session.run_many(_INSERT, rows)


def sequence(session: Session) -> int:
    """Numbers up to BATCH waiting events in commit order, and with them the outcomes they tell; how many there were."""
    if session.dialect == "postgresql" and not session.run(f"SELECT pg_try_advisory_xact_lock({_LOCK})")[0][0]:
        return 0
    waiting = session.run(_UNNUMBERED, {"batch": BATCH})
    if waiting:
        last = int(session.run(_LAST)[0][0])
        _number(session, in_turn(waiting), last)
        session.run(_ORDER.format(subject=_SUBJECT[session.dialect]), {"last": last})
    return len(waiting)


def in_turn(waiting: Sequence[tuple[str, str, int]]) -> list[str]:
    """Ids in the order they came, but those of one subject in the order of its own count: ids are made by the clocks
    of several machines, and one that runs ahead must not put a beginning behind its end.

    >>> in_turn([("1", "a", 2), ("2", "b", 1), ("3", "a", 1)])
    ['3', '2', '1']
    """
    by_subject: dict[str, list[tuple[int, str]]] = {}
    for id, subject, sequence in waiting:
        by_subject.setdefault(subject, []).append((sequence, id))
    turns = {subject: iter(sorted(events)) for subject, events in by_subject.items()}
    return [next(turns[subject])[1] for _, subject, _ in waiting]


def _number(session: Session, ids: Sequence[str], last: int) -> None:
    if session.dialect == "postgresql":
        session.run(_NUMBER_ALL, {"ids": list(ids), "last": last})
    else:
        session.run_many(_NUMBER, [{"id": id, "number": last + place} for place, id in enumerate(ids, start=1)])


_PAST = """
SELECT id FROM events
WHERE number < (SELECT MIN(number) FROM events) + :limit AND number < (SELECT MAX(number) FROM events) AND at < :before
"""
_DROP = "DELETE FROM events WHERE id = :id"


def expire(session: Session, before: datetime, limit: int = BATCH) -> int:
    """Drops up to `limit` events older than that; how many. The newest stays: numbers never begin again."""
    past = session.run(_PAST, {"before": to_ms(before), "limit": limit})
    if past:
        session.run_many(_DROP, [{"id": id} for (id,) in past])
    return len(past)
