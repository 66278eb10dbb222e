"""Signing in and out, and one's own page."""

from __future__ import annotations

from typing import Any  # Any: settings are JSON of the web app

from starlette.requests import Request
from starlette.responses import Response

from handrail.kit.errors import FieldFault, Invalid
from handrail.kit.jsons import dumps
from handrail.setup.access.desk import Desk, hand_of
from handrail.setup.access.errors import PeopleOnly, SignInNeedsHttps
from handrail.setup.access.queries import people, sessions
from handrail.setup.access.queries.people import Place
from handrail.setup.access.rules import SESSION_LASTS
from handrail.setup.access.service import people as people_service
from handrail.setup.access.service import sessions as service
from handrail.setup.access.service.sessions import Credentials, Started
from handrail.storage import Session
from handrail.web import cookies
from handrail.web.call import Answer, Call
from handrail.web.caller import Identity
from handrail.web.door import Door
from handrail.web.errors import SessionEnded
from handrail.web.house import House
from handrail.web.permissions import PUBLIC, SELF, permissions_of
from handrail.wire.access import ConfirmIn, Membership, MeOut, MePatch, PersonOut, SessionConfirmed, SignIn

MOST_SETTINGS = 16 * 1024


def routes(house: House, desk: Desk) -> Door:
    """`/sessions` and `/me`."""
    door = Door(house)
    _signing_in_and_out(door, house, desk)
    _confirming(door, house, desk)
    _own_page(door, house)
    return door


def _signing_in_and_out(door: Door, house: House, desk: Desk) -> None:
    @door.post("/sessions", needs=PUBLIC, response_model=MeOut, status_code=201)
    def sign_in(call: Call, body: SignIn) -> Response:
        """Begins a session. Sent again, it begins another one: no Idempotency-Key is kept for it."""
        cookie = cookie_name(call)
        old = cookies.token_of(call.request)
        started = service.sign_in(
            house.store,
            desk.tokens,
            desk.passwords,
            hand_of(call),
            Credentials(body.email, body.password, peer(call.request)),
            instead_of=desk.tokens.session(old) if old else None,
            off=desk.passwords_off,
        )
        house.forget()
        me = house.store.read(lambda session: me_of_hash(session, started.token_hash))
        return Response(
            me.model_dump_json(), 201, {"Set-Cookie": set_cookie(cookie, started)}, media_type="application/json"
        )

    @door.delete("/sessions/current", needs=SELF, status_code=204)
    def sign_out(call: Call) -> Response:
        """Ends this session; its cookie is dead everywhere within a second."""
        identity = person(call)
        cookie = cookie_name(call)

        def work(session: Session) -> Answer:
            service.end(session, hand_of(call), identity.session_hash)
            return Answer(None, 204, (("Set-Cookie", cookies.cleared(cookie)), ("Clear-Site-Data", '"cache"')))

        done = call.change(work)
        house.forget()
        return done


def _confirming(door: Door, house: House, desk: Desk) -> None:
    @door.post("/sessions/confirm", needs=SELF, response_model=SessionConfirmed)
    def confirm_session(call: Call, body: ConfirmIn) -> SessionConfirmed:
        """The password again, before signing."""
        identity = person(call)
        found = call.read(lambda session: people.person_by_id(session, identity.id))
        assert found is not None
        given = Credentials(found.email, body.password, peer(call.request))
        confirmed_at = service.confirm(
            house.store,
            desk.tokens,
            desk.passwords,
            hand_of(call),
            given,
            identity.session_hash,
            off=desk.passwords_off,
        )
        return SessionConfirmed(confirmed_at=confirmed_at)


def _own_page(door: Door, house: House) -> None:
    @door.get("/me", needs=SELF, response_model=MeOut)
    def show_me(call: Call) -> MeOut:
        """Who is signed in, where they belong and what they may do there."""
        identity = person(call)
        return call.read(lambda session: me_of_hash(session, identity.session_hash))

    @door.patch("/me", needs=SELF, response_model=MeOut)
    def change_me(call: Call, body: MePatch) -> Response:
        """Changes one's own name or settings."""
        identity = person(call)
        values = _own_values(body)

        def work(session: Session) -> Answer:
            people_service.change_own(session, hand_of(call), identity.id, values)
            me = me_of_hash(session, identity.session_hash)
            return Answer(me, kept=me.model_copy(update={"csrf_token": ""}))

        done = call.change(work)
        house.forget()
        return done


def person(call: Call) -> Identity:
    """The person who calls. Raises PeopleOnly for a key."""
    if call.caller.identity.kind != "person":
        raise PeopleOnly()
    return call.caller.identity


def cookie_name(call: Call) -> str:
    """The cookie's name here. Raises SignInNeedsHttps where a session would travel in the open."""
    name = cookies.name_for(call.request)
    if name is None:
        raise SignInNeedsHttps()
    return name


def set_cookie(name: str, started: Started) -> str:
    """The cookie lives as long as a session can; the server ends it earlier."""
    return cookies.made(name, started.token, int(SESSION_LASTS.total_seconds()))


def me_of_hash(session: Session, token_hash: str) -> MeOut:
    """The signed-in person as they see themselves. Raises SessionEnded if another worker ended it a moment ago."""
    running = sessions.open_session(session, token_hash)
    if running is None:
        raise SessionEnded()
    found = people.person_by_id(session, running.person_id)
    assert found is not None
    return MeOut(
        person=PersonOut(person_id=found.id, name=found.name, email=found.email, is_active=found.is_active),
        memberships=[_membership(place) for place in people.places_of(session, found.id)],
        settings=dict(found.settings),
        csrf_token=running.csrf_token,
        session_ends_at=running.expires_at,
    )


def _membership(place: Place) -> Membership:
    one = place.membership
    return Membership(
        project=one.slug,
        name=place.project_name,
        roles=sorted(one.roles),
        permissions=sorted(permissions_of(one.roles)),
        level="senior" if one.level == "senior" else "junior",
        skills=sorted(one.skills),
        languages=sorted(one.languages),
    )


def _own_values(body: MePatch) -> dict[str, Any]:
    values = {name: getattr(body, name) for name in body.model_fields_set if getattr(body, name) is not None}
    if len(dumps(values.get("settings"))) > MOST_SETTINGS:
        message = f"At most {MOST_SETTINGS:,} bytes of settings."
        raise Invalid(fields=(FieldFault("/settings", "too_long", message),))
    return values


def peer(request: Request) -> str:
    """The address a request comes from, as it is kept with attempts to sign in."""
    return (request.client.host if request.client else "unknown")[:64]
