"""The client for ordinary code."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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
from handrail.client.shells import Shell
from handrail.domain.event import OUTCOME_TYPES, Event
from handrail.domain.result import Outcome, Result, Row
from handrail.kit.ids import new_id
from handrail.wire.exports import ExportFormat


class Handrail(Reviewing):
    """Puts model outputs under control. Safe to share between threads; also a context manager.

        hr = Handrail()
        answer = hr.gate(output, prompt=prompt, confidence=0.83).text

    `url` and `key` come from HANDRAIL_URL and HANDRAIL_KEY (or HANDRAIL_KEY_FILE) when they are not given; they are
    looked up at the first call. `timeout` in seconds is for one request, on top of the time it may be held; `retries`
    is how often a request without an answer is sent again, under the same key. Nothing is ever released here: who
    wants to go on without Handrail catches Unreachable and says so in their own code.
    """

    _decorates_blocking: ClassVar[bool] = True

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = 10.0,
        retries: int = 3,
        _transport: httpx.BaseTransport | None = None,
        _sleep: Callable[[float], None] = time.sleep,
        _chance: Callable[[], float] | None = None,
    ) -> None:
        self._calls = Calls(Retrying(retries, _chance or random.Random().random), new_id)  # noqa: S311  # jitter, no secret
        self._shell = Shell(lambda: find_address(url, key), timeout=timeout, transport=_transport, sleep=_sleep)

    def gate(
        self,
        output: OutputLike | None = None,
        *,
        wait: str = "8s",
        unreachable: IfUnreachable = "raise",
        **item: Unpack[ItemFields],
    ) -> Result:
        """Submits an output and waits up to `wait` for its outcome; Pending when nobody has decided by then.

        Without a server, after the retries: raises Unreachable, or with `unreachable="fallback"` gives Pending without
        an `item_id` that shows the item's own `fallback`.
        """
        return self._shell.run(self._calls.submit({**item, "output": output}, wait, unreachable))

    def submit(self, output: OutputLike | None = None, *, wait: str = "0s", **item: Unpack[ItemFields]) -> Result:
        """Stores an item and gives what is known at once. The same `key` and content again give its present result."""
        return self._shell.run(self._calls.submit({**item, "output": output}, wait))

    def submit_many(self, items: Iterable[Fields], *, batch: int = 500) -> Iterator[Row]:
        """Stores any number of items, `batch` in a request, and tells what became of each, in order.

        Items are read as they are needed. One bad row does not end the run. To resume after a crash give each item a
        `key` of its own and run again: what is stored already is not stored twice.
        """
        batches = Batches(batch, self._calls.new_key())
        for item in items:
            if lines := batches.add(item):
                yield from self._shell.run(self._calls.batch(lines))
        if lines := batches.rest():
            yield from self._shell.run(self._calls.batch(lines))

    def outcome(self, item_id: str | None = None, *, key: str | None = None) -> Result:
        """One look at an item, by its id or its key. Raises NotFound."""
        return self._shell.run(self._calls.outcome(item_id, key))

    def wait(self, item_id: str | None = None, *, key: str | None = None, timeout: str = "2h") -> Outcome:
        """Waits for the outcome of an item. Raises StillPending, with the last result, when `timeout` is over."""
        return self._shell.run(self._calls.wait(item_id, key, timeout))

    def recall(
        self,
        item_id: str,
        *,
        reason: str,
        severity: Severity | None = None,
        categories: Sequence[str] = (),
    ) -> Result:
        """Takes an outcome back: everyone who received it is told. Needs the scope `items.recall`.

        The result keeps what was given out; its `recall` says why, and its `text` is None. Raises Conflict for an item
        that has no outcome yet, or is recalled already.
        """
        fields = {"reason": reason, "severity": severity, "categories": list(categories)}
        return self._shell.run(self._calls.take_back(item_id, "recall", fields))

    def override(  # the fields of a correction
        self,
        item_id: str,
        correction: OutputLike,
        *,
        reason: str,
        severity: Severity | None = None,
        categories: Sequence[str] = (),
        checks_overridden: str | None = None,
    ) -> Result:
        """Takes an outcome back and puts `correction` in its place. Needs the scope `items.override`.

        The correction passes the quick checks as a reviewer's edit does; `checks_overridden` says why one that fails
        them goes out all the same. Raises Invalid, which names what is wrong.
        """
        fields = {"reason": reason, "severity": severity, "categories": list(categories), "correction": correction}
        fields |= {"checks_overridden": checks_overridden}
        return self._shell.run(self._calls.take_back(item_id, "override", fields))

    def appeal(self, item_id: str, *, reason: str, by: str) -> Result:
        """Asks for another look on behalf of the person concerned, named by `by`. Somebody who took no part decides.

        Until then the outcome stands, and is returned. If the new verdict differs, it becomes a recall.
        """
        return self._shell.run(self._calls.appeal(item_id, {"reason": reason, "by": by}))

    def stream(self, types: Sequence[str] = OUTCOME_TYPES, after: str | None = None) -> Iterator[Event]:
        """Events as they happen, from now on or after the one whose id is `after`; it ends only when you leave it.

        Goes on by itself where the connection broke off, so that none is missed; the same event may come twice under
        one id. What is older than 30 days is gone: then all that is kept comes once more. Raises Unreachable when the
        server stays away for all retries, ApiError when the key is refused.
        """
        return self._shell.stream(self._calls.follow(tuple(types), after))

    def export(
        self, format: ExportFormat, path: str | Path, *, masked: bool = True, **filters: Unpack[ExportFilterFields]
    ) -> Manifest:
        """Decided items as files in the folder `path`: the rows, `lineage.jsonl`, and `manifest.json` last.

        `format` is `jsonl`, `csv`, `trl-sft`, `trl-dpo` or `trl-kto`. Filters are those of the explorer (`domain`,
        `model`, `verdict` and so on), one value or several; `since` and `until` bound the moment of decision. The
        server makes the files meanwhile; what breaks off goes on when it is called again with the same arguments.
        Needs the scopes `exports.read` and `exports.write`, and `items.unmask` for `masked=False`.
        """
        return self._shell.run(self._calls.export(format, path, filters, masked=masked))

    @contextmanager
    def hold(self, *, wait: str = "8s", **item: Unpack[ItemFields]) -> Iterator[Hold]:
        """Judges the output set inside the block when the block ends; nothing is sent if it raises."""
        held = Hold(item)
        yield held
        held.settle(self.gate(held.output, wait=wait, **held.fields))

    def close(self) -> None:
        """Closes the connections."""
        self._shell.close()

    def __enter__(self) -> Handrail:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _judge(self, output: OutputLike, wait: str, item: ItemFields) -> Result:
        return self.gate(output, wait=wait, **item)

    async def _judge_async(self, output: OutputLike, wait: str, item: ItemFields) -> Result:
        return await asyncio.to_thread(self._judge, output, wait, item)
