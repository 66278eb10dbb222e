"""Keeps words and facets of items up to date: it follows the numbered events, a moment after each transition.

Admission pays nothing for it. What is cut and folded is prepared outside the transaction that stores it, so that on
SQLite no other writer waits for that. Everything can be made anew from the items, and running twice equals once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handrail.stages.exploring.desk import Policies
from handrail.stages.exploring.queries import filling, words
from handrail.stages.exploring.queries.filling import Facets, Material
from handrail.stages.exploring.queries.words import Words
from handrail.stages.exploring.rules.facets import facets_of
from handrail.stages.exploring.rules.words import indexed, searched_fields
from handrail.storage import Session, Store
from handrail.storage.session import Dialect

AT_ONCE = 40
"""Items in one transaction: few, so that others wait only for milliseconds."""
MOST_CHARACTERS = 4_000_000
EVENTS = "events"
CHANGES = frozenset(
    {"item.received", "item.released", "item.blocked", "item.audited", "item.recalled", "item.reopened", "item.erased"}
)
"""Events after which an item may be found by something else."""
NEW_WORDS = frozenset({"item.recalled", "item.erased"})


@dataclass(slots=True)
class _Step:
    """What one turn stores: items, and the mark that moves."""

    mark: str
    was: str | None
    becomes: str
    item_ids: Sequence[str]
    afresh: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What one item is found by; `facets` None: its content is gone, and so is what it was found by."""

    item_id: str
    words: Words | None  # None: as they are
    facets: Facets | None


@dataclass
class Filler:
    """Run again and again by the worker."""

    store: Store
    policies: Policies
    _keys: dict[tuple[str, int], Mapping[str, str]] = field(default_factory=dict)

    def turn(self) -> int:
        """Takes the next step; how many items were looked at, 0 if there is nothing to do."""
        step = self.store.read(self._next)
        if step is None:
            return 0
        ready = self.store.read(lambda session: self._prepare(session, step))
        return max(1, len(step.item_ids)) if self.store.write(lambda session: _write(session, step, ready)) else 0

    def _next(self, session: Session) -> _Step | None:
        marks = filling.marks(session)
        return self._followed(session, marks) or self._walked(session, marks)

    def _followed(self, session: Session, marks: Mapping[str, str]) -> _Step | None:
        """The next events; the first time of all, from here on, because the walks see to what was before."""
        was, last = marks.get(EVENTS), filling.last_event(session)
        if was is None:
            return _Step(EVENTS, None, str(last), [])
        if last <= int(was):
            return None
        found = filling.events_after(session, int(was), 8 * AT_ONCE)
        ids: dict[str, None] = {}
        afresh: set[str] = set()
        becomes = int(was)
        for number, kind, subject in found:
            if kind in CHANGES:
                if subject not in ids and len(ids) == AT_ONCE:
                    break
                ids[subject] = None
                if kind in NEW_WORDS:
                    afresh.add(subject)
            becomes = number
        return _Step(EVENTS, was, str(becomes), list(ids), frozenset(afresh))

    def _walked(self, session: Session, marks: Mapping[str, str]) -> _Step | None:
        """The next items of a project whose policy lets other metadata be searched by than before."""
        for project_id, version in filling.policy_versions(session).items():
            name = f"keys:{project_id}"
            walk = filling.read_walk(marks.get(name))
            if walk["done"] and walk["version"] == version:
                continue
            keys = dict(self._keys_of(session, project_id, version))
            if walk["keys"] != keys:
                walk |= {"keys": keys, "after": "", "done": False}
            walk["version"] = version
            ids = [] if walk["done"] else filling.items_after(session, project_id, walk["after"], AT_ONCE)
            walk |= {"after": ids[-1] if ids else walk["after"], "done": len(ids) < AT_ONCE}
            return _Step(name, marks.get(name), filling.write_walk(walk), ids)
        return None

    def _keys_of(self, session: Session, project_id: str, version: int) -> Mapping[str, str]:
        known = self._keys.get((project_id, version))
        if known is None:
            if len(self._keys) > 1_000:
                self._keys.clear()
            known = self._keys[project_id, version] = self.policies.filterable(session, project_id)
        return known

    def _prepare(self, session: Session, step: _Step) -> list[_Prepared]:
        ready: list[_Prepared] = []
        versions = filling.policy_versions(session)
        for part in _parts(step.item_ids, filling.sizes(session, step.item_ids)):
            for item in filling.material(session, part):
                keys = self._keys_of(session, item.project_id, versions[item.project_id])
                ready.append(_prepared(session.dialect, item, keys, afresh=item.id in step.afresh))
        return ready


def _parts(ids: Sequence[str], sizes: Mapping[str, int]) -> list[list[str]]:
    """The items in parts whose bodies fit into the memory together."""
    parts: list[list[str]] = [[]]
    size = 0
    for id in ids:
        size += sizes.get(id, 0)
        if size > MOST_CHARACTERS and parts[-1]:
            parts.append([])
            size = sizes.get(id, 0)
        parts[-1].append(id)
    return [part for part in parts if part]


def _prepared(dialect: Dialect, item: Material, keys: Mapping[str, str], *, afresh: bool) -> _Prepared:
    if item.body is None:
        return _Prepared(item.id, None, None)
    made = None
    if afresh or item.is_edited or not item.has_words:
        found = indexed(searched_fields(item.body, item.corrections))
        made = Words.made(dialect, item.project_id, item.id, item.received_ms, found)
    pairs = facets_of(item.body, keys, categories=item.categories, is_error=item.is_error, audited=item.audited)
    return _Prepared(item.id, made, Facets(item.project_id, item.id, item.received_ms, pairs))


def _write(session: Session, step: _Step, ready: Sequence[_Prepared]) -> bool:
    """Stores what was prepared; False if another process was faster, or is at it."""
    if not filling.alone(session) or not filling.is_at(session, step.mark, step.was):
        return False
    if ready:
        _store(session, ready)
    filling.set_mark(session, step.mark, step.becomes)
    return True


def _store(session: Session, ready: Sequence[_Prepared]) -> None:
    there = filling.not_erased(session, [one.item_id for one in ready])
    kept = [one for one in ready if one.facets is not None and one.item_id in there]
    forget(session, [one.item_id for one in ready if one.facets is None or one.item_id not in there])
    words.store(session, [one.words for one in kept if one.words is not None])
    filling.store_facets(session, [one.facets for one in kept if one.facets is not None])


def forget(session: Session, item_ids: Sequence[str]) -> None:
    """Takes the words and facets of items away, in the transaction that erases their content."""
    words.forget(session, item_ids)
    filling.forget_facets(session, item_ids)
