"""Every event that the contract names and a built part causes is emitted, and no other."""

from __future__ import annotations

import ast

from handrail.domain.life import Happening, State, WrongState, after, begin
from tests.architecture.reading import called, sources

CONTRACT = """
item.received item.routed item.escalated item.due_soon item.overdue item.elevated item.disputed item.settled
item.released item.blocked item.delivered item.recalled item.appealed item.reopened item.audited item.erased
review.submitted review.undone adjudication.submitted policy.proposed policy.activated policy.rolled_back
autonomy.raised autonomy.lowered certificate.issued certificate.voided incident.opened incident.closed alert.fired
alert.resolved stop.set stop.lifted export.finished guideline.published
"""
LATER = """
item.routed item.disputed item.erased adjudication.submitted autonomy.raised
autonomy.lowered certificate.issued certificate.voided incident.opened incident.closed alert.fired alert.resolved
guideline.published
"""
"""What no part that is built causes yet. Whoever builds it takes the word off this list."""

EMITTERS = {"announce", "row"}
"""Functions that make an event: `routing.service.announce`, and `background.outbox.row`."""


def used_happenings() -> set[Happening]:
    """What the code can make happen to an item; the table of the contract itself does not count."""
    names = {
        node.attr
        for source in sources()
        if source.name != "domain/life.py"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute)
        if (node.value.id if isinstance(node.value, ast.Name) else node.value.attr) == "Happening"
    }
    return {one for one in Happening if one.name in names}


def of_items() -> set[str]:
    """The events of all transitions that can happen."""
    found: set[str] = set()
    for happening in used_happenings():
        if happening.name.startswith("ROUTED_"):
            found |= set(begin(happening).events)
            continue
        for state in State:
            try:
                found |= set(after(state, happening).events)
            except WrongState:
                continue
    return found


def of_others() -> set[str]:
    """The events that are named where they are made."""
    known = set(CONTRACT.split())
    return {
        one.value
        for source in sources()
        for call in source.calls()
        if called(call) in EMITTERS and "key" not in {getattr(one, "id", None) for one in call.args}
        for one in call.args
        if isinstance(one, ast.Constant) and one.value in known
    }


def test_what_is_emitted_is_what_the_contract_names() -> None:
    emitted, contract, later = of_items() | of_others(), set(CONTRACT.split()), set(LATER.split())
    assert emitted - contract == set(), "the contract does not name these"
    assert contract - emitted - later == set(), "nothing emits these"
    assert emitted & later == set(), "these are emitted by now: take them off LATER"


def test_the_test_sees_transitions_and_single_events() -> None:
    assert {"item.recalled", "item.elevated", "item.audited"} <= of_items()
    assert {"stop.set", "stop.lifted", "policy.proposed", "policy.activated"} <= of_others()
