"""The stop switch over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: rows

from starlette.responses import Response

from handrail.kit.errors import FieldFault, Forbidden, Invalid
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
        if body.scope == "everywhere":
            if not call.caller.may("project.manage"):
                raise Forbidden("Only an admin stops all projects.")
            raise Invalid(fields=(FieldFault("/scope", "not_yet", "This version stops one project at a time."),))

        def work(session: Session) -> Answer:
            by = call.caller.id if call.caller.identity.kind == "person" else None
            made = service.set_stop(session, call.project_id, freeze=body.freeze, reason=body.reason, by=by)
            call.audit(session, "stop.set", f"project:{call.project_id}", {"freeze": body.freeze, "why": body.reason})
            return Answer(stop_out(session, made))

        return call.change(work, wake=("policies", f"queues:{call.project_id}"))

    @door.delete("/stop", needs="stop.lift", response_model=StopOut)
    def lift_stop(call: Call) -> Response:
        """Lets automatic release go on."""

        def work(session: Session) -> Answer:
            by = call.caller.id if call.caller.identity.kind == "person" else None
            service.lift_stop(session, call.project_id, by)
            call.audit(session, "stop.lifted", f"project:{call.project_id}", {})
            return Answer(stop_out(session, queries.stop_in_force(session, call.project_id)))

        return call.change(work, wake=("policies", "jobs", f"queues:{call.project_id}"))


def stop_out(session: Session, row: Mapping[str, Any] | None) -> StopOut:
    """The stop in force as it is shown; None where there is none."""
    if row is None:
        return StopOut(in_force=False, freeze=False, since=None, by=None, reason=None)
    by = queries.name_of(session, row["set_by"]) if row["set_by"] else None
    return StopOut(in_force=True, freeze=bool(row["freeze"]), since=row["set_at"], by=by, reason=row["reason"])
