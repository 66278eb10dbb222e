"""The first admin: a link with a token that works once, until somebody can sign in."""

from __future__ import annotations

from dataclasses import dataclass

from handrail.kit.clock import to_text
from handrail.kit.ids import new_id
from handrail.setup.access.errors import LinkNotValid
from handrail.setup.access.queries import people as queries
from handrail.setup.access.queries.people import Person
from handrail.setup.access.rules import FOUNDER
from handrail.setup.access.tokens import Tokens, new_token
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.storage import Session

TOKEN = "setup_token"
DONE = "setup_done_at"


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """Who shall be the first admin, and of which project."""

    name: str
    email: str
    password_hash: str
    project: NewProject


def ensure_setup_token(session: Session, tokens: Tokens) -> str | None:
    """A fresh token for the set-up link, which makes older ones void; None once somebody can sign in."""
    if queries.somebody_can_sign_in(session):
        return None
    token = new_token()
    queries.keep_fact(session, TOKEN, tokens.link(token))
    return token


def is_open(session: Session, tokens: Tokens, token: str) -> bool:
    """Whether this token would be taken now. A look only; `set_up` is what decides."""
    return queries.fact(session, TOKEN) == tokens.link(token)


def set_up(session: Session, tokens: Tokens, hand: Hand, token: str, wanted: FirstAdmin) -> str:
    """The id of the first admin, made together with the first project.

    Raises LinkNotValid, the same for every cause.
    """
    if not queries.take_fact(session, TOKEN, tokens.link(token)) or queries.somebody_can_sign_in(session):
        raise LinkNotValid()
    person = Person(new_id(), wanted.email.lower(), wanted.name, wanted.password_hash, True, {})
    if not queries.add_person(session, person):
        raise LinkNotValid()
    own = hand.of(person.id)
    project_id = create_project(session, own, wanted.project, founder_id=person.id, roles=FOUNDER)
    queries.keep_fact(session, DONE, to_text(session.now))
    own.at(project_id).note(
        session, "setup.done", person.id, {"roles": sorted(FOUNDER), "project": wanted.project.slug}
    )
    return person.id
