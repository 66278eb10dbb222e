"""The manual page and the English words of metrics, both made from what the code declares: `python -m scripts.metrics`.

A test compares them with what is there, so that page, hover text and code cannot say different things.
"""

from __future__ import annotations

import json
from pathlib import Path

from handrail.stages.monitoring.rules.declared import METRICS, NOT_YET, Metric

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "metrics.md"
WORDS = ROOT / "ui" / "src" / "features" / "monitoring" / "locales" / "en.json"
CLOCKS = {
    "received": "when the item was received",
    "decided": "when the item got its outcome",
    "answered": "when the verdict was given",
    "now": "this moment",
}
HEAD = """# Metrics

Every number on the page Monitoring and under `GET /v1/metrics`, with what is divided by what, by which clock, and who
is left out. This page is made from the code by `python -m scripts.metrics`; a test compares the two. How they are kept
and what they can and cannot tell stands in [explanation/metrics.md](../explanation/metrics.md).

Durations are kept in fixed buckets an eighth of a doubling wide: a quantile is off by at most 4.5%.
"""


def page() -> str:
    """docs/reference/metrics.md."""
    parts = [HEAD]
    parts += [_section(one) for one in METRICS]
    later = "\n".join(f"| `{one.key}` | {one.title} | {one.needs} |" for one in NOT_YET)
    parts.append(f"## Not yet\n\nThe stored data do not allow these.\n\n| key | | needs |\n|---|---|---|\n{later}\n")
    return "\n".join(parts)


def _section(metric: Metric) -> str:
    alarm = ""
    if metric.alarm is not None:
        alarm = f"| alarm | below {metric.alarm[0]:.0%}, above {metric.alarm[1]:.0%} |\n"
    kind = "estimated: always with its interval, or why there is none" if metric.is_estimate else "counted"
    note = f"\n{metric.note}\n" if metric.note else ""
    return f"""## {metric.title}: `{metric.key}`

{metric.question}

| | |
|---|---|
| numerator | {metric.numerator} |
| denominator | {metric.denominator} |
| clock | {CLOCKS[metric.clock.value]} |
| unit | {metric.unit.value} |
| kind | {kind} |
| told apart by | {", ".join(one.value for one in metric.by)} |
| left out | {metric.left_out} |
{alarm}{note}"""


def words() -> dict[str, dict[str, str]]:
    """The part `metric` of the English words."""
    return {
        one.key: {
            "title": one.title,
            "question": one.question,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "clock": one.clock.value,
            "left_out": one.left_out,
            **({"note": one.note} if one.note else {}),
        }
        for one in METRICS
    }


def later() -> dict[str, dict[str, str]]:
    """The part `later` of the English words."""
    return {one.key: {"title": one.title, "needs": one.needs} for one in NOT_YET}


def main() -> None:
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    known = json.loads(WORDS.read_text(encoding="utf-8")) if WORDS.exists() else {}
    known |= {"metric": words(), "later": later()}
    WORDS.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
