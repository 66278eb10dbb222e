"""HTTP of reviewing: claiming, holding, deciding, taking back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from handrail.kit.clock import to_ms
from handrail.kit.errors import FieldFault, Forbidden, Invalid, NotFound
from handrail.kit.ids import is_id
from handrail.stages.reviewing import claims, verdicts
from handrail.stages.reviewing.day import midnight
from handrail.stages.reviewing.desk import Rechecked, ReviewDesk
from handrail.stages.reviewing.queries import assignments, items, reviews
from handrail.stages.reviewing.rules import Reviewer
from handrail.stages.reviewing.view import assignment_out, review_out, score_json
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.web.paging import read_cursor, write_cursor
from handrail.wire.base import Page
from handrail.wire.items import ReviewOut, ScoreOut
from handrail.wire.reviewing import (
    AssignmentOut,
    AssignmentsOut,
    Claimed,
    ClaimIn,
    FenceIn,
    LeaseOut,
    RecheckIn,
    RecheckOut,
    ReturnIn,
    ReviewDone,
    ReviewIn,
    ReviewsToday,
    UnsentReview,
)


def reviewer_of(call: Call) -> Reviewer:
    """The caller as queues see people; keys review nothing."""
    place = call.caller.membership
    if place is None:
        raise Forbidden("Only people review; sign in as one.")
    return Reviewer(call.caller.id, place.level, place.skills, place.languages)


def routes(house: House, desk: ReviewDesk) -> Door:
    """Assignments and reviews."""
    door = Door(house)
    _claiming(door, desk)
    _holding(door, desk)
    _deciding(door, desk)
    _looking(door)
    return door


def _claiming(door: Door, desk: ReviewDesk) -> None:
    @door.post("/assignments/claim", needs="assignments.claim", response_model=Claimed)
    def claim(call: Call, body: ClaimIn) -> Response:
        """Hands out the most urgent items this person may take; empty answers say why."""
        reviewer = reviewer_of(call)

        def work(session: Session) -> Answer:
            taken = claims.claim(session, desk, call.project_id, reviewer, body.queues, body.limit)
            shown = [assignment_out(session, desk, one) for one in taken.assignments]
            session.after_commit(lambda: _note(call, shown))
            return Answer(Claimed(assignments=shown, empty_because=taken.empty_because))  # type: ignore[arg-type]  # the words are those of the wire

        return call.change(work, wake=(f"queues:{call.project_id}", "events"))

    @door.get("/assignments", needs="self")
    def list_assignments(call: Call, state: Annotated[str, Query(max_length=100)] = "held") -> AssignmentsOut:
        """The caller's own assignments, newest first."""
        states = state.split(",")
        project_id = _own_project(call)

        def look(session: Session) -> AssignmentsOut:
            found = assignments.held_by(session, project_id, call.caller.id, states)
            return AssignmentsOut(data=[assignment_out(session, desk, one) for one in found])

        return call.read(look)

    @door.get("/assignments/{id}", needs="self", of="assignment")
    def get_assignment(call: Call, id: str) -> AssignmentOut:
        """One of the caller's own assignments."""

        def look(session: Session) -> AssignmentOut:
            found = assignments.assignment(session, id)
            if found is None or found["person_id"] != call.caller.id:
                raise NotFound()
            return assignment_out(session, desk, found)

        return call.read(look)


def _note(call: Call, taken: Sequence[AssignmentOut]) -> None:
    """What was just handed out is asked about next."""
    for one in taken:
        call.house.note_owner("assignment", one.assignment_id, call.project_id)


def _own_project(call: Call) -> str:
    if call.caller.project_id is None:
        raise Invalid("Name the project in the header Handrail-Project.", code="project_required")
    return call.caller.project_id


def _shown(session: Session, desk: ReviewDesk, id: str) -> AssignmentOut:
    found = assignments.assignment(session, id)
    assert found is not None
    return assignment_out(session, desk, found)


def _holding(door: Door, desk: ReviewDesk) -> None:
    @door.post("/assignments/{id}/heartbeat", needs="self", of="assignment", response_model=LeaseOut)
    def beat(call: Call, id: str, body: FenceIn) -> Response:
        """Renews the lease."""

        def work(session: Session) -> Answer:
            held = claims.own(session, id, call.caller.id)
            return Answer(LeaseOut(lease_until=claims.heartbeat(session, desk, held, call.caller.id, body.fence)))

        return call.change(work)

    @door.post("/assignments/{id}/return", needs="self", of="assignment", status_code=204, response_class=Response)
    def give_back(call: Call, id: str, body: ReturnIn) -> Response:
        """Returns an item; a skip needs a reason and keeps it from being offered again."""
        if body.skip and not (body.reason or "").strip():
            raise Invalid(fields=(FieldFault("/reason", "missing_key", "Say why you skip it."),))
        if body.to is not None:
            raise Invalid(
                fields=(FieldFault("/to", "not_yet", "This version does not hand over; return it to the queue."),)
            )

        def work(session: Session) -> Answer:
            held = claims.own(session, id, call.caller.id)
            claims.give_back(session, desk, held, call.caller.id, body)
            return Answer(status=204)

        return call.change(work, wake=(f"queues:{call.project_id}", "events"))

    @door.put(
        "/assignments/{id}/unsent-review", needs="self", of="assignment", status_code=204, response_class=Response
    )
    def keep(call: Call, id: str, body: UnsentReview) -> Response:
        """Keeps unfinished work, also when the lease is lost."""

        def work(session: Session) -> Answer:
            verdicts.keep_unsent(session, claims.own(session, id, call.caller.id), body)
            return Answer(status=204)

        return call.change(work)

    @door.post("/assignments/{id}/check", needs="self", of="assignment")
    def check_edit(call: Call, id: str, body: RecheckIn) -> RecheckOut:
        """Tier 1 on an edit as it is typed; nothing is stored."""
        output = body.output.model_dump(mode="json", by_alias=True, exclude_none=True)
        done = _recheck(call, desk, id, output)
        scores = [ScoreOut.model_validate(score_json(one)) for one in done.scores]
        return RecheckOut(scores=scores, failed=list(done.failed))


def _recheck(call: Call, desk: ReviewDesk, assignment_id: str, output: dict[str, Any]) -> Rechecked:
    """Runs the checks outside any write."""

    def look(session: Session) -> Rechecked:
        held = claims.own(session, assignment_id, call.caller.id)
        material = items.material(session, held["item_id"])
        version = material["policy_version"]
        return desk.policies.recheck(session, held["project_id"], version, material["body"], output)

    return call.read(look)


def _deciding(door: Door, desk: ReviewDesk) -> None:
    @door.post("/assignments/{id}/review", needs="reviews.write", of="assignment", response_model=ReviewDone)
    def give_verdict(call: Call, id: str, body: ReviewIn) -> Response:
        """One verdict: decides, saves and, with `claim_next`, hands out the next item in the same answer."""
        reviewer = reviewer_of(call)
        edited = None if body.output is None else body.output.model_dump(mode="json", by_alias=True, exclude_none=True)
        rechecked = _recheck(call, desk, id, edited) if body.verdict == "edit" and edited is not None else None

        def work(session: Session) -> Answer:
            given = verdicts.submit(session, desk, id, call.caller.id, body, rechecked)
            following = (
                claims.claim(session, desk, call.project_id, reviewer, body.queues, 1) if body.claim_next else None
            )
            taken = [assignment_out(session, desk, one) for one in following.assignments] if following else []
            session.after_commit(lambda: _note(call, taken))
            return Answer(
                ReviewDone(
                    review=review_out(given.review, call.caller.identity.name),
                    undo_until=given.undo_until,
                    next=taken[0] if taken else None,
                    empty_because=following.empty_because if following else None,  # type: ignore[arg-type]  # the words are those of the wire
                )
            )

        return call.change(work, wake=(f"queues:{call.project_id}", "jobs", "events"))

    @door.post("/reviews/{id}/undo", needs="self", of="review", response_model=AssignmentOut)
    def undo(call: Call, id: str) -> Response:
        """Takes the own verdict back within its window; the item is held again, under a new fence."""

        def work(session: Session) -> Answer:
            return Answer(_shown(session, desk, verdicts.undo(session, desk, id, call.caller.id)))

        return call.change(work, wake=(f"queues:{call.project_id}", "events"))


def _looking(door: Door) -> None:
    @door.get("/reviews", needs="reviews.read")
    def list_reviews(
        call: Call,
        item_id: Annotated[str | None, Query(max_length=2_000)] = None,
        reviewer_id: Annotated[str | None, Query(max_length=2_000)] = None,
        queue: Annotated[str | None, Query(max_length=2_000)] = None,
        verdict: Annotated[str | None, Query(max_length=100)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Page[ReviewOut]:
        """Final and settling reviews of the project, newest first."""
        given = {"item_id": item_id, "reviewer_id": reviewer_id, "queue": queue, "verdict": verdict}
        filters: dict[str, Any] = {name: value.split(",") for name, value in given.items() if value is not None}
        _refuse_bad_ids(filters)
        after = read_cursor(cursor, call.project_id, filters, (int, str))
        found = call.read(lambda session: reviews.reviews_page(session, call.project_id, filters, after, limit))
        last = found[limit - 1] if len(found) > limit else None
        names = call.read(lambda session: reviews.names(session, {one["person_id"] for one in found}))
        return Page(
            data=[review_out(one, names.get(one["person_id"])) for one in found[:limit]],
            next_cursor=write_cursor((to_ms(last["submitted_at"]), last["id"]), call.project_id, filters)
            if last
            else None,
        )

    @door.get("/reviews/today", needs="self")
    def count_reviews_today(call: Call) -> ReviewsToday:
        """How many verdicts the caller has given since midnight in the project's zone, those taken back left out."""
        project_id = _own_project(call)

        def look(session: Session) -> ReviewsToday:
            since = midnight(session, project_id)
            return ReviewsToday(given=reviews.given_since(session, project_id, call.caller.id, since), since=since)

        return call.read(look)

    @door.get("/reviews/{id}", needs="self", of="review")
    def get_review(call: Call, id: str) -> ReviewOut:
        """One review: the own ones, or any with reviews.read."""

        def look(session: Session) -> ReviewOut:
            found = reviews.review(session, id)
            if found is None or (found["person_id"] != call.caller.id and not call.caller.may("reviews.read")):
                raise NotFound()
            return review_out(found, reviews.names(session, {found["person_id"]}).get(found["person_id"]))

        return call.read(look)


def _refuse_bad_ids(filters: dict[str, Any]) -> None:
    for name in ("item_id", "reviewer_id"):
        if any(not is_id(one) for one in filters.get(name, ())):
            raise Invalid(
                fields=(FieldFault(f"/{name}", "bad_type", "An id has 36 characters, lower case with hyphens."),)
            )
