"""The operations by themselves: no sockets, no clock. A test plays the shell and the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail import BadRequest
from handrail.client.calls import Batches, Calls, Line
from handrail.client.exchange import Answer, Lost, Operation, Pause, Request, Retrying
from handrail.domain.result import Blocked, Pending, Released, parse_result, to_json
from handrail.kit.jsons import dumps, loads

T = TypeVar("T")
ID = "0197a3c0-6d1e-7b52-9a41-3f0c5be81d10"
PENDING = {"item_id": ID, "key": "k", "status": "pending", "reason": "amount", "show": "nothing"}


def make_calls(retries: int = 3, chance: float = 0.5) -> Calls:
    return Calls(Retrying(retries, lambda: chance), lambda: "key-1")


def play(operation: Operation[T], server: Any) -> tuple[T | BaseException, list[Request | Pause]]:
    """The operation's value or error, and all its steps; `server` answers the requests."""
    steps: list[Request | Pause] = []
    reply = None
    try:
        while True:
            step = operation.send(reply) if steps else next(operation)
            steps.append(step)
            reply = server(step) if isinstance(step, Request) else None
    except StopIteration as done:
        value: T = done.value
        return value, steps
    except Exception as error:  # noqa: BLE001  # the caller looks at it
        return error, steps


def answer(body: Any, status: int = 200, took_s: float = 0.0, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, dumps(body).encode(), took_s)


def holding(step: Request) -> Answer:
    """A server with which everything stays pending as long as it may."""
    return answer(PENDING, 202, took_s=step.wait_s)


def test_a_long_budget_is_a_chain_of_requests_of_at_most_a_minute() -> None:
    result, steps = play(make_calls().submit({"output": "x"}, "150s"), holding)
    assert isinstance(result, Pending)
    assert [step.wait_s for step in steps if isinstance(step, Request)] == [60.0, 60.0, 30.0]
    assert loads(steps[0].body or b"")["wait"] == "1m" if isinstance(steps[0], Request) else False
    assert [step.params for step in steps[1:] if isinstance(step, Request)] == [{"wait": "1m"}, {"wait": "30s"}]
    assert not any(isinstance(step, Pause) for step in steps)


def test_two_hours_of_waiting_are_a_hundred_and_twenty_requests_and_a_look() -> None:
    error, steps = play(make_calls().wait(ID, None, "2h"), holding)
    assert "still pending" in str(error)
    assert len(steps) == 121


def test_the_wait_is_the_only_part_of_a_repeat_that_changes() -> None:
    replies = iter([Lost("broke off", took_s=3.0), Lost("broke off", took_s=20.0), answer(PENDING, 202)])
    _, steps = play(make_calls().submit({"output": "x", "confidence": 0.5}, "8s"), lambda _: next(replies))
    bodies = [loads(step.body or b"") for step in steps if isinstance(step, Request)]
    assert [body.pop("wait") for body in bodies] == ["8s", "4812ms", "0ms"]
    assert bodies == [{"output": "x", "confidence": 0.5, "key": "key-1"}] * 3


@given(failures=st.integers(0, 50), chance=st.floats(0, 1, exclude_max=True))
def test_pauses_grow_to_eight_seconds_and_never_vanish(failures: int, chance: float) -> None:
    pause = Retrying(3, lambda: chance).back_off_s(failures)
    assert 0.125 <= pause <= 8
    assert pause >= min(8, 0.25 * 2 ** min(failures, 10)) / 2


@given(asked=st.integers(0, 60), chance=st.floats(0, 1, exclude_max=True))
def test_no_pause_is_shorter_than_the_server_asked(asked: int, chance: float) -> None:
    body = {"error": {"code": "overloaded", "message": "Later.", "status": 503, "retry": True}}
    replies = iter([answer(body, 503, headers={"retry-after": str(asked)}), answer(PENDING, 202)])
    _, steps = play(make_calls(chance=chance).submit({"output": "x"}, "0s"), lambda _: next(replies))
    pauses = [step.seconds for step in steps if isinstance(step, Pause)]
    assert all(asked <= pause <= asked + 0.25 for pause in pauses)
    assert len(pauses) == 1 or asked == 60


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("Sat, 21 Nov 2026 12:00:05 GMT", "Sat, 21 Nov 2026 12:00:00 GMT", 5.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", "Sat, 21 Nov 2026 12:00:00 GMT", 0.0),
        ("soon", "Sat, 21 Nov 2026 12:00:00 GMT", None),
        ("Sat, 21 Nov 2026 12:00:05 GMT", "", None),
        ("-5", "", None),
    ],
)
def test_retry_after_as_a_date_is_held_against_the_answers_own(
    retry_after: str, date: str, seconds: float | None
) -> None:
    refused = answer({}, 503, headers={"retry-after": retry_after, "date": date})
    error, _ = play(make_calls(retries=0).submit({"output": "x"}, "0s"), lambda _: refused)
    assert getattr(error, "retry_after", "none") == seconds


def test_already_decided_carries_the_outcome() -> None:
    won: dict[str, Any] = {"item_id": ID, "status": "released", "source": "human", "decided_by": "review", "text": "x"}
    won |= {"output": {"type": "text", "text": "x"}, "content_hash": "sha256:0", "reason": "fine"}
    won |= {"route": None, "decided_at": "2026-11-21T11:43:57.000Z"}
    body: dict[str, Any] = {"error": {"code": "already_decided", "message": "Decided.", "status": 409}, "result": won}
    error, _ = play(make_calls().request(Request("POST", "/v1/x")), lambda _: answer(body, 409))
    assert isinstance(getattr(error, "result", None), Released)


def test_batches_are_cut_by_rows_and_by_bytes() -> None:
    batches = Batches(3, "run")
    sizes = [len(batches.add({"output": "x"})) for _ in range(7)]
    assert sizes == [0, 0, 3, 0, 0, 3, 0]
    assert [(line.row, line.key) for line in batches.rest()] == [(7, "run:7")]
    large = Batches(500, "run")
    sizes = [len(large.add({"output": "x" * 3_000_000})) for _ in range(5)]
    assert sizes == [0, 0, 2, 0, 2]
    assert [line.row for line in large.rest()] == [5]


def test_rows_keep_their_key_while_the_server_cannot() -> None:
    error = {"code": "unavailable", "message": "Later.", "status": 503, "retry": True}
    bodies: list[bytes] = []

    def server(step: Request) -> Answer:
        bodies.append(step.body or b"")
        count = len((step.body or b"").splitlines())
        lines = [{"row": row, "error": error} for row in range(count)] + [{"done": True}]
        return Answer(200, {}, "".join(dumps(line) + "\n" for line in lines).encode())

    batches = Batches(2, "run")
    batches.add({"output": "a"})
    rows, _ = play(make_calls(retries=2).batch(batches.add({"output": "b"})), server)
    assert isinstance(rows, list)
    assert [row.error.code if row.error else None for row in rows] == ["unavailable", "unavailable"]
    assert bodies == [bodies[0]] * 3


def test_a_batch_refused_on_its_way_is_that_error() -> None:
    refusal = {"code": "bad_header", "message": "The body is not gzip, or it is damaged.", "status": 400}
    line = dumps({"row": None, "error": refusal}).encode()
    error, steps = play(make_calls().batch([Line(1, "k", b"{}")]), lambda _: Answer(200, {}, line))
    assert isinstance(error, BadRequest)
    assert len(steps) == 1


def test_results_survive_the_way_through_json() -> None:
    route: dict[str, Any] = {"action": "review", "rule": "r", "queue": "q", "values": {"a": [1]}, "policy_version": 7}
    route |= {"autonomy": "exception", "probability": 0.5, "audit": 0.05}
    recall: dict[str, Any] = {
        "recalled_at": "2026-11-21T12:10:03.000Z",
        "why": "a_newer_word",
        "reason": "r",
        "severity": "major",
    }
    recall |= {"categories": ["x"], "correction": {"type": "text", "text": "y"}}
    review: dict[str, Any] = {
        "verdict": "edit",
        "severity": "major",
        "reviews": 2,
        "adjudicated": True,
        "choice": 1,
        "ranking": [1, 0],
    }
    whole: dict[str, Any] = {
        "item_id": ID,
        "key": "k",
        "status": "released",
        "source": "edited",
        "decided_by": "review",
        "text": "y",
    }
    whole |= {"output": {"type": "text", "text": "x"}, "content_hash": "sha256:0", "show": None, "label": None}
    whole |= {"reason": "why", "categories": ["wrong"], "route": route, "review": review, "reference": "t"}
    whole |= {"due_at": "2026-11-23T15:00:00.000Z", "decided_at": "2026-11-21T12:10:03.120Z", "late": True}
    whole |= {"recall": recall}
    result = parse_result(whole)
    assert to_json(result) == whole
    assert list(to_json(result)) == list(whole)
    assert to_json(parse_result(whole | {"status": "blocked", "output": None})) | {"status": "released"} == whole | {
        "output": None
    }


@pytest.mark.parametrize("data", [{}, {"status": "lost"}, {"status": "released"}, [], None, "released", {"status": []}])
def test_what_is_no_result_is_a_value_error(data: Any) -> None:
    with pytest.raises(ValueError, match="not a result"):
        parse_result(data)


def test_a_recalled_output_is_not_acted_upon() -> None:
    recall: dict[str, Any] = {"recalled_at": "2026-11-21T12:10:03.000Z", "why": "override"}
    text = {"type": "text", "text": "x"}
    digest = "sha256:9d2ca69f"
    given_out: dict[str, Any] = {
        "item_id": ID,
        "status": "released",
        "source": "auto",
        "decided_by": "policy",
        "text": None,
    }
    given_out |= {"output": text, "content_hash": digest, "reason": "r", "route": None}
    result = parse_result(given_out | {"decided_at": "2026-11-21T12:10:03.000Z", "recall": recall})
    assert isinstance(result, Released)
    with pytest.raises(ValueError, match=r"recalled \(override\)"):
        result.verify()


def test_a_changed_output_does_not_pass_its_own_hash() -> None:
    given_out: dict[str, Any] = {"item_id": ID, "status": "released", "source": "auto", "decided_by": "policy"}
    given_out |= {"text": "x", "reason": "r", "route": None, "decided_at": "2026-11-21T12:10:03.000Z"}
    digest = "sha256:" + "9d2ca69f".ljust(64, "0")
    result = parse_result(given_out | {"output": {"type": "text", "text": "x"}, "content_hash": digest})
    assert isinstance(result, Released)
    with pytest.raises(ValueError, match="not what was released"):
        result.verify()


def test_a_blocked_result_has_no_output_to_act_on() -> None:
    assert not hasattr(Blocked, "verify")
