"""What each call of the SDK sends and how it reads the answer. No sockets: see `exchange.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias  # Any: items and answers are JSON
from urllib.parse import quote

from handrail.client.encode import to_bytes
from handrail.client.errors import NotFound, RateLimited, ServerError, StillPending, Unreachable, api_error
from handrail.client.exchange import Answer, Budget, Operation, Pause, Request, Retrying
from handrail.client.exporting import Exporting, Manifest
from handrail.client.following import Following, follow
from handrail.domain.result import Outcome, Pending, Problem, Result, Row, parse_problem, parse_result
from handrail.kit.durations import duration_text, parse_duration
from handrail.kit.jsons import loads

IfUnreachable: TypeAlias = Literal["raise", "fallback"]
Fields: TypeAlias = Mapping[str, Any]

LONGEST_WAIT_S = 60.0  # what the server holds one request for
_HASTY_S = 1.0  # a server that answers "pending" sooner than it was asked to is not asked again at once
_BATCH_WAIT_S = 60.0  # many rows take longer than one
_BATCH_BYTES = 8 * 1024 * 1024
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Line:
    """One item of many, ready to be sent; `row` counts from 1 over the whole run."""

    row: int
    key: str
    body: bytes
    refused: Problem | None = None  # it could not even be encoded


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes the operations. `new_key` gives a fresh idempotency key."""

    retrying: Retrying
    new_key: Callable[[], str]

    def submit(self, fields: Fields, wait: str, unreachable: IfUnreachable = "raise") -> Operation[Result]:
        """Stores the item and waits up to `wait` for its outcome, in as many requests as that takes.

        With `unreachable="fallback"` a server that cannot be had right now gives Pending with the item's own fallback.
        """
        budget = Budget(_seconds(wait))
        item = _with_key(fields, self.new_key)
        try:
            result = yield from self._store(item, budget)
        except (Unreachable, RateLimited, ServerError) as error:
            if unreachable == "raise":
                raise
            return _fallback(item, error)
        try:
            return (yield from self._until_decided(result, budget))
        except (Unreachable, RateLimited, ServerError):
            return result  # it is stored and was pending when last seen

    def outcome(self, item_id: str | None, key: str | None) -> Operation[Result]:
        """One look at an item, named by its id or by its key. Raises NotFound."""
        if (item_id is None) == (key is None):
            raise ValueError("name the item by item_id or by key, one of the two")
        if item_id is not None:
            return (yield from self._look(item_id, Budget(0.0)))
        request = Request("GET", "/v1/outcomes", params={"key": str(key), "limit": "1"})
        answer = yield from self.retrying.exchange(lambda: request, Budget(0.0))
        found = _of(answer, "data")
        if not found:
            raise NotFound(Problem(code="not_found", message=f"No item has the key {key!r}.", status=404))
        return _result(found[0])

    def wait(self, item_id: str | None, key: str | None, timeout: str) -> Operation[Outcome]:
        """The outcome as soon as there is one. Raises StillPending after `timeout`.

        Once the server has answered, an outage is sat out as long as the time lasts.
        """
        budget = Budget(_seconds(timeout))
        result = yield from self.outcome(item_id, key)
        result = yield from self._until_decided(result, budget, patient=True)
        if isinstance(result, Pending):
            raise StillPending(result)
        return result

    def take_back(self, item_id: str, verb: Literal["recall", "override"], fields: Fields) -> Operation[Result]:
        """Takes an outcome back, with a correction or without; the result carries the recall."""
        answer = yield from self._follow(item_id, verb, fields)
        return _result(answer.json)

    def appeal(self, item_id: str, fields: Fields) -> Operation[Result]:
        """Asks for another look; the result, which stands until somebody else comes to another one."""
        answer = yield from self._follow(item_id, "appeal", fields)
        return _result(_of(answer, "outcome"))

    def _follow(self, item_id: str, verb: str, fields: Fields) -> Operation[Answer]:
        headers = {"Content-Type": "application/json"}
        path = f"/v1/items/{quote(item_id, safe='')}/{verb}"
        return (yield from self.request(Request("POST", path, {}, headers, to_bytes(_present(fields)))))

    def batch(self, lines: Sequence[Line]) -> Operation[list[Row]]:
        """What became of each line, in order. Rows refused for the moment only are sent again under their key."""
        rows = {one.row: Row(row=one.row, key=one.key, error=one.refused) for one in lines if one.refused}
        open_lines = [line for line in lines if not line.refused]
        for failures in range(self.retrying.retries + 1):
            if open_lines:
                rows |= yield from self._send_lines(open_lines)
            open_lines = [line for line in open_lines if _may_be_repeated(rows[line.row])]
            if not open_lines or failures == self.retrying.retries:
                break
            yield Pause(self.retrying.back_off_s(failures))
        return [rows[line.row] for line in lines]

    def request(self, request: Request) -> Operation[Answer]:
        """Any request, with a key of its own if it changes something."""
        headers = dict(request.headers)
        if request.method in _CHANGING:
            headers.setdefault("Idempotency-Key", self.new_key())
        keyed = Request(request.method, request.path, request.params, headers, request.body, request.wait_s)
        return (yield from self.retrying.exchange(lambda: keyed, Budget(0.0)))

    def follow(self, types: tuple[str, ...], after: str | None) -> Following:
        """Events as they happen; see `following.py`."""
        return follow(self.retrying, types, after)

    def export(self, format: str, path: str | Path, filters: Fields, *, masked: bool) -> Operation[Manifest]:
        """Decided items as files in a folder; see `exporting.py`."""
        return (yield from Exporting(self.request).run(format, path, filters, masked=masked))

    # --- the steps of a call ---

    def _store(self, item: Fields, budget: Budget) -> Operation[Result]:
        body = to_bytes(item)
        headers = {"Idempotency-Key": item["key"], "Content-Type": "application/json"}

        def ask() -> Request:
            wait_s = min(budget.left_s, LONGEST_WAIT_S)
            # `wait` is spliced in: a repeat asks for what is left of it, and encoding 2 MiB anew would be for nothing.
            return Request(
                "POST", "/v1/items", {}, headers, body[:-1] + b',"wait":"%s"}' % _text(wait_s).encode(), wait_s
            )

        answer = yield from self.retrying.exchange(ask, budget)
        return _result(answer.json)

    def _look(self, item_id: str, budget: Budget, *, patient: bool = False) -> Operation[Result]:
        def ask() -> Request:
            wait_s = min(budget.left_s, LONGEST_WAIT_S)
            params = {"wait": _text(wait_s)} if wait_s else {}
            return Request("GET", f"/v1/items/{quote(item_id, safe='')}/outcome", params, wait_s=wait_s)

        answer = yield from self.retrying.exchange(ask, budget, patient=patient)
        return _result(answer.json)

    def _until_decided(self, result: Result, budget: Budget, *, patient: bool = False) -> Operation[Result]:
        while isinstance(result, Pending) and result.item_id is not None and budget.left_s > 0:
            before = budget.left_s
            result = yield from self._look(result.item_id, budget, patient=patient)
            rest = min(budget.left_s, _HASTY_S - (before - budget.left_s))
            if isinstance(result, Pending) and rest > 0:
                yield Pause(rest)
                budget.spend(rest)
        return result

    def _send_lines(self, lines: Sequence[Line]) -> Operation[dict[int, Row]]:
        headers = {"Idempotency-Key": self.new_key(), "Content-Type": "application/x-ndjson"}
        body = b"".join(line.body + b"\n" for line in lines)
        request = Request("POST", "/v1/items/batch", {}, headers, body, _BATCH_WAIT_S)
        answer = yield from self.retrying.exchange(lambda: request, Budget(0.0), is_whole=_is_done)
        return _rows(answer, lines)


class Batches:
    """Gathers items into batches of at most `size` rows and about 8 MiB, each row under a key that it keeps."""

    def __init__(self, size: int, run_key: str) -> None:
        if size < 1:
            raise ValueError("a batch has at least one row")
        self._size = size
        self._run_key = run_key
        self._row = 0
        self._lines: list[Line] = []
        self._bytes = 0

    def add(self, item: Fields) -> list[Line]:
        """The lines to send now, none while the batch has room."""
        self._row += 1
        line = _line(self._row, str(item.get("key") or f"{self._run_key}:{self._row}"), item)
        full = self.rest() if self._lines and self._bytes + len(line.body) > _BATCH_BYTES else []
        self._lines.append(line)
        self._bytes += len(line.body)
        return full or (self.rest() if len(self._lines) >= self._size else [])

    def rest(self) -> list[Line]:
        """What has been gathered and not yet given out."""
        lines, self._lines, self._bytes = self._lines, [], 0
        return lines


def _line(row: int, key: str, item: Fields) -> Line:
    try:
        return Line(row, key, to_bytes(_present(item) | {"key": key}))
    except ValueError as error:
        return Line(row, key, b"", Problem(code="invalid", message=str(error), status=422))


def _present(fields: Fields) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _with_key(fields: Fields, new_key: Callable[[], str]) -> dict[str, Any]:
    item = _present(fields)
    key = item.setdefault("key", new_key())
    if not (
        isinstance(key, str) and 0 < len(key) <= 255 and key == key.strip() and key.isascii() and key.isprintable()
    ):
        raise ValueError("a key has 1 to 255 printable ASCII characters and no space at either end")
    return item


def _fallback(item: Fields, error: Exception) -> Pending:
    text = item.get("fallback")
    show: Literal["fallback", "nothing"] = "nothing" if text is None else "fallback"
    return Pending(item_id=None, key=item["key"], text=text, show=show, reason=f"Nobody has looked at it: {error}")


def _seconds(wait: str) -> float:
    return parse_duration(wait).total_seconds()


def _text(seconds: float) -> str:
    return duration_text(timedelta(seconds=seconds))


def _result(data: Any) -> Result:
    try:
        return parse_result(data)
    except ValueError:
        raise _strange() from None


def _strange() -> Unreachable:
    return Unreachable("The answer has not the form of Handrail's; check the address and the versions.")


def _of(answer: Answer, name: str) -> Any:
    body = answer.json
    if not isinstance(body, dict) or name not in body:
        raise _strange()
    return body[name]


def _ndjson(answer: Answer) -> list[dict[str, Any]]:
    return [loads(line) for line in answer.body.splitlines() if line.strip()]


def _is_done(answer: Answer) -> bool:
    """Whether the last line of a 2xx answer counts the others or refuses them all; without it the answer broke off."""
    if answer.status >= 300:
        return True
    try:
        last = _ndjson(answer)[-1]
        return bool(last.get("done")) or (last["row"] is None and not last["error"].get("retry"))
    except (ValueError, LookupError, TypeError, AttributeError):
        return False


def _rows(answer: Answer, lines: Sequence[Line]) -> dict[int, Row]:
    """The server numbers the rows of one body; ours run over all bodies."""
    try:
        *answered, last = _ndjson(answer)
        if "error" in last:
            raise api_error(parse_problem(last["error"]))
        answered.sort(key=lambda one: int(one["row"]))
        return {line.row: _row(line, one) for line, one in zip(lines, answered, strict=True)}
    except (ValueError, LookupError, TypeError):
        raise _strange() from None


def _row(line: Line, answered: dict[str, Any]) -> Row:
    if "error" in answered:
        return Row(row=line.row, key=line.key, error=parse_problem(answered["error"]))
    repeated = bool(answered.get("repeated", False))
    return Row(row=line.row, key=line.key, item_id=answered["item_id"], status=answered["status"], repeated=repeated)


def _may_be_repeated(row: Row) -> bool:
    return row.error is not None and row.error.retry
