"""The world of the example desk: an insurer's claims team on one simulated day.

Everything here is invented and drawn from a seed: customers, claims, letters, the model that writes them, its errors.
What goes to the server is `DemoClaim.item`; `DemoClaim.truth` stays with the simulation, so that simulated colleagues
can be right or wrong in a known way and nobody else can know.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, islice
from random import Random
from typing import Any  # Any: items are JSON

from handrail.demo.cases import LETTERS, RECORDS, Case, Task, figure, make, money
from handrail.demo.chance import keyed, stream
from handrail.demo.documents import Passages, passages
from handrail.demo.letters import Draft, Style, asked, correct, write
from handrail.demo.model import MODEL, PROMPT_VERSION, SlipKind
from handrail.demo.plan import Planned, Way, planned
from handrail.demo.records import record
from handrail.demo.slips import Slip, one_slip, slips
from handrail.demo.texts import parts
from handrail.kit.clock import to_text

DOMAIN = "claims"
A_DAY = date(2026, 11, 23)  # a Monday; the day of writing where the caller names none

# What a caller's own tests stopped before, with the reason they gave.
_STOPPED_BEFORE = {SlipKind.WRONG_SUM: 4.0, SlipKind.WRONG_DATE: 2.0, SlipKind.MISSING_CITATION: 3.0}
_ATTEMPT_ERRORS = {
    "wrong_amount": "The sum was wrong.",
    "wrong_date": "A date was not in the file.",
    "missing_citation": "A citation was missing.",
}

# Share of the day's items that arrive in each hour from 06:00 to 22:00.
_ARRIVALS = (1, 3, 7, 10, 11, 9, 6, 7, 10, 10, 8, 6, 4, 3, 3, 2)
_FIRST_HOUR = 6


@dataclass(frozen=True, slots=True)
class DemoError:
    """One thing that is wrong with an output."""

    kind: str
    category: str
    severity: str
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class DemoTruth:
    """What is true about an item and known to the simulation alone.

    `correct` is the output without any error; `partly[i]` that in which only `errors[i]` is put right; `reworded` is as
    right as `correct` in slightly other words. `difficulty` in [0, 1) says how hard the truth is to see.
    """

    errors: tuple[DemoError, ...]
    correct: Mapping[str, Any]
    partly: tuple[Mapping[str, Any], ...]
    reworded: Mapping[str, Any]
    difficulty: float


@dataclass(frozen=True, slots=True)
class DemoClaim:
    """One item as it is sent to `POST /v1/items`, its truth, and when it arrives, counted from midnight."""

    item: dict[str, Any]
    truth: DemoTruth
    at: timedelta


def claims(seed: int, count: int, *, day: date = A_DAY) -> Iterator[DemoClaim]:
    """So many items of one simulated day, in the order in which they arrive. The same arguments give the same items.

    >>> first = next(claims(1, 10))
    >>> first.item["metadata"]["simulated"], first.item["key"].startswith("demo-1-")
    (True, True)
    """
    number = 40_000 + stream(seed, "numbers").randrange(9_000)
    for at, plan in enumerate(islice(planned(seed), count)):
        rng = stream(seed, "claim", at)
        number += rng.randint(1, 9)
        yield _claim(rng, plan, f"demo-{seed}-{at:06d}", f"CLM-{number}", _arrival(rng, at, count), day)


def _claim(rng: Random, plan: Planned, key: str, number: str, arrives: timedelta, day: date) -> DemoClaim:
    case = make(rng, task=plan.task, language=plan.language, number=number, large=plan.way is Way.LARGE, day=day)
    given = passages(case, plan.task)
    style = Style(key)
    found = _slips(rng, plan, case)
    truth = _truth(plan, case, found, style, given)
    draft = _spoilt(case, found)
    item: dict[str, Any] = {
        "output": _output(plan.task, draft, style, given),
        **asked(case, plan.task, style),
        "context": [dict(passage) for passage in given.wire],
        "confidence": plan.confidence,
        "key": key,
        "domain": DOMAIN,
        "task": plan.task.value,
        "model": MODEL,
        "prompt_version": PROMPT_VERSION,
        "language": case.language,
        "metadata": _metadata(plan.task, case),
        "group": case.number,
        "consequence": _consequence(plan.task, case),
        **_extras(rng, plan, case, draft, style, given, datetime.combine(day, time(), UTC) + arrives),
    }
    return DemoClaim(item, truth, arrives)


def _slips(rng: Random, plan: Planned, case: Case) -> tuple[Slip, ...]:
    if not plan.errs:
        return ()
    if plan.only is not None:
        return (one_slip(rng, plan.task, case, {plan.only: 1.0}),)
    return slips(rng, plan.task, case, released=plan.way is Way.RELEASED)


def _spoilt(case: Case, found: tuple[Slip, ...]) -> Draft:
    draft = correct(case)
    for slip in found:
        draft = slip.spoil(draft)
    return draft


def _output(task: Task, draft: Draft, style: Style, given: Passages) -> dict[str, Any]:
    if task in RECORDS:
        return record(task, draft, style)
    text = write(task, draft, style, given.marks)
    if task is Task.CHAT_REPLY:
        return {"type": "message", "role": "assistant", "content": text}
    return {"type": "text", "text": text}


def _truth(plan: Planned, case: Case, found: tuple[Slip, ...], style: Style, given: Passages) -> DemoTruth:
    other = Style(style.seed, frozenset({"closing", "signoff", "note", "purpose"}))
    return DemoTruth(
        errors=tuple(DemoError(slip.kind, slip.category, slip.severity, slip.wrong, slip.right) for slip in found),
        correct=_output(plan.task, correct(case), style, given),
        partly=tuple(
            _output(plan.task, _spoilt(case, tuple(one for one in found if one is not slip)), style, given)
            for slip in found
        ),
        reworded=_output(plan.task, correct(case), other, given),
        difficulty=plan.difficulty,
    )


def _metadata(task: Task, case: Case) -> dict[str, Any]:
    """What the caller knows. A question in chat has no amount; the others name what is paid or claimed."""
    known: dict[str, Any] = {
        "simulated": True,
        "claim": case.number,
        "product": case.product.product,
        "peril": case.peril.key,
        "customer": ("new", "regular", "gold")[int(keyed(case.number, "customer") * 2.6) % 3],
        "channel": case.channel,
        "customer_since": case.since,
    }
    if task is Task.CHAT_REPLY:
        return known
    if task is Task.DECLINE_LETTER:
        return {**known, "amount": round(150 + 3_800 * keyed(case.number, "claimed") ** 2, 2)}
    return {**known, "amount": case.net / 100}


def _consequence(task: Task, case: Case) -> dict[str, Any]:
    match task:
        case Task.PAYMENT:
            return {"hits": ["money"], "is_reversible": False, "is_repeatable": False, "cost": case.net / 100}
        case Task.BOOKING:
            return {"hits": ["internal", "money"], "is_reversible": True, "is_repeatable": False}
        case Task.DECLINE_LETTER:
            return {"hits": ["customer", "regulator"], "is_reversible": True, "is_repeatable": True}
        case Task.SETTLEMENT_LETTER:
            return {"hits": ["customer", "money"], "is_reversible": True, "is_repeatable": False}
        case Task.REQUEST_LETTER | Task.CHAT_REPLY:
            return {"hits": ["customer"], "is_reversible": True, "is_repeatable": True}


def _extras(
    rng: Random, plan: Planned, case: Case, draft: Draft, style: Style, given: Passages, now: datetime
) -> dict[str, Any]:
    """What only some callers send: the end user, earlier tries, the model's reasoning, signals of their own."""
    extras: dict[str, Any] = {"end_user": _end_user(rng, case, now)}
    if plan.task in LETTERS and rng.random() < 0.09:
        extras["attempts"] = [_attempt(rng, plan, case, style, given, now)]
    if case.language == "en" and rng.random() < 0.4:
        extras["reasoning"] = _reasoning(plan.task, draft)
    if rng.random() < 0.3:
        agreement = min(1.0, max(0.0, plan.confidence + rng.gauss(0, 0.05)))
        extras["scores"] = [
            {"name": "agreement", "value": round(agreement, 2), "reason": "5 samples of the simulated model"}
        ]
    return extras


def _end_user(rng: Random, case: Case, now: datetime) -> dict[str, Any]:
    events = rng.sample(
        parts(case.language).history, min(len(parts(case.language).history), rng.choice((0, 0, 1, 1, 2, 3)))
    )
    days = sorted((rng.randint(1, 500) for _ in events), reverse=True)
    return {
        "id": f"sim-{int(keyed(case.number, 'user') * 900_000) + 100_000}",
        "name": f"{case.customer.called(case.language)} (simulated)",
        "language": case.language,
        "history": [
            {
                "at": to_text(now - timedelta(days=ago, minutes=rng.randrange(300))),
                "kind": event.kind,
                "text": event.text,
            }
            for ago, event in zip(days, events, strict=True)
        ],
    }


def _attempt(rng: Random, plan: Planned, case: Case, style: Style, given: Passages, now: datetime) -> dict[str, Any]:
    """An earlier try of the simulated model that its caller stopped."""
    slip = one_slip(rng, plan.task, case, _STOPPED_BEFORE)
    return {
        "output": _output(plan.task, _spoilt(case, (slip,)), style, given),
        "confidence": round(max(0.2, plan.confidence - rng.uniform(0.1, 0.4)), 3),
        "model": MODEL,
        "error": _ATTEMPT_ERRORS[slip.category],
        "at": to_text(now - timedelta(seconds=rng.randint(4, 40))),
    }


def _reasoning(task: Task, draft: Draft) -> str:
    """The simulated model's notes; where it took the case to be another than it is, they show it."""
    case = draft.case
    match task:
        case Task.SETTLEMENT_LETTER | Task.BOOKING | Task.PAYMENT:
            return (
                f"{case.peril.name.capitalize()}, section {case.peril.section} applies. "
                f"Lines add up to {figure(case.gross, 'en')}. Excess {case.excess}. Payment {money(draft.total, 'en')}."
            )
        case Task.DECLINE_LETTER:
            return f"Section {case.exclusion} excludes this. The period to object is {case.period}. Keep it polite."
        case Task.REQUEST_LETTER:
            return f"Missing according to the file: {len(case.needs)} documents. No promise on cover."
        case Task.CHAT_REPLY:
            section = case.topic.passage.section if case.topic else case.peril.section
            return f"Section {section} answers the question; the limit there is {case.limit:,}."


def _arrival(rng: Random, at: int, count: int) -> timedelta:
    """When the item number `at` of `count` comes in: more at ten and at three, few in the evening."""
    share = (at + rng.random()) / count * sum(_ARRIVALS)
    sums = list(accumulate(_ARRIVALS))
    hour = min(bisect_right(sums, share), len(_ARRIVALS) - 1)
    within = (share - (sums[hour] - _ARRIVALS[hour])) / _ARRIVALS[hour]
    return timedelta(milliseconds=int((_FIRST_HOUR + hour + within) * 3_600_000))
