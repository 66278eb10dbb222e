"""The fields of an item as keywords, typed for editors and mypy. The server checks them; nothing here does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import (
    Any,
    Literal,
    Required,
    TypeAlias,
    TypedDict,
)  # Any: outputs and metadata are JSON of the caller's own shape

OutputLike: TypeAlias = str | Mapping[str, Any]
"""A model output: a string is short for text, else one of the objects `text`, `message`, `json` and `tool_call`."""
Severity: TypeAlias = Literal["minor", "major", "critical"]
"""How bad an error is."""


class Candidate(TypedDict, total=False):
    """One of several outputs to choose from."""

    output: Required[OutputLike]
    agent: str
    model: str
    confidence: float


class ChatMessage(TypedDict, total=False):
    """One turn of the input."""

    role: Required[Literal["system", "user", "assistant", "tool"]]
    content: str | Sequence[Mapping[str, Any]] | None
    name: str
    tool_calls: Sequence[Mapping[str, Any]]
    tool_call_id: str


class ContextPassage(TypedDict, total=False):
    """A passage the model was given."""

    text: Required[str]
    id: str
    title: str
    source: str
    score: float


class Attempt(TypedDict, total=False):
    """An earlier try at the same item."""

    output: Required[OutputLike]
    confidence: float
    model: str
    error: str
    at: datetime | str


class HistoryEntry(TypedDict):
    """Something that happened with this end user before."""

    at: datetime | str
    kind: str
    text: str


class EndUser(TypedDict, total=False):
    """Whom the output concerns."""

    id: Required[str]
    name: str
    language: str
    history: Sequence[HistoryEntry]


class CallerScore(TypedDict, total=False):
    """A signal of your own; the policy reads it as `score('caller.<name>')`."""

    name: Required[str]
    value: Required[float]
    version: str
    reason: str


class Consequence(TypedDict, total=False):
    """What an error of this item costs."""

    hits: Sequence[Literal["internal", "customer", "regulator", "money"]]
    is_reversible: bool
    is_repeatable: bool
    cost: float


class Attachment(TypedDict):
    """An image or PDF that was uploaded before."""

    sha256: str
    name: str
    media_type: str


class Run(TypedDict, total=False):
    """The step of a pipeline this item belongs to."""

    run_id: Required[str]
    step: Required[str]
    parent: str


class Trace(TypedDict, total=False):
    """Where evaluation events are pushed back."""

    trace_id: Required[str]
    span_id: str
    response_id: str
    url: str


class Deliver(TypedDict, total=False):
    """The registered webhook that gets the outcome; `reference` comes back unchanged."""

    webhook: Required[str]
    reference: str


MetadataValue: TypeAlias = str | float | bool | datetime | Sequence[str | float | bool | datetime | None] | None


class ItemFields(TypedDict, total=False):
    """What an item may carry besides its output. None means the default, as if it were absent."""

    candidates: Sequence[Candidate] | None
    prompt: str | None
    messages: Sequence[ChatMessage] | None
    confidence: float | None
    context: Sequence[ContextPassage] | None
    key: str | None
    domain: str | None
    task: str | None
    model: str | None
    prompt_version: str | None
    language: str | None
    metadata: Mapping[str, MetadataValue] | None
    attempts: Sequence[Attempt] | None
    reasoning: str | None
    end_user: EndUser | None
    scores: Sequence[CallerScore] | None
    consequence: Consequence | None
    attachments: Sequence[Attachment] | None
    group: str | None
    run: Run | None
    trace: Trace | None
    deadline: str | datetime | None
    fallback: str | None
    deliver: Deliver | None
    audit: Literal["policy", "always"] | None


class NewItem(ItemFields, total=False):
    """A whole item, as `submit_many` takes them."""

    output: OutputLike | None


class ExportFilterFields(TypedDict, total=False):
    """Which decided items an export holds: alternatives of one filter, all filters at once."""

    since: str | datetime
    until: str | datetime
    status: str | Sequence[str]
    domain: str | Sequence[str]
    task: str | Sequence[str]
    model: str | Sequence[str]
    prompt_version: str | Sequence[str]
    language: str | Sequence[str]
    queue: str | Sequence[str]
    rule: str | Sequence[str]
    verdict: str | Sequence[str]
    source: str | Sequence[str]
    group: str | Sequence[str]
