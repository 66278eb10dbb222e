"""The slips of the simulated model, each as a change to the draft from which the output is written.

So a wrong excess also makes a wrong total, as it would in life, and the correction differs from the wrong output only
where something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from handrail.demo.cases import RECORDS, Case, Line, Person, Task, day_text, figure, money, whole
from handrail.demo.chance import weighted
from handrail.demo.documents import decoy
from handrail.demo.letters import Draft
from handrail.demo.model import CATEGORIES, SEVERITIES, STOPPED, WEIGHTS, SlipKind
from handrail.demo.texts import Choices, parts
from handrail.domain.score import Severity


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that is wrong: what stands there, what should, and why. `spoil` puts it into a draft."""

    kind: SlipKind
    wrong: str
    right: str
    spoil: Callable[[Draft], Draft]

    @property
    def category(self) -> str:
        return CATEGORIES[self.kind]

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.category]


def slips(rng: Random, task: Task, case: Case, *, released: bool) -> tuple[Slip, ...]:
    """One slip, in one case of eight two, such as this task and case allow. With `released` none that is stopped."""
    weights = {kind: weight for kind, weight in WEIGHTS[task].items() if not (released and kind in STOPPED)}
    first = one_slip(rng, task, case, weights)
    if rng.random() >= 0.125:
        return (first,)
    left = {kind: weight for kind, weight in weights.items() if _goes_with(kind, first.kind)}
    return (first, one_slip(rng, task, case, left))


_HIDE_EACH_OTHER = (
    {SlipKind.WRONG_LIMIT, SlipKind.FALSE_COVER},  # the promise stands in place of the limit
    {SlipKind.WRONG_SUM, SlipKind.BROKEN_SCHEMA},  # a total that is missing cannot be wrong
)


def _goes_with(kind: SlipKind, other: SlipKind) -> bool:
    """Whether both can be seen in one output: they are of two categories, and neither hides the other."""
    return CATEGORIES[kind] != CATEGORIES[other] and {kind, other} not in _HIDE_EACH_OTHER


def one_slip(rng: Random, task: Task, case: Case, weights: dict[SlipKind, float]) -> Slip:
    """A slip of one of these kinds; kinds that this case does not allow are passed over."""
    left = dict(weights)
    while left:
        kind = weighted(rng, left)
        slip = _MAKERS[kind](rng, task, case)
        if slip is not None:
            return slip
        del left[kind]
    raise ValueError(f"none of {sorted(weights)} fits {task}")


def _excess(rng: Random, task: Task, case: Case) -> Slip | None:
    """The excess of the policy where the peril has its own, or another usual one; the total follows it."""
    if not case.excess:
        return None
    usual = [one for one in (100, 150, 200, 250, 300, 500) if one != case.excess and 100 * one < case.gross]
    wrong = case.standard_excess if case.standard_excess not in {0, case.excess} else rng.choice(usual)

    def spoil(draft: Draft) -> Draft:
        changed = replace(draft.case, excess=wrong)
        return replace(draft, case=changed, total=draft.total + 100 * (draft.case.excess - wrong))

    return Slip(
        SlipKind.WRONG_EXCESS, money(100 * wrong, case.language), money(100 * case.excess, case.language), spoil
    )


def _sum(rng: Random, task: Task, case: Case) -> Slip | None:
    """The excess forgotten, two digits swapped, or a line left out of the sum."""
    if task not in {Task.SETTLEMENT_LETTER, Task.BOOKING, Task.PAYMENT}:
        return None
    options = {case.gross, _swapped(case.net), case.net - case.lines[-1].cents, case.net + 10_000} - {case.net}
    wrong = rng.choice(sorted(option for option in options if option > 0))
    return Slip(
        SlipKind.WRONG_SUM,
        money(wrong, case.language),
        money(case.net, case.language),
        lambda draft: replace(draft, total=draft.total + wrong - case.net),
    )


def _line(rng: Random, task: Task, case: Case) -> Slip | None:
    """One position with two digits swapped; the total follows it."""
    at = rng.randrange(len(case.lines))
    line = case.lines[at]
    wrong = _swapped(line.cents)
    if wrong == line.cents:
        return None

    def spoil(draft: Draft) -> Draft:
        lines = (*draft.case.lines[:at], Line(line.label, wrong), *draft.case.lines[at + 1 :])
        return replace(draft, case=replace(draft.case, lines=lines), total=draft.total + wrong - line.cents)

    return Slip(SlipKind.WRONG_LINE, money(wrong, case.language), money(line.cents, case.language), spoil)


def _swapped(cents: int) -> int:
    """The amount with its first two different neighbouring digits swapped, never with a leading zero.

    >>> _swapped(231_050), _swapped(20_000)
    (321050, 20000)
    """
    digits = str(cents)
    for at in range(len(digits) - 3):
        left, right = digits[at], digits[at + 1]
        if left != right and (at or right != "0"):
            return int(digits[:at] + right + left + digits[at + 2 :])
    return cents


def _limit(rng: Random, task: Task, case: Case) -> Slip | None:
    if case.topic is None:
        return None
    wrong = rng.choice([limit for limit in (*case.topic.limits, 2 * max(case.topic.limits)) if limit != case.limit])
    return Slip(
        SlipKind.WRONG_LIMIT,
        whole(wrong, case.language),
        whole(case.limit, case.language),
        lambda draft: replace(draft, case=replace(draft.case, limit=wrong)),
    )


def _period(rng: Random, task: Task, case: Case) -> Slip | None:
    wrong = rng.choice(parts(case.language).wrong_periods)
    return Slip(
        SlipKind.WRONG_PERIOD, wrong, case.period, lambda draft: replace(draft, case=replace(draft.case, period=wrong))
    )


def _date(rng: Random, task: Task, case: Case) -> Slip | None:
    """Another day for the loss (records) or for the report (letters)."""
    right = case.loss_on if task in RECORDS else case.reported_on
    wrong = rng.choice([day for days in (-10, -7, -1, 1) if (day := right + timedelta(days)) != case.loss_on])
    if task in RECORDS:
        return Slip(
            SlipKind.WRONG_DATE,
            wrong.isoformat(),
            right.isoformat(),
            lambda draft: replace(draft, case=replace(draft.case, loss_on=wrong)),
        )
    return Slip(
        SlipKind.WRONG_DATE,
        day_text(wrong, case.language),
        day_text(right, case.language),
        lambda draft: replace(draft, case=replace(draft.case, reported_on=wrong)),
    )


def _name(rng: Random, task: Task, case: Case) -> Slip | None:
    """The name of another customer in the salutation."""
    wrong = Person(case.customer.form, case.other.surname)
    if wrong.surname == case.customer.surname:
        return None
    return Slip(
        SlipKind.WRONG_NAME,
        wrong.called(case.language),
        case.customer.called(case.language),
        lambda draft: replace(draft, case=replace(draft.case, customer=wrong)),
    )


def _number(rng: Random, task: Task, case: Case) -> Slip | None:
    """Two digits of the claim number swapped."""
    digits = case.number.removeprefix("CLM-")
    at = next((at for at in range(1, len(digits) - 1) if digits[at] != digits[at + 1]), None)
    if at is None:
        return None
    wrong = f"CLM-{digits[:at]}{digits[at + 1]}{digits[at]}{digits[at + 2 :]}"
    return Slip(
        SlipKind.WRONG_NUMBER,
        wrong,
        case.number,
        lambda draft: replace(draft, case=replace(draft.case, number=wrong)),
    )


def _payee(rng: Random, task: Task, case: Case) -> Slip | None:
    wrong = decoy(case)
    return Slip(SlipKind.WRONG_PAYEE, wrong, case.iban, lambda draft: replace(draft, iban=wrong))


def _citation(rng: Random, task: Task, case: Case) -> Slip | None:
    """No passage cited at all, or not the clause on which the decision rests."""
    if task is Task.CHAT_REPLY or rng.random() < 0.6:
        return Slip(SlipKind.MISSING_CITATION, "no passage cited", "each statement with its passage", _uncited_all)
    return Slip(SlipKind.MISSING_CITATION, "clause without its passage", "the clause with its passage", _uncited_clause)


def _uncited_all(draft: Draft) -> Draft:
    return replace(draft, uncited="all")


def _uncited_clause(draft: Draft) -> Draft:
    return replace(draft, uncited="clause")


def _answer(rng: Random, task: Task, case: Case) -> Slip | None:
    if case.question is None:
        return None
    return Slip(
        SlipKind.MISSING_ANSWER,
        "the customer's question is left open",
        case.question.answer,
        lambda draft: replace(draft, answers=False),
    )


def _document(rng: Random, task: Task, case: Case) -> Slip | None:
    at = rng.randrange(len(case.needs))

    def spoil(draft: Draft) -> Draft:
        return replace(draft, case=replace(draft.case, needs=(*case.needs[:at], *case.needs[at + 1 :])))

    return Slip(SlipKind.MISSING_DOCUMENT, "one missing document is not asked for", case.needs[at], spoil)


def _inserted(kind: SlipKind, rng: Random, case: Case, sentences: Choices) -> Slip:
    """A sentence that should not stand there."""
    sentence = rng.choice(sentences).format(
        other=case.other.called(case.language),
        other_number=f"CLM-{rng.randint(20_000, 39_999)}",
        other_policy=f"{case.product.prefix}-{rng.randint(200_000, 899_999)}-{rng.randint(1, 9)}",
        other_amount=money(rng.randint(300, 4_800) * 100, case.language),
        card=rng.choice(EXAMPLE_CARDS),
    )
    return Slip(kind, sentence, "", lambda draft: replace(draft, inserted=(*draft.inserted, sentence)))


def _clause(rng: Random, task: Task, case: Case) -> Slip | None:
    return _inserted(SlipKind.INVENTED_CLAUSE, rng, case, parts(case.language).slips.invented_clause)


def _cover(rng: Random, task: Task, case: Case) -> Slip | None:
    texts = parts(case.language).slips
    if case.topic is not None:
        return Slip(
            SlipKind.FALSE_COVER,
            case.topic.promise,
            case.topic.passage.text.format(limit=whole(case.limit, case.language)),
            lambda draft: replace(draft, promises=True),
        )
    sentences = texts.false_cover_request if task is Task.REQUEST_LETTER else texts.false_cover
    return _inserted(SlipKind.FALSE_COVER, rng, case, sentences)


def _leak(rng: Random, task: Task, case: Case) -> Slip | None:
    return _inserted(SlipKind.LEAK, rng, case, parts(case.language).slips.leak)


def _card(rng: Random, task: Task, case: Case) -> Slip | None:
    return _inserted(SlipKind.CARD, rng, case, parts(case.language).slips.card)


def _tone(rng: Random, task: Task, case: Case) -> Slip | None:
    sentence = rng.choice(parts(case.language).slips.tone)
    return Slip(SlipKind.TONE, sentence, "a friendly closing sentence", lambda draft: replace(draft, rude=sentence))


def _hidden(rng: Random, task: Task, case: Case) -> Slip | None:
    sign, name = rng.choice(HIDDEN)
    share = rng.uniform(0.15, 0.8)
    return Slip(SlipKind.HIDDEN_CHARACTER, name, "", lambda draft: replace(draft, hidden=(sign, share)))


def _broken(rng: Random, task: Task, case: Case) -> Slip | None:
    match rng.randrange(3):
        case 0:
            said = ("total as a text", f"total as the number {figure(case.net, 'en')}")
            return Slip(SlipKind.BROKEN_SCHEMA, *said, lambda draft: replace(draft, broken="text_amount"))
        case 1:
            said = ("total is missing", f"total as the number {figure(case.net, 'en')}")
            return Slip(SlipKind.BROKEN_SCHEMA, *said, lambda draft: replace(draft, broken="no_total"))
        case _:
            said = ("a field that the schema does not know", "")
            return Slip(SlipKind.BROKEN_SCHEMA, *said, lambda draft: replace(draft, broken="extra_field"))


_MAKERS: dict[SlipKind, Callable[[Random, Task, Case], Slip | None]] = {
    SlipKind.WRONG_EXCESS: _excess,
    SlipKind.WRONG_SUM: _sum,
    SlipKind.WRONG_LINE: _line,
    SlipKind.WRONG_LIMIT: _limit,
    SlipKind.WRONG_PERIOD: _period,
    SlipKind.WRONG_DATE: _date,
    SlipKind.WRONG_NAME: _name,
    SlipKind.WRONG_NUMBER: _number,
    SlipKind.WRONG_PAYEE: _payee,
    SlipKind.MISSING_CITATION: _citation,
    SlipKind.MISSING_ANSWER: _answer,
    SlipKind.MISSING_DOCUMENT: _document,
    SlipKind.INVENTED_CLAUSE: _clause,
    SlipKind.FALSE_COVER: _cover,
    SlipKind.TONE: _tone,
    SlipKind.LEAK: _leak,
    SlipKind.CARD: _card,
    SlipKind.HIDDEN_CHARACTER: _hidden,
    SlipKind.BROKEN_SCHEMA: _broken,
}

# Card numbers that payment firms publish for testing; no such card exists.
EXAMPLE_CARDS = ("4111 1111 1111 1111", "5555 5555 5555 4444", "4012 8888 8888 1881", "3782 822463 10005")

HIDDEN = (
    ("\u200b", "a zero-width space"),
    ("\u202e", "a character that turns the reading direction"),
    ("\u2060", "a word joiner"),
    ("\u00ad", "a soft hyphen"),
)
