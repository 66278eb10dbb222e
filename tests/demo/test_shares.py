"""The shares the desk promises: 78% released, 15% to juniors, 7% to seniors, each within one point."""

from __future__ import annotations

from collections import Counter

import pytest

from handrail.domain.route import Action
from handrail.stages.routing.language.model import Policy
from tests.demo.worlds import SEEDS, Routed, world

STATED = {"released": 0.78, "junior": 0.15, "senior": 0.07}
TOLERANCE = 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_by_amount_and_confidence_alone(seed: int) -> None:
    ways = Counter[str]()
    for one in world(seed):
        if one.item["metadata"].get("amount", 0) > 50_000 or one.item["confidence"] < 0.70:
            ways["senior"] += 1
        else:
            ways["released" if one.item["confidence"] > 0.92 else "junior"] += 1
    for way, share in STATED.items():
        assert ways[way] / len(world(seed)) == pytest.approx(share, abs=TOLERANCE)


def test_shares_after_the_real_checks_and_the_real_policy(routed: tuple[Routed, ...]) -> None:
    ways = Counter(one.route.queue or one.route.action.value for one in routed)
    assert ways["release"] / len(routed) == pytest.approx(STATED["released"], abs=TOLERANCE)
    assert ways["junior"] / len(routed) == pytest.approx(STATED["junior"], abs=TOLERANCE)
    assert ways["senior"] / len(routed) == pytest.approx(STATED["senior"], abs=TOLERANCE)
    assert 0 < ways["block"] / len(routed) <= 0.01


def test_every_release_is_marked_uncertified(routed: tuple[Routed, ...]) -> None:
    released = [one.route for one in routed if one.route.action is Action.RELEASE]
    assert all(route.uncertified and route.rule == "bands[0]" for route in released)


def test_a_share_of_releases_is_picked_for_audit(routed: tuple[Routed, ...]) -> None:
    released = [one.route for one in routed if one.route.action is Action.RELEASE]
    picked = [route.audit for route in released if route.audit]
    assert 0.03 < len(picked) / len(released) < 0.07
    assert {audit.queue for audit in picked} == {"audit"}


def test_no_check_objects_to_a_correct_output(routed: tuple[Routed, ...]) -> None:
    """Or the reviewers would learn to look away."""
    right = [one for one in routed if not one.claim.truth.errors]
    assert not [(one.claim.item["key"], one.alarmed) for one in right if one.alarmed]


@pytest.mark.parametrize(
    ("kind", "check", "least"),
    [
        ("wrong_excess", "numbers_in_context", 0.9),
        ("wrong_line", "numbers_in_context", 0.9),
        ("wrong_number", "numbers_in_context", 0.9),
        ("wrong_limit", "numbers_in_context", 0.8),
        ("wrong_date", "dates_in_context", 0.7),
        ("missing_citation", "citations", 0.5),
        ("hidden_character", "hidden_characters", 1.0),
        ("broken_schema", "json_schema", 1.0),
        ("card", "pii", 1.0),
    ],
)
def test_checks_find_what_checks_can_find(routed: tuple[Routed, ...], kind: str, check: str, least: float) -> None:
    wrong = [one for one in routed if kind in {error.kind for error in one.claim.truth.errors}]
    found = [one for one in wrong if check in one.alarmed]
    assert wrong
    assert len(found) / len(wrong) >= least


@pytest.mark.parametrize("kind", ["tone", "false_cover", "wrong_name", "missing_document", "missing_answer"])
def test_some_errors_only_a_person_sees(routed: tuple[Routed, ...], kind: str) -> None:
    alone = [one for one in routed if [error.kind for error in one.claim.truth.errors] == [kind]]
    assert alone
    assert not [one.alarmed for one in alone if one.alarmed and kind != "tone"]


def test_a_wrong_amount_leads_to_the_sentence_that_contradicts_it(routed: tuple[Routed, ...]) -> None:
    amounts = {"wrong_excess", "wrong_sum", "wrong_line"}
    wrong = [
        one
        for one in routed
        if one.claim.item["task"] == "settlement_letter"
        and len(one.claim.truth.errors) == 1
        and one.claim.truth.errors[0].kind in amounts
    ]
    assert len(wrong) >= 20
    assert sum(_points_to_the_sheet(one) for one in wrong) >= 0.8 * len(wrong)


def _points_to_the_sheet(one: Routed) -> bool:
    texts = {passage.id: passage.text for passage in one.item.context}
    titles = {passage.id: passage.source or "" for passage in one.item.context}
    proofs = [proof for score in one.scores for finding in score.findings for proof in finding.evidence]
    return any(
        titles[proof.context_id].endswith("/sheet")
        and any(sign.isdigit() for sign in texts[proof.context_id][proof.start : proof.end])
        for proof in proofs
    )


def test_queues_have_deadlines_in_minutes(policy: Policy) -> None:
    for name in ("junior", "senior"):
        deadline = policy.queues[name].deadline
        assert deadline is not None
        assert deadline.total_seconds() < 3_600


def test_the_policy_knows_every_category_with_the_severity_of_the_simulation(
    policy: Policy, routed: tuple[Routed, ...]
) -> None:
    for one in routed:
        for error in one.claim.truth.errors:
            assert policy.categories[error.category].severity.value == error.severity
