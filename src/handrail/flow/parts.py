"""What all rooms together know of one item, for its own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: rows

from handrail.stages.adjudicating import queries as outcome_queries
from handrail.stages.checking import queries as score_queries
from handrail.stages.delivering.routes import deliveries as delivery_routes
from handrail.stages.delivering.service.results import result_of
from handrail.stages.monitoring.queries import samples as sample_queries
from handrail.stages.recalling import queries as recall_queries
from handrail.stages.recalling.rules import LOOKS
from handrail.stages.reviewing.queries import items as item_queries
from handrail.stages.reviewing.queries import reviews as review_queries
from handrail.stages.reviewing.queries import seats as seat_queries
from handrail.stages.reviewing.view import review_out
from handrail.stages.routing.service import PolicyBook
from handrail.storage import Session
from handrail.wire.items import CategoryOut, PersonRef, RecallEntry, SecondLookOut


def item_parts(book: PolicyBook, session: Session, item: Mapping[str, Any]) -> dict[str, Any]:
    """What the other rooms know of an item, for its own page."""
    categories = book.version(session, item["project_id"], item["policy_version"]).categories
    found = review_queries.reviews_of(session, item["id"])
    recalled = recall_queries.recalls_of(session, item["id"])
    recallers = {one["actor"].removeprefix("person:") for one in recalled if one["actor"].startswith("person:")}
    names = review_queries.names(session, {one["person_id"] for one in found} | recallers)
    material = item_queries.material(session, item["id"])
    sample = sample_queries.sample(session, item["id"])
    decided = outcome_queries.outcome(session, item["id"]) is not None
    return {
        "scores": score_queries.scores(session, item["id"]),
        "route": material["route"],
        # reviews of an undecided item are shown to nobody but its adjudicator and auditors
        "reviews": [review_out(one, names.get(one["person_id"])) for one in found] if decided else [],
        "outcome": result_of(session, item["project_id"], item_id=item["id"]) if decided else None,
        "audit_sample": None if sample is None else _sample_json(sample),
        "taxonomy": [CategoryOut(name=name, severity=one.severity.value) for name, one in categories.items()],
        "recalls": [_recall_entry(one, names) for one in recalled],
        "second_looks": [
            _second_look(one, recalled, found) for one in seat_queries.looks_of(session, item["id"], LOOKS)
        ],
        "deliveries": delivery_routes.of_item(session, item["project_id"], item["id"]),
    }


def _recall_entry(recall: Mapping[str, Any], names: Mapping[str, str]) -> RecallEntry:
    person_id = recall["actor"].removeprefix("person:")
    by = PersonRef(person_id=person_id, name=names[person_id]) if person_id in names else None
    shown = {name: recall[name] for name in RecallEntry.model_fields if name not in ("recall_id", "by")}
    return RecallEntry(recall_id=recall["id"], by=by, **shown)


def _second_look(
    seat: Mapping[str, Any], recalled: Sequence[Mapping[str, Any]], reviews: Sequence[Mapping[str, Any]]
) -> SecondLookOut:
    led_to = {one["review_id"] for one in recalled}
    mine = {one["id"] for one in reviews if one["seat_id"] == seat["id"]}
    state = "open" if seat["status"] != "closed" else "recalled" if mine & led_to else "upheld"
    return SecondLookOut(
        kind=seat["kind"],
        reason=seat["why"],
        by=seat["asked_by"],
        queue=seat["queue"],
        state=state,  # type: ignore[arg-type]  # one of its three words
        asked_at=seat["created_at"],
        due_at=seat["due_at"],
    )


def _sample_json(sample: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: sample[name]
        for name in ("segment", "pick", "probability", "drawn_at", "answered_at", "verdict", "is_error")
    }
