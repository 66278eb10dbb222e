"""Idempotency keys: the row is written in the transaction of the effect, kept for 7 days."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handrail.kit.clock import to_ms
from handrail.kit.errors import Invalid
from handrail.storage import Session
from handrail.web.errors import BadHeader

_PRINTABLE = re.compile(r"[\x20-\x7e]{1,255}\Z")


@dataclass(frozen=True, slots=True)
class Mark:
    """What makes a repeat a repeat."""

    scope: str
    caller: str
    method: str
    path: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered the first time."""

    status: int
    response: str


class KeyMismatch(Invalid):
    """This Idempotency-Key was used before with another body; take a new key for a new request."""

    code = "key_mismatch"


_BEGIN = """
INSERT INTO idempotency_keys (scope, caller, method, path, key, body_hash, status, response, created_at)
VALUES (:scope, :caller, :method, :path, :key, :body_hash, 0, '', :now)
ON CONFLICT (scope, caller, method, path, key) DO NOTHING
"""
_WHERE = "WHERE scope = :scope AND caller = :caller AND method = :method AND path = :path AND key = :key"
_FIND = f"SELECT body_hash, status, response FROM idempotency_keys {_WHERE}"  # noqa: S608  # a constant
_FINISH = f"UPDATE idempotency_keys SET status = :status, response = :response {_WHERE}"  # noqa: S608  # a constant


def check_key(key: str) -> None:
    """Raises BadHeader for a key that is not 1 to 255 printable ASCII characters."""
    if not _PRINTABLE.match(key):
        raise BadHeader("Idempotency-Key has 1 to 255 printable ASCII characters.")


def begin(session: Session, mark: Mark) -> Kept | None:
    """Takes the key; the kept answer if it was used before. Two at once wait for each other on the row."""
    values = _values(mark)
    if session.change(_BEGIN, values | {"now": to_ms(session.now)}) == 1:
        return None
    body_hash, status, response = session.run(_FIND, values)[0]
    if body_hash != mark.body_hash:
        raise KeyMismatch()
    return Kept(status, response)


def finish(session: Session, mark: Mark, status: int, response: str) -> None:
    """Keeps the answer for repeats."""
    session.change(_FINISH, _values(mark) | {"status": status, "response": response})


def _values(mark: Mark) -> dict[str, str]:
    return {
        "scope": mark.scope,
        "caller": mark.caller,
        "method": mark.method,
        "path": mark.path,
        "key": mark.key,
        "body_hash": mark.body_hash,
    }
