"""Another look at a decided item: by somebody else, with a deadline of its own; the outcome stands until it differs."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from handrail.stages.reviewing.rules import Reviewer
from handrail.web.permissions import Role
from tests.support.office import Office
from tests.support.webroom import Webroom

FALLBACK = "We have passed your question to a colleague."
ORIGINAL = {"type": "text", "text": "The claim arrived on 3 October."}
EDITED = {"type": "text", "text": "The claim came on 3 October, and is settled."}


def appealed(client: TestClient, item_id: str, **body: Any) -> Any:
    return client.post(f"/v1/items/{item_id}/appeal", json={"reason": "I sent it in time", "by": "u-771"} | body)


def reopened(client: TestClient, item_id: str, **body: Any) -> Any:
    return client.post(f"/v1/items/{item_id}/reopen", json={"reason": "looks odd"} | body)


def decided_by(office: Office, who: Reviewer, verdict: str = "approve", **item: Any) -> str:
    """The id of an item that a person has decided."""
    item_id = str(office.submit(**item)["item_id"])
    office.decide(who, office.claim(who)[0], verdict)
    over(office)
    return item_id


def over(office: Office) -> None:
    office.shift(seconds=6)
    office.run_due()


def test_an_appeal_goes_to_somebody_else_and_the_outcome_stands(room: Webroom) -> None:
    office, program = room.office, room.program()
    ana, ben = office.person("ana"), office.person("ben")
    item_id = decided_by(office, ana, "reject")
    before = office.result(item_id)
    told = appealed(program, item_id)
    assert told.status_code == 200, told.text
    look = told.json()["second_looks"][0]
    assert (look["kind"], look["state"], look["by"], look["queue"]) == ("appeal", "open", "u-771", "junior")
    assert office.result(item_id) == before
    assert office.events(item_id)[-1][1] == office.kinds(item_id)[-1] == "item.appealed"
    assert office.claim(ana) == []
    assert office.why_empty(ana) == "own_work"
    assert [one["empty_because"] for one in queues(room, ana) if one["name"] == "junior"] == ["own_work"]
    taken = room.browser(ben).post("/v1/assignments/claim", json={}).json()["assignments"][0]
    assert (taken["item_id"], taken["kind"], taken["due_at"]) == (item_id, "review", look["due_at"])
    assert taken["why_here"]["sentence"] == "appeal: I sent it in time"


def queues(room: Webroom, who: Reviewer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = room.browser(who).get("/v1/queues").json()["data"]
    return found


@pytest.mark.parametrize(
    ("ask", "first", "second", "text", "correction"),
    [
        (appealed, "reject", "approve", ORIGINAL["text"], ORIGINAL),  # blocked, and now approved: the output
        (reopened, "reject", "edit", EDITED["text"], EDITED),
        (appealed, "approve", "edit", EDITED["text"], EDITED),
        (reopened, "edit", "approve", ORIGINAL["text"], ORIGINAL),
        (appealed, "approve", "reject", None, None),
    ],
)
def test_another_verdict_is_a_recall(
    room: Webroom, ask: Any, first: str, second: str, text: str | None, correction: Any
) -> None:
    office, kind = room.office, "appeal" if ask is appealed else "reopen"
    ana, ben = office.person("ana"), office.person("ben")
    item_id = decided_by(office, ana, first)
    before = office.result(item_id)
    assert ask(room.program(), item_id).status_code == 200
    office.decide(ben, office.claim(ben)[0], second)
    assert office.result(item_id) == before  # the undo window holds
    over(office)
    result = office.result(item_id)
    assert (result["text"], result["recall"]["why"], result["recall"]["correction"]) == (text, kind, correction)
    assert result["recall"]["reason"]
    assert {**result, "text": before["text"], "recall": None} == before
    assert office.kinds(item_id)[-2:] == ["review.submitted", "item.recalled"]
    assert office.events(item_id)[-2:] == [
        (office.events(item_id)[-2][0], f"item.{'appealed' if kind == 'appeal' else 'reopened'}"),
        (office.events(item_id)[-1][0], "item.recalled"),
    ]
    assert look_state(room, item_id) == ["recalled"]
    assert office.verify().ok


def test_who_made_the_key_that_reopens_does_not_decide(room: Webroom) -> None:
    office = room.office
    ana, ben, cleo = office.person("ana"), office.person("ben"), office.person("cleo")
    item_id = decided_by(office, ana, "reject")
    assert reopened(room.program(made_by=ben), item_id).status_code == 200
    assert office.claim(ben) == []
    assert office.why_empty(ben) == "own_work"
    assert [one["item_id"] for one in office.claim(cleo)] == [item_id]


def test_who_made_the_key_that_passes_an_appeal_on_may_decide_it(room: Webroom) -> None:
    """An application asks for the person concerned: else nobody could decide where one person runs everything."""
    office = room.office
    ana, ben = office.person("ana"), office.person("ben")
    item_id = decided_by(office, ana, "reject")
    assert appealed(room.program(made_by=ben), item_id).status_code == 200
    assert [one["item_id"] for one in office.claim(ben)] == [item_id]


def test_who_made_the_key_that_recalled_does_not_decide_what_is_asked_then(room: Webroom) -> None:
    office = room.office
    ana, ben, cleo = office.person("ana"), office.person("ben"), office.person("cleo")
    item_id = decided_by(office, ana, "reject")
    body = {"reason": "It was right.", "correction": ORIGINAL}
    told = room.program(made_by=ben).post(f"/v1/items/{item_id}/override", json=body)
    assert told.status_code == 200, told.text
    assert appealed(room.program(), item_id).status_code == 200
    assert office.claim(ben) == []
    assert [one["item_id"] for one in office.claim(cleo)] == [item_id]


@pytest.mark.parametrize("verdict", ["approve", "edit", "reject"])
def test_the_same_verdict_changes_nothing_and_is_told_to_nobody_outside(room: Webroom, verdict: str) -> None:
    office = room.office
    ana, ben = office.person("ana"), office.person("ben")
    item_id = decided_by(office, ana, verdict)
    before = office.result(item_id)
    assert appealed(room.program(), item_id).status_code == 200
    events = office.events(item_id)
    office.decide(ben, office.claim(ben)[0], verdict)
    over(office)
    assert office.result(item_id) == before
    assert office.events(item_id) == events
    assert office.kinds(item_id)[-1] == "item.upheld"
    assert look_state(room, item_id) == ["upheld"]
    assert office.verify().ok


def look_state(room: Webroom, item_id: str) -> list[str]:
    told = room.browser(room.office.person("aud", Role.AUDITOR)).get(f"/v1/items/{item_id}").json()
    return [one["state"] for one in told["second_looks"]]


def test_a_verdict_of_another_look_can_be_undone_in_its_window(room: Webroom) -> None:
    office = room.office
    ana, ben = office.person("ana"), office.person("ben")
    item_id = decided_by(office, ana, "reject")
    assert appealed(room.program(), item_id).status_code == 200
    review_id = office.decide(ben, office.claim(ben)[0], "approve")
    again = office.undo(ben, review_id)
    over(office)
    assert office.result(item_id)["recall"] is None
    office.decide(ben, again, "reject")
    over(office)
    assert office.kinds(item_id)[-1] == "item.upheld"


def test_who_asked_who_reviewed_and_who_took_back_are_all_passed_over(room: Webroom) -> None:
    office = room.office
    ana, ben, cleo = office.person("ana"), office.person("ben"), office.person("cleo")
    sue = office.person("sue", Role.SENIOR)
    item_id = decided_by(office, ana)
    told = room.browser(sue).post(f"/v1/items/{item_id}/override", json={"reason": "wrong", "correction": "Right."})
    assert told.status_code == 200
    lea = office.person("lea", Role.LEAD)
    assert reopened(room.browser(lea), item_id).status_code == 200
    assert [office.claim(one, "junior") for one in (ana, sue, lea)] == [[], [], []]
    office.decide(ben, office.claim(ben)[0], "reject")
    over(office)
    assert office.result(item_id)["text"] is None
    assert appealed(room.program(), item_id).status_code == 200
    assert office.claim(ben) == []  # took part in the second look
    assert len(office.claim(cleo)) == 1


def test_whoever_takes_an_item_back_while_they_hold_its_appeal_no_longer_decides_it(room: Webroom) -> None:
    office = room.office
    ana, sue = office.person("ana"), office.person("sue", Role.SENIOR)
    item_id = decided_by(office, ana)
    assert appealed(room.program(), item_id).status_code == 200
    held = office.claim(sue)[0]
    assert room.browser(sue).post(f"/v1/items/{item_id}/recall", json={"reason": "wrong"}).status_code == 200
    assert office.rows("SELECT state FROM assignments WHERE id = :id", id=held["id"]) == [("revoked",)]
    assert office.claim(sue, "junior") == []
    ben = office.person("ben")
    office.decide(ben, office.claim(ben)[0], "approve")
    over(office)
    assert office.result(item_id)["recall"]["correction"] == ORIGINAL


def test_one_look_at_a_time_and_only_at_what_is_decided(room: Webroom) -> None:
    office, program = room.office, room.program()
    waiting = office.submit()["item_id"]
    told = appealed(program, waiting)
    assert (told.status_code, told.json()["error"]["code"]) == (409, "not_decided")
    item_id = office.submit(confidence=0.99)["item_id"]
    assert reopened(program, item_id).status_code == 200
    for ask in (appealed, reopened):
        told = ask(program, item_id)
        assert (told.status_code, told.json()["error"]["code"]) == (409, "already_open")


def test_reopening_takes_the_queue_that_is_named(room: Webroom) -> None:
    office, program = room.office, room.program()
    item_id = office.submit(confidence=0.99)["item_id"]
    told = reopened(program, item_id, queue="seniors")
    assert (told.status_code, told.json()["error"]["fields"][0]["path"]) == (422, "/queue")
    assert "senior" in told.json()["error"]["fields"][0]["message"]
    assert reopened(program, item_id, queue="senior").json()["second_looks"][0]["queue"] == "senior"
    assert office.claim(office.person("ana"), "senior") == []
    assert len(office.claim(office.person("bea", Role.SENIOR), "senior")) == 1


def test_a_missed_deadline_of_an_appeal_moves_it_on_and_never_takes_anything_back(room: Webroom) -> None:
    office = room.office
    item_id = decided_by(office, office.person("ana"), "reject")
    assert appealed(room.program(), item_id).status_code == 200
    before, events = office.result(item_id), office.events(item_id)
    office.shift(minutes=61)
    office.run_due()
    assert office.kinds(item_id)[-2:] == ["item.overdue", "item.elevated"]
    assert office.rows("SELECT queue FROM seats WHERE kind = 'appeal'") == [("senior",)]
    office.shift(hours=3)
    office.run_due()  # the senior queue says fallback, which is for items without an outcome
    assert office.kinds(item_id)[-1] == "item.overdue"
    assert (office.result(item_id), office.events(item_id)) == (before, events)
    sue = office.person("sue", Role.SENIOR)
    office.decide(sue, office.claim(sue)[0], "approve")
    over(office)
    assert office.result(item_id)["text"] == ORIGINAL["text"]
    assert office.rows("SELECT kind FROM jobs WHERE kind LIKE 'second_look%'") == []


def test_a_fallback_that_went_out_at_breach_is_replaced_by_what_a_person_says_later(room: Webroom) -> None:
    office = room.office
    item_id = office.submit()["item_id"]
    office.shift(hours=1, seconds=1)
    office.run_due()
    office.shift(hours=2, seconds=1)
    office.run_due()
    assert office.result(item_id)["text"] == FALLBACK
    assert reopened(room.program(), item_id, queue="junior").status_code == 200
    ana = office.person("ana")
    office.decide(ana, office.claim(ana)[0], "approve")
    over(office)
    assert office.result(item_id)["text"] == ORIGINAL["text"]


def test_a_freeze_keeps_the_answer_of_an_appeal_back(room: Webroom) -> None:
    office = room.office
    ana, ben = office.person("ana"), office.person("ben")
    item_id = decided_by(office, ana, "reject")
    assert appealed(room.program(), item_id).status_code == 200
    office.decide(ben, office.claim(ben)[0], "approve")
    office.stop(freeze=True)
    over(office)
    assert office.result(item_id)["recall"] is None
    office.lift()
    office.run_due()
    assert office.result(item_id)["recall"]["why"] == "appeal"


def test_who_may_appeal_and_reopen(room: Webroom) -> None:
    office = room.office
    item_id = office.submit(confidence=0.99)["item_id"]
    for role, ask, status in (
        (Role.REVIEWER, appealed, 403),
        (Role.LEAD, appealed, 403),
        (Role.ENGINEER, reopened, 403),
        (Role.AUDITOR, reopened, 403),
        (Role.ENGINEER, appealed, 200),
    ):
        assert ask(room.browser(office.person(f"p-{role}", role)), item_id).status_code == status
    assert appealed(room.program(), item_id, by=" ").status_code == 422
    assert appealed(room.program(), "0197a3c0-6d1e-7b52-9a41-3f0c5be81d10").status_code == 404
