"""Deciding an item: its one outcome, with audit entry and event, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any  # Any: rows

from handrail.audit import OUTCOME, AuditKey, digest
from handrail.background.transitions import record
from handrail.domain.life import Happening, State, after
from handrail.kit.clock import to_ms
from handrail.kit.jsons import dumps
from handrail.stages.adjudicating import queries
from handrail.stages.adjudicating.rules import Outcome
from handrail.storage import Session


def outcome_row(item_id: str, project_id: str, outcome: Outcome, *, late: bool, at: datetime) -> dict[str, Any]:
    """The row of an outcome; also what its audit entry commits to."""
    return {
        "item_id": item_id,
        "project_id": project_id,
        "status": outcome.status.value,
        "source": outcome.source,
        "decided_by": outcome.decided_by,
        "text": outcome.text,
        "output": None if outcome.output is None else dumps(outcome.output),
        "content_hash": outcome.content_hash,
        "show": outcome.show,
        "reason": outcome.reason,
        "categories": dumps(list(outcome.categories)),
        "review": None if outcome.review is None else dumps(outcome.review),
        "late": late,
        "decided_at": to_ms(at),
    }


def row_digest(stored: Mapping[str, Any]) -> str:
    """Binds a stored outcome to its audit entry: `verify` computes it again from the table."""
    return digest({name: stored[name] for name in OUTCOME})


def decide(
    session: Session,
    key: AuditKey,
    item: Mapping[str, Any],
    outcome: Outcome,
    happening: Happening,
    *,
    actor: str,
    verdict: str | None = None,
    given_at: datetime | None = None,
) -> bool:
    """Gives an undecided item its one outcome. False if another decision came first: then nothing is written.

    `item` is the row as read in this transaction; its state guards the write. `given_at` is when a person gave the
    verdict, if one did: given in time it is not late, however long it could still be undone or was held back.
    """
    at = session.now
    transition = after(State(item["state"]), happening)
    late = item["due_at"] is not None and (given_at or at) > item["due_at"]
    stored = outcome_row(item["id"], item["project_id"], outcome, late=late, at=at)
    changed = queries.decide(
        session,
        {
            "item_id": item["id"],
            "before": item["state"],
            "status": stored["status"],
            "state": transition.state.value,
            "verdict": verdict,
            "source": stored["source"],
            "late": late,
            "decided_at": stored["decided_at"],
        },
    )
    if not changed:
        return False
    queries.insert(session, [stored])
    details = {"outcome": row_digest(stored), "why": outcome.reason, "source": outcome.source, "late": late}
    record(session, key, item, transition.audit, transition.events, actor=actor, details=details)
    return True
