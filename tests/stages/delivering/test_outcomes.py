"""Outcomes in the order decided, events in commit order: the ways to catch up."""

from __future__ import annotations

import threading
import time
from typing import Any

from tests.support.webroom import Webroom, claimed, decided


def test_outcomes_come_in_the_order_decided_and_pages_join(room: Webroom) -> None:
    office, client = room.office, room.program()
    waiting = office.submit(key="waits")["item_id"]
    released = [office.submit(key=f"k{n}", confidence=0.99)["item_id"] for n in range(4)]
    browser = room.browser(office.person("ana"))
    assert decided(browser, claimed(browser, queues=["junior"])).status_code == 200
    office.shift(seconds=6)
    office.run_due()
    assert client.get("/v1/outcomes").json()["data"] == []  # not yet numbered
    office.number_all()
    found, cursor = list[str](), None
    while True:
        page = client.get("/v1/outcomes", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        found += [one["item_id"] for one in page["data"]]
        for one in page["data"]:
            assert one == office.result(one["item_id"])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [*released, waiting]
    assert client.get("/v1/outcomes", params={"key": "waits"}).json()["data"][0]["item_id"] == waiting
    assert client.get("/v1/outcomes", params={"key": "none"}).json()["data"] == []
    assert client.get("/v1/outcomes", params={"decided_from": "2026-01-01T00:00:00"}).status_code == 422


def test_events_carry_the_result_and_go_on_after_the_one_named(room: Webroom) -> None:
    office, client = room.office, room.program()
    item_id = office.submit(confidence=0.99)["item_id"]
    other = office.submit()["item_id"]
    assert client.get("/v1/events").json()["data"] == []  # not yet numbered
    office.number_all()
    of_policy = [one["id"] for one in client.get("/v1/events").json()["data"] if one["type"].startswith("policy.")]
    told: list[dict[str, Any]] = client.get("/v1/events", params={"after": of_policy[-1]}).json()["data"]
    assert [(one["type"], one["subject"], one["data"]["sequence"]) for one in told] == [
        ("item.received", item_id, 1),
        ("item.released", item_id, 2),
        ("item.received", other, 1),
        ("item.escalated", other, 2),
    ]
    assert told[1]["data"]["result"] == office.result(item_id)
    after = client.get("/v1/events", params={"after": told[1]["id"]}).json()["data"]
    assert after == told[2:]
    assert client.get("/v1/events", params={"type": "item.released"}).json()["data"] == told[1:2]
    assert client.get("/v1/events", params={"after": item_id}).status_code == 400


def test_who_waits_is_answered_as_soon_as_it_is_decided(room: Webroom) -> None:
    office, client = room.office, room.program()
    item_id = office.submit()["item_id"]
    ana = office.person("ana")
    office.decide(ana, office.claim(ana)[0])

    def settle() -> None:
        time.sleep(0.3)
        office.shift(seconds=6)
        room.installation.worker.run_due()

    thread = threading.Thread(target=settle)
    thread.start()
    began = time.perf_counter()
    told = client.get(f"/v1/items/{item_id}/outcome", params={"wait": "20s"})
    assert (told.status_code, told.json()["source"]) == (200, "human")
    assert time.perf_counter() - began < 4
    thread.join()


def test_who_waits_is_answered_also_when_another_process_decides(room: Webroom) -> None:
    """The office's own rooms share only the database with the application that serves."""
    office, client = room.office, room.program()
    item_id = office.submit()["item_id"]
    ana = office.person("ana")
    office.decide(ana, office.claim(ana)[0])

    def settle() -> None:
        time.sleep(0.3)
        office.shift(seconds=6)
        office.run_due()

    thread = threading.Thread(target=settle)
    thread.start()
    began = time.perf_counter()
    told = client.get(f"/v1/items/{item_id}/outcome", params={"wait": "20s"})
    assert told.status_code == 200
    assert time.perf_counter() - began < 3
    thread.join()


def test_a_wait_that_ends_undecided_tells_what_there_is(room: Webroom) -> None:
    item_id = room.office.submit()["item_id"]
    told = room.program().get(f"/v1/items/{item_id}/outcome", params={"wait": "300ms"})
    assert (told.status_code, told.json()["status"]) == (202, "pending")
