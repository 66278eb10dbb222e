"""The keys of the language: which there are, what each takes, and which this version does not read yet."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any  # Any: the options of a check are JSON of the plugin's own shape
from zoneinfo import available_timezones

from handrail.domain.item import Autonomy
from handrail.domain.route import Show
from handrail.domain.score import Severity
from handrail.stages.routing.conditions.compiled import MOST_CHARACTERS
from handrail.stages.routing.hours import DAY_MINUTES, Opening
from handrail.stages.routing.language import document
from handrail.stages.routing.language.document import Listing, Node, Scalar
from handrail.stages.routing.language.faults import Faults
from handrail.stages.routing.language.model import (
    AskReason,
    AtBreach,
    BreachKind,
    Level,
    MetadataType,
    NotRun,
    QueueKind,
    Requires,
    RowThen,
    Then,
)
from handrail.stages.routing.language.shapes import (
    NAME,
    At,
    Either,
    Flag,
    ListOf,
    MapOf,
    Number,
    OneOf,
    Reading,
    Record,
    Shape,
    Share,
    Span,
    Text,
    not_yet,
    wrong,
)
from handrail.stages.routing.suggestions import did_you_mean, nearest

LANGUAGE_VERSION = 1
LABELS = Text(200)
CONDITION = At(Text(MOST_CHARACTERS))
_LANGUAGE_TAG = re.compile(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
_SEGMENT = re.compile(r"^(default|[a-z0-9][a-z0-9_.-]{0,63}:[a-z0-9][a-z0-9_.-]{0,63})$")
_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_RANGE = f"^({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?$"


def _version(node: Node, faults: Faults) -> int | None:
    if not isinstance(node, Scalar) or node.value is True or node.value != LANGUAGE_VERSION:
        wrong(node, faults, f"this server reads version {LANGUAGE_VERSION} of the language: write 1")
        return None
    return LANGUAGE_VERSION


def _segment(node: Node, faults: Faults) -> str | None:
    if not isinstance(node, Scalar) or not _SEGMENT.match(node.text):
        wrong(node, faults, "write a segment as domain:task, or default")
        return None
    return node.text


def _language(node: Node, faults: Faults) -> str | None:
    if not isinstance(node, Scalar) or not _LANGUAGE_TAG.match(node.text):
        wrong(node, faults, "write a language such as en or de-AT")
        return None
    return node.text


def _zone(node: Node, faults: Faults) -> str | None:
    zones = available_timezones()
    if not isinstance(node, Scalar) or node.value not in zones:
        name = node.text if isinstance(node, Scalar) else ""
        close = nearest(name, zones)
        faults.add(node.place, "unknown_name", f'there is no zone "{name[:60]}"{did_you_mean(close)}', close)
        return None
    return node.text


def _openings(node: Node, faults: Faults) -> tuple[Opening, ...] | None:
    if isinstance(node, Listing):
        read = [_opening(item, faults) for item in node.items]
        return tuple(one for one in read if one is not None)
    one = _opening(node, faults)
    return None if one is None else (one,)


def _opening(node: Node, faults: Faults) -> Opening | None:
    match = _CLOCK.match(node.text) if isinstance(node, Scalar) else None
    if match is None:
        wrong(node, faults, 'write open times as "08:00-18:00"')
        return None
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if not start < end <= DAY_MINUTES:
        faults.add(node.place, "bad_type", "open times end after they begin, at 24:00 at the latest")
        return None
    return Opening(start, end)


def _date(node: Node, faults: Faults) -> date | None:
    try:
        if isinstance(node, Scalar) and _DATE.match(node.text):
            return date.fromisoformat(node.text)
    except ValueError:
        pass
    wrong(node, faults, "write a date such as 2026-12-25")
    return None


def _at_breach(node: Node, faults: Faults) -> AtBreach | None:
    words = {BreachKind.FALLBACK.value, BreachKind.BLOCK.value}
    if isinstance(node, Scalar) and node.value in words:
        return AtBreach(BreachKind(node.text))
    if isinstance(node, document.Mapping) and len(node.entries) == 1:
        values = _BREACH.read(node, faults)
        if values is None or not values.read:
            return None
        if "elevate" in values.read:
            return AtBreach(BreachKind.ELEVATE, queue=values.get("elevate"))
        return AtBreach(BreachKind.RELEASE, why=values.get("release"))
    wrong(node, faults, 'write fallback, block, {elevate: queue} or {release: "why"}')
    return None


def _why(node: Node, faults: Faults) -> str | None:
    text = Text(2_000).read(node, faults)
    if text is not None and len(text.split()) < 3:
        wrong(node, faults, "say in words why an unseen release is right")
        return None
    return text


def _priority(node: Node, faults: Faults) -> object:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return CONDITION.read(node, faults)
    return Number(0, 100).read(node, faults)


def _threshold(node: Node, faults: Faults) -> float | None:
    if isinstance(node, document.Mapping):
        not_yet(node.place, faults, "certified")
        return None
    return Number(-1e12, 1e12).read(node, faults)


def _uniform(node: Node, faults: Faults) -> float | None:
    share = Share().read(node, faults)
    if share is not None and share < 1:
        not_yet(node.place, faults, "uniform")
        return None
    return share


def _text_or_languages(node: Node, faults: Faults) -> dict[str, str] | None:
    if not isinstance(node, document.Mapping):
        text = _FALLBACK.read(node, faults)
        return None if text is None else {"": text}
    if not node.entries:
        wrong(node, faults, "write a text, or one for each language")
        return None
    texts = MapOf(_FALLBACK, _LANGUAGE_TAG, "a language such as en or de-AT").read(node, faults)
    return None if texts is None else {tag: text.value for tag, text in texts.items()}


def _check_options(node: Node, faults: Faults) -> Node | None:
    if isinstance(node, Scalar) and node.value is None:
        return document.Mapping(node.place, ())
    if not isinstance(node, document.Mapping):
        wrong(node, faults, "write the options of the check, or {}")
        return None
    return node


_FALLBACK = Text(20_000)
_BREACH = Record({"elevate": NAME, "release": Reading(_why, {"type": "string"})})
_PENDING = Record({"show": OneOf(Show), "label": LABELS}, required=("show",))
_WITH_HANDLING: dict[str, Shape[Any]] = {
    "queue": At(NAME),
    "requires": OneOf(Requires, later=frozenset({"two_person"})),
    "priority": Reading(_priority, {"type": ["number", "string"]}),
    "deadline": Span(),
    "pending": _PENDING,
}
_LATER_HANDLING = frozenset({"sign_offs", "reviews"})


def _of(own: dict[str, Shape[Any]], shared: dict[str, Shape[Any]]) -> dict[str, Shape[Any]]:
    return own | shared


_BLOCK = Record({"name": At(NAME), "when": CONDITION, "category": At(NAME)}, required=("name", "when"))
_REVIEW = Record(
    _of({"name": At(NAME), "when": CONDITION, "high_stakes": Flag()}, _WITH_HANDLING),
    required=("name", "when"),
    later=_LATER_HANDLING,
)
_THRESHOLD = Reading(_threshold, {"type": "number"})
_ROW = Record(
    _of({"above": _THRESHOLD, "from": _THRESHOLD, "then": OneOf(RowThen), "uncertified": Flag()}, _WITH_HANDLING),
    later=_LATER_HANDLING,
)
_BANDS = Record({"on": CONDITION, "rows": ListOf(_ROW, 50)}, required=("rows",), later=frozenset({"judge_may_release"}))
_QUEUE = Record(
    {
        "kind": OneOf(QueueKind),
        "level": OneOf(Level),
        "skills": ListOf(NAME, 50),
        "languages": ListOf(Reading(_language, {"type": "string", "pattern": _LANGUAGE_TAG.pattern}), 50),
        "priority": _WITH_HANDLING["priority"],
        "deadline": Span(),
        "hours": At(NAME),
        "warn": ListOf(Span(), 10),
        "fast_track": Span(),
        "at_breach": Reading(_at_breach, {"anyOf": [{"enum": ["fallback", "block"]}, _BREACH.schema()]}),
        "requires": _WITH_HANDLING["requires"],
        "reason": OneOf(AskReason),
        "lease": Span(),
        "undo": Span(zero=True, most=timedelta(hours=1)),
        "hide_scores": Flag(),
        "least_time": Span(zero=True, most=timedelta(hours=1)),
    },
    later=frozenset({"reviews", "sign_offs", "sign", "rubric", "guideline"}),
)
_WEEK = MapOf(Reading(_openings, {"type": ["string", "array"]}), re.compile(_DAY_RANGE), "a day or days: fri, mon-fri")
_HOURS = Record(
    {
        "zone": Reading(_zone, {"type": "string"}),
        "week": _WEEK,
        "holidays": ListOf(Reading(_date, {"type": "string", "format": "date"}), 1_000),
    },
    required=("zone", "week"),
)
_AUTONOMY = Record(
    {
        "segments": MapOf(OneOf(Autonomy), _SEGMENT, "a segment as domain:task, or default", most=1_000),
        "capped": ListOf(At(Reading(_segment, {"type": "string", "pattern": _SEGMENT.pattern})), 1_000),
    },
    later=frozenset({"rise"}),
)
_AUDIT = Record(
    {
        "share": Share(),
        "least": At(Share()),
        "uniform": Reading(_uniform, {"const": "100%"}),
        "queue": At(NAME),
    },
    later=frozenset({"start", "per_week"}),
)
_METADATA = Record(
    {"type": OneOf(MetadataType), "required": Flag(), "unit": Text(40), "filter": Flag()}, required=("type",)
)
_CATEGORY = Record({"severity": OneOf(Severity), "tolerate": Share()})
_CHECK_OPTIONS = Reading(_check_options, {"type": ["object", "null"]})

POLICY = Record(
    {
        "policy": Reading(_version, {"const": LANGUAGE_VERSION}),
        "error_from": OneOf(Severity),
        "metadata": MapOf(_METADATA, re.compile(r"^.{1,64}$"), "a key of 1 to 64 characters", most=64),
        "categories": MapOf(_CATEGORY),
        "checks": MapOf(_CHECK_OPTIONS),
        "block": ListOf(_BLOCK),
        "review": ListOf(_REVIEW),
        "not_run": OneOf(NotRun),
        "bands": _BANDS,
        "autonomy": _AUTONOMY,
        "hours": MapOf(_HOURS),
        "queues": MapOf(_QUEUE),
        "pending": _PENDING,
        "fallback": Reading(_text_or_languages, Either(_FALLBACK, MapOf(_FALLBACK, _LANGUAGE_TAG)).schema()),
        "audit": _AUDIT,
    },
    required=("policy",),
    later=frozenset({"classifiers", "judges", "brake", "adjudication", "learning", "gold", "quality", "budget"}),
    what="a policy begins with `policy: 1`",
)
THEN = OneOf(Then, later=frozenset({"repair"}))
