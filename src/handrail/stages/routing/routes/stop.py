"""The stop switch over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal  # Any: rows

from starlette.responses import Response

from handrail.kit.errors import Forbidden
from handrail.stages.routing import queries, service
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.wire.access import StopIn, StopOut


def stop_routes(door: Door) -> None:
    """`/stop`."""

    @door.get("/stop", needs="project.read")
    def get_stop(call: Call) -> StopOut:
        """Whether automatic release is stopped, since when, by whom and why."""
        return call.read(lambda session: stop_out(session, queries.stop_in_force(session, call.project_id)))

    @door.put("/stop", needs="stop.set", response_model=StopOut)
    def set_stop(call: Call, body: StopIn) -> Response:
        """Stops automatic release. Once answered, nothing is released automatically or at breach until it is lifted."""
        everywhere = _everywhere(call, body.scope)

        def work(session: Session) -> Answer:
            by = call.caller.id if call.caller.identity.kind == "person" else None
            if everywhere:
                service.set_stop_everywhere(session, freeze=body.freeze, reason=body.reason, by=by)
            else:
                service.set_stop(session, call.project_id, freeze=body.freeze, reason=body.reason, by=by)
            told = {"freeze": body.freeze, "why": body.reason, "scope": body.scope}
            call.audit(session, "stop.set", _subject(call, everywhere), told)
            return Answer(stop_out(session, queries.stop_in_force(session, call.project_id)))

        return call.change(work, wake=("policies", "events", f"queues:{call.project_id}"))

    @door.delete("/stop", needs="stop.lift", response_model=StopOut)
    def lift_stop(call: Call, scope: Literal["project", "everywhere"] = "project") -> Response:
        """Lets automatic release go on; what a freeze held back takes effect now, the oldest first."""
        everywhere = _everywhere(call, scope)

        def work(session: Session) -> Answer:
            by = call.caller.id if call.caller.identity.kind == "person" else None
            if everywhere:
                service.lift_stop_everywhere(session, by)
            else:
                service.lift_stop(session, call.project_id, by)
            call.audit(session, "stop.lifted", _subject(call, everywhere), {"scope": scope})
            return Answer(stop_out(session, queries.stop_in_force(session, call.project_id)))

        return call.change(work, wake=("policies", "jobs", "events", f"queues:{call.project_id}"))


def _everywhere(call: Call, scope: str) -> bool:
    """Whether every project is meant; raises Forbidden for whoever is no admin."""
    if scope == "everywhere" and not call.caller.may("project.manage"):
        raise Forbidden("Only an admin stops all projects, and lifts that again.")
    return scope == "everywhere"


def _subject(call: Call, everywhere: bool) -> str:
    return "everywhere" if everywhere else f"project:{call.project_id}"


def stop_out(session: Session, row: Mapping[str, Any] | None) -> StopOut:
    """The stop in force as it is shown; None where there is none."""
    if row is None:
        return StopOut(in_force=False, freeze=False, since=None, by=None, reason=None, scope=None)
    by = queries.name_of(session, row["set_by"]) if row["set_by"] else None
    scope: Literal["project", "everywhere"] = "everywhere" if row["project_id"] is None else "project"
    return StopOut(
        in_force=True, freeze=bool(row["freeze"]), since=row["set_at"], by=by, reason=row["reason"], scope=scope
    )
