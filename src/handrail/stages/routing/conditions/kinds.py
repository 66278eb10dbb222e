"""What kind of value each part of an expression has, as far as the policy tells.

CEL itself takes every number, metadata key and null for dynamic, so that `amount > 50000` works on doubles. What the
policy declares is checked here instead: a comparison that can never hold is found when the policy is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handrail.stages.routing.conditions.syntax import Call, Const, Expr, Ident, ListExpr, Loop, MapExpr, Select
from handrail.stages.routing.suggestions import did_you_mean, nearest


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value; `words` is how a sentence names it."""

    words: str
    fields: Mapping[str, Kind] | None = field(default=None, compare=False)  # of a group with fixed keys
    element: Kind | None = field(default=None, compare=False)  # of a list


ANY = Kind("anything")
NUMBER = Kind("a number")
WHOLE = Kind("a whole number")
TEXT = Kind("a text")
BOOLEAN = Kind("true or false")
TIME_TEXT = Kind("a time")
MOMENT = Kind("a moment")
SPAN = Kind("a duration")
NOTHING = Kind("null")
GROUP = Kind("a group of keys")
LIST = Kind("a list")


def list_of(element: Kind) -> Kind:
    """A list whose entries are all of one kind."""
    return Kind(LIST.words, element=element)


def group_of(**fields: Kind) -> Kind:
    """A group with fixed keys."""
    return Kind(GROUP.words, fields=fields)


VARIABLES: dict[str, Kind] = {
    "output": TEXT,
    "prompt": TEXT,
    "confidence": NUMBER,
    "risk": NUMBER,
    "domain": TEXT,
    "task": TEXT,
    "language": TEXT,
    "model": TEXT,
    "prompt_version": TEXT,
    "step": TEXT,
    "metadata": GROUP,
    "consequence": group_of(hits=list_of(TEXT), is_reversible=BOOLEAN, is_repeatable=BOOLEAN, cost=NUMBER),
    "received_at": MOMENT,
    "autonomy": TEXT,
    "attempts": NUMBER,
    "context": list_of(group_of(id=TEXT, text=TEXT, source=TEXT, title=TEXT, score=NUMBER)),
    "candidates": list_of(group_of(type=TEXT, output=TEXT)),
    "findings": list_of(group_of(name=TEXT, category=TEXT, severity=TEXT, reason=TEXT)),
    "tool": group_of(name=TEXT, arguments=GROUP),
    "end_user": group_of(id=TEXT),
}

FUNCTIONS: dict[str, Kind] = {
    "score": NUMBER,
    "label": TEXT,
    "passed": BOOLEAN,
    "flagged": BOOLEAN,
    "failed": BOOLEAN,
    "ran": BOOLEAN,
    "found": BOOLEAN,
}
"""Our own functions; each takes one text."""

_STANDARD: dict[str, Kind] = {
    "size": WHOLE,
    "int": WHOLE,
    "uint": WHOLE,
    "double": NUMBER,
    "string": TEXT,
    "timestamp": MOMENT,
    "duration": SPAN,
    "bool": BOOLEAN,
}
_STANDARD |= dict.fromkeys(
    (
        "getFullYear",
        "getMonth",
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getHours",
        "getMinutes",
        "getSeconds",
        "getMilliseconds",
    ),
    WHOLE,
)
_BOOLEANS = frozenset({"_&&_", "_||_", "!_", "@in", "contains", "startsWith", "endsWith", "matches"})
_COMPARISONS = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"})
_ARITHMETIC = frozenset({"_+_", "_-_", "_*_", "_/_", "_%_", "-_"})


_OPERATORS = {name: name.strip("_") for name in _COMPARISONS | _ARITHMETIC - {"-_"}} | {"@in": "in"}


class Mismatch(Exception):
    """Two parts that do not fit, said in a sentence."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message, self.suggestion = message, suggestion


class Kinds:
    """Works out kinds; `doubles` collects where whole literals must be written as doubles for CEL."""

    def __init__(self, metadata: Mapping[str, Kind]) -> None:
        self._scope: dict[str, Kind] = {**VARIABLES, "metadata": GROUP}
        self._metadata = metadata
        self.doubles: set[int] = set()

    def of(self, node: Expr) -> Kind:
        """The kind of `node`. Raises Mismatch where parts of it do not fit."""
        match node:
            case Const():
                return _const_kind(node)
            case Ident():
                return self._scope.get(node.name, ANY)
            case Select():
                return self._select(node)
            case ListExpr():
                kinds = [self.of(element) for element in node.elements]
                return list_of(kinds[0] if kinds and all(_fits(kinds[0], kind) for kind in kinds) else ANY)
            case MapExpr():
                for key, value in node.entries:
                    self.of(key), self.of(value)
                return GROUP
            case Loop():
                return self._loop(node)
            case Call():
                return self._call(node)

    def _select(self, node: Select) -> Kind:
        group = self.of(node.operand)
        if node.test:
            self._field(group, node)
            return BOOLEAN
        if isinstance(node.operand, Ident) and node.operand.name == "metadata":
            return self._metadata.get(node.field, ANY)
        return self._field(group, node)

    def _field(self, group: Kind, node: Select) -> Kind:
        if group not in (ANY, GROUP):
            raise Mismatch(f"{text_of(node.operand)} is {group.words} and has no `{node.field}`")
        if group.fields is None:
            return ANY
        if node.field not in group.fields:
            close = nearest(node.field, group.fields)
            raise Mismatch(f"{text_of(node.operand)} has no `{node.field}`{did_you_mean(close)}", close)
        return group.fields[node.field]

    def _loop(self, node: Loop) -> Kind:
        over = self.of(node.over)
        if over not in (ANY, LIST, GROUP):
            raise Mismatch(f"{text_of(node.over)} is {over.words}, not a list")
        outer = dict(self._scope)
        element = over.element if over == LIST and over.element else ANY
        self._scope |= {node.variable: element, node.result_name: self.of(node.start)}
        self.of(node.go_on)
        self.of(node.step)
        result = self.of(node.result)
        self._scope = outer
        return result

    def _call(self, node: Call) -> Kind:
        if node.function in _COMPARISONS:
            self._comparison(node.args[0], node.args[1])
            return BOOLEAN
        if node.function in _ARITHMETIC:
            return self._arithmetic(node)
        kinds = [self.of(arg) for arg in node.args]
        target = None if node.target is None else self.of(node.target)
        if node.function == "@in":
            self._membership(node, kinds[1])
        if node.function == "_?_:_":
            return kinds[1] if _fits(kinds[1], kinds[2]) else ANY
        if node.function == "_[_]":
            return kinds[0].element or ANY
        if target is not None and node.function in _BOOLEANS and not _fits(target, TEXT):
            raise Mismatch(f"{text_of(node.target)} is {target.words}, not a text")
        if node.function in _BOOLEANS:
            return BOOLEAN
        return FUNCTIONS.get(node.function) or _STANDARD.get(node.function, ANY)

    def _comparison(self, left: Expr, right: Expr) -> None:
        one, other = self.of(left), self.of(right)
        if _fits(one, other):
            for node, kind, beside in ((left, one, other), (right, other, one)):
                if kind == WHOLE and beside in (NUMBER, ANY) and _is_literal(node):
                    self._write_as_double(node)
            return
        if isinstance(left, Const):
            left, right, one, other = right, left, other, one
        if {one, other} == {TIME_TEXT, MOMENT}:
            name = text_of(left if one == TIME_TEXT else right)
            raise Mismatch(f"{name} is a time as it was sent; write timestamp({name}) to compare it")
        raise Mismatch(f"{text_of(left)} is {one.words} and is compared with {_article_less(other)}")

    def _membership(self, node: Call, group: Kind) -> None:
        element = self.of(node.args[0])
        if group == TEXT:
            raise Mismatch(f"{text_of(node.args[1])} is a text; write {text_of(node.args[1])}.contains(...)")
        options = node.args[1].elements if isinstance(node.args[1], ListExpr) else ()
        kinds = [self.of(option) for option in options] or [group.element or ANY]
        for kind in kinds:
            if not _fits(element, kind):
                words = _article_less(kind)
                raise Mismatch(f"{text_of(node.args[0])} is {element.words} and is compared with {words}")

    def _arithmetic(self, node: Call) -> Kind:
        kinds = [self.of(arg) for arg in node.args]
        if any(kind in (NUMBER, ANY) for kind in kinds) and WHOLE in kinds:
            for arg, kind in zip(node.args, kinds, strict=True):
                if kind == WHOLE:
                    self._write_as_double(arg)
            return NUMBER if NUMBER in kinds else ANY
        if len({kind for kind in kinds if kind not in (ANY, MOMENT, SPAN, TIME_TEXT)}) > 1:
            first = node.args[0]
            raise Mismatch(f"{text_of(first)} is {kinds[0].words} and is reckoned with {_article_less(kinds[1])}")
        if kinds == [MOMENT, MOMENT]:
            return SPAN
        return MOMENT if MOMENT in kinds else kinds[0]

    def _write_as_double(self, node: Expr) -> None:
        match node:
            case Const(value=int()) if node.at >= 0:
                self.doubles.add(node.at)
            case Call() if node.function in _ARITHMETIC:
                for arg in node.args:
                    self._write_as_double(arg)
            case _:
                name = text_of(node)
                raise Mismatch(f"{name} is a whole number; write double({name}) to reckon with it")


def _is_literal(node: Expr) -> bool:
    return isinstance(node, Const) or (
        isinstance(node, Call) and node.function in _ARITHMETIC and all(_is_literal(arg) for arg in node.args)
    )


def _const_kind(node: Const) -> Kind:
    match node.value:
        case None:
            return NOTHING
        case bool():
            return BOOLEAN
        case int():
            return WHOLE
        case float():
            return NUMBER
        case str():
            return TEXT
        case _:
            return ANY


def _fits(one: Kind, other: Kind) -> bool:
    """Whether values of the two kinds can ever be equal."""
    if one == other or ANY in (one, other) or NOTHING in (one, other):
        return True
    pair = {one.words, other.words}
    return pair in ({NUMBER.words, WHOLE.words}, {TIME_TEXT.words, TEXT.words})


def _article_less(kind: Kind) -> str:
    return kind.words.removeprefix("a ")


def text_of(node: Expr | None) -> str:
    """The expression as people write it, for sentences; long ones end in `...`."""
    match node:
        case Ident():
            return node.name
        case Select():
            return f"{text_of(node.operand)}.{node.field}"
        case Const(value=str(value)):
            return f"'{value}'"
        case Const(value=float(value)):
            return f"{value:g}"
        case Const(value=bool(value)):
            return "true" if value else "false"
        case Const(value=int(value)):
            return str(value)
        case Const(value=None):
            return "null"
        case Call() if node.function == "_[_]":
            return f"{text_of(node.args[0])}[{text_of(node.args[1])}]"
        case Call() if node.function in _OPERATORS and len(node.args) == 2:
            return f"{text_of(node.args[0])} {_OPERATORS[node.function]} {text_of(node.args[1])}"
        case Call() if node.function.isidentifier():
            start = "" if node.target is None else f"{text_of(node.target)}."
            return f"{start}{node.function}({', '.join(text_of(arg) for arg in node.args)})"
        case _:
            return "this part"
