"""What is of high stakes is never released by a clock, whatever a policy says, then or later."""

from __future__ import annotations

import pytest

from tests.support.office import POLICY, Office

FALLBACK = "We have passed your question to a colleague."
RELEASE = '{release: "nobody waits for ever"}'
ALL_RELEASE = POLICY.replace("at_breach: {elevate: senior}", f"at_breach: {RELEASE}").replace(
    "at_breach: fallback", f"at_breach: {RELEASE}"
)
LATER = ALL_RELEASE.replace(", high_stakes: true", "")
CAPPED = LATER.replace(
    'autonomy: {segments: {default: exception, "claims:default": exception}}',
    'autonomy: {segments: {default: exception}, capped: ["claims:letter"]}',
)


def overdue(office: Office, item_id: str) -> None:
    office.shift(hours=3)
    office.run_due()
    assert office.kinds(item_id)[-2] == "item.overdue"


def test_an_item_of_a_high_stakes_rule_gets_the_fallback_though_its_queue_releases_by_now(office: Office) -> None:
    """No policy that says both loads; a queue may release in a later version, and an item be bound to it."""
    item_id = office.submit(metadata={"amount": 60_000})["item_id"]
    version = office.activate(LATER)
    values = {"version": version, "id": item_id}
    office.store.write(lambda s: s.run("UPDATE items SET policy_version = :version WHERE id = :id", values))
    overdue(office, item_id)
    result = office.result(item_id)
    assert (result["status"], result["source"], result["text"]) == ("released", "fallback", FALLBACK)


def test_in_a_capped_segment_a_deadline_never_releases(office: Office) -> None:
    office.activate(CAPPED)
    capped = office.submit(domain="claims", task="letter")["item_id"]
    free = office.submit()["item_id"]
    overdue(office, capped)
    assert office.result(capped)["text"] == FALLBACK
    assert (office.result(free)["source"], office.result(free)["text"]) == ("auto", "The claim arrived on 3 October.")


def test_a_segment_that_was_capped_since_counts_as_capped(office: Office) -> None:
    office.activate(LATER)
    item_id = office.submit(domain="claims", task="letter")["item_id"]
    office.activate(CAPPED)
    overdue(office, item_id)
    assert office.result(item_id)["source"] == "fallback"


@pytest.mark.parametrize("fallback", [True, False])
def test_without_a_fallback_it_is_blocked(office: Office, fallback: bool) -> None:
    policy = CAPPED if fallback else CAPPED.replace(f"fallback: {FALLBACK}\n", "")
    office.activate(policy)
    item_id = office.submit(domain="claims", task="letter")["item_id"]
    overdue(office, item_id)
    assert office.result(item_id)["status"] == ("released" if fallback else "blocked")
    assert office.result(item_id)["text"] == (FALLBACK if fallback else None)
