"""What a reviewer may do and what a verdict needs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: outputs are JSON

from handrail.domain.item import Output
from handrail.domain.score import Severity
from handrail.kit.clock import to_ms
from handrail.kit.errors import FieldFault
from handrail.stages.reviewing.changes import telling_changes
from handrail.wire.reviewing import ReviewIn

HOUR_MS = 3_600_000
LOOKS = frozenset({"appeal", "reopen"})
"""The kinds of seats, assignments and reviews that look at a decided item again."""
HELD_MOST = 20
FAST_TRACK = -(10**15)  # sorts before every arrival


@dataclass(frozen=True, slots=True)
class QueueRules:
    """What the policy says about one queue, as far as reviewing needs it."""

    name: str
    kind: str = "expert"
    level: str = "junior"
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    requires: str = "correction"
    reason: str = "when_changed"
    lease: timedelta = timedelta(minutes=10)
    undo: timedelta = timedelta(seconds=5)
    hide_scores: bool = False
    least_time: timedelta = timedelta(0)
    audits: bool = False  # it holds released items that audits look at


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """What binds one item's review: its queue, and the taxonomy of the policy version it was routed under."""

    queue: QueueRules
    categories: Mapping[str, Severity]
    error_from: Severity
    policy_version: int


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person as queues see them."""

    id: str
    level: str
    skills: frozenset[str]
    languages: frozenset[str]


def may_take(reviewer: Reviewer, queue: QueueRules) -> str | None:
    """None if this reviewer may claim from the queue, else why not: `not_qualified` or `not_your_skill`.

    >>> may_take(Reviewer("p", "junior", frozenset(), frozenset()), QueueRules("q", level="senior"))
    'not_qualified'
    """
    if queue.level == "senior" and reviewer.level != "senior":
        return "not_qualified"
    if not queue.skills <= reviewer.skills:
        return "not_your_skill"
    if queue.languages and reviewer.languages and not queue.languages & reviewer.languages:
        return "not_your_skill"
    return None


def sort_key(arrived: datetime, priority: float) -> int:
    """The place in a queue: arrival minus one hour for each point of priority (linear ageing keeps this order).

    >>> early, late = datetime.fromisoformat("2026-01-01T00:00Z"), datetime.fromisoformat("2026-01-01T05:00Z")
    >>> sort_key(late, 60) < sort_key(early, 50)
    True
    """
    return to_ms(arrived) - round(priority * HOUR_MS)


def verdicts(requires: str, kind: str) -> tuple[str, ...]:
    """The verdicts that are open: an `approval` queue has no edit."""
    return ("approve", "reject") if requires == "approval" and kind == "review" else ("approve", "edit", "reject")


def severity_of(review: ReviewIn, categories: Mapping[str, Severity]) -> Severity | None:
    """The stated severity, else the worst of the categories, else none."""
    if review.severity is not None:
        return Severity(review.severity)
    known = [categories[name] for name in review.categories if name in categories]
    return max(known, key=lambda one: one.rank) if known else None


def is_error(verdict: str, severity: Severity | None, error_from: Severity) -> bool:
    """The one definition of an error: a reject, or an edit whose severity reaches the threshold.

    >>> is_error("edit", Severity.MINOR, Severity.MAJOR), is_error("reject", None, Severity.MAJOR)
    (False, True)
    """
    if verdict == "reject":
        return True
    return verdict == "edit" and severity is not None and severity.rank >= error_from.rank


def faults(
    review: ReviewIn,
    rules: ReviewRules,
    original: Mapping[str, Any],
    requires: str,
    kind: str,
    failed_on_edit: Collection[str],
) -> tuple[FieldFault, ...]:
    """What is wrong with a verdict; empty if nothing is. `failed_on_edit`: checks that the edited output fails."""
    found: list[FieldFault] = []
    if review.verdict not in verdicts(requires, kind):
        found.append(FieldFault("/verdict", "not_allowed", "This queue takes approve or reject only."))
    found += _output_faults(review, original)
    found += [
        FieldFault(f"/categories/{place}", "unknown_name", f"There is no category {name!r} in this policy.")
        for place, name in enumerate(review.categories)
        if name not in rules.categories
    ]
    if review.verdict == "reject" and severity_of(review, rules.categories) is None:
        found.append(FieldFault("/severity", "missing_key", "Say how bad it is: minor, major or critical."))
    why = reason_wanted(review, rules, original)
    if why is not None and not (review.reason or "").strip():
        found.append(FieldFault("/reason", "missing_key", why))
    if failed_on_edit and not (review.checks_overridden or "").strip():
        names = ", ".join(sorted(failed_on_edit))
        found.append(
            FieldFault(
                "/checks_overridden", "missing_key", f"Your edit fails {names}: mend it, or say why it goes out."
            )
        )
    return tuple(found)


def _output_faults(review: ReviewIn, original: Mapping[str, Any]) -> list[FieldFault]:
    if review.verdict != "edit":
        return (
            [] if review.output is None else [FieldFault("/output", "not_allowed", "Only an edit carries an output.")]
        )
    if review.output is None:
        return [FieldFault("/output", "missing_key", "An edit carries the new output.")]
    edited = review.output.model_dump(mode="json", by_alias=True, exclude_none=True)
    if edited["type"] != original["type"]:
        return [FieldFault("/output/type", "bad_type", f"The output stays of type {original['type']}.")]
    if edited == original:
        return [FieldFault("/output", "unchanged", "Nothing was changed; approve it instead.")]
    return []


def reason_wanted(review: ReviewIn, rules: ReviewRules, original: Mapping[str, Any]) -> str | None:
    """Why a reason is asked for; None if it is not."""
    if rules.queue.reason == "never":
        return None
    if rules.queue.reason == "always":
        return "This queue asks for a reason with each verdict."
    severity = severity_of(review, rules.categories)
    if review.verdict != "approve" and severity is not None and severity is not Severity.MINOR:
        return f"A reason is asked because the severity is {severity.value}."
    if review.verdict == "edit" and review.output is not None:
        edited = Output(review.output.model_dump(mode="json", by_alias=True, exclude_none=True))
        changed = telling_changes(Output(original).readable, edited.readable)
        if changed:
            return f"A reason is asked because a {changed[0]} changed."
    return None


def too_fast(active_ms: int, rules: ReviewRules) -> FieldFault | None:
    """The least time a queue asks for, where the verdict came before it."""
    least = rules.queue.least_time // timedelta(milliseconds=1)
    if active_ms >= least:
        return None
    return FieldFault("/active_ms", "too_fast", f"This queue asks for at least {least / 1000:g} s with each item.")
