"""Who is removed, switched off or loses a role: what they hold goes back, and no open connection tells them more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from handrail.client.api import Api
from handrail.web.permissions import Role
from tests.support.desk import Browser, Installation
from tests.support.house import Served

LATEST_S = 15.0
"""The promise is one second; a busy machine may take longer, and what is not ended stays open for far longer still."""


@pytest.fixture
def project_id(product: Installation) -> str:
    return product.project()


def waits(site: Installation, project_id: str) -> str:
    answer = site.key(project_id).client.post("/v1/items", json={"output": "A letter."})
    return str(answer.json()["item_id"])


def leave(admin: Browser, person_id: str, how: str) -> None:
    path = f"/v1/people/{person_id}"
    done = {
        "removed": lambda: admin.delete(path),
        "switched off": lambda: admin.patch(path, {"is_active": False}),
        "other role": lambda: admin.put(f"{path}/roles", {"roles": ["auditor"]}),
    }[how]()
    assert done.is_success, done.text


@pytest.mark.parametrize("how", ["removed", "switched off", "other role"])
def test_t24_what_was_held_goes_back_at_once_and_takes_no_verdict(
    product: Installation, project_id: str, how: str
) -> None:
    item_id = waits(product, project_id)
    admin, ben = (
        product.person(project_id, Role.ADMIN),
        product.person(project_id, Role.REVIEWER, email="b@desk.invalid"),
    )
    ana = product.person(project_id, Role.REVIEWER, email="a@desk.invalid")
    [held] = ana.post("/v1/assignments/claim", {}).json()["assignments"]
    assert ben.post("/v1/assignments/claim", {}).json()["assignments"] == []
    leave(admin, ana.person_id, how)
    path, fence = f"/v1/assignments/{held['assignment_id']}", held["fence"]
    for answer in (
        ana.post(f"{path}/heartbeat", {"fence": fence}),
        ana.post(f"{path}/review", {"fence": fence, "verdict": "approve", "active_ms": 4_000}),
        ana.post("/v1/assignments/claim", {}),
    ):
        assert answer.status_code in (401, 403, 409), answer.text
    [again] = ben.post("/v1/assignments/claim", {}).json()["assignments"]
    assert again["item_id"] == item_id
    kinds = product.audit_kinds()
    assert kinds.count("assignment.revoked") == 1
    assert "review.submitted" not in kinds


@dataclass
class Told:
    """What came over a connection, and whether it is over."""

    status: int = 0
    text: str = ""
    over: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)


@contextmanager
def listening(url: str, **more: Any) -> Iterator[Told]:
    """A connection that is held open in a thread."""
    told = Told()

    def listen() -> None:
        with httpx.stream("GET", url, timeout=60, **more) as answer:
            told.status = answer.status_code
            for piece in answer.iter_text():
                told.text += piece
                told.begun.set()
        told.begun.set()
        told.over.set()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield told
    thread.join(timeout=20)


def signed_in(served: Served, *roles: Role, email: str) -> tuple[str, dict[str, str]]:
    """The id of a new member, and the headers of their browser."""
    served.person(email, *roles)
    answer = httpx.post(f"{served.url}/v1/sessions", json={"email": email, "password": "correct horse battery staple"})
    cookie = answer.headers["set-cookie"].partition(";")[0]
    return answer.json()["person"]["person_id"], {"Cookie": cookie, "Handrail-Project": "claims"}


@pytest.mark.parametrize("how", ["removed", "other role"])
def test_t24_the_stream_of_queues_ends_with_the_place(served: Served, how: str) -> None:
    ana, headers = signed_in(served, Role.REVIEWER, email="ana@desk.invalid")
    served.person("admin@desk.invalid", Role.ADMIN)
    admin = served.signed_in("admin@desk.invalid")
    with listening(f"{served.url}/v1/queues/stream", headers=headers) as told:
        assert told.begun.wait(10)
        assert not told.over.wait(1.5), "it stays open for who may see it"
        change(admin, ana, how, to="engineer")
        assert told.over.wait(LATEST_S)
    assert "event: queues" in told.text


@pytest.mark.parametrize("how", ["removed", "other role"])
def test_t24_a_held_request_is_refused_with_the_place(served: Served, how: str) -> None:
    [item_id] = served.submit({"output": "A letter."})
    eve, headers = signed_in(served, Role.ENGINEER, email="eve@desk.invalid")
    served.person("admin@desk.invalid", Role.ADMIN)
    admin = served.signed_in("admin@desk.invalid")
    with listening(f"{served.url}/v1/items/{item_id}/outcome?wait=50s", headers=headers) as told:
        assert not told.over.wait(1.5), "it waits for who may have it"
        change(admin, eve, how, to="reviewer")
        assert told.over.wait(LATEST_S)
    assert told.status == (401 if how == "removed" else 403)
    assert item_id not in told.text


def test_t24_a_held_submission_is_refused_with_its_key(served: Served) -> None:
    key = served.new_key(served.project_id, "items.submit")
    answers: list[int] = []

    def submit() -> None:
        answer = httpx.post(
            f"{served.url}/v1/items",
            json={"output": "A letter.", "wait": "50s"},
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
        )
        answers.append(answer.status_code)

    thread = threading.Thread(target=submit, daemon=True)
    thread.start()
    while not served.count("items"):
        time.sleep(0.05)
    [key_id] = [one["key_id"] for one in served.api.rows("/v1/keys") if key.startswith(f"hrk_{one['public']}")]
    served.api.request("DELETE", f"/v1/keys/{key_id}")
    thread.join(timeout=LATEST_S)
    assert answers == [401]
    assert served.count("items") == 1, "what was submitted before stays"


def change(admin: Api, person_id: str, how: str, *, to: str) -> None:
    if how == "removed":
        admin.request("DELETE", f"/v1/people/{person_id}")
    else:
        admin.request("PUT", f"/v1/people/{person_id}/roles", json={"roles": [to]})
