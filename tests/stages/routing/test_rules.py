"""Each step of routing, with a twin that differs in one thing and goes the other way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handrail.domain.item import Autonomy
from handrail.domain.route import Action, AuditDraw, Route, Show, Stop
from handrail.domain.score import Score, ScoreResult
from tests.stages.routing.helpers import BandsText, caller, read, routed, score

BANDS = BandsText.RELEASING
QUEUES = "queues: {junior: {}, senior: {level: senior, requires: approval, priority: 70}}\n"
P = "policy: 1\n" + QUEUES
RELEASING = P + BANDS


def told(route: Route) -> tuple[str, str, str | None]:
    return route.action.value, route.rule, route.queue


# 8: bands


@pytest.mark.parametrize(
    ("confidence", "action", "rule", "queue", "reason"),
    [
        (0.97, "release", "bands[0]", None, "confidence 0.97 is above 0.92"),
        (0.92000001, "release", "bands[0]", None, "confidence 0.92000001 is above 0.92"),
        (0.92, "review", "bands[1]", "junior", "confidence 0.92 is at least 0.70 and not above 0.92"),
        (0.70, "review", "bands[1]", "junior", "confidence 0.70 is at least 0.70 and not above 0.92"),
        (0.6999, "review", "bands[2]", "senior", "confidence 0.6999 is below 0.70"),
        (0.0, "review", "bands[2]", "senior", "confidence 0 is below 0.70"),
        (None, "review", "bands[2]", "senior", "confidence is missing"),
        (float("nan"), "review", "bands[2]", "senior", "confidence is missing"),
        (float("inf"), "review", "bands[2]", "senior", "confidence is missing"),
    ],
)
def test_bands(confidence: float | None, action: str, rule: str, queue: str | None, reason: str) -> None:
    route = routed(RELEASING, confidence=confidence)
    assert (*told(route), route.reason) == (action, rule, queue, reason)


def test_a_release_by_a_plain_number_is_marked() -> None:
    assert routed(RELEASING).uncertified
    assert not routed(RELEASING, autonomy=Autonomy.MONITOR).uncertified


def test_without_bands_nothing_is_released() -> None:
    assert told(routed(P)) == ("review", "bands", "junior")


def test_a_number_of_its_own() -> None:
    policy = P + "bands: {on: \"1 - score('caller.risk')\", rows: [{above: 0.9, then: release, uncertified: true}, {}]}"
    assert told(routed(policy, scores=[caller("risk", 0.05)])) == ("release", "bands[0]", None)
    assert told(routed(policy, scores=[caller("risk", 0.2)])) == ("review", "bands[1]", "junior")
    assert told(routed(policy)) == ("review", "bands[1]", "junior")


def test_risk_is_unknown_before_there_is_a_risk_model() -> None:
    policy = P + 'bands: {on: "1.0 - risk", rows: [{above: 0.0, then: release, uncertified: true}, {}]}'
    route = routed(policy)
    assert (route.rule, route.reason) == ("bands[1]", "risk is missing")


# 6 and 7: autonomy


@pytest.mark.parametrize(
    ("autonomy", "rule"), [(Autonomy.GATE, "gate"), (Autonomy.EXCEPTION, "bands[0]"), (Autonomy.MONITOR, "monitor")]
)
def test_the_level_in_force_decides(autonomy: Autonomy, rule: str) -> None:
    route = routed(RELEASING, autonomy=autonomy)
    assert (route.rule, route.autonomy) == (rule, autonomy)
    assert (route.action is Action.REVIEW) is (autonomy is Autonomy.GATE)


def test_monitor_skips_only_the_bands() -> None:
    assert told(routed(RELEASING, autonomy=Autonomy.MONITOR, confidence=None)) == ("release", "monitor", None)
    triggered = RELEASING + 'review: [{name: always, when: "true"}]'
    assert told(routed(triggered, autonomy=Autonomy.MONITOR)) == ("review", "always", "junior")


def test_a_segment_starts_where_the_policy_says_else_at_gate() -> None:
    policy = RELEASING + 'autonomy: {segments: {"claims:letter": monitor}}'
    assert routed(policy, autonomy=None, domain="claims", task="letter").rule == "monitor"
    assert routed(policy, autonomy=None, domain="claims", task="denial").rule == "gate"
    assert routed(policy, autonomy=Autonomy.GATE, domain="claims", task="letter").rule == "gate"


def test_a_capped_segment_stays_at_gate_and_is_of_high_stakes() -> None:
    policy = RELEASING + 'autonomy: {segments: {"claims:denial": monitor}, capped: ["claims:denial"]}'
    route = routed(policy, autonomy=Autonomy.MONITOR, domain="claims", task="denial")
    assert (route.action, route.rule, route.high_stakes) == (Action.REVIEW, "gate", True)
    assert not routed(policy, autonomy=Autonomy.MONITOR, domain="claims", task="letter").high_stakes


def test_at_gate_the_row_reached_names_the_queue() -> None:
    assert routed(RELEASING, autonomy=Autonomy.GATE, confidence=0.1).queue == "senior"
    assert routed(RELEASING, autonomy=Autonomy.GATE, confidence=0.97).queue == "junior"


# 1, 4 and 5: checks

CHECKED = RELEASING + "checks: {pii: {then: block}, citations: {}, numbers_in_context: {then: note}}\n"
PASSED = [score("pii"), score("citations"), score("numbers_in_context")]


def with_score(name: str, result: ScoreResult, category: str | None = None) -> list[Score]:
    return [one for one in PASSED if one.name != name] + [score(name, result, category=category)]


@pytest.mark.parametrize(
    ("name", "result", "told_"),
    [
        ("pii", ScoreResult.FAIL, ("block", "checks.pii", None)),
        ("pii", ScoreResult.FLAG, ("release", "bands[0]", None)),
        ("pii", ScoreResult.SKIPPED, ("release", "bands[0]", None)),
        ("citations", ScoreResult.FAIL, ("review", "checks.citations", "junior")),
        ("citations", ScoreResult.FLAG, ("release", "bands[0]", None)),
        ("citations", ScoreResult.ERRORED, ("review", "not_run", "junior")),
        ("citations", ScoreResult.TIMED_OUT, ("review", "not_run", "junior")),
        ("citations", ScoreResult.SKIPPED, ("release", "bands[0]", None)),
        ("numbers_in_context", ScoreResult.FAIL, ("release", "bands[0]", None)),
        ("numbers_in_context", ScoreResult.ERRORED, ("review", "not_run", "junior")),
    ],
)
@pytest.mark.parametrize("autonomy", [Autonomy.EXCEPTION, Autonomy.MONITOR])
def test_how_a_check_ended(
    name: str, result: ScoreResult, told_: tuple[str, str, str | None], autonomy: Autonomy
) -> None:
    route = routed(CHECKED, scores=with_score(name, result), autonomy=autonomy)
    assert told(route) == (
        told_ if told_[0] != "release" or autonomy is Autonomy.EXCEPTION else ("release", "monitor", None)
    )


def test_a_check_without_a_score_did_not_run() -> None:
    route = routed(CHECKED, scores=PASSED[:1] + PASSED[2:])
    assert (route.rule, route.reason, route.values) == (
        "not_run",
        "citations did not run",
        {"results.citations": "missing"},
    )


def test_what_did_not_run_comes_before_what_failed() -> None:
    policy = CHECKED.replace("{then: block}", "{}")
    failed = [score("citations", ScoreResult.FAIL), score("numbers_in_context")]
    assert routed(policy, scores=[score("pii", ScoreResult.ERRORED), *failed]).rule == "not_run"
    assert routed(policy, scores=[score("pii"), *failed]).rule == "checks.citations"


def test_all_failed_checks_are_told_by_name() -> None:
    failed = [score("pii", ScoreResult.FAIL), score("citations", ScoreResult.FAIL)]
    for checks in ("{pii: {}, citations: {}}", "{citations: {}, pii: {}}"):
        route = routed(RELEASING + f"checks: {checks}", scores=failed)
        assert (route.rule, route.reason) == ("checks.citations", "citations failed; pii failed")


def test_a_score_of_the_caller_does_not_stand_for_a_check() -> None:
    assert routed(CHECKED, scores=[*PASSED[:1], *PASSED[2:], caller("citations", 1.0)]).rule == "not_run"


def test_what_did_not_run_can_be_ignored() -> None:
    ignoring = CHECKED + "not_run: ignore"
    assert routed(ignoring, scores=with_score("citations", ScoreResult.ERRORED)).action is Action.RELEASE
    assert routed(ignoring, scores=with_score("citations", ScoreResult.FAIL)).action is Action.REVIEW


def test_scores_of_checks_that_the_policy_dropped_do_not_count() -> None:
    assert routed(RELEASING, scores=[score("pii", ScoreResult.FAIL)]).action is Action.RELEASE


def test_a_check_that_blocks_gives_its_category() -> None:
    assert routed(CHECKED, scores=with_score("pii", ScoreResult.FAIL, "privacy")).category == "privacy"


def test_a_failed_check_goes_to_the_queue_of_the_first_trigger_that_holds() -> None:
    policy = (
        CHECKED + 'review: [{name: never, when: "false", queue: junior}, {name: always, when: "true", queue: senior}]'
    )
    route = routed(policy, scores=with_score("citations", ScoreResult.FAIL))
    assert told(route) == ("review", "checks.citations", "senior")
    row = routed(CHECKED, scores=with_score("citations", ScoreResult.FAIL), confidence=0.2)
    assert told(row) == ("review", "checks.citations", "senior")


# 2: block

BLOCKING = RELEASING + (
    "categories: {unsafe: {}}\nfallback: Later.\n"
    'block: [{name: first, when: "metadata.a == 1"}, {name: second, when: "metadata.b == 1", category: unsafe}]\n'
)


def test_the_first_block_trigger_that_holds_blocks() -> None:
    both = routed(BLOCKING, metadata={"a": 1, "b": 1})
    second = routed(BLOCKING, metadata={"a": 0, "b": 1})
    neither = routed(BLOCKING, metadata={"a": 0, "b": 0})
    assert [one.rule for one in (both, second, neither)] == ["first", "second", "bands[0]"]
    assert (second.action, second.category, second.reason) == (Action.BLOCK, "unsafe", "b is 1")
    assert (second.show, second.fallback, second.queue, second.audit) == (Show.FALLBACK, "Later.", None, None)


def test_a_block_without_a_fallback_shows_nothing() -> None:
    assert routed(P + 'block: [{name: a, when: "true"}]').show is Show.NOTHING


@pytest.mark.parametrize("not_run", ["review", "ignore"])
@pytest.mark.parametrize("autonomy", [Autonomy.EXCEPTION, Autonomy.MONITOR])
def test_a_block_trigger_that_cannot_be_evaluated_sends_to_a_person(not_run: str, autonomy: Autonomy) -> None:
    route = routed(BLOCKING + f"not_run: {not_run}", metadata={"b": 0}, autonomy=autonomy)
    assert (route.action, route.rule, route.reason) == (Action.REVIEW, "first", "a is missing")


def test_a_later_block_trigger_still_blocks_what_an_earlier_one_could_not_tell() -> None:
    assert told(routed(BLOCKING, metadata={"b": 1})) == ("block", "second", None)


def test_blocks_come_before_high_stakes_and_stop() -> None:
    policy = BLOCKING + 'review: [{name: high, when: "true", high_stakes: true}]'
    assert routed(policy, metadata={"a": 1, "b": 0}, stop=Stop("test")).action is Action.BLOCK


# 3 and 5: review triggers

TRIGGERS = CHECKED + (
    "review:\n"
    '  - {name: large, when: "metadata.amount >= 50000", queue: senior}\n'
    '  - {name: topic, when: "has(metadata.topic)", queue: senior, high_stakes: true}\n'
)


def test_a_review_trigger_holds_or_not() -> None:
    large = routed(TRIGGERS, scores=PASSED, metadata={"amount": 62400})
    small = routed(TRIGGERS, scores=PASSED, metadata={"amount": 49999.99})
    assert (*told(large), large.reason) == ("review", "large", "senior", "amount 62,400 is at least 50,000")
    assert large.values == {"metadata.amount": 62400}
    assert small.action is Action.RELEASE


def test_a_review_trigger_that_cannot_be_evaluated_counts_as_holding() -> None:
    route = routed(TRIGGERS, scores=PASSED)
    assert (*told(route), route.reason) == ("review", "large", "senior", "amount is missing")


def test_has_says_otherwise() -> None:
    policy = RELEASING + 'review: [{name: large, when: "has(metadata.amount) && metadata.amount > 5"}]'
    assert routed(policy).action is Action.RELEASE
    assert routed(policy, metadata={"amount": None}).action is Action.RELEASE
    assert routed(policy, metadata={"amount": 6}).action is Action.REVIEW


def test_high_stakes_come_first_and_are_marked() -> None:
    route = routed(
        TRIGGERS, scores=with_score("citations", ScoreResult.ERRORED), metadata={"amount": 62400, "topic": "x"}
    )
    assert (route.rule, route.high_stakes) == ("topic", True)
    other = routed(TRIGGERS, scores=PASSED, metadata={"amount": 62400})
    assert (other.rule, other.high_stakes) == ("large", False)


def test_failed_checks_come_before_other_triggers() -> None:
    scores = with_score("citations", ScoreResult.FAIL)
    assert told(routed(TRIGGERS, scores=scores, metadata={"amount": 62400})) == ("review", "checks.citations", "senior")


def test_what_a_trigger_says_otherwise_than_its_queue() -> None:
    policy = (
        "policy: 1\nfallback: Later.\npending: {show: draft, label: Draft}\n"
        "queues: {team: {deadline: 8h, at_breach: fallback, priority: 20}}\n"
        'review:\n  - {name: own, when: "metadata.own", deadline: 1h, requires: approval, '
        'priority: "metadata.amount / 100", pending: {show: fallback}}\n'
        '  - {name: plain, when: "true"}\n'
    )
    own = routed(policy, metadata={"own": True, "amount": 4200})
    assert (own.deadline, own.requires, own.priority) == (timedelta(hours=1), "approval", 42.0)
    assert (own.show, own.label, own.fallback) == (Show.FALLBACK, None, "Later.")
    plain = routed(policy, metadata={"own": False})
    assert (plain.deadline, plain.requires, plain.priority) == (timedelta(hours=8), "correction", 20.0)
    assert (plain.show, plain.label) == (Show.DRAFT, "Draft")


@pytest.mark.parametrize(("amount", "priority"), [(4_200, 42.0), (1_000_000, 100.0), (-5, 0.0), (None, 50.0)])
def test_priority_stays_within_bounds(amount: float | None, priority: float) -> None:
    policy = 'policy: 1\nqueues: {team: {priority: "metadata.amount / 100"}}'
    assert routed(policy, metadata={"amount": amount}).priority == priority


# 10: audit draws


def test_a_release_is_drawn_with_the_share_of_the_policy() -> None:
    policy = RELEASING + "audit: {share: 5%, queue: senior}"
    assert routed(policy, drawn=0.0499).audit == AuditDraw(0.05, "senior")
    assert routed(policy, drawn=0.05).audit is None


def test_every_release_is_audited_by_default() -> None:
    assert routed(RELEASING, drawn=0.049).audit == AuditDraw(0.05, "junior")


def test_the_share_is_never_below_the_least() -> None:
    assert routed(RELEASING + "audit: {share: 0, least: 2%}", drawn=0.0).audit == AuditDraw(0.02, "junior")


def test_the_caller_may_ask_for_an_audit_and_nothing_else() -> None:
    assert routed(RELEASING, drawn=0.999, audit_always=True).audit == AuditDraw(1.0, "junior")
    assert routed(RELEASING, drawn=0.999, audit_always=False).audit is None


def test_only_releases_are_drawn() -> None:
    assert routed(P, drawn=0.0).audit is None
    assert routed(P + 'block: [{name: a, when: "true"}]', drawn=0.0).audit is None


# 11: stop


@pytest.mark.parametrize("autonomy", [Autonomy.EXCEPTION, Autonomy.MONITOR])
def test_a_stop_turns_release_into_review(autonomy: Autonomy) -> None:
    running = routed(RELEASING, autonomy=autonomy, drawn=0.0)
    stopped = routed(RELEASING, autonomy=autonomy, drawn=0.0, stop=Stop("drill"))
    assert (running.action, running.audit is None) == (Action.RELEASE, False)
    assert (*told(stopped), stopped.audit) == ("review", "stop", "junior", None)


def test_a_freeze_turns_block_into_review_that_no_deadline_releases_and_a_plain_stop_does_not() -> None:
    blocked = {"a": 1, "b": 0}
    assert routed(BLOCKING, metadata=blocked, stop=Stop("drill")).action is Action.BLOCK
    frozen = routed(BLOCKING, metadata=blocked, stop=Stop("drill", freeze=True))
    assert told(frozen)[:2] == ("review", "stop")
    assert frozen.high_stakes
    assert "first would have blocked" in frozen.reason


def test_during_a_stop_pending_items_show_no_draft() -> None:
    policy = P + "pending: {show: draft, label: Draft}"
    assert (routed(policy).show, routed(policy).label) == (Show.DRAFT, "Draft")
    stopped = routed(policy, stop=Stop("drill"))
    assert (stopped.show, stopped.label, stopped.rule) == (Show.NOTHING, None, "bands")


# what every route says


def test_the_callers_fallback_wins() -> None:
    policy = "policy: 1\nfallback: {en: Later., de: Bald.}\npending: {show: fallback}"
    assert routed(policy, language="de-AT").fallback == "Bald."
    assert routed(policy, language="de-AT", fallback="Mine.").fallback == "Mine."


def test_every_step_that_was_taken_is_recorded() -> None:
    route = routed(TRIGGERS, scores=PASSED, metadata={"amount": 5}, drawn=0.5)
    assert [(step.step, step.rule, step.held) for step in route.steps] == [
        ("high_stakes", "topic", False),
        ("review", "large", False),
        ("bands", "bands[0]", True),
        ("audit", None, False),
    ]
    assert route.steps[1].values == {"metadata.amount": 5}
    assert route.steps[3].values == {"probability": 0.05, "draw": 0.5}
    assert (route.policy_version, route.probability) == (7, 1.0)


def test_the_lowest_queue_takes_what_names_none() -> None:
    policy = "policy: 1\nqueues: {a: {level: senior}, b: {}, audit: {}}\naudit: {queue: audit}"
    assert routed(policy).queue == "b"
    assert routed("policy: 1").queue == "review"
    assert read("policy: 1\nqueues: {audit: {}}\naudit: {queue: audit}").lowest_queue == "audit"
