"""All SQL about accounts at the identity provider and whose they are here."""

from __future__ import annotations

from sqlalchemy import delete, select

from handrail.kit.clock import to_ms
from handrail.storage import Session
from handrail.storage.tables import sign_on_subjects


def person_of_subject(session: Session, issuer: str, subject: str) -> str | None:
    """The person this account was bound to."""
    found: str | None = session.scalar(
        select(sign_on_subjects.c.person_id).where(
            sign_on_subjects.c.issuer == issuer, sign_on_subjects.c.subject == subject
        )
    )
    return found


_BIND = """
INSERT INTO sign_on_subjects (issuer, subject, person_id, bound_at) VALUES (:issuer, :subject, :person_id, :now)
ON CONFLICT DO NOTHING
"""


def bind(session: Session, issuer: str, subject: str, person_id: str) -> bool:
    """Whether the account is this person's from now on; False if either of them is bound already."""
    values = {"issuer": issuer, "subject": subject, "person_id": person_id, "now": to_ms(session.now)}
    return session.change(_BIND, values) == 1


def unbind(session: Session, person_id: str) -> None:
    """Forgets a person's accounts at every provider."""
    session.execute(delete(sign_on_subjects).where(sign_on_subjects.c.person_id == person_id))
