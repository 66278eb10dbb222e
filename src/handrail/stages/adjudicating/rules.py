"""What becomes of an item once its reviews are in, or once its deadline has passed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: outputs are JSON

from handrail.domain.item import Output
from handrail.domain.life import Happening, Status
from handrail.kit.jsons import content_hash


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item's one final result, not yet stored."""

    status: Status
    source: str  # auto, repaired, human, edited, fallback
    decided_by: str  # policy, review, adjudication, deadline
    reason: str
    output: Mapping[str, Any] | None = None
    text: str | None = None
    show: str | None = None
    categories: tuple[str, ...] = ()
    review: Mapping[str, Any] | None = None

    @property
    def content_hash(self) -> str | None:
        return None if self.output is None else content_hash(self.output)


def released(output: Mapping[str, Any], *, source: str, decided_by: str, reason: str, **more: Any) -> Outcome:
    """A release of this output."""
    return Outcome(Status.RELEASED, source, decided_by, reason, output, Output(output).text, **more)


def blocked(fallback: str | None, *, source: str, decided_by: str, reason: str, **more: Any) -> Outcome:
    """A block; the fallback is what may be shown instead."""
    show = "nothing" if fallback is None else "fallback"
    return Outcome(Status.BLOCKED, source, decided_by, reason, None, fallback, show, **more)


def from_review(
    verdict: str,
    *,
    original: Mapping[str, Any],
    edited: Mapping[str, Any] | None,
    severity: str | None,
    categories: Sequence[str],
    reason: str | None,
    fallback: str | None,
) -> Outcome:
    """What one person's verdict makes of an item.

    >>> from_review("approve", original={"type": "text", "text": "x"}, edited=None, severity=None, categories=(),
    ...     reason=None, fallback=None).source
    'human'
    """
    summary = {
        "verdict": verdict,
        "severity": severity,
        "reviews": 1,
        "adjudicated": False,
        "choice": None,
        "ranking": None,
    }
    more = {"categories": tuple(categories), "review": summary}
    match verdict:
        case "approve":
            return released(original, source="human", decided_by="review", reason=reason or "approved", **more)
        case "edit":
            assert edited is not None
            return released(edited, source="edited", decided_by="review", reason=reason or "edited", **more)
        case "reject":
            return blocked(fallback, source="human", decided_by="review", reason=reason or "rejected", **more)
        case _:
            raise ValueError(f"unknown verdict {verdict!r}")


def at_breach(
    kind: str, *, original: Mapping[str, Any], fallback: str | None, why: str | None, high_stakes: bool = False
) -> Outcome:
    """What a passed deadline makes of an item: `fallback`, `block` or `release`. Without a text a fallback blocks.

    Where the stakes are high the output is never released here, whatever a policy says: the fallback goes out, or
    the item is blocked.

    >>> at_breach("release", original={"type": "text", "text": "x"}, fallback="y", why="", high_stakes=True).text
    'y'
    """
    if kind == "release" and high_stakes:
        kind = "fallback"
    if kind == "fallback" and fallback is not None:
        return released(
            {"type": "text", "text": fallback},
            source="fallback",
            decided_by="deadline",
            reason="the deadline has passed",
        )
    if kind == "release":
        return released(original, source="auto", decided_by="deadline", reason=f"the deadline has passed: {why}")
    return blocked(fallback, source="auto", decided_by="deadline", reason="the deadline has passed")


def happening_at_window_end(outcome: Outcome) -> Happening:
    """Which transition a settled item takes."""
    return Happening.WINDOW_OVER_RELEASE if outcome.status is Status.RELEASED else Happening.WINDOW_OVER_BLOCK
