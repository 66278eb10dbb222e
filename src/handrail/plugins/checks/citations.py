"""Citations such as [p1], [2] or [1, 3] and the passages they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, failed, passed, skipped
from handrail.extend.checks import MOST_FINDINGS, CheckOptions, check
from handrail.extend.fields import is_prose
from handrail.plugins.checks._evidence import NO_CONTEXT
from handrail.plugins.checks._words import shown

_BRACKET = re.compile(r"[\[【]\^?([^\[\]【】\n]{1,120})[\]】](?!\()")
_PART = re.compile(r"[^,;\s][^,;]{0,79}")
_RANGE = re.compile(r"([a-zA-Z]{0,3}[0-9]{1,3}) ?[-–] ?([a-zA-Z]{0,3}[0-9]{1,3})")
_NUMBERED = re.compile(r"(?:[a-zA-Z]{1,3}|(?i:doc|document|passage|source|ref|page|context)[ _-]?)?[0-9]{1,3}")
_DIGITS = re.compile(r"[0-9]+")


class CitationsOptions(CheckOptions):
    """`required`: an output without any citation fails. `by_position`: [2] also names the second passage, where
    passages have ids of their own."""

    examples = ({}, {"required": False}, {"by_position": True})

    required: bool = True
    by_position: bool = False


@check("citations", version="1", options=CitationsOptions)
def citations(item: Item, options: CitationsOptions) -> Score:
    """Fails when the output cites nothing, or cites what is no passage of the context. The value is the share of
    citations that lead to a passage.

    >>> from handrail.domain.item import Passage
    >>> item = Item(output="Insured up to 80,000 [p7].", context=(Passage("p1", "..."),))
    >>> citations(item, CitationsOptions()).reason
    'The citation [p7] leads to no passage of the context.'
    """
    if not is_prose(item):
        return skipped("The output is not prose.")
    if not item.context:
        return skipped(NO_CONTEXT)
    known = _names(item, by_position=options.by_position)
    shapes = {_DIGITS.sub("0", name) for name in known}
    cited, lost = 0, []
    for start, end, name in _cited(item.output, known):
        if name.casefold() in known:
            cited += 1
        elif _NUMBERED.fullmatch(name) or _DIGITS.sub("0", name.casefold()) in shapes:
            cited += 1
            said = f"The citation [{shown(name, 40)}] leads to no passage of the context."
            lost.append(Finding(said, start=start, end=end, category="missing_citation"))
        if len(lost) > MOST_FINDINGS:
            break
    if lost:
        return failed(lost[0].reason, tuple(lost), round(1 - len(lost) / cited, 4))
    if not cited and options.required:
        said = "The output cites no passage of the context."
        return failed(said, (Finding(said, category="missing_citation"),))
    return passed()


def _names(item: Item, *, by_position: bool) -> frozenset[str]:
    names = {passage.id.casefold() for passage in item.context}
    if by_position:
        names |= {str(place) for place in range(1, len(item.context) + 1)}
    return frozenset(names)


def _cited(text: str, known: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    """Each name in brackets, with its place; a range names its first and its last."""
    if "[" not in text and "【" not in text:
        return
    for bracket in _BRACKET.finditer(text):
        offset = bracket.start(1)
        for part in _PART.finditer(bracket[1]):
            name = part[0].strip()
            start = offset + part.start()
            ends = None if name.casefold() in known else _RANGE.fullmatch(name)
            for one in ends.groups() if ends else (name,):
                yield start, start + len(name), one
