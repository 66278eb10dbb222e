"""API keys: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handrail.kit.errors import FieldFault, Invalid, NotFound
from handrail.kit.ids import new_id
from handrail.setup.access.queries import keys as queries
from handrail.setup.access.queries.keys import ApiKey
from handrail.setup.access.rules import scopes_of_key
from handrail.setup.access.tokens import Tokens, new_key, public_part
from handrail.setup.hand import Hand
from handrail.storage import Session


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key somebody wants; scopes None means the usual ones of an application."""

    name: str
    scopes: Sequence[str] | None = None
    expires_at: datetime | None = None


def create_key(
    session: Session, tokens: Tokens, hand: Hand, wanted: NewKey, *, allowed: frozenset[str], by: str | None
) -> tuple[ApiKey, str]:
    """The key as it is kept, and the whole key, which is shown this once. `allowed`: what the maker may do.

    Raises Invalid and BeyondYourself for scopes that cannot be given.
    """
    assert hand.project_id is not None
    if wanted.expires_at is not None and wanted.expires_at <= session.now:
        raise Invalid(fields=(FieldFault("/expires_at", "out_of_range", "This moment has passed; name a later one."),))
    scopes, whole = scopes_of_key(wanted.scopes, allowed), new_key()
    public = public_part(whole)
    assert public is not None
    made = ApiKey(
        id=new_id(),
        project_id=hand.project_id,
        name=wanted.name,
        public=public,
        secret_hash=tokens.key(whole),
        scopes=tuple(scopes),
        created_by=by,
        created_at=session.now,
        expires_at=wanted.expires_at,
        revoked_at=None,
        last_used_at=None,
    )
    queries.add_key(session, made)
    hand.note(session, "key.created", made.id, {"name": made.name, "public": public, "scopes": scopes})
    return made, whole


def revoke_key(session: Session, hand: Hand, key_id: str) -> None:
    """Takes a key out of force; nothing if it was before. Raises NotFound for one of another project."""
    assert hand.project_id is not None
    if queries.key_by_id(session, hand.project_id, key_id) is None:
        raise NotFound()
    if queries.revoke_key(session, key_id):
        hand.note(session, "key.revoked", key_id)
