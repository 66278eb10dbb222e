"""Single sign-on: out to the company's identity provider, and back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from handrail.kit.errors import HandrailFault
from handrail.setup.access.desk import Desk, hand_of
from handrail.setup.access.errors import SignOnExpired, SignOnNotSetUp, SignOnRefused
from handrail.setup.access.queries import sessions
from handrail.setup.access.routes.sessions import cookie_name, peer, set_cookie
from handrail.setup.access.service.sign_on import Returned, confirm_sign_on, sign_on
from handrail.setup.access.sign_on.company import SignOn
from handrail.setup.access.sign_on.flow import LASTS, own_path
from handrail.setup.access.tokens import is_same
from handrail.web import cookies
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.errors import SessionEnded
from handrail.web.guard import address_of
from handrail.web.house import House
from handrail.web.permissions import PUBLIC
from handrail.wire.access import SignOnOut

SIGN_IN = "/sign-in"
Text = Annotated[str | None, Query(max_length=4_000)]
Next = Annotated[str | None, Query(alias="next", max_length=4_000)]


def routes(house: House, desk: Desk) -> Door:
    """`/sessions/oidc`."""
    door = Door(house)

    @door.get("/sessions/oidc", needs=PUBLIC, response_model=SignOnOut)
    def show_sign_on(call: Call) -> SignOnOut:
        """What the sign-in page offers: the name of the company's sign-on, and whether it is the only way in."""
        return SignOnOut(name=desk.sign_on.name if desk.sign_on else None, alone=desk.passwords_off)

    @door.get("/sessions/oidc/start", needs=PUBLIC, status_code=303)
    def start_sign_on(call: Call, leads_to: Next = None, confirm: bool = False) -> Response:
        """Leads a browser to the company's sign-on; `next` is a path of ours to come back to. With `confirm` the
        session goes on, and whoever is signed in shows there once more who they are, as before signing something."""
        try:
            return _lead_out(call, desk, leads_to, confirms=confirm)
        except HandrailFault as fault:
            return _told(call, fault, own_path(leads_to))

    @door.get("/sessions/oidc/return", needs=PUBLIC, status_code=303, free_parameters=("",))
    def finish_sign_on(call: Call, code: Text = None, state: Text = None, error: Text = None) -> Response:
        """Where the company's sign-on leads back to: begins a session, and leads on to where one wanted to go."""
        leads_to, confirms = "/", False
        try:
            company, cookie = _company(desk), cookie_name(call)
            house.limits.take("stranger", address_of(call.request))
            flow = company.flows.known(
                call.request.cookies.get(_flow_cookie(cookie)), call.read(lambda session: session.now)
            )
            if flow is None or not is_same(flow.state, state or ""):
                raise SignOnExpired()
            leads_to, confirms = flow.leads_to, flow.confirms
            issuer = call.request.query_params.get("iss", company.provider.account.issuer)  # RFC 9207
            if code is None or error is not None or issuer != company.provider.account.issuer:
                raise SignOnRefused()
            given = Returned(flow, code, peer(call.request))
            done = Response(status_code=303, headers={"Location": leads_to})
            if confirms:
                confirm_sign_on(house.store, desk.tokens, hand_of(call), company, given)
            else:
                started = sign_on(house.store, desk.tokens, hand_of(call), company, given)
                done.headers.append("Set-Cookie", set_cookie(cookie, started))
        except HandrailFault as fault:
            return _told(call, fault, leads_to, at=leads_to if confirms else SIGN_IN)
        house.forget()
        done.headers.append("Set-Cookie", cookies.made(_flow_cookie(cookie), "", 0, same_site="Lax"))
        return done

    return door


def _lead_out(call: Call, desk: Desk, leads_to: str | None, *, confirms: bool) -> Response:
    company, cookie = _company(desk), cookie_name(call)
    call.house.limits.take("stranger", address_of(call.request))
    token = cookies.token_of(call.request)
    old = desk.tokens.session(token) if token else None
    now = call.read(lambda session: session.now)
    if confirms and (old is None or call.read(lambda session: sessions.open_session(session, old)) is None):
        raise SessionEnded()
    flow, text = company.flows.start(leads_to, old, now, confirms=confirms)
    carried = cookies.made(_flow_cookie(cookie), text, int(LASTS.total_seconds()), same_site="Lax")
    return Response(status_code=303, headers={"Location": company.provider.sign_in_url(flow), "Set-Cookie": carried})


def _company(desk: Desk) -> SignOn:
    if desk.sign_on is None:
        raise SignOnNotSetUp()
    return desk.sign_on


def _flow_cookie(session_cookie: str) -> str:
    return f"{session_cookie}-sign-on"


def _told(call: Call, fault: HandrailFault, leads_to: str, *, at: str = SIGN_IN) -> Response:
    """A browser is led to the sign-in page, which says the same in the person's language, or back to the page that
    asked for confirmation; others get the error."""
    if "text/html" not in call.request.headers.get("Accept", ""):
        raise fault
    told = {"problem": fault.code} | ({} if leads_to == "/" or at != SIGN_IN else {"next": leads_to})
    return Response(status_code=303, headers={"Location": f"{at}{'&' if '?' in at else '?'}{urlencode(told)}"})
