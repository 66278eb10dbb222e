"""The machine's own part of the time, as a server sees it: gathered in memory and added to the counts every ten
seconds. It does not stand with the item, so what was gathered last is lost when a server is killed."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import structlog

from handrail.kit.clock import to_ms
from handrail.stages.monitoring.counting import Days
from handrail.stages.monitoring.queries import cells
from handrail.stages.monitoring.rules.buckets import bucket_of
from handrail.stages.monitoring.rules.facts import Counts
from handrail.stages.monitoring.rules.steps import quarter_of
from handrail.storage import Session, Store

EVERY_S = 10.0
log = structlog.get_logger("handrail.metrics")
_Kept = dict[tuple[str, str, int, int], list[int]]  # project, segment, quarter hour, bucket -> n, total ms


class Stopwatch:
    """Notes durations from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: _Kept = {}
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, project_id: str, segment: str, seconds: float) -> None:
        """One item took the machine so long."""
        ms = round(seconds * 1_000)
        key = (project_id, segment, quarter_of(to_ms(self._store.clock.now())), bucket_of(ms))
        with self._lock:
            kept = self._kept.setdefault(key, [0, 0])
            kept[0] += 1
            kept[1] += ms

    def flush(self) -> None:
        """Adds what was gathered to the counts; keeps it for the next time if that fails."""
        with self._lock:
            taken, self._kept = self._kept, {}
        if not taken:
            return
        try:
            self._store.write(lambda session: _add(session, taken))
        except Exception as error:  # noqa: BLE001  # a database that is away must not end the thread
            log.warning("metrics.observed_kept", error=type(error).__name__)
            with self._lock:
                for key, (n, total) in taken.items():
                    kept = self._kept.setdefault(key, [0, 0])
                    kept[0] += n
                    kept[1] += total

    def start(self) -> None:
        """Flushes by itself from now on."""
        self._thread = threading.Thread(target=self._run, name="handrail-stopwatch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Flushes what is left; nothing runs afterwards."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self.flush()

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            self.flush()


def _add(session: Session, taken: Mapping[tuple[str, str, int, int], list[int]]) -> None:
    days = Days(session)
    counts = Counts(days.day_of)
    for (project_id, segment, quarter, bucket), (n, total) in taken.items():
        counts.observe(project_id, segment, quarter, bucket, n, total)
    cells.add(session, counts)
