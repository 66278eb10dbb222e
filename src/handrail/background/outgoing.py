"""Calling addresses that people gave: each IP address is checked, and the connection goes to exactly the checked one.

A name is looked up once for each call; what the name means a moment later (DNS rebinding) plays no part. Certificates
are those of the name. Redirects are not followed, proxies of the environment not used, cookies not kept, and of an
answer no more is read than asked for.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from time import perf_counter
from typing import TYPE_CHECKING

from handrail.kit.addresses import AddressRefused, Target, check_ip, read_address

if TYPE_CHECKING:
    import ssl

    import httpx

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses behind a name and port, in the order to try them."""
WITHIN_S = 15.0
READ_AT_MOST = 1_024
BODY_WITHIN_S = 1.0
KEPT_LINES = 256
AGENT = "Handrail-Webhooks"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `error` is a sentence where there was no whole answer; then `status` is None."""

    status: int | None
    text: str = ""
    retry_after: str | None = None
    error: str | None = None
    took_ms: int = 0


@dataclass
class _Line:
    """The connections to one receiver: never shared with another name, even where both lead to one IP address."""

    transport: httpx.AsyncHTTPTransport
    in_use: int = 0


@dataclass
class Outgoing:
    """Posts to addresses, for one event loop. `allowed`: hosts of the own network that may be called."""

    allowed: Collection[str] = ()
    within_s: float = WITHIN_S
    resolve: Resolve | None = None
    _lines: OrderedDict[tuple[str, str, int], _Line] = field(default_factory=OrderedDict)
    _names: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(16, "handrail-names"))
    _certificates: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        _settle_sniffio()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Sends one body; never raises for what the receiver or the network does."""
        began = perf_counter()
        try:
            async with asyncio.timeout(self.within_s):
                reply = await self._post(read_address(url, self.allowed), headers, body)
        except AddressRefused as error:
            reply = Reply(None, error=f"address_refused: {error}")
        except TimeoutError:
            reply = Reply(None, error=f"No whole answer within {self.within_s:g} s.")
        except OSError as error:
            reply = Reply(None, error=_told(error))
        took = round((perf_counter() - began) * 1000)
        return Reply(reply.status, reply.text, reply.retry_after, reply.error, took)

    async def close(self) -> None:
        """Closes all connections."""
        self._names.shutdown(wait=False, cancel_futures=True)
        while self._lines:
            _, line = self._lines.popitem()
            await line.transport.aclose()

    async def _post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Reply:
        import httpx  # late: a server without webhooks does not pay for it

        ips = await self._addresses(target)
        for place, ip in enumerate(ips):
            try:
                return await self._send(target, ip, headers, body)
            except httpx.ConnectError as error:
                if place == len(ips) - 1:
                    return Reply(None, error=f"{target.host} takes no connection ({_kind(error)}).")
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                return Reply(None, error=f"{target.host} broke off the connection ({_kind(error)}).")
        return Reply(None, error=f"The name {target.host} leads nowhere.")

    async def _addresses(self, target: Target) -> Sequence[str]:
        """The checked IP addresses of a target. Raises AddressRefused if any of them lies inside."""
        found = list(dict.fromkeys(await (self.resolve or self._look_up)(target.host, target.port)))
        for ip in found:
            check_ip(target, ip)
        return found

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        def ask() -> list[str]:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return [str(one[4][0]) for one in found]

        try:
            return await asyncio.get_running_loop().run_in_executor(self._names, ask)
        except (socket.gaierror, UnicodeError):
            return []

    async def _send(self, target: Target, ip: str, headers: Mapping[str, str], body: bytes) -> Reply:
        import httpx

        told = {"Host": target.netloc, "User-Agent": AGENT, "Accept-Encoding": "identity", "Accept": "*/*", **headers}
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self.within_s)
        extensions = {"timeout": limits, "sni_hostname": target.host}
        request = httpx.Request("POST", target.at(ip), headers=told, content=body, extensions=extensions)
        async with self._line(target) as transport:
            response = await transport.handle_async_request(request)
            try:
                text = await _beginning(response)
            finally:
                await response.aclose()
        return Reply(response.status_code, text, response.headers.get("retry-after"))

    @asynccontextmanager
    async def _line(self, target: Target) -> AsyncIterator[httpx.AsyncHTTPTransport]:
        line = self._lines.get(target.origin)
        if line is None:
            line = self._lines[target.origin] = _Line(self._transport(target.scheme))
        self._lines.move_to_end(target.origin)
        line.in_use += 1
        try:
            yield line.transport
        finally:
            line.in_use -= 1
            await self._forget_idle()

    def _transport(self, scheme: str) -> httpx.AsyncHTTPTransport:
        import httpx

        limits = httpx.Limits(max_connections=100, max_keepalive_connections=32, keepalive_expiry=20)
        if scheme == "http":
            return httpx.AsyncHTTPTransport(verify=False, trust_env=False, limits=limits)  # no TLS at all
        if self._certificates is None:
            self._certificates = httpx.create_ssl_context()  # honours SSL_CERT_FILE, for certificates of the house
        return httpx.AsyncHTTPTransport(verify=self._certificates, trust_env=False, limits=limits)

    async def _forget_idle(self) -> None:
        while len(self._lines) > KEPT_LINES:
            origin = next((one for one, line in self._lines.items() if line.in_use == 0), None)
            if origin is None:
                return
            await self._lines.pop(origin).transport.aclose()


async def _beginning(response: httpx.Response) -> str:
    """The first bytes of an answer as text that may be shown; the rest is not read, and a slow one not waited for:
    the status has said all that counts."""
    import httpx

    got = b""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(BODY_WITHIN_S):
            async for piece in response.aiter_raw():
                got += piece
                if len(got) >= READ_AT_MOST:
                    break
    text = got[:READ_AT_MOST].decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


def _settle_sniffio() -> None:
    """httpcore tries to import sniffio with every lock it takes. Where it is not installed, Python looks through the
    whole path each time, which took a fifth of the sender's time; a None here ends the search at once."""
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]  # what Python itself documents for "not there"


def _kind(error: Exception) -> str:
    return type(error).__name__


def _told(error: OSError) -> str:
    return f"The network failed ({error.strerror or type(error).__name__})."
