"""One thread writes and commits for all that wait (decision 0007)."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from handrail.kit.errors import StorageFull, Unavailable
from handrail.storage import DatabaseRefused, Session, WriterLock
from handrail.storage.sqlite import CHECKPOINT_PAGES, WAITING_MOST, SqliteStore

PUT = "INSERT INTO instance (name, value) VALUES (:name, :value)"


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "handrail.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.fixture
def alone(file: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(file, answer_s=20)
    yield store
    store.close()


def put(name: str, value: str = "x") -> Callable[[Session], Any]:
    return lambda session: session.run(PUT, {"name": name, "value": value})


def names(store: SqliteStore) -> list[str]:
    return store.read(lambda session: [row[0] for row in session.run("SELECT name FROM instance ORDER BY name")])


class Gate:
    """Holds the writer until a whole group waits behind it."""

    def __init__(self, store: SqliteStore) -> None:
        self._open = threading.Event()
        self._inside = threading.Event()
        self.answer = store.hand_in(self._wait)
        assert self._inside.wait(5)

    def _wait(self, _: Session) -> None:
        self._inside.set()
        assert self._open.wait(10)

    def open(self) -> None:
        self._open.set()
        self.answer.result()


def test_one_that_raises_leaves_nothing_and_its_group_stays(alone: SqliteStore) -> None:
    def bad(session: Session) -> None:
        session.run(PUT, {"name": "bad", "value": "x"})
        raise LookupError("on purpose")

    gate = Gate(alone)
    answers = [alone.hand_in(work) for work in (put("a"), bad, put("b"), bad, put("c"))]
    gate.open()
    for answer, raises in zip(answers, (False, True, False, True, False), strict=True):
        if raises:
            with pytest.raises(LookupError, match="on purpose"):
                answer.result()
        else:
            answer.result()
    assert names(alone) == ["a", "b", "c"]


def test_a_group_shares_one_commit_and_nobody_is_answered_before_it(alone: SqliteStore) -> None:
    seen_before_the_commit: list[bool] = []
    gate = Gate(alone)
    first = alone.hand_in(put("first"))

    def last(_: Session) -> None:
        seen_before_the_commit.extend([first.future.done(), "first" in names(alone)])

    second = alone.hand_in(last)
    gate.open()
    first.result()
    second.result()
    assert seen_before_the_commit == [False, False]
    assert names(alone) == ["first"]


def test_a_reader_sees_what_is_committed_and_nothing_else(alone: SqliteStore) -> None:
    """Also a reader that has begun: it sees one moment to its end."""
    started, go_on = threading.Event(), threading.Event()

    def look(session: Session) -> tuple[int, int]:
        before = session.run("SELECT COUNT(*) FROM instance")[0][0]
        started.set()
        assert go_on.wait(10)
        return before, session.run("SELECT COUNT(*) FROM instance")[0][0]

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(alone.read, look)
        assert started.wait(5)
        alone.write(put("a"))
        go_on.set()
        assert reading.result() == (0, 0)
    assert names(alone) == ["a"]


def test_a_reader_cannot_write(alone: SqliteStore) -> None:
    with pytest.raises((Unavailable, sqlite3.OperationalError), match=r"read-?only"):
        alone.read(put("a"))
    assert names(alone) == []


def test_x06_a_full_disk_fails_the_whole_group_and_the_store_lives_on(alone: SqliteStore) -> None:
    pages = alone.write(lambda session: int(session.run("PRAGMA page_count")[0][0]))
    alone.write(lambda session: session.run(f"PRAGMA max_page_count = {pages + 20}"))
    gate = Gate(alone)
    answers = [alone.hand_in(put("small")), alone.hand_in(put("large", "x" * 500_000)), alone.hand_in(put("after"))]
    gate.open()
    for answer in answers:
        with pytest.raises(StorageFull):
            answer.result()
    assert names(alone) == []
    alone.write(lambda session: session.run("PRAGMA max_page_count = 1000000"))
    alone.write(put("large", "x" * 500_000))  # without a restart, once there is room
    assert names(alone) == ["large"]


def test_x06_a_limit_on_the_size_of_files_is_told_and_loses_nothing(file: Path) -> None:
    """X6 for the log: the process may write no more into its files, and reads still work."""
    script = """
import resource, signal, sys
from pathlib import Path
from handrail.storage.sqlite import SqliteStore
from handrail.kit.errors import HandrailFault
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = SqliteStore(Path(sys.argv[1]))
put = "INSERT INTO instance (name, value) VALUES (:name, :value)"
store.write(lambda s: s.run(put, {"name": "kept", "value": "x"}))
most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, most[1]))
kept = 0
try:
    for n in range(1000):
        store.write(lambda s, n=n: s.run(put, {"name": f"n{n}", "value": "x" * 20_000}))
        kept += 1
except HandrailFault as fault:
    print(type(fault).__name__, kept, store.read(lambda s: s.run("SELECT COUNT(*) FROM instance")[0][0]))
resource.setrlimit(resource.RLIMIT_FSIZE, most)
store.write(lambda s: s.run(put, {"name": "after", "value": "x"}))
"""
    command = [sys.executable, "-c", script, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    kind, kept, there = done.stdout.split()
    assert kind in ("StorageFull", "Unavailable")
    assert int(there) == int(kept) + 1
    store = SqliteStore(file)
    assert len(names(store)) == int(kept) + 2  # and what came after, without a restart
    store.close()


class FailedSync(sqlite3.OperationalError):
    """What SQLite says of a disk that lost what it was given."""

    sqlite_errorname = "SQLITE_IOERR_FSYNC"


def test_x07_after_a_failed_sync_nothing_is_answered_as_kept(alone: SqliteStore) -> None:
    """X7. The transaction is over when SQLite says this, so the work ends it too."""

    def fails(session: Session) -> None:
        session.run(PUT, {"name": "lost", "value": "x"})
        session.run("ROLLBACK")
        raise FailedSync("disk I/O error")

    gate = Gate(alone)
    answers = [alone.hand_in(work) for work in (put("a"), fails, put("b"))]
    gate.open()
    for answer in answers:
        with pytest.raises(Unavailable):
            answer.result()
    with pytest.raises(Unavailable, match="until the server starts again"):
        alone.write(put("later"))
    assert alone.problem() is not None
    assert names(alone) == []


def test_after_the_end_nothing_is_taken_and_nobody_waits(file: Path) -> None:
    store = SqliteStore(file, answer_s=5)
    gate = Gate(store)
    waiting = [store.hand_in(put(f"n{number}")) for number in range(20)]
    closing_down = threading.Thread(target=store.close)
    closing_down.start()
    gate.open()
    closing_down.join(10)
    assert not closing_down.is_alive()
    for one in waiting:
        one.result()  # what was handed in before is kept
    with pytest.raises(Unavailable, match="closing"):
        store.write(put("late"))
    store.close()  # twice does no harm
    reopened = SqliteStore(file)
    assert len(names(reopened)) == 20
    reopened.close()


def test_work_that_nobody_waits_for_any_more_is_not_begun(file: Path) -> None:
    store = SqliteStore(file, answer_s=0.2)
    gate_open = threading.Event()
    inside = threading.Event()

    def holds(_: Session) -> None:
        inside.set()
        assert gate_open.wait(10)

    first = store.hand_in(holds)
    assert inside.wait(5)
    with pytest.raises(Unavailable, match="in time"):
        store.write(put("given up"))
    gate_open.set()
    first.future.result(5)
    store.write(put("after"))
    assert names(store) == ["after"]
    store.close()


def test_too_many_waiting_are_sent_away_at_once(alone: SqliteStore) -> None:
    gate = Gate(alone)
    for number in range(WAITING_MOST):
        alone.hand_in(put(f"n{number}"))
    with pytest.raises(Unavailable) as told:
        alone.hand_in(put("one more"))
    assert told.value.code == "overloaded"
    assert told.value.retry_after_s == 1
    gate.open()


def wal_bytes(store: SqliteStore) -> int:
    return os.path.getsize(f"{store.path}-wal")


def put_much(store: SqliteStore, count: int, begin: int = 0) -> None:
    for number in range(begin, begin + count):
        store.write(put(f"n{number}", "x" * 1_000_000))


def is_short_after_a_pause(store: SqliteStore) -> bool:
    """Whether the log is copied back and begun anew once the writer has a moment for it."""
    for number in range(100):
        store.write(put(f"small {number}"))
        time.sleep(0.02)
        if wal_bytes(store) < CHECKPOINT_PAGES * 4096:
            return True
    return False


def test_x19_the_log_stays_short(alone: SqliteStore) -> None:
    most = 0
    for turn in range(8):
        put_much(alone, 10, turn * 10)
        most = max(most, wal_bytes(alone))
    assert most < 5 * CHECKPOINT_PAGES * 4096  # without a pause it is copied back at four times that, in any case
    assert is_short_after_a_pause(alone)


def test_x19_a_long_reader_holds_up_no_writer_and_afterwards_the_log_is_short_again(alone: SqliteStore) -> None:
    started, go_on = threading.Event(), threading.Event()

    def look(session: Session) -> int:
        count = int(session.run("SELECT COUNT(*) FROM instance")[0][0])
        started.set()
        assert go_on.wait(60)
        return count

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(alone.read, look)
        assert started.wait(5)
        put_much(alone, 40)
        go_on.set()
        assert reading.result() == 0
    assert len(names(alone)) == 40
    assert wal_bytes(alone) > CHECKPOINT_PAGES * 4096
    put_much(alone, 5, 100)
    assert is_short_after_a_pause(alone)


def test_x19_readers_that_never_all_pause_do_not_let_the_log_grow(alone: SqliteStore) -> None:
    """A storm of looks, each of them short: at any moment somebody reads, so no checkpoint meets an empty house."""
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            alone.read(lambda session: session.run("SELECT COUNT(*) FROM instance"))

    most = 0
    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(look) for _ in range(4)]
        try:
            for turn in range(16):
                put_much(alone, 10, turn * 10)
                most = max(most, wal_bytes(alone))
        finally:
            over.set()
        for reader in readers:
            reader.result()
    assert most < 10 * CHECKPOINT_PAGES * 4096
    assert len(names(alone)) == 160
    assert alone.read(lambda session: session.run("PRAGMA integrity_check")) == [("ok",)]


def test_x19_a_second_process_that_writes_is_refused_with_a_sentence(file: Path) -> None:
    lock = WriterLock(file)
    lock.take()
    script = """
import sys
from pathlib import Path
from handrail.storage import DatabaseRefused, WriterLock
try:
    WriterLock(Path(sys.argv[1])).take()
    print("taken")
except DatabaseRefused as refused:
    print(refused)
"""

    def second() -> str:
        done = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    told = second()
    assert f"Another Handrail process (process {os.getpid()})" in told
    assert "stop it, or" in told
    lock.release()
    assert second() == "taken"
    lock.take()  # the other process has ended: its lock fell with it
    lock.release()


def test_the_lock_refuses_a_second_holder_in_the_same_process(file: Path) -> None:
    first, second = WriterLock(file), WriterLock(file)
    first.take()
    with pytest.raises(DatabaseRefused):
        second.take()
    first.release()
    second.take()
    second.release()


def test_the_writer_alone_checkpoints_and_syncs_each_commit(alone: SqliteStore) -> None:
    def pragmas(session: Session) -> dict[str, Any]:
        wanted = ("journal_mode", "synchronous", "wal_autocheckpoint", "foreign_keys", "query_only", "mmap_size")
        return {name: (session.run(f"PRAGMA {name}") or [(0,)])[0][0] for name in wanted}

    same = {"journal_mode": "wal", "synchronous": 2, "wal_autocheckpoint": 0, "foreign_keys": 1, "mmap_size": 0}
    assert alone.write(pragmas) == same | {"query_only": 0}
    assert alone.read(pragmas) == same | {"query_only": 1}


def test_closing_leaves_one_whole_file(file: Path) -> None:
    store = SqliteStore(file)
    store.write(put("a"))
    store.close()
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    with closing(sqlite3.connect(file)) as plain:
        assert plain.execute("SELECT name FROM instance").fetchall() == [("a",)]
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
