"""How much work an expression can be at most, from the limits of an item.

One step is about a microsecond at worst: one operation, or a thousand characters looked through. Without this a short
condition could stop the server: loops in loops over 200 passages, or a search for one long text inside another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from handrail.stages.routing.conditions.syntax import Call, Const, Expr, Ident, ListExpr, Loop, Select, parts

MOST_STEPS = 100_000

_BODY = 2 * 1_048_576  # an item's texts together
_TEXT = 1_048_576
_SHORT = 2_000
_COUNTS = {"context": 200, "candidates": 16, "findings": 500, "hits": 4, "metadata": 64}
_UNKNOWN_COUNT = 50  # a list in metadata
_ARGUMENT_COUNT = 10_000  # tool calls are of the model's own making; CEL itself stops after so many turns of a loop
_SEARCHES = frozenset({"contains", "startsWith", "endsWith", "matches"})
_COMPARES = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"})


@dataclass(frozen=True, slots=True)
class Cost:
    """`steps` at most. The result is a text of at most `longest` characters, or `count` entries of such texts;
    `length` is what each of them has at most when all of them are read once."""

    steps: float
    length: float = 8
    longest: float = 8
    count: float = 0


_VARIABLES = {
    "output": Cost(1, _TEXT, _TEXT),
    "prompt": Cost(1, _BODY, _BODY),
    "context": Cost(1, _BODY / 200, _TEXT, 200),
    "candidates": Cost(1, _BODY / 16, _TEXT, 16),
    "findings": Cost(1, _SHORT, _SHORT, 500),
    "tool": Cost(1, _TEXT, _TEXT, 2),
}
_FIELDS = {
    "text": Cost(1, _BODY / 200, _TEXT),
    "output": Cost(1, _BODY / 16, _TEXT),
    "arguments": Cost(1, _TEXT, _TEXT, _ARGUMENT_COUNT),
}


def steps_of(node: Expr) -> float:
    """The most steps that evaluating `node` can take."""
    return _cost(node, {}).steps


def _cost(node: Expr, scope: dict[str, Cost]) -> Cost:
    match node:
        case Const(value=str() | bytes() as text):
            return Cost(1, len(text), len(text))
        case Const():
            return Cost(1)
        case Ident():
            return scope.get(node.name) or _VARIABLES.get(node.name) or _small(node.name)
        case Select():
            return _select(node, scope)
        case Loop():
            return _loop(node, scope)
        case Call():
            return _call(node, scope)
        case _:
            inside = [_cost(one, scope) for one in parts(node)]
            count = len(inside) if isinstance(node, ListExpr) else len(inside) / 2
            return replace(_largest(inside), steps=1 + sum(one.steps for one in inside), count=count)


def _small(name: str) -> Cost:
    return Cost(1, _SHORT, _SHORT, _COUNTS.get(name, _UNKNOWN_COUNT))


def _select(node: Select, scope: dict[str, Cost]) -> Cost:
    inner = _cost(node.operand, scope)
    if inner.count >= _ARGUMENT_COUNT:  # anything inside the arguments of a tool call
        return replace(inner, steps=inner.steps + 1)
    return replace(_FIELDS.get(node.field) or _small(node.field), steps=inner.steps + 1)


def _loop(node: Loop, scope: dict[str, Cost]) -> Cost:
    over = _cost(node.over, scope)
    result = Cost(1, over.length, over.longest, over.count)
    inner = scope | {node.variable: replace(over, steps=1), node.result_name: result}
    step = _cost(node.step, inner)
    each = _cost(node.go_on, inner).steps + step.steps
    end = _cost(node.result, inner)
    return replace(_largest([step, over]), steps=over.steps + over.count * each + end.steps, count=over.count)


def _call(node: Call, scope: dict[str, Cost]) -> Cost:
    inside = [_cost(one, scope) for one in parts(node)]
    steps = 1 + sum(one.steps for one in inside)
    if node.function in _SEARCHES:
        return Cost(steps + _search(inside[0], inside[1], linear=node.function != "contains"))
    if node.function == "@in":
        return Cost(steps + inside[1].count * (0.1 + min(inside[0].longest, inside[1].longest) / 1_000))
    if node.function in _COMPARES:
        return Cost(steps + min(one.length for one in inside) / 1_000)
    if node.function == "_+_":
        length, longest = sum(one.length for one in inside), sum(one.longest for one in inside)
        return Cost(steps + length / 1_000, length, longest, sum(one.count for one in inside))
    if node.function in ("size", "string"):
        return replace(inside[0], steps=steps + inside[0].length / 1_000)
    return replace(_largest(inside), steps=steps)


def _search(inside: Cost, wanted: Cost, *, linear: bool) -> float:
    """`contains` may look at every character of the wanted text at every place of the other."""
    if linear:
        return inside.length / 1_000
    if wanted.longest <= _SHORT:
        return inside.length / 1_000 * max(1, wanted.longest / 1_000)
    return inside.longest / 1_000 * wanted.longest / 1_000


def _largest(inside: list[Cost]) -> Cost:
    return Cost(
        0,
        max((one.length for one in inside), default=8),
        max((one.longest for one in inside), default=8),
        max((one.count for one in inside), default=0),
    )
