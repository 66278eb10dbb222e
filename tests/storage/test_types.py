"""What goes into a column comes out of it, the same on both stores, and sorts alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from handrail.kit.ids import new_id
from handrail.storage import AnyStore, Session
from handrail.storage.tables import instance, jobs, projects

NOW = datetime(2026, 11, 21, 11, 43, 57, 123000, tzinfo=UTC)
FIRST, LAST = datetime(1970, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001  # hypothesis adds the zone
SAME_STORE = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def job(run_at: datetime = NOW, args: Any = None, id: str | None = None) -> dict[str, Any]:
    return {
        "id": id or new_id(),
        "kind": "a test",
        "args": {} if args is None else args,
        "run_at": run_at,
        "state": "waiting",
        "attempt": 0,
        "fence": 0,
        "created_at": NOW,
    }


def kept(store: AnyStore, row: dict[str, Any]) -> dict[str, Any]:
    store.write(lambda session: session.execute(insert(jobs), row))
    return store.read(lambda session: dict(session.first(select(jobs).where(jobs.c.id == row["id"])) or {}))


@SAME_STORE
@given(moment=st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC)))
def test_a_moment_comes_back_to_the_millisecond_in_utc(store: AnyStore, moment: datetime) -> None:
    found = kept(store, job(moment))["run_at"]
    assert found == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert found.utcoffset() == timedelta(0)


def test_a_moment_of_another_zone_is_the_same_moment(store: AnyStore) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert kept(store, job(there))["run_at"] == NOW


def test_moments_sort_by_time(store: AnyStore) -> None:
    moments = [NOW + timedelta(milliseconds=n) for n in (5, -3, 0, 10_000_000_000, -10_000_000_000)]
    store.write(lambda session: session.execute(insert(jobs), [job(one) for one in moments]))
    found = store.read(lambda session: [row["run_at"] for row in session.all(select(jobs).order_by(jobs.c.run_at))])
    assert found == sorted(moments)


def test_a_moment_without_zone_is_refused(store: AnyStore) -> None:
    with pytest.raises(Exception, match="naive"):
        kept(store, job(NOW.replace(tzinfo=None)))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé🦉\"\\'", max_size=4), inner, max_size=4),
    max_leaves=12,
)


@SAME_STORE
@given(value=JSON)
def test_json_comes_back_as_it_was(store: AnyStore, value: Any) -> None:
    found = kept(store, job(args={"value": value}))["args"]["value"]
    assert found == value
    assert str(found) == str(value)  # the order of keys, and 1.0 is not 1


def test_ids_come_back_as_text_and_sort_alike(store: AnyStore) -> None:
    ids = [new_id() for _ in range(50)] + [
        "00000000-0000-7000-8000-000000000000",
        "ffffffff-ffff-7fff-bfff-ffffffffffff",
    ]
    store.write(lambda session: session.execute(insert(jobs), [job(id=id) for id in ids]))
    plain = store.read(lambda session: [row[0] for row in session.run("SELECT id FROM jobs ORDER BY id")])
    built = store.read(lambda session: [row["id"] for row in session.all(select(jobs.c.id).order_by(jobs.c.id))])
    assert plain == built == sorted(ids)


def test_hand_written_and_built_statements_see_the_same_row(store: AnyStore) -> None:
    row = job(args={"a": [1.5, "ü"]})
    kept(store, row)
    found = store.read(
        lambda session: session.run("SELECT id, args, run_at FROM jobs WHERE id = :id", {"id": row["id"]})
    )
    assert found == [(row["id"], '{"a":[1.5,"ü"]}', 1795261437123)]


def test_percent_signs_and_colons_are_no_parameters(store: AnyStore) -> None:
    def work(session: Session) -> list[tuple[Any, ...]]:
        return session.run("SELECT :word, '100%' WHERE 'a' LIKE 'a%'", {"word": "b:c %s"})

    assert store.read(work) == [("b:c %s", "100%")]


def test_a_row_that_breaks_a_rule_of_the_schema_is_refused(store: AnyStore) -> None:
    def work(session: Session) -> None:
        session.execute(insert(projects), {"id": new_id()})

    with pytest.raises(Exception, match=r"(?i)null"):
        store.write(work)
    assert store.read(lambda session: session.all(select(projects))) == []


def test_the_time_of_a_transaction_stands_still(store: AnyStore) -> None:
    first, second = store.read(lambda session: (session.now, session.now))
    assert first == second
    assert first.microsecond % 1000 == 0


def test_a_write_that_raises_leaves_nothing(store: AnyStore) -> None:
    told: list[str] = []

    def work(session: Session) -> None:
        session.execute(insert(instance), {"name": "a", "value": "b"})
        session.after_commit(lambda: told.append("kept"))
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        store.write(work)
    assert store.read(lambda session: session.all(select(instance))) == []
    assert told == []


def test_what_fails_after_the_commit_is_not_told_as_a_failure_of_the_work(store: AnyStore) -> None:
    told: list[str] = []

    def fails() -> None:
        raise RuntimeError("a listener with a defect")

    def work(session: Session) -> str:
        session.execute(insert(instance), {"name": "a", "value": "b"})
        session.after_commit(fails)
        session.after_commit(lambda: told.append("kept"))
        return "done"

    assert store.write(work) == "done"
    assert store.write(lambda session: "the store lives") == "the store lives"
    assert told == ["kept"]
