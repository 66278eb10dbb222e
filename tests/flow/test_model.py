"""The real services against a small model that is obviously right: whatever people, timers and leads do, in any order.

The model holds what a person could say of each item without looking into the database. After each step the database is
compared with it. Where a moment falls between two looks at the clock, both readings are right, and the model follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from handrail.domain.life import Happening, State, after
from handrail.kit.clock import from_ms
from handrail.stages.reviewing.errors import AlreadyDecided, LeaseLost, UndoOver
from handrail.stages.reviewing.rules import Reviewer
from handrail.storage import AnyStore
from handrail.web.permissions import Role
from tests.support.office import Office, opened, refused

NEVER = datetime(2200, 1, 1, tzinfo=UTC)
LEASE, UNDO = timedelta(minutes=10), timedelta(seconds=5)
DUE = {"junior": timedelta(hours=1), "senior": timedelta(hours=2)}
KINDS: dict[str, dict[str, Any]] = {
    "release": {"confidence": 0.99},
    "block": {"confidence": 0.99, "metadata": {"toxic": True}},
    "junior": {"confidence": 0.5},
    "senior": {"confidence": 0.99, "metadata": {"amount": 60_000}},
}
SOURCE = {"approve": "human", "edit": "edited", "reject": "human"}


@dataclass
class Seat:
    """One look that an item wants from a person."""

    kind: str
    queue: str
    fence: int = 0
    holder: str | None = None
    assignment: dict[str, Any] | None = None
    lease_until: datetime | None = None
    review_id: str | None = None
    reviewer: str | None = None
    verdict: str | None = None
    undo_until: datetime | None = None
    is_closed: bool = False
    skipped_by: set[str] = field(default_factory=set)
    old: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        return not self.is_closed and self.holder is None and self.review_id is None

    def leave(self) -> None:
        """Nobody holds it any more; what was held is an old assignment."""
        if self.holder is not None and self.assignment is not None:
            self.old.append((self.holder, self.assignment))
        self.holder = self.assignment = self.lease_until = None


@dataclass
class Thing:
    """One item as the model sees it."""

    id: str
    key: str | None
    state: str
    seat: Seat | None
    due_at: datetime | None
    outcome: dict[str, Any] | None = None


class Life(RuleBasedStateMachine):
    """What may happen in one project."""

    store: AnyStore

    def __init__(self) -> None:
        super().__init__()
        self.things: list[Thing] = []
        self.stop: str | None = None
        self.unsure: tuple[datetime, datetime] = (NEVER, NEVER)

    @initialize()
    def open(self) -> None:
        self.office: Office = opened(self.store)
        self.people: dict[str, Reviewer] = {
            "ana": self.office.person("ana"),
            "ben": self.office.person("ben"),
            "sue": self.office.person("sue", Role.SENIOR),
        }

    @contextmanager
    def watched(self) -> Iterator[None]:
        """One step: afterwards `passed` knows what lies between its begin and its end."""
        first = self.store.now() - timedelta(milliseconds=50)  # clocks of two machines are never quite the same
        yield
        self.unsure = (first, self.store.now() + timedelta(milliseconds=50))

    def passed(self, moment: datetime | None) -> bool | None:
        """Whether a moment lay before the step; None where that cannot be said."""
        if moment is None:
            return False
        first, last = self.unsure
        return True if moment < first else False if moment > last else None

    # what people outside do

    @rule(kind=st.sampled_from(sorted(KINDS)), key=st.none() | st.sampled_from(["k1", "k2"]))
    def submit(self, kind: str, key: str | None) -> None:
        known = next((one for one in self.things if key is not None and one.key == key), None)
        body = KINDS[kind] | ({"key": key, "output": kind} if key else {})
        with self.watched():
            told: list[dict[str, Any]] = []
            fault = refused(lambda: told.append(self.office.submit(**body)))
        if known is not None:
            assert (fault is None) == (self.kind_of(known) == kind)
            assert fault is None or fault.code == "key_mismatch"
            assert not told or told[0]["item_id"] == known.id
            return
        assert fault is None
        self.things.append(self.new_thing(kind, key, told[0]))

    def kind_of(self, thing: Thing) -> str:
        return (
            str(self.office.rows("SELECT body FROM item_contents WHERE item_id = :id", id=thing.id)[0][0])
            .split('"text":"')[1]
            .split('"')[0]
        )

    def new_thing(self, kind: str, key: str | None, result: dict[str, Any]) -> Thing:
        if kind == "block":
            assert result["status"] == "blocked"
            return Thing(result["item_id"], key, "blocked", None, None, result)
        if kind == "release" and self.stop is None:
            assert result["status"] == "released"
            return Thing(result["item_id"], key, "released", Seat("audit", "audit"), None, result)
        assert result["status"] == "pending"
        assert self.stop is None or result["show"] == "nothing"
        queue = self.office.item(result["item_id"])["queue"]
        assert queue == ("senior" if kind == "senior" else "junior")
        due = self.office.item(result["item_id"])["due_at"]
        assert self.unsure[0] <= due - DUE[queue] <= self.unsure[1]
        return Thing(result["item_id"], key, "in_review", Seat("review", queue), due)

    # what reviewers do

    @rule(name=st.sampled_from(["ana", "ben", "sue"]), queue=st.sampled_from(["junior", "senior", "audit"]))
    def claim(self, name: str, queue: str) -> None:
        with self.watched():
            taken = self.office.claim(self.people[name], queue)
        self.expire()
        may = queue != "senior" or name == "sue"
        open_to_me = [one for one in self.seats() if one.waits and one.queue == queue and name not in one.skipped_by]
        if not may or not open_to_me:
            assert taken == []
            return
        assert len(taken) == 1
        thing = next(one for one in self.things if one.id == taken[0]["item_id"])
        seat = thing.seat
        assert seat is not None
        assert seat in open_to_me
        assert taken[0]["fence"] == seat.fence + 1
        self.assert_first(taken[0]["seat_id"], queue, name)
        seat.fence, seat.holder, seat.assignment = taken[0]["fence"], name, taken[0]
        seat.lease_until = taken[0]["lease_until"]

    def assert_first(self, seat_id: str, queue: str, name: str) -> None:
        """Nothing that waits, and that this person may have, stands before the one handed out."""
        sql = (
            "SELECT COUNT(*) FROM seats WHERE project_id = :project AND queue = :queue AND status = 'waiting' "
            "AND sort_key < (SELECT sort_key FROM seats WHERE id = :seat) "
            "AND NOT EXISTS (SELECT 1 FROM skips WHERE seat_id = seats.id AND person_id = :person)"
        )
        values = {"project": self.office.project_id, "queue": queue, "seat": seat_id, "person": self.people[name].id}
        assert self.office.rows(sql, **values) == [(0,)]

    def seats(self) -> list[Seat]:
        return [one.seat for one in self.things if one.seat is not None]

    def held(self) -> list[tuple[Thing, Seat]]:
        return [(one, one.seat) for one in self.things if one.seat is not None and one.seat.holder is not None]

    def expire(self) -> None:
        """Leases that are over go back; where that cannot be said, as the database has it."""
        for thing, seat in self.held():
            over = self.passed(seat.lease_until)
            if over is None:
                over = self.row(thing, seat)["status"] == "waiting"
            if over:
                seat.leave()

    def row(self, thing: Thing, seat: Seat) -> dict[str, Any]:
        names = ("status", "fence", "holder_id", "queue")
        found = self.office.rows(
            f"SELECT {', '.join(names)} FROM seats WHERE item_id = :id AND kind = :kind", id=thing.id, kind=seat.kind
        )
        return dict(zip(names, found[0], strict=True))

    @precondition(lambda self: self.held())
    @rule(place=st.integers(0, 20), verdict=st.sampled_from(["approve", "edit", "reject"]))
    def decide(self, place: int, verdict: str) -> None:
        held = self.held()
        thing, seat = held[place % len(held)]
        assert seat.holder is not None
        assert seat.assignment is not None
        with self.watched():
            told: list[str] = []
            who, what = self.people[seat.holder], seat.assignment
            fault = refused(lambda: told.append(self.office.decide(who, what, verdict)))
        over = self.passed(seat.lease_until)
        if over is None:
            over = fault is not None
        if over:
            assert isinstance(fault, LeaseLost)
            return
        assert fault is None
        seat.review_id, seat.reviewer, seat.verdict = told[0], seat.holder, verdict
        found = self.office.rows("SELECT submitted_at, undo_until FROM reviews WHERE id = :id", id=told[0])[0]
        assert found[1] - found[0] == UNDO // timedelta(milliseconds=1)
        seat.undo_until = from_ms(found[1])
        seat.leave()
        if seat.kind == "review":
            thing.state = "settled"

    @precondition(lambda self: any(one.old for one in self.seats()))
    @rule(place=st.integers(0, 20), verdict=st.sampled_from(["approve", "reject"]))
    def decide_late(self, place: int, verdict: str) -> None:
        """Whoever comes with an older fence is told, and changes nothing."""
        old = [(thing, who, what) for thing in self.things if thing.seat for who, what in thing.seat.old]
        thing, who, what = old[place % len(old)]
        with self.watched():
            fault = refused(self.office.decide, self.people[who], what, verdict)
        assert isinstance(fault, LeaseLost | AlreadyDecided)
        if isinstance(fault, AlreadyDecided):
            assert fault.extra["result"]["item_id"] == thing.id

    @precondition(lambda self: self.held())
    @rule(place=st.integers(0, 20), other=st.sampled_from(["ana", "ben", "sue"]))
    def decide_for_another(self, place: int, other: str) -> None:
        held = self.held()
        _, seat = held[place % len(held)]
        assert seat.assignment is not None
        if other != seat.holder:
            assert isinstance(refused(self.office.decide, self.people[other], seat.assignment), LeaseLost)

    @precondition(lambda self: self.held())
    @rule(place=st.integers(0, 20))
    def heartbeat(self, place: int) -> None:
        held = self.held()
        _, seat = held[place % len(held)]
        assert seat.holder is not None
        assert seat.assignment is not None
        with self.watched():
            fault = refused(self.office.beat, self.people[seat.holder], seat.assignment)
        over = self.passed(seat.lease_until)
        assert over is None or over == isinstance(fault, LeaseLost)
        if fault is None:
            now = self.office.rows("SELECT lease_until FROM assignments WHERE id = :id", id=seat.assignment["id"])
            seat.lease_until = from_ms(now[0][0])
            assert self.unsure[0] + LEASE <= seat.lease_until <= self.unsure[1] + LEASE

    @precondition(lambda self: self.held())
    @rule(place=st.integers(0, 20), skip=st.booleans())
    def give_back(self, place: int, skip: bool) -> None:
        held = self.held()
        _, seat = held[place % len(held)]
        assert seat.holder is not None
        assert seat.assignment is not None
        who, what = self.people[seat.holder], seat.assignment
        assert refused(partial(self.office.give_back, skip=skip), who, what) is None
        if skip:
            seat.skipped_by.add(seat.holder)
        seat.leave()

    @precondition(lambda self: any(one.review_id for one in self.seats()))
    @rule(place=st.integers(0, 20))
    def undo(self, place: int) -> None:
        given = [(one, one.seat) for one in self.things if one.seat is not None and one.seat.review_id is not None]
        thing, seat = given[place % len(given)]
        assert seat.reviewer is not None
        assert seat.review_id is not None
        with self.watched():
            told: list[dict[str, Any]] = []
            who, what = self.people[seat.reviewer], seat.review_id
            fault = refused(lambda: told.append(self.office.undo(who, what)))
        over = True if seat.is_closed else self.passed(seat.undo_until)
        if over is None:
            over = fault is not None
        if over:
            assert isinstance(fault, UndoOver)
            return
        assert fault is None
        assert told[0]["fence"] == seat.fence + 1
        seat.fence, seat.holder, seat.assignment = told[0]["fence"], seat.reviewer, told[0]
        seat.lease_until = told[0]["lease_until"]
        seat.review_id = seat.reviewer = seat.verdict = seat.undo_until = None
        if seat.kind == "review":
            thing.state = "in_review"

    # what leads do, and what time does

    @rule(freeze=st.booleans())
    def set_stop(self, freeze: bool) -> None:
        if self.stop is None:
            self.office.stop(freeze=freeze)
            self.stop = "freeze" if freeze else "plain"

    @rule()
    def lift(self) -> None:
        if self.stop is not None:
            self.office.lift()
            self.stop = None

    @rule(by=st.sampled_from([1, 6, 60, 300, 601, 1_801, 3_601, 7_201]))
    def time_passes(self, by: int) -> None:
        self.office.shift(seconds=by)

    @rule()
    def worker_runs(self) -> None:
        with self.watched():
            for _ in range(6):
                self.office.rooms.worker.run_due()
        self.expire()
        for thing in self.things:
            self.ends(thing)

    def ends(self, thing: Thing) -> None:
        """What the timers make of one item."""
        seat = thing.seat
        if seat is None or seat.is_closed:
            return
        if seat.review_id is not None:
            if self.stop != "freeze" and self.is_over(seat.undo_until, thing, seat):
                self.settle(thing, seat)
        elif thing.state == "in_review" and self.is_over(thing.due_at, thing, seat):
            self.breach(thing, seat)

    def is_over(self, moment: datetime | None, thing: Thing, seat: Seat) -> bool:
        over = self.passed(moment)
        if over is None:
            row = self.row(thing, seat)
            over = row["status"] == "closed" or row["queue"] != seat.queue
        return over

    def settle(self, thing: Thing, seat: Seat) -> None:
        seat.is_closed = True
        if seat.kind == "audit":
            return
        assert seat.verdict is not None
        thing.state = "blocked" if seat.verdict == "reject" else "released"
        thing.outcome = self.office.result(thing.id)
        assert thing.outcome["source"] == SOURCE[seat.verdict]
        assert (thing.outcome["status"], thing.outcome["decided_by"]) == (thing.state, "review")

    def breach(self, thing: Thing, seat: Seat) -> None:
        if self.stop == "freeze":
            return
        seat.leave()
        if seat.queue == "junior":
            row = self.office.item(thing.id)
            seat.queue, thing.due_at = "senior", row["due_at"]
            assert row["queue"] == "senior"
            assert self.unsure[0] <= row["due_at"] - DUE["senior"] <= self.unsure[1]
        else:
            thing.state, seat.is_closed = "released", True
            thing.outcome = self.office.result(thing.id)
            assert (thing.outcome["source"], thing.outcome["decided_by"]) == ("fallback", "deadline")
            assert thing.outcome["late"] is True

    # what always holds

    @invariant()
    def database_and_model_agree(self) -> None:
        for thing in self.things:
            result = self.office.result(thing.id)
            assert (result["status"] == "pending") == (thing.outcome is None)
            if thing.outcome is not None:
                assert result == thing.outcome  # one outcome, never changed
            assert self.office.item(thing.id)["state"] == thing.state
            if thing.seat is not None:
                self.seat_agrees(thing, thing.seat)

    def seat_agrees(self, thing: Thing, seat: Seat) -> None:
        row = self.row(thing, seat)
        status = "closed" if seat.is_closed else "settling" if seat.review_id else "held" if seat.holder else "waiting"
        assert (row["status"], row["fence"], row["queue"]) == (status, seat.fence, seat.queue)
        if status == "held":
            assert seat.holder is not None
            assert row["holder_id"] == self.people[seat.holder].id
        held = "SELECT COUNT(*) FROM assignments WHERE item_id = :id AND state = 'held'"
        assert self.office.rows(held, id=thing.id) == [(1 if status == "held" else 0,)]

    def teardown(self) -> None:
        for thing in self.things:
            self.story_is_whole(thing)
        if self.things:
            self.office.store.write(
                lambda session: session.run("DELETE FROM jobs WHERE dedup <> 'reviewing.expire_leases'")
            )
            assert self.office.verify().ok

    def story_is_whole(self, thing: Thing) -> None:
        """Each transition has its entry and its event, numbered without gap, and they lead to the state it is in."""
        beside = ("assignment.", "audit_sample.")
        told = [one for one in self.office.kinds(thing.id) if not one.startswith(beside)]
        events = self.office.events(thing.id)
        assert [number for number, _ in events] == list(range(1, len(events) + 1))
        if thing.seat is not None and thing.seat.kind == "audit":
            told = [one for one in told if not one.startswith("review.")]
        assert [kind for _, kind in events] == told
        assert replayed(told) == thing.state


STEPS = {
    "item.settled": Happening.SETTLED,
    "review.undone": Happening.UNDONE,
    "item.due_soon": Happening.DUE_SOON,
    "item.elevated": Happening.ELEVATED,
    "item.audited": Happening.AUDITED,
}


def replayed(kinds: list[str]) -> str:
    """The state that these entries lead to, by the table of the contract. Raises WrongState for an impossible story."""
    first = {"item.released": State.RELEASED, "item.blocked": State.BLOCKED, "item.escalated": State.IN_REVIEW}
    state = first[kinds[1]]
    for before, kind in pairwise(kinds[1:]):
        if kind in ("item.released", "item.blocked"):
            breach = before == "item.overdue"
            released = Happening.BREACH_RELEASE if breach else Happening.WINDOW_OVER_RELEASE
            blocked = Happening.BREACH_BLOCK if breach else Happening.WINDOW_OVER_BLOCK
            state = after(state, released if kind == "item.released" else blocked).state
        elif kind in STEPS:
            state = after(state, STEPS[kind]).state
    return state.value


def run(store: AnyStore, examples: int, steps: int) -> None:
    class Here(Life):
        pass

    Here.store = store
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=slow, deadline=None)
    run_state_machine_as_test(Here, settings=chosen)


def test_services_and_model_agree(store: AnyStore) -> None:
    run(store, examples=12, steps=25)


@pytest.mark.long
@pytest.mark.timeout(0)
def test_services_and_model_agree_for_long(store: AnyStore) -> None:
    run(store, examples=400, steps=50)
