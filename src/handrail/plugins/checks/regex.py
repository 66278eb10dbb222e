"""Patterns that a text must or must not hold."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, model_validator

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, Severity, failed, passed
from handrail.extend.checks import MOST_FINDINGS, CheckOptions, check
from handrail.extend.fields import Where, texts
from handrail.plugins.checks._linear import Pattern, compile_linear
from handrail.plugins.checks._words import shown

Patterns = Annotated[tuple[Pattern, ...], Field(max_length=50)]


class RegexOptions(CheckOptions):
    """Patterns in the syntax of RE2: no look-around and no back references, and time that grows with the text only."""

    examples = (
        {"must_match": ["[Cc]laim [0-9]+"]},
        {"must_not_match": ["(a+)+$", "(?i)guarantee[ds]?"], "where": "both", "category": "promise"},
    )

    must_match: Patterns = ()
    must_not_match: Patterns = ()
    where: Where = "output"
    category: str | None = None
    severity: Severity = Severity.MAJOR

    @model_validator(mode="after")
    def _says_something(self) -> RegexOptions:
        if not self.must_match and not self.must_not_match:
            raise ValueError("write must_match or must_not_match with at least one pattern")
        return self

    @cached_property
    def wanted(self) -> tuple[Any, ...]:  # Any: re2 ships no types
        return tuple(compile_linear(pattern) for pattern in self.must_match)

    @cached_property
    def unwanted(self) -> tuple[Any, ...]:  # Any: re2 ships no types
        return tuple(compile_linear(pattern) for pattern in self.must_not_match)


@check("regex", version="1", options=RegexOptions)
def regex(item: Item, options: RegexOptions) -> Score:
    """Fails when a pattern that must match does not, or one that must not match does.

    >>> regex(Item(output="We guarantee it."), RegexOptions(must_not_match=("guarantee",))).findings[0].start
    3
    """
    found = [finding for field, text in texts(item, options.where) for finding in _faults(field, text, options)]
    return failed(found[0].reason, tuple(found)) if found else passed()


def _faults(field: str, text: str, options: RegexOptions) -> Iterator[Finding]:
    for pattern, compiled in zip(options.must_match, options.wanted, strict=True):
        if not compiled.search(text):
            said = f"The pattern “{shown(pattern)}” stands nowhere in the {field}."
            yield Finding(said, field, severity=options.severity, category=options.category)
    for pattern, compiled in zip(options.must_not_match, options.unwanted, strict=True):
        said = f"The pattern “{shown(pattern)}” must not stand in the {field}."
        for count, match in enumerate(compiled.finditer(text)):
            if count > MOST_FINDINGS:
                break
            start, end = match.span() if match.end() > match.start() else (None, None)
            yield Finding(said, field, start, end, options.severity, options.category)
