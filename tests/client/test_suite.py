"""What a caller may rely on. The fake and every server pass the same tests, with both clients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from handrail import Blocked, Conflict, Invalid, KeyMismatch, NotFound, Pending, Released, StillPending
from handrail.kit.ids import is_id, new_id
from tests.client.backends import Backend, Caller

FREE: dict[str, Any] = {"domain": "suite", "task": "free"}
TO_PERSON: dict[str, Any] = {"domain": "suite", "task": "to_person"}
TO_BLOCK: dict[str, Any] = {"domain": "suite", "task": "to_block"}


def test_released_at_once(hr: Caller) -> None:
    result = hr.gate("Your claim arrived.", prompt="Has it arrived?", confidence=0.97, **FREE)
    assert isinstance(result, Released)
    assert (result.status, result.source, result.decided_by) == ("released", "auto", "policy")
    assert result.text == "Your claim arrived."
    assert result.output == {"type": "text", "text": "Your claim arrived."}
    assert is_id(result.item_id)
    assert result.decided_at.tzinfo is not None
    assert result.verify("Your claim arrived.") == result.output


def test_blocked_shows_the_fallback_of_the_item(hr: Caller) -> None:
    result = hr.gate("You fool.", fallback="We will write to you.", **TO_BLOCK)
    assert isinstance(result, Blocked)
    assert (result.text, result.show, result.output, result.content_hash) == (
        "We will write to you.",
        "fallback",
        None,
        None,
    )


def test_pending_shows_the_draft_with_its_label(hr: Caller) -> None:
    result = hr.submit("Dear Ms Aydin", **TO_PERSON)
    assert isinstance(result, Pending)
    assert (result.text, result.show, result.label) == ("Dear Ms Aydin", "draft", "Draft, an expert is reviewing it")
    assert result.route is not None
    assert result.route.action == "review"


def test_gate_gives_pending_when_nobody_decided_in_time(hr: Caller) -> None:
    assert isinstance(hr.gate("x", wait="200ms", **TO_PERSON), Pending)


def test_wait_says_still_pending_and_carries_the_result(hr: Caller) -> None:
    item_id = hr.submit("x", **TO_PERSON).item_id
    with pytest.raises(StillPending, match="still pending") as caught:
        hr.wait(item_id, timeout="200ms")
    assert caught.value.result.item_id == item_id


def test_approve(hr: Caller, backend: Backend) -> None:
    item_id = str(hr.submit("Fine.", **TO_PERSON).item_id)
    backend.decide(item_id, "approve")
    outcome = hr.wait(item_id, timeout="5s")
    assert isinstance(outcome, Released)
    assert (outcome.source, outcome.decided_by, outcome.text) == ("human", "review", "Fine.")


def test_edit(hr: Caller, backend: Backend) -> None:
    item_id = str(hr.submit("We pay 62,400.", **TO_PERSON).item_id)
    backend.decide(item_id, "edit", "We pay 61,900.")
    outcome = hr.outcome(item_id)
    assert isinstance(outcome, Released)
    assert (outcome.source, outcome.text) == ("edited", "We pay 61,900.")
    assert outcome.review is not None
    assert outcome.review.verdict == "edit"
    assert outcome.matches("We pay 61,900.")
    assert not outcome.matches("We pay 62,400.")


def test_reject(hr: Caller, backend: Backend) -> None:
    item_id = str(hr.submit("No.", fallback="Later.", **TO_PERSON).item_id)
    backend.decide(item_id, "reject")
    outcome = hr.wait(item_id, timeout="5s")
    assert isinstance(outcome, Blocked)
    assert (outcome.source, outcome.decided_by, outcome.text) == ("human", "review", "Later.")


def test_found_by_key_while_pending_and_after(hr: Caller, backend: Backend) -> None:
    key = f"claim {new_id()}"
    item_id = str(hr.submit("x", key=key, **TO_PERSON).item_id)
    assert (hr.outcome(key=key).item_id, hr.outcome(key=key).status) == (item_id, "pending")
    backend.decide(item_id, "approve")
    assert hr.wait(key=key, timeout="5s").item_id == item_id


def test_same_key_and_content_is_one_item_and_gives_its_present_result(hr: Caller, backend: Backend) -> None:
    key = new_id()
    first = hr.submit("x", key=key, **TO_PERSON)
    backend.decide(str(first.item_id), "approve")
    again = hr.gate("x", key=key, wait="1s", **TO_PERSON)
    assert (again.item_id, again.status, again.key) == (first.item_id, "released", key)


def test_same_key_and_other_content_is_refused(hr: Caller) -> None:
    key = new_id()
    hr.submit("x", key=key, **FREE)
    with pytest.raises(KeyMismatch) as caught:
        hr.submit("y", key=key, **FREE)
    assert (caught.value.code, caught.value.status, caught.value.retry) == ("key_mismatch", 422, False)


def test_without_a_key_each_call_is_an_item_of_its_own(hr: Caller) -> None:
    assert hr.submit("x", **FREE).item_id != hr.submit("x", **FREE).item_id


def test_unknown_field_is_named(hr: Caller) -> None:
    with pytest.raises(Invalid) as caught:
        hr.submit("x", confidense=0.5, **FREE)
    assert [(one.path, one.code) for one in caught.value.fields] == [("/confidense", "unknown_field")]
    assert "/confidense" in str(caught.value)


def test_output_and_candidates_are_one_or_the_other(hr: Caller) -> None:
    with pytest.raises(Invalid):
        hr.submit("x", candidates=[{"output": "a"}, {"output": "b"}], **FREE)
    with pytest.raises(Invalid):
        hr.submit(**FREE)
    assert hr.submit(candidates=[{"output": "a"}, {"output": "b"}], **FREE).item_id is not None


def test_a_recall_keeps_what_was_given_out(hr: Caller) -> None:
    before = hr.gate("Your claim arrived.", **FREE)
    after = hr.recall(str(before.item_id), reason="the wrong claim", severity="major")
    assert isinstance(after, Released)
    assert after.recall is not None
    assert (after.recall.why, after.recall.reason, after.recall.severity) == ("recall", "the wrong claim", "major")
    assert (after.text, after.recall.correction, after.output) == (None, None, before.output)
    assert after.recall.recalled_at.tzinfo is not None
    assert hr.outcome(before.item_id) == after
    with pytest.raises(ValueError, match="was recalled"):
        after.verify("Your claim arrived.")


def test_an_override_shows_its_correction(hr: Caller) -> None:
    item_id = str(hr.gate("We pay 62,400.", **FREE).item_id)
    after = hr.override(item_id, "We pay 61,900.", reason="the deductible was missing")
    assert after.recall is not None
    assert (after.text, after.recall.why) == ("We pay 61,900.", "override")
    assert after.recall.correction == {"type": "text", "text": "We pay 61,900."}
    assert hr.outcome(item_id).text == "We pay 61,900."


def test_an_appeal_leaves_the_outcome_as_it_is(hr: Caller) -> None:
    before = hr.gate("You fool.", fallback="We will write to you.", **TO_BLOCK)
    after = hr.appeal(str(before.item_id), reason="I was polite", by="u-771")
    assert isinstance(after, Blocked)
    assert after == hr.outcome(before.item_id) == before


def test_what_has_no_outcome_cannot_be_taken_back(hr: Caller) -> None:
    item_id = str(hr.submit("x", **TO_PERSON).item_id)
    calls: list[Callable[[], object]] = [
        lambda: hr.recall(item_id, reason="wrong"),
        lambda: hr.override(item_id, "y", reason="wrong"),
        lambda: hr.appeal(item_id, reason="wrong", by="u-771"),
    ]
    for call in calls:
        with pytest.raises(Conflict) as caught:
            call()
        assert (caught.value.code, caught.value.status) == ("not_decided", 409)
    with pytest.raises(NotFound):
        hr.recall(new_id(), reason="wrong")


def test_a_stranger_is_not_found(hr: Caller) -> None:
    for item_id in (new_id(), "../../health"):
        with pytest.raises(NotFound):
            hr.outcome(item_id)
    with pytest.raises(NotFound):
        hr.outcome(key="never sent")
    with pytest.raises(NotFound):
        hr.wait(new_id(), timeout="1s")


def test_a_tool_call_is_released_by_its_hash(hr: Caller) -> None:
    call = {"type": "tool_call", "name": "pay", "arguments": {"sum": 900, "to": "Zoë"}}
    result = hr.gate(call, **FREE)
    assert isinstance(result, Released)
    assert result.text is None
    assert result.verify(call) == call
    with pytest.raises(ValueError, match="not what was released"):
        result.verify(call | {"arguments": {"sum": 9_000, "to": "Zoë"}})


def test_the_reference_comes_back(hr: Caller) -> None:
    assert hr.submit("x", deliver={"webhook": "app", "reference": "thread-9"}, **FREE).reference == "thread-9"


def test_text_arrives_as_it_was(hr: Caller) -> None:
    text = "Grüße, 你好 👩‍⚕️\n\tא\u200bb \u0007"
    assert hr.gate(text, **FREE).text == text


def test_times_and_tuples_are_taken(hr: Caller) -> None:
    metadata = {"seen": datetime(2026, 11, 21, 9, 14, tzinfo=UTC), "tags": ("a", "b")}
    assert isinstance(hr.gate("x", metadata=metadata, context=({"text": "p"},), **FREE), Released)


def test_none_is_as_if_it_were_absent(hr: Caller) -> None:
    key = new_id()
    first = hr.submit("x", key=key, confidence=None, prompt=None, **FREE)
    assert hr.submit("x", key=key, **FREE).item_id == first.item_id


def test_hold_judges_when_the_block_ends(hr: Caller) -> None:
    with hr.hold(prompt="p", **FREE) as held:
        held.output = "answer"
        held.set(confidence=0.9)
        with pytest.raises(RuntimeError):
            _ = held.result
    assert held.result.text == "answer"


def test_hold_sends_nothing_when_the_block_fails(hr: Caller) -> None:
    key = new_id()
    with pytest.raises(ZeroDivisionError), hr.hold(key=key, **FREE) as held:
        held.output = str(1 / 0)
    with pytest.raises(NotFound):
        hr.outcome(key=key)


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_many_items_come_back_in_order(hr: Caller, batch: int) -> None:
    run = new_id()
    items = [{"output": f"n {n}", "key": f"{run}-{n}", **(TO_PERSON if n % 2 else FREE)} for n in range(7)]
    rows = list(hr.submit_many(items, batch=batch))
    assert [row.row for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert [row.key for row in rows] == [item["key"] for item in items]
    assert [row.status for row in rows] == ["released", "pending"] * 3 + ["released"]
    assert [hr.outcome(row.item_id).text for row in rows] == [item["output"] for item in items]


def test_many_items_sent_again_are_the_same_items(hr: Caller) -> None:
    run = new_id()
    items = [{"output": f"n {n}", "key": f"{run}-{n}", **FREE} for n in range(5)]
    first = {row.key: row.item_id for row in hr.submit_many(items[:3])}
    again = {row.key: row.item_id for row in hr.submit_many(items, batch=2)}
    assert {key: again[key] for key in first} == first
    assert len(set(again.values())) == 5


def test_a_bad_row_does_not_stop_the_others(hr: Caller) -> None:
    items: list[dict[str, Any]] = [
        {"output": "good", **FREE},
        {"output": "x", "confidense": 1, **FREE},
        {"output": "y", "metadata": {"z": float("nan")}, **FREE},
        {"output": "also good", **FREE},
    ]
    rows = list(hr.submit_many(items))
    assert [row.status for row in rows] == ["released", None, None, "released"]
    assert [row.error.status if row.error else None for row in rows] == [None, 422, 422, None]
    assert rows[2].error is not None
    assert "metadata.z" in rows[2].error.message


def test_no_items_need_no_request(hr: Caller) -> None:
    assert list(hr.submit_many([])) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"confidence": float("nan")}, "confidence: this number is not finite"),
        ({"metadata": {"at": datetime(2026, 1, 1)}}, "metadata.at: say the zone"),  # noqa: DTZ001  # the mistake under test
        ({"metadata": {"x": object()}}, "metadata.x: object has no JSON form"),
        ({"key": "naïve"}, "printable ASCII"),
        ({"key": " a"}, "no space at either end"),
        ({"wait": "soon"}, "write a duration"),
        ({"reasoning": "\ud800"}, "cannot be sent"),
    ],
)
def test_what_cannot_be_sent_is_said_before_sending(hr: Caller, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        hr.submit("x", **more, **FREE)


def test_an_item_is_named_in_one_way(hr: Caller) -> None:
    with pytest.raises(ValueError, match="one of the two"):
        hr.outcome()
    with pytest.raises(ValueError, match="one of the two"):
        hr.wait("i", key="k")
