"""Signing what goes out, after Standard Webhooks 1.0.0. Pure.

The secret of a webhook is made of the installation's own secret and a salt in the table: neither the database nor a
backup of it gives it away.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"


def secret_bytes(key: bytes, webhook_id: str, salt: str) -> bytes:
    """The 32 bytes that sign for one webhook. `key`: what the installation derives for webhooks."""
    return hmac.new(key, f"{webhook_id}:{salt}".encode(), hashlib.sha256).digest()


def secret_text(secret: bytes) -> str:
    """The form in which a secret is shown, once."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(secrets: Sequence[bytes], event_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """The three headers; one signature for each secret, the newest first."""
    signed = f"{event_id}.{at_s}.".encode() + body
    marks = [base64.b64encode(hmac.new(one, signed, hashlib.sha256).digest()).decode() for one in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }
