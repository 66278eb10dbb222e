"""The parts of a policy that stand for themselves: metadata, hours, queues, autonomy, audits, fallback."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar  # Any: values of a record have the types of their shapes

from handrail.domain.score import Severity
from handrail.stages.routing.conditions.compiled import Condition
from handrail.stages.routing.hours import ALWAYS, Hours, Opening, merged
from handrail.stages.routing.language.document import child
from handrail.stages.routing.language.faults import Faults, Place
from handrail.stages.routing.language.grammar import DAYS
from handrail.stages.routing.language.model import (
    AuditRules,
    AutonomyRules,
    Category,
    Fallback,
    Handling,
    MetadataField,
    MetadataType,
    Pending,
    Queue,
)
from handrail.stages.routing.language.reader import Reader
from handrail.stages.routing.language.shapes import Placed, Values

K = TypeVar("K")
V = TypeVar("V")


def frozen(values: Mapping[K, V]) -> Mapping[K, V]:
    """A read-only copy."""
    return MappingProxyType(dict(values))


def metadata(read: Mapping[str, Placed[Values]]) -> Mapping[str, MetadataField]:
    """The declared keys."""
    return frozen({name: _metadata_field(one.value) for name, one in read.items()})


def _metadata_field(values: Values) -> MetadataField:
    return MetadataField(
        values.get("type", MetadataType.STRING),
        values.get("required", False),
        values.get("unit"),
        values.get("filter", False),
    )


def categories(read: Mapping[str, Placed[Values]]) -> Mapping[str, Category]:
    """The taxonomy of errors."""
    return frozen(
        {
            name: Category(one.value.get("severity", Severity.MAJOR), one.value.get("tolerate"))
            for name, one in read.items()
        }
    )


def pending(values: Values | None) -> Pending | None:
    """What to show while people decide, None where nothing is said."""
    return None if values is None or "show" not in values.read else Pending(values.get("show"), values.get("label"))


def fallback(texts: Mapping[str, str] | None) -> Fallback | None:
    """One text stands under the empty language."""
    if texts is None:
        return None
    return Fallback(text=texts[""]) if "" in texts else Fallback(by_language=frozen(texts))


def audit(values: Values | None) -> AuditRules:
    """How releases are audited; the defaults where nothing is said."""
    if values is None:
        return AuditRules()
    least: Placed[float] | None = values.get("least")
    queue: Placed[str] | None = values.get("queue")
    return AuditRules(
        values.get("share", AuditRules().share),
        AuditRules().least if least is None else least.value,
        None if queue is None else queue.value,
    )


def autonomy(values: Values | None) -> AutonomyRules:
    """The levels of the segments."""
    if values is None:
        return AutonomyRules()
    segments = {name: one.value for name, one in values.get("segments", {}).items()}
    return AutonomyRules(frozen(segments), frozenset(one.value for one in values.get("capped", ())))


def handling(values: Values, reader: Reader) -> Handling:
    """What a trigger or a row says otherwise than its queue."""
    queue: Placed[str] | None = values.get("queue")
    return Handling(
        queue=None if queue is None else queue.value,
        requires=values.get("requires"),
        priority=priority(values.get("priority"), reader),
        deadline=values.get("deadline"),
        pending=pending(values.get("pending")),
    )


def priority(written: float | Placed[str] | None, reader: Reader) -> float | Condition | None:
    """The number, or the condition that gives it."""
    return reader.condition(written, number=True) if isinstance(written, Placed) else written


def hours(read: Mapping[str, Placed[Values]], faults: Faults) -> Mapping[str, Hours]:
    """The calendars by name."""
    return {name: _hours(one.value, faults) for name, one in read.items()}


def _hours(values: Values, faults: Faults) -> Hours:
    days: dict[int, tuple[Opening, ...]] = {}
    for name, openings in values.get("week", {}).items():
        for day in _days(name):
            if day in days:
                _add_twice(values.at("week"), name, DAYS[day], openings.place, faults)
            days[day] = merged(openings.value)
    if not any(days.values()) and not faults:
        faults.add(values.at("week"), "bad_type", "these hours are never open; leave them out for always")
    week = tuple(days.get(day, ()) for day in range(7))
    return Hours(values.get("zone", "UTC"), week, frozenset(values.get("holidays", ())))


def _add_twice(week: Place, name: str, day: str, place: Place, faults: Faults) -> None:
    at = Place(child(week.path, name), place.line, place.column)
    faults.add(at, "duplicate_key", f"{day} stands here twice; list its open times together")


def _days(name: str) -> list[int]:
    """The days that `fri` or `mon-fri` names, Monday is 0; `sat-mon` goes over the end of the week."""
    first, _, last = name.partition("-")
    start = DAYS.index(first)
    end = DAYS.index(last) if last else start
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def queues(read: Mapping[str, Placed[Values]], hours: Mapping[str, Hours], reader: Reader) -> Mapping[str, Queue]:
    """The queues by name."""
    return frozen({name: _queue(name, one.value, hours, reader) for name, one in read.items()})


_AS_WRITTEN = (
    "kind",
    "level",
    "skills",
    "languages",
    "deadline",
    "warn",
    "fast_track",
    "at_breach",
    "requires",
    "reason",
    "lease",
    "undo",
    "hide_scores",
    "least_time",
)


def _queue(name: str, values: Values, hours: Mapping[str, Hours], reader: Reader) -> Queue:
    written: dict[str, Any] = {key: values.read[key] for key in _AS_WRITTEN if key in values.read}
    named: Placed[str] | None = values.get("hours")
    if named is not None:
        written["hours"] = hours.get(named.value, ALWAYS)
    level = priority(values.get("priority"), reader)
    if level is not None:
        written["priority"] = level
    return Queue(name, **written)
