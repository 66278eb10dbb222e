"""An application with webhooks: submits items, has a receiver, sends what is due when told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook
from starlette.testclient import TestClient

from benchmarks.receiver import Behave, Call, Receiver, receiving
from handrail.app import assemble, join_rooms
from handrail.background.outgoing import Outgoing, Resolve
from handrail.kit.settings import Settings
from handrail.storage import AnyStore
from tests.support.office import SECRET, Office, opened
from tests.support.webroom import Webroom


@dataclass
class Mailroom:
    """One project, its receiver, and the sender in the hand of the test."""

    room: Webroom
    receiver: Receiver
    client: TestClient
    resolve: Resolve | None = None
    within_s: float = 15.0

    @property
    def office(self) -> Office:
        return self.room.office

    def webhook(self, name: str = "app", path: str = "", **more: Any) -> dict[str, Any]:
        """A new webhook that leads to the receiver; with its secret."""
        body = {"name": name, "url": f"{self.receiver.url}{path or '/' + name}", **more}
        told = self.client.post("/v1/webhooks", json=body)
        assert told.status_code == 201, told.text
        made: dict[str, Any] = told.json()
        return made

    def released(self, **more: Any) -> str:
        """The id of an item that is released at once."""
        return str(self.office.submit(confidence=0.99, **more)["item_id"])

    def send(self) -> int:
        """Numbers events, makes deliveries and sends what is due now."""
        self.office.number_all()
        sender = self.office.rooms.sender
        sender.outgoing = lambda: Outgoing([self.receiver.host], self.within_s, self.resolve)
        return sender.send_due()

    def deliveries(self, **params: str) -> list[dict[str, Any]]:
        """Newest first."""
        told = self.client.get("/v1/deliveries", params={"limit": "200", **params})
        assert told.status_code == 200, told.text
        found: list[dict[str, Any]] = told.json()["data"]
        return found

    def shown(self, name: str = "app") -> dict[str, Any]:
        """The webhook with its health."""
        told: dict[str, Any] = self.client.get(f"/v1/webhooks/{name}").json()
        return told

    def patch(self, name: str, **body: Any) -> Any:
        etag = self.client.get(f"/v1/webhooks/{name}").headers["ETag"]
        return self.client.patch(f"/v1/webhooks/{name}", json=body, headers={"If-Match": etag})

    def audit_kinds(self) -> list[str]:
        return [row[0] for row in self.office.rows("SELECT kind FROM audit_entries ORDER BY id")]


def verified(call: Call, secret: str) -> dict[str, Any]:
    """The event of a call, if the reference library finds its signature good; else it raises."""
    told = Webhook(secret).verify(call.body, call.headers)
    found: dict[str, Any] = told if isinstance(told, dict) else json.loads(call.body)
    return found


@pytest.fixture
def mailroom(store: AnyStore, tmp_path: Path) -> Iterator[Mailroom]:
    """The application on both stores, with a receiver that says yes unless told otherwise."""
    with receiving() as receiver, ExitStack() as stack:
        settings = Settings(data_dir=str(tmp_path), worker="off", allowed_private_hosts=(receiver.host,))
        office = opened(store)
        office.rooms = join_rooms(store, SECRET, settings=settings)
        room = Webroom(office, assemble(settings, store, SECRET), stack)
        yield Mailroom(room, receiver, room.program())


def behaving(mailroom: Mailroom, behave: Behave) -> None:
    """From now on the receiver does so."""
    mailroom.receiver.behave = behave
