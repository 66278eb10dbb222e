"""HTTP of routing: policies by version, and the stop switch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal  # Any: rows

from pydantic import Field
from starlette.responses import Response

from handrail.kit.errors import Forbidden, IfMatchRequired, NotFound, Stale
from handrail.stages.routing import queries, service
from handrail.stages.routing.language import BadPolicy, load, schema, warnings
from handrail.stages.routing.service import PolicyBook
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.wire.access import StopIn, StopOut
from handrail.wire.policies import PoliciesOut, PolicyIn, PolicyOut, ValidateIn, ValidateOut

Version = Annotated[int, Field(ge=1, le=1_000_000)]


def routes(house: House, book: PolicyBook) -> Door:
    """Policies and the stop."""
    door = Door(house)
    _reading(door, book)
    _changing(door, book)
    _stop(door)
    return door


def _reading(door: Door, book: PolicyBook) -> None:
    @door.get("/policies", needs="policies.read")
    def list_policies(call: Call) -> PoliciesOut:
        """All versions, newest first."""
        found = call.read(lambda session: queries.policy_list(session, call.project_id))
        return PoliciesOut(data=[policy_out(one) for one in found])

    @door.get("/policies/schema", needs="policies.read", response_model=dict[str, Any])
    def get_schema(call: Call) -> dict[str, Any]:
        """JSON Schema of the policy language, for editors."""
        return schema()

    @door.get("/policies/active", needs="policies.read", response_model=PolicyOut)
    def get_active(call: Call) -> Response:
        """The version in force; its ETag is what `activate` asks for."""

        def look(session: Session) -> Mapping[str, Any]:
            active = queries.project(session, call.project_id)["policy_version"]
            found = queries.policy(session, call.project_id, active)
            assert found is not None
            return found

        found = policy_out(call.read(look))
        return Response(found.model_dump_json(), headers={"ETag": etag(found.version)}, media_type="application/json")

    @door.get("/policies/{n}", needs="policies.read")
    def get_policy(call: Call, n: Version) -> PolicyOut:
        """One version."""
        found = call.read(lambda session: queries.policy(session, call.project_id, n))
        if found is None:
            raise NotFound()
        return policy_out(found)

    @door.post("/policies/validate", needs="policies.read")
    def validate(call: Call, body: ValidateIn) -> ValidateOut:
        """What is wrong with a text, with line and column; always 200."""
        try:
            return ValidateOut(valid=True, fields=[], warnings=list(warnings(load(body.yaml, book.checks))))
        except BadPolicy as error:
            return ValidateOut.of(error.fields)


def _changing(door: Door, book: PolicyBook) -> None:
    @door.post("/policies", needs="policies.write", response_model=PolicyOut, status_code=201)
    def propose(call: Call, body: PolicyIn) -> Response:
        """Stores the next version, proposed; every fault is named at once."""
        load(body.yaml, book.checks)

        def work(session: Session) -> Answer:
            author = call.caller.id if call.caller.identity.kind == "person" else None
            made = service.propose(session, call.project_id, body.yaml, body.note, author)
            call.audit(session, "policy.proposed", f"policy:{made['version']}", {"note": body.note})
            return Answer(policy_out(made), 201)

        return call.change(work)

    @door.post("/policies/{n}/activate", needs="policies.activate", response_model=PolicyOut)
    def activate(call: Call, n: Version) -> Response:
        """Puts a version in force. If-Match carries the ETag of the active one, so that nobody's change is lost."""
        expected = call.request.headers.get("If-Match")
        if expected is None:
            raise IfMatchRequired()

        def work(session: Session) -> Answer:
            active = queries.lock_project(session, call.project_id)["policy_version"]
            if expected != etag(active):
                raise Stale("Another version was activated meanwhile; load it again and repeat your change.")
            made = service.activate(session, call.project_id, n, None)
            call.audit(session, "policy.activated", f"policy:{n}", {"before": active})
            return Answer(policy_out(made), headers=(("ETag", etag(n)),))

        return call.change(work, wake=("policies",))


def _stop(door: Door) -> None:
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


def etag(version: int) -> str:
    """What `activate` asks for in If-Match."""
    return f'"r{version}"'


def policy_out(row: Mapping[str, Any]) -> PolicyOut:
    """A version as it is shown."""
    return PolicyOut(**{name: row[name] for name in PolicyOut.model_fields})


def stop_out(session: Session, row: Mapping[str, Any] | None) -> StopOut:
    """The stop in force as it is shown; None where there is none."""
    if row is None:
        return StopOut(in_force=False, freeze=False, since=None, by=None, reason=None, scope=None)
    by = queries.name_of(session, row["set_by"]) if row["set_by"] else None
    scope: Literal["project", "everywhere"] = "everywhere" if row["project_id"] is None else "project"
    return StopOut(
        in_force=True, freeze=bool(row["freeze"]), since=row["set_at"], by=by, reason=row["reason"], scope=scope
    )
