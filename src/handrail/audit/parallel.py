"""The check of the log on several cores: each process reads for itself, beside whoever writes.

A log that is short is checked faster alone than processes start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any  # Any: what a read finds

from handrail.audit import decisions, evidence, stretch
from handrail.audit.entries import AuditKey
from handrail.audit.notes import Checkpoint
from handrail.audit.stretch import LENGTH, Read, Stretch, Task
from handrail.audit.verify import Hands, Progress, Verdict, verify
from handrail.storage.reading import beside

_here: dict[str, Any] = {}
"""What a child process works with."""


def verify_url(
    url: str,
    key: AuditKey,
    progress: Progress | None = None,
    *,
    since: Checkpoint | None = None,
    processes: int | None = None,
) -> Verdict:
    """`verify` on the database behind `url`, with one process for each core where the log is long enough.

    It reads beside a server. A SQLite file must be held by somebody: by the server, or by `storage.reading`.
    """
    with beside(url) as read:
        size = read(evidence.size)
        assert isinstance(size, int)
        many = min(processes or len(os.sched_getaffinity(0)), -(-size // LENGTH))
        if many < 2:
            return verify(read, key, progress, since=since)
        with _several(url, key, many) as hands:
            return verify(read, key, progress, since=since, hands=hands)


class _Several:
    """Hands of several processes."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def stretches(self, tasks: Sequence[Task], progress: Callable[[int], None]) -> Iterator[Stretch]:
        for found in self._pool.map(_check_stretch, tasks):
            progress(found.last)
            yield found

    def decisions(self) -> Iterator[str | None]:
        return self._pool.map(_check_decisions, range(len(decisions.BINDINGS)))


@contextmanager
def _several(url: str, key: AuditKey, many: int) -> Iterator[Hands]:
    # spawned, not forked: a server has threads, and what they hold a fork would hold for ever
    pool = ProcessPoolExecutor(many, get_context("spawn"), _begin, (url, key))
    try:
        yield _Several(pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(url: str, key: AuditKey) -> None:
    opened = beside(url)
    _here.update(opened=opened, read=opened.__enter__(), key=key)  # for as long as the process lives


def _check_stretch(task: Task) -> Stretch:
    read: Read = _here["read"]
    return stretch.check(read, _here["key"], task)


def _check_decisions(place: int) -> str | None:
    return decisions.check(_here["read"], decisions.BINDINGS[place])
