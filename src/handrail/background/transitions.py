"""Writing down a transition of an item: its audit entries and its events, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: rows and details are JSON

from handrail.audit import AuditKey, append, row
from handrail.background import outbox
from handrail.storage import Session

_COUNT = "UPDATE items SET last_sequence = last_sequence + :by WHERE id = :id RETURNING last_sequence"


def record(
    session: Session,
    key: AuditKey,
    item: Mapping[str, Any],
    audit_kinds: tuple[str, ...],
    event_types: tuple[str, ...],
    *,
    actor: str,
    details: Mapping[str, Any],
    is_counted: bool = False,
) -> None:
    """Writes a transition's audit entries and events; the last entry carries the details.

    `is_counted`: the item is locked as it was read, and what moves it on counts its events too. Then nothing has to be
    asked, and all of it can travel in one go.
    """
    _append(session, key, item, audit_kinds, actor, details)
    before = item["last_sequence"] if is_counted else _count(session, item, len(event_types))
    _emit(session, item, event_types, before)


def _count(session: Session, item: Mapping[str, Any], by: int) -> int:
    """Counts events of an item; how many it had before."""
    return int(session.run(_COUNT, {"id": item["id"], "by": by})[0][0]) - by


def _append(
    session: Session,
    key: AuditKey,
    item: Mapping[str, Any],
    audit_kinds: tuple[str, ...],
    actor: str,
    details: Mapping[str, Any],
) -> None:
    at, last = session.now, len(audit_kinds) - 1
    append(
        session,
        [
            row(
                key,
                kind,
                item["id"],
                project_id=item["project_id"],
                actor=actor,
                at=at,
                details=details if place == last else None,
            )
            for place, kind in enumerate(audit_kinds)
        ],
    )


def _emit(session: Session, item: Mapping[str, Any], event_types: tuple[str, ...], before: int) -> None:
    """Adds events behind the `before` which the item has had."""
    outbox.emit(
        session,
        [
            outbox.row(kind, item["id"], place, project_id=item["project_id"], at=session.now)
            for place, kind in enumerate(event_types, start=before + 1)
        ],
    )
