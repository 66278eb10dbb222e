"""What is allowed in a policy and most likely not meant."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.kit.durations import duration_text
from handrail.stages.routing.language.model import Policy, Queue, RowThen


def warnings(policy: Policy) -> list[str]:
    """Sentences that an author should read before the policy is activated.

    >>> from handrail.extend.checks import CheckRegistry
    >>> from handrail.stages.routing.language.load import load
    >>> text = "{policy: 1, queues: {team: {deadline: 5m, lease: 10m, at_breach: block}}}"
    >>> warnings(load(text, CheckRegistry()))
    ['queues.team: the deadline (5m) is shorter than the lease (10m), so a reviewer can hold an item past it']
    """
    return [*policy.notes, *_of_queues(policy), *_of_autonomy(policy)]


def _of_queues(policy: Policy) -> Iterator[str]:
    for name in sorted(policy.queues):
        yield from _of_queue(policy.queues[name])


def _of_queue(queue: Queue) -> Iterator[str]:
    where = f"queues.{queue.name}"
    if queue.deadline is None:
        if queue.warn or queue.fast_track:
            yield f"{where}: nothing is due here, so `warn` and `fast_track` never act"
        return
    deadline = duration_text(queue.deadline)
    if queue.deadline < queue.lease:
        lease = duration_text(queue.lease)
        late = "so a reviewer can hold an item past it"
        yield f"{where}: the deadline ({deadline}) is shorter than the lease ({lease}), {late}"
    for ahead in sorted({*queue.warn, *([queue.fast_track] if queue.fast_track else [])}):
        if ahead >= queue.deadline:
            yield f"{where}: {duration_text(ahead)} ahead of a deadline of {deadline} is at once"


def _of_autonomy(policy: Policy) -> Iterator[str]:
    for segment in sorted(policy.autonomy.capped & set(policy.autonomy.segments)):
        yield f'autonomy: "{segment}" is capped, so it stays at gate whatever `segments` says'
    releases = policy.bands is not None and any(row.then is RowThen.RELEASE for row in policy.bands.rows)
    if releases and not policy.autonomy.segments:
        yield "autonomy: every segment is at gate, so no row of the bands releases; raise one under `segments`"
    if policy.audit.share < policy.audit.least:
        yield f"audit: `least` ({policy.audit.least:g}) holds, since `share` ({policy.audit.share:g}) is below it"
