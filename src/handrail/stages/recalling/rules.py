"""What a recall needs, what stands after it, and what another look makes of an outcome. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: outputs are JSON

from handrail.domain.score import Severity
from handrail.kit.errors import FieldFault
from handrail.kit.jsons import content_hash

APPEAL, REOPEN = "appeal", "reopen"
LOOKS = frozenset({APPEAL, REOPEN})
"""The kinds of another look, as seats, reviews and recalls name them."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A recall that was decided on, not yet stored."""

    why: str
    reason: str | None
    severity: str | None = None
    categories: tuple[str, ...] = ()
    correction: Mapping[str, Any] | None = None
    scores: Sequence[Mapping[str, Any]] | None = None
    checks_overridden: str | None = None
    review_id: str | None = None


def standing(outcome: Mapping[str, Any], recall: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The output that stands now: the newest correction, else what was released; None where nothing may be shown.

    >>> standing({"output": {"type": "text", "text": "a"}}, {"correction": None}) is None
    True
    """
    stands = outcome["output"] if recall is None else recall["correction"]
    return None if stands is None else dict(stands)


def wanted(verdict: str, original: Mapping[str, Any], edited: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The output that a verdict wants given out; None for a reject."""
    match verdict:
        case "approve":
            return original
        case "edit":
            return edited
        case _:
            return None


def agrees(now: Mapping[str, Any] | None, then: Mapping[str, Any] | None) -> bool:
    """Whether two looks come to the same output, to the last character.

    >>> agrees({"type": "text", "text": "a"}, {"type": "text", "text": "a"})
    True
    >>> agrees({"type": "text", "text": "a"}, None)
    False
    """
    if now is None or then is None:
        return now is then
    return content_hash(now) == content_hash(then)


def severity_of(stated: str | None, categories: Sequence[str], known: Mapping[str, Severity]) -> str | None:
    """The stated severity, else that of the worst category, else none."""
    if stated is not None:
        return stated
    found = [known[name] for name in categories if name in known]
    return max(found, key=lambda one: one.rank).value if found else None


def faults(
    categories: Sequence[str],
    known: Collection[str],
    correction: Mapping[str, Any] | None,
    original: Mapping[str, Any],
    stands: Mapping[str, Any] | None,
    *,
    failed: Collection[str] = (),
    checks_overridden: str | None = None,
) -> tuple[FieldFault, ...]:
    """What is wrong with a recall; empty if nothing is. `failed`: checks that the correction fails."""
    found = [
        FieldFault(f"/categories/{place}", "unknown_name", f"There is no category {name!r} in this policy.")
        for place, name in enumerate(categories)
        if name not in known
    ]
    if correction is not None:
        found += _correction_faults(correction, original, stands, failed, checks_overridden)
    return tuple(found)


def _correction_faults(
    correction: Mapping[str, Any],
    original: Mapping[str, Any],
    stands: Mapping[str, Any] | None,
    failed: Collection[str],
    checks_overridden: str | None,
) -> list[FieldFault]:
    if correction["type"] != original["type"]:
        return [FieldFault("/correction/type", "bad_type", f"The correction stays of type {original['type']}.")]
    if agrees(stands, correction):
        return [FieldFault("/correction", "unchanged", "This is what stands already; change it, or recall the item.")]
    if failed and checks_overridden is None:
        names = ", ".join(sorted(failed))
        why = f"Your correction fails {names}: mend it, or say why it goes out."
        return [FieldFault("/checks_overridden", "missing_key", why)]
    return []
