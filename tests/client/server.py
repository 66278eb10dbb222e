"""A small server with real sockets that answers as the contract says, and fails when a test tells it to.

Written against the contract and not with the SDK's own types, so that the two can disagree.
"""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import rfc8785
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from handrail.kit.ids import new_id

KEY = "hrk_abcd1234_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"  # an example, made for these tests
# fmt: off
FIELDS = {
    "output", "candidates", "prompt", "messages", "confidence", "context", "key", "domain", "task", "model",
    "prompt_version", "language", "metadata", "attempts", "reasoning", "end_user", "scores", "consequence",
    "attachments", "group", "run", "trace", "wait", "deadline", "fallback", "deliver", "audit"
}
# fmt: on


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class State:
    """What the server keeps, and what it was told to do wrong."""

    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    contents: dict[str, Any] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    faults: deque[Response] = field(default_factory=deque)
    broken_rows: deque[dict[str, Any]] = field(default_factory=deque)
    cut_batches: int = 0
    longest_hold_s: float = 60.0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def decide(self, item_id: str, verdict: str, output: Any = None) -> None:
        with self.changed:
            result = self.results[item_id]
            text = result["text"] if output is None else output
            review = {"verdict": verdict, "severity": None, "reviews": 1, "adjudicated": False}
            review |= {"choice": None, "ranking": None}
            result |= {
                "review": review,
                "decided_by": "review",
                "decided_at": "2026-11-21T12:10:03.000Z",
                "label": None,
            }
            if verdict == "reject":
                fallback = self.contents[item_id].get("fallback")
                shown = {"text": fallback, "show": "fallback" if fallback else "nothing"}
                result |= {"status": "blocked", "source": "human", "output": None, "content_hash": None, **shown}
            else:
                source = "edited" if verdict == "edit" else "human"
                result |= {"status": "released", "source": source, "show": None, **_content(_object(text))}
            self.changed.notify_all()


def _object(output: Any) -> dict[str, Any]:
    return {"type": "text", "text": output} if isinstance(output, str) else dict(output)


def _content(output: dict[str, Any]) -> dict[str, Any]:
    digest = "sha256:" + hashlib.sha256(rfc8785.dumps(output)).hexdigest()
    return {"output": output, "text": output.get("text", output.get("content")), "content_hash": digest}


def _error(status: int, code: str, message: str, **more: Any) -> JSONResponse:
    headers = {"Retry-After": more.pop("retry_after")} if "retry_after" in more else {}
    body = {"code": code, "message": message, "status": status, "retry": status >= 500 or status == 429}
    body |= {"fields": [], "request_id": "0197a3c0-0000-7000-8000-000000000001", "docs": f"/docs/errors#{code}"} | more
    return JSONResponse({"error": body}, status_code=status, headers=headers)


def fault(status: int, code: str, **more: Any) -> Response:
    """An error the server will answer once."""
    return _error(status, code, "As the test asked.", **more)


def _refused(item: dict[str, Any]) -> list[dict[str, Any]]:
    unknown = [name for name in item if name not in FIELDS]
    faults = [("/" + name, "unknown_field", f"There is no field {name}.") for name in unknown]
    if ("output" in item) == ("candidates" in item):
        faults.append(("", "value_error", "send `output` or `candidates`, one of the two"))
    if not 0 <= item.get("confidence", 0) <= 1:
        faults.append(("/confidence", "less_than_equal", "At most 1."))
    return [
        {"path": path, "line": None, "column": None, "code": code, "message": message, "suggestion": None}
        for path, code, message in faults
    ]


def _route(action: str) -> dict[str, Any]:
    return {
        "action": action,
        "rule": action,
        "queue": "people" if action == "review" else None,
        "values": {"task": action},
        "policy_version": 1,
        "autonomy": "exception",
        "probability": 1.0,
        "audit": None,
    }


def _result(item: dict[str, Any], item_id: str) -> dict[str, Any]:
    """Tasks steer: `to_person` is reviewed, `to_block` blocked, the rest released."""
    common = {
        "item_id": item_id,
        "key": item["key"],
        "reason": "as the task says",
        "categories": [],
        "review": None,
        "reference": (item.get("deliver") or {}).get("reference"),
        "due_at": None,
        "late": False,
        "recall": None,
        "a_field_of_a_newer_server": {"x": 1},
    }
    output = _object(item["output"] if "output" in item else item["candidates"][0]["output"])
    decided = {"decided_by": "policy", "decided_at": "2026-11-21T11:43:57.000Z"}
    more: dict[str, Any]
    match item.get("task"):
        case "to_person":
            more = {"status": "pending", "source": None, "decided_by": None, "decided_at": None, "show": "draft"}
            more |= {"label": "Draft, an expert is reviewing it", "route": _route("review"), **_content(output)}
        case "to_block":
            fallback = item.get("fallback")
            more = {"status": "blocked", "source": "auto", "text": fallback, "output": None, "content_hash": None}
            more |= {"show": "fallback" if fallback else "nothing", "label": None, "route": _route("block"), **decided}
        case _:
            more = {"status": "released", "source": "auto", "show": None, "label": None, "route": _route("release")}
            more |= decided | _content(output)
    return common | more


def make_app(state: State) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def record(request: Request, call_next: Any) -> Response:
        body = await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        state.seen.append(Seen(request.method, request.url.path, dict(request.query_params), headers, body))
        if state.faults:
            return state.faults.popleft()
        if headers.get("authorization") != f"Bearer {KEY}" and not request.url.path.startswith("/v1/sessions"):
            if "handrail=open-sesame" not in headers.get("cookie", ""):
                return _error(401, "unauthenticated", "Sign in.")
            if request.method != "GET" and headers.get("x-csrf-token") != "csrf-7":
                return _error(403, "forbidden", "The CSRF token is missing.")
        response: Response = await call_next(request)
        return response

    def store(item: dict[str, Any]) -> tuple[dict[str, Any], int] | Response:
        if fields := _refused(item):
            return _error(422, "invalid", "The request is malformed; each field says what is wrong.", fields=fields)
        content = {name: value for name, value in item.items() if name not in {"key", "wait"}}
        with state.changed:
            known = state.by_key.get(item["key"])
            if known is not None:
                if state.contents[known] != content:
                    return _error(422, "key_mismatch", "This key came with other content before.")
                return state.results[known], 200
            item_id = new_id()
            state.by_key[item["key"]] = item_id
            state.contents[item_id] = content
            state.results[item_id] = _result(item, item_id)
            return state.results[item_id], 201

    def hold(item_id: str, wait: str) -> dict[str, Any]:
        seconds = float(wait[:-2]) / 1000 if wait.endswith("ms") else float(wait[:-1])
        end = time.monotonic() + min(seconds, state.longest_hold_s)
        with state.changed:
            while state.results[item_id]["status"] == "pending" and (left := end - time.monotonic()) > 0:
                state.changed.wait(left)
            return dict(state.results[item_id])

    @app.post("/v1/items")
    def submit(item: dict[str, Any], request: Request) -> Response:
        header = request.headers.get("idempotency-key")
        item.setdefault("key", header or new_id())
        if header not in {None, item["key"]}:
            return _error(422, "key_mismatch", "Header and key differ.")
        stored = store(item)
        if isinstance(stored, Response):
            return stored
        result = hold(stored[0]["item_id"], item.get("wait", "0s"))
        return JSONResponse(result, status_code=202 if result["status"] == "pending" else stored[1])

    @app.post("/v1/items/batch")
    async def batch(request: Request) -> Response:
        lines: list[dict[str, Any]] = []
        for row, text in enumerate((await request.body()).splitlines(), start=1):
            item = json.loads(text)
            if state.broken_rows and item["output"] == state.broken_rows[0]["output"]:
                lines.append({"row": row, "error": state.broken_rows.popleft()["error"]})
                continue
            stored = store(item)
            if isinstance(stored, Response):
                lines.append({"row": row, "error": json.loads(bytes(stored.body))["error"]})
            else:
                result = stored[0]
                lines.append(
                    {"row": row, "key": result["key"], "item_id": result["item_id"], "status": result["status"]}
                )
        if state.cut_batches:
            state.cut_batches -= 1
            return PlainTextResponse("".join(json.dumps(line) + "\n" for line in lines[: len(lines) // 2]))
        lines.append({"done": True, "rows": len(lines), "stored": 0, "repeated": 0, "failed": 0})
        return PlainTextResponse("".join(json.dumps(line) + "\n" for line in lines))

    @app.get("/v1/items/{item_id}/outcome")
    def outcome(item_id: str, wait: str = "0s") -> Response:
        if item_id not in state.results:
            return _error(404, "not_found", "There is nothing here, or it is not yours to see.")
        result = hold(item_id, wait)
        return JSONResponse(result, status_code=202 if result["status"] == "pending" else 200)

    @app.post("/v1/items/{item_id}/{verb}")
    def follow(item_id: str, verb: str, body: dict[str, Any]) -> Response:
        if item_id not in state.results:
            return _error(404, "not_found", "There is nothing here, or it is not yours to see.")
        with state.changed:
            result = state.results[item_id]
            if result["status"] == "pending":
                return _error(409, "not_decided", "This item has no outcome yet.")
            if verb == "appeal":
                return JSONResponse({"item_id": item_id, "state": result["status"], "outcome": result})
            correction = _object(body["correction"]) if verb == "override" else None
            recall = {"recalled_at": "2026-11-21T13:00:00.000Z", "why": verb, "reason": body["reason"]}
            recall |= {"severity": body.get("severity"), "categories": body.get("categories", [])}
            result |= {"text": (correction or {}).get("text"), "recall": recall | {"correction": correction}}
            return JSONResponse(result)

    @app.get("/v1/outcomes")
    def outcomes(key: str) -> dict[str, Any]:
        found = state.by_key.get(key)
        return {"data": [] if found is None else [state.results[found]], "next_cursor": None}

    @app.post("/v1/sessions")
    def sign_in(body: dict[str, str], request: Request) -> Response:
        if request.headers.get("origin") != str(request.base_url).rstrip("/"):
            return _error(403, "forbidden", "The Origin is not ours.")
        if body["password"] != "a long password":
            return _error(401, "unauthenticated", "Name or password is wrong.")
        response = JSONResponse({})
        response.set_cookie("handrail", "open-sesame", httponly=True)
        return response

    @app.get("/v1/me")
    def me() -> dict[str, str]:
        return {"csrf_token": "csrf-7"}

    @app.get("/v1/items")
    def items(cursor: int = 0) -> dict[str, Any]:
        ids = sorted(state.results)[cursor : cursor + 2]
        return {"data": [{"item_id": one} for one in ids], "next_cursor": str(cursor + 2) if len(ids) == 2 else None}

    @app.post("/v1/policies/{n}/activate")
    def activate(n: int, request: Request) -> Response:
        if request.headers.get("if-match") != '"r7"':
            return _error(412, "stale", "It was changed since you read it.")
        return JSONResponse({"version": n}, headers={"ETag": '"r8"'})

    return app


@contextmanager
def running(state: State) -> Iterator[str]:
    """The address of a server of its own, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(make_app(state), log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


class LossyLine:
    """A line to a server that swallows as many answers as `losing` says: the request arrives, its answer does not.

    While `stalling`, answers are kept and the connection stays open.
    """

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self.losing = 0
        self.stalling = False
        self._upstream = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._upstream)
            threading.Thread(target=self._pump, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, True), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        try:
            while data := source.recv(65536):
                if is_answer and self.stalling:
                    continue
                if is_answer and self.losing:
                    self.losing -= 1
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
