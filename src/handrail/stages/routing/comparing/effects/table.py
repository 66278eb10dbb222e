"""The table itself: key pattern -> what its change does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any  # Any: values of the language are of many kinds

from handrail.stages.routing.comparing.words import Asked, Effect, Release, said
from handrail.stages.routing.conditions.compiled import Condition
from handrail.stages.routing.language.model import Policy

Work = Callable[[Asked], Effect]
EFFECTS: dict[str, Work] = {}
"""Key pattern -> what its change does. `+` and `-` after a pattern: an entry that came, or that went."""


def effect_of(*patterns: str) -> Callable[[Work], Work]:
    """Enters a function under these keys."""

    def keep(work: Work) -> Work:
        for pattern in patterns:
            EFFECTS[pattern] = work
        return work

    return keep


def plainly(pattern: str, words: str, *, nothing: str = "nothing", release: Release = Release.NEITHER) -> None:
    """A key whose effect is its own value: `{name}`, `{before}` and `{after}` are filled in."""

    def work(asked: Asked) -> Effect:
        values = {"before": said(asked.before, nothing), "after": said(asked.after, nothing)}
        return Effect(words.format(name=asked.name, **values), release)

    EFFECTS[pattern] = work


def conditions(policy: Policy) -> list[Condition]:
    """All conditions of a policy."""
    found: list[Condition] = [*(one.when for one in policy.block), *(one.when for one in policy.review)]
    if policy.bands is not None:
        found.append(policy.bands.on)
    return found


def work_of(pattern: str) -> Work:
    """The function for a key; one that only names the values where there is none."""
    return EFFECTS.get(pattern, _unknown)


def _unknown(asked: Asked) -> Effect:
    return Effect(f"Changed from {said(asked.before)} to {said(asked.after)}.", Release.UNCLEAR)


DEFAULTS: Mapping[str, Any] = {
    "error_from": "major",
    "metadata.*.required": False,
    "metadata.*.filter": False,
    "categories.*.severity": "major",
    "checks.*.then": "review",
    "review[].high_stakes": False,
    "not_run": "review",
    "bands.on": "confidence",
    "queues.*.kind": "expert",
    "queues.*.level": "junior",
    "queues.*.skills": [],
    "queues.*.languages": [],
    "queues.*.priority": 50.0,
    "queues.*.hours": "always",
    "queues.*.warn": [],
    "queues.*.requires": "correction",
    "queues.*.reason": "when_changed",
    "queues.*.lease": "10m",
    "queues.*.undo": "5s",
    "queues.*.hide_scores": False,
    "queues.*.least_time": "0s",
    "pending.show": "nothing",
    "audit.share": 0.05,
    "audit.least": 0.01,
    "audit.uniform": 1.0,
    "hours.*.holidays": [],
}
"""What a key means where it is not written."""
