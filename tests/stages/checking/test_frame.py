"""The frame runs checks, bounds them, and says so where one did not run."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from handrail.domain.item import Item, Output, Passage
from handrail.domain.score import Finding, Score, ScoreKind, ScoreResult, failed, passed
from handrail.extend.checks import MOST_FINDINGS, BoundCheck, check
from handrail.stages.checking import rules
from handrail.stages.checking.frame import SlowLane, recheck, run_checks


@check("short", version="3")
def short(item: Item) -> Score:
    """Fails when the output has more than five characters."""
    long = len(item.output) > 5
    return failed("Too long.", (Finding("Too long.", start=5, end=len(item.output)),)) if long else passed()


@check("polite", version="1")
def polite(item: Item) -> Score:
    """Fails when the prompt does not say please, which is the same for all candidates."""
    return passed() if "please" in item.prompt else failed("Not polite.", (Finding("Not polite.", "prompt", 0, 1),))


@check("broken", version="1")
def broken(item: Item) -> Score:
    """Raises, as a plugin of someone else may do at any time."""
    raise KeyError(item.output)


@check("liar", version="1")
def liar(item: Item) -> Score:
    """Returns what no check may return, depending on the output."""
    match item.output:
        case "none":
            return None  # type: ignore[return-value]  # what the frame must catch
        case "nan":
            return Score(float("nan"))
        case "big":
            return Score(1.5)
        case "mute":
            return Score(0.0, ScoreResult.FAIL)
        case _:
            return failed("Many.", tuple(Finding("Here.") for _ in range(MOST_FINDINGS + 5)))


def bound(function: object) -> BoundCheck:
    plugin = function.plugin  # type: ignore[attr-defined]  # set by the decorator
    return BoundCheck(plugin, plugin.options())


def slow_check(gate: threading.Event, within_ms: int) -> BoundCheck:
    @check("slow", version="1", slow=True, within_ms=within_ms)
    def slow(item: Item) -> Score:
        """Waits for something outside this process."""
        gate.wait(10)
        return passed(item.output)

    return bound(slow)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_scores_come_in_the_order_given_with_name_version_and_duration() -> None:
    scores = run_checks(Item(output="too long", prompt="please"), [bound(short), bound(polite)])
    assert [(one.name, one.result.value, one.version, one.kind) for one in scores] == [
        ("short", "fail", "3", ScoreKind.CHECK),
        ("polite", "pass", "1", ScoreKind.CHECK),
    ]
    assert all(one.duration_ms >= 0 for one in scores)


def test_a_check_that_raises_is_errored_and_the_others_run() -> None:
    scores = run_checks(Item(output="yes"), [bound(broken), bound(short)])
    assert [(one.result.value, one.ran) for one in scores] == [("errored", False), ("pass", True)]
    assert scores[0].reason == "KeyError inside the check"
    assert scores[0].value is None


@pytest.mark.parametrize("output", ["none", "nan", "big", "mute"])
def test_a_score_that_no_check_may_give_is_errored(output: str) -> None:
    assert run_checks(Item(output=output), [bound(liar)])[0].result == "errored"


def test_findings_are_bounded_and_the_reason_says_so() -> None:
    score = run_checks(Item(output="many"), [bound(liar)])[0]
    assert len(score.findings) == MOST_FINDINGS
    assert score.reason == "Many. The first 1,000 of 1,005 places are shown."


def test_a_slow_check_that_answers_in_time_counts(gate: threading.Event) -> None:
    gate.set()
    scores = run_checks(Item(output="yes"), [slow_check(gate, 5_000), bound(short)], lane=SlowLane(2))
    assert [(one.name, one.result.value) for one in scores] == [("slow", "pass"), ("short", "pass")]


def test_a_slow_check_that_does_not_answer_is_timed_out(gate: threading.Event) -> None:
    scores = run_checks(Item(output="yes"), [slow_check(gate, 20), bound(short)], lane=SlowLane(2))
    assert [(one.result.value, one.ran) for one in scores] == [("timed_out", False), ("pass", True)]
    assert scores[0].reason == "No answer within 20 ms."


def test_hanging_checks_do_not_pile_up_and_give_their_place_back(gate: threading.Event) -> None:
    lane = SlowLane(1)
    slow = slow_check(gate, 20)
    run_checks(Item(output="a"), [slow], lane=lane)
    assert run_checks(Item(output="b"), [slow], lane=lane)[0].reason == "All 1 places for slow checks are taken."
    gate.set()
    slow = slow_check(gate, 5_000)
    scores = (
        run_checks(Item(output="c"), [slow], lane=lane)[0] for _ in range(500) if not threading.Event().wait(0.01)
    )
    assert next(score.reason for score in scores if score.result == "pass") == "c"


def test_an_item_too_large_to_read_is_errored_by_every_check() -> None:
    half = "x" * (rules.MOST_CHARACTERS // 2)
    fits = Item(output="yes", prompt=half, context=(Passage("p1", half[:-3]),))
    too_large = Item(output="yes!", prompt=half, context=(Passage("p1", half[:-3]),))
    assert run_checks(fits, [bound(short)])[0].result == "pass"
    assert [one.result.value for one in run_checks(too_large, [bound(short), bound(polite)])] == ["errored", "errored"]


def test_every_candidate_is_checked() -> None:
    candidates = tuple(Output.of_text(text) for text in ("yes", "much too long", "longest of all"))
    item = Item(output="yes", candidates=candidates)
    one, other = run_checks(item, [bound(short), bound(polite)])
    assert (one.result, one.reason) == ("fail", "Candidate 2: Too long.")
    assert [(found.candidate, found.end) for found in one.findings] == [(1, 13), (2, 14)]
    assert [(found.field, found.candidate) for found in other.findings] == [("prompt", None)]


@pytest.mark.parametrize(
    ("results", "gravest"),
    [
        (["pass", "flag"], "flag"),
        (["flag", "errored"], "errored"),
        (["errored", "fail"], "fail"),
        (["skipped", "pass"], "pass"),
        (["timed_out", "flag", "pass"], "timed_out"),
        (["skipped", "skipped"], "skipped"),
    ],
)
def test_the_gravest_candidate_decides(results: list[str], gravest: str) -> None:
    assert rules.combined([Score(None, ScoreResult(result), result) for result in results]).result == gravest


def test_an_edit_is_checked_as_it_is_typed(gate: threading.Event) -> None:
    gate.set()
    item = Item(output="much too long", candidates=(Output.of_text("much too long"), Output.of_text("also too long")))
    checks = [bound(short), slow_check(gate, 5_000)]
    typed = recheck(item, Output.of_text("short"), checks)
    assert [(one.name, one.result.value) for one in typed] == [("short", "pass"), ("slow", "skipped")]
    sent = recheck(item, Output.of_text("short"), checks, lane=SlowLane(1))
    assert [one.result.value for one in sent] == ["pass", "pass"]


def test_an_edited_json_output_is_read_in_canonical_form() -> None:
    output = Output({"type": "json", "value": {"b": 1, "a": 2}})
    assert rules.with_output(Item(output="x"), output).output == '{"a":2,"b":1}'


def test_the_callers_signals_become_scores() -> None:
    fine, odd, none = rules.caller_scores(
        [
            {"name": "nli", "value": 0.88, "version": "2", "reason": "entailed"},
            {"name": "risk", "value": 7},
            {"name": "bad", "value": float("nan")},
        ]
    )
    assert (fine.name, fine.value, fine.version, fine.reason, fine.kind) == (
        "caller.nli",
        0.88,
        "2",
        "entailed",
        ScoreKind.CALLER,
    )
    assert (odd.value, odd.result, odd.version) == (7.0, ScoreResult.PASS, "")
    assert (none.value, none.result, none.ran) == (None, ScoreResult.ERRORED, False)


def test_what_a_repair_changed_is_told_check_by_check() -> None:
    checks = [bound(short), bound(polite)]
    item = Item(output="too long")
    before = run_checks(item, checks)
    after = recheck(item, Output.of_text("short"), checks)
    assert rules.changes(before, after) == (
        rules.Change("short", ScoreResult.FAIL, ScoreResult.PASS, ("Too long.",), ()),
    )
    assert rules.changes(before, before) == ()
