"""An office with its doors open: the whole application on one store, reached over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from handrail.app import Installation, assemble
from handrail.kit.settings import Settings
from handrail.setup.access.service import keys, sessions
from handrail.setup.access.service.keys import NewKey
from handrail.setup.hand import Hand
from handrail.stages.reviewing.rules import Reviewer
from handrail.storage import AnyStore
from handrail.web.permissions import ALL
from tests.support.office import SECRET, Office, opened

URL = "http://127.0.0.1:8400"


@dataclass
class Webroom:
    """Clients of one project."""

    office: Office
    installation: Installation
    open: ExitStack

    def _client(self) -> TestClient:
        made = TestClient(self.installation.web, base_url=URL, raise_server_exceptions=False)
        return self.open.enter_context(made)

    def program(self, made_by: Reviewer | None = None) -> TestClient:
        """A client with an API key that may do everything; made by a command unless a person is named."""
        by = made_by.id if made_by else None
        hand = Hand(self.office.key).at(self.office.project_id)
        wanted = NewKey("test", sorted(ALL))
        tokens = self.installation.access.tokens
        _, whole = self.office.store.write(lambda s: keys.create_key(s, tokens, hand, wanted, allowed=ALL, by=by))
        client = self._client()
        client.headers["Authorization"] = f"Bearer {whole}"
        return client

    def browser(self, who: Reviewer) -> TestClient:
        """A browser in which this person is signed in."""
        tokens, hand = self.installation.access.tokens, Hand(self.office.key)
        started = self.office.store.write(lambda s: sessions.start(s, tokens, hand, who.id))
        client = self._client()
        client.cookies.set("handrail", started.token)
        slug = self.office.rows("SELECT slug FROM projects WHERE id = :id", id=self.office.project_id)[0][0]
        client.headers.update({"Origin": URL, "Sec-Fetch-Site": "same-origin", "Handrail-Project": slug})
        client.headers["X-CSRF-Token"] = client.get("/v1/me").json()["csrf_token"]
        return client


def claimed(client: TestClient, **body: Any) -> dict[str, Any]:
    """The assignment that is handed out."""
    told = client.post("/v1/assignments/claim", json=body)
    assert told.status_code == 200, told.text
    found: dict[str, Any] = told.json()["assignments"][0]
    return found


def decided(client: TestClient, held: dict[str, Any], verdict: str = "approve", **headers: str) -> Response:
    """The answer to a verdict."""
    body = {"fence": held["fence"], "verdict": verdict, "active_ms": 4_000}
    if verdict == "reject":
        body |= {"severity": "major", "reason": "wrong person", "categories": ["wrong_entity"]}
    answer: Response = client.post(f"/v1/assignments/{held['assignment_id']}/review", json=body, headers=headers)
    return answer


@pytest.fixture
def room(store: AnyStore, tmp_path: Path) -> Iterator[Webroom]:
    """The application on both stores."""
    settings = Settings(data_dir=str(tmp_path), worker="off")
    with ExitStack() as stack:
        yield Webroom(opened(store), assemble(settings, store, SECRET), stack)
