"""Words and sections that the output must hold: disclaimers, notices, headings."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Field, model_validator

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, Severity, failed, passed, skipped
from handrail.extend.checks import CheckOptions, check
from handrail.extend.fields import is_prose
from handrail.plugins.checks._words import shown

Phrase = Annotated[str, Field(min_length=1, max_length=2_000)]
Phrases = Annotated[tuple[Phrase, ...], Field(max_length=100)]

_AROUND_HEADING = " \t#*_:.)(0123456789-–"
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "\u00a0": " "})


class RequiredPhrasesOptions(CheckOptions):
    """`phrases` may stand anywhere; `sections` are headings and stand on a line of their own. Case, line breaks and
    the shape of quotation marks do not matter."""

    examples = (
        {"phrases": ["This is not legal advice."]},
        {"sections": ["Summary", "Next steps"], "category": "missing_section"},
    )

    phrases: Phrases = ()
    sections: Phrases = ()
    category: str | None = None
    severity: Severity = Severity.MAJOR

    @model_validator(mode="after")
    def _says_something(self) -> RequiredPhrasesOptions:
        if not self.phrases and not self.sections:
            raise ValueError("write phrases or sections with at least one entry")
        return self

    @cached_property
    def plain_phrases(self) -> tuple[tuple[str, str], ...]:
        return tuple((phrase, _plain(phrase)) for phrase in self.phrases)

    @cached_property
    def plain_sections(self) -> tuple[tuple[str, str], ...]:
        return tuple((section, _plain(section).strip(_AROUND_HEADING)) for section in self.sections)


@check("required_phrases", version="1", options=RequiredPhrasesOptions)
def required_phrases(item: Item, options: RequiredPhrasesOptions) -> Score:
    """Fails when a required phrase or section is missing from the output. The value is the share that is there.

    >>> options = RequiredPhrasesOptions(phrases=("This is not advice.",))
    >>> required_phrases(Item(output="Buy.\\nThis is\\nNOT advice."), options).result.value
    'pass'
    """
    if not is_prose(item):
        return skipped("The output is not prose.")
    missing = _missing(item.output, options)
    if not missing:
        return passed()
    share = 1 - len(missing) / (len(options.phrases) + len(options.sections))
    findings = tuple(Finding(said, severity=options.severity, category=options.category) for said in missing)
    return failed(missing[0], findings, round(share, 4))


def _missing(output: str, options: RequiredPhrasesOptions) -> list[str]:
    text = _plain(output)
    missing = [
        f"The required words “{shown(phrase)}” are missing."
        for phrase, plain in options.plain_phrases
        if plain not in text
    ]
    if options.sections:
        lines = {_plain(line).strip(_AROUND_HEADING) for line in output.splitlines()}
        missing += [
            f"The section “{shown(section)}” is missing."
            for section, plain in options.plain_sections
            if plain not in lines
        ]
    return missing


def _plain(text: str) -> str:
    return " ".join(text.translate(_SAME).casefold().split())
