"""What searches go by follows what happens, can be made anew, and forgets what is erased."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from handrail.stages.exploring import service
from handrail.storage import AnyStore, Session
from handrail.storage.migrate import HEAD, config, upgrade
from tests.support.office import Office
from tests.support.webroom import Webroom


def found(room: Webroom, **params: Any) -> list[str]:
    return [one["key"] for one in room.program().get("/v1/items", params=params).json()["data"]]


def test_a_worker_keeps_up_by_itself(room: Webroom) -> None:
    worker = room.office.rooms.worker
    worker.start()
    try:
        room.office.submit(key="a", output="a heron stood there")
        waited = 0
        while not found(room, q="heron") and waited < 400:
            room.office.rooms.signals.wait_in_thread("nothing", 0.05)
            waited += 1
    finally:
        worker.stop()
    assert found(room, q="heron") == ["a"]
    assert worker.problem is None


def test_all_of_it_can_be_made_anew(room: Webroom) -> None:
    """As after an upgrade from a version that had none of it."""
    for at in range(95):
        room.office.submit(key=f"k{at}", output=f"number n{at}", confidence=0.95)
    room.office.number_all()
    room.office.store.write(lambda session: session.run("DELETE FROM explorer_marks"))
    room.office.fill()
    assert found(room, q="n7") == ["k7"]
    assert found(room, q="n94", audited="waiting") == ["k94"]


def test_a_second_process_does_nothing_twice(room: Webroom) -> None:
    room.office.submit(key="a", output="once")
    room.office.fill()
    filler = service.Filler(room.office.store, room.office.rooms.worker.turns["explorer"].__self__.policies)  # type: ignore[attr-defined]  # a bound method
    assert filler.turn() == 0
    room.office.submit(key="b", output="twice")
    room.office.number_all()
    step = room.office.store.read(filler._next)
    assert step is not None
    assert room.office.rooms.worker.turns["explorer"]() > 0
    ready = room.office.store.read(lambda session: filler._prepare(session, step))
    assert room.office.store.write(lambda session: service._write(session, step, ready)) is False
    assert room.office.rows("SELECT COUNT(*) FROM item_texts")[0][0] == 2


def test_what_is_forgotten_is_found_by_nothing_and_stands_nowhere(office: Office) -> None:
    id = office.submit(key="a", output="the canaryword sang")["item_id"]
    office.submit(key="b", output="another text")
    office.fill()

    def erase(session: Session) -> None:
        service.forget(session, [id])
        session.run("UPDATE items SET erased_at = 1, snippet = '' WHERE id = :id", {"id": id})
        session.run("DELETE FROM item_contents WHERE item_id = :id", {"id": id})

    office.store.write(erase)
    assert office.rows("SELECT COUNT(*) FROM item_texts WHERE item_id = :id", id=id)[0][0] == 0
    if office.store.dialect == "sqlite":
        office.store.write(lambda session: session.run("INSERT INTO item_words (item_words) VALUES ('optimize')"))
        assert office.rows("SELECT COUNT(*) FROM item_vocab WHERE term = 'canaryword'")[0][0] == 0
    office.store.write(lambda session: session.run("DELETE FROM explorer_marks"))
    office.fill()
    assert office.rows("SELECT item_id FROM item_texts WHERE item_id = :id", id=id) == []


def test_a_very_long_item_is_searched_as_far_as_it_is_said(room: Webroom) -> None:
    room.office.submit(key="long", output="first " + "filler " * 28_000 + "edgeword " + "x" * 300_000 + " lastword")
    room.office.fill()
    assert found(room, q="first") == ["long"]
    assert found(room, q="edgeword") == ["long"]
    assert found(room, q="lastword") == []


def test_a_database_of_the_version_before_is_brought_up_to_date_with_its_rows(store: AnyStore) -> None:
    """The explorer's tables are taken away and made again by the migration, over items that are there."""
    from tests.support.office import opened

    office = opened(store)
    office.submit(key="old", output="an ancient heron", group="g")
    engine = store.writer_engine() if store.dialect == "sqlite" else store.engine  # type: ignore[union-attr]  # the SQLite store
    with engine.connect() as connection:
        for name in ("item_words", "item_vocab") if store.dialect == "sqlite" else ():
            connection.execute(text(f"DROP TABLE {name}"))
        for name in ("item_texts", "item_facets", "explorer_marks", "saved_views"):
            connection.execute(text(f"DROP TABLE {name}"))
        for index in _indexes(connection):
            connection.execute(text(f"DROP INDEX {index}"))
        ours = next(one for one in ScriptDirectory.from_config(config()).walk_revisions() if "explorer" in one.path)
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{ours.down_revision}'"))
        connection.commit()
        upgrade(connection, ours.revision)
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
        connection.commit()
    if store.dialect == "sqlite":
        engine.dispose()
    office.fill()
    assert office.rows("SELECT COUNT(*) FROM item_texts")[0][0] == 1
    office.submit(key="new", output="a young heron")
    office.fill()
    assert office.rows("SELECT COUNT(*) FROM item_texts")[0][0] == 2


def _indexes(connection: Any) -> list[str]:
    table = (
        "sqlite_master WHERE type = 'index' AND name"
        if connection.dialect.name == "sqlite"
        else "pg_indexes WHERE indexname"
    )
    column = "name" if connection.dialect.name == "sqlite" else "indexname"
    sql = f"SELECT {column} FROM {table} LIKE 'ix_items_by_%' OR {column} = 'ix_items_overdue'"
    return [row[0] for row in connection.execute(text(sql))]


@pytest.mark.parametrize("output", [{"type": "json", "value": {"a": [1, None]}}, {"type": "message", "content": None}])
def test_every_kind_of_output_can_be_taken_in(room: Webroom, output: dict[str, Any]) -> None:
    room.office.submit(key="a", output=output)
    room.office.fill()
    assert found(room) == ["a"]
