"""The same promises over HTTP: one decision, one answer, and errors that say what to do."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from handrail.app import assemble
from handrail.kit.settings import Settings
from handrail.storage import Session
from handrail.storage.postgres import PostgresStore
from handrail.web.permissions import Role
from tests.support.office import SECRET, opened
from tests.support.webroom import Webroom, claimed, decided
from tests.trust.test_races import at_once


def reviews(room: Webroom) -> list[tuple[Any, ...]]:
    return room.office.rows("SELECT verdict FROM reviews")


def test_x08_claimers_over_http_get_every_item_once(room: Webroom) -> None:
    room.office.submit_many([{"output": f"text {n}", "confidence": 0.5} for n in range(60)])
    browsers = [room.browser(room.office.person(f"p{n}")) for n in range(6)]
    lock, handed_out = threading.Lock(), list[str]()

    def work(browser: TestClient) -> None:
        while taken := browser.post("/v1/assignments/claim", json={"limit": 3}).json()["assignments"]:
            with lock:
                handed_out.extend(one["item_id"] for one in taken)

    at_once([partial(work, one) for one in browsers])
    assert len(handed_out) == len(set(handed_out)) == 60


def test_t20_a_decision_sent_again_with_its_key_is_one_decision(room: Webroom) -> None:
    room.office.submit()
    browser = room.browser(room.office.person("ana"))
    held = claimed(browser)
    first = decided(browser, held, **{"Idempotency-Key": "key-1"})
    again = decided(browser, held, **{"Idempotency-Key": "key-1"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    other = decided(browser, held, "reject", **{"Idempotency-Key": "key-1"})
    assert (other.status_code, other.json()["error"]["code"]) == (422, "key_mismatch")
    late = decided(browser, held, "reject", **{"Idempotency-Key": "key-2"})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "already_decided")
    assert late.json()["result"]["status"] == "pending"
    assert reviews(room) == [("approve",)]


@pytest.mark.parametrize("key", ["same", None])
def test_t20_two_tabs_at_the_same_moment(room: Webroom, key: str | None) -> None:
    """With one key both get the first answer, without it the second is told."""
    ana = room.office.person("ana")
    tabs = [room.browser(ana), room.browser(ana)]
    for turn in range(6):
        room.office.submit()
        held = claimed(tabs[0])
        headers = {} if key is None else {"Idempotency-Key": f"{key}-{turn}"}
        told = at_once([partial(decided, tab, held, **headers) for tab in tabs])
        codes = sorted(one.status_code for one in told)
        assert codes == ([200, 200] if key else [200, 409])
        if key:
            assert told[0].json() == told[1].json()
    assert len(reviews(room)) == 6


class LosesReplies:
    """Stands before the application and cuts the connection after the work is done: the reply never arrives."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def swallow(_: Any) -> None:
            """Nothing reaches the client."""

        await self.app(scope, receive, swallow)
        raise ConnectionError("cut after the work was done")


CHANGES = ("items", "claim", "review", "undo", "return", "stop")


@pytest.mark.parametrize("change", CHANGES)
def test_x05_a_reply_that_got_lost_is_given_again_to_the_same_key(room: Webroom, change: str) -> None:
    """The work is done twice at most once: the second request with the same key gets the first one's answer."""
    room.office.submit()
    browser = room.browser(room.office.person("ana", Role.LEAD, Role.ENGINEER))
    held = claimed(browser) if change in ("review", "return", "undo") else {}
    review = decided(browser, held).json()["review"]["review_id"] if change == "undo" else ""
    path, method, body = request_of(change, held, review)
    line = LosesReplies(room.installation.web)
    headers = {"Idempotency-Key": "key-1"}
    with pytest.raises(ConnectionError):
        cut_off(browser, line).request(method, path, json=body, headers=headers)
    before = everything(room)
    told = browser.request(method, path, json=body, headers=headers)
    assert told.status_code in (200, 201, 202, 204), told.text
    assert everything(room) == before
    if change != "items":
        assert told.headers["Idempotent-Replay"] == "true"


def cut_off(browser: TestClient, line: LosesReplies) -> TestClient:
    """The same browser on a line that is cut."""
    made = TestClient(line, base_url=str(browser.base_url))
    made.headers.update(browser.headers)
    made.cookies.update(browser.cookies)
    return made


def request_of(change: str, held: dict[str, Any], review: str) -> tuple[str, str, Any]:
    fence = {"fence": held.get("fence")}
    return {
        "items": ("/v1/items", "POST", {"output": "a text", "confidence": 0.5}),
        "claim": ("/v1/assignments/claim", "POST", {"limit": 1}),
        "review": (
            f"/v1/assignments/{held.get('assignment_id')}/review",
            "POST",
            fence | {"verdict": "approve", "active_ms": 4_000},
        ),
        "undo": (f"/v1/reviews/{review}/undo", "POST", {}),
        "return": (f"/v1/assignments/{held.get('assignment_id')}/return", "POST", fence),
        "stop": ("/v1/stop", "PUT", {"reason": "a test"}),
    }[change]


def everything(room: Webroom) -> list[Any]:
    """What a second effect would have changed."""
    tables = ("items", "seats", "assignments", "reviews", "stops", "audit_entries", "events", "jobs", "outcomes")
    counts = [room.office.rows(f"SELECT COUNT(*) FROM {table}") for table in tables]
    return [counts, room.office.rows("SELECT status, fence FROM seats ORDER BY id")]


def test_t21_over_http_a_stranger_to_the_lease_is_told_and_nothing_changes(room: Webroom) -> None:
    room.office.submit()
    ana, ben = (room.browser(room.office.person(name)) for name in ("ana", "ben"))
    held = claimed(ana)
    before = everything(room)
    other = decided(ben, held)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "lease_lost")
    assert "ana" not in other.text
    old = decided(ana, held | {"fence": held["fence"] + 1})
    assert (old.status_code, old.json()["error"]["code"]) == (409, "lease_lost")
    assert everything(room) == before
    room.office.shift(minutes=11)
    late = decided(ana, held)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "lease_lost")
    assert everything(room) == before


@pytest.mark.postgres
def test_x18_with_no_connection_left_the_answer_is_503_within_the_bound(
    postgres_store: PostgresStore, tmp_path: Path
) -> None:
    url = postgres_store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    small = PostgresStore(url, pool=2, wait_s=0.5)
    inside, go_on = threading.Barrier(3), threading.Event()

    def holds(_: Session) -> None:
        inside.wait(10)
        assert go_on.wait(20)

    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        settings = Settings(data_dir=str(tmp_path), worker="off")
        program = Webroom(opened(small), assemble(settings, small, SECRET), stack).program()
        assert program.get("/v1/outcomes").status_code == 200
        holding = [pool.submit(small.read, holds) for _ in range(2)]
        inside.wait(10)
        told = program.get("/v1/outcomes")
        go_on.set()
        for one in holding:
            one.result()
        assert (told.status_code, told.json()["error"]["code"]) == (503, "unavailable")
        assert told.headers["Retry-After"] == "1"
        assert program.get("/v1/outcomes").status_code == 200
    small.close()
