"""The regular forms of a word. Coarse on purpose: no dictionary, so irregular forms are listed by hand."""

from __future__ import annotations

from typing import Literal, assert_never

Inflection = Literal["none", "en", "de", "fr"]

_VOWELS = frozenset("aeiou")
_GERMAN = ("e", "en", "er", "es", "em", "n", "s", "ern", "t", "te", "ten")
_FRENCH = ("s", "x", "e", "es")


def forms(word: str, inflection: Inflection) -> frozenset[str]:
    """The word, in small letters, and its regular forms.

    >>> sorted(forms("promise", "en"))
    ['promise', 'promised', 'promises', 'promising']
    >>> "stopping" in forms("stop", "en"), forms("a", "en") == {"a"}
    (True, True)
    """
    if len(word) < 3 or not word.isalpha():
        return frozenset({word})
    match inflection:
        case "none":
            return frozenset({word})
        case "en":
            return frozenset({word, *_english(word)})
        case "de":
            return frozenset({word, *(word + ending for ending in _GERMAN)})
        case "fr":
            return frozenset({word, *(word + ending for ending in _FRENCH)})
        case _:
            assert_never(inflection)


def _english(word: str) -> tuple[str, ...]:
    last, before = word[-1], word[-2]
    if last == "e":
        return (word + "s", word + "d", (word if before in "eoy" else word[:-1]) + "ing")
    if last == "y" and before not in _VOWELS:
        return (word[:-1] + "ies", word[:-1] + "ied", word + "ing")
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (word + "es", word + "ed", word + "ing")
    doubled = last not in "aeiouwxy" and before in _VOWELS and word[-3] not in _VOWELS
    plain = (word + "s", word + "es", word + "ed", word + "ing")
    return (*plain, word + last + "ed", word + last + "ing") if doubled else plain


def beginning(word: str) -> str:
    """The letters that every form of a word begins with.

    >>> beginning("promise"), beginning("deny"), beginning("stop")
    ('promis', 'den', 'stop')
    """
    return word[:-1] if len(word) >= 3 and word[-1] in "ey" else word
