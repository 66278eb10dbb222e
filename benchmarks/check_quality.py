"""How often checks are right on labelled texts: `python -m benchmarks.check_quality DATA [--json FILE]`.

DATA holds `safety/pii_spans.jsonl.gz` (`text`, `spans` with `start`, `end`, `label`) and
`llm_outputs/llm_outputs.jsonl.gz` (`output`, `context`, `prompt`, `is_bad`, `task`). Prints tables, never fails.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from handrail.domain.item import Item, Passage
from handrail.domain.score import Score
from handrail.plugins.checks import builtin_registry
from handrail.plugins.checks._national_ids import FORMS
from handrail.plugins.checks._pii import Kind, find

KIND_OF_LABEL: dict[str, Kind] = {
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
}
EVIDENCE_CHECKS = ("numbers_in_context", "dates_in_context", "names_in_context", "quotes", "citations")
PROSE_CHECKS = ("hidden_characters", "links", "secrets", "pii")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def pii_table(path: Path, shown: int) -> list[dict[str, Any]]:
    """Precision and recall for each kind; a find counts when it overlaps a labelled span of its kind."""
    right, found, labelled = Counter[str](), Counter[str](), Counter[str]()
    missed, false = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    countries = [country for country, *_ in FORMS]
    for row in rows(path):
        text = row["text"]
        spans = [
            (span["start"], span["end"], KIND_OF_LABEL[span["label"]])
            for span in row["spans"]
            if span["label"] in KIND_OF_LABEL
        ]
        places = find(text, ("card", "iban", "email", "phone", "national_id"), countries)
        for start, end, kind in spans:
            labelled[kind] += 1
            if not any(place.kind == kind and place.start < end and start < place.end for place in places):
                missed[kind].append(text[start:end])
        for place in places:
            found[place.kind] += 1
            if any(place.kind == kind and place.start < end and start < place.end for start, end, kind in spans):
                right[place.kind] += 1
            else:
                false[place.kind].append(text[max(0, place.start - 25) : place.end + 10])
    table = []
    for kind in [kind for kind in get_args(Kind) if found[kind] or labelled[kind]]:
        hit = labelled[kind] - len(missed[kind])
        table.append({"kind": kind, "labelled": labelled[kind], "found": found[kind], "right": right[kind], "hit": hit})
        rates = f"precision {_share(right[kind], found[kind])}  recall {_share(hit, labelled[kind])}"
        print(f"{kind:<12} labelled {labelled[kind]:>4}  found {found[kind]:>4}  {rates}")
        for title, examples in (("missed", missed[kind]), ("false", false[kind])):
            for example in examples[:shown]:
                print(f"    {title}: {example!r}")
    return table


def evidence_table(path: Path, shown: int) -> list[dict[str, Any]]:
    """How often each check speaks up, by what people said of the output."""
    checks = {
        name: plugin.bind() for name in (*EVIDENCE_CHECKS, *PROSE_CHECKS) if (plugin := builtin_registry().get(name))
    }
    counts: dict[tuple[str, str, bool], list[int]] = defaultdict(lambda: [0, 0, 0])
    samples: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for row in rows(path):
        item = item_of(row)
        for name, bound in checks.items():
            score = bound(item)
            cell = counts[name, row["task"], bool(row["is_bad"])]
            cell[0] += score.ran
            cell[1] += score.ran and bool(score.findings)
            cell[2] += len(score.findings)
            samples[name, bool(row["is_bad"])] += _places(item, score)
    table = []
    print(f"{'check':<20}{'task':<20}{'good: ran':>10}{'spoke':>8}{'bad: ran':>10}{'spoke':>8}")
    for name, task in sorted({(name, task) for name, task, _ in counts}):
        good, bad = counts[name, task, False], counts[name, task, True]
        if good[0] + bad[0]:
            table.append({"check": name, "task": task, "good": good, "bad": bad})
            print(
                f"{name:<20}{task:<20}{good[0]:>10}{_share(good[1], good[0]):>8}{bad[0]:>10}{_share(bad[1], bad[0]):>8}"
            )
    for (name, is_bad), examples in sorted(samples.items()):
        for example in examples[:: max(1, len(examples) // shown)][:shown] if shown else ():
            print(f"  {name} ({'bad' if is_bad else 'good'}): {example}")
    return table


def item_of(row: dict[str, Any]) -> Item:
    context = row["context"]
    texts = context if isinstance(context, list) else [context] if context else []
    passages = tuple(
        Passage(str(at), text if isinstance(text, str) else str(text.get("text", "")))
        for at, text in enumerate(texts, 1)
    )
    history = " ".join(
        str(turn.get("text", "")) if isinstance(turn, dict) else str(turn) for turn in row.get("history") or ()
    )
    return Item(output=row["output"], prompt=f"{history}\n\n{row['prompt'] or ''}", context=passages)


def _places(item: Item, score: Score) -> list[str]:
    return [
        repr(item.output[max(0, (found.start or 0) - 40) : (found.end or 0) + 25]) + " " + found.reason
        for found in score.findings[:2]
    ]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", type=int, default=0, help="examples to print for each row")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    arguments = parser.parse_args()
    pii = pii_table(arguments.data / "safety/pii_spans.jsonl.gz", arguments.show)
    print()
    evidence = evidence_table(arguments.data / "llm_outputs/llm_outputs.jsonl.gz", arguments.show)
    if arguments.json:
        arguments.json.write_text(json.dumps({"pii": pii, "evidence": evidence}, indent=1))


if __name__ == "__main__":
    main()
