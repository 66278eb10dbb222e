"""`@hr.review(...)`: what a function returns is judged before its caller gets it."""

from __future__ import annotations

import functools
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import (
    Any,  # Any: arguments and outputs are of the caller's own types
    ClassVar,
    Literal,
    Never,
    ParamSpec,
    Protocol,
    TypeAlias,
    TypeVar,
    Unpack,
    assert_never,
    cast,
    overload,
)

from handrail.client.encode import to_bytes
from handrail.client.errors import OutputBlocked, StillPending
from handrail.client.fields import ItemFields, OutputLike
from handrail.domain.result import Blocked, Pending, Released, Result

P = ParamSpec("P")
R = TypeVar("R", bound=OutputLike)
X_co = TypeVar("X_co", covariant=True)
Otherwise: TypeAlias = Literal["text", "raise", "result"]


class Decorator(Protocol[X_co]):
    """Keeps the arguments of a function and widens its return by what comes when the output is not released."""

    @overload
    def __call__(
        self, function: Callable[P, Coroutine[Any, Any, R]], /
    ) -> Callable[P, Coroutine[Any, Any, R | X_co]]: ...
    @overload
    def __call__(self, function: Callable[P, R], /) -> Callable[P, R | X_co]: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How a decorated function was asked to behave."""

    wait: str
    on_pending: Otherwise
    on_blocked: Otherwise
    item: ItemFields


class Reviewing(ABC):
    """The decorator, shared by both clients."""

    _decorates_blocking: ClassVar[bool]

    @abstractmethod
    def _judge(self, output: OutputLike, wait: str, item: ItemFields) -> Result: ...

    @abstractmethod
    async def _judge_async(self, output: OutputLike, wait: str, item: ItemFields) -> Result: ...

    @overload
    def review(
        self, *, wait: str = ..., on_pending: Literal["raise"], on_blocked: Literal["raise"], **item: Unpack[ItemFields]
    ) -> Decorator[Never]: ...
    @overload
    def review(
        self,
        *,
        wait: str = ...,
        on_pending: Literal["text", "raise"] = ...,
        on_blocked: Literal["text", "raise"] = ...,
        **item: Unpack[ItemFields],
    ) -> Decorator[None]: ...
    @overload
    def review(
        self,
        *,
        wait: str = ...,
        on_pending: Literal["result"],
        on_blocked: Literal["text", "raise"] = ...,
        **item: Unpack[ItemFields],
    ) -> Decorator[Pending | None]: ...
    @overload
    def review(
        self,
        *,
        wait: str = ...,
        on_pending: Literal["text", "raise"] = ...,
        on_blocked: Literal["result"],
        **item: Unpack[ItemFields],
    ) -> Decorator[Blocked | None]: ...
    @overload
    def review(
        self,
        *,
        wait: str = ...,
        on_pending: Literal["result"],
        on_blocked: Literal["result"],
        **item: Unpack[ItemFields],
    ) -> Decorator[Pending | Blocked | None]: ...
    def review(
        self,
        *,
        wait: str = "8s",
        on_pending: Otherwise = "text",
        on_blocked: Otherwise = "text",
        **item: Unpack[ItemFields],
    ) -> Decorator[Any]:
        """Judges what a function returns before its caller gets it; the arguments become the prompt.

        A function that returns text gives text, one that returns an output object (a tool call, JSON) gives such an
        object, both as they were released, with a person's edits. Otherwise, each for itself: `text` gives what may
        be shown now (draft, fallback or None; never an object), `raise` raises StillPending or OutputBlocked,
        `result` gives the Pending or Blocked.
        """
        if item.get("key") is not None:
            raise ValueError("a key belongs to one item, and a decorated function makes many; leave it out")
        settings = Settings(wait, on_pending, on_blocked, item)

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            return self._decorated(function, settings)

        return cast(Decorator[Any], decorate)

    def _decorated(self, function: Callable[..., Any], settings: Settings) -> Callable[..., Any]:
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError("an output is judged as a whole; return it instead of yielding its parts")
        signature = inspect.signature(function)

        @functools.wraps(function)
        def blocking(*args: Any, **kwargs: Any) -> Any:
            item = _with_prompt(settings.item, signature.bind(*args, **kwargs))
            output = _checked(function(*args, **kwargs))
            return _value(self._judge(output, settings.wait, item), settings, is_text=isinstance(output, str))

        @functools.wraps(function)
        async def awaiting(*args: Any, **kwargs: Any) -> Any:
            item = _with_prompt(settings.item, signature.bind(*args, **kwargs))
            output = _checked(await function(*args, **kwargs))
            result = await self._judge_async(output, settings.wait, item)
            return _value(result, settings, is_text=isinstance(output, str))

        if inspect.iscoroutinefunction(function):
            return awaiting
        if not self._decorates_blocking:
            raise TypeError("AsyncHandrail decorates async functions; take Handrail for the others")
        return blocking


def _with_prompt(item: ItemFields, bound: inspect.BoundArguments) -> ItemFields:
    if item.get("prompt") is not None or item.get("messages") is not None:
        return item
    bound.apply_defaults()
    return {**item, "prompt": prompt_of({name: one for name, one in bound.arguments.items() if _is_told(bound, name)})}


def _is_told(bound: inspect.BoundArguments, name: str) -> bool:
    """Not the object a method belongs to, nor `*args` and `**kwargs` that caught nothing."""
    catches = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    caught_nothing = bound.signature.parameters[name].kind in catches and not bound.arguments[name]
    return name not in {"self", "cls"} and not caught_nothing


def prompt_of(arguments: Mapping[str, Any]) -> str:
    """The arguments as a person reads them: a single text as it is, else a line for each.

    >>> prompt_of({"document": "Storm damage."})
    'Storm damage.'
    >>> print(prompt_of({"document": "Storm damage.", "words": 50}))
    document: Storm damage.
    words: 50
    """
    if len(arguments) == 1 and isinstance(only := next(iter(arguments.values())), str):
        return only
    return "\n".join(f"{name}: {_readable(value)}" for name, value in arguments.items())


def _readable(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return to_bytes(value).decode()
    except ValueError:
        return f"<{type(value).__name__}>"  # not its repr: clients and settings may show secrets in theirs


def _checked(output: object) -> OutputLike:
    if isinstance(output, str | Mapping):
        return output
    raise TypeError(f"a reviewed function returns text or an output object, not {type(output).__name__}")


def _value(result: Result, settings: Settings, *, is_text: bool) -> Any:
    match result:
        case Released():
            value = result.text if is_text else _released_object(result)
            if value is None and settings.on_blocked == "raise":  # recalled without a correction
                raise OutputBlocked(result)
            return value
        case Pending():
            if settings.on_pending == "raise":
                raise StillPending(result)
            return _otherwise(result, settings.on_pending, is_text=is_text)
        case Blocked():
            if settings.on_blocked == "raise":
                raise OutputBlocked(result)
            return _otherwise(result, settings.on_blocked, is_text=is_text)
        case _:
            assert_never(result)


def _released_object(result: Released) -> Mapping[str, Any] | None:
    return result.output if result.recall is None else result.recall.correction


def _otherwise(result: Pending | Blocked, what: Literal["text", "result"], *, is_text: bool) -> Any:
    if what == "result":
        return result
    return result.text if is_text else None
