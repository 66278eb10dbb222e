"""The texts of the example desk: products with their wordings and stories, and the sentences of its letters.

They lie beside this file as YAML, one file for each product and language, and were written for Handrail.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

Language = Literal["en", "de", "fr", "ar"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "ar")
Range = tuple[int, int]
Choices = tuple[str, ...]


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clause(_Text):
    """A section of the terms."""

    section: str
    text: str


class Refusal(_Text):
    """Something the customer asked for and the policy does not pay, with its price range in EUR and the reason."""

    label: str
    cost: Range
    because: str


class Scenario(_Text):
    """A loss that is covered: how a letter names it, what the customer wrote, what it cost (label, from, to in EUR)."""

    cause: str
    story: str
    items: tuple[tuple[str, int, int], ...]
    refused: Refusal | None = None
    large: bool = False


class Decline(_Text):
    """A loss that is not covered. `section` names another clause than the exclusion of the peril."""

    cause: str
    story: str
    because: str
    section: str | None = None


class Peril(_Text):
    """What may happen, the clause that covers it, the clause that does not, and the documents it takes."""

    key: str
    name: str
    section: str
    wording: str
    exclusion: Clause
    needs: Choices
    scenarios: tuple[Scenario, ...]
    declines: tuple[Decline, ...] = ()
    excess: tuple[int, ...] = ()  # its own one, in EUR; empty: the one of the policy


class Topic(_Text):
    """A question customers ask in chat: the clause that answers it, the answers, and a promise it does not give."""

    passage: Clause
    limits: tuple[int, ...]
    ask: Choices
    answers: Choices
    promise: str


class Product(_Text):
    """One insurance product in one language. Amounts are in EUR."""

    product: str
    language: Language
    name: str
    prefix: str
    document: str
    source: str
    weight: int
    sum_insured: tuple[int, int, int]  # from, to, step
    excess: tuple[int, ...]
    also: tuple[Clause, ...]
    perils: tuple[Peril, ...]
    questions: tuple[Topic, ...] = ()
    consoles: bool = True  # whether a letter says it is sorry; nobody is sorry about a dentist's invoice
    pays_other: bool = False  # to the person harmed, not to the policyholder


class Question(_Text):
    """Something customers add to their report; `fact` stands in the file, `answer` in the letter."""

    ask: str
    fact: str
    answer: str
    not_for: tuple[str, ...]


class Schedule(_Text):
    """The policy schedule of one customer."""

    title: str
    text: str
    excess: str
    own_excess: str
    no_excess: str


class Sheet(_Text):
    """The settlement sheet."""

    title: str
    head: str
    line: str
    refused: str
    sum: str
    sum_without: str
    account: str


class Procedure(_Text):
    """The complaints procedure."""

    title: str
    text: str


class File(_Text):
    """The claim file."""

    title: str
    text: str
    notes: Choices
    declined: str
    missing: str


class DocumentTexts(_Text):
    """How the documents of a case read."""

    schedule: Schedule
    sheet: Sheet
    procedure: Procedure
    file: File
    terms: str


class SettlementTexts(_Text):
    """The sentences of a settlement letter."""

    opening: Choices
    sympathy: Choices
    accept: Choices
    lines_intro: Choices
    excess: Choices
    no_excess: Choices
    total: Choices
    total_other: Choices = ()
    payment_other: Choices = ()
    table_total_other: str = ""
    table_head: tuple[str, str]
    table_excess: str
    table_total: str
    refused: Choices
    payment: Choices
    closing: Choices


class DeclineTexts(_Text):
    """The sentences of a letter that declines."""

    opening: Choices
    regret: Choices
    reason: Choices
    offer: Choices
    closing: Choices


class RequestTexts(_Text):
    """The sentences of a letter that asks for documents."""

    opening: Choices
    need_intro: Choices
    why: Choices
    next: Choices
    how: Choices
    closing: Choices


class FirstTurn(_Text):
    """How a chat begins."""

    ask: str
    answer: str


class ChatTexts(_Text):
    """The sentences around an answer in chat."""

    closing: Choices
    follow_up: Choices
    first: tuple[FirstTurn, ...]


class SlipTexts(_Text):
    """What the simulated model writes where it errs."""

    invented_clause: Choices
    false_cover: Choices
    false_cover_request: Choices
    leak: Choices
    card: Choices
    tone: Choices


class Event(_Text):
    """Something in the history of a customer."""

    kind: str
    text: str


class Parts(_Text):
    """The sentences of one language. Names in braces are filled in."""

    language: Language
    months: Choices
    date: str
    long_date: str
    money: str
    titles: dict[Literal["f", "m"], str]
    salutation: dict[Literal["f", "m"], str]
    short_salutation: dict[Literal["f", "m"], str]
    channels: dict[str, str]
    periods: Choices
    wrong_periods: Choices
    pay_days: Choices
    documents: DocumentTexts
    greetings: Choices
    farewells: Choices
    instructions: dict[str, Choices]
    subject: Choices
    settlement_letter: SettlementTexts
    decline_letter: DeclineTexts
    request_letter: RequestTexts
    chat_reply: ChatTexts | None = None
    questions: tuple[Question, ...]
    objection: Choices
    signoff: Choices
    slips: SlipTexts
    history: tuple[Event, ...]


def _read(name: str) -> object:
    return YAML(typ="safe").load((resources.files(__package__) / "texts" / name).read_text("utf-8"))


@cache
def parts(language: Language) -> Parts:
    """The sentences of one language.

    >>> parts("de").settlement_letter.table_total
    'Zahlung zu diesem Schaden'
    """
    return Parts.model_validate(_read(f"parts.{language}.yaml"))


@cache
def products(language: Language) -> tuple[Product, ...]:
    """The products sold in one language, in the order of their names.

    >>> [product.name for product in products("de")]
    ['Hausrat Plus', 'Kfz Vollkasko']
    """
    folder = resources.files(__package__) / "texts"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(f".{language}.yaml"))
    return tuple(Product.model_validate(_read(name)) for name in names if not name.startswith("parts."))


@cache
def surnames() -> tuple[str, ...]:
    """The surnames that simulated people have; first names they have none."""
    return tuple((resources.files(__package__) / "texts" / "surnames.txt").read_text("utf-8").split())
