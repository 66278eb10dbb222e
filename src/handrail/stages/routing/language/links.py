"""What shows only once the whole policy is read: names that lead nowhere, deadlines without an outcome, circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handrail.domain.route import Show
from handrail.stages.routing.language import document
from handrail.stages.routing.language.faults import Faults, Place
from handrail.stages.routing.language.model import LONE_QUEUE, AtBreach, BreachKind, Level, lowest_queue
from handrail.stages.routing.language.shapes import Placed, Values
from handrail.stages.routing.suggestions import did_you_mean, nearest

ALWAYS_OPEN = "always"
RESERVED = frozenset({"stop", "gate", "monitor", "not_run", "bands", "checks", "caller", "policy"})


def check_links(values: Values, faults: Faults) -> None:
    """Adds a fault for each link of the policy that does not hold."""
    _Links(values, faults).check()


class _Links:
    def __init__(self, values: Values, faults: Faults) -> None:
        self._values, self._faults = values, faults
        read: Mapping[str, Placed[Values]] = values.get("queues", {})
        self._queues = {name: one.value for name, one in read.items()}
        self._names = frozenset(self._queues) or frozenset({LONE_QUEUE})

    def check(self) -> None:
        for values in self._sending():
            self._check_queue(values.get("queue"))
        self._check_names()
        for queue in self._queues.values():
            self._check_queue_values(queue)
        self._check_circles()
        self._check_deadlines()
        self._check_high_stakes()
        self._check_fallback()

    def _sending(self) -> Iterator[Values]:
        """Everything that may name a queue of its own."""
        yield from self._values.get("review", ())
        bands: Values | None = self._values.get("bands")
        if bands is not None:
            yield from bands.get("rows", ())
        audit: Values | None = self._values.get("audit")
        if audit is not None:
            yield audit

    def _check_queue(self, queue: Placed[str] | None) -> None:
        if queue is not None and queue.value not in self._names:
            close = nearest(queue.value, self._names)
            sentence = f'there is no queue "{queue.value}"{did_you_mean(close)}'
            self._faults.add(queue.place, "unknown_name", sentence, close)

    def _check_names(self) -> None:
        seen: set[str] = set()
        for values in (*self._values.get("block", ()), *self._values.get("review", ())):
            name: Placed[str] | None = values.get("name")
            if name is None:
                continue
            if name.value in RESERVED:
                sentence = f'"{name.value}" is the name of a rule of Handrail itself; choose another'
                self._faults.add(name.place, "duplicate_name", sentence)
            elif name.value in seen:
                sentence = f'another trigger is called "{name.value}"; names differ, so that a route can be traced'
                self._faults.add(name.place, "duplicate_name", sentence)
            seen.add(name.value)

    def _check_queue_values(self, queue: Values) -> None:
        hours: Placed[str] | None = queue.get("hours")
        known = frozenset(self._values.get("hours", {})) | {ALWAYS_OPEN}
        if hours is not None and hours.value not in known:
            close = nearest(hours.value, known)
            sentence = f'there are no hours "{hours.value}"{did_you_mean(close)}'
            self._faults.add(hours.place, "unknown_name", sentence, close)
        breach: AtBreach | None = queue.get("at_breach")
        if breach is not None and breach.queue is not None:
            self._check_queue(Placed(breach.queue, _elevate_place(queue)))

    def _check_circles(self) -> None:
        for name in self._queues:
            chain = list(self._chain(name))
            if chain[-1] == name and len(chain) > 1:
                way = " -> ".join(chain)
                sentence = f"items that are late would go round for ever: {way}; let one of them end in an outcome"
                self._faults.add(_elevate_place(self._queues[name]), "elevation_circle", sentence)

    def _chain(self, name: str) -> Iterator[str]:
        """The queues an item goes through at breach, until an end or a queue that it was in before."""
        seen: set[str] = set()
        current: str | None = name
        while current is not None:
            yield current
            if current in seen:
                return
            seen.add(current)
            breach = self._breach(current)
            current = breach.queue if breach is not None and breach.queue in self._queues else None

    def _breach(self, name: str) -> AtBreach | None:
        breach: AtBreach | None = self._queues[name].get("at_breach") if name in self._queues else None
        return breach

    def _check_deadlines(self) -> None:
        for name, queue in self._queues.items():
            if "deadline" in queue.read and not queue.has("at_breach"):
                self._no_outcome(queue.at("deadline"), name)
        for values in self._sending():
            if "deadline" not in values.read:
                continue
            name = self._target(values)
            if name not in self._queues or not self._queues[name].has("at_breach"):
                self._no_outcome(values.at("deadline"), name)

    def _target(self, values: Values) -> str:
        """The queue that a trigger or row sends to."""
        named: Placed[str] | None = values.get("queue")
        return self._lowest() if named is None else named.value

    def _lowest(self) -> str:
        audit: Values | None = self._values.get("audit")
        named: Placed[str] | None = None if audit is None else audit.get("queue")
        levels = {name: queue.get("level", Level.JUNIOR) for name, queue in self._queues.items()}
        return lowest_queue(levels or {LONE_QUEUE: Level.JUNIOR}, None if named is None else named.value)

    def _no_outcome(self, place: Place, queue: str) -> None:
        sentence = (
            f'nothing is said for a missed deadline in queue "{queue}"; give the queue'
            " `at_breach: fallback`, `block` or `{elevate: queue}`"
        )
        self._faults.add(place, "no_outcome_at_breach", sentence)

    def _check_high_stakes(self) -> None:
        for values in self._values.get("review", ()):
            if not values.get("high_stakes", False):
                continue
            for name in self._chain(self._target(values)):
                breach = self._breach(name)
                if breach is not None and breach.kind is BreachKind.RELEASE:
                    sentence = f'at breach queue "{name}" releases, which high stakes never do; choose another queue'
                    self._faults.add(values.at("queue"), "no_outcome_at_breach", sentence)

    def _check_fallback(self) -> None:
        if self._values.has("fallback"):
            return
        for place in self._needing_fallback():
            self._faults.add(place, "no_fallback", "this gives the fallback, and the policy has none; write `fallback`")

    def _needing_fallback(self) -> Iterator[Place]:
        for queue in self._queues.values():
            breach: AtBreach | None = queue.get("at_breach")
            if breach is not None and breach.kind is BreachKind.FALLBACK:
                yield queue.at("at_breach")
        for values in (self._values, *self._sending()):
            pending: Values | None = values.get("pending")
            if pending is not None and pending.get("show") is Show.FALLBACK:
                yield pending.at("show")


def _elevate_place(queue: Values) -> Place:
    """Where the name of the queue to elevate to stands."""
    node = queue.nodes["at_breach"]
    return node.entries[0].value.place if isinstance(node, document.Mapping) and node.entries else node.place
