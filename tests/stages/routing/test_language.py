"""What the language takes and refuses: every fault at its line and column."""

from __future__ import annotations

import re
from datetime import date, timedelta

import jsonschema
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from handrail.domain.item import Autonomy
from handrail.domain.route import Show
from handrail.domain.score import Severity
from handrail.kit.errors import FieldFault
from handrail.stages.routing.hours import Opening
from handrail.stages.routing.language import BadPolicy, check_metadata, load, policy_text, schema, warnings
from handrail.stages.routing.language.document import MAX_BYTES
from handrail.stages.routing.language.model import AtBreach, BreachKind, Level, MetadataType, NotRun, RowThen, Then
from tests.stages.routing.helpers import CHECKS, faults_of, read, said

SMALLEST_USEFUL = """\
policy: 1
bands:
  on: confidence
  rows:
    - {above: 0.90, then: release, uncertified: true}
    - {queue: team}
queues:
  team: {deadline: 8h, at_breach: fallback}
fallback: We have passed your question to a colleague.
autonomy: {segments: {default: exception}}
"""

EVERYTHING_NOW = """\
policy: 1
error_from: major
metadata:
  {amount: {type: number, unit: EUR, filter: true}, customer: {type: string}, due: {type: time},
   urgent: {type: boolean}, tags: {type: list, required: true}}
categories: {hallucination: {severity: critical}, missing_citation: {severity: minor}, unsafe: {}}
checks: {pii: {most: 3, kinds: [card], then: note}, citations: {}, numbers_in_context: }
block:
  - {name: toxic, when: "score('caller.toxicity') >= 0.9", category: unsafe}
review:
  - {name: high_stakes, when: "domain in ['medical', 'legal']", queue: senior, high_stakes: true}
  - {name: large_amount, when: "metadata.amount >= 50000", queue: senior, requires: approval,
     priority: "metadata.amount / 1000", deadline: 2h, pending: {show: nothing}}
not_run: ignore
bands:
  on: "1.0 - score('caller.risk')"
  rows:
    - {above: 0.92, then: release, uncertified: true}
    - {from: 0.70, queue: junior}
    - {queue: senior}
autonomy: {segments: {"claims:decision_letter": exception, default: monitor}, capped: ["claims:denial_letter"]}
hours:
  desk: {zone: Europe/Berlin, week: {mon-thu: "08:00-18:00", fri: ["08:00-12:00", "13:00-16:00"]},
         holidays: [2026-12-25]}
queues:
  junior: {kind: expert, level: junior, skills: [claims], languages: [de, en-GB], priority: 40, deadline: 4h,
           hours: desk, warn: [1h, 15m], fast_track: 30m, at_breach: {elevate: senior}, reason: always, lease: 5m,
           undo: 0s, hide_scores: true, least_time: 3s}
  senior: {kind: supervisor, level: senior, deadline: 8h, hours: always, at_breach: fallback}
  audit: {level: junior, at_breach: {release: "nobody waits for these items"}}
pending: {show: draft, label: "Draft, an expert is reviewing it"}
fallback: {en: "A colleague will write to you today.", de: "Wir schreiben Ihnen heute."}
audit: {share: 5%, least: 1%, uniform: 100%, queue: audit}
"""


def test_the_empty_policy_sends_everything_to_people() -> None:
    policy = read("policy: 1")
    assert list(policy.queues) == ["review"]
    assert policy.queues["review"].deadline is None
    assert (policy.bands, policy.pending.show, policy.fallback) == (None, Show.NOTHING, None)
    assert policy.autonomy_of("claims:letter") is Autonomy.GATE


def test_the_smallest_useful_policy_loads() -> None:
    policy = read(SMALLEST_USEFUL)
    assert policy.bands is not None
    assert [row.then for row in policy.bands.rows] == [RowThen.RELEASE, RowThen.REVIEW]
    assert warnings(policy) == []


def test_every_key_of_this_version_is_read() -> None:
    policy = read(EVERYTHING_NOW)
    junior = policy.queues["junior"]
    assert policy.error_from is Severity.MAJOR
    assert policy.metadata["tags"].type is MetadataType.LIST
    assert policy.metadata["amount"].unit == "EUR"
    assert policy.categories["unsafe"].severity is Severity.MAJOR
    assert policy.checks["pii"].then is Then.NOTE
    assert policy.checks["pii"].bound.options.model_dump() == {"most": 3, "kinds": ("card",)}
    assert policy.checks["citations"].then is Then.REVIEW
    assert policy.not_run is NotRun.IGNORE
    assert policy.autonomy.segments["default"] is Autonomy.MONITOR
    assert (junior.deadline, junior.warn) == (timedelta(hours=4), (timedelta(hours=1), timedelta(minutes=15)))
    assert junior.at_breach == AtBreach(BreachKind.ELEVATE, queue="senior")
    assert (junior.undo, junior.least_time, junior.level) == (timedelta(0), timedelta(seconds=3), Level.JUNIOR)
    assert junior.hours.week[4] == (Opening(480, 720), Opening(780, 960))
    assert junior.hours.holidays == {date(2026, 12, 25)}
    assert policy.queues["senior"].hours.always
    assert policy.fallback is not None
    assert policy.fallback.for_language("de-CH") == "Wir schreiben Ihnen heute."
    assert policy.fallback.for_language("fr") == "A colleague will write to you today."
    assert policy.audit.queue == "audit"
    large = policy.review[1].handling
    assert (large.requires, large.deadline) == ("approval", timedelta(hours=2))


def test_the_whole_contract_example_fails_only_for_what_is_not_read_yet() -> None:
    found = faults_of(BIG_EXAMPLE)
    assert {fault.code for fault in found} == {"not_yet"}
    assert found[0].message == "This version of Handrail does not read `classifiers` yet."
    named = {match[1] for fault in found if (match := re.search("`(.*)`", fault.message))}
    assert named >= {
        "classifiers",
        "judges",
        "two_person",
        "rise",
        "brake",
        "adjudication",
        "learning",
        "gold",
        "budget",
    }


BIG_EXAMPLE = """\
policy: 1
error_from: major
metadata: {amount: {type: number, unit: EUR, filter: true}, customer: {type: string, filter: true}}
categories:
  {hallucination: {severity: critical, tolerate: 0.5%}, wrong_entity: {severity: major, tolerate: 1%},
   unsafe: {severity: critical}}
checks: {pii: {kinds: [card, iban, national_id], then: note}, citations: {}, numbers_in_context: {then: note}}
classifiers: {toxicity: {flag: 0.40, fail: 0.90}, topic: {flag: 0.50}}
judges:
  grounded: {rubric: grounding, when: "confidence < 0.97 && size(context) > 0", within: 10s, budget: 20 EUR/day}
block:
  - {name: toxic, when: "failed('toxicity')", category: unsafe}
review:
  - {name: high_stakes, when: "label('topic') in ['medical', 'legal']", queue: senior, high_stakes: true}
  - {name: large_amount, when: "metadata.amount >= 50000", queue: senior, requires: two_person, high_stakes: true}
  - {name: toxic_and_pii, when: "flagged('toxicity') && flagged('pii')", queue: senior, priority: 80}
  - {name: ungrounded, queue: junior,
     when: "flagged('numbers_in_context') || (ran('grounded') && score('grounded') < 0.5)"}
not_run: review
bands:
  on: confidence
  rows:
    - {above: 0.92, then: release, uncertified: true}
    - {from: 0.70, queue: junior}
    - {queue: senior}
autonomy: {segments: {"claims:decision_letter": exception}, capped: ["claims:denial_letter"],
           rise: {error: 5%, override: 10%, delta: 0.05}}
brake: {uncovered: 2000, per_hour: 500}
hours: {desk: {zone: Europe/Berlin, week: {mon-fri: "08:00-18:00"}, holidays: ["2026-12-25", "2026-12-26"]}}
queues:
  junior: {kind: expert, level: junior, skills: [claims], deadline: 4h, hours: desk, warn: [1h, 15m],
           fast_track: 30m, at_breach: {elevate: senior}}
  senior: {kind: supervisor, level: senior, skills: [claims], deadline: 8h, hours: desk, warn: [2h],
           at_breach: fallback}
  audit: {level: junior, skills: [claims]}
adjudication: {queue: senior}
pending: {show: draft, label: "Draft, an expert is reviewing it"}
fallback: {en: "A colleague will write to you today.", de: "Wir schreiben Ihnen heute."}
audit: {start: 10%, share: 5%, least: 1%, per_week: 20, uniform: 50%, queue: audit}
learning: {share: 1%, pick: [uncertainty, disagreement], queue: junior}
gold: {share: 2%, planted_wrong: 0.5%, pause_below: 80%}
quality: {share: 5%, queue: senior}
budget: {reviews: 22%, alert: 27%, per: day, over: wait}
"""

P = "policy: 1\n"
Q = P + "queues: {junior: {}, senior: {level: senior}}\n"
FAULTS = [
    # unknown_key
    (P + "queues:\n  junior: {deadlin: 4h}", 3, 12, "unknown_key", "queues.junior.deadlin"),
    (P + "bnads: {}", 2, 1, "unknown_key", "bnads"),
    (P + "checks: {pii: {mots: 3}}", 2, 16, "unknown_key", "checks.pii.mots"),
    # unknown_name
    (Q + 'review:\n  - {name: a, when: "true", queue: seniors}', 4, 36, "unknown_name", "review[0].queue"),
    (P + "checks: {pij: {}}", 2, 10, "unknown_name", "checks.pij"),
    (P + "queues: {a: {hours: desk}}", 2, 21, "unknown_name", "queues.a.hours"),
    (P + 'block: [{name: a, when: "true", category: rude}]', 2, 43, "unknown_name", "block[0].category"),
    (Q + "audit: {queue: third}", 3, 16, "unknown_name", "audit.queue"),
    (P + "queues: {a: {deadline: 1h, at_breach: {elevate: b}}}", 2, 49, "unknown_name", "queues.a.at_breach.elevate"),
    (P + "bands: {rows: [{queue: somewhere}]}", 2, 24, "unknown_name", "bands.rows[0].queue"),
    (P + 'hours: {d: {zone: Europe/Brelin, week: {fri: "08:00-09:00"}}}', 2, 19, "unknown_name", "hours.d.zone"),
    # bad_expression
    (P + 'review: [{name: a, when: "confidence >"}]', 2, 26, "bad_expression", "review[0].when"),
    (P + 'review: [{name: a, when: "confidenc > 1"}]', 2, 26, "bad_expression", "review[0].when"),
    (P + 'review: [{name: a, when: "size(output)"}]', 2, 26, "bad_expression", "review[0].when"),
    (P + 'review: [{name: a, when: ""}]', 2, 26, "bad_expression", "review[0].when"),
    (P + 'bands: {on: "output", rows: [{queue: review}]}', 2, 13, "bad_expression", "bands.on"),
    (P + 'queues: {a: {priority: "output"}}', 2, 24, "bad_expression", "queues.a.priority"),
    # bad_bands
    (P + "bands:\n  rows:\n    - {above: 0.9}\n    - {from: 0.95}\n    - {}", 5, 14, "bad_bands", "bands.rows[1].from"),
    (P + "bands: {rows: [{from: 0.9}, {above: 0.9}, {}]}", 2, 37, "bad_bands", "bands.rows[1].above"),
    (P + "bands: {rows: [{above: 0.9}, {above: 0.9}, {}]}", 2, 38, "bad_bands", "bands.rows[1].above"),
    (P + "bands: {rows: [{}, {}]}", 2, 16, "bad_bands", "bands.rows[0]"),
    (P + "bands: {rows: [{above: 0.9, from: 0.8}, {}]}", 2, 16, "bad_bands", "bands.rows[0]"),
    (P + "bands: {rows: [{from: 0.9}]}", 2, 23, "bad_bands", "bands.rows[0].from"),
    (P + "bands: {rows: []}", 2, 15, "bad_bands", "bands.rows"),
    (P + "bands: {rows: [{above: 0.9, uncertified: true}, {}]}", 2, 42, "bad_bands", "bands.rows[0].uncertified"),
    # last_row_releases, uncertified
    (P + "bands: {rows: [{then: release, uncertified: true}]}", 2, 23, "last_row_releases", "bands.rows[0].then"),
    (P + "bands: {rows: [{above: 0.9, then: release}, {}]}", 2, 35, "uncertified", "bands.rows[0].then"),
    (
        P + "bands: {rows: [{above: 0.9, then: release, uncertified: false}, {}]}",
        2,
        35,
        "uncertified",
        "bands.rows[0].then",
    ),
    # bad_type
    ("policy: 2", 1, 9, "bad_type", "policy"),
    ("policy: true", 1, 9, "bad_type", "policy"),
    ("- 1", 1, 1, "bad_type", ""),
    (P + "queues: {a: {deadline: 4 hours, at_breach: block}}", 2, 24, "bad_type", "queues.a.deadline"),
    (P + "queues: {a: {deadline: 0s, at_breach: block}}", 2, 24, "bad_type", "queues.a.deadline"),
    (P + "queues: {a: {kind: experts}}", 2, 20, "bad_type", "queues.a.kind"),
    (P + "queues: {a: {hide_scores: yes}}", 2, 27, "bad_type", "queues.a.hide_scores"),
    (P + "queues: {a: {priority: 101}}", 2, 24, "bad_type", "queues.a.priority"),
    (P + "queues: {A b: {}}", 2, 10, "bad_type", 'queues."A b"'),
    (P + "queues: {a: {skills: claims}}", 2, 22, "bad_type", "queues.a.skills"),
    (P + "audit: {share: 105%}", 2, 16, "bad_type", "audit.share"),
    (P + "audit: {share: true}", 2, 16, "bad_type", "audit.share"),
    (P + "autonomy: {segments: {claims: gate}}", 2, 23, "bad_type", "autonomy.segments.claims"),
    (P + "autonomy: {capped: [claims]}", 2, 21, "bad_type", "autonomy.capped[0]"),
    (P + "checks: {pii: {most: many}}", 2, 22, "bad_type", "checks.pii.most"),
    (P + "checks: {pii: {then: refuse}}", 2, 22, "bad_type", "checks.pii.then"),
    (P + "queues: {a: {at_breach: release}}", 2, 25, "bad_type", "queues.a.at_breach"),
    (P + "queues: {a: {at_breach: {release: ok}}}", 2, 35, "bad_type", "queues.a.at_breach.release"),
    (P + 'hours: {d: {zone: UTC, week: {fri: "18:00-08:00"}}}', 2, 36, "bad_type", "hours.d.week.fri"),
    (P + 'hours: {d: {zone: UTC, week: {fri: "9-17"}}}', 2, 36, "bad_type", "hours.d.week.fri"),
    (P + "hours: {d: {zone: UTC, week: {}}}", 2, 30, "bad_type", "hours.d.week"),
    (P + 'hours: {d: {zone: UTC, week: {funday: "08:00-18:00"}}}', 2, 31, "bad_type", "hours.d.week.funday"),
    (
        P + 'hours: {d: {zone: UTC, week: {fri: "08:00-18:00"}, holidays: ["2026-02-30"]}}',
        2,
        63,
        "bad_type",
        "hours.d.holidays[0]",
    ),
    (P + "fallback: {}", 2, 11, "bad_type", "fallback"),
    (P + "not_run: maybe", 2, 10, "bad_type", "not_run"),
    # missing_key
    ("not_run: review", 1, 1, "missing_key", "policy"),
    ("", 1, 1, "missing_key", ""),
    ("# nothing here", 1, 1, "missing_key", ""),
    (P + 'review: [{when: "true"}]', 2, 10, "missing_key", "review[0].name"),
    (P + "review: [{name: a}]", 2, 10, "missing_key", "review[0].when"),
    (P + "metadata: {amount: {unit: EUR}}", 2, 20, "missing_key", "metadata.amount.type"),
    (P + "checks: {keywords: {}}", 2, 10, "missing_key", "checks.keywords.words"),
    (P + "pending: {label: Wait}", 2, 10, "missing_key", "pending.show"),
    # duplicate_key, duplicate_name
    (P + "not_run: review\nnot_run: ignore", 3, 1, "duplicate_key", "not_run"),
    (P + "queues: {a: {}, a: {}}", 2, 17, "duplicate_key", "queues.a"),
    (
        P + 'hours: {d: {zone: UTC, week: {mon-fri: "08:00-18:00", fri: "08:00-12:00"}}}',
        2,
        55,
        "duplicate_key",
        "hours.d.week.fri",
    ),
    (
        P + 'block: [{name: a, when: "true"}]\nreview: [{name: a, when: "true"}]',
        3,
        17,
        "duplicate_name",
        "review[0].name",
    ),
    (P + 'review: [{name: stop, when: "true"}]', 2, 17, "duplicate_name", "review[0].name"),
    # no_outcome_at_breach
    (P + "queues: {a: {deadline: 4h}}", 2, 24, "no_outcome_at_breach", "queues.a.deadline"),
    (
        Q + 'review: [{name: a, when: "true", queue: senior, deadline: 1h}]',
        3,
        59,
        "no_outcome_at_breach",
        "review[0].deadline",
    ),
    (P + 'review: [{name: a, when: "true", deadline: 1h}]', 2, 44, "no_outcome_at_breach", "review[0].deadline"),
    (
        P + 'queues: {a: {at_breach: {elevate: b}}, b: {at_breach: {release: "they cannot wait"}}}\n'
        'review: [{name: x, when: "true", queue: a, high_stakes: true}]',
        3,
        41,
        "no_outcome_at_breach",
        "review[0].queue",
    ),
    # no_fallback
    (P + "queues: {a: {deadline: 4h, at_breach: fallback}}", 2, 39, "no_fallback", "queues.a.at_breach"),
    (P + "pending: {show: fallback}", 2, 17, "no_fallback", "pending.show"),
    # too_large
    (P + f'review: [{{name: a, when: "{"true && " * 300}true"}}]', 2, 26, "too_large", "review[0].when"),
    (P + "x: " + "[" * 13 + "]" * 13, 2, 16, "too_large", "x" + "[0]" * 12),
    (P + "#" * MAX_BYTES, 1, 1, "too_large", ""),
    (P + f"pending: {{show: draft, label: {'x' * 201}}}", 2, 31, "too_large", "pending.label"),
    # not_yet
    (P + "judges: {}", 2, 1, "not_yet", "judges"),
    (P + "checks: {pii: {then: repair}}", 2, 22, "not_yet", "checks.pii.then"),
    (P + "queues: {a: {reviews: 2}}", 2, 14, "not_yet", "queues.a.reviews"),
    (P + "bands: {rows: [{above: {certified: 2%}, then: release}, {}]}", 2, 24, "not_yet", "bands.rows[0].above"),
    (P + "audit: {uniform: 50%}", 2, 18, "not_yet", "audit.uniform"),
    (P + "review: [{name: a, when: \"rank('caller.x') > 0.95\"}]", 2, 26, "not_yet", "review[0].when"),
    # bad_yaml
    (P + "a: [", 2, 5, "bad_yaml", ""),
    (P + "a: &x 1\nb: *x", 2, 4, "bad_yaml", "a"),
    (P + "b: *x", 2, 4, "bad_yaml", "b"),
    (P + "a: !!str 1", 2, 4, "bad_yaml", "a"),
    (P + "<<: {a: 1}", 2, 1, "bad_yaml", ""),
    (P + "? [a]\n: 1", 2, 3, "bad_yaml", ""),
    (P + "---\npolicy: 1", 2, 1, "bad_yaml", ""),
    ("%YAML 1.1\n---\npolicy: 1", 1, 1, "bad_yaml", ""),
    ("policy: \x00", 1, 1, "bad_yaml", ""),
]


@pytest.mark.parametrize(("text", "line", "column", "code", "path"), FAULTS, ids=[f"{f[3]}-{f[4]}" for f in FAULTS])
def test_a_fault_names_its_place(text: str, line: int, column: int, code: str, path: str) -> None:
    assert said(text) == [(line, column, code, path)]


def test_the_codes_of_the_contract_are_all_tried() -> None:
    promised = (
        "unknown_key unknown_name bad_expression bad_bands bad_type missing_key duplicate_key duplicate_name "
        "last_row_releases no_outcome_at_breach uncertified no_fallback too_large not_yet bad_yaml"
    )
    assert {fault[3] for fault in FAULTS} == set(promised.split())


def test_queues_that_elevate_in_a_circle_are_both_named() -> None:
    text = P + "queues: {a: {deadline: 1h, at_breach: {elevate: b}}, b: {at_breach: {elevate: a}}}"
    assert said(text) == [
        (2, 49, "elevation_circle", "queues.a.at_breach.elevate"),
        (2, 79, "elevation_circle", "queues.b.at_breach.elevate"),
    ]


def test_a_queue_that_elevates_to_itself_is_a_circle() -> None:
    text = P + "queues: {a: {deadline: 1h, at_breach: {elevate: a}}}"
    assert said(text) == [(2, 49, "elevation_circle", "queues.a.at_breach.elevate")]


def test_a_chain_of_queues_that_ends_is_no_circle() -> None:
    read(P + "queues: {a: {deadline: 1h, at_breach: {elevate: b}}, b: {at_breach: block}}")


def test_all_faults_come_at_once_in_the_order_of_the_document() -> None:
    text = P + "bnads: {}\nqueues: {a: {deadlin: 4h, kind: nobody}}\nnot_run: 3"
    assert [fault[:2] for fault in said(text)] == [(2, 1), (3, 14), (3, 33), (4, 10)]


def test_at_most_fifty_faults_are_told() -> None:
    assert len(faults_of(P + "\n".join(f"x{number}: 1" for number in range(80)))) == 50


def test_a_fault_is_printed_with_file_place_key_and_a_way_out() -> None:
    [fault] = faults_of(P + "queues:\n  junior: {deadlin: 4h}")
    assert policy_text(fault) == (
        'policy.yaml:3:12 queues.junior.deadlin: unknown key; did you mean "deadline"? [unknown_key]'
    )
    assert fault.suggestion == "deadline"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            Q + 'review: [{name: a, when: "true", queue: seniors}]',
            'there is no queue "seniors"; did you mean "senior"?',
        ),
        (P + "bands: {rows: [{above: 0.92}, {from: 0.95}, {}]}", "0.95 is not below 0.92"),
        (
            P + "metadata: {amount: {type: number}}\nreview: [{name: a, when: \"metadata.amount == 'x'\"}]",
            "metadata.amount is a number and is compared with text",
        ),
        (P + "queues: {a: {hide_scores: yes}}", 'write true or false, not the text "yes"'),
    ],
)
def test_the_sentences_of_the_contract(text: str, sentence: str) -> None:
    assert [fault.message for fault in faults_of(text)] == [sentence]


def test_the_same_threshold_may_go_from_above_to_from() -> None:
    policy = read(P + "bands: {rows: [{above: 0.9, then: release, uncertified: true}, {from: 0.9}, {}]}")
    assert policy.bands is not None
    assert len(policy.bands.rows) == 3


def test_plain_words_follow_yaml_1_2() -> None:
    policy = read(P + "fallback: no\nmetadata: {on: {type: string}}")
    assert policy.fallback is not None
    assert policy.fallback.text == "no"
    assert "on" in policy.metadata


def test_a_policy_of_the_largest_size_is_read_in_time() -> None:
    lines = "".join(f"  q{number}: {{}}\n" for number in range(200))
    filler = "#" + "x" * 100 + "\n"
    text = P + "queues:\n" + lines
    assert len(read(text + filler * ((MAX_BYTES - len(text)) // len(filler))).queues) == 200


def test_a_reader_of_aliases_finds_no_bomb() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    assert [fault.code for fault in faults_of(P + bomb)] == ["bad_yaml"]


def outcome(text: str) -> tuple[FieldFault, ...]:
    """The faults of a text, none where it loads; any other error than BadPolicy fails the test."""
    try:
        load(text, CHECKS)
    except BadPolicy as error:
        return error.fields or (FieldFault("", "no faults", ""),)
    return ()


@settings(max_examples=150)
@given(st.data())
def test_no_slip_of_the_pen_is_more_than_a_bad_policy(data: st.DataObject) -> None:
    """Cuts a piece out of a good policy, or puts something odd in: it loads, or each fault stands inside the text."""
    start = data.draw(st.integers(0, len(EVERYTHING_NOW)))
    length = data.draw(st.integers(0, 12))
    odd = data.draw(
        st.sampled_from(["", "{", "]", ":", "- ", '"', "\n", "\t", "%", "9e999", "null", "'", "&a ", "💥", "\0"])
    )
    text = EVERYTHING_NOW[:start] + odd + EVERYTHING_NOW[start + length :]
    for fault in outcome(text):
        assert 1 <= (fault.line or 0) <= text.count("\n") + 2
        assert (fault.column or 0) >= 1
        assert fault.message


@given(st.text(max_size=200))
def test_any_text_is_a_policy_or_a_bad_one(text: str) -> None:
    written = f"policy: 1\nreview: [{{name: a, when: {orjson.dumps(text).decode()}}}]"
    assert all(fault.message for fault in (*outcome(text), *outcome(written)))


def test_bad_policy_is_a_422_with_its_code() -> None:
    with pytest.raises(BadPolicy) as caught:
        read("policy: 2")
    assert (caught.value.status, caught.value.code) == (422, "bad_policy")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("queues: {a: {deadline: 5m, at_breach: block}}", "shorter than the lease"),
        ("queues: {a: {warn: [1h]}}", "nothing is due here"),
        ("queues: {a: {deadline: 1h, warn: [2h], at_breach: block}}", "2h ahead of a deadline of 1h"),
        ("autonomy: {segments: {default: monitor}, capped: [default]}", '"default" is capped'),
        ("bands: {rows: [{above: 0.9, then: release, uncertified: true}, {}]}", "every segment is at gate"),
        ("audit: {share: 1%, least: 5%}", "`least` (0.05) holds"),
        ("checks: {pii: {}}\nreview: [{name: a, when: \"failed('pij')\"}]", 'did you mean "pii"?'),
        ("categories: {unsafe: {}}\nreview: [{name: a, when: \"found('unsave')\"}]", 'did you mean "unsafe"?'),
        (
            'metadata: {amount: {type: number}}\nreview: [{name: a, when: "metadata.amuont > 1"}]',
            'did you mean "amount"?',
        ),
    ],
)
def test_what_is_most_likely_not_meant_is_a_warning(text: str, sentence: str) -> None:
    assert [sentence in one for one in warnings(read(P + text))] == [True]


@pytest.mark.parametrize(
    "text", [SMALLEST_USEFUL, "policy: 1", "policy: 1\nqueues: {a: {deadline: 1h, at_breach: block}}"]
)
def test_the_schema_takes_what_load_takes(text: str) -> None:
    read(text)
    jsonschema.Draft202012Validator(schema(CHECKS)).validate(YAML(typ="safe").load(text))


@pytest.mark.parametrize("value", [{"policy": 1, "bnads": {}}, {"policy": 2}, {}, {"policy": 1, "checks": {"pij": {}}}])
def test_the_schema_refuses_what_load_refuses(value: object) -> None:
    validator = jsonschema.Draft202012Validator(schema(CHECKS))
    assert not validator.is_valid(value)


METADATA = P + (
    "metadata: {amount: {type: number, required: true, unit: EUR}, name: {type: string}, vip: {type: boolean},"
    " due: {type: time}, tags: {type: list}}"
)


def test_metadata_that_fits_has_no_faults() -> None:
    fits = {"amount": 1, "name": "x", "vip": False, "due": "2026-11-21T11:43:57Z", "tags": [], "other": 3}
    assert check_metadata(read(METADATA), fits) == []


@pytest.mark.parametrize(
    ("metadata", "path", "code"),
    [
        ({}, "/metadata/amount", "missing"),
        ({"amount": None}, "/metadata/amount", "missing"),
        ({"amount": "1"}, "/metadata/amount", "wrong_type"),
        ({"amount": True}, "/metadata/amount", "wrong_type"),
        ({"amount": float("nan")}, "/metadata/amount", "wrong_type"),
        ({"amount": 1, "name": 1}, "/metadata/name", "wrong_type"),
        ({"amount": 1, "vip": 1}, "/metadata/vip", "wrong_type"),
        ({"amount": 1, "due": "tomorrow"}, "/metadata/due", "wrong_type"),
        ({"amount": 1, "due": "2026-11-21T11:43:57"}, "/metadata/due", "wrong_type"),
        ({"amount": 1, "tags": "x"}, "/metadata/tags", "wrong_type"),
    ],
)
def test_metadata_of_a_wrong_type_is_named(metadata: dict[str, object], path: str, code: str) -> None:
    assert [(fault.path, fault.code) for fault in check_metadata(read(METADATA), metadata)] == [(path, code)]
