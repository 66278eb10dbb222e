"""The outermost layer: looks at what comes in before anything else, and puts the same headers on all that goes out."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Mapping
from time import perf_counter

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handrail.kit.errors import HandrailFault
from handrail.kit.ids import new_id
from handrail.web import idempotency
from handrail.web.errors import BadHeader, answer
from handrail.web.guard import SAFE
from handrail.web.origin import Headers, Origins
from handrail.web.scope import added_headers, begin, request_id_of
from handrail.web.timings import Timings

MOST_HEADERS = 100
MOST_HEADER_BYTES = 32 * 1024
ONCE = frozenset(
    {
        b"authorization",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"handrail-project",
        b"host",
        b"idempotency-key",
        b"if-match",
        b"origin",
        b"sec-fetch-site",
        b"transfer-encoding",
        b"x-csrf-token",
    }
)
"""Headers of which two could be read two ways."""
WITHOUT_HOST = frozenset({"/livez", "/readyz"})
"""Asked by machines under whatever name they know us; there is nothing to see."""
LED_BACK_TO = "/v1/sessions/oidc/return"
"""What it begins is bound to the browser by a cookie of its own."""
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    "object-src 'none'"
)
FIXED: Mapping[bytes, bytes] = {
    b"cache-control": b"no-store",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}
"""On every answer that does not say otherwise itself."""
log = structlog.get_logger("handrail.web")


class Edge:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, *, origins: Origins, version: str, timings: Timings | None = None) -> None:
        self.app, self.origins = app, origins
        self.timings = timings or Timings()
        self._version = version.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            begin(scope, new_id(), secrets.token_urlsafe(16))
            await _Exchange(self, scope, receive, send).run()

    def look(self, scope: Scope) -> None:
        """Refuses what no route shall see. Raises BadHeader and CrossOrigin."""
        headers = _read_headers(scope)
        self.origins.believe_proxy(scope, headers)
        key = headers.get(b"idempotency-key")
        if key is not None and scope["method"] not in SAFE:
            idempotency.check_key(key.decode("latin-1"))
        if b"authorization" in headers or scope["path"] in WITHOUT_HOST:
            return  # no browser sends these by itself
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        self.origins.check_host(host)
        if scope["path"].startswith("/v1/") and not _comes_back(scope, headers):
            self.origins.check_page(scope["scheme"], host, headers)

    def headers_for(self, scope: Scope, nonce: str) -> dict[bytes, bytes]:
        """What goes onto every answer, except where the answer says the same itself."""
        own = {
            **FIXED,
            b"content-security-policy": POLICY.format(nonce=nonce).encode(),
            b"handrail-version": self._version,
            b"x-request-id": (request_id_of(scope) or "").encode(),
        }
        if scope["scheme"] == "https":
            own[b"strict-transport-security"] = b"max-age=31536000"
        return own | added_headers(scope)


def _comes_back(scope: Scope, headers: Headers) -> bool:
    """Whether a browser is led back here as a whole page, as an identity provider must do it from its own site."""
    leads = headers.get(b"sec-fetch-mode") == b"navigate" and b"origin" not in headers
    return scope["method"] == "GET" and scope["path"] == LED_BACK_TO and leads


def _read_headers(scope: Scope) -> Headers:
    """The headers by name. Raises BadHeader for too many, too long ones, and for two where one is meant."""
    given = scope["headers"]
    if len(given) > MOST_HEADERS or sum(len(name) + len(value) for name, value in given) > MOST_HEADER_BYTES:
        raise BadHeader(f"At most {MOST_HEADERS} headers of {MOST_HEADER_BYTES:,} bytes together.")
    found: dict[bytes, bytes] = {}
    for name, value in given:
        if name in found and name in ONCE:
            raise BadHeader(f"Send the header {name.decode('latin-1')} once.")
        found[name] = value
    return found


class _Exchange:
    """One request and its answer."""

    def __init__(self, edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
        self.edge, self.scope, self.receive, self._send = edge, scope, receive, send
        self.status: int | None = None
        self.began = perf_counter()

    async def run(self) -> None:
        try:
            self.edge.look(self.scope)
            await self.edge.app(self.scope, self.receive, self.send)
        except HandrailFault as fault:
            await self._answer(fault)
        except ClientDisconnect:
            log.info("request.given_up", **self._told())
        except Exception as error:  # noqa: BLE001  # a defect of ours: told with its id, never with its content
            # not log.exception: messages of errors may hold content
            log.error("request.failed", error=type(error).__name__, at=_places(error), **self._told())  # noqa: TRY400
            await self._answer(HandrailFault())
        if self.status is not None:
            route = getattr(self.scope.get("route"), "path", "other")
            self.edge.timings.note(self.scope["method"], route, self.status, perf_counter() - self.began)
        if self.status is not None and self.status >= 400:
            log.info("request.refused", status=self.status, **self._told())

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = list(message["headers"])
            names = {name for name, _ in given}
            own = self.edge.headers_for(self.scope, self.scope["handrail.nonce"])
            message["headers"] = given + [(name, value) for name, value in own.items() if name not in names]
        await self._send(message)

    async def _answer(self, fault: HandrailFault) -> None:
        if self.status is None:  # else the answer has begun; the server cuts it off
            await answer(fault, request_id_of(self.scope))(self.scope, self.receive, self.send)

    def _told(self) -> dict[str, object]:
        return {
            "request_id": request_id_of(self.scope),
            "method": self.scope["method"],
            "path": self.scope["path"],
            "ms": round((perf_counter() - self.began) * 1000, 1),
        }


def _places(error: BaseException) -> list[str]:
    """Where it happened, innermost last; without messages and values, which may hold content."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
