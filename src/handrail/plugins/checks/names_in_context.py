"""Names in the output, and whether the model was given them."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Field

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, Severity, flagged, passed, skipped
from handrail.extend.checks import MOST_FINDINGS, CheckOptions, check
from handrail.plugins.checks._evidence import NO_CONTEXT, Closest, around, evidence_text, words_of
from handrail.plugins.checks._names import Name, begins_sentence, is_heading, names
from handrail.plugins.checks._words import counted, shown

_MOST_WITH_EVIDENCE = 10
_FEW, _MANY = 8, 64  # few words are searched for one by one; for more, the words of the context are gathered once


class NamesInContextOptions(CheckOptions):
    """`ignore`: names that are always fine, such as the firm's own."""

    examples = ({}, {"ignore": ["Alpine Mutual Insurance"]})

    ignore: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=2_000)] = ()

    @cached_property
    def fine(self) -> frozenset[str]:
        return frozenset(word for entry in self.ignore for word in words_of(entry))


@check("names_in_context", version="1", options=NamesInContextOptions)
def names_in_context(item: Item, options: NamesInContextOptions) -> Score:
    """Flags names of several words of which a part stands neither in the context nor in the prompt. Found by capital
    letters, so it is a hint and no verdict: it flags and never fails. The value is the share of names that are found.

    >>> from handrail.domain.item import Passage
    >>> item = Item(output="It was signed by Jane Doe.", context=(Passage("p1", "It was signed by John Doe."),))
    >>> names_in_context(item, NamesInContextOptions()).reason
    '“Jane” of “Jane Doe” stands nowhere in the context.'
    """
    if not item.context:
        return skipped(NO_CONTEXT)
    found = list(names(item.output))
    if not found:
        return passed()
    text = evidence_text(item)
    unseen = [name for name in found if item.output[name.start : name.end] not in text] if len(found) < _MANY else found
    if not unseen:
        return passed()
    knows = _Known(text, options.fine, len(unseen))
    lost = [(name, strange) for name in unseen if (strange := _strange(item.output, name, knows))][: MOST_FINDINGS + 1]
    if not lost:
        return passed()
    near = Closest(item)
    findings = tuple(
        _finding(item, name, strange, near if at < _MOST_WITH_EVIDENCE else None)
        for at, (name, strange) in enumerate(lost)
    )
    said = findings[0].reason if len(lost) == 1 else f"{counted(len(lost), 'name')} stand not as such in the context."
    return flagged(said, findings, round(1 - len(lost) / len(found), 4))


class _Known:
    """Whether a word stands in the context."""

    def __init__(self, text: str, fine: frozenset[str], names: int) -> None:
        self._text = text.casefold()
        self._fine = fine
        self._words = None if names <= _FEW else words_of(text)

    def __call__(self, name: str) -> bool:
        return all(word in self._fine or self._holds(word) for word in words_of(name))

    def _holds(self, word: str) -> bool:
        if self._words is not None:
            return word in self._words
        place = self._text.find(word)
        if place < 0:
            return False
        if stands_alone(self._text, place, place + len(word)):
            return True
        self._words = words_of(self._text)
        return word in self._words


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no letter and no digit goes on before `start` or after `end`."""
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _strange(output: str, name: Name, knows: _Known) -> tuple[str, ...]:
    """The words of a name that the context does not know; none where it may be no name at all."""
    strange = tuple(word for word in name.words if not knows(word))
    if not strange or is_heading(output, name.start, name.end):
        return ()
    # "Providing Jane with": a verb that begins the sentence is capitalised like a name
    verb = (
        strange == name.words[:1] and strange[0].endswith(("ing", "ed", "ly")) and begins_sentence(output, name.start)
    )
    return () if verb else strange


def _finding(item: Item, name: Name, strange: tuple[str, ...], near: Closest | None) -> Finding:
    written = shown(item.output[name.start : name.end])
    partly = len(strange) < len(name.words)
    said = (
        f"“{strange[0]}” of “{written}” stands nowhere in the context."
        if partly
        else f"“{written}” stands nowhere in the context."
    )
    evidence = near.to(around(item.output, name.start, name.end)) if near else ()
    severity = Severity.MINOR if partly else Severity.MAJOR
    return Finding(said, start=name.start, end=name.end, severity=severity, category="name", evidence=evidence)
