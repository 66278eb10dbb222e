"""What the stored databases were filled with."""

from __future__ import annotations

from typing import Any

SECRET = b"the secret of a database that is stored for tests"
PASSWORD = "a long password of this database"
PEOPLE = {"ana": ["reviewer"], "ben": ["senior"], "eve": ["auditor"], "kim": ["lead", "engineer"]}
_REST = """
categories: {sum: {severity: major}, person: {severity: critical}}
block:
  - {name: toxic, when: "has(metadata.toxic) && metadata.toxic", category: person}
review:
  - {name: hurry, when: "has(metadata.hurry) && metadata.hurry", queue: hurry}
  - {name: slow, when: "has(metadata.slow) && metadata.slow", queue: slow}
  - {name: large, when: "has(metadata.amount) && metadata.amount >= 50000", queue: senior, high_stakes: true}
bands:
  on: confidence
  rows:
    - {above: 0.9, then: release, uncertified: true}
    - {queue: junior}
queues:
  junior: {deadline: 1h, warn: [30m], at_breach: {elevate: senior}, lease: 10m, undo: 2s}
  senior: {level: senior, deadline: 2h, at_breach: fallback, lease: 10m, undo: 5s}
  slow: {deadline: 1d, at_breach: fallback, undo: 1h}
  hurry: {deadline: 1s, at_breach: fallback}
  audit: {lease: 10m, undo: 2s}
fallback: We have passed your question to a colleague.
pending: {show: draft, label: "A draft"}
autonomy: {segments: {default: exception, "claims:letter": exception}}
audit: {share: 50%, queue: audit}
metadata: {toxic: {type: boolean}, hurry: {type: boolean}, slow: {type: boolean},
  amount: {type: number, filter: true}, customer: {type: string, filter: true}}
"""
POLICIES = ("policy: 1\n", f"policy: 1{_REST}")
SLOW_POLICY = f"policy: 1  # not in force{_REST}"
_CUSTOMERS = ("gold", "silver", "bronze")


def body_of(number: int) -> dict[str, Any]:
    """One item: of ten, four are sure, one is blocked, one large, one slow, the rest for a junior."""
    body: dict[str, Any] = {
        "output": f"Dear customer {number}, we will pay EUR {number * 10} for the water damage of 3 October.",
        "prompt": f"Write the letter for claim {number}.",
        "confidence": 0.97 if number % 10 < 4 else 0.5,
        "model": "claims-writer-3",
        "metadata": {"customer": _CUSTOMERS[number % 3], "amount": number},
    }
    if number % 2:
        body |= {"domain": "claims", "task": "letter"}
    flags = {4: {"toxic": True}, 5: {"amount": 62_400}, 6: {"slow": True}}
    body["metadata"] |= flags.get(number % 10, {})
    return body
