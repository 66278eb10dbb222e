"""HTTP of recalling: taking an outcome back, correcting it, appealing, reopening."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol  # Any: items and results are JSON

from starlette.responses import Response

from handrail.stages.recalling.rules import APPEAL, REOPEN
from handrail.storage import Session
from handrail.web.call import Answer, Call
from handrail.web.door import Door
from handrail.web.house import House
from handrail.wire.items import ItemOut, ResultOut
from handrail.wire.recalling import AppealIn, OverrideIn, RecallIn, ReopenIn


class Desk(Protocol):
    """What the other rooms do here; flow.Afterwards."""

    def recheck(self, session: Session, item_id: str, correction: Mapping[str, Any]) -> Any:
        """Tier 1 on a correction; nothing is stored."""
        ...

    def recall(self, session: Session, item_id: str, given: RecallIn, rechecked: Any, *, actor: str) -> None:
        """Takes an outcome back."""
        ...

    def ask_again(  # as it is defined there
        self, session: Session, item_id: str, kind: str, reason: str, *, by: str | None, queue: str | None, actor: str
    ) -> None:
        """Puts a decided item before somebody who took no part in it."""
        ...


Results = Callable[[Session, str, str], dict[str, Any]]
Items = Callable[[Session, str, str], ItemOut]


def routes(house: House, desk: Desk, result_of: Results, item_of: Items) -> Door:
    """POST /items/{id}/recall, /override, /appeal, /reopen."""
    door = Door(house)
    _taking_back(door, desk, result_of)
    _asking_again(door, desk, item_of)
    return door


def _taking_back(door: Door, desk: Desk, result_of: Results) -> None:
    def taken(call: Call, id: str, body: RecallIn, rechecked: Any) -> Response:
        def work(session: Session) -> Answer:
            desk.recall(session, id, body, rechecked, actor=call.caller.actor)
            return Answer(ResultOut.model_validate(result_of(session, call.project_id, id)))

        return call.change(work, wake=("events",))

    @door.post("/items/{id}/recall", needs="items.recall", of="item", response_model=ResultOut)
    def recall(call: Call, id: str, body: RecallIn) -> Response:
        """Takes an outcome back: whoever received it is told not to rely on it. What was given out stays on record."""
        return taken(call, id, body, None)

    @door.post("/items/{id}/override", needs="items.override", of="item", response_model=ResultOut)
    def override(call: Call, id: str, body: OverrideIn) -> Response:
        """The same with a correction, which passes the quick checks as a reviewer's edit does."""
        correction = body.correction.model_dump(mode="json", by_alias=True, exclude_none=True)
        return taken(call, id, body, call.read(lambda session: desk.recheck(session, id, correction)))


def _asking_again(door: Door, desk: Desk, item_of: Items) -> None:
    @door.post("/items/{id}/appeal", needs="items.appeal", of="item", response_model=ItemOut)
    def appeal(call: Call, id: str, body: AppealIn) -> Response:
        """The person concerned asks for another look; somebody else decides it. Until then the outcome stands."""

        def work(session: Session) -> Answer:
            desk.ask_again(session, id, APPEAL, body.reason, by=body.by, queue=None, actor=call.caller.actor)
            return Answer(item_of(session, call.project_id, id))

        return call.change(work, wake=(f"queues:{call.project_id}", "events"))

    @door.post("/items/{id}/reopen", needs="items.reopen", of="item", response_model=ItemOut)
    def reopen(call: Call, id: str, body: ReopenIn) -> Response:
        """A colleague asks for another look; somebody who took no part decides it. Until then the outcome stands."""

        def work(session: Session) -> Answer:
            desk.ask_again(session, id, REOPEN, body.reason, by=None, queue=body.queue, actor=call.caller.actor)
            return Answer(item_of(session, call.project_id, id))

        return call.change(work, wake=(f"queues:{call.project_id}", "events"))
