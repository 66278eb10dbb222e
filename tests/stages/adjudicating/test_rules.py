"""What becomes of an item once its review is in, or once its deadline has passed."""

from __future__ import annotations

from typing import Any

import pytest

from handrail.domain.life import Happening, Status
from handrail.kit.jsons import content_hash
from handrail.stages.adjudicating.rules import at_breach, from_review, happening_at_window_end

TEXT = {"type": "text", "text": "The claim arrived."}
EDIT = {"type": "text", "text": "The claim came."}
PAY = {"type": "tool_call", "name": "pay", "arguments": {"sum": 900}}


def reviewed(verdict: str, **more: Any) -> Any:
    given = {"original": TEXT, "edited": None, "severity": None, "categories": (), "reason": None, "fallback": None}
    return from_review(verdict, **(given | more))


def test_an_approval_releases_what_the_model_wrote() -> None:
    made = reviewed("approve")
    assert (made.status, made.source, made.output, made.text) == (Status.RELEASED, "human", TEXT, TEXT["text"])
    assert made.content_hash == content_hash(TEXT)
    assert happening_at_window_end(made) is Happening.WINDOW_OVER_RELEASE


def test_an_edit_releases_what_the_person_wrote() -> None:
    made = reviewed("edit", edited=EDIT, reason="mended", categories=["wrong_entity"], severity="major")
    assert (made.source, made.output, made.reason) == ("edited", EDIT, "mended")
    assert made.categories == ("wrong_entity",)
    assert made.review["severity"] == "major"


@pytest.mark.parametrize(("fallback", "show"), [(None, "nothing"), ("A colleague will write.", "fallback")])
def test_a_rejection_blocks_and_shows_the_fallback_if_there_is_one(fallback: str | None, show: str) -> None:
    made = reviewed("reject", fallback=fallback, severity="critical")
    assert (made.status, made.output, made.content_hash) == (Status.BLOCKED, None, None)
    assert (made.text, made.show) == (fallback, show)
    assert happening_at_window_end(made) is Happening.WINDOW_OVER_BLOCK


def test_an_unknown_verdict_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown verdict"):
        reviewed("maybe")


def test_a_tool_call_has_no_text_to_show() -> None:
    made = reviewed("approve", original=PAY)
    assert (made.text, made.output) == (None, PAY)


@pytest.mark.parametrize(
    ("kind", "fallback", "status", "source", "text"),
    [
        ("fallback", "A colleague will write.", Status.RELEASED, "fallback", "A colleague will write."),
        ("fallback", None, Status.BLOCKED, "auto", None),
        ("block", "A colleague will write.", Status.BLOCKED, "auto", "A colleague will write."),
        ("release", None, Status.RELEASED, "auto", TEXT["text"]),
    ],
)
def test_a_breach_does_what_the_policy_says(
    kind: str, fallback: str | None, status: Status, source: str, text: str | None
) -> None:
    made = at_breach(kind, original=TEXT, fallback=fallback, why="the caller asked for it")
    assert (made.status, made.source, made.decided_by, made.text) == (status, source, "deadline", text)
