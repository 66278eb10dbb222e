"""A policy as plain JSON in which the same meaning is written the same way: 5% is 0.05, 60m is 1h."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any  # Any: plain JSON

from handrail.kit.durations import duration_text
from handrail.stages.routing.hours import Opening
from handrail.stages.routing.language.checks import plain
from handrail.stages.routing.language.document import Mapping as Group
from handrail.stages.routing.language.document import read_document
from handrail.stages.routing.language.faults import Faults
from handrail.stages.routing.language.grammar import POLICY
from handrail.stages.routing.language.model import AtBreach
from handrail.stages.routing.language.shapes import Placed, Values


def reading(yaml: str) -> dict[str, Any]:
    """What a valid policy says. Rests on `load` having taken the text.

    >>> reading("{policy: 1, audit: {share: 5%}, queues: {a: {lease: 60m}}}")
    {'policy': 1, 'audit': {'share': 0.05}, 'queues': {'a': {'lease': '1h'}}}
    """
    faults = Faults()
    node = read_document(yaml, faults)
    values = None if node is None else POLICY.read(node, faults)
    assert values is not None
    found = _plain(values)
    assert isinstance(found, dict)
    return found


def _plain(value: Any) -> Any:
    match value:
        case Placed():
            return _plain(value.value)
        case Values():
            return {key: _plain(one) for key, one in value.read.items()}
        case Group():
            return plain(value)
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
        case tuple() | list():
            return [_plain(one) for one in value]
        case AtBreach(queue=str() as queue):
            return {"elevate": queue}
        case AtBreach(why=str() as why):
            return {"release": why}
        case AtBreach():
            return value.kind.value
        case _:
            return _word(value)


def _word(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case timedelta():
            return duration_text(value) if value else "0s"
        case Opening():
            return f"{_clock(value.start)}-{_clock(value.end)}"
        case date():
            return value.isoformat()
        case _:
            return value


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
