"""Reading numbers as people write them: 1,234.50 and 1.234,50, 62 400, EUR 3.5 million.

What is written is often open to two readings (1,234 is a thousand or a little more than one), so a number is a set of
interpretations, each a tuple of values; a value is its shortest decimal form as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from handrail.plugins.checks._linear import compile_linear

MOST_DIGITS = 40

CHAIN = re.compile(
    r"[0-9]+(?:[.,][0-9]+|['’\u00a0\u202f\u2009 ][0-9]{3}(?![0-9]))*"
)  # digits, and the signs that may hold groups of them together
_SCALE = re.compile(
    r"[ \u00a0\u202f-]?(?P<word>(?:thousand|tausend|mille|mil|millions?|mio|mln|millionen|millones|"
    r"milliard(?:en|e|s)?|mrd|billions?|bn|trillions?|trn|tn|lakhs?|crores?|hundred)(?![^\W\d_]))|(?P<sign>[kKmMbB](?![^\W\d_]))",
    re.IGNORECASE,
)
_POWER = {
    "hundred": 2, "thousand": 3, "tausend": 3, "mille": 3, "mil": 3, "lakh": 5, "lakhs": 5,
    "million": 6, "millions": 6, "millionen": 6, "millones": 6, "mio": 6, "mln": 6, "crore": 7, "crores": 7,
    "milliard": 9, "milliarde": 9, "milliarden": 9, "milliards": 9, "mrd": 9, "billion": 9, "billions": 9, "bn": 9,
    "trillion": 12, "trillions": 12, "trn": 12, "tn": 12, "k": 3, "m": 6, "b": 9,
}  # fmt: skip

_NAMES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "dozen": 12, "half": 50,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "once": 1, "twice": 2, "both": 2, "double": 2, "single": 1, "pair": 2, "couple": 2,
    "ein": 1, "eine": 1, "einen": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50,
    "hundert": 100, "tausend": 1000, "dutzend": 12,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "cent": 100,
}  # fmt: skip
_NAME = re.compile(r"[^\W\d_]+")
NAMED = frozenset(map(str, [*range(100), *_NAMES.values()]))
"""The values that `named_values` can find."""
SCALED = compile_linear(
    r"(?i)[0-9][ \x{00a0}\x{202f}-]?(?:thousand|tausend|mil|mio|mln|mrd|billion|bn|tr|tn|lakh|crore|hundred|[kmb]\b)"
)
"""Finds fast whether any number of a text can have a word of scale behind it."""

Reading = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number where it stands, with each way to read it."""

    start: int
    end: int
    readings: tuple[Reading, ...]


def numbers(text: str) -> Iterator[Number]:
    """The numbers of a text, in order. Digits inside words (B2B, p1) are no numbers.

    >>> [number.readings for number in numbers("EUR 1.234,50 and 3.5 million")]
    [(('1234.5',),), (('3500000',),)]
    """
    for match in CHAIN.finditer(text):
        start = match.start()
        if not (start and (text[start - 1].isalpha() or text[start - 1] == "_")):
            yield number_at(text, match)


def number_at(text: str, match: re.Match[str]) -> Number:
    """The number that a match of `CHAIN` begins, with the word of scale behind it."""
    power, sure, end = scale_after(text, match.end())
    plain = readings(match[0])
    if not power:
        return Number(match.start(), match.end(), plain)
    scaled = tuple((*one[:-1], _times_ten_to(one[-1], power)) for one in plain)
    return Number(match.start(), end, scaled if sure else (*scaled, *plain))


def scale_after(text: str, end: int) -> tuple[int, bool, int]:
    """The power of ten that stands behind a number, whether it is sure (a word is, "5m" may be metres), and its end.

    >>> scale_after("3.5 million", 3), scale_after("10k", 2), scale_after("10 km", 2)
    ((6, True, 11), (3, False, 3), (0, True, 2))
    """
    match = _SCALE.match(text, end)
    if match is None:
        return 0, True, end
    power = _POWER.get((match["word"] or match["sign"]).casefold(), 0)  # "ı" is matched as an i and folds to none
    return (power, match["word"] is not None, match.end()) if power else (0, True, end)


def readings(written: str) -> tuple[Reading, ...]:
    """The ways to read digits and the signs between them.

    >>> readings("1,234"), readings("62 400"), readings("12.03.2024")
    ((('1234',), ('1.234',)), (('62400',), ('62', '400')), (('12', '3', '2024'),))
    """
    if written.isdigit():
        return ((plain(written),),)
    groups = re.split(r"[^0-9]", written)
    signs = [sign for sign in written if not "0" <= sign <= "9"]
    found: list[Reading] = []
    thousands = len(set(signs)) == 1 and _are_thousands(groups)
    if thousands:
        found.append((plain("".join(groups)),))
    if len(signs) == 1 and signs[0] in ".,":
        found.append((plain(groups[0], groups[1]),))
    elif signs[-1] in ".," and len(set(signs)) == 2 and signs[-1] not in signs[:-1] and _are_thousands(groups[:-1]):
        found.append((plain("".join(groups[:-1]), groups[-1]),))
    if not found or (signs[0] != "." and not (thousands and signs == [","])):
        found.append(tuple(plain(group) for group in groups))  # a date, a version, or numbers side by side
    return tuple(found)


def plain(whole: str, fraction: str = "") -> str:
    """The shortest decimal form.

    >>> plain("0062", "50"), plain("00")
    ('62.5', '0')
    """
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def named_values(text: str) -> frozenset[str]:
    """The values that a text gives in words: twelve, zwölf, douze; compound ones up to ninety-nine in English.

    >>> sorted(named_values("twenty-one of a dozen"))
    ['1', '12', '20', '21']
    """
    found: set[str] = set()
    before = 0
    for match in _NAME.finditer(text.casefold()):
        value = _NAMES.get(match[0])
        if value is not None:
            found.add(str(value))
            if before >= 20 and value < 10:
                found.add(str(before + value))
        before = value if value is not None and value % 10 == 0 and value < 100 else 0
    return frozenset(found)


def _are_thousands(groups: list[str]) -> bool:
    """1.234.567, or the Indian 12,34,567; never 0.123."""
    first, *others = groups
    if not others or not 1 <= len(first) <= 3 or first.startswith("0") or len(others[-1]) != 3:
        return False
    widths = {len(group) for group in others[:-1]}
    return widths <= {3} or (widths == {2} and len(first) <= 2)


def _times_ten_to(value: str, power: int) -> str:
    if len(value) > MOST_DIGITS:
        return value
    scaled = f"{Decimal(value).scaleb(power):f}"
    whole, _, fraction = scaled.partition(".")
    return plain(whole, fraction)
