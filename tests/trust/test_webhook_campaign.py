"""Many events to a receiver that fails three times in ten: none is missing, each under one id, each signed."""

from __future__ import annotations

from benchmarks.webhooks import Campaign
from handrail.storage import AnyStore

EVENTS = 2_000


def test_x15_none_is_missing_when_the_receiver_often_fails(store: AnyStore) -> None:
    tally = Campaign(store, EVENTS).run()
    assert tally.events == EVENTS
    assert (tally.missing, tally.several_ids, tally.bad_signatures) == (0, 0, 0)
    assert tally.refused > EVENTS / 5
    assert tally.delivered == EVENTS
