"""What each check costs on a 4 KB item: `python -m benchmarks.checks [--json FILE]`. Prints a table, never fails."""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from handrail.domain.item import Item, Passage
from handrail.extend.checks import BoundCheck
from handrail.plugins.checks import builtin_registry
from handrail.stages.checking.frame import run_checks

OPTIONS: dict[str, dict[str, Any]] = {
    "keywords": {
        "words": ["guarantee", "risk free", "double your money", *(f"forbidden{n} phrase" for n in range(200))]
    },
    "regex": {"must_not_match": ["(?i)as an ai( language)? model", "(a+)+$"]},
    "required_phrases": {"phrases": ["This letter is not legal advice."]},
    "links": {"allow": ["example.org"]},
}
PROSE = """
Dear Ms Aydin, thank you for your message of 12 March 2024. Escape of water is insured up to EUR 80,000 for
each event [p1], and the deductible of EUR 250 applies once [p2]. Our surveyor, Martin Keller, visited the
flat on 18 March 2024 and found damage to 14.5 square metres of parquet. The terms say that "escape of water
is insured up to EUR 80,000 per event" and so the claim is covered. See https://example.org/terms for details.
"""
CONTEXT = """
Escape of water is insured up to EUR 80,000 per event. The insurer pays for damage by water that leaves pipes,
hoses and fixed installations against their purpose, and for drying and restoring what became wet through it.

The deductible of EUR 250 applies once for each event. It is deducted from the sum that the insurer would owe
without it; where several policies cover the same event, the higher deductible is the one that counts.

Report of Martin Keller, surveyor, visit of 2024-03-18: parquet in living room and corridor swollen, 14.5
square metres; skirting boards loose; cause: burst hose of the washing machine in the flat above, closed on
the same day.

Message of Ms Aydin, 2024-03-12: water came through the ceiling during the night, I called the caretaker and
the fire brigade, photographs are attached. Please tell me whether this is covered and what I have to do next.

The policyholder must report the event without delay, keep the damaged things until they were seen, and do
what is reasonable to keep the damage small. Costs of doing so are paid even where they were in vain.

Not insured are damage by rain through open windows, by rising ground water, and by water from aquariums; nor
damage to things that were in the cellar less than ten centimetres above the floor.

The insurer pays within two weeks after it has established that it must pay and how much. One month after the
report the policyholder may ask for an advance of what is owed at the least by then.
"""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def clean_item() -> Item:
    """About 4 KB in which no check finds anything: the common case."""
    passages = tuple(Passage(f"p{at}", _one_line(text)) for at, text in enumerate(CONTEXT.split("\n\n"), start=1))
    return Item(
        output=(_one_line(PROSE) + " ") * 5 + "This letter is not legal advice.",
        prompt="Is the claim covered?",
        context=passages,
    )


def faulty_item() -> Item:
    """The same size, with something to find for many checks."""
    bad = "We guarantee EUR 150 by 1 May 2025, says Jane Doe; card 4111 1111 1111 1111, mail j@example.com [p99]. "
    item = clean_item()
    return Item(output=item.output[:-200] + bad, prompt=item.prompt, context=item.context)


def microseconds(run: Callable[[], object], least_seconds: float = 0.15) -> float:
    """The best of several rounds: what the work costs when nothing else takes the core."""
    rounds = 0
    best = float("inf")
    until = time.perf_counter() + least_seconds
    while time.perf_counter() < until or rounds < 3:
        start = time.perf_counter()
        for _ in range(20):
            run()
        best = min(best, (time.perf_counter() - start) / 20)
        rounds += 1
    return best * 1e6


def bound_checks() -> list[BoundCheck]:
    return [plugin.bind(OPTIONS.get(plugin.name)) for plugin in builtin_registry().all()]


def row_of(one: BoundCheck, clean: Item, faulty: Item) -> dict[str, Any]:
    """Measures one check and prints its row."""
    row = {
        "check": one.name,
        "clean_us": microseconds(partial(one, clean)),
        "faulty_us": microseconds(partial(one, faulty)),
    }
    print(f"{one.name:<22}{row['clean_us']:>10.1f}{row['faulty_us']:>11.1f}   {one(faulty).result.value}")
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the figures there")
    arguments = parser.parse_args()
    clean, faulty, checks = clean_item(), faulty_item(), bound_checks()
    size = sum(len(text) for text in (clean.output, clean.prompt, *(passage.text for passage in clean.context)))
    print(f"One item of {size:,} characters (output {len(clean.output):,}), Python {platform.python_version()}\n")
    print(f"{'check':<22}{'clean µs':>10}{'faulty µs':>11}   result on the faulty item")
    rows = [row_of(one, clean, faulty) for one in checks]
    for label, item in (("clean", clean), ("faulty", faulty)):
        cost = microseconds(partial(run_checks, item, checks))
        rows.append({"check": f"all, {label}", "us": cost})
        print(f"all {len(checks)} in the frame, {label} item: {cost:,.0f} µs")
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": platform.platform(), "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
