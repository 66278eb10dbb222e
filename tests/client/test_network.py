"""What happens when the network or the server fails: through real sockets, with both clients."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, cast

import pytest
from fastapi.responses import HTMLResponse, RedirectResponse

from handrail import (
    AsyncHandrail,
    Forbidden,
    Handrail,
    HandrailError,
    Pending,
    RateLimited,
    Released,
    ServerError,
    StillPending,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from tests.client.backends import Awaited, Caller
from tests.client.server import KEY, LossyLine, State, fault

FREE: dict[str, Any] = {"domain": "suite", "task": "free"}
TO_PERSON: dict[str, Any] = {"domain": "suite", "task": "to_person"}
NOWHERE = "http://127.0.0.1:9"


class Connect(Protocol):
    def __call__(self, url: str, **options: Any) -> Caller: ...


class Naps:
    """Takes note of each pause, and sleeps not at all."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def blocking(self, seconds: float) -> None:
        self.seconds.append(seconds)

    async def awaiting(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture(params=["blocking", "awaiting"])
def connect(request: pytest.FixtureRequest, naps: Naps) -> Iterator[Connect]:
    """Makes clients whose pauses take no time and whose chance is one half."""
    made: list[Caller] = []

    def make(url: str, **options: Any) -> Caller:
        options = {"key": KEY, "_chance": lambda: 0.5, "_sleep": getattr(naps, request.param), **options}
        if request.param == "blocking":
            caller = cast(Caller, Handrail(url, **options))
        else:
            caller = cast(Caller, Awaited(lambda: AsyncHandrail(url, **options)))
        made.append(caller)
        return caller

    yield make
    for one in made:
        one.close()


def test_a_lost_answer_is_asked_for_again_under_the_same_key(connect: Connect, line: LossyLine, state: State) -> None:
    hr = connect(line.url)
    line.losing = 2
    result = hr.gate("x", **FREE)
    assert isinstance(result, Released)
    assert len(state.results) == 1
    assert {seen.key for seen in state.seen} == {result.key}
    assert len(state.seen) == 3


def test_a_long_poll_that_broke_off_asks_for_what_is_left_of_the_wait(
    connect: Connect, line: LossyLine, state: State
) -> None:
    hr = connect(line.url)
    line.losing = 1
    assert isinstance(hr.gate("x", wait="600ms", **TO_PERSON), Pending)
    assert [seen.json["wait"] for seen in state.seen] == ["600ms", "0ms"]
    assert len(state.results) == 1


def test_unreachable_says_where_and_what_to_do_and_keeps_the_key(connect: Connect, naps: Naps) -> None:
    with pytest.raises(
        Unreachable, match=r"http://127\.0\.0\.1:9 cannot be reached .*HANDRAIL_URL \(4 tries\)"
    ) as caught:
        connect(NOWHERE).gate("x", key="claim-1", **FREE)
    assert caught.value.key == "claim-1"
    assert naps.seconds == [0.1875, 0.375, 0.75]


def test_no_retries_means_one_try(connect: Connect, naps: Naps) -> None:
    with pytest.raises(Unreachable):
        connect(NOWHERE, retries=0).gate("x", **FREE)
    assert naps.seconds == []


def test_the_fallback_stands_in_for_a_server_out_of_reach(connect: Connect) -> None:
    result = connect(NOWHERE).gate("x", unreachable="fallback", fallback="We will write to you.", key="k", **FREE)
    assert isinstance(result, Pending)
    assert (result.item_id, result.key, result.show) == (None, "k", "fallback")
    assert (result.text, result.output) == ("We will write to you.", None)


def test_without_a_fallback_nothing_is_shown_and_never_the_output(connect: Connect) -> None:
    result = connect(NOWHERE).gate("x", unreachable="fallback", **FREE)
    assert (result.status, result.text, result.show) == ("pending", None, "nothing")


def test_the_fallback_covers_a_server_that_cannot_but_no_refusal(connect: Connect, server: str, state: State) -> None:
    state.faults.extend(fault(503, "overloaded") for _ in range(4))
    assert connect(server).gate("x", unreachable="fallback", **FREE).item_id is None
    with pytest.raises(Unauthenticated):
        connect(server, key="hrk_wrong").gate("x", unreachable="fallback", **FREE)


def test_stored_but_then_out_of_reach_is_pending_with_its_id(connect: Connect, server: str, state: State) -> None:
    hr = connect(server, retries=0)
    item_id = hr.submit("x", key="k", **TO_PERSON).item_id
    state.longest_hold_s = 0.05
    threading.Timer(0.2, lambda: state.faults.extend(fault(503, "unavailable") for _ in range(50))).start()
    result = hr.gate("x", key="k", wait="5s", **TO_PERSON)
    assert (result.status, result.item_id) == ("pending", item_id)


def test_retry_after_is_honoured(connect: Connect, server: str, state: State, naps: Naps) -> None:
    state.faults.append(fault(503, "overloaded", retry_after="7"))
    state.faults.append(fault(429, "rate_limited", retry_after="2"))
    assert connect(server).gate("x", **FREE).status == "released"
    assert naps.seconds == [7 + 0.09375, 2 + 0.1875]


def test_retry_after_beyond_a_minute_is_left_to_the_caller(
    connect: Connect, server: str, state: State, naps: Naps
) -> None:
    state.faults.append(fault(429, "limit_reached", retry_after="3600"))
    with pytest.raises(RateLimited) as caught:
        connect(server).gate("x", **FREE)
    assert (caught.value.retry_after, caught.value.retry, naps.seconds) == (3600.0, True, [])


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (503, "unavailable", Unavailable),
        (507, "storage_full", Unavailable),
        (429, "rate_limited", RateLimited),
        (500, "internal", ServerError),
    ],
)
def test_what_may_pass_is_tried_again_until_the_retries_are_used_up(
    connect: Connect, server: str, state: State, status: int, code: str, kind: type[Exception]
) -> None:
    state.faults.extend(fault(status, code) for _ in range(9))
    with pytest.raises(kind):
        connect(server, retries=2).gate("x", **FREE)
    assert len(state.seen) == 3
    assert len({seen.key for seen in state.seen}) == 1


@pytest.mark.parametrize(
    ("status", "code"), [(400, "bad_json"), (403, "forbidden"), (409, "stop_in_force"), (422, "invalid"), (501, "no")]
)
def test_what_will_not_pass_is_not_tried_again(
    connect: Connect, server: str, state: State, status: int, code: str
) -> None:
    state.faults.append(fault(status, code, retry=False))
    with pytest.raises(HandrailError) as caught:
        connect(server).gate("x", **FREE)
    assert cast(Any, caught.value).code == code
    assert len(state.seen) == 1


def test_a_key_whose_first_request_still_runs_is_asked_again(connect: Connect, server: str, state: State) -> None:
    state.faults.append(fault(409, "key_in_progress"))
    assert connect(server).gate("x", **FREE).status == "released"
    assert len({seen.key for seen in state.seen}) == 1


def test_the_time_out_leaves_room_for_the_wait(connect: Connect, server: str) -> None:
    start = time.monotonic()
    assert connect(server, timeout=0.3).gate("x", wait="900ms", **TO_PERSON).status == "pending"
    assert time.monotonic() - start >= 0.85


def test_a_server_that_does_not_answer_is_given_up(connect: Connect, line: LossyLine) -> None:
    line.stalling = True
    with pytest.raises(Unreachable, match="did not answer in time"):
        connect(line.url, timeout=0.2, retries=1).gate("x", wait="0s", **FREE)


def test_a_server_that_holds_shorter_than_asked_is_asked_again_but_not_at_once(
    connect: Connect, server: str, state: State, naps: Naps
) -> None:
    state.longest_hold_s = 0.1
    item_id = connect(server).submit("x", **TO_PERSON).item_id
    with pytest.raises(StillPending):
        connect(server).wait(item_id, timeout="3s")
    assert 2 <= len(state.seen) <= 6
    assert all(0.5 < pause <= 1 for pause in naps.seconds[:2])


def test_a_decision_wakes_who_waits(connect: Connect, server: str, state: State) -> None:
    hr = connect(server)
    item_id = str(hr.submit("x", **TO_PERSON).item_id)
    threading.Timer(0.3, state.decide, (item_id, "approve")).start()
    start = time.monotonic()
    assert hr.wait(item_id, timeout="30s").status == "released"
    assert time.monotonic() - start < 5


def test_wait_sits_out_an_outage_once_it_had_an_answer(connect: Connect, server: str, state: State) -> None:
    hr = connect(server, retries=1)
    item_id = str(hr.submit("x", **TO_PERSON).item_id)
    state.longest_hold_s = 0.1
    outage = [fault(503, "unavailable") for _ in range(9)]
    threading.Timer(0.15, lambda: state.faults.extend(outage)).start()
    threading.Timer(0.5, state.decide, (item_id, "approve")).start()
    assert hr.wait(item_id, timeout="2h").status == "released"
    assert not state.faults


def test_wait_at_a_wrong_address_fails_soon(connect: Connect) -> None:
    with pytest.raises(Unreachable):
        connect(NOWHERE).wait("0197a3c0-6d1e-7b52-9a41-3f0c5be81d10", timeout="2h")


def test_what_is_not_handrail_is_told(connect: Connect, server: str, state: State) -> None:
    state.faults.append(HTMLResponse("<h1>Welcome</h1>"))
    with pytest.raises(Unreachable, match="not Handrail's; check the address"):
        connect(server).gate("x", **FREE)
    state.faults.append(HTMLResponse("{}"))
    with pytest.raises(Unreachable, match="not the form of Handrail's"):
        connect(server).gate("x", **FREE)
    state.faults.append(RedirectResponse("https://handrail.example.org/v1/items?key=1", 307))
    with pytest.raises(Unreachable, match=r"307 to https://handrail.example.org/v1/items\)"):
        connect(server).gate("x", **FREE)
    state.faults.append(HTMLResponse("<h1>No</h1>", 403))
    with pytest.raises(Forbidden, match="http_403"):
        connect(server).gate("x", **FREE)


def test_a_proxy_without_its_server_is_tried_again_and_then_unreachable(
    connect: Connect, server: str, state: State
) -> None:
    state.faults.extend(HTMLResponse("Bad Gateway", 502) for _ in range(4))
    with pytest.raises(Unreachable, match="proxy before Handrail answers 502"):
        connect(server).gate("x", **FREE)
    assert len(state.seen) == 4


def test_a_base_address_may_end_in_v1_or_a_slash(connect: Connect, server: str) -> None:
    assert connect(server + "/v1/").gate("x", **FREE).status == "released"


def test_a_batch_that_broke_off_is_sent_again_whole(connect: Connect, server: str, state: State) -> None:
    state.cut_batches = 1
    rows = list(connect(server).submit_many([{"output": f"{n}", **FREE} for n in range(6)]))
    assert [row.status for row in rows] == ["released"] * 6
    assert len(state.results) == 6
    assert len({seen.key for seen in state.seen}) == 1


def test_a_lost_batch_stores_nothing_twice(connect: Connect, line: LossyLine, state: State) -> None:
    line.losing = 1
    rows = list(connect(line.url).submit_many([{"output": f"{n}", **FREE} for n in range(6)], batch=4))
    assert len(state.results) == len(rows) == 6


def test_rows_refused_for_the_moment_are_sent_again_alone(connect: Connect, server: str, state: State) -> None:
    error = {"code": "overloaded", "message": "Later.", "status": 503, "retry": True}
    state.broken_rows.append({"output": "1", "error": error})
    rows = list(connect(server).submit_many([{"output": f"{n}", **FREE} for n in range(3)]))
    assert [(row.row, row.status) for row in rows] == [(1, "released"), (2, "released"), (3, "released")]
    first, second = (seen.body.splitlines() for seen in state.seen)
    assert second == [first[1]]
    assert state.seen[0].key != state.seen[1].key


def test_a_refused_batch_is_an_error(connect: Connect, server: str) -> None:
    with pytest.raises(Unauthenticated):
        list(connect(server, key="hrk_wrong").submit_many([{"output": "x"}]))


def test_the_key_is_nowhere_to_be_read(
    connect: Connect, server: str, state: State, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    hr = connect(server)
    hr.gate("x", **FREE)
    told = [repr(hr), str(vars(hr)), repr(vars(hr))]
    for call in _failing(connect, server, state):
        with pytest.raises(HandrailError) as caught:
            call()
        told += [str(caught.value), repr(caught.value), repr(caught.value.args)]
    secret = KEY.removeprefix("hrk_")
    assert state.seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert caplog.records
    assert secret not in "\n".join([*told, caplog.text, *capfd.readouterr()])


def _failing(connect: Connect, server: str, state: State) -> list[Callable[[], object]]:
    def refused() -> object:
        state.faults.append(fault(403, "forbidden"))
        return connect(server).gate("x", **FREE)

    return [
        refused,
        lambda: connect(NOWHERE).gate("x", **FREE),
        lambda: connect(server, key=f"{KEY}\nX: y").gate("x", **FREE),
        lambda: connect(server, key=f"{KEY} ö").gate("x", **FREE),
        lambda: connect(f"http://user:{KEY}@127.0.0.1:9").gate("x", **FREE),
        lambda: connect(f"{KEY}@127.0.0.1:9").gate("x", **FREE),
    ]


def test_threads_share_one_client(server: str, state: State) -> None:
    with Handrail(server, KEY) as hr, ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda n: hr.gate(f"text {n}", **FREE).text, range(120)))
    assert texts == [f"text {n}" for n in range(120)]
    assert len(state.results) == 120


def test_the_environment_is_read_at_the_first_call(
    server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HANDRAIL_URL", "HANDRAIL_KEY", "HANDRAIL_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    hr = Handrail()
    with pytest.raises(HandrailError, match="HANDRAIL_KEY"):
        hr.gate("x")
    monkeypatch.setenv("HANDRAIL_KEY", KEY)
    with pytest.raises(HandrailError, match="HANDRAIL_URL"):
        hr.gate("x")
    monkeypatch.setenv("HANDRAIL_URL", server)
    assert hr.gate("x").status == "released"
    monkeypatch.delenv("HANDRAIL_KEY")
    secret = tmp_path / "key"
    secret.write_text(KEY + "\n")
    monkeypatch.setenv("HANDRAIL_KEY_FILE", str(secret))
    assert Handrail().gate("x").status == "released"
    monkeypatch.setenv("HANDRAIL_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(HandrailError, match="cannot be read"):
        Handrail().gate("x")


@pytest.mark.parametrize("url", ["127.0.0.1:8400", "ftp://127.0.0.1", "http://", "http://[::1", "http://h:port"])
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(HandrailError, match=r"http://127\.0\.0\.1:8400"):
        Handrail(url, KEY).gate("x")


def test_a_closed_client_opens_again(server: str) -> None:
    hr = Handrail(server, KEY)
    hr.gate("x")
    hr.close()
    assert hr.gate("x").status == "released"
    hr.close()
