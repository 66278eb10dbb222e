"""Secrets that are carried: session tokens, API keys, set-up and invite links. Only keyed hashes of them are stored."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string

from handrail.kit.secrets import derive

_KEY = re.compile(r"hrk_([0-9a-z]{8})_[0-9A-Za-z_-]{43}\Z")
_PUBLIC = string.digits + string.ascii_lowercase


class Tokens:
    """Hashes tokens under keys derived from the installation's secret, one for each purpose."""

    def __init__(self, secret: bytes) -> None:
        self._sessions = derive(secret, "sessions")
        self._keys = derive(secret, "keys")
        self._links = derive(secret, "links")
        self._accounts = derive(secret, "accounts")

    def session(self, token: str) -> str:
        return _hash(self._sessions, token)

    def key(self, key: str) -> str:
        return _hash(self._keys, key)

    def link(self, token: str) -> str:
        """Set-up and invite links."""
        return _hash(self._links, token)

    def account(self, email: str) -> str:
        """Names an account in the record of sign-ins, also one that does not exist."""
        return _hash(self._accounts, email.lower())


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Whether two hashes are equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_token() -> str:
    """256 bits of chance in 43 characters."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """A whole API key: `hrk_`, 8 public characters, `_`, 43 secret ones.

    >>> public_part(new_key()) is not None
    True
    """
    public = "".join(secrets.choice(_PUBLIC) for _ in range(8))
    return f"hrk_{public}_{new_token()}"


def public_part(key: str) -> str | None:
    """The 8 characters a key is found by; None for what is no key.

    >>> public_part("hrk_0a1b2c3d_" + "x" * 43), public_part("hrk_short")
    ('0a1b2c3d', None)
    """
    match = _KEY.match(key)
    return match[1] if match else None
