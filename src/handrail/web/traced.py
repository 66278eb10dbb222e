"""A span for each request. Stands around the edge, and only where traces are on."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handrail.kit.traces import HERE, Kind, Traces, Value, read_traceparent
from handrail.web.guard import CALL
from handrail.web.scope import request_id_of

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PROBES = frozenset({"/livez", "/readyz"})
"""Asked every few seconds by machines; their spans would only cost."""


class Traced:
    """ASGI middleware. Of a request it tells method, route, status, project and request id; a path, a query, a header
    and a body may hold what people wrote, and are not looked at."""

    def __init__(self, app: ASGIApp, *, traces: Traces) -> None:
        self.app, self.traces = app, traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self.app(scope, receive, send)
            return
        told: dict[str, Value] = {"http.request.method": scope["method"] if scope["method"] in METHODS else "_OTHER"}

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["http.response.status_code"] = message["status"]
            await send(message)

        span = self.traces.start("request", Kind.SERVER, parent=_parent(scope))
        here = HERE.set(span.traceparent)
        try:
            await self.app(scope, receive, noted)
        finally:
            HERE.reset(here)
            told |= _known(scope)
            status = told.get("http.response.status_code", 0)
            fault = str(status) if isinstance(status, int) and status >= 500 else None
            name = f"{told['http.request.method']} {told.get('http.route', '')}".strip()
            span.end(told, name=name, fault=fault)


def _parent(scope: Scope) -> str | None:
    """The caller's own span. Two of them are none, as W3C Trace Context has it."""
    given = [value for name, value in scope["headers"] if name == b"traceparent"]
    return read_traceparent(given[0].decode("latin-1")) if len(given) == 1 else None


def _known(scope: Scope) -> dict[str, Value]:
    """What the layers inside found out."""
    route, call = getattr(scope.get("route"), "path", None), scope.get(CALL)
    project_id = None if call is None else call.caller.project_id
    found = {"http.route": route, "handrail.project_id": project_id, "handrail.request_id": request_id_of(scope)}
    return {name: value for name, value in found.items() if value is not None}
