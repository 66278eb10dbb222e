"""Who may pass: identity, rate, CSRF token, project, permission - in this order, before a byte of the body is read."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from handrail.kit.errors import Forbidden, NotFound, Unauthenticated
from handrail.kit.ids import is_id, is_slug
from handrail.storage import Session
from handrail.web import cookies
from handrail.web.call import Call
from handrail.web.caller import Caller, Identity, inside
from handrail.web.errors import ProjectRequired, SessionEnded
from handrail.web.house import House
from handrail.web.permissions import PUBLIC, SELF, permissions_of
from handrail.web.scope import add_headers

CALL = "handrail.call"
CACHE_S = 0.5
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NOBODY = Caller(Identity("key", "nobody", "nobody"), None, frozenset())
OWNERS = {
    "item": "SELECT project_id FROM items WHERE id = :id",
    "assignment": "SELECT project_id FROM assignments WHERE id = :id",
    "review": "SELECT project_id FROM reviews WHERE id = :id",
    "delivery": "SELECT project_id FROM deliveries WHERE id = :id",
    "export": "SELECT project_id FROM exports WHERE id = :id",
    "key": "SELECT project_id FROM api_keys WHERE id = :id",
    "project": "SELECT id FROM projects WHERE slug = :id",
}
"""How the project of an object named in a path is found."""


class CrossOrigin(Forbidden):
    """Changes with a session come only from Handrail's own pages, with the header X-CSRF-Token from GET /v1/me."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What one route asks of its caller."""

    house: House
    needs: str
    of: str | None = None
    anywhere: bool = False
    streams: bool = False
    free_parameters: tuple[str, ...] = ()
    most_bytes: int = 0

    async def admit(self, request: Request) -> Call:
        """The call, if it may pass. Raises Unauthenticated, Forbidden, NotFound, BadRequest, TooMany."""
        if self.needs == PUBLIC:
            if request.method not in SAFE:
                _limit(self.house, request, "stranger", address_of(request))
            return Call(self.house, request, NOBODY)
        identity = await identify(self.house, request)
        _limit(self.house, request, identity.kind, identity.id)
        if identity.kind == "person" and request.method not in SAFE:
            _check_csrf(request, identity)
        caller = await self._place(request, identity)
        if self.needs != SELF and not caller.may(self.needs):
            raise Forbidden()
        return Call(self.house, request, caller)

    async def _place(self, request: Request, identity: Identity) -> Caller:
        """The caller inside the project that the path, the key or the header names."""
        project_id = await _named_project(self.house, request, identity)
        if self.of is not None:
            owner = await self._owner(request)
            if owner is None or (project_id is not None and project_id != owner):
                raise NotFound()
            project_id = owner
        if project_id is None:
            if self.needs == SELF or self.anywhere:
                return Caller(identity, None, _permissions_anywhere(identity))
            raise ProjectRequired()
        caller = inside(identity, project_id)
        if caller is None:
            raise NotFound()
        return caller

    async def _owner(self, request: Request) -> str | None:
        assert self.of is not None
        by_slug = self.of == "project"
        id = request.path_params["slug" if by_slug else "id"]
        if not (is_slug(id) if by_slug else is_id(id)):
            raise NotFound()
        known = None if by_slug else self.house.owners.get((self.of, id))
        if known is not None:
            return known
        sql = OWNERS[self.of]

        def find(session: Session) -> str | None:
            found = session.run(sql, {"id": id})
            return str(found[0][0]) if found else None

        owner = await run_in_threadpool(self.house.store.read, find)
        if owner is not None and not by_slug:
            self.house.note_owner(self.of, id, owner)
        return owner


def address_of(request: Request) -> str:
    """Where the request comes from; the edge has looked through trusted proxies."""
    return request.client.host if request.client else "unknown"


def _limit(house: House, request: Request, kind: str, id: str) -> None:
    add_headers(request.scope, house.limits.take(kind, id).headers())


def _check_csrf(request: Request, identity: Identity) -> None:
    given = request.headers.get("X-CSRF-Token", "")
    if not hmac.compare_digest(given.encode(), identity.csrf_token.encode()):
        raise CrossOrigin()


def _permissions_anywhere(identity: Identity) -> frozenset[str]:
    """What the identity may do in at least one project."""
    if identity.kind == "key":
        return identity.scopes
    return frozenset().union(*(permissions_of(place.roles) for place in identity.memberships.values()))


async def identify(house: House, request: Request) -> Identity:
    """Who calls, by key or cookie. Raises Unauthenticated."""
    kind, token = _credential(request)
    mark = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    known = house.identities.get(mark)
    if known is not None and monotonic() - known[0] < CACHE_S:
        return known[1]
    finder = house.identify.by_key if kind == "key" else house.identify.by_cookie
    asked_at = monotonic()  # before the look, so that the answer never counts for longer than CACHE_S
    found = await run_in_threadpool(house.store.read, lambda session: finder(session, token))
    if found is None:
        house.identities.pop(mark, None)
        house.limits.take("refused", address_of(request))
        raise SessionEnded() if kind == "cookie" else Unauthenticated()
    if len(house.identities) > 10_000:
        house.identities.clear()
    house.identities[mark] = (asked_at, found)
    return found


def _credential(request: Request) -> tuple[str, str]:
    given = request.headers.get("Authorization")
    if given is not None:
        kind, _, token = given.partition(" ")
        if kind.lower() != "bearer" or not token.startswith("hrk_") or len(token) > 200:
            raise Unauthenticated()
        return "key", token
    token = cookies.token_of(request) or ""
    if not token or len(token) > 200:
        raise Unauthenticated()
    return "cookie", token


async def _named_project(house: House, request: Request, identity: Identity) -> str | None:
    slug = request.headers.get("Handrail-Project")
    if identity.kind == "key":
        if slug is not None and slug != await _slug_of_key(house, slug, identity):
            raise NotFound()
        return identity.project_id
    if slug is None:
        return None
    for place in identity.memberships.values():
        if place.slug == slug:
            return place.project_id
    raise NotFound()


async def _slug_of_key(house: House, slug: str, identity: Identity) -> str | None:
    """The slug, if it is that of the key's own project."""
    named = await run_in_threadpool(house.store.read, lambda session: house.project_by_slug(session, slug))
    return slug if named == identity.project_id else None
