"""An upload may be of any length, but it must go on: one that falls silent is ended with a sentence."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

from tests.support.server import serving
from tests.support.webroom import Webroom

ROW = json.dumps({"output": "a text", "confidence": 0.5}).encode() + b"\n"


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def upload(room: Webroom, pauses: list[float], *, end: bool) -> dict[str, Any]:
    """The last line of the answer to an upload of one row after each pause."""
    token = room.program().headers["Authorization"]
    head = (
        f"POST /v1/items/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\nIdempotency-Key: upload\r\n"
        "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    with (
        serving(room.installation.web, room.installation.settings) as port,
        socket.create_connection(("127.0.0.1", port), timeout=20) as wire,
    ):
        wire.sendall(head.encode())
        for pause in pauses:
            time.sleep(pause)
            wire.sendall(chunk(ROW))
        if end:
            wire.sendall(b"0\r\n\r\n")
        answer = b"".join(iter(lambda: wire.recv(65_536), b""))
    lines = [line for line in answer.splitlines() if line.startswith(b"{")]
    told: dict[str, Any] = json.loads(lines[-1])
    return told


def test_t34_an_upload_that_falls_silent_is_ended_with_a_sentence(room: Webroom) -> None:
    room.installation.house.body_within_s = 0.8
    error = upload(room, [0.0], end=False)["error"]
    assert (error["code"], error["retry"]) == ("too_slow", True)
    assert "Nothing came for 0.8 s" in error["message"]


def test_an_upload_that_is_slow_but_goes_on_is_taken(room: Webroom) -> None:
    room.installation.house.body_within_s = 1.5
    told = upload(room, [0.5] * 5, end=True)
    assert (told["done"], told["stored"]) == (True, 5)
