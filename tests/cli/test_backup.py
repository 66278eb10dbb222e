"""`handrail backup` and `handrail restore`, as they are typed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.real_run.server import ServerProcess, open_project
from handrail.client.api import Api
from tests.support.commands import Commands

POLICY = """
policy: 1
bands: {on: confidence, rows: [{above: 0.5, then: release, uncertified: true}, {queue: team}]}
queues: {team: {}}
autonomy: {segments: {default: exception}}
"""


@pytest.mark.timeout(120)
def test_a_backup_made_beside_a_server_starts_at_another_place(commands: Commands, tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "first")
    server.folder.mkdir()
    server.start()
    try:
        project = open_project(server, POLICY, 1)
        with Api(server.url, project.key) as api:
            sent = [api.post("/v1/items", {"output": f"text {at}", "confidence": 0.9})["item_id"] for at in range(5)]
        made = commands("backup", tmp_path / "backup", "--data-dir", server.folder / "data")
        assert made.code == 0, made.err
        with Api(server.url, project.key) as api:
            later = api.post("/v1/items", {"output": "too late", "confidence": 0.9})["item_id"]
    finally:
        server.stop()
    back = commands("restore", tmp_path / "backup", "--data-dir", tmp_path / "second" / "data")
    assert back.code == 0, back.err
    assert "The audit log is whole" in back.out
    second = ServerProcess(tmp_path / "second")
    second.start()
    try:
        with Api(second.url, project.key) as api:  # the key still opens: the secret came along
            assert [api.get(f"/v1/items/{one}/outcome")["status"] for one in sent] == ["released"] * 5
            assert later not in {one["item_id"] for one in api.rows("/v1/items")}
    finally:
        second.stop()


@pytest.fixture
def copied(commands: Commands, sqlite_template: Path, tmp_path: Path) -> Path:
    """A backup of an empty installation, without its secret."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "handrail.db").write_bytes(sqlite_template.read_bytes())
    (data / "secret").write_text("s" * 64)
    (data / "secret").chmod(0o600)
    assert commands("backup", tmp_path / "backup", "--data-dir", data, "--without-secret").code == 0
    return tmp_path / "backup"


def test_without_its_secret_a_backup_waits_for_it(commands: Commands, copied: Path, tmp_path: Path) -> None:
    assert not (copied / "secret").exists()
    new = tmp_path / "new"
    refused = commands("restore", copied, "--data-dir", new)
    assert refused.code == 3
    assert "made without its secret" in refused.err
    assert not (new / "handrail.db").exists()
    (new / "secret").write_text("s" * 64)
    (new / "secret").chmod(0o600)
    assert commands("restore", copied, "--data-dir", new).code == 0


def test_what_was_altered_before_the_backup_is_told_at_the_restore(
    commands: Commands, sqlite_template: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "handrail.db").write_bytes(sqlite_template.read_bytes())
    with closing(sqlite3.connect(data / "handrail.db")) as database:
        database.execute(
            "INSERT INTO audit_entries (id, at, actor, kind, subject, entry, leaf_hash, seal) "
            "VALUES ('0197a3c0-6d1e-7b52-9a41-3f0c5be81d10', 1, 'system', 'x', 'y', '{}', '00', '00')"
        )
        database.commit()
    assert commands("backup", tmp_path / "backup", "--data-dir", data).code == 0
    back = commands("restore", tmp_path / "backup", "--data-dir", tmp_path / "new")
    assert back.code == 1
    assert "broken" in back.out


@pytest.mark.parametrize("folder", ["nowhere", "data"])
def test_what_is_no_backup_is_refused_with_a_sentence(commands: Commands, copied: Path, folder: str) -> None:
    refused = commands("restore", copied.parent / folder, "--data-dir", copied.parent / "new")
    assert (refused.code, "holds no backup" in refused.err) == (3, True)
