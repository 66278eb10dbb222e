"""What a caller gets for an item: released, blocked or pending. The same shape at once and later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import (
    Any,
    Literal,
    TypeAlias,
    TypeVar,
    cast,
)  # Any: outputs and metadata are JSON of the caller's own shape

from handrail.kit.clock import to_text
from handrail.kit.errors import FieldFault
from handrail.kit.jsons import content_hash

Source = Literal["auto", "repaired", "human", "edited", "fallback"]
DecidedBy = Literal["policy", "review", "adjudication", "deadline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSummary:
    """What the policy said. `audit` is the probability with which the item was picked for audit, else None."""

    action: Literal["release", "repair", "block", "review"]
    rule: str
    queue: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    policy_version: int
    autonomy: Literal["gate", "exception", "monitor"]
    probability: float = 1.0
    audit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary:
    """What people said. `choice` is the index of the chosen candidate, `ranking` the order of all of them."""

    verdict: Literal["approve", "edit", "reject"]
    severity: Literal["minor", "major", "critical"] | None = None
    reviews: int = 1
    adjudicated: bool = False
    choice: int | None = None
    ranking: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """An outcome that was given out and no longer stands. `correction` is the output that takes its place, if any."""

    recalled_at: datetime
    why: str  # recall, override, appeal, reopen, late_truth; words of a newer server are kept
    reason: str | None = None
    severity: str | None = None
    categories: tuple[str, ...] = ()
    correction: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The output may go out. `text` is what to show; `output` holds JSON values and tool calls."""

    item_id: str
    key: str | None = None
    status: Literal["released"] = "released"
    source: Source
    decided_by: DecidedBy
    text: str | None
    output: Mapping[str, Any]
    content_hash: str
    show: None = None
    label: None = None
    reason: str
    categories: tuple[str, ...] = ()
    route: RouteSummary
    review: ReviewSummary | None = None
    reference: str | None = None
    due_at: datetime | None = None
    decided_at: datetime
    late: bool = False
    recall: Recall | None = None

    def matches(self, executed: Mapping[str, Any] | str) -> bool:
        """Whether this release covers `executed`: the same content to the last character, and not recalled since.

        A string stands for a text output, as it does when an item is submitted.
        """
        return self.recall is None and content_hash(_whole(executed)) == self.content_hash

    def verify(self, executed: Mapping[str, Any] | str | None = None) -> Mapping[str, Any]:
        """The checked output, safe to act on. Raises ValueError if it was recalled or is not what was released.

        Hand in what you are about to execute; without it, the output of this result is held against its own hash.
        """
        checked = self.output if executed is None else _whole(executed)
        if self.recall is not None:
            raise ValueError(f"item {self.item_id} was recalled ({self.recall.why}); do not act on it")
        if not self.matches(checked):
            raise ValueError(f"this is not what was released for item {self.item_id}; do not act on it")
        return checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The output must not go out. `text` is the fallback to show instead, if there is one."""

    item_id: str
    key: str | None = None
    status: Literal["blocked"] = "blocked"
    source: Source
    decided_by: DecidedBy
    text: str | None = None
    output: None = None
    content_hash: None = None
    show: Literal["fallback", "nothing"] = "nothing"
    label: None = None
    reason: str
    categories: tuple[str, ...] = ()
    route: RouteSummary
    review: ReviewSummary | None = None
    reference: str | None = None
    due_at: datetime | None = None
    decided_at: datetime
    late: bool = False
    recall: Recall | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Nobody has decided yet. `text` is what may be shown meanwhile: the draft (with its `label`) or the fallback.

    `item_id` and `route` are None only where the SDK itself gave the fallback because no server was reached.
    """

    item_id: str | None
    key: str | None = None
    status: Literal["pending"] = "pending"
    source: None = None
    decided_by: None = None
    text: str | None = None
    output: Mapping[str, Any] | None = None
    content_hash: str | None = None
    show: Literal["draft", "fallback", "nothing"] = "nothing"
    label: str | None = None
    reason: str
    categories: tuple[str, ...] = ()
    route: RouteSummary | None = None
    review: ReviewSummary | None = None
    reference: str | None = None
    due_at: datetime | None = None
    decided_at: None = None
    late: bool = False
    recall: Recall | None = None


def _whole(output: Mapping[str, Any] | str) -> Mapping[str, Any]:
    return {"type": "text", "text": output} if isinstance(output, str) else output


Outcome: TypeAlias = Released | Blocked
Result: TypeAlias = Outcome | Pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error as the server words it: a code to match, a sentence for people, whether to try again."""

    code: str
    message: str
    status: int
    retry: bool = False
    fields: tuple[FieldFault, ...] = ()
    request_id: str | None = None
    docs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one of many items; `row` counts from 1. Either `item_id` and `status`, or `error`.

    `repeated`: the item was there before under this key, so nothing new was stored.
    """

    row: int
    key: str | None = None
    item_id: str | None = None
    status: Literal["pending", "released", "blocked"] | None = None
    error: Problem | None = None
    repeated: bool = False


# --- from and to JSON -------------------------------------------------------------------------------------------------

T = TypeVar("T")
Json: TypeAlias = Mapping[str, Any]


def parse_result(data: Json) -> Result:
    """The result that `data` holds. Unknown fields and words are left alone; raises ValueError for an unknown `status`.

    >>> parse_result({"item_id": "i", "status": "pending", "reason": "amount", "show": "nothing", "new": 1}).reason
    'amount'
    """
    try:
        kind = {"released": Released, "blocked": Blocked, "pending": Pending}[data["status"]]
        return cast(Result, _build(kind, data, _RESULT))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is not a result: {error!r}") from None


def parse_problem(data: Json) -> Problem:
    """The error that `data`, the inside of `{"error": ...}`, holds. Raises ValueError when it is none."""
    try:
        return _build(Problem, data, {"fields": lambda value: tuple(_build(FieldFault, one, {}) for one in value)})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is not an error of Handrail: {error!r}") from None


def to_json(value: Result | Row | Problem) -> dict[str, Any]:
    """The JSON form, moments as RFC 3339: what `parse_result` and `parse_problem` read."""
    return {name: _plain(one) for name, one in asdict(value).items()}


def _build(kind: Callable[..., T], data: Json, readers: Mapping[str, Callable[[Any], Any]]) -> T:
    """Only fields we know, null where a reader would have nothing to read; what is absent keeps its default."""
    known: Iterable[str] = (one.name for one in fields(cast(Any, kind)))  # Any: fields() wants a type, not a callable
    return kind(
        **{
            name: readers[name](data[name]) if name in readers and data[name] is not None else data[name]
            for name in known
            if name in data
        }
    )


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return to_text(value)
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value


_RECALL: Mapping[str, Callable[[Any], Any]] = {"recalled_at": datetime.fromisoformat, "categories": tuple}
_RESULT: Mapping[str, Callable[[Any], Any]] = {
    "categories": tuple,
    "route": lambda value: _build(RouteSummary, value, {}),
    "review": lambda value: _build(ReviewSummary, value, {"ranking": tuple}),
    "recall": lambda value: _build(Recall, value, _RECALL),
    "due_at": datetime.fromisoformat,
    "decided_at": datetime.fromisoformat,
}
