"""Every metric: the question it answers, what is divided by what, by which clock, and who is left out.

The manual page, the words on hover and the API all come from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class By(StrEnum):
    """What the items may be told apart by."""

    SEGMENT = "segment"
    QUEUE = "queue"
    REVIEWER = "reviewer"
    MODEL = "model"
    VERSION = "version"
    SOURCE = "source"


class Clock(StrEnum):
    """Which moment of an item says to which stretch of time it belongs."""

    RECEIVED = "received"
    DECIDED = "decided"
    ANSWERED = "answered"
    NOW = "now"


class Unit(StrEnum):
    """What the value is counted in."""

    SHARE = "share"
    COUNT = "count"
    MS = "ms"
    PER_HOUR = "per_hour"
    MONEY = "money"


class Shape(StrEnum):
    """Whether there is one line for each group, or one for each quantile, or only the present."""

    LINE = "line"
    QUANTILES = "quantiles"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Metric:
    """One number about the desk. `alarm`: below the first or above the second somebody should look."""

    key: str
    title: str
    question: str
    numerator: str
    denominator: str
    clock: Clock
    unit: Unit
    by: tuple[By, ...]
    note: str = ""
    shape: Shape = Shape.LINE
    is_estimate: bool = False
    alarm: tuple[float, float] | None = None
    left_out: str = "Gold items, planted errors and drills."


@dataclass(frozen=True, slots=True)
class NotYet:
    """A metric that the stored data do not allow, and what it needs."""

    key: str
    title: str
    needs: str


ITEMS = (By.SEGMENT, By.QUEUE, By.MODEL, By.VERSION)
REVIEWS = (By.SEGMENT, By.QUEUE, By.REVIEWER, By.MODEL, By.VERSION)
RELEASED = (By.SEGMENT, By.MODEL, By.VERSION)
_TIMES = "P50, P95 and P99, each off by at most 4.5%: durations are kept in buckets an eighth of a doubling wide."

METRICS: tuple[Metric, ...] = (
    Metric(
        "items_received",
        "Items received",
        "How much comes in?",
        "items received",
        "none",
        Clock.RECEIVED,
        Unit.COUNT,
        ITEMS,
    ),
    Metric(
        "items_decided",
        "Items decided",
        "How much is settled, and by whom?",
        "items that got their outcome",
        "none",
        Clock.DECIDED,
        Unit.COUNT,
        (*ITEMS, By.SOURCE),
    ),
    Metric(
        "escalation_rate",
        "Sent to people",
        "How much goes to people?",
        "items that the policy sent to a person when they came",
        "items received",
        Clock.RECEIVED,
        Unit.SHARE,
        (By.SEGMENT, By.MODEL, By.VERSION),
        note="Audits of released items are not counted here.",
    ),
    Metric(
        "override_rate",
        "Changed by people",
        "How often do people set the machine aside?",
        "final verdicts that edit or reject",
        "final verdicts on items sent to people",
        Clock.ANSWERED,
        Unit.SHARE,
        REVIEWS,
        note="Above 30% the machine is not good enough for this work, or the policy sends the wrong items; below 2% "
        "people may be waving items through. A verdict counts once its item is decided; one that was undone never "
        "does.",
        alarm=(0.02, 0.30),
        left_out="Gold items, planted errors and drills; verdicts on audits; verdicts that were undone.",
    ),
    Metric(
        "reviewer_throughput",
        "Reviews per hour of work",
        "How fast does reviewing go?",
        "final verdicts, on audits too",
        "hours of active time in the review room",
        Clock.ANSWERED,
        Unit.PER_HOUR,
        REVIEWS,
        note="Active time is what the review room measured while the item was in front of the reviewer.",
    ),
    Metric(
        "reviews_given",
        "Reviews given",
        "How much do people do?",
        "final verdicts, on audits too",
        "none",
        Clock.ANSWERED,
        Unit.COUNT,
        REVIEWS,
    ),
    Metric(
        "latency_machine",
        "Added by the machine",
        "How long does the machine itself take?",
        "time from the request being read to its answer being stored",
        "requests with one item",
        Clock.RECEIVED,
        Unit.MS,
        (By.SEGMENT,),
        note=f"{_TIMES} Seen by the server, not kept with the item: at most the last 10 s are lost when a server is "
        "killed, and a rebuild leaves them as they are.",
        shape=Shape.QUANTILES,
        left_out="Items that came in batches.",
    ),
    Metric(
        "latency_added",
        "Receipt to outcome, all items",
        "How long do callers wait?",
        "time from receipt to outcome",
        "items that got their outcome",
        Clock.DECIDED,
        Unit.MS,
        ITEMS,
        note=f"{_TIMES} Items that no person saw count as 0 here; their own time is 'added by the machine'.",
        shape=Shape.QUANTILES,
    ),
    Metric(
        "resolution_time",
        "Receipt to outcome, items sent to people",
        "Where is the time lost?",
        "time from receipt to outcome",
        "items sent to people that got their outcome",
        Clock.DECIDED,
        Unit.MS,
        ITEMS,
        note=f"{_TIMES} Waiting, work and the undo window together.",
        shape=Shape.QUANTILES,
    ),
    Metric(
        "effective_throughput",
        "Items per hour, people included",
        "How much can this desk get through?",
        "items received (N)",
        "N x machine time + active time of people / people at work",
        Clock.RECEIVED,
        Unit.PER_HOUR,
        (By.SEGMENT,),
        note="N / (N t_machine + escalated t_human / people): t_machine and t_human are the means of this stretch, "
        "people are those who gave a verdict in it. It is what the desk could do if nobody ever waited.",
    ),
    Metric(
        "deadlines_kept",
        "Deadlines kept",
        "Are we in time?",
        "items with a deadline whose outcome was not late",
        "items with a deadline that got their outcome",
        Clock.DECIDED,
        Unit.SHARE,
        ITEMS,
        note="An item that was moved to a higher queue counts under that queue's deadline. Items still waiting past "
        "their deadline are not in here yet: see the oldest one waiting.",
    ),
    Metric(
        "late_share",
        "Late",
        "How many are late?",
        "items with a deadline whose outcome was late",
        "items with a deadline that got their outcome",
        Clock.DECIDED,
        Unit.SHARE,
        ITEMS,
    ),
    Metric(
        "audit_escape_rate",
        "Slips through",
        "What slips through?",
        "errors that audits found among automatic releases, each weighted by one over the probability of its draw",
        "answered audits, weighted the same way",
        Clock.RECEIVED,
        Unit.SHARE,
        RELEASED,
        note="Wilson's interval where all draws had one probability; else Hajek's ratio with Wilson's interval over "
        "Kish's effective number of audits. It is for errors as reviewers judge them, and takes the answered audits as "
        "a random part of the drawn ones.",
        is_estimate=True,
    ),
    Metric(
        "audit_coverage",
        "Audited",
        "How much of what is released does somebody look at?",
        "automatic releases whose audit was answered",
        "items released automatically",
        Clock.RECEIVED,
        Unit.SHARE,
        RELEASED,
        note="It still grows for recent days, while audits wait.",
    ),
    Metric(
        "confidently_wrong",
        "Confidently wrong",
        "Where was the machine sure and wrong?",
        "errors that audits found among items released by a confidence band",
        "none",
        Clock.RECEIVED,
        Unit.COUNT,
        RELEASED,
        note="What was found, not what there is: audits look at a part only.",
    ),
    Metric(
        "recall_rate",
        "Taken back",
        "How much of what was given out does not stand?",
        "items whose outcome was taken back since, each once",
        "items that got their outcome",
        Clock.DECIDED,
        Unit.SHARE,
        (*ITEMS, By.SOURCE),
        note="By recall, override, appeal or reopening, each where its item was decided: it still grows for recent "
        "days, because an outcome can be taken back at any time.",
    ),
    Metric(
        "post_review_error_rate",
        "Wrong after review",
        "How often was a person's decision wrong?",
        "items decided by people whose outcome was taken back since, each once",
        "items decided by people",
        Clock.DECIDED,
        Unit.SHARE,
        ITEMS,
        note="What came to light, not what there is: nobody looks again at most reviewed items. It still grows for "
        "recent days.",
        left_out="Gold items, planted errors and drills; fallbacks and what the policy decided.",
    ),
    Metric(
        "cost_per_decision",
        "Cost per decision",
        "What does a decision cost?",
        "active minutes x cost per minute + reviews x cost per review",
        "items that got their outcome",
        Clock.DECIDED,
        Unit.MONEY,
        (By.SEGMENT, By.MODEL, By.VERSION),
        note="From the project's settings cost_per_minute, cost_per_review and currency. The work of people only; a "
        "review counts when it was given, its item when it was decided.",
    ),
    Metric(
        "queue_depth",
        "Waiting for people",
        "How much is waiting?",
        "seats that nobody holds",
        "none",
        Clock.NOW,
        Unit.COUNT,
        (By.QUEUE,),
        shape=Shape.PRESENT,
    ),
    Metric(
        "oldest_waiting",
        "Oldest waiting",
        "How long has the oldest one waited?",
        "time since the oldest waiting seat was made",
        "none",
        Clock.NOW,
        Unit.MS,
        (By.QUEUE,),
        shape=Shape.PRESENT,
    ),
    Metric(
        "held_now",
        "In people's hands",
        "How much is being worked on?",
        "seats that somebody holds",
        "none",
        Clock.NOW,
        Unit.COUNT,
        (By.QUEUE,),
        shape=Shape.PRESENT,
    ),
)
BY_KEY = {one.key: one for one in METRICS}

NOT_YET: tuple[NotYet, ...] = (
    NotYet("repeat_error_rate", "Repeated errors", "the memory of corrected errors that recognises a repeat"),
    NotYet("gold_accuracy", "Right on gold items", "gold items with known answers"),
    NotYet("return_per_segment", "Return", "a random share done from scratch as a baseline, and what an error costs"),
    NotYet("loop_efficacy", "Loop efficacy", "model or policy versions that were learnt from reviews"),
)
