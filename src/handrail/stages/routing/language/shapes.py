"""The building blocks of the language. A shape reads a node into a value, and says the same as a JSON Schema.

One description serves the reader, the errors and the editors, so they cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar  # Any: JSON Schema and options of plugins are plain JSON

from handrail.kit.durations import parse_duration
from handrail.kit.ids import is_slug
from handrail.stages.routing.language import document
from handrail.stages.routing.language.document import Listing, Node, Scalar, child
from handrail.stages.routing.language.faults import Faults, Place
from handrail.stages.routing.suggestions import did_you_mean, nearest

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
E = TypeVar("E", bound=StrEnum)
Json = dict[str, Any]

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s?%\Z")


class Shape(Protocol[T_co]):
    """Reads one kind of node."""

    def read(self, node: Node, faults: Faults) -> T_co | None:
        """The value, or None with a fault added."""

    def schema(self) -> Json:
        """What `read` takes, as JSON Schema 2020-12."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A value and where it was written, for errors that show only once everything is read."""

    value: T
    place: Place


def wrong(node: Node, faults: Faults, wanted: str) -> None:
    """Says that something else was expected here."""
    faults.add(node.place, "bad_type", f"{wanted}, not {_written(node)}")


def _written(node: Node) -> str:
    match node:
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool()):
            return "true" if node.value else "false"
        case Scalar(value=str()):
            return f'the text "{node.text[:60]}"'
        case Scalar():
            return f"the number {node.text[:60]}"
        case Listing():
            return "a list"
        case _:
            return "a group of keys"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most `most` characters."""

    most: int = 200
    slug: bool = False

    def read(self, node: Node, faults: Faults) -> str | None:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            wrong(node, faults, "write a text")
            return None
        if len(node.value) > self.most:
            faults.add(node.place, "too_large", f"a text of at most {self.most:,} characters")
            return None
        if self.slug and not is_slug(node.value):
            wrong(node, faults, "write a name of small letters, digits, `_`, `.` or `-`")
            return None
        return node.value

    def schema(self) -> Json:
        return {"type": "string", "maxLength": self.most} | ({"pattern": SLUG} if self.slug else {})


SLUG = "^[a-z0-9][a-z0-9_.-]{0,63}$"
NAME = Text(64, slug=True)


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number in [least, most]."""

    least: float
    most: float

    def read(self, node: Node, faults: Faults) -> float | None:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            wrong(node, faults, "write a number")
            return None
        if not self.least <= value <= self.most:
            wrong(node, faults, f"write a number from {self.least:g} to {self.most:g}")
            return None
        return float(value)

    def schema(self) -> Json:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the whole: `5%`, or a number from 0 to 1."""

    def read(self, node: Node, faults: Faults) -> float | None:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str) and (match := _SHARE.match(value)):
            value = float(match[1]) / 100
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            wrong(node, faults, "write a share such as 5% or 0.05")
            return None
        return float(value)

    def schema(self) -> Json:
        return {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": "%$"}]}


@dataclass(frozen=True, slots=True)
class Span:
    """A duration; `zero` says whether it may be none at all."""

    zero: bool = False
    most: timedelta = timedelta(days=3650)

    def read(self, node: Node, faults: Faults) -> timedelta | None:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            wrong(node, faults, "write a duration such as 500ms, 8s, 15m, 4h or 2d")
            return None
        try:
            span = parse_duration(node.value)
        except (ValueError, OverflowError):
            wrong(node, faults, "write a duration such as 500ms, 8s, 15m, 4h or 2d")
            return None
        if span > self.most or (not self.zero and not span):
            faults.add(node.place, "bad_type", "a duration above zero and of at most ten years")
            return None
        return span

    def schema(self) -> Json:
        return {"type": "string", "pattern": "^[0-9]{1,9}(ms|s|m|h|d)$"}


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def read(self, node: Node, faults: Faults) -> bool | None:
        if not isinstance(node, Scalar) or not isinstance(node.value, bool):
            wrong(node, faults, "write true or false")
            return None
        return node.value

    def schema(self) -> Json:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class OneOf(Generic[E]):
    """One word of a closed list; `later` are words of the language that this version does not read."""

    words: type[E]
    later: frozenset[str] = frozenset()

    def read(self, node: Node, faults: Faults) -> E | None:
        known = [word.value for word in self.words]
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            wrong(node, faults, f"write one of {', '.join(known)}")
            return None
        if node.value in self.later:
            not_yet(node.place, faults, node.value)
            return None
        if node.value not in known:
            close = nearest(node.value, known)
            sentence = f'one of {", ".join(known)}, not "{node.value[:60]}"{did_you_mean(close)}'
            faults.add(node.place, "bad_type", sentence, close)
            return None
        return self.words(node.value)

    def schema(self) -> Json:
        return {"enum": [word.value for word in self.words]}


@dataclass(frozen=True, slots=True)
class At(Generic[T]):
    """Whatever `inner` reads, together with its place."""

    inner: Shape[T]

    def read(self, node: Node, faults: Faults) -> Placed[T] | None:
        value = self.inner.read(node, faults)
        return None if value is None else Placed(value, node.place)

    def schema(self) -> Json:
        return self.inner.schema()


@dataclass(frozen=True, slots=True)
class ListOf(Generic[T]):
    """A list of at most `most`; what cannot be read is left out, with its fault added."""

    inner: Shape[T]
    most: int = 200

    def read(self, node: Node, faults: Faults) -> tuple[T, ...] | None:
        if not isinstance(node, Listing):
            wrong(node, faults, "write a list")
            return None
        if len(node.items) > self.most:
            faults.add(node.place, "too_large", f"at most {self.most} entries")
            return None
        read = (self.inner.read(item, faults) for item in node.items)
        return tuple(value for value in read if value is not None)

    def schema(self) -> Json:
        return {"type": "array", "items": self.inner.schema(), "maxItems": self.most}


@dataclass(frozen=True, slots=True)
class MapOf(Generic[T]):
    """Names chosen by the author, each with a value of the same shape."""

    inner: Shape[T]
    key: re.Pattern[str] = re.compile(SLUG)
    key_words: str = "a name of small letters, digits, `_`, `.` or `-`"
    most: int = 200

    def read(self, node: Node, faults: Faults) -> dict[str, Placed[T]] | None:
        if not isinstance(node, document.Mapping):
            wrong(node, faults, "write names, each with its value")
            return None
        if len(node.entries) > self.most:
            faults.add(node.place, "too_large", f"at most {self.most} entries")
            return None
        found: dict[str, Placed[T]] = {}
        for entry in node.entries:
            if not self.key.search(entry.key):
                faults.add(entry.place, "bad_type", f"write {self.key_words}")
                continue
            value = self.inner.read(entry.value, faults)
            if value is not None:
                found[entry.key] = Placed(value, entry.place)
        return found

    def schema(self) -> Json:
        pattern = self.key.pattern.replace("\\Z", "$")
        inner = self.inner.schema()
        return {"type": "object", "patternProperties": {pattern: inner}, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Values:
    """What a record held: the value and the place of each key that was written and could be read."""

    place: Place
    read: Mapping[str, Any]  # Any: each key has the type of its own shape
    nodes: Mapping[str, Node]

    def get(self, key: str, default: Any = None) -> Any:
        return self.read.get(key, default)

    def at(self, key: str) -> Place:
        """Where the value of `key` stands; the record itself where it is missing."""
        return self.nodes[key].place if key in self.nodes else self.place

    def has(self, key: str) -> bool:
        """Whether the key was written, read or not."""
        return key in self.nodes


def not_yet(place: Place, faults: Faults, word: str) -> None:
    """Refuses a word of the language that this version does not know to obey."""
    faults.add(place, "not_yet", f"This version of Handrail does not read `{word}` yet.")


@dataclass(frozen=True, slots=True)
class Record:
    """Fixed keys, each with its shape. Keys of the language in `later` are refused by name."""

    fields: Mapping[str, Shape[Any]]
    required: tuple[str, ...] = ()
    later: frozenset[str] = frozenset()
    what: str = "write keys with their values"

    def read(self, node: Node, faults: Faults) -> Values | None:
        if not isinstance(node, document.Mapping):
            wrong(node, faults, self.what)
            return None
        values: dict[str, Any] = {}
        nodes: dict[str, Node] = {}
        for entry in node.entries:
            shape = self.fields.get(entry.key)
            if shape is None:
                self._unknown(entry, faults)
                continue
            nodes[entry.key] = entry.value
            value = shape.read(entry.value, faults)
            if value is not None:
                values[entry.key] = value
        for key in self.required:
            if key not in nodes:
                missing = replace(node.place, path=child(node.place.path, key))
                faults.add(missing, "missing_key", f"`{key}` is missing here")
        return Values(node.place, values, nodes)

    def _unknown(self, entry: document.Entry, faults: Faults) -> None:
        if entry.key in self.later:
            not_yet(entry.place, faults, entry.key)
            return
        close = nearest(entry.key, self.fields)
        faults.add(entry.place, "unknown_key", f"unknown key{did_you_mean(close)}", close)

    def schema(self) -> Json:
        properties = {key: shape.schema() for key, shape in self.fields.items()}
        needed = {"required": list(self.required)} if self.required else {}
        return {"type": "object", "properties": properties, "additionalProperties": False} | needed


@dataclass(frozen=True, slots=True)
class Either(Generic[T]):
    """One of two shapes, told apart by how the node is written."""

    scalar: Shape[T]
    group: Shape[T]

    def read(self, node: Node, faults: Faults) -> T | None:
        return (self.scalar if isinstance(node, Scalar) else self.group).read(node, faults)

    def schema(self) -> Json:
        return {"anyOf": [self.scalar.schema(), self.group.schema()]}


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A shape made of a function, for what is written in its own way."""

    function: Callable[[Node, Faults], T | None]
    described: Json = field(default_factory=dict)

    def read(self, node: Node, faults: Faults) -> T | None:
        return self.function(node, faults)

    def schema(self) -> Json:
        return dict(self.described)
