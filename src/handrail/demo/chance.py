"""Chance by seed: the same seed gives the same world, on every machine and in every order of asking."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(*parts: object) -> Random:
    """A source of chance of its own for what `parts` name.

    >>> stream(1, "case").random() == stream(1, "case").random() != stream(2, "case").random()
    True
    """
    return Random("|".join(map(str, parts)))  # noqa: S311  # a simulation, no secret


def keyed(*parts: object) -> float:
    """A number in [0, 1) that depends on nothing but `parts`."""
    text = "|".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest(), "big") / (1 << 48)


def pick(options: Sequence[T], *parts: object) -> T:
    """One of the options, by `keyed`.

    >>> pick(["a", "b"], 7, "letter") in {"a", "b"}
    True
    """
    return options[int(keyed(*parts) * len(options))]


def weighted(rng: Random, weights: dict[T, float]) -> T:
    """One of the keys, each with a chance in proportion to its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]
