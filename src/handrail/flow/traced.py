"""The spans of an item's admission: its checks, its routing, and the transaction that writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol  # Any: items are JSON of the caller's own shape

from handrail.domain.item import Item
from handrail.domain.score import Score
from handrail.extend.checks import BoundCheck
from handrail.flow.deciding import Decided, decide
from handrail.kit.errors import HandrailFault
from handrail.kit.traces import HERE, Traces, Values, moment_ns
from handrail.stages.checking.frame import run_checks
from handrail.stages.routing.service import InForce


class Traceable(Protocol):
    """Something that may have come in with a trace."""

    @property
    def traceparent(self) -> str | None: ...


def decide_traced(
    traces: Traces, parent: str | None, in_force: InForce, kept: Mapping[str, Any], *, id: str, at: datetime
) -> Decided:
    """The same as `decide`; where the item's request has a span (`parent`), told to the collector under it."""
    if parent is None:
        return decide(in_force, kept, id=id, at=at)
    reached = moment_ns()

    def run(item: Item, checks: Sequence[BoundCheck]) -> tuple[Score, ...]:
        nonlocal reached
        began = moment_ns()
        found = run_checks(item, checks)
        reached = moment_ns()
        counted: Values = {"handrail.item_id": id, "handrail.checks": len(checks)}
        traces.note("admission.checks", began, counted, parent=parent, ended_ns=reached)
        return found

    try:
        decided = decide(in_force, kept, id=id, at=at, run=run)
    except HandrailFault as fault:
        traces.note("admission.routing", reached, {"handrail.item_id": id}, parent=parent, fault=fault.code)
        raise
    said: Values = {
        "handrail.item_id": id,
        "handrail.route": decided.route.action.value,
        "handrail.policy_version": decided.route.policy_version,
    }
    traces.note("admission.routing", reached, said, parent=parent)
    return decided


def note_write(traces: Traces, began_ns: int, arrivals: Sequence[Traceable]) -> None:
    """Tells of a transaction under each request that had an item in it; the rows of an upload share one request."""
    if not traces.is_on:
        return
    ended, told = moment_ns(), {"handrail.items": len(arrivals)}
    for parent in dict.fromkeys(one.traceparent or HERE.get() for one in arrivals):
        traces.note("admission.write", began_ns, told, parent=parent, ended_ns=ended)
