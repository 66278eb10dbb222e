"""What conditions may read, and how an item becomes it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: metadata and tool arguments are JSON of the caller's own shape

from handrail.domain.item import Autonomy, Item
from handrail.domain.score import Score, ScoreKind, ScoreResult

MOST_FINDINGS = 500
_CALLER = "caller."

_WORST_FIRST = (
    ScoreResult.FAIL,
    ScoreResult.ERRORED,
    ScoreResult.TIMED_OUT,
    ScoreResult.FLAG,
    ScoreResult.SKIPPED,
    ScoreResult.PASS,
)


class Unknown(KeyError):
    """A condition asked for what is not there."""


def by_name(scores: Sequence[Score]) -> dict[str, Score]:
    """The scores by the name that conditions use; the caller's own are `caller.<name>` and never pass for ours.

    Of two with one name the worse result counts.
    """
    found: dict[str, Score] = {}
    for score in scores:
        name = score.name
        if score.kind is ScoreKind.CALLER and not name.startswith(_CALLER):
            name = _CALLER + name
        elif score.kind is not ScoreKind.CALLER and name.startswith(_CALLER):
            continue
        known = found.get(name)
        if known is None or _WORST_FIRST.index(score.result) < _WORST_FIRST.index(known.result):
            found[name] = score
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """One item as the conditions of a policy see it."""

    item: Item
    scores: Mapping[str, Score]
    autonomy: Autonomy

    def value(self, name: str) -> float:
        """`score(name)`. Raises Unknown where there is no finite value."""
        score = self._score(name)
        if not score.ran or score.value is None or not math.isfinite(score.value):
            raise Unknown(name)
        return score.value

    def label(self, name: str) -> str:
        """`label(name)`. Raises Unknown where there is none."""
        score = self._score(name)
        if not score.ran or score.label is None:
            raise Unknown(name)
        return score.label

    def result(self, name: str) -> ScoreResult:
        """How `name` ended. Raises Unknown where it errored, timed out or was never asked."""
        score = self._score(name)
        if score.result in (ScoreResult.ERRORED, ScoreResult.TIMED_OUT):
            raise Unknown(name)
        return score.result

    def ran(self, name: str) -> bool:
        score = self.scores.get(name)
        return score is not None and score.ran

    def found(self, category: str) -> bool:
        return any(finding.category == category for score in self.scores.values() for finding in score.findings)

    def _score(self, name: str) -> Score:
        score = self.scores.get(name)
        if score is None:
            raise Unknown(name)
        return score


def double(value: Any) -> Any:
    """JSON as conditions see it: every number a double, what is null or not finite left out of its group.

    >>> double({"amount": 62400, "tags": [1], "note": None})
    {'amount': 62400.0, 'tags': [1.0]}
    """
    match value:
        case bool() | str():
            return value
        case int() | float():
            return _finite(value)
        case Mapping():
            pairs = ((key, double(inner)) for key, inner in value.items())
            return {key: inner for key, inner in pairs if inner is not None}
        case list() | tuple():
            return [double(inner) for inner in value]
        case _:
            return None


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _context(seen: Seen) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "text": one.text, "source": one.source, "title": one.title}
        | ({} if one.score is None or not math.isfinite(one.score) else {"score": one.score})
        for one in seen.item.context
    ]


def _findings(seen: Seen) -> list[dict[str, Any]]:
    found = [
        {"name": name, "category": one.category, "severity": one.severity.value, "reason": one.reason}
        for name, score in seen.scores.items()
        for one in score.findings
    ]
    return found[:MOST_FINDINGS]


def _tool(seen: Seen) -> dict[str, Any]:
    output = seen.item.output_object
    if output.type != "tool_call":
        return {"name": None}
    return {"name": output.body["name"], "arguments": double(output.body["arguments"]) or {}}


def _candidates(seen: Seen) -> list[dict[str, Any]]:
    return [{"type": one.type, "output": one.readable} for one in seen.item.candidates]


READERS: dict[str, Callable[[Seen], Any]] = {
    "output": lambda seen: seen.item.output,
    "prompt": lambda seen: seen.item.prompt,
    "confidence": lambda seen: None if seen.item.confidence is None else _finite(seen.item.confidence),
    "risk": lambda _seen: None,  # unknown until a risk model exists
    "domain": lambda seen: seen.item.domain,
    "task": lambda seen: seen.item.task,
    "language": lambda seen: seen.item.language,
    "model": lambda seen: seen.item.model,
    "prompt_version": lambda seen: seen.item.prompt_version,
    "step": lambda seen: seen.item.step,
    "metadata": lambda seen: double(seen.item.metadata),
    "consequence": lambda seen: double(seen.item.consequence),
    "received_at": lambda seen: seen.item.received_at,
    "autonomy": lambda seen: seen.autonomy.value,
    "attempts": lambda seen: float(seen.item.attempts),
    "context": _context,
    "candidates": _candidates,
    "findings": _findings,
    "tool": _tool,
    "end_user": lambda seen: {"id": seen.item.end_user_id},
}
"""Every variable. What is absent is null, except that the ones in UNKNOWN_WHEN_ABSENT cannot be evaluated then."""

UNKNOWN_WHEN_ABSENT = frozenset({"confidence", "risk", "received_at"})


def bindings(seen: Seen, names: frozenset[str]) -> dict[str, Any]:
    """The values of the variables `names`; what is unknown is left out."""
    found: dict[str, Any] = {}
    for name in names:
        value = READERS[name](seen)
        if value is not None or name not in UNKNOWN_WHEN_ABSENT:
            found[name] = value
    return found
