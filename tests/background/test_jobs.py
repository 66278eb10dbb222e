"""Durable jobs: one worker at a time, twice equals once, nothing lost, nothing tried for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from handrail.audit import AuditKey
from handrail.background import jobs
from handrail.background.duties import Duty
from handrail.background.jobs import LEASE, TRIES, Done, Job, RetryAt
from handrail.background.signals import Signals
from handrail.background.worker import Worker
from handrail.kit.clock import SystemClock
from handrail.kit.errors import Unavailable
from handrail.storage import AnyStore, Session

SECOND = timedelta(seconds=1)


class Hands:
    """Handlers that note what they ran, in the database and beside it."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.fail = 0
        self.again: timedelta | None = None

    def __call__(self, session: Session, job: Job) -> Done | RetryAt:
        self.ran.append(job.args["name"])
        session.run(
            "INSERT INTO instance (name, value) VALUES (:name, 'ran')", {"name": f"{job.args['name']}:{len(self.ran)}"}
        )
        if self.fail:
            self.fail -= 1
            raise RuntimeError("the text of an item, which must not be kept")
        return Done() if self.again is None else RetryAt(session.now + self.again, "not yet")


def worker(store: AnyStore, hands: Hands) -> Worker:
    return Worker(store, AuditKey(b"a key of the tests"), {"test": hands}, Signals())


def add(store: AnyStore, name: str, after: timedelta = timedelta(0), dedup: str | None = None) -> None:
    def work(session: Session) -> None:
        jobs.add(session, [jobs.row("test", {"name": name}, run_at=session.now + after, now=session.now, dedup=dedup)])

    store.write(work)


def stored(store: AnyStore, columns: str = "state, attempt") -> list[tuple[Any, ...]]:
    return store.read(lambda session: session.run(f"SELECT {columns} FROM jobs ORDER BY id"))


def notes(store: AnyStore) -> list[str]:
    return [row[0] for row in store.read(lambda session: session.run("SELECT name FROM instance ORDER BY name"))]


def shift(store: AnyStore, by: timedelta) -> None:
    assert isinstance(store.clock, SystemClock)
    store.clock.shift(by)


def test_due_jobs_run_oldest_first_and_never_early(store: AnyStore) -> None:
    hands = Hands()
    for name, after in (("later", 60), ("second", 2), ("first", 1)):
        add(store, name, after * SECOND)
    assert worker(store, hands).run_due() == 0
    shift(store, 3 * SECOND)
    assert worker(store, hands).run_due() == 2
    assert hands.ran == ["first", "second"]
    assert len(stored(store)) == 1


def test_a_job_and_the_note_that_it_is_done_are_one_transaction(store: AnyStore) -> None:
    hands = Hands()
    hands.fail = 1
    add(store, "a")
    worker(store, hands).run_due()
    assert notes(store) == []  # what the failed run wrote is gone
    shift(store, 3 * SECOND)
    worker(store, hands).run_due()
    assert notes(store) == ["a:2"]
    assert stored(store) == []


def test_a_failing_job_backs_off_and_rests_as_dead_without_its_content(store: AnyStore) -> None:
    hands = Hands()
    hands.fail = 10_000
    add(store, "a")
    for _ in range(3 * TRIES):
        worker(store, hands).run_due()
        shift(store, timedelta(minutes=6))
    assert stored(store) == [("dead", TRIES)]
    assert len(hands.ran) == TRIES
    why = stored(store, "last_error")[0][0]
    assert why.startswith("RuntimeError in __call__")
    assert "text of an item" not in why


def test_a_job_that_asks_to_be_run_again_never_dies_of_it(store: AnyStore) -> None:
    """Found: after twelve turns the first failure of the job that ends leases was its last."""
    hands = Hands()
    hands.again = SECOND
    add(store, "a", dedup="once")
    for _ in range(3 * TRIES):
        assert worker(store, hands).run_due() == 1
        shift(store, 2 * SECOND)
    hands.fail = 1
    worker(store, hands).run_due()
    assert stored(store) == [("waiting", 1)]


def test_two_workers_share_the_work_and_run_nothing_twice(store: AnyStore) -> None:
    for number in range(60):
        add(store, f"n{number}")
    hands = [Hands() for _ in range(4)]

    def run_all(mine: Hands) -> None:
        while worker(store, mine).run_due():
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run_all, hands))
    ran = [name for one in hands for name in one.ran]
    assert sorted(ran) == sorted(f"n{number}" for number in range(60))


def test_the_job_of_a_worker_that_died_is_taken_over_and_its_late_end_counts_for_nothing(store: AnyStore) -> None:
    add(store, "a")
    lost = store.write(lambda session: jobs.take_due(session, 10))[0]
    hands = Hands()
    assert worker(store, hands).run_due() == 0
    shift(store, LEASE + SECOND)
    assert worker(store, hands).run_due() == 1
    assert store.write(lambda session: jobs.finish(session, lost, Done())) is False
    assert hands.ran == ["a"]


def test_a_worker_that_starts_on_sqlite_need_not_wait_for_the_leases_of_the_dead(store: AnyStore) -> None:
    add(store, "a")
    store.write(lambda session: jobs.take_due(session, 10))
    hands = Hands()
    one = worker(store, hands)
    one.start()
    one.stop()
    worker(store, hands).run_due()
    assert hands.ran == (["a"] if store.dialect == "sqlite" else [])


def test_a_worker_that_is_stopped_gives_back_what_it_has_not_begun(store: AnyStore) -> None:
    for number in range(5):
        add(store, f"n{number}")
    hands = Hands()
    stopping = worker(store, hands)

    def stops(session: Session, job: Job) -> Done:
        stopping._stop.set()
        hands(session, job)
        return Done()

    stopping.handlers = {"test": stops}
    assert stopping.run_due() == 1
    assert stored(store) == [("waiting", 0)] * 4
    assert worker(store, hands).run_due() == 4
    assert sorted(hands.ran) == [f"n{number}" for number in range(5)]


def test_a_second_job_with_the_same_mark_takes_the_place_of_the_first(store: AnyStore) -> None:
    add(store, "first", dedup="m")
    add(store, "second", 5 * SECOND, dedup="m")
    hands = Hands()
    assert worker(store, hands).run_due() == 0
    shift(store, 6 * SECOND)
    worker(store, hands).run_due()
    assert hands.ran == ["second"]
    assert stored(store) == []


def test_a_job_that_is_moved_while_it_runs_is_undone_and_runs_at_its_new_time(store: AnyStore) -> None:
    add(store, "first", dedup="m")
    running = store.write(lambda session: jobs.take_due(session, 10))[0]
    add(store, "second", dedup="m")
    assert store.write(lambda session: jobs.finish(session, running, Done())) is False
    hands = Hands()
    assert worker(store, hands).run_due() == 1
    assert hands.ran == ["second"]


def test_a_cancelled_job_does_not_run_and_cannot_end(store: AnyStore) -> None:
    add(store, "a", dedup="m")
    running = store.write(lambda session: jobs.take_due(session, 10))[0]
    store.write(lambda session: jobs.cancel(session, "m"))
    assert store.write(lambda session: jobs.finish(session, running, RetryAt(session.now, "x"))) is False
    assert stored(store) == []


def test_an_unknown_kind_is_noted_and_does_not_stop_the_others(store: AnyStore) -> None:
    hands = Hands()

    def work(session: Session) -> None:
        jobs.add(session, [jobs.row("unknown", {}, run_at=session.now - SECOND, now=session.now)])

    store.write(work)
    add(store, "a")
    assert worker(store, hands).run_due() == 2
    assert hands.ran == ["a"]
    assert stored(store, "state, last_error")[0][0] == "waiting"


def test_one_part_that_works_does_not_hide_that_the_other_does_not(store: AnyStore) -> None:
    one = worker(store, Hands())
    one._problems["sequencer"] = "sequencer: unavailable: the disk is full"
    one.start()
    one.stop()
    one._problems["sequencer"] = "sequencer: unavailable: the disk is full"
    one._stop.clear()

    def turn() -> int:
        one._stop.set()
        return 0

    one._loop(turn, "jobs")
    assert one.problem == "sequencer: unavailable: the disk is full"


def test_a_store_that_is_away_is_told_and_outlived(store: AnyStore) -> None:
    one = worker(store, Hands())

    def turn() -> int:
        one._stop.set()
        raise Unavailable("The database does not answer; try again with the same key.")

    one._loop(turn, "jobs")
    assert one.problem == "jobs: unavailable: The database does not answer; try again with the same key."


@pytest.mark.parametrize("after_s", [-1, 0, 1])
def test_something_is_due_from_its_moment_on(store: AnyStore, after_s: int) -> None:
    add(store, "a", after_s * SECOND)
    assert store.read(jobs.something_due) == (after_s <= 0)


def test_a_worker_with_one_duty_leaves_the_rest_to_others(store: AnyStore) -> None:
    hands = Hands()

    def with_duties(*duties: Duty) -> Worker:
        made = worker(store, hands)
        made.timers, made.pulse.duties = frozenset({"test"}), frozenset(duties)
        return made

    add(store, "a timer")
    assert with_duties(Duty.JOBS).run_due() == 0
    assert with_duties(Duty.TIMERS).run_due() == 1
    add(store, "another")
    assert with_duties(Duty.JOBS, Duty.TIMERS).run_due() == 1
    assert hands.ran == ["a timer", "another"]
