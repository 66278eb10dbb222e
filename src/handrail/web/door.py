"""Routes, each with the permission it needs. A route without one cannot be made."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Annotated, Any, TypeVar, get_type_hints  # Any: endpoints have signatures of their own

from fastapi import Depends
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from handrail.kit.errors import BadRequest, FieldFault, Invalid
from handrail.kit.jsons import BadJson, parse_strict
from handrail.web.body import PUBLIC_BYTES, WHOLE_S, check_json, read_whole
from handrail.web.call import Call
from handrail.web.errors import UnknownParameter
from handrail.web.guard import CALL, Guard
from handrail.web.house import House
from handrail.web.permissions import ALL, PUBLIC, SELF

F = TypeVar("F", bound=Callable[..., Any])
LARGE = 64 * 1024
"""Longer bodies are parsed in a thread, so that others need not wait."""


class StrictRequest(Request):
    """A request whose body is bounded and whose JSON is read as `kit.jsons.parse_strict` reads it."""

    limit: int = PUBLIC_BYTES
    within_s: float = WHOLE_S

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            self._body = await read_whole(self, self.limit, within_s=self.within_s)
        return self._body

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            body = await self.body()
            check_json(self)
            try:
                self._json = await run_in_threadpool(parse_strict, body) if len(body) > LARGE else parse_strict(body)
            except BadJson as error:
                raise BadRequest(f"The body cannot be read as JSON: {error}.") from None
        return self._json


class GuardedRoute(Route):
    """First who calls and whether they may, then the parameters, then the body, then the endpoint.

    It is matched from the start; FastAPI takes its endpoint apart when it is first asked or described, since doing that
    for all routes at once is a fifth of a second of every start.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], *, guard: Guard, method: str, **more: Any) -> None:
        super().__init__(path, endpoint, methods=[method], include_in_schema=more.get("include_in_schema", True))
        self.methods = {method}  # without the HEAD that Starlette adds to GET
        self.guard = guard
        self.operation_id = endpoint.__name__
        self._more = more
        self.app = self._answer

    @cached_property
    def described(self) -> APIRoute:
        """The same route with all that FastAPI knows of its parameters, body and answer."""
        _give_call(self.endpoint)
        methods, guard = sorted(self.methods or ()), self.guard
        return _Described(
            self.path, self.endpoint, guard=guard, methods=methods, operation_id=self.operation_id, **self._more
        )

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        return match, found if match is Match.NONE else {**found, "route": self}

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.described.app(scope, receive, send)


class _Described(APIRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], *, guard: Guard, **more: Any) -> None:
        self.guard = guard  # before super().__init__, which asks for the handler
        super().__init__(path, endpoint, **more)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = _straight(self.endpoint) or super().get_route_handler()
        parameters = {one.alias for one in get_flat_params(self.dependant) if isinstance(one.field_info, Query)}
        guard, reads_body = self.guard, not self.guard.streams and not set(self.methods or ()) <= {"GET", "HEAD"}

        async def guarded(given: Request) -> Response:
            request = StrictRequest(given.scope, given.receive)
            request.limit, request.within_s = guard.most_bytes, guard.house.body_within_s
            request.scope[CALL] = await guard.admit(request)
            _check_parameters(request, parameters, guard.free_parameters)
            if reads_body and await request.body():
                await request.json()
            return await handle(request)

        return guarded


def _straight(endpoint: Callable[..., Any]) -> Callable[[Request], Coroutine[Any, Any, Response]] | None:
    """The short way to an endpoint that reads the request and makes the response itself; None for all others.

    FastAPI would look for parameters it does not have and models it does not use, on the way of each single item.
    """
    signature = inspect.signature(endpoint)
    answers = signature.return_annotation
    makes_response = isinstance(answers, type) and issubclass(answers, Response)
    if not (
        inspect.iscoroutinefunction(endpoint) and makes_response and set(signature.parameters) == {"call", "request"}
    ):
        return None

    async def handle(request: Request) -> Response:
        response: Response = await endpoint(call=request.scope[CALL], request=request)
        return response

    return handle


def _check_parameters(request: Request, known: set[str], free: tuple[str, ...]) -> None:
    """Passes if each parameter is one of the route's own, once. Raises UnknownParameter, Invalid and BadRequest."""
    if any("\0" in value for _, value in request.query_params.multi_items()):
        raise BadRequest("A parameter holds a NUL character, which no text here can hold.", code="bad_header")
    given = [name for name, _ in request.query_params.multi_items()]
    unknown = [name for name in dict.fromkeys(given) if name not in known and not name.startswith(free)]
    if unknown:
        raise UnknownParameter(
            fields=tuple(
                FieldFault(f"/{name[:100]}", "unknown_parameter", "There is no such parameter here; leave it out.")
                for name in unknown
            )
        )
    if len(given) != len(set(given)):
        twice = next(name for name in given if given.count(name) > 1)
        raise Invalid(fields=(FieldFault(f"/{twice[:100]}", "duplicate_key", "Send this parameter once."),))


class Door:
    """A room's routes, under `/v1` unless said otherwise.

    What each may be told beside its permission: `of` names the kind of object whose id stands in the path as `{id}`
    (`project`: whose slug stands there as `{slug}`); the project is then that object's own, and strangers get 404.
    `anywhere`: no project is needed, the permission counts if the caller has it in any. `streams`: the endpoint reads
    the body itself. `reads`: the model of a body that the endpoint reads itself, for the description of the API.
    `free_parameters`: beginnings of parameters that are not listed, such as `metadata.`.
    """

    def __init__(self, house: House, prefix: str = "/v1") -> None:
        self.house = house
        self.prefix = prefix
        self.routes: list[GuardedRoute] = []
        self.models: list[type[BaseModel]] = []

    def get(self, path: str, *, needs: str, **more: Any) -> Callable[[F], F]:
        return self._route("GET", path, needs, more)

    def post(self, path: str, *, needs: str, **more: Any) -> Callable[[F], F]:
        return self._route("POST", path, needs, more)

    def put(self, path: str, *, needs: str, **more: Any) -> Callable[[F], F]:
        return self._route("PUT", path, needs, more)

    def patch(self, path: str, *, needs: str, **more: Any) -> Callable[[F], F]:
        return self._route("PATCH", path, needs, more)

    def delete(self, path: str, *, needs: str, **more: Any) -> Callable[[F], F]:
        return self._route("DELETE", path, needs, more)

    def _route(self, method: str, path: str, needs: str, more: dict[str, Any]) -> Callable[[F], F]:
        if needs not in ALL | {PUBLIC, SELF}:
            raise ValueError(f"{method} {path} needs the unknown permission {needs!r}")
        guard = Guard(
            self.house,
            needs,
            of=more.pop("of", None),
            anywhere=more.pop("anywhere", False),
            streams=more.pop("streams", False),
            free_parameters=more.pop("free_parameters", ()),
            most_bytes=PUBLIC_BYTES if needs == PUBLIC else self.house.settings.max_item_bytes,
        )
        more.setdefault("status_code", 200)  # FastAPI asks the response class, which need not know one
        extra = {
            **more.pop("openapi_extra", {}),
            "x-handrail-permission": needs,
            **({"x-handrail-object": guard.of} if guard.of else {}),
            **self._described(more.pop("reads", None)),
        }

        def mark(endpoint: F) -> F:
            self.routes.append(
                GuardedRoute(self.prefix + path, endpoint, guard=guard, method=method, openapi_extra=extra, **more)
            )
            return endpoint

        return mark

    def _described(self, reads: type[BaseModel] | None) -> dict[str, Any]:
        if reads is None:
            return {}
        self.models.append(reads)
        schema = {"$ref": f"#/components/schemas/{reads.__name__}"}
        return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


async def _call_of(request: Request) -> Call:
    call: Call = request.scope[CALL]
    return call


def _give_call(endpoint: Callable[..., Any]) -> None:
    """Binds the parameter `call` of an endpoint to what its guard let in."""
    signature = inspect.signature(endpoint)
    hints = get_type_hints(endpoint, include_extras=True)
    parameters = [
        one.replace(
            annotation=Annotated[Call, Depends(_call_of)] if name == "call" else hints.get(name, one.annotation)
        )
        for name, one in signature.parameters.items()
    ]
    returns = hints.get("return", signature.return_annotation)
    endpoint.__signature__ = signature.replace(parameters=parameters, return_annotation=returns)  # type: ignore[attr-defined]  # read by FastAPI
