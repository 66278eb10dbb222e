"""Whether a JSON output fits its schema."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any  # Any: schemas and JSON values

from pydantic import ConfigDict, Field, field_validator

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, ScoreResult, failed, passed, skipped
from handrail.extend.checks import CheckOptions, check
from handrail.kit.jsons import BadJson, parse_strict
from handrail.plugins.checks import _schema
from handrail.plugins.checks._pointers import locate
from handrail.plugins.checks._words import counted, shown


class JsonSchemaOptions(CheckOptions):
    """`json_schema` (written `schema` in the policy): a schema of draft 2020-12, at most 64 KiB; without it, the one
    that came with the output. References stay inside the schema, patterns are RE2."""

    examples = (
        {},
        {"schema": {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number"}}}},
        {
            "schema": {
                "type": "object",
                "patternProperties": {"^(a+)+$": False},
                "additionalProperties": {"type": "string"},
            }
        },
    )

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    json_schema: dict[str, Any] | None = Field(None, alias="schema")

    @field_validator("json_schema")
    @classmethod
    def _loads(cls, schema: dict[str, Any] | None) -> dict[str, Any] | None:
        if schema is not None:
            _schema.load(schema)
        return schema

    @cached_property
    def validator(self) -> Any:
        return None if self.json_schema is None else _schema.load(self.json_schema)


@check("json_schema", version="1", options=JsonSchemaOptions)
def json_schema(item: Item, options: JsonSchemaOptions) -> Score:
    """Fails when the output is JSON that does not fit the schema, or no JSON at all. A tool call is held against the
    schema by its arguments. Without a schema the check is skipped.

    >>> options = JsonSchemaOptions(schema={"type": "object", "required": ["amount"]})
    >>> json_schema(Item(output='{"sum": 3}'), options).reason
    'The key "amount" is missing.'
    """
    validator = options.validator
    own = None if item.content is None else item.content.body.get("schema")
    if validator is None and not isinstance(own, Mapping):
        return skipped("Neither the policy nor the output names a schema.")
    try:
        value = parse_strict(item.output.encode("utf-8", "surrogatepass"))
        validator = validator or _schema.load(own or {})
        base, value = _subject(item, value)
        errors = _schema.errors(validator, value)
    except BadJson as error:
        return failed(f"Not valid JSON: {error}.", (Finding(f"Not valid JSON: {error}."),))
    except _schema.BadSchema as error:
        return Score(None, ScoreResult.ERRORED, f"The schema cannot be used: {error}.")
    except _schema.TooMuchWork:
        return Score(None, ScoreResult.ERRORED, "The schema asks for too much work on this output.")
    if not errors:
        return passed()
    findings = tuple(_finding(item.output, base, error) for error in errors)
    said = (
        findings[0].reason if len(findings) == 1 else f"{counted(len(findings), 'place')} of the JSON break the schema."
    )
    return failed(said, findings)


def _subject(item: Item, value: Any) -> tuple[list[str | int], Any]:
    if item.content is not None and item.content.type == "tool_call":
        return ["arguments"], value["arguments"]
    return [], value


def _finding(text: str, base: list[str | int], error: Any) -> Finding:
    path = [*base, *error.absolute_path]
    span = locate(text, path)
    start, end = span if span and span[1] > span[0] else (None, None)
    return Finding(_said(error), start=start, end=end, category="schema")


def _said(error: Any) -> str:
    name = ".".join(str(part) for part in error.absolute_path)
    subject = f"“{shown(name)}”" if name else "The JSON"
    wanted = error.validator_value
    match error.validator:
        case "required":
            return f'The key "{shown(error.message)}" is missing{f" in {subject}" if name else ""}.'
        case "type":
            kinds = wanted if isinstance(wanted, list) else [wanted]
            return f"{subject} must be of the type {' or '.join(kinds)}."
        case "enum":
            return f"{subject} must be one of {shown(', '.join(map(str, wanted)))}."
        case "additionalProperties":
            return f"{subject} is not a key of the schema."
        case "uniqueItems":
            return f"{subject} holds the same value twice."
        case keyword:
            return f"{subject} breaks “{keyword}: {shown(str(wanted), 60)}” of the schema."
