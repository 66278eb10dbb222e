"""A chart as a table that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io

from handrail.kit.clock import to_text
from handrail.wire.metrics import MetricsOut

HEAD = (
    "from", "to", "group", "quantile", "value", "low", "high", "level", "n", "numerator", "denominator", "unit", "note",
)  # fmt: skip
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(told: MetricsOut) -> str:
    """One line for each point, the metric and its definition in a column of the head."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    metric = told.metric
    write.writerow((*HEAD, "metric", "definition"))
    definition = f"{metric.numerator} / {metric.denominator}; clock: {metric.clock}; left out: {metric.left_out}"
    unit = told.currency or metric.unit
    for line in told.series:
        for point in line.points:
            estimate = point.estimate
            write.writerow(
                [
                    to_text(point.at), to_text(point.until), safe(line.label), line.quantile or "",
                    _number(estimate.value if estimate else point.value),
                    _number(estimate.low if estimate else None), _number(estimate.high if estimate else None),
                    _number(estimate.level if estimate else None), _number(estimate.n if estimate else None),
                    _number(point.numerator), _number(point.denominator), safe(unit), safe(point.why or ""),
                    metric.key, safe(definition),
                ]
            )  # fmt: skip
    return out.getvalue()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> safe("=1+1"), safe("claims:letter")
    ("'=1+1", 'claims:letter')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_FORMULA) else text


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))
