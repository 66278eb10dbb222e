"""Signing in and out. The slow part, the password, is checked between two transactions, never inside one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handrail.setup.access.errors import PasswordsOff, SignInRefused
from handrail.setup.access.passwords import Passwords
from handrail.setup.access.queries import people as people_queries
from handrail.setup.access.queries import sessions as queries
from handrail.setup.access.queries.people import Person
from handrail.setup.access.queries.sessions import OpenSession
from handrail.setup.access.rules import may_try, may_use_password, session_ends_at
from handrail.setup.access.tokens import Tokens, new_token
from handrail.setup.hand import Hand
from handrail.storage import Session, Store


@dataclass(frozen=True, slots=True)
class Started:
    """A session that was just begun; `token` goes into the cookie and is nowhere else."""

    token: str
    token_hash: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed, and from where."""

    email: str
    password: str
    address: str


def sign_in(
    store: Store,
    tokens: Tokens,
    passwords: Passwords,
    hand: Hand,
    given: Credentials,
    *,
    instead_of: str | None = None,
    off: bool = False,
) -> Started:
    """A new session for the right email and password; the one with the hash `instead_of` ends. `off`: passwords count
    only for those who were let in with one for now.

    Raises SignInRefused or PasswordsOff, in the same words and the same time for every cause, and TooManySignIns.
    """
    person = check_password(store, tokens, passwords, hand, given, off=off)
    outdated = person.password_hash is not None and passwords.is_outdated(person.password_hash)
    new_hash = passwords.hash(given.password) if outdated else None

    def begin(session: Session) -> Started:
        if instead_of is not None:
            queries.end_session(session, instead_of)
        _renew_hash(session, person, new_hash)
        return start(session, tokens, hand, person.id)

    return store.write(begin)


def check_password(
    store: Store, tokens: Tokens, passwords: Passwords, hand: Hand, given: Credentials, *, off: bool = False
) -> Person:
    """The person these credentials are right for. Each attempt is counted before the password is looked at."""
    account = tokens.account(given.email)

    def attempt(session: Session) -> tuple[Person | None, str | None]:
        may_try(queries.attempts(session, account, given.address), session.now)
        queries.add_attempt(session, account, given.address)
        found = people_queries.person_by_email(session, given.email)
        counts = found is not None and found.is_active and may_use_password(found.password_until, session.now, off=off)
        return found, found.password_hash if found is not None and counts else None

    person, usable = store.write(attempt)
    right = passwords.matches(usable, given.password)

    def settle(session: Session) -> None:
        if right:
            queries.forget_attempts(session, account, given.address)
        else:
            hand.note(session, "session.refused", "sign-in", {"account": account, "address": given.address})

    store.write(settle)
    if not right or person is None:
        raise PasswordsOff() if off else SignInRefused()
    return person


def start(session: Session, tokens: Tokens, hand: Hand, person_id: str, *, by: str = "password") -> Started:
    """Begins a session: a token nobody had before. `by`: how the person showed who they are."""
    token = new_token()
    made = Started(token, tokens.session(token), person_id)
    ends_at = session_ends_at(session.now, session.now)
    queries.add_session(session, OpenSession(made.token_hash, person_id, "", new_token(), ends_at))
    hand.of(person_id).note(session, "session.started", person_id, {"by": by})
    return made


def end(session: Session, hand: Hand, token_hash: str) -> None:
    """Ends one session; nothing if it had ended."""
    person_id = queries.end_session(session, token_hash)
    if person_id is not None:
        hand.of(person_id).note(session, "session.ended", person_id)


def confirm(
    store: Store,
    tokens: Tokens,
    passwords: Passwords,
    hand: Hand,
    given: Credentials,
    token_hash: str,
    *,
    off: bool = False,
) -> datetime:
    """When the password was confirmed: now. Raises what signing in does."""
    person = check_password(store, tokens, passwords, hand, given, off=off)

    def note(session: Session) -> datetime:
        queries.confirm_session(session, token_hash)
        hand.of(person.id).note(session, "session.confirmed", person.id)
        return session.now

    return store.write(note)


def _renew_hash(session: Session, person: Person, new_hash: str | None) -> None:
    """Moves an old hash to today's parameters, unless the password was changed in between."""
    if new_hash is not None:
        people_queries.replace_password(session, person.id, person.password_hash or "", new_hash)
