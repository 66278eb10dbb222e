"""One request until it has an answer: what to send, when to try again, when to give up. No sockets, no clock.

An `Operation` is a generator. It yields a `Request` and is sent back an `Answer` or `Lost`; it yields a `Pause` and is
resumed after it. The two shells in `shells.py` perform these steps, one blocking, one awaiting, so that retries, waits
and keys are written and tested once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, TypeAlias, TypeVar  # Any: an answer's body is JSON

from handrail.client.errors import ApiError, Unreachable, api_error
from handrail.domain.result import Problem, Result, parse_problem, parse_result
from handrail.kit.jsons import loads

LONGEST_PAUSE_S = 60.0
_FIRST_PAUSE_S = 0.25
_LONGEST_BACK_OFF_S = 8.0
_TRANSIENT = frozenset({429, 502, 503, 504, 507})
_PROXY = frozenset({502, 504})


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `wait_s` is how long the server may hold it; it comes on top of the time-out."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # a session's token may be among them
    body: bytes | None = field(default=None, repr=False)
    wait_s: float = 0.0

    @property
    def key(self) -> str | None:
        """The idempotency key it is sent under, the same on every try."""
        return self.headers.get("Idempotency-Key")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    took_s: float = 0.0

    @property
    def json(self) -> Any:
        """The body's value, None when it is empty. Raises Unreachable for what is no JSON, so not Handrail's."""
        if not self.body:
            return None
        try:
            return loads(self.body)
        except ValueError:
            raise Unreachable(
                f"The answer ({self.status}, {self.headers.get('content-type', 'no type')}) is not Handrail's; "
                "check the address."
            ) from None

    @property
    def etag(self) -> str | None:
        """What to send back as `If-Match`."""
        return self.headers.get("etag")


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole answer came; `why` is a sentence. The request may have had its effect all the same."""

    why: str
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Go on after this many seconds."""

    seconds: float


T = TypeVar("T")
Operation: TypeAlias = Generator[Request | Pause, Answer | Lost | None, T]


class Budget:
    """Seconds that are left for waiting. Time is counted from what the steps took, so a test needs no clock."""

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds

    def spend(self, seconds: float) -> None:
        self.left_s = max(0.0, self.left_s - seconds)


@dataclass(frozen=True, slots=True)
class Retrying:
    """How often and how long apart a request is repeated. `chance` gives numbers in [0, 1)."""

    retries: int
    chance: Callable[[], float]

    def exchange(
        self,
        ask: Callable[[], Request],
        budget: Budget,
        *,
        patient: bool = False,
        is_whole: Callable[[Answer], bool] = lambda _: True,
    ) -> Operation[Answer]:
        """The answer to what `ask` makes, which is asked afresh before each try.

        Tried again: no answer, one that broke off, 429, 502-504, 507, a 5xx marked `retry`, and a key of ours whose
        first request still runs; never another 4xx. `patient` goes on as long as the budget lasts. Raises Unreachable
        or ApiError.
        """
        failures = 0
        while True:
            request = ask()
            reply = yield request
            assert reply is not None  # a shell answers each request
            budget.spend(reply.took_s)
            if isinstance(reply, Answer) and not is_whole(reply):
                reply = Lost("the answer broke off", reply.took_s)
            if isinstance(reply, Answer) and not _is_transient(reply):
                return reply if reply.status < 300 else refuse(reply, request.key)
            pause = self._pause_s(reply, failures)
            failures += 1
            if pause > LONGEST_PAUSE_S or (failures > self.retries and not (patient and budget.left_s > 0)):
                refuse(reply, request.key, tries=failures)
            yield Pause(pause)
            budget.spend(pause)

    def back_off_s(self, failures: int) -> float:
        """Doubling from a quarter of a second up to eight, shortened by up to a half at random."""
        longest = min(_LONGEST_BACK_OFF_S, _FIRST_PAUSE_S * 2.0 ** min(failures, 10))
        return longest * (0.5 + self.chance() / 2)

    def _pause_s(self, reply: Answer | Lost, failures: int) -> float:
        asked = _retry_after_s(reply) if isinstance(reply, Answer) else None
        back_off = self.back_off_s(failures)
        return back_off if asked is None else asked + back_off * self.chance()


def _is_transient(answer: Answer) -> bool:
    if answer.status in _TRANSIENT:
        return True
    if answer.status == 409:
        return _error_of(answer).code == "key_in_progress"
    return answer.status >= 500 and _error_of(answer).retry


def _retry_after_s(answer: Answer) -> float | None:
    """Seconds the server asks for: a number, or a date held against the answer's own `Date`."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        span = parsedate_to_datetime(text) - parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, span.total_seconds())


def refuse(reply: Answer | Lost, key: str | None, tries: int = 1) -> NoReturn:
    """Raises what this reply means for the caller."""
    times = f" ({tries} tries)" if tries > 1 else ""
    if isinstance(reply, Lost):
        raise Unreachable(f"{reply.why}{times}.", key)
    if reply.status < 400:
        where = reply.headers.get("location", "nowhere").split("?")[0]
        raise Unreachable(f"The address leads elsewhere ({reply.status} to {where}); use that one.", key)
    if reply.status in _PROXY and _body_of_error(reply) is None:
        raise Unreachable(f"The proxy before Handrail answers {reply.status}; Handrail itself did not{times}.", key)
    raise _api_error(reply)


def _api_error(answer: Answer) -> ApiError:
    problem = _error_of(answer)
    beside = _body_of_error(answer) or {}
    result: Result | None = None
    if isinstance(beside.get("result"), dict):
        try:
            result = parse_result(beside["result"])
        except ValueError:
            result = None  # an error stays an error, whatever stands beside it
    return api_error(problem, _retry_after_s(answer), result)


def _error_of(answer: Answer) -> Problem:
    body = _body_of_error(answer)
    if body is not None:
        try:
            return parse_problem(body["error"])
        except ValueError:
            pass
    message = f"The answer is {answer.status} without a word of Handrail's; check the address."
    return Problem(code=f"http_{answer.status}", message=message, status=answer.status)


def _body_of_error(answer: Answer) -> dict[str, Any] | None:
    try:
        body = loads(answer.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) and isinstance(body.get("error"), dict) else None
