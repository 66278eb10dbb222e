"""The append-only log: entries, the tree over them, checkpoints, proofs, and the check that it is whole."""

from handrail.audit.entries import OUTCOME, RECALL, REVIEW, SYSTEM, AuditKey, append, digest, row
from handrail.audit.sequencer import catch_up, last_checkpoint, sequence, verifier
from handrail.audit.verify import Verdict, verify

__all__ = [
    "OUTCOME",
    "RECALL",
    "REVIEW",
    "SYSTEM",
    "AuditKey",
    "Verdict",
    "append",
    "catch_up",
    "digest",
    "last_checkpoint",
    "row",
    "sequence",
    "verifier",
    "verify",
]
