"""A simulated claim: who, what happened, what it cost, what the policy says. All of it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Literal, TypeVar

from handrail.demo.chance import weighted
from handrail.demo.texts import Decline, Language, Peril, Product, Question, Scenario, Topic, parts, products, surnames

T = TypeVar("T")

LARGE = 50_000  # EUR; above it an item goes to a senior, whatever the confidence


class Task(StrEnum):
    """What the simulated model was asked for; with the domain, the segment."""

    SETTLEMENT_LETTER = "settlement_letter"
    DECLINE_LETTER = "decline_letter"
    REQUEST_LETTER = "request_letter"
    CHAT_REPLY = "chat_reply"
    BOOKING = "booking"
    PAYMENT = "payment"


LETTERS = frozenset({Task.SETTLEMENT_LETTER, Task.DECLINE_LETTER, Task.REQUEST_LETTER})
RECORDS = frozenset({Task.BOOKING, Task.PAYMENT})


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated person: a form of address and one surname, never a full name."""

    form: Literal["f", "m"]
    surname: str

    def called(self, language: Language) -> str:
        """>>> Person("f", "Aydin").called("de")
        'Frau Aydin'
        """
        return f"{parts(language).titles[self.form]} {self.surname}"


@dataclass(frozen=True, slots=True)
class Line:
    """One position of a settlement."""

    label: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One claim, or one question in chat, as it truly is. `excess`, `standard_excess` and `sum_insured` are in EUR."""

    number: str
    policy: str
    customer: Person
    language: Language
    product: Product
    peril: Peril
    cause: str
    story: str
    loss_on: date
    reported_on: date
    written_on: date
    since: int
    sum_insured: int
    standard_excess: int
    excess: int
    period: str
    pay_days: str
    iban: str
    channel: str
    note: str
    lines: tuple[Line, ...] = ()
    refused: tuple[Line, str] | None = None  # with the reason
    because: str = ""
    exclusion: str = ""  # the section of the clause that excludes it
    needs: tuple[str, ...] = ()
    question: Question | None = None
    topic: Topic | None = None
    limit: int = 0
    phrase: int = 0  # which wording of a chat question
    other: Person = field(default_factory=lambda: Person("f", "Aydin"))  # another customer, for slips

    @property
    def gross(self) -> int:
        """The sum of the lines, in cents."""
        return sum(line.cents for line in self.lines)

    @property
    def net(self) -> int:
        """What is paid, in cents."""
        return self.gross - 100 * self.excess

    @property
    def payee(self) -> Person:
        """Who gets the money: the policyholder, or with liability cover the person harmed."""
        return self.other if self.product.pays_other else self.customer

    @property
    def account(self) -> str:
        """The last four digits of the account."""
        return self.iban[-4:]


def day_text(day: date, language: Language, *, year: bool = False) -> str:
    """A day as a letter writes it.

    >>> day_text(date(2026, 11, 3), "de"), day_text(date(2026, 11, 3), "en", year=True)
    ('3. November', '3 November 2026')
    """
    words = parts(language)
    form = words.long_date if year else words.date
    return form.format(day=day.day, month=words.months[day.month - 1], year=day.year)


def figure(cents: int, language: Language) -> str:
    """An amount without its currency, as the language writes it.

    >>> figure(231050, "en"), figure(231050, "de"), figure(231050, "fr")
    ('2,310.50', '2.310,50', '2 310,50')
    """
    text = f"{cents / 100:,.2f}"
    match language:
        case "de":
            return text.replace(",", " ").replace(".", ",").replace(" ", ".")
        case "fr":
            return text.replace(",", " ").replace(".", ",")
        case "en" | "ar":
            return text


def whole(euros: int, language: Language) -> str:
    """A whole amount without its currency: 45,000, 45.000, 45 000."""
    return figure(euros * 100, language)[:-3]


def money(cents: int, language: Language) -> str:
    """An amount with its currency.

    >>> money(30000, "en"), money(30000, "de")
    ('EUR 300.00', '300,00 EUR')
    """
    return parts(language).money.format(amount=figure(cents, language))


def make(rng: Random, *, task: Task, language: Language, number: str, large: bool, day: date) -> Case:
    """A claim for one task; `large` ones are paid more than `LARGE`, all others less. `day` is the day of writing."""
    if task is Task.CHAT_REPLY:
        return _chat(rng, language, number, day)
    if task is Task.DECLINE_LETTER:
        return _declined(rng, language, number, day)
    return _covered(rng, task, language, number, day, large=large)


def _covered(rng: Random, task: Task, language: Language, number: str, day: date, *, large: bool) -> Case:
    product = _product(rng, [one for one in products(language) if _scenarios(one, large=large)])
    peril, scenario = rng.choice(_scenarios(product, large=large))
    base = _base(rng, product, peril, number, day, scenario)
    lines = _lines(rng, scenario, all_of_it=large)
    if sum(line.cents for line in lines) < 150 * base.excess:  # small claims stay above the excess
        lines = _lines(rng, scenario, all_of_it=True)
    refused = None
    if scenario.refused and rng.random() < 0.75:
        refused = (Line(scenario.refused.label, _price(rng, *scenario.refused.cost)), scenario.refused.because)
    needs = _some(rng, peril.needs, rng.randint(2, 3)) if task is Task.REQUEST_LETTER else ()
    question = base.question if task is Task.SETTLEMENT_LETTER else None
    return replace(base, lines=lines, refused=refused, needs=needs, question=question)


def _lines(rng: Random, scenario: Scenario, *, all_of_it: bool) -> tuple[Line, ...]:
    kept = len(scenario.items) if all_of_it else rng.randint(2, len(scenario.items))
    return tuple(Line(label, _price(rng, low, high)) for label, low, high in _some(rng, scenario.items, kept))


def _declined(rng: Random, language: Language, number: str, day: date) -> Case:
    product = _product(rng, [one for one in products(language) if any(peril.declines for peril in one.perils)])
    peril, told = rng.choice([(peril, told) for peril in product.perils for told in peril.declines])
    base = _base(rng, product, peril, number, day, told)
    return replace(base, because=told.because, exclusion=told.section or peril.exclusion.section)


def _chat(rng: Random, language: Language, number: str, day: date) -> Case:
    product = _product(rng, [one for one in products(language) if one.questions])
    topic = rng.choice(product.questions)
    phrase = rng.randrange(len(topic.ask))
    peril = rng.choice(product.perils)
    told = Decline(cause="", story=topic.ask[phrase], because="")
    base = _base(rng, product, peril, number, day, told)
    return replace(base, topic=topic, limit=rng.choice(topic.limits), phrase=phrase, question=None)


def _base(rng: Random, product: Product, peril: Peril, number: str, day: date, told: Scenario | Decline) -> Case:
    words = parts(product.language)
    reported = day - timedelta(days=rng.randint(2, 16))
    loss = reported - timedelta(days=rng.choice((0, 1, 1, 2, 3, 5, 8)))
    standard = rng.choice(product.excess)
    asked = [one for one in words.questions if product.product not in one.not_for] if isinstance(told, Scenario) else []
    return Case(
        number=number,
        policy=f"{product.prefix}-{rng.randint(200_000, 899_999)}-{rng.randint(1, 9)}",
        customer=_person(rng),
        other=_person(rng),
        language=product.language,
        product=product,
        peril=peril,
        cause=told.cause,
        story=told.story.format(loss=day_text(loss, product.language)),
        loss_on=loss,
        reported_on=reported,
        written_on=day,
        since=rng.randint(2009, 2024),
        sum_insured=rng.randrange(product.sum_insured[0], product.sum_insured[1] + 1, product.sum_insured[2]),
        standard_excess=standard,
        excess=rng.choice(peril.excess) if peril.excess else standard,
        period=rng.choice(words.periods),
        pay_days=rng.choice(words.pay_days),
        iban=rng.choice(EXAMPLE_IBANS),
        channel=rng.choice(list(words.channels)),
        note=rng.choice(words.documents.file.notes),
        question=rng.choice(asked) if asked and rng.random() < 0.55 else None,
    )


def _some(rng: Random, things: Sequence[T], count: int) -> tuple[T, ...]:
    """So many of the things, in their order."""
    return tuple(things[at] for at in sorted(rng.sample(range(len(things)), min(count, len(things)))))


def _product(rng: Random, choices: list[Product]) -> Product:
    by_name = {product.name: product for product in choices}
    return by_name[weighted(rng, {name: float(product.weight) for name, product in by_name.items()})]


def _scenarios(product: Product, *, large: bool) -> list[tuple[Peril, Scenario]]:
    return [(peril, one) for peril in product.perils for one in peril.scenarios if one.large is large]


def _price(rng: Random, low: int, high: int) -> int:
    """A price in cents; most prices people see are round."""
    euros = rng.randint(low, high)
    match rng.randrange(4):
        case 0:
            return euros * 100 + rng.randrange(100)
        case 1:
            return euros * 100
        case 2:
            return max(low, euros // 5 * 5) * 100
        case _:
            return euros * 100 + rng.choice((50, 90, 95, 99))


def _person(rng: Random) -> Person:
    return Person("f" if rng.random() < 0.5 else "m", rng.choice(surnames()))


LEDGERS = {
    "household": "4100",
    "motor": "4200",
    "liability": "4300",
    "travel": "4400",
    "health": "4500",
    "building": "4600",
    "bicycle": "4700",
    "business": "4800",
}

# Account numbers that banks and standards print as examples; nobody owns them.
EXAMPLE_IBANS = (
    "DE89370400440532013000",
    "GB29NWBK60161331926819",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "AT611904300234573201",
    "BE68539007547034",
    "CH9300762011623852957",
    "ES9121000418450200051332",
)
