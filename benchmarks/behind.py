"""What is done behind each item once it is stored: the explorer's filling, then the counting of metrics."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.databases import Database, fresh
from benchmarks.desk import kept, mixed_body, open_desk
from benchmarks.table import Figure
from handrail.app import Rooms, join_rooms
from handrail.stages.monitoring.counting import fold
from handrail.storage import open_store

AT_ONCE = 500
SECRET = b"a secret of the benchmark, long enough for the rule of 32 bytes"


@dataclass(frozen=True)
class _Took:
    """For all items: by the clock, and of this process's processor."""

    clock_s: float
    cpu_s: float


def measure(server: str | None, items: int) -> list[Figure]:
    """Milliseconds for each of `items` items of 4 KB; nothing else runs in the process."""
    with fresh(server) as database:
        desk = open_desk(database, keys=1)
        store = open_store(database.url)
        try:
            rooms = join_rooms(store, SECRET)
            for first in range(0, items, AT_ONCE):
                bodies = [kept(mixed_body(number)) for number in range(first, min(first + AT_ONCE, items))]
                rooms.admission.admit(desk.project_id, "system", bodies)
            while rooms.worker.run_sequencer():
                pass
            return [
                _figure("fill the explorer", database, items, _timed(rooms.worker.turns["explorer"])),
                _figure("count for metrics", database, items, _timed(lambda: _fold(rooms))),
            ]
        finally:
            store.close()


def _fold(rooms: Rooms) -> int:
    return rooms.store.write(fold)


def _timed(turn: Callable[[], int]) -> _Took:
    began, busy = time.perf_counter(), time.process_time()
    while turn():
        pass
    return _Took(time.perf_counter() - began, time.process_time() - busy)


def _figure(what: str, database: Database, items: int, took: _Took) -> Figure:
    told = f"{items:,} items of 4 KB; processor of this process {took.cpu_s / items * 1e3:.3f} ms per item"
    return Figure(what, database.store, took.clock_s / items * 1e3, "ms/item", "", where=[told])
