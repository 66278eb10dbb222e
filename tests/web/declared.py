"""Which permission each endpoint needs, copied by hand from the public contract, to compare the code with."""

from __future__ import annotations

_TABLE = """
public            POST /v1/setup ; POST /v1/people/accept ; POST /v1/sessions
public            GET /v1/sessions/oidc ; GET /v1/sessions/oidc/start ; GET /v1/sessions/oidc/return
self              DELETE /v1/sessions/current ; POST /v1/sessions/confirm ; GET /v1/me ; PATCH /v1/me
people.read       GET /v1/people
people.manage     POST /v1/people ; PATCH /v1/people/{id} ; DELETE /v1/people/{id} ; PUT /v1/people/{id}/roles
people.manage     POST /v1/people/{id}/invite
keys.manage       GET /v1/keys ; POST /v1/keys ; DELETE /v1/keys/{id}
project.read      GET /v1/projects ; GET /v1/projects/{slug} ; GET /v1/stop
project.manage    POST /v1/projects ; PATCH /v1/projects/{slug}
items.submit      POST /v1/items ; POST /v1/items/batch
items.outcome     GET /v1/items/{id}/outcome ; GET /v1/outcomes
items.recall      POST /v1/items/{id}/recall
items.override    POST /v1/items/{id}/override
items.appeal      POST /v1/items/{id}/appeal
items.reopen      POST /v1/items/{id}/reopen
items.read        GET /v1/items/filters ; GET /v1/items/filters/{name}
self              GET /v1/me/views ; PUT /v1/me/views
events.read       GET /v1/events ; GET /v1/events/stream
webhooks.manage   GET /v1/webhooks ; POST /v1/webhooks ; GET /v1/webhooks/{name} ; PATCH /v1/webhooks/{name}
webhooks.manage   DELETE /v1/webhooks/{name} ; POST /v1/webhooks/{name}/test ; POST /v1/webhooks/{name}/rotate
webhooks.manage   GET /v1/deliveries ; POST /v1/deliveries/{id}/replay ; POST /v1/deliveries/replay
items.read        GET /v1/items ; GET /v1/items/{id} ; GET /v1/items/{id}/timeline
queues.read       GET /v1/queues ; GET /v1/queues/stream ; GET /v1/queues/{name}
queues.manage     PATCH /v1/queues/{name}
assignments.claim POST /v1/assignments/claim
self              GET /v1/assignments ; GET /v1/assignments/{id} ; POST /v1/assignments/{id}/heartbeat
self              POST /v1/assignments/{id}/return ; PUT /v1/assignments/{id}/unsent-review
self              POST /v1/assignments/{id}/check ; POST /v1/reviews/{id}/undo ; GET /v1/reviews/{id}
self              GET /v1/reviews/today
reviews.write     POST /v1/assignments/{id}/review
reviews.read      GET /v1/reviews
policies.read     GET /v1/policies ; GET /v1/policies/schema ; GET /v1/policies/active ; GET /v1/policies/{n}
policies.read     POST /v1/policies/validate ; POST /v1/policies/diff ; POST /v1/policies/test
policies.read     GET /v1/policies/categories
policies.write    POST /v1/policies
policies.activate POST /v1/policies/{n}/approve ; POST /v1/policies/{n}/activate ; POST /v1/policies/rollback
stop.set          PUT /v1/stop
stop.lift         DELETE /v1/stop
system.read       GET /v1/health
audit_log.read    GET /v1/audit-log ; POST /v1/audit-log/verify ; GET /v1/audit-log/checkpoint ; GET /v1/audit-log/state
audit_log.read    GET /v1/audit-log/proof ; GET /v1/audit-log/consistency ; GET /v1/items/{id}/evidence
audit_log.read    GET /tile/{path:path}
metrics.read      GET /v1/metrics ; GET /v1/metrics/definitions ; GET /metrics
audit_samples.read GET /v1/audit-samples
exports.read      GET /v1/exports/stream ; GET /v1/exports ; GET /v1/exports/{id}
exports.read      GET /v1/exports/{id}/files/{file}
exports.write     POST /v1/exports
self              GET /v1/jobs/{id}
public            GET /livez ; GET /readyz ; GET /docs ; GET /docs/errors
self              GET /openapi.json
"""

DECLARED: dict[str, str] = {
    endpoint.strip(): permission
    for permission, _, endpoints in (line.partition(" ") for line in _TABLE.strip().splitlines())
    for endpoint in endpoints.split(";")
}
"""`POST /v1/keys` -> `keys.manage`."""
