"""Waiting for an outcome: woken by this process's signals, and by a look four times a second at what others do."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from time import monotonic
from typing import Any  # Any: results are JSON
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from handrail.kit.clock import to_ms
from handrail.kit.errors import HandrailFault
from handrail.stages.delivering.queries import outcomes as queries
from handrail.stages.delivering.service.results import result_of
from handrail.storage import Session
from handrail.web.house import House

LOOK_EVERY_S = 0.25
LOOK_AGAIN_S = 5.0
"""Even if a wake-up were lost, nobody waits longer than this beyond the outcome."""


def waiter(house: House) -> Callable[[str, str, float], Any]:
    """The function that waits up to some seconds for an item to be decided, then gives its present Result."""
    watches: WeakKeyDictionary[asyncio.AbstractEventLoop, _Watch] = WeakKeyDictionary()

    async def wait_for(project_id: str, item_id: str, seconds: float) -> dict[str, Any]:
        watch = watches.setdefault(asyncio.get_running_loop(), _Watch(house))
        end = monotonic() + seconds
        is_noted = False
        while (left := end - monotonic()) > 0:
            with house.signals.listen(f"item:{item_id}") as decided, watch.over(item_id):
                if await run_in_threadpool(house.store.read, lambda session: queries.is_decided(session, item_id)):
                    break
                if not is_noted:
                    is_noted = True
                    await run_in_threadpool(_note, house, item_id, seconds)
                await decided.wait(min(left, LOOK_AGAIN_S))
        return await run_in_threadpool(
            house.store.read, lambda session: result_of(session, project_id, item_id=item_id)
        )

    return wait_for


def _note(house: House, item_id: str, seconds: float) -> None:
    """Notes in the database that somebody waits, so that whoever takes the verdict knows, in whatever process."""

    def work(session: Session) -> None:
        queries.note_awaited(session, item_id, to_ms(session.now) + int(seconds * 1_000))

    with suppress(HandrailFault):  # without the note the verdict rests for its window, no more
        house.store.write(work)


class _Watch:
    """Looks for all who wait in one event loop together; nobody waits, nobody looks."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._waiting: Counter[str] = Counter()
        self._looking: asyncio.Task[None] | None = None

    @contextmanager
    def over(self, item_id: str) -> Iterator[None]:
        """While this is open, the item's signal fires once it is decided, whoever did it."""
        self._waiting[item_id] += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._waiting[item_id] -= 1
            self._waiting += Counter()  # drops what nobody waits for

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            ids = list(self._waiting)
            if not ids:
                return
            with suppress(HandrailFault):  # the database is away for a moment: the next look is soon
                found = await run_in_threadpool(self._house.store.read, partial(queries.decided_among, item_ids=ids))
                self._house.signals.fire(*(f"item:{id}" for id in found))
