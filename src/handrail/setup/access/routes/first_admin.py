"""The set-up link and invite links: how an account gets its first password."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from handrail.setup.access.desk import Desk, hand_of
from handrail.setup.access.errors import LinkNotValid
from handrail.setup.access.queries import people
from handrail.setup.access.routes.sessions import cookie_name, me_of_hash, set_cookie
from handrail.setup.access.service import first_admin, sessions
from handrail.setup.access.service import people as people_service
from handrail.setup.access.service.first_admin import FirstAdmin
from handrail.setup.projects.service import NewProject
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.permissions import PUBLIC
from handrail.wire.access import AcceptIn, MeOut, SetupIn

DEFAULT_PROJECT = NewProject("default", "Default")


def routes(house: House, desk: Desk) -> Door:
    """`/setup` and `/people/accept`."""
    door = Door(house)

    @door.post("/setup", needs=PUBLIC, response_model=MeOut, status_code=201)
    def set_up(call: Call, body: SetupIn) -> Response:
        """Makes the first admin with the first project, and signs them in. The link works once."""
        cookie = cookie_name(call)
        if not call.read(lambda session: first_admin.is_open(session, desk.tokens, body.token)) and not repeats(call):
            raise LinkNotValid()  # before the costly hash
        project = (
            NewProject(body.project.slug, body.project.name, body.project.zone) if body.project else DEFAULT_PROJECT
        )
        wanted = FirstAdmin(body.name, body.email, desk.passwords.hash(body.password), project)
        return _signed_in(
            call,
            desk,
            cookie,
            lambda session: first_admin.set_up(session, desk.tokens, hand_of(call), body.token, wanted),
        )

    @door.post("/people/accept", needs=PUBLIC, response_model=MeOut, status_code=201)
    def accept_invite(call: Call, body: AcceptIn) -> Response:
        """Gives an invited person a password and signs them in. The link works once."""
        cookie = cookie_name(call)
        link = desk.tokens.link(body.token)
        if not call.read(lambda session: people.find_invite(session, link, session.now)) and not repeats(call):
            raise LinkNotValid()
        hashed = desk.passwords.hash(body.password)
        done = _signed_in(
            call,
            desk,
            cookie,
            lambda session: people_service.accept(
                session, desk.tokens, hand_of(call), body.token, hashed, off=desk.passwords_off
            ),
        )
        house.forget()
        return done

    return door


def repeats(call: Call) -> bool:
    """Whether this may be a repeat of a request whose answer was lost."""
    return call.request.headers.get("Idempotency-Key") is not None


def _signed_in(call: Call, desk: Desk, cookie: str, make: Callable[[Session], str]) -> Response:
    """Makes the account and its first session in one transaction. A repeat is told the same, but gets no session."""

    def work(session: Session) -> Answer:
        started = sessions.start(session, desk.tokens, hand_of(call), make(session))
        me = me_of_hash(session, started.token_hash)
        headers = (("Set-Cookie", set_cookie(cookie, started)),)
        return Answer(me, 201, headers, kept=me.model_copy(update={"csrf_token": ""}))

    return call.change(work)
