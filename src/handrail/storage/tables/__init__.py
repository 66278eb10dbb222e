"""The whole schema, one file per noun group."""

from handrail.storage.tables.afterwards import outcome_order, recalls
from handrail.storage.tables.base import metadata
from handrail.storage.tables.delivery import deliveries, delivery_attempts, item_receivers, webhooks
from handrail.storage.tables.explorer import explorer_marks, item_facets, item_texts, saved_views
from handrail.storage.tables.exports import exports
from handrail.storage.tables.items import (
    assignments,
    audit_samples,
    item_contents,
    item_scores,
    items,
    outcomes,
    reviews,
    routes,
    seats,
    skips,
)
from handrail.storage.tables.metrics import (
    metric_cells,
    metric_durations,
    metric_positions,
    metric_zones,
    worker_beats,
)
from handrail.storage.tables.running import audit_entries, audit_heads, audit_tiles, events, item_traces, jobs
from handrail.storage.tables.setup import (
    api_keys,
    idempotency_keys,
    instance,
    memberships,
    people,
    policies,
    projects,
    queue_settings,
    sessions,
    sign_in_attempts,
    sign_on_subjects,
    stops,
)

__all__ = [
    "api_keys",
    "assignments",
    "audit_entries",
    "audit_heads",
    "audit_samples",
    "audit_tiles",
    "deliveries",
    "delivery_attempts",
    "events",
    "explorer_marks",
    "exports",
    "idempotency_keys",
    "instance",
    "item_contents",
    "item_facets",
    "item_receivers",
    "item_scores",
    "item_texts",
    "item_traces",
    "items",
    "jobs",
    "memberships",
    "metadata",
    "metric_cells",
    "metric_durations",
    "metric_positions",
    "metric_zones",
    "outcome_order",
    "outcomes",
    "people",
    "policies",
    "projects",
    "queue_settings",
    "recalls",
    "reviews",
    "routes",
    "saved_views",
    "seats",
    "sessions",
    "sign_in_attempts",
    "sign_on_subjects",
    "skips",
    "stops",
    "webhooks",
    "worker_beats",
]
