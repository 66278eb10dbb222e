"""All SQL of recalling. It owns `recalls`, and the state of an item that was recalled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: rows

from sqlalchemy import select

from handrail.storage import Session
from handrail.storage.tables import api_keys, outcomes, recalls, reviews

_INSERT = """
INSERT INTO recalls (id, project_id, item_id, number, why, reason, severity, categories, correction, scores,
    checks_overridden, actor, review_id, recalled_at)
VALUES (:id, :project_id, :item_id, :number, :why, :reason, :severity, :categories, :correction, :scores,
    :checks_overridden, :actor, :review_id, :recalled_at)
"""
_SET_STATE = "UPDATE items SET state = :state WHERE id = :id AND state = :before AND status <> 'pending'"


def insert(session: Session, row: Mapping[str, Any]) -> None:
    """Stores a recall; the item's row is locked, so that numbers have no gaps."""
    session.run(_INSERT, row)


def set_state(session: Session, item: Mapping[str, Any], state: str) -> bool:
    """Moves a decided item on from the state it was read in; False if it is not there any more."""
    return session.change(_SET_STATE, {"id": item["id"], "state": state, "before": item["state"]}) == 1


def outcome(session: Session, item_id: str) -> Mapping[str, Any] | None:
    """What was given out."""
    return session.first(select(outcomes).where(outcomes.c.item_id == item_id))


def newest(session: Session, item_id: str) -> Mapping[str, Any] | None:
    """The recall that stands."""
    query = select(recalls).where(recalls.c.item_id == item_id).order_by(recalls.c.number.desc())
    return session.first(query.limit(1))


def recalls_of(session: Session, item_id: str) -> Sequence[Mapping[str, Any]]:
    """All recalls of an item, oldest first."""
    return session.all(select(recalls).where(recalls.c.item_id == item_id).order_by(recalls.c.number))


def people_in(session: Session, item_id: str) -> set[str]:
    """Everybody who took part in what became of an item so far: reviewed it, or took it back, be it with a key."""
    reviewed = session.all(select(reviews.c.person_id).where(reviews.c.item_id == item_id, reviews.c.state != "undone"))
    recalled = session.all(select(recalls.c.actor).where(recalls.c.item_id == item_id))
    named = [person_behind(session, row["actor"]) for row in recalled]
    return {str(row["person_id"]) for row in reviewed} | {one for one in named if one is not None}


def person_behind(session: Session, actor: str) -> str | None:
    """Whose deed it is: the person's own, or of who made the key; None for the system, and for a key nobody made."""
    kind, _, id = actor.partition(":")
    if kind != "key":
        return id if kind == "person" else None
    found = session.first(select(api_keys.c.created_by).where(api_keys.c.id == id))
    return found["created_by"] if found else None
