"""An item: one model output under control, with all its context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any  # Any: metadata, tool arguments and JSON outputs are JSON of the caller's own shape

from handrail.kit.jsons import canonical


class Autonomy(StrEnum):
    """How much a segment may do alone."""

    GATE = "gate"
    EXCEPTION = "exception"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True)
class Output:
    """What the model gave, as the object that answers hold: `text`, `message`, `json` or `tool_call`."""

    body: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.body["type"])

    @property
    def text(self) -> str | None:
        """The text a person may be shown, None for `json` and `tool_call`."""
        match self.type:
            case "text":
                return str(self.body["text"])
            case "message":
                return str(self.body.get("content") or "")
            case _:
                return None

    @property
    def readable(self) -> str:
        """What checks read and offsets count in: the text, or JSON and tool calls in canonical form (RFC 8785).

        >>> Output({"type": "tool_call", "name": "pay", "arguments": {"sum": 900}}).readable
        '{"arguments":{"sum":900},"name":"pay"}'
        """
        match self.type:
            case "json":
                return canonical(self.body["value"]).decode()
            case "tool_call":
                return canonical({"name": self.body["name"], "arguments": self.body["arguments"]}).decode()
            case _:
                return self.text or ""

    @staticmethod
    def of_text(text: str) -> Output:
        """The short form of a plain text output."""
        return Output({"type": "text", "text": text})


@dataclass(frozen=True, slots=True)
class Passage:
    """One context passage the model was given."""

    id: str
    text: str
    title: str | None = None
    source: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the input."""

    role: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What checks and conditions see of an item. All of the rest is kept beside it and reaches the reviewer.

    `output` is the readable text of the output (of the first candidate, where there are several); `prompt` that of
    the input, turns joined by blank lines.

    >>> Item(output="see https://example.org").segment
    'default'
    """

    output: str
    content: Output | None = None
    candidates: tuple[Output, ...] = ()
    prompt: str = ""
    messages: tuple[Message, ...] = ()
    context: tuple[Passage, ...] = ()
    confidence: float | None = None
    domain: str = "default"
    task: str = "default"
    model: str | None = None
    prompt_version: str | None = None
    language: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0
    step: str | None = None
    end_user_id: str | None = None
    consequence: Mapping[str, Any] = field(default_factory=dict)
    received_at: datetime | None = None

    @property
    def output_object(self) -> Output:
        return self.content or Output.of_text(self.output)

    @property
    def segment(self) -> str:
        return segment_of(self.domain, self.task)


def segment_of(domain: str, task: str) -> str:
    """The slice on which autonomy is decided: `domain:task`, or `default` when neither was named.

    >>> segment_of("claims", "letter"), segment_of("default", "default")
    ('claims:letter', 'default')
    """
    return "default" if domain == task == "default" else f"{domain}:{task}"
