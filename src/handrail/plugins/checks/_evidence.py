"""The evidence of an item: its context passages, and the prompt. Where in it something stands, or comes closest."""

from __future__ import annotations

import re
from functools import cached_property

from handrail.domain.item import Item
from handrail.domain.score import Evidence

_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s)[^.!?\n]+){0,40}[.!?]?")
_MOST_READ = 100_000  # characters of context read to find the closest sentence
_LEAST_SHARED = 2  # words a sentence must share with the claim to be called close
NO_CONTEXT = "The item has no context to compare with."


def evidence_text(item: Item) -> str:
    """All that the model was given: passages, their titles, the prompt. Texts stand on lines of their own."""
    parts = [item.prompt]
    for passage in item.context:
        if passage.title:
            parts.append(passage.title)
        parts.append(passage.text)
    return "\n".join(parts)


def words_of(text: str) -> frozenset[str]:
    """The different words of a text, case-folded."""
    return frozenset(_WORD.findall(text.casefold()))


def around(text: str, start: int, end: int, reach: int = 120) -> str:
    """The sentence about `start` to `end`, at most `reach` characters to each side."""
    left = max(text.rfind(sign, max(0, start - reach), start) for sign in (". ", "\n", "? ", "! "))
    left = left + 1 if left >= 0 else max(0, start - reach)
    ends = [place for sign in (". ", "\n", "? ", "! ") if (place := text.find(sign, end, end + reach)) >= 0]
    return text[left : min(ends, default=min(len(text), end + reach))]


class Closest:
    """Finds the context sentence that shares most words with a claim. The passages are cut once, at the first use.

    >>> from handrail.domain.item import Passage
    >>> item = Item(output="", context=(Passage("p1", "Cats sleep. Escape of water is insured."),))
    >>> Closest(item).to("the escape of water is covered")
    (Evidence(context_id='p1', start=12, end=39),)
    """

    def __init__(self, item: Item) -> None:
        self._passages = item.context

    def to(self, claim: str) -> tuple[Evidence, ...]:
        """The closest sentence, or nothing where none shares two longer words with the claim."""
        wanted = frozenset(word for word in words_of(claim) if len(word) > 3)
        best, most = None, _LEAST_SHARED - 1
        for sentence, words in self._sentences:
            shared = len(wanted & words)
            if shared > most:
                best, most = sentence, shared
        return (best,) if best else ()

    @cached_property
    def _sentences(self) -> list[tuple[Evidence, frozenset[str]]]:
        found, read = [], 0
        for passage in self._passages:
            for match in _SENTENCE.finditer(passage.text[: max(0, _MOST_READ - read)]):
                sentence = match[0].strip()
                if sentence:
                    start = match.start() + match[0].index(sentence)
                    found.append((Evidence(passage.id, start, start + len(sentence)), words_of(sentence)))
            read += len(passage.text)
        return found
