"""Perform the steps of an operation over httpx: one shell blocks, the other awaits. All that differs is here."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from typing import TypeVar

import httpx

from handrail.client import inprocess
from handrail.client.config import Address
from handrail.client.errors import Unreachable
from handrail.client.exchange import Answer, Lost, Operation, Pause, Request, refuse
from handrail.client.following import ENDED, Following, Listen, NextLine
from handrail.client.tracing import carried
from handrail.domain.event import Event

T = TypeVar("T")
_AGENT = "handrail-python"
_LONGEST_CONNECT_S = 10.0


class Shell:
    """Runs operations one step after the other; safe to share between threads.

    The address is looked up at the first request, so that a client may be made at import time.
    """

    def __init__(
        self,
        find: Callable[[], Address],
        *,
        timeout: float,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._find = find
        self._timeout = timeout
        self._transport = transport
        self._sleep = sleep
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None

    def run(self, operation: Operation[T]) -> T:
        """The operation's value, or what it raises."""
        try:
            step = next(operation)
            while True:
                step = operation.send(self._perform(step))
        except StopIteration as done:
            value: T = done.value
            return value

    def stream(self, following: Following) -> Iterator[Event]:
        """The events of a stream, as long as somebody asks for the next one."""
        with ExitStack() as line:
            lines: Iterator[str] = iter(())
            reply: Answer | Lost | str | None = None
            while True:
                try:
                    step = following.send(reply)
                except StopIteration:
                    return
                reply = None
                match step:
                    case Event():
                        yield step
                    case Listen():
                        line.close()
                        reply, lines = self._listen(step.request, line)
                    case NextLine():
                        reply = self._next_line(lines)
                    case _:
                        reply = self._perform(step)

    def pieces(self, request: Request) -> Iterator[bytes]:
        """The body of an answer piece by piece, as it comes. Raises ApiError, and Unreachable where it breaks off."""
        http = self._client()
        try:
            with _streaming(http, request, self._timeout) as response:
                if response.status_code != 200:
                    response.read()
                    refuse(_answer(response, 0.0), None)
                yield from response.iter_bytes()
        except httpx.TransportError as error:
            raise Unreachable(f"{_why(error, http)}.") from None

    def _listen(self, request: Request, line: ExitStack) -> tuple[Answer | Lost, Iterator[str]]:
        http = self._client()
        try:
            response = line.enter_context(_streaming(http, request, self._timeout))
            if response.status_code != 200:
                response.read()
                return _answer(response, 0.0), iter(())
        except httpx.TransportError as error:
            return Lost(_why(error, http)), iter(())
        return Answer(200, {}, b""), response.iter_lines()

    def _next_line(self, lines: Iterator[str]) -> str | Lost:
        try:
            return next(lines)
        except StopIteration:
            return Lost(ENDED)
        except httpx.TransportError as error:
            return Lost(_why(error, self._client()))

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        with self._lock:
            http, self._http = self._http, None
        if http is not None:
            http.close()

    def _perform(self, step: Request | Pause) -> Answer | Lost | None:
        if isinstance(step, Pause):
            self._sleep(step.seconds)
            return None
        http = self._client()
        start = time.monotonic()
        try:
            response = http.send(_build(http, step, self._timeout))
        except httpx.TransportError as error:
            return Lost(_why(error, http), time.monotonic() - start)
        return _answer(response, time.monotonic() - start)

    def _client(self) -> httpx.Client:
        twin = inprocess.current()
        if twin is not None and self._transport is None:
            return httpx.Client(transport=twin, base_url=inprocess.ADDRESS)
        with self._lock:
            if self._http is None:
                address = self._find()
                self._http = httpx.Client(
                    base_url=address.url, headers=_headers(address), transport=self._transport, timeout=self._timeout
                )
            return self._http


class AsyncShell:
    """The same for asyncio; belongs to one event loop."""

    def __init__(
        self,
        find: Callable[[], Address],
        *,
        timeout: float,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._find = find
        self._timeout = timeout
        self._transport = transport
        self._sleep = sleep
        self._http: httpx.AsyncClient | None = None

    async def run(self, operation: Operation[T]) -> T:
        """The operation's value, or what it raises."""
        try:
            step = next(operation)
            while True:
                step = operation.send(await self._perform(step))
        except StopIteration as done:
            value: T = done.value
            return value

    async def stream(self, following: Following) -> AsyncIterator[Event]:
        """The events of a stream, as long as somebody asks for the next one."""
        async with AsyncExitStack() as line:
            lines: AsyncIterator[str] = _nothing()
            reply: Answer | Lost | str | None = None
            while True:
                try:
                    step = following.send(reply)
                except StopIteration:
                    return
                reply = None
                match step:
                    case Event():
                        yield step
                    case Listen():
                        await line.aclose()
                        reply, lines = await self._listen(step.request, line)
                    case NextLine():
                        reply = await self._next_line(lines)
                    case _:
                        reply = await self._perform(step)

    async def _listen(self, request: Request, line: AsyncExitStack) -> tuple[Answer | Lost, AsyncIterator[str]]:
        http = self._client()
        try:
            response = await line.enter_async_context(_streaming_async(http, request, self._timeout))
            if response.status_code != 200:
                await response.aread()
                return _answer(response, 0.0), _nothing()
        except httpx.TransportError as error:
            return Lost(_why(error, http)), _nothing()
        return Answer(200, {}, b""), response.aiter_lines()

    async def _next_line(self, lines: AsyncIterator[str]) -> str | Lost:
        try:
            return await anext(lines)
        except StopAsyncIteration:
            return Lost(ENDED)
        except httpx.TransportError as error:
            return Lost(_why(error, self._client()))

    async def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _perform(self, step: Request | Pause) -> Answer | Lost | None:
        if isinstance(step, Pause):
            await self._sleep(step.seconds)
            return None
        http = self._client()
        start = time.monotonic()
        try:
            response = await http.send(_build(http, step, self._timeout))
        except httpx.TransportError as error:
            return Lost(_why(error, http), time.monotonic() - start)
        return _answer(response, time.monotonic() - start)

    def _client(self) -> httpx.AsyncClient:
        twin = inprocess.current()
        if twin is not None and self._transport is None:
            return httpx.AsyncClient(transport=twin, base_url=inprocess.ADDRESS)
        if self._http is None:
            address = self._find()
            self._http = httpx.AsyncClient(
                base_url=address.url, headers=_headers(address), transport=self._transport, timeout=self._timeout
            )
        return self._http


def _headers(address: Address) -> dict[str, str]:
    return {"User-Agent": _AGENT, "Accept": "application/json", **address.headers}


def _build(http: httpx.Client | httpx.AsyncClient, step: Request, timeout: float) -> httpx.Request:
    patience = httpx.Timeout(timeout, read=timeout + step.wait_s, connect=min(timeout, _LONGEST_CONNECT_S))
    headers = {**carried(), **step.headers}
    return http.build_request(
        step.method, step.path, params=step.params or None, headers=headers, content=step.body, timeout=patience
    )


async def _nothing() -> AsyncIterator[str]:
    return
    yield


@contextmanager
def _streaming(http: httpx.Client, request: Request, timeout: float) -> Iterator[httpx.Response]:
    response = http.send(_build(http, request, timeout), stream=True)
    try:
        yield response
    finally:
        response.close()


@asynccontextmanager
async def _streaming_async(http: httpx.AsyncClient, request: Request, within_s: float) -> AsyncIterator[httpx.Response]:
    response = await http.send(_build(http, request, within_s), stream=True)
    try:
        yield response
    finally:
        await response.aclose()


def _answer(response: httpx.Response, took_s: float) -> Answer:
    took = float(response.extensions.get("took_s", took_s))  # a test's twin says how long it would have taken
    return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.content, took)


def _why(error: httpx.TransportError, http: httpx.Client | httpx.AsyncClient) -> str:
    """One sentence without its full stop; the url holds no secret, and headers are never part of it."""
    where = str(http.base_url).rstrip("/")
    match error:
        case httpx.ConnectTimeout():
            return f"Handrail at {where} takes no connection; check HANDRAIL_URL and the network"
        case httpx.TimeoutException():
            return f"Handrail at {where} did not answer in time; repeat with the same key"
        case httpx.ConnectError():
            return f"Handrail at {where} cannot be reached ({error}); start it, or correct HANDRAIL_URL"
        case _:
            return f"Handrail at {where} broke off the connection ({type(error).__name__}); repeat with the same key"
