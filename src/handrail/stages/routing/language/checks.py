"""The checks of a policy: which run, with which options, and what a fail leads to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: options of a check are JSON of the plugin's own shape

from pydantic import ValidationError

from handrail.extend.checks import BoundCheck, CheckPlugin, CheckRegistry
from handrail.stages.routing.language import document
from handrail.stages.routing.language.document import Listing, Node, Scalar
from handrail.stages.routing.language.faults import Faults, Place
from handrail.stages.routing.language.grammar import THEN
from handrail.stages.routing.language.model import PolicyCheck, Then
from handrail.stages.routing.language.parts import frozen
from handrail.stages.routing.language.shapes import Placed
from handrail.stages.routing.suggestions import did_you_mean, nearest


def read_checks(
    read: Mapping[str, Placed[document.Mapping]], registry: CheckRegistry, faults: Faults
) -> Mapping[str, PolicyCheck]:
    """The checks with their options bound; unknown ones and wrong options become faults."""
    found: dict[str, PolicyCheck] = {}
    for name, entry in read.items():
        plugin = registry.get(name)
        if plugin is None:
            close = nearest(name, registry.names())
            faults.add(entry.place, "unknown_name", f'there is no check "{name}"{did_you_mean(close)}', close)
            continue
        then, bound = _then(entry.value, faults), _bound(plugin, entry, faults)
        if bound is not None:
            found[name] = PolicyCheck(bound, then)
    return frozen(found)


def _then(options: document.Mapping, faults: Faults) -> Then:
    for entry in options.entries:
        if entry.key == "then":
            return THEN.read(entry.value, faults) or Then.REVIEW
    return Then.REVIEW


def _bound(plugin: CheckPlugin, entry: Placed[document.Mapping], faults: Faults) -> BoundCheck | None:
    options = {one.key: plain(one.value) for one in entry.value.entries if one.key != "then"}
    try:
        return plugin.bind(options)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            _add(plugin, entry, detail["type"], tuple(detail["loc"]), detail["msg"], faults)
        return None


def _add(
    plugin: CheckPlugin,
    entry: Placed[document.Mapping],
    kind: str,
    where: tuple[int | str, ...],
    message: str,
    faults: Faults,
) -> None:
    """One fault of pydantic's, at the line and column of the option."""
    key, value = _find(entry, where)
    if kind == "extra_forbidden":
        known = ["then", *plugin.options.model_fields]
        close = nearest(str(where[-1]), known) if len(where) == 1 else None
        faults.add(key, "unknown_key", f"unknown key{did_you_mean(close)}", close)
    elif kind == "missing":
        path = document.child(key.path, str(where[-1]))
        faults.add(Place(path, key.line, key.column), "missing_key", f"`{where[-1]}` is missing here")
    else:
        faults.add(value, "bad_type", message)


def _find(entry: Placed[document.Mapping], where: tuple[int | str, ...]) -> tuple[Place, Place]:
    """The places of the key and of the value that pydantic's location names, as far as it leads."""
    key, node = entry.place, _as_node(entry.value)
    for step in where:
        if isinstance(node, document.Mapping):
            inner = next((one for one in node.entries if one.key == step), None)
            if inner is None:
                break
            key, node = inner.place, inner.value
        elif isinstance(node, Listing) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            key = node.place
        else:
            break
    return key, node.place


def _as_node(node: document.Mapping) -> Node:
    return node


def plain(node: Node) -> Any:
    """The JSON value of a node.

    >>> from handrail.stages.routing.language.faults import Faults
    >>> plain(document.read_document("{kinds: [card, 3], on: true}", Faults()))
    {'kinds': ['card', 3], 'on': True}
    """
    match node:
        case Scalar():
            return node.value
        case Listing():
            return [plain(item) for item in node.items]
        case document.Mapping():
            return {entry.key: plain(entry.value) for entry in node.entries}
