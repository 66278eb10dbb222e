"""Audit samples: the random look at what was released, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any  # Any: rows

from handrail.audit import AuditKey
from handrail.background.transitions import record
from handrail.domain.life import Happening, State, after
from handrail.kit.clock import to_ms
from handrail.stages.monitoring.queries import samples as queries
from handrail.storage import Session


def sample_row(item_id: str, project_id: str, segment: str, probability: float, at: datetime) -> dict[str, Any]:
    """The row of a sample drawn uniformly with `probability`."""
    return {
        "item_id": item_id,
        "project_id": project_id,
        "segment": segment,
        "pick": "uniform",
        "probability": probability,
        "drawn_at": to_ms(at),
    }


def answer_sample(
    session: Session, key: AuditKey, item: Mapping[str, Any], *, verdict: str, is_error: bool, actor: str
) -> None:
    """Notes a final audit answer once; the item's outcome stays as it is."""
    transition = after(State(item["state"]), Happening.AUDITED)
    if queries.answer(session, item["id"], verdict=verdict, is_error=is_error, at=to_ms(session.now)):
        record(
            session,
            key,
            item,
            transition.audit,
            transition.events,
            actor=actor,
            details={"verdict": verdict, "is_error": is_error},
        )
