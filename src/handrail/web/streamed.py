"""An answer that is sent while the request is still being read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any  # Any: a part of an OpenAPI document

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


def described(media_type: str) -> dict[int | str, dict[str, Any]]:
    """What the description of the API says of an answer that is a stream: `responses=described("text/csv")`."""
    return {200: {"description": "A stream.", "content": {media_type: {"schema": {"type": "string"}}}}}


class Streamed(Response):
    """Sends what an iterator yields. Starlette's own StreamingResponse listens for the end of the connection by
    reading the request, and would eat the body that the iterator itself reads."""

    def __init__(self, chunks: AsyncIterator[bytes], media_type: str) -> None:
        self.chunks = chunks
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        self.body = b""
        self.init_headers({"cache-control": "no-store"})
        if "content-length" in self.headers:
            del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for chunk in self.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
