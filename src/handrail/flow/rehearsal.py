"""Trying a policy on one item: the way it takes when it arrives, but nothing is stored and nothing asked outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any  # Any: items are JSON of the caller's own shape

from handrail.domain.item import Item
from handrail.domain.score import Score, ScoreResult
from handrail.extend.checks import BoundCheck
from handrail.flow.deciding import decide
from handrail.kit.errors import NotFound
from handrail.kit.ids import new_id
from handrail.stages.checking.frame import run_checks
from handrail.stages.intake.rules import given_fields, normalised
from handrail.stages.reviewing.view import score_json
from handrail.stages.routing import queries
from handrail.stages.routing.errors import ContentGone
from handrail.stages.routing.language import load
from handrail.stages.routing.service import InForce, PolicyBook
from handrail.stages.routing.stored import route_json
from handrail.storage import AnyStore, Session
from handrail.wire.policies import PolicyTestIn

UNSTORED = 0
"""The version of a text that was never stored."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a test needs from the database."""

    in_force: InForce
    submitted: Mapping[str, Any] | None


@dataclass(frozen=True)
class Rehearsal:
    """Tries policies on items."""

    store: AnyStore
    book: PolicyBook

    def __call__(self, project_id: str, asked: PolicyTestIn) -> dict[str, Any]:
        """The Route as JSON with what stands beside it. Raises BadPolicy, Invalid, NotFound and ContentGone."""
        text = None if asked.yaml is None else load(asked.yaml, self.book.checks)
        wanted = self.store.read(lambda session: self._load(session, project_id, asked))
        in_force = wanted.in_force
        if text is not None:
            in_force = replace(in_force, version=UNSTORED, policy=text)
        if asked.item is not None:
            kept, id, received_at = normalised(given_fields(asked.item)), new_id(), None
        else:
            assert wanted.submitted is not None
            assert asked.item_id is not None
            kept, id, received_at = wanted.submitted["body"], asked.item_id, wanted.submitted["received_at"]
        decided = decide(in_force, kept, id=id, at=self.store.now(), received_at=received_at, run=run_inside)
        queue = in_force.policy.queues.get(decided.route.queue or "")
        told = route_json(decided.route)
        return told | {
            "audit": (told["audit"] or {}).get("probability"),
            "due_at": None if decided.due is None else decided.due.due_at,
            "queue_kind": None if queue is None else queue.kind.value,
            "stopped": in_force.stop is not None,
            "not_asked": [one.name for one in decided.scores if _was_not_asked(one)],
            "scores": [score_json(one) for one in decided.scores],
        }

    def _load(self, session: Session, project_id: str, asked: PolicyTestIn) -> _Wanted:
        in_force = self.book.in_force(session, project_id)
        if asked.version is not None:
            policy = self.book.version(session, project_id, asked.version)
            in_force = replace(in_force, version=asked.version, policy=policy)
        if asked.item_id is None:
            return _Wanted(in_force, None)
        submitted = queries.submitted(session, project_id, asked.item_id)
        if submitted is None:
            raise NotFound()
        if not submitted["body"]:
            raise ContentGone()
        return _Wanted(in_force, submitted)


SAID = "Not asked in a test, because it asks something outside."


def _was_not_asked(score: Score) -> bool:
    return score.result is ScoreResult.SKIPPED and score.reason == SAID


def run_inside(item: Item, checks: Sequence[BoundCheck]) -> tuple[Score, ...]:
    """One score for each check; those that would ask something outside are skipped."""
    quick = iter(run_checks(item, [check for check in checks if not check.plugin.slow]))
    return tuple(check.did_not_run(ScoreResult.SKIPPED, SAID) if check.plugin.slow else next(quick) for check in checks)
