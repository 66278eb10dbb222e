"""Handrail stands between a language model and the world.

    from handrail import Handrail

    hr = Handrail()
    answer = hr.gate(output, prompt=prompt, confidence=0.83).text

The names below are loaded when they are first used, so that the server does not pay for the SDK.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handrail.client import (
        AlreadyDecided,
        ApiError,
        AsyncHandrail,
        BadPolicy,
        BadRequest,
        BadSignature,
        Blocked,
        Conflict,
        Event,
        Forbidden,
        Handrail,
        HandrailError,
        Hold,
        Invalid,
        KeyMismatch,
        LeaseLost,
        Manifest,
        ManifestFile,
        NotFound,
        Outcome,
        OutputBlocked,
        Pending,
        RateLimited,
        Released,
        Result,
        Row,
        ServerError,
        Stale,
        StillPending,
        TooLarge,
        Unauthenticated,
        Unavailable,
        Unreachable,
        verify_webhook,
    )

__all__ = [
    "AlreadyDecided",
    "ApiError",
    "AsyncHandrail",
    "BadPolicy",
    "BadRequest",
    "BadSignature",
    "Blocked",
    "Conflict",
    "Event",
    "Forbidden",
    "Handrail",
    "HandrailError",
    "Hold",
    "Invalid",
    "KeyMismatch",
    "LeaseLost",
    "Manifest",
    "ManifestFile",
    "NotFound",
    "Outcome",
    "OutputBlocked",
    "Pending",
    "RateLimited",
    "Released",
    "Result",
    "Row",
    "ServerError",
    "Stale",
    "StillPending",
    "TooLarge",
    "Unauthenticated",
    "Unavailable",
    "Unreachable",
    "verify_webhook",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'handrail' has no attribute {name!r}")
    return getattr(importlib.import_module("handrail.client"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
