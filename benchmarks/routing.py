"""What routing costs: a typical policy (6 triggers, 12 scores), many conditions, loading. Prints a table, saves JSON.

python -m benchmarks.routing [--save FILE]
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from handrail.domain.item import Autonomy, Item, Passage
from handrail.domain.score import Score
from handrail.extend.checks import CheckRegistry
from handrail.stages.routing.conditions.compiled import ConditionSet, View, compile_condition
from handrail.stages.routing.conditions.variables import READERS
from handrail.stages.routing.language import Policy, load
from handrail.stages.routing.rules import route

TYPICAL = """\
policy: 1
metadata: {amount: {type: number}, customer: {type: string}}
categories: {unsafe: {severity: critical}}
block:
  - {name: toxic, when: "score('s0') >= 0.9", category: unsafe}
review:
  - {name: high_stakes, when: "domain in ['medical', 'legal']", queue: senior, high_stakes: true}
  - {name: large_amount, when: "metadata.amount >= 50000", queue: senior}
  - {name: risky, when: "score('s1') > 0.8 && score('s2') > 0.5", queue: senior, priority: 80}
  - {name: unsure, when: "confidence < 0.6 || failed('s3')", queue: junior}
  - {name: promised, when: "output.contains('we will pay') && metadata.customer != 'gold'", queue: junior}
bands: {on: confidence, rows: [{above: 0.92, then: release, uncertified: true}, {queue: senior}]}
queues: {junior: {}, senior: {level: senior}}
"""


def _item(amount: float | None, size: int = 4_000) -> Item:
    return Item(
        output="x" * size,
        confidence=0.97,
        domain="claims",
        task="letter",
        language="en",
        metadata={"customer": "gold"} | ({} if amount is None else {"amount": amount}),
        context=tuple(Passage(str(number), "y" * 400) for number in range(5)),
    )


SCORES = [Score(0.1, name=f"s{number}", version="1") for number in range(12)]


def _routing(policy: Policy, item: Item) -> Callable[[], object]:
    return lambda: route(policy, item, SCORES, policy_version=1, draw=lambda _purpose: 0.5, autonomy=Autonomy.EXCEPTION)


def _conditions(count: int) -> tuple[ConditionSet, ConditionSet]:
    """The same conditions, asked together and one by one."""
    sources = [f"confidence < 0.{number:03d} && score('s1') > 0.5" for number in range(count)]
    compiled = [compile_condition(source, {}) for source in sources]
    conditions = [one.condition for one in compiled]
    return ConditionSet(conditions, [one.runnable for one in compiled]), ConditionSet(conditions, ())


def _asking(conditions: ConditionSet) -> Callable[[], object]:
    item = _item(5)
    return lambda: conditions.ask(View(item, SCORES, Autonomy.EXCEPTION, frozenset({"confidence"} & READERS.keys())))


def measure(work: Callable[[], object], calls: int, rounds: int = 7) -> float:
    """Microseconds for one call: the median of several rounds."""
    work()
    took = []
    for _ in range(rounds):
        start = perf_counter()
        for _ in range(calls):
            work()
        took.append((perf_counter() - start) / calls * 1e6)
    return statistics.median(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--save", type=Path)
    policy = load(TYPICAL, CheckRegistry())
    six, six_alone = _conditions(6)
    fifty, fifty_alone = _conditions(50)
    table = {
        "route, typical policy, released": measure(_routing(policy, _item(5)), 500),
        "route, typical policy, sent to a person": measure(_routing(policy, _item(62_400)), 500),
        "route, a value is missing (conditions one by one)": measure(_routing(policy, _item(None)), 500),
        "route, output of 1 MB": measure(_routing(policy, _item(5, 1_000_000)), 200),
        "6 conditions together": measure(_asking(six), 500),
        "6 conditions one by one": measure(_asking(six_alone), 500),
        "50 conditions together": measure(_asking(fifty), 200),
        "50 conditions one by one": measure(_asking(fifty_alone), 200),
        "load the typical policy": measure(lambda: load(TYPICAL, CheckRegistry()), 5),
    }
    for name, value in table.items():
        print(f"{name:<52} {value:>10.1f} µs")
    saved = parser.parse_args().save
    if saved is not None:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        saved.write_text(json.dumps({"machine": machine, "microseconds": table}, indent=1) + "\n")


if __name__ == "__main__":
    main()
