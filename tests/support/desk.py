"""A whole installation for tests over HTTP: store, routes, people with browsers, programs with keys."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from handrail.app import assemble
from handrail.audit import AuditKey
from handrail.background.signals import Signals
from handrail.kit.clock import SystemClock
from handrail.kit.logging import set_up_logging
from handrail.kit.secrets import derive
from handrail.kit.settings import Settings
from handrail.setup.access.desk import Desk
from handrail.setup.access.last_use import LastUse
from handrail.setup.access.passwords import Passwords
from handrail.setup.access.service import keys, people, sessions
from handrail.setup.access.service.keys import NewKey
from handrail.setup.access.service.people import NewPerson
from handrail.setup.access.sign_on.company import SignOn
from handrail.setup.access.tokens import Tokens
from handrail.setup.hand import Hand
from handrail.setup.projects.queries import project_by_slug
from handrail.setup.projects.service import NewProject, create_project
from handrail.setup.routes import doors
from handrail.storage import AnyStore
from handrail.storage.sqlite import SqliteStore
from handrail.web.app import create_app
from handrail.web.door import Door, GuardedRoute
from handrail.web.house import House
from handrail.web.limits import Limits
from handrail.web.permissions import ALL, Role

SECRET = b"a secret of the tests, long enough for the rule of 32 bytes"
URL = "http://127.0.0.1:8400"
CHEAP = Passwords(memory_kib=64, rounds=1)
PASSWORD = "correct horse battery staple"
MoreDoors = Callable[[House], Sequence[Door]]


def no_doors(_: House) -> Sequence[Door]:
    """For tests of access alone."""
    return ()


@dataclass
class Left:
    """Notes who left, as the review room would."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, _: object, project_id: str, person_id: str) -> None:
        self.told.append((project_id, person_id))


@dataclass
class Installation:
    """Everything that serves, on one store."""

    store: AnyStore
    house: House
    desk: Desk
    app: FastAPI
    left: Left
    log: io.StringIO
    open: ExitStack

    @property
    def hand(self) -> Hand:
        return Hand(self.house.audit_key)

    @property
    def routes(self) -> list[GuardedRoute]:
        return [route for route in self.app.router.routes if isinstance(route, GuardedRoute)]

    def stranger(self, url: str = URL, client: tuple[str, int] = ("127.0.0.1", 50000)) -> TestClient:
        """A client that is nobody; what the server raises is answered, as in a real one."""
        made = TestClient(self.app, base_url=url, raise_server_exceptions=False, follow_redirects=False, client=client)
        return self.open.enter_context(made)

    def project(self, slug: str = "claims") -> str:
        """The id of a new project without people."""
        wanted = NewProject(slug, slug.title())
        return self.store.write(lambda s: create_project(s, self.hand, wanted, founder_id=None, roles=frozenset()))

    def person(self, project_id: str, *roles: Role, email: str | None = None, password: str | None = None) -> Browser:
        """A new member of a project, signed in."""
        address = email or f"{'-'.join(roles)}-{project_id[-12:]}@desk.invalid"
        hashed = self.desk.passwords.hash(password or PASSWORD)
        wanted = NewPerson(address, address.partition("@")[0], frozenset(roles), hashed)
        member, _ = self.store.write(lambda s: people.invite(s, self.desk.tokens, self.hand.at(project_id), wanted))
        return self.browser(member.person.id, project_id)

    def join(self, person_id: str, project_id: str, *roles: Role) -> None:
        """Puts somebody who has an account into another project."""
        email = self.store.read(lambda s: s.run("SELECT email FROM people WHERE id = :id", {"id": person_id})[0][0])
        wanted = NewPerson(email, email, frozenset(roles))
        self.store.write(lambda s: people.invite(s, self.desk.tokens, self.hand.at(project_id), wanted))
        self.house.forget()

    def browser(self, person_id: str, project_id: str) -> Browser:
        """Another browser in which this person is signed in."""
        started = self.store.write(lambda s: sessions.start(s, self.desk.tokens, self.hand, person_id))
        return Browser(self, self.stranger(), person_id, self.slug(project_id), started.token)

    def slug(self, project_id: str) -> str:
        return str(
            self.store.read(lambda s: s.run("SELECT slug FROM projects WHERE id = :id", {"id": project_id})[0][0])
        )

    def key(self, project_id: str, *scopes: str) -> Program:
        """A program with an API key of a project; with all permissions unless told otherwise."""
        wanted = NewKey("test", list(scopes) or sorted(ALL))
        hand = self.hand.at(project_id)
        made, whole = self.store.write(
            lambda s: keys.create_key(s, self.desk.tokens, hand, wanted, allowed=ALL, by=None)
        )
        client = self.stranger()
        client.headers["Authorization"] = f"Bearer {whole}"
        return Program(client, made.id, whole)

    def shift(self, by: timedelta) -> None:
        """Moves the clock of the store, and forgets who was seen a moment ago."""
        assert isinstance(self.store.clock, SystemClock)
        self.store.clock.shift(by)
        self.house.forget()

    def audit_kinds(self) -> list[str]:
        return [row[0] for row in self.store.read(lambda s: s.run("SELECT kind FROM audit_entries ORDER BY id"))]

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@dataclass
class Program:
    """A client with an API key."""

    client: TestClient
    id: str
    key: str


@dataclass
class Browser:
    """A person's browser: sends cookie, CSRF token, Origin and project as the web app does."""

    at: Installation
    client: TestClient
    person_id: str
    project: str
    token: str

    def __post_init__(self) -> None:
        self.client.headers.update({"Origin": URL, "Sec-Fetch-Site": "same-origin"})
        self.client.cookies.set("handrail", self.token)
        self.csrf = str(self.client.get("/v1/me").json()["csrf_token"])

    def get(self, path: str, **more: Any) -> Response:
        return self.send("GET", path, **more)

    def post(self, path: str, body: object = None, **more: Any) -> Response:
        return self.send("POST", path, json={} if body is None else body, **more)

    def put(self, path: str, body: object, **more: Any) -> Response:
        return self.send("PUT", path, json=body, **more)

    def patch(self, path: str, body: object, **more: Any) -> Response:
        return self.send("PATCH", path, json=body, **more)

    def delete(self, path: str, **more: Any) -> Response:
        return self.send("DELETE", path, **more)

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Response:
        own = {"Handrail-Project": self.project, "X-CSRF-Token": self.csrf}
        answer: Response = self.client.request(method, path, headers={**own, **(headers or {})}, **more)
        return answer


@contextmanager
def installed(
    store: AnyStore,
    data: Path,
    *,
    settings: Settings | None = None,
    more_doors: MoreDoors = no_doors,
    static: Path | None = None,
    passwords: Passwords | None = None,
    timer: Callable[[], float] = monotonic,
) -> Iterator[Installation]:
    """An installation; passwords are hashed cheaply unless a test is about them."""
    log, left = io.StringIO(), Left()
    set_up_logging("json", log)
    chosen = replace(settings or Settings(), data_dir=str(data))
    cheap = passwords or CHEAP
    desk = Desk(Tokens(SECRET), cheap, LastUse(store), chosen.own_url, left, SignOn.of(chosen, SECRET, timer))
    house = House(
        store=store,
        audit_key=AuditKey(derive(SECRET, "audit")),
        signals=Signals(),
        settings=chosen,
        identify=desk.identities,
        project_by_slug=project_by_slug,
        version="0.1.0",
        mark_key=derive(SECRET, "idempotency"),
        limits=Limits(keys=100_000, people=100_000, strangers=100_000, refused=100_000),
    )
    app = create_app(house, [*doors(house, desk), *more_doors(house)], static=static or data / "static")
    with ExitStack() as stack:
        stack.callback(desk.close)
        yield Installation(store, house, desk, app, left, log, stack)


@contextmanager
def whole(store: AnyStore, data: Path, settings: Settings | None = None) -> Iterator[Installation]:
    """The whole product, joined as `serve` joins it; only the rate limits are out of the way, and hashing is cheap."""
    log = io.StringIO()
    set_up_logging("json", log)
    made = assemble(replace(settings or Settings(), data_dir=str(data), worker="off"), store, SECRET, passwords=CHEAP)
    made.house.limits = Limits(keys=100_000, people=100_000, strangers=100_000, refused=100_000)
    with ExitStack() as stack:
        stack.callback(made.access.close)
        yield Installation(store, made.house, made.access, made.web, Left(), log, stack)


@pytest.fixture
def product(store: AnyStore, tmp_path: Path) -> Iterator[Installation]:
    """The whole product on both stores."""
    with whole(store, tmp_path) as made:
        yield made


@pytest.fixture
def site(store: AnyStore, tmp_path: Path) -> Iterator[Installation]:
    """An installation with the routes of access, on both stores."""
    with installed(store, tmp_path) as made:
        yield made


@pytest.fixture
def alone(sqlite_template: Path, tmp_path: Path) -> Iterator[Installation]:
    """The same on SQLite only, for what has nothing to do with the store."""
    shutil.copy(sqlite_template, tmp_path / "handrail.db")
    store = SqliteStore(tmp_path / "handrail.db")
    with installed(store, tmp_path) as made:
        yield made
    store.close()
