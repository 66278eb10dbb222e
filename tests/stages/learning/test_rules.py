"""Every verdict in every format: the golden rows."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from handrail.stages.learning.rules import COLUMNS, Decided, Format, Reason, plain_row, rows_of, safe_cell

AT = datetime(2026, 11, 21, 11, 43, 57, tzinfo=UTC)
PROMPT = [{"role": "user", "content": "Is it insured?"}]
MODEL, EDIT = "Yes\u2028 it is. ", "Yes, up to EUR 80,000."
NAMES = (
    "id", "key", "status", "state", "domain", "task", "model", "prompt_version", "language", "confidence", "queue",
    "group_name", "erased_at",
)  # fmt: skip


def decided(
    verdict: str | None,
    *,
    output: dict[str, Any] | None = None,
    edit: dict[str, Any] | None = None,
    erased_at: datetime | None = None,
    decided_by: str = "review",
    is_audited: bool = False,
    **body: Any,
) -> Decided:
    """An item with this verdict; None: nobody has looked."""
    model = output or {"type": "text", "text": MODEL}
    final = {"approve": model, "edit": edit or {"type": "text", "text": EDIT}, "reject": None, None: model}[verdict]
    item: dict[str, Any] = dict.fromkeys(NAMES) | {
        "id": "i-1",
        "received_at": AT,
        "erased_at": erased_at,
        "status": "released",
    }
    outcome = dict.fromkeys(("show", "reason", "late", "content_hash", "text", "status")) | {
        "source": "human", "decided_by": decided_by if verdict else "policy", "output": final, "categories": ["tone"],
        "review": {"verdict": verdict}, "decided_at": AT,
    }  # fmt: skip
    review = None
    if verdict is not None:
        review = dict.fromkeys(
            ("output", "severity", "is_error", "spans", "passages", "findings", "reason", "active_ms", "policy_version")
        ) | {"id": "r-1", "person_id": "p-1", "verdict": verdict, "categories": ["tone"], "submitted_at": AT}
    given = {"prompt": "Is it insured?", "output": model, **body}
    kept = {name: one for name, one in given.items() if one is not None}
    return Decided(
        item=item, body=kept, outcome=outcome, review=review, is_audited=is_audited, route={"rule": "bands[0]"}
    )


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
        body = {name: one for name, one in item.body.items() if name != "output"}
        item, reason = Decided(item=item.item, body=body, outcome=item.outcome, review=item.review), Reason.CANDIDATES
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
    row = plain_row(decided("edit", end_user={"id": "u-1", "name": "Ms Aydin", "history": []}))
    assert row["submitted"]["end_user"] == {"id": "u-1"}
    assert row["submitted"]["output"]["text"] == MODEL
    assert row["outcome"]["output"]["text"] == EDIT
    assert (row["review"]["review_id"], row["review"]["reviewer_id"]) == ("r-1", "p-1")
    assert row["route"] == {"rule": "bands[0]"}
    assert row["outcome"]["decided_at"] == "2026-11-21T11:43:57.000Z"


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
