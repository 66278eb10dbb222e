"""Queues, assignments and reviews as they travel."""

from __future__ import annotations

from typing import Annotated, Any, Literal  # Any: JSON outputs are of the caller's own shape

from pydantic import Field, StringConstraints

from handrail.wire.base import Id, Moment, Request, Response, Slug
from handrail.wire.items import AnyOutput, CategoryOut, ReviewOut, ScoreOut

Fence = Annotated[int, Field(ge=1)]
Reason = Annotated[str, StringConstraints(max_length=4_000)]
EmptyBecause = Literal[
    "none_left", "held_by_others", "not_your_skill", "paused", "limit_reached", "own_work", "not_qualified"
]


class QueueOut(Response):
    """One queue as the caller sees it. `waiting` counts what this caller could claim, `waiting_all` everything."""

    name: str
    kind: str
    level: str
    skills: list[str]
    languages: list[str]
    requires: str
    audits: bool  # the queue of the audits: its items have their outcome already
    waiting: int
    waiting_all: int
    held: int
    overdue: int
    oldest_due_at: Moment | None
    on_time_today: float | None  # share of today's decided items that met their deadline; null when none had one
    paused: bool
    paused_reason: str | None
    empty_because: EmptyBecause | None


class QueuesOut(Response):
    data: list[QueueOut]


class QueuePatch(Request):
    paused: bool | None = None
    reason: Reason | None = None
    limit_per_person: Annotated[int, Field(ge=1, le=100)] | None = None


class ClaimIn(Request):
    queues: Annotated[list[Slug], Field(max_length=100)] | None = None
    limit: Annotated[int, Field(ge=1, le=20)] = 1


class ReviewForm(Response):
    """What this item's verdict asks for, bound to the policy version it was routed under."""

    categories: list[CategoryOut]
    reason: Literal["always", "when_changed", "never"]
    fallback: str | None  # what a reject sends
    undo_s: int


class WhyHere(Response):
    """The one sentence that opens the review, and the rule behind it."""

    sentence: str
    rule: str | None
    policy_version: int | None
    values: dict[str, Any]
    uncertified: bool


class UnsentReview(Request):
    """A reviewer's unfinished work."""

    fence: Fence
    verdict: Literal["approve", "edit", "reject"] | None = None
    output: AnyOutput | None = None
    severity: Literal["minor", "major", "critical"] | None = None
    categories: Annotated[list[Slug], Field(max_length=50)] = []
    spans: Annotated[list[dict[str, Any]], Field(max_length=200)] = []
    reason: Reason | None = None
    passages: dict[str, Literal["used", "irrelevant", "wrong", "missing"]] = {}  # retrieval labels by context id
    findings: dict[str, Literal["error", "not_error"]] = {}  # answers to "<check>/<n>"


class UnsentReviewOut(Response):
    saved_at: Moment
    review: dict[str, Any]  # the fields of UnsentReview but fence


class AssignmentOut(Response):
    assignment_id: Id
    kind: Literal["review", "audit", "adjudication"]
    state: Literal["held", "submitted", "returned", "expired", "revoked"]
    item_id: Id
    item: dict[
        str, Any
    ]  # the reviewer's view: submitted fields without key, wait, deliver, audit; plus scores, confidence
    scores: list[ScoreOut] | None
    segment: str
    queue: str
    fence: int
    lease_until: Moment
    lease_s: int
    due_at: Moment | None
    received_at: Moment
    why_here: WhyHere
    verdicts: list[Literal["approve", "edit", "reject"]]
    form: ReviewForm
    guideline: dict[str, Any] | None
    rubric: dict[str, Any] | None
    unsent_review: UnsentReviewOut | None


class Claimed(Response):
    assignments: list[AssignmentOut]
    empty_because: EmptyBecause | None


class AssignmentsOut(Response):
    data: list[AssignmentOut]


class FenceIn(Request):
    fence: Fence


class LeaseOut(Response):
    lease_until: Moment


class ReturnIn(Request):
    fence: Fence
    reason: Reason | None = None
    skip: bool = False
    to: Id | None = None


class RecheckIn(Request):
    """Tier 1 on an edit as it is typed."""

    output: AnyOutput


class RecheckOut(Response):
    """All scores of the edit, and the checks that must be mended or overridden; others that fail are only noted."""

    scores: list[ScoreOut]
    failed: list[str]


class ReviewIn(Request):
    fence: Fence
    verdict: Literal["approve", "edit", "reject"]
    output: AnyOutput | None = None
    severity: Literal["minor", "major", "critical"] | None = None
    categories: Annotated[list[Slug], Field(max_length=50)] = []
    spans: Annotated[list[dict[str, Any]], Field(max_length=200)] = []
    reason: Reason | None = None
    passages: dict[str, Literal["used", "irrelevant", "wrong", "missing"]] = {}
    findings: dict[str, Literal["error", "not_error"]] = {}
    warnings_shown: Annotated[
        list[str], Field(max_length=50)
    ] = []  # hidden characters and the like that were on screen
    checks_overridden: Reason | None = None  # why a failing edit goes out all the same
    active_ms: Annotated[int, Field(ge=0, le=86_400_000)]
    claim_next: bool = False
    queues: Annotated[list[Slug], Field(max_length=100)] | None = None  # where the next one may come from


class ReviewsToday(Response):
    given: int
    since: Moment


class ReviewDone(Response):
    review: ReviewOut
    undo_until: Moment
    next: AssignmentOut | None
    empty_because: EmptyBecause | None
