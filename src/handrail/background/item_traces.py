"""The trace an item came in with, kept beside it, so that what happens to it later belongs to the same trace.

Written only while traces are on, and dropped after as long as events are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import select

from handrail.kit.clock import to_ms
from handrail.kit.ids import is_id
from handrail.storage import Session
from handrail.storage.tables import item_traces

_INSERT = "INSERT INTO item_traces (item_id, traceparent, at) VALUES (:item_id, :traceparent, :at)"
_PAST = "SELECT item_id FROM item_traces WHERE at < :before ORDER BY at LIMIT :limit"
_DROP = "DELETE FROM item_traces WHERE item_id = :item_id"


def row(item_id: str, traceparent: str, at: datetime) -> dict[str, Any]:
    """One, ready to be stored with `add`."""
    return {"item_id": item_id, "traceparent": traceparent, "at": to_ms(at)}


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores them in the transaction of their items."""
    session.run_many(_INSERT, rows)


def of(session: Session, subjects: Iterable[str]) -> dict[str, str]:
    """Item id -> traceparent, for those that have one; what is no item's id is left out."""
    ids = sorted({one for one in subjects if is_id(one)})
    if not ids:
        return {}
    found = session.all(select(item_traces).where(item_traces.c.item_id.in_(ids)))
    return {one["item_id"]: one["traceparent"] for one in found}


def expire(session: Session, before: datetime, limit: int) -> int:
    """Drops up to `limit` that are older than that; how many."""
    past = session.run(_PAST, {"before": to_ms(before), "limit": limit})
    if past:
        session.run_many(_DROP, [{"item_id": id} for (id,) in past])
    return len(past)
