"""Metrics over HTTP: right numbers, honest intervals, days of the project's zone, tables no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from handrail.kit.clock import to_ms
from handrail.stages.monitoring.counting import Days, fold
from handrail.stages.monitoring.queries import cells
from handrail.stages.monitoring.rules.declared import METRICS, NOT_YET
from handrail.stages.monitoring.rules.facts import Counts, received
from handrail.stats.shares import wilson
from handrail.web.permissions import Role
from tests.support.webroom import Webroom


def counted(room: Webroom) -> None:
    room.office.number_all()
    while room.office.store.write(fold):
        pass


def asked(client: TestClient, name: str, **more: Any) -> dict[str, Any]:
    told = client.get("/v1/metrics", params={"name": name, **more})
    assert told.status_code == 200, told.text
    found: dict[str, Any] = told.json()
    return found


def total(client: TestClient, name: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = asked(client, name, **more)["series"][0]["total"]
    return found


def a_day(room: Webroom) -> None:
    """Ten items: six released, four to people, of which one is edited and one rejected; two audits find one error."""
    office = room.office
    rita, sam = office.person("rita"), office.person("sam", Role.SENIOR)
    office.submit_many([{"output": f"Letter {one}.", "confidence": 0.95} for one in range(6)])
    office.submit_many([{"output": f"Claim {one}.", "confidence": 0.4, "model": "writer-2"} for one in range(4)])
    office.shift(minutes=5)
    for verdict in ("approve", "approve", "edit", "reject"):
        office.decide(rita, office.claim(rita, "junior")[0], verdict)
    for verdict in ("approve", "reject"):
        office.decide(sam, office.claim(sam, "audit")[0], verdict)
    office.shift(seconds=6)
    office.run_due()
    counted(room)


def test_what_was_taken_back_counts_where_it_was_decided_and_once(room: Webroom) -> None:
    a_day(room)
    client = room.program()
    assert total(client, "post_review_error_rate")["numerator"] == 0
    by_people = client.get("/v1/items", params={"source": "edited"}).json()["data"]
    released = client.get("/v1/items", params={"source": "auto"}).json()["data"]
    correction = {"type": "text", "text": "What is right."}
    for id in (by_people[0]["item_id"], released[0]["item_id"]):
        told = client.post(f"/v1/items/{id}/override", json={"reason": "late truth", "correction": correction})
        assert told.status_code == 200, told.text
    counted(room)
    assert client.post(f"/v1/items/{by_people[0]['item_id']}/recall", json={"reason": "again"}).status_code == 200
    counted(room)
    back = total(client, "recall_rate")
    assert (back["numerator"], back["denominator"], back["value"]) == (2, 10, 0.2)
    assert client.get("/v1" + back["items_url"]).status_code == 200
    assert len(client.get("/v1" + back["items_url"]).json()["data"]) == 2
    wrong = total(client, "post_review_error_rate")
    assert (wrong["numerator"], wrong["denominator"], wrong["value"]) == (1, 4, 0.25)
    shown = client.get("/v1" + wrong["items_url"]).json()["data"]
    assert [one["item_id"] for one in shown] == [by_people[0]["item_id"]]
    assert {one["key"]: one["total"]["numerator"] for one in asked(client, "recall_rate", by="source")["series"]} == {
        "auto": 1, "edited": 1, "human": 0,
    }  # fmt: skip


def test_the_shares_of_a_day(room: Webroom) -> None:
    a_day(room)
    client = room.program()
    sent = total(client, "escalation_rate")
    assert (sent["value"], sent["numerator"], sent["denominator"]) == (0.4, 4, 10)
    changed = total(client, "override_rate")
    assert (changed["value"], changed["numerator"], changed["denominator"]) == (0.5, 2, 4)
    assert total(client, "items_decided")["value"] == 10
    assert total(client, "deadlines_kept")["value"] == 1
    assert total(client, "late_share")["value"] == 0
    work = total(client, "reviewer_throughput")
    assert work["numerator"] == 6
    assert work["value"] == pytest.approx(6 / (6 * 4_000 / 3_600_000))
    assert total(client, "audit_coverage")["value"] == pytest.approx(2 / 6)
    assert total(client, "confidently_wrong")["value"] == 1


def test_an_estimate_never_comes_without_its_interval(room: Webroom) -> None:
    a_day(room)
    slipped = total(room.program(), "audit_escape_rate")
    interval = wilson(1, 2)
    assert slipped["value"] is None
    assert slipped["estimate"] == {
        "value": 0.5,
        "low": pytest.approx(interval.low),
        "high": pytest.approx(interval.high),
        "level": 0.95,
        "n": 2,
        "why": "Few audits (2): the interval is wide.",
    }


def test_without_data_there_is_no_number_but_a_reason(room: Webroom) -> None:
    client = room.program()
    for metric in METRICS:
        point = total(client, metric.key)
        if metric.unit == "count":
            assert point["value"] == 0
            continue
        assert point["value"] is None, metric.key
        assert point["why"], metric.key
        if metric.is_estimate:
            assert point["estimate"]["value"] is None
            assert point["estimate"]["low"] is None


def test_durations_are_told_within_their_error(room: Webroom) -> None:
    a_day(room)
    lines = {line["quantile"]: line["total"] for line in asked(room.program(), "resolution_time")["series"]}
    assert set(lines) == {"p50", "p95", "p99"}
    real = 306_000  # five minutes until the verdicts, six seconds of undo window and more
    assert lines["p50"]["value"] == pytest.approx(real, rel=0.05)
    assert lines["p50"]["denominator"] == 4


def test_by_segment_queue_model_and_reviewer(room: Webroom) -> None:
    a_day(room)
    client = room.program()
    models = {line["key"]: line["total"]["value"] for line in asked(client, "escalation_rate", by="model")["series"]}
    assert models == {"": 0, "writer-2": 1}
    people = {line["label"]: line["total"]["value"] for line in asked(client, "reviews_given", by="reviewer")["series"]}
    assert people == {"rita": 4, "sam": 2}
    queues = {line["key"] for line in asked(client, "override_rate", by="queue")["series"]}
    assert queues == {"junior"}
    sources = {line["key"]: line["total"]["value"] for line in asked(client, "items_decided", by="source")["series"]}
    assert sources == {"auto": 6, "human": 3, "edited": 1}
    assert total(client, "items_received", segment="mail:letter")["value"] == 0
    assert total(client, "items_received", segment="default,mail:letter")["value"] == 10


def test_reviewers_are_told_apart_only_for_those_who_may(room: Webroom) -> None:
    engineer = room.browser(room.office.person("eve", Role.ENGINEER))
    assert engineer.get("/v1/metrics", params={"name": "reviews_given"}).status_code == 200
    assert engineer.get("/v1/metrics", params={"name": "reviews_given", "by": "reviewer"}).status_code == 403
    reviewer = room.browser(room.office.person("rita"))
    assert reviewer.get("/v1/metrics", params={"name": "reviews_given"}).status_code == 403


@pytest.mark.parametrize(
    ("asked_for", "field"),
    [
        ({"name": "happiness"}, "/name"),
        ({"name": "gold_accuracy"}, "/name"),
        ({"name": "escalation_rate", "by": "queue"}, "/by"),
        ({"name": "escalation_rate", "by": "moon"}, "/by"),
        ({"name": "escalation_rate", "step": "second"}, "/step"),
        ({"name": "escalation_rate", "from": "2026-11-02T00:00:00Z", "to": "2026-11-01T00:00:00Z"}, "/from"),
        ({"name": "escalation_rate", "from": "2026-11-02T00:00:00"}, "/from"),
        ({"name": "escalation_rate", "from": "1970-01-01T00:00:00Z"}, "/from"),
        (
            {"name": "escalation_rate", "from": "2024-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z", "step": "hour"},
            "/step",
        ),
        ({"name": "escalation_rate", "queue": "junior"}, "/queue"),
        ({"name": "queue_depth", "segment": "default"}, "/segment"),
        ({"name": "escalation_rate", "colour": "red"}, "/colour"),
        ({}, "/name"),
    ],
)
def test_a_malformed_question_is_answered_with_its_field(room: Webroom, asked_for: dict[str, str], field: str) -> None:
    told = room.program().get("/v1/metrics", params=asked_for)
    assert told.status_code == 422, told.text
    assert [one["path"] for one in told.json()["error"]["fields"]] == [field]


def test_what_is_not_there_yet_says_what_it_needs(room: Webroom) -> None:
    told = room.program().get("/v1/metrics/definitions").json()
    assert {one["key"] for one in told["data"]} == {one.key for one in METRICS}
    assert {one["key"] for one in told["not_yet"]} == {one.key for one in NOT_YET}
    assert all(one["needs"] for one in told["not_yet"])


def test_t07_the_table_holds_no_formula(room: Webroom) -> None:
    office = room.office
    for model in ("=cmd|'/C calc'!A0", "+1", "-1", "@sum", "\t=1", "writer"):
        office.submit(confidence=0.95, model=model)
    counted(room)
    told = room.program().get(
        "/v1/metrics", params={"name": "items_received", "by": "model"}, headers={"Accept": "text/csv"}
    )
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    assert told.headers["content-disposition"] == 'attachment; filename="items_received.csv"'
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert len(rows) == 6 * 30
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")), cell
    assert sum(int(row["value"]) for row in rows) == 6
    assert rows[0]["metric"] == "items_received"


def at_moments(room: Webroom, moments: list[datetime]) -> None:
    """Counts one received item for each moment, as the fold would."""

    def work(session: Any) -> None:
        days = Days(session)
        days.follow_zones(session)
        counts = Counts(days.day_of)
        for one in moments:
            item = {
                "project_id": room.office.project_id, "domain": "default", "task": "default", "model": None,
                "prompt_version": None, "first_queue": None, "action": "release", "received_at": to_ms(one),
                "probability": None,
            }  # fmt: skip
            received(counts, item)
        cells.add(session, counts)

    room.office.store.write(work)


def test_days_are_those_of_the_projects_zone_also_when_the_clock_changes(room: Webroom) -> None:
    room.office.store.write(
        lambda s: s.change("UPDATE projects SET zone = 'Europe/Berlin' WHERE id = :id", {"id": room.office.project_id})
    )
    # 29 March 2026 has 23 hours in Berlin: from 28 March 23:00 UTC to 29 March 22:00 UTC
    moments = [datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)]
    moments += [datetime(2026, 3, 29, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)]
    at_moments(room, moments)
    client = room.program()
    window = {"from": "2026-03-28T12:00:00Z", "to": "2026-03-30T12:00:00Z"}
    told = asked(client, "items_received", **window, step="day")
    assert told["zone"] == "Europe/Berlin"
    found = [(one["at"], one["value"]) for one in told["series"][0]["points"]]
    assert found == [
        ("2026-03-27T23:00:00.000Z", 1),
        ("2026-03-28T23:00:00.000Z", 2),
        ("2026-03-29T22:00:00.000Z", 1),
    ]
    hours = asked(client, "items_received", **window, step="hour")["series"][0]["points"]
    assert sum(one["value"] for one in hours) == 4
    day = [one for one in hours if "2026-03-28T23" <= one["at"] < "2026-03-29T22"]
    assert len(day) == 23


def test_a_point_leads_to_its_items(room: Webroom) -> None:
    a_day(room)
    client = room.program()
    told = asked(client, "override_rate", by="queue")
    point = next(one for one in told["series"][0]["points"] if one["denominator"])
    path, _, query = point["items_url"].partition("?")
    assert path == "/items"
    found = client.get(f"/v1/items?{query}")
    assert found.status_code == 200, found.text
    assert sorted(one["verdict"] for one in found.json()["data"]) == ["edit", "reject"]


def test_every_link_is_one_that_the_items_page_knows(room: Webroom) -> None:
    a_day(room)
    client = room.program()
    for metric in METRICS:
        for by in (None, *metric.by):
            told = asked(client, metric.key, **({"by": by.value} if by else {}))
            for line in told["series"]:
                link = line["total"]["items_url"].partition("?")[2]
                assert client.get(f"/v1/items?{link}").status_code == 200, link


def test_the_present_is_told_by_queue(room: Webroom) -> None:
    office = room.office
    rita = office.person("rita")
    for _ in range(3):
        office.submit()
    office.shift(minutes=2)
    office.claim(rita, "junior")
    client = room.program()
    assert total(client, "queue_depth", by="queue")["value"] == 2
    assert total(client, "held_now")["value"] == 1
    assert total(client, "oldest_waiting")["value"] == pytest.approx(120_000, abs=5_000)
    assert asked(client, "queue_depth", queue="senior")["series"][0]["total"]["value"] == 0


def test_cost_needs_prices(room: Webroom) -> None:
    a_day(room)
    client = room.program()
    assert "cost_per_minute" in total(client, "cost_per_decision")["why"]
    settings = '{"cost_per_minute": 1.5, "cost_per_review": 0.25, "currency": "EUR"}'
    room.office.store.write(
        lambda s: s.change(
            "UPDATE projects SET settings = :s WHERE id = :id", {"s": settings, "id": room.office.project_id}
        )
    )
    told = asked(client, "cost_per_decision")
    assert told["currency"] == "EUR"
    assert told["series"][0]["total"]["value"] == pytest.approx((6 * 4 / 60 * 1.5 + 6 * 0.25) / 10)


def test_only_lines_with_the_most_are_drawn_and_the_rest_is_said(room: Webroom) -> None:
    for number in range(15):
        room.office.submit(confidence=0.95, model=f"writer-{number:02}")
    counted(room)
    told = asked(room.program(), "items_received", by="model")
    assert (len(told["series"]), told["more_series"]) == (12, 3)
