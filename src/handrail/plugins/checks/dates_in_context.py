"""Dates of the output, and whether the model was given them."""

from __future__ import annotations

import re

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, failed, passed, skipped
from handrail.extend.checks import MOST_FINDINGS, CheckOptions, check
from handrail.plugins.checks._dates import Dated, Day, dates
from handrail.plugins.checks._evidence import NO_CONTEXT, Closest, around, evidence_text
from handrail.plugins.checks._words import counted, shown

_MOST_WITH_EVIDENCE = 10
_YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")


class DatesInContextOptions(CheckOptions):
    """`received`: the day the item came in counts as given, so that a letter may carry its date."""

    examples = ({}, {"received": False})

    received: bool = True


@check("dates_in_context", version="1", options=DatesInContextOptions)
def dates_in_context(item: Item, options: DatesInContextOptions) -> Score:
    """Fails when a date of the output stands neither in the context nor in the prompt, in any way of writing it. A
    date may say less than the context does (May 2025 for 12 May 2025), never more. Years alone are numbers, and are
    looked at by numbers_in_context. The value is the share of dates that are found.

    >>> from handrail.domain.item import Passage
    >>> item = Item(output="Due on 12 March 2024.", context=(Passage("p1", "Due: 2024-03-13"),))
    >>> dates_in_context(item, DatesInContextOptions()).reason
    '12 March 2024 stands nowhere in the context.'
    """
    if not item.context:
        return skipped(NO_CONTEXT)
    claimed = list(dates(item.output))
    if not claimed:
        return passed()
    text = evidence_text(item)
    given = [day for found in dates(text) for day in found.readings]
    if options.received and item.received_at:
        given.append(Day(item.received_at.year, item.received_at.month, item.received_at.day))
    known = _Known(given, text)
    lost = [found for found in claimed if not any(known.holds(day) for day in found.readings)][: MOST_FINDINGS + 1]
    if not lost:
        return passed()
    near = Closest(item)
    findings = tuple(_finding(item, found, near if at < _MOST_WITH_EVIDENCE else None) for at, found in enumerate(lost))
    said = findings[0].reason if len(lost) == 1 else f"{counted(len(lost), 'date')} stand nowhere in the context."
    return failed(said, findings, round(1 - len(lost) / len(claimed), 4))


class _Known:
    """The given days, with all that says less than they do."""

    def __init__(self, given: list[Day], text: str) -> None:
        self._days = {
            less
            for day in given
            for less in (day, Day(0, day.month, day.day), Day(day.year, day.month, 0))
            if less.month
        }
        self._dated = {(day.month, day.day) for day in given if day.year}
        self._years = frozenset(_YEAR.findall(text))

    def holds(self, day: Day) -> bool:
        if day in self._days:
            return True
        # the context may write the year elsewhere: "In 2024 ... on 12 March"
        undated = day.day and Day(0, day.month, day.day) in self._days and (day.month, day.day) not in self._dated
        return bool(undated) and str(day.year) in self._years


def _finding(item: Item, found: Dated, near: Closest | None) -> Finding:
    said = f"{shown(item.output[found.start : found.end])} stands nowhere in the context."
    evidence = near.to(around(item.output, found.start, found.end)) if near else ()
    return Finding(said, start=found.start, end=found.end, category="date", evidence=evidence)
