"""A day's outage across many deadlines: afterwards each is acted on once, the oldest first, and marked late."""

from __future__ import annotations

import pytest

from tests.support.office import Office

POLICY = """
policy: 1
queues: {senior: {deadline: 1h, at_breach: fallback}}
fallback: We have passed your question to a colleague.
"""


def test_x12_after_a_day_of_outage_all_late_fallbacks_fire_once_oldest_first(office: Office) -> None:
    outage(office, 1_000)


@pytest.mark.long
@pytest.mark.timeout(0)
def test_x12_ten_thousand_deadlines(office: Office) -> None:
    outage(office, 10_000)


def outage(office: Office, count: int) -> None:
    office.activate(POLICY)
    submit(office, count)
    office.shift(hours=24)
    office.run_due(most=10 * count)
    office.number_all()
    order = [row[0] for row in office.rows(_ORDER)]
    assert len(order) == count  # once each
    assert order == sorted(order)  # the oldest first
    late = "SELECT COUNT(*) FROM outcomes WHERE late AND source = 'fallback' AND decided_by = 'deadline'"
    assert office.rows(late) == [(count,)]
    told = office.rows("SELECT kind, COUNT(*) FROM audit_entries WHERE kind LIKE 'item.%' GROUP BY kind")
    assert dict(told) == dict.fromkeys(("item.received", "item.escalated", "item.overdue", "item.released"), count)
    assert office.rows("SELECT COUNT(*) FROM jobs WHERE kind LIKE 'deadline.%'") == [(0,)]


_ORDER = """
SELECT items.due_at FROM outcome_order JOIN items ON items.id = outcome_order.item_id ORDER BY outcome_order.number
"""


def submit(office: Office, count: int) -> None:
    """Items whose deadlines lie in another order than they came in."""
    places = [(place * 7_919) % count for place in range(count)]  # a shuffle, the same in each run
    for first in range(0, count, 500):
        some = places[first : first + 500]
        deadlines = [f"{1_800_000 + 100 * place}ms" for place in some]
        office.submit_many([{"output": "a text", "confidence": 0.5, "deadline": one} for one in deadlines])
