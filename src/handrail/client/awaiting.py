"""The client for asyncio: the same names, awaited."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Unpack

import httpx

from handrail.client.calls import Batches, Calls, Fields, IfUnreachable
from handrail.client.config import find_address
from handrail.client.decorate import Reviewing
from handrail.client.exchange import Retrying
from handrail.client.exporting import Manifest
from handrail.client.fields import ExportFilterFields, ItemFields, OutputLike, Severity
from handrail.client.hold import Hold
from handrail.client.shells import AsyncShell
from handrail.domain.event import OUTCOME_TYPES, Event
from handrail.domain.result import Outcome, Result, Row
from handrail.kit.ids import new_id
from handrail.wire.exports import ExportFormat


class AsyncHandrail(Reviewing):
    """Handrail for one event loop: every call is awaited, `hold` is an async context manager, `submit_many` an async
    iterator that also reads async iterables, `review` decorates async functions. The rest is said at Handrail."""

    _decorates_blocking: ClassVar[bool] = False

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = 10.0,
        retries: int = 3,
        _transport: httpx.AsyncBaseTransport | None = None,
        _sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        _chance: Callable[[], float] | None = None,
    ) -> None:
        self._calls = Calls(Retrying(retries, _chance or random.Random().random), new_id)  # noqa: S311  # jitter, no secret
        self._shell = AsyncShell(lambda: find_address(url, key), timeout=timeout, transport=_transport, sleep=_sleep)

    async def gate(
        self,
        output: OutputLike | None = None,
        *,
        wait: str = "8s",
        unreachable: IfUnreachable = "raise",
        **item: Unpack[ItemFields],
    ) -> Result:
        """Submits an output and waits up to `wait` for its outcome; see Handrail.gate."""
        return await self._shell.run(self._calls.submit({**item, "output": output}, wait, unreachable))

    async def submit(self, output: OutputLike | None = None, *, wait: str = "0s", **item: Unpack[ItemFields]) -> Result:
        """Stores an item and gives what is known at once; see Handrail.submit."""
        return await self._shell.run(self._calls.submit({**item, "output": output}, wait))

    async def submit_many(
        self, items: Iterable[Fields] | AsyncIterable[Fields], *, batch: int = 500
    ) -> AsyncIterator[Row]:
        """Stores any number of items and tells what became of each, in order; see Handrail.submit_many."""
        batches = Batches(batch, self._calls.new_key())
        async for item in _each(items):
            if lines := batches.add(item):
                for row in await self._shell.run(self._calls.batch(lines)):
                    yield row
        if lines := batches.rest():
            for row in await self._shell.run(self._calls.batch(lines)):
                yield row

    async def outcome(self, item_id: str | None = None, *, key: str | None = None) -> Result:
        """One look at an item, by its id or its key. Raises NotFound."""
        return await self._shell.run(self._calls.outcome(item_id, key))

    async def wait(self, item_id: str | None = None, *, key: str | None = None, timeout: str = "2h") -> Outcome:  # noqa: ASYNC109  # the contract's own name; the server counts it
        """Waits for the outcome of an item. Raises StillPending, with the last result, when `timeout` is over."""
        return await self._shell.run(self._calls.wait(item_id, key, timeout))

    async def recall(
        self,
        item_id: str,
        *,
        reason: str,
        severity: Severity | None = None,
        categories: Sequence[str] = (),
    ) -> Result:
        """Takes an outcome back; see Handrail.recall."""
        fields = {"reason": reason, "severity": severity, "categories": list(categories)}
        return await self._shell.run(self._calls.take_back(item_id, "recall", fields))

    async def override(  # the fields of a correction
        self,
        item_id: str,
        correction: OutputLike,
        *,
        reason: str,
        severity: Severity | None = None,
        categories: Sequence[str] = (),
        checks_overridden: str | None = None,
    ) -> Result:
        """Takes an outcome back and puts `correction` in its place; see Handrail.override."""
        fields = {"reason": reason, "severity": severity, "categories": list(categories), "correction": correction}
        fields |= {"checks_overridden": checks_overridden}
        return await self._shell.run(self._calls.take_back(item_id, "override", fields))

    async def appeal(self, item_id: str, *, reason: str, by: str) -> Result:
        """Asks for another look on behalf of the person concerned; see Handrail.appeal."""
        return await self._shell.run(self._calls.appeal(item_id, {"reason": reason, "by": by}))

    def stream(self, types: Sequence[str] = OUTCOME_TYPES, after: str | None = None) -> AsyncIterator[Event]:
        """Events as they happen, for `async for`; see Handrail.stream."""
        return self._shell.stream(self._calls.follow(tuple(types), after))

    async def export(
        self, format: ExportFormat, path: str | Path, *, masked: bool = True, **filters: Unpack[ExportFilterFields]
    ) -> Manifest:
        """Decided items as files in the folder `path`: the rows, `lineage.jsonl`, and `manifest.json` last.

        `format` is `jsonl`, `csv`, `trl-sft`, `trl-dpo` or `trl-kto`. Filters are those of the explorer (`domain`,
        `model`, `verdict` and so on), one value or several; `since` and `until` bound the moment of decision. The
        server makes the files meanwhile; what breaks off goes on when it is called again with the same arguments.
        Needs the scopes `exports.read` and `exports.write`, and `items.unmask` for `masked=False`.
        """
        return await self._shell.run(self._calls.export(format, path, filters, masked=masked))

    @asynccontextmanager
    async def hold(self, *, wait: str = "8s", **item: Unpack[ItemFields]) -> AsyncIterator[Hold]:
        """Judges the output set inside the block when the block ends; nothing is sent if it raises."""
        held = Hold(item)
        yield held
        held.settle(await self.gate(held.output, wait=wait, **held.fields))

    async def close(self) -> None:
        """Closes the connections."""
        await self._shell.close()

    async def __aenter__(self) -> AsyncHandrail:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _judge(self, output: OutputLike, wait: str, item: ItemFields) -> Result:
        raise TypeError("AsyncHandrail decorates async functions; take Handrail for the others")

    async def _judge_async(self, output: OutputLike, wait: str, item: ItemFields) -> Result:
        return await self.gate(output, wait=wait, **item)


async def _each(items: Iterable[Fields] | AsyncIterable[Fields]) -> AsyncIterator[Fields]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
