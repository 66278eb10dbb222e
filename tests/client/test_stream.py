"""`.stream`: events as they happen, on a real server and on the fake, with both clients."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from handrail import AsyncHandrail, Event, Handrail, Released, Unauthenticated, Unreachable
from handrail.client.following import Reader
from handrail.testing import FakeHandrail, pending
from tests.client.real import RealBackend

FREE: dict[str, Any] = {"domain": "suite", "task": "free", "confidence": 0.97}
TO_PERSON: dict[str, Any] = {"domain": "suite", "task": "to_person"}


class Listener:
    """Collects events in a thread until told to stop."""

    def __init__(self, events: Callable[[], Iterator[Event]]) -> None:
        self.got: list[Event] = []
        self.error: BaseException | None = None
        self._events = events
        self._arrived = threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            for event in self._events():
                with self._arrived:
                    self.got.append(event)
                    self._arrived.notify_all()
        except BaseException as error:  # noqa: BLE001  # looked at by the test
            with self._arrived:
                self.error = error
                self._arrived.notify_all()

    def wait_for(self, enough: Callable[[list[Event]], bool], within_s: float = 30.0) -> bool:
        with self._arrived:
            return self._arrived.wait_for(lambda: enough(self.got) or self.error is not None, within_s)


def blocking(hr: AsyncHandrail, **more: Any) -> Iterator[Event]:
    """The events of an AsyncHandrail, one after the other, for a thread."""
    loop = asyncio.new_event_loop()
    stream = hr.stream(**more)
    with suppress(StopAsyncIteration):
        while True:
            yield loop.run_until_complete(anext(stream))


@pytest.fixture(params=["blocking", "awaiting"])
def listen(request: pytest.FixtureRequest, real_server: RealBackend) -> Callable[..., Listener]:
    def made(**more: Any) -> Listener:
        if request.param == "blocking":
            return Listener(lambda: real_server.blocking().stream(**more))
        return Listener(lambda: blocking(real_server.awaiting(), **more))

    return made


def follows(listener: Listener, hr: Handrail) -> Event:
    """The first event that comes; items are submitted until the stream is open."""
    while not listener.got:
        hr.submit("one more", **FREE)
        listener.wait_for(bool, 0.3)
        assert listener.error is None
    return listener.got[0]


def test_events_come_as_they_happen_and_go_on_where_one_left(
    real_server: RealBackend, listen: Callable[..., Listener]
) -> None:
    hr = real_server.blocking()
    first = follows(listen(), hr)
    assert first.type == "item.released"
    assert isinstance(first.result, Released)
    item_id = hr.submit("later", **FREE).item_id
    again = listen(after=first.id)
    assert again.wait_for(lambda got: any(one.subject == item_id for one in got))
    assert first.id not in {one.id for one in again.got}
    assert len({one.id for one in again.got}) == len(again.got)


def test_types_are_chosen_by_name_or_glob(real_server: RealBackend, listen: Callable[..., Listener]) -> None:
    hr = real_server.blocking()
    first = follows(listen(), hr)
    waiting = hr.submit("x", **TO_PERSON).item_id
    received = listen(types=["item.received", "item.escalated"], after=first.id)
    assert received.wait_for(lambda got: any(one.subject == waiting and one.type == "item.escalated" for one in got))
    assert {one.type for one in received.got} <= {"item.received", "item.escalated"}
    every = listen(types=["item.*"], after=first.id)
    assert every.wait_for(lambda got: {"item.received", "item.escalated"} <= {one.type for one in got})


def test_an_event_that_is_not_kept_any_more_brings_all_that_is(
    real_server: RealBackend, listen: Callable[..., Listener]
) -> None:
    hr = real_server.blocking()
    item_id = hr.submit("before", **FREE).item_id
    listener = listen(after="00000000-0000-7000-8000-000000000000")
    assert listener.wait_for(lambda got: any(one.subject == item_id for one in got))
    later = hr.submit("after", **FREE).item_id
    assert listener.wait_for(lambda got: any(one.subject == later for one in got))


def test_a_key_that_is_refused_ends_the_stream(real_server: RealBackend) -> None:
    wrong = Handrail(real_server.server.url, "hrk_abcd1234_" + "x" * 43)
    with pytest.raises(Unauthenticated):
        next(iter(wrong.stream()))


def test_without_a_server_it_says_so() -> None:
    with pytest.raises(Unreachable):
        next(iter(Handrail("http://127.0.0.1:9", "hrk_abcd1234_x", retries=1, _sleep=lambda _: None).stream()))


def test_the_fake_tells_what_happened_and_ends() -> None:
    fake = FakeHandrail().when(lambda item: item.task == "to_person", pending())
    assert list(fake.stream()) == []
    released, waiting = fake.submit("a"), fake.submit("b", task="to_person")
    told = list(fake.stream())
    assert [(one.type, one.subject, one.result) for one in told] == [("item.released", released.item_id, released)]
    fake.decide(str(waiting.item_id), verdict="approve")
    assert [one.subject for one in fake.stream(after=told[-1].id)] == [waiting.item_id]
    assert [one.type for one in fake.stream(["item.*"])] == ["item.released", "item.escalated", "item.released"]

    async def gather() -> list[str]:
        return [one.subject async for one in fake.awaited.stream()]

    assert asyncio.run(gather()) == [released.item_id, waiting.item_id]


def test_a_connection_that_breaks_off_is_opened_again_at_the_same_place() -> None:
    """The server gives one event and drops the line; the client asks for what comes after it."""
    asked: list[str | None] = []
    rest = '"type":"item.released","subject":"i","source":"/projects/p","time":"2026-11-21T12:00:00.000Z","data":{}'
    one = '{"id":"e%d",' + rest + "}"

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("after"))
        number = len(asked)
        if number == 2:
            return httpx.Response(503)
        if number > 4:
            return httpx.Response(204)
        text = f"id: e{number}\nevent: item.released\ndata: {one % number}\n\n: beat\n\nid: half"
        return httpx.Response(200, content=text.encode())

    hr = Handrail("http://x.test", "hrk_abcd1234_x", _transport=httpx.MockTransport(answer), _sleep=lambda _: None)
    assert [event.id for event in hr.stream(after="e0")] == ["e1", "e3", "e4"]
    assert asked == ["e0", "e1", "e1", "e3", "e4"]


def test_the_reader_takes_what_the_standard_says() -> None:
    reader = Reader()
    lines = [": welcome", "id: head", "", "event: x", "data: a", "data: b", "", ": beat", "", "data:c", ""]
    found = [message for line in lines if (message := reader.feed(line)) is not None]
    assert [(one.name, one.data) for one in found] == [("x", "a\nb"), ("", "c")]
    assert reader.last_id == "head"
