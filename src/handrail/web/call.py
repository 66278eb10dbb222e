"""One request as a route sees it: who calls, in which project, and how to read and change."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar  # Any: answers are JSON

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from handrail.audit import append, row
from handrail.kit.errors import Forbidden
from handrail.kit.jsons import dumps
from handrail.storage import Session
from handrail.web import idempotency
from handrail.web.caller import Caller
from handrail.web.house import House

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change answers. `kept` replaces the body in the idempotency record, where the body holds a secret."""

    body: BaseModel | dict[str, Any] | None = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    kept: BaseModel | dict[str, Any] | None = None

    def text(self) -> str:
        return to_json(self.body)


def to_json(body: BaseModel | dict[str, Any] | list[Any] | None) -> str:
    """The JSON text of an answer; nothing for None."""
    if body is None:
        return ""
    return body.model_dump_json(by_alias=True) if isinstance(body, BaseModel) else dumps(body)


@dataclass(slots=True)
class Call:
    """Handed to each route by its door."""

    house: House
    request: Request
    caller: Caller

    @property
    def project_id(self) -> str:
        assert self.caller.project_id is not None
        return self.caller.project_id

    def read(self, work: Callable[[Session], T]) -> T:
        return self.house.store.read(work)

    def need(self, permission: str) -> None:
        """For what depends on the body: raises Forbidden without the permission."""
        if not self.caller.may(permission):
            raise Forbidden()

    def change(self, work: Callable[[Session], Answer], *, wake: tuple[str, ...] = ()) -> Response:
        """Runs one durable change, once for each Idempotency-Key; the key's row is written with the effect."""
        mark = self._mark()

        def unit(session: Session) -> tuple[int, str, tuple[tuple[str, str], ...]]:
            if mark is not None:
                before = idempotency.begin(session, mark)
                if before is not None:
                    return before.status, before.response, (("Idempotent-Replay", "true"),)
            answer = work(session)
            if mark is not None:
                kept = to_json(answer.kept) if answer.kept is not None else answer.text()
                idempotency.finish(session, mark, answer.status, kept)
            return answer.status, answer.text(), answer.headers

        status, text, headers = self.house.store.write(unit)
        self.house.signals.fire(*wake)
        return Response(text, status, dict(headers), media_type="application/json" if text else None)

    def audit(self, session: Session, kind: str, subject: str, details: dict[str, Any] | None = None) -> None:
        """Adds an entry about what this caller does."""
        append(
            session,
            [
                row(
                    self.house.audit_key,
                    kind,
                    subject,
                    project_id=self.caller.project_id,
                    actor=self.caller.actor,
                    at=session.now,
                    details=details,
                )
            ],
        )

    def _mark(self) -> idempotency.Mark | None:
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            return None
        idempotency.check_key(key)
        body: bytes = getattr(self.request, "_body", b"")  # read before the route runs
        return idempotency.Mark(
            self.caller.project_id or "-",
            self.caller.actor,
            self.request.method,
            self.request.url.path[:300],
            key,
            hmac.new(self.house.mark_key, body + b"?" + self.request.url.query.encode(), hashlib.sha256).hexdigest(),
        )
