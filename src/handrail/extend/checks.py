"""How a newcomer adds a check: one file with one decorated function; the conformance tests run on it by themselves.

    @check("contains_link", version="1")
    def contains_link(item: Item) -> Score:
        \"\"\"Fails when the output holds a web link.\"\"\"
        ...

A check is pure: it reads the item and its options, never a clock, a file, the network or chance. With options:

    class LengthOptions(CheckOptions):
        most: int = 20_000

    @check("length", version="1", options=LengthOptions)
    def length(item: Item, options: LengthOptions) -> Score: ...
"""

from __future__ import annotations

import importlib.util
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from handrail.domain.item import Item
from handrail.domain.score import Score, ScoreKind, ScoreResult
from handrail.kit.ids import is_slug

Then = Literal["review", "block", "repair", "note"]

MOST_FINDINGS = 1_000
_NEEDS_REASON = frozenset({ScoreResult.FAIL, ScoreResult.FLAG, ScoreResult.SKIPPED})


class CheckOptions(BaseModel):
    """Options of a check as the policy writes them. Unknown ones are refused; costly preparation belongs into a
    `functools.cached_property`, so that it is done once for each policy version.

    `examples` are options that make sense: the conformance tests run with each of them, the manual shows them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({},)  # Any: options are JSON of the check's own shape


class CheckFunction(Protocol):
    """What runs: an item and the options in, a score out."""

    def __call__(self, item: Item, options: Any, /) -> Score: ...  # Any: each check has its own options type


@dataclass(frozen=True, slots=True)
class CheckPlugin:
    """A check as it is registered: what it is called, its version, the type of its options, what it promises."""

    name: str
    version: str
    options: type[CheckOptions]
    run: CheckFunction
    promise: str  # the docstring without its examples, shown to people
    slow: bool = False  # asks something outside this process: runs in a thread of its own under `within_ms`
    within_ms: int = 1_000

    def bind(self, options: Mapping[str, Any] | None = None) -> BoundCheck:
        """The check with the options of a policy. Raises pydantic.ValidationError for options it does not take."""
        return BoundCheck(self, self.options.model_validate(dict(options or {})))


@dataclass(frozen=True, slots=True)
class BoundCheck:
    """A check ready to run."""

    plugin: CheckPlugin
    options: CheckOptions

    @property
    def name(self) -> str:
        return self.plugin.name

    def __call__(self, item: Item) -> Score:
        """The score, filled in with name, version and duration. A check that raises is `errored`, never passed."""
        start = perf_counter()
        try:
            score = _sound(self.plugin.run(item, self.options))
        except Exception as error:  # noqa: BLE001  # a plugin may raise anything; what did not run is a routing reason
            score = Score(None, ScoreResult.ERRORED, f"{type(error).__name__} inside the check")
        took = round((perf_counter() - start) * 1000, 3)
        return self._named(score, took)

    def did_not_run(self, result: ScoreResult, reason: str, duration_ms: float = 0.0) -> Score:
        """The score of this check where the frame could not let it run."""
        return self._named(Score(None, result, reason), duration_ms)

    def _named(self, score: Score, duration_ms: float) -> Score:
        return Score(
            score.value,
            score.result,
            score.reason,
            score.findings,
            score.label,
            self.plugin.name,
            ScoreKind.CHECK,
            self.plugin.version,
            duration_ms,
        )


def _sound(score: object) -> Score:
    """The score as it may be stored. Raises TypeError and ValueError for what a check must not return."""
    if not isinstance(score, Score):
        raise TypeError("a check returns a Score")
    if score.value is not None and not (math.isfinite(score.value) and 0.0 <= score.value <= 1.0):
        raise ValueError("a value is a number from 0 to 1, or None")
    if score.result in _NEEDS_REASON and not score.reason:
        raise ValueError("a fail, a flag and a skip say why")
    if len(score.findings) > MOST_FINDINGS:
        reason = f"{score.reason} The first {MOST_FINDINGS:,} of {len(score.findings):,} places are shown."
        return replace(score, reason=reason, findings=score.findings[:MOST_FINDINGS])
    return score


F = TypeVar("F", bound=Callable[..., Score])


def check(
    name: str, *, version: str, options: type[CheckOptions] = CheckOptions, slow: bool = False, within_ms: int = 1_000
) -> Callable[[F], F]:
    """Marks a function as a check. Functions without a second parameter take no options.

    Raises ValueError for a name that is no slug, an empty version, or a function without a docstring.
    """

    def mark(function: F) -> F:
        promise = " ".join((function.__doc__ or "").partition(">>>")[0].split())
        if not is_slug(name):
            raise ValueError(f"{name!r} cannot name a check: write lower-case letters, digits, _ . and -")
        if not version or not promise:
            raise ValueError(f"the check {name!r} needs a version and a docstring that says what it promises")
        takes_options = len(inspect.signature(function).parameters) == 2
        run: CheckFunction = function if takes_options else (lambda item, _options: function(item))
        plugin = CheckPlugin(name, version, options, run, promise, slow, within_ms)
        function.plugin = plugin  # type: ignore[attr-defined]  # functions carry attributes; mypy does not follow
        return function

    return mark


class CheckRegistry:
    """All checks this server knows, by name. Built-in ones come through the same door as everyone's."""

    def __init__(self, modules: Iterable[ModuleType] = ()) -> None:
        self._plugins: dict[str, CheckPlugin] = {}
        for module in modules:
            self.add_module(module)

    def add_module(self, module: ModuleType) -> None:
        """Registers each decorated function of a module. Raises ValueError for a name taken twice."""
        for thing in list(vars(module).values()):
            plugin = getattr(thing, "plugin", None)
            if isinstance(plugin, CheckPlugin) and thing.__module__ == module.__name__:
                if plugin.name in self._plugins:
                    raise ValueError(f"two checks are called {plugin.name!r}")
                self._plugins[plugin.name] = plugin

    def add_file(self, path: Path) -> None:
        """Registers the checks of one Python file. Raises ValueError where it holds none, or a name taken twice."""
        spec = importlib.util.spec_from_file_location(f"handrail_checks_{path.stem}", path)
        if spec is None or spec.loader is None:
            raise ValueError(f"{path} is not a Python file")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        before = len(self._plugins)
        self.add_module(module)
        if len(self._plugins) == before:
            raise ValueError(f"{path} holds no function marked with @check")

    def get(self, name: str) -> CheckPlugin | None:
        return self._plugins.get(name)

    def names(self) -> list[str]:
        return sorted(self._plugins)

    def all(self) -> list[CheckPlugin]:
        return [self._plugins[name] for name in self.names()]
