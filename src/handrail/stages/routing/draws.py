"""Chance that can be repeated: the same item is drawn again in the same way, and nobody can steer it."""

from __future__ import annotations

import hashlib
import hmac


def draw(seed: bytes, purpose: str, item_id: str) -> float:
    """A number in [0, 1) that the project's secret seed, the purpose and the item decide (HMAC-SHA-256, 53 bits).

    Draws for different purposes or items are independent as long as the seed is secret. Raises ValueError for a seed
    under 16 bytes.

    >>> draw(b"0123456789abcdef", "audit", "a") == draw(b"0123456789abcdef", "audit", "a")
    True
    """
    if len(seed) < 16:
        raise ValueError("a seed has at least 16 bytes")
    digest = hmac.digest(seed, f"{len(purpose)}:{purpose}:{item_id}".encode(), hashlib.sha256)
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53
