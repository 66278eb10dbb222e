"""Any request to a server, for what the SDK has no method for: the command line, the example world, tests."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any  # Any: bodies are JSON

import httpx

from handrail.client.calls import Calls
from handrail.client.config import Address, bearer, find_url
from handrail.client.encode import to_bytes
from handrail.client.exchange import Answer, Request, Retrying
from handrail.client.shells import Shell
from handrail.kit.ids import new_id


class Api:
    """Requests with the same keys, retries and errors as the SDK. Signed by an API key, by a session, or not at all.

        api = Api("http://127.0.0.1:8400").sign_in("ana@example.org", password, project="claims")
        claimed = api.post("/v1/assignments/claim", {"limit": 1})

    Safe to share between threads. `project` names the project a person works in; a key has its own.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        project: str | None = None,
        timeout: float = 10.0,
        retries: int = 3,
        _transport: httpx.BaseTransport | None = None,
        _sleep: Callable[[float], None] = time.sleep,
        _chance: Callable[[], float] | None = None,
    ) -> None:
        self.url = find_url(url)
        self.project = project
        self._signature: Mapping[str, str] = {}
        self._timeout = timeout
        self._transport = _transport
        self._sleep = _sleep
        self._calls = Calls(Retrying(retries, _chance or random.Random().random), new_id)  # noqa: S311  # jitter, no secret
        self._shell = self._new_shell(bearer(key) if key else {})

    def __repr__(self) -> str:
        return f"Api({self.url!r}, project={self.project!r})"

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str | int | bool | None] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        wait_s: float = 0.0,
    ) -> Answer:
        """The answer, 2xx; raises Unreachable or ApiError. `path` is below the address and begins with `/v1/`.

        Sends `json`, or `content` under the Content-Type in `headers`. A change gets an `Idempotency-Key` unless one
        is given. `wait_s` is how long the server may hold the request. Parameters that are None are left out.
        """
        sent = self._signed(headers or {})
        if json is not None:
            sent.setdefault("Content-Type", "application/json")
            content = to_bytes(json)
        request = Request(method.upper(), path, _words(params), sent, content, wait_s)
        return self._shell.run(self._calls.request(request))

    def stream(
        self, path: str, params: Mapping[str, str | int | bool | None] | None = None, *, wait_s: float = 60.0
    ) -> Iterator[bytes]:
        """The body of a GET piece by piece, however long it is; asked for once, never again by itself."""
        return self._shell.pieces(Request("GET", path, _words(params), self._signed({}), None, wait_s))

    def _signed(self, headers: Mapping[str, str]) -> dict[str, str]:
        project = {} if self.project is None else {"Handrail-Project": self.project}
        return {**project, **self._signature, **headers}

    def get(self, path: str, **params: str | int | bool | None) -> Any:
        """The body of a GET."""
        return self.request("GET", path, params=params).json

    def post(self, path: str, json: Any = None, **headers: str) -> Any:
        """The body of the answer to a POST; `{}` is sent when there is nothing to say."""
        return self.request("POST", path, json={} if json is None else json, headers=headers).json

    def rows(self, path: str, **params: str | int | bool | None) -> Iterator[dict[str, Any]]:
        """All rows of a list, page by page as they are needed."""
        cursor: str | None = None
        while True:
            page = self.get(path, **params, **({} if cursor is None else {"cursor": cursor}))
            yield from page["data"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def for_project(self, slug: str | None) -> Api:
        """The same sign-in, working in another project; shares its connections."""
        other = copy.copy(self)
        other.project = slug
        return other

    def sign_in(self, email: str, password: str, *, project: str | None = None) -> Api:
        """A new Api that acts as this person, by session cookie and CSRF token. Raises Unauthenticated."""
        signed = self.for_project(project)
        signed._shell = self._new_shell({"Origin": Address(self.url).origin})
        me = signed.post("/v1/sessions", {"email": email, "password": password})
        token = me.get("csrf_token") or signed.get("/v1/me")["csrf_token"]
        signed._signature = {"X-CSRF-Token": str(token)}
        return signed

    def close(self) -> None:
        """Closes the connections; a session ends only by `DELETE /v1/sessions/current`."""
        self._shell.close()

    def __enter__(self) -> Api:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _new_shell(self, headers: Mapping[str, str]) -> Shell:
        address = Address(self.url, headers)
        return Shell(lambda: address, timeout=self._timeout, transport=self._transport, sleep=self._sleep)


def _words(params: Mapping[str, str | int | bool | None] | None) -> dict[str, str]:
    return {name: _word(value) for name, value in (params or {}).items() if value is not None}


def _word(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
