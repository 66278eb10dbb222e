"""HTTP of monitoring: audit samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal  # Any: rows

from fastapi import Query

from handrail.stages.monitoring.queries import samples as queries
from handrail.storage import Session
from handrail.web.call import Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.wire.audit_samples import AuditSampleOut
from handrail.wire.base import Page


def routes(house: House) -> Door:
    """GET /audit-samples."""
    door = Door(house)

    @door.get("/audit-samples", needs="audit_samples.read")
    def list_audit_samples(
        call: Call,
        segment: Annotated[str | None, Query(max_length=129)] = None,
        state: Literal["open", "answered"] | None = None,
        is_error: bool | None = None,
        sort: Literal["received_at", "-received_at"] = "received_at",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Page[AuditSampleOut]:
        """What was drawn at random from the released items, in the order the items came, with the probability of
        each draw and, once answered, what a person found."""
        named = {"segment": segment, "state": state, "is_error": is_error, "sort": sort}
        filters = {name: one for name, one in named.items() if one is not None}
        after = read_cursor(cursor, call.project_id, filters, (str,))

        def look(session: Session) -> Sequence[Mapping[str, Any]]:
            answered = None if state is None else state == "answered"
            wanted = queries.Wanted(answered, segment, is_error, sort == "-received_at")
            return queries.page(session, call.project_id, wanted, after[0] if after else None, limit + 1)

        found = call.read(look)
        last = found[limit - 1]["item_id"] if len(found) > limit else None
        return Page[AuditSampleOut](
            data=[_shown(one) for one in found[:limit]],
            next_cursor=write_cursor((last,), call.project_id, filters) if last else None,
        )

    return door


def _shown(row: Mapping[str, Any]) -> AuditSampleOut:
    return AuditSampleOut(**{name: row[name] for name in AuditSampleOut.model_fields})
