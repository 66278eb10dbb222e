"""From the text of a policy to a Policy, or to all that is wrong with it at once."""

from __future__ import annotations

from handrail.domain.score import Severity
from handrail.extend.checks import CheckRegistry
from handrail.stages.routing.conditions.compiled import ConditionSet
from handrail.stages.routing.language import parts
from handrail.stages.routing.language.checks import read_checks
from handrail.stages.routing.language.document import Scalar, read_document
from handrail.stages.routing.language.faults import Faults
from handrail.stages.routing.language.grammar import POLICY
from handrail.stages.routing.language.links import check_links
from handrail.stages.routing.language.model import LONE_QUEUE, NotRun, Pending, Policy, Queue
from handrail.stages.routing.language.reader import Reader
from handrail.stages.routing.language.shapes import Values
from handrail.stages.routing.language.triggers import read_bands, read_block, read_review


def load(yaml_text: str, checks: CheckRegistry) -> Policy:
    """The policy that a document says. Raises BadPolicy with up to 50 faults, each with line and column.

    >>> policy = load("policy: 1", CheckRegistry())
    >>> list(policy.queues), policy.bands
    (['review'], None)
    """
    faults = Faults()
    node = read_document(yaml_text, faults)
    if node is None:
        raise faults.as_error()
    if isinstance(node, Scalar) and node.value is None:
        faults.add(node.place, "missing_key", "a policy begins with `policy: 1`")
        raise faults.as_error()
    values = POLICY.read(node, faults)
    if values is None:
        raise faults.as_error()
    policy = _policy(values, checks, faults)
    if faults:
        raise faults.as_error()
    return policy


def _policy(values: Values, checks: CheckRegistry, faults: Faults) -> Policy:
    """The policy as far as it could be read; only good if no fault was added."""
    metadata = parts.metadata(values.get("metadata", {}))
    bound = read_checks(values.get("checks", {}), checks, faults)
    categories = parts.categories(values.get("categories", {}))
    reader = Reader(metadata, frozenset(bound), frozenset(categories), faults)
    hours = parts.hours(values.get("hours", {}), faults)
    queues = parts.queues(values.get("queues", {}), hours, reader)
    block = tuple(filter(None, (read_block(entry, reader) for entry in values.get("block", ()))))
    review = tuple(filter(None, (read_review(entry, reader) for entry in values.get("review", ()))))
    bands = read_bands(values.get("bands"), reader)
    check_links(values, faults)
    conditions = [*(one.when for one in block), *(one.when for one in review)]
    return Policy(
        error_from=values.get("error_from", Severity.MAJOR),
        metadata=metadata,
        categories=categories,
        checks=bound,
        block=block,
        review=review,
        not_run=values.get("not_run", NotRun.REVIEW),
        bands=bands,
        autonomy=parts.autonomy(values.get("autonomy")),
        queues=queues or {LONE_QUEUE: Queue(LONE_QUEUE)},
        pending=parts.pending(values.get("pending")) or Pending(),
        fallback=parts.fallback(values.get("fallback")),
        audit=parts.audit(values.get("audit")),
        conditions=ConditionSet(conditions, [reader.runnable[one.source] for one in conditions]),
        reads=frozenset(reader.reads),
        notes=tuple(reader.notes),
    )
