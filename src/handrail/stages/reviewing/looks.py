"""Another look at an item that has its outcome: a seat of its own, for somebody who took no part in the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: rows

from handrail.kit.clock import to_ms
from handrail.kit.ids import new_id
from handrail.stages.reviewing.claims import revoke_seat
from handrail.stages.reviewing.desk import ReviewDesk
from handrail.stages.reviewing.queries import seats
from handrail.stages.reviewing.rules import LOOKS, sort_key
from handrail.storage import Session

OWN_WORK = "You took part in what is looked at again."


@dataclass(frozen=True, slots=True)
class Look:
    """Another look that is wanted."""

    kind: str  # appeal or reopen
    reason: str
    by: str | None
    queue: str
    due_at: datetime | None


def open_look(session: Session, item: Mapping[str, Any], wanted: Look, barred: Collection[str]) -> str:
    """Adds the seat; its id. It is never offered to those who are `barred`."""
    before = [one for one in seats.looks_of(session, item["id"], LOOKS) if one["kind"] == wanted.kind]
    made = {
        "id": new_id(),
        "project_id": item["project_id"],
        "item_id": item["id"],
        "kind": wanted.kind,
        "number": len(before) + 1,
        "queue": wanted.queue,
        "sort_key": sort_key(session.now, 50.0),
        "due_at": to_ms(wanted.due_at) if wanted.due_at else None,
        "created_at": to_ms(session.now),
        "why": wanted.reason,
        "asked_by": wanted.by,
    }
    seats.insert_look(session, made)
    seats.bar(session, made["id"], barred, OWN_WORK)
    return str(made["id"])


def open_looks(session: Session, item_id: str) -> list[Mapping[str, Any]]:
    """The seats of looks that are not answered yet."""
    return [one for one in seats.looks_of(session, item_id, LOOKS) if one["status"] != "closed"]


def bar(session: Session, desk: ReviewDesk, item_id: str, person_id: str) -> None:
    """Somebody took part in an item while another look at it was open: that is no longer theirs to take."""
    for seat in open_looks(session, item_id):
        seats.bar(session, seat["id"], [person_id], OWN_WORK)
        if seat["status"] == "held" and seat["holder_id"] == person_id:
            revoke_seat(session, desk, seat, OWN_WORK)
            seats.leave_seat(session, seat["id"], seat["fence"])
