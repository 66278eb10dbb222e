"""From one decided item to the rows of a format, or to the reason why it gives none. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias, assert_never  # Any: items, outputs and rows are JSON

from orjson import Fragment

from handrail.kit.clock import ms_to_text
from handrail.kit.jsons import dumps, loads, written
from handrail.kit.sheets import safe_text

MASKED = ("end_user.name", "end_user.history")
TRAINING_LEAVES_OUT = (
    "items that no person decided: released or blocked by the policy, or by a deadline",
    "all answers to audit samples",
    "items that are not decided yet",
    "context passages: the prompt is what stood in `prompt` or `messages`",
    "outcomes that were taken back, unless a person put a correction in their place: then that is the row",
)
PLAIN_LEAVES_OUT = ("items that are not decided yet", "all answers to audit samples")


class Format(StrEnum):
    """What one row of an export looks like."""

    JSONL = "jsonl"
    CSV = "csv"
    TRL_SFT = "trl-sft"
    TRL_DPO = "trl-dpo"
    TRL_KTO = "trl-kto"

    @property
    def trains(self) -> bool:
        """Whether a model may be trained on it, so that only what people decided goes in."""
        return self not in (Format.JSONL, Format.CSV)


class Reason(StrEnum):
    """Why a decided item gives no row."""

    ERASED = "erased"
    AUDIT_ANSWER = "audit_answer"  # released by the policy; a person only looked at it afterwards
    NO_PERSON = "no_person"
    RECALLED = "recalled"  # taken back, and no person put anything in its place
    NO_PROMPT = "no_prompt"
    PROMPT_NOT_TEXT = "prompt_not_text"  # parts that are not text, tool calls, answers of tools
    JSON_OUTPUT = "json_output"
    TOOL_CALL = "tool_call"
    EMPTY_OUTPUT = "empty_output"
    CANDIDATES = "candidates"  # which of several was chosen is not recorded in this version
    REJECTED = "rejected"  # there is no answer to learn from
    NO_REPLACEMENT = "no_replacement"  # nothing to prefer over the model's output
    UNCHANGED = "unchanged"  # the edit is the model's output


class ItemPart(NamedTuple):
    """What is read of `items`. Here and below as it lies in the tables: JSON as text, moments in milliseconds."""

    id: str
    key: str | None
    status: str
    state: str
    domain: str
    task: str
    model: str | None
    prompt_version: str | None
    language: str | None
    confidence: float | None
    group_name: str | None
    queue: str | None
    policy_version: int | None
    received_at: int
    erased_at: int | None


class OutcomePart(NamedTuple):
    """What is read of `outcomes`."""

    status: str
    source: str
    decided_by: str
    text: str | None
    output: str | None
    content_hash: str | None
    show: str | None
    reason: str
    categories: str
    review: str | None
    late: bool | int
    decided_at: int


class ReviewPart(NamedTuple):
    """What is read of `reviews`."""

    item_id: str
    id: str
    person_id: str
    verdict: str
    output: str | None
    severity: str | None
    categories: str
    is_error: bool | int
    spans: str
    passages: str
    findings: str
    reason: str | None
    active_ms: int
    policy_version: int
    submitted_at: int


class RecallPart(NamedTuple):
    """What is read of `recalls`."""

    item_id: str
    id: str
    number: int
    why: str
    reason: str | None
    severity: str | None
    categories: str
    correction: str | None
    actor: str
    review_id: str | None
    recalled_at: int


class Decided(NamedTuple):
    """A decided item with all that an export may need."""

    item: ItemPart
    outcome: OutcomePart
    body: str | None
    route: str | None = None
    scores: str | None = None
    review: ReviewPart | None = None  # the final one that decided, of kind `review`
    recall: RecallPart | None = None  # the one that stands
    is_audited: bool = False


Message: TypeAlias = dict[str, str]
Rows: TypeAlias = "list[dict[str, Any]] | Reason"


def rows_of(format: Format, decided: Decided, *, is_masked: bool = True) -> Rows:
    """The rows that one decided item gives in a format, or why it gives none; to be written by `kit.jsons`.

    Messages are always lists of `role` and `content` (TRL's conversational form), so that a file never mixes types.
    """
    if decided.item.erased_at is not None or decided.body in (None, "{}"):
        return Reason.ERASED
    if not format.trains:
        return [plain_row(decided, is_masked=is_masked) if format is Format.JSONL else flat_row(decided)]
    lesson = lesson_of(decided)
    return lesson if isinstance(lesson, Reason) else _training_rows(format, lesson)


def _training_rows(format: Format, lesson: Lesson) -> Rows:
    match format:
        case Format.TRL_SFT:
            return _sft(lesson)
        case Format.TRL_DPO:
            return _dpo(lesson)
        case Format.TRL_KTO:
            return _kto(lesson)
        case Format.JSONL | Format.CSV:
            raise AssertionError("these train nobody")
        case _:
            assert_never(format)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a person's verdict teaches. `final` is the text that went out, None for a reject."""

    prompt: list[Message]
    model: str
    final: str | None
    verdict: str


def lesson_of(decided: Decided) -> Lesson | Reason:
    """The lesson of an item that a person decided; a reason where there is none.

    What was taken back teaches nothing any more. Where a person put a correction in its place, by an override or by
    another look, the correction is the lesson, as an edit of the model's output or as its approval if it is the same;
    a correction by a program teaches nothing. An item whose audit sample was answered stays out in any case.
    """
    by_person = decided.review is not None and decided.outcome.decided_by in ("review", "adjudication")
    if not by_person and decided.is_audited:
        return Reason.AUDIT_ANSWER
    if decided.recall is not None and not is_corrected_by_person(decided.recall):
        return Reason.RECALLED
    if decided.recall is None and not by_person:
        return Reason.NO_PERSON
    body = _submitted(decided)
    if "output" not in body:
        return Reason.CANDIDATES
    prompt = prompt_of(body)
    if isinstance(prompt, Reason):
        return prompt
    model = text_of(body["output"])
    if isinstance(model, Reason):
        return model
    stands = decided.outcome.output if decided.recall is None else decided.recall.correction
    final = None if stands is None else text_of(loads(stands))
    if isinstance(final, Reason):
        return final
    if decided.recall is not None:
        return Lesson(prompt, model, final, "approve" if final == model else "edit")
    assert decided.review is not None
    return Lesson(prompt, model, final, decided.review.verdict)


def _submitted(decided: Decided) -> dict[str, Any]:
    submitted: dict[str, Any] = loads(decided.body or "{}")
    return submitted


def is_corrected_by_person(recall: RecallPart) -> bool:
    """Whether somebody answers for what took the outcome's place: a correction by a key alone has nobody."""
    return recall.correction is not None and (recall.review_id is not None or recall.actor.startswith("person:"))


def _sft(lesson: Lesson) -> Rows:
    if lesson.final is None:
        return Reason.REJECTED
    return [{"prompt": lesson.prompt, "completion": _said(lesson.final)}]


def _dpo(lesson: Lesson) -> Rows:
    if lesson.verdict != "edit" or lesson.final is None:
        return Reason.NO_REPLACEMENT
    if lesson.final == lesson.model:
        return Reason.UNCHANGED
    return [{"prompt": lesson.prompt, "chosen": _said(lesson.final), "rejected": _said(lesson.model)}]


def _kto(lesson: Lesson) -> Rows:
    if lesson.verdict == "edit" and lesson.final == lesson.model:
        return Reason.UNCHANGED
    return [{"prompt": lesson.prompt, "completion": _said(lesson.model), "label": lesson.verdict == "approve"}]


def _said(text: str) -> list[Message]:
    return [{"role": "assistant", "content": text}]


def prompt_of(body: Mapping[str, Any]) -> list[Message] | Reason:
    """The input as messages of text.

    >>> prompt_of({"prompt": "Is it insured?"})
    [{'role': 'user', 'content': 'Is it insured?'}]
    """
    if body.get("prompt"):
        return [{"role": "user", "content": body["prompt"]}]
    if not body.get("messages"):
        return Reason.NO_PROMPT
    messages = [_message(one) for one in body["messages"]]
    whole = [one for one in messages if one is not None]
    return whole if len(whole) == len(messages) else Reason.PROMPT_NOT_TEXT


def _message(message: Mapping[str, Any]) -> Message | None:
    """A message of nothing but text; None for any other."""
    if message["role"] == "tool" or message.get("tool_calls"):
        return None
    content = message.get("content")
    if isinstance(content, list):
        if any(part.get("type") != "text" or not isinstance(part.get("text"), str) for part in content):
            return None
        content = "\n".join(part["text"] for part in content)
    return None if content is None else {"role": message["role"], "content": content}


def text_of(output: Mapping[str, Any]) -> str | Reason:
    """The text of an output, to the character; a reason for what is more or other than text."""
    match output["type"]:
        case "text":
            text = output["text"]
        case "message":
            if output.get("tool_calls"):
                return Reason.TOOL_CALL
            text = output.get("content") or ""
        case "tool_call":
            return Reason.TOOL_CALL
        case _:
            return Reason.JSON_OUTPUT
    return str(text) if text else Reason.EMPTY_OUTPUT


# --- the plain form ---------------------------------------------------------------------------------------------------


def plain_row(decided: Decided, *, is_masked: bool = True) -> dict[str, Any]:
    """Everything about one decided item: what was submitted, route, scores, review, outcome and the recall of it.

    What is stored as JSON stands in it as it is stored, neither read nor written again.
    """
    item = decided.item
    return {
        "item_id": item.id,
        "key": item.key,
        "status": item.status,
        "state": item.state,
        "domain": item.domain,
        "task": item.task,
        "model": item.model,
        "prompt_version": item.prompt_version,
        "language": item.language,
        "confidence": item.confidence,
        "queue": item.queue,
        "group": item.group_name,
        "received_at": ms_to_text(item.received_at),
        "submitted": masked(decided.body) if is_masked else written(decided.body),
        "route": written(decided.route),
        "scores": written(decided.scores or "[]"),
        "review": None if decided.review is None else _review(decided.review),
        "outcome": _outcome(decided.outcome),
        "recall": None if decided.recall is None else _recall(decided.recall),
    }


def _outcome(outcome: OutcomePart) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "source": outcome.source,
        "decided_by": outcome.decided_by,
        "text": outcome.text,
        "output": written(outcome.output),
        "content_hash": outcome.content_hash,
        "show": outcome.show,
        "reason": outcome.reason,
        "categories": written(outcome.categories),
        "late": bool(outcome.late),
        "review": written(outcome.review),
        "decided_at": ms_to_text(outcome.decided_at),
    }


def _recall(recall: RecallPart) -> dict[str, Any]:
    return {
        "recall_id": recall.id,
        "number": recall.number,
        "why": recall.why,
        "reason": recall.reason,
        "severity": recall.severity,
        "categories": written(recall.categories),
        "correction": written(recall.correction),
        "actor": recall.actor,
        "review_id": recall.review_id,
        "recalled_at": ms_to_text(recall.recalled_at),
    }


def _review(review: ReviewPart) -> dict[str, Any]:
    return {
        "review_id": review.id,
        "reviewer_id": review.person_id,
        "verdict": review.verdict,
        "output": written(review.output),
        "severity": review.severity,
        "categories": written(review.categories),
        "is_error": bool(review.is_error),
        "spans": written(review.spans),
        "passages": written(review.passages),
        "findings": written(review.findings),
        "reason": review.reason,
        "active_ms": review.active_ms,
        "policy_version": review.policy_version,
        "submitted_at": ms_to_text(review.submitted_at),
    }


_END_USER = '"end_user":{'
"""How a body that names an end user has it: bodies are written by `kit.jsons.dumps` alone, compact and unescaped."""


def masked(body: str | None) -> Fragment | None:
    """The submitted fields without name and history of the end user.

    >>> dumps(masked('{"output":"x","end_user":{"id":"u-1","name":"Ms Aydin","language":"tr"}}'))
    '{"output":"x","end_user":{"id":"u-1","language":"tr"}}'
    """
    if body is None or _END_USER not in body:
        return written(body)
    kept = loads(body)
    if "end_user" in kept:
        hidden = {name.partition(".")[2] for name in MASKED}
        kept["end_user"] = {name: value for name, value in kept["end_user"].items() if name not in hidden}
    return written(dumps(kept))


COLUMNS = (
    "item_id", "key", "status", "source", "decided_by", "domain", "task", "model", "prompt_version", "language",
    "confidence", "queue", "rule", "policy_version", "verdict", "severity", "categories", "reason", "late",
    "received_at", "decided_at", "prompt", "output", "outcome_text", "recalled", "correction", "metadata",
)  # fmt: skip


def flat_row(decided: Decided) -> dict[str, Any]:
    """The columns of a table, one value each; lists and objects as JSON text."""
    item, outcome, review, recall = decided.item, decided.outcome, decided.review, decided.recall
    submitted, route = _submitted(decided), loads(decided.route or "{}")
    prompt = submitted.get("prompt")
    return {
        "item_id": item.id,
        "key": item.key,
        "status": item.status,
        "source": outcome.source,
        "decided_by": outcome.decided_by,
        "domain": item.domain,
        "task": item.task,
        "model": item.model,
        "prompt_version": item.prompt_version,
        "language": item.language,
        "confidence": item.confidence,
        "queue": item.queue,
        "rule": route.get("rule"),
        "policy_version": route.get("policy_version"),
        "verdict": review and review.verdict,
        "severity": review and review.severity,
        "categories": ", ".join(loads(outcome.categories)),
        "reason": outcome.reason,
        "late": bool(outcome.late),
        "received_at": ms_to_text(item.received_at),
        "decided_at": ms_to_text(outcome.decided_at),
        "prompt": prompt if prompt is not None else _json(submitted.get("messages")),
        "output": _cell(submitted.get("output") or submitted.get("candidates")),
        "outcome_text": outcome.text if outcome.text is not None else outcome.output,
        "recalled": recall and recall.why,
        "correction": _cell(loads(recall.correction)) if recall and recall.correction else None,
        "metadata": _json(submitted.get("metadata")),
    }


def _cell(output: Any) -> str | None:
    if isinstance(output, Mapping) and output["type"] == "text":
        return str(output["text"])
    return _json(output)


def _json(value: Any) -> str | None:
    return None if value is None else dumps(value)


def safe_cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula: such texts get an apostrophe in front, numbers stay.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell(-3.5), safe_cell("a-b")
    ("'=HYPERLINK(1)", -3.5, 'a-b')
    """
    return safe_text(value) if isinstance(value, str) else value


def table_line(cells: Iterable[Any]) -> bytes:
    """One line of a table; the values of a row go through `safe_cell` first."""
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
