"""Small policies, items and scores for the tests of routing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any  # Any: metadata is JSON

from handrail.domain.item import Autonomy, Item
from handrail.domain.route import Route, Stop
from handrail.domain.score import Finding, Score, ScoreKind, ScoreResult
from handrail.extend.checks import CheckOptions, CheckRegistry, check
from handrail.kit.errors import FieldFault
from handrail.stages.routing.language import BadPolicy, Policy, load
from handrail.stages.routing.rules import route


class BandsText:
    """Bands as most tests use them."""

    RELEASING = """\
bands:
  rows:
    - {above: 0.92, then: release, uncertified: true}
    - {from: 0.70, queue: junior}
    - {queue: senior}
"""


class LimitOptions(CheckOptions):
    most: int = 10
    kinds: tuple[str, ...] = ()


class NeedyOptions(CheckOptions):
    words: tuple[str, ...]


@check("pii", version="1", options=LimitOptions)
def pii(item: Item, options: LimitOptions) -> Score:
    """Flags long outputs; the name is all that the tests need."""
    return Score(float(len(item.output) > options.most))


@check("citations", version="1")
def citations(item: Item) -> Score:
    """Passes."""
    return Score(1.0)


@check("numbers_in_context", version="1")
def numbers_in_context(item: Item) -> Score:
    """Passes."""
    return Score(1.0)


@check("keywords", version="1", options=NeedyOptions)
def keywords(item: Item, options: NeedyOptions) -> Score:
    """Counts words."""
    return Score(float(len(options.words)))


def registry() -> CheckRegistry:
    """The checks above, registered as a module's are."""
    module = ModuleType(pii.__module__)
    for function in (pii, citations, numbers_in_context, keywords):
        setattr(module, function.__name__, function)
    return CheckRegistry([module])


CHECKS = registry()


def read(text: str) -> Policy:
    return load(text, CHECKS)


def faults_of(text: str) -> tuple[FieldFault, ...]:
    """The faults of a text that must not load."""
    try:
        load(text, CHECKS)
    except BadPolicy as error:
        return error.fields
    raise AssertionError("this policy loads")


def said(text: str) -> list[tuple[int | None, int | None, str, str]]:
    """Line, column, code and path of each fault."""
    return [(fault.line, fault.column, fault.code, fault.path) for fault in faults_of(text)]


def score(
    name: str,
    result: ScoreResult = ScoreResult.PASS,
    *,
    value: float | None = None,
    label: str | None = None,
    category: str | None = None,
) -> Score:
    findings = (Finding("because", category=category),) if category else ()
    return Score(value, result, name=name, label=label, findings=findings)


def caller(name: str, value: float) -> Score:
    return Score(value, name=name, kind=ScoreKind.CALLER)


def routed(
    policy: Policy | str,
    *,
    confidence: float | None = 0.97,
    metadata: Mapping[str, Any] | None = None,
    scores: Sequence[Score] = (),
    autonomy: Autonomy | None = Autonomy.EXCEPTION,
    stop: Stop | None = None,
    drawn: float = 0.99,
    fallback: str | None = None,
    audit_always: bool = False,
    **item: Any,
) -> Route:
    """The route of one item; not drawn for audit and at `exception` unless said otherwise."""
    return route(
        read(policy) if isinstance(policy, str) else policy,
        Item(**{"output": "The sum is 5.", "confidence": confidence, "metadata": metadata or {}} | item),
        scores,
        policy_version=7,
        draw=lambda _purpose: drawn,
        autonomy=autonomy,
        stop=stop,
        fallback=fallback,
        audit_always=audit_always,
    )
