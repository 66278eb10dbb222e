"""Health tells the truth: each part that does not work is named with what to do."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from tests.support.webroom import Webroom


def parts(client: TestClient) -> dict[str, str | None]:
    """What is wrong, by part; also checks that the whole says no as soon as one part does."""
    told: dict[str, Any] = client.get("/v1/health").json()
    assert told["ok"] == all(one["ok"] for one in told["parts"])
    return {one["name"]: one["why"] for one in told["parts"]}


def test_all_is_well(room: Webroom) -> None:
    room.office.number_all()
    room.installation.check_audit()
    found = parts(room.program())
    assert set(found) == {"database", "worker", "timers", "audit_log", "webhooks", "disk"}
    assert {name: why for name, why in found.items() if why is not None and name != "disk"} == {}


def test_t38_an_altered_log_raises_the_alarm(room: Webroom) -> None:
    room.office.submit()
    room.office.number_all()
    client = room.program()
    room.office.number_all()
    room.office.store.write(lambda session: session.change("UPDATE audit_entries SET actor = 'x' WHERE log_index = 1"))
    assert parts(client)["audit_log"] is None  # not looked at since
    room.installation.check_audit()
    assert "broken from index 1" in str(parts(client)["audit_log"])


def test_jobs_that_nobody_runs_and_jobs_that_were_given_up_are_told(room: Webroom) -> None:
    room.office.submit()
    room.office.run_due()
    room.office.number_all()
    client = room.program()
    room.office.shift(minutes=31)
    assert "timers are late; start a worker" in str(parts(client)["timers"])
    room.office.run_due()
    assert parts(client)["timers"] is None
    room.office.store.write(lambda session: session.change("UPDATE jobs SET state = 'dead' WHERE run_at > 0"))
    assert "given up" in str(parts(client)["timers"])


def test_entries_that_wait_too_long_for_their_number_are_told(room: Webroom) -> None:
    room.office.submit()
    client = room.program()
    room.office.shift(seconds=11)
    assert "waited for their number" in str(parts(client)["audit_log"])
    room.office.number_all()
    assert parts(client)["audit_log"] is None
