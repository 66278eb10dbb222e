"""The word that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was most likely meant to be, if any is close.

    >>> nearest("seniors", ["junior", "senior"])
    'senior'
    """
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(suggestion: str | None) -> str:
    """The tail of a sentence: `; did you mean "senior"?`, or nothing."""
    return "" if suggestion is None else f'; did you mean "{suggestion}"?'
