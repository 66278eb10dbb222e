"""Which items come, in which shares: the part of the simulation that is fixed beforehand.

Of 200 items in a row, in an order drawn by the seed:

    156  come with a confidence above 0.92 and are small enough: released
      1  comes with a confidence above 0.92 and a slip that a check always holds: to a junior
     29  come with 0.70 to 0.92: to a junior
      1  comes with 0.70 to 0.92 and shows a payment card: blocked
      8  come with less than 0.70: to a senior
      5  are paid more than 50,000: to a senior

So 78% are released, 15% go to juniors and 6.5% to seniors, each within one point once 2,000 items have come; by the
bands alone, without the checks, it is 78.5%, 15% and 6.5%. Slips among reviewed items come in even steps at the
rate `model.error_rate` names for their confidence; slips among released items come by chance at that rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from handrail.demo.cases import LETTERS, RECORDS, Task
from handrail.demo.chance import stream, weighted
from handrail.demo.model import SlipKind, error_rate
from handrail.demo.texts import Language


class Way(StrEnum):
    """Where an item is meant to go."""

    RELEASED = "released"
    HELD = "held"  # sure of itself, but a check holds it: junior
    JUNIOR = "junior"
    BLOCKED = "blocked"
    SENIOR = "senior"  # by its confidence
    LARGE = "large"  # senior, by its amount


BLOCK: dict[Way, int] = {Way.RELEASED: 156, Way.HELD: 1, Way.JUNIOR: 29, Way.BLOCKED: 1, Way.SENIOR: 8, Way.LARGE: 5}

TASKS: dict[Task, float] = {
    Task.SETTLEMENT_LETTER: 38,
    Task.DECLINE_LETTER: 12,
    Task.REQUEST_LETTER: 12,
    Task.CHAT_REPLY: 16,
    Task.BOOKING: 12,
    Task.PAYMENT: 10,
}
LANGUAGES: dict[Language, float] = {"en": 82, "de": 15.4, "fr": 1.3, "ar": 1.3}


@dataclass(frozen=True, slots=True)
class Planned:
    """One item to come. `difficulty` in [0, 1) says how hard its truth is to see: above it, people err."""

    way: Way
    task: Task
    language: Language
    confidence: float
    errs: bool
    only: SlipKind | None  # the slip it must have
    difficulty: float


def planned(seed: int) -> Iterator[Planned]:
    """The items of one world, without end."""
    rng = stream(seed, "plan")
    owed = {way: rng.random() for way in Way}
    hard_errors, hard_correct = _even(stream(seed, "hard errors")), _even(stream(seed, "hard correct"))
    while True:
        ways = [way for way, count in BLOCK.items() for _ in range(count)]
        rng.shuffle(ways)
        for way in ways:
            confidence = _confidence(rng, way)
            errs = _errs(rng, way, confidence, owed)
            only = _only(rng, way)
            task = _task(rng, way, only)
            language = _language(rng, task, way)
            yield Planned(way, task, language, confidence, errs, only, next(hard_errors if errs else hard_correct))


def _confidence(rng: Random, way: Way) -> float:
    match way:
        case Way.RELEASED | Way.HELD:
            return round(rng.triangular(0.921, 0.996, 0.975), 3)
        case Way.JUNIOR | Way.BLOCKED:
            return round(rng.triangular(0.70, 0.92, 0.87), 3)
        case Way.SENIOR:
            return round(rng.triangular(0.31, 0.699, 0.64), 3)
        case Way.LARGE:
            return _confidence(rng, rng.choices((Way.RELEASED, Way.JUNIOR, Way.SENIOR), (78, 17, 5))[0])


def _errs(rng: Random, way: Way, confidence: float, owed: dict[Way, float]) -> bool:
    match way:
        case Way.HELD | Way.BLOCKED:
            return True
        case Way.RELEASED:
            return rng.random() < error_rate(confidence)
        case Way.JUNIOR | Way.SENIOR | Way.LARGE:
            owed[way] += error_rate(confidence)
            if owed[way] < 1:
                return False
            owed[way] -= 1
            return True


def _only(rng: Random, way: Way) -> SlipKind | None:
    match way:
        case Way.BLOCKED:
            return SlipKind.CARD
        case Way.HELD:
            return SlipKind.HIDDEN_CHARACTER if rng.random() < 0.6 else SlipKind.BROKEN_SCHEMA
        case Way.RELEASED | Way.JUNIOR | Way.SENIOR | Way.LARGE:
            return None


def _task(rng: Random, way: Way, only: SlipKind | None) -> Task:
    if only is SlipKind.BROKEN_SCHEMA:
        return Task.BOOKING
    allowed = dict(TASKS)
    if way is Way.LARGE:
        allowed = {task: weight for task, weight in TASKS.items() if task in RECORDS | {Task.SETTLEMENT_LETTER}}
    elif only is not None:
        allowed = {task: weight for task, weight in TASKS.items() if task in LETTERS}
    return weighted(rng, allowed)


def _language(rng: Random, task: Task, way: Way) -> Language:
    if task in RECORDS or way is Way.LARGE:
        return "en"
    if task is Task.CHAT_REPLY:
        return "de" if rng.random() < 0.16 else "en"
    return weighted(rng, LANGUAGES)


def _even(rng: Random) -> Iterator[float]:
    """Numbers in [0, 1) of which each run of 25 lies evenly."""
    while True:
        steps = [(place + rng.random()) / 25 for place in range(25)]
        rng.shuffle(steps)
        yield from steps
