"""HTTP/1.1 as uvicorn speaks it, with bounds it lacks: headers end in time and have a limited length."""

from __future__ import annotations

from asyncio import Transport
from asyncio.events import TimerHandle
from typing import Any  # Any: uvicorn's own constructor

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_WITHIN_S = 15.0
MOST_HEADER_BYTES = 64 * 1024


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection whose request line and headers are too slow or too long."""

    headers_within_s = HEADERS_WITHIN_S

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: TimerHandle | None = None
        self._head_bytes = 0
        self._in_head = True

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        if self._timer is None:
            self._await_headers()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEADER_BYTES + len(data):  # this piece may already hold a body
                self._refuse()
                return
        super().data_received(data)

    def _await_headers(self) -> None:
        self._timer = self.loop.call_later(self.headers_within_s, self._refuse)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self) -> None:
        self._timer = None
        if self._head_bytes == 0:
            self.transport.close()  # nothing was said, so nothing is answered
        elif not self.transport.is_closing():
            self.send_400_response("The headers are too long, or did not arrive in time.")
