"""Notes when sessions and keys were used: at most once a minute each, beside the requests, never in their way."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

import structlog

from handrail.setup.access.queries import keys, sessions
from handrail.storage import Session, Store

EVERY = timedelta(minutes=1)
MOST = 10_000
Used = tuple[Literal["session", "key"], str]
log = structlog.get_logger("handrail.access")


class LastUse:
    """Takes notes from any thread; a thread of its own writes them."""

    def __init__(self, store: Store, *, every: timedelta = EVERY) -> None:
        self._store, self._every = store, every
        self._noted: dict[Used, datetime] = {}
        self._waiting: queue.SimpleQueue[Used | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(self, kind: Literal["session", "key"], id: str) -> None:
        """Cheap: what was noted within the last minute is not noted again."""
        used, now = (kind, id), self._store.clock.now()
        with self._lock:
            before = self._noted.get(used)
            if before is not None and now - before < self._every:
                return
            if len(self._noted) >= MOST:
                self._noted.clear()
            self._noted[used] = now
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="handrail-last-use", daemon=True)
                self._thread.start()
        self._waiting.put(used)

    def close(self) -> None:
        """Writes what waits, then ends; a later note begins anew."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(timeout=10)

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            used = [first]
            with suppress(queue.Empty):
                while (more := self._waiting.get_nowait()) is not None:
                    used.append(more)
                self._write(used)
                return  # closed while we gathered
            self._write(used)

    def _write(self, used: list[Used]) -> None:
        def note(session: Session) -> None:
            sessions.keep_alive(session, [id for kind, id in used if kind == "session"])
            keys.note_key_use(session, [id for kind, id in used if kind == "key"])

        try:
            self._store.write(note)
        except Exception as error:  # noqa: BLE001  # a note that is lost is made again in a minute; nobody waits for it
            log.warning("last_use.not_written", error=type(error).__name__)
