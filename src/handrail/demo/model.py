"""The simulated model: how it errs, and how sure it says it is.

It knows the truth and spoils it in ways that real models show. Each slip has a category of the desk's taxonomy, that
category's severity, and a word on whether a check can see it. The confidence is tied to the errors by `error_rate`.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise

from handrail.demo.cases import Task
from handrail.domain.score import Severity

MODEL = "claims-writer 7.2 (simulated)"
PROMPT_VERSION = "desk-31"

_RATES = ((0.30, 0.62), (0.70, 0.33), (0.92, 0.07), (1.00, 0.005))


def error_rate(confidence: float) -> float:
    """The share of outputs with at least one slip among all that come with this confidence.

    Straight lines between 62% at 0.30, 33% at 0.70, 7% at 0.92 and 0.5% at 1. So the simulated model is a little too
    sure of itself about 0.70, and about right where it is released.

    >>> error_rate(0.70), round(error_rate(0.96), 4)
    (0.33, 0.0375)
    """
    for (low, high_rate), (high, low_rate) in pairwise(_RATES):
        if confidence <= high:
            along = max(0.0, confidence - low) / (high - low)
            return high_rate + along * (low_rate - high_rate)
    return _RATES[-1][1]


class SlipKind(StrEnum):
    """What the simulated model does wrong."""

    WRONG_EXCESS = "wrong_excess"
    WRONG_SUM = "wrong_sum"
    WRONG_LINE = "wrong_line"
    WRONG_LIMIT = "wrong_limit"
    WRONG_PERIOD = "wrong_period"
    WRONG_DATE = "wrong_date"
    WRONG_NAME = "wrong_name"
    WRONG_NUMBER = "wrong_number"
    WRONG_PAYEE = "wrong_payee"
    MISSING_CITATION = "missing_citation"
    MISSING_ANSWER = "missing_answer"
    MISSING_DOCUMENT = "missing_document"
    INVENTED_CLAUSE = "invented_clause"
    FALSE_COVER = "false_cover"
    TONE = "tone"
    LEAK = "leak"
    CARD = "card"
    HIDDEN_CHARACTER = "hidden_character"
    BROKEN_SCHEMA = "broken_schema"


CATEGORIES: dict[SlipKind, str] = {
    SlipKind.WRONG_EXCESS: "wrong_amount",
    SlipKind.WRONG_SUM: "wrong_amount",
    SlipKind.WRONG_LINE: "wrong_amount",
    SlipKind.WRONG_LIMIT: "wrong_amount",
    SlipKind.WRONG_PERIOD: "wrong_period",
    SlipKind.WRONG_DATE: "wrong_date",
    SlipKind.WRONG_NAME: "wrong_entity",
    SlipKind.WRONG_NUMBER: "wrong_entity",
    SlipKind.WRONG_PAYEE: "wrong_payee",
    SlipKind.MISSING_CITATION: "missing_citation",
    SlipKind.MISSING_ANSWER: "incomplete",
    SlipKind.MISSING_DOCUMENT: "incomplete",
    SlipKind.INVENTED_CLAUSE: "hallucination",
    SlipKind.FALSE_COVER: "unfounded_promise",
    SlipKind.TONE: "tone",
    SlipKind.LEAK: "pii",
    SlipKind.CARD: "pii",
    SlipKind.HIDDEN_CHARACTER: "hidden_characters",
    SlipKind.BROKEN_SCHEMA: "format",
}

SEVERITIES: dict[str, Severity] = {
    "wrong_amount": Severity.MAJOR,
    "wrong_period": Severity.MAJOR,
    "wrong_date": Severity.MAJOR,
    "wrong_entity": Severity.MAJOR,
    "wrong_payee": Severity.CRITICAL,
    "missing_citation": Severity.MINOR,
    "incomplete": Severity.MINOR,
    "hallucination": Severity.CRITICAL,
    "unfounded_promise": Severity.CRITICAL,
    "tone": Severity.MINOR,
    "pii": Severity.CRITICAL,
    "hidden_characters": Severity.MINOR,
    "format": Severity.MAJOR,
}

STOPPED = frozenset({SlipKind.CARD, SlipKind.HIDDEN_CHARACTER, SlipKind.BROKEN_SCHEMA})
"""Slips that the desk's policy never releases, whatever the confidence; all others may slip through."""

WEIGHTS: dict[Task, dict[SlipKind, float]] = {
    Task.SETTLEMENT_LETTER: {
        SlipKind.WRONG_EXCESS: 18,
        SlipKind.WRONG_SUM: 12,
        SlipKind.WRONG_LINE: 7,
        SlipKind.WRONG_PERIOD: 11,
        SlipKind.WRONG_DATE: 5,
        SlipKind.WRONG_NAME: 6,
        SlipKind.WRONG_NUMBER: 5,
        SlipKind.MISSING_CITATION: 9,
        SlipKind.MISSING_ANSWER: 7,
        SlipKind.INVENTED_CLAUSE: 8,
        SlipKind.FALSE_COVER: 6,
        SlipKind.TONE: 5,
        SlipKind.LEAK: 3,
        SlipKind.HIDDEN_CHARACTER: 3,
    },
    Task.DECLINE_LETTER: {
        SlipKind.WRONG_PERIOD: 20,
        SlipKind.WRONG_DATE: 8,
        SlipKind.WRONG_NAME: 9,
        SlipKind.WRONG_NUMBER: 6,
        SlipKind.MISSING_CITATION: 14,
        SlipKind.INVENTED_CLAUSE: 18,
        SlipKind.TONE: 15,
        SlipKind.LEAK: 5,
        SlipKind.HIDDEN_CHARACTER: 4,
    },
    Task.REQUEST_LETTER: {
        SlipKind.WRONG_DATE: 12,
        SlipKind.WRONG_NAME: 12,
        SlipKind.WRONG_NUMBER: 8,
        SlipKind.MISSING_DOCUMENT: 24,
        SlipKind.FALSE_COVER: 20,
        SlipKind.TONE: 12,
        SlipKind.LEAK: 6,
        SlipKind.HIDDEN_CHARACTER: 5,
    },
    Task.CHAT_REPLY: {
        SlipKind.WRONG_LIMIT: 30,
        SlipKind.FALSE_COVER: 28,
        SlipKind.MISSING_CITATION: 18,
        SlipKind.TONE: 11,
        SlipKind.LEAK: 5,
        SlipKind.HIDDEN_CHARACTER: 5,
    },
    Task.BOOKING: {
        SlipKind.WRONG_EXCESS: 28,
        SlipKind.WRONG_SUM: 26,
        SlipKind.WRONG_LINE: 12,
        SlipKind.WRONG_NUMBER: 12,
        SlipKind.WRONG_DATE: 10,
        SlipKind.BROKEN_SCHEMA: 12,
    },
    Task.PAYMENT: {SlipKind.WRONG_PAYEE: 40, SlipKind.WRONG_SUM: 40, SlipKind.WRONG_NUMBER: 20},
}
