"""Following a stream of events: what to ask for, how to read it, how to go on where it broke off. No sockets."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from handrail.client.errors import Unreachable
from handrail.client.exchange import Answer, Budget, Lost, Pause, Request, Retrying, refuse
from handrail.domain.event import Event, parse_event
from handrail.kit.jsons import loads

BEAT_WITHIN_S = 30.0
"""The server says something every 15 s; a line that is silent for longer, on top of the time-out, is dead."""
ENDED = "The stream ended"
_LIST = 200
_END_OF_ALL = 204  # only a twin says so: nothing more will ever come


@dataclass(frozen=True, slots=True)
class Listen:
    """Open this stream; the answer has no body when it is open."""

    request: Request


@dataclass(frozen=True, slots=True)
class NextLine:
    """The next line of the open stream, or Lost."""


Following: TypeAlias = Generator[Listen | NextLine | Request | Pause | Event, Answer | Lost | str | None, None]
_Caught: TypeAlias = Generator[Listen | NextLine | Request | Pause | Event, Answer | Lost | str | None, str | None]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the stream."""

    name: str
    data: str


@dataclass
class Reader:
    """Reads the lines of server-sent events. `last_id` is where to go on."""

    last_id: str | None = None
    _id: str | None = None
    _name: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, line: str) -> Message | None:
        """A message when this line ends one.

        >>> reader = Reader()
        >>> [reader.feed(line) for line in ("id: e1", "event: item.released", "data: {}", "")][-1]
        Message(name='item.released', data='{}')
        """
        if line:
            self._take(*_parted(line))
            return None
        self.last_id = self._id if self._id is not None else self.last_id
        name, data = self._name, self._data
        self._id, self._name, self._data = None, "", []
        return Message(name, "\n".join(data)) if data else None

    def _take(self, name: str, value: str) -> None:
        match name:
            case "id":
                self._id = value
            case "event":
                self._name = value
            case "data":
                self._data.append(value)


def _parted(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")


def follow(retrying: Retrying, types: Sequence[str], after: str | None) -> Following:
    """Events from now on, or after the one named; a connection that breaks off is opened again at the same place."""
    reader, failures, was_open = Reader(after), 0, False
    while True:
        if was_open and reader.last_id is None:  # nothing had happened yet when it was first open
            reader.last_id = yield from _catch_up(retrying, types, None)
        reply = yield Listen(_request(types, reader.last_id))
        assert isinstance(reply, Answer | Lost)
        if isinstance(reply, Answer):
            if reply.status == _END_OF_ALL:
                return
            if 200 < reply.status < 500 and reply.status != 429:
                refuse(reply, None)
        while isinstance(reply, Answer) and reply.status == 200:
            line = yield NextLine()
            if isinstance(line, Lost):
                reply = line
                break
            was_open, failures = True, 0
            message = reader.feed(str(line))
            if message is not None and message.name == "reset":
                caught = yield from _catch_up(retrying, types, None)
                reader.last_id = caught or reader.last_id
                reply = None
            elif message is not None:
                yield _event(message.data)
        if reply is not None:
            failures += 1
            if failures > retrying.retries:
                refuse(reply, None, tries=failures)
            yield Pause(retrying.back_off_s(failures - 1))


def _request(types: Sequence[str], after: str | None) -> Request:
    params = {"type": ",".join(types)} if types else {}
    if after is not None:
        params["after"] = after
    return Request("GET", "/v1/events/stream", params, {"Accept": "text/event-stream"}, wait_s=BEAT_WITHIN_S)


def _catch_up(retrying: Retrying, types: Sequence[str], after: str | None) -> _Caught:
    """Everything that is kept, from its list; the id of the last one."""
    while True:
        params = {"limit": str(_LIST)} | ({"type": ",".join(types)} if types else {})
        request = Request("GET", "/v1/events", params | ({"after": after} if after else {}))
        answer = yield from retrying.exchange(lambda request=request: request, Budget(0.0))  # type: ignore[misc]  # a default binds the loop's value
        body = answer.json
        if not isinstance(body, dict) or not isinstance(body.get("data"), list):
            raise _strange()
        for envelope in body["data"]:
            event = _parsed(envelope)
            after = event.id
            yield event
        if len(body["data"]) < _LIST:
            return after


def _event(data: str) -> Event:
    try:
        return _parsed(loads(data))
    except ValueError:
        raise _strange() from None


def _parsed(envelope: object) -> Event:
    try:
        return parse_event(envelope)
    except ValueError:
        raise _strange() from None


def _strange() -> Unreachable:
    return Unreachable("The stream has not the form of Handrail's; check the address and the versions.")
