"""The audit log over HTTP: what is listed, proved, handed out in tiles, checked; and by whom it may be seen."""

from __future__ import annotations

import base64
import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite
from starlette.testclient import TestClient

from handrail.audit.notes import Verifier
from handrail.audit.proofs import is_consistent, is_included
from handrail.kit.ids import new_id
from handrail.setup.access.rules import FOUNDER
from handrail.setup.audit_log import queries
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.web.permissions import Role
from tests.audit.second import second
from tests.support.webroom import Webroom, claimed, decided

READING = "audit_log.read"


def at_work(room: Webroom, count: int = 3) -> list[str]:
    """Items, some released and one reviewed; all of it numbered."""
    ana = room.office.person("ana")
    items = [room.office.submit(confidence=0.99 if n else 0.5)["item_id"] for n in range(count)]
    browser = room.browser(ana)
    assert decided(browser, claimed(browser), "reject").status_code < 300
    room.office.number_all()
    return items


def auditor(room: Webroom, name: str = "tom") -> TestClient:
    return room.browser(room.office.person(name, Role.AUDITOR))


def state(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/v1/audit-log/state").json()
    return found


def checkpoint(client: TestClient) -> tuple[int, bytes]:
    """Size and root of the newest one, its signature checked by both verifiers."""
    told = client.get("/v1/audit-log/checkpoint")
    assert told.headers["content-type"] == "text/plain; charset=utf-8"
    key = state(client)["verifier_key"]
    head = Verifier.parse(key).read(told.text)
    assert second.read_checkpoint(told.text, *second.read_key(key)) == (head.size, head.root)
    return head.size, head.root


def test_the_list_shows_entries_newest_first_and_filters_them(room: Webroom) -> None:
    items = at_work(room)
    client = auditor(room)
    room.office.number_all()
    first = client.get("/v1/audit-log", params={"limit": 4}).json()
    assert [one["index"] for one in first["data"]] == sorted((one["index"] for one in first["data"]), reverse=True)
    second_page = client.get("/v1/audit-log", params={"limit": 4, "cursor": first["next_cursor"]}).json()
    seen = [one["entry_id"] for one in (*first["data"], *second_page["data"])]
    assert len(set(seen)) == 8
    reviews = client.get("/v1/audit-log", params={"kind": "review.submitted,item.nothing"}).json()["data"]
    [review] = reviews
    assert (review["subject"], review["actor_name"]) == (items[0], "ana")
    assert len(review["commitment"]) == len(review["leaf_hash"]) == 64
    by_ana = client.get("/v1/audit-log", params={"actor_id": review["actor"].removeprefix("person:")}).json()["data"]
    assert {one["actor"] for one in by_ana} == {review["actor"]}
    of_item = client.get("/v1/audit-log", params={"item_id": items[1]}).json()["data"]
    assert {one["subject"] for one in of_item} == {items[1]}
    assert {"item.received", "item.released"} <= {one["kind"] for one in of_item}
    later = client.get("/v1/audit-log", params={"from": "2100-01-01T00:00:00Z"}).json()["data"]
    earlier = client.get("/v1/audit-log", params={"to": review["at"], "kind": "review.submitted"}).json()["data"]
    assert later == earlier == []


def listed(client: TestClient, **given: str | int) -> list[dict[str, Any]]:
    """All pages of a list, three entries at a time."""
    seen: list[dict[str, Any]] = []
    params: dict[str, str | int] = {**given, "limit": 3}
    while True:
        page = client.get("/v1/audit-log", params=params).json()
        seen += page["data"]
        if page["next_cursor"] is None:
            return seen
        params["cursor"] = page["next_cursor"]


def test_pages_of_a_filtered_list_lose_nothing_and_repeat_nothing(room: Webroom) -> None:
    at_work(room, 5)
    client = auditor(room)
    room.office.number_all()
    whole = client.get("/v1/audit-log", params={"limit": 200}).json()["data"]
    actors = sorted({one["actor"] for one in whole})
    kinds = sorted({one["kind"] for one in whole})
    assert {"system"} < set(actors)
    assert "item.received" in kinds
    for actor in actors:
        mine = [one["entry_id"] for one in whole if one["actor"] == actor]
        assert [one["entry_id"] for one in listed(client, actor_id=actor) if one["kind"] != READING] == mine
        for kind in kinds:
            both = [one["entry_id"] for one in whole if (one["actor"], one["kind"]) == (actor, kind)]
            assert [one["entry_id"] for one in listed(client, actor_id=actor, kind=kind)] == both
    several = ",".join([*kinds, *kinds])
    assert [one["entry_id"] for one in listed(client, kind=several) if one["kind"] != READING] == [
        one["entry_id"] for one in whole
    ]


def test_a_page_is_read_from_its_index_alone(room: Webroom) -> None:
    """A page costs as much among a million entries as among ten, the last one as much as the first."""
    after = (1_700_000_000_000, new_id())
    ways: dict[str, list[dict[str, Any]]] = {
        "ix_audit_entries_project_id_at": [{}, {"kind": ["item.received"]}, {"actor_id": "system"}],
        "ix_audit_entries_kind_at": [{"kind": ["stop.set", "item.blocked"]}, {"kind": ["a"], "actor_id": "system"}],
        "ix_audit_entries_actor_at": [{"actor_id": new_id()}, {"actor_id": "key:x", "kind": ["item.blocked"]}],
        "ix_audit_entries_subject_at": [{"item_id": new_id()}, {"item_id": "a", "actor_id": "b", "kind": ["c"]}],
    }
    if room.office.store.dialect == "sqlite":
        for index, filters in ways.items():
            for query in (one for given in filters for one in queries.asked(new_id(), given, after)):
                sql = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
                plan = " ".join(str(row) for row in room.office.rows(f"EXPLAIN QUERY PLAN {sql}"))
                assert f"USING INDEX {index} " in plan, plan
                assert "at<?" in plan, plan


def test_the_list_comes_as_a_sheet_of_what_is_filtered(room: Webroom) -> None:
    at_work(room)
    client = auditor(room)
    wanted = client.get("/v1/audit-log", params={"kind": "item.released,review.submitted"}).json()["data"]
    params = {"kind": "item.released,review.submitted"}
    answer = client.get("/v1/audit-log", params=params, headers={"Accept": "text/csv"})
    assert answer.headers["content-disposition"] == 'attachment; filename="audit-log.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [one["entry_id"] for one in lines] == [one["entry_id"] for one in wanted]
    assert [one["leaf_hash"] for one in lines] == [one["leaf_hash"] for one in wanted]
    assert {one["actor_name"] for one in lines if one["kind"] == "review.submitted"} == {"ana"}
    [noted] = client.get("/v1/audit-log", params={"kind": "export.started"}).json()["data"]
    assert noted["actor_name"] == "tom"


def test_a_sheet_is_long_and_has_no_second_page(room: Webroom) -> None:
    at_work(room, 270)
    client = auditor(room)
    answer = client.get("/v1/audit-log", headers={"Accept": "text/csv"})
    count = room.office.rows(
        "SELECT COUNT(*) FROM audit_entries WHERE project_id = :id AND kind <> 'export.started'",
        id=room.office.project_id,
    )
    assert len(list(csv.DictReader(io.StringIO(answer.text)))) == count[0][0] > 500
    page = client.get("/v1/audit-log").json()
    given = {"cursor": page["next_cursor"]}
    refused = client.get("/v1/audit-log", params=given, headers={"Accept": "text/csv"})
    assert refused.status_code == 422
    assert refused.json()["error"]["fields"][0]["path"] == "/cursor"


def test_reading_is_itself_noted_once(room: Webroom) -> None:
    at_work(room)
    client = auditor(room)
    for _ in range(3):
        client.get("/v1/audit-log", params={"kind": "item.released"})
    found = client.get("/v1/audit-log", params={"kind": "audit_log.read"}).json()["data"]
    assert [one["actor_name"] for one in found] == ["tom"]
    again = client.get("/v1/audit-log", params={"kind": "audit_log.read"}).json()["data"]
    assert len(again) == 2  # the question for these entries was another one


def test_entries_of_other_projects_are_not_listed(room: Webroom) -> None:
    at_work(room)
    store = room.office.store
    other = store.write(
        lambda s: create_project(s, Hand(room.office.key), NewProject("lending", "L"), founder_id=None, roles=FOUNDER)
    )
    client = auditor(room)
    found = client.get("/v1/audit-log", params={"limit": 200, "kind": "project.created"}).json()["data"]
    assert other not in {one["subject"] for one in found}
    [item] = room.office.rows("SELECT COUNT(*) FROM audit_entries WHERE project_id = :id", id=other)
    assert item[0] >= 1
    room.office.number_all()
    # the bundles hold the other project's entries too, the hashes tell nothing of them
    assert client.get("/tile/entries/000.p/1").json()["error"]["code"] == "other_projects"
    assert client.get("/tile/0/000.p/1").status_code == 200


def test_an_empty_log_says_so(room: Webroom) -> None:
    client = auditor(room)
    assert client.get("/v1/audit-log/checkpoint").json()["error"]["code"] == "no_checkpoint"
    assert (state(client)["size"], state(client)["checkpoint"], state(client)["last_check"]) == (0, None, None)
    assert client.get("/v1/audit-log/proof", params={"index": 0}).json()["error"]["code"] == "beyond_log"
    assert client.get("/v1/audit-log/consistency", params={"from": 0}).json() == {"hashes": []}


def test_every_entry_is_proved_against_the_signed_checkpoint(room: Webroom) -> None:
    at_work(room)
    client = auditor(room)
    room.office.number_all()
    size, root = checkpoint(client)
    leaves = dict(room.office.rows("SELECT log_index, leaf_hash FROM audit_entries"))
    for index in range(size):
        path = [
            bytes.fromhex(one) for one in client.get(f"/v1/audit-log/proof?index={index}&size={size}").json()["hashes"]
        ]
        assert is_included(index, size, bytes.fromhex(leaves[index]), path, root)
    for beyond in ({"index": size, "size": size}, {"index": 0, "size": size + 1}, {"index": 0, "size": 0}):
        assert client.get("/v1/audit-log/proof", params=beyond).status_code == 404
    assert client.get("/v1/audit-log/proof", params={"index": -1}).status_code == 422


def test_the_log_goes_on_from_every_older_checkpoint(room: Webroom) -> None:
    heads = []
    client = auditor(room)
    for _ in range(4):
        room.office.submit(confidence=0.99)
        room.office.number_all()
        heads.append(checkpoint(client))
    size, root = heads[-1]
    for old, old_root in heads:
        told = client.get("/v1/audit-log/consistency", params={"from": old, "to": size}).json()["hashes"]
        path = [bytes.fromhex(one) for one in told]
        assert is_consistent(old, size, old_root, root, path)
        assert not is_consistent(old, size, bytes(32), root, path)
    assert client.get("/v1/audit-log/consistency", params={"from": size, "to": 1}).status_code == 404
    assert client.get("/v1/audit-log/consistency", params={"from": 1, "to": size + 1}).status_code == 404


def test_tiles_hold_hashes_and_what_was_hashed(room: Webroom) -> None:
    at_work(room)
    client = auditor(room)
    room.office.number_all()
    size, _ = checkpoint(client)
    hashes = client.get(f"/tile/0/000.p/{size}").content
    bundle = client.get(f"/tile/entries/000.p/{size}").content
    entries = second.split(bundle, {}, 0, size)
    assert b"".join(second.leaf_hash(one) for one in entries) == hashes
    assert client.get("/tile/0/000.p/1").content == hashes[:32]
    for nothing in (
        f"/tile/0/000.p/{size + 1}", "/tile/0/000", "/tile/0/001.p/1", "/tile/1/000.p/1", "/tile/8/000.p/1",
        "/tile/x/000", "/tile/entries/000", "/tile/entries/1", "/tile/0/x000/001", "/tile/",
    ):  # fmt: skip
        assert client.get(nothing).status_code == 404, nothing


def test_the_evidence_of_an_item_stands_on_its_own(room: Webroom) -> None:
    items = at_work(room)
    room.office.number_all()
    client = auditor(room)
    told: dict[str, Any] = {}
    for item in items:
        told = client.get(f"/v1/items/{item}/evidence").json()
        assert told["waiting"] == 0
        assert second.check_evidence(told, None, []) == len(told["entries"]) == len(room.office.kinds(item))
        assert all(one["details"] is not None for one in told["entries"])
    for change in ("entry", "details", "salt"):
        broken = json.loads(json.dumps(told))
        broken["entries"][-1][change] = broken["entries"][-1][change].replace("0", "1").replace("a", "b")
        with pytest.raises(second.Bad):
            second.check_evidence(broken, None, [])
    with pytest.raises(second.Bad):
        second.check_evidence({**told, "item_id": items[0]}, None, [])


def test_evidence_without_the_right_to_the_item_has_no_details(room: Webroom) -> None:
    [item] = [room.office.submit(confidence=0.99)["item_id"]]
    room.office.number_all()
    admin = room.browser(room.office.person("mia", Role.ADMIN))
    told = admin.get(f"/v1/items/{item}/evidence").json()
    assert {(one["details"], one["salt"]) for one in told["entries"]} == {(None, None)}
    assert second.check_evidence(told, None, []) == len(told["entries"])


def test_entries_that_wait_for_their_number_are_counted_in_the_evidence(room: Webroom) -> None:
    item = room.office.submit(confidence=0.99)["item_id"]
    told = auditor(room).get(f"/v1/items/{item}/evidence").json()
    assert (told["checkpoint"], told["entries"]) == (None, [])
    assert told["waiting"] == len(room.office.kinds(item))


def lines(client: TestClient, **body: Any) -> list[dict[str, Any]]:
    told = client.post("/v1/audit-log/verify", json=body)
    assert told.status_code == 200, told.text
    return [json.loads(line) for line in told.text.splitlines()]


def test_the_whole_log_is_checked_in_a_process_of_its_own(room: Webroom) -> None:
    at_work(room)
    client = auditor(room)
    room.office.number_all()
    kept = client.get("/v1/audit-log/checkpoint").text
    size = state(client)["size"]
    *progress, last = lines(client, since=kept)
    assert progress
    assert (last["ok"], last["size"], last["first_bad_index"]) == (True, size, None)
    assert state(client)["last_check"]["ok"] is True
    assert room.office.rows("SELECT COUNT(*) FROM audit_entries WHERE kind = 'audit_log.verified'") == [(1,)]
    room.office.store.write(lambda s: s.change("UPDATE audit_entries SET actor = 'key:x' WHERE log_index = 3"))
    last = lines(client)[-1]
    assert (last["ok"], last["first_bad_index"]) == (False, 3)
    assert "columns" in last["why"]
    kept_now = state(client)["last_check"]
    assert (kept_now["ok"], kept_now["first_bad_index"]) == (False, 3)


@pytest.mark.parametrize(
    "note", ["x", "desk\n3\nAAAA\n\n", "a\n1\n" + base64.b64encode(bytes(32)).decode() + "\n\n- x y\n"]
)
def test_what_is_no_checkpoint_of_this_log_is_refused(room: Webroom, note: str) -> None:
    told = auditor(room).post("/v1/audit-log/verify", json={"since": note})
    assert (told.status_code, told.json()["error"]["code"]) == (400, "bad_checkpoint")


def test_a_key_reads_the_log_of_its_project(room: Webroom) -> None:
    at_work(room)
    client = room.program()
    assert client.get("/v1/audit-log", params={"limit": 1}).json()["data"]
    assert client.get("/tile/0/000.p/1").status_code == 200
    assert client.get("/tile/entries/000.p/1").status_code == 200
