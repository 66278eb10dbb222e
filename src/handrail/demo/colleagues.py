"""Simulated colleagues: they work on a part of the queue and are right in a known share of cases.

Each sees an error when the item's difficulty lies below what that colleague can see, and now and then rewords a text
that was right. Over all of them about 23% of reviewed items are overridden, that is edited or rejected. They are never
shown as people: their names say what they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal  # Any: outputs are JSON

from handrail.demo.chance import keyed
from handrail.demo.model import SlipKind
from handrail.demo.world import DemoClaim, DemoError, DemoTruth
from handrail.domain.score import Severity
from handrail.kit.jsons import canonical

Verdict = Literal["approve", "edit", "reject"]


@dataclass(frozen=True, slots=True)
class Colleague:
    """One simulated reviewer. `sees` is the share of errors found, `fusses` the share of correct items reworded all the
    same, `pace` multiplies the time that reading and typing take."""

    name: str
    level: Literal["junior", "senior"]
    sees: float
    fusses: float
    pace: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What a simulated colleague decided about one item, and after how many milliseconds of active work."""

    verdict: Verdict
    output: Mapping[str, Any] | None
    severity: str | None
    categories: tuple[str, ...]
    reason: str | None
    active_ms: int

    def body(self, fence: int) -> dict[str, Any]:
        """The body of `POST /v1/assignments/{id}/review`."""
        sent = {
            "fence": fence,
            "verdict": self.verdict,
            "active_ms": self.active_ms,
            "categories": list(self.categories),
        }
        optional = {"output": self.output, "severity": self.severity, "reason": self.reason}
        return sent | {name: value for name, value in optional.items() if value is not None}


COLLEAGUES: tuple[Colleague, ...] = (
    Colleague("Simulated colleague 1", "junior", sees=0.93, fusses=0.02, pace=1.15),
    Colleague("Simulated colleague 2", "junior", sees=0.86, fusses=0.03, pace=0.8),
    Colleague("Simulated colleague 3", "junior", sees=0.88, fusses=0.035, pace=1.0),
    Colleague("Simulated colleague 4", "senior", sees=0.95, fusses=0.02, pace=0.95),
    Colleague("Simulated colleague 5", "senior", sees=0.91, fusses=0.025, pace=1.1),
)


def decide(colleague: Colleague, claim: DemoClaim, rng: Random) -> Decision:
    """What this colleague answers. The same colleague sees the same errors of an item each time; wording and time
    come from `rng`."""
    truth, shift = claim.truth, 0.06 * (keyed(colleague.name, claim.item["key"]) - 0.5)
    spent = _active_ms(colleague, claim.item, rng)
    difficulty = truth.difficulty + shift
    if not truth.errors:
        if difficulty <= 1 - colleague.fusses:
            return Decision("approve", None, None, (), None, spent)
        return _reworded(truth, spent, rng)
    if difficulty > colleague.sees:
        return Decision("approve", None, None, (), None, spent)
    sees_all = len(truth.errors) == 1 or difficulty < 0.75 * colleague.sees
    return _overridden(colleague, claim, 0 if sees_all else 1, spent, rng)


def _overridden(colleague: Colleague, claim: DemoClaim, missed: int, spent: int, rng: Random) -> Decision:
    """An edit or a reject for what was seen; `missed` errors, the least severe ones, stay."""
    truth = claim.truth
    order = sorted(range(len(truth.errors)), key=lambda at: -Severity(truth.errors[at].severity).rank)
    seen = [truth.errors[at] for at in order[: len(order) - missed]]
    worst = max((Severity(error.severity) for error in seen), key=lambda severity: severity.rank)
    severity = _judged(worst, rng)
    categories = tuple(sorted({error.category for error in seen}))
    reason = " ".join(_reason(error, rng) for error in seen)
    if rng.random() < _reject_share(colleague, seen):
        return Decision("reject", None, severity, categories, f"{reason} {rng.choice(_REJECTED)}", spent)
    output = truth.correct if not missed else truth.partly[order[0]]
    return Decision("edit", output, severity, categories, reason, spent + _typing_ms(colleague, rng))


def _reworded(truth: DemoTruth, spent: int, rng: Random) -> Decision:
    """A change of taste. A record or a text that has no other wording is approved after all."""
    if canonical(truth.reworded) == canonical(truth.correct):
        return Decision("approve", None, None, (), None, spent)
    return Decision("edit", truth.reworded, Severity.MINOR, ("tone",), rng.choice(_REWORDED), spent + 15_000)


def _reject_share(colleague: Colleague, seen: Sequence[DemoError]) -> float:
    """Payments to the wrong account are mostly stopped; leaks and false promises often; the rest is put right."""
    kinds = {error.kind for error in seen}
    if SlipKind.WRONG_PAYEE in kinds:
        return 0.8
    if kinds & {SlipKind.LEAK, SlipKind.FALSE_COVER, SlipKind.BROKEN_SCHEMA}:
        return 0.3
    return 0.1 if colleague.level == "junior" else 0.04


def _judged(severity: Severity, rng: Random) -> str:
    """The severity as people give it: one step off in eight of a hundred cases."""
    steps = list(Severity)
    off = rng.choice((-1, 1)) if rng.random() < 0.08 else 0
    return steps[min(max(severity.rank + off, 0), len(steps) - 1)].value


def _active_ms(colleague: Colleague, item: Mapping[str, Any], rng: Random) -> int:
    """Reading the output at 230 words a minute and a third of the context, with a long tail."""
    output = item["output"]
    text = output.get("text") or output.get("content") or str(output.get("value") or output.get("arguments"))
    words = len(text.split()) + sum(len(passage["text"].split()) for passage in item["context"]) / 3
    spread = math.exp(rng.gauss(0, 0.35))
    return int((4_000 + words / 230 * 60_000) * colleague.pace * spread)


def _typing_ms(colleague: Colleague, rng: Random) -> int:
    return int(rng.uniform(14_000, 55_000) * colleague.pace)


def _reason(error: DemoError, rng: Random) -> str:
    return rng.choice(_REASONS[SlipKind(error.kind)]).format(wrong=error.wrong, right=error.right)


_REJECTED = ("Please write it again.", "Not fit to be sent.", "I would rather start from the file.", "Stopped.")
_REWORDED = (
    "Reads better this way.",
    "The ending sounded too stiff to me.",
    "Small change of wording.",
    "I prefer our usual closing sentence.",
)

_REASONS: dict[SlipKind, tuple[str, ...]] = {
    SlipKind.WRONG_EXCESS: (
        "The schedule says {right} excess, the letter {wrong}.",
        "Excess corrected from {wrong} to {right}, total with it.",
        "Wrong excess: {wrong} instead of {right}.",
    ),
    SlipKind.WRONG_SUM: (
        "The total does not add up: {wrong}, it should be {right}.",
        "Sum corrected from {wrong} to {right} according to the settlement sheet.",
    ),
    SlipKind.WRONG_LINE: (
        "One position is wrong: {wrong}, the sheet says {right}.",
        "Digits swapped, {wrong} for {right}.",
    ),
    SlipKind.WRONG_LIMIT: ("The clause says {right}, not {wrong}.", "Limit corrected from {wrong} to {right}."),
    SlipKind.WRONG_PERIOD: (
        "The period to object is {right}, not {wrong}.",
        "{wrong} would be too short; the procedure says {right}.",
    ),
    SlipKind.WRONG_DATE: ("The file says {right}, not {wrong}.", "Date corrected from {wrong} to {right}."),
    SlipKind.WRONG_NAME: (
        "Addressed to {wrong}, the policyholder is {right}.",
        "Wrong name: {wrong} instead of {right}.",
    ),
    SlipKind.WRONG_NUMBER: ("Claim number is {right}, not {wrong}.", "Digits swapped in the claim number ({wrong})."),
    SlipKind.WRONG_PAYEE: (
        "The account {wrong} belongs to the firm, and no assignment was signed. It has to be {right}.",
        "Wrong account. Released was {right}.",
    ),
    SlipKind.MISSING_CITATION: ("Citation missing: {wrong}.", "Added the passages, the instruction asks for them."),
    SlipKind.MISSING_ANSWER: (
        "The customer's own question was not answered.",
        "Answer to the question added from the file.",
    ),
    SlipKind.MISSING_DOCUMENT: ("The list is not complete, {right} is missing.", "Added from the file: {right}."),
    SlipKind.INVENTED_CLAUSE: (
        "There is no such clause in the terms.",
        "Invented: I can't find this section in any passage.",
        "Removed a clause that does not exist.",
    ),
    SlipKind.FALSE_COVER: (
        "Promises more than the terms give.",
        "We can't promise that. Removed.",
        "This would bind us without a basis in the terms.",
    ),
    SlipKind.TONE: ("Rude. Replaced the last sentence.", "We do not write to customers like that."),
    SlipKind.LEAK: ("Names another customer. Removed.", "Data of another customer has no place here."),
    SlipKind.CARD: ("Shows a card number. Removed.",),
    SlipKind.HIDDEN_CHARACTER: ("Removed {wrong}.", "Hidden character: {wrong}."),
    SlipKind.BROKEN_SCHEMA: ("Does not fit the schema: {wrong}.", "Record repaired: {wrong}."),
}
