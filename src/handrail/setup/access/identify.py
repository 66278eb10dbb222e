"""Finds out who a cookie or an API key belongs to."""

from __future__ import annotations

from handrail.setup.access.last_use import LastUse
from handrail.setup.access.queries import keys, people, sessions
from handrail.setup.access.queries.keys import ApiKey
from handrail.setup.access.tokens import Tokens, is_same, public_part
from handrail.storage import Session
from handrail.web.caller import Identity
from handrail.web.permissions import permissions_of


class Identities:
    """What `web.house.Identify` asks for, over the tables of access."""

    def __init__(self, tokens: Tokens, last_use: LastUse | None = None) -> None:
        self._tokens, self._last_use = tokens, last_use

    def by_cookie(self, session: Session, token: str) -> Identity | None:
        """The person behind a session that runs, with their places as they are now."""
        found = sessions.open_session(session, self._tokens.session(token))
        if found is None:
            return None
        self._note_session(found.token_hash)
        return Identity(
            kind="person",
            id=found.person_id,
            name=found.person_name,
            memberships={
                place.membership.project_id: place.membership for place in people.places_of(session, found.person_id)
            },
            csrf_token=found.csrf_token,
            session_hash=found.token_hash,
            ends_at=found.expires_at,
        )

    def by_key(self, session: Session, key: str) -> Identity | None:
        """The key, if it is whole, in force and not past its end."""
        public = public_part(key)
        if public is None:
            return None
        found = keys.key_by_public(session, public)
        is_right = is_same(self._tokens.key(key), found.secret_hash if found else "0" * 64)
        if found is None or not is_right or not _in_force(session, found):
            return None
        if self._last_use is not None:
            self._last_use.note("key", found.id)
        return Identity(
            kind="key",
            id=found.id,
            name=found.name,
            scopes=frozenset(found.scopes),
            project_id=found.project_id,
            made_by=found.created_by,
        )

    def _note_session(self, token_hash: str) -> None:
        if self._last_use is not None:
            self._last_use.note("session", token_hash)


def may_still(session: Session, project_id: str, actor: str, *, permission: str) -> bool:
    """Whether who asked for something that lasts may still have it: a key in force, or a person with a role for it."""
    kind, _, id = actor.partition(":")
    if kind == "key":
        key = keys.key_by_id(session, project_id, id)
        return key is not None and permission in key.scopes and _in_force(session, key)
    person = people.person_by_id(session, id)
    if person is None or not person.is_active:
        return False
    places = [one.membership for one in people.places_of(session, id) if one.membership.project_id == project_id]
    return any(permission in permissions_of(place.roles) for place in places)


def _in_force(session: Session, key: ApiKey) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > session.now)
