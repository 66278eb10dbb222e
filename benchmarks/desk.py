"""A project to measure on: its policy with 12 checks, its keys, its reviewers with sessions, items of 4 KB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.checks import clean_item
from benchmarks.databases import Database
from handrail.app import Installation, install
from handrail.kit.jsons import dumps
from handrail.kit.settings import Settings
from handrail.setup.access.service.keys import NewKey, create_key
from handrail.setup.access.service.people import NewPerson, invite
from handrail.setup.access.service.sessions import start
from handrail.setup.hand import Hand
from handrail.setup.projects.service import NewProject, create_project
from handrail.stages.intake.routes import read_item
from handrail.stages.routing.service import activate, propose
from handrail.storage import Session
from handrail.web.permissions import KEY_DEFAULT, Role

PROJECT = "bench"
POLICY = """\
policy: 1
checks:
  citations: {then: review}
  dates_in_context: {then: review}
  hidden_characters: {then: review}
  keywords: {words: [guarantee, risk free, double your money], then: block}
  length: {then: review}
  links: {allow: [example.org], then: review}
  names_in_context: {then: note}
  numbers_in_context: {then: review}
  pii: {kinds: [card, iban], then: review}
  quotes: {then: review}
  regex: {must_not_match: ["(?i)as an ai( language)? model"], then: review}
  secrets: {then: block}
review:
  - {name: high_stakes, when: "task == 'appeal'", queue: review, high_stakes: true}
bands: {on: confidence, rows: [{above: 0.9, then: release, uncertified: true}, {queue: review}]}
queues: {review: {lease: 10m, undo: 60s}, audit: {lease: 10m, undo: 60s}}
audit: {share: 5%, least: 1%, queue: audit}
"""


@dataclass(frozen=True)
class Reviewer:
    """Somebody with an open session."""

    token: str
    csrf: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Cookie": f"handrail={self.token}",
            "X-CSRF-Token": self.csrf,
            "Handrail-Project": PROJECT,
            "Sec-Fetch-Site": "same-origin",
        }


@dataclass(frozen=True)
class Desk:
    """What a load needs to get in."""

    project_id: str
    keys: Sequence[str]
    reviewers: Sequence[Reviewer]


def open_desk(database: Database, *, keys: int, reviewers: int = 0, waiting: int = 0) -> Desk:
    """The desk on an empty database, with `waiting` items in the queue."""
    installation = install(Settings(database=database.url, data_dir=str(database.folder)))
    try:
        desk = installation.store.write(lambda session: _make(session, installation, keys, reviewers))
        for first in range(0, waiting, 500):
            items = [kept(unsure_body(number)) for number in range(first, min(first + 500, waiting))]
            installation.admission.admit(desk.project_id, "system", items)
    finally:
        installation.close()
    return desk


def _make(session: Session, installation: Installation, keys: int, reviewers: int) -> Desk:
    system, tokens = Hand(installation.house.audit_key), installation.access.tokens
    wanted = NewProject(PROJECT, "Bench")
    project_id = create_project(session, system, wanted, founder_id=None, roles=frozenset())
    hand = system.at(project_id)
    activate(session, project_id, propose(session, project_id, POLICY, "for measures", None)["version"], None)
    made = [
        create_key(session, tokens, hand, NewKey(f"load {at}", sorted(KEY_DEFAULT)), allowed=KEY_DEFAULT, by=None)
        for at in range(keys)
    ]
    people = [_reviewer(session, installation, hand, at) for at in range(reviewers)]
    return Desk(project_id, [whole for _, whole in made], people)


def _reviewer(session: Session, installation: Installation, hand: Hand, at: int) -> Reviewer:
    tokens = installation.access.tokens
    wanted = NewPerson(f"reviewer-{at}@bench.invalid", f"Reviewer {at}", frozenset({Role.REVIEWER}))
    member, _ = invite(session, tokens, hand, wanted)
    started = start(session, tokens, hand, member.person.id)
    found = session.run("SELECT csrf_token FROM sessions WHERE token_hash = :hash", {"hash": started.token_hash})
    return Reviewer(started.token, found[0][0])


def sure_body(number: int) -> dict[str, Any]:
    """An item of about 4 KB that the policy releases; no two have the same content."""
    item = clean_item()
    return {
        "output": f"Letter {number}. {item.output}",
        "prompt": item.prompt,
        "context": [
            {"id": one.id, "text": one.text} for one in (*item.context[:6], _numbered(item.context[6], number))
        ],
        "confidence": 0.97,
        "domain": "claims",
        "task": "letter",
        "model": "model-1",
        "language": "en",
        "metadata": {"customer": f"c-{number}", "amount": number},
    }


def _numbered(passage: Any, number: int) -> Any:
    return type(passage)(passage.id, f"{passage.text} This is about letter {number}.")


def unsure_body(number: int) -> dict[str, Any]:
    """The same, but a person must look at it."""
    return sure_body(number) | {"confidence": 0.5}


def mixed_body(number: int) -> dict[str, Any]:
    """Four in five are released, one goes to a queue."""
    return unsure_body(number) if number % 5 == 4 else sure_body(number)


def kept(body: dict[str, Any]) -> dict[str, Any]:
    """A body as admission takes it."""
    return read_item(body, None)[0]


def encoded(body: dict[str, Any]) -> bytes:
    return dumps(body).encode()
