"""Taking an outcome back: a row, an audit entry and an event, in one transaction. What was given out stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: rows

from handrail.audit import RECALL, AuditKey, digest
from handrail.background.transitions import record
from handrail.domain.life import DECIDED, Happening, State, after
from handrail.kit.clock import to_ms
from handrail.kit.ids import new_id
from handrail.kit.jsons import dumps
from handrail.stages.recalling import queries
from handrail.stages.recalling.errors import AlreadyRecalled, NotDecided
from handrail.stages.recalling.rules import APPEAL, Recalled
from handrail.storage import Session


def given_out(session: Session, item: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """What was given out for an item, and the recall that stands. Raises NotDecided."""
    outcome = queries.outcome(session, item["id"])
    if outcome is None or State(item["state"]) not in DECIDED:
        raise NotDecided()
    return outcome, queries.newest(session, item["id"])


def recall(session: Session, key: AuditKey, item: Mapping[str, Any], made: Recalled, *, actor: str) -> str:
    """Takes the outcome of an item back; the id of the recall. Raises NotDecided and AlreadyRecalled.

    `item` is the row as locked in this transaction. A later recall does not undo an earlier one: it stands in its
    place, and is told to all who received the outcome, as the first one was.
    """
    _, before = given_out(session, item)
    if before is not None and made.correction is None and before["correction"] is None:
        raise AlreadyRecalled()
    transition = after(State(item["state"]), Happening.RECALLED)
    stored = {
        "id": new_id(),
        "project_id": item["project_id"],
        "item_id": item["id"],
        "number": 1 if before is None else before["number"] + 1,
        "why": made.why,
        "reason": made.reason,
        "severity": made.severity,
        "categories": dumps(list(made.categories)),
        "correction": None if made.correction is None else dumps(made.correction),
        "scores": None if made.scores is None else dumps(list(made.scores)),
        "checks_overridden": made.checks_overridden,
        "actor": actor,
        "review_id": made.review_id,
        "recalled_at": to_ms(session.now),
    }
    if not queries.set_state(session, item, transition.state.value):
        raise NotDecided()
    queries.insert(session, stored)
    record(session, key, item, transition.audit, transition.events, actor=actor, details=_told(stored, made))
    return str(stored["id"])


def _told(stored: Mapping[str, Any], made: Recalled) -> dict[str, Any]:
    return {
        "recall": digest({name: stored[name] for name in RECALL}),
        "recall_id": stored["id"],
        "kind": made.why,
        "why": made.reason,
        "severity": made.severity,
        "categories": list(made.categories),
        "corrected": made.correction is not None,
        "checks_overridden": made.checks_overridden is not None,
    }


def note_asked(
    session: Session, key: AuditKey, item: Mapping[str, Any], kind: str, *, actor: str, details: Mapping[str, Any]
) -> None:
    """Notes that somebody asks for another look; the outcome stands."""
    happening = Happening.APPEALED if kind == APPEAL else Happening.REOPENED
    transition = after(State(item["state"]), happening)
    record(session, key, item, transition.audit, transition.events, actor=actor, details=details)
