"""The tree of a CEL expression.

The library hands out its tree only as serialized `cel.expr.ParsedExpr` (github.com/google/cel-spec, syntax.proto). Its
few messages are read here directly: the wire format is fixed by protobuf, and a whole protobuf runtime for one tree
would be the larger dependency.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

Literal = str | int | float | bool | bytes | None


@dataclass(frozen=True, slots=True)
class Const:
    """A literal."""

    at: int  # where it stands in the source, in characters; -1 where the library does not say
    value: Literal


@dataclass(frozen=True, slots=True)
class Ident:
    """A variable."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """`operand.field`; with `test` it is `has(operand.field)`."""

    at: int
    operand: Expr
    field: str
    test: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A function, member function (`target` set) or operator (such as `_&&_`)."""

    at: int
    function: str
    target: Expr | None
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class ListExpr:
    """A list, written out."""

    at: int
    elements: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class MapExpr:
    """A map, written out."""

    at: int
    entries: tuple[tuple[Expr, Expr], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """What `all`, `exists`, `map` and `filter` become."""

    at: int
    variable: str
    over: Expr
    result_name: str
    start: Expr
    go_on: Expr
    step: Expr
    result: Expr


Expr = Const | Ident | Select | Call | ListExpr | MapExpr | Loop


def tree_of(serialized: bytes) -> Expr:
    """The tree inside a serialized ParsedExpr (wrapped in Any, as the library gives it)."""
    parsed = _last(_fields(serialized), 2)
    fields = list(_fields(parsed))
    source = list(_fields(_last(fields, 3)))
    offsets: dict[int, int] = {}
    for number, value in source:
        if number == 4:
            pair = dict(_fields(_bytes(value)))
            offsets[_int(pair.get(1, 0))] = _int(pair.get(2, 0))
    return _Reader(offsets).expr(_last(fields, 2))


def parts(node: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside `node`."""
    match node:
        case Const() | Ident():
            return ()
        case Select():
            return (node.operand,)
        case Call():
            return node.args if node.target is None else (node.target, *node.args)
        case ListExpr():
            return node.elements
        case MapExpr():
            return tuple(part for entry in node.entries for part in entry)
        case Loop():
            return (node.over, node.start, node.go_on, node.step, node.result)


def walk(node: Expr) -> Iterator[Expr]:
    """`node` and everything inside it."""
    yield node
    for part in parts(node):
        yield from walk(part)


_Wire = int | bytes


def _fields(data: bytes) -> Iterator[tuple[int, _Wire]]:
    """Number and raw value of each field of a message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        match key & 7:
            case 0:
                value, at = _varint(data, at)
                yield key >> 3, value
            case 1:
                yield key >> 3, data[at : at + 8]
                at += 8
            case 2:
                size, at = _varint(data, at)
                yield key >> 3, data[at : at + size]
                at += size
            case other:
                raise ValueError(f"wire type {other} in an expression tree")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _last(fields: Iterator[tuple[int, _Wire]] | list[tuple[int, _Wire]], number: int) -> bytes:
    found = b""
    for field, value in fields:
        if field == number:
            found = _bytes(value)
    return found


def _bytes(value: _Wire) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("a message was expected in the expression tree")
    return value


def _int(value: _Wire) -> int:
    if not isinstance(value, int):
        raise ValueError("a number was expected in the expression tree")
    return value


class _Reader:
    def __init__(self, offsets: dict[int, int]) -> None:
        self._offsets = offsets

    def expr(self, data: bytes) -> Expr:
        fields = dict(_fields(data))
        at = self._offsets.get(_int(fields.pop(2, 0)), -1)
        [(kind, raw)] = fields.items()
        inner = _bytes(raw)
        match kind:
            case 3:
                return Const(at, _literal(inner))
            case 4:
                return Ident(at, _last(_fields(inner), 1).decode())
            case 5:
                return self._select(at, inner)
            case 6:
                return self._call(at, inner)
            case 7:
                return ListExpr(at, tuple(self.expr(_bytes(v)) for number, v in _fields(inner) if number == 1))
            case 8:
                return self._map(at, inner)
            case 9:
                return self._loop(at, inner)
            case other:
                raise ValueError(f"unknown node {other} in an expression tree")

    def _select(self, at: int, data: bytes) -> Select:
        fields = dict(_fields(data))
        operand = self.expr(_bytes(fields[1]))
        return Select(at, operand, _bytes(fields[2]).decode(), bool(fields.get(3, 0)))

    def _call(self, at: int, data: bytes) -> Call:
        fields = list(_fields(data))
        target = _last(fields, 1)
        args = tuple(self.expr(_bytes(value)) for number, value in fields if number == 3)
        return Call(at, _last(fields, 2).decode(), self.expr(target) if target else None, args)

    def _map(self, at: int, data: bytes) -> MapExpr:
        entries = []
        for number, value in _fields(data):
            if number == 2:
                entry = dict(_fields(_bytes(value)))
                key = self.expr(_bytes(entry[3])) if 3 in entry else Const(-1, _bytes(entry[2]).decode())
                entries.append((key, self.expr(_bytes(entry[4]))))
        return MapExpr(at, tuple(entries))

    def _loop(self, at: int, data: bytes) -> Loop:
        fields = {number: _bytes(value) for number, value in _fields(data)}
        over, start, go_on, step, result = (self.expr(fields[number]) for number in (2, 4, 5, 6, 7))
        return Loop(at, fields[1].decode(), over, fields[3].decode(), start, go_on, step, result)


def _literal(data: bytes) -> Literal:
    fields = list(_fields(data))
    if not fields:
        return None
    number, value = fields[-1]
    match number:
        case 1:
            return None
        case 2:
            return bool(value)
        case 3:
            whole = _int(value)
            return whole - (1 << 64) if whole >= 1 << 63 else whole
        case 4:
            return _int(value)
        case 5:
            return float(struct.unpack("<d", _bytes(value))[0])
        case 6:
            return _bytes(value).decode()
        case _:
            return _bytes(value)
