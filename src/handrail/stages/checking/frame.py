"""The frame around checks: runs each, bounds its work, and says so where one did not run."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from time import perf_counter

from handrail.domain.item import Item, Output
from handrail.domain.score import Score, ScoreResult
from handrail.extend.checks import BoundCheck
from handrail.stages.checking.rules import MOST_CHARACTERS, combined, size_of, views, with_output

MOST_SLOW = 64


class SlowLane:
    """Threads for checks that wait for something outside this process, at most `most` at once.

    A thread cannot be stopped from outside: one that hangs keeps its place until it returns, and once all places are
    taken, further slow checks are timed out at once instead of piling up. The threads do not hold up the end of the
    process.
    """

    def __init__(self, most: int = MOST_SLOW) -> None:
        self._most = most
        self._places = threading.BoundedSemaphore(most)

    def start(self, check: BoundCheck, item: Item) -> Waiting:
        """Begins the check and comes back at once."""
        waiting = Waiting(check)
        if self._places.acquire(blocking=False):
            name = f"check-{check.name}"
            threading.Thread(target=self._run, args=(check, item, waiting), name=name, daemon=True).start()
        else:
            waiting.answer(_timed_out(check, f"All {self._most} places for slow checks are taken.", 0.0))
        return waiting

    def _run(self, check: BoundCheck, item: Item, waiting: Waiting) -> None:
        try:
            waiting.answer(check(item))
        finally:
            self._places.release()


class Waiting:
    """A slow check that has begun."""

    def __init__(self, check: BoundCheck) -> None:
        self._check = check
        self._began = perf_counter()
        self._answers: queue.SimpleQueue[Score] = queue.SimpleQueue()

    def answer(self, score: Score) -> None:
        self._answers.put(score)

    def score(self) -> Score:
        """The score; timed out once the check has had its `within_ms`, counted from its start."""
        within = self._check.plugin.within_ms
        left = within / 1000 - (perf_counter() - self._began)
        try:
            return self._answers.get(timeout=left) if left > 0 else self._answers.get_nowait()
        except queue.Empty:
            return _timed_out(self._check, f"No answer within {within:,} ms.", float(within))


_LANE = SlowLane()


def run_checks(item: Item, checks: Sequence[BoundCheck], *, lane: SlowLane = _LANE) -> tuple[Score, ...]:
    """One score for each check, in the order given; where there are candidates, over all of them.

    Slow checks begin first and run beside the others. A check that raises is errored; an item with more than
    `MOST_CHARACTERS` is not read at all, and every check is errored.

    >>> run_checks(Item(output="yes"), [])
    ()
    """
    if size_of(item) > MOST_CHARACTERS:
        said = f"The item holds more than {MOST_CHARACTERS:,} characters; checks do not read it."
        return tuple(check.did_not_run(ScoreResult.ERRORED, said) for check in checks)
    seen = views(item)
    begun = {at: [lane.start(check, view) for view in seen] for at, check in enumerate(checks) if check.plugin.slow}
    quick = {at: [check(view) for view in seen] for at, check in enumerate(checks) if not check.plugin.slow}
    slow = {at: [waiting.score() for waiting in waitings] for at, waitings in begun.items()}
    return tuple(combined(quick[at] if at in quick else slow[at]) for at in range(len(checks)))


def recheck(
    item: Item, output: Output, checks: Sequence[BoundCheck], *, lane: SlowLane | None = None
) -> tuple[Score, ...]:
    """The scores an edited output would get. While a person types, no `lane` is given and slow checks are skipped;
    before an edit is sent, hand in a lane and all of them run.

    >>> recheck(Item(output="yes"), Output.of_text("no"), [])
    ()
    """
    edited = with_output(item, output)
    if lane is not None:
        return run_checks(edited, checks, lane=lane)
    quick = iter(run_checks(edited, [check for check in checks if not check.plugin.slow]))
    said = "Runs once the edit is sent."
    return tuple(check.did_not_run(ScoreResult.SKIPPED, said) if check.plugin.slow else next(quick) for check in checks)


def _timed_out(check: BoundCheck, reason: str, took: float) -> Score:
    return check.did_not_run(ScoreResult.TIMED_OUT, reason, took)
