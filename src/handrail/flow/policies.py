"""What policies say, in the words of the rooms that ask: reviewing and exploring know no policy themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # Any: items are JSON

from handrail.domain.item import Output
from handrail.kit.errors import HandrailFault
from handrail.stages.checking.frame import recheck
from handrail.stages.intake.rules import seen_by_checks
from handrail.stages.reviewing.desk import Rechecked
from handrail.stages.reviewing.rules import QueueRules, ReviewRules
from handrail.stages.routing.language.model import Policy, Queue, RowThen, Then
from handrail.stages.routing.service import CACHED, PolicyBook
from handrail.storage import Session


class PoliciesForReviewing:
    """Tells reviewing what policies say (reviewing.desk.Policies)."""

    def __init__(self, book: PolicyBook) -> None:
        self.book = book
        self._known: dict[tuple[str, int], Mapping[str, QueueRules]] = {}

    def queues(self, session: Session, project_id: str) -> Mapping[str, QueueRules]:
        version = session.once(("active_version", project_id), lambda: self.book.active_version(session, project_id))
        return self._queues(session, project_id, version)

    def review_rules(self, session: Session, project_id: str, version: int, queue: str) -> ReviewRules:
        policy = self.book.version(session, project_id, version)
        return ReviewRules(
            self._queues(session, project_id, version).get(queue)
            or self.queues(session, project_id).get(queue)  # where a decided item is looked at again
            or QueueRules(queue),
            {name: one.severity for name, one in policy.categories.items()},
            policy.error_from,
            version,
        )

    def _queues(self, session: Session, project_id: str, version: int) -> Mapping[str, QueueRules]:
        """The queues of one version, which never changes."""
        known = self._known.get((project_id, version))
        if known is None:
            if len(self._known) >= CACHED:
                self._known.clear()
            policy = self.book.version(session, project_id, version)
            known = {
                name: _queue_rules(queue, audits=name == policy.audit.queue) for name, queue in policy.queues.items()
            }
            self._known[project_id, version] = known
        return known

    def recheck(
        self, session: Session, project_id: str, version: int, submitted: Mapping[str, Any], output: Mapping[str, Any]
    ) -> Rechecked:
        policy = self.book.version(session, project_id, version)
        item = seen_by_checks(submitted, None)
        scores = recheck(item, Output(output), [one.bound for one in policy.checks.values()])
        failed = tuple(
            one.name for one in scores if one.result == "fail" and policy.checks[one.name].then is not Then.NOTE
        )
        return Rechecked(scores, failed)


@dataclass(frozen=True)
class PoliciesForExploring:
    """Tells exploring what policies say (exploring.desk.Policies); nothing where a policy cannot be read any more."""

    book: PolicyBook

    def filterable(self, session: Session, project_id: str) -> Mapping[str, str]:
        policy = self._active(session, project_id)
        return {name: one.type.value for name, one in policy.metadata.items() if one.filter} if policy else {}

    def release_above(self, session: Session, project_id: str) -> float | None:
        policy = self._active(session, project_id)
        if policy is None or policy.bands is None or policy.bands.on.source.strip() != "confidence":
            return None
        releases = [
            one.above if one.above is not None else one.at_least
            for one in policy.bands.rows
            if one.then is RowThen.RELEASE
        ]
        return min((one for one in releases if one is not None), default=None)

    def categories(self, session: Session, project_id: str) -> list[str]:
        policy = self._active(session, project_id)
        return sorted(policy.categories) if policy else []

    def _active(self, session: Session, project_id: str) -> Policy | None:
        try:
            return self.book.active(session, project_id)
        except HandrailFault:
            return None


def _queue_rules(queue: Queue, *, audits: bool) -> QueueRules:
    return QueueRules(
        queue.name,
        queue.kind.value,
        queue.level.value,
        frozenset(queue.skills),
        frozenset(queue.languages),
        queue.requires.value,
        queue.reason.value,
        queue.lease,
        queue.undo,
        queue.hide_scores,
        queue.least_time,
        audits,
    )
