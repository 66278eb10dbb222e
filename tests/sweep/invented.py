"""Requests that schemathesis makes up from the description of the API, the same for the same seed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from tests.sweep.world import Operation, World, operations

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# would hold the request; what it does is tested where it belongs
HOLDS = frozenset({"wait"})
_LINE_BREAK = re.compile("\n|%0a", re.IGNORECASE)  # made-up paths come quoted already
MOST_QUERY = 60_000
"""Characters; the client sends no longer one, so it is left out."""


@dataclass(frozen=True)
class Invented:
    """One request as it was made up."""

    operation: Operation
    in_path: dict[str, str]
    query: dict[str, Any]
    body: bytes

    def request(self, made: World, *, takes_own: bool) -> tuple[str, dict[str, Any]]:
        """Path and parts of the request; with an object that is there, or with what was made up."""
        own = {name: made.own_value(self.operation, name) for name in self.operation.in_path}
        is_sendable = len(urlencode(self.query, doseq=True, errors="replace")) < MOST_QUERY
        more: dict[str, Any] = {"params": self.query} if self.query and is_sendable else {}
        if self.operation.method != "GET":
            more |= {"content": self.body, "headers": {"Content-Type": "application/json"}}
        return path_with(self.operation, own if takes_own else self.in_path), more


def path_with(operation: Operation, values: Mapping[str, str]) -> str:
    """The operation's path with these values; without line breaks, with which a path is that of no route."""
    path = operation.path
    for name, value in values.items():
        written = _LINE_BREAK.sub(" ", value).encode("utf-8", "replace")
        path = path.replace(f"{{{name}}}", quote(written, safe="") or "x")
    return path


def invented(document: dict[str, Any], cases: int, number: int) -> tuple[Invented, ...]:
    """So many good and so many bad requests for each operation; made once for both stores."""
    return _invented(json.dumps(document, sort_keys=True), cases, number)


@lru_cache(maxsize=1)
def _invented(text: str, cases: int, number: int) -> tuple[Invented, ...]:
    document = json.loads(text)
    schema = schemathesis.openapi.from_dict(document)
    found: list[Invented] = []
    for operation in operations(document):
        described = schema[operation.path][operation.method]
        for mode in MODES:
            found += _of(operation, described.as_strategy(generation_mode=mode), cases, number)
    return tuple(found)


def _of(operation: Operation, strategy: SearchStrategy[Any], cases: int, number: int) -> list[Invented]:
    found: list[Invented] = []

    def keep(case: Any) -> None:
        found.append(_plain(operation, case))

    quiet = settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run = seed(number)(quiet(given(strategy)(keep)))
    try:
        run()
    except Unsatisfiable:
        return found  # nothing can be wrong with what takes nothing
    return found


def _plain(operation: Operation, case: Any) -> Invented:
    given_path = dict(case.path_parameters or {})
    query = {name: _parameter(value) for name, value in dict(case.query or {}).items() if name not in HOLDS}
    in_path = {name: str(given_path.get(name, "x")) for name in operation.in_path}
    body = case.body
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in HOLDS}
    return Invented(operation, in_path, query, _bytes(body))


def _parameter(value: object) -> Any:
    if isinstance(value, list):
        return [one if isinstance(one, str) else json.dumps(one) for one in value]
    return value if isinstance(value, str | int | float | bool) else json.dumps(value)


def _bytes(body: object) -> bytes:
    """What can be sent as JSON; an empty object for what was left out or is none."""
    try:
        return json.dumps(body).encode()
    except (TypeError, ValueError):
        return b"{}"
