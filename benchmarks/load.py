"""A small HTTP/1.1 client that drives load from a process of its own, and counts what it costs itself.

A connection runs a script: a generator that yields `(label, request)` and is sent `(status, body)`. It sends the next
request when the answer is there, so `connections` requests are under way at once. A script that yields a number thinks
for so many seconds first, and is sent nothing of worth.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from typing import Any

import uvloop

from benchmarks.processes import cpu_seconds
from benchmarks.table import percentile

Answer = tuple[int, bytes]
Script = Generator[tuple[str, bytes] | float, Answer, None]
THOUGHT: Answer = (0, b"")


@dataclass
class Load:
    """What was measured in the window: latencies by label, answers by label and status, processor time."""

    latencies_ms: dict[str, list[float]] = field(default_factory=dict)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    """When the first request of a label went out and the last answer came, in nanoseconds."""
    seconds: float = 0.0
    server_cpu_s: float = 0.0
    client_cpu_s: float = 0.0
    refused: list[str] = field(default_factory=list)
    """The first bodies of answers that were not expected."""

    def count(self, label: str) -> int:
        return len(self.latencies_ms.get(label, ()))

    def rate(self, label: str) -> float:
        """Answers per second."""
        return self.count(label) / self.seconds

    def span_rate(self, label: str) -> float:
        """Answers per second between the first request of this label and its last answer."""
        first, last = self.spans[label]
        return self.count(label) / ((last - first) / 1e9)

    def p(self, label: str, share: float) -> float:
        return percentile(self.latencies_ms[label], share)

    def check(self) -> None:
        """Raises RuntimeError where the server answered with an error: then the figures mean nothing."""
        bad = {key: count for key, count in self.answers.items() if key[1] >= 400}
        if bad:
            raise RuntimeError(f"the server refused: {bad}; {self.refused[:2]}")


def request(
    method: str, path: str, headers: dict[str, str], body: bytes = b"", *, content_type: str = "application/json"
) -> bytes:
    """The bytes of one request."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Length: {len(body)}",
        f"Content-Type: {content_type}",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def drive(
    port: int,
    pid: int,
    script: Callable[..., Script],
    arguments: Sequence[Any],
    *,
    warm_s: float = 0.0,
    seconds: float | None = None,
) -> Load:
    """Runs one connection for each of `arguments`, in another process. Without `seconds` until all scripts end."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        load = pool.submit(_drive, port, pid, script, arguments, warm_s, seconds).result()
    load.check()
    return load


def _drive(
    port: int, pid: int, script: Callable[..., Script], arguments: Sequence[Any], warm_s: float, seconds: float | None
) -> Load:
    return uvloop.run(_run(port, pid, [script(one) for one in arguments], warm_s, seconds))


async def _run(port: int, pid: int, scripts: list[Script], warm_s: float, seconds: float | None) -> Load:
    loop = asyncio.get_running_loop()
    load, window = Load(), _Window()
    connections = []
    for script in scripts:
        _, made = await loop.create_connection(partial(_Connection, script, load, window), "127.0.0.1", port)
        connections.append(made)
    await asyncio.sleep(warm_s)
    window.is_open = True
    began, server, client = time.perf_counter(), cpu_seconds(pid), time.process_time()
    if seconds is None:
        await asyncio.gather(*(one.done for one in connections))
    else:
        await asyncio.sleep(seconds)
    window.is_open = False
    load.seconds = time.perf_counter() - began
    load.server_cpu_s, load.client_cpu_s = cpu_seconds(pid) - server, time.process_time() - client
    for one in connections:
        one.close()
    return load


@dataclass
class _Window:
    """Whether answers are counted now."""

    is_open: bool = False


class _Connection(asyncio.Protocol):
    """One connection and its script."""

    def __init__(self, script: Script, load: Load, window: _Window) -> None:
        self._script, self._load, self._window = script, load, window
        self._held = b""
        self._label = ""
        self._sent_at = 0
        self._transport: asyncio.Transport
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's transports are of no common class
        self._next(None)

    def data_received(self, data: bytes) -> None:
        held = self._held + data if self._held else data
        head = held.find(b"\r\n\r\n")
        if head < 0 or len(held) < head + 4 + _length_of(held, head):
            self._held = held
            return
        self._held = b""
        status = int(held[9:12])
        if self._window.is_open:
            now = time.perf_counter_ns()
            self._load.latencies_ms.setdefault(self._label, []).append((now - self._sent_at) / 1e6)
            first, _ = self._load.spans.get(self._label, (self._sent_at, now))
            self._load.spans[self._label] = min(first, self._sent_at), now
        self._load.answers[self._label, status] += 1
        if status >= 400 and len(self._load.refused) < 3:
            self._load.refused.append(held[head + 4 :][:500].decode())
        self._next((status, held[head + 4 :]))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server closed the connection"))
            self.done.exception()  # looked at: after the window it is of no interest

    def close(self) -> None:
        if not self.done.done():
            self.done.set_result(None)
        self._transport.close()

    def _next(self, answer: Answer | None) -> None:
        try:
            wanted = next(self._script) if answer is None else self._script.send(answer)
        except StopIteration:
            if not self.done.done():
                self.done.set_result(None)
            return
        if isinstance(wanted, float):
            asyncio.get_running_loop().call_later(wanted, self._next, THOUGHT)
            return
        self._label, request = wanted
        self._sent_at = time.perf_counter_ns()
        self._transport.write(request)


def _length_of(held: bytes, head: int) -> int:
    at = held.lower().find(b"content-length:", 0, head)
    return int(held[at + 15 : held.index(b"\r\n", at)]) if at >= 0 else 0
