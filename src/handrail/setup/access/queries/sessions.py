"""All SQL about sessions and attempts to sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, bindparam, delete, insert, select, update

from handrail.kit.clock import to_ms
from handrail.kit.ids import new_id
from handrail.setup.access.rules import SESSION_IDLES, SESSION_LASTS, SIGN_IN_WINDOW
from handrail.storage import Session
from handrail.storage.prepared import Prepared
from handrail.storage.tables import people, sessions, sign_in_attempts


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that runs."""

    token_hash: str
    person_id: str
    person_name: str
    csrf_token: str
    expires_at: datetime


def add_session(session: Session, made: OpenSession) -> None:
    """Stores a new session."""
    session.execute(
        insert(sessions).values(
            token_hash=made.token_hash,
            person_id=made.person_id,
            csrf_token=made.csrf_token,
            created_at=session.now,
            expires_at=made.expires_at,
        )
    )


_OPEN = Prepared(
    select(sessions, people.c.name)
    .join(people, people.c.id == sessions.c.person_id)
    .where(
        sessions.c.token_hash == bindparam("token_hash"),
        sessions.c.ended_at.is_(None),
        sessions.c.expires_at > bindparam("now", type_=BigInteger),
        people.c.is_active.is_(True),
    )
)


def open_session(session: Session, token_hash: str) -> OpenSession | None:
    """The session if it runs and its person is in use."""
    row = _OPEN.first(session, token_hash=token_hash, now=to_ms(session.now))
    if row is None:
        return None
    return OpenSession(row["token_hash"], row["person_id"], row["name"], row["csrf_token"], row["expires_at"])


def end_session(session: Session, token_hash: str) -> str | None:
    """Ends one session; whose it was, None if it had ended before."""
    ended = session.execute(
        update(sessions)
        .where(sessions.c.token_hash == token_hash, sessions.c.ended_at.is_(None))
        .values(ended_at=session.now)
        .returning(sessions.c.person_id)
    )
    found: str | None = ended.scalar()
    return found


def end_sessions_of(session: Session, person_id: str, *, but: str | None = None) -> int:
    """Ends all sessions of a person, `but` one; how many there were."""
    mine = (sessions.c.person_id == person_id) & sessions.c.ended_at.is_(None)
    ended = session.execute(
        update(sessions).where(mine, sessions.c.token_hash != (but or "")).values(ended_at=session.now)
    )
    return int(ended.rowcount)


def confirm_session(session: Session, token_hash: str) -> None:
    """Notes that the password was given again just now."""
    session.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(confirmed_at=session.now))


_KEEP_ALIVE = """
UPDATE sessions SET expires_at = CASE WHEN created_at + :lasts < :idle THEN created_at + :lasts ELSE :idle END
WHERE token_hash = :token_hash AND ended_at IS NULL AND expires_at > :now
"""


def keep_alive(session: Session, token_hashes: Sequence[str]) -> None:
    """Moves the end of sessions in use as `rules.session_ends_at` says."""
    now, second = to_ms(session.now), timedelta(milliseconds=1)
    times = {"now": now, "idle": now + SESSION_IDLES // second, "lasts": SESSION_LASTS // second}
    session.run_many(_KEEP_ALIVE, [{"token_hash": one, **times} for one in token_hashes])


# attempts to sign in


_ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended(:mark, 0))"


def attempts(session: Session, account_hash: str, address: str) -> list[datetime]:
    """When this account was tried from this address lately, oldest first. Two that ask at once are told one by one."""
    if session.dialect == "postgresql":
        session.run(_ONE_BY_ONE, {"mark": f"{account_hash} {address}"})
    rows = session.all(
        select(sign_in_attempts.c.at)
        .where(_tried(account_hash, address), sign_in_attempts.c.at > session.now - SIGN_IN_WINDOW)
        .order_by(sign_in_attempts.c.at)
    )
    return [row["at"] for row in rows]


def add_attempt(session: Session, account_hash: str, address: str) -> None:
    """Notes an attempt, and forgets what lies before the window."""
    session.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at < session.now - 4 * SIGN_IN_WINDOW))
    session.execute(
        insert(sign_in_attempts).values(id=new_id(), account_hash=account_hash, address=address, at=session.now)
    )


def forget_attempts(session: Session, account_hash: str, address: str) -> None:
    """After a sign-in that went well."""
    session.execute(delete(sign_in_attempts).where(_tried(account_hash, address)))


def _tried(account_hash: str, address: str) -> ColumnElement[bool]:
    return (sign_in_attempts.c.account_hash == account_hash) & (sign_in_attempts.c.address == address)
