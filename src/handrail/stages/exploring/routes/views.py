"""HTTP of saved views: GET PUT /me/views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: views are JSON

from starlette.responses import Response

from handrail.kit.errors import FieldFault, Invalid
from handrail.stages.exploring.desk import Policies
from handrail.stages.exploring.errors import LeadsShare, PeopleOnly
from handrail.stages.exploring.queries import views as queries
from handrail.stages.exploring.rules.asking import Reader
from handrail.stages.exploring.rules.views import COLUMNS, given_views
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.errors import ProjectRequired
from handrail.web.house import House
from handrail.web.permissions import SELF
from handrail.wire.explorer import ViewIn, ViewOut, ViewsIn, ViewsOut

SHARES = "queues.manage"
"""Whoever leads the queues may share a view with the project."""


def routes(house: House, policies: Policies) -> Door:
    """`/me/views`, in the project that the header names."""
    door = Door(house)

    @door.get("/me/views", needs=SELF)
    def list_views(call: Call) -> ViewsOut:
        """One's own views in this project, those that leads share, and those that everyone has."""
        person_id = _person(call)
        return call.read(lambda session: _views(session, policies, call.project_id, person_id))

    @door.put("/me/views", needs=SELF, response_model=ViewsOut)
    def put_views(call: Call, body: ViewsIn) -> Response:
        """Replaces one's own views in this project; at most 50."""
        person_id = _person(call)
        if any(one.shared for one in body.views) and not call.caller.may(SHARES):
            raise LeadsShare()

        def work(session: Session) -> Answer:
            _check(session, policies, call.project_id, body.views)
            told = [one.model_dump() for one in body.views]
            queries.put_views(session, call.project_id, person_id, told)
            shared = [one.name for one in body.views if one.shared]
            call.audit(session, "views.saved", f"person:{person_id}", {"views": len(told), "shared": shared})
            return Answer(_views(session, policies, call.project_id, person_id))

        return call.change(work)

    return door


def _person(call: Call) -> str:
    if call.caller.identity.kind != "person":
        raise PeopleOnly()
    if call.caller.project_id is None:
        raise ProjectRequired()
    return call.caller.identity.id


def _check(session: Session, policies: Policies, project_id: str, wanted: list[ViewIn]) -> None:
    """Passes if every view can be opened. Raises Invalid."""
    keys, zone = policies.filterable(session, project_id), queries.zone_of(session, project_id)
    faults: list[FieldFault] = []
    for place, one in enumerate(wanted):
        try:
            Reader(keys, session.now, zone).read(one.filters, one.sort)
        except Invalid as fault:
            faults += [
                FieldFault(f"/views/{place}/filters{field.path}", field.code, field.message) for field in fault.fields
            ]
        for column in one.columns or ():
            if column not in COLUMNS:
                path = f"/views/{place}/columns"
                faults.append(FieldFault(path, "bad_value", f"Choose columns from {', '.join(COLUMNS)}."))
    names = [one.name.casefold() for one in wanted]
    if len(names) != len(set(names)):
        faults.append(FieldFault("/views", "duplicate_name", "Give each view a name of its own."))
    if faults:
        raise Invalid(fields=tuple(faults[:50]))


def _views(session: Session, policies: Policies, project_id: str, person_id: str) -> ViewsOut:
    own = [_view(one) for one in queries.own_views(session, project_id, person_id)]
    shared = [_view(one, owner) for owner, one in queries.shared_views(session, project_id, person_id)]
    given = [
        ViewOut(
            name=one.name, filters=one.filters, sort=one.sort, columns=None, shared=False, owner=None, given=one.code
        )
        for one in given_views(policies.release_above(session, project_id))
    ]
    return ViewsOut(data=[*own, *shared, *given])


def _view(stored: Mapping[str, Any], owner: str | None = None) -> ViewOut:
    return ViewOut(
        name=stored["name"],
        filters=dict(stored["filters"]),
        sort=stored["sort"],
        columns=stored["columns"],
        shared=stored["shared"],
        owner=owner,
        given=None,
    )
