"""A policy that was read and found valid: what routing, queues and metadata follow. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from handrail.domain.item import Autonomy
from handrail.domain.route import Show
from handrail.domain.score import Severity
from handrail.extend.checks import BoundCheck
from handrail.stages.routing.conditions.compiled import Condition, ConditionSet
from handrail.stages.routing.hours import ALWAYS, Hours

LONE_QUEUE = "review"
"""The queue of a policy that names none."""


class MetadataType(StrEnum):
    """What kind of value a metadata key holds."""

    NUMBER = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    TIME = "time"
    LIST = "list"


class Then(StrEnum):
    """What a failed check leads to."""

    REVIEW = "review"
    BLOCK = "block"
    NOTE = "note"


class NotRun(StrEnum):
    """What it leads to that something did not run."""

    REVIEW = "review"
    IGNORE = "ignore"


class RowThen(StrEnum):
    """What a row of the bands does."""

    RELEASE = "release"
    REVIEW = "review"


class QueueKind(StrEnum):
    """Whom a queue needs: one who understands more than the model, or one who answers for the risk."""

    EXPERT = "expert"
    SUPERVISOR = "supervisor"


class Level(StrEnum):
    """Seniority of reviewers, lowest first."""

    JUNIOR = "junior"
    SENIOR = "senior"

    @property
    def rank(self) -> int:
        return ("junior", "senior").index(self.value)


class Requires(StrEnum):
    """What a reviewer may do: approve or reject, or edit too."""

    APPROVAL = "approval"
    CORRECTION = "correction"


class AskReason(StrEnum):
    """When a reviewer is asked for a reason."""

    WHEN_CHANGED = "when_changed"
    ALWAYS = "always"
    NEVER = "never"


class BreachKind(StrEnum):
    """What follows a missed deadline."""

    ELEVATE = "elevate"
    FALLBACK = "fallback"
    BLOCK = "block"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class AtBreach:
    """What happens once a deadline has passed. `queue` for elevate, `why` (in words) for release."""

    kind: BreachKind
    queue: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class MetadataField:
    """One declared key of the metadata."""

    type: MetadataType
    required: bool = False
    unit: str | None = None
    filter: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of error in the project's taxonomy; `tolerate` is the share of releases that may have it."""

    severity: Severity
    tolerate: float | None = None


@dataclass(frozen=True, slots=True)
class PolicyCheck:
    """A check of tier 1 with its options, and what its fail leads to."""

    bound: BoundCheck
    then: Then


@dataclass(frozen=True, slots=True)
class Pending:
    """What a caller may show while people decide."""

    show: Show = Show.NOTHING
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """What a trigger or a row says otherwise than its queue; None where it says nothing."""

    queue: str | None = None
    requires: Requires | None = None
    priority: float | Condition | None = None
    deadline: timedelta | None = None
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class BlockTrigger:
    """A condition that blocks."""

    name: str
    when: Condition
    category: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewTrigger:
    """A condition that sends to a person."""

    name: str
    when: Condition
    high_stakes: bool = False
    handling: Handling = Handling()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the bands. At most one of `above` (exclusive) and `at_least` (inclusive); the last row has neither."""

    then: RowThen
    above: float | None = None
    at_least: float | None = None
    uncertified: bool = False
    handling: Handling = Handling()


@dataclass(frozen=True, slots=True)
class Bands:
    """What is left, by one number, highest first."""

    on: Condition
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class AutonomyRules:
    """How much each segment may do alone at the start; capped ones never more than gate."""

    segments: Mapping[str, Autonomy] = field(default_factory=lambda: MappingProxyType({}))
    capped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of reviews. `deadline` counts in `hours`; None means that nothing is due."""

    name: str
    kind: QueueKind = QueueKind.EXPERT
    level: Level = Level.JUNIOR
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    priority: float | Condition = 50.0
    deadline: timedelta | None = None
    hours: Hours = ALWAYS
    warn: tuple[timedelta, ...] = ()
    fast_track: timedelta | None = None
    at_breach: AtBreach | None = None
    requires: Requires = Requires.CORRECTION
    reason: AskReason = AskReason.WHEN_CHANGED
    lease: timedelta = timedelta(minutes=10)
    undo: timedelta = timedelta(seconds=5)
    hide_scores: bool = False
    least_time: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class AuditRules:
    """The random look at what was released: `share` of all, never less than `least`."""

    share: float = 0.05
    least: float = 0.01
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class Fallback:
    """The text for when no output may be shown, one for all or one for each language."""

    text: str | None = None
    by_language: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def for_language(self, language: str | None) -> str | None:
        """The text in this language, else in its main language, else in English, else the first by language tag.

        >>> Fallback(by_language={"en": "Soon.", "de": "Bald."}).for_language("de-AT")
        'Bald.'
        """
        if not self.by_language:
            return self.text
        tags = {tag.lower(): text for tag, text in self.by_language.items()}
        wanted = (language or "").lower()
        for tag in (wanted, wanted.split("-")[0], "en", min(tags)):
            if tag in tags:
                return tags[tag]
        return None  # pragma: no cover  # the first tag is always there


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a project's policy says. Get one from `load`."""

    error_from: Severity
    metadata: Mapping[str, MetadataField]
    categories: Mapping[str, Category]
    checks: Mapping[str, PolicyCheck]
    block: tuple[BlockTrigger, ...]
    review: tuple[ReviewTrigger, ...]
    not_run: NotRun
    bands: Bands | None
    autonomy: AutonomyRules
    queues: Mapping[str, Queue]  # never empty
    pending: Pending
    fallback: Fallback | None
    audit: AuditRules
    conditions: ConditionSet  # those of `block` and `review`, in written order
    reads: frozenset[str]  # the variables that any condition reads
    notes: tuple[str, ...] = ()  # warnings found while reading

    def autonomy_of(self, segment: str, in_force: Autonomy | None = None) -> Autonomy:
        """The level of a segment: the ladder's, else the policy's, else gate; a capped one stays at gate."""
        if segment in self.autonomy.capped:
            return Autonomy.GATE
        return in_force or self.autonomy.segments.get(segment, Autonomy.GATE)

    @property
    def lowest_queue(self) -> str:
        """Where items go that nothing else sends to a queue."""
        return lowest_queue({name: queue.level for name, queue in self.queues.items()}, self.audit.queue)


def lowest_queue(levels: Mapping[str, Level], audit: str | None) -> str:
    """The queue of the lowest level, the first by name; that of the audits only if there is no other.

    By name and not by place: the order of keys means nothing in a policy.

    >>> lowest_queue({"senior": Level.SENIOR, "audit": Level.JUNIOR, "junior": Level.JUNIOR}, audit="audit")
    'junior'
    """
    return min(levels, key=lambda name: (name == audit, levels[name].rank, name))
