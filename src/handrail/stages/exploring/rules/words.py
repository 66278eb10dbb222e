"""Words: how a text is cut into them, what a search asks for, and where it holds. The same on both databases.

Case and accents are folded, words stand as they are written (no stemming). A character of a script without blanks
between words (Chinese, Japanese) is a word of its own, and what is written without a gap is searched as a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any  # Any: submitted items are JSON of the caller's own shape

from handrail.domain.item import Output

MOST_CHARACTERS = 200_000
"""Of one item; what lies behind is kept and shown, but not searched."""
MOST_TERMS = 12
LONGEST = 64
SHORTEST_BEGINNING = 3
"""Fewer letters before a star are read as a whole word."""
GAP = "\ue000"
"""Stands between the fields of an item, so that no phrase reaches across: no word can be made of it."""
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652\u0670]")
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+")
_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


def folded(text: str) -> str:
    """Without case and accents.

    >>> folded("Café STRASSE Straße")
    'cafe strasse strasse'
    """
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", plain).casefold()


def words_of(text: str) -> list[str]:
    """The words of a text in their order, folded.

    >>> words_of("The claim (no. 48-B) naïvely costs 62,400")
    ['the', 'claim', 'no', '48', 'b', 'naively', 'costs', '62', '400']
    """
    plain = folded(text)
    # ten times as fast as the pattern, and the same
    found: list[str] = plain.translate(_BLANKS).split() if plain.isascii() else _WORD.findall(plain)
    return [one[:LONGEST] for one in found] if max(map(len, found), default=0) > LONGEST else found


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side. `begins`: the last one may go on. `without`: they must not be there."""

    words: tuple[str, ...]
    begins: bool = False
    without: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What a search asks for: all terms at once. Without any it finds nothing."""

    terms: tuple[Term, ...]

    @property
    def is_empty(self) -> bool:
        return not self.terms


def read_query(text: str) -> Query:
    """What somebody typed: words, "phrases", beginnings with a star, and a minus before what must not be there.

    >>> read_query('water "due date" pay* -fraud').terms[1:]
    (Term(words=('due', 'date'), begins=False, without=False), Term(words=('pay',), begins=True, without=False), \
Term(words=('fraud',), begins=False, without=True))
    >>> read_query('%%% "" - *').is_empty
    True
    """
    terms: list[Term] = []
    for minus, phrase, plain in _TERM.findall(text):
        said = phrase or plain
        found = words_of(said)
        if found:
            begins = plain.endswith("*") and len(found[-1]) >= SHORTEST_BEGINNING
            terms.append(Term(tuple(found), begins, bool(minus)))
    return Query(tuple(dict.fromkeys(terms))[:MOST_TERMS])


def searched_fields(body: Mapping[str, Any], corrections: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Field and text of all that is searched of an item, what people look for first in front."""
    for one in corrections:
        yield "correction", Output(one).readable
    if "output" in body:
        yield "output", Output(body["output"]).readable
    for one in body.get("candidates", ()):
        yield "output", Output(one["output"]).readable
    if body.get("prompt"):
        yield "prompt", body["prompt"]
    for one in body.get("messages", ()):
        yield "prompt", _content(one.get("content"))
    for one in body.get("context", ()):
        yield "context", "\n".join(filter(None, (one.get("title"), one["text"])))


def _content(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(part["text"]) for part in content if part.get("type") == "text" and "text" in part)
    return content or ""


def indexed(fields: Iterable[tuple[str, str]]) -> list[str]:
    """The words of an item as they are stored, with a gap between the fields."""
    left, found = MOST_CHARACTERS, list[str]()
    for _, text in fields:
        if left <= 0:
            break
        if found:
            found.append(GAP)
        found += words_of(text[:left])
        left -= len(text)
    return found


@dataclass(frozen=True, slots=True)
class Match:
    """A place where a search holds: the field, some text around the place, and what to mark in it (code points)."""

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]


BEFORE, AROUND, LOOKED_AT = 60, 220, 20_000


def first_match(fields: Iterable[tuple[str, str]], query: Query) -> Match | None:
    """Where a list shows why an item was found; None where only words far behind say so."""
    terms = [one for one in query.terms if not one.without]
    for field, text in fields if terms else ():
        spans = list(_spans(text[:LOOKED_AT], terms))
        if spans:
            return _excerpt(field, text, spans)
    return None


def _spans(text: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where a term holds, and where one does behind it as far as an excerpt may reach."""
    begin = _first_chance(text, terms)
    if begin is None:
        return
    ahead = max(len(one.words) for one in terms)
    places = ((folded(one.group())[:LONGEST], one.start(), one.end()) for one in _WORD.finditer(text, begin))
    here, reach = list(islice(places, ahead)), len(text)
    while here and here[0][1] <= reach:
        length = max((len(term.words) for term in terms if _holds(term, here)), default=0)
        if length:
            reach = min(reach, here[0][1] + AROUND)
            yield here[0][1], here[length - 1][2]
        passed = max(1, length)
        here = here[passed:] + list(islice(places, passed))


def _first_chance(text: str, terms: Sequence[Term]) -> int | None:
    """Where to begin to look: the word in which one of them may begin first. None: no term can hold here."""
    plain = folded(text)
    found = [at for one in terms if (at := plain.find(one.words[0])) >= 0]
    if not found or not text.isascii():
        return 0 if found else None
    begin = min(found)
    while begin > 0 and text[begin - 1].isalnum():
        begin -= 1
    return begin


def _holds(term: Term, places: Sequence[tuple[str, int, int]]) -> bool:
    """Whether the words of a term are the first of these."""
    here = [word for word, _, _ in places[: len(term.words)]]
    if len(here) < len(term.words):
        return False
    *first, last = term.words
    return here[:-1] == first and (here[-1].startswith(last) if term.begins else here[-1] == last)


def _excerpt(field: str, text: str, spans: Sequence[tuple[int, int]]) -> Match:
    start = max(0, spans[0][0] - BEFORE)
    if start > 0:  # at a blank, if one is near, so that no word is cut
        blank = text.find(" ", start, spans[0][0])
        start = blank + 1 if blank >= 0 else start
    shown = text[start : start + AROUND]
    marks = [(from_ - start, min(to - start, len(shown))) for from_, to in spans if from_ - start < len(shown)]
    return Match(field, shown, tuple(marks))
