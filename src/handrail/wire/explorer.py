"""Lists of items, what they can be filtered by, and saved views."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from handrail.wire.base import Moment, Page, Request, Response
from handrail.wire.items import ItemShort

Sort = Literal["-received_at", "received_at", "-decided_at", "decided_at", "-confidence", "confidence"]


class MatchOut(Response):
    """Where the words of a search stand: some text, and what to mark in it (code points, end excluded)."""

    field: str  # output, correction, prompt or context
    text: str
    marks: list[list[int]]


class ItemListed(ItemShort):
    """A row of a list. `match` is null without a search, and where the words stand too far behind to be shown."""

    match: MatchOut | None


class ItemsPage(Page[ItemListed]):
    """One page. `looked_back_to`: the page ended early, having looked at many items that do not match, down to this
    time; `next_cursor` goes on there."""

    looked_back_to: Moment | None = None


class FilterOut(Response):
    """One thing items can be found by. `values`: all there are, null for free text."""

    name: str
    kind: str  # word, number, boolean, time, list, share, days, text
    values: list[str] | None
    ready: bool  # false for a moment after a policy let a new metadata key be searched by


class FiltersOut(Response):
    data: list[FilterOut]
    sorts: list[str]
    zone: str  # of the project: what today and this_week mean


class ValueOut(Response):
    value: str
    count: int
    count_is: str  # exact or at_least


class ValuesOut(Response):
    data: list[ValueOut]


class ViewIn(Request):
    """One view. `filters` are those of GET /v1/items; `columns` null means the usual ones."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    filters: Annotated[dict[str, Annotated[str, StringConstraints(max_length=2_000)]], Field(max_length=40)] = {}
    sort: Sort = "-received_at"
    columns: Annotated[list[str], Field(max_length=20)] | None = None
    shared: bool = False


class ViewsIn(Request):
    views: Annotated[list[ViewIn], Field(max_length=50)]


class ViewOut(Response):
    """`given` is the code of a view that everyone has; `owner` the name of the lead who shares another's."""

    name: str
    filters: dict[str, str]
    sort: str
    columns: list[str] | None
    shared: bool
    owner: str | None
    given: str | None


class ViewsOut(Response):
    """One's own views in their order, then those that leads share, then those that everyone has."""

    data: list[ViewOut]
