"""The whole product on a real socket, as `handrail serve` joins it, on both stores."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from handrail.app import Installation, install
from handrail.client.api import Api
from handrail.kit.settings import Settings
from handrail.setup.access.passwords import Passwords
from handrail.setup.access.service import keys, people
from handrail.setup.access.service.keys import NewKey
from handrail.setup.access.service.people import NewPerson
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.stages.routing import service as routing
from handrail.storage.postgres import PostgresStore
from handrail.storage.tables import metadata
from handrail.web.permissions import ALL, Role
from handrail.web.protocol import BoundedProtocol
from tests.support.server import serving

PASSWORD = "correct horse battery staple"
POLICY = """
policy: 1
queues:
  review: {undo: 0s}
"""
RELEASES = """
policy: 1
queues:
  review: {undo: 0s}
autonomy: {segments: {default: exception, "claims:default": exception}}
bands:
  on: confidence
  rows:
    - {above: 0.9, then: release, uncertified: true}
    - {queue: review}
audit: {share: 100%, queue: review}
"""


@dataclass
class Served:
    """An installation that answers at `url`; `key` may do everything in the project `claims`."""

    installation: Installation
    url: str
    database: str
    data_dir: Path
    project_id: str
    key: str

    @property
    def api(self) -> Api:
        return Api(self.url, self.key)

    def options(self) -> list[str]:
        """For a command that talks to this server."""
        return ["--url", self.url, "--key", self.key]

    def here(self) -> list[str]:
        """For a command that works on the database itself."""
        return ["--database", self.database, "--data-dir", str(self.data_dir), "--project", "claims"]

    def hand(self, project_id: str | None = None) -> Hand:
        return Hand(self.installation.house.audit_key, project_id=project_id or self.project_id)

    def person(self, email: str, *roles: Role, project_id: str | None = None) -> None:
        """A member with the usual password."""
        access = self.installation.access
        wanted = NewPerson(email, email.partition("@")[0], frozenset(roles), access.passwords.hash(PASSWORD))
        hand = self.hand(project_id)
        self.installation.store.write(lambda s: people.invite(s, access.tokens, hand, wanted))

    def signed_in(self, email: str, project: str = "claims") -> Api:
        return Api(self.url).sign_in(email, PASSWORD, project=project)

    def new_key(self, project_id: str, *scopes: str) -> str:
        tokens, wanted = self.installation.access.tokens, NewKey("test", list(scopes) or sorted(ALL))
        hand = self.hand(project_id)
        made, whole = self.installation.store.write(
            lambda s: keys.create_key(s, tokens, hand, wanted, allowed=ALL, by=None)
        )
        assert made.project_id == project_id
        return whole

    def project(self, slug: str) -> str:
        wanted = NewProject(slug, slug.title())
        hand = Hand(self.installation.house.audit_key)
        made = self.installation.store.write(
            lambda s: create_project(s, hand, wanted, founder_id=None, roles=frozenset())
        )
        self.policy(POLICY, made)
        return made

    def policy(self, yaml: str, project_id: str | None = None) -> None:
        """Puts this policy in force."""
        wanted = project_id or self.project_id

        def work(session: Any) -> None:
            made = routing.propose(session, wanted, yaml, "", None)
            routing.activate(session, wanted, made["version"], None)

        self.installation.store.write(work)

    def submit(self, *items: Mapping[str, Any]) -> list[str]:
        """The ids of these items, submitted one by one."""
        return [self.api.post("/v1/items", dict(one))["item_id"] for one in items]

    def decide(self, reviewer: Api, verdicts: Mapping[str, Mapping[str, Any]]) -> None:
        """Claims all there is and answers each item as said; the others are given back. Then lets time pass."""
        while claimed := reviewer.post("/v1/assignments/claim", {"limit": 20})["assignments"]:
            for one in claimed:
                body = {"fence": one["fence"], "active_ms": 10, **verdicts[one["item_id"]]}
                reviewer.post(f"/v1/assignments/{one['assignment_id']}/review", body)
        while self.installation.worker.run_due():
            pass

    def count(self, table: str) -> int:
        found = self.installation.store.read(lambda s: s.run(f"SELECT COUNT(*) FROM {table}"))
        return int(found[0][0])

    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]:
        return self.installation.store.read(lambda s: s.run(sql))


STORES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=STORES)
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A server on both stores that hashes cheaply, with the project `claims` whose items all go to a person."""
    with house(request, tmp_path) as made:
        yield made


@contextmanager
def house(request: pytest.FixtureRequest, tmp_path: Path, **more: Any) -> Iterator[Served]:
    """The same, on the store that `request` asks for and with more settings."""
    data = tmp_path / "data"
    data.mkdir()
    if request.param == "postgresql":
        database = _emptied(request.getfixturevalue("postgres_store"))
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), data / "handrail.db")
        database = f"sqlite:///{data / 'handrail.db'}"
    settings = Settings(database=database, data_dir=str(data), **more)
    installation = install(settings, passwords=Passwords(memory_kib=64, rounds=1))
    with serving(installation.web, settings, http=BoundedProtocol) as port:
        made = Served(installation, f"http://127.0.0.1:{port}", database, data, "", "")
        made.project_id = made.project("claims")
        made.key = made.new_key(made.project_id)
        yield made
    installation.close()


def _emptied(store: PostgresStore) -> str:
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    with store.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} CASCADE"))
    return store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
