"""Entries written at the same time get each index once and without gap (decision 0004)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from handrail.audit import AuditKey, Verdict, append, row, sequence, verify
from handrail.audit.merkle import Frontier
from handrail.audit.sequencer import BATCH
from handrail.audit.tiles import TILE
from handrail.background import outbox
from handrail.kit.ids import new_id
from handrail.storage import AnyStore, Session

KEY = AuditKey(b"a secret of the tests, long enough")
AT = datetime(2026, 11, 21, 11, 43, 57, tzinfo=UTC)


def entries(count: int) -> list[dict[str, Any]]:
    return [
        row(KEY, "test.happened", "item:1", project_id=None, actor="system", at=AT, details={"n": n})
        for n in range(count)
    ]


def write(store: AnyStore, count: int) -> None:
    store.write(lambda session: append(session, entries(count)))


def write_often(store: AnyStore) -> None:
    for _ in range(25):
        write(store, 3)


def number(store: AnyStore) -> int:
    return store.write(lambda session: sequence(session, KEY))


def number_all(store: AnyStore) -> None:
    while number(store):
        pass


def rows(store: AnyStore, sql: str) -> list[tuple[Any, ...]]:
    return store.read(lambda session: session.run(sql))


def check(store: AnyStore) -> Verdict:
    return verify(store.read, KEY)


def indexes(store: AnyStore) -> list[int]:
    return [one[0] for one in rows(store, "SELECT log_index FROM audit_entries ORDER BY log_index")]


def test_an_empty_log_is_whole(store: AnyStore) -> None:
    assert number(store) == 0
    assert check(store) == Verdict(True, 0)


@pytest.mark.parametrize("sizes", [(1,), (1, 1, 1), (TILE - 1, 2, TILE), (3, TILE * 2, 1)])
def test_numbers_tree_and_tiles_grow_together(store: AnyStore, sizes: tuple[int, ...]) -> None:
    for size in sizes:
        write(store, size)
        assert number(store) == size
    assert indexes(store) == list(range(sum(sizes)))
    leaves = [bytes.fromhex(one[0]) for one in rows(store, "SELECT leaf_hash FROM audit_entries ORDER BY log_index")]
    tree = Frontier()
    tree.extend(leaves)
    head = rows(store, "SELECT size, root FROM audit_heads ORDER BY size DESC LIMIT 1")[0]
    assert head == (sum(sizes), tree.root().hex())
    tiles = rows(store, "SELECT hashes FROM audit_tiles WHERE level = 0 ORDER BY tile")
    assert b"".join(bytes(one[0]) for one in tiles) == b"".join(leaves)
    assert check(store) == Verdict(True, sum(sizes))


def test_more_than_one_batch_is_numbered_in_turns(store: AnyStore) -> None:
    write(store, BATCH + 5)
    assert check(store).unsequenced == BATCH + 5
    assert [number(store), number(store), number(store)] == [BATCH, 5, 0]
    assert check(store) == Verdict(True, BATCH + 5)


def test_writers_and_two_sequencers_at_once_leave_no_gap(store: AnyStore) -> None:
    ended = threading.Event()

    def keep_numbering() -> None:
        while not ended.is_set():
            number(store)

    with ThreadPoolExecutor(6) as pool:
        sequencers = [pool.submit(keep_numbering) for _ in range(2)]
        writers = [pool.submit(write_often, store) for _ in range(4)]
        for one in writers:
            one.result()
        assert check(store).ok  # also while they are at it
        ended.set()
        for one in sequencers:
            one.result()
    number_all(store)
    assert indexes(store) == list(range(300))
    assert check(store) == Verdict(True, 300)


def test_checking_while_entries_come_in_gives_no_false_alarm(store: AnyStore) -> None:
    ended = threading.Event()

    def keep_writing() -> None:
        while not ended.is_set():
            write(store, 5)
            number(store)

    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(keep_writing) for _ in range(2)]
        verdicts = [check(store) for _ in range(25)]
        ended.set()
        for one in writing:
            one.result()
    assert [one for one in verdicts if not one.ok] == []
    assert verdicts[-1].size > verdicts[0].size


def test_a_sequencer_that_dies_between_two_writes_leaves_nothing_half_done(store: AnyStore) -> None:
    write(store, 4)

    def dies(session: Session) -> None:
        sequence(session, KEY)
        raise RuntimeError("killed here")

    with pytest.raises(RuntimeError):
        store.write(dies)
    assert check(store) == Verdict(True, 0, unsequenced=4)
    number(store)
    assert check(store) == Verdict(True, 4)


def test_an_entry_that_was_undone_leaves_no_trace(store: AnyStore) -> None:
    def undone(session: Session) -> None:
        append(session, entries(1))
        raise LookupError("on purpose")

    write(store, 1)
    with pytest.raises(LookupError):
        store.write(undone)
    write(store, 1)
    number(store)
    assert indexes(store) == [0, 1]
    assert check(store).ok


def test_events_are_numbered_in_commit_order_without_gap(store: AnyStore) -> None:
    """One that began first and is committed last comes last, though its id is the smallest."""
    project_id = new_id()
    early, late = (outbox.row("item.received", f"item:{n}", 1, project_id=project_id, at=AT) for n in (1, 2))
    store.write(lambda session: outbox.emit(session, [late]))
    store.write(outbox.sequence)
    store.write(lambda session: outbox.emit(session, [early]))
    store.write(outbox.sequence)
    assert rows(store, "SELECT number, subject FROM events ORDER BY number") == [(1, "item:2"), (2, "item:1")]


def test_what_is_numbered_again_is_numbered_once(store: AnyStore) -> None:
    write(store, 3)
    number(store)
    before = rows(store, "SELECT id, log_index FROM audit_entries ORDER BY id")
    assert number(store) == 0
    assert rows(store, "SELECT id, log_index FROM audit_entries ORDER BY id") == before
    assert len(rows(store, "SELECT size FROM audit_heads")) == 1
