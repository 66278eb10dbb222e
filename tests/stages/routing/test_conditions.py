"""Conditions: what they may say, what they read, and what is known when something is missing."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime
from time import perf_counter
from typing import Any  # Any: metadata is JSON

import pytest

from handrail.domain.item import Autonomy, Item, Output, Passage
from handrail.domain.score import Score, ScoreKind, ScoreResult
from handrail.stages.routing.conditions import kinds
from handrail.stages.routing.conditions.compiled import (
    BadCondition,
    Condition,
    ConditionSet,
    View,
    compile_condition,
)
from handrail.stages.routing.conditions.syntax import Call, Const, Ident, tree_of, walk
from handrail.stages.routing.conditions.variables import READERS, by_name
from handrail.stages.routing.conditions.words import why_holds, why_unknown
from tests.stages.routing.helpers import caller, score

DECLARED = {
    "amount": kinds.NUMBER,
    "customer": kinds.TEXT,
    "vip": kinds.BOOLEAN,
    "due": kinds.TIME_TEXT,
    "tags": kinds.list_of(kinds.ANY),
}

ITEM = Item(
    output="Dear Ms Aydin, we will pay EUR 62,400.",
    prompt="Write the letter.",
    context=(Passage("p1", "Insured up to EUR 80,000.", source="terms", score=0.93), Passage("p2", "Water damage.")),
    confidence=0.81,
    domain="claims",
    task="letter",
    language="en",
    metadata={"amount": 62400, "customer": "gold", "vip": True, "due": "2026-11-22T00:00:00Z", "tags": ["water", 3]},
    attempts=2,
    consequence={"hits": ["customer"], "is_reversible": False, "cost": 900},
    received_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    end_user_id="u-771",
)
SCORES = (
    score("pii", ScoreResult.FLAG, value=0.5, category="privacy"),
    score("citations", ScoreResult.PASS, value=1.0),
    score("numbers", ScoreResult.FAIL, value=0.0),
    score("slow", ScoreResult.TIMED_OUT, value=0.1, label="late"),
    score("sums", ScoreResult.SKIPPED),
    score("topic", label="legal", value=0.9),
    caller("nli", 0.88),
)


def condition(source: str, *, number: bool = False) -> Condition:
    return compile_condition(source, DECLARED, number=number).condition


def view(item: Item = ITEM, scores: tuple[Score, ...] = SCORES) -> View:
    return View(item, scores, Autonomy.EXCEPTION, frozenset(READERS))


TRUE = [
    "confidence > 0",
    "confidence < 1",
    "confidence * 2 > 1",
    "confidence - 1 < 0 && -confidence < 0",
    "2 * (1 + 1) * confidence > 3",
    "metadata.amount > 50000",
    "metadata.amount / 0x10 == 3900",
    "metadata.amount in [1, 62400]",
    "metadata['amount'] >= 62400.0",
    "has(metadata.amount) && !has(metadata.other)",
    "metadata.customer == 'gold' && metadata.vip",
    "timestamp(metadata.due) > received_at",
    "timestamp(metadata.due) - received_at < duration('24h')",
    "received_at.getHours('Europe/Berlin') == 13",
    "'water' in metadata.tags && 3 in metadata.tags",
    "output.contains('Aydin') && output.startsWith('Dear')",
    "output.matches('EUR [0-9,]+')",
    "size(output) == 38 && size(prompt) > 0",
    "size(context) == 2 && context[0].id == 'p1'",
    "context.exists(passage, passage.text.contains('Water'))",
    "context.all(passage, passage.id != '')",
    "!context.exists(passage, has(passage.score) && passage.score > 1)",
    "domain == 'claims' && task == 'letter' && language == 'en'",
    "model == null && step == null && prompt_version == null",
    "step != 'pay'",
    "attempts >= 2 && attempts * 2 == 4",
    "consequence.cost > 500 && !consequence.is_reversible && 'customer' in consequence.hits",
    "end_user.id == 'u-771'",
    "autonomy == 'exception'",
    "tool.name != 'pay'",
    "size(candidates) == 0",
    "findings.exists(finding, finding.category == 'privacy' && finding.severity == 'major')",
    "flagged('pii') && !failed('pii') && !passed('pii')",
    "flagged('numbers') && failed('numbers')",
    "passed('citations') && ran('citations')",
    "!ran('slow') && !ran('sums') && !ran('nowhere')",
    "!passed('sums') && !failed('sums')",
    "score('caller.nli') > 0.8",
    "label('topic') in ['medical', 'legal']",
    "found('privacy') && !found('tone')",
    "confidence > 2 || true",
    "metadata.other > 2 || true",
    "confidence > 0.5 // a remark\n",
    "'''\n''' != output",
    "(confidence > 0.9 ? 1 : 2) == 2",
]


@pytest.mark.parametrize("source", TRUE)
def test_it_holds(source: str) -> None:
    assert condition(source).holds(view()) is True


@pytest.mark.parametrize("source", TRUE)
def test_its_opposite_does_not_hold(source: str) -> None:
    assert condition(f"!({source}\n)").holds(view()) is False


UNKNOWN = [
    "metadata.other > 1",
    "risk > 0.5",
    "score('nowhere') > 0.5",
    "score('slow') < 0.5",
    "score('sums') < 0.5",
    "failed('slow')",
    "label('slow') == 'late'",
    "passed('nowhere')",
    "label('citations') == 'x'",
    "context[5].id == 'x'",
    "context[1].score > 0.1",
    "tool.arguments.sum > 1",
    "metadata.other",
    "timestamp(metadata.customer) > received_at",
    "!(metadata.other > 1)",
]


@pytest.mark.parametrize("source", UNKNOWN)
def test_what_cannot_be_evaluated_is_neither(source: str) -> None:
    assert condition(source).holds(view()) is None


@pytest.mark.parametrize("confidence", [None, float("nan"), float("inf")])
def test_confidence_that_is_no_number_is_unknown(confidence: float | None) -> None:
    seen = view(Item(output="x", confidence=confidence))
    assert condition("confidence < 0.5").holds(seen) is None
    assert condition("confidence", number=True).number(seen) is None


def test_scores_of_the_caller_never_pass_for_ours() -> None:
    forged = Score(0.0, ScoreResult.PASS, name="pii", kind=ScoreKind.CALLER)
    ours = score("pii", ScoreResult.FAIL)
    seen = view(ITEM, (forged, ours))
    assert condition("failed('pii')").holds(seen) is True
    assert set(by_name((forged, ours))) == {"pii", "caller.pii"}
    assert by_name((score("caller.nli"),)) == {}


def test_of_two_scores_with_one_name_the_worse_counts() -> None:
    for pair in [(score("pii"), score("pii", ScoreResult.FAIL)), (score("pii", ScoreResult.FAIL), score("pii"))]:
        assert condition("failed('pii')").holds(view(ITEM, pair)) is True


def test_a_tool_call_shows_its_name_and_arguments() -> None:
    call = Output({"type": "tool_call", "name": "pay", "arguments": {"sum": 900, "to": {"iban": "DE"}}})
    seen = view(Item(output=call.readable, content=call))
    assert condition("tool.name == 'pay' && tool.arguments.sum * 2 == 1800").holds(seen) is True
    assert condition("tool.arguments.to.iban == 'DE'").holds(seen) is True


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("metadata.amount == 'x'", "metadata.amount is a number and is compared with text"),
        ("'x' < metadata.amount", "metadata.amount is a number and is compared with text"),
        ("metadata.customer > 3", "metadata.customer is a text and is compared with whole number"),
        ("metadata.vip == 1", "metadata.vip is true or false and is compared with whole number"),
        ("score('pii') == 'high'", "score('pii') is a number and is compared with text"),
        ("label('topic') > 0.5", "label('topic') is a text and is compared with number"),
        ("metadata.amount in ['a', 'b']", "metadata.amount is a number and is compared with text"),
        ("confidence in ['a']", "confidence is a number and is compared with text"),
        ("'x' in output", "output is a text; write output.contains(...)"),
        ("metadata.due > received_at", "metadata.due is a time as it was sent; write timestamp(metadata.due)"),
        ("confidence.value > 1", "confidence is a number and has no `value`"),
        ("end_user.name == 'x'", "end_user has no `name`"),
        ("context.exists(p, p.txt == 'x')", 'did you mean "text"?'),
        ("context.exists(p, p.score > 'x')", "p.score is a number and is compared with text"),
        ("output.all(x, x == 'a')", "output is a text, not a list"),
        ("confidence + output == 'x'", "confidence is a number and is reckoned with text"),
        ("metadata.amount * size(context) > 1", "write double(size(context)) to reckon with it"),
        ("metadata.amount.contains('x')", "metadata.amount is a number, not a text"),
        ("confidenc > 1", 'there is no `confidenc`; did you mean "confidence"?'),
        ("scor('x') > 1", 'there is no `scor`; did you mean "score"?'),
        ("now() > 1", "there is no `now`"),
        ("confidence", "this gives a number, not true or false"),
        ("confidence >", "this cannot be read as a condition, at character 13"),
        ("output.matches('(a+')", "the pattern cannot be used: missing ): (a+"),
        ("output.matches(prompt)", "matches(...) takes a pattern in quotes"),
        ("score(domain) > 1", "score(...) takes a name in quotes"),
        ("score('a', 'b') > 1", "score(...) takes a name in quotes"),
        ("(" * 40 + "true" + ")" * 40, "this is nested too deeply"),
        ("output > 3", "output is a text and is compared with whole number"),
        ("size(output) > 1.5", "`>` does not go with a whole number and a number"),
    ],
)
def test_what_cannot_hold_is_found_at_load(source: str, sentence: str) -> None:
    with pytest.raises(BadCondition) as caught:
        condition(source)
    assert sentence in caught.value.message


@pytest.mark.parametrize(
    "source",
    [
        "output.contains(prompt)",
        "context.exists(a, context.exists(b, a.text.contains(b.text)))",
        "context.all(a, context.all(b, a.id != b.source))",
        "context[0].text.contains(context[1].text)",
        "candidates[0].output.contains(candidates[1].output)",
        "context.exists(passage, output.contains(passage.text))",
        "context.map(passage, output + passage.text) == []",
        "tool.arguments.list.exists(x, output.contains('abc'))",
    ],
)
def test_what_may_take_too_long_is_refused(source: str) -> None:
    with pytest.raises(BadCondition, match="too much time"):
        condition(source)


@pytest.mark.parametrize(
    "source",
    [
        "output.contains(metadata.customer)",
        "context.exists(passage, passage.text.contains('aaaaaaaaab'))",
        "output.matches('(a+)+b') || prompt.matches('(a|a)*b')",
        "context.exists(passage, passage.text == output) && candidates.all(one, one.output.contains('b'))",
    ],
)
def test_what_is_allowed_is_quick_on_the_largest_item(source: str) -> None:
    long = "a" * 1_048_576
    passages = tuple(Passage(str(number), "a" * 5_000, source="s") for number in range(200))
    worst = Item(output=long, prompt=long, context=passages, metadata={"customer": "a" * 1_999 + "b"})
    checked, seen = condition(source), view(worst)
    start = perf_counter()
    checked.holds(seen)
    assert perf_counter() - start < 2.0


def test_a_loop_beyond_the_budget_of_the_library_is_unknown_not_an_error() -> None:
    call = Output({"type": "tool_call", "name": "x", "arguments": {"list": list(range(12_000))}})
    seen = view(Item(output="x", content=call))
    assert condition("tool.arguments.list.all(one, one >= 0)").holds(seen) is None


def test_text_that_is_no_unicode_is_unknown_not_an_error() -> None:
    assert condition("output == 'a'").holds(view(Item(output="a\ud800"))) is None


def test_conditions_asked_together_answer_as_one_by_one() -> None:
    sources = [*TRUE, *UNKNOWN, "confidence > 0.9"]
    for chosen in (TRUE[:20], UNKNOWN, sources, TRUE[:1]):
        compiled = [compile_condition(source, DECLARED) for source in chosen]
        together = ConditionSet([one.condition for one in compiled], [one.runnable for one in compiled])
        assert together.ask(view()) == tuple(one.condition.holds(view()) for one in compiled)


def test_threads_do_not_see_each_others_items() -> None:
    asked = condition("score('pii') > 0.5 && score('pii') > 0.5 && score('pii') > 0.5")
    wrong: list[float] = []

    def ask(value: float) -> None:
        seen = view(ITEM, (score("pii", value=value),))
        wrong.extend(value for _ in range(2_000) if asked.holds(seen) is not (value > 0.5))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that threads change in the middle of an evaluation
    try:
        threads = [threading.Thread(target=ask, args=(value,)) for value in (0.1, 0.9, 0.2, 0.8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert wrong == []


SENTENCES = [
    ("metadata.amount >= 50000", "amount 62,400 is at least 50,000"),
    ("50000 < metadata.amount", "amount 62,400 is above 50,000"),
    ("confidence < 0.9", "confidence 0.81 is below 0.90"),
    ("confidence <= 0.81", "confidence 0.81 is at most 0.81"),
    ("score('caller.nli') > 0.5", "caller.nli 0.88 is above 0.50"),
    ("label('topic') in ['medical', 'legal']", "topic legal is one of medical, legal"),
    ("language == 'en'", "language is en"),
    ("language != 'de'", "language en is not de"),
    ("failed('numbers')", "numbers failed"),
    ("flagged('pii') && failed('numbers')", "pii was flagged and numbers failed"),
    ("confidence > 0.9 || metadata.amount > 50000", "amount 62,400 is above 50,000"),
    ("failed('pii') || found('privacy')", "privacy was found"),
    ("!ran('slow')", "slow did not run"),
    ("!passed('pii')", "pii gave flag"),
    ("!consequence.is_reversible", "is_reversible is false"),
    ("has(metadata.amount)", "amount is given"),
    ("size(context) > 1", "size(context) is above 1"),
    ("metadata.vip", "`metadata.vip` holds"),
    ("context.exists(p, p.id == 'p1')", "`context.exists(p, p.id == 'p1')` holds"),
]


@pytest.mark.parametrize(("source", "sentence"), SENTENCES)
def test_the_reason_names_the_values(source: str, sentence: str) -> None:
    checked = condition(source)
    assert checked.holds(view())
    assert why_holds(checked, view()) == sentence


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("metadata.other > 1", "other is missing"),
        ("metadata.other > risk", "other and risk are missing"),
        ("failed('slow')", "slow is missing"),
        ("context[5].id == 'x'", "`context[5].id == 'x'` could not be evaluated"),
    ],
)
def test_the_reason_names_what_is_missing(source: str, sentence: str) -> None:
    assert why_unknown(condition(source), view()) == sentence


def test_values_are_those_that_were_sent() -> None:
    read: dict[str, Any] = condition(
        "metadata.amount > 1 && score('pii') > 0.1 && failed('pii') && size(output) > 3 && metadata.other == 1"
    ).values(view())
    assert read == {"metadata.amount": 62400, "scores.pii": 0.5, "results.pii": "flag", "size(output)": 38}


def test_whole_outputs_never_stand_in_a_route() -> None:
    read = condition("output.contains('Aydin') && context[0].text != prompt").values(view())
    assert read == {"size(output)": 38, "size(context)": 2, "size(prompt)": 17}


def test_the_tree_of_the_library_is_what_was_written() -> None:
    """Pins the serialized form that syntax.py reads; a new release of the library must keep it."""
    compiled = compile_condition("confidence > 0.5 && score('a') >= -2", {})
    nodes = list(walk(compiled.condition.tree))
    assert [node.function for node in nodes if isinstance(node, Call)] == ["_&&_", "_>_", "_>=_", "score"]
    assert [node.value for node in nodes if isinstance(node, Const)] == [0.5, "a", -2]
    assert [(node.name, node.at) for node in nodes if isinstance(node, Ident)] == [("confidence", 0)]
    assert compiled.runnable == "confidence > 0.5 && score('a') >= -2.0"


def test_a_tree_in_an_unknown_form_is_refused() -> None:
    with pytest.raises((ValueError, KeyError, IndexError)):
        tree_of(b"\x12\x04\x12\x02\x0f\x01")
