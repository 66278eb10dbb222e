"""Two projects with everything in them, and one caller of each kind, who belongs to the first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from httpx import Response

from handrail.kit.ids import new_id
from handrail.web.permissions import ALL, MATRIX, PUBLIC, SELF, Role
from tests.support.desk import Browser, Installation
from tests.web.test_routes import objects_of

MARK = "xylophonquartz"
"""A word that stands in everything of the other project and nowhere else."""
CALLERS = (*(str(role) for role in Role), "key", "stranger")
ENDLESS = "text/event-stream"


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    method: str
    path: str
    described: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def id(self) -> str:
        return str(self.described["operationId"])

    @property
    def needs(self) -> str:
        return str(self.described["x-handrail-permission"])

    @property
    def of(self) -> str | None:
        """The kind of object whose id stands in the path."""
        return self.described.get("x-handrail-object")

    @property
    def in_path(self) -> list[str]:
        return [one["name"] for one in self.described.get("parameters", ()) if one["in"] == "path"]

    @property
    def is_endless(self) -> bool:
        return any(ENDLESS in one.get("content", {}) for one in self.described["responses"].values())

    def allows(self, caller: str) -> bool:
        """Whether this caller's roles hold what it needs."""
        if self.needs == PUBLIC or caller == "key":
            return True
        if caller == "stranger":
            return False
        return self.needs == SELF or Role(caller) in MATRIX[self.needs]


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Every operation, in the order of the document."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            if "responses" in described:
                yield Operation(method.upper(), path, described)


@dataclass
class World:
    """The installation, who calls, and what there is."""

    product: Installation
    document: dict[str, Any]
    mine: str
    own: dict[str, str]
    foreign: dict[str, str]
    callers: dict[str, Any] = field(default_factory=dict)  # browsers and clients, which only look alike

    def send(self, caller: str, operation: Operation, path: str, **more: Any) -> Response:
        """Sends it as this caller; who ends their session by it gets one that is only for this."""
        if operation.id in _ENDS_SESSIONS and caller in tuple(Role):
            known: Browser = self.callers[caller]
            return self.product.browser(known.person_id, self.mine).send(operation.method, path, **more)
        who = self.callers[caller]
        answer: Response = (
            who.send(operation.method, path, **more)
            if isinstance(who, Browser)
            else who.request(operation.method, path, **more)
        )
        return answer

    def own_value(self, operation: Operation, name: str) -> str:
        """What to put into a path, of the callers' own project."""
        if operation.of is not None:
            return self.own[operation.of]
        room = operation.path.split("/")[2]
        return self.own.get(f"{room}.{name}") or new_id()


_ENDS_SESSIONS = {"sign_out"}


def world(product: Installation) -> World:
    """Everything made as people and programs make it; people of both projects have the same roles."""
    mine, theirs = product.project("claims"), product.project(f"{MARK}-lending")
    document = product.app.openapi()
    made = World(product, document, mine, objects_of(product, mine), objects_of(product, theirs))
    _mark(product, theirs)
    for role in Role:
        made.callers[str(role)] = product.person(mine, role, email=f"{role}@desk.invalid")
    product.person(mine, Role.ADMIN, email="stays@desk.invalid")
    victim = product.person(mine, Role.REVIEWER, email="somebody@desk.invalid")
    made.callers["key"] = product.key(mine, *ALL).client
    made.callers["stranger"] = product.stranger()
    hook = {"name": "app", "url": "https://app.example/hooks"}
    made.callers["key"].post("/v1/webhooks", json=hook)
    queue = made.callers["lead"].get("/v1/queues").json()["data"][0]["name"]
    made.own |= {"people.id": victim.person_id, "policies.n": "1", "queues.name": queue, "webhooks.name": "app"}
    return made


def _mark(product: Installation, theirs: str) -> None:
    """Things of the other project that hold the mark."""
    program = product.key(theirs).client
    for number in range(3):
        item = {"output": f"{MARK} letter {number}", "prompt": MARK, "key": f"{MARK}-{number}", "metadata": {"x": MARK}}
        assert program.post("/v1/items", json=item).status_code in (201, 202)
    engineer = product.person(theirs, Role.ENGINEER, Role.ADMIN, Role.LEAD, email=f"boss@{MARK}.invalid")
    assert engineer.post("/v1/keys", {"name": MARK}).status_code == 201
    assert program.post("/v1/webhooks", json={"name": MARK, "url": f"https://{MARK}.example/x"}).status_code == 201


def leaks(made: World, answer: Response) -> list[str]:
    """What of the other project stands in an answer."""
    text = answer.text
    secrets = [MARK, *(one for one in made.foreign.values() if len(one) == 36)]
    return [one for one in secrets if one in text]


def as_text(value: object) -> str:
    """A request in words that can be sent again by hand."""
    return json.dumps(value, ensure_ascii=True, default=repr)[:600]
