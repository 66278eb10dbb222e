"""Simulated days and what the real rooms make of them, shared by the tests of the example desk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any  # Any: outputs are JSON

from handrail.demo.world import DemoClaim, claims
from handrail.domain.item import Item
from handrail.domain.route import Route
from handrail.domain.score import Score
from handrail.stages.checking.frame import run_checks
from handrail.stages.intake.rules import normalised, seen_by_checks
from handrail.stages.routing.draws import draw
from handrail.stages.routing.language.model import Policy
from handrail.stages.routing.rules import route

COUNT = 5_000
SEEDS = (1, 2, 3, 4, 5)


@cache
def world(seed: int) -> tuple[DemoClaim, ...]:
    """One simulated day of 5,000 items, made once for all tests."""
    return tuple(claims(seed, COUNT))


@dataclass(frozen=True, slots=True)
class Routed:
    """A claim of seed 1 with what the real checks and the real policy said."""

    claim: DemoClaim
    item: Item
    scores: tuple[Score, ...]
    route: Route

    @property
    def alarmed(self) -> frozenset[str]:
        """The checks that did not pass."""
        return frozenset(score.name for score in self.scores if score.result not in {"pass", "skipped"})


def routed_by(policy: Policy, claim: DemoClaim) -> Routed:
    item = seen_by_checks(normalised(claim.item), None)
    scores = run_checks(item, [entry.bound for entry in policy.checks.values()])
    key = claim.item["key"]
    made = route(policy, item, scores, policy_version=1, draw=lambda purpose: draw(b"example-desk-0001", purpose, key))
    return Routed(claim, item, scores, made)


def text_of(output: Any) -> str:
    """The text of a letter or chat reply; records have none."""
    return str(output.get("text") or output.get("content") or "")
