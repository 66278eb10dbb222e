"""The sender: turns events into deliveries and sends what is due, in one event loop of a thread of its own.

Each webhook has a number of attempts that may be under way at once. It grows with each success and shrinks with each
failure, down to one where no answer comes at all: a receiver that hangs holds nobody else back.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, TypeVar

import structlog

from handrail.background.duties import Duty
from handrail.background.outgoing import Outgoing, Reply
from handrail.background.signals import Signals
from handrail.kit.clock import Clock, SystemClock
from handrail.kit.traces import Kind, Span, Values, moment_ns
from handrail.stages.delivering.queries import deliveries as queries
from handrail.stages.delivering.queries import webhooks
from handrail.stages.delivering.rules import signing
from handrail.stages.delivering.rules.schedule import Answered, in_flight, read_retry_after
from handrail.stages.delivering.service import deliveries
from handrail.stages.delivering.service.deliveries import Ended, Shipment
from handrail.stages.delivering.service.desk import DeliveryDesk
from handrail.storage import Session, Store

T = TypeVar("T")
POLL_S = 0.25
AFTER_FAULT_S = 1.0
AT_FIRST = 4
MOST = 16
"""Attempts of one webhook under way at once."""
TOGETHER = 64
"""Results written in one transaction."""
log = structlog.get_logger("handrail.deliveries")


@dataclass
class Sender:
    """Sends until stopped. `problem` tells health what keeps it from it."""

    duty: ClassVar[Duty] = Duty.DELIVERIES

    store: Store
    desk: DeliveryDesk
    signals: Signals
    outgoing: Callable[[], Outgoing]
    receivers_clock: Clock = field(default_factory=SystemClock)
    """Receivers compare the time of a signature with their own clocks: moving ours, as tests do, must not move it."""
    problem: str | None = None
    _allowed: dict[str, int] = field(default_factory=dict)
    _under_way: Counter[str] = field(default_factory=Counter)
    _ended: list[Ended] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _news: asyncio.Event | None = None

    def start(self) -> None:
        """Begins to work in a thread of its own."""
        if self.store.dialect == "sqlite":
            self.store.write(queries.let_go)  # one process at a time has the file: who held leases is gone
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="handrail-sender", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Ends; what is under way and not answered by then is sent again under the same id."""
        self._stop.set()
        if self._loop is not None and self._news is not None:
            with suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._news.set)
        if self._thread is not None:
            self._thread.join(timeout_s)

    def send_due(self) -> int:
        """Makes and sends what is due now, all of it, in the calling thread; how much there was to do. For tests
        and campaigns; a running sender does the same by itself."""
        return asyncio.run(self._send_due())

    # one loop

    async def _send_due(self) -> int:
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        with self._threads() as pool:
            outgoing = self.outgoing()
            sent = 0
            while (turn := await self._turn(pool, outgoing)) or self._tasks or self._ended:
                sent += turn
                if self._tasks:
                    await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            await outgoing.close()
            return sent

    async def _run(self) -> None:
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        with self._threads() as pool, self.signals.listen("events.numbered") as numbered:
            outgoing = self.outgoing()
            numbered_task = asyncio.create_task(self._pass_on(numbered.wait))
            while not self._stop.is_set():
                try:
                    taken = await self._turn(pool, outgoing)
                    self.problem = None
                except Exception as error:  # noqa: BLE001  # it outlives a database that is away; health shows it
                    taken = 0
                    self.problem = f"deliveries: {type(error).__name__}"
                    log.error("deliveries.failed", error=type(error).__name__)  # noqa: TRY400  # messages may hold content
                    await asyncio.sleep(AFTER_FAULT_S)
                if not taken and not self._ended:
                    await self._wait()
            numbered_task.cancel()
            await self._finish(pool)
            await outgoing.close()

    async def _pass_on(self, wait: Callable[[float], object]) -> None:
        """Wakes the loop when the sequencer of this process has numbered events."""
        while True:
            if await wait(60.0):  # type: ignore[misc]  # an awaitable of bool
                assert self._news is not None
                self._news.set()

    async def _wait(self) -> None:
        assert self._news is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_S):
                await self._news.wait()
        self._news.clear()

    async def _finish(self, pool: ThreadPoolExecutor) -> None:
        """Waits a little for what is under way, then keeps what came back."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=3.0)
        for task in self._tasks:
            task.cancel()
        while self._ended:
            await self._keep(pool)

    async def _turn(self, pool: ThreadPoolExecutor, outgoing: Outgoing) -> int:
        """Keeps results, makes deliveries, begins attempts; how much there was to do."""
        if self._ended:
            await self._keep(pool)
        looked = 0
        if await self._do(pool, lambda: self.store.read(webhooks.any_behind)):
            began = moment_ns()
            looked = await self._do(pool, lambda: self.store.write(deliveries.fan_out))
            self.desk.traces.note("deliveries.make", began, {"handrail.events": looked})
        if not await self._do(pool, lambda: self.store.read(self._has_room)):
            return looked
        known = {*self._allowed, *self._under_way}
        free = {id: self._allowed.get(id, AT_FIRST) - self._under_way[id] for id in known}
        taken = await self._do(
            pool, lambda: self.store.write(lambda session: deliveries.hand_out(session, self.desk, free, AT_FIRST))
        )
        for shipment in taken:
            self._begin(outgoing, shipment)
        return looked + len(taken)

    def _has_room(self, session: Session) -> bool:
        """Whether something is due for a webhook that has room."""
        return any(self._allowed.get(id, AT_FIRST) > self._under_way[id] for id, _ in queries.ready(session))

    def _begin(self, outgoing: Outgoing, shipment: Shipment) -> None:
        self._under_way[shipment.taken.webhook_id] += 1
        task = asyncio.create_task(self._send(outgoing, shipment))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, outgoing: Outgoing, shipment: Shipment) -> None:
        taken = shipment.taken
        try:
            ended = await self._attempt(outgoing, shipment)
            allowed = self._allowed.get(taken.webhook_id, AT_FIRST)
            self._allowed[taken.webhook_id] = in_flight(allowed, ended.answered, MOST)
            self._ended.append(ended)
        finally:
            self._under_way[taken.webhook_id] -= 1
            if self._under_way[taken.webhook_id] <= 0:
                del self._under_way[taken.webhook_id]
            assert self._news is not None
            self._news.set()

    async def _attempt(self, outgoing: Outgoing, shipment: Shipment) -> Ended:
        if shipment.body is None:
            return deliveries.gone_event(shipment.taken)
        at_s = int(self.receivers_clock.now().timestamp())
        headers = signing.headers(shipment.secrets, shipment.taken.event_id, at_s, shipment.body)
        span = self.desk.traces.start("delivery", Kind.CLIENT, parent=shipment.traceparent)
        if span.traceparent is not None:
            headers["traceparent"] = span.traceparent
        answered: Answered | None = None
        try:
            reply = await outgoing.post(shipment.url, {"Content-Type": "application/json", **headers}, shipment.body)
            answered = _answered(reply)
        finally:
            _end(span, shipment, answered)
        return Ended(shipment.taken, answered)

    async def _keep(self, pool: ThreadPoolExecutor) -> None:
        """Writes results down; what cannot be written now is kept for the next turn."""
        batch, self._ended = self._ended[:TOGETHER], self._ended[TOGETHER:]
        try:
            await self._do(pool, lambda: self.store.write(lambda session: deliveries.note(session, self.desk, batch)))
        except BaseException:
            self._ended = batch + self._ended
            raise
        names = {"events", *(f"item:{one.taken.subject}" for one in batch if one.answered.is_ok)}
        self.signals.fire(*names)
        for one in batch:
            log.info("delivery.done" if one.answered.is_ok else "delivery.failed", delivery_id=one.taken.id)

    @staticmethod
    def _threads() -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, "handrail-sender-db")

    @staticmethod
    async def _do(pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, work)


def _answered(reply: Reply) -> Answered:
    if reply.status is None:
        return Answered(None, reply.error, took_ms=reply.took_ms)
    ok = 200 <= reply.status < 300
    asked: timedelta | None = read_retry_after(reply.retry_after)
    moved = " Redirects are not followed." if 300 <= reply.status < 400 else ""
    error = None if ok else f"The receiver answered {reply.status}.{moved}"
    return Answered(reply.status, error, reply.text or None, asked, reply.took_ms)


def _end(span: Span, shipment: Shipment, answered: Answered | None) -> None:
    """Tells of an attempt. The address and the answer are not told: both may hold what is nobody else's business."""
    taken = shipment.taken
    said: Values = {
        "handrail.delivery_id": taken.id,
        "handrail.event_id": taken.event_id,
        "handrail.event_type": taken.type,
        "handrail.project_id": shipment.project_id,
        "handrail.attempt": taken.attempt,
        **({"handrail.item_id": taken.subject} if taken.type.startswith("item.") else {}),
    }
    if answered is None or answered.status is None:
        span.end(said, fault="not_sent" if answered is None else "no_answer")
        return
    status = {"http.response.status_code": answered.status}
    span.end({**said, **status}, fault=None if answered.is_ok else str(answered.status))
