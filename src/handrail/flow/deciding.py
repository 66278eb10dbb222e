"""What the policy says of one item: metadata checked, checks run, routed. No database, so a test can ask too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: items are JSON of the caller's own shape

from handrail.domain.item import Item
from handrail.domain.route import Route
from handrail.domain.score import Score
from handrail.extend.checks import BoundCheck
from handrail.kit.durations import parse_duration
from handrail.kit.errors import FieldFault, Invalid
from handrail.stages.checking.frame import run_checks
from handrail.stages.checking.rules import caller_scores
from handrail.stages.intake.rules import seen_by_checks
from handrail.stages.routing.deadlines import Due, due_times
from handrail.stages.routing.draws import draw
from handrail.stages.routing.language import check_metadata
from handrail.stages.routing.rules import route
from handrail.stages.routing.service import InForce

RunChecks = Callable[[Item, Sequence[BoundCheck]], tuple[Score, ...]]


@dataclass(frozen=True, slots=True)
class Decided:
    """An item with its scores, its route, and when it is due."""

    item: Item
    scores: tuple[Score, ...]
    route: Route
    due: Due | None


def decide(
    in_force: InForce,
    kept: Mapping[str, Any],
    *,
    id: str,
    at: datetime,
    received_at: datetime | None = None,
    run: RunChecks = run_checks,
) -> Decided:
    """The route of an item (as `intake.rules.normalised` gives it) at this moment; random draws go by its id.

    Raises Invalid for metadata that breaks the policy, and for a deadline of the caller's own that cannot be read.
    """
    policy = in_force.policy
    faults = check_metadata(policy, kept.get("metadata", {}))
    if faults:
        raise Invalid(fields=tuple(faults))
    item = seen_by_checks(kept, received_at or at)
    scores = run(item, [one.bound for one in policy.checks.values()]) + caller_scores(kept.get("scores", ()))
    decided = route(
        policy,
        item,
        scores,
        policy_version=in_force.version,
        draw=lambda purpose: draw(in_force.seed, purpose, id),
        stop=in_force.stop,
        fallback=kept.get("fallback"),
        audit_always=kept.get("audit") == "always",
    )
    try:
        due = due_times(policy, decided, at, shortened_to=_own_deadline(kept, at))
    except ValueError as error:
        raise Invalid(fields=(FieldFault("/deadline", "bad_type", str(error)),)) from None
    return Decided(item, scores, decided, due)


def _own_deadline(kept: Mapping[str, Any], at: datetime) -> datetime | None:
    """The caller's own deadline, which can only shorten the policy's. Raises ValueError with a sentence."""
    text = kept.get("deadline")
    if text is None:
        return None
    try:
        return at + parse_duration(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("Write a duration such as 4h, or a time such as 2026-11-21T11:43:57.000Z.") from None
    if moment.tzinfo is None:
        raise ValueError("Say the zone of the deadline, for instance 2026-11-21T11:43:57.000Z.")
    return moment
