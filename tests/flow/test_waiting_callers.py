"""While a caller waits for an item, its verdict takes effect at once; else it can be undone for as long as it says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from tests.support.webroom import Webroom, claimed, decided


def held_by_a_call(room: Webroom, way: str) -> tuple[str, Callable[[], Any]]:
    """An item, and the call that waits for it."""
    program = room.program()
    if way == "long poll":
        item_id = room.office.submit()["item_id"]
        return item_id, partial(program.get, f"/v1/items/{item_id}/outcome", params={"wait": "20s"})
    body = {"output": "The claim arrived.", "confidence": 0.5, "key": "held", "wait": "20s"}
    item_id = room.office.submit(**{name: body[name] for name in ("output", "confidence", "key")})["item_id"]
    return item_id, partial(program.post, "/v1/items", json=body)


@pytest.mark.parametrize("way", ["long poll", "gate"])
def test_a_verdict_takes_effect_at_once_while_a_caller_waits(room: Webroom, way: str) -> None:
    """Whoever waits and whoever decides may be served by different processes: they share only the database."""
    office = room.office
    item_id, wait = held_by_a_call(room, way)
    told = list[Any]()
    thread = threading.Thread(target=lambda: told.append(wait()))
    thread.start()
    while office.item(item_id)["awaited_until"] is None:
        threading.Event().wait(0.02)
    browser = room.browser(office.person("ana"))
    answer = decided(browser, claimed(browser)).json()
    assert answer["undo_until"] == answer["review"]["submitted_at"]
    office.run_due()
    thread.join()
    assert (told[0].status_code, told[0].json()["source"]) == (200, "human")
    late = browser.post(f"/v1/reviews/{answer['review']['review_id']}/undo", json={})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "undo_over")


def test_once_nobody_waits_any_more_the_window_is_open_again(room: Webroom) -> None:
    office = room.office
    item_id = office.submit()["item_id"]
    room.program().get(f"/v1/items/{item_id}/outcome", params={"wait": "100ms"})
    assert office.item(item_id)["awaited_until"] is not None
    office.shift(seconds=2)
    browser = room.browser(office.person("ana"))
    answer = decided(browser, claimed(browser)).json()
    window = datetime.fromisoformat(answer["undo_until"]) - datetime.fromisoformat(answer["review"]["submitted_at"])
    assert window.total_seconds() == 5


def test_the_longest_wait_counts(room: Webroom) -> None:
    office, program = room.office, room.program()
    item_id = office.submit()["item_id"]
    thread = threading.Thread(
        target=lambda: program.get(f"/v1/items/{item_id}/outcome", params={"wait": "3s"}), daemon=True
    )
    thread.start()
    while office.item(item_id)["awaited_until"] is None:
        threading.Event().wait(0.02)
    until = office.item(item_id)["awaited_until"]
    room.program().get(f"/v1/items/{item_id}/outcome", params={"wait": "10ms"})
    assert office.item(item_id)["awaited_until"] == until
    thread.join()


def test_a_look_writes_nothing(room: Webroom) -> None:
    office = room.office
    waiting, done = office.submit()["item_id"], office.submit(confidence=0.99)["item_id"]
    room.program().get(f"/v1/items/{waiting}/outcome")
    room.program().get(f"/v1/items/{done}/outcome", params={"wait": "5s"})
    assert [office.item(one)["awaited_until"] for one in (waiting, done)] == [None, None]
