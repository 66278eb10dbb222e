"""YAML 1.2 as a tree that remembers where everything stands.

Read from the parser's events, so that nothing is built for tags, anchors or merge keys: they are refused. Plain words
follow the core schema of YAML 1.2: `yes` and `no` are texts, `2026-12-25` is a text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from handrail.stages.routing.language.faults import Faults, Place

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12

Plain = str | int | float | bool | None

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Plain] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `text` is how it was written."""

    place: Place
    value: Plain
    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value`; `place` is that of the key."""

    place: Place
    key: str
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """A group of keys, each once."""

    place: Place
    entries: tuple[Entry, ...]


Node = Scalar | Listing | Mapping


class _Unreadable(Exception):
    """The document cannot be read beyond this place."""

    def __init__(self, place: Place, message: str, code: str = "bad_yaml") -> None:
        super().__init__(message)
        self.place, self.message, self.code = place, message, code


def read_document(text: str, faults: Faults) -> Node | None:
    """The tree of `text`; None, with a fault added, where it cannot be read."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        faults.add(Place("", 1, 1), "too_large", "a policy has at most 256 KiB")
        return None
    node, found = _read(text)
    faults.add_all(found)
    return node


@lru_cache(maxsize=8)  # the same text is read when it is tried, proposed, activated and warmed
def _read(text: str) -> tuple[Node | None, Faults]:
    faults = Faults()
    try:
        return _Builder(YAML(typ="safe", pure=True).parse(text), faults).document(), faults
    except _Unreadable as error:
        faults.add(error.place, error.code, error.message)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place("", 1, 1) if mark is None else Place("", mark.line + 1, mark.column + 1)
        faults.add(place, "bad_yaml", f"not YAML: {error.problem or error.context or 'it cannot be read'}")
    except (YAMLError, ValueError):
        faults.add(Place("", 1, 1), "bad_yaml", "not YAML: it holds a character that YAML does not allow")
    return None, faults


class _Builder:
    def __init__(self, events: Iterator[Event], faults: Faults) -> None:
        self._events = events
        self._faults = faults

    def document(self) -> Node | None:
        """The only document of the stream."""
        next(self._events)  # the start of the stream
        first = next(self._events)
        if isinstance(first, StreamEndEvent):
            return Scalar(Place("", 1, 1), None, "")
        self._refuse_directives(first)
        root = self._node(next(self._events), "", 0)
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, StreamEndEvent):
            raise _Unreadable(_place("", after), "a policy is one document; remove the second `---`")
        return root

    def _refuse_directives(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent) and (event.version is not None or event.tags):
            raise _Unreadable(Place("", 1, 1), "directives such as %YAML or %TAG are not read; remove the line")

    def _node(self, event: Event, path: str, depth: int) -> Node:
        place = _place(path, event)
        _refuse_references(event, place)
        if depth > MAX_DEPTH:
            raise _Unreadable(place, f"nested deeper than {MAX_DEPTH} levels", "too_large")
        match event:
            case ScalarEvent():
                plain = event.implicit[0] and event.style in (None, "")
                return Scalar(place, _resolve(event.value) if plain else event.value, event.value)
            case SequenceStartEvent():
                return Listing(place, tuple(self._items(path, depth)))
            case MappingStartEvent():
                return Mapping(place, tuple(self._entries(path, depth)))
            case _:
                raise _Unreadable(place, "the document ends too early")

    def _items(self, path: str, depth: int) -> Iterator[Node]:
        index = 0
        while not isinstance(event := next(self._events), SequenceEndEvent):
            yield self._node(event, f"{path}[{index}]", depth + 1)
            index += 1

    def _entries(self, path: str, depth: int) -> Iterator[Entry]:
        seen: set[str] = set()
        while not isinstance(event := next(self._events), MappingEndEvent):
            key, place = self._key(event, path)
            value = self._node(next(self._events), place.path, depth + 1)
            if key in seen:
                self._faults.add(place, "duplicate_key", "this key stands here twice; keep one of them")
                continue
            seen.add(key)
            yield Entry(place, key, value)

    def _key(self, event: Event, path: str) -> tuple[str, Place]:
        place = _place(path, event)
        _refuse_references(event, place)
        if not isinstance(event, ScalarEvent):
            raise _Unreadable(place, "a key is a plain text")
        if event.value == "<<" and event.style in (None, ""):
            raise _Unreadable(place, "merge keys are not read; write the keys out")
        return event.value, Place(child(path, event.value), place.line, place.column)


def child(path: str, key: str) -> str:
    """The dotted path of a key below `path`; keys with other signs than letters are quoted.

    >>> child("queues", "junior"), child("week", "mon-fri"), child("segments", "claims:letter")
    ('queues.junior', 'week.mon-fri', 'segments."claims:letter"')
    """
    name = key if re.fullmatch(r"[\w-]+", key) else f'"{key[:80]}"'
    return f"{path}.{name}" if path else name


def _place(path: str, event: Event) -> Place:
    mark: StringMark = event.start_mark
    return Place(path, mark.line + 1, mark.column + 1)


def _refuse_references(event: Event, place: Place) -> None:
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
        raise _Unreadable(place, "anchors and aliases are not read; write the value out")
    if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) and event.tag is not None:
        raise _Unreadable(place, "tags such as !!str are not read; remove the tag")


def _resolve(text: str) -> Plain:
    """The value of a plain word in the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.match(text):
        return int(text)
    if _FRACTION.match(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text
