"""Metadata as the policy declares it, enforced at intake."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any  # Any: metadata is JSON of the caller's own shape

from handrail.kit.errors import FieldFault
from handrail.stages.routing.language.model import MetadataField, MetadataType, Policy

_WORDS = {
    MetadataType.NUMBER: "a number",
    MetadataType.STRING: "a string",
    MetadataType.BOOLEAN: "true or false",
    MetadataType.TIME: "a time with its zone, such as 2026-11-21T11:43:57Z",
    MetadataType.LIST: "a list",
}


def check_metadata(policy: Policy, metadata: Mapping[str, Any]) -> list[FieldFault]:
    """What the metadata of an item breaks of the policy's declaration; keys that are not declared are free.

    `path` is a JSON Pointer into the item. null counts as absent.
    """
    faults: list[FieldFault] = []
    for name, wanted in policy.metadata.items():
        value = metadata.get(name)
        path = "/metadata/" + name.replace("~", "~0").replace("/", "~1")
        if value is None:
            if wanted.required:
                faults.append(FieldFault(path, "missing", f"the policy requires `{name}`: {_sentence(wanted)}"))
        elif not _fits(wanted.type, value):
            faults.append(FieldFault(path, "wrong_type", f"`{name}` is {_sentence(wanted)}"))
    return faults


def _sentence(wanted: MetadataField) -> str:
    return _WORDS[wanted.type] + (f" in {wanted.unit}" if wanted.unit else "")


def _fits(wanted: MetadataType, value: Any) -> bool:
    match wanted:
        case MetadataType.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        case MetadataType.STRING:
            return isinstance(value, str)
        case MetadataType.BOOLEAN:
            return isinstance(value, bool)
        case MetadataType.TIME:
            return isinstance(value, str) and _is_time(value)
        case MetadataType.LIST:
            return isinstance(value, list | tuple)


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
