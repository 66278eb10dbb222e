"""X10: clocks that jump, step back or differ. The database's clock alone counts; a timer is never early and fires once.

On SQLite the database's clock is that of the one process; there the whole clock jumps. On PostgreSQL it is that of its
server, and what the clocks of the processes say makes no difference.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handrail.app import join_rooms
from handrail.background import outbox
from handrail.kit.clock import SystemClock, to_millisecond
from handrail.storage.postgres import PostgresStore
from tests.support.office import SECRET, Office

POLICY = """
policy: 1
queues: {senior: {deadline: 1h, at_breach: fallback, lease: 10m}}
fallback: We have passed your question to a colleague.
"""


@pytest.fixture
def desk(office: Office) -> Office:
    office.activate(POLICY)
    return office


def fired(office: Office, item_id: str) -> bool:
    """Whether the deadline took effect once; False: not at all. Anything else fails."""
    office.run_due()
    office.number_all()
    counts = {kind: office.kinds(item_id).count(kind) for kind in ("item.overdue", "item.released")}
    assert set(counts.values()) in ({0}, {1}), counts
    told = [kind for _, kind in office.events(item_id)]
    assert told.count("item.released") == counts["item.released"]
    return counts["item.released"] == 1


def test_x10_a_clock_that_jumps_ahead_fires_what_is_due_by_it_and_once(desk: Office) -> None:
    soon, later = (desk.submit(deadline=after)["item_id"] for after in ("30m", "59m"))
    assert not fired(desk, soon)
    desk.shift(minutes=45)
    assert fired(desk, soon)
    assert not fired(desk, later)
    desk.shift(minutes=-45)  # the jump was a mistake, and is taken back
    assert fired(desk, soon)  # still once
    assert not fired(desk, later)
    desk.shift(minutes=58)
    assert not fired(desk, later)
    desk.shift(minutes=1, seconds=1)
    assert fired(desk, later)
    desk.shift(hours=-1)
    desk.shift(hours=5)
    assert fired(desk, later)
    assert desk.verify().ok


def test_x10_a_clock_that_steps_back_makes_timers_late_never_early(desk: Office) -> None:
    item_id = desk.submit()["item_id"]
    desk.shift(minutes=30)
    desk.shift(hours=-1)
    assert not fired(desk, item_id)
    desk.shift(minutes=89, seconds=50)
    assert not fired(desk, item_id)
    desk.shift(seconds=11)
    assert fired(desk, item_id)
    desk.shift(hours=-1)
    desk.shift(hours=2)
    assert fired(desk, item_id)


def test_x10_a_lease_outlives_a_step_back_and_its_holder_decides_once(desk: Office) -> None:
    item_id, who = desk.submit()["item_id"], desk.person("ana")
    held = desk.claim(who)[0]
    desk.shift(hours=-1)
    desk.run_due()
    desk.decide(who, held)
    desk.shift(hours=3)
    desk.run_due()
    result = desk.result(item_id)
    assert (result["status"], result["decided_by"]) == ("released", "review")
    assert desk.kinds(item_id).count("item.released") == 1
    assert desk.verify().ok


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),  # over the end of a year
        datetime(2027, 2, 28, 23, 30, tzinfo=UTC),
        datetime(2028, 2, 28, 23, 30, tzinfo=UTC),  # into the 29th
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),  # Berlin: 01:30, and at 02:00 it is 03:00
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),  # Berlin: 02:30, and at 03:00 it is 02:00
    ],
)
def test_x10_an_hour_is_an_hour_over_year_ends_and_changes_of_clocks(desk: Office, start: datetime) -> None:
    desk.shift(seconds=(start - desk.store.now()).total_seconds())
    item_id = desk.submit()["item_id"]
    due = desk.item(item_id)["due_at"]
    assert timedelta(0) <= due - start - timedelta(hours=1) < timedelta(minutes=1)
    desk.shift(minutes=59)
    assert not fired(desk, item_id)
    desk.shift(minutes=1, seconds=1)
    assert fired(desk, item_id)


class Apart(SystemClock):
    """The clock of a machine that differs from the database's; `offset` moves both, as in other tests."""

    def __init__(self, apart: timedelta) -> None:
        super().__init__()
        self.apart = apart

    def now(self) -> datetime:
        return to_millisecond(super().now() + self.apart)


@pytest.fixture
def nodes(postgres_store: PostgresStore, store: Any) -> Iterator[list[PostgresStore]]:
    """Two processes' views of one database, whose clocks are five minutes apart, each wrong by some of it."""
    url = postgres_store.engine.url.render_as_string(hide_password=False)
    made = [PostgresStore(url, Apart(timedelta(minutes=minutes)), pool=4) for minutes in (4, -1)]
    yield made
    for one in made:
        one.close()


def at_once(*works: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.postgres
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_x10_two_nodes_five_minutes_apart_follow_the_database(desk: Office, nodes: list[PostgresStore]) -> None:
    fast, slow = (Office(join_rooms(one, SECRET), desk.project_id) for one in nodes)
    ids = [office.submit(deadline="3m")["item_id"] for office in (fast, slow) for _ in range(5)]
    now = desk.store.now()
    for id in ids:
        assert abs(desk.item(id)["received_at"] - now) < timedelta(seconds=30)
    for office in (fast, slow):
        assert abs(office.store.now() - now) < timedelta(seconds=30)
    who = slow.person("ana")
    held = slow.claim(who)[0]
    at_once(fast.run_due, slow.run_due)
    assert not any(fired(desk, id) for id in ids)  # by the fast clock all are overdue
    for one in (fast, slow, desk):
        one.shift(minutes=2, seconds=50)
    at_once(fast.run_due, slow.run_due)
    assert not any(fired(desk, id) for id in ids)
    fast.beat(who, held)  # the lease is of the database's time too
    for one in (fast, slow, desk):
        one.shift(seconds=40)
    at_once(fast.run_due, slow.run_due, fast.run_due, slow.run_due)
    assert all(fired(desk, id) for id in ids)
    assert desk.verify().ok


def test_x10_events_of_one_item_keep_their_turn_whatever_clock_named_them(desk: Office) -> None:
    """Ids begin with the time of the process that made them, and numbers follow ids."""
    item_id = desk.submit()["item_id"]
    desk.number_all()
    now = desk.store.now()
    first, second, other = (
        outbox.row("policy.activated", subject, place, project_id=desk.project_id, at=now)
        for subject, place in ((f"x:{item_id}", 1), (f"x:{item_id}", 2), (f"y:{item_id}", 1))
    )
    first["id"], second["id"] = second["id"], first["id"]  # the first one's machine is ahead
    desk.store.write(lambda session: outbox.emit(session, [first, second, other]))
    desk.number_all()
    found = desk.rows("SELECT sequence FROM events WHERE subject = :s ORDER BY number", s=f"x:{item_id}")
    assert [row[0] for row in found] == [1, 2]
