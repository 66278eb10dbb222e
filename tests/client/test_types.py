"""What type checkers see. The assertions are mypy's; an `ignore` that is not needed fails it, so each is a test."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, assert_never, assert_type

from handrail import AsyncHandrail, Blocked, Handrail, Outcome, Pending, Released, Result
from handrail.testing import FakeHandrail, pending


def every_kind(result: Result) -> str:
    match result:
        case Released(text=text):
            return text or ""
        case Pending(item_id=item_id):
            return item_id or ""
        case Blocked(reason=reason):
            return reason


def one_kind_forgotten(result: Result) -> str:
    match result:
        case Released():
            return "released"
        case Pending():
            return "pending"
        case _:
            assert_never(result)  # type: ignore[arg-type]  # Blocked is missing


def by_status(result: Result) -> str:
    if result.status == "released":
        assert_type(result, Released)
        return result.content_hash
    if result.status == "pending":
        assert_type(result, Pending)
        return result.show
    assert_type(result, Blocked)
    return result.reason


def wrong_keywords(hr: Handrail) -> None:
    hr.gate("x", confidense=0.5)  # type: ignore[call-arg]  # misspelt
    hr.gate("x", confidence="high")  # type: ignore[arg-type]  # not a number
    hr.gate("x", context=[{"title": "no text"}])  # type: ignore[typeddict-item]  # a passage needs its text
    hr.gate("x", unreachable="release")  # type: ignore[arg-type]  # there is no failing open


async def returns(hr: Handrail, ahr: AsyncHandrail) -> None:
    assert_type(hr.gate("x", prompt="p", confidence=0.8, metadata={"amount": 5, "tags": ["a"]}), Result)
    assert_type(hr.wait("i"), Outcome)
    assert_type(await ahr.gate("x"), Result)
    assert_type(await ahr.wait("i"), Outcome)


def plain(text: str) -> str:
    return text


async def awaited(text: str) -> str:
    return text


def decorated(hr: Handrail) -> None:
    assert_type(hr.review()(plain)("x"), str | None)
    assert_type(hr.review(on_pending="raise", on_blocked="raise")(plain)("x"), str)
    assert_type(hr.review(on_pending="result")(plain)("x"), str | Pending | None)
    assert_type(hr.review(on_blocked="result")(plain)("x"), str | Blocked | None)
    assert_type(hr.review(on_pending="result", on_blocked="result")(plain)("x"), str | Pending | Blocked | None)
    function: Callable[[str], Coroutine[Any, Any, str | None]] = hr.review()(awaited)
    function("x").close()
    hr.review()(plain)(5)  # type: ignore[arg-type]  # the arguments keep their types


def test_the_cases_run() -> None:
    fake = FakeHandrail().when(lambda item: item.text == "wait", pending())
    assert every_kind(fake.gate("x")) == "x"
    assert one_kind_forgotten(fake.gate("wait")) == "pending"
    assert by_status(fake.gate("wait")) == "nothing"
