"""The whole product on one store, without a socket: submit, claim, decide, run what is due, look."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handrail.app import Rooms, join_rooms
from handrail.audit import AuditKey, Verdict, verify
from handrail.flow.admission import Admitted, Refused
from handrail.kit.clock import SystemClock
from handrail.kit.errors import HandrailFault
from handrail.kit.ids import new_id
from handrail.setup.access.queries import people
from handrail.setup.access.rules import level_of
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.stages.delivering.service.results import result_of
from handrail.stages.intake.routes import read_item
from handrail.stages.reviewing import claims, verdicts
from handrail.stages.reviewing.desk import ReviewDesk
from handrail.stages.reviewing.queries import assignments
from handrail.stages.reviewing.rules import Reviewer
from handrail.stages.routing import service as routing
from handrail.stages.routing.language import load
from handrail.storage import AnyStore, Session
from handrail.storage.tables import items
from handrail.web.permissions import Role
from handrail.wire.reviewing import ReturnIn, ReviewIn

SECRET = b"a secret of the tests, long enough for the rule of 32 bytes"
POLICY = """
policy: 1
error_from: major
categories: {wrong_entity: {severity: major}, unsafe: {severity: critical}}
block:
  - {name: toxic, when: "has(metadata.toxic) && metadata.toxic", category: unsafe}
review:
  - {name: large, when: "has(metadata.amount) && metadata.amount >= 50000", queue: senior, high_stakes: true}
bands:
  on: confidence
  rows:
    - {above: 0.9, then: release, uncertified: true}
    - {queue: junior}
queues:
  junior: {deadline: 1h, warn: [30m], fast_track: 10m, at_breach: {elevate: senior}, lease: 10m, undo: 5s}
  senior: {level: senior, deadline: 2h, warn: [30m], at_breach: fallback, lease: 10m, undo: 5s}
  audit: {lease: 10m, undo: 5s}
fallback: We have passed your question to a colleague.
pending: {show: draft, label: A draft}
autonomy: {segments: {default: exception, "claims:default": exception}}
audit: {share: 100%, queue: audit}
metadata: {toxic: {type: boolean}, amount: {type: number}}
"""


@dataclass
class Office:
    """One project with its people."""

    rooms: Rooms
    project_id: str
    reviewers: dict[str, Reviewer] = field(default_factory=dict)

    @property
    def store(self) -> AnyStore:
        return self.rooms.store

    @property
    def key(self) -> AuditKey:
        return self.rooms.key

    # setting up

    def activate(self, yaml: str) -> int:
        """Puts a policy in force; its version."""
        load(yaml, self.rooms.book.checks)

        def work(session: Session) -> int:
            made = routing.propose(session, self.project_id, yaml, "a test", None)
            routing.activate(session, self.project_id, made["version"], None)
            return int(made["version"])

        return self.store.write(work)

    def person(self, name: str, *roles: Role, skills: Sequence[str] = ()) -> Reviewer:
        """A member of the project who may review; a senior one with role `senior` or `lead`."""
        given = frozenset(roles or (Role.REVIEWER,))
        made = people.Person(new_id(), f"{name}-{new_id()}@desk.invalid", name, None, True, {})
        level = level_of(given)
        return self._joined(name, made, people.Member(made, given, level, tuple(skills), ()))

    def _joined(self, name: str, person: people.Person, member: people.Member) -> Reviewer:
        def work(session: Session) -> None:
            people.add_person(session, person)
            people.add_member(session, self.project_id, person.id, member)

        self.store.write(work)
        reviewer = Reviewer(person.id, member.level, frozenset(member.skills), frozenset())
        self.reviewers[name] = reviewer
        return reviewer

    # callers

    def submit_many(self, bodies: Sequence[Mapping[str, Any]]) -> list[Admitted | Refused]:
        kept = [read_item(dict(body), None)[0] for body in bodies]
        return self.rooms.admission.admit(self.project_id, "key:test", kept)

    def submit(self, **body: Any) -> dict[str, Any]:
        """The Result of one new item. Raises what it is refused with."""
        answer = self.submit_many([{"output": "The claim arrived on 3 October.", "confidence": 0.5} | body])[0]
        if isinstance(answer, Refused):
            raise answer.fault
        return answer.result

    def result(self, item_id: str) -> dict[str, Any]:
        return self.store.read(lambda session: result_of(session, self.project_id, item_id=item_id))

    # reviewers

    def claim(self, who: Reviewer, *queues: str, limit: int = 1) -> list[dict[str, Any]]:
        """The assignments handed out."""

        def work(session: Session) -> list[dict[str, Any]]:
            taken = claims.claim(session, self.desk, self.project_id, who, list(queues) or None, limit)
            return [dict(assignments.assignment(session, one["id"]) or {}) for one in taken.assignments]

        return self.store.write(work)

    def why_empty(self, who: Reviewer) -> str | None:
        return self.store.write(
            lambda session: claims.claim(session, self.desk, self.project_id, who, None, 1).empty_because
        )

    def decide(self, who: Reviewer, held: Mapping[str, Any], verdict: str = "approve", **more: Any) -> str:
        """Gives a verdict; the id of the review. Raises what the service raises."""
        body = verdict_body(verdict, held["fence"]) | more
        given = ReviewIn.model_validate(body)
        taken = self.store.write(lambda session: verdicts.submit(session, self.desk, held["id"], who.id, given, None))
        return str(taken.review["id"])

    def undo(self, who: Reviewer, review_id: str) -> dict[str, Any]:
        """Takes a verdict back; the new assignment."""

        def work(session: Session) -> dict[str, Any]:
            id = verdicts.undo(session, self.desk, review_id, who.id)
            return dict(assignments.assignment(session, id) or {})

        return self.store.write(work)

    def beat(self, who: Reviewer, held: Mapping[str, Any], fence: int | None = None) -> None:
        def work(session: Session) -> None:
            mine = claims.own(session, held["id"], who.id)
            claims.heartbeat(session, self.desk, mine, who.id, held["fence"] if fence is None else fence)

        self.store.write(work)

    def give_back(self, who: Reviewer, held: Mapping[str, Any], *, skip: bool = False) -> None:
        given = ReturnIn(fence=held["fence"], reason="not mine", skip=skip)

        def work(session: Session) -> None:
            claims.give_back(session, self.desk, claims.own(session, held["id"], who.id), who.id, given)

        self.store.write(work)

    # leads

    def stop(self, *, freeze: bool = False) -> None:
        self.store.write(
            lambda session: routing.set_stop(session, self.project_id, freeze=freeze, reason="a test", by=None)
        )

    def lift(self) -> None:
        self.store.write(lambda session: routing.lift_stop(session, self.project_id, None))

    # time

    def shift(self, **by: float) -> None:
        """Moves the clock of the store."""
        assert isinstance(self.store.clock, SystemClock)
        self.store.clock.shift(timedelta(**by))

    def run_due(self, most: int = 200) -> int:
        """Runs jobs until nothing more is due; how many there were."""
        done = 0
        for _ in range(most):
            ran = self.rooms.worker.run_due()
            if not ran:
                return done
            done += ran
        raise AssertionError("jobs never end")

    def number_all(self) -> None:
        while self.rooms.worker.run_sequencer():
            pass

    def fill(self) -> None:
        """Lets what searches go by catch up."""
        self.number_all()
        while self.rooms.worker.turns["explorer"]():
            pass

    # looking

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        return self.store.read(lambda session: session.run(sql, values))

    def item(self, item_id: str) -> dict[str, Any]:
        """The item's row."""
        return self.store.read(lambda session: dict(session.first(select(items).where(items.c.id == item_id)) or {}))

    def kinds(self, item_id: str) -> list[str]:
        """The audit entries about an item, in order."""
        found = self.rows("SELECT kind FROM audit_entries WHERE subject = :id ORDER BY id", id=item_id)
        return [row[0] for row in found]

    def events(self, item_id: str) -> list[tuple[int, str]]:
        """Sequence and type of the events about an item."""
        return [(row[0], row[1]) for row in self.rows(_EVENTS, id=item_id)]

    def verify(self) -> Verdict:
        self.number_all()
        return verify(self.store.read, self.key)

    @property
    def desk(self) -> ReviewDesk:
        return self.rooms.desk


_EVENTS = "SELECT sequence, type FROM events WHERE subject = :id ORDER BY sequence"


def verdict_body(verdict: str, fence: int) -> dict[str, Any]:
    """What a verdict needs at least."""
    body: dict[str, Any] = {"fence": fence, "verdict": verdict, "active_ms": 4_000}
    if verdict == "edit":
        body |= {"output": {"type": "text", "text": "The claim came on 3 October, and is settled."}, "reason": "mended"}
    if verdict == "reject":
        body |= {"severity": "major", "reason": "wrong person"}
    return body


def opened(store: AnyStore, policy: str = POLICY) -> Office:
    """An office with one project under `policy`."""
    rooms = join_rooms(store, SECRET)
    hand = Hand(rooms.key)
    wanted = NewProject(f"claims-{secrets.token_hex(4)}", "Claims")
    project_id = store.write(lambda s: create_project(s, hand, wanted, founder_id=None, roles=frozenset()))
    office = Office(rooms, project_id)
    office.activate(policy)
    return office


def refused(work: Any, *given: Any, **more: Any) -> HandrailFault | None:
    """The fault that a call raises; None if it went well."""
    try:
        work(*given, **more)
    except HandrailFault as fault:
        return fault
    return None


@pytest.fixture
def office(store: AnyStore) -> Office:
    """An office on both stores."""
    return opened(store)
