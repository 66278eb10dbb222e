"""Bulk intake: NDJSON in any packing, one answer for each row, resumable."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support.webroom import Webroom


def send(client: TestClient, body: bytes, **headers: str) -> list[dict[str, Any]]:
    told = client.post("/v1/items/batch", content=body, headers={"Content-Type": "application/x-ndjson", **headers})
    assert told.status_code == 200, told.text
    return [json.loads(line) for line in told.text.splitlines()]


def rows(*bodies: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in bodies)


GOOD = {"output": "a text", "confidence": 0.5}


def test_each_row_is_answered_in_order_and_the_last_line_sums_up(room: Webroom) -> None:
    client = room.program()
    body = rows(GOOD, {"output": 5}, GOOD | {"key": "k"}, GOOD | {"key": "k"}) + b"\n{not json\n" + rows(GOOD)
    *answers, last = send(client, body)
    assert [one["row"] for one in answers] == [1, 2, 3, 4, 6, 7]
    assert [one.get("status") or one["error"]["code"] for one in answers] == [
        "pending", "invalid", "pending", "pending", "bad_json", "pending",
    ]  # fmt: skip
    assert last == {"done": True, "rows": 6, "stored": 3, "repeated": 1, "failed": 2}


def test_an_upload_that_is_repeated_with_its_key_stores_nothing_twice(room: Webroom) -> None:
    client = room.program()
    body = rows(*[GOOD | {"output": f"text {n}"} for n in range(30)])
    first = send(client, body, **{"Idempotency-Key": "upload-1"})
    again = send(client, body, **{"Idempotency-Key": "upload-1"})
    assert again[-1] == {"done": True, "rows": 30, "stored": 0, "repeated": 30, "failed": 0}
    assert [one["item_id"] for one in again[:-1]] == [one["item_id"] for one in first[:-1]]


@pytest.mark.parametrize("members", [1, 2, 3])
def test_gzip_also_in_several_members(room: Webroom, members: int) -> None:
    body = b"".join(gzip.compress(rows(GOOD, GOOD)) for _ in range(members))
    *answers, last = send(room.program(), body, **{"Content-Encoding": "gzip"})
    assert last["stored"] == 2 * members
    assert len(answers) == 2 * members


def test_gzip_that_ends_too_early_is_told(room: Webroom) -> None:
    whole = gzip.compress(rows(*[GOOD | {"output": f"{n}" * 50} for n in range(200)]))
    *_, last = send(room.program(), whole[: len(whole) // 2], **{"Content-Encoding": "gzip"})
    assert last["error"]["code"] == "bad_header"


def test_what_is_no_gzip_is_told(room: Webroom) -> None:
    assert send(room.program(), b"no gzip", **{"Content-Encoding": "gzip"})[-1]["error"]["code"] == "bad_header"


@pytest.mark.parametrize("path", ["/v1/items", "/v1/items/batch"])
@pytest.mark.parametrize("key", ["k" * 256, "with\ttab", ""])
def test_a_key_that_cannot_be_one_is_refused(room: Webroom, path: str, key: str) -> None:
    told = room.program().post(path, content=rows(GOOD), headers={"Idempotency-Key": key})
    assert (told.status_code, told.json()["error"]["code"]) == (400, "bad_header")
