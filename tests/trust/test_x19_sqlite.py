"""X19: a SQLite file that others touch, and a library that is known for a fault.

What the log of the file does under long readers stands in tests/storage/test_sqlite.py.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from benchmarks.real_run.server import ServerProcess, free_port
from handrail.app import assemble
from handrail.kit.settings import Settings
from handrail.storage.sqlite import SAFE_WAL, SqliteStore, warning_of
from tests.support.office import SECRET, opened
from tests.support.webroom import Webroom

IS_OLD = sqlite3.sqlite_version_info < SAFE_WAL


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    made = ServerProcess(tmp_path)
    made.start(60)
    yield made
    made.stop()


def test_x19_a_second_process_is_refused_with_a_sentence_and_the_first_goes_on(server: ServerProcess) -> None:
    data = ["--data-dir", str(server.folder / "data")]
    for command in (["serve", *data, "--port", str(free_port())], ["worker", *data]):
        told = subprocess.run(
            [sys.executable, "-m", "handrail", *command], capture_output=True, text=True, timeout=60, check=False
        )
        assert told.returncode == 3, told.stderr
        assert f"Another Handrail process (process {server.process and server.process.pid})" in told.stderr
        assert "Traceback" not in told.stderr
    assert server._is_ready()


def test_x19_an_old_library_is_warned_of_at_start(server: ServerProcess) -> None:
    """A sound one is not."""
    assert ("storage.old_library" in server.log.read_text()) is IS_OLD


def test_x19_the_warning_names_both_versions_and_what_to_do() -> None:
    told = warning_of((3, 40, 1))
    assert told is not None
    assert "3.40.1" in told
    assert "3.51.3" in told
    assert "newer" in told
    assert warning_of((3, 51, 2)) is not None
    assert warning_of((3, 51, 3)) is None
    assert warning_of((3, 52, 0)) is None
    assert warning_of((4, 0, 0)) is None


@pytest.fixture
def impatient(sqlite_template: Path, tmp_path: Path) -> Iterator[Webroom]:
    """A room whose store waits for a foreign lock for a short time only."""
    (tmp_path / "handrail.db").write_bytes(sqlite_template.read_bytes())
    store = SqliteStore(tmp_path / "handrail.db", busy_s=0.3)
    with ExitStack() as stack:
        yield Webroom(opened(store), assemble(Settings(data_dir=str(tmp_path), worker="off"), store, SECRET), stack)
    store.close()


def test_x19_health_says_of_an_old_library_what_is_known(impatient: Webroom) -> None:
    """It works, so nothing is alarmed; and yet it is said."""
    told = impatient.program().get("/v1/health").json()["parts"]
    part = next(one for one in told if one["name"] == "database")
    assert part["ok"] is True
    assert part["why"] == warning_of(sqlite3.sqlite_version_info)


def test_x19_a_foreign_program_that_holds_the_lock_is_waited_for_and_then_said(
    impatient: Webroom, tmp_path: Path
) -> None:
    client, body = impatient.program(), {"output": "a text", "key": "one"}
    with closing(sqlite3.connect(tmp_path / "handrail.db", isolation_level=None)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        told = client.post("/v1/items", json=body, headers={"Idempotency-Key": "one"})
        assert (told.status_code, told.json()["error"]["retry"]) == (503, True), told.text
        assert int(told.headers["Retry-After"]) >= 1
        assert client.get("/v1/items").json()["data"] == []  # reads go on
        foreign.execute("ROLLBACK")
    assert client.post("/v1/items", json=body, headers={"Idempotency-Key": "one"}).status_code in (201, 202)
    assert len(client.get("/v1/items").json()["data"]) == 1
