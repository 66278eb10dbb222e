"""JSON Schema (draft 2020-12) with bounded work: no reference leaves it, patterns run on RE2, every step counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any  # Any: schemas and the values they describe are JSON

from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import Draft202012Validator, extend
from referencing.exceptions import Unresolvable
from referencing.jsonschema import EMPTY_REGISTRY

from handrail.kit.jsons import canonical
from handrail.plugins.checks._linear import compile_linear

MOST_SCHEMA_BYTES = 65_536
MOST_STEPS = 200_000
MOST_ERRORS = 20
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


class BadSchema(ValueError):
    """The schema cannot be used; the message says why."""


class TooMuchWork(Exception):
    """The schema asks for more steps on this value than are allowed."""


Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]
_work = threading.local()  # the steps left to the validation that runs on this thread


def _step(cost: int = 1) -> None:
    _work.left -= cost
    if _work.left < 0:
        raise TooMuchWork


def _counted(keyword: Keyword) -> Keyword:
    def run(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[ValidationError] | None:
        _step(1 + len(wanted) if isinstance(wanted, list | dict) else 1)
        return keyword(validator, wanted, instance, schema)

    return run


def _pattern(validator: Any, wanted: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string"):
        _step(1 + len(instance) // 100)
        if not compile_linear(wanted).search(instance):
            yield ValidationError("does not match the pattern")


def _pattern_properties(validator: Any, wanted: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "object"):
        for pattern, inner in wanted.items():
            compiled = compile_linear(pattern)
            for name, value in instance.items():
                _step()
                if compiled.search(name):
                    yield from validator.descend(value, inner, path=name, schema_path=pattern)


def _additional_properties(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    known = schema.get("properties", {})
    patterns = [compile_linear(pattern) for pattern in schema.get("patternProperties", {})]
    for name, value in instance.items():
        _step(1 + len(patterns))
        if name not in known and not any(pattern.search(name) for pattern in patterns):
            if wanted is False:
                error = ValidationError("is not a known key")
                error.path.appendleft(name)
                yield error
            else:
                yield from validator.descend(value, wanted, path=name)


def _required(validator: Any, wanted: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """One error for each key that is missing; its message is the key."""
    if validator.is_type(instance, "object"):
        yield from (ValidationError(name) for name in wanted if name not in instance)


def _unique_items(validator: Any, wanted: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if wanted and validator.is_type(instance, "array"):
        _step(len(instance))
        if len({canonical(one) for one in instance}) < len(instance):
            yield ValidationError("holds the same value twice")


_OWN: dict[str, Keyword] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "required": _required,
    "uniqueItems": _unique_items,
}
_Validator: Any = extend(  # type: ignore[no-untyped-call]  # Any: jsonschema builds the class at run time
    Draft202012Validator,
    {name: _counted(keyword) for name, keyword in (Draft202012Validator.VALIDATORS | _OWN).items()},
)


def load(schema: Mapping[str, Any]) -> Any:  # Any: the validator class is built at run time
    """A validator for `errors`. Raises BadSchema for what is no schema of draft 2020-12, too large, or not bounded."""
    if len(canonical(dict(schema))) > MOST_SCHEMA_BYTES:
        raise BadSchema(f"the schema is larger than {MOST_SCHEMA_BYTES:,} bytes")
    if schema.get("$schema", DIALECT).rstrip("#") != DIALECT:
        raise BadSchema(f"write the schema for {DIALECT}")
    _refuse_unbounded(schema)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise BadSchema(f"not a schema: {error.message[:200]} at /{'/'.join(map(str, error.absolute_path))}") from None
    except RecursionError:
        raise BadSchema("the schema is nested too deeply") from None
    return _Validator(schema, registry=EMPTY_REGISTRY)


def _refuse_unbounded(schema: Mapping[str, Any]) -> None:
    level: list[Any] = [schema]
    while level:
        inner: list[Any] = []
        for one in level:
            if isinstance(one, Mapping):
                _refuse_in(one)
                inner.extend(one.values())
            elif isinstance(one, list):
                inner.extend(one)
        level = inner


def _refuse_in(schema: Mapping[str, Any]) -> None:
    for name in _REFERENCES:
        target = schema.get(name)
        if isinstance(target, str) and not target.startswith("#"):
            raise BadSchema(f"{name} {target[:100]!r} leads out of the schema; nothing is fetched")
    if "unevaluatedProperties" in schema and "patternProperties" in schema:
        raise BadSchema("unevaluatedProperties beside patternProperties is not supported; use additionalProperties")
    patterns = [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
    if isinstance(schema.get("patternProperties"), Mapping):
        patterns += list(schema["patternProperties"])
    for pattern in patterns:
        try:
            compile_linear(pattern)
        except ValueError as error:
            raise BadSchema(f"the pattern {pattern[:100]!r} is {error}") from None


def errors(validator: Any, value: Any) -> list[ValidationError]:
    """What is wrong with a value, at most `MOST_ERRORS`. Raises TooMuchWork, or BadSchema for a broken reference."""
    _work.left = MOST_STEPS
    found: list[ValidationError] = []
    try:
        for error in validator.iter_errors(value):
            found.append(error)
            if len(found) == MOST_ERRORS:
                break
    except RecursionError:
        raise TooMuchWork from None
    except Unresolvable:
        raise BadSchema("a $ref of the schema leads nowhere") from None
    return found
