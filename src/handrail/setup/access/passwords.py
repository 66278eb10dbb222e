"""Passwords: argon2id, and the same work for accounts that do not exist."""

from __future__ import annotations

import threading
from base64 import b64encode
from secrets import token_bytes

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from handrail.kit.errors import Overloaded

MEMORY_KIB = 32 * 1024
ROUNDS = 2
"""About 50 ms on one core of 2026; OWASP asks for at least 19 MiB and two rounds."""
AT_ONCE = 2
WAIT_S = 5.0


class Passwords:
    """Hashes and verifies. At most AT_ONCE at the same time: a flood of sign-ins shall not eat memory and cores."""

    def __init__(
        self, *, memory_kib: int = MEMORY_KIB, rounds: int = ROUNDS, hasher: type[PasswordHasher] = PasswordHasher
    ) -> None:
        self._hasher = hasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = _of_nobody(self._hasher)

    def hash(self, password: str) -> str:
        with _Turn(self._turn):
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`. Without a stored hash: the same work, and False."""
        with _Turn(self._turn):
            try:
                self._hasher.verify(stored or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def _of_nobody(hasher: PasswordHasher) -> str:
    """A hash with the parameters of this hasher that belongs to no password: what would be its digest is chance."""
    salt, digest = (b64encode(token_bytes(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len))
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${digest}"


class _Turn:
    def __init__(self, semaphore: threading.BoundedSemaphore) -> None:
        self._semaphore = semaphore

    def __enter__(self) -> None:
        if not self._semaphore.acquire(timeout=WAIT_S):
            raise Overloaded("Too many people sign in at once; try again.", retry_after_s=2)

    def __exit__(self, *_: object) -> None:
        self._semaphore.release()
