"""What reviewing must be told about policies and checks, which live in other rooms. Joined in app.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol  # Any: items are JSON

from handrail.audit import AuditKey
from handrail.domain.score import Score
from handrail.stages.reviewing.rules import QueueRules, ReviewRules
from handrail.storage import Session


@dataclass(frozen=True, slots=True)
class Rechecked:
    """Tier 1 on an edited output: all scores, and the names of the checks whose fail matters."""

    scores: tuple[Score, ...]
    failed: tuple[str, ...]


class Policies(Protocol):
    """Where the rules of queues and reviews come from."""

    def queues(self, session: Session, project_id: str) -> Mapping[str, QueueRules]:
        """The queues of the policy in force."""
        ...

    def review_rules(self, session: Session, project_id: str, version: int, queue: str) -> ReviewRules:
        """What binds a review in this queue under this policy version."""
        ...

    def recheck(
        self, session: Session, project_id: str, version: int, submitted: Mapping[str, Any], output: Mapping[str, Any]
    ) -> Rechecked:
        """Tier 1 of this policy version on the item with another output."""
        ...


class Results(Protocol):
    """Where the present Result of an item comes from."""

    def __call__(self, session: Session, project_id: str, item_id: str) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """The collaborators of reviewing."""

    key: AuditKey
    policies: Policies
    results: Results


def lease_of(session: Session, desk: ReviewDesk, assignment: Mapping[str, Any]) -> timedelta:
    """How long a claim or a heartbeat holds: by the policy in force, as it was when the item was claimed."""
    name = assignment["queue"]
    return desk.policies.queues(session, assignment["project_id"]).get(name, QueueRules(name)).lease
