"""The append-only log: entries, the tree over them, and the check that it is whole."""

from handrail.audit.entries import OUTCOME, RECALL, REVIEW, SYSTEM, AuditKey, append, digest, row
from handrail.audit.sequencer import sequence
from handrail.audit.verify import Verdict, verify

__all__ = [
    "OUTCOME",
    "RECALL",
    "REVIEW",
    "SYSTEM",
    "AuditKey",
    "Verdict",
    "append",
    "digest",
    "row",
    "sequence",
    "verify",
]
