"""What happened, told to the outside: the kinds of events, and one event as a receiver gets it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any  # Any: what an event tells is JSON

from handrail.domain.result import Result, parse_result

_KINDS = {
    "item": "received routed escalated due_soon overdue elevated disputed settled released blocked delivered recalled "
    "appealed reopened audited erased sent_back",
    "review": "submitted undone",
    "adjudication": "submitted",
    "policy": "proposed activated rolled_back",
    "autonomy": "raised lowered",
    "certificate": "issued voided",
    "incident": "opened closed",
    "alert": "fired resolved",
    "stop": "set lifted",
    "export": "finished",
    "webhook": "disabled",
    "guideline": "published",
    "checkpoint": "signed",
}
EVENT_TYPES = tuple(f"{noun}.{verb}" for noun, verbs in _KINDS.items() for verb in verbs.split())
"""All that can be asked for; newer servers know more."""
OUTCOME_TYPES = ("item.released", "item.blocked", "item.recalled")
"""Those that tell an outcome; what a new webhook and a stream get unless told otherwise."""
TEST_TYPE = "webhook.test"
"""Sent on demand to one webhook alone."""
_GLOB = re.compile(r"[a-z_]+\.\*\Z")


def is_wanted(type: str, wanted: Iterable[str]) -> bool:
    """Whether an event type is among those wanted, which may be globs: `item.*`, or `*` for all.

    >>> is_wanted("item.released", ["item.*"]), is_wanted("review.undone", ["item.*"])
    (True, False)
    """
    return any(one in ("*", type) or (_is_glob(one) and type.startswith(one[:-1])) for one in wanted)


def unknown_types(wanted: Iterable[str]) -> list[str]:
    """Those of `wanted` that no event will ever match.

    >>> unknown_types(["item.*", "item.relesed", "*"])
    ['item.relesed']
    """
    return [one for one in wanted if not any(is_wanted(type, [one]) for type in EVENT_TYPES)]


def _is_glob(word: str) -> bool:
    return _GLOB.match(word) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. Keep `id` of those you have worked on: the same event may come again under the same id.

    `subject` is the item's id where `type` begins with `item.`; `sequence` counts the events of one subject from 1.
    """

    id: str
    type: str
    subject: str
    time: datetime
    source: str
    sequence: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def result(self) -> Result | None:
        """The item's Result, in `item.released`, `item.blocked` and `item.recalled`; None in all others."""
        told = self.data.get("result")
        return parse_result(told) if isinstance(told, dict) else None


def parse_event(envelope: Any) -> Event:
    """The event in a CloudEvents 1.0 envelope. Unknown fields are left alone; raises ValueError for anything else.

    >>> parse_event({"id": "e", "type": "item.released", "subject": "i", "source": "/projects/p",
    ...              "time": "2026-11-21T12:10:03.000Z", "data": {"sequence": 2}}).sequence
    2
    """
    try:
        data = envelope["data"]
        return Event(
            id=_text(envelope["id"]),
            type=_text(envelope["type"]),
            subject=_text(envelope["subject"]),
            time=datetime.fromisoformat(envelope["time"]),
            source=_text(envelope["source"]),
            sequence=int(data.get("sequence", 0)),
            data=data,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"this is not an event: {error!r}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value
