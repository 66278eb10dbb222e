"""T43: nothing slips into what a model is trained on but what a person answers for, and each row says what it is from.

There are no gold items in this version; they will need a row here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from handrail.client.api import Api
from handrail.web.permissions import Role
from tests.support.commands import Commands
from tests.support.house import RELEASES, Served

TRAINING = ("trl-sft", "trl-dpo", "trl-kto")
REJECT: dict[str, Any] = {"verdict": "reject", "severity": "major", "reason": "wrong"}
RIGHT = "Yes, since May."
MODEL = "No."


def lines(api: Api, format: str, **more: Any) -> list[dict[str, Any]]:
    answer = api.request("GET", "/v1/exports/stream", params={"format": format, **more})
    return [json.loads(line) for line in answer.body.split(b"\n") if line]


def rows(api: Api, format: str) -> dict[str, Mapping[str, Any]]:
    """Item -> its row."""
    found = lines(api, format)[1:-1]
    assert len({one["lineage"]["item_id"] for one in found}) == len(found)
    return {one["lineage"]["item_id"]: one["row"] for one in found}


def item(output: str = MODEL, **more: Any) -> dict[str, Any]:
    return {"prompt": "Insured?", "output": output, **more}


@pytest.fixture
def lead(served: Served) -> Api:
    served.person("lena@desk.invalid", Role.LEAD)
    return served.signed_in("lena@desk.invalid")


@pytest.fixture
def reviewer(served: Served) -> Api:
    served.person("rose@desk.invalid", Role.REVIEWER)
    return served.signed_in("rose@desk.invalid")


def approved(served: Served, reviewer: Api, *names: str) -> dict[str, str]:
    """Items that a person approved: name -> id."""
    ids = dict(zip(names, served.submit(*(item(domain="claims") for _ in names)), strict=True))
    served.decide(reviewer, {id: {"verdict": "approve"} for id in ids.values()})
    return ids


def override(api: Api, item_id: str, text: str = RIGHT) -> None:
    api.post(f"/v1/items/{item_id}/override", {"correction": text, "reason": "it is"})


def recall(api: Api, item_id: str) -> None:
    api.post(f"/v1/items/{item_id}/recall", {"reason": "wrong"})


def test_t43_what_was_taken_back_trains_nobody(served: Served, lead: Api, reviewer: Api) -> None:
    ids = approved(served, reviewer, "kept", "recalled", "corrected and recalled")
    before = {format: set(rows(served.api, format)) for format in ("trl-sft", "trl-kto")}
    assert before == {format: set(ids.values()) for format in before}  # each of them would train
    recall(lead, ids["recalled"])
    override(lead, ids["corrected and recalled"])
    recall(lead, ids["corrected and recalled"])
    for format in TRAINING:
        found = lines(served.api, format)
        assert {one["lineage"]["item_id"] for one in found[1:-1]} <= {ids["kept"]}
        assert found[-1]["excluded"]["recalled"] == 2
        assert found[-1]["items"] == 3
        assert any("taken back" in one for one in found[0]["export"]["left_out"])
    assert set(rows(served.api, "trl-kto")) == {ids["kept"]}


def test_t43_a_correction_by_a_person_takes_the_place_of_what_was_given_out(
    served: Served, lead: Api, reviewer: Api
) -> None:
    ids = approved(served, reviewer, "corrected")
    override(lead, ids["corrected"], "Perhaps.")
    override(lead, ids["corrected"])  # the newest one stands
    chosen, rejected = [{"role": "assistant", "content": RIGHT}], [{"role": "assistant", "content": MODEL}]
    assert rows(served.api, "trl-sft")[ids["corrected"]]["completion"] == chosen
    preferred = rows(served.api, "trl-dpo")[ids["corrected"]]
    assert (preferred["chosen"], preferred["rejected"]) == (chosen, rejected)
    judged = rows(served.api, "trl-kto")[ids["corrected"]]
    assert (judged["completion"], judged["label"]) == (rejected, False)
    lineage = lines(served.api, "trl-sft")[1]["lineage"]
    newest = served.rows("SELECT id FROM recalls ORDER BY number DESC LIMIT 1")[0][0]
    assert lineage["recall_id"] == newest


def test_t43_a_correction_of_what_the_policy_released_trains_only_if_a_person_made_it(
    served: Served, lead: Api
) -> None:
    served.policy(RELEASES.replace("share: 100%", "share: 0%"))
    by_person, by_program, untouched = served.submit(*(item(confidence=0.99) for _ in range(3)))
    override(lead, by_person)
    override(served.api, by_program)
    for format in TRAINING:
        found = lines(served.api, format)
        assert [one["lineage"]["item_id"] for one in found[1:-1]] == [by_person], format
        assert found[-1]["excluded"] == {"recalled": 1, "no_person": 1}
    assert untouched in rows(served.api, "jsonl")


def test_t43_a_rejected_output_that_is_released_after_all_counts_as_approved(
    served: Served, lead: Api, reviewer: Api
) -> None:
    (id,) = served.submit(item())
    served.decide(reviewer, {id: REJECT})
    assert rows(served.api, "trl-kto")[id]["label"] is False
    override(lead, id, MODEL)
    assert rows(served.api, "trl-kto")[id]["label"] is True
    assert id not in rows(served.api, "trl-dpo")


def test_t43_answers_to_audit_samples_stay_out_also_when_they_led_to_a_correction(
    served: Served, lead: Api, reviewer: Api
) -> None:
    served.policy(RELEASES)
    (id,) = served.submit(item(confidence=0.99))
    served.decide(reviewer, {id: REJECT})
    override(lead, id)
    for format in TRAINING:
        found = lines(served.api, format)
        assert (found[1:-1], found[-1]["excluded"]) == ([], {"audit_answer": 1})


def test_t43_undecided_and_erased_items_and_those_of_others_give_no_row(
    served: Served, reviewer: Api, lead: Api
) -> None:
    ids = approved(served, reviewer, "kept", "erased")
    other = served.project("other")
    stranger = Api(served.url, served.new_key(other))
    with_stranger = stranger.post("/v1/items", item())["item_id"]
    undecided = served.submit(item())[0]
    served.installation.store.write(
        lambda s: s.run("UPDATE items SET erased_at = received_at WHERE id = :id", {"id": ids["erased"]})
    )
    for format in (*TRAINING, "jsonl", "csv"):
        found = lines(served.api, format)
        told = {one["lineage"]["item_id"] for one in found[1:-1]}
        assert told <= {ids["kept"]}, format
        assert not told & {undecided, with_stranger}
        assert found[-1]["excluded"]["erased"] == 1
    assert set(rows(served.api, "trl-sft")) == {ids["kept"]}
    assert rows(stranger, "jsonl") == {}


def test_t43_the_plain_forms_tell_of_the_recall(served: Served, lead: Api, reviewer: Api) -> None:
    ids = approved(served, reviewer, "kept", "corrected")
    override(lead, ids["corrected"])
    found = rows(served.api, "jsonl")
    assert found[ids["kept"]]["recall"] is None
    told = found[ids["corrected"]]["recall"]
    assert (told["why"], told["correction"]) == ("override", {"type": "text", "text": RIGHT})
    assert found[ids["corrected"]]["outcome"]["output"]["text"] == MODEL  # what was given out stays on record
    table = rows(served.api, "csv")
    assert (table[ids["corrected"]]["recalled"], table[ids["corrected"]]["correction"]) == ("override", RIGHT)
    assert (table[ids["kept"]]["recalled"], table[ids["kept"]]["correction"]) == (None, None)


def test_t43_the_manifest_counts_and_hashes_and_every_row_has_its_lineage(
    served: Served, lead: Api, reviewer: Api, commands: Commands, tmp_path: Path
) -> None:
    ids = approved(served, reviewer, "kept", "recalled", "corrected")
    recall(lead, ids["recalled"])
    override(lead, ids["corrected"])
    assert commands("export", "trl-sft", "-o", tmp_path, *served.options()).code == 0
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["rows"], manifest["items"], manifest["excluded"]) == (2, 3, {"recalled": 1})
    assert any("taken back" in one for one in manifest["left_out"])
    for one in manifest["files"]:
        assert hashlib.sha256((tmp_path / one["name"]).read_bytes()).hexdigest() == one["sha256"]
    kept = [json.loads(line) for line in (tmp_path / "trl-sft.jsonl").read_bytes().splitlines()]
    lineage = [json.loads(line) for line in (tmp_path / "lineage.jsonl").read_bytes().splitlines()]
    assert [one["row"] for one in lineage] == list(range(1, len(kept) + 1))
    by_item = {one["item_id"]: (row["completion"][0]["content"], one) for row, one in zip(kept, lineage, strict=True)}
    assert {id: text for id, (text, _) in by_item.items()} == {ids["kept"]: MODEL, ids["corrected"]: RIGHT}
    assert by_item[ids["corrected"]][1]["recall_id"] is not None
    assert by_item[ids["kept"]][1]["recall_id"] is None
