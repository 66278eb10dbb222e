"""The twin: answers the item endpoints from memory, as the server does, under rules a test writes down."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, assert_never  # Any: bodies are JSON

import httpx
from pydantic import ValidationError

from handrail.client.errors import AlreadyDecided, NotFound
from handrail.client.fields import OutputLike
from handrail.domain.event import is_wanted
from handrail.domain.item import Output
from handrail.domain.result import (
    Blocked,
    Outcome,
    Pending,
    Problem,
    Released,
    Result,
    ReviewSummary,
    RouteSummary,
    to_json,
)
from handrail.kit.clock import Clock, SystemClock, to_text
from handrail.kit.durations import parse_duration
from handrail.kit.errors import FieldFault
from handrail.kit.ids import new_id
from handrail.kit.jsons import BadJson, content_hash, dumps, parse_strict
from handrail.testing import recalls
from handrail.wire.items import SubmittedItem
from handrail.wire.recalling import AppealIn, OverrideIn, RecallIn

Default: TypeAlias = Literal["release", "block", "review"]
Verdict: TypeAlias = Literal["approve", "edit", "reject"]
Severity: TypeAlias = Literal["minor", "major", "critical"]
_LONGEST_WAIT_S = 60.0
_DRAFT = "Draft, an expert is reviewing it"


class Submitted(SubmittedItem):
    """An item as the twin got it: the fields of the contract, and its id."""

    item_id: str

    @property
    def text(self) -> str | None:
        """The text of the output, None for JSON and tool calls."""
        return Output(self.content).text

    @property
    def content(self) -> dict[str, Any]:
        """The output as the object that was sent; of the first candidate where there are several."""
        output = self.output if self.output is not None else (self.candidates or [])[0].output
        return output.model_dump(by_alias=True, exclude_unset=True)


@dataclass(frozen=True, slots=True)
class Then:
    """What happens to an item; made by `released`, `edited`, `blocked` and `pending`."""

    kind: Literal["release", "edit", "block", "review"]
    output: OutputLike | None = None
    reason: str = "as the test says"
    show: Literal["draft", "fallback", "nothing"] = "nothing"


def released(output: OutputLike | None = None) -> Then:
    """Released by the policy: as it was sent, or repaired to `output`."""
    return Then("release", output)


def edited(output: OutputLike) -> Then:
    """Released at once with a reviewer's edit."""
    return Then("edit", output)


def blocked(reason: str = "as the test says") -> Then:
    """Blocked by the policy; the item's own fallback is shown, if it has one."""
    return Then("block", reason=reason)


def pending(show: Literal["draft", "fallback", "nothing"] = "nothing") -> Then:
    """Waits for a person, until the test calls `decide`."""
    return Then("review", show=show)


_DEFAULTS: Mapping[Default, Then] = {"release": released(), "block": blocked(), "review": pending()}


@dataclass(slots=True)
class _Entry:
    item: Submitted
    fingerprint: str
    result: Result
    appeal: str | None = None  # the reason of one that nobody has decided yet


class World:
    """Items, rules and outcomes of one test; safe between threads."""

    def __init__(self, default: Default, clock: Clock | None = None) -> None:
        if default not in _DEFAULTS:
            raise ValueError(f"default is one of {', '.join(_DEFAULTS)}, not {default!r}")
        self.rules: list[tuple[Callable[[Submitted], object], Then]] = []
        self._default = _DEFAULTS[default]
        self._clock = clock or SystemClock()
        self._lock = threading.RLock()
        self._by_id: dict[str, _Entry] = {}
        self._by_key: dict[str, _Entry] = {}
        self._events: list[dict[str, Any]] = []

    def submitted(self) -> list[Submitted]:
        with self._lock:
            return [entry.item for entry in self._by_id.values()]

    def decide(
        self,
        item_id: str,
        verdict: Verdict,
        output: OutputLike | None,
        reason: str | None,
        severity: Severity | None,
        categories: tuple[str, ...],
    ) -> Outcome:
        if (verdict == "edit") != (output is not None):
            raise ValueError("an edit needs its output, and only an edit has one")
        with self._lock:
            entry = self._entry(item_id)
            if entry.appeal is not None and not isinstance(entry.result, Pending):
                return self._decide_appeal(entry, verdict, output, reason, severity, categories)
            if not isinstance(entry.result, Pending):
                message = "This item has its outcome already."
                raise AlreadyDecided(Problem(code="already_decided", message=message, status=409), None, entry.result)
            review = ReviewSummary(verdict=verdict, severity=severity)
            why = reason or "as the reviewer says"
            then = Then("block" if verdict == "reject" else "release", output, why)
            route = entry.result.route or _route("review")
            outcome = self._decided(entry.item, then, route, review)
            entry.result = replace(outcome, categories=categories)
            self._tell(entry)
            return entry.result

    def _decide_appeal(  # a verdict has that many parts
        self,
        entry: _Entry,
        verdict: Verdict,
        output: OutputLike | None,
        reason: str | None,
        severity: Severity | None,
        categories: tuple[str, ...],
    ) -> Outcome:
        assert not isinstance(entry.result, Pending)
        why, entry.appeal = reason or entry.appeal, None
        then = None if verdict == "reject" else entry.item.content if output is None else _whole(output)
        now = recalls.standing(entry.result)
        same = now is then if now is None or then is None else content_hash(now) == content_hash(then)
        if not same:
            entry.result = recalls.recalled(
                entry.result, "appeal", why, severity, categories, then, at=self._clock.now()
            )
        return entry.result

    def _follow(self, entry: _Entry, verb: str, body: Any) -> httpx.Response:
        """What may follow a decision: recall, override, appeal."""
        if isinstance(entry.result, Pending):
            return _refusal(409, "not_decided", "This item has no outcome yet, so nothing was given out.")
        if verb == "appeal":
            entry.appeal = AppealIn.model_validate(body).reason
            return httpx.Response(200, json={"item_id": entry.item.item_id, "outcome": to_json(entry.result)})
        given = OverrideIn.model_validate(body) if verb == "override" else RecallIn.model_validate(body)
        correction = recalls.correction_of(given)
        back = entry.result.recall
        if correction is None and back is not None and back.correction is None:
            return _refusal(409, "already_recalled", "This item is recalled already; send a correction.")
        entry.result = recalls.recalled(
            entry.result, verb, given.reason, given.severity, tuple(given.categories), correction, at=self._clock.now()
        )
        return httpx.Response(200, json=to_json(entry.result))

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The answer of the server to one request."""
        with self._lock:
            try:
                return self._answer(request)
            except NotFound as error:
                return _refusal(404, "not_found", error.message)
            except BadJson as error:
                return _refusal(400, "bad_json", f"The request cannot be read: {error}.")
            except ValidationError as error:
                return _refusal(422, "invalid", "The request is malformed; each field says what is wrong.", error)
            except _KeyMismatch as error:
                return _refusal(422, "key_mismatch", str(error))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path, params = request.url.path, request.url.params
        look = re.fullmatch(r"/v1/items/([^/]+)/outcome", path)
        if request.method == "POST" and path == "/v1/items":
            return self._post_item(request)
        if request.method == "POST" and path == "/v1/items/batch":
            return self._post_batch(request)
        follow = re.fullmatch(r"/v1/items/([^/]+)/(recall|override|appeal)", path)
        if request.method == "POST" and follow:
            return self._follow(self._entry(follow[1]), follow[2], parse_strict(request.content))
        if request.method == "GET" and look:
            return _respond(self._entry(look[1]).result, params.get("wait"), final=200)
        if request.method == "GET" and path in ("/v1/events", "/v1/events/stream"):
            return self._get_events(params, streamed=path.endswith("stream"))
        if request.method == "GET" and path == "/v1/outcomes":
            found = self._by_key.get(params.get("key", ""))
            return httpx.Response(200, json={"data": [to_json(found.result)] if found else [], "next_cursor": None})
        return _refusal(404, "not_found", "The twin of a test answers for items, outcomes and events only.")

    def _post_item(self, request: httpx.Request) -> httpx.Response:
        body = parse_strict(request.content)
        if isinstance(body, dict):
            body.setdefault("key", request.headers.get("Idempotency-Key"))
        entry, is_new = self._take(body)
        return _respond(entry.result, body.get("wait"), final=201 if is_new else 200, pending=202 if is_new else 200)

    def _post_batch(self, request: httpx.Request) -> httpx.Response:
        key = request.headers.get("Idempotency-Key", new_id())
        counts = {"rows": 0, "stored": 0, "repeated": 0, "failed": 0}
        lines: list[dict[str, Any]] = []
        for row, text in enumerate(request.content.splitlines(), start=1):
            counts["rows"] += 1
            answer, became = self._take_row(row, text, key)
            counts[became] += 1
            lines.append(answer)
        lines.append({"done": True, **counts})
        return httpx.Response(200, content="".join(dumps(line) + "\n" for line in lines))

    def _take_row(self, row: int, text: bytes, key: str) -> tuple[dict[str, Any], str]:
        try:
            body = parse_strict(text)
            if isinstance(body, dict):
                body.setdefault("key", f"{key}:{row}")
            entry, is_new = self._take(body)
        except (BadJson, ValidationError, _KeyMismatch) as error:
            code = "key_mismatch" if isinstance(error, _KeyMismatch) else "invalid"
            fields = _fields(error) if isinstance(error, ValidationError) else ()
            problem = Problem(code=code, message="This row was refused.", status=422, fields=fields)
            return {"row": row, "error": to_json(problem)}, "failed"
        result = entry.result
        answer = {"row": row, "key": entry.item.key, "item_id": result.item_id, "status": result.status}
        return answer, "stored" if is_new else "repeated"

    def _take(self, body: Any) -> tuple[_Entry, bool]:
        """The entry of this item, and whether it is new. Raises ValidationError or _KeyMismatch."""
        item = SubmittedItem.model_validate(body)
        fingerprint = content_hash({name: one for name, one in body.items() if name not in {"key", "wait"}})
        known = self._by_key.get(item.key) if item.key is not None else None
        if known is not None:
            if known.fingerprint != fingerprint:
                raise _KeyMismatch("This key came with other content before; take a new key for a new item.")
            return known, False
        seen = Submitted.model_validate({**body, "item_id": new_id()})
        entry = _Entry(seen, fingerprint, self._routed(seen))
        self._by_id[seen.item_id] = entry
        if seen.key is not None:
            self._by_key[seen.key] = entry
        self._tell(entry)
        return entry, True

    def _tell(self, entry: _Entry) -> None:
        """Adds the event of what just became of an item."""
        result, id = entry.result, entry.item.item_id
        pending = isinstance(result, Pending)
        data: dict[str, Any] = {"item": {"item_id": id}} if pending else {"result": to_json(result)}
        envelope = {
            "specversion": "1.0",
            "id": new_id(),
            "source": "/projects/test",
            "type": "item.escalated" if pending else f"item.{result.status}",
            "subject": id,
            "time": to_text(self._clock.now()),
            "datacontenttype": "application/json",
        }
        sequence = sum(one["subject"] == id for one in self._events) + 1
        self._events.append(envelope | {"data": {"version": 1, "sequence": sequence} | data})

    def _get_events(self, params: httpx.QueryParams, *, streamed: bool) -> httpx.Response:
        """What has happened, from the first event where none is named. A stream says 204 once there is no more: then
        whoever follows it stops, because nothing happens while a test waits."""
        after, wanted = params.get("after"), (params.get("type") or "*").split(",")
        ids = [one["id"] for one in self._events]
        if after is not None and after not in ids:
            return _refusal(400, "bad_cursor", "There is no such event in this project; begin without `after`.")
        rest = self._events[ids.index(after) + 1 :] if after is not None else self._events
        found = [one for one in rest if is_wanted(one["type"], wanted)]
        if not streamed:
            return httpx.Response(200, json={"data": found, "next_cursor": None})
        if not found:
            return httpx.Response(204)
        lines = "".join(f"id: {one['id']}\nevent: {one['type']}\ndata: {dumps(one)}\n\n" for one in found)
        return httpx.Response(200, content=lines, headers={"Content-Type": "text/event-stream"})

    def _routed(self, item: Submitted) -> Result:
        then = next((then for holds, then in self.rules if holds(item)), self._default)
        match then.kind:
            case "review":
                return _pending(item, then)
            case "edit":
                return self._decided(item, then, _route("review"), ReviewSummary(verdict="edit"))
            case "block" | "release":
                return self._decided(item, then, _route(then.kind), None)
            case _:
                assert_never(then.kind)

    def _decided(self, item: Submitted, then: Then, route: RouteSummary, review: ReviewSummary | None) -> Outcome:
        frame = _frame(item, then, route, review) | {"decided_at": self._clock.now()}
        frame |= {"decided_by": "policy" if review is None else "review"}
        if then.kind == "block":
            show: Literal["fallback", "nothing"] = "nothing" if item.fallback is None else "fallback"
            return Blocked(source="auto" if review is None else "human", text=item.fallback, show=show, **frame)
        output = item.content if then.output is None else _whole(then.output)
        changed = "repaired" if review is None else "edited"
        same = "auto" if review is None else "human"
        return Released(
            source=same if then.output is None else changed,  # type: ignore[arg-type]  # one of the four words above
            output=output,
            text=Output(output).text,
            content_hash=content_hash(output),
            **frame,
        )

    def _entry(self, item_id: str) -> _Entry:
        entry = self._by_id.get(item_id)
        if entry is None:
            message = "There is nothing here, or it is not yours to see."
            raise NotFound(Problem(code="not_found", message=message, status=404))
        return entry


class _KeyMismatch(Exception):
    pass


def _pending(item: Submitted, then: Then) -> Pending:
    frame = _frame(item, then, _route("review"), None)
    if then.show == "draft":
        output = item.content
        text, digest = Output(output).text, content_hash(output)
        return Pending(show="draft", label=_DRAFT, text=text, output=output, content_hash=digest, **frame)
    if then.show == "fallback" and item.fallback is not None:
        return Pending(show="fallback", text=item.fallback, **frame)
    return Pending(show="nothing", **frame)


def _frame(item: Submitted, then: Then, route: RouteSummary, review: ReviewSummary | None) -> dict[str, Any]:
    """What all three kinds of result have."""
    return {
        "item_id": item.item_id,
        "key": item.key,
        "reason": then.reason,
        "route": route,
        "review": review,
        "reference": item.deliver.reference if item.deliver else None,
    }


def _route(action: Literal["release", "block", "review"]) -> RouteSummary:
    queue = "test" if action == "review" else None
    return RouteSummary(action=action, rule="test", queue=queue, policy_version=1, autonomy="exception")


def _whole(output: OutputLike) -> dict[str, Any]:
    return {"type": "text", "text": output} if isinstance(output, str) else dict(output)


def _respond(result: Result, wait: str | None, *, final: int, pending: int = 202) -> httpx.Response:
    """What is pending is answered at once, saying how long the server would have held it."""
    if not isinstance(result, Pending):
        return httpx.Response(final, json=to_json(result))
    took_s = min(parse_duration(wait).total_seconds(), _LONGEST_WAIT_S) if wait else 0.0
    return httpx.Response(pending, json=to_json(result), extensions={"took_s": took_s})


def _refusal(status: int, code: str, message: str, error: ValidationError | None = None) -> httpx.Response:
    fields = _fields(error) if error is not None else ()
    problem = Problem(code=code, message=message, status=status, fields=fields, docs=f"/docs/errors#{code}")
    return httpx.Response(status, json={"error": to_json(problem)})


def _fields(error: ValidationError) -> tuple[FieldFault, ...]:
    return tuple(
        FieldFault(
            path="/" + "/".join(str(part) for part in one["loc"]),
            code="unknown_field" if one["type"] == "extra_forbidden" else one["type"],
            message=one["msg"],
        )
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    )
