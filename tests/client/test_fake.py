"""The helpers for tests of applications; what the fake answers is tested in test_suite.py."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Literal

import pytest

from handrail import (
    AlreadyDecided,
    AsyncHandrail,
    Blocked,
    Conflict,
    Handrail,
    NotFound,
    Pending,
    Released,
    Unreachable,
)
from handrail.testing import FakeHandrail, blocked, edited, pending, released

NOWHERE = "http://127.0.0.1:9"


def test_the_default_is_as_asked() -> None:
    assert FakeHandrail().gate("x").status == "released"
    assert FakeHandrail("block").gate("x").status == "blocked"
    assert FakeHandrail("review").gate("x").status == "pending"
    with pytest.raises(ValueError, match="default is one of"):
        FakeHandrail("aprove")  # type: ignore[arg-type]  # the mistake under test


def test_the_first_rule_that_holds_wins() -> None:
    fake = FakeHandrail().when(lambda item: item.confidence == 0.5, blocked()).when(lambda _: True, released("y"))
    assert fake.gate("x", confidence=0.5).status == "blocked"
    other = fake.gate("x", confidence=0.6)
    assert isinstance(other, Released)
    assert (other.text, other.source) == ("y", "repaired")


def test_a_rule_that_fails_shows_its_error() -> None:
    fake = FakeHandrail().when(lambda item: item.confidence < 0.7, blocked())  # type: ignore[operator]  # may be None
    with pytest.raises(TypeError):
        fake.gate("x")


def test_what_was_submitted_can_be_looked_at() -> None:
    fake = FakeHandrail()
    fake.gate("hello", prompt="p", metadata={"amount": 5}, key="k")
    fake.gate("hello", prompt="p", metadata={"amount": 5}, key="k")
    (seen,) = fake.submitted
    assert (seen.text, seen.prompt, seen.metadata, seen.key) == ("hello", "p", {"amount": 5}, "k")
    assert fake.outcome(seen.item_id).status == "released"


def test_pending_shows_what_it_is_told_to() -> None:
    def shown(fake: FakeHandrail) -> tuple[str | None, str | None]:
        result = fake.gate("x", fallback="Later.")
        assert isinstance(result, Pending)
        return result.show, result.text

    assert shown(FakeHandrail("review")) == ("nothing", None)
    assert shown(FakeHandrail().when(lambda _: True, pending("draft"))) == ("draft", "x")
    assert shown(FakeHandrail().when(lambda _: True, pending("fallback"))) == ("fallback", "Later.")


def test_decide_plays_the_reviewer() -> None:
    fake = FakeHandrail("review")
    ids = [str(fake.submit("x").item_id) for _ in range(3)]
    assert isinstance(fake.decide(ids[0], verdict="approve"), Released)
    edit = fake.decide(ids[1], verdict="edit", output="y", severity="major", reason="wrong", categories=["tone"])
    assert (edit.text, edit.source, edit.reason, edit.categories) == ("y", "edited", "wrong", ("tone",))
    assert edit.review is not None
    assert edit.review.severity == "major"
    assert isinstance(fake.decide(ids[2], verdict="reject"), Blocked)
    assert [fake.outcome(one).status for one in ids] == ["released", "released", "blocked"]


def test_decide_refuses_what_a_server_would() -> None:
    fake = FakeHandrail("review")
    item_id = str(fake.submit("x").item_id)
    with pytest.raises(ValueError, match="an edit needs its output"):
        fake.decide(item_id, verdict="edit")
    with pytest.raises(ValueError, match="an edit needs its output"):
        fake.decide(item_id, verdict="approve", output="y")
    fake.decide(item_id, verdict="approve")
    with pytest.raises(AlreadyDecided) as caught:
        fake.decide(item_id, verdict="reject")
    assert caught.value.result is not None
    assert caught.value.result.status == "released"
    with pytest.raises(NotFound):
        fake.decide("unknown", verdict="approve")


def test_waits_take_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert FakeHandrail("review").gate("x", wait="2d").status == "pending"


def test_every_client_of_the_process_talks_to_the_fixture(handrail: FakeHandrail) -> None:
    Handrail(NOWHERE, "hrk_x").gate("one")
    Handrail().gate("two")
    asyncio.run(_gate("three"))
    assert [item.text for item in handrail.submitted] == ["one", "two", "three"]


async def _gate(text: str) -> None:
    await AsyncHandrail(NOWHERE, "hrk_x").gate(text)


def test_outside_the_fixture_clients_are_real_again() -> None:
    hr = Handrail(NOWHERE, "hrk_x", retries=0)
    with FakeHandrail().installed():
        assert hr.gate("x").status == "released"
    with pytest.raises(Unreachable):
        hr.gate("x")


def test_the_innermost_fake_wins(handrail: FakeHandrail) -> None:
    inner = FakeHandrail().when(lambda _: True, edited("inner"))
    with inner.installed():
        assert Handrail().gate("x").text == "inner"
    assert Handrail().gate("x").text == "x"
    assert (len(inner.submitted), len(handrail.submitted)) == (1, 1)


def test_the_plugin_does_not_load_the_sdk_by_itself() -> None:
    code = "import sys, handrail.testing.plugin; print('httpx' in sys.modules, 'pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == (
        "False False\n"
    )


@pytest.mark.parametrize(("verdict", "text"), [("approve", "As it was."), ("reject", None)])
def test_an_appeal_is_decided_by_the_test(verdict: Literal["approve", "reject"], text: str | None) -> None:
    fake = FakeHandrail()
    before = fake.gate("As it was.")
    fake.appeal(str(before.item_id), reason="it is wrong", by="u-1")
    after = fake.decide(str(before.item_id), verdict=verdict)
    assert (after.text, fake.outcome(before.item_id)) == (text, after)
    assert (after.recall is None) == (verdict == "approve")
    assert after.recall is None or (after.recall.why, after.recall.reason) == ("appeal", "it is wrong")
    with pytest.raises(AlreadyDecided):
        fake.decide(str(before.item_id), verdict="approve")


def test_what_is_recalled_without_a_correction_is_not_recalled_again() -> None:
    fake = FakeHandrail()
    item_id = str(fake.gate("x").item_id)
    fake.recall(item_id, reason="wrong")
    with pytest.raises(Conflict, match="recalled already"):
        fake.recall(item_id, reason="still wrong")
    assert fake.override(item_id, "y", reason="mended").text == "y"
