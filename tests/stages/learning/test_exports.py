"""POST /v1/exports and what follows: files that are whole, who may have them, what ends an export, what is told."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handrail.client.api import Api
from handrail.client.errors import ApiError
from handrail.stages.learning.queries import exports as queries
from handrail.web.permissions import Role
from tests.support.house import RELEASES, Served

TEXT = '+1, "no" \u2028 é 🧾'


@pytest.fixture
def decided(served: Served) -> Served:
    """Three items that the policy released."""
    served.policy(RELEASES)
    person = {"id": "u-1", "name": "Ms Aydin"}
    served.submit(
        *({"prompt": "?", "output": f"={n} {TEXT}", "confidence": 0.99, "end_user": person} for n in range(3))
    )
    return served


@pytest.fixture
def lead(decided: Served) -> Api:
    decided.person("lena@desk.invalid", Role.LEAD)
    return decided.signed_in("lena@desk.invalid")


def ask(api: Api, format: str = "jsonl", **more: Any) -> str:
    """The id of a new export."""
    job = api.post("/v1/exports", {"format": format, **more})
    assert (job["kind"], job["state"], job["result"], job["error"]) == ("export", "queued", None, None)
    return str(job["job_id"])


def made(served: Served, api: Api, format: str = "jsonl", **more: Any) -> dict[str, Any]:
    """An export that was made, as its job tells it."""
    id = ask(api, format, **more)
    assert maker(served).make_due() == 1
    job: dict[str, Any] = api.get(f"/v1/jobs/{id}")
    return job


def maker(served: Served) -> Any:
    return served.installation.maker


def file(api: Api, id: str, name: str, **headers: str) -> bytes:
    return api.request("GET", f"/v1/exports/{id}/files/{name}", headers=headers).body


@pytest.mark.parametrize(("format", "name"), [("jsonl", "items.jsonl"), ("csv", "items.csv")])
def test_an_export_becomes_files_that_are_whole(decided: Served, lead: Api, format: str, name: str) -> None:
    job = made(decided, lead, format)
    assert (job["state"], job["progress"]) == ("done", {"done": 3, "of": 3})
    manifest, files = job["result"]["manifest"], {one["name"]: one for one in job["result"]["files"]}
    assert (manifest["rows"], manifest["format"], manifest["project"]) == (3, format, "claims")
    assert set(files) == {name, "lineage.jsonl"}
    for one in files.values():
        content = file(lead, job["job_id"], one["name"])
        assert (len(content), hashlib.sha256(content).hexdigest()) == (one["bytes"], one["sha256"])
    kept = json.loads(file(lead, job["job_id"], "manifest.json"))
    assert kept == {**manifest, "files": job["result"]["files"]}
    streamed = decided.api.request("GET", "/v1/exports/stream", params={"format": format, "to": manifest["decided_to"]})
    rows = [json.loads(line)["row"] for line in streamed.body.splitlines()[1:-1]]
    content = file(lead, job["job_id"], name)
    if format == "jsonl":
        assert [json.loads(line) for line in content.splitlines()] == rows
        assert b"Ms Aydin" not in content
    else:
        assert content.count(b"'=") == 6  # the output and what was given out
        assert [one["item_id"].encode() in content for one in rows] == [True] * 3


def test_a_download_goes_on_where_it_ended_and_is_told_once(decided: Served, lead: Api) -> None:
    id = made(decided, lead)["job_id"]
    whole = lead.request("GET", f"/v1/exports/{id}/files/items.jsonl")
    rest = lead.request(
        "GET", f"/v1/exports/{id}/files/items.jsonl", headers={"Range": "bytes=10-", "If-Range": str(whole.etag)}
    )
    assert (rest.status, rest.body) == (206, whole.body[10:])
    told = decided.rows("SELECT details FROM audit_entries WHERE kind = 'export.downloaded'")
    assert [json.loads(one[0])["file"] for one in told] == ["items.jsonl"]
    lead.request("GET", f"/v1/exports/{id}/files/lineage.jsonl", headers={"Range": "bytes=1-"})
    told = decided.rows("SELECT details FROM audit_entries WHERE kind = 'export.downloaded' ORDER BY id")
    assert [json.loads(one[0])["file"] for one in told] == ["items.jsonl", "lineage.jsonl"]


def test_filters_hold_and_unknown_ones_are_refused(decided: Served, lead: Api) -> None:
    assert made(decided, lead, filters={"domain": ["claims"]})["result"]["manifest"]["rows"] == 0
    found = made(decided, lead, filters={"domain": ["default", "claims"], "from": "2020-01-01T00:00:00Z"})
    assert found["result"]["manifest"]["rows"] == 3
    wrongs: list[dict[str, Any]] = [
        {"filters": {"colour": ["red"]}},
        {"filters": {"domain": []}},
        {"format": "parquet"},
        {"split": {}},
    ]
    for wrong in wrongs:
        with pytest.raises(ApiError) as refused:
            lead.post("/v1/exports", {"format": "jsonl", **wrong})
        assert refused.value.status == 422


def test_what_is_masked_is_given_only_to_those_who_may_see_it(decided: Served, lead: Api) -> None:
    id = made(decided, lead, masked=False)["job_id"]
    assert file(lead, id, "items.jsonl").count(b"Ms Aydin") == 3
    decided.person("eng@desk.invalid", Role.ENGINEER)
    engineer = decided.signed_in("eng@desk.invalid")
    with pytest.raises(ApiError) as refused:
        ask(engineer, masked=False)
    assert refused.value.status == 403
    with pytest.raises(ApiError) as refused:
        file(engineer, id, "items.jsonl")
    assert refused.value.status == 403
    assert ask(engineer)


def test_t12_files_and_jobs_of_others_are_not_there(decided: Served, lead: Api) -> None:
    id = made(decided, lead)["job_id"]
    stranger = Api(decided.url, decided.new_key(decided.project("other")))
    for path in (f"/v1/exports/{id}", f"/v1/exports/{id}/files/items.jsonl", f"/v1/jobs/{id}"):
        with pytest.raises(ApiError) as refused:
            stranger.get(path)
        assert refused.value.status == 404
    assert stranger.get("/v1/exports")["data"] == []
    with pytest.raises(ApiError) as refused:
        decided.api.get(f"/v1/jobs/{id}")  # of the project, but asked for by another
    assert refused.value.status == 404


@pytest.mark.parametrize("name", ["..%2Fsecret", ".items.jsonl.state.json", "items.csv", "%2Fetc%2Fpasswd"])
def test_t35_only_files_of_the_export_are_given(decided: Served, lead: Api, name: str) -> None:
    id = made(decided, lead)["job_id"]
    with pytest.raises(ApiError) as refused:
        file(lead, id, name)
    assert refused.value.status == 404


def test_the_list_names_who_asked_newest_first(decided: Served, lead: Api) -> None:
    first, second = made(decided, lead)["job_id"], ask(decided.api, "trl-sft")
    page = lead.get("/v1/exports", limit=1)
    assert [one["export_id"] for one in page["data"]] == [second]
    rest = lead.get("/v1/exports", cursor=page["next_cursor"])["data"]
    assert [(one["export_id"], one["asked_by_name"]) for one in rest] == [(first, "lena")]
    assert lead.get(f"/v1/exports/{second}")["state"] == "queued"


def test_the_log_and_webhooks_hear_of_it(decided: Served, lead: Api) -> None:
    job = made(decided, lead)
    kinds = "kind IN ('export.started', 'export.finished')"
    told = decided.rows(f"SELECT kind, details FROM audit_entries WHERE {kinds} ORDER BY id")
    assert [one[0] for one in told] == ["export.started", "export.finished"]
    finished = json.loads(told[1][1])
    assert (finished["rows"], finished["files"]) == (3, job["result"]["files"])
    sent = decided.rows("SELECT data FROM events WHERE type = 'export.finished'")
    assert [json.loads(one[0])["export"]["state"] for one in sent] == ["done"]


def test_an_export_ends_with_the_rights_of_who_asked(decided: Served, lead: Api) -> None:
    me = decided.rows("SELECT id FROM people WHERE email = 'lena@desk.invalid'")[0][0]
    id = ask(lead)
    decided.api.request("PUT", f"/v1/people/{me}/roles", json={"roles": ["reviewer"]})
    maker(decided).make_due()
    job = decided.rows(f"SELECT state, error FROM exports WHERE id = '{id}'")[0]
    assert (job[0], json.loads(job[1])["code"]) == ("failed", "forbidden")
    assert not (decided.data_dir / "exports" / id).exists()


def test_files_go_when_their_time_is_over(decided: Served, lead: Api) -> None:
    id = made(decided, lead)["job_id"]
    decided.installation.store.write(lambda s: s.run("UPDATE exports SET expires_at = 1"))
    with pytest.raises(ApiError) as refused:
        file(lead, id, "items.jsonl")
    assert (refused.value.status, refused.value.code) == (404, "export_expired")
    assert maker(decided).remove_expired() == 1
    assert not (decided.data_dir / "exports" / id).exists()
    assert lead.get(f"/v1/exports/{id}")["removed"] is True


def test_what_expired_on_another_host_is_left_to_that_host(decided: Served, lead: Api) -> None:
    """Else it would be noted as gone while it lies there for ever."""
    id = made(decided, lead)["job_id"]
    decided.installation.store.write(lambda s: s.run("UPDATE exports SET expires_at = 1, host = 'another'"))
    folder = decided.data_dir / "exports" / id
    folder.rename(decided.data_dir / "there")
    assert maker(decided).remove_expired() == 0
    assert lead.get(f"/v1/exports/{id}")["removed"] is False
    (decided.data_dir / "there").rename(folder)  # a host that has got another name
    assert maker(decided).remove_expired() == 1
    assert not folder.exists()


def test_who_lost_an_export_removes_no_files_of_who_has_it_now(decided: Served, lead: Api) -> None:
    id = made(decided, lead)["job_id"]
    stale = decided.installation.store.read(lambda s: dict(queries.by_id(s, decided.project_id, id) or {}))
    stale["fence"] -= 1
    maker(decided)._fail(stale, "internal", "It ended too often.")
    assert (decided.data_dir / "exports" / id / "items.jsonl").exists()
    assert lead.get(f"/v1/jobs/{id}")["state"] == "done"


def test_files_that_lie_elsewhere_are_told_so(decided: Served, lead: Api) -> None:
    id = made(decided, lead)["job_id"]
    shutil.rmtree(decided.data_dir / "exports")
    with pytest.raises(ApiError) as refused:
        file(lead, id, "items.jsonl")
    assert (refused.value.status, refused.value.code) == (409, "files_elsewhere")


def test_a_project_has_only_so_many_under_way(decided: Served, lead: Api) -> None:
    ids = [ask(lead) for _ in range(5)]
    with pytest.raises(ApiError) as refused:
        ask(lead)
    assert (refused.value.status, refused.value.code) == (409, "too_many_exports")
    with pytest.raises(ApiError) as refused:
        file(lead, ids[0], "items.jsonl")
    assert refused.value.code == "export_not_done"


@pytest.fixture
def unwritable(decided: Served) -> Iterator[Path]:
    """A folder of exports in which nothing can be made: a file stands in its place, which stops the root user too."""
    folder = decided.data_dir / "exports"
    folder.write_text("", encoding="utf-8")
    yield folder
    os.unlink(folder)


def test_x06_a_folder_that_cannot_be_written_ends_the_export_with_a_sentence(
    decided: Served, lead: Api, unwritable: Path
) -> None:
    job = made(decided, lead)
    assert (job["state"], job["error"]["code"]) == ("failed", "storage_full")


def test_x02_an_export_whose_worker_was_killed_is_gone_on_with(decided: Served, lead: Api) -> None:
    """What a killed worker leaves: a lease that ends, a folder with a part of the rows."""
    id = ask(lead)
    decided.installation.store.write(
        lambda s: s.run("UPDATE exports SET state = 'running', attempt = 1, fence = 1, lease_until = 1")
    )
    left = decided.data_dir / "exports" / id
    left.mkdir(parents=True)
    (left / ".items.jsonl.part").write_bytes(b'{"half a ro')
    assert maker(decided).make_due() == 1
    job = lead.get(f"/v1/jobs/{id}")
    assert (job["state"], job["result"]["manifest"]["rows"]) == ("done", 3)
    assert sorted(one.name for one in left.iterdir()) == ["items.jsonl", "lineage.jsonl", "manifest.json"]


def test_x02_an_export_that_ends_its_process_again_and_again_is_given_up(decided: Served, lead: Api) -> None:
    id = ask(lead)
    decided.installation.store.write(lambda s: s.run("UPDATE exports SET attempt = 3"))
    maker(decided).make_due()
    job = lead.get(f"/v1/jobs/{id}")
    assert (job["state"], job["error"]["code"]) == ("failed", "internal")
