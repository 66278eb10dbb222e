"""An item as it is submitted and as it is shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal  # Any: metadata and JSON outputs are JSON of the caller's own shape

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from handrail.kit.durations import parse_duration
from handrail.wire.audit_samples import ItemSample
from handrail.wire.base import Id, Moment, Request, Response, Slug
from handrail.wire.webhooks import ItemDelivery

MAX_TEXT = 1_048_576
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Short = Annotated[str, StringConstraints(max_length=200)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+$")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class TextOutput(Request):
    type: Literal["text"]
    text: Text


class MessageOutput(Request):
    type: Literal["message"]
    role: Literal["assistant"] = "assistant"
    content: Text | None = None
    tool_calls: list[dict[str, Any]] | None = None


class JsonOutput(Request):
    type: Literal["json"]
    value: Any
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class ToolCallOutput(Request):
    type: Literal["tool_call"]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    arguments: dict[str, Any]
    id: Short | None = None


OutputObject = Annotated[TextOutput | MessageOutput | JsonOutput | ToolCallOutput, Field(discriminator="type")]


def _full_output(value: object) -> object:
    return {"type": "text", "text": value} if isinstance(value, str) else value


AnyOutput = Annotated[OutputObject, BeforeValidator(_full_output, json_schema_input_type=Text | OutputObject)]
"""A model output; a bare string is short for text."""


class Candidate(Request):
    output: AnyOutput
    agent: Short | None = None
    model: Short | None = None
    confidence: Share | None = None


class ChatMessage(Request):
    role: Literal["system", "user", "assistant", "tool"]
    content: Text | list[dict[str, Any]] | None = None
    name: Short | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: Short | None = None


class ContextPassage(Request):
    id: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    text: Text
    title: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    source: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    score: Annotated[float, Field(allow_inf_nan=False)] | None = None


class Attempt(Request):
    output: AnyOutput
    confidence: Share | None = None
    model: Short | None = None
    error: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    at: Annotated[Moment, Field(strict=False)] | None = None


class HistoryEntry(Request):
    at: Annotated[Moment, Field(strict=False)]
    kind: Short
    text: Text


class EndUser(Request):
    id: Short
    name: Short | None = None
    language: Short | None = None
    history: Annotated[list[HistoryEntry], Field(max_length=100)] = []


class CallerScore(Request):
    name: Slug
    value: Annotated[float, Field(allow_inf_nan=False)]
    version: Short | None = None
    reason: Annotated[str, StringConstraints(max_length=2_000)] | None = None


class Consequence(Request):
    hits: list[Literal["internal", "customer", "regulator", "money"]] = []
    is_reversible: bool | None = None
    is_repeatable: bool | None = None
    cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class Attachment(Request):
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    name: Short
    media_type: Literal["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"]


class Run(Request):
    run_id: Short
    step: Short
    parent: Short | None = None


class Trace(Request):
    trace_id: Short
    span_id: Short | None = None
    response_id: Short | None = None
    url: Annotated[str, StringConstraints(max_length=2_000)] | None = None


class Deliver(Request):
    webhook: Slug
    reference: Annotated[str, StringConstraints(max_length=2_000)] | None = None


def _duration(text: str) -> str:
    parse_duration(text)
    return text


Duration = Annotated[str, AfterValidator(_duration)]


def _metadata(values: dict[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        if not 1 <= len(name) <= 64:
            raise ValueError("a metadata key has 1 to 64 characters")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and len(one) > 2_000:
                raise ValueError(f"{name}: at most 2,000 characters")
            if isinstance(one, dict | list):
                raise ValueError(f"{name}: a string, number, boolean, time, null, or a list of these")
        if isinstance(value, list) and len(value) > 50:
            raise ValueError(f"{name}: at most 50 entries")
    return values


class SubmittedItem(Request):
    """The body of `POST /v1/items`. Only `output` (or `candidates`) is required."""

    output: AnyOutput | None = None
    candidates: Annotated[list[Candidate], Field(min_length=2, max_length=16)] | None = None
    prompt: Text | None = None
    messages: Annotated[list[ChatMessage], Field(max_length=500)] | None = None
    confidence: Share | None = None
    context: Annotated[list[ContextPassage], Field(max_length=200)] | None = None
    key: Key | None = None
    domain: Slug | None = None
    task: Slug | None = None
    model: Short | None = None
    prompt_version: Short | None = None
    language: (
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)] | None
    ) = None
    metadata: Annotated[dict[str, Any], Field(max_length=64), AfterValidator(_metadata)] | None = None
    attempts: Annotated[list[Attempt], Field(max_length=20)] | None = None
    reasoning: Text | None = None
    end_user: EndUser | None = None
    scores: Annotated[list[CallerScore], Field(max_length=32)] | None = None
    consequence: Consequence | None = None
    attachments: Annotated[list[Attachment], Field(max_length=20)] | None = None
    group: Short | None = None
    run: Run | None = None
    trace: Trace | None = None
    wait: Duration | None = None
    deadline: Annotated[str, StringConstraints(max_length=40)] | None = None  # a duration or a time
    fallback: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    deliver: Deliver | None = None
    audit: Literal["policy", "always"] | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> SubmittedItem:
        if (self.output is None) == (self.candidates is None):
            raise ValueError("send `output` or `candidates`, one of the two")
        if self.prompt is not None and self.messages is not None:
            raise ValueError("send `prompt` or `messages`, not both")
        ids = [passage.id for passage in self.context or () if passage.id is not None]
        if len(set(ids)) != len(ids):
            raise ValueError("context ids must differ from each other")
        return self


class FindingOut(Response):
    field: str
    candidate: int | None
    context_id: str | None
    start: int | None
    end: int | None
    reason: str
    severity: str
    category: str | None
    evidence: list[dict[str, Any]]  # {context_id, start, end}


class ScoreOut(Response):
    name: str
    kind: str
    result: str
    value: float | None
    label: str | None
    version: str
    duration_ms: float
    reason: str | None
    findings: list[FindingOut]


class RouteOut(Response):
    action: str
    rule: str
    queue: str | None
    values: dict[str, Any]
    policy_version: int
    autonomy: str
    probability: float
    audit: float | None


class RouteFull(RouteOut):
    reason: str
    steps: list[dict[str, Any]]  # {step, rule, held, values, note}
    uncertified: bool
    high_stakes: bool


class ReviewSummary(Response):
    verdict: str
    severity: str | None
    reviews: int
    adjudicated: bool
    choice: int | None
    ranking: list[int] | None


class RecallOut(Response):
    """An outcome that was given out and no longer stands; `correction` is what takes its place, if anything."""

    recalled_at: Moment
    why: str  # recall, override, appeal, reopen, late_truth
    reason: str | None
    severity: str | None
    categories: list[str]
    correction: dict[str, Any] | None


class ResultOut(Response):
    """What a call returns, at once and later; told apart by `status`."""

    item_id: str | None
    key: str | None
    status: Literal["released", "blocked", "pending"]
    source: str | None
    decided_by: str | None
    text: str | None
    output: dict[str, Any] | None
    content_hash: str | None
    show: str | None
    label: str | None
    reason: str
    categories: list[str]
    route: RouteOut | None
    review: ReviewSummary | None
    reference: str | None
    due_at: Moment | None
    decided_at: Moment | None
    late: bool
    recall: RecallOut | None


class ReviewOut(Response):
    review_id: Id
    item_id: Id
    assignment_id: Id
    reviewer: PersonRef | None
    kind: str  # review or audit
    verdict: str
    output: dict[str, Any] | None
    severity: str | None
    categories: list[str]
    spans: list[dict[str, Any]]
    reason: str | None
    active_ms: int
    submitted_at: Moment
    undo_until: Moment
    state: str  # settling (may be undone), final or undone


class PersonRef(Response):
    person_id: Id
    name: str


class ItemShort(Response):
    """A row of a list of items."""

    item_id: Id
    key: str | None
    status: str
    state: str
    domain: str
    task: str
    model: str | None
    language: str | None
    confidence: float | None
    queue: str | None
    action: str | None
    rule: str | None
    verdict: str | None
    source: str | None
    received_at: Moment
    decided_at: Moment | None
    due_at: Moment | None
    snippet: str


class SecondLookOut(Response):
    """Another look at an item that has its outcome."""

    kind: Literal["appeal", "reopen"]
    reason: str
    by: str | None
    queue: str
    state: Literal["open", "recalled", "upheld"]
    asked_at: Moment
    due_at: Moment | None


class RecallEntry(RecallOut):
    """One recall, with who made it: a person, else an application."""

    recall_id: Id
    number: int
    by: PersonRef | None


class CategoryOut(Response):
    name: str
    severity: str


class ItemOut(Response):
    """`GET /items/{id}`: the submitted fields and all that became of them."""

    item_id: Id
    key: str | None
    status: str
    state: str
    received_at: Moment
    submitted: dict[str, Any]  # the fields of section 2 as they came, `output` always as the object
    scores: list[ScoreOut]
    risk: dict[str, Any] | None
    route: RouteFull | None
    queue: str | None
    reviews: list[ReviewOut]
    outcome: ResultOut | None
    audit_sample: ItemSample | None
    recalls: list[RecallEntry]  # oldest first; the newest one stands
    second_looks: list[SecondLookOut]  # appeals and reopenings, oldest first
    deliveries: list[ItemDelivery]  # newest first, the newest 50
    versions: dict[str, Any]
    taxonomy: list[CategoryOut]  # the kinds of errors of its policy version
    erased_at: Moment | None


class TimelineEntry(Response):
    at: Moment
    actor: str | None  # a person's name, the key's name, or null for the system
    event: str  # the audit kind, such as item.received
    why: str | None
    details: dict[str, Any]
    audit_index: int | None


class Timeline(Response):
    data: list[TimelineEntry]


def original_output(submitted: dict[str, Any]) -> dict[str, Any]:
    """The model output of a kept item; the first candidate's where there are several."""
    output = submitted.get("output") or submitted["candidates"][0]["output"]
    return dict(output)
