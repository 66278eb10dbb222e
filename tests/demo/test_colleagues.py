"""Simulated colleagues: right in a known share of cases, and never mistaken for people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from handrail.demo.colleagues import COLLEAGUES, Colleague, Decision, decide
from handrail.demo.world import DemoClaim
from handrail.kit.jsons import canonical
from handrail.wire.reviewing import ReviewIn
from tests.demo.worlds import SEEDS, world


def _reviewed(seed: int) -> Iterator[tuple[DemoClaim, str]]:
    """What goes to people by amount and confidence, with the level it goes to."""
    for one in world(seed):
        if one.item["metadata"].get("amount", 0) > 50_000 or one.item["confidence"] < 0.70:
            yield one, "senior"
        elif one.item["confidence"] <= 0.92:
            yield one, "junior"


def _decisions(seed: int) -> Iterator[tuple[Colleague, DemoClaim, Decision]]:
    rng = Random(seed)
    for one, level in _reviewed(seed):
        colleague = rng.choice([who for who in COLLEAGUES if who.level == level])
        yield colleague, one, decide(colleague, one, rng)


@pytest.fixture(scope="module")
def decisions() -> list[tuple[Colleague, DemoClaim, Decision]]:
    return [decision for seed in SEEDS for decision in _decisions(seed)]


def test_about_23_percent_are_overridden(decisions: list[tuple[Colleague, DemoClaim, Decision]]) -> None:
    assert len(decisions) >= 2_000
    overridden = sum(decision.verdict != "approve" for _, _, decision in decisions)
    assert overridden / len(decisions) == pytest.approx(0.23, abs=0.01)


@pytest.mark.parametrize("seeds", [(1, 2), (2, 3), (4, 5)])
def test_the_share_holds_in_every_2_000_reviews(seeds: tuple[int, int]) -> None:
    verdicts = Counter(decision.verdict for seed in seeds for _, _, decision in _decisions(seed))
    assert sum(verdicts.values()) >= 2_000
    assert 1 - verdicts["approve"] / sum(verdicts.values()) == pytest.approx(0.23, abs=0.01)


def test_all_three_verdicts_occur(decisions: list[tuple[Colleague, DemoClaim, Decision]]) -> None:
    verdicts = Counter(decision.verdict for _, _, decision in decisions)
    assert verdicts["edit"] > verdicts["reject"] > 20


def test_nobody_is_always_right_and_everybody_mostly(decisions: list[tuple[Colleague, DemoClaim, Decision]]) -> None:
    right, seen = Counter[str](), Counter[str]()
    for colleague, claim, decision in decisions:
        seen[colleague.name] += 1
        right[colleague.name] += bool(claim.truth.errors) == (decision.verdict != "approve")
    for colleague in COLLEAGUES:
        assert 0.9 < right[colleague.name] / seen[colleague.name] < 1


def test_an_edit_of_a_seen_error_ends_in_the_truth(decisions: list[tuple[Colleague, DemoClaim, Decision]]) -> None:
    complete = 0
    for _, claim, decision in decisions:
        if decision.verdict == "edit" and claim.truth.errors:
            assert decision.output is not None
            assert decision.output != claim.item["output"]
            assert decision.output in (claim.truth.correct, *claim.truth.partly)
            complete += decision.output == claim.truth.correct
            assert decision.reason
            assert set(decision.categories) <= {error.category for error in claim.truth.errors}
    assert complete > 0.9 * sum(
        decision.verdict == "edit" and bool(claim.truth.errors) for _, claim, decision in decisions
    )


def test_every_decision_is_a_review_that_the_server_takes(
    decisions: list[tuple[Colleague, DemoClaim, Decision]],
) -> None:
    for _, claim, decision in decisions:
        sent = ReviewIn.model_validate_json(json.dumps(decision.body(fence=3)))
        assert sent.verdict == decision.verdict
        if decision.verdict == "edit":
            assert sent.severity is not None
            assert canonical(dict(decision.output or {})) != canonical(claim.item["output"])
        if decision.verdict == "approve":
            assert decision.output is None


def test_time_grows_with_the_text_and_has_a_believable_size(
    decisions: list[tuple[Colleague, DemoClaim, Decision]],
) -> None:
    spent = sorted(decision.active_ms for _, _, decision in decisions)
    assert 15_000 < spent[len(spent) // 2] < 120_000
    assert spent[-1] < 600_000

    def median(task: str) -> int:
        times = sorted(one.active_ms for _, claim, one in decisions if claim.item["task"] == task)
        return times[len(times) // 2]

    assert median("settlement_letter") > median("chat_reply")


def test_the_same_chance_gives_the_same_decision() -> None:
    claim = next(one for one, _ in _reviewed(1) if one.truth.errors)
    assert decide(COLLEAGUES[0], claim, Random(5)) == decide(COLLEAGUES[0], claim, Random(5))


def test_colleagues_are_called_what_they_are() -> None:
    assert [colleague.name for colleague in COLLEAGUES] == [f"Simulated colleague {place}" for place in range(1, 6)]
    assert {colleague.level for colleague in COLLEAGUES} == {"junior", "senior"}
