"""`/outcomes` misses nothing: its order is that of commits, not that of clocks."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any

from handrail.audit import SYSTEM
from handrail.domain.life import Happening
from handrail.stages.adjudicating import rules
from handrail.stages.adjudicating.service import decide
from handrail.stages.reviewing.queries import items
from handrail.storage import Session
from tests.support.office import Office
from tests.support.webroom import Webroom


def page(room: Webroom, **params: Any) -> tuple[list[str], str | None]:
    told = room.program().get("/v1/outcomes", params=params).json()
    return [one["item_id"] for one in told["data"]], told["next_cursor"]


class Slow:
    """A transaction that gives an item its outcome and looks at the clock, then waits before it commits."""

    def __init__(self, office: Office, item_id: str) -> None:
        self.office, self.item_id = office, item_id
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=lambda: office.store.write(self.work))

    def work(self, session: Session) -> None:
        item = items.lock_item(session, self.item_id)
        outcome = rules.blocked(None, source="auto", decided_by="deadline", reason="a test")
        assert decide(session, self.office.key, item, outcome, Happening.BREACH_BLOCK, actor=SYSTEM)
        self.begun.set()
        if session.dialect == "postgresql":  # where one thread writes alone, transactions cannot overlap
            self.go_on.wait(10)

    def __enter__(self) -> None:
        self.thread.start()
        self.begun.wait(10)

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.thread.join()


def test_an_outcome_committed_late_comes_after_what_was_already_read(room: Webroom) -> None:
    office = room.office
    slow = office.submit()["item_id"]
    with ExitStack() as stack:
        if office.store.dialect == "postgresql":
            stack.enter_context(Slow(office, slow))
        first = [office.submit(confidence=0.99)["item_id"] for _ in range(3)]
        office.number_all()
        read, cursor = page(room, limit=1)
        assert read == first[:1]
    if office.store.dialect == "sqlite":
        with Slow(office, slow):
            pass
    office.number_all()
    assert page(room, cursor=cursor)[0] == [*first[1:], slow]
    assert page(room)[0] == [*first, slow]


def test_each_outcome_has_one_place_however_often_events_are_numbered(room: Webroom) -> None:
    office = room.office
    items = list[str]()
    for _ in range(3):
        items += [office.submit(confidence=0.99)["item_id"] for _ in range(2)]
        office.number_all()
    assert page(room)[0] == items
    assert office.rows("SELECT COUNT(*), COUNT(DISTINCT item_id) FROM outcome_order") == [(6, 6)]


def test_moments_filter_and_the_order_stays(room: Webroom) -> None:
    office = room.office
    office.submit(confidence=0.99)
    office.shift(hours=1)
    since = office.store.now()
    later = [office.submit(confidence=0.99)["item_id"] for _ in range(2)]
    office.shift(hours=1)
    until = office.store.now()
    office.submit(confidence=0.99)
    office.number_all()
    moments = {"decided_from": since.isoformat(), "decided_to": until.isoformat()}
    assert page(room, **moments)[0] == later
    read, cursor = page(room, limit=1, **moments)
    assert page(room, cursor=cursor, limit=1, **moments) == (later[1:], None)
    assert read == later[:1]
    assert room.program().get("/v1/outcomes", params={"cursor": cursor}).status_code == 400
