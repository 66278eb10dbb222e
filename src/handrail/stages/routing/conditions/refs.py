"""What a condition reads of an item, so that a route can name the values it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any  # Any: values are JSON of the caller's own shape

from handrail.kit.clock import to_text
from handrail.stages.routing.conditions.kinds import FUNCTIONS, VARIABLES
from handrail.stages.routing.conditions.syntax import Call, Const, Expr, Ident, Loop, Select, parts
from handrail.stages.routing.conditions.variables import READERS, Seen, Unknown

_LONGEST_TEXT = 200
_SIZES = frozenset({"output", "prompt", "context", "candidates", "findings"})


class Source(StrEnum):
    """Where a value comes from."""

    VARIABLE = "variable"
    SIZE = "size"
    SCORE = "scores"
    LABEL = "labels"
    RESULT = "results"
    RAN = "ran"
    FOUND = "found"


_FUNCTION_SOURCES = {
    "score": Source.SCORE,
    "label": Source.LABEL,
    "passed": Source.RESULT,
    "flagged": Source.RESULT,
    "failed": Source.RESULT,
    "ran": Source.RAN,
    "found": Source.FOUND,
}


@dataclass(frozen=True, slots=True)
class Ref:
    """One value that a condition reads. `key` names it in routes, `name` in sentences."""

    source: Source
    key: str
    name: str
    path: tuple[str, ...]

    def read(self, seen: Seen) -> Any:
        """The value as it was sent, None where it is missing. Long texts are cut, whole outputs only measured."""
        match self.source:
            case Source.VARIABLE:
                return _short(_variable(seen, self.path))
            case Source.SIZE:
                return len(READERS[self.path[0]](seen))
            case Source.RAN:
                return seen.ran(self.path[0])
            case Source.FOUND:
                return seen.found(self.path[0])
            case _:
                return self._of_score(seen)

    def _of_score(self, seen: Seen) -> Any:
        try:
            match self.source:
                case Source.SCORE:
                    return seen.value(self.path[0])
                case Source.LABEL:
                    return _short(seen.label(self.path[0]))
                case _:
                    return seen.result(self.path[0]).value
        except Unknown:
            return None


def refs_of(tree: Expr) -> tuple[Ref, ...]:
    """Every value that the expression reads, once each, in written order."""
    return tuple({ref.key: ref for ref in _refs(tree, frozenset())}.values())


def ref_of(node: Expr) -> Ref | None:
    """The value that `node` itself is, if it is one."""
    return next(iter(_own(node, frozenset())), None)


def _refs(node: Expr, bound: frozenset[str]) -> Iterator[Ref]:
    own = list(_own(node, bound))
    if own:
        yield from own
        return
    if isinstance(node, Loop):
        yield from _refs(node.over, bound)
        inner = bound | {node.variable, node.result_name}
        for part in (node.start, node.go_on, node.step, node.result):
            yield from _refs(part, inner)
        return
    for part in parts(node):
        yield from _refs(part, bound)


def _own(node: Expr, bound: frozenset[str]) -> Iterator[Ref]:
    match node:
        case Call(function=function, target=None, args=(Const(value=str() as name),)) if function in FUNCTIONS:
            source = _FUNCTION_SOURCES[function]
            yield Ref(source, f"{source.value}.{name}", name, (name,))
        case Ident() | Select():
            path = _path(node)
            if path and path[0] not in bound and path[0] in VARIABLES:
                yield _variable_ref(path)


def _variable_ref(path: tuple[str, ...]) -> Ref:
    if path[0] in _SIZES:
        return Ref(Source.SIZE, f"size({path[0]})", path[0], path)
    name = ".".join(path[1:] if path[0] in ("metadata", "consequence") and len(path) > 1 else path)
    return Ref(Source.VARIABLE, ".".join(path), name, path)


def _path(node: Expr) -> tuple[str, ...]:
    match node:
        case Ident():
            return (node.name,)
        case Select():
            inner = _path(node.operand)
            return (*inner, node.field) if inner else ()
        case _:
            return ()


def _variable(seen: Seen, path: tuple[str, ...]) -> Any:
    match path[0]:
        case "metadata":
            value: Any = seen.item.metadata
        case "consequence":
            value = seen.item.consequence
        case name:
            value = READERS[name](seen)
    for field in path[1:]:
        value = value.get(field) if isinstance(value, Mapping) else None
    return value


def _short(value: Any) -> Any:
    match value:
        case str():
            return value if len(value) <= _LONGEST_TEXT else value[: _LONGEST_TEXT - 3] + "..."
        case bool() | int() | float() | None:
            return value
        case list() | tuple():
            return [_short(one) for one in value[:20]]
        case Mapping():
            return f"{len(value)} keys"
        case datetime():
            return to_text(value)
        case _:
            return str(value)
