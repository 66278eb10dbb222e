"""A server of today takes over the database that schema 0001 left: nothing is lost, and work goes on."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from handrail.audit import verify
from handrail.audit.export import export
from handrail.client.api import Api
from handrail.client.errors import ApiError
from handrail.stages.delivering.sender import Sender
from handrail.stages.monitoring.counting import fold
from handrail.storage.migrate import HEAD
from tests.audit.second import second
from tests.storage.stored.content import body_of
from tests.support.commands import Commands, commands
from tests.support.stored import FOLDER, Stored, Today, empty_place, stored, stored_file, stored_postgres

__all__ = ["commands", "empty_place", "stored", "stored_file", "stored_postgres"]


def plain(value: Any) -> Any:
    """The same value on both stores and in the backup."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, UUID) else value


def rows_there(today: Today, stored: Stored) -> dict[str, list[list[Any]]]:
    """What the old columns hold now."""
    found = {}
    for one in stored.manifest.tables:
        columns = ", ".join(f'"{name}"' for name in one.columns)
        there = today.rows(f"SELECT {columns} FROM {one.name}")
        found[one.name] = sorted([[plain(value) for value in row] for row in there], key=repr)
    return found


def rows_then(stored: Stored) -> dict[str, list[list[Any]]]:
    return {
        one.name: sorted([[plain(value) for value in row.values()] for row in stored.table(one.name)], key=repr)
        for one in stored.manifest.tables
    }


GROWING = {"instance", "jobs"}
"""A start adds to these: the jobs that repeat."""


def test_all_rows_are_there_as_they_were(stored: Stored) -> None:
    with stored.today() as today:
        there, then = rows_there(today, stored), rows_then(stored)
        for name, rows in then.items():
            if name in GROWING:
                lost = [row for row in rows if row not in there[name] and "reviewing.expire_leases" not in row]
                assert lost == [], name
            else:
                assert there[name] == rows, name
        assert today.rows("SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_a_copy_of_the_file_from_before_lies_beside_it_and_that_is_told(
    stored_file: Path, stored: Stored, commands: Commands
) -> None:
    """On stderr, whichever command is the first to open the database; PostgreSQL has its own backups."""
    done = commands("audit", "verify", *stored.options)
    assert done.code == 0, done.err
    assert done.out.startswith("ok, ")
    assert "storage.upgraded" in done.err
    found = sorted(stored.data.glob("handrail.db.before*"))
    if not stored.url.startswith("sqlite"):
        assert found == []
        return
    assert [one.name for one in found] == [f"handrail.db.before-{HEAD}-was-0001"]
    assert str(found[0]) in done.err
    assert found[0].stat().st_mode & 0o777 == stored.path.stat().st_mode & 0o777
    with closing(sqlite3.connect(found[0])) as copy, closing(sqlite3.connect(stored_file)) as was:
        assert list(copy.iterdump()) == list(was.iterdump())


def both_find_it_whole(today: Today, folder: Path, *, waiting: int) -> int:
    key, read = today.installation.house.audit_key, today.installation.store.read
    found = verify(read, key)
    assert (found.ok, found.unsequenced) == (True, waiting), found
    export(read, key, folder)
    assert second.check_log(second.Folder(folder), None, [], key.secret) == found.size
    return found.size


def test_the_log_is_whole_before_and_after_it_goes_on(stored: Stored, tmp_path: Path) -> None:
    waiting = sum(row["log_index"] is None for row in stored.table("audit_entries"))
    assert waiting > 0
    with stored.today() as today:
        key, read = today.installation.house.audit_key, today.installation.store.read
        before = verify(read, key)
        assert (before.ok, before.size, before.unsequenced) == (True, stored.manifest.audit_size, waiting), before
        assert before.size > 256  # a whole tile, above which that version wrote none
        today.installation.worker.start()
        today.installation.worker.stop()
        today.run()
        assert both_find_it_whole(today, tmp_path / "log", waiting=0) >= before.size + waiting
        old = [row for row in stored.table("audit_entries") if row["log_index"] is not None]
        now = dict(today.rows("SELECT log_index, entry FROM audit_entries"))
        assert [now[row["log_index"]] for row in old] == [row["entry"] for row in old]
        auditor = today.person("eve")
        proof = auditor.get("/v1/audit-log/proof", index=3, size=before.size)
        assert len(proof["hashes"]) >= 8
        signed = auditor.request("GET", "/v1/audit-log/checkpoint").body.decode().splitlines()
        assert int(signed[1]) >= before.size + waiting


def test_people_and_programs_are_known_and_gone_ones_are_not(stored: Stored) -> None:
    with stored.today() as today:
        for name, role in (("kim", "lead"), ("ana", "reviewer"), ("ben", "senior"), ("eve", "auditor")):
            assert role in today.person(name).get("/v1/me")["memberships"][0]["roles"]
        with pytest.raises(ApiError, match="unauthenticated"):
            today.person("gone")
        with pytest.raises(ApiError, match="unauthenticated"):
            today.program("revoked").get("/v1/items")
        shown = today.person("lead").get("/v1/policies")["data"]
        assert [(one["version"], one["state"]) for one in shown] == [
            (4, "proposed"), (3, "active"), (2, "past"), (1, "past"),
        ]  # fmt: skip
        assert today.person("lead", "letters").get("/v1/stop")["freeze"] is True


def test_a_repeated_request_is_given_its_answer_again(stored: Stored) -> None:
    """What had been acknowledged stays so: one key, one item."""
    with stored.today() as today, today.program() as application:
        for number in (0, 4, 6, 9, 1_001):
            then = today.known["items"][f"item-{number}"]
            again = application.post("/v1/items", body_of(number), **{"Idempotency-Key": f"item-{number}"})
            assert again["item_id"] == then["item_id"]
            if then["status"] != "pending":
                assert (again["status"], again["text"]) == (then["status"], then["text"])


def test_who_held_something_goes_on_with_it(stored: Stored) -> None:
    with stored.today(timedelta(minutes=1)) as today, today.person("ben") as ben:
        for why in ("by ben", "at the end"):
            held = today.known["held"][why]
            body = {"fence": held["fence"], "verdict": "approve", "active_ms": 1}
            done = ben.post(f"/v1/assignments/{held['assignment_id']}/review", body)
            assert done["review"]["item_id"] == held["item_id"]


def test_whose_lease_is_over_is_told_and_the_next_one_takes_it(stored: Stored) -> None:
    with stored.today(timedelta(minutes=30)) as today:
        today.run()
        held = today.known["held"]["taken back"]
        with today.person("ana") as ana, pytest.raises(ApiError, match="lease_lost"):
            ana.post(
                f"/v1/assignments/{held['assignment_id']}/review",
                {"fence": held["fence"], "verdict": "approve", "active_ms": 1},
            )
        assert decided(today, held["item_id"]) == "edited"


def decided(today: Today, item_id: str) -> str:
    """Claims until this item comes, edits it, and lets its window pass; its source then."""
    with today.person("ben") as ben:
        while True:
            held = ben.post("/v1/assignments/claim", {"queues": ["junior"]})["assignments"][0]
            body = {"fence": held["fence"], "active_ms": 1, "verdict": "edit", "reason": "Made better."}
            body |= {"output": {"type": "text", "text": "Another letter."}, "categories": ["sum"]}
            ben.post(f"/v1/assignments/{held['assignment_id']}/review", body)
            if held["item_id"] == item_id:
                break
    today.clock.shift(timedelta(minutes=1))
    today.run()
    with today.program() as application:
        return str(application.get(f"/v1/items/{item_id}/outcome")["source"])


def test_deadlines_and_windows_of_then_fire_once(stored: Stored) -> None:
    """What rested in its window takes effect; what nobody decided goes up, then out as the fallback."""
    with stored.today(timedelta(hours=1, minutes=5)) as today, today.program() as application:
        today.run()
        resting = application.get(f"/v1/items/{today.known['resting']}/outcome")
        assert (resting["status"], resting["source"]) == ("released", "edited")
        queues = {row[0] for row in today.rows("SELECT queue FROM items WHERE status = 'pending'")}
        assert "junior" not in queues, "one hour is over: they went up"
        assert "senior" in queues
        today.clock.shift(timedelta(days=2))
        today.run()
        left = today.rows("SELECT project_id FROM items WHERE status = 'pending'")
        letters = today.rows("SELECT id FROM projects WHERE slug = 'letters'")
        assert {row[0] for row in left} == {letters[0][0]}, "a freeze of then still holds"
        assert today.rows("SELECT item_id FROM outcomes GROUP BY item_id HAVING COUNT(*) > 1") == []


def test_outcomes_of_then_stand_and_can_be_recalled(stored: Stored) -> None:
    then = {row["item_id"]: row for row in stored.table("outcomes")}
    with stored.today() as today, today.program() as application:
        told = list(application.rows("/v1/outcomes", limit=100))
        numbered = {row["subject"] for row in stored.table("events") if row["number"] is not None}
        assert [one["item_id"] for one in told if one["item_id"] not in then] == []
        assert {one["item_id"] for one in told} == set(then) & numbered
        today.run()
        told = list(application.rows("/v1/outcomes", limit=100))
        assert {one["item_id"] for one in told} >= set(then)
        with today.person("lead") as lead:
            first = next(one for one in told if one["status"] == "released")
            recalled = lead.post(f"/v1/items/{first['item_id']}/recall", {"reason": "It was wrong."})
        assert recalled["text"] is None
        assert recalled["recall"]["why"] == "recall"
        assert recalled["content_hash"] == first["content_hash"]


def test_old_items_are_found_counted_and_told(stored: Stored) -> None:
    """Words, facets, counts, events: made for what was there before they were."""
    items = stored.table("items")
    with stored.today() as today, today.person("lead") as lead:
        today.run()
        assert {one["key"] for one in lead.rows("/v1/items", q="customer 17", limit=100)} >= {"item-17"}
        gold = list(lead.rows("/v1/items", limit=100, **{"metadata.customer": "gold"}))
        assert {one["key"] for one in gold} == {
            name for name in today.known["items"] if name.startswith("item-") and int(name[5:]) % 3 == 0
        } - {"item-900"}
        today.clock.shift(timedelta(seconds=5))
        today.run()
        counted = today.rows("SELECT SUM(n) FROM metric_cells WHERE fact = 'received' AND grain = 'day'")
        assert int(counted[0][0]) == len(items)
        assert today.installation.store.write(fold) == 0, "nothing is counted twice"


def test_events_of_then_stand_before_those_of_now(stored: Stored) -> None:
    with stored.today() as today, today.program() as application:
        mine = today.rows("SELECT id FROM projects WHERE slug = 'claims'")[0][0]
        then = [row for row in stored.table("events") if row["project_id"] == str(mine)]
        numbered = sorted((row["number"], row["id"]) for row in then if row["number"] is not None)
        today.run()
        told = [one["id"] for one in all_events(application, None)]
        assert told[: len(numbered)] == [id for _, id in numbered]
        assert set(told) >= {row["id"] for row in then}, "what had no number then has one now"
        later = [one["id"] for one in all_events(application, today.known["events"])]
        assert later == told[told.index(today.known["events"]) + 1 :]


def all_events(application: Api, after: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = application.get("/v1/events", limit=200, after=found[-1]["id"] if found else after)["data"]
        if not page:
            return found
        found += page


def test_a_webhook_of_today_gets_what_is_decided_from_now_on(stored: Stored) -> None:
    with stored.today() as today, today.person("lead") as lead:
        today.run()
        lead.post("/v1/webhooks", {"name": "app", "url": "https://receiver.example.org/in", "types": ["item.*"]})
        item = today.known["held"]["taken back"]["item_id"]
        today.clock.shift(timedelta(minutes=20))
        today.run()
        decided(today, item)
        sender = today.installation.worker.beside[0]
        assert isinstance(sender, Sender)
        sender.send_due()
        subjects = {row[0] for row in today.rows("SELECT subject FROM deliveries")}
        assert item in subjects


def test_the_backup_of_then_is_restored_on_either_store(
    empty_place: Stored, commands: Commands, tmp_path: Path
) -> None:
    done = commands("restore", FOLDER, *empty_place.options)
    assert done.code == 0, done.err
    assert f"The audit log is whole: {empty_place.manifest.audit_size} entries." in done.out
    with empty_place.today() as today:
        there, then = rows_there(today, empty_place), rows_then(empty_place)
        assert {name: rows for name, rows in there.items() if name not in GROWING} == {
            name: rows for name, rows in then.items() if name not in GROWING
        }
        today.installation.worker.start()
        today.installation.worker.stop()
        today.run()
        both_find_it_whole(today, tmp_path / "log", waiting=0)
