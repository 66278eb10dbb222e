"""The unit of work on the hot paths: what travels together, and what a lock lets one see."""

from __future__ import annotations

import threading

import pytest

from handrail.kit.ids import new_id
from handrail.storage import AnyStore, Session
from handrail.storage.locks import hold_alone, read_while_shared
from tests.support.office import Office

INSERT = "INSERT INTO instance (name, value) VALUES (:name, :value)"
READ = "SELECT value FROM instance WHERE name = :name"


def test_what_is_written_together_is_all_there(store: AnyStore) -> None:
    def work(session: Session) -> None:
        with session.together():
            session.run_many(INSERT, [{"name": "one", "value": "1"}])
            session.run_many(INSERT, [{"name": name, "value": name} for name in ("two", "three")])

    store.write(work)
    assert {row[0] for row in store.read(lambda session: session.run("SELECT name FROM instance"))} >= {
        "one",
        "two",
        "three",
    }


def test_what_is_refused_together_leaves_nothing(store: AnyStore) -> None:
    def work(session: Session) -> None:
        with session.together():
            session.run_many(INSERT, [{"name": "kept", "value": "1"}])
            session.run_many(INSERT, [{"name": "twice", "value": "1"}, {"name": "twice", "value": "2"}])

    with pytest.raises(Exception):  # noqa: B017, PT011  # what it is called depends on the store
        store.write(work)
    assert store.read(lambda session: session.run(READ, {"name": "kept"})) == []


def test_who_waited_for_the_lock_sees_what_its_holder_wrote(office: Office) -> None:
    """An item must not be admitted under the generation from before a stop that was being set."""
    store, name = office.store, new_id()
    store.write(lambda session: session.run(INSERT, {"name": name, "value": "before"}))
    holds, may_end = threading.Event(), threading.Event()
    seen: list[str] = []

    def change(session: Session) -> None:
        hold_alone(session, name)
        session.change("UPDATE instance SET value = 'after' WHERE name = :name", {"name": name})
        holds.set()
        assert may_end.wait(10)

    def look(session: Session) -> None:
        seen.append(read_while_shared(session, name, READ, {"name": name})[0][0])

    changing, looking = (threading.Thread(target=store.write, args=(work,)) for work in (change, look))
    changing.start()
    assert holds.wait(10)
    looking.start()
    looking.join(0.3)  # it waits now: on PostgreSQL for the lock, on SQLite for its turn
    assert looking.is_alive()
    may_end.set()
    changing.join(10)
    looking.join(10)
    assert seen == ["after"]
