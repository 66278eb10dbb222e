"""Who comes in by single sign-on: somebody who was invited before and is in use. Nobody is made by signing in."""

from __future__ import annotations

from dataclasses import dataclass

from handrail.kit.errors import HandrailFault
from handrail.setup.access.errors import (
    SignOnNotFresh,
    SignOnOtherPerson,
    SignOnOtherSubject,
    SignOnRefused,
    SignOnUnknown,
    SignOnUnverified,
)
from handrail.setup.access.queries import people as people_queries
from handrail.setup.access.queries import sessions as session_queries
from handrail.setup.access.queries import subjects as queries
from handrail.setup.access.queries.people import Person
from handrail.setup.access.rules import may_try
from handrail.setup.access.service.sessions import Started, start
from handrail.setup.access.sign_on.company import SignOn
from handrail.setup.access.sign_on.flow import Flow
from handrail.setup.access.sign_on.proof import Expected, Proof, proof_of
from handrail.setup.access.tokens import Tokens
from handrail.setup.hand import Hand
from handrail.storage import Session, Store
from handrail.web.errors import SessionEnded

NOBODY_YET = "sign-on"
"""Under this name attempts are counted of which no account is known."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What a browser brought back from the provider, and from where."""

    flow: Flow
    code: str
    address: str


def sign_on(store: Store, tokens: Tokens, hand: Hand, company: SignOn, given: Returned) -> Started:
    """A new session for whom the provider names; the one the browser had before ends. Refusals are counted as those of
    passwords are, by account and address.

    Raises SignOnRefused, SignOnUnverified, SignOnUnknown, SignOnOtherSubject, SignOnAway and TooManySignIns.
    """
    _check_attempts(store, tokens.account(NOBODY_YET), given.address)
    try:
        proof = _prove(store, company, given)
    except (SignOnRefused, SignOnUnverified) as refused:
        _note_refusal(store, hand, tokens.account(NOBODY_YET), given.address, refused)
        raise
    account = tokens.account(proof.email)
    _check_attempts(store, account, given.address)

    def let_in(session: Session) -> Started | HandrailFault:
        person = _who(session, proof)
        if isinstance(person, HandrailFault):
            return person
        if given.flow.instead_of is not None:
            session_queries.end_session(session, given.flow.instead_of)
        return start(session, tokens, hand, person.id, by="oidc")

    done = store.write(let_in)
    if isinstance(done, HandrailFault):
        _note_refusal(store, hand, account, given.address, done)
        raise done
    return done


def confirm_sign_on(store: Store, tokens: Tokens, hand: Hand, company: SignOn, given: Returned) -> None:
    """Notes that the person of the running session signed in at the provider just now, before signing something here.

    Raises what `sign_on` does, SignOnNotFresh, SignOnOtherPerson, and SessionEnded where the session ended meanwhile.
    """
    mine = store.read(lambda session: session_queries.open_session(session, given.flow.instead_of or ""))
    if mine is None:
        raise SessionEnded()
    person = store.read(lambda session: people_queries.person_by_id(session, mine.person_id))
    account = tokens.account(person.email if person else NOBODY_YET)
    _check_attempts(store, account, given.address)

    def note(session: Session) -> HandrailFault | None:
        if queries.person_of_subject(session, proof.issuer, proof.subject) != mine.person_id:
            return SignOnOtherPerson()
        session_queries.confirm_session(session, mine.token_hash)
        hand.of(mine.person_id).note(session, "session.confirmed", mine.person_id, {"by": "oidc"})
        return None

    try:
        proof = _prove(store, company, given)
        fault = store.write(note)
        if fault is not None:
            raise fault
    except (SignOnRefused, SignOnUnverified, SignOnNotFresh, SignOnOtherPerson) as refused:
        _note_refusal(store, hand, account, given.address, refused)
        raise


def _prove(store: Store, company: SignOn, given: Returned) -> Proof:
    """What the provider says, asked outside of any transaction."""
    account = company.provider.account
    token = company.provider.token_for(given.code, given.flow)
    key = company.provider.key_of(token)
    now = store.read(lambda session: session.now)
    since = given.flow.began if given.flow.confirms else None
    return proof_of(token, key, Expected(account.issuer, account.client_id, given.flow.nonce, since), now)


def _who(session: Session, proof: Proof) -> Person | HandrailFault:
    """The person an account is bound to; at the first time the one with its address, who is bound to it."""
    bound = queries.person_of_subject(session, proof.issuer, proof.subject)
    if bound is not None:
        return _in_use(people_queries.person_by_id(session, bound))
    person = _in_use(people_queries.person_by_email(session, proof.email))
    if isinstance(person, HandrailFault):
        return person
    people_queries.lock_person(session, person.id)  # two first sign-ins at once: the second sees what the first did
    if not queries.bind(session, proof.issuer, proof.subject, person.id):
        bound = queries.person_of_subject(session, proof.issuer, proof.subject)
        return person if bound == person.id else SignOnOtherSubject()
    people_queries.change_person(session, person.id, invite_hash=None, invite_until=None)  # has come in: void
    return person


def _in_use(person: Person | None) -> Person | HandrailFault:
    return person if person is not None and person.is_active else SignOnUnknown()


def _check_attempts(store: Store, account: str, address: str) -> None:
    """Raises TooManySignIns."""
    store.write(lambda session: may_try(session_queries.attempts(session, account, address), session.now))


def _note_refusal(store: Store, hand: Hand, account: str, address: str, why: HandrailFault) -> None:
    """Counts it and tells the log, never with the address that was not let in."""

    def note(session: Session) -> None:
        session_queries.add_attempt(session, account, address)
        details = {"account": account, "address": address, "by": "oidc", "why": why.code}
        hand.note(session, "session.refused", "sign-in", details)

    store.write(note)
