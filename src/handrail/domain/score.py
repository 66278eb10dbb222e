"""What checks, classifiers, judges and callers say about an item."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ScoreResult(StrEnum):
    """How one check ended. What did not run (the last three) never counts as passed."""

    PASS = "pass"
    FAIL = "fail"
    FLAG = "flag"
    SKIPPED = "skipped"
    ERRORED = "errored"
    TIMED_OUT = "timed_out"


RAN = frozenset({ScoreResult.PASS, ScoreResult.FAIL, ScoreResult.FLAG})


class ScoreKind(StrEnum):
    """Who gave a score."""

    CHECK = "check"
    CLASSIFIER = "classifier"
    JUDGE = "judge"
    CALLER = "caller"


class Severity(StrEnum):
    """How bad an error is."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return ("minor", "major", "critical").index(self.value)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in a context passage something stands; offsets in code points, end excluded."""

    context_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that a person should look at. Offsets count Unicode code points of the readable text, end excluded."""

    reason: str
    field: str = "output"  # output, prompt or context
    start: int | None = None
    end: int | None = None
    severity: Severity = Severity.MAJOR
    category: str | None = None
    candidate: int | None = None
    context_id: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One signal about an item. A plugin fills value, result, reason and findings; the frame the rest.

    `value` is in [0, 1] where the signal has a strength; its direction is the plugin's own and said in its docstring.

    >>> Score(0.25).result
    <ScoreResult.PASS: 'pass'>
    """

    value: float | None = None
    result: ScoreResult = ScoreResult.PASS
    reason: str | None = None
    findings: tuple[Finding, ...] = ()
    label: str | None = None
    name: str = ""
    kind: ScoreKind = ScoreKind.CHECK
    version: str = ""
    duration_ms: float = 0.0

    @property
    def ran(self) -> bool:
        return self.result in RAN


def passed(reason: str | None = None) -> Score:
    """Nothing to object to."""
    return Score(1.0, ScoreResult.PASS, reason)


def failed(reason: str, findings: tuple[Finding, ...] = (), value: float = 0.0) -> Score:
    """The output breaks what the check demands."""
    return Score(value, ScoreResult.FAIL, reason, findings)


def flagged(reason: str, findings: tuple[Finding, ...] = (), value: float = 0.5) -> Score:
    """Worth a look, not a breach."""
    return Score(value, ScoreResult.FLAG, reason, findings)


def skipped(reason: str) -> Score:
    """Does not apply to this item; says why."""
    return Score(None, ScoreResult.SKIPPED, reason)
