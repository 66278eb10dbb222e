"""Whether an answer is one that the description of the API promises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from httpx import Response
from jsonschema import Draft202012Validator

from handrail.web.errors import catalogue
from handrail.web.permissions import PUBLIC
from tests.sweep.world import Operation, World, leaks


class Judge:
    """Holds answers against one OpenAPI document."""

    def __init__(self, made: World) -> None:
        self.made = made
        self.codes = set(catalogue())
        self._validator = cache(self._validator_of)

    def faults(self, caller: str, operation: Operation, answer: Response) -> Iterator[str]:
        """Everything that is wrong with an answer."""
        if answer.status_code >= 500 and answer.status_code not in (503, 507):
            yield f"{answer.status_code}, a defect"
        if not answer.headers.get("X-Request-Id"):
            yield "no X-Request-Id"
        yield from (f"tells {one} of another project" for one in leaks(self.made, answer))
        yield from self._refused(operation, answer) if answer.status_code >= 400 else self._given(operation, answer)
        if not operation.allows(caller) and answer.status_code < 400:
            yield f"{caller} lacks {operation.needs}, and got {answer.status_code}"
        if caller == "stranger" and operation.needs != PUBLIC and answer.status_code != 401:
            yield f"a stranger got {answer.status_code}"

    def _refused(self, operation: Operation, answer: Response) -> Iterator[str]:
        body = _json(answer)
        problem = self._problem("Error", body)
        if problem:
            yield f"an error of another shape: {problem}"
            return
        error = body["error"]
        if error["status"] != answer.status_code:
            yield f"says {error['status']}, and is {answer.status_code}"
        if error["code"] not in self.codes:
            yield f"the code {error['code']} is explained nowhere"
        if error["request_id"] != answer.headers.get("X-Request-Id"):
            yield "two request ids"
        if not error["message"].endswith((".", "?", "!")):
            yield f"no sentence: {error['message']!r}"

    def _given(self, operation: Operation, answer: Response) -> Iterator[str]:
        described = operation.described["responses"].get(str(answer.status_code))
        if described is None:
            yield f"answers {answer.status_code}, which is not described"
            return
        kind = answer.headers.get("content-type", "").partition(";")[0]
        content = described.get("content", {})
        if not content:
            if answer.content:
                yield "answers a body where none is described"
        elif kind not in content:
            yield f"answers {kind}, described is {', '.join(content)}"
        elif kind == "application/json":
            key = json.dumps(content[kind].get("schema", {}), sort_keys=True)
            problem = self._problem(key, _json(answer))
            if problem:
                yield f"answers what is not described: {problem}"

    def _problem(self, schema: str, value: object) -> str | None:
        error = next(iter(self._validator(schema).iter_errors(value)), None)
        return None if error is None else f"{error.json_path}: {error.message[:200]}"

    def _validator_of(self, schema: str) -> Draft202012Validator:
        """For the name of a schema, or for a schema as text."""
        whole = json.loads(schema) if schema.startswith("{") else {"$ref": f"#/components/schemas/{schema}"}
        return Draft202012Validator({**whole, "components": self.made.document["components"]})


def _json(answer: Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
