"""All differences between two policies, in the order of the language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # Any: plain JSON

from handrail.extend.checks import CheckRegistry
from handrail.stages.routing.comparing.bands import band_changes
from handrail.stages.routing.comparing.effects import DEFAULTS, work_of
from handrail.stages.routing.comparing.readings import reading
from handrail.stages.routing.comparing.words import Asked, Change, Release
from handrail.stages.routing.language import Policy, load
from handrail.stages.routing.language.document import child

Json = Mapping[str, Any]
_NEITHER = Release.NEITHER
_SAME = "Nothing changes: it says what held without it."


def compare(before: str, after: str, checks: CheckRegistry) -> tuple[Change, ...]:
    """What differs in meaning, key by key. Raises BadPolicy where one of the two is not valid.

    >>> [one.effect for one in compare("{policy: 1}", "{policy: 1, not_run: ignore}", CheckRegistry())]
    ['A check that broke off or ran out of time no longer sends the output to a person.']
    """
    old, new = load(before, checks), load(after, checks)
    return tuple(_Pair(reading(before), reading(after), old, new).changes())


@dataclass(frozen=True, slots=True)
class _Pair:
    was: Json
    comes: Json
    old: Policy
    new: Policy

    def changes(self) -> Iterator[Change]:
        yield from self._key("error_from", "error_from", "", self.was, self.comes)
        yield from self._entries("metadata", ("type", "required", "unit", "filter"))
        yield from self._entries("categories", ("severity", "tolerate"))
        yield from self._checks()
        yield from self._triggers("block", ("when", "category"))
        yield from self._triggers(
            "review", ("when", "high_stakes", "queue", "requires", "priority", "deadline", "pending")
        )
        yield from self._key("not_run", "not_run", "", self.was, self.comes)
        yield from self._bands()
        yield from self._autonomy()
        yield from self._entries("hours", ("zone", "week", "holidays"))
        yield from self._queues()
        yield from self._group("pending", ("show", "label"))
        yield from self._key("fallback", "fallback", "", self.was, self.comes)
        yield from self._group("audit", ("share", "least", "uniform", "queue"))

    # one key

    def _key(
        self, pattern: str, path: str, name: str, was: Json, comes: Json, key: str | None = None
    ) -> Iterator[Change]:
        key = pattern.rpartition(".")[2] if key is None else key
        before, after = was.get(key), comes.get(key)
        if before == after:
            return
        default = DEFAULTS.get(pattern)
        meant = (default if before is None else before, default if after is None else after)
        if meant[0] == meant[1]:
            yield Change(path, before, after, _SAME, release=_NEITHER)
            return
        yield self._told(pattern, path, name, before, after, *meant)

    def _told(
        self, pattern: str, path: str, name: str, before: Any, after: Any, meant: Any = None, means: Any = None
    ) -> Change:
        effect = work_of(pattern)(Asked(name, meant, means, self.old, self.new))
        return Change(path, before, after, effect.sentence, effect.release)

    def _group(self, group: str, keys: Sequence[str]) -> Iterator[Change]:
        was, comes = self.was.get(group) or {}, self.comes.get(group) or {}
        for key in keys:
            yield from self._key(f"{group}.{key}", f"{group}.{key}", "", was, comes)

    # names the author chose

    def _entries(self, group: str, keys: Sequence[str]) -> Iterator[Change]:
        was, comes = self.was.get(group) or {}, self.comes.get(group) or {}
        for name in _all(was, comes):
            path = child(group, name)
            if name not in was or name not in comes:
                yield self._came_or_went(f"{group}.*", path, name, was.get(name), comes.get(name))
                continue
            for key in keys:
                yield from self._key(f"{group}.*.{key}", f"{path}.{key}", name, was[name] or {}, comes[name] or {})

    def _came_or_went(self, pattern: str, path: str, name: str, before: Any, after: Any) -> Change:
        mark = "+" if before is None else "-"
        return self._told(pattern + mark, path, name, before, after, before, after)

    def _checks(self) -> Iterator[Change]:
        was, comes = self.was.get("checks") or {}, self.comes.get("checks") or {}
        for name in _all(was, comes):
            path = child("checks", name)
            if name not in was or name not in comes:
                yield self._came_or_went("checks.*", path, name, was.get(name), comes.get(name))
                continue
            for key in _all(was[name], comes[name]):
                pattern = "checks.*.then" if key == "then" else "checks.*.*"
                yield from self._key(pattern, child(path, key), name, was[name], comes[name], key)

    def _queues(self) -> Iterator[Change]:
        keys = (
            "kind", "level", "skills", "languages", "priority", "deadline", "hours", "warn", "fast_track",
            "at_breach", "requires", "reason", "lease", "undo", "hide_scores", "least_time",
        )  # fmt: skip
        yield from self._entries("queues", keys)
        was, comes = self.old.lowest_queue, self.new.lowest_queue
        if was != comes:
            sentence = f"What nothing sends elsewhere goes to {comes} instead of {was}."
            yield Change("queues", was, comes, sentence, _NEITHER)

    # lists

    def _triggers(self, group: str, keys: Sequence[str]) -> Iterator[Change]:
        was: list[Json] = list(self.was.get(group) or [])
        comes: list[Json] = list(self.comes.get(group) or [])
        pairs = _paired(was, comes)
        for before, after in pairs:
            place = comes.index(after) if after is not None else was.index(before or {})
            path, pattern = f"{group}[{place}]", f"{group}[]"
            name = str((after or before or {})["name"])
            if before is None or after is None:
                when = [None if one is None else one["when"] for one in (before, after)]
                yield self._told(pattern + ("+" if before is None else "-"), path, name, before, after, *when)
                continue
            for key in ("name", *keys):
                yield from self._key(f"{pattern}.{key}", f"{path}.{key}", name, before, after)
        kept = [(before["name"], after["name"]) for before, after in pairs if before is not None and after is not None]
        order = sorted(kept, key=lambda names: next(at for at, one in enumerate(was) if one["name"] == names[0]))
        if order != sorted(kept, key=lambda names: next(at for at, one in enumerate(comes) if one["name"] == names[1])):
            names = [[one["name"] for one in side] for side in (was, comes)]
            yield self._told(f"{group}[]order", group, "", names[0], names[1], names[0], names[1])

    def _bands(self) -> Iterator[Change]:
        was, comes = self.was.get("bands") or {}, self.comes.get("bands") or {}
        number = [bands.on.source.strip() if bands is not None else None for bands in (self.old.bands, self.new.bands)]
        if None not in number and number[0] != number[1]:
            yield from self._key("bands.on", "bands.on", "", was, comes)
            if was.get("rows") != comes.get("rows"):
                rows = was.get("rows"), comes.get("rows")
                yield self._told("bands.rows", "bands.rows", "", *rows, *rows)
            return
        if None in number and number != [None, None]:
            yield from band_changes(self.old, self.new, was.get("rows"), comes.get("rows"))
            return
        if self.old.bands is not None:
            yield from band_changes(self.old, self.new, was.get("rows"), comes.get("rows"))
            if was.get("on") != comes.get("on"):
                yield Change("bands.on", was.get("on"), comes.get("on"), _SAME, _NEITHER)

    def _autonomy(self) -> Iterator[Change]:
        was, comes = self.was.get("autonomy") or {}, self.comes.get("autonomy") or {}
        old, new = was.get("segments") or {}, comes.get("segments") or {}
        for name in _all(old, new):
            if old.get(name) != new.get(name):
                path = child("autonomy.segments", name)
                yield self._told("autonomy.segments", path, name, old.get(name), new.get(name))
        capped = set(was.get("capped") or ()), set(comes.get("capped") or ())
        for name in sorted(capped[0] ^ capped[1]):
            has = name in capped[1]
            values = (None if has else name, name if has else None)
            yield self._told("autonomy.capped", "autonomy.capped", name, *values, meant=not has, means=has)


def _all(was: Json, comes: Json) -> list[str]:
    """The names of both, those of the new first and in its order."""
    return list(dict.fromkeys([*comes, *was]))


def _paired(was: list[Json], comes: list[Json]) -> list[tuple[Json | None, Json | None]]:
    """Which trigger became which: by name, else by the same content under another name."""
    left = {one["name"]: one for one in was}
    pairs: list[tuple[Json | None, Json | None]] = [(left.pop(one["name"], None), one) for one in comes]
    for place, (before, after) in enumerate(pairs):
        if before is None and after is not None:
            same = next((one for one in left.values() if _content(one) == _content(after)), None)
            if same is not None:
                pairs[place] = (left.pop(same["name"]), after)
    return [*pairs, *((one, None) for one in left.values())]


def _content(trigger: Json) -> Json:
    return {key: value for key, value in trigger.items() if key != "name"}
