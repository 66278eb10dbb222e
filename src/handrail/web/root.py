"""The few addresses at the root that belong to no room: is it alive, is it ready, what is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any  # Any: an OpenAPI document is JSON

from starlette.requests import Request
from starlette.responses import Response

from handrail.kit.errors import HandrailFault
from handrail.kit.jsons import dumps
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.errors import page
from handrail.web.house import House
from handrail.web.permissions import PUBLIC, SELF
from handrail.web.scope import nonce_of

DOCS = """<!doctype html><html lang="en"><meta charset="utf-8"><title>The API of Handrail</title>
<h1>The API of Handrail</h1>
<ul><li><a href="/docs/errors">Errors</a></li>
<li><a href="/openapi.json">OpenAPI</a> (signed in, or with a key)</li></ul></html>
"""


def root_door(house: House, describe: Callable[[], dict[str, Any]]) -> Door:
    """`/livez`, `/readyz`, `/openapi.json`, `/docs`, `/docs/errors`."""
    door = Door(house, prefix="")

    @door.get("/livez", needs=PUBLIC, include_in_schema=False)
    async def is_alive(call: Call) -> Response:
        return Response("ok\n", media_type="text/plain")

    @door.get("/readyz", needs=PUBLIC, include_in_schema=False)
    def is_ready(call: Call) -> Response:
        try:
            call.read(lambda session: session.run("SELECT 1"))
        except HandrailFault:
            return Response("not ready\n", 503, {"Retry-After": "1"}, media_type="text/plain")
        return Response("ok\n", media_type="text/plain")

    @door.get("/openapi.json", needs=SELF, include_in_schema=False)
    def show_openapi(call: Call) -> Response:
        return Response(dumps(describe()), media_type="application/json")

    @door.get("/docs", needs=PUBLIC, include_in_schema=False)
    async def show_docs(call: Call) -> Response:
        return Response(DOCS, media_type="text/html")

    @door.get("/docs/errors", needs=PUBLIC, include_in_schema=False)
    def show_errors(call: Call, request: Request) -> Response:
        return Response(page(nonce_of(request.scope)), media_type="text/html")

    return door
