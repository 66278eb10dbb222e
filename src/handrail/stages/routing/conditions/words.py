"""Why a condition holds, in one plain sentence with the values it read."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any  # Any: values of conditions are JSON

from handrail.stages.routing.conditions.compiled import Condition, View
from handrail.stages.routing.conditions.kinds import text_of
from handrail.stages.routing.conditions.refs import Ref, Source, ref_of
from handrail.stages.routing.conditions.syntax import Call, Const, Expr, ListExpr, Select

LONGEST = 300

_PHRASES = {
    "_>_": "is above",
    "_>=_": "is at least",
    "_<_": "is below",
    "_<=_": "is at most",
    "_==_": "is",
    "_!=_": "is not",
}
_TURNED = {"_>_": "_<_", "_>=_": "_<=_", "_<_": "_>_", "_<=_": "_>=_", "_==_": "_==_", "_!=_": "_!=_"}
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "_>_": operator.gt,
    "_>=_": operator.ge,
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_==_": operator.eq,
    "_!=_": operator.ne,
}
_RESULTS = {"passed": "passed", "flagged": "was flagged", "failed": "failed", "ran": "ran"}


def why_holds(condition: Condition, view: View) -> str:
    """The sentence for a condition that holds: `amount 62,400 is at least 50,000`."""
    parts = _parts(condition.tree, view)
    sentence = " and ".join(dict.fromkeys(parts)) if parts else ""
    return cut(sentence) if sentence else cut(f"`{condition.source.strip()}` holds")


def why_unknown(condition: Condition, view: View) -> str:
    """The sentence for a condition that could not be evaluated: `amount is missing`."""
    missing = condition.missing(view)
    if missing:
        return cut(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    return cut(f"`{condition.source.strip()}` could not be evaluated")


def cut(sentence: str) -> str:
    """The sentence with at most 300 characters."""
    return sentence if len(sentence) <= LONGEST else sentence[: LONGEST - 3] + "..."


def written(value: Any, beside: Any = None) -> str:
    """A value for a sentence. Numbers have as many digits as it takes to tell them from `beside`.

    >>> written(62400), written(0.9), written(0.123456), written(0.92000001, 0.92)
    ('62,400', '0.90', '0.1235', '0.92000001')
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float() if math.isfinite(value):
            return _number(float(value), beside)
        case str():
            return value if len(value) <= 80 else value[:77] + "..."
        case list() | tuple():
            return ", ".join(written(one) for one in value[:5]) + (", ..." if len(value) > 5 else "")
        case None:
            return "null"
        case _:
            return str(value)


def _number(value: float, beside: Any) -> str:
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    short = round(value, 4)
    if isinstance(beside, int | float) and value != beside and short == round(beside, 4):
        return repr(value)
    if not short:
        return repr(value)
    digits = f"{short:,.4f}".rstrip("0")
    return digits + "0" * max(0, 2 - len(digits.partition(".")[2]))


def name_of(condition: Condition) -> str:
    """What a number is called in a sentence: `confidence`, or the expression itself."""
    ref = ref_of(condition.tree)
    return ref.name if ref is not None else f"`{condition.source.strip()}`"


def _parts(node: Expr, view: View) -> list[str]:
    """A phrase for each part on which it rests that `node` holds; none where it cannot be said shortly."""
    match node:
        case Call(function="_&&_"):
            return [phrase for arg in node.args for phrase in _parts(arg, view)]
        case Call(function="_||_"):
            holding = [arg for arg in node.args if _truth(arg, view)]
            return _parts(holding[0], view) if holding else _phrases(node)
        case Call(function=function, args=(left, right)) if function in _PHRASES:
            return _comparison(function, left, right, view)
        case Call(function="@in", args=(left, ListExpr() as options)):
            return _membership(left, options, view)
        case Call(function=function) if function in _RESULTS and (ref := ref_of(node)):
            return [f"{ref.name} {_RESULTS[function]}"]
        case Call(function="found") if ref := ref_of(node):
            return [f"{ref.name} was found"]
        case Call(function="!_", args=(inner,)):
            return _not(inner, view)
        case Select(test=True):
            return [f"{text_of(node).removeprefix('metadata.')} is given"]
        case _:
            return _phrases(node)


def _phrases(node: Expr) -> list[str]:
    text = text_of(node)
    return [] if "this part" in text else [f"`{text}` holds"]


def _not(inner: Expr, view: View) -> list[str]:
    ref = ref_of(inner)
    if isinstance(inner, Call) and inner.function in _RESULTS and ref is not None:
        if ref.source is Source.RAN:
            return [f"{ref.name} did not run"]
        return [f"{ref.name} gave {written(ref.read(view.seen))}"]
    if ref is not None and ref.source is Source.VARIABLE:
        return [f"{ref.name} is {written(ref.read(view.seen))}"]
    return [f"`!{text}` holds" for text in [text_of(inner)] if "this part" not in text]


def _comparison(function: str, left: Expr, right: Expr, view: View) -> list[str]:
    if isinstance(left, Const) and not isinstance(right, Const):
        function, left, right = _TURNED[function], right, left
    ref = _readable(left)
    if ref is None or not isinstance(right, Const):
        text = f"{text_of(left)} {_PHRASES[function]} {text_of(right)}"
        return [] if "this part" in text else [text]
    value = ref.read(view.seen)
    if function == "_==_":
        return [f"{ref.name} is {written(value)}"]
    return [f"{ref.name} {written(value, right.value)} {_PHRASES[function]} {written(right.value, value)}"]


def _membership(left: Expr, options: ListExpr, view: View) -> list[str]:
    ref = _readable(left)
    consts = [one for one in options.elements if isinstance(one, Const)]
    if ref is None or len(consts) != len(options.elements):
        return []
    listed = ", ".join(written(one.value) for one in consts[:5]) + (", ..." if len(consts) > 5 else "")
    return [f"{ref.name} {written(ref.read(view.seen))} is one of {listed}"]


def _readable(node: Expr) -> Ref | None:
    """The value that `node` is, unless it is only known by its size."""
    ref = ref_of(node)
    return None if ref is None or ref.source is Source.SIZE else ref


def _truth(node: Expr, view: View) -> bool:
    """Whether `node` surely holds. False also where this short look cannot tell."""
    match node:
        case Call(function="_&&_"):
            return all(_truth(arg, view) for arg in node.args)
        case Call(function="_||_"):
            return any(_truth(arg, view) for arg in node.args)
        case Call(function=function, args=(left, Const() as right)) if function in _TESTS:
            return _compared(function, left, right.value, view)
        case Call(function="@in", args=(left, ListExpr() as options)):
            ref = _readable(left)
            listed = [one.value for one in options.elements if isinstance(one, Const)]
            return ref is not None and ref.read(view.seen) in listed
        case Call(function=function) if function in _RESULTS:
            return _result(function, ref_of(node), view)
        case Call(function="found") if ref := ref_of(node):
            return bool(ref.read(view.seen))
        case _:
            return False


def _compared(function: str, left: Expr, right: Any, view: View) -> bool:
    ref = _readable(left)
    value = None if ref is None else ref.read(view.seen)
    if value is None:
        return False
    try:
        return _TESTS[function](value, right)
    except TypeError:
        return False


def _result(function: str, ref: Ref | None, view: View) -> bool:
    value = None if ref is None else ref.read(view.seen)
    wanted = {"passed": ("pass",), "flagged": ("flag", "fail"), "failed": ("fail",), "ran": (True,)}
    return value in wanted[function]
