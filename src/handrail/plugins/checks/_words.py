"""Small words for reasons that people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def counted(count: int, noun: str) -> str:
    """A count and its noun.

    >>> counted(1, "number"), counted(2, "e-mail address")
    ('1 number', '2 e-mail addresses')
    """
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun}es" if noun.endswith("s") else f"{count:,} {noun}s"


def tally(nouns: Iterable[str]) -> str:
    """How often each noun stands there.

    >>> tally(["card number", "phone number", "card number"])
    '2 card numbers and 1 phone number'
    """
    parts = [counted(count, noun) for noun, count in Counter(nouns).items()]
    return " and ".join(parts) if len(parts) < 3 else ", ".join(parts[:-1]) + " and " + parts[-1]


def shown(text: str, most: int = 80) -> str:
    """A text as a reason quotes it: on one line and short.

    >>> shown("one\\ntwo"), shown("a" * 100, 5)
    ('one two', 'aaaa…')
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
