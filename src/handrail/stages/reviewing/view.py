"""What a reviewer is shown: the same fields for every item, nothing that would tell a gold item apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: rows and items are JSON

from handrail.domain.item import segment_of
from handrail.domain.score import Finding, Score
from handrail.stages.reviewing.desk import ReviewDesk, lease_of
from handrail.stages.reviewing.queries import items, seats
from handrail.stages.reviewing.rules import LOOKS, ReviewRules, verdicts
from handrail.storage import Session
from handrail.wire.items import CategoryOut, PersonRef, ReviewOut, ScoreOut
from handrail.wire.reviewing import AssignmentOut, ReviewForm, UnsentReviewOut, WhyHere

_NOT_FOR_REVIEWERS = frozenset({"key", "wait", "deliver", "audit"})


def score_json(score: Score) -> dict[str, Any]:
    """A score as it is stored and shown."""
    return {
        "name": score.name,
        "kind": score.kind.value,
        "result": score.result.value,
        "value": score.value,
        "label": score.label,
        "version": score.version,
        "duration_ms": score.duration_ms,
        "reason": score.reason,
        "findings": [finding_json(one) for one in score.findings],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as it is stored and shown."""
    return {
        "field": finding.field,
        "candidate": finding.candidate,
        "context_id": finding.context_id,
        "start": finding.start,
        "end": finding.end,
        "reason": finding.reason,
        "severity": finding.severity.value,
        "category": finding.category,
        "evidence": [{"context_id": one.context_id, "start": one.start, "end": one.end} for one in finding.evidence],
    }


def assignment_out(session: Session, desk: ReviewDesk, assignment: Mapping[str, Any]) -> AssignmentOut:
    """One assignment with the reviewer's view of its item."""
    material = items.material(session, assignment["item_id"])
    rules = desk.policies.review_rules(session, material["project_id"], material["policy_version"], assignment["queue"])
    route = material["route"] or {}
    hidden = rules.queue.hide_scores
    requires = route.get("requires", rules.queue.requires)
    again = seats.seat(session, assignment["seat_id"]) if assignment["kind"] in LOOKS else None
    return AssignmentOut(
        assignment_id=assignment["id"],
        kind="review" if again else assignment["kind"],
        state=assignment["state"],
        item_id=assignment["item_id"],
        item={name: value for name, value in material["body"].items() if name not in _NOT_FOR_REVIEWERS},
        scores=None if hidden else [ScoreOut.model_validate(one) for one in material["scores"] or ()],
        segment=segment_of(material["domain"], material["task"]),
        queue=assignment["queue"],
        fence=assignment["fence"],
        lease_until=assignment["lease_until"],
        lease_s=int(lease_of(session, desk, assignment).total_seconds()),
        due_at=again["due_at"] if again else material["due_at"] if assignment["kind"] == "review" else None,
        received_at=material["received_at"],
        why_here=_why_again(again, route) if again else _why_here(assignment, route, hidden=hidden),
        verdicts=verdicts(requires, assignment["kind"]),  # type: ignore[arg-type]  # the words are those of the wire
        form=_form(rules, route),
        guideline=None,
        rubric=None,
        unsent_review=_unsent(assignment),
    )


def _why_here(assignment: Mapping[str, Any], route: Mapping[str, Any], *, hidden: bool) -> WhyHere:
    version = route.get("policy_version")
    if assignment["kind"] == "audit":
        share = (route.get("audit") or {}).get("probability")
        told = (
            f"a random look at what was released ({share:.0%} of such items)"
            if share
            else "a random look at what was released"
        )
        return WhyHere(sentence=told, rule="audit", policy_version=version, values={}, uncertified=False)
    if hidden:
        return WhyHere(
            sentence="the policy sends it to a person", rule=None, policy_version=version, values={}, uncertified=False
        )
    return WhyHere(
        sentence=route.get("reason", ""),
        rule=route.get("rule"),
        policy_version=version,
        values=route.get("values", {}),
        uncertified=bool(route.get("uncertified")),
    )


def _why_again(seat: Mapping[str, Any], route: Mapping[str, Any]) -> WhyHere:
    """Another look says why it was asked for, and nothing of what the first one said."""
    told = f"appeal: {seat['why']}" if seat["kind"] == "appeal" else f"reopened: {seat['why']}"
    return WhyHere(
        sentence=told, rule=seat["kind"], policy_version=route.get("policy_version"), values={}, uncertified=False
    )


def _form(rules: ReviewRules, route: Mapping[str, Any]) -> ReviewForm:
    return ReviewForm(
        categories=[CategoryOut(name=name, severity=severity.value) for name, severity in rules.categories.items()],
        reason=rules.queue.reason,  # type: ignore[arg-type]  # the words are those of the wire
        fallback=route.get("fallback"),
        undo_s=int(rules.queue.undo.total_seconds()),
    )


def _unsent(assignment: Mapping[str, Any]) -> UnsentReviewOut | None:
    if assignment["unsent"] is None:
        return None
    return UnsentReviewOut(saved_at=assignment["unsent_at"], review=assignment["unsent"])


def review_out(review: Mapping[str, Any], name: str | None) -> ReviewOut:
    """A review as those may see it who may; `name` of the reviewer where it is shown."""
    return ReviewOut(
        review_id=review["id"],
        item_id=review["item_id"],
        assignment_id=review["assignment_id"],
        reviewer=PersonRef(person_id=review["person_id"], name=name) if name else None,
        kind=review["kind"],
        verdict=review["verdict"],
        output=review["output"],
        severity=review["severity"],
        categories=review["categories"],
        spans=review["spans"],
        reason=review["reason"],
        active_ms=review["active_ms"],
        submitted_at=review["submitted_at"],
        undo_until=review["undo_until"],
        state=review["state"],
    )
