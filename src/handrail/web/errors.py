"""Every error in the one shape of contract.md, and the page that lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from http import HTTPStatus
from typing import Any  # Any: answers and the parts of an error's place are JSON

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from handrail.kit.errors import BadRequest, HandrailFault, Invalid, NotFound, Unauthenticated
from handrail.kit.jsons import dumps
from handrail.web.faults import faults_of
from handrail.web.limits import LimitReached
from handrail.web.scope import add_headers, request_id_of

MOST_FIELDS = 50


class MethodRefused(HandrailFault):
    """This address does not know the method; the header Allow names those it knows."""

    status = 405
    code = "method_not_allowed"


class BadHeader(BadRequest):
    """A header of the request is malformed."""

    code = "bad_header"


class BadCursor(BadRequest):
    """This cursor does not belong to this list and its filters; begin again without one."""

    code = "bad_cursor"


class ProjectRequired(BadRequest):
    """Name the project in the header Handrail-Project."""

    code = "project_required"


class SessionEnded(Unauthenticated):
    """Your session has ended; sign in again."""

    code = "session_ended"


class UnknownParameter(Invalid):
    """The request holds a parameter that this address does not know."""

    code = "unknown_parameter"


class UnknownField(Invalid):
    """The body holds a field that this address does not know; leave it out."""

    code = "unknown_field"


def body_of(fault: HandrailFault, request_id: str | None) -> dict[str, Any]:
    """The JSON of an error; what a fault brings along stands beside it."""
    return {
        "error": {
            "code": fault.code,
            "message": fault.message,
            "status": fault.status,
            "retry": fault.retry,
            "fields": [
                {
                    "path": one.path,
                    "line": one.line,
                    "column": one.column,
                    "code": one.code,
                    "message": one.message,
                    "suggestion": one.suggestion,
                }
                for one in fault.fields[:MOST_FIELDS]
            ],
            "request_id": request_id,
            "docs": f"/docs/errors#{fault.code}",
        },
        **fault.extra,
    }


def answer(fault: HandrailFault, request_id: str | None) -> Response:
    """The whole answer for a fault."""
    headers: dict[str, str] = {}
    if fault.retry_after_s is not None or fault.status in (429, 503):
        headers["Retry-After"] = str(fault.retry_after_s or 1)
    if fault.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if fault.status in (408, 413):
        headers["Connection"] = "close"  # the rest of the body is not read
    return Response(dumps(body_of(fault, request_id)), fault.status, headers, media_type="application/json")


async def on_fault(request: Request, error: Exception) -> Response:
    """Answers a fault of ours."""
    assert isinstance(error, HandrailFault)
    if isinstance(error, LimitReached):
        add_headers(request.scope, error.standing.headers())
    return answer(error, request_id_of(request.scope))


async def on_http(request: Request, error: Exception) -> Response:
    """Answers what the router refuses."""
    assert isinstance(error, HTTPException)
    faults = {HTTPStatus.METHOD_NOT_ALLOWED: MethodRefused, HTTPStatus.NOT_FOUND: NotFound}
    fault = faults.get(HTTPStatus(error.status_code), BadRequest)()
    told = answer(fault, request_id_of(request.scope))
    for name, value in (error.headers or {}).items():
        told.headers[name] = value
    return told


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answers what pydantic refuses: all faults at once, never with the values."""
    assert isinstance(error, RequestValidationError)
    return answer(invalid(error.errors(), error.body), request_id_of(request.scope))


def invalid(errors: Sequence[Mapping[str, Any]], body: Any) -> Invalid:
    """One fault for the findings of FastAPI, which begin with where they are from: body, query or path."""
    inside = [{**one, "loc": one["loc"][1:]} for one in errors if one["loc"][0] == "body"]
    around = [{**one, "loc": one["loc"][1:]} for one in errors if one["loc"][0] != "body"]
    found = (*faults_of(inside, {} if body is None else body), *faults_of(around))
    fields = tuple({(one.path, one.code): one for one in found}.values())
    only_unknown = bool(fields) and all(one.code == "unknown_field" for one in fields)
    return UnknownField(Invalid().message, fields=fields) if only_unknown else Invalid(fields=fields)


def all_faults() -> Iterator[type[HandrailFault]]:
    """Every kind of fault that is loaded, the base ones first."""
    waiting = [HandrailFault]
    seen: set[type[HandrailFault]] = set()
    while waiting:
        kind = waiting.pop(0)
        if kind not in seen:
            seen.add(kind)
            yield kind
            waiting.extend(sorted(kind.__subclasses__(), key=lambda one: one.__name__))


def catalogue() -> dict[str, list[type[HandrailFault]]]:
    """Code -> the faults that carry it, codes in order of the alphabet."""
    found: dict[str, list[type[HandrailFault]]] = {}
    for kind in all_faults():
        found.setdefault(kind.code, []).append(kind)
    return dict(sorted(found.items()))


STYLE = (
    "body{font:1rem/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}dt{margin-top:1rem;font-weight:600}"
)


def page(nonce: str) -> str:
    """The page that `docs` of every error leads to."""
    entries = "".join(_entry(code, kinds) for code, kinds in catalogue().items())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Errors of Handrail</title>'
        f'<style nonce="{escape(nonce)}">{STYLE}</style><h1>Errors</h1>'
        "<p>Every error says what to do in one sentence. <em>retry</em>: send the same request again, with the same "
        f"Idempotency-Key.</p><dl>{entries}</dl></html>"
    )


def _entry(code: str, kinds: Sequence[type[HandrailFault]]) -> str:
    retry = " retry" if kinds[0].retry else ""
    sentences = dict.fromkeys(kind().message for kind in _plain(kinds))
    head = f'<dt id="{escape(code)}"><code>{escape(code)}</code> {kinds[0].status}{retry}</dt>'
    return head + "".join(f"<dd>{escape(sentence)}</dd>" for sentence in sentences)


def _plain(kinds: Iterable[type[HandrailFault]]) -> Iterator[Any]:
    """Faults that are made without arguments; the others say what their parents say."""
    return (kind for kind in kinds if kind.__init__ is HandrailFault.__init__)
