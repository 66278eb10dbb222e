"""What is handed out, to whom, in which order; and what a lead sees and sets."""

from __future__ import annotations

from typing import Any

import pytest

from handrail.stages.reviewing.queries import queues, seats
from handrail.storage import AnyStore, Session
from handrail.web.permissions import Role
from tests.support.office import POLICY, Office, opened
from tests.support.webroom import Webroom, claimed


def test_what_was_skipped_is_not_offered_to_the_same_person_again(office: Office) -> None:
    ana, ben = office.person("ana"), office.person("ben")
    item_id = office.submit()["item_id"]
    office.give_back(ana, office.claim(ana)[0], skip=True)
    assert office.claim(ana) == []
    assert office.why_empty(ana) == "none_left"
    assert [one["item_id"] for one in office.claim(ben)] == [item_id]


def test_what_was_returned_keeps_its_place(office: Office) -> None:
    ana = office.person("ana")
    first = office.submit()["item_id"]
    office.submit()
    office.give_back(ana, office.claim(ana)[0])
    assert office.claim(ana)[0]["item_id"] == first


def test_a_point_of_priority_is_worth_an_hour_of_waiting(store: AnyStore) -> None:
    office = opened(store, POLICY.replace("junior: {deadline", "junior: {priority: 'metadata.amount', deadline"))
    ana = office.person("ana")
    old = office.submit(metadata={"amount": 10})["item_id"]
    office.shift(hours=4, minutes=50)
    middle = office.submit(metadata={"amount": 14})["item_id"]
    office.shift(minutes=20)
    young = office.submit(metadata={"amount": 16})["item_id"]  # 5 h 10 min younger, 6 points more
    assert [one["item_id"] for one in office.claim(ana, limit=3)] == [young, old, middle]


def test_only_the_newest_fence_of_a_seat_takes_a_verdict(office: Office) -> None:
    """The last line, in one statement: it holds even if all that stands before it did not."""
    ana = office.person("ana")
    office.submit()
    office.give_back(ana, office.claim(ana)[0])
    held = office.claim(ana)[0]

    def taken(fence: int, person_id: str) -> bool:
        def take(session: Session) -> bool:
            at = session.now
            with session.together():
                was_taken = seats.take_verdict(session, held["seat_id"], fence, person_id, at)
            return was_taken()

        return office.store.write(take)

    assert not taken(held["fence"] - 1, ana.id)
    assert not taken(held["fence"] + 1, ana.id)
    assert not taken(held["fence"], office.person("ben").id)
    office.shift(minutes=11)
    assert not taken(held["fence"], ana.id)
    office.shift(minutes=-11)
    assert taken(held["fence"], ana.id)
    assert not taken(held["fence"], ana.id)


def test_the_claim_reads_its_index_alone(office: Office) -> None:
    """A queue of a million costs what a queue of ten costs (settled question 5)."""
    if office.store.dialect == "sqlite":
        sql = seats._HOLD_HEAD["sqlite"]
        values = dict.fromkeys(("project_id", "queue", "person_id", "assignment_id", "lease_until"), "")
        plan = office.store.read(lambda session: session.run(f"EXPLAIN QUERY PLAN {sql}", values))
        told = " ".join(str(row) for row in plan)
        assert "SEARCH seats USING INDEX ix_seats_waiting (project_id=? AND queue=?)" in told
        assert "TEMP B-TREE" not in told


def test_a_person_who_leaves_gives_back_what_they_held(office: Office) -> None:
    from handrail.stages.reviewing import claims

    ana, ben = office.person("ana"), office.person("ben")
    item_id = office.submit()["item_id"]
    held = office.claim(ana)[0]
    office.store.write(lambda session: claims.revoke_person(session, office.desk, office.project_id, ana.id))
    assert office.claim(ben)[0]["item_id"] == item_id
    state = office.rows("SELECT state, ended_why FROM assignments WHERE id = :id", id=held["id"])
    assert state == [("revoked", "The person left the project.")]


def queue(told: Any, name: str) -> dict[str, Any]:
    return next(one for one in told.json()["data"] if one["name"] == name)


def test_a_lead_without_the_skill_sees_what_waits_and_why_it_is_not_theirs(store: AnyStore, tmp_path: Any) -> None:
    office = opened(store, POLICY.replace("junior: {deadline", "junior: {skills: [claims], deadline"))
    office.submit()
    lea = office.person("lea", Role.LEAD)
    kim = office.person("kim", skills=["claims"])
    told = office.store.read(lambda s: queues.count_queue(s, office.project_id, "junior", lea.id))
    assert (told.waiting, told.mine) == (1, 0)
    assert office.claim(lea) == []
    assert office.why_empty(lea) == "not_your_skill"
    assert len(office.claim(kim)) == 1


def test_pausing_a_queue_keeps_its_limit_and_opening_it_drops_the_reason(room: Webroom) -> None:
    room.office.submit()
    lead, ana = room.browser(room.office.person("lea", Role.LEAD)), room.browser(room.office.person("ana"))
    assert lead.patch("/v1/queues/junior", json={"limit_per_person": 3}).status_code == 200
    assert lead.patch("/v1/queues/junior", json={"paused": True, "reason": "a meeting"}).status_code == 200
    seen = queue(ana.get("/v1/queues"), "junior")
    assert (seen["paused"], seen["paused_reason"], seen["empty_because"]) == (True, "a meeting", "paused")
    assert (seen["waiting"], seen["waiting_all"]) == (0, 1)
    assert ana.post("/v1/assignments/claim", json={}).json()["empty_because"] == "paused"
    assert lead.patch("/v1/queues/junior", json={"paused": False}).status_code == 200
    assert room.office.rows("SELECT limit_per_person, reason FROM queue_settings") == [(3, None)]
    assert lead.patch("/v1/queues/junior", json={"limit_per_person": None}).status_code == 200
    assert room.office.rows("SELECT limit_per_person FROM queue_settings") == [(None,)]
    assert lead.patch("/v1/queues/none", json={"paused": True}).status_code == 404
    assert ana.patch("/v1/queues/junior", json={"paused": True}).status_code == 403


def test_a_heartbeat_holds_as_long_as_the_answer_says(room: Webroom) -> None:
    """Also for an item that came under a policy with another lease."""
    room.office.submit()
    room.office.activate(POLICY.replace("lease: 10m", "lease: 3m"))
    ana = room.browser(room.office.person("ana"))
    held = claimed(ana)
    assert held["lease_s"] == 180
    room.office.shift(minutes=2)
    told = ana.post(f"/v1/assignments/{held['assignment_id']}/heartbeat", json={"fence": held["fence"]})
    assert told.status_code == 200
    room.office.shift(seconds=179)
    again = ana.post(f"/v1/assignments/{held['assignment_id']}/heartbeat", json={"fence": held["fence"]})
    assert again.status_code == 200
    room.office.shift(seconds=182)
    late = ana.post(f"/v1/assignments/{held['assignment_id']}/heartbeat", json={"fence": held["fence"]})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "lease_lost")


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_unfinished_work_is_kept_also_when_the_lease_is_lost(room: Webroom, verdict: str) -> None:
    room.office.submit()
    ana = room.browser(room.office.person("ana"))
    held = claimed(ana)
    room.office.shift(minutes=11)
    work = {"fence": held["fence"], "verdict": verdict, "reason": "half a sentence"}
    path = f"/v1/assignments/{held['assignment_id']}"
    assert ana.put(f"{path}/unsent-review", json=work).status_code == 204
    room.office.run_due()
    assert ana.put(f"{path}/unsent-review", json=work | {"reason": "more"}).status_code == 204
    seen = ana.get(path).json()
    assert (seen["state"], seen["unsent_review"]["review"]["reason"]) == ("expired", "more")
