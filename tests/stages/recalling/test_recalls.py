"""Taking back what was given out: nothing of it changes, all who received it are told, and what stands is clear."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from handrail.stages.reviewing.rules import Reviewer
from handrail.web.permissions import Role
from tests.support.webroom import Webroom

RIGHT = {"type": "text", "text": "The claim arrived on 4 October."}
WHY = {"reason": "the date is wrong", "categories": ["wrong_entity"]}


def lead(room: Webroom) -> TestClient:
    return room.browser(room.office.person("lea", Role.LEAD))


def recalled(client: TestClient, item_id: str, **body: Any) -> Any:
    return client.post(f"/v1/items/{item_id}/recall", json=WHY | body)


def overridden(client: TestClient, item_id: str, **body: Any) -> Any:
    return client.post(f"/v1/items/{item_id}/override", json=WHY | {"correction": RIGHT} | body)


def test_a_recall_keeps_what_was_given_out_and_shows_nothing_in_its_place(room: Webroom) -> None:
    office, client = room.office, lead(room)
    before = office.submit(confidence=0.99)
    told = recalled(client, before["item_id"])
    assert told.status_code == 200, told.text
    result = told.json()
    back = result["recall"]
    assert (back["why"], back["reason"], back["correction"]) == ("recall", "the date is wrong", None)
    assert (back["severity"], back["categories"]) == ("major", ["wrong_entity"])  # that of the worst category
    assert result == before | {"text": None, "recall": back}
    assert office.result(before["item_id"]) == result
    assert office.item(before["item_id"])["state"] == "recalled"


def test_an_override_shows_the_correction(room: Webroom) -> None:
    office, client = room.office, lead(room)
    before = office.submit(confidence=0.99)
    result = overridden(client, before["item_id"], severity="critical").json()
    assert (result["text"], result["recall"]["correction"]) == (RIGHT["text"], RIGHT)
    assert (result["recall"]["why"], result["recall"]["severity"]) == ("override", "critical")
    assert (result["output"], result["content_hash"]) == (before["output"], before["content_hash"])
    whole = client.get(f"/v1/items/{before['item_id']}").json()
    assert [(one["number"], one["by"]["name"]) for one in whole["recalls"]] == [(1, "lea")]
    assert whole["outcome"] == result


def test_a_blocked_output_can_be_released_after_all_by_an_override(room: Webroom) -> None:
    item = room.office.submit(metadata={"toxic": True})
    told = overridden(lead(room), item["item_id"], correction="The claim arrived on 3 October.")
    assert (told.json()["status"], told.json()["text"]) == ("blocked", "The claim arrived on 3 October.")


def test_state_entry_and_event_are_written_together_and_the_event_carries_the_result(room: Webroom) -> None:
    office, client = room.office, lead(room)
    item_id = office.submit(confidence=0.99)["item_id"]
    result = overridden(client, item_id).json()
    assert office.kinds(item_id)[-1] == "item.recalled"
    assert office.events(item_id)[-1] == (3, "item.recalled")
    office.number_all()
    told = room.program().get("/v1/events", params={"type": "item.recalled"}).json()["data"]
    assert [(one["subject"], one["data"]["sequence"]) for one in told] == [(item_id, 3)]
    assert told[0]["data"]["result"] == result
    entry = client.get(f"/v1/items/{item_id}/timeline").json()["data"][-1]
    assert (entry["event"], entry["actor"], entry["why"]) == ("item.recalled", "lea", "the date is wrong")
    assert entry["details"]["corrected"] is True
    assert office.verify().ok


def test_a_later_recall_takes_the_place_of_an_earlier_one_and_both_stay_on_record(room: Webroom) -> None:
    office, client = room.office, lead(room)
    item_id = office.submit(confidence=0.99)["item_id"]
    assert recalled(client, item_id).status_code == 200
    again = recalled(client, item_id)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_recalled")
    assert overridden(client, item_id).json()["text"] == RIGHT["text"]
    same = overridden(client, item_id)
    assert (same.status_code, same.json()["error"]["fields"][0]["code"]) == (422, "unchanged")
    assert overridden(client, item_id, correction="It arrived.").json()["text"] == "It arrived."
    assert recalled(client, item_id, reason="not even that").json()["text"] is None
    told = client.get(f"/v1/items/{item_id}").json()["recalls"]
    assert [(one["number"], one["why"]) for one in told] == [
        (1, "recall"), (2, "override"), (3, "override"), (4, "recall"),
    ]  # fmt: skip
    assert office.kinds(item_id).count("item.recalled") == 4
    assert office.verify().ok


def test_what_was_not_given_out_cannot_be_taken_back(room: Webroom) -> None:
    client, item_id = lead(room), room.office.submit()["item_id"]
    for told in (recalled(client, item_id), overridden(client, item_id)):
        assert (told.status_code, told.json()["error"]["code"]) == (409, "not_decided")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"reason": "  "}, "/reason"),
        ({"reason": None}, "/reason"),
        ({"severity": "huge"}, "/severity"),
        ({"categories": ["nonsense"]}, "/categories/0"),
        ({"correction": {"type": "json", "value": 1}}, "/correction/type"),
        ({"correction": "The claim arrived on 3 October."}, "/correction"),
        ({"correction": None}, "/correction"),
        ({"corection": "x"}, "/corection"),
    ],
)
def test_a_bad_override_says_where(room: Webroom, body: dict[str, Any], path: str) -> None:
    item_id = room.office.submit(confidence=0.99)["item_id"]
    told = overridden(lead(room), item_id, **body)
    assert (told.status_code, [one["path"] for one in told.json()["error"]["fields"]]) == (422, [path]), told.text
    assert "item.recalled" not in room.office.kinds(item_id)


CHECKED = """
policy: 1
checks: {secrets: {}, length: {most: 500}}
bands: {on: confidence, rows: [{above: 0.9, then: release, uncertified: true}, {queue: team}]}
queues: {team: {undo: 5s}}
autonomy: {segments: {default: exception}}
"""


def test_a_correction_that_fails_a_check_goes_out_only_with_a_reason(room: Webroom) -> None:
    office, client = room.office, lead(room)
    office.activate(CHECKED)
    item_id = office.submit(confidence=0.99)["item_id"]
    body: dict[str, Any] = {"categories": [], "correction": "x" * 600}
    told = overridden(client, item_id, **body)
    assert (told.status_code, told.json()["error"]["fields"][0]["path"]) == (422, "/checks_overridden")
    assert "length" in told.json()["error"]["fields"][0]["message"]
    told = overridden(client, item_id, checks_overridden="the customer asked for all of it", **body)
    assert told.status_code == 200
    found = office.rows("SELECT checks_overridden, scores FROM recalls")
    assert found[0][0] == "the customer asked for all of it"
    assert '"length"' in found[0][1]


@pytest.mark.parametrize("path", ["recall", "override"])
def test_only_seniors_leads_and_keys_with_the_scope_take_back(room: Webroom, path: str) -> None:
    office = room.office
    item_id = office.submit(confidence=0.99)["item_id"]
    body = WHY | ({"correction": RIGHT} if path == "override" else {})
    for role in (Role.REVIEWER, Role.ENGINEER, Role.AUDITOR, Role.ADMIN):
        told = room.browser(office.person(f"p-{role}", role)).post(f"/v1/items/{item_id}/{path}", json=body)
        assert (told.status_code, told.json()["error"]["code"]) == (403, "forbidden")
    senior: Reviewer = office.person("sue", Role.SENIOR)
    assert room.browser(senior).post(f"/v1/items/{item_id}/{path}", json=body).status_code == 200
    second = office.submit(confidence=0.99)["item_id"]
    assert room.program().post(f"/v1/items/{second}/{path}", json=body).status_code == 200
    told = room.browser(senior).get(f"/v1/items/{second}").json()["recalls"]
    assert [one["by"] for one in told] == [None]


def test_a_recall_sent_again_with_its_key_is_one_recall(room: Webroom) -> None:
    client, item_id = lead(room), room.office.submit(confidence=0.99)["item_id"]
    told = [
        client.post(f"/v1/items/{item_id}/recall", json=WHY, headers={"Idempotency-Key": "k"}).json() for _ in range(2)
    ]
    assert told[0] == told[1]
    assert room.office.rows("SELECT COUNT(*) FROM recalls") == [(1,)]


def test_a_recall_altered_in_its_table_is_found(room: Webroom) -> None:
    office = room.office
    item_id = office.submit(confidence=0.99)["item_id"]
    assert overridden(lead(room), item_id).status_code == 200
    assert office.verify().ok
    office.store.write(lambda session: session.run("UPDATE recalls SET reason = 'another'"))
    verdict = office.verify()
    assert (verdict.ok, "recalls" in str(verdict.why)) == (False, True)


def test_with_a_freeze_nothing_is_taken_back_and_with_a_plain_stop_all_can_be(room: Webroom) -> None:
    office, client = room.office, lead(room)
    item_id = office.submit(confidence=0.99)["item_id"]
    office.stop(freeze=True)
    told = recalled(client, item_id)
    assert (told.status_code, told.json()["error"]["code"]) == (409, "stop_in_force")
    assert office.result(item_id)["recall"] is None
    office.lift()
    office.stop()
    assert recalled(client, item_id).status_code == 200


def test_an_audit_sample_of_a_recalled_item_can_still_be_answered(room: Webroom) -> None:
    office = room.office
    ana = office.person("ana")
    item_id = office.submit(confidence=0.99)["item_id"]
    held = office.claim(ana)[0]
    assert recalled(lead(room), item_id).status_code == 200
    office.decide(ana, held, "reject")
    office.shift(seconds=6)
    office.run_due()
    assert office.kinds(item_id)[-1] == "item.audited"
    assert office.item(item_id)["state"] == "recalled"
