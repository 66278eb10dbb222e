"""Every operation with every role, by requests that schemathesis makes up from the description of the API.

The short form runs with all tests; `make api-sweep` sends more, with another seed if told.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import pytest

from handrail.web.permissions import PUBLIC, SELF
from tests.support.desk import Installation
from tests.sweep.invented import invented, path_with
from tests.sweep.judge import Judge
from tests.sweep.world import CALLERS, Operation, World, as_text, operations, world

SEED = int(os.environ.get("HANDRAIL_SWEEP_SEED", "1"))
CASES = int(os.environ.get("HANDRAIL_SWEEP_CASES", "40"))


def test_t16_every_role_gets_what_its_permission_says_and_nothing_of_others(product: Installation) -> None:
    """Operations x callers x (own, foreign, missing) objects; which they are is read from the document."""
    made = world(product)
    judge, found = Judge(made), Findings()
    for operation in operations(made.document):
        for caller in CALLERS:
            if not (operation.is_endless and operation.allows(caller)):
                _check_permission(made, judge, operation, caller, found)
    assert found.sent > 8 * 80
    found.close()


def test_t12_objects_of_another_project_are_not_there_for_any_role(product: Installation) -> None:
    made = world(product)
    judge, found = Judge(made), Findings()
    for operation in operations(made.document):
        if operation.of is None:
            continue
        path = path_with(operation, dict.fromkeys(operation.in_path, made.foreign[operation.of]))
        for caller in CALLERS:
            answer = made.send(caller, operation, path, json={})
            found.add(caller, operation, path, {}, judge.faults(caller, operation, answer))
            if answer.status_code != (401 if caller == "stranger" else 404):
                found.add(caller, operation, path, {}, [f"not hidden: {answer.status_code}"])
    assert found.sent > 8 * 10
    found.close()


def test_x15_made_up_requests_get_described_answers(product: Installation) -> None:
    """The short form: each operation with a few good and bad requests, each by another caller."""
    _sweep(product, cases=2, callers=lambda turn: [CALLERS[turn % len(CALLERS)]])


@pytest.mark.long
@pytest.mark.timeout(0)
def test_x15_made_up_requests_of_every_role_get_described_answers(product: Installation) -> None:
    """The campaign: each request by all callers."""
    _sweep(product, cases=CASES, callers=lambda _: CALLERS)


def _sweep(product: Installation, cases: int, callers: Callable[[int], Sequence[str]]) -> None:
    made = world(product)
    judge, found = Judge(made), Findings()
    for turn, one in enumerate(invented(made.document, cases, SEED)):
        path, more = one.request(made, takes_own=turn % 4 != 0)
        for caller in callers(turn):
            if not (one.operation.is_endless and one.operation.allows(caller)):
                answer = made.send(caller, one.operation, path, **more)
                found.statuses[answer.status_code] += 1
                found.add(caller, one.operation, path, more, judge.faults(caller, one.operation, answer))
    assert found.sent > cases * 80
    found.close()


class Findings:
    """What was found, each kind of finding once for each operation, with the first request that shows it."""

    def __init__(self) -> None:
        self.sent = 0
        self.statuses: Counter[int] = Counter()
        self.found: dict[tuple[str, str], str] = {}

    def add(self, caller: str, operation: Operation, path: str, sent: object, faults: Iterable[str]) -> None:
        self.sent += 1
        for fault in faults:
            self.found.setdefault((operation.name, fault[:60]), f"{fault}\n    {caller}: {path} {as_text(sent)}")

    def close(self) -> None:
        print(f"{self.sent} requests, {dict(sorted(self.statuses.items()))}")
        assert not self.found, f"seed {SEED}:\n" + "\n".join(f"{key[0]}: {text}" for key, text in self.found.items())


def _check_permission(made: World, judge: Judge, operation: Operation, caller: str, found: Findings) -> None:
    path = path_with(operation, {name: made.own_value(operation, name) for name in operation.in_path})
    answer = made.send(caller, operation, path, json={})
    found.add(caller, operation, path, {}, judge.faults(caller, operation, answer))
    if caller == "stranger" or operation.needs in (PUBLIC, SELF):
        return
    if not operation.allows(caller) and answer.status_code != 403:
        found.add(caller, operation, path, {}, [f"lacks {operation.needs}, and got {answer.status_code}"])
    if operation.allows(caller) and caller != "key" and answer.status_code in (401, 403):
        found.add(caller, operation, path, {}, [f"has {operation.needs}, and got {answer.text}"])
