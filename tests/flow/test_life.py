"""One item from its submission to its end, through the real services, on both stores."""

from __future__ import annotations

from typing import Any

import pytest

from handrail.kit.errors import Conflict, Invalid
from handrail.stages.reviewing.errors import AlreadyDecided, LeaseLost, UndoOver
from handrail.web.permissions import Role
from tests.support.office import Office, refused

FALLBACK = "We have passed your question to a colleague."


def test_a_sure_item_is_released_at_once_and_audited(office: Office) -> None:
    result = office.submit(confidence=0.99)
    assert (result["status"], result["source"], result["decided_by"]) == ("released", "auto", "policy")
    assert office.result(result["item_id"]) == result
    assert office.kinds(result["item_id"]) == ["item.received", "item.released", "audit_sample.drawn"]
    ana = office.person("ana")
    held = office.claim(ana)[0]
    assert held["kind"] == "audit"
    office.decide(ana, held, "reject")
    office.shift(seconds=6)
    office.run_due()
    assert office.kinds(result["item_id"])[-2:] == ["review.submitted", "item.audited"]
    assert office.result(result["item_id"]) == result
    found = office.rows("SELECT verdict, is_error FROM audit_samples")
    assert [(row[0], bool(row[1])) for row in found] == [("reject", True)]
    assert office.verify().ok


def test_a_blocked_item_shows_the_fallback(office: Office) -> None:
    result = office.submit(confidence=0.99, metadata={"toxic": True})
    assert (result["status"], result["show"], result["text"]) == ("blocked", "fallback", FALLBACK)
    assert result["categories"] == ["unsafe"]
    assert office.result(result["item_id"]) == result


@pytest.mark.parametrize(
    ("verdict", "status", "source"),
    [("approve", "released", "human"), ("edit", "released", "edited"), ("reject", "blocked", "human")],
)
def test_a_verdict_becomes_the_outcome_once_its_window_is_over(
    office: Office, verdict: str, status: str, source: str
) -> None:
    ana = office.person("ana")
    item_id = office.submit(output={"type": "text", "text": "The claim arrived."})["item_id"]
    assert office.result(item_id)["show"] == "draft"
    office.decide(ana, office.claim(ana)[0], verdict)
    assert office.item(item_id)["state"] == "settled"
    assert office.result(item_id)["status"] == "pending"
    office.run_due()
    assert office.item(item_id)["state"] == "settled"
    office.shift(seconds=6)
    office.run_due()
    result = office.result(item_id)
    assert (result["status"], result["source"], result["decided_by"]) == (status, source, "review")
    assert result["review"]["verdict"] == verdict
    assert result["late"] is False
    assert office.kinds(item_id) == [
        "item.received",
        "item.escalated",
        "assignment.claimed",
        "review.submitted",
        "item.settled",
        f"item.{status}",
    ]
    assert [number for number, _ in office.events(item_id)] == [1, 2, 3, 4, 5]
    assert office.verify().ok


def test_an_undone_verdict_gives_the_item_back_with_a_new_fence_and_the_work(office: Office) -> None:
    ana = office.person("ana")
    item_id = office.submit()["item_id"]
    held = office.claim(ana)[0]
    review_id = office.decide(ana, held, "reject")
    again = office.undo(ana, review_id)
    assert again["fence"] == held["fence"] + 1
    assert again["unsent"]["verdict"] == "reject"
    assert office.item(item_id)["state"] == "in_review"
    assert isinstance(refused(office.undo, ana, review_id), UndoOver)
    assert isinstance(refused(office.decide, ana, held), LeaseLost)
    office.shift(seconds=6)
    office.run_due()
    assert office.result(item_id)["status"] == "pending"
    office.decide(ana, again, "approve")
    office.shift(seconds=6)
    office.run_due()
    assert office.result(item_id)["source"] == "human"
    assert office.verify().ok


def test_an_undo_comes_too_late_when_the_window_is_over(office: Office) -> None:
    ana = office.person("ana")
    office.submit()
    review_id = office.decide(ana, office.claim(ana)[0])
    office.shift(seconds=5)
    assert isinstance(refused(office.undo, ana, review_id), UndoOver)


def test_a_deadline_warns_goes_first_elevates_and_gives_the_fallback(office: Office) -> None:
    item_id = office.submit()["item_id"]
    other = office.submit()["item_id"]
    office.shift(minutes=31)
    office.run_due()
    assert office.kinds(item_id)[-1] == "item.due_soon"
    office.shift(minutes=20)
    office.run_due()
    first = office.rows("SELECT sort_key FROM seats WHERE item_id = :id", id=item_id)
    assert first[0][0] < 0
    office.shift(minutes=10)
    office.run_due()
    assert office.kinds(item_id)[-2:] == ["item.overdue", "item.elevated"]
    assert office.item(item_id)["queue"] == "senior"
    assert office.item(item_id)["state"] == "in_review"
    office.shift(hours=2)
    office.run_due()
    for one in (item_id, other):
        result = office.result(one)
        assert (result["status"], result["source"], result["text"]) == ("released", "fallback", FALLBACK)
        assert (result["decided_by"], result["late"]) == ("deadline", True)
        assert office.kinds(one)[-2:] == ["item.overdue", "item.released"]
    assert office.run_due() == 0
    assert office.verify().ok


def test_a_deadline_takes_the_item_from_its_holder_and_tells_them(office: Office) -> None:
    bea = office.person("bea", Role.SENIOR)
    item_id = office.submit(metadata={"amount": 60_000})["item_id"]
    held = office.claim(bea)[0]
    for _ in range(30):
        office.shift(minutes=5)
        refused(office.beat, bea, held)
        office.run_due()
    assert office.result(item_id)["source"] == "fallback"
    fault = refused(office.decide, bea, held)
    assert isinstance(fault, AlreadyDecided)
    assert fault.extra["result"]["source"] == "fallback"
    assert "assignment.revoked" in office.kinds(item_id)


def test_a_verdict_before_the_deadline_wins_also_while_it_may_be_undone(office: Office) -> None:
    bea = office.person("bea", Role.SENIOR)
    item_id = office.submit(metadata={"amount": 60_000})["item_id"]
    office.shift(hours=1, minutes=59, seconds=58)
    office.decide(bea, office.claim(bea)[0])
    office.shift(seconds=3)
    office.rooms.worker.run_due()
    assert office.result(item_id)["status"] == "pending"
    office.shift(seconds=3)
    office.run_due()
    result = office.result(item_id)
    assert (result["source"], result["late"]) == ("human", False)
    assert result["decided_at"] > result["due_at"]
    assert "item.overdue" not in office.kinds(item_id)


def test_a_verdict_after_the_deadline_is_late_though_nobody_has_acted_on_the_deadline_yet(office: Office) -> None:
    bea = office.person("bea", Role.SENIOR)
    item_id = office.submit(metadata={"amount": 60_000})["item_id"]
    office.shift(hours=2, seconds=1)
    office.decide(bea, office.claim(bea)[0])
    office.shift(seconds=6)
    office.run_due()
    assert (office.result(item_id)["source"], office.result(item_id)["late"]) == ("human", True)


@pytest.mark.parametrize("elevated", [False, True])
def test_a_decided_item_leaves_no_timer_behind(office: Office, elevated: bool) -> None:
    bea = office.person("bea", Role.SENIOR)
    office.submit()
    if elevated:
        office.shift(minutes=61)
        office.run_due()
    assert len(timers(office)) >= 2
    office.decide(bea, office.claim(bea)[0])
    office.shift(seconds=6)
    office.rooms.worker.run_due()
    assert timers(office) == []


def timers(office: Office) -> list[Any]:
    return office.rows("SELECT kind, dedup FROM jobs WHERE kind LIKE 'deadline.%'")


def test_a_deadline_that_passed_in_the_window_counts_again_after_an_undo(office: Office) -> None:
    bea = office.person("bea", Role.SENIOR)
    item_id = office.submit(metadata={"amount": 60_000})["item_id"]
    office.shift(hours=1, minutes=59, seconds=58)
    review_id = office.decide(bea, office.claim(bea)[0])
    office.shift(seconds=3)
    office.rooms.worker.run_due()
    office.undo(bea, review_id)
    office.shift(seconds=2)
    office.run_due()
    assert office.result(item_id)["source"] == "fallback"
    assert office.verify().ok


def test_an_elevated_item_can_be_elevated_only_where_the_policy_says_so_and_keeps_its_new_timers(
    office: Office,
) -> None:
    ana, bea = office.person("ana"), office.person("bea", Role.SENIOR)
    item_id = office.submit()["item_id"]
    held = office.claim(ana)[0]
    office.shift(minutes=61)
    office.run_due()
    assert isinstance(refused(office.decide, ana, held), LeaseLost)
    assert office.claim(ana) == []
    office.shift(minutes=91)
    office.run_due()
    assert office.kinds(item_id).count("item.due_soon") == 1  # that of the new queue; the old one's time was over
    office.decide(bea, office.claim(bea)[0])
    office.shift(seconds=6)
    office.run_due()
    assert office.result(item_id)["source"] == "human"
    office.shift(hours=3)
    office.run_due()
    assert office.result(item_id)["source"] == "human"
    standing = {"reviewing.expire_leases", "deliveries.expire", "monitoring.fold"}
    assert {kind for (kind,) in office.rows("SELECT kind FROM jobs")} <= standing


def test_json_and_candidates_keep_their_form(office: Office) -> None:
    json_output = {"type": "json", "value": {"b": 1.5, "a": ["é"]}}
    made = office.submit(output=json_output, confidence=0.99)
    assert made["text"] is None
    assert made["output"] == json_output
    assert office.result(made["item_id"]) == made
    first, second = {"type": "text", "text": "one"}, {"type": "text", "text": "two"}
    body = {"candidates": [{"output": first}, {"output": second}], "confidence": 0.99}
    answer = office.submit_many([body])[0].result  # type: ignore[union-attr]  # it is admitted
    assert answer["output"] == first
    assert office.result(answer["item_id"]) == answer


def test_metadata_that_breaks_the_policy_is_refused_alone(office: Office) -> None:
    bad = {"output": "x", "metadata": {"amount": "much"}}
    good = {"output": "x", "metadata": {"amount": 1}}
    answers = office.submit_many([bad, good])
    assert isinstance(answers[0].fault, Invalid)  # type: ignore[union-attr]  # it is refused
    assert answers[1].result["status"] == "pending"  # type: ignore[union-attr]  # it is admitted
    assert office.rows("SELECT COUNT(*) FROM items") == [(1,)]


def test_stop_turns_releases_into_reviews_and_shows_no_draft(office: Office) -> None:
    before = office.submit()["item_id"]
    assert office.result(before)["show"] == "draft"
    office.stop()
    made = office.submit(confidence=0.99)
    assert (made["status"], made["route"]["rule"], made["show"]) == ("pending", "stop", "nothing")
    assert office.result(before)["show"] == "nothing"
    office.lift()
    assert office.submit(confidence=0.99)["status"] == "released"
    assert office.result(before)["show"] == "draft"


def test_a_plain_stop_lets_people_and_fallbacks_through(office: Office) -> None:
    ana = office.person("ana")
    item_id = office.submit()["item_id"]
    late = office.submit(metadata={"amount": 60_000})["item_id"]
    office.stop()
    office.decide(ana, office.claim(ana)[0])
    office.shift(hours=3)
    office.run_due()
    assert office.result(item_id)["source"] == "human"
    assert office.result(late)["source"] == "fallback"


def test_a_freeze_lets_nothing_out_until_it_is_lifted(office: Office) -> None:
    ana = office.person("ana")
    item_id = office.submit()["item_id"]
    late = office.submit(metadata={"amount": 60_000})["item_id"]
    office.stop(freeze=True)
    office.decide(ana, office.claim(ana)[0])
    for _ in range(40):  # more often than a job that fails is tried again
        office.shift(minutes=5)
        office.run_due()
    assert office.item(item_id)["state"] == "settled"
    assert office.result(late)["status"] == "pending"
    office.lift()
    office.run_due()
    assert office.result(item_id)["source"] == "human"
    assert office.result(item_id)["late"] is False
    assert office.result(late)["source"] == "fallback"
    assert office.rows("SELECT COUNT(*) FROM jobs WHERE state = 'dead'") == [(0,)]


def test_a_key_makes_one_item_for_ever(office: Office) -> None:
    first = office.submit(key="k-1")
    assert office.submit(key="k-1") == first
    fault = refused(office.submit, key="k-1", output="Another text.")
    assert fault is not None
    assert fault.code == "key_mismatch"
    ana = office.person("ana")
    office.decide(ana, office.claim(ana)[0])
    office.shift(seconds=6)
    office.run_due()
    assert office.submit(key="k-1")["status"] == "released"
    twice = office.submit_many([{"output": "y", "key": "k-2"}, {"output": "y", "key": "k-2"}])
    assert [one.repeated for one in twice] == [False, True]  # type: ignore[union-attr]  # both are admitted


def test_nobody_decides_twice_or_after_another(office: Office) -> None:
    ana, bea = office.person("ana"), office.person("bea")
    office.submit()
    held = office.claim(ana)[0]
    assert isinstance(refused(office.decide, bea, held), LeaseLost)
    office.decide(ana, held)
    assert isinstance(refused(office.decide, ana, held, "reject"), AlreadyDecided)
    assert isinstance(refused(office.give_back, ana, held), Conflict)


def test_a_repeated_job_changes_nothing(office: Office) -> None:
    """A worker may die after its transaction and before it knows: what runs twice equals what runs once."""
    ana = office.person("ana")
    item_id = office.submit()["item_id"]
    office.decide(ana, office.claim(ana)[0])
    office.shift(seconds=6)
    due = office.rows("SELECT id, kind, args, dedup, run_at FROM jobs")
    office.run_due()
    before = office.kinds(item_id)
    again = [dict(zip(("id", "kind", "args", "dedup", "run_at"), one, strict=True)) for one in due]
    office.store.write(lambda session: session.run_many(_AGAIN, again))
    office.run_due()
    assert office.kinds(item_id) == before


_AGAIN = """
INSERT INTO jobs (id, kind, args, dedup, run_at, state, attempt, fence, created_at)
VALUES (:id, :kind, :args, :dedup, :run_at, 'waiting', 0, 0, 0) ON CONFLICT DO NOTHING
"""
