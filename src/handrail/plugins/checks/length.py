"""How long a text may be."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, failed, passed
from handrail.extend.checks import CheckOptions, check
from handrail.extend.fields import Where, texts
from handrail.plugins.checks._words import counted

Count = Annotated[int, Field(ge=0)]


class LengthOptions(CheckOptions):
    """Bounds in characters (Unicode code points) and in words (parts between white space); each may be left out."""

    examples = ({}, {"least": 1, "most": 500}, {"least_words": 5, "most_words": 200, "where": "both"})

    least: Count = 1
    most: Count = 20_000
    least_words: Count = 0
    most_words: Count | None = None
    where: Where = "output"

    @model_validator(mode="after")
    def _in_order(self) -> LengthOptions:
        if self.least > self.most or (self.most_words is not None and self.least_words > self.most_words):
            raise ValueError("the least must not exceed the most")
        return self


@check("length", version="1", options=LengthOptions)
def length(item: Item, options: LengthOptions) -> Score:
    """Fails when a text is shorter or longer than allowed, in characters or in words.

    >>> length(Item(output="Too long"), LengthOptions(most=3)).reason
    'The output has 8 characters; at most 3 are allowed.'
    """
    findings = [finding for field, text in texts(item, options.where) for finding in _faults(field, text, options)]
    return failed(findings[0].reason, tuple(findings)) if findings else passed()


def _faults(field: str, text: str, options: LengthOptions) -> list[Finding]:
    found = []
    if len(text) < options.least:
        said = f"The {field} has {counted(len(text), 'character')}; at least {options.least:,} are demanded."
        found.append(Finding(said, field))
    if len(text) > options.most:
        said = f"The {field} has {counted(len(text), 'character')}; at most {options.most:,} are allowed."
        found.append(Finding(said, field, options.most, len(text)))
    if options.least_words or options.most_words is not None:
        words = len(text.split())
        if words < options.least_words:
            said = f"The {field} has {counted(words, 'word')}; at least {options.least_words:,} are demanded."
            found.append(Finding(said, field))
        if options.most_words is not None and words > options.most_words:
            said = f"The {field} has {counted(words, 'word')}; at most {options.most_words:,} are allowed."
            found.append(Finding(said, field))
    return found
