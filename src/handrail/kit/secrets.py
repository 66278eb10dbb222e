"""The installation's secret: made at the first start, mode 0600, and the keys derived from it."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

LEAST = 32


class SecretRefused(Exception):
    """The secret file cannot be used; the message says why."""


def load_secret(path: Path) -> bytes:
    """The secret, made if there is none. Raises SecretRefused for one that is short or that others may read."""
    if not path.exists():
        _make(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise SecretRefused(f"The secret file {path} can be read by others (mode {mode:04o}); run: chmod 600 {path}")
    secret = path.read_bytes().strip()
    if len(secret) < LEAST:
        raise SecretRefused(f"The secret file {path} holds {len(secret)} bytes; it needs at least {LEAST}.")
    return secret


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process was first
    with os.fdopen(handle, "wb") as file:
        file.write(os.urandom(32).hex().encode())
        file.flush()
        os.fsync(file.fileno())


def derive(secret: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose.

    >>> derive(b"s" * 32, "audit") != derive(b"s" * 32, "keys")
    True
    """
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
