"""What follows from scores: pure. How scores of several candidates become one, what the caller's own signals mean,
what changed between two runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handrail.domain.item import Item, Output
from handrail.domain.score import Finding, Score, ScoreKind, ScoreResult

MOST_CHARACTERS = 4 * 1_048_576  # of output, prompt and context together; the door takes 2 MiB of JSON

# Which result stands for all candidates: a breach is known for sure, then what nobody looked at, then the milder ones.
_GRAVEST_FIRST = (
    ScoreResult.FAIL,
    ScoreResult.ERRORED,
    ScoreResult.TIMED_OUT,
    ScoreResult.FLAG,
    ScoreResult.PASS,
    ScoreResult.SKIPPED,
)


def size_of(item: Item) -> int:
    """How many characters checks have to read.

    >>> size_of(Item(output="yes", prompt="sure?"))
    8
    """
    return len(item.output) + len(item.prompt) + sum(len(passage.text) for passage in item.context)


def views(item: Item) -> tuple[Item, ...]:
    """The item once for each candidate, with that candidate as its output; the item itself where there are no others.

    >>> two = (Output.of_text("yes"), Output.of_text("no"))
    >>> [view.output for view in views(Item(output="yes", candidates=two))]
    ['yes', 'no']
    """
    if len(item.candidates) < 2:
        return (item,)
    return tuple(replace(item, output=output.readable, content=output) for output in item.candidates)


def with_output(item: Item, output: Output) -> Item:
    """The item as it would be with another output: an edit, a repair. Other candidates are no longer looked at."""
    return replace(item, output=output.readable, content=output, candidates=())


def combined(scores: Sequence[Score]) -> Score:
    """One score of a check that ran on each candidate: the gravest result, all findings, each with its candidate.

    >>> both = combined([Score(1.0), Score(0.0, ScoreResult.FAIL, "too long", (Finding("too long"),))])
    >>> both.result.value, both.findings[0].candidate
    ('fail', 1)
    """
    if len(scores) == 1:
        return scores[0]
    gravest = min(range(len(scores)), key=lambda at: _GRAVEST_FIRST.index(scores[at].result))
    findings = dict.fromkeys(
        _of_candidate(finding, at) for at, score in enumerate(scores) for finding in score.findings
    )
    score = scores[gravest]
    reason = f"Candidate {gravest + 1}: {score.reason}" if score.reason and _differ(scores) else score.reason
    took = round(sum(score.duration_ms for score in scores), 3)
    return replace(score, reason=reason, findings=tuple(findings), duration_ms=took)


def _of_candidate(finding: Finding, at: int) -> Finding:
    return replace(finding, candidate=at) if finding.field == "output" and finding.candidate is None else finding


def _differ(scores: Sequence[Score]) -> bool:
    return len({(score.result, score.reason) for score in scores}) > 1


def caller_scores(signals: Iterable[Mapping[str, Any]]) -> tuple[Score, ...]:
    """The caller's own signals, each `{name, value, version?, reason?}`, as scores that policies call
    `caller.<name>`. A value that is no finite number is errored: it did not run, and never counts as passed.

    A value may lie outside of 0 to 1; what it means is the caller's, and the policy compares it with a number.

    >>> caller_scores([{"name": "nli", "value": 0.88, "version": "2"}])[0].name
    'caller.nli'
    """
    return tuple(_caller_score(signal) for signal in signals)


def _caller_score(signal: Mapping[str, Any]) -> Score:
    name, version = f"caller.{signal['name']}", str(signal.get("version") or "")
    value = signal.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        said = "The caller sent no number."
        return Score(None, ScoreResult.ERRORED, said, name=name, kind=ScoreKind.CALLER, version=version)
    reason = signal.get("reason")
    return Score(float(value), ScoreResult.PASS, reason, name=name, kind=ScoreKind.CALLER, version=version)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one check between two runs: its results, the reasons that are gone, the reasons that are new."""

    name: str
    before: ScoreResult | None
    after: ScoreResult | None
    gone: tuple[str, ...]
    new: tuple[str, ...]


def changes(before: Sequence[Score], after: Sequence[Score]) -> tuple[Change, ...]:
    """What a repair or an edit did, check by check; checks that say the same as before are left out.

    >>> changes([Score(0.0, ScoreResult.FAIL, "x", name="pii")], [Score(1.0, name="pii")])[0].after.value
    'pass'
    """
    first, second = {score.name: score for score in before}, {score.name: score for score in after}
    found = (_change(name, first.get(name), second.get(name)) for name in dict.fromkeys([*first, *second]))
    return tuple(change for change in found if change.before is not change.after or change.gone or change.new)


def _change(name: str, before: Score | None, after: Score | None) -> Change:
    old, new = _reasons(before), _reasons(after)
    return Change(
        name,
        before.result if before else None,
        after.result if after else None,
        tuple(reason for reason in old if reason not in new),
        tuple(reason for reason in new if reason not in old),
    )


def _reasons(score: Score | None) -> dict[str, None]:
    return dict.fromkeys(finding.reason for finding in score.findings) if score else {}
