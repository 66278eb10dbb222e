"""A difference between two policies, and how its values are said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any  # Any: values of the language are of many kinds

from handrail.stages.routing.language.model import Policy


class Release(StrEnum):
    """What a change does to automatic release: more may leave without a person, fewer, the same, or it depends."""

    LOOSENS = "loosens"
    TIGHTENS = "tightens"
    NEITHER = "neither"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` and `after` are as plain JSON, None where the key is not written."""

    path: str
    before: Any
    after: Any
    effect: str
    release: Release


@dataclass(frozen=True, slots=True)
class Asked:
    """What an effect is worked out from. `name` is the entry's own, such as that of the queue."""

    name: str
    before: Any
    after: Any
    old: Policy
    new: Policy


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does: one sentence, and which way it moves release."""

    sentence: str
    release: Release = Release.NEITHER


def overall(changes: Iterable[Change]) -> Release:
    """What all changes together do: unclear where they pull both ways.

    >>> overall([])
    <Release.NEITHER: 'neither'>
    """
    found = {change.release for change in changes} - {Release.NEITHER}
    return found.pop() if len(found) == 1 else Release.UNCLEAR if found else Release.NEITHER


def said(value: Any, nothing: str = "nothing") -> str:
    """A value inside a sentence.

    >>> said(["a", "b"]), said(None), said(0.5), said(True)
    ('a, b', 'nothing', '0.5', 'yes')
    """
    match value:
        case None | [] | "":
            return nothing
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case list():
            return ", ".join(said(one) for one in value)
        case dict():
            return ", ".join(f"{key}: {said(one)}" for key, one in value.items())
        case _:
            return str(value)


def share(value: float) -> str:
    """
    >>> share(0.05), share(0.0025)
    ('5%', '0.25%')
    """
    return f"{value * 100:g}%"
