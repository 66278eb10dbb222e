"""When an item is due, when its reviewers are warned, when it goes first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handrail.domain.route import Action, Route
from handrail.stages.routing.hours import add_business_time
from handrail.stages.routing.language import Policy
from handrail.stages.routing.language.model import AtBreach


@dataclass(frozen=True, slots=True)
class Due:
    """The moments of one deadline. A warning that lies before the start is left out."""

    due_at: datetime
    warn_at: tuple[datetime, ...]
    fast_track_at: datetime | None


def due_times(policy: Policy, route: Route, start: datetime, *, shortened_to: datetime | None = None) -> Due | None:
    """The deadline of an item sent to a queue; None where nothing is due. A caller can only shorten it, and only
    where the policy says what happens at breach."""
    if route.action is not Action.REVIEW or route.queue is None:
        return None
    queue = policy.queues.get(route.queue)
    span = route.deadline or (queue.deadline if queue else None)
    if queue is None or span is None or queue.at_breach is None:
        return None
    due_at = add_business_time(start, span, queue.hours)
    if shortened_to is not None:
        due_at = max(start, min(due_at, shortened_to))
    warn_at = tuple(moment for before in queue.warn if (moment := due_at - before) > start)
    fast = due_at - queue.fast_track if queue.fast_track else None
    return Due(due_at, warn_at, max(fast, start) if fast else None)


def at_breach(policy: Policy, queue: str) -> AtBreach | None:
    """What the policy says happens once a deadline in this queue has passed."""
    found = policy.queues.get(queue)
    return found.at_breach if found else None
