"""The errors people meet. One shape everywhere: code, sentence, status, whether to try again, fields.

    HandrailFault
    ├── BadRequest 400      unreadable
    ├── Unauthenticated 401
    ├── Forbidden 403
    ├── NotFound 404        not there, or not yours to see
    ├── Conflict 409        readable, but the state forbids
    ├── Precondition 412, 428
    ├── TooLarge 413
    ├── Invalid 422         malformed
    ├── TooMany 429         retry
    └── Unavailable 503     retry

The docstring of an error is its message: one sentence that says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One thing that is wrong at one place. `path` is a JSON Pointer, or dotted in policies."""

    path: str
    code: str
    message: str
    line: int | None = None
    column: int | None = None
    suggestion: str | None = None


class HandrailFault(Exception):
    """Something went wrong in Handrail itself; the request id leads to the log."""

    status: ClassVar[int] = 500
    code: str = "internal"
    retry: ClassVar[bool] = False

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        fields: tuple[FieldFault, ...] = (),
        retry_after_s: int | None = None,
        extra: dict[str, Any] | None = None,  # Any: JSON for the answer, such as the Result that won
    ) -> None:
        self.message = message or " ".join((type(self).__doc__ or "").split())
        self.code = code or type(self).code
        self.fields = fields
        self.retry_after_s = retry_after_s
        self.extra = extra or {}
        super().__init__(self.message)


class BadRequest(HandrailFault):
    """The request cannot be read."""

    status = 400
    code = "bad_json"


class Unauthenticated(HandrailFault):
    """Sign in, or send an API key as "Authorization: Bearer hrk_..."."""

    status = 401
    code = "unauthenticated"


class Forbidden(HandrailFault):
    """Your role does not allow this; an admin of the project can give it to you."""

    status = 403
    code = "forbidden"


class NotFound(HandrailFault):
    """There is nothing here, or it is not yours to see."""

    status = 404
    code = "not_found"


class Conflict(HandrailFault):
    """The state it is in does not allow this; load it again."""

    status = 409
    code = "conflict"


class Stale(HandrailFault):
    """It was changed since you read it; load it again and repeat your change."""

    status = 412
    code = "stale"


class IfMatchRequired(HandrailFault):
    """Send the ETag you read in the header If-Match, so that no change of another is lost."""

    status = 428
    code = "if_match_required"


class TooLarge(HandrailFault):
    """The request is larger than this server takes."""

    status = 413
    code = "too_large"


class Invalid(HandrailFault):
    """The request is malformed; each field says what is wrong."""

    status = 422
    code = "invalid"


class TooMany(HandrailFault):
    """Too many requests; wait as long as Retry-After says."""

    status = 429
    code = "rate_limited"
    retry = True


class Unavailable(HandrailFault):
    """The server cannot do this right now; try again with the same key."""

    status = 503
    code = "unavailable"
    retry = True


class Overloaded(Unavailable):
    """The server has more to do than it can take; try again with the same key."""

    code = "overloaded"


class StorageFull(HandrailFault):
    """The disk of the server is full; nothing was stored. Try again once there is room."""

    status = 507
    code = "storage_full"
    retry = True
