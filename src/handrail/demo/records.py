"""The outputs of the desk that machines read: booking records with their schema, and payments as tool calls."""

from __future__ import annotations

from typing import Any  # Any: records are JSON

from handrail.demo.cases import LEDGERS, Task
from handrail.demo.chance import keyed
from handrail.demo.letters import Draft, Style

BOOKING_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["claim", "policy", "ledger", "loss_date", "booking_date", "currency", "lines", "excess", "total"],
    "additionalProperties": False,
    "properties": {
        "claim": {"type": "string", "pattern": "^CLM-[0-9]{5,6}$"},
        "policy": {"type": "string"},
        "ledger": {"type": "string", "pattern": "^4[0-9]{3}$"},
        "loss_date": {"type": "string"},
        "booking_date": {"type": "string"},
        "currency": {"const": "EUR"},
        "lines": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["label", "amount"],
                "additionalProperties": False,
                "properties": {"label": {"type": "string"}, "amount": {"type": "number", "minimum": 0}},
            },
        },
        "excess": {"type": "number", "minimum": 0},
        "total": {"type": "number", "minimum": 0},
        "note": {"type": "string"},
    },
}

_NOTES = ("Settlement agreed.", "As in the settlement sheet.", "Ready for payment.", "Checked against the receipts.")


def record(task: Task, draft: Draft, style: Style) -> dict[str, Any]:
    """The output object of a booking (`json`) or of a payment (`tool_call`)."""
    return _booking(draft, style) if task is Task.BOOKING else _payment(draft, style)


def _booking(draft: Draft, style: Style) -> dict[str, Any]:
    case = draft.case
    value: dict[str, Any] = {
        "claim": case.number,
        "policy": case.policy,
        "ledger": LEDGERS[case.product.product],
        "loss_date": case.loss_on.isoformat(),
        "booking_date": case.written_on.isoformat(),
        "currency": "EUR",
        "lines": [{"label": line.label, "amount": line.cents / 100} for line in case.lines],
        "excess": case.excess,
        "total": draft.total / 100,
        "note": style.pick("note", _NOTES),
    }
    match draft.broken:
        case "text_amount":
            value["total"] = f"EUR {draft.total / 100:,.2f}"
        case "no_total":
            del value["total"]
        case "extra_field":
            value["comment"] = "I was not sure about the excess."
        case "":
            pass
    return {"type": "json", "value": value, "schema": BOOKING_SCHEMA}


def _payment(draft: Draft, style: Style) -> dict[str, Any]:
    case = draft.case
    purpose = style.pick(
        "purpose", ("Claim {number}", "Claim {number}, policy {policy}", "Settlement of claim {number}")
    )
    arguments = {
        "payee": case.payee.called("en"),
        "iban": draft.iban or case.iban,
        "amount": draft.total / 100,
        "currency": "EUR",
        "claim": case.number,
        "purpose": purpose.format(number=case.number, policy=case.policy),
    }
    return {
        "type": "tool_call",
        "name": "send_payment",
        "arguments": arguments,
        "id": f"call_{int(keyed(style.seed, 'call') * 10**9):09d}",
    }
