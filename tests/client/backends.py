"""What the suite runs against: the fake in this process, a server of these tests behind sockets, and the real one.

A backend is steered by the task of an item: `to_person` goes to a person and shows the draft meanwhile, `to_block` is
blocked, all others are released. The policy of the real one
stands in `real.py`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from handrail import AsyncHandrail, Handrail, Outcome, Result, Row
from handrail.testing import FakeHandrail, blocked, pending
from tests.client.server import KEY, State

Verdict = Literal["approve", "edit", "reject"]
T = TypeVar("T")


class Backend(Protocol):
    """A place where items go."""

    def blocking(self) -> Handrail: ...
    def awaiting(self) -> AsyncHandrail: ...
    def decide(self, item_id: str, verdict: Verdict, output: str | None = None) -> None: ...


class FakeBackend:
    def __init__(self) -> None:
        self.fake = FakeHandrail()
        self.fake.when(lambda item: item.task == "to_person", pending(show="draft"))
        self.fake.when(lambda item: item.task == "to_block", blocked("as the task says"))

    def blocking(self) -> Handrail:
        return self.fake

    def awaiting(self) -> AsyncHandrail:
        return self.fake.awaited

    def decide(self, item_id: str, verdict: Verdict, output: str | None = None) -> None:
        self.fake.decide(item_id, verdict=verdict, output=output)


@dataclass
class ServerBackend:
    url: str
    state: State

    def blocking(self) -> Handrail:
        return Handrail(self.url, KEY)

    def awaiting(self) -> AsyncHandrail:
        return AsyncHandrail(self.url, KEY)

    def decide(self, item_id: str, verdict: Verdict, output: str | None = None) -> None:
        self.state.decide(item_id, verdict, output)


class Caller(Protocol):
    """The calls both clients share, as the suite makes them."""

    def gate(self, output: Any = None, **more: Any) -> Result: ...
    def submit(self, output: Any = None, **more: Any) -> Result: ...
    def outcome(self, item_id: str | None = None, *, key: str | None = None) -> Result: ...
    def wait(self, item_id: str | None = None, *, key: str | None = None, timeout: str = "2h") -> Outcome: ...
    def recall(self, item_id: str, **more: Any) -> Result: ...
    def override(self, item_id: str, correction: Any, **more: Any) -> Result: ...
    def appeal(self, item_id: str, *, reason: str, by: str) -> Result: ...
    def submit_many(self, items: Iterable[dict[str, Any]], *, batch: int = 500) -> Iterable[Row]: ...
    def hold(self, **more: Any) -> AbstractContextManager[Any]: ...
    def close(self) -> None: ...


class Awaited:
    """An AsyncHandrail on a loop of its own, called like the blocking client, so that one test serves both."""

    def __init__(self, make: Callable[[], AsyncHandrail]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._hr = make()

    def gate(self, output: Any = None, **more: Any) -> Result:
        return self._run(self._hr.gate(output, **more))

    def submit(self, output: Any = None, **more: Any) -> Result:
        return self._run(self._hr.submit(output, **more))

    def outcome(self, item_id: str | None = None, *, key: str | None = None) -> Result:
        return self._run(self._hr.outcome(item_id, key=key))

    def wait(self, item_id: str | None = None, *, key: str | None = None, timeout: str = "2h") -> Outcome:
        return self._run(self._hr.wait(item_id, key=key, timeout=timeout))

    def recall(self, item_id: str, **more: Any) -> Result:
        return self._run(self._hr.recall(item_id, **more))

    def override(self, item_id: str, correction: Any, **more: Any) -> Result:
        return self._run(self._hr.override(item_id, correction, **more))

    def appeal(self, item_id: str, *, reason: str, by: str) -> Result:
        return self._run(self._hr.appeal(item_id, reason=reason, by=by))

    def submit_many(self, items: Iterable[dict[str, Any]], *, batch: int = 500) -> Iterable[Row]:
        async def gather() -> list[Row]:
            return [row async for row in self._hr.submit_many(_drip(items), batch=batch)]

        return self._run(gather())

    def hold(self, **more: Any) -> AbstractContextManager[Any]:
        return _Held(self, self._hr.hold(**more))

    def close(self) -> None:
        self._run(self._hr.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self, call: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(call, self._loop).result(60)


class _Held(AbstractContextManager[Any]):
    def __init__(self, caller: Awaited, inner: Any) -> None:
        self._caller = caller
        self._inner = inner

    def __enter__(self) -> Any:
        return self._caller._run(self._inner.__aenter__())

    def __exit__(self, *error: Any) -> bool:
        return bool(self._caller._run(self._inner.__aexit__(*error)))


async def _drip(items: Iterable[T]) -> AsyncIterator[T]:
    for item in items:
        await asyncio.sleep(0)
        yield item
