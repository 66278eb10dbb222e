"""Saved views: one's own, those that leads share, those that everyone has."""

from __future__ import annotations

from typing import Any

import pytest

from handrail.web.permissions import Role
from tests.support.webroom import Webroom


def view(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "filters": {"status": "pending"}} | more


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["data"]]


GIVEN = ["Overdue", "Overridden this week", "Confidently wrong", "Released and found wrong by audit"]


def test_views_are_kept_for_each_person_in_each_project(room: Webroom) -> None:
    ana, ben = (room.browser(room.office.person(name, Role.AUDITOR)) for name in ("ana", "ben"))
    assert names(ana.get("/v1/me/views")) == GIVEN
    body = {"views": [view("Mine", sort="-confidence", columns=["item", "output", "rule"]), view("Other")]}
    kept = ana.put("/v1/me/views", json=body, headers={"Idempotency-Key": "k"})
    assert names(kept) == ["Mine", "Other", *GIVEN]
    again = ana.put("/v1/me/views", json=body, headers={"Idempotency-Key": "k"})
    assert again.headers["Idempotent-Replay"] == "true"
    first = ana.get("/v1/me/views").json()["data"][0]
    assert first == {
        "name": "Mine",
        "filters": {"status": "pending"},
        "sort": "-confidence",
        "columns": ["item", "output", "rule"],
        "shared": False,
        "owner": None,
        "given": None,
    }
    assert names(ben.get("/v1/me/views")) == GIVEN
    assert names(ana.put("/v1/me/views", json={"views": []})) == GIVEN


def test_every_given_view_can_be_opened(room: Webroom) -> None:
    browser = room.browser(room.office.person("ana", Role.AUDITOR))
    for one in browser.get("/v1/me/views").json()["data"]:
        told = browser.get("/v1/items", params=one["filters"] | {"sort": one["sort"]})
        assert told.status_code == 200, (one, told.text)
    confident = next(one for one in browser.get("/v1/me/views").json()["data"] if one["given"] == "confidently_wrong")
    assert confident["filters"]["confidence_from"] == "0.9"  # where the policy's bands release


def test_a_lead_shares_a_view_and_others_see_whose_it_is(room: Webroom) -> None:
    lead, auditor = room.office.person("lea", Role.LEAD), room.office.person("ana", Role.AUDITOR)
    browser, other = room.browser(lead), room.browser(auditor)
    assert browser.put("/v1/me/views", json={"views": [view("Team", shared=True), view("Own")]}).status_code == 200
    assert names(other.get("/v1/me/views")) == ["Team", *GIVEN]
    assert other.get("/v1/me/views").json()["data"][0]["owner"] == "lea"
    refused = other.put("/v1/me/views", json={"views": [view("Theirs", shared=True)]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")


REFUSED: list[tuple[Any, str]] = [
    (view("x", filters={"nothing": "1"}), "/views/0/filters/nothing"),
    (view("x", filters={"metadata.secret": "1"}), "/views/0/filters/metadata.secret"),
    (view("x", filters={"confidence_from": "2"}), "/views/0/filters/confidence_from"),
    (view("x", columns=["item", "password"]), "/views/0/columns"),
    (view(" "), "/views/0/name"),
    (view("x" * 101), "/views/0/name"),
    (view("x", sort="name"), "/views/0/sort"),
]


def test_a_view_that_could_not_be_opened_is_refused(room: Webroom) -> None:
    browser = room.browser(room.office.person("ana", Role.LEAD))
    for wanted, path in REFUSED:
        told = browser.put("/v1/me/views", json={"views": [wanted]})
        assert told.status_code == 422, (wanted, told.text)
        assert [one["path"] for one in told.json()["error"]["fields"]] == [path]
    assert browser.put("/v1/me/views", json={"views": [view("a"), view("A")]}).status_code == 422
    assert browser.put("/v1/me/views", json={"views": [view(f"v{at}") for at in range(51)]}).status_code == 422
    assert browser.put("/v1/me/views", json={"views": [view(f"v{at}") for at in range(50)]}).status_code == 200


def test_views_belong_to_people_in_a_project(room: Webroom) -> None:
    assert room.program().get("/v1/me/views").status_code == 403
    browser = room.browser(room.office.person("ana"))
    del browser.headers["Handrail-Project"]
    told = browser.get("/v1/me/views")
    assert (told.status_code, told.json()["error"]["code"]) == (400, "project_required")


@pytest.mark.parametrize("name", ["=HYPERLINK(0)", "<script>alert(1)</script>", "\u202eevil", "😀" * 40])
def test_a_view_is_called_what_its_owner_called_it(room: Webroom, name: str) -> None:
    browser = room.browser(room.office.person("ana"))
    assert names(browser.put("/v1/me/views", json={"views": [view(name)]}))[0] == name
