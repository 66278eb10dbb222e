"""T38: what somebody changes by SQL alone is found, with the first bad index, and health says so."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Table, select

from handrail.audit import SYSTEM, Verdict, append, row, verify
from handrail.audit.entries import AuditKey
from handrail.kit.ids import new_id
from handrail.storage import Session
from handrail.storage.tables import audit_entries, audit_heads, audit_tiles, outcomes, reviews
from tests.support.office import Office

LENGTH = 40


@pytest.fixture
def logged(office: Office) -> Office:
    """A log of LENGTH entries or more, all numbered: of items released, reviewed, and of other things."""
    ana = office.person("ana")
    office.submit_many([{"output": f"text {n}", "confidence": 0.99 if n % 2 else 0.5} for n in range(10)])
    for held in office.claim(ana, limit=5):
        office.decide(ana, held)
    office.shift(seconds=6)
    office.run_due()
    office.number_all()
    assert check(office).ok
    assert check(office).size >= LENGTH
    return office


def check(office: Office) -> Verdict:
    return verify(office.store.read, office.key)


@contextmanager
def put_right_again(office: Office, table: Table) -> Iterator[None]:
    """Afterwards the table is as it was before."""
    before = office.store.read(lambda session: [dict(one) for one in session.all(select(table))])
    yield

    def restore(session: Session) -> None:
        session.execute(table.delete())
        session.execute(table.insert(), before)

    office.store.write(restore)


def tampered(office: Office, *statements: str) -> Verdict:
    """What the verifier says after SQL from outside."""

    def work(session: Session) -> None:
        for one in statements:
            assert session.change(one) >= 1, one

    office.store.write(work)
    return check(office)


CHANGES = [
    "actor = 'person:somebody-else'",
    "kind = 'item.blocked'",
    "subject = 'item:another'",
    "at = at + 1",
    "project_id = NULL",
    "details = '{}'",
    "details = NULL",
    "details = NULL, salt = NULL",
    "salt = '00000000000000000000000000000000'",
    "entry = REPLACE(entry, 'version', 'vErsion')",
    "leaf_hash = '" + "0" * 64 + "'",
    "seal = '" + "0" * 64 + "'",
]


def test_t38_a_changed_column_is_named_by_its_index(logged: Office) -> None:
    for change in CHANGES:
        with put_right_again(logged, audit_entries):
            verdict = tampered(logged, f"UPDATE audit_entries SET {change} WHERE log_index = 7")
            assert (verdict.ok, verdict.first_bad_index) == (False, 7), change
            assert verdict.why
    assert check(logged).ok


def test_t38_the_first_of_several_is_named(logged: Office) -> None:
    verdict = tampered(logged, "UPDATE audit_entries SET actor = 'system2' WHERE log_index IN (21, 9, 30)")
    assert verdict.first_bad_index == 9


def test_t38_a_deleted_entry_is_named(logged: Office) -> None:
    for index in (0, 11, check(logged).size - 1):
        with put_right_again(logged, audit_entries):
            verdict = tampered(logged, f"DELETE FROM audit_entries WHERE log_index = {index}")
            assert (verdict.ok, verdict.first_bad_index) == (False, index)


def test_t38_a_cut_tail_is_named_by_where_it_begins(logged: Office) -> None:
    verdict = tampered(logged, f"DELETE FROM audit_entries WHERE log_index >= {LENGTH - 5}")
    assert (verdict.ok, verdict.first_bad_index) == (False, LENGTH - 5)


def test_t38_a_tail_cut_with_its_head_leaves_decisions_without_entry(logged: Office) -> None:
    """With head and leaves cut too only a checkpoint held elsewhere shows it, unless a decision is among them."""
    heads = logged.rows("SELECT size FROM audit_heads ORDER BY size")
    logged.submit(confidence=0.99)
    logged.number_all()
    verdict = tampered(
        logged,
        f"DELETE FROM audit_entries WHERE log_index >= {heads[-1][0]}",
        f"DELETE FROM audit_heads WHERE size > {heads[-1][0]}",
        f"UPDATE audit_tiles SET hashes = SUBSTR(hashes, 1, {heads[-1][0] * 32})",
    )
    assert not verdict.ok
    assert "that the log does not know" in str(verdict.why)


def test_t38_two_entries_that_change_places_are_found(logged: Office) -> None:
    verdict = tampered(
        logged,
        "UPDATE audit_entries SET log_index = -1 WHERE log_index = 12",
        "UPDATE audit_entries SET log_index = 12 WHERE log_index = 25",
        "UPDATE audit_entries SET log_index = 25 WHERE log_index = -1",
    )
    assert (verdict.ok, verdict.first_bad_index) == (False, 12)


def forged(office: Office, key: AuditKey) -> dict[str, Any]:
    return row(key, "item.released", new_id(), project_id=office.project_id, actor=SYSTEM, at=office.store.now())


def test_t38_an_entry_put_in_is_found_before_and_after_it_gets_its_number(logged: Office) -> None:
    size = check(logged).size
    logged.store.write(lambda session: append(session, [forged(logged, AuditKey(b"not the key of this server"))]))
    verdict = check(logged)
    assert (verdict.ok, verdict.first_bad_index) == (False, size)
    logged.number_all()
    assert check(logged).first_bad_index == size


def test_t38_an_entry_put_in_behind_the_end_is_found(logged: Office) -> None:
    size = check(logged).size
    put_in = forged(logged, logged.key)  # sealed by somebody who has the key, but not the tree
    logged.store.write(lambda session: append(session, [put_in]))
    verdict = tampered(logged, f"UPDATE audit_entries SET log_index = {size + 3} WHERE log_index IS NULL")
    assert (verdict.ok, verdict.first_bad_index) == (False, size + 3)


HEADS = [
    "UPDATE audit_heads SET root = '" + "0" * 64 + "'",
    "UPDATE audit_heads SET signature = 'x'",
    "UPDATE audit_heads SET root = 'no hash'",
    "UPDATE audit_heads SET size = size + 1 WHERE size = (SELECT MAX(size) FROM audit_heads)",
    "DELETE FROM audit_heads WHERE size = (SELECT MAX(size) FROM audit_heads)",
    "DELETE FROM audit_tiles",
]


def test_t38_heads_and_leaves_that_do_not_fit_are_found(logged: Office) -> None:
    logged.submit(confidence=0.99)
    logged.number_all()
    for change in HEADS:
        with put_right_again(logged, audit_heads), put_right_again(logged, audit_tiles):
            assert not tampered(logged, change).ok, change
    assert check(logged).ok


DECISIONS = [
    "UPDATE outcomes SET text = 'Pay EUR 90,000.' WHERE item_id = (SELECT MIN(item_id) FROM outcomes)",
    "UPDATE outcomes SET source = 'human' WHERE source = 'auto'",
    "UPDATE outcomes SET decided_at = decided_at - 1 WHERE item_id = (SELECT MAX(item_id) FROM outcomes)",
    "DELETE FROM outcomes WHERE item_id = (SELECT MIN(item_id) FROM outcomes)",
    "UPDATE reviews SET verdict = 'reject' WHERE id = (SELECT MIN(id) FROM reviews)",
    "UPDATE reviews SET severity = 'minor', categories = '[]'",
    "DELETE FROM reviews WHERE id = (SELECT MIN(id) FROM reviews)",
]


def test_t38_a_decision_that_is_not_what_the_log_says_is_found(logged: Office) -> None:
    for change in DECISIONS:
        statement = _without_min_of_uuid(change) if logged.store.dialect == "postgresql" else change
        with put_right_again(logged, outcomes), put_right_again(logged, reviews):
            verdict = tampered(logged, statement)
            assert not verdict.ok, change
            assert str(verdict.why).startswith(("outcomes:", "reviews:"))
    assert check(logged).ok


def _without_min_of_uuid(change: str) -> str:
    """PostgreSQL 15 knows no smallest uuid."""
    return re.sub(r"SELECT M(IN|AX)\((\w+)\) FROM (\w+)", r"SELECT \2 FROM \3 ORDER BY \2 LIMIT 1", change)


def test_t38_a_decision_put_in_without_an_entry_is_found(logged: Office) -> None:
    item_id = logged.submit()["item_id"]
    logged.number_all()
    columns = "item_id, project_id, status, source, decided_by, text, output, reason, categories, late, decided_at"
    values = f"'{item_id}', '{logged.project_id}', 'released', 'human', 'review', 'x', '{{}}', 'x', '[]', FALSE, 1"
    verdict = tampered(logged, f"INSERT INTO outcomes ({columns}) VALUES ({values})")
    assert not verdict.ok
    assert item_id in str(verdict.why)


COLUMNS = ("actor", "kind", "subject", "entry", "leaf_hash", "seal", "details", "salt")


def test_t38_random_changes_are_all_found(logged: Office) -> None:
    """One character of one column of one entry, many times; each is put right again."""
    chance = random.Random(38)
    size = check(logged).size
    for _ in range(60):
        index, column = chance.randrange(size), chance.choice(COLUMNS)
        before = str(logged.rows(f"SELECT {column} FROM audit_entries WHERE log_index = {index}")[0][0])
        place = chance.randrange(len(before))
        other = chance.choice([one for one in "0123456789abcdef" if one != before[place]])
        put(logged, index, column, before[:place] + other + before[place + 1 :])
        verdict = check(logged)
        assert (verdict.ok, verdict.first_bad_index) == (False, index), (column, place, other)
        put(logged, index, column, before)
    assert check(logged).ok


def put(office: Office, index: int, column: str, value: str) -> None:
    statement = f"UPDATE audit_entries SET {column} = :value WHERE log_index = :index"
    assert office.store.write(lambda session: session.change(statement, {"value": value, "index": index})) == 1
