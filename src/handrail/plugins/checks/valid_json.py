"""Whether the output is one JSON text."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, failed, passed
from handrail.extend.checks import CheckOptions, check
from handrail.extend.fields import is_prose
from handrail.kit.jsons import BadJson, parse_strict

Kind = Literal["object", "array", "string", "number", "boolean", "null"]
_KINDS: dict[type, Kind] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
}


class ValidJsonOptions(CheckOptions):
    """`kinds` are the JSON types allowed at the top: object, array, string, number, boolean, null."""

    examples = ({}, {"kinds": ["object"]})

    kinds: Annotated[tuple[Kind, ...], Field(max_length=6)] = ()


@check("valid_json", version="1", options=ValidJsonOptions)
def valid_json(item: Item, options: ValidJsonOptions) -> Score:
    """Fails when the output is not one strict JSON text: no comments, no duplicate keys, no NaN, nothing around it.

    >>> valid_json(Item(output='{"a": 1,}'), ValidJsonOptions()).result.value
    'fail'
    """
    try:
        value = parse_strict(item.output.encode("utf-8", "surrogatepass"))
    except BadJson as error:
        return _refused(item.output, str(error)) if is_prose(item) else failed(f"Not valid JSON: {error}.")
    kind = _KINDS.get(type(value), "null")
    if options.kinds and kind not in options.kinds:
        said = f"The JSON is {kind}; wanted is {' or '.join(options.kinds)}."
        return failed(said, (Finding(said, start=0, end=len(item.output)),))
    return passed()


def _refused(text: str, why: str) -> Score:
    start = _where_it_breaks(text)
    said = f"Not valid JSON: {why}."
    if text.lstrip().startswith("```"):
        said = f"Not valid JSON: it stands inside a code fence ({why})."
    if start is None or not text:
        return failed(said, (Finding(said),))
    start = min(start, len(text) - 1)
    return failed(said, (Finding(said, start=start, end=start + 1),))


def _where_it_breaks(text: str) -> int | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos
    except (RecursionError, ValueError):
        return None
    return None
