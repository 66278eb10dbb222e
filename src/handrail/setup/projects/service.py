"""Units of work of projects. Free of HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # Any: columns of several kinds

from handrail.kit.errors import NotFound, Stale
from handrail.kit.etags import check_match
from handrail.kit.ids import new_id
from handrail.setup.access.queries import people
from handrail.setup.access.rules import level_of
from handrail.setup.hand import Hand
from handrail.setup.projects import queries
from handrail.setup.projects.errors import SlugTaken
from handrail.setup.projects.queries import Project
from handrail.setup.projects.rules import EMPTY_POLICY, check_settings, check_zone
from handrail.storage import Session
from handrail.web.permissions import Role


@dataclass(frozen=True, slots=True)
class NewProject:
    """A project somebody wants."""

    slug: str
    name: str
    zone: str = "UTC"
    is_demo: bool = False


def create_project(
    session: Session, hand: Hand, wanted: NewProject, *, founder_id: str | None, roles: frozenset[Role]
) -> str:
    """The id of a new project with the empty policy; its founder is the first member. Raises SlugTaken and Invalid."""
    check_zone(wanted.zone)
    made = Project(new_id(), wanted.slug, wanted.name, wanted.zone, {}, 1, wanted.is_demo, 1, session.now)
    if not queries.add_project(session, made, seed=secrets.token_hex(32)):
        raise SlugTaken()
    queries.add_first_policy(session, made.id, EMPTY_POLICY, founder_id)
    if founder_id is not None:
        _add_founder(session, made.id, founder_id, roles)
    told = {"slug": made.slug, "name": made.name, "policy_version": 1, "roles": sorted(roles) if founder_id else []}
    hand.at(made.id).note(session, "project.created", made.id, told)
    return made.id


def _add_founder(session: Session, project_id: str, person_id: str, roles: frozenset[Role]) -> None:
    person = people.person_by_id(session, person_id)
    assert person is not None
    people.add_member(session, project_id, person_id, people.Member(person, roles, level_of(roles), (), ()))


def change_project(
    session: Session, hand: Hand, project_id: str, values: Mapping[str, Any], if_match: str | None
) -> Project:
    """The project after a change of `name`, `zone` or `settings`. Raises IfMatchRequired and Stale."""
    before = queries.project_by_id(session, project_id)
    if before is None:
        raise NotFound()
    check_match(if_match, before.revision)
    if "zone" in values:
        check_zone(values["zone"])
    check_settings(values.get("settings", {}))
    if not queries.change_project(session, project_id, before.revision, values):
        raise Stale()
    hand.at(project_id).note(session, "project.changed", project_id, dict(values))
    after = queries.project_by_id(session, project_id)
    assert after is not None
    return after
