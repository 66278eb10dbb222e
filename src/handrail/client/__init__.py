"""The SDK: what an application needs to put its model outputs under control."""

from handrail.client.awaiting import AsyncHandrail
from handrail.client.blocking import Handrail
from handrail.client.errors import (
    AlreadyDecided,
    ApiError,
    BadPolicy,
    BadRequest,
    BadSignature,
    Conflict,
    Forbidden,
    HandrailError,
    Invalid,
    KeyMismatch,
    LeaseLost,
    NotFound,
    OutputBlocked,
    RateLimited,
    ServerError,
    Stale,
    StillPending,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from handrail.client.exporting import Manifest, ManifestFile
from handrail.client.hold import Hold
from handrail.client.webhooks import verify_webhook
from handrail.domain.event import Event
from handrail.domain.result import Blocked, Outcome, Pending, Released, Result, Row

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
