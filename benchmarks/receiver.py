"""A receiver of webhooks that behaves as told, on a socket of its own: for tests and for the campaign."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


Behave = Callable[[Call], bytes | str]
"""The bytes to answer with, or a word: `hang`, `creep` (its head), `drip` (its body), `reset`."""


@dataclass
class Receiver:
    """Answers every call as `behave` says; keeps what came."""

    behave: Behave = lambda _: OK
    calls: list[Call] = field(default_factory=list)
    port: int = 0
    keeps: bool = True
    """A campaign counts for itself and keeps no bodies."""
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        """For the setting `allowed_private_hosts`."""
        return f"127.0.0.1:{self.port}"

    def at(self, path: str) -> list[Call]:
        """The calls of one path."""
        return [one for one in list(self.calls) if one.path == path]

    def wait_for(self, enough: Callable[[], bool], within_s: float = 60.0) -> bool:
        """Whether enough came, looked at with each call."""
        with self.arrived:
            return self.arrived.wait_for(enough, within_s)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends."""
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while call := await _read(reader):
                if self.keeps:
                    with self.arrived:
                        self.calls.append(call)
                        self.arrived.notify_all()
                answer = self.behave(call)
                if isinstance(answer, str):
                    await _misbehave(answer, writer)
                    break
                writer.write(answer)
                await writer.drain()
        writer.close()


async def _misbehave(how: str, writer: asyncio.StreamWriter) -> None:
    if how == "hang":
        await asyncio.sleep(3600)
    elif how in ("creep", "drip"):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n" + (b"X: " if how == "creep" else b"\r\n"))
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)
    elif how == "reset":
        writer.transport.abort()
    else:
        raise ValueError(how)


async def _read(reader: asyncio.StreamReader) -> Call | None:
    """The next request; None when the connection ended between two."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Call(first.split(" ")[1], headers, body)


@contextmanager
def receiving(behave: Behave = lambda _: OK) -> Iterator[Receiver]:
    """A receiver in a thread of its own, as long as the block lasts."""
    made = Receiver(behave)
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def run() -> None:
        server = await asyncio.start_server(made.serve, "127.0.0.1", 0, limit=2**22)
        made.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stopped.wait()
        server.close()

    stopped = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), name="receiver", daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(10)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()
