"""A backup brought back, on either store, is what was there; what is half, altered or misplaced is refused."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from handrail.audit import verify
from handrail.storage import AnyStore, DatabaseRefused, Session, open_store
from handrail.storage.backup import LEFT_OUT, BackupRefused, Manifest, path_of, read_manifest, take
from handrail.storage.migrate import HEAD
from handrail.storage.restore import restore
from handrail.storage.tables import metadata
from tests.support.office import SECRET, Office

KEPT = [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a place where nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'handrail.db'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"handrail_restored_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{server.rpartition('/')[0]}/{name}"
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def lived(office: Office) -> Office:
    """A project in which something of everything has happened."""
    ana = office.person("ana")
    office.submit(confidence=0.99)
    for text in ("one", "zwei: ü ø \u2028", "three"):
        office.submit(output=text, metadata={"amount": 3.5})
    office.decide(ana, office.claim(ana)[0], "edit", output={"type": "text", "text": "better"}, reason="It was wrong.")
    office.claim(ana)
    office.rooms.worker.run_sequencer()
    return office


def taken(store: AnyStore, folder: Path, told: Callable[[str, int], None] = lambda *_: None) -> Manifest:
    def copy(session: Session) -> Manifest:
        return take(session, folder, version="test", secret=SECRET, at=session.now, told=told)

    return store.read(copy)


def content(store: AnyStore) -> dict[str, Any]:
    def look(session: Session) -> dict[str, Any]:
        found = {}
        for table in KEPT:
            rows = [tuple(row.values()) for row in session.all(table.select())]
            found[table.name] = sorted(rows, key=repr)
        return found

    return store.read(look)


def quiet(*_: object) -> None:
    """Nobody watches."""


def test_what_comes_back_is_what_was_there(office: Office, place: str, tmp_path: Path) -> None:
    lived(office)
    seen: list[str] = []
    made = taken(office.store, tmp_path / "backup", lambda table, _: seen.append(table))
    assert set(seen) == {table.name for table in KEPT}
    found = read_manifest(tmp_path / "backup")
    assert found == made
    assert (found.schema, found.has_secret, found.audit_size > 0) == (HEAD, True, True)
    restore(tmp_path / "backup", found, place, quiet)
    store = open_store(place)
    try:
        assert content(store) == content(office.store)
        told = verify(store.read, office.key)
        assert (told.ok, told.size) == (True, found.audit_size)
    finally:
        store.close()


def test_the_secret_is_for_its_owner_alone(office: Office, tmp_path: Path) -> None:
    taken(office.store, tmp_path / "backup")
    assert (tmp_path / "backup" / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "backup" / "tables").stat().st_mode & 0o077 == 0


def test_a_place_that_holds_something_is_left_alone(office: Office, place: str, tmp_path: Path) -> None:
    made = taken(lived(office).store, tmp_path / "backup")
    restore(tmp_path / "backup", made, place, quiet)
    with pytest.raises(DatabaseRefused, match="already"):
        restore(tmp_path / "backup", made, place, quiet)


def test_a_file_that_was_altered_is_refused_and_nothing_is_left(office: Office, place: str, tmp_path: Path) -> None:
    made = taken(lived(office).store, tmp_path / "backup")
    path = path_of(tmp_path / "backup", "reviews")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(BackupRefused, match="altered"):
        restore(tmp_path / "backup", made, place, quiet)
    restore_whole(office, place, tmp_path)


def test_a_row_that_is_missing_ends_the_restore_and_nothing_is_left(office: Office, place: str, tmp_path: Path) -> None:
    made = taken(lived(office).store, tmp_path / "backup")
    told = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    for one in told["tables"]:
        one["rows"] += one["name"] == "reviews"
    (tmp_path / "backup" / "manifest.json").write_text(json.dumps(told))
    assert read_manifest(tmp_path / "backup") != made
    with pytest.raises(BackupRefused, match="instead of"):
        restore(tmp_path / "backup", read_manifest(tmp_path / "backup"), place, quiet)
    restore_whole(office, place, tmp_path)


def restore_whole(office: Office, place: str, tmp_path: Path) -> None:
    """After a failed try the place is as empty as before: a whole backup fits."""
    restore(tmp_path / "again", taken(office.store, tmp_path / "again"), place, quiet)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "9999"}, "newer Handrail"),
        ({"format": 2}, "format 2"),
        ({"tables": [{"name": "items; DROP TABLE x", "columns": ["id"], "rows": 0, "sha256": ""}]}, "missing"),
        ({"tables": None}, "no backup"),
    ],
)
def test_a_manifest_that_cannot_be_ours_is_refused(
    office: Office, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    taken(office.store, tmp_path / "backup")
    path = tmp_path / "backup" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(BackupRefused, match=said):
        restore(tmp_path / "backup", read_manifest(tmp_path / "backup"), f"sqlite:///{tmp_path / 'x.db'}", quiet)
    assert not (tmp_path / "x.db").exists()


def test_a_folder_that_is_there_is_not_written_over(office: Office, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with pytest.raises(BackupRefused, match="already"):
        taken(office.store, tmp_path / "backup")
    assert os.listdir(tmp_path / "backup") == []
