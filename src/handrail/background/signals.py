"""Who waits in this process is woken at once; what other processes do is found by looking again."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from contextlib import suppress


class Signals:
    """Named wake-ups. `fire` may be called from any thread; asyncio waiters and threads both wait here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, set[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = defaultdict(set)
        self._threads: dict[str, threading.Event] = defaultdict(threading.Event)

    def fire(self, *names: str) -> None:
        """Wakes everyone who waits for one of `names`."""
        with self._lock:
            for name in names:
                for loop, event in self._waiting.get(name, ()):
                    with suppress(RuntimeError):  # a loop that has ended waits for nothing
                        loop.call_soon_threadsafe(event.set)
                if name in self._threads:
                    self._threads[name].set()

    def listen(self, name: str) -> Listening:
        """A wait that begins now: what fires between looking and waiting is not missed."""
        return Listening(self, name)

    def waited_for(self) -> frozenset[str]:
        """The names somebody waits for."""
        with self._lock:
            return frozenset(self._waiting)

    def wait_in_thread(self, name: str, timeout_s: float) -> bool:
        """The same for a thread; a signal that came since the last wait counts."""
        with self._lock:
            event = self._threads[name]
        woken = event.wait(timeout_s)
        event.clear()
        return woken

    def _join(self, name: str, mine: tuple[asyncio.AbstractEventLoop, asyncio.Event]) -> None:
        with self._lock:
            self._waiting[name].add(mine)

    def _leave(self, name: str, mine: tuple[asyncio.AbstractEventLoop, asyncio.Event]) -> None:
        with self._lock:
            self._waiting[name].discard(mine)
            if not self._waiting[name]:
                del self._waiting[name]


class Listening:
    """One asyncio wait on one name, from `with` to its end."""

    def __init__(self, signals: Signals, name: str) -> None:
        self._signals, self._name = signals, name
        self._event = asyncio.Event()
        self._mine = (asyncio.get_running_loop(), self._event)

    def __enter__(self) -> Listening:
        self._signals._join(self._name, self._mine)
        return self

    def __exit__(self, *_: object) -> None:
        self._signals._leave(self._name, self._mine)

    async def wait(self, timeout_s: float) -> bool:
        """True once the name fired; False when the time is over first."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True
