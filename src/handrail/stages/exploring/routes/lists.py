"""HTTP of lists: GET /items as pages or as CSV, and what items can be filtered by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal  # Any: rows

from fastapi import Query
from starlette.responses import Response, StreamingResponse

from handrail.kit import sheets
from handrail.kit.clock import from_ms
from handrail.kit.errors import FieldFault, HandrailFault, Invalid
from handrail.stages.exploring.desk import Policies
from handrail.stages.exploring.queries import filling, looking, values, views
from handrail.stages.exploring.queries.looking import Found, Look, look
from handrail.stages.exploring.queries.sources import Key
from handrail.stages.exploring.rules import asking
from handrail.stages.exploring.rules.asking import Reader
from handrail.stages.exploring.rules.days import NAMED
from handrail.stages.exploring.rules.facets import METADATA
from handrail.stages.exploring.rules.filters import AUDITED, COLUMNS, SORTS, Asked
from handrail.stages.exploring.rules.words import Match, first_match, searched_fields
from handrail.stages.exploring.rules.words import Query as WordQuery
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.errors import BadCursor
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.wire.base import Moment
from handrail.wire.explorer import (
    FilterOut,
    FiltersOut,
    ItemListed,
    ItemsPage,
    MatchOut,
    Sort,
    ValueOut,
    ValuesOut,
)
from handrail.wire.items import ItemShort

Words = Annotated[str | None, Query(max_length=2_000)]
Share = Annotated[float | None, Query(ge=0, le=1)]
Flag = Annotated[Literal["true", "false"] | None, Query()]
Days = Annotated[str | None, Query(max_length=20, description="One of " + ", ".join(NAMED))]
PAGE_ONLY = ("sort", "limit", "cursor", "count")
SHOWN_BYTES = 256 * 1024
"""Longer items are found like others, but the list does not show where."""
COUNTED_VALUES = 1_000
FIXED: Mapping[str, tuple[str, ...]] = {
    "status": ("pending", "released", "blocked"),
    "state": (
        "checked", "in_review", "second_review", "in_adjudication", "settled", "released", "blocked", "delivered",
        "recalled",
    ),
    "verdict": ("approve", "edit", "reject"),
    "source": ("auto", "repaired", "human", "edited", "fallback"),
    "audited": AUDITED,
    "error": ("true", "false"),
    "late": ("true", "false"),
    "overdue": ("true",),
    "received": tuple(NAMED),
    "decided": tuple(NAMED),
}  # fmt: skip
SHEET = (
    "item_id", "key", "status", "state", "verdict", "source", "domain", "task", "model", "language", "confidence",
    "queue", "action", "rule", "received_at", "decided_at", "due_at", "snippet",
)  # fmt: skip
SHEET_ROWS = 200


def routes(house: House, policies: Policies) -> Door:
    """GET /items, /items/filters, /items/filters/{name}."""
    door = Door(house)
    _list(door, policies)
    _filters(door, policies)
    return door


def _list(door: Door, policies: Policies) -> None:
    @door.get(
        "/items",
        needs="items.read",
        free_parameters=(METADATA,),
        response_model=ItemsPage,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    )
    def list_items(  # noqa: PLR0913  # one for each filter of the contract, so that the description of the API lists it
        call: Call,
        status: Words = None,
        state: Words = None,
        domain: Words = None,
        task: Words = None,
        queue: Words = None,
        model: Words = None,
        verdict: Words = None,
        source: Words = None,
        category: Words = None,
        rule: Words = None,
        key: Words = None,
        group: Words = None,
        received: Days = None,
        received_from: Moment | None = None,
        received_to: Moment | None = None,
        decided: Days = None,
        decided_from: Moment | None = None,
        decided_to: Moment | None = None,
        confidence_from: Share = None,
        confidence_to: Share = None,
        risk_from: Share = None,
        risk_to: Share = None,
        overdue: Flag = None,
        late: Flag = None,
        error: Flag = None,
        audited: Words = None,
        q: Words = None,
        sort: Sort = "-received_at",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        count: bool = False,
    ) -> Any:
        """Items of the project, newest first. Lists take several words with commas: status=pending,released.

        `q` finds words of output, prompt, context and correction: all of them, "phrases", beginnings with a star
        (pay*), without those behind a minus. `metadata.<key>` takes the keys that the policy marks `filter: true`.
        With `Accept: text/csv` the whole list comes as a sheet.
        """
        given = {name: value for name, value in call.request.query_params.items() if name not in PAGE_ONLY}
        lister = Lister(call, policies, given, sort)
        if "text/csv" in call.request.headers.get("Accept", ""):
            if cursor is not None:
                fault = FieldFault("/cursor", "unknown_parameter", "A sheet is sent whole; leave the cursor out.")
                raise Invalid(fields=(fault,))
            return lister.sheet()
        return lister.page(cursor, limit, counted=count)


@dataclass
class Lister:
    """One list for one caller."""

    call: Call
    policies: Policies
    given: Mapping[str, str]
    sort: str

    @property
    def bound(self) -> dict[str, Any]:
        return {**self.given, "sort": self.sort}

    def page(self, cursor: str | None, limit: int, *, counted: bool) -> ItemsPage:
        project_id = self.call.project_id
        after = read_cursor(cursor, project_id, self.bound, (str, str, str))

        def work(session: Session) -> ItemsPage:
            asked = self.read(session)
            way, here = _way(session, project_id, asked, after)
            found = way.page(session, here, limit)
            total = self._count(session, asked, found, is_first=after is None) if counted else None
            matches = _matches(session, found, asked.query)
            back_to = found.looked_to
            return ItemsPage(
                data=[_listed(one, matches.get(one["id"])) for one in found.rows],
                next_cursor=self._cursor(found),
                count=None if total is None else total[0],
                count_is=None if total is None else "exact" if total[1] else "at_least",
                looked_back_to=from_ms(int(back_to)) if back_to is not None and asked.by != "confidence" else None,
            )

        return self.call.read(work)

    def read(self, session: Session) -> Asked:
        """The question. Raises Invalid."""
        zone = views.zone_of(session, self.call.project_id)
        keys = self.policies.filterable(session, self.call.project_id) if _names_metadata(self.given) else {}
        return Reader(keys, session.now, zone).read(self.given, self.sort)

    def _count(self, session: Session, asked: Asked, found: Found, *, is_first: bool) -> tuple[int, bool]:
        if is_first and found.next is None:
            return len(found.rows), True
        return looking.count(session, self.call.project_id, asked)

    def _cursor(self, found: Found) -> str | None:
        if found.next is None:
            return None
        place = (found.next.source, repr(found.next.key.value), found.next.key.id)
        return write_cursor(place, self.call.project_id, self.bound)

    def sheet(self) -> Response:
        """The whole list as CSV. The audit log notes that it left the house."""
        self.call.read(self.read)  # so that a fault is an answer and not the first line of a file
        told = {"format": "items.csv", "filters": dict(self.given)}
        project = f"project:{self.call.project_id}"
        self.call.house.store.write(lambda session: self.call.audit(session, "export.started", project, told))
        headers = {"Content-Disposition": 'attachment; filename="items.csv"', "X-Content-Type-Options": "nosniff"}
        return StreamingResponse(self._lines(), media_type="text/csv; charset=utf-8; header=present", headers=headers)

    def _lines(self) -> Iterator[str]:
        yield "\ufeff" + sheets.line(SHEET)  # the mark tells Excel that this is UTF-8
        after: tuple[str, str, str] | None = None
        while True:
            try:
                found = self.call.read(lambda session: self._stretch(session, after))  # noqa: B023  # called at once
            except HandrailFault as fault:
                yield sheets.line([f"The list ends here: {fault.message}"])
                return
            yield "".join(sheets.line(one["id" if name == "item_id" else name] for name in SHEET) for one in found.rows)
            if found.next is None:
                return
            after = (found.next.source, repr(found.next.key.value), found.next.key.id)

    def _stretch(self, session: Session, after: tuple[str, str, str] | None) -> Found:
        way, here = _way(session, self.call.project_id, self.read(session), after)
        return way.page(session, here, SHEET_ROWS)


def _names_metadata(given: Mapping[str, str]) -> bool:
    return any(name.startswith(METADATA) for name in given)


def _way(session: Session, project_id: str, asked: Asked, after: tuple[Any, ...] | None) -> tuple[Look, Key | None]:
    """How to answer, and where to go on. Raises BadCursor."""
    if after is None:
        way = look(session, project_id, asked)
        assert way is not None
        return way, None
    source, value, id = after
    try:
        number = float(value) if asked.by == "confidence" else int(value)
    except ValueError:
        raise BadCursor() from None
    way = look(session, project_id, asked, source)
    if way is None or not -(2**63) <= number < 2**63:
        raise BadCursor()
    return way, Key(number, id)


def _listed(item: Mapping[str, Any], match: Match | None) -> ItemListed:
    marks = [list(one) for one in match.marks] if match else []
    shown = MatchOut(field=match.field, text=match.text, marks=marks) if match else None
    values = {name: item[name] for name in ItemShort.model_fields if name != "item_id"}
    return ItemListed(item_id=item["id"], match=shown, **values)


def _matches(session: Session, found: Found, query: WordQuery | None) -> dict[str, Match]:
    if query is None or not found.rows:
        return {}
    told: dict[str, Match] = {}
    for id, body, corrections in looking.texts(session, [one["id"] for one in found.rows], SHOWN_BYTES):
        match = first_match(searched_fields(body or {}, corrections), query)
        if match is not None:
            told[id] = match
    return told


def _filters(door: Door, policies: Policies) -> None:
    @door.get("/items/filters", needs="items.read")
    def list_filters(call: Call) -> FiltersOut:
        """All that items of this project can be found by."""

        def work(session: Session) -> FiltersOut:
            keys = policies.filterable(session, call.project_id)
            walk = filling.read_walk(filling.marks(session).get(f"keys:{call.project_id}"))
            ready = bool(walk["done"])
            data = [FilterOut(name=name, kind=_kind(name), values=_fixed(name), ready=True) for name in asking.NAMES]
            data += [
                FilterOut(
                    name=METADATA + name,
                    kind=kind,
                    values=list(FIXED["error"]) if kind == "boolean" else None,
                    ready=ready and (walk["keys"] or {}).get(name) == kind,
                )
                for name, kind in keys.items()
            ]
            shown = [one for one in data if one.name not in asking.RISK]
            return FiltersOut(data=shown, sorts=list(SORTS), zone=views.zone_of(session, call.project_id))

        return call.read(work)

    @door.get("/items/filters/{name}", needs="items.read")
    def list_filter_values(
        call: Call,
        name: str,
        begins: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> ValuesOut:
        """Values that items have of one filter, with how many have them: counted up to 1,000."""

        def work(session: Session) -> ValuesOut:
            named = _values(session, policies, call.project_id, name, begins, limit)
            return ValuesOut(data=[_counted(session, call.project_id, name, one) for one in named])

        return call.read(work)


def _kind(name: str) -> str:
    if name in asking.BOUNDS:
        return "share" if name.startswith("confidence") else "time"
    if name in asking.FLAGS:
        return "boolean"
    return "days" if name in asking.DAYS else "text" if name == "q" else "word"


def _fixed(name: str) -> list[str] | None:
    return list(FIXED[name]) if name in FIXED else None


def _values(session: Session, policies: Policies, project_id: str, name: str, begins: str, limit: int) -> list[str]:
    """Values to be offered. Raises Invalid for what is no filter."""
    if name in FIXED:
        found = [one for one in FIXED[name] if begins.lower() in one]
        return [] if name in asking.DAYS or name in ("late", "overdue") else found[:limit]
    if name == "category":
        here = [one for one in policies.categories(session, project_id) if begins.lower() in one.lower()]
        return here[:limit]
    if name.startswith(METADATA):
        if name.removeprefix(METADATA) not in policies.filterable(session, project_id):
            raise Invalid(fields=(FieldFault("/name", "unknown_parameter", "Items cannot be found by this key."),))
        return values.values_of(session, project_id, name, begins, limit)
    if name in COLUMNS:
        return values.values_of(session, project_id, name, begins, limit)
    raise Invalid(fields=(FieldFault("/name", "unknown_parameter", "This filter has no values to choose from."),))


def _counted(session: Session, project_id: str, name: str, value: str) -> ValueOut:
    facets = {name: (value,)} if name not in COLUMNS else {}
    columns = {name: (value,)} if name in COLUMNS else {}
    found, is_all = looking.count_of(session, project_id, Asked(columns=columns, facets=facets), COUNTED_VALUES)
    return ValueOut(value=value, count=found, count_is="exact" if is_all else "at_least")
