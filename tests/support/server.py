"""A real server on a real socket, and clients that do not behave."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn

from handrail.kit.settings import Settings
from handrail.web.protocol import BoundedProtocol
from handrail.web.server import server_config


class Impatient(BoundedProtocol):
    """Waits less long for headers, so that tests need not."""

    headers_within_s = 0.7


@contextmanager
def serving(app: Any, settings: Settings, *, http: type[BoundedProtocol] = Impatient) -> Iterator[int]:
    """Runs the application as `serve` does; gives the port."""
    server = uvicorn.Server(server_config(app, settings, port=0, http=http))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=15)


def head(method: str, path: str, port: int, *lines: str) -> bytes:
    """The beginning of a request, up to and with the empty line."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, "", ""]).encode("latin-1")


@contextmanager
def connected(port: int, timeout_s: float = 15.0) -> Iterator[socket.socket]:
    """A connection to the server."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as line:
        yield line


def answered(line: socket.socket) -> bytes:
    """All that comes until the server closes or says nothing more for half a second."""
    got = b""
    line.settimeout(10.0)
    with suppress(OSError):
        while piece := line.recv(65536):
            got += piece
            line.settimeout(0.5)
    return got


def status(answer: bytes) -> int:
    """The status of an answer; 0 if there is none."""
    parts = answer.split(b" ", 2)
    return int(parts[1]) if len(parts) > 2 else 0


def resident_mb() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20
