"""All SQL of checking. It owns `item_scores`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: rows

from sqlalchemy import select

from handrail.storage import Session
from handrail.storage.tables import item_scores

_INSERT = "INSERT INTO item_scores (item_id, scores) VALUES (:item_id, :scores)"


def insert_scores(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keeps what checks said, in the transaction of the items."""
    session.run_many(_INSERT, rows)


def scores(session: Session, item_id: str) -> list[dict[str, Any]]:
    """What checks said of one item."""
    return session.scalar(select(item_scores.c.scores).where(item_scores.c.item_id == item_id)) or []
