"""What a call may raise.

HandrailError
├── Unreachable            no answer, after all retries with the same key
├── StillPending           .result
├── OutputBlocked          .result
├── BadSignature           a call that is not, or no longer, from Handrail
└── ApiError               .code .message .status .retry .fields .request_id .docs
    ├── BadRequest         400 405 408 415
    ├── Unauthenticated    401
    ├── Forbidden          403
    ├── NotFound           404 410
    ├── Stale              412 428
    ├── TooLarge           413
    ├── RateLimited        429
    ├── Conflict           409
    │   ├── LeaseLost
    │   └── AlreadyDecided     .result
    ├── Invalid            422
    │   ├── KeyMismatch
    │   └── BadPolicy
    └── ServerError        500
        └── Unavailable    503 507
"""

from __future__ import annotations

from handrail.domain.result import Blocked, Pending, Problem, Released, Result
from handrail.kit.errors import FieldFault


class HandrailError(Exception):
    """Something Handrail could not do for you; the message says what to do next."""


class Unreachable(HandrailError):
    """No answer came back. Repeat the call with the same `key`: if the item did arrive, you get its result."""

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(message, key)
        self.key = key

    def __str__(self) -> str:
        return str(self.args[0])


class StillPending(HandrailError):
    """The time is over and nobody has decided yet; `result` says what may be shown meanwhile."""

    def __init__(self, result: Pending) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        return f"Item {self.result.item_id} is still pending ({self.result.reason}); wait again, or show result.text."


class OutputBlocked(HandrailError):
    """The output must not go out; `result` says why, and what may be shown instead."""

    def __init__(self, result: Blocked | Released) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        recall = self.result.recall
        if recall is not None:
            return f"Item {self.result.item_id} was recalled ({recall.reason or recall.why}); do not show it."
        return f"Item {self.result.item_id} was blocked ({self.result.reason}); show result.text instead."


class BadSignature(HandrailError):
    """This call does not come from Handrail, was changed on its way, or is too old; answer 400 and do nothing."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((type(self).__doc__ or "").split()))


class ApiError(HandrailError):
    """The server said no. Match `code`, show `message`; `retry` says whether the same call may succeed later."""

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        super().__init__(problem, retry_after)
        self.code = problem.code
        self.message = problem.message
        self.status = problem.status
        self.retry = problem.retry
        self.fields: tuple[FieldFault, ...] = problem.fields
        self.request_id = problem.request_id
        self.docs = problem.docs
        self.retry_after = retry_after  # seconds the server asked to wait, None when it did not say

    def __str__(self) -> str:
        places = "".join(f"\n  {one.path}: {one.message} [{one.code}]" for one in self.fields)
        request = f", request {self.request_id}" if self.request_id else ""
        return f"{self.message} [{self.code}{request}]{places}"


class BadRequest(ApiError):
    """The server could not read the request."""


class Unauthenticated(ApiError):
    """The key is missing, wrong or revoked, or the session ended."""


class Forbidden(ApiError):
    """The key's scopes or the person's roles do not allow this."""


class NotFound(ApiError):
    """Not there, or not yours to see."""


class Stale(ApiError):
    """It was changed since it was read, or the ETag was not sent."""


class TooLarge(ApiError):
    """The request is larger than the server takes."""


class RateLimited(ApiError):
    """Too many requests, also after the retries."""


class Conflict(ApiError):
    """Readable, but the state forbids it."""


class LeaseLost(Conflict):
    """Somebody else holds the item now."""


class AlreadyDecided(Conflict):
    """The item has its outcome; `result` holds it where the server sent it."""

    def __init__(self, problem: Problem, retry_after: float | None = None, result: Result | None = None) -> None:
        super().__init__(problem, retry_after)
        self.result = result


class Invalid(ApiError):
    """The request is malformed; `fields` says where and why."""


class KeyMismatch(Invalid):
    """The same key came with other content before."""


class BadPolicy(Invalid):
    """The policy does not hold together; `fields` names each place."""


class ServerError(ApiError):
    """The server failed; `request_id` leads to its log."""


class Unavailable(ServerError):
    """The server cannot do this right now, also after the retries."""


_BY_CODE: dict[str, type[ApiError]] = {
    "lease_lost": LeaseLost,
    "already_decided": AlreadyDecided,
    "key_mismatch": KeyMismatch,
    "bad_policy": BadPolicy,
}
_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: BadRequest,
    408: BadRequest,
    409: Conflict,
    410: NotFound,
    412: Stale,
    413: TooLarge,
    415: BadRequest,
    422: Invalid,
    428: Stale,
    429: RateLimited,
    503: Unavailable,
    507: Unavailable,
}


def api_error(problem: Problem, retry_after: float | None = None, result: Result | None = None) -> ApiError:
    """The error of the right kind: by code where a code has a class of its own, else by status.

    >>> type(api_error(Problem(code="lease_lost", message="Reload.", status=409))).__name__
    'LeaseLost'
    >>> type(api_error(Problem(code="a_newer_word", message="No.", status=418))).__name__
    'ApiError'
    """
    kind = _BY_CODE.get(problem.code) or _BY_STATUS.get(problem.status)
    if kind is None:
        kind = ServerError if problem.status >= 500 else ApiError
    if kind is AlreadyDecided:
        return AlreadyDecided(problem, retry_after, result)
    return kind(problem, retry_after)
