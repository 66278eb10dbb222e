"""Keeping the counts: each numbered event is counted once, its place kept in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache, partial
from typing import Any  # Any: rows
from zoneinfo import ZoneInfo

from handrail.background import jobs
from handrail.background.jobs import Done, Job, RetryAt
from handrail.stages.monitoring.queries import cells
from handrail.stages.monitoring.rules import facts, steps
from handrail.stages.monitoring.rules.facts import Counts
from handrail.storage import Session

FOLD = "monitoring.fold"
BATCH = 1_000
STRETCH = 2_000
EVERY = timedelta(seconds=1)
IDLE = timedelta(seconds=2)
AT_ONCE = timedelta(milliseconds=1)


def start_fold(session: Session) -> None:
    """Makes sure the job that counts exists, once."""
    jobs.add(session, [jobs.row(FOLD, {}, run_at=session.now, now=session.now, dedup=FOLD)])


def fold_job(session: Session, job: Job) -> Done | RetryAt:
    """Counts what came since the last turn; more of it at once where much waits."""
    found = fold(session, BATCH)
    wait = AT_ONCE if found == BATCH else EVERY if found else IDLE
    return RetryAt(session.now + wait, "counts events for metrics")


def fold(session: Session, most: int = BATCH) -> int:
    """Counts up to `most` events behind the last one counted; how many there were."""
    last = cells.lock_position(session)
    days = Days(session)
    days.follow_zones(session)
    waiting = cells.events_after(session, last, most)
    if not waiting:
        return 0
    counts = Counts(days.day_of)
    told: dict[str, set[str]] = {}
    recalled: Counter[str] = Counter()
    for _, kind, subject in waiting:
        if kind in cells.TOLD:
            told.setdefault(subject, set()).add(kind)
            recalled[subject] += kind == cells.RECALLED
    if told:
        found = cells.facts_of(session, list(told))
        _count(session, counts, found, told)
        some = cells.recalls_of(session, [id for id in recalled if recalled[id]], waiting[-1][0])
        # of an item that was taken back more than once, the first time alone
        _count_recalls(counts, found, {id: one.why for id, one in some.items() if one.counted == recalled[id]})
    cells.add(session, counts)
    cells.move_position(session, waiting[-1][0])
    return len(waiting)


def rebuild(session: Session) -> int:
    """Counts everything again from the tables, up to the last numbered event; how many items there were.

    In one transaction, in which no event gets a number: what was stored meanwhile is counted when its event is.
    What servers observed (the machine's own time) is left as it is: the tables do not hold it.
    """
    cells.lock_position(session)
    last = cells.hold_numbering(session)
    cells.forget_all(session)
    days = Days(session)
    days.note_all(session)
    after, items = None, 0
    while True:
        found = cells.facts_after(session, after, STRETCH)
        if not found:
            break
        by_id = {one["id"]: one for one in found}
        waiting = cells.unnumbered(session, list(by_id))  # after the rows, so that whatever they show is seen here
        told = {id: {kind for kind in _facts_in(one) if (id, kind) not in waiting} for id, one in by_id.items()}
        counts = Counts(days.day_of)
        _count(session, counts, by_id, told)
        recalls = cells.recalls_of(session, list(by_id), last)
        _count_recalls(counts, by_id, {id: one.why for id, one in recalls.items() if one.counted > 0})
        cells.add(session, counts)
        after, items = found[-1]["id"], items + len(found)
    cells.move_position(session, last)
    return items


def _facts_in(item: Mapping[str, Any]) -> Sequence[str]:
    """The events that an item must have caused, as its rows stand."""
    outcome = ("item.released", "item.blocked") if item["outcome_at"] is not None else ()
    answer = ("item.audited",) if item["answered_at"] is not None else ()
    return ("item.received", *outcome, *answer)


def _count(
    session: Session, counts: Counts, found: Mapping[str, Mapping[str, Any]], told: Mapping[str, set[str]]
) -> None:
    finished = [id for id in found if told[id] - {"item.received"}]
    reviews = cells.final_reviews(session, finished) if finished else {}
    for id, item in found.items():
        kinds = told[id]
        if "item.received" in kinds:
            facts.received(counts, item)
        # an item has one outcome, so one of the two events
        if _is_decided(item, kinds):
            facts.decided(counts, item)
            for review in reviews.get((id, "review"), ()):
                facts.reviewed(counts, item, review)
        if "item.audited" in kinds and item["answered_at"] is not None:
            facts.audited(counts, item)
            for review in reviews.get((id, "audit"), ()):
                facts.reviewed(counts, item, review)


def _count_recalls(counts: Counts, found: Mapping[str, Mapping[str, Any]], whys: Mapping[str, str]) -> None:
    for id, why in whys.items():
        facts.recalled(counts, found[id], why)


def _is_decided(item: Mapping[str, Any], kinds: set[str]) -> bool:
    return item["outcome_at"] is not None and f"item.{item['outcome_status']}" in kinds


class Days:
    """Knows where each project's days begin."""

    def __init__(self, session: Session) -> None:
        self._zones = cells.zones(session)
        self._day = cache(self._look_up)

    def day_of(self, project_id: str, quarter: int) -> int:
        return self._day(self._zones[project_id], quarter)

    @staticmethod
    def _look_up(zone: str, quarter: int) -> int:
        return steps.day_of(quarter, ZoneInfo(zone))

    def follow_zones(self, session: Session) -> None:
        """Makes the days of a project again whose zone was changed."""
        counted = cells.counted_zones(session)
        for project_id, zone in self._zones.items():
            if counted.get(project_id) == zone:
                continue
            if project_id in counted:
                cells.recount_days(session, project_id, partial(self._day, zone))
            cells.keep_zone(session, project_id, zone)

    def note_all(self, session: Session) -> None:
        for project_id, zone in self._zones.items():
            cells.keep_zone(session, project_id, zone)
