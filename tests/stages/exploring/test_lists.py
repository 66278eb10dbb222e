"""Finding items again: lists, filters, one item whole, its timeline."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support.webroom import Webroom, claimed, decided


def ids(client: TestClient, **filters: Any) -> list[str]:
    told = client.get("/v1/items", params=filters)
    assert told.status_code == 200, told.text
    return [one["key"] for one in told.json()["data"]]


@pytest.fixture
def desk(room: Webroom) -> TestClient:
    """Five items: one released, one blocked, three with people, of which one is rejected."""
    bodies: dict[str, dict[str, Any]] = {
        "a": {"confidence": 0.99, "domain": "claims", "group": "g1"},
        "b": {"confidence": 0.95, "metadata": {"toxic": True}, "model": "m-1"},
        "c": {"confidence": 0.5, "output": "50% of_it"},
        "d": {"confidence": 0.6, "output": "another text"},
        "e": {"metadata": {"amount": 60_000}},
    }
    for key, body in bodies.items():
        room.office.submit(key=key, **body)
    browser = room.browser(room.office.person("ana"))
    assert decided(browser, claimed(browser, queues=["junior"]), "reject").status_code == 200
    room.office.shift(seconds=6)
    room.office.run_due()
    room.office.fill()
    return room.program()


def test_the_newest_stand_first_and_pages_join_without_gap(desk: TestClient) -> None:
    assert ids(desk) == ["e", "d", "c", "b", "a"]
    assert ids(desk, sort="received_at") == ["a", "b", "c", "d", "e"]
    for sort in ("-received_at", "received_at"):
        found, cursor = list[str](), None
        while True:
            page = desk.get(
                "/v1/items", params={"limit": 2, "sort": sort} | ({"cursor": cursor} if cursor else {})
            ).json()
            found += [one["key"] for one in page["data"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert found == ids(desk, sort=sort)


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({"status": "released"}, ["a"]),
    ({"status": "released,blocked"}, ["c", "b", "a"]),
    ({"state": "in_review"}, ["e", "d"]),
    ({"queue": "senior"}, ["e"]),
    ({"domain": "claims"}, ["a"]),
    ({"group": "g1"}, ["a"]),
    ({"model": "m-1"}, ["b"]),
    ({"verdict": "reject"}, ["c"]),
    ({"source": "auto"}, ["b", "a"]),
    ({"category": "wrong_entity"}, ["c"]),
    ({"category": "unsafe"}, ["b"]),
    ({"category": "wrong_%"}, []),
    ({"rule": "large"}, ["e"]),
    ({"key": "a,d"}, ["d", "a"]),
    ({"confidence_from": "0.6"}, ["d", "b", "a"]),
    ({"confidence_to": "0.6"}, ["e", "c"]),
    ({"q": "another"}, ["d"]),
    ({"q": "50% of_it"}, ["c"]),
    ({"q": "5_% of"}, []),
    ({"q": "ANOTHER text"}, ["d"]),
    ({"received_from": "2000-01-01T00:00:00Z"}, ["e", "d", "c", "b", "a"]),
    ({"received_to": "2000-01-01T00:00:00Z"}, []),
    ({"decided_from": "2000-01-01T00:00:00Z"}, ["c", "b", "a"]),
]


def test_filters_find_what_they_say(desk: TestClient) -> None:
    for filters, found in FILTERS:
        assert ids(desk, **filters) == found, filters
        counted = desk.get("/v1/items", params={**filters, "count": "true"}).json()
        assert (counted["count"], counted["count_is"]) == (len(found), "exact"), filters


UNREADABLE = [
    {"received_from": "2026-01-01T00:00:00"},
    {"decided_to": "yesterday"},
    {"confidence_from": "2"},
    {"sort": "key"},
    {"limit": "0"},
    {"nothing": "1"},
    {"cursor": "abc"},
]


def test_what_cannot_be_read_is_refused_with_its_name(desk: TestClient) -> None:
    for filters in UNREADABLE:
        told = desk.get("/v1/items", params=filters)
        assert told.status_code in (400, 422), filters
        assert told.json()["error"]["code"] in ("invalid", "unknown_parameter", "bad_cursor"), filters


def test_t15_nothing_in_a_filter_reaches_the_database_as_given(desk: TestClient) -> None:
    for word in ("' OR 1=1 --", "%", "\\", '"', "\0", "a;b", "$1", "%s", ":id", "\ud7ff"):
        for name in ("q", "key", "status", "category", "queue", "group", "verdict"):
            told = desk.get("/v1/items", params={name: word})
            assert told.status_code < 500, (name, word, told.text)


def test_one_item_shows_what_was_submitted_and_what_became_of_it(desk: TestClient, room: Webroom) -> None:
    item_id = desk.get("/v1/items", params={"key": "c"}).json()["data"][0]["item_id"]
    told = desk.get(f"/v1/items/{item_id}").json()
    assert told["submitted"]["output"] == {"type": "text", "text": "50% of_it"}
    assert (told["status"], told["outcome"]["review"]["verdict"]) == ("blocked", "reject")
    assert [one["verdict"] for one in told["reviews"]] == ["reject"]
    waiting = desk.get("/v1/items", params={"key": "d"}).json()["data"][0]["item_id"]
    assert desk.get(f"/v1/items/{waiting}").json()["reviews"] == []


def test_a_timeline_tells_every_transition_in_order(desk: TestClient, room: Webroom) -> None:
    item_id = desk.get("/v1/items", params={"key": "c"}).json()["data"][0]["item_id"]
    room.office.number_all()
    told = desk.get(f"/v1/items/{item_id}/timeline").json()["data"]
    assert [one["event"] for one in told] == room.office.kinds(item_id)
    assert [one["actor"] for one in told if one["event"] == "review.submitted"] == ["ana"]
    assert all(one["audit_index"] is not None for one in told)
