"""Policies over HTTP: compared, tried, approved by a second person, put in force, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from handrail.web.permissions import Role
from tests.support.office import POLICY
from tests.support.webroom import Webroom, claimed, decided

NIL = "0197a3c0-0000-7000-8000-000000000000"
LOOSER = POLICY.replace("above: 0.9,", "above: 0.8,")


def proposed(client: TestClient, yaml: str = LOOSER, **more: Any) -> int:
    told = client.post("/v1/policies", json={"yaml": yaml, "note": "tried", **more})
    assert told.status_code == 201, told.text
    return int(told.json()["version"])


def etag(client: TestClient) -> str:
    return str(client.get("/v1/policies/active").headers["ETag"])


def activated(client: TestClient, version: int) -> Any:
    return client.post(f"/v1/policies/{version}/activate", json={}, headers={"If-Match": etag(client)})


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def want_approval(room: Webroom, wanted: Any = True) -> Any:
    client = room.program()
    slug = room.office.rows("SELECT slug FROM projects WHERE id = :id", id=room.office.project_id)[0][0]
    tag = client.get(f"/v1/projects/{slug}").headers["ETag"]
    settings = {"settings": {"policy_needs_approval": wanted}}
    return client.patch(f"/v1/projects/{slug}", json=settings, headers={"If-Match": tag})


# comparing


def test_two_versions_are_compared_with_their_effects(room: Webroom) -> None:
    client = room.program()
    version = proposed(client)
    told = client.post("/v1/policies/diff", json={"from": 2, "to": version}).json()
    assert told["release"] == "loosens"
    (change,) = told["changes"]
    assert change["path"] == "bands.rows[0]"
    assert change["effect"] == (
        "Outputs with confidence above 0.8 to 0.9 (included) are released by a number that nothing certifies instead "
        "of going to junior."
    )
    assert "-    - {above: 0.9, then: release, uncertified: true}" in told["text"]
    assert told["text"].startswith("--- version 2\n+++ version 3\n")


def test_a_text_is_compared_as_it_stands_in_the_editor(room: Webroom) -> None:
    client = room.program()
    told = client.post("/v1/policies/diff", json={"from": 2, "to": POLICY + "# only a remark\n"}).json()
    assert (told["changes"], told["release"]) == ([], "neither")
    assert told["text"].endswith("+# only a remark")
    faulty = client.post("/v1/policies/diff", json={"from": 2, "to": "policy: 1\nqueues: {a: {deadlin: 1h}}"})
    assert code(faulty) == (422, "bad_policy")
    assert faulty.json()["error"]["fields"][0]["line"] == 2
    assert client.post("/v1/policies/diff", json={"from": 2, "to": 99}).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"from": 2}, {"from": None, "to": 2}, {"from": True, "to": 2}, {"from": 0, "to": 1}]
)
def test_what_cannot_be_compared_is_refused(room: Webroom, body: dict[str, Any]) -> None:
    assert room.program().post("/v1/policies/diff", json=body).status_code == 422


# trying


def test_an_item_is_tried_step_by_step_and_nothing_is_stored(room: Webroom) -> None:
    client = room.program()
    before = {
        table: room.office.rows(f"SELECT COUNT(*) FROM {table}") for table in ("items", "audit_entries", "events")
    }
    item = {"output": "We pay.", "confidence": 0.5, "metadata": {"amount": 60_000}}
    told = client.post("/v1/policies/test", json={"item": item}).json()
    assert (told["action"], told["rule"], told["queue"], told["queue_kind"]) == ("review", "large", "senior", "expert")
    assert told["reason"] == "amount is given and amount 60,000 is at least 50,000"
    assert [(one["step"], one["rule"], one["held"]) for one in told["steps"]] == [
        ("block", "toxic", False),
        ("high_stakes", "large", True),
    ]
    assert told["policy_version"] == 2
    assert told["due_at"] is not None
    after = {table: room.office.rows(f"SELECT COUNT(*) FROM {table}") for table in before}
    assert after == before


def test_a_test_goes_the_way_the_item_itself_went(room: Webroom) -> None:
    client = room.program()
    for confidence in (0.2, 0.85, 0.95):
        made = client.post("/v1/items", json={"output": "We pay.", "confidence": confidence}).json()
        real = client.get(f"/v1/items/{made['item_id']}").json()["route"]
        told = client.post("/v1/policies/test", json={"item_id": made["item_id"]}).json()
        assert {name: told[name] for name in real} == real


def test_a_stored_item_is_tried_on_another_policy(room: Webroom) -> None:
    client = room.program()
    made = client.post("/v1/items", json={"output": "We pay.", "confidence": 0.95}).json()
    told = client.post("/v1/policies/test", json={"item_id": made["item_id"], "yaml": "policy: 1"}).json()
    assert (told["action"], told["queue"], told["rule"], told["policy_version"]) == ("review", "review", "gate", 0)
    told = client.post("/v1/policies/test", json={"item_id": made["item_id"], "version": 1}).json()
    assert (told["queue"], told["policy_version"]) == ("review", 1)


def test_the_kind_of_the_queue_is_told(room: Webroom) -> None:
    text = "policy: 1\nqueues: {risk: {kind: supervisor}}"
    told = room.program().post("/v1/policies/test", json={"item": {"output": "x"}, "yaml": text}).json()
    assert (told["queue"], told["queue_kind"]) == ("risk", "supervisor")


def test_a_stop_shows_in_the_test(room: Webroom) -> None:
    room.office.stop()
    told = room.program().post("/v1/policies/test", json={"item": {"output": "x", "confidence": 0.99}}).json()
    assert (told["action"], told["rule"], told["stopped"]) == ("review", "stop", True)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "invalid"),
        ({"item": {"output": "x"}, "item_id": NIL}, 422, "invalid"),
        ({"item": {"output": "x"}, "version": 1, "yaml": "policy: 1"}, 422, "invalid"),
        ({"item": {"outputs": "x"}}, 422, "unknown_field"),
        ({"item": {"output": "x", "metadata": {"amount": "much"}}}, 422, "invalid"),
        ({"item": {"output": "x", "deadline": "soon"}}, 422, "invalid"),
        ({"item": {"output": "x"}, "yaml": "policy: 2"}, 422, "bad_policy"),
        ({"item": {"output": "x"}, "version": 99}, 404, "not_found"),
        ({"item_id": NIL}, 404, "not_found"),
    ],
)
def test_what_cannot_be_tried_is_refused(room: Webroom, body: dict[str, Any], status: int, said: str) -> None:
    assert code(room.program().post("/v1/policies/test", json=body)) == (status, said)


def test_who_may_not_read_policies_tries_none(room: Webroom) -> None:
    client = room.browser(room.office.person("rita"))
    for path, body in (("diff", {"from": 1, "to": 2}), ("test", {"item": {"output": "x"}})):
        assert client.post(f"/v1/policies/{path}", json=body).status_code == 403


# four eyes


def test_nobody_approves_what_they_wrote_and_another_lead_can(room: Webroom) -> None:
    assert want_approval(room).status_code == 200
    ann = room.browser(room.office.person("ann", Role.LEAD))
    ben = room.browser(room.office.person("ben", Role.LEAD))
    version = proposed(ann, base=2)
    assert ann.get("/v1/policies").json()["needs_approval"] is True
    assert code(activated(ann, version)) == (409, "approval_missing")
    assert code(ann.post(f"/v1/policies/{version}/approve", json={})) == (403, "four_eyes")
    made = ben.post(f"/v1/policies/{version}/approve", json={"note": "as we agreed"}).json()
    assert (made["approval_note"], made["state"], made["base"]) == ("as we agreed", "proposed", 2)
    assert made["approved_by"] == room.office.reviewers["ben"].id
    assert code(ben.post(f"/v1/policies/{version}/approve", json={})) == (409, "already_approved")
    assert activated(ann, version).json()["state"] == "active"
    kinds = [
        row[0]
        for row in room.office.rows("SELECT kind FROM audit_entries WHERE subject = :s ORDER BY id", s="policy:3")
    ]
    assert kinds == ["policy.proposed", "policy.approved", "policy.activated"]


def test_nobody_approves_what_their_key_wrote_and_another_lead_can(room: Webroom) -> None:
    """Also where that key made the key that wrote it."""
    assert want_approval(room).status_code == 200
    ann, ben = room.office.person("ann", Role.LEAD, Role.ADMIN), room.office.person("ben", Role.LEAD)
    by_key = room.program(made_by=ann)
    second = by_key.post("/v1/keys", json={"name": "second", "scopes": ["policies.write"]})
    assert second.status_code == 201, second.text
    by_its_key = room.program()
    by_its_key.headers["Authorization"] = f"Bearer {second.json()['key']}"
    for version in (proposed(by_key), proposed(by_its_key)):
        path = f"/v1/policies/{version}/approve"
        assert code(room.browser(ann).post(path, json={})) == (403, "four_eyes")
        made = room.browser(ben).post(path, json={})
        assert (made.status_code, made.json()["author_id"]) == (200, ann.id)


def test_without_the_setting_one_person_is_enough(room: Webroom) -> None:
    client = room.browser(room.office.person("ann", Role.LEAD))
    assert client.get("/v1/policies").json()["needs_approval"] is False
    assert activated(client, proposed(client)).status_code == 200


def test_a_key_approves_nothing_and_nobody_approves_what_is_not_there(room: Webroom) -> None:
    client = room.program()
    version = proposed(client)
    assert code(client.post(f"/v1/policies/{version}/approve", json={})) == (403, "forbidden")
    lead = room.browser(room.office.person("ann", Role.LEAD))
    assert lead.post("/v1/policies/99/approve", json={}).status_code == 404
    assert code(lead.post("/v1/policies/2/approve", json={})) == (409, "already_approved")


def test_the_setting_is_true_or_false(room: Webroom) -> None:
    assert want_approval(room, "yes").status_code == 422


# the way back


def test_a_rollback_goes_back_and_further_back_never_forward(room: Webroom) -> None:
    client = room.program()
    first = proposed(client)
    activated(client, first)
    second = proposed(client, POLICY + "not_run: ignore\n")
    activated(client, second)
    for wanted in (first, 2):
        made = client.post("/v1/policies/rollback", json={"reason": "wrong"}, headers={"If-Match": etag(client)})
        assert (made.status_code, made.json()["version"], made.json()["state"]) == (200, wanted, "active")
        assert made.headers["ETag"] == f'"r{wanted}"'
    states = {one["version"]: one["state"] for one in client.get("/v1/policies").json()["data"]}
    assert states[2] == "active"
    assert states[first] == states[second] == "past"
    told = room.office.rows("SELECT subject, sequence FROM events WHERE type = :t ORDER BY id", t="policy.rolled_back")
    assert [row[0] for row in told] == [f"policy:{first}", "policy:2"]
    found = client.post("/v1/items", json={"output": "x", "confidence": 0.85}).json()
    assert found["route"]["policy_version"] == 2


def test_going_back_from_the_first_version_is_refused(room: Webroom) -> None:
    client = room.program()
    client.post("/v1/policies/rollback", json={"reason": "wrong"}, headers={"If-Match": etag(client)})
    again = client.post("/v1/policies/rollback", json={"reason": "wrong"}, headers={"If-Match": etag(client)})
    assert code(again) == (409, "nothing_before")


def test_a_rollback_needs_a_reason_and_the_version_it_was_decided_on(room: Webroom) -> None:
    client = room.program()
    assert code(client.post("/v1/policies/rollback", json={"reason": "x"})) == (428, "if_match_required")
    stale = client.post("/v1/policies/rollback", json={"reason": "x"}, headers={"If-Match": '"r1"'})
    assert code(stale) == (412, "stale")
    empty = client.post("/v1/policies/rollback", json={"reason": "  "}, headers={"If-Match": etag(client)})
    assert empty.status_code == 422


def test_only_leads_put_in_force_and_take_back(room: Webroom) -> None:
    engineer = room.browser(room.office.person("eve", Role.ENGINEER))
    version = proposed(engineer)
    for path, body in ((f"{version}/activate", {}), (f"{version}/approve", {}), ("rollback", {"reason": "x"})):
        assert engineer.post(f"/v1/policies/{path}", json=body, headers={"If-Match": '"r2"'}).status_code == 403


def test_going_back_needs_no_second_person(room: Webroom) -> None:
    client = room.browser(room.office.person("ann", Role.LEAD))
    activated(client, proposed(client))
    want_approval(room)
    made = client.post("/v1/policies/rollback", json={"reason": "wrong"}, headers={"If-Match": etag(client)})
    assert made.json()["version"] == 2


# the errors of the project


def test_categories_are_counted_from_reviews_that_stand(room: Webroom) -> None:
    rita = room.office.person("rita")
    browser, client = room.browser(rita), room.program()
    client.post("/v1/items", json={"output": "x", "confidence": 0.1})
    client.post("/v1/items", json={"output": "y", "confidence": 0.1})
    decided(browser, claimed(browser), "reject")
    second = decided(browser, claimed(browser), "reject").json()
    told = client.get("/v1/policies/categories").json()
    assert (told["reviews"], told["audits"]) == (2, 0)
    assert [(one["category"], one["reviews"], one["share"]) for one in told["data"]] == [("wrong_entity", 2, None)]
    browser.post(f"/v1/reviews/{second['review']['review_id']}/undo", json={})
    assert client.get("/v1/policies/categories").json()["data"][0]["reviews"] == 1


def test_the_share_comes_from_audited_releases_only(room: Webroom) -> None:
    rita = room.office.person("rita")
    browser, client = room.browser(rita), room.program()
    for _ in range(2):
        client.post("/v1/items", json={"output": "x", "confidence": 0.99})
    decided(browser, claimed(browser), "reject")
    decided(browser, claimed(browser))
    (found,) = client.get("/v1/policies/categories", params={"days": 1}).json()["data"]
    assert (found["audits"], found["share"]) == (1, 0.5)
    assert 0 < found["low"] < 0.5 < found["high"] < 1
    assert client.get("/v1/policies/categories", params={"days": 0}).status_code == 422


# bad input


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("policy: 1\n" + "# x\n" * 90_000, "a policy has at most 256 KiB"),
        ("policy: &a 1\nnot_run: *a", "anchors and aliases are not read"),
        ("policy: !!int 1", "tags such as !!str are not read"),
        ("policy: 1\npolicy: 1", "this key stands here twice"),
        ("policy: 1\nqueues:\n\ta: {}", "not YAML"),
        ("[" * 500, "not YAML"),
        ("policy: 1\nqueues: {<<: {a: {}}}", "merge keys are not read"),
        ("", "a policy begins with `policy: 1`"),
        ("policy: 1\n---\npolicy: 1", "a policy is one document"),
        ("policy: 1\x07", "not YAML"),
    ],
)
def test_bad_texts_are_told_with_their_place(room: Webroom, yaml: str, said: str) -> None:
    told = room.program().post("/v1/policies/validate", json={"yaml": yaml})
    assert told.status_code == 200
    assert told.json()["valid"] is False
    assert any(said in one["message"] or "nested deeper" in one["message"] for one in told.json()["fields"])
    assert all(one["line"] >= 1 and one["column"] >= 1 for one in told.json()["fields"])


@pytest.mark.parametrize("yaml", ["policy: 1\r\nqueues:\r\n  a: {}\r\n", "\ufeffpolicy: 1\nqueues: {a: {}}\n"])
def test_line_ends_of_other_systems_and_a_byte_order_mark_are_read(room: Webroom, yaml: str) -> None:
    assert room.program().post("/v1/policies/validate", json={"yaml": yaml}).json()["valid"] is True


def test_fifty_faults_come_at_once_and_no_more(room: Webroom) -> None:
    yaml = "policy: 1\nqueues:\n" + "".join(f"  q{at}: {{deadlin: 1h}}\n" for at in range(80))
    told = room.program().post("/v1/policies/validate", json={"yaml": yaml}).json()
    assert len(told["fields"]) == 50
    assert [one["line"] for one in told["fields"]] == list(range(3, 53))
