"""Who may do what: `noun.verb` words, the same for roles and for the scopes of keys (contract.md section 1)."""

from __future__ import annotations

from enum import StrEnum

PUBLIC = "public"
SELF = "self"  # any signed-in caller, on own things


class Role(StrEnum):
    """What a person is in a project; several at once are possible."""

    REVIEWER = "reviewer"
    SENIOR = "senior"
    LEAD = "lead"
    ENGINEER = "engineer"
    AUDITOR = "auditor"
    ADMIN = "admin"


_LETTER = {"R": Role.REVIEWER, "S": Role.SENIOR, "L": Role.LEAD, "E": Role.ENGINEER, "A": Role.AUDITOR, "M": Role.ADMIN}

_MATRIX = {
    "E": "items.submit items.outcome items.appeal events.read",
    "SLEA": "items.read reviews.read policies.read checks.read audit_samples.read autonomy.read certificates.read "
    "incidents.read metrics.read",
    "SL": "items.override items.recall items.reopen adjudications.write",
    "SLA": "items.unmask reviewers.read",
    "RSL": "assignments.claim reviews.write",
    "RSLA": "queues.read",
    "LE": "policies.write checks.test judges.manage audit_samples.manage certificates.write incidents.manage",
    "LEA": "exports.read exports.write",
    "RSLEAM": "guidelines.read rubrics.read project.read people.read",
    "L": "policies.activate classifiers.promote autonomy.sign assignments.manage queues.manage guidelines.write "
    "rubrics.write reviewers.manage gold.manage rounds.manage campaigns.manage",
    "M": "project.manage people.manage items.erase",
    "EM": "webhooks.manage keys.manage",
    "LAM": "audit_log.read",
    "EAM": "system.read",
    "SLEM": "stop.set",
    "LM": "stop.lift",
}

MATRIX: dict[str, frozenset[Role]] = {
    permission: frozenset(_LETTER[letter] for letter in letters)
    for letters, permissions in _MATRIX.items()
    for permission in permissions.split()
}
"""Permission -> the roles that have it."""

ALL = frozenset(MATRIX)
KEY_DEFAULT = frozenset({"items.submit", "items.outcome", "items.appeal", "events.read"})


def permissions_of(roles: frozenset[Role]) -> frozenset[str]:
    """What a person with these roles in a project may do.

    >>> "stop.lift" in permissions_of(frozenset({Role.SENIOR}))
    False
    """
    return frozenset(permission for permission, allowed in MATRIX.items() if allowed & roles)
