"""From a submitted body to what is kept and what checks see. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any  # Any: submitted items are JSON of the caller's own shape

import orjson

from handrail.domain.item import Item, Message, Output, Passage
from handrail.wire.items import SubmittedItem

SNIPPET = 200
_NOT_COMPARED = frozenset({"wait"})


def normalised(body: Mapping[str, Any]) -> dict[str, Any]:
    """The submitted fields as they are kept: outputs as objects, passages with ids, nulls and `wait` left out.

    >>> normalised({"output": "x", "wait": "5s", "model": None})
    {'output': {'type': 'text', 'text': 'x'}}
    """
    kept = {name: value for name, value in body.items() if value is not None and name not in _NOT_COMPARED}
    if "output" in kept:
        kept["output"] = full_output(kept["output"])
    if "candidates" in kept:
        kept["candidates"] = [{**one, "output": full_output(one["output"])} for one in kept["candidates"]]
    if "context" in kept:
        kept["context"] = _with_ids(kept["context"])
    if "attempts" in kept:
        kept["attempts"] = [{**one, "output": full_output(one["output"])} for one in kept["attempts"]]
    return kept


def full_output(output: Any) -> Any:
    """A bare string is short for a text output."""
    return {"type": "text", "text": output} if isinstance(output, str) else output


def _with_ids(passages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Passages without an id get their place, counted from 1; a place that is taken gets a mark more."""
    taken = {one["id"] for one in passages if one.get("id") is not None}
    named = []
    for place, one in enumerate(passages, start=1):
        id = one.get("id")
        if id is None:
            id = str(place)
            while id in taken:
                id += "'"
            taken.add(id)
        named.append({**one, "id": id})
    return named


def body_hash(kept: Mapping[str, Any]) -> str:
    """What tells a repeat from another item under the same key: SHA-256, hex, whatever the order of the fields."""
    return hashlib.sha256(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)).hexdigest()


def seen_by_checks(kept: Mapping[str, Any], received_at: datetime | None) -> Item:
    """What checks and conditions see of a kept item."""
    output = Output(kept["output"] if "output" in kept else kept["candidates"][0]["output"])
    messages = tuple(Message(one["role"], _content(one)) for one in kept.get("messages", ()))
    return Item(
        output=output.readable,
        content=output,
        candidates=tuple(Output(one["output"]) for one in kept.get("candidates", ())),
        prompt=kept.get("prompt") or "\n\n".join(one.content for one in messages if one.content),
        messages=messages,
        context=tuple(
            Passage(one["id"], one["text"], one.get("title"), one.get("source"), one.get("score"))
            for one in kept.get("context", ())
        ),
        confidence=kept.get("confidence"),
        domain=kept.get("domain", "default"),
        task=kept.get("task", "default"),
        model=kept.get("model"),
        prompt_version=kept.get("prompt_version"),
        language=kept.get("language"),
        metadata=kept.get("metadata", {}),
        attempts=len(kept.get("attempts", ())),
        step=(kept.get("run") or {}).get("step"),
        end_user_id=(kept.get("end_user") or {}).get("id"),
        consequence=kept.get("consequence", {}),
        received_at=received_at,
    )


def _content(message: Mapping[str, Any]) -> str:
    """The text of a chat turn; parts that are not text are kept but not read here."""
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(str(part["text"]) for part in content if part.get("type") == "text" and "text" in part)
    return content or ""


def snippet(item: Item) -> str:
    """The first words of the output, for lists; at most 200 characters.

    >>> snippet(Item(output="a  b\\nc"))
    'a b c'
    """
    return " ".join(item.output[: 4 * SNIPPET].split())[:SNIPPET]


def given_fields(submitted: SubmittedItem) -> dict[str, Any]:
    """The fields a typed caller set, as JSON."""
    return submitted.model_dump(mode="json", by_alias=True, exclude_none=True)
