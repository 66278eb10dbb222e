"""A stop, clause by clause as guarantee 8 says it: plain and frozen, in one project and in all."""

from __future__ import annotations

import secrets
import threading
from typing import Any

import pytest

from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.stages.routing import service as routing
from handrail.web.permissions import Role
from tests.support.office import POLICY, Office, opened
from tests.support.webroom import Webroom

RELEASES = POLICY.replace("junior: {deadline: 1h,", "junior: {deadline: 1h, priority: 50,").replace(
    "at_breach: {elevate: senior}", 'at_breach: {release: "late is worse than wrong here"}'
)
AMOUNT = {"metadata": {"amount": 60_000}}


@pytest.fixture
def two(office: Office) -> tuple[Office, Office]:
    """Two projects of one installation."""
    return office, opened(office.store)


def stop_everywhere(office: Office, *, freeze: bool = False) -> None:
    office.store.write(lambda s: routing.set_stop_everywhere(s, freeze=freeze, reason="a test", by=None))


def lift_everywhere(office: Office) -> None:
    office.store.write(lambda s: routing.lift_stop_everywhere(s, None))


def test_a_stop_of_every_project_binds_all_of_them_and_those_made_later(two: tuple[Office, Office]) -> None:
    stop_everywhere(two[0])
    assert [one.submit(confidence=0.99)["route"]["rule"] for one in two] == ["stop", "stop"]
    late = opened(two[0].store)
    assert late.submit(confidence=0.99)["route"]["rule"] == "stop"
    lift_everywhere(two[1])
    assert [one.submit(confidence=0.99)["status"] for one in (*two, late)] == ["released"] * 3


def test_lifting_one_stop_leaves_the_other_in_force(two: tuple[Office, Office]) -> None:
    first, second = two
    first.stop()
    stop_everywhere(first)
    lift_everywhere(first)
    assert [one.submit(confidence=0.99)["status"] for one in two] == ["pending", "released"]
    stop_everywhere(second)
    first.lift()
    assert [one.submit(confidence=0.99)["status"] for one in two] == ["pending", "pending"]


def test_only_an_admin_stops_every_project_and_lifts_that_again(room: Webroom) -> None:
    office = room.office
    lea, mia = room.browser(office.person("lea", Role.LEAD)), room.browser(office.person("mia", Role.ADMIN))
    everywhere = {"reason": "all wrong", "scope": "everywhere"}
    assert lea.put("/v1/stop", json=everywhere).status_code == 403
    told = mia.put("/v1/stop", json=everywhere | {"freeze": True})
    assert (told.status_code, told.json()["scope"], told.json()["freeze"]) == (200, "everywhere", True)
    refused = lea.delete("/v1/stop")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_active")
    assert lea.delete("/v1/stop", params={"scope": "everywhere"}).status_code == 403
    assert lea.get("/v1/stop").json()["in_force"] is True
    told = mia.delete("/v1/stop", params={"scope": "everywhere"})
    assert (told.status_code, told.json()["in_force"], told.json()["scope"]) == (200, False, None)
    assert mia.delete("/v1/stop", params={"scope": "all"}).status_code == 422
    kinds = office.rows("SELECT kind, subject FROM audit_entries WHERE kind LIKE 'stop.%' ORDER BY id")
    assert kinds == [("stop.set", "everywhere"), ("stop.lifted", "everywhere")]


def test_each_project_hears_of_a_stop_and_of_its_end(room: Webroom) -> None:
    office, client = room.office, room.program()
    assert client.put("/v1/stop", json={"reason": "a test", "freeze": True}).status_code == 200
    assert client.delete("/v1/stop").status_code == 200
    stop_everywhere(office)
    office.number_all()
    told = client.get("/v1/events", params={"type": "stop.set,stop.lifted"}).json()["data"]
    assert [(one["type"], one["data"]["sequence"], one["data"]["stop"]["scope"]) for one in told] == [
        ("stop.set", 1, "project"),
        ("stop.lifted", 2, "project"),
        ("stop.set", 1, "everywhere"),
    ]
    assert told[0]["subject"] == told[1]["subject"] != told[2]["subject"]
    stop = told[1]["data"]["stop"]
    assert (stop["in_force"], stop["freeze"], stop["reason"]) == (False, True, "a test")


def test_t45_nothing_that_begins_after_the_stop_is_released(office: Office) -> None:
    """Items on their way while the stop is set end on one side of it or the other; none slips through behind it."""
    stopped, seen = threading.Event(), list[tuple[bool, str]]()

    def submit() -> None:
        for _ in range(25):
            began_after = stopped.is_set()
            seen.append((began_after, office.submit(confidence=0.99)["status"]))

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for one in threads:
        one.start()
    while len(seen) < 10:
        threading.Event().wait(0.005)
    stop_everywhere(office)
    stopped.set()
    for one in threads:
        one.join()
    behind = [status for began_after, status in seen if began_after]
    assert behind
    assert set(behind) == {"pending"}


# plain: nothing automatic, all else goes on


def test_a_plain_stop_holds_releases_at_breach_back_until_it_is_lifted(office: Office) -> None:
    office.activate(RELEASES)
    late, safe = office.submit()["item_id"], office.submit(**AMOUNT)["item_id"]
    office.stop()
    office.shift(hours=3)
    office.run_due()
    assert office.result(late)["status"] == "pending"
    assert office.result(safe)["source"] == "fallback"
    office.lift()
    office.run_due()
    result = office.result(late)
    assert (result["source"], result["decided_by"], result["late"]) == ("auto", "deadline", True)


def test_a_plain_stop_lets_people_decide_what_is_overdue(office: Office) -> None:
    office.activate(RELEASES)
    ana = office.person("ana")
    item_id = office.submit()["item_id"]
    office.stop()
    office.shift(hours=3)
    office.run_due()
    office.decide(ana, office.claim(ana)[0], "edit")
    office.shift(seconds=6)
    office.run_due()
    assert (office.result(item_id)["source"], office.result(item_id)["late"]) == ("edited", True)
    office.lift()
    office.run_due()
    assert office.result(item_id)["source"] == "edited"
    assert office.rows("SELECT kind FROM jobs WHERE kind LIKE 'deadline.%'") == []


# frozen: nothing takes effect


def test_in_a_freeze_verdicts_rest_and_whoever_asks_or_waits_is_told_pending(room: Webroom) -> None:
    office, client = room.office, room.program()
    ana = office.person("ana")
    item_id = office.submit()["item_id"]
    office.stop(freeze=True)
    office.decide(ana, office.claim(ana)[0])
    office.shift(minutes=30)
    office.run_due()
    assert office.item(item_id)["state"] == "settled"
    for wait in ("0s", "300ms"):
        told = client.get(f"/v1/items/{item_id}/outcome", params={"wait": wait})
        assert (told.status_code, told.json()["status"], told.json()["show"]) == (202, "pending", "nothing")
    assert client.get("/v1/outcomes").json()["data"] == []
    office.lift()
    office.run_due()
    assert (office.result(item_id)["source"], office.result(item_id)["late"]) == ("human", False)


TOXIC = {"metadata": {"toxic": True}}


def test_in_a_freeze_not_even_a_block_of_the_policy_takes_effect(office: Office) -> None:
    """With a plain stop it does. Afterwards a person has the item, and no deadline releases it."""
    office.activate(POLICY.replace("at_breach: {elevate: senior}", 'at_breach: {release: "late is worse than wrong"}'))
    office.stop()
    assert office.submit(**TOXIC)["status"] == "blocked"
    office.stop(freeze=True)
    frozen = office.submit(**TOXIC)
    assert (frozen["status"], frozen["text"], frozen["show"], frozen["route"]["rule"]) == (
        "pending", None, "nothing", "stop",
    )  # fmt: skip
    office.lift()
    assert office.result(frozen["item_id"])["status"] == "pending"
    office.shift(hours=2)
    office.run_due()
    told = office.result(frozen["item_id"])
    assert (told["source"], told["text"]) == ("fallback", "We have passed your question to a colleague.")


def test_in_a_freeze_a_deadline_does_nothing_at_all(office: Office) -> None:
    moves, falls = office.submit()["item_id"], office.submit(**AMOUNT)["item_id"]
    office.stop(freeze=True)
    office.shift(hours=5)
    office.run_due()
    for one, queue in ((moves, "junior"), (falls, "senior")):
        assert (office.item(one)["state"], office.item(one)["queue"]) == ("in_review", queue)
        assert "item.overdue" not in office.kinds(one)
    assert office.run_due() == 0  # what is held back is not asked again and again
    office.lift()
    office.run_due()
    assert office.item(moves)["queue"] == "senior"
    assert office.result(falls)["source"] == "fallback"


@pytest.mark.parametrize("everywhere", [False, True])
def test_lifting_a_freeze_lets_all_of_it_take_effect_oldest_first(office: Office, everywhere: bool) -> None:
    """Verdicts count from the end of their window, deadlines from their moment, in whatever order they were tried."""
    ana = office.person("ana")
    amounts: list[dict[str, Any]] = [AMOUNT, {}, AMOUNT, {}, AMOUNT]
    stop_everywhere(office, freeze=True) if everywhere else office.stop(freeze=True)
    due = list[tuple[int, str]]()
    for body in amounts:
        office.shift(minutes=10)
        item_id = office.submit(**body)["item_id"]
        if not body:
            office.decide(ana, office.claim(ana, "junior")[0])
            (at,) = office.rows("SELECT undo_until FROM reviews WHERE item_id = :id", id=item_id)[0]
        else:
            (at,) = office.rows("SELECT due_at FROM items WHERE id = :id", id=item_id)[0]
        due.append((at, item_id))
    for _ in range(8):
        office.shift(minutes=30)
        office.run_due()
    assert office.rows("SELECT COUNT(*) FROM outcomes") == [(0,)]
    lift_everywhere(office) if everywhere else office.lift()
    office.run_due()
    office.number_all()
    order = [row[0] for row in office.rows("SELECT item_id FROM outcome_order ORDER BY number")]
    assert order == [item_id for _, item_id in sorted(due)]
    assert office.rows("SELECT COUNT(*) FROM jobs WHERE state <> 'waiting'") == [(0,)]
    assert office.verify().ok


def test_a_freeze_after_a_plain_stop_holds_more_and_both_end_together(office: Office) -> None:
    late = office.submit(**AMOUNT)["item_id"]
    office.stop()
    office.stop(freeze=True)
    office.shift(hours=3)
    office.run_due()
    assert office.result(late)["status"] == "pending"
    office.lift()
    office.run_due()
    assert office.result(late)["source"] == "fallback"


def test_one_project_frozen_does_not_hold_another_back(two: tuple[Office, Office]) -> None:
    first, _ = two
    items = [one.submit(**AMOUNT)["item_id"] for one in two]
    first.stop(freeze=True)
    first.shift(hours=3)
    first.run_due()
    assert [one.result(item)["status"] for one, item in zip(two, items, strict=True)] == ["pending", "released"]


def test_a_project_made_while_every_project_is_being_stopped_is_stopped_too(office: Office) -> None:
    made = list[str]()

    def make() -> None:
        wanted = NewProject(f"late-{secrets.token_hex(4)}", "Late")
        made.append(
            office.store.write(
                lambda s: create_project(s, Hand(office.key), wanted, founder_id=None, roles=frozenset())
            )
        )

    threads = [threading.Thread(target=make) for _ in range(3)]
    for one in threads:
        one.start()
    stop_everywhere(office)
    for one in threads:
        one.join()
    for project_id in made:
        in_force = office.store.read(lambda s, id=project_id: office.rooms.book.in_force(s, id))  # type: ignore[misc]
        assert in_force.stop is not None
