"""Quoted words, and whether they stand in the context."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from handrail.domain.item import Item
from handrail.domain.score import Evidence, Finding, Score, failed, flagged, passed, skipped
from handrail.extend.checks import CheckOptions, check
from handrail.extend.fields import is_prose
from handrail.plugins.checks._evidence import NO_CONTEXT
from handrail.plugins.checks._words import counted, shown

_QUOTE = re.compile(
    r"\"(?<!\w\")([^\"\n]{4,2000})\"(?!\w)|“([^“”\"\n]{4,2000})[”“\"]|„([^„“”\n]{4,2000})[“”]|«([^«»\n]{4,2000})»"
)
_GAP = re.compile(r"\.{3}|…|\[[^\[\]\n]{0,40}\]")  # what a quotation leaves out or puts in
_WORD = re.compile(r"[0-9]++(?:[.,][0-9]++)++|[^\W_]+")  # a number with its groups is one word
_MOST_QUOTATIONS = 200
_MOST_WITH_EVIDENCE = 10
_RUN_OF_WORDS = 3  # the run of words by which the closest place is found


class QuotesOptions(CheckOptions):
    """`least_words`: shorter quotations are names and terms, and are left alone. `prompt`: the prompt
    may be quoted as well."""

    examples = ({}, {"least_words": 6, "prompt": False})

    least_words: Annotated[int, Field(ge=2, le=50)] = 4
    prompt: bool = True


@check("quotes", version="1", options=QuotesOptions)
def quotes(item: Item, options: QuotesOptions) -> Score:
    """Fails when words in quotation marks do not stand in the context. Case, punctuation and line breaks do not matter;
    "..." and [brackets] may leave out and put in. The value is the share of quotations that are true.

    >>> from handrail.domain.item import Passage
    >>> item = Item(output='It says "we pay all of it".', context=(Passage("p1", "We pay some of it."),))
    >>> quotes(item, QuotesOptions()).result.value
    'fail'
    """
    if not is_prose(item):
        return skipped("The output is not prose.")
    if not item.context:
        return skipped(NO_CONTEXT)
    quoted = list(_quotations(item.output, options.least_words))
    if not quoted:
        return passed()
    sources = [passage.text for passage in item.context] + ([item.prompt] if options.prompt else [])
    read = quoted[:_MOST_QUOTATIONS]
    untrue = _unproven(item.output, read, sources)
    findings = tuple(
        _finding(item, start, end, with_evidence=at < _MOST_WITH_EVIDENCE) for at, (start, end) in enumerate(untrue)
    )
    if findings:
        said = (
            findings[0].reason
            if len(findings) == 1
            else f"{counted(len(findings), 'quotation')} stand nowhere in the context."
        )
        return failed(said, findings, round(1 - len(findings) / len(read), 4))
    if len(quoted) > len(read):
        return flagged(f"Only the first {len(read)} of {len(quoted):,} quotations were compared.")
    return passed()


def _quotations(text: str, least_words: int) -> Iterator[tuple[int, int]]:
    for match in _QUOTE.finditer(text):
        start, end = match.span(match.lastindex or 0)
        if len(_WORD.findall(text, start, end)) >= least_words:
            yield start, end


def _unproven(text: str, quoted: list[tuple[int, int]], sources: list[str]) -> list[tuple[int, int]]:
    folded = [source.casefold() for source in sources]
    left = [span for span in quoted if not any(_verbatim(text[slice(*span)].casefold(), source) for source in folded)]
    if not left:
        return []
    plain = [_plain(source) for source in sources]
    return [span for span in left if not _stands(text[slice(*span)], plain)]


def _verbatim(quotation: str, source: str) -> bool:
    start = source.find(quotation)
    end = start + len(quotation)
    if start < 0 or source[max(0, start - 1) : start].isalnum() or source[end : end + 1].isalnum():
        return False
    return not (source[end : end + 1] in {".", ","} and source[end + 1 : end + 2].isdigit())


def _stands(quotation: str, sources: list[str]) -> bool:
    pieces = [plain for piece in _GAP.split(quotation) if len((plain := _plain(piece)).split()) > 0]
    return any(_in_order(pieces, source) for source in sources)


def _in_order(pieces: list[str], source: str) -> bool:
    place = 0
    for piece in pieces:
        place = source.find(piece, place)
        if place < 0:
            return False
        place += len(piece) - 1
    return True


def _plain(text: str) -> str:
    """The words with one blank around each, so that a piece is found only at word boundaries."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _finding(item: Item, start: int, end: int, *, with_evidence: bool) -> Finding:
    words = [word.casefold() for word in _WORD.findall(item.output, start, end)]
    said = f"“{shown(item.output[start:end])}” stands nowhere in the context."
    return Finding(
        said, start=start, end=end, category="misquote", evidence=_nearest(item, words) if with_evidence else ()
    )


def _nearest(item: Item, quoted: list[str]) -> tuple[Evidence, ...]:
    """The stretch of a passage that holds most of the quotation's runs of three words."""
    wanted = {tuple(quoted[place : place + _RUN_OF_WORDS]) for place in range(len(quoted) - _RUN_OF_WORDS + 1)}
    best, most = None, 0
    for passage in item.context:
        places = list(_WORD.finditer(passage.text[:100_000]))
        words = [place[0].casefold() for place in places]
        hits = [at for at in range(len(words) - 2) if tuple(words[at : at + _RUN_OF_WORDS]) in wanted]
        if len(hits) > most:
            last = max(at for at in hits if at - hits[0] <= 2 * len(quoted)) + _RUN_OF_WORDS - 1
            best, most = Evidence(passage.id, places[hits[0]].start(), places[last].end()), len(hits)
    return (best,) if best else ()
