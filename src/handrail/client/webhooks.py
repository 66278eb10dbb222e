"""Checking that a call to your own application comes from Handrail (Standard Webhooks 1.0.0)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from handrail.client.errors import BadSignature
from handrail.domain.event import Event, parse_event
from handrail.kit.clock import EPOCH, SystemClock
from handrail.kit.durations import parse_duration
from handrail.kit.jsons import loads

_NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")
_PREFIX = "whsec_"
Headers = Mapping[str, str] | Iterable[tuple[str, str]]


def verify_webhook(
    body: bytes,
    headers: Headers,
    secret: str | Sequence[str],
    *,
    tolerance: str = "5m",
    _now: datetime | None = None,
) -> Event:
    """The event of a call, if it is signed with `secret` (or, while you rotate, with one of several) and no older or
    newer than `tolerance`. Hand in the body as it came, byte for byte, before any framework has read it.

    Raises BadSignature for everything else: then answer 400 and do nothing. Keep `event.id` of what you have worked
    on: the same event may come again.
    """
    secrets = [_key(one) for one in ([secret] if isinstance(secret, str) else secret)]
    if not secrets:
        raise ValueError("name the webhook's secret; without one every call would be refused")
    if not isinstance(body, bytes | bytearray | memoryview):
        raise TypeError("hand in the body as bytes, as it came")
    id, at, signatures = _read(headers)
    _check_time(at, parse_duration(tolerance), _now or SystemClock().now())
    signed = f"{id}.{at}.".encode() + bytes(body)
    if not _is_signed(signed, signatures, secrets):
        raise BadSignature()
    try:
        event = parse_event(loads(bytes(body)))
    except ValueError:
        raise BadSignature("The call is signed and holds no event; is this the address of a webhook?") from None
    if event.id != id:
        raise BadSignature("The call is signed for another event than the one it holds.")
    return event


def _read(headers: Headers) -> tuple[str, int, list[str]]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found = {str(name).lower(): str(value) for name, value in pairs if str(name).lower() in _NAMES}
    missing = [name for name in _NAMES if name not in found]
    if missing:
        raise BadSignature(f"The header {missing[0]} is missing, so nobody knows who sent this.")
    id, at, signatures = (found[name] for name in _NAMES)
    if not (at.isascii() and at.isdigit() and len(at) <= 12):
        raise BadSignature("The header webhook-timestamp is no time.")
    return id, int(at), signatures.split(" ")


def _check_time(at: int, tolerance: timedelta, now: datetime) -> None:
    if abs(now - (EPOCH + timedelta(seconds=at))) > tolerance:
        raise BadSignature("The call is too old, or its clock is wrong; somebody may have kept it and sent it again.")


def _is_signed(signed: bytes, signatures: Sequence[str], secrets: Sequence[bytes]) -> bool:
    given = [mark.removeprefix("v1,").encode() for mark in signatures if mark.startswith("v1,")]
    right = [base64.b64encode(hmac.new(one, signed, hashlib.sha256).digest()) for one in secrets]
    return any([hmac.compare_digest(one, mark) for one in right for mark in given])  # noqa: C419  # every pair, whatever it finds


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < 24:
        raise ValueError("this is no secret of a webhook; it begins with whsec_ and was shown when you made it")
    return key
