"""The audit log as it travels."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from handrail.wire.base import Id, Moment, Request, Response


class AuditEntryOut(Response):
    """One entry. `index` is null until it is numbered, about a second; `commitment` covers what happened."""

    entry_id: Id
    index: int | None
    at: Moment
    actor: str  # person:<id>, key:<id> or system
    actor_name: str | None
    kind: str
    subject: str
    commitment: str
    leaf_hash: str


class Hashes(Response):
    """A proof, lowest hash first, each in hex."""

    hashes: list[str]


class LastCheck(Response):
    """The last whole check by this server."""

    at: Moment
    ok: bool
    size: int
    first_bad_index: int | None
    why: str | None


class AuditLogState(Response):
    """Where the log stands. `checkpoint` is null while it is empty; `last_check` until the first one is done."""

    size: int
    checkpoint: str | None
    verifier_key: str
    last_check: LastCheck | None


class VerifyIn(Request):
    """`since`: a checkpoint that was kept elsewhere; the log must go on from there."""

    since: Annotated[str, StringConstraints(min_length=1, max_length=4_000)] | None = None


class VerifyLine(Response):
    """A line of the answer: how far it is, or, as the last one, what was found."""

    checked: int | None = None
    of: int | None = None
    ok: bool | None = None
    size: int | None = None
    first_bad_index: int | None = None
    why: str | None = None
    unsequenced: int | None = None


class EvidenceEntry(Response):
    """One entry as it is hashed, its details and salt where they may be shown, and its proof."""

    index: int
    entry: str
    leaf_hash: str
    details: str | None
    salt: str | None
    proof: list[str]


class Evidence(Response):
    """All that is needed to check what the log says of one item: nothing else of Handrail is."""

    format: Literal["handrail-audit-evidence/1"]
    item_id: Id
    verifier_key: str
    checkpoint: str | None  # null while the log is empty
    waiting: int  # entries that have no number yet
    entries: list[EvidenceEntry]
