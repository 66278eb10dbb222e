"""Whether an edit changes what matters: an entity, a number, a date or a negation. Then a reason is asked. Pure."""

from __future__ import annotations

import re
from collections import Counter

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_CAPITAL = re.compile(r"(?<![.!?:\n]\s)(?<!^)\b[^\W\d_a-zß-öø-ÿ]\w+", re.UNICODE | re.MULTILINE)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|without|cannot|can't|won't|don't|doesn't|isn't|aren't|wasn't|weren't|didn't|"
    r"nicht|kein\w*|nie|niemals|ohne|ne|pas|jamais|sans|nunca|sin)\b",
    re.IGNORECASE,
)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "januar|februar|märz|mai|juni|juli|oktober|dezember"
)
# "may" and "march" are dates beside a number alone
_DATE = re.compile(
    rf"\b[0-9]{{1,2}}(?:st|nd|rd|th|\.)?(?: of)? (?:{_MONTHS})\b|\b(?:{_MONTHS}) [0-9]{{1,4}}\b|"
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
KINDS = {"number": _NUMBER, "date": _DATE, "negation": _NEGATION, "entity": _CAPITAL}


def telling_changes(before: str, after: str) -> tuple[str, ...]:
    """The kinds of telling words whose multiset differs between two texts, in a fixed order.

    >>> telling_changes("We pay EUR 150.", "We pay EUR 300.")
    ('number',)
    >>> telling_changes("We will pay on 3 May.", "We may pay it on 3 June.")
    ('date',)
    """
    return tuple(kind for kind, pattern in KINDS.items() if _words(pattern, before) != _words(pattern, after))


def _words(pattern: re.Pattern[str], text: str) -> Counter[str]:
    if pattern is _CAPITAL:
        text = _DATE.sub(" ", text)  # a month is no name
    return Counter(word.lower() for word in pattern.findall(text))
