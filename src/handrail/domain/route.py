"""What the policy said about an item, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any  # Any: the values a rule read are JSON

from handrail.domain.item import Autonomy


class Action(StrEnum):
    """What happens to an item."""

    RELEASE = "release"
    REPAIR = "repair"
    BLOCK = "block"
    REVIEW = "review"


class Show(StrEnum):
    """What a caller may show while an item is pending, or once it is blocked."""

    DRAFT = "draft"
    FALLBACK = "fallback"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of routing that was taken: its name, the rule looked at, whether it held, the values it read."""

    step: str
    rule: str | None
    held: bool
    values: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """An order that nothing is released automatically until it is lifted; with `freeze` nothing leaves at all."""

    reason: str
    freeze: bool = False


@dataclass(frozen=True, slots=True)
class AuditDraw:
    """The random look at a release: the probability it was drawn with and the queue it goes to."""

    probability: float
    queue: str


@dataclass(frozen=True, slots=True)
class Route:
    """The policy's word on one item. `probability` is that of the action taken; `audit` is set if it was picked."""

    action: Action
    rule: str
    reason: str
    policy_version: int
    autonomy: Autonomy
    queue: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    probability: float = 1.0
    audit: AuditDraw | None = None
    steps: tuple[Step, ...] = ()
    category: str | None = None
    high_stakes: bool = False
    uncertified: bool = False
    priority: float = 50.0
    deadline: timedelta | None = None  # in the queue's own hours
    show: Show = Show.NOTHING  # while pending
    label: str | None = None
    fallback: str | None = None  # the text, where the policy or the caller has one
    requires: str = "correction"  # approval or correction
