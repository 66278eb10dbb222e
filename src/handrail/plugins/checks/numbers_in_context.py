"""Numbers and amounts of the output, and whether the model was given them."""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal
from functools import cached_property
from typing import Annotated

from pydantic import Field

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, failed, passed, skipped
from handrail.extend.checks import MOST_FINDINGS, CheckOptions, check
from handrail.plugins.checks._evidence import NO_CONTEXT, Closest, around, evidence_text
from handrail.plugins.checks._numbers import (
    CHAIN,
    MOST_DIGITS,
    NAMED,
    SCALED,
    Number,
    named_values,
    number_at,
    numbers,
    readings,
    scale_after,
)
from handrail.plugins.checks._words import counted, shown

_MOST_WITH_EVIDENCE = 10
_LIST_MARK = re.compile(r"[ \t>*_#(\[-]*\Z")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|e|º|ª|\.º|\.)?(?:[*_]*)(?=[\s,;:)]|\Z)")
_ENGLISH_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_UNIT = re.compile(
    r"(?i)(?:[€$£¥₹%‰]|(?:EUR|USD|GBP|CHF|JPY|INR|PLN|SEK|NOK|DKK|AUD|CAD)\b|percent\b|prozent\b|per cent\b)"
)
_UNIT_BEFORE = re.compile(
    r"(?i)(?:[€$£¥₹]|\b(?:EUR|USD|GBP|CHF|JPY|INR|PLN|SEK|NOK|DKK|AUD|CAD|Rs\.?|US\$|C\$|A\$)) ?\Z"
)
_IN_NAME = re.compile(r"[A-Za-z]+[0-9]")


class NumbersInContextOptions(CheckOptions):
    """`ignore_below`: smaller whole numbers without a currency or a percent sign are counts of one's own ("3 steps").
    `rounded`: a number may be a context number rounded to the digits it shows. `ignore`: numbers that are always fine,
    as they are written."""

    examples = ({}, {"ignore_below": 0, "rounded": True}, {"ignore": ["112", "24/7"]})

    ignore_below: Annotated[int, Field(ge=0, le=1_000)] = 10
    rounded: bool = False
    ignore: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(max_length=500)] = ()

    @cached_property
    def fine(self) -> frozenset[str]:
        return frozenset(value for entry in self.ignore for one in numbers(entry) for value in one.readings[0])


@check("numbers_in_context", version="1", options=NumbersInContextOptions)
def numbers_in_context(item: Item, options: NumbersInContextOptions) -> Score:
    """Fails when a number or an amount of the output stands neither in the context nor in the prompt, in any way of
    writing it (1,234.50, 1.234,50, 62 400, 3.5 million, twelve). Currencies and units are not compared. Ordinals, list
    marks, citations and links are left alone. The value is the share of numbers that are found.

    >>> from handrail.domain.item import Passage
    >>> item = Item(output="We pay EUR 150.", context=(Passage("p1", "Insured up to EUR 80,000."),))
    >>> numbers_in_context(item, NumbersInContextOptions()).reason
    'EUR 150 stands nowhere in the context.'
    """
    if not item.context:
        return skipped(NO_CONTEXT)
    given = _Given(item)
    seen, lost = 0, []
    for match in CHAIN.finditer(item.output):
        start = match.start()
        if start and (item.output[start - 1].isalpha() or item.output[start - 1] == "_"):
            continue
        seen += 1
        if given.as_written(item.output, match):
            continue
        number = number_at(item.output, match)
        if not given.holds(number, options) and not _is_left_alone(item.output, match, number, options):
            lost.append(number)
        if len(lost) > MOST_FINDINGS:
            break
    if not lost:
        return passed()
    near = Closest(item)
    findings = tuple(
        _finding(item, number, near if at < _MOST_WITH_EVIDENCE else None) for at, number in enumerate(lost)
    )
    said = findings[0].reason if len(lost) == 1 else f"{counted(len(lost), 'number')} stand nowhere in the context."
    return failed(said, findings, round(max(0.0, 1 - len(lost) / seen), 4))


class _Given:
    """The numbers of context and prompt: first as they are written, and their values once one is missed."""

    def __init__(self, item: Item) -> None:
        self._text = evidence_text(item)
        self._written = frozenset(CHAIN.findall(self._text))

    def as_written(self, output: str, match: re.Match[str]) -> bool:
        return match[0] in self._written and scale_after(output, match.end())[0] == 0

    def holds(self, number: Number, options: NumbersInContextOptions) -> bool:
        for reading in number.readings:
            if all(self._has(value) or value in options.fine for value in reading):
                return True
        return options.rounded and any(len(reading) == 1 and self._rounds_to(reading[0]) for reading in number.readings)

    def _has(self, value: str) -> bool:
        return value in self.values or (value in NAMED and value in self.named)

    def _rounds_to(self, value: str) -> bool:
        """Whether a given number, rounded to the digits that `value` shows, is `value`."""
        if len(value) > MOST_DIGITS:
            return False
        number = Decimal(value)
        digits = len(value.replace(".", "").strip("0")) or 1
        half = Decimal(5).scaleb(number.adjusted() - digits)
        at = bisect_left(self.in_order, number - half)
        return at < len(self.in_order) and self.in_order[at] <= number + half

    @cached_property
    def values(self) -> frozenset[str]:
        # "3.5 to 4 million": digits count without their scale as well
        found = {value for written in self._written for one in readings(written) for value in one}
        if SCALED.search(self._text):
            found.update(value for number in numbers(self._text) for one in number.readings for value in one)
        return frozenset(found)

    @cached_property
    def named(self) -> frozenset[str]:
        return named_values(self._text)

    @cached_property
    def in_order(self) -> list[Decimal]:
        return sorted(Decimal(value) for value in self.values if len(value) <= MOST_DIGITS)


def _is_left_alone(output: str, match: re.Match[str], number: Number, options: NumbersInContextOptions) -> bool:
    start, end = match.start(), number.end
    after = output[match.end() : match.end() + 12]
    if _IN_NAME.match(after) or (_ENGLISH_ORDINAL.match(after) and match[0].isdigit()):
        return True
    if _is_list_mark(output, start, match.end()) or _is_citation(output, start, end) or _in_link(output, start, end):
        return True
    small = all(
        len(value) <= 4 and "." not in value and int(value) < options.ignore_below for value in number.readings[0]
    )
    return (
        small
        and not _UNIT.match(output[end : end + 9].lstrip())
        and not _UNIT_BEFORE.search(output, max(0, start - 5), start)
    )


def _is_list_mark(output: str, start: int, end: int) -> bool:
    if output[end : end + 1] not in {".", ")", ":"} or end - start > 3:
        return False
    line = output.rfind("\n", max(0, start - 20), start)
    begins = line + 1 if line >= 0 else (0 if start <= 20 else None)
    return begins is not None and _LIST_MARK.match(output, begins, start) is not None


def _is_citation(output: str, start: int, end: int) -> bool:
    left = output.rfind("[", max(0, start - 40), start)
    return left >= 0 and "]" not in output[left:start] and "]" in output[end : end + 40]


def _in_link(output: str, start: int, end: int) -> bool:
    left = max(output.rfind(sign, max(0, start - 300), start) for sign in " \n\t")
    chunk = output[left + 1 : end]
    return "://" in chunk or "www." in chunk or "@" in chunk


def _finding(item: Item, number: Number, near: Closest | None) -> Finding:
    before = _UNIT_BEFORE.search(item.output, max(0, number.start - 5), number.start)
    start = before.start() if before else number.start
    unit = _UNIT.match(item.output, number.end) or _UNIT.match(item.output, number.end + 1)
    end = unit.end() if unit and not before and item.output[number.end : unit.start()].strip() == "" else number.end
    said = f"{shown(item.output[start:end], 60)} stands nowhere in the context."
    evidence = near.to(around(item.output, start, end)) if near else ()
    return Finding(said, start=start, end=end, category="number", evidence=evidence)
