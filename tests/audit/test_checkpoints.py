"""Heads are signed, tiles grow on every level, a log of an older version catches up, projects hear of checkpoints."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command

from handrail.audit import AuditKey, append, catch_up, last_checkpoint, sequence, tiles, verifier, verify
from handrail.audit.child import url_of, verify_in_child
from handrail.audit.evidence import inclusion
from handrail.audit.notes import parse_note
from handrail.audit.parallel import verify_url
from handrail.audit.proofs import is_included, root_of
from handrail.background import checkpoints
from handrail.kit.settings import Settings, SettingsRefused
from handrail.storage import AnyStore, open_store
from handrail.storage.migrate import config
from handrail.storage.sqlite import SqliteStore
from tests.audit.test_sequencer import KEY, entries, number, number_all, rows, write
from tests.support.office import Office


def test_every_head_is_signed_in_one_name(store: AnyStore) -> None:
    for count in (1, 2, 3):
        write(store, count)
        number(store)
    notes = [parse_note(one[0])[0] for one in rows(store, "SELECT checkpoint FROM audit_heads ORDER BY size")]
    heads = rows(store, "SELECT size, root FROM audit_heads ORDER BY size")
    assert [(one.size, one.root.hex()) for one in notes] == heads
    who = store.read(lambda session: verifier(session, KEY))
    newest = store.read(last_checkpoint)
    assert who.read(str(newest)).size == 6


def test_a_log_keeps_its_name_until_somebody_names_it(store: AnyStore) -> None:
    first, moved = (
        AuditKey(KEY.secret, "", "one.example.org/audit-log"),
        AuditKey(KEY.secret, "", "two.example.org/log"),
    )
    named = AuditKey(KEY.secret, "three.example.org/log")
    origins = []
    for key in (first, moved, named, moved):
        write(store, 1)
        store.write(lambda session, key=key: sequence(session, key))  # type: ignore[misc]  # a default binds it
        origins.append(parse_note(str(store.read(last_checkpoint)))[0].origin)
    assert origins == ["one.example.org/audit-log"] * 2 + ["three.example.org/log"] * 2
    assert verify(store.read, KEY).ok


@pytest.mark.parametrize("name", ["two words", "a+b", "x" * 201])
def test_a_name_that_no_log_can_have_stops_the_start(name: str) -> None:
    with pytest.raises(SettingsRefused, match="audit_log_name"):
        AuditKey.of(bytes(32), Settings(audit_log_name=name))
    kept = AuditKey.of(bytes(32), Settings(public_url="https://desk.example.org/base/"))
    assert kept.first_name == "desk.example.org/base/audit-log"


def long_log(store: AnyStore, count: int) -> None:
    made = entries(count)
    for first in range(0, count, 5_000):
        store.write(lambda session, first=first: append(session, made[first : first + 5_000]))  # type: ignore[misc]  # a default binds it
    number_all(store)


def test_a_log_of_three_levels_is_proved_and_checked_by_several_processes(store: AnyStore) -> None:
    size = 65_536 + 300
    long_log(store, size)
    counts = dict(rows(store, "SELECT level, SUM(LENGTH(hashes)) / 32 FROM audit_tiles GROUP BY level"))
    assert {level: int(count) for level, count in counts.items()} == {0: size, 1: size // 256, 2: 1}
    head = parse_note(str(store.read(last_checkpoint)))[0]
    for index in (0, 255, 256, 65_535, 65_536, size - 1):
        [leaf] = rows(store, f"SELECT leaf_hash FROM audit_entries WHERE log_index = {index}")
        path = store.read(lambda session, index=index: inclusion(session, index, size))  # type: ignore[misc]  # a default binds it
        assert is_included(index, size, bytes.fromhex(leaf[0]), path, head.root)
        assert sum(len(step.hex()) for step in path) < 2_000
    assert store.read(lambda session: root_of(tiles.Tiles(session), size)) == head.root
    told: list[tuple[int, int]] = []
    put(store, 2, 0, bytes(32))
    found = verify_url(url_of(store), KEY, lambda done, of: told.append((done, of)), processes=2)
    assert (found.ok, found.first_bad_index) == (False, 0)
    assert "level 2" in str(found.why)  # all entries were good
    assert told[-1] == (size, size)
    store.write(lambda session: session.change("UPDATE audit_entries SET actor = 'x' WHERE log_index = 65800"))
    assert verify_url(url_of(store), KEY, processes=2).first_bad_index == 65_800


def put(store: AnyStore, level: int, tile: int, hashes: bytes) -> None:
    statement = "UPDATE audit_tiles SET hashes = :hashes WHERE level = :level AND tile = :tile"
    store.write(lambda session: session.change(statement, {"hashes": hashes, "level": level, "tile": tile}))


def test_a_child_process_says_what_verify_says(store: AnyStore) -> None:
    write(store, 30)
    number(store)
    assert verify_in_child(store, KEY) == verify(store.read, KEY)
    store.write(lambda session: session.change("UPDATE audit_entries SET kind = 'x' WHERE log_index = 4"))
    found = verify_in_child(store, KEY)
    assert found == verify(store.read, KEY)
    assert found.first_bad_index == 4


def as_the_first_version_left_it(store: AnyStore) -> None:
    """Heads without checkpoint, leaves alone, details in the order they were written in."""

    def work(session: Any) -> None:
        for size, root in session.run("SELECT size, root FROM audit_heads"):
            old = KEY.sign_head(size, bytes.fromhex(root))
            session.run("UPDATE audit_heads SET checkpoint = NULL, signature = :old", {"old": old})
        session.run("DELETE FROM audit_tiles WHERE level > 0")
        session.run("""UPDATE audit_entries SET details = '{ "n": 7}' WHERE log_index = 7""")

    store.write(work)


def test_a_log_of_the_first_version_is_whole_and_catches_up(store: AnyStore) -> None:
    write(store, 600)
    number(store)
    as_the_first_version_left_it(store)
    assert verify(store.read, KEY).ok
    assert store.read(last_checkpoint) is None
    store.write(lambda session: catch_up(session, KEY))
    assert verify(store.read, KEY).ok
    assert parse_note(str(store.read(last_checkpoint)))[0].size == 600
    assert rows(store, "SELECT LENGTH(hashes) FROM audit_tiles WHERE level = 1") == [(64,)]
    write(store, 200)
    number(store)
    store.write(lambda session: catch_up(session, KEY))  # once more changes nothing
    assert verify(store.read, KEY).size == 800
    store.write(lambda session: session.change("UPDATE audit_heads SET checkpoint = NULL WHERE size = 600"))
    assert verify(store.read, KEY).first_bad_index == 0


def test_an_upgrade_from_the_first_schema_keeps_the_log(tmp_path: Path) -> None:
    path = tmp_path / "handrail.db"
    empty = SqliteStore(path)
    with empty.writer_engine().connect() as connection:
        made = config()
        made.attributes["connection"] = connection
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.upgrade(made, "0001")
        connection.exec_driver_sql("COMMIT")
    write(empty, 3)
    root = bytes(32)
    with closing(sqlite3.connect(path)) as file:
        head = (3, root.hex(), 0, "[]", KEY.sign_head(3, root))
        file.execute("INSERT INTO audit_heads (size, root, at, frontier, signature) VALUES (?, ?, ?, ?, ?)", head)
        file.commit()
    empty.close()
    store = open_store(f"sqlite:///{path}")
    assert rows(store, "SELECT size, checkpoint FROM audit_heads") == [(3, None)]
    assert rows(store, "SELECT COUNT(*) FROM audit_entries") == [(3,)]
    store.close()


def test_each_project_hears_of_a_checkpoint_once_an_hour(office: Office) -> None:
    def heard() -> list[tuple[Any, ...]]:
        return office.rows("SELECT sequence, data FROM events WHERE type = 'checkpoint.signed' ORDER BY sequence")

    office.submit(confidence=0.99)
    office.number_all()
    assert heard() == []
    for hour in (1, 2):
        office.shift(hours=1, minutes=1)
        for _ in range(3):
            office.submit(confidence=0.99)
            office.number_all()
            office.shift(minutes=2)
        told = heard()
        assert [one[0] for one in told] == list(range(1, hour + 1))
    size = office.rows("SELECT MAX(size) FROM audit_heads")[0][0]
    newest = office.store.read(
        lambda session: session.run("SELECT data FROM events WHERE sequence = 2 AND type = 'checkpoint.signed'")
    )
    assert '"note":"' in newest[0][0]
    assert size >= 9
    assert timedelta(minutes=59) < checkpoints.EVERY <= timedelta(hours=1)
