"""Every verdict in every format: the golden rows."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from handrail.kit.clock import to_ms
from handrail.kit.jsons import dumps, loads
from handrail.stages.learning.rules import (
    COLUMNS,
    Decided,
    Format,
    ItemPart,
    OutcomePart,
    Reason,
    ReviewPart,
    plain_row,
    rows_of,
    safe_cell,
)

AT = to_ms(datetime(2026, 11, 21, 11, 43, 57, tzinfo=UTC))
PROMPT = [{"role": "user", "content": "Is it insured?"}]
MODEL, EDIT = "Yes\u2028 it is. ", "Yes, up to EUR 80,000."


def decided(
    verdict: str | None,
    *,
    output: dict[str, Any] | None = None,
    edit: dict[str, Any] | None = None,
    erased_at: int | None = None,
    decided_by: str = "review",
    is_audited: bool = False,
    **body: Any,
) -> Decided:
    """An item with this verdict; None: nobody has looked."""
    model = output or {"type": "text", "text": MODEL}
    final = {"approve": model, "edit": edit or {"type": "text", "text": EDIT}, "reject": None, None: model}[verdict]
    given = {"prompt": "Is it insured?", "output": model, **body}
    kept = {name: one for name, one in given.items() if one is not None}
    item: dict[str, Any] = dict.fromkeys(ItemPart._fields) | {
        "id": "i-1",
        "received_at": AT,
        "erased_at": erased_at,
        "status": "released",
    }
    outcome: dict[str, Any] = dict.fromkeys(OutcomePart._fields) | {
        "source": "human", "decided_by": decided_by if verdict else "policy", "output": text(final),
        "categories": '["tone"]', "review": text({"verdict": verdict}), "decided_at": AT,
    }  # fmt: skip
    review: dict[str, Any] = dict.fromkeys(ReviewPart._fields) | {
        "id": "r-1", "person_id": "p-1", "verdict": verdict, "categories": '["tone"]', "submitted_at": AT,
    }  # fmt: skip
    return Decided(
        item=ItemPart(**item),
        outcome=OutcomePart(**outcome),
        body=dumps(kept),
        review=None if verdict is None else ReviewPart(**review),
        is_audited=is_audited,
        route='{"rule":"bands[0]"}',
    )


def text(value: Any) -> str | None:
    """As JSON lies in the tables."""
    return None if value is None else dumps(value)


def written(rows: object) -> Any:
    """What these rows say once they are written."""
    return rows if isinstance(rows, Reason) else loads(dumps(rows))


def said(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


@pytest.mark.parametrize(
    ("format", "verdict", "rows"),
    [
        (Format.TRL_SFT, "approve", [{"prompt": PROMPT, "completion": said(MODEL)}]),
        (Format.TRL_SFT, "edit", [{"prompt": PROMPT, "completion": said(EDIT)}]),
        (Format.TRL_SFT, "reject", Reason.REJECTED),
        (Format.TRL_DPO, "approve", Reason.NO_REPLACEMENT),
        (Format.TRL_DPO, "edit", [{"prompt": PROMPT, "chosen": said(EDIT), "rejected": said(MODEL)}]),
        (Format.TRL_DPO, "reject", Reason.NO_REPLACEMENT),
        (Format.TRL_KTO, "approve", [{"prompt": PROMPT, "completion": said(MODEL), "label": True}]),
        (Format.TRL_KTO, "edit", [{"prompt": PROMPT, "completion": said(MODEL), "label": False}]),
        (Format.TRL_KTO, "reject", [{"prompt": PROMPT, "completion": said(MODEL), "label": False}]),
    ],
)
def test_each_verdict_in_each_format(format: Format, verdict: str, rows: object) -> None:
    assert rows_of(format, decided(verdict)) == rows


@pytest.mark.parametrize("format", [one for one in Format if one.trains])
@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (decided(None), Reason.NO_PERSON),
        (decided(None, is_audited=True), Reason.AUDIT_ANSWER),
        (decided("edit", decided_by="deadline"), Reason.NO_PERSON),
        (decided("edit", erased_at=AT), Reason.ERASED),
        (decided("edit", prompt=None), Reason.NO_PROMPT),
        (decided("edit", prompt=None, messages=[{"role": "tool", "content": "7"}]), Reason.PROMPT_NOT_TEXT),
        (
            decided("edit", prompt=None, messages=[{"role": "user", "content": [{"type": "image_url"}]}]),
            Reason.PROMPT_NOT_TEXT,
        ),
        (decided("edit", output={"type": "json", "value": 1}), Reason.JSON_OUTPUT),
        (decided("edit", output={"type": "tool_call", "name": "pay", "arguments": {}}), Reason.TOOL_CALL),
        (
            decided("edit", output={"type": "message", "role": "assistant", "tool_calls": [{"name": "pay"}]}),
            Reason.TOOL_CALL,
        ),
        (decided("edit", output={"type": "text", "text": ""}), Reason.EMPTY_OUTPUT),
        (decided("approve", output=None, candidates=[{"output": {"type": "text", "text": "a"}}] * 2), None),
    ],
)
def test_what_must_not_train_is_left_out_with_its_reason(format: Format, item: Decided, reason: Reason | None) -> None:
    if reason is None:
        body = {name: one for name, one in loads(item.body or "").items() if name != "output"}
        item, reason = item._replace(body=dumps(body)), Reason.CANDIDATES
    assert rows_of(format, item) == reason
    assert isinstance(rows_of(Format.TRL_KTO, decided("edit")), list)  # the permitted twin


def test_an_edit_that_changes_nothing_teaches_no_preference() -> None:
    same = decided("edit", edit={"type": "text", "text": MODEL})
    assert rows_of(Format.TRL_DPO, same) == Reason.UNCHANGED
    assert rows_of(Format.TRL_KTO, same) == Reason.UNCHANGED


def test_messages_are_kept_turn_by_turn() -> None:
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Is"}, {"type": "text", "text": "it?"}]},
    ]
    found = rows_of(Format.TRL_SFT, decided("approve", prompt=None, messages=turns))
    assert isinstance(found, list)
    assert found[0]["prompt"] == [turns[0], {"role": "user", "content": "Is\nit?"}]


def test_the_plain_form_holds_everything_but_what_is_masked() -> None:
    row = written(plain_row(decided("edit", end_user={"id": "u-1", "name": "Ms Aydin", "history": []})))
    assert row["submitted"]["end_user"] == {"id": "u-1"}
    assert row["submitted"]["output"]["text"] == MODEL
    assert row["outcome"]["output"]["text"] == EDIT
    assert (row["review"]["review_id"], row["review"]["reviewer_id"]) == ("r-1", "p-1")
    assert row["route"] == {"rule": "bands[0]"}
    assert row["outcome"]["decided_at"] == "2026-11-21T11:43:57.000Z"


def test_what_is_stored_as_json_stands_in_the_row_byte_for_byte() -> None:
    kept = decided("approve", metadata={"rate": 1.0, "note": MODEL, "small": 1e-7})
    assert dumps(rows_of(Format.JSONL, kept)).count(f'"submitted":{kept.body}') == 1


def test_masking_reaches_an_end_user_wherever_the_name_stands() -> None:
    """A text that only speaks of an end user is no reason to change anything."""
    told = decided("approve", prompt='{"end_user":{"name":"x"}}', end_user={"name": "Ms Aydin", "id": "u-1"})
    assert written(plain_row(told))["submitted"] == {**loads(told.body or ""), "end_user": {"id": "u-1"}}
    assert written(plain_row(told, is_masked=False))["submitted"] == loads(told.body or "")


def test_a_table_has_one_value_in_each_column() -> None:
    found = rows_of(Format.CSV, decided("edit", metadata={"amount": 1}))
    assert isinstance(found, list)
    assert tuple(found[0]) == COLUMNS
    assert found[0]["metadata"] == '{"amount":1}'
    assert found[0]["output"] == MODEL


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@sum", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(text)])
    assert next(csv.reader(io.StringIO(out.getvalue(), newline="")))[0] == f"'{text}"
