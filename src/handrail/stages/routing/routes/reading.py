"""Policies to be read: all versions, the active one, the language, what reviews say of its errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any  # Any: rows

from fastapi import Query
from starlette.responses import Response

from handrail.kit.errors import NotFound
from handrail.stages.routing import queries
from handrail.stages.routing.approvals import needs_approval
from handrail.stages.routing.language import schema
from handrail.stages.routing.routes.shown import etag, policy_out
from handrail.stages.routing.service import PolicyBook
from handrail.stats.shares import wilson
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.wire.policies import CategoriesOut, CategoryUse, PoliciesOut, PolicyOut, Version

LEVEL = 0.95


def reading(door: Door, book: PolicyBook) -> None:
    """What whoever may read policies can look at."""

    @door.get("/policies", needs="policies.read")
    def list_policies(call: Call) -> PoliciesOut:
        """All versions, newest first."""

        def look(session: Session) -> PoliciesOut:
            found = queries.policy_list(session, call.project_id)
            needed = needs_approval(queries.project(session, call.project_id))
            return PoliciesOut(data=[policy_out(one) for one in found], needs_approval=needed)

        return call.read(look)

    @door.get("/policies/schema", needs="policies.read", response_model=dict[str, Any])
    def get_schema(call: Call) -> dict[str, Any]:
        """JSON Schema of the policy language with this server's checks, for editors."""
        return schema(book.checks)

    @door.get("/policies/active", needs="policies.read", response_model=PolicyOut)
    def get_active(call: Call) -> Response:
        """The version in force; its ETag is what `activate` and `rollback` ask for."""

        def look(session: Session) -> Mapping[str, Any]:
            active = queries.project(session, call.project_id)["policy_version"]
            found = queries.policy(session, call.project_id, active)
            assert found is not None
            return found

        found = policy_out(call.read(look))
        return Response(found.model_dump_json(), headers={"ETag": etag(found.version)}, media_type="application/json")

    @door.get("/policies/categories", needs="policies.read")
    def list_categories(call: Call, days: Annotated[int, Query(ge=1, le=366)] = 30) -> CategoriesOut:
        """How often reviews of the last days named each kind of error, and its share of audited releases."""

        def look(session: Session) -> CategoriesOut:
            since = session.now - timedelta(days=days)
            counts = queries.review_counts(session, call.project_id, since)
            audits = counts.get("audit", 0)
            named: dict[str, dict[str, int]] = {}
            for category, kind, count in queries.category_uses(session, call.project_id, since):
                named.setdefault(category, {})[kind] = count
            data = [_use(name, kinds, audits) for name, kinds in sorted(named.items())]
            return CategoriesOut(since=since, reviews=sum(counts.values()), audits=audits, level=LEVEL, data=data)

        return call.read(look)

    @door.get("/policies/{n}", needs="policies.read")
    def get_policy(call: Call, n: Version) -> PolicyOut:
        """One version."""
        found = call.read(lambda session: queries.policy(session, call.project_id, n))
        if found is None:
            raise NotFound()
        return policy_out(found)


def _use(name: str, kinds: Mapping[str, int], audits: int) -> CategoryUse:
    found = kinds.get("audit", 0)
    interval = wilson(found, audits, level=LEVEL) if audits else None
    return CategoryUse(
        category=name,
        reviews=sum(kinds.values()),
        audits=found,
        share=found / audits if audits else None,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
    )
