"""Projects over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from handrail.kit.etags import etag
from handrail.setup.access.desk import hand_of, person_of
from handrail.setup.access.rules import FOUNDER
from handrail.setup.projects import queries, service
from handrail.setup.projects.queries import Project
from handrail.setup.projects.service import NewProject
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.wire.access import ProjectIn, ProjectOut, ProjectPatch
from handrail.wire.base import Page


def routes(house: House) -> Door:
    """`/projects`."""
    door = Door(house)

    @door.get("/projects", needs="project.read", anywhere=True, response_model=Page[ProjectOut])
    def list_projects(
        call: Call,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Page[ProjectOut]:
        """The caller's own projects, by slug."""
        identity = call.caller.identity
        ids = [identity.project_id] if identity.project_id else sorted(identity.memberships)
        after = read_cursor(cursor, identity.actor, {}, (str,))
        found = call.read(lambda session: queries.projects_after(session, ids, after[0] if after else None, limit + 1))
        more = write_cursor((found[limit - 1].slug,), identity.actor, {}) if len(found) > limit else None
        return Page[ProjectOut](data=[_shown(one) for one in found[:limit]], next_cursor=more)

    @door.post("/projects", needs="project.manage", anywhere=True, response_model=ProjectOut, status_code=201)
    def create_project(call: Call, body: ProjectIn) -> Response:
        """Makes a project with the empty policy; whoever makes it is its admin, lead and engineer."""
        wanted = NewProject(body.slug, body.name, body.zone)

        def work(session: Session) -> Answer:
            made = service.create_project(session, hand_of(call), wanted, founder_id=person_of(call), roles=FOUNDER)
            return _answer(_found(session, made), 201)

        done = call.change(work)
        house.forget()
        return done

    @door.get("/projects/{slug}", needs="project.read", of="project", response_model=ProjectOut)
    def show_project(call: Call, slug: str) -> Response:
        """One project, with its ETag."""
        found = call.read(lambda session: _found(session, call.project_id))
        return Response(
            _shown(found).model_dump_json(), headers={"ETag": etag(found.revision)}, media_type="application/json"
        )

    @door.patch("/projects/{slug}", needs="project.manage", of="project", response_model=ProjectOut)
    def change_project(call: Call, slug: str, body: ProjectPatch) -> Response:
        """Changes name, zone or settings; needs If-Match."""
        values = {name: getattr(body, name) for name in body.model_fields_set if getattr(body, name) is not None}
        if_match = call.request.headers.get("If-Match")

        def work(session: Session) -> Answer:
            return _answer(service.change_project(session, hand_of(call), call.project_id, values, if_match), 200)

        return call.change(work)

    return door


def _found(session: Session, project_id: str) -> Project:
    found = queries.project_by_id(session, project_id)
    assert found is not None
    return found


def _answer(project: Project, status: int) -> Answer:
    return Answer(_shown(project), status, (("ETag", etag(project.revision)),))


def _shown(project: Project) -> ProjectOut:
    return ProjectOut(
        project_id=project.id,
        slug=project.slug,
        name=project.name,
        zone=project.zone,
        settings=dict(project.settings),
        policy_version=project.policy_version,
        is_demo=project.is_demo,
        created_at=project.created_at,
    )
