"""Reading dates as people write them: 2024-03-12, 12.03.2024, 3/12/2024, 12 March 2024, März 2024."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product

from handrail.plugins.checks._linear import compile_linear

_MONTHS = {
    name: place
    for place, names in enumerate(
        (
            "january jan jänner januar janvier enero gennaio januari janeiro",
            "february feb februar février fevrier febrero febbraio februari fevereiro",
            "march mar märz maerz mars marzo maart março",
            "april apr avril abril aprile",
            "may mai mayo maggio mei maio",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug août aout agosto augustus",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober okt octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_ALSO_WORDS = frozenset({"may", "mar", "march", "mars", "mai", "mei", "jan", "dec", "sep", "jun", "august"})

_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_FORM = (
    r"\b(?P<y1>[0-9]{4})(?P<s1>[-/.])(?P<m1>[0-9]{1,2})(?P<s2>[-/.])(?P<d1>[0-9]{1,2})\b"
    r"|\b(?P<a>[0-9]{1,2})(?P<s3>[-/.])(?P<b>[0-9]{1,2})(?P<s4>[-/.])(?P<y2>[0-9]{4}|[0-9]{2})\b"
    rf"|\b(?P<d3>[0-9]{{1,2}})(?:st|nd|rd|th|er|\.)? (?:of |de |di )?(?P<m3>{_NAMES})\b"
    r"(?:\.?,?(?: de| del| of)? (?P<y3>[0-9]{4})\b)?"
    rf"|\b(?P<m4>{_NAMES})\.?,? (?:de |del |the )?"
    r"(?:(?P<y4>[0-9]{4})\b|(?P<d4>[0-9]{1,2})(?:st|nd|rd|th)?\b(?:,? (?P<y5>[0-9]{4})\b)?)"
)
# RE2 finds the places in one fast pass as long as it need not tell the parts; those are read from the short match.
_DATE = compile_linear("(?i)" + re.sub(r"\(\?P<\w+>", "(?:", _FORM))
_PARTS = re.compile(_FORM, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or what is written of it; month 0, day 0 or year 0 is not written."""

    year: int
    month: int
    day: int

    @property
    def parts(self) -> tuple[int, int, int]:
        return (self.year, self.month, self.day)

    @property
    def exists(self) -> bool:
        try:
            date(self.year or 2000, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Dated:
    """A date where it stands, with each way to read it (3/12/2024 is in March or in December)."""

    start: int
    end: int
    readings: tuple[Day, ...]


def dates(text: str) -> Iterator[Dated]:
    """The dates of a text that name a month: with day and year, day alone, or year alone.

    >>> [found.readings for found in dates("On 12 March 2024 and in May 2025.")]
    [(Day(year=2024, month=3, day=12),), (Day(year=2025, month=5, day=0),)]
    """
    for match in _DATE.finditer(text):
        start, written = match.start(), match.group()
        if start and text[start - 1] in "$€£.,-/" and text[start - 2 : start - 1].isdigit():
            continue
        readings = _readings(written)
        if readings:
            yield Dated(start, start + len(written), readings)


@lru_cache(maxsize=8_192)  # the same dates stand in a text many times, and in many texts
def _readings(written: str) -> tuple[Day, ...]:
    parts = _PARTS.match(written)
    return _read(parts.groupdict()) if parts else ()


def _read(parts: Mapping[str, str | None]) -> tuple[Day, ...]:
    """Each day that the parts of a match may mean and that the calendar knows."""
    if parts["y1"]:
        found = {Day(*_whole(parts, "y1", "m1", "d1"))} if parts["s1"] == parts["s2"] else set()
    elif parts["y2"]:
        found = _either_order(parts)
    elif parts["m3"]:
        found = _named(parts["m3"], parts["d3"], parts["y3"])
    else:
        found = _named(parts["m4"] or "", parts["d4"], parts["y4"] or parts["y5"])
    return tuple(sorted((day for day in found if day.exists), key=lambda day: day.parts))


def _either_order(parts: Mapping[str, str | None]) -> set[Day]:
    if parts["s3"] != parts["s4"]:
        return set()
    first, second, year = _whole(parts, "a", "b", "y2")
    years = (year,) if year > 99 else (2000 + year, 1900 + year)
    # 12.03.2024 is read day first everywhere; with other signs either order is in use
    orders = ((second, first),) if parts["s3"] == "." else ((second, first), (first, second))
    return {Day(year, month, day) for year, (month, day) in product(years, orders) if month and day}


def _named(month: str, day: str | None, year: str | None) -> set[Day]:
    if not year and month in _ALSO_WORDS:
        return set()  # "the 12 may follow", "march 3 miles"
    if day is not None and int(day) == 0:
        return set()
    place = _MONTHS.get(month.casefold())
    return {Day(int(year or 0), place, int(day or 0))} if place else set()


def _whole(parts: Mapping[str, str | None], *names: str) -> tuple[int, int, int]:
    first, second, third = (int(parts[name] or 0) for name in names)
    return first, second, third
