"""Many at once: what only one may have, one has, and the others are told."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from handrail.kit.clock import SystemClock
from handrail.kit.errors import HandrailFault, Unavailable
from handrail.kit.ids import new_id
from handrail.stages.reviewing.errors import AlreadyDecided, LeaseLost, UndoOver
from handrail.stages.reviewing.queries import queues
from handrail.stages.reviewing.rules import Reviewer
from handrail.stages.routing import service as routing
from handrail.storage import AnyStore, Session
from handrail.storage.postgres import PostgresStore
from handrail.web.permissions import Role
from handrail.wire.recalling import OverrideIn
from tests.support.office import POLICY, Office, opened, refused


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Runs all of them from the same moment on; their answers in the same order."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        ready.wait(10)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result() for one in [pool.submit(run, work) for work in works]]


def test_x08_fifty_claimers_get_every_item_once(office: Office) -> None:
    for _ in range(4):
        office.submit_many([{"output": f"text {n}", "confidence": 0.5} for n in range(250)])
    people = [office.person(f"p{n}") for n in range(50)]
    handed_out: list[tuple[str, str, int]] = []
    lock = threading.Lock()

    def work(who: Reviewer) -> None:
        while taken := office.claim(who, limit=5):
            with lock:
                handed_out.extend((one["item_id"], one["id"], one["fence"]) for one in taken)

    at_once([partial(work, who) for who in people])
    assert len(handed_out) == 1_000
    assert len({item_id for item_id, _, _ in handed_out}) == 1_000
    assert {fence for _, _, fence in handed_out} == {1}
    held = office.rows("SELECT person_id, COUNT(*) FROM assignments WHERE state = 'held' GROUP BY person_id")
    assert max(count for _, count in held) <= 20  # so fifty people were just enough
    assert office.verify().ok


def test_x08_one_of_many_gets_the_last_item(office: Office) -> None:
    people = [office.person(f"p{n}") for n in range(12)]
    for _ in range(5):
        office.submit()
        taken = at_once([partial(office.claim, who) for who in people])
        assert sorted(len(one) for one in taken) == [0] * 11 + [1]


def test_of_two_opposite_decisions_one_wins_and_the_other_is_told(office: Office) -> None:
    """The same person in two tabs; another person cannot hold it at the same time."""
    ana = office.person("ana")
    for _ in range(15):
        item_id = office.submit()["item_id"]
        held = office.claim(ana)[0]
        told = at_once([partial(refused, office.decide, ana, held, verdict) for verdict in ("approve", "reject")])
        lost = [one for one in told if one is not None]
        assert len(lost) == 1
        assert isinstance(lost[0], AlreadyDecided)
        assert lost[0].extra["result"]["item_id"] == item_id
        assert office.rows("SELECT COUNT(*) FROM reviews WHERE item_id = :id", id=item_id) == [(1,)]


def test_undo_and_the_end_of_its_window_at_the_same_moment(office: Office) -> None:
    ana = office.person("ana")
    ends = Counter[str]()
    for _ in range(15):
        item_id = office.submit()["item_id"]
        review_id = office.decide(ana, office.claim(ana)[0])
        office.shift(seconds=4.99)
        told, _ = at_once([partial(refused, office.undo, ana, review_id), office.rooms.worker.run_due])
        office.shift(seconds=1)
        office.run_due()
        status = office.result(item_id)["status"]
        assert isinstance(told, UndoOver) if status == "released" else told is None
        ends[status] += 1
    assert office.verify().ok


@pytest.mark.parametrize("races", [200])
def test_x11_a_decision_and_a_breach_in_the_same_millisecond(store: AnyStore, races: int) -> None:
    office = opened(store, POLICY.replace("undo: 5s", "undo: 0s"))
    bea = office.person("bea", Role.SENIOR)
    wins = Counter[str]()
    chance = random.Random(11)
    for _ in range(races // 20):
        bodies = [{"output": "x", "confidence": 0.5, "metadata": {"amount": 60_000}}] * 20
        office.submit_many(bodies)
        office.shift(hours=1, minutes=59, seconds=58)
        held = office.claim(bea, limit=20)
        assert len(held) == 20
        due = max(office.item(one["item_id"])["due_at"] for one in held)
        assert isinstance(store.clock, SystemClock)
        store.clock.shift(due - store.now() - timedelta(milliseconds=chance.randrange(60)))
        told = at_once([partial(decide_all, office, bea, held), office.rooms.worker.run_due])[0]
        office.shift(seconds=1)
        office.run_due()
        for one, fault in zip(held, told, strict=True):
            wins[settled(office, one["item_id"], fault)] += 1
    assert wins.total() == races
    assert office.verify().ok


def decide_all(office: Office, who: Reviewer, held: Sequence[Any]) -> list[HandrailFault | None]:
    return [refused(office.decide, who, one) for one in held]


def settled(office: Office, item_id: str, fault: Any) -> str:
    """Who won; fails unless there is exactly one outcome, and the other was told of it."""
    result = office.result(item_id)
    assert office.rows("SELECT COUNT(*) FROM outcomes WHERE item_id = :id", id=item_id) == [(1,)]
    if fault is None:
        assert (result["source"], result["decided_by"]) == ("human", "review")
        assert "item.overdue" not in office.kinds(item_id)
        return "person"
    assert (result["source"], result["decided_by"]) == ("fallback", "deadline")
    if isinstance(fault, AlreadyDecided):
        assert fault.extra["result"]["source"] == "fallback"
    else:
        assert isinstance(fault, LeaseLost)
    return "deadline"


def test_x09_one_who_was_away_past_the_lease_is_fenced_off(office: Office) -> None:
    ana, bea = office.person("ana"), office.person("bea")
    item_id = office.submit()["item_id"]
    held = office.claim(ana)[0]
    office.shift(minutes=11)
    assert isinstance(refused(office.decide, ana, held), LeaseLost)  # also before anybody took it
    assert isinstance(refused(office.beat, ana, held), LeaseLost)
    taken = office.claim(bea)[0]
    assert (taken["item_id"], taken["fence"]) == (item_id, held["fence"] + 1)
    assert isinstance(refused(office.decide, ana, held), LeaseLost)
    assert isinstance(refused(office.decide, ana, held | {"fence": taken["fence"]}), LeaseLost)
    assert isinstance(refused(office.decide, ana, taken), LeaseLost)
    assert isinstance(refused(office.give_back, ana, held), LeaseLost)
    office.decide(bea, taken)
    assert office.rows("SELECT COUNT(*) FROM reviews") == [(1,)]


def test_t21_only_the_holder_with_the_newest_fence_decides(office: Office) -> None:
    ana, bea = office.person("ana"), office.person("bea")
    office.submit()
    held = office.claim(ana)[0]
    office.give_back(ana, held)
    again = office.claim(ana)[0]
    before = office.rows("SELECT id, status, fence FROM seats")
    for who, what in ((ana, held), (bea, again), (ana, again | {"fence": 1}), (ana, again | {"fence": 99})):
        fault = refused(office.decide, who, what)
        assert isinstance(fault, LeaseLost), what
        assert str(bea.id) not in fault.message
        assert str(ana.id) not in fault.message
    assert office.rows("SELECT id, status, fence FROM seats") == before
    office.decide(ana, again)


def test_t20_one_key_makes_one_item_however_many_send_it_at_once(office: Office) -> None:
    for turn in range(8):
        told = at_once([partial(office.submit, key=f"k-{turn}") for _ in range(8)])
        assert len({one["item_id"] for one in told}) == 1
    assert office.rows("SELECT COUNT(*) FROM items") == [(8,)]
    assert office.rows("SELECT COUNT(*) FROM seats") == [(8,)]


def test_t20_batches_that_hold_the_same_keys_in_another_order(office: Office) -> None:
    bodies = [{"output": f"text {n}", "confidence": 0.5, "key": f"k-{n}"} for n in range(40)]
    told = at_once([partial(office.submit_many, one) for one in (bodies, bodies[::-1], bodies[20:] + bodies[:20])])
    ids = [{one.result["key"]: one.result["item_id"] for one in answers} for answers in told]
    assert ids[0] == ids[1] == ids[2]
    assert office.rows("SELECT COUNT(*) FROM items") == [(40,)]


@pytest.mark.parametrize("freeze", [False, True])
def test_after_a_stop_is_acknowledged_nothing_is_released_automatically(store: AnyStore, freeze: bool) -> None:
    """Guarantee 8 under load: the moment of the answer divides what was released from what is not."""
    words = 'at_breach: {release: "the caller asked for it"}'
    office = opened(store, POLICY.replace("at_breach: fallback", words).replace(", high_stakes: true", ""))
    for _ in range(3):
        made = submitted_around_a_stop(office, freeze=freeze)
        late = office.submit(metadata={"amount": 60_000})["item_id"]
        office.shift(hours=3)
        for _ in range(10):  # each turn takes fifty; what is held back comes again in two seconds
            office.rooms.worker.run_due()
        assert office.result(late)["status"] == "pending"  # a release at breach waits too
        assert {one["status"] for after, one in made if after} == {"pending"}
        assert {one["status"] for after, one in made if not after} >= {"released"}
        office.lift()


def submitted_around_a_stop(office: Office, *, freeze: bool) -> list[tuple[bool, dict[str, Any]]]:
    """Results, each with whether it was asked for after the stop had been acknowledged."""
    acknowledged, over = threading.Event(), threading.Event()
    made: list[tuple[bool, dict[str, Any]]] = []

    def send() -> None:
        while not over.is_set():
            after = acknowledged.is_set()
            made.append((after, office.submit(confidence=0.99)))

    def stop() -> None:
        try:
            for _ in range(500):
                if len(made) < 15:
                    over.wait(0.01)
            office.stop(freeze=freeze)
            acknowledged.set()
            over.wait(0.3)
        finally:
            over.set()

    at_once([send, send, send, stop])
    return made


def test_a_freeze_and_a_settling_verdict_at_once_never_both_hold(office: Office) -> None:
    ana = office.person("ana")
    for _ in range(10):
        item_id = office.submit()["item_id"]
        office.decide(ana, office.claim(ana)[0])
        office.shift(seconds=6)
        seen, _ = at_once([partial(freeze_and_look, office, item_id), office.rooms.worker.run_due])
        assert office.result(item_id)["status"] == seen  # what it was when the freeze was acknowledged
        office.lift()
        office.shift(seconds=3)
        office.run_due()
        assert office.result(item_id)["status"] == "released"


@pytest.mark.parametrize("what", ["submitted", "settled", "overdue"])
def test_what_could_be_released_waits_for_a_stop_that_is_being_set(office: Office, what: str) -> None:
    """Between looking for a stop and keeping what it released nothing can set one: else it was released after it."""
    ana = office.person("ana")
    item_id = (
        "" if what == "submitted" else office.submit(metadata={"amount": 60_000 if what == "overdue" else 1})["item_id"]
    )
    if what == "settled":
        office.decide(ana, office.claim(ana)[0])
    office.shift(hours=0 if what == "submitted" else 3)
    inside, go_on = threading.Event(), threading.Event()

    def being_set(session: Session) -> None:
        routing.set_stop(session, office.project_id, freeze=True, reason="a test", by=None)
        inside.set()
        assert go_on.wait(20)

    with ThreadPoolExecutor(2) as pool:
        stopping = pool.submit(office.store.write, being_set)
        assert inside.wait(10)
        running = pool.submit(
            partial(office.submit, confidence=0.99) if what == "submitted" else office.rooms.worker.run_due
        )
        threading.Event().wait(0.6)
        assert not running.done()
        go_on.set()
        stopping.result()
        told = running.result()
    assert (told["status"] if isinstance(told, dict) else office.result(item_id)["status"]) == "pending"


def freeze_and_look(office: Office, item_id: str) -> str:
    office.stop(freeze=True)
    return str(office.result(item_id)["status"])


def test_a_policy_is_never_used_after_another_one_is_active(office: Office) -> None:
    other = POLICY.replace("above: 0.9", "above: 0.999")
    over = threading.Event()
    told: list[tuple[int, int]] = []
    active = [office.rows("SELECT policy_version FROM projects")[0][0]]

    def send() -> None:
        while not over.is_set():
            before = active[-1]
            told.append((before, office.submit(confidence=0.99)["route"]["policy_version"]))

    def change() -> None:
        for turn in range(6):
            active.append(office.activate(other if turn % 2 == 0 else POLICY))
            over.wait(0.05)
        over.set()

    at_once([send, send, change])
    assert [one for one in told if one[1] < one[0]] == []
    assert len({used for _, used in told}) > 1


@pytest.mark.postgres
def test_x18_a_pool_with_no_connection_left_answers_within_its_bound(postgres_store: PostgresStore) -> None:
    url = postgres_store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    store = PostgresStore(url, pool=2, wait_s=0.5)
    inside, go_on = threading.Barrier(3), threading.Event()

    def holds(_: object) -> None:
        inside.wait(10)
        assert go_on.wait(20)

    with ThreadPoolExecutor(2) as pool:
        holding = [pool.submit(store.read, holds) for _ in range(2)]
        inside.wait(10)
        for work in (store.read, store.write):
            with pytest.raises(Unavailable, match="All connections to the database are in use") as told:
                work(lambda session: session.run("SELECT 1"))
            assert told.value.retry_after_s == 1
        go_on.set()
        for one in holding:
            one.result()
    assert store.read(lambda session: session.run("SELECT 1")) == [(1,)]
    store.close()


@pytest.mark.postgres
def test_connections_that_were_cut_are_told_as_unavailable_and_replaced(postgres_store: PostgresStore) -> None:
    url = postgres_store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    store = PostgresStore(url, pool=3)
    mine = "SELECT pg_backend_pid() FROM (SELECT pg_sleep(0.3)) AS held"
    look = partial(store.read, lambda session: session.run(mine))
    pids = {found[0][0] for found in at_once([look, look, look])}
    assert len(pids) == 3
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid IN ({', '.join(map(str, pids))})"
    postgres_store.read(lambda session: session.run(cut))
    faults = [refused(store.write, lambda session: session.run("SELECT 1")) for _ in range(8)]
    assert {type(one) for one in faults if one is not None} <= {Unavailable}
    assert len([one for one in faults if one is not None]) <= 3
    assert faults[-1] is None
    store.close()


def test_limits_and_pauses_of_a_queue_hold(office: Office) -> None:
    ana = office.person("ana")
    for _ in range(4):
        office.submit()
    row = {"project_id": office.project_id, "queue": "junior", "paused": False, "reason": None, "by": None, "limit": 2}
    office.store.write(lambda session: queues.set_queue(session, row))
    assert len(office.claim(ana, limit=5)) == 2
    assert office.why_empty(ana) == "limit_reached"
    office.store.write(lambda session: queues.set_queue(session, row | {"paused": True, "reason": "a meeting"}))
    assert office.why_empty(office.person("bea")) == "paused"


def test_recalls_at_the_same_moment_stand_one_behind_the_other(office: Office) -> None:
    """Each is numbered, each is told, and the last one stands; of two that say nothing new one is refused."""
    item_id, keys = office.submit(confidence=0.99)["item_id"], [new_id() for _ in range(6)]

    def override(number: int) -> str:
        given = OverrideIn.model_validate({"reason": "wrong", "correction": f"Text {number}."})
        work = partial(office.rooms.afterwards.recall, given=given, rechecked=None, actor=f"key:{keys[number]}")
        office.store.write(lambda session: work(session, item_id))
        return "done"

    assert at_once([partial(override, number) for number in range(6)]) == ["done"] * 6
    found = office.rows("SELECT number, actor FROM recalls WHERE item_id = :id ORDER BY number", id=item_id)
    assert [number for number, _ in found] == [1, 2, 3, 4, 5, 6]
    last = keys.index(found[-1][1].removeprefix("key:"))
    assert office.result(item_id)["text"] == f"Text {last}."
    assert office.kinds(item_id).count("item.recalled") == 6
    assert office.verify().ok
