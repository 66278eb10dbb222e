"""`@hr.review`: what a function returns is judged before its caller gets it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from handrail import Blocked, OutputBlocked, Pending, StillPending
from handrail.testing import FakeHandrail, blocked, edited, pending


@pytest.fixture
def fake() -> FakeHandrail:
    return (
        FakeHandrail()
        .when(lambda item: "edit" in str(item.text), edited("edited"))
        .when(lambda item: "wait" in str(item.text), pending(show="draft"))
        .when(lambda item: "bad" in str(item.text), blocked("no good"))
        .when(
            lambda item: item.content["type"] == "tool_call" and item.content["arguments"]["sum"] > 100,
            pending("draft"),
        )
    )


def test_the_text_is_the_released_one(fake: FakeHandrail) -> None:
    @fake.review(domain="claims", task="summary", wait="5s")
    def summarise(document: str) -> str:
        """Sums up."""
        return document.upper()

    assert summarise("hello") == "HELLO"
    assert (summarise.__name__, summarise.__doc__) == ("summarise", "Sums up.")
    seen = fake.submitted[0]
    assert (seen.prompt, seen.text, seen.domain, seen.task, seen.wait) == ("hello", "HELLO", "claims", "summary", "5s")


def test_an_edit_takes_the_place_of_the_text(fake: FakeHandrail) -> None:
    @fake.review()
    def write(text: str) -> str:
        return text

    assert write("edit me") == "edited"


def test_while_pending_the_draft_and_when_blocked_the_fallback_come_back(fake: FakeHandrail) -> None:
    @fake.review(fallback="Later.")
    def write(text: str) -> str:
        return text

    assert write("wait") == "wait"
    assert write("bad") == "Later."


def test_blocked_without_a_fallback_is_none_and_never_the_output(fake: FakeHandrail) -> None:
    @fake.review()
    def write(text: str) -> str:
        return text

    assert write("bad") is None


def test_raise(fake: FakeHandrail) -> None:
    @fake.review(on_pending="raise", on_blocked="raise")
    def write(text: str) -> str:
        return text

    assert write("fine") == "fine"
    with pytest.raises(StillPending) as waiting:
        write("wait")
    assert waiting.value.result.text == "wait"
    with pytest.raises(OutputBlocked, match="no good") as stopped:
        write("bad")
    assert stopped.value.result.status == "blocked"


def test_result(fake: FakeHandrail) -> None:
    @fake.review(on_pending="result", on_blocked="result")
    def write(text: str) -> str:
        return text

    assert write("fine") == "fine"
    assert isinstance(write("wait"), Pending)
    assert isinstance(write("bad"), Blocked)


def test_several_arguments_become_a_readable_prompt(fake: FakeHandrail) -> None:
    class Desk:
        @fake.review()
        def answer(self, question: str, words: int = 50, *more: str, secret: Any = None) -> str:
            return question

    Desk().answer("Why?", secret=fake)
    assert fake.submitted[0].prompt == "question: Why?\nwords: 50\nsecret: <FakeHandrail>"


def test_a_prompt_of_ones_own_stays(fake: FakeHandrail) -> None:
    @fake.review(prompt="mine")
    def write(text: str) -> str:
        return text

    write("x")
    assert fake.submitted[0].prompt == "mine"


def test_objects_come_back_as_objects_and_only_when_released(fake: FakeHandrail) -> None:
    @fake.review()
    def plan(amount: int) -> dict[str, Any]:
        return {"type": "tool_call", "name": "pay", "arguments": {"sum": amount}}

    assert plan(90) == {"type": "tool_call", "name": "pay", "arguments": {"sum": 90}}
    assert plan(900) is None


def test_async_functions_under_either_client(fake: FakeHandrail) -> None:
    @fake.review(on_blocked="raise")
    async def one(text: str) -> str:
        await asyncio.sleep(0)
        return text

    @fake.awaited.review(on_blocked="raise")
    async def two(text: str) -> str:
        await asyncio.sleep(0)
        return text

    async def both() -> list[str | None]:
        return [await one("edit"), await two("edit"), await one("x"), await two("y")]

    assert asyncio.run(both()) == ["edited", "edited", "x", "y"]
    for function in (one, two):
        with pytest.raises(OutputBlocked):
            asyncio.run(_await(function("bad")))


async def _await(call: Any) -> Any:
    return await call


def test_what_cannot_be_judged_is_refused_when_it_is_decorated(fake: FakeHandrail) -> None:
    def parts() -> Iterator[str]:
        yield "x"

    with pytest.raises(TypeError, match="as a whole"):
        fake.review()(parts)  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(TypeError, match="async functions"):
        fake.awaited.review()(lambda: "x")
    with pytest.raises(ValueError, match="a key belongs to one item"):
        fake.review(key="k")


def test_what_is_no_output_is_refused_and_not_sent(fake: FakeHandrail) -> None:
    @fake.review()  # type: ignore[arg-type]  # the mistake under test
    def count(text: str) -> int:
        return len(text)

    with pytest.raises(TypeError, match="not int"):
        _ = count("x")
    assert fake.submitted == []


def test_a_function_that_fails_sends_nothing(fake: FakeHandrail) -> None:
    @fake.review()
    def fail(text: str) -> str:
        raise LookupError(text)

    with pytest.raises(LookupError):
        fail("x")
    assert fake.submitted == []
