"""Joins items that come in at the same moment: what waits is checked, routed and written in one transaction.

One interpreter runs one thread at a time, so that threads of their own for sixteen requests only push each other
aside; and a transaction costs the same for one item as for ten. While one group is on its way to the disk the next
one gathers, so nobody waits for company: the first item of a quiet moment goes alone and at once.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any  # Any: items are JSON of the caller's own shape

from starlette.concurrency import run_in_threadpool

from handrail.flow.admission import Admission, Admitted, Arrival, Refused
from handrail.kit.traces import HERE

TOGETHER = 32
SMALL = 64 * 1024
"""Larger bodies keep checks busy for long; each goes alone, in a thread of its own."""
THREADS = 2
"""While one waits for the disk, the other one checks."""

Answer = Admitted | Refused | Exception


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One request and who waits for its answer."""

    project_id: str
    arrival: Arrival
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Admitted | Refused]


class Gathering:
    """Admits single items, many at once."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    async def admit(self, project_id: str, actor: str, kept: Mapping[str, Any], size: int) -> Admitted | Refused:
        """What became of one submitted item of `size` bytes; returns once it is on disk. Raises as Admission does."""
        arrival = Arrival(actor, kept, HERE.get() if self._admission.traces.is_on else None)
        if size > SMALL or not self._admission.is_quick(project_id):
            return (await run_in_threadpool(self._admission.admit_together, project_id, [arrival]))[0]
        self._start()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Admitted | Refused] = loop.create_future()
        self._waiting.put(_Waiting(project_id, arrival, loop, answer))
        return await answer

    def close(self) -> None:
        """Finishes what was handed in."""
        with self._lock:
            threads, self._threads = self._threads, []
        for _ in threads:
            self._waiting.put(None)
        for thread in threads:
            thread.join(timeout=30)

    def _start(self) -> None:
        if self._threads:
            return
        with self._lock:
            while len(self._threads) < THREADS:
                name = f"handrail-admission-{len(self._threads)}"
                self._threads.append(threading.Thread(target=self._run, name=name, daemon=True))
                self._threads[-1].start()

    def _run(self) -> None:
        while True:
            first = self._waiting.get()
            if first is None:
                return
            group, go_on = self._take(first)
            for project_id in dict.fromkeys(one.project_id for one in group):
                _tell(self._admitted(project_id, [one for one in group if one.project_id == project_id]))
            if not go_on:
                return

    def _take(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """What waits already, together with the first; and whether to go on after it."""
        group = [first]
        with suppress(Empty):
            while len(group) < TOGETHER:
                another = self._waiting.get_nowait()
                if another is None:
                    return group, False
                group.append(another)
        return group, True

    def _admitted(self, project_id: str, group: Sequence[_Waiting]) -> list[tuple[_Waiting, Answer]]:
        """The answers to a group. Where it fails as a whole each goes alone, so that nobody suffers for another."""
        try:
            answers = self._admission.admit_together(project_id, [one.arrival for one in group])
        except Exception as error:  # noqa: BLE001  # whatever it is, it is raised to the one who asked
            if len(group) == 1:
                return [(group[0], error)]
            return [pair for one in group for pair in self._admitted(project_id, [one])]
        return list(zip(group, answers, strict=True))


def _tell(answers: Sequence[tuple[_Waiting, Answer]]) -> None:
    """Wakes each loop once for all of its answers."""
    for loop in {waiting.loop for waiting, _ in answers}:
        mine = [(waiting.answer, answer) for waiting, answer in answers if waiting.loop is loop]
        with suppress(RuntimeError):  # the loop has ended, and with it those who waited
            loop.call_soon_threadsafe(_set_all, mine)


def _set_all(answers: Sequence[tuple[asyncio.Future[Admitted | Refused], Answer]]) -> None:
    for future, answer in answers:
        if future.done():
            continue  # who asked is gone; the item is kept all the same
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
