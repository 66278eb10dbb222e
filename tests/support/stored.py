"""A database that an earlier version left, on both stores, and a server of today on it."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from handrail.app import Installation, install
from handrail.client.api import Api
from handrail.kit.clock import SystemClock
from handrail.kit.settings import Settings
from handrail.storage.backup import Manifest, read_manifest, rows_of
from handrail.storage.restore import bring_back
from handrail.web.protocol import BoundedProtocol
from tests.storage.stored.content import PASSWORD, SECRET
from tests.support.server import serving

FOLDER = Path(__file__).resolve().parents[1] / "storage" / "stored" / "0001"


@dataclass
class Today:
    """A server of today on it; its worker stands still until it is told to run."""

    installation: Installation
    clock: SystemClock
    url: str
    known: Mapping[str, Any]

    def person(self, name: str, project: str = "claims") -> Api:
        return Api(self.url).sign_in(f"{name}@example.org", PASSWORD, project=project)

    def program(self, key: str = "application") -> Api:
        found = self.known["keys"][key]
        return Api(self.url, f"hrk_{found['public']}_{found['rest']}")

    def run(self) -> None:
        """All that is due, numbered, found and counted."""
        worker = self.installation.worker
        while worker.run_due() or worker.run_sequencer() or any(turn() for turn in worker.turns.values()):
            pass

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        return self.installation.store.read(lambda session: session.run(statement, values))


@dataclass
class Stored:
    """The database of schema 0001 at `url`, with its secret in `data`."""

    url: str
    data: Path

    @cached_property
    def manifest(self) -> Manifest:
        return read_manifest(FOLDER)

    @cached_property
    def known(self) -> Mapping[str, Any]:
        found: dict[str, Any] = json.loads((FOLDER / "known.json").read_text("utf-8"))
        return found

    @property
    def path(self) -> Path:
        """The file, on SQLite."""
        return Path(self.url.removeprefix("sqlite:///"))

    @property
    def options(self) -> list[str]:
        """For a command that works on it."""
        return ["--database", self.url, "--data-dir", str(self.data)]

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows that were stored."""
        columns = next(one.columns for one in self.manifest.tables if one.name == name)
        return [dict(zip(columns, row, strict=True)) for row in rows_of(FOLDER, name)]

    @contextmanager
    def today(self, after: timedelta = timedelta(minutes=10)) -> Iterator[Today]:
        """A server of today, so long after the backup on its own clock."""
        clock = SystemClock()
        taken = datetime.fromisoformat(self.manifest.taken_at)
        clock.shift(taken + after - clock.now())
        settings = Settings(database=self.url, data_dir=str(self.data), worker="off")
        installation = install(settings, clock)
        try:
            with serving(installation.web, settings, http=BoundedProtocol) as port:
                yield Today(installation, clock, f"http://127.0.0.1:{port}", self.known)
        finally:
            installation.close()


def place_secret(data: Path) -> None:
    """Where a server of today looks for it."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "secret").write_bytes(SECRET)
    (data / "secret").chmod(0o600)


def fill_as_it_was(url: str) -> None:
    """The tables of schema 0001 with the stored rows, in an empty place."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with engine.begin() as connection:
        bring_back(connection, FOLDER, read_manifest(FOLDER), lambda *_: None)
    engine.dispose()


@pytest.fixture(scope="session")
def stored_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file of schema 0001."""
    path = tmp_path_factory.mktemp("stored") / "handrail.db"
    fill_as_it_was(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def stored_postgres(postgres_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database of schema 0001; each test takes a copy."""
    with database(postgres_server) as url:
        fill_as_it_was(url)
        yield url.rpartition("/")[2]


@contextmanager
def database(server: str, like: str = "template1") -> Iterator[str]:
    """The URL of a database of its own, dropped at the end."""
    name = f"handrail_stored_{secrets.token_hex(6)}"
    names = {"new": sql.Identifier(name), "like": sql.Identifier(like)}
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {new} TEMPLATE {like}").format(**names))
        yield f"{server.rpartition('/')[0]}/{name}"
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stored]:
    """The database that the version of schema 0001 left, on both stores."""
    data = tmp_path / "data"
    place_secret(data)
    if request.param == "postgresql":
        server, like = request.getfixturevalue("postgres_server"), request.getfixturevalue("stored_postgres")
        with database(server, like) as url:
            yield Stored(url, data)
        return
    path = data / "handrail.db"
    with (
        closing(sqlite3.connect(request.getfixturevalue("stored_file"))) as source,
        closing(sqlite3.connect(path)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")  # as a server had left it
    yield Stored(f"sqlite:///{path}", data)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stored]:
    """Where nothing is yet but the secret."""
    data = tmp_path / "data"
    place_secret(data)
    if request.param == "postgresql":
        with database(request.getfixturevalue("postgres_server")) as url:
            yield Stored(url, data)
        return
    yield Stored(f"sqlite:///{data / 'handrail.db'}", data)
