"""What the edge and the routes tell each other about one request, kept in its ASGI scope."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import Scope

_REQUEST_ID = "handrail.request_id"
_NONCE = "handrail.nonce"
_HEADERS = "handrail.headers"


def begin(scope: Scope, request_id: str, nonce: str) -> None:
    """Marks a request that comes in."""
    scope[_REQUEST_ID], scope[_NONCE], scope[_HEADERS] = request_id, nonce, []


def request_id_of(scope: Scope) -> str | None:
    """The id that is on the answer and in the log."""
    found: str | None = scope.get(_REQUEST_ID)
    return found


def nonce_of(scope: Scope) -> str:
    """What scripts and styles of this answer carry."""
    found: str = scope.get(_NONCE, "")
    return found


def add_headers(scope: Scope, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Headers for the answer, whoever makes it; a later one takes the place of an earlier one of the same name."""
    scope.setdefault(_HEADERS, []).extend(headers)


def added_headers(scope: Scope) -> dict[bytes, bytes]:
    """What was added."""
    return dict(scope.get(_HEADERS, ()))
