"""The stream of events on a real socket: order, place to go on, and its end with the key or the session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from handrail.client.api import Api
from handrail.client.following import Message, Reader
from handrail.kit.ids import new_id
from handrail.kit.jsons import loads
from tests.support.house import RELEASES, Served

RELEASED = {"output": "Your claim arrived.", "confidence": 0.99}


@contextmanager
def stream(served: Served, key: str | None = None, **params: str) -> Iterator[Iterator[tuple[Message, str | None]]]:
    """The messages of a stream that is open, each with the id to go on from."""
    headers = {"Authorization": f"Bearer {key or served.key}"}
    with (
        httpx.Client(base_url=served.url, headers=headers, timeout=30) as client,
        client.stream("GET", "/v1/events/stream", params=params) as answer,
    ):
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines).startswith(":")  # it is open: what happens from now on comes

        def messages() -> Iterator[tuple[Message, str | None]]:
            reader = Reader()
            for line in lines:
                if message := reader.feed(line):
                    yield message, reader.last_id

        yield messages()


def numbered(served: Served) -> None:
    while served.installation.worker.run_sequencer():
        pass


def test_events_come_live_in_order_with_ids_to_go_on_from(served: Served) -> None:
    served.policy(RELEASES)
    numbered(served)
    with stream(served) as messages:
        [item_id] = served.submit(RELEASED)
        numbered(served)
        told = [next(messages) for _ in range(2)]
    events = served.api.get("/v1/events", type="item.*")["data"]
    assert [message.name for message, _ in told] == ["item.received", "item.released"]
    assert [loads(message.data) for message, _ in told] == events
    assert [id for _, id in told] == [one["id"] for one in events]
    assert events[1]["data"]["result"]["item_id"] == item_id
    with stream(served, after=events[0]["id"], type="item.*") as messages:
        assert next(messages)[1] == events[1]["id"]


def test_what_is_not_kept_any_more_brings_a_reset_and_then_goes_on(served: Served) -> None:
    served.policy(RELEASES)
    served.submit(RELEASED)
    numbered(served)
    last = served.api.get("/v1/events")["data"][-1]["id"]
    headers = {"Authorization": f"Bearer {served.key}", "Last-Event-ID": new_id()}
    with httpx.stream("GET", f"{served.url}/v1/events/stream", headers=headers, timeout=30) as answer:
        reader, lines = Reader(), answer.iter_lines()
        reset = next(message for line in lines if (message := reader.feed(line)))
        assert (reset.name, loads(reset.data), reader.last_id) == ("reset", {"after": last}, last)
        served.submit(RELEASED)
        numbered(served)
        then = next(message for line in lines if (message := reader.feed(line)))
        assert then.name == "item.received"


@pytest.mark.parametrize("params", [{"type": "item.relesed"}, {"types": "x"}, {"type": "x;y"}])
def test_unknown_words_are_refused(served: Served, params: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {served.key}"}
    assert httpx.get(f"{served.url}/v1/events/stream", params=params, headers=headers).status_code == 422


@pytest.mark.parametrize("after", ["x", "\u00f7%\U0002f069", "0197a3c0-6d1e-7b52-9a41-3f0c5be81d10"])
def test_an_event_that_was_never_given_is_no_place_to_go_on_from(served: Served, after: str) -> None:
    answer = httpx.get(
        f"{served.url}/v1/events", params={"after": after}, headers={"Authorization": f"Bearer {served.key}"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_cursor")


def test_t24_a_stream_ends_with_its_key(served: Served) -> None:
    key = served.new_key(served.project_id, "events.read")
    with stream(served, key) as messages:
        made = next(one for one in served.api.get("/v1/keys")["data"] if key.split("_")[1] == one["public"])
        served.api.request("DELETE", f"/v1/keys/{made['key_id']}")
        assert list(messages) == []  # it ends by itself


def test_t12_a_stream_tells_nothing_of_other_projects(served: Served) -> None:
    other = served.project("lending")
    key = served.new_key(other)
    numbered(served)
    got: list[Any] = []
    with stream(served, key) as messages:
        served.submit({"output": "of claims"})
        numbered(served)
        mine = Api(served.url, key).post("/v1/items", {"output": "of lending"})["item_id"]
        numbered(served)
        got.append(loads(next(messages)[0].data))
    assert [one["subject"] for one in got] == [mine]
    event = served.api.get("/v1/events")["data"][0]["id"]
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.get(f"{served.url}/v1/events", params={"after": event}, headers=headers)
    assert answer.status_code == 400
