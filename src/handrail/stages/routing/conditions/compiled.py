"""Conditions ready to be asked about an item. Evaluating never raises: what cannot be known is None."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any  # Any: values of conditions are JSON

from cel_expr_python import cel

from handrail.domain.item import Autonomy, Item
from handrail.domain.score import Score, ScoreResult
from handrail.stages.routing.conditions.cost import MOST_STEPS, steps_of
from handrail.stages.routing.conditions.kinds import FUNCTIONS, VARIABLES, Kind, Kinds, Mismatch
from handrail.stages.routing.conditions.refs import Ref, refs_of
from handrail.stages.routing.conditions.syntax import Call, Const, Expr, tree_of, walk
from handrail.stages.routing.conditions.variables import Seen, Unknown, bindings, by_name
from handrail.stages.routing.suggestions import did_you_mean, nearest

MOST_CHARACTERS = 2_000
_WHOLE = re.compile(r"(-?)\s*(0[xX][0-9a-fA-F]+|[0-9]+)[uU]?")
_AT = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_NO_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '(.*)'")


class BadCondition(Exception):
    """The condition cannot be used; the message says why."""

    def __init__(self, message: str, suggestion: str | None = None, code: str = "bad_expression") -> None:
        super().__init__(message)
        self.message, self.suggestion, self.code = message, suggestion, code


class _Asked(threading.local):
    """The item that this thread is asking about. CEL's functions take no context of the caller's own."""

    seen: Seen | None = None


_asked = _Asked()


def _seen() -> Seen:
    if _asked.seen is None:
        raise Unknown("no item")
    return _asked.seen


_CALLS: dict[str, Callable[[str], Any]] = {
    "score": lambda name: _seen().value(name),
    "label": lambda name: _seen().label(name),
    "passed": lambda name: _seen().result(name) is ScoreResult.PASS,
    "flagged": lambda name: _seen().result(name) in (ScoreResult.FLAG, ScoreResult.FAIL),
    "failed": lambda name: _seen().result(name) is ScoreResult.FAIL,
    "ran": lambda name: _seen().ran(name),
    "found": lambda category: _seen().found(category),
}
_CEL_TYPES = {"output": cel.Type.STRING, "prompt": cel.Type.STRING, "received_at": cel.Type.TIMESTAMP}
_CEL_RESULTS = {"a number": cel.Type.DYN, "a text": cel.Type.STRING, "true or false": cel.Type.BOOL}


@cache
def _environment() -> cel.Env:
    """The one environment of all conditions. Numbers are dynamic, so that whole literals compare with doubles."""
    groups = {"metadata", "consequence", "tool", "end_user"}
    lists = {"context", "candidates", "findings"}
    group = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    types = {name: group if name in groups else cel.Type.DYN for name in VARIABLES}
    types |= {name: cel.Type.List(group) for name in lists} | _CEL_TYPES
    return cel.NewEnv(variables=types, functions=[_declared(name, kind) for name, kind in FUNCTIONS.items()])


def _declared(name: str, kind: Kind) -> cel.FunctionDecl:
    overload = cel.Overload(
        f"{name}_text",
        return_type=_CEL_RESULTS[kind.words],
        parameters=[cel.Type.STRING],
        is_member=False,
        impl=_CALLS[name],
    )
    return cel.FunctionDecl(name, [overload])


class View:
    """One item as the conditions of one policy see it; made once, asked many times."""

    __slots__ = ("_names", "_program_data", "seen")

    def __init__(self, item: Item, scores: Sequence[Score], autonomy: Autonomy, names: frozenset[str]) -> None:
        self.seen = Seen(item, by_name(scores), autonomy)
        self._names = names
        self._program_data: cel.Activation | None = None

    def ask(self, program: cel.Expression) -> Any:
        """The plain value of the program for this item; None where it cannot be evaluated."""
        if self._program_data is None:
            self._program_data = _environment().Activation(bindings(self.seen, self._names))
        _asked.seen = self.seen
        try:
            value = program.eval(self._program_data)
            return None if value.type() == cel.Type.ERROR else value.plain_value()
        except Exception:  # noqa: BLE001  # the library raises several types (loop budget, half surrogates): all unknown
            return None
        finally:
            _asked.seen = None


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A CEL expression that was checked when the policy was loaded."""

    source: str
    tree: Expr
    refs: tuple[Ref, ...]
    program: cel.Expression

    def holds(self, view: View) -> bool | None:
        """Whether it holds for the item; None where it cannot be evaluated."""
        value = view.ask(self.program)
        return value if isinstance(value, bool) else None

    def number(self, view: View) -> float | None:
        """Its number for the item; None where there is none, or none that is finite."""
        value = view.ask(self.program)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return float(value)

    def values(self, view: View) -> dict[str, Any]:
        """What the condition read, by name; what is missing is left out."""
        read = ((ref.key, ref.read(view.seen)) for ref in self.refs)
        return {key: value for key, value in read if value is not None}

    def missing(self, view: View) -> list[str]:
        """The names of what the condition reads and the item does not have."""
        return list(dict.fromkeys(ref.name for ref in self.refs if ref.read(view.seen) is None))


class ConditionSet:
    """All trigger conditions of a policy, asked in one evaluation where that is possible.

    One list expression over 50 conditions costs a tenth of 50 evaluations (measured, see benchmarks/routing.py). It
    fails as a whole if one of them cannot be evaluated; then they are asked one by one.
    """

    def __init__(self, conditions: Sequence[Condition], sources: Sequence[str]) -> None:
        self._conditions = tuple(conditions)
        self._together = _together(sources)

    def ask(self, view: View) -> tuple[bool | None, ...]:
        """For each condition whether it holds, None where that cannot be evaluated."""
        if self._together is not None:
            values = view.ask(self._together)
            if values is not None and all(isinstance(value, bool) for value in values):
                return tuple(values)
        return tuple(condition.holds(view) for condition in self._conditions)


def _together(sources: Sequence[str]) -> cel.Expression | None:
    """One program for all, or None where there is nothing to gain or they are too deep or too many together."""
    if len(sources) < 2:
        return None
    joined = ",\n".join(f"dyn({source}\n)" for source in sources)  # a condition may end in a comment
    try:
        return _environment().compile(f"[{joined}]")
    except Exception:  # noqa: BLE001  # each one compiled alone; together they pass a limit of the parser
        return None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition, and its source as CEL runs it (whole literals written as doubles where they are reckoned with)."""

    condition: Condition
    runnable: str


def compile_condition(source: str, metadata: Mapping[str, Kind], *, number: bool = False) -> Compiled:
    """The condition (or number) that `source` means. Raises BadCondition with a sentence."""
    if len(source) > MOST_CHARACTERS:
        raise BadCondition(f"at most {MOST_CHARACTERS:,} characters", code="too_large")
    if not source.strip():
        raise BadCondition("write a condition, such as confidence < 0.5")
    tree = tree_of(_compile(source, checked=False).serialize())
    _refuse_patterns(tree)
    kinds = Kinds(metadata)
    try:
        kind = kinds.of(tree)
    except Mismatch as mismatch:
        raise BadCondition(mismatch.message, mismatch.suggestion) from None
    _refuse_result(kind, number)
    runnable = _with_doubles(source, kinds.doubles)
    program = _compile(runnable)
    if steps_of(tree) > MOST_STEPS:
        raise BadCondition("this may take too much time on a large item; use fewer loops and shorter searches")
    return Compiled(Condition(source, tree, refs_of(tree), program), runnable)


def _refuse_result(kind: Kind, number: bool) -> None:
    wanted = ("a number", "a whole number", "anything") if number else ("true or false", "anything")
    if kind.words not in wanted:
        raise BadCondition(f"this gives {kind.words}, not {wanted[0]}")


def _refuse_patterns(tree: Expr) -> None:
    """A pattern is a literal: its form is checked now, and no text from outside becomes one."""
    for node in walk(tree):
        if isinstance(node, Call) and node.function in FUNCTIONS and not _takes_a_name(node):
            raise BadCondition(f"{node.function}(...) takes a name in quotes")
        if isinstance(node, Call) and node.function == "matches":
            pattern = node.args[-1]
            if not isinstance(pattern, Const) or not isinstance(pattern.value, str):
                raise BadCondition("matches(...) takes a pattern in quotes")
            _refuse_pattern(pattern.value)


def _takes_a_name(node: Call) -> bool:
    return len(node.args) == 1 and isinstance(node.args[0], Const) and isinstance(node.args[0].value, str)


def _refuse_pattern(pattern: str) -> None:
    escaped = "".join(f"\\U{ord(sign):08x}" for sign in pattern)
    value = _compile(f"''.matches('{escaped}')").eval(data={})
    if value.type() == cel.Type.ERROR:
        _, _, why = str(value.value()).partition("invalid regular expression: ")
        raise BadCondition(f"the pattern cannot be used: {why or 'it is too large'}")


def _compile(source: str, *, checked: bool = True) -> cel.Expression:
    try:
        return _environment().compile(source, disable_check=not checked)
    except Exception as error:  # noqa: BLE001  # the library raises RuntimeError and others for what it cannot read
        raise _explained(str(error)) from None


def _explained(error: str) -> BadCondition:
    """The library's message in our words."""
    found = _AT.search(error)
    if "recursion" in error:
        return BadCondition("this is nested too deeply")
    if found is None:
        return BadCondition("this cannot be read as a condition")
    message = found[3].removesuffix(" [INVALID_ARGUMENT]")
    if undeclared := _UNDECLARED.search(message):
        return _undeclared(undeclared[1])
    if overload := _NO_OVERLOAD.search(message):
        return BadCondition(_no_overload(overload[1], overload[2]))
    where = f"at character {found[2]}" if found[1] == "1" else f"in its line {found[1]} at character {found[2]}"
    return BadCondition(f"this cannot be read as a condition, {where}: {message[:200]}")


def _undeclared(name: str) -> BadCondition:
    if name == "rank":
        return BadCondition("This version of Handrail does not read `rank` yet.", code="not_yet")
    close = nearest(name, [*VARIABLES, *FUNCTIONS])
    return BadCondition(f"there is no `{name}`{did_you_mean(close)}", close)


_WORDS = {"string": "a text", "int": "a whole number", "double": "a number", "bool": "true or false"}


def _no_overload(function: str, types: str) -> str:
    words = [_WORDS.get(one.strip(), one.strip()) for one in types.strip("()").split(", ")]
    name = function.strip("_") or function
    return f"`{name}` does not go with {' and '.join(words)}"


def _with_doubles(source: str, offsets: set[int]) -> str:
    """The source with the whole literals at `offsets` written as doubles."""
    for at in sorted(offsets, reverse=True):
        if literal := _WHOLE.match(source, at):
            written = f"{literal[1]}{int(literal[2], 0 if literal[2][:2].lower() == '0x' else 10)}.0"
            source = source[:at] + written + source[literal.end() :]
    return source
