"""GET /v1/exports/stream and GET /v1/audit-samples: who may read what, in what order, and how to go on."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from handrail.client.api import Api
from handrail.client.errors import ApiError
from handrail.web.permissions import ALL, Role
from handrail.wire.exports import ExportHead, ExportLine, ExportPart
from tests.support.house import POLICY, RELEASES, Served

TRAINING = ("trl-sft", "trl-dpo", "trl-kto")
EDIT: dict[str, Any] = {
    "verdict": "edit",
    "output": {"type": "text", "text": "Better."},
    "reason": "too short",
    "severity": "minor",
}


def lines(api: Api, **params: Any) -> list[dict[str, Any]]:
    answer = api.request("GET", "/v1/exports/stream", params=params)
    return [json.loads(line) for line in answer.body.split(b"\n") if line]


def rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, after a look that all lines have the shape they are described with."""
    head, *lines, part = found
    ExportHead.model_validate_json(json.dumps(head["export"]))
    ExportPart.model_validate(part)
    assert [ExportLine.model_validate(one).model_dump() for one in lines] == lines
    return lines


def item(text: str, **more: Any) -> dict[str, Any]:
    return {"prompt": "Insured?", "output": text, **more}


@pytest.fixture
def mixed(served: Served) -> dict[str, str]:
    """One item for each way an item can end: name -> id."""
    served.person("rose@desk.invalid", Role.REVIEWER)
    reviewer = served.signed_in("rose@desk.invalid")
    served.policy(RELEASES)
    ids = dict(
        zip(["audited", "released"], served.submit(item("a", confidence=0.95), item("b", confidence=0.99)), strict=True)
    )
    assert served.count("audit_samples") == 2
    one = reviewer.post("/v1/assignments/claim", {"limit": 1})["assignments"][0]
    assert one["item_id"] == ids["audited"]
    body = {"fence": one["fence"], "active_ms": 10, "verdict": "reject", "severity": "major", "reason": "wrong"}
    reviewer.post(f"/v1/assignments/{one['assignment_id']}/review", body)
    served.policy(POLICY)
    names = ["approved", "edited", "rejected", "json"]
    json_output = {"prompt": "p", "output": {"type": "json", "value": {"a": 1}}}
    ids |= zip(names, served.submit(item("c"), item("d"), item("e", domain="claims"), json_output), strict=True)
    verdicts: dict[str, dict[str, Any]] = {
        ids["approved"]: {"verdict": "approve"},
        ids["edited"]: EDIT,
        ids["rejected"]: {"verdict": "reject", "severity": "major", "reason": "wrong"},
        ids["json"]: {"verdict": "approve"},
        ids["released"]: {"verdict": "approve"},
    }
    served.decide(reviewer, verdicts)
    ids["undecided"] = served.submit(item("f"))[0]
    return ids


def test_only_what_people_decided_trains(served: Served, mixed: dict[str, str]) -> None:
    wanted = {
        "trl-sft": ({"approved", "edited"}, {"audit_answer": 2, "rejected": 1, "json_output": 1}),
        "trl-dpo": ({"edited"}, {"audit_answer": 2, "no_replacement": 2, "json_output": 1}),
        "trl-kto": ({"approved", "edited", "rejected"}, {"audit_answer": 2, "json_output": 1}),
    }
    for format, (names, excluded) in wanted.items():
        found = lines(served.api, format=format)
        assert {one["lineage"]["item_id"] for one in rows(found)} == {mixed[name] for name in names}, format
        assert all(one["lineage"]["review_id"] for one in rows(found))
        assert found[-1]["excluded"] == excluded, format
        assert (found[-1]["items"], found[-1]["done"]) == (6, True)
        assert any("audit samples" in one for one in found[0]["export"]["left_out"])


def test_the_plain_export_holds_every_decided_item(served: Served, mixed: dict[str, str]) -> None:
    found = rows(lines(served.api, format="jsonl"))
    assert [one["row"]["item_id"] for one in found] == [one["lineage"]["item_id"] for one in found]
    assert {one["row"]["item_id"] for one in found} == set(mixed.values()) - {mixed["undecided"]}
    by_id = {one["row"]["item_id"]: one["row"] for one in found}
    edited = by_id[mixed["edited"]]
    assert edited["review"]["verdict"] == "edit"
    assert edited["outcome"]["text"] == "Better."
    assert edited["route"]["action"] == "review"
    assert edited["scores"] == []
    assert by_id[mixed["audited"]]["review"] is None  # an answer to an audit sample is no review of the item
    moments = [one["row"]["outcome"]["decided_at"] for one in found]
    assert moments == sorted(moments)


def test_filters_narrow(served: Served, mixed: dict[str, str]) -> None:
    def ids(**filters: str) -> set[str]:
        return {one["lineage"]["item_id"] for one in rows(lines(served.api, format="jsonl", **filters))}

    assert ids(domain="claims") == {mixed["rejected"]}
    assert ids(verdict="edit,reject") == {mixed["edited"], mixed["rejected"]}
    assert ids(status="blocked") == {mixed["rejected"]}
    assert ids(source="auto") == {mixed["audited"], mixed["released"]}
    assert ids(to="2020-01-01T00:00:00Z") == set()
    assert len(ids(**{"from": "2020-01-01T00:00:00Z"})) == 6


def test_stretches_give_what_the_whole_gives(served: Served, mixed: dict[str, str]) -> None:
    whole = lines(served.api, format="jsonl")
    for limit in (1, 2, 5):
        assert _in_stretches(served.api, whole[0]["export"]["decided_to"], limit) == rows(whole)


def _in_stretches(api: Api, until: str, limit: int) -> list[dict[str, Any]]:
    cursor, found = None, []
    while True:
        part = lines(api, format="jsonl", to=until, limit=limit, cursor=cursor)
        found += rows(part)
        cursor = part[-1]["cursor"]
        if part[-1]["done"]:
            return found
        assert part[-1]["items"] == limit


def test_a_cursor_belongs_to_its_export(served: Served, mixed: dict[str, str]) -> None:
    part = lines(served.api, format="jsonl", limit=1)
    same = {"to": part[0]["export"]["decided_to"], "limit": 1, "cursor": part[-1]["cursor"]}
    assert lines(served.api, format="jsonl", **same)
    for other in ({"format": "csv"}, {"format": "jsonl", "domain": "claims"}, {"format": "jsonl", "to": None}):
        with pytest.raises(ApiError, match="bad_cursor"):
            lines(served.api, **{**same, **other})


def test_another_project_sees_nothing_of_it(served: Served, mixed: dict[str, str]) -> None:
    other = served.project("other")
    stranger = Api(served.url, served.new_key(other))
    for format in ("jsonl", *TRAINING):
        assert rows(lines(stranger, format=format)) == []
    part = lines(served.api, format="jsonl", limit=1)
    taken = {"to": part[0]["export"]["decided_to"], "cursor": part[-1]["cursor"]}
    with pytest.raises(ApiError, match="bad_cursor"):
        lines(stranger, format="jsonl", **taken)


def test_reading_exports_needs_the_permission_and_is_logged(served: Served) -> None:
    without = Api(served.url, served.new_key(served.project_id, *sorted(ALL - {"exports.read"})))
    with pytest.raises(ApiError, match="forbidden"):
        lines(without, format="jsonl")
    assert "export.started" not in {row[0] for row in served.rows("SELECT kind FROM audit_entries")}
    lines(Api(served.url, served.new_key(served.project_id, "exports.read")), format="jsonl")
    assert "export.started" in {row[0] for row in served.rows("SELECT kind FROM audit_entries")}


@pytest.mark.parametrize(
    "query",
    ["format=parquet", "", "format=jsonl&limit=0", "format=jsonl&colour=red", "format=jsonl&from=2026-01-01T00:00:00"],
)
def test_what_is_malformed_is_said(served: Served, query: str) -> None:
    answer = httpx.get(f"{served.url}/v1/exports/stream?{query}", headers={"Authorization": f"Bearer {served.key}"})
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"]


def test_large_items_shorten_a_stretch(served: Served) -> None:
    served.policy(RELEASES)
    text = "x" * 1_000_000
    served.submit(*[item(text, confidence=0.99)] * 12)
    part = lines(served.api, format="trl-sft", limit=12)
    assert 1 < part[-1]["items"] < 12
    assert part[-1]["done"] is False


def test_audit_samples_tell_their_probability_and_their_answer(served: Served, mixed: dict[str, str]) -> None:
    found = list(served.api.rows("/v1/audit-samples", limit=1))
    assert [one["item_id"] for one in found] == [mixed["audited"], mixed["released"]]
    assert [one["probability"] for one in found] == [1.0, 1.0]
    assert [(one["verdict"], one["is_error"]) for one in found] == [("reject", True), ("approve", False)]
    assert list(served.api.rows("/v1/audit-samples", state="open")) == []
    assert len(list(served.api.rows("/v1/audit-samples", state="answered", segment="default"))) == 2
    assert list(served.api.rows("/v1/audit-samples", segment="claims:letter")) == []
    with pytest.raises(ApiError, match="forbidden"):
        list(Api(served.url, served.new_key(served.project_id, "items.read")).rows("/v1/audit-samples"))
