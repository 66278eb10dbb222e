"""What a recall makes of a result, in the twin as in the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any  # Any: outputs are JSON

from handrail.domain.item import Output
from handrail.domain.result import Outcome, Recall
from handrail.wire.recalling import OverrideIn, RecallIn


def recalled(  # the parts of a recall
    outcome: Outcome,
    why: str,
    reason: str | None,
    severity: str | None,
    categories: tuple[str, ...],
    correction: Mapping[str, Any] | None,
    *,
    at: datetime,
) -> Outcome:
    """The outcome, taken back: what was given out stays, and its text is what takes its place."""
    text = None if correction is None else Output(correction).text
    return replace(
        outcome,
        text=text,
        recall=Recall(
            recalled_at=at, why=why, reason=reason, severity=severity, categories=categories, correction=correction
        ),
    )


def standing(outcome: Outcome) -> Mapping[str, Any] | None:
    """The output that stands now: the newest correction, else what was released."""
    return outcome.output if outcome.recall is None else outcome.recall.correction


def correction_of(given: RecallIn) -> dict[str, Any] | None:
    """The output that an override puts in the place of another."""
    if not isinstance(given, OverrideIn):
        return None
    return given.correction.model_dump(mode="json", by_alias=True, exclude_none=True)
