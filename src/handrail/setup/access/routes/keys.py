"""API keys."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from handrail.setup.access.desk import Desk, hand_of
from handrail.setup.access.queries import keys as queries
from handrail.setup.access.queries.keys import ApiKey
from handrail.setup.access.service import keys as service
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.wire.access import KeyIn, KeyOut
from handrail.wire.base import Page


def routes(house: House, desk: Desk) -> Door:
    """`/keys`."""
    door = Door(house)

    @door.get("/keys", needs="keys.manage", response_model=Page[KeyOut])
    def list_keys(
        call: Call,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Page[KeyOut]:
        """The project's keys, newest first; never their secrets."""
        after = read_cursor(cursor, call.project_id, {}, (str,))
        found = call.read(
            lambda session: queries.keys_before(session, call.project_id, after[0] if after else None, limit + 1)
        )
        more = write_cursor((found[limit - 1].id,), call.project_id, {}) if len(found) > limit else None
        return Page[KeyOut](data=[key_out(one) for one in found[:limit]], next_cursor=more)

    @door.post("/keys", needs="keys.manage", response_model=KeyOut, status_code=201)
    def create_key(call: Call, body: KeyIn) -> Response:
        """Makes a key that can do at most what its maker can. The whole key is in this answer and never again."""

        def work(session: Session) -> Answer:
            made, whole = service.create_key(
                session,
                desk.tokens,
                hand_of(call),
                service.NewKey(body.name, body.scopes, body.expires_at),
                allowed=call.caller.permissions,
                by=call.caller.person_id,
            )
            return Answer(key_out(made, whole), 201, kept=key_out(made))

        return call.change(work)

    @door.delete("/keys/{id}", needs="keys.manage", of="key", status_code=204)
    def revoke_key(call: Call, id: str) -> Response:
        """Takes a key out of force; it is dead everywhere within a second."""

        def work(session: Session) -> Answer:
            service.revoke_key(session, hand_of(call), id)
            return Answer(None, 204)

        done = call.change(work)
        house.forget()
        return done

    return door


def key_out(key: ApiKey, whole: str | None = None) -> KeyOut:
    """A key as the answer shows it; whole only in the answer that makes it."""
    return KeyOut(
        key_id=key.id,
        name=key.name,
        public=key.public,
        scopes=list(key.scopes),
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        last_used_at=key.last_used_at,
        key=whole,
    )
