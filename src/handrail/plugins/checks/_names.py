"""Finding proper names of several words: persons, firms, places. Heuristics without a model.

A name is a run of capitalised words, joined by particles ("van der", "of"). Not taken as names: the ordinary word
that begins a sentence, headings and labels, lines in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_UPPER = "A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ" + "".join(chr(code) for code in range(0x100, 0x180) if chr(code).isupper())
# Initials ("J.", "U.S.") or a word: "Kerry", "O'Neill", "Smith-Jones".
_TOKEN = rf"[{_UPPER}](?:\.(?:[{_UPPER}]\.)*|[^\W_]*+(?:['’&\-][^\W_]++)*+)"
_PARTICLE_WORDS = "van von der den de del della di da dos du la le al bin ibn of &"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
# Begins at the start of a word only, so that no stretch of letters is read twice.
_START = rf"(?=[{_UPPER}])(?<![\w'’&.\-])"
_RUN = re.compile(rf"{_START}{_TOKEN}(?: (?:(?:{'|'.join(sorted(_PARTICLES))}) ){{0,2}}{_TOKEN}){{1,7}}")
_PART = re.compile(r"[^ ]+")
_SENTENCE_END = frozenset('.!?:;\n"“”‘»«„(*-•–—>#|[/')
_HEADING_MARK = re.compile(r"[ \t]*(?:#{1,6} |\|)")

# Words that begin sentences and titles and are themselves no part of a name.
_ORDINARY_WORDS = """
    a an the this that these those there here it its he she they we you i my your his her our their who what when where
    why how which whose whom if in on at by for from to of with without within after before during since until while
    although though because as and or but nor so yet not no yes all any both each every some many most more several few
    other another such same only also however therefore moreover furthermore additionally finally first second third
    firstly secondly thirdly next then thus hence overall instead meanwhile otherwise similarly likewise conversely
    according based given despite due unlike like under over between among through across about against around near
    are is was were be been being do does did has have had can could may might must shall should will would let please
    dear hello hi thank thanks sincerely regards best kind note see step part chapter section table figure answer
    question summary conclusion introduction example overview passage context document source new
    mr mrs ms miss dr prof professor sir madam lord lady dame president king queen prince princess saint st
    united states kingdom today yesterday tomorrow one two three four five six seven eight nine ten
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december
    der die das ein eine einer eines dem den des dies diese dieser dieses sie er es wir ihr ich wenn als auch aber oder
    und nach vor bei mit ohne für von zu zum zur im am auf aus seit bis bitte sehr geehrte geehrter liebe lieber
    herr frau guten freundlichen grüßen
    le la les un une ce cette ces il elle ils elles nous vous je si dans sur par pour avec sans après avant depuis
    selon monsieur madame el los las una unos este esta estos en con sin según señor señora
"""
ORDINARY = frozenset(_ORDINARY_WORDS.split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands, and its words without particles, initials and titles."""

    start: int
    end: int
    words: tuple[str, ...]


def names(text: str) -> Iterator[Name]:
    """The names of two and more words, in order.

    >>> [found.words for found in names("However, John Kerry met Wang Yi. The Cabinet agreed.")]
    [('John', 'Kerry'), ('Wang', 'Yi')]
    """
    for run in _RUN.finditer(text):
        start = run.start()
        if start and (text[start - 1].isalnum() or text[start - 1] in "_@/"):
            continue
        tokens = [
            (start + part.start(), start + part.end(), part[0])
            for part in _PART.finditer(run[0])
            if part[0] not in _PARTICLES
        ]
        while tokens and tokens[0][2].casefold() in ORDINARY:
            tokens.pop(0)
        while tokens and tokens[-1][2].casefold() in ORDINARY:
            tokens.pop()
        words = tuple(
            word for _, _, word in tokens if "." not in word and len(word) > 1 and word.casefold() not in ORDINARY
        )
        if len(tokens) >= 2 and words:
            yield Name(tokens[0][0], _without_genitive(text, tokens[-1][1]), words)


def begins_sentence(text: str, start: int) -> bool:
    """Whether a word stands where any word is capitalised: at the start of the text, of a line, of a sentence."""
    place = start - 1
    while place >= 0 and text[place] in " \t":
        place -= 1
    return place < 0 or text[place] in _SENTENCE_END


def is_heading(text: str, start: int, end: int) -> bool:
    """Whether the words stand in a heading, a label before a colon, or a line in title case or capitals.

    >>> is_heading("**Key Benefits**: cheap", 2, 14), is_heading("We met Wang Yi there.", 7, 14)
    (True, False)
    """
    left = text.rfind("\n", max(0, start - 200), start) + 1
    stop = text.find("\n", end, end + 200)
    line = text[left : stop if stop >= 0 else min(len(text), end + 200)]
    if _HEADING_MARK.match(line) or text[end : end + 4].lstrip('*_ )"”').startswith(":"):
        return True
    words = re.findall(r"[^\W\d_]{4,}", line)
    capitals = sum(word[0].isupper() for word in words)
    return capitals == len(words) and not line.rstrip().endswith((".", "!", "?"))


def _without_genitive(text: str, end: int) -> int:
    return end - 2 if text[end - 2 : end] in {"'s", "’s"} else end
