"""Counting events once gives the same numbers as counting the tables, whatever happened to the items."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from handrail.kit.errors import HandrailFault
from handrail.stages.monitoring.counting import fold, rebuild
from handrail.stages.reviewing.rules import Reviewer
from handrail.web.permissions import Role
from handrail.wire.recalling import OverrideIn
from tests.support.office import Office

CELLS = (
    "SELECT * FROM metric_cells ORDER BY project_id, grain, fact, at, segment, queue, model, version, word, who, part"
)
DURATIONS = (
    "SELECT * FROM metric_durations ORDER BY project_id, grain, fact, at, segment, queue, model, version, word, bucket"
)


def stored(office: Office) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    return office.rows(CELLS), office.rows(DURATIONS)


def folded(office: Office, batch: int = 1_000) -> None:
    office.number_all()
    while office.store.write(lambda session: fold(session, batch)):
        pass


def rebuilt(office: Office) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    office.store.write(rebuild)
    return stored(office)


class Lives:
    """Random lives of items: submitted, claimed, decided, undone, given back, overdue, audited."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.chance = office, random.Random(seed)
        self.people = [office.person("rita"), office.person("sam", Role.SENIOR)]
        self.actor = f"person:{office.person('lea', Role.LEAD).id}"
        self.held: list[tuple[Reviewer, dict[str, Any]]] = []
        self.given: list[tuple[Reviewer, str]] = []

    def step(self) -> None:
        what = self.chance.choices(
            (self.submit, self.claim, self.decide, self.undo, self.back, self.wait, self.recall),
            (4, 4, 4, 1, 1, 2, 2),
        )
        with suppress(HandrailFault):  # too late, or somebody else's: part of life
            what[0]()

    def submit(self) -> None:
        chance = self.chance
        bodies = [
            {
                "output": "The claim arrived on 3 October.",
                "confidence": chance.choice((0.2, 0.95)),
                "domain": chance.choice(("claims", "mail")),
                "model": chance.choice(("writer-1", "writer-2", None)),
                "metadata": chance.choice(({}, {"amount": 90_000}, {"toxic": True})),
            }
            for _ in range(chance.randint(1, 4))
        ]
        self.office.submit_many(bodies)

    def claim(self) -> None:
        who = self.chance.choice(self.people)
        self.held += [(who, one) for one in self.office.claim(who, limit=2)]

    def decide(self) -> None:
        if self.held:
            who, held = self.held.pop(self.chance.randrange(len(self.held)))
            self.given.append((who, self.office.decide(who, held, self.chance.choice(("approve", "edit", "reject")))))

    def undo(self) -> None:
        if self.given:
            who, review = self.given.pop()
            self.held.append((who, self.office.undo(who, review)))

    def back(self) -> None:
        if self.held:
            self.office.give_back(*self.held.pop())

    def recall(self) -> None:
        """The same item now and then more than once, also while its first recall is not counted yet."""
        decided = self.office.rows("SELECT id FROM items WHERE status <> 'pending' ORDER BY id LIMIT 6")
        if decided:
            correction = {"type": "text", "text": f"The claim arrived on {self.chance.randint(1, 9)} May."}
            given = OverrideIn.model_validate({"reason": "late truth", "correction": correction})
            id, after = self.chance.choice(decided)[0], self.office.rooms.afterwards
            self.office.store.write(lambda session: after.recall(session, id, given, None, actor=self.actor))

    def wait(self) -> None:
        self.office.shift(seconds=self.chance.choice((1, 6, 400, 3_700)))
        self.office.run_due()


@pytest.mark.parametrize("seed", range(4))
def test_counting_events_equals_counting_tables(office: Office, seed: int) -> None:
    lives = Lives(office, seed)
    for number in range(90):
        lives.step()
        if number % 11 == 0:
            folded(office, batch=7)
    folded(office)
    kept = stored(office)
    assert kept[0], "nothing was counted"
    assert rebuilt(office) == kept


def test_events_without_a_number_are_counted_once_after_a_rebuild(office: Office) -> None:
    office.submit(confidence=0.95)
    office.number_all()
    office.submit(confidence=0.95)  # its events have no number while the tables are counted
    office.store.write(rebuild)
    received = "SELECT SUM(n) FROM metric_cells WHERE grain = 'day' AND fact = 'received'"
    assert office.rows(received)[0][0] == 1
    folded(office)
    assert office.rows(received)[0][0] == 2
    kept = stored(office)
    assert rebuilt(office) == kept


def test_the_counts_are_those_of_the_tables(office: Office) -> None:
    """Counted here by other statements, table by table."""
    lives = Lives(office, 77)
    for _ in range(80):
        lives.step()
    folded(office)

    def counted(fact: str, column: str) -> Counter[str]:
        sql = f"SELECT {column}, SUM(n) FROM metric_cells WHERE grain = 'quarter' AND fact = '{fact}' GROUP BY {column}"
        return Counter({row[0]: int(row[1]) for row in office.rows(sql)})

    assert counted("received", "word") == Counter(row[0] for row in office.rows("SELECT action FROM items"))
    assert counted("decided", "word") == Counter(row[0] for row in office.rows("SELECT source FROM outcomes"))
    taken_back = office.rows("SELECT o.source FROM outcomes o WHERE o.item_id IN (SELECT item_id FROM recalls)")
    assert taken_back
    assert counted("recalled", "word") == Counter(row[0] for row in taken_back)
    final = office.rows(
        "SELECT r.person_id FROM reviews r JOIN outcomes o ON o.item_id = r.item_id "
        "WHERE r.state = 'final' AND r.kind = 'review'"
    )
    assert counted("reviewed", "who") == Counter(row[0] for row in final)
    answered = office.rows("SELECT verdict FROM audit_samples WHERE answered_at IS NOT NULL")
    assert counted("audited", "word") == Counter(row[0] for row in answered)
    late = office.rows(
        "SELECT COUNT(*) FROM outcomes o JOIN items i ON i.id = o.item_id WHERE o.late AND i.due_at IS NOT NULL"
    )
    told = office.rows("SELECT SUM(late) FROM metric_cells WHERE grain = 'day' AND fact = 'decided'")
    assert int(told[0][0]) == late[0][0]
    timed = office.rows("SELECT SUM(n), SUM(total_ms) FROM metric_durations WHERE grain = 'day'")
    real = office.rows(
        "SELECT COUNT(*), SUM(o.decided_at - i.received_at) FROM outcomes o JOIN items i ON i.id = o.item_id"
    )
    assert (int(timed[0][0]), int(timed[0][1])) == (real[0][0], int(real[0][1]))


def test_an_undone_verdict_is_never_counted(office: Office) -> None:
    rita = office.person("rita")
    office.submit()
    review = office.decide(rita, office.claim(rita)[0], "reject")
    again = office.undo(rita, review)
    office.decide(rita, again, "approve")
    office.shift(seconds=6)
    office.run_due()
    folded(office)
    found = office.rows("SELECT word, n FROM metric_cells WHERE grain = 'day' AND fact = 'reviewed'")
    assert found == [("approve", 1)]


def test_a_late_answer_to_an_audit_completes_the_day_it_is_about(office: Office) -> None:
    sam = office.person("sam", Role.SENIOR)
    office.submit(confidence=0.95)
    folded(office)
    office.shift(days=3)
    office.decide(sam, office.claim(sam, "audit")[0], "reject")
    office.shift(seconds=6)
    office.run_due()
    folded(office)
    days = dict(office.rows("SELECT fact, at FROM metric_cells WHERE grain = 'day'"))
    assert days["audited"] == days["received"]
    assert days["audit_reviewed"] - days["audited"] == 3 * 86_400_000


def test_days_follow_a_change_of_the_zone(office: Office) -> None:
    lives = Lives(office, 5)
    for _ in range(40):
        lives.step()
    folded(office)
    office.store.write(
        lambda s: s.change("UPDATE projects SET zone = 'Asia/Kathmandu' WHERE id = :id", {"id": office.project_id})
    )
    office.store.write(fold)
    kept = stored(office)
    assert any((row[3] % 86_400_000) == (18 * 60 + 15) * 60_000 for row in kept[0] if row[1] == "day")
    assert rebuilt(office) == kept


def test_what_servers_observed_survives_a_rebuild(office: Office) -> None:
    office.submit()
    folded(office)
    row = (
        "INSERT INTO metric_durations (project_id, grain, fact, at, segment, queue, model, version, word, bucket, n,"
        " total_ms) VALUES (:p, 'day', 'machine', 0, 'default', '', '', '', '', 3, 2, 6)"
    )
    office.store.write(lambda s: s.change(row, {"p": office.project_id}))
    kept = stored(office)
    assert rebuilt(office) == kept


def test_the_fold_runs_by_itself(office: Office) -> None:
    office.submit(confidence=0.95)
    office.number_all()
    office.shift(seconds=3)
    office.run_due()
    assert office.rows("SELECT SUM(n) FROM metric_cells WHERE grain = 'day' AND fact = 'decided'")[0][0] == 1
