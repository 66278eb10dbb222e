"""Words and phrases that must not be used: competitors, promises, slurs, a brand's own black list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any

import re2
from pydantic import Field, field_validator

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, Severity, failed, passed
from handrail.extend.checks import MOST_FINDINGS, CheckOptions, check
from handrail.extend.fields import Where, texts
from handrail.plugins.checks._inflection import Inflection, beginning, forms
from handrail.plugins.checks._words import counted

_WORD = re.compile(r"[^\W_]+")
_WIDEST_GAP = 3  # signs between two words of a phrase: a space, a hyphen, a line break with its indent

Entry = Annotated[str, Field(min_length=1, max_length=200)]
Phrase = tuple[str, tuple[frozenset[str], ...]]


class KeywordsOptions(CheckOptions):
    """Each entry is a word or a phrase; it is found at word boundaries, in any case, in its regular forms."""

    examples = (
        {"words": ["guarantee", "risk free"]},
        {"words": ["Versprechen"], "inflection": "de", "where": "both", "category": "promise", "severity": "minor"},
    )

    words: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=2_000)]
    where: Where = "output"
    inflection: Inflection = "en"
    category: str | None = None
    severity: Severity = Severity.MAJOR

    @field_validator("words")
    @classmethod
    def _hold_letters(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        empty = next((word for word in words if not _WORD.search(word)), None)
        if empty is not None:
            raise ValueError(f"{empty!r} holds no letter and no digit")
        return words

    @cached_property
    def phrases(self) -> dict[str, list[Phrase]]:
        """By each form of the first word: the entry, and the forms of its other words. Longest phrases first."""
        found: dict[str, list[Phrase]] = defaultdict(list)
        for entry in sorted(self.words, key=len, reverse=True):
            first, *others = [forms(word, self.inflection) for word in _WORD.findall(entry.casefold())]
            for form in first:
                found[form].append((entry, tuple(others)))
        return dict(found)

    @cached_property
    def sieve(self) -> Any:  # Any: re2 ships no types
        """Finds fast whether any entry can stand in a case-folded text at all. None for lists too long for it."""
        starts = {beginning(_WORD.findall(word.casefold())[0]) for word in self.words}
        options = re2.Options()
        options.log_errors = False
        try:
            return re2.compile("|".join(re2.escape(start) for start in sorted(starts)), options)
        except re2.error:
            return None


@check("keywords", version="1", options=KeywordsOptions)
def keywords(item: Item, options: KeywordsOptions) -> Score:
    """Fails when a listed word or phrase stands in the text, whatever its case and its regular inflection.

    >>> keywords(Item(output="We guaranteed it."), KeywordsOptions(words=("guarantee",))).findings[0].start
    3
    """
    found = [finding for field, text in texts(item, options.where) for finding in _places(field, text, options)]
    if not found:
        return passed()
    return failed(
        f"{counted(len(found), 'unwanted word')} or phrases found." if len(found) > 1 else found[0].reason, tuple(found)
    )


def _places(field: str, text: str, options: KeywordsOptions) -> Iterator[Finding]:
    if options.sieve is not None and not options.sieve.search(text.casefold()):
        return
    tokens = [(match.start(), match.end(), match[0].casefold()) for match in _WORD.finditer(text)]
    known, past, count = options.phrases, 0, 0
    for index, (start, _, word) in enumerate(tokens):
        if index < past or word not in known:
            continue
        for entry, others in known[word]:
            if _follow(tokens, index, others):
                end, past, count = tokens[index + len(others)][1], index + len(others) + 1, count + 1
                said = f"“{entry}” must not stand in the {field}."
                yield Finding(said, field, start, end, options.severity, options.category)
                break
        if count > MOST_FINDINGS:
            return


def _follow(tokens: list[tuple[int, int, str]], index: int, others: tuple[frozenset[str], ...]) -> bool:
    if index + len(others) >= len(tokens):
        return False
    for step, allowed in enumerate(others, start=index + 1):
        start, _, word = tokens[step]
        if word not in allowed or start - tokens[step - 1][1] > _WIDEST_GAP:
            return False
    return True
