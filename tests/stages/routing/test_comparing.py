"""Two policies side by side: each key of the language has its sentence, and the sentence is right."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from handrail.stages.routing.comparing import Change, Release, compare, overall
from handrail.stages.routing.comparing.effects import DEFAULTS, EFFECTS
from handrail.stages.routing.language.descriptions import DESCRIPTIONS
from handrail.stages.routing.language.keys import keys
from handrail.stages.routing.language.schema import schema
from tests.stages.routing.helpers import CHECKS, BandsText

BOTH = "policy: 1\nfallback: soon\n"
QUEUES = "queues: {junior: {}, senior: {level: senior}}\n"
BASE = BOTH + QUEUES


@dataclass(frozen=True)
class Case:
    """What changes when `before` becomes `after`, each put behind the same beginning."""

    before: str
    after: str
    effect: str
    release: Release = Release.NEITHER
    base: str = BASE


def triggers(more: str = "", name: str = "big", when: str = "confidence < 0.5") -> str:
    return f'review: [{{name: {name}, when: "{when}"{more}}}]'


def blocks(more: str = "", when: str = "confidence < 0.1") -> str:
    return f'categories: {{unsafe: {{}}}}\nblock: [{{name: bad, when: "{when}"{more}}}]'


def queue(more: str) -> str:
    return f"queues: {{junior: {{{more}}}, senior: {{level: senior}}}}"


def rows(*lines: str) -> str:
    return "bands:\n  rows:\n" + "".join(f"    - {line}\n" for line in lines)


TIGHTER, LOOSER, UNCLEAR = Release.TIGHTENS, Release.LOOSENS, Release.UNCLEAR
RELEASING = rows("{above: 0.9, then: release, uncertified: true}", "{queue: junior}")
SENT = 'What "big" sends to a person'

CASES: dict[str, Case] = {
    "error_from": Case(
        "",
        "error_from: minor",
        "A review counts as an error from severity minor on, instead of major; error rates change with it, no route "
        "does.",
    ),
    "metadata": Case(
        "",
        "metadata: {amount: {type: number, required: true}}",
        'Items must carry "amount", number; items where it is otherwise are refused when they arrive.',
    ),
    "metadata.*.type": Case(
        "metadata: {amount: {type: number}}",
        "metadata: {amount: {type: string}}",
        'Items in which "amount" is not string are refused when they arrive; until now number was asked for.',
    ),
    "metadata.*.required": Case(
        "metadata: {amount: {type: number}}",
        "metadata: {amount: {type: number, required: true}}",
        'Items without "amount" are refused when they arrive.',
    ),
    "metadata.*.unit": Case(
        "metadata: {amount: {type: number}}",
        "metadata: {amount: {type: number, unit: EUR}}",
        '"amount" is shown with the unit EUR instead of no unit.',
    ),
    "metadata.*.filter": Case(
        "metadata: {amount: {type: number}}",
        "metadata: {amount: {type: number, filter: true}}",
        'Items can be searched by "amount".',
    ),
    "categories": Case("", "categories: {tone: {}}", 'Reviewers can name a new kind of error, "tone".'),
    "categories.*.severity": Case(
        "categories: {tone: {severity: minor}}",
        "categories: {tone: {severity: critical}}",
        'The error "tone" is critical instead of minor; whether reviews with it count as errors follows `error_from`.',
    ),
    "categories.*.tolerate": Case(
        "categories: {tone: {}}",
        "categories: {tone: {tolerate: 1%}}",
        'Audits are held against 1% for the error "tone", instead of no limit; no route changes.',
    ),
    "checks": Case(
        "",
        "checks: {pii: {then: block}}",
        "The check pii reads every item; an output that fails it is blocked.",
        TIGHTER,
    ),
    "block": Case(
        "", 'block: [{name: bad, when: "confidence < 0.1"}]',
        'Outputs are blocked without a person where confidence < 0.1 (rule "bad").', TIGHTER,
    ),
    "block[].name": Case(
        'block: [{name: bad, when: "confidence < 0.1"}]', 'block: [{name: worse, when: "confidence < 0.1"}]',
        'The rule "bad" is called "worse"; routes and reports name it so.',
    ),
    "block[].when": Case(
        blocks(), blocks(when="confidence < 0.2"),
        'The rule "bad" blocks where confidence < 0.2, instead of where confidence < 0.1.', UNCLEAR,
    ),
    "block[].category": Case(
        blocks(), blocks(", category: unsafe"), 'What "bad" blocks is counted as unsafe instead of no error.'
    ),
    "review": Case(
        triggers(), "", 'Outputs no longer go to a person by the rule "big" where confidence < 0.5; what follows '
        "decides.", LOOSER,
    ),
    "review[].name": Case(
        triggers(), triggers(name="small"), 'The rule "big" is called "small"; routes and reports name it so.'
    ),
    "review[].when": Case(
        triggers(), triggers(when="confidence < 0.6"),
        'The rule "big" sends to a person where confidence < 0.6, instead of where confidence < 0.5.', UNCLEAR,
    ),
    "review[].high_stakes": Case(
        triggers(), triggers(", high_stakes: true"),
        f"{SENT} has high stakes: it is looked at first, and no missed deadline releases it.", TIGHTER,
    ),
    "review[].queue": Case(
        triggers(), triggers(", queue: senior"), f"{SENT} goes to senior instead of the queue of the lowest level."
    ),
    "review[].requires": Case(
        triggers(), triggers(", requires: approval"), f"{SENT} needs approval instead of what its queue asks for."
    ),
    "review[].priority": Case(
        triggers(), triggers(", priority: 80"), f"{SENT} has priority 80 instead of as its queue says."
    ),
    "review[].deadline": Case(
        "queues: {a: {at_breach: block}}\n" + triggers(),
        "queues: {a: {at_breach: block}}\n" + triggers(", deadline: 60m"),
        f"{SENT} is due within 1h instead of what its queue says.",
        base=BOTH,
    ),
    "review[].pending": Case(
        triggers(), triggers(", pending: {show: draft}"),
        f"{SENT} shows meanwhile: show: draft instead of what the policy says.",
    ),
    "review[].pending.show": Case(
        triggers(", pending: {show: draft}"), triggers(", pending: {show: nothing}"),
        f"{SENT} shows meanwhile: show: nothing instead of show: draft.",
    ),
    "review[].pending.label": Case(
        triggers(", pending: {show: draft}"), triggers(", pending: {show: draft, label: Wait}"),
        f"{SENT} shows meanwhile: show: draft, label: Wait instead of show: draft.",
    ),
    "not_run": Case(
        "", "not_run: ignore",
        "A check that broke off or ran out of time no longer sends the output to a person.", LOOSER,
    ),
    "bands": Case(
        "", RELEASING,
        "Outputs with confidence above 0.9 are released by a number that nothing certifies instead of going to "
        "junior.", LOOSER,
    ),
    "bands.on": Case(
        RELEASING, RELEASING + '  on: "1.0 - confidence"',
        "The bands go by 1.0 - confidence instead of confidence; every output that no rule decides may reach another "
        "row.", UNCLEAR,
    ),
    "bands.rows": Case(
        rows("{above: 0.9, then: release, uncertified: true}", "{queue: junior}"),
        rows("{above: 0.92, then: release, uncertified: true}", "{queue: junior}"),
        "Outputs with confidence above 0.9 to 0.92 (included) go to junior instead of being released.", TIGHTER,
    ),
    "bands.rows[].above": Case(
        rows("{above: 0.92, then: release, uncertified: true}", "{queue: junior}"),
        rows("{above: 0.9, then: release, uncertified: true}", "{queue: junior}"),
        "Outputs with confidence above 0.9 to 0.92 (included) are released by a number that nothing certifies instead "
        "of going to junior.", LOOSER,
    ),
    "bands.rows[].from": Case(
        rows("{from: 0.7, queue: junior}", "{queue: senior}"), rows("{from: 0.6, queue: junior}", "{queue: senior}"),
        "Outputs with confidence from 0.6 (included) to 0.7 (not included) go to junior instead of senior.",
    ),
    "bands.rows[].then": Case(
        rows("{above: 0.9, then: release, uncertified: true}", "{queue: junior}"),
        rows("{above: 0.9, then: review, queue: senior}", "{queue: junior}"),
        "Outputs with confidence above 0.9 go to senior instead of being released.", TIGHTER,
    ),
    "bands.rows[].queue": Case(
        rows("{from: 0.7, queue: junior}", "{queue: junior}"), rows("{from: 0.7, queue: junior}", "{queue: senior}"),
        "Outputs with confidence below 0.7, or none, go to senior instead of junior.",
    ),
    "bands.rows[].requires": Case(
        rows("{queue: junior}"), rows("{queue: junior, requires: approval}"),
        "Outputs with any confidence, or none, still go to junior; there requires is approval instead of as the queue "
        "says.",
    ),
    "bands.rows[].priority": Case(
        rows("{queue: junior}"), rows("{queue: junior, priority: 80}"),
        "Outputs with any confidence, or none, still go to junior; there priority is 80 instead of as the queue says.",
    ),
    "bands.rows[].deadline": Case(
        "queues: {a: {at_breach: block}}\n" + rows("{queue: a}"),
        "queues: {a: {at_breach: block}}\n" + rows("{queue: a, deadline: 2h}"),
        "Outputs with any confidence, or none, still go to a; there deadline is 2h instead of as the queue says.",
        base=BOTH,
    ),
    "bands.rows[].pending": Case(
        rows("{queue: junior}"), rows("{queue: junior, pending: {show: draft}}"),
        "Outputs with any confidence, or none, still go to junior; there shown meanwhile is draft instead of as the "
        "queue says.",
    ),
    "bands.rows[].pending.show": Case(
        rows("{queue: junior, pending: {show: draft}}"), rows("{queue: junior, pending: {show: nothing}}"),
        "Outputs with any confidence, or none, still go to junior; there shown meanwhile is nothing instead of draft.",
    ),
    "bands.rows[].pending.label": Case(
        rows("{queue: junior, pending: {show: draft}}"), rows("{queue: junior, pending: {show: draft, label: Wait}}"),
        "Outputs with any confidence, or none, still go to junior; there label is Wait instead of as the queue says.",
    ),
    "autonomy": Case(
        "", "autonomy: {segments: {default: monitor}}",
        "In the segment default outputs that no rule stops are released at once (monitor instead of gate).", LOOSER,
    ),
    "autonomy.segments": Case(
        'autonomy: {segments: {"claims:letter": exception}}', 'autonomy: {segments: {"claims:letter": gate}}',
        "In the segment claims:letter every output goes to a person (gate instead of exception).", TIGHTER,
    ),
    "autonomy.capped": Case(
        "", "autonomy: {capped: [default]}",
        "The segment default is capped: a person sees every output, and nothing can raise it.", TIGHTER,
    ),
    "hours": Case(
        "", 'hours: {desk: {zone: UTC, week: {mon: "08:00-18:00"}}}',
        'There are hours "desk"; they count for queues that name them.',
    ),
    "hours.*.zone": Case(
        'hours: {desk: {zone: UTC, week: {mon: "08:00-18:00"}}}',
        'hours: {desk: {zone: Europe/Berlin, week: {mon: "08:00-18:00"}}}',
        'The hours "desk" change from UTC to Europe/Berlin; deadlines that count in them move.',
    ),
    "hours.*.week": Case(
        'hours: {desk: {zone: UTC, week: {mon: "08:00-18:00"}}}',
        'hours: {desk: {zone: UTC, week: {mon: "08:00-17:00"}}}',
        'The hours "desk" change from mon: 08:00-18:00 to mon: 08:00-17:00; deadlines that count in them move.',
    ),
    "hours.*.holidays": Case(
        'hours: {desk: {zone: UTC, week: {mon: "08:00-18:00"}}}',
        'hours: {desk: {zone: UTC, week: {mon: "08:00-18:00"}, holidays: ["2026-12-25"]}}',
        'The hours "desk" change from none to 2026-12-25; deadlines that count in them move.',
    ),
    "queues": Case(
        "queues: {junior: {}}", "queues: {junior: {}, legal: {kind: supervisor, level: senior}}",
        'There is a queue "legal", of kind supervisor, for senior reviewers.', base=BOTH,
    ),
    "pending": Case(
        "", "pending: {show: draft}",
        "While people decide, the unreviewed output may be shown; until now nothing is shown.",
    ),
    "pending.show": Case(
        "pending: {show: draft}", "pending: {show: fallback}",
        "While people decide, the fallback is shown; until now the unreviewed output may be shown.",
    ),
    "pending.label": Case(
        "pending: {show: draft}", "pending: {show: draft, label: Wait}",
        "The mark on what is shown meanwhile is now: Wait. Until now: none.",
    ),
    "fallback": Case(
        "fallback: soon", "fallback: later", "Where no output may go out, another text is sent than before.",
        base="policy: 1\n",
    ),
    "audit": Case(
        "", "audit: {share: 2%}",
        "2% of what is released is looked at afterwards, instead of 5%. Errors among releases are found later.",
    ),
    "audit.share": Case(
        "audit: {share: 2%}", "audit: {share: 10%}", "10% of what is released is looked at afterwards, instead of 2%."
    ),
    "audit.least": Case(
        "audit: {share: 2%}", "audit: {share: 2%, least: 3%}",
        "3% of what is released is looked at afterwards, instead of 2%.",
    ),
    "audit.uniform": Case(
        "audit: {share: 2%}", "audit: {share: 2%, uniform: 100%}", "Nothing changes: it says what held without it."
    ),
    "audit.queue": Case(
        "audit: {}", "audit: {queue: senior}", "Audits go to senior instead of the queue of the lowest level."
    ),
}  # fmt: skip
EXPERT_TO_SUPERVISOR = (
    'The queue "junior" is for somebody who answers for the risk (supervisor) '
    "instead of somebody who understands more than the model (expert)."
)
IN_A_QUEUE: dict[str, tuple[str, str, str]] = {
    "kind": (
        "", "kind: supervisor",
        EXPERT_TO_SUPERVISOR,
    ),
    "level": ("", "level: senior", 'The queue "junior" is for senior reviewers instead of junior ones.'),
    "skills": ("", "skills: [law, tax]", 'Reviewers of "junior" need the skills: law, tax (until now: none).'),
    "languages": ("", "languages: [de]", 'Reviewers of "junior" need one of the languages: de (until now: any).'),
    "priority": ("", "priority: 60", 'Items in "junior" have priority 60 instead of 50.'),
    "deadline": (
        "at_breach: block", "at_breach: block, deadline: 4h",
        'Items in "junior" are due within 4h; until now without a deadline.',
    ),
    "hours": (
        "at_breach: block, deadline: 4h, hours: desk", "at_breach: block, deadline: 4h",
        'Deadlines in "junior" count in the hours always instead of desk.',
    ),
    "warn": (
        "at_breach: block, deadline: 4h", "at_breach: block, deadline: 4h, warn: [1h]",
        'In "junior" warnings go out before the deadline by 1h (until now: nothing).',
    ),
    "fast_track": (
        "at_breach: block, deadline: 4h", "at_breach: block, deadline: 4h, fast_track: 30m",
        'In "junior" an item goes first when 30m is left (until now: nothing).',
    ),
    "at_breach": (
        "at_breach: block, deadline: 4h", "at_breach: {elevate: senior}, deadline: 4h",
        'When a deadline in "junior" passes, the item moves to senior; until now the output is blocked.',
    ),
    "requires": ("", "requires: approval", 'In "junior" reviewers give approval instead of correction.'),
    "reason": ("", "reason: always", 'In "junior" reviewers are asked for a reason: always instead of when_changed.'),
    "lease": ("", "lease: 20m", 'In "junior" a reviewer holds an item for 20m instead of 10m.'),
    "undo": ("", "undo: 0s", 'In "junior" a verdict can be taken back for 0s instead of 5s.'),
    "hide_scores": (
        "", "hide_scores: true", 'In "junior" scores stay hidden until the reviewer has answered.'
    ),
    "least_time": (
        "", "least_time: 3s", 'In "junior" an item is on screen for 3s before a verdict, instead of 0s.'
    ),
}  # fmt: skip
HOURS = 'hours: {desk: {zone: UTC, week: {mon: "08:00-18:00"}}}\n'
CASES |= {
    f"queues.*.{key}": Case(queue(before), queue(after), effect, base=BOTH + HOURS)
    for key, (before, after, effect) in IN_A_QUEUE.items()
}
WITHOUT = {
    "policy": "has one value",
    "bands.rows[].uncertified": "a row that releases must say it in this version, and no other may",
}


def changes(before: str, after: str, base: str = BASE) -> tuple[Change, ...]:
    return compare(f"{base}{before}\n", f"{base}{after}\n", CHECKS)


def test_every_key_of_the_language_is_told_and_described() -> None:
    assert set(CASES) | set(WITHOUT) == set(keys())
    assert set(DESCRIPTIONS) == set(keys())


@pytest.mark.parametrize("key", CASES)
def test_the_effect_of_each_key(key: str) -> None:
    case = CASES[key]
    found = [one for one in changes(case.before, case.after, case.base) if one.effect == case.effect]
    assert found, [one.effect for one in changes(case.before, case.after, case.base)]
    assert found[0].release is case.release


@pytest.mark.parametrize("key", CASES)
def test_the_way_back_is_told_too_and_pulls_the_other_way(key: str) -> None:
    case = CASES[key]
    turned = {TIGHTER: LOOSER, LOOSER: TIGHTER}
    there, back = (
        overall(changes(*pair, case.base)) for pair in ((case.before, case.after), (case.after, case.before))
    )
    assert back is turned.get(there, there)


@pytest.mark.parametrize("key", CASES)
def test_a_policy_compared_with_itself_is_the_same(key: str) -> None:
    assert changes(CASES[key].after, CASES[key].after, CASES[key].base) == ()


def test_what_is_written_otherwise_and_means_the_same_is_no_change() -> None:
    before = "{policy: 1, audit: {share: 5%, least: 0.01}, queues: {b: {lease: 60m}, a: {}}}"
    after = "policy: 1\nqueues:\n  a: {}\n  b: {lease: 1h}  # a comment\naudit: {least: 1%, share: 0.05}\n"
    assert compare(before, after, CHECKS) == ()


def test_a_default_that_is_written_out_changes_nothing_and_says_so() -> None:
    for pattern in ("not_run", "error_from", "pending.show", "audit.share"):
        group, _, key = pattern.rpartition(".")
        value = DEFAULTS[pattern]
        text = f"{group}: {{{key}: {value}}}" if group else f"{key}: {value}"
        (found,) = changes("", text)
        assert (found.effect, found.release) == ("Nothing changes: it says what held without it.", Release.NEITHER)


def test_a_threshold_that_falls_tells_which_numbers_go_another_way() -> None:
    before = BandsText.RELEASING
    (found,) = changes(before, before.replace("0.70", "0.60"))
    assert found.path == "bands.rows[1]"
    assert found.before == {"queue": "senior"}
    assert found.after == {"from": 0.6, "queue": "junior"}


def test_a_check_that_conditions_ask_about_has_no_sure_way() -> None:
    asks = "review: [{name: personal, when: \"flagged('pii')\"}]\n"
    (found,) = changes(asks + "checks: {pii: {}}", asks)
    assert found.release is UNCLEAR
    (sure,) = changes("checks: {pii: {}}", "")
    assert sure.release is LOOSER


def test_an_option_of_a_check_says_what_changed_and_guesses_nothing() -> None:
    (found,) = changes("checks: {pii: {}}", "checks: {pii: {most: 20}}")
    assert (found.path, found.before, found.after, found.release) == ("checks.pii.most", None, 20, UNCLEAR)
    assert "this option is 20 instead of the default" in found.effect


def test_a_release_at_breach_counts_as_loosening_also_by_way_of_another_queue() -> None:
    late = "queues: {a: {deadline: 1h, at_breach: {elevate: b}}, b: {deadline: 1h, at_breach: %s}}"
    found = changes(late % "block", late % '{release: "nobody is harmed here"}', BOTH)
    assert [one.release for one in found] == [LOOSER]
    direct = "queues: {a: {deadline: 1h, at_breach: %s}}"
    found = changes(direct % "block", direct % '{release: "nobody is harmed here"}', BOTH)
    assert [one.release for one in found] == [LOOSER]


def test_the_order_of_rules_counts() -> None:
    two = [f'{{name: {name}, when: "confidence < {at}"}}' for name, at in (("a", 0.1), ("b", 0.2))]
    (found,) = changes(f"review: [{', '.join(two)}]", f"review: [{', '.join(reversed(two))}]")
    assert found.effect == "Where several review rules hold, the first in the new order gives queue and reason: b, a."


def test_the_queue_that_takes_the_rest_is_told() -> None:
    found = changes("queues: {z: {}}", "queues: {a: {}, z: {}}", BOTH)
    assert found[-1].effect == "What nothing sends elsewhere goes to a instead of z."


def test_changes_that_pull_both_ways_are_unclear_as_a_whole() -> None:
    found = changes("", "not_run: ignore\ncheck" + "s: {pii: {}}")
    assert {one.release for one in found} == {LOOSER, TIGHTER}
    assert overall(found) is UNCLEAR


def test_hostile_names_are_told_as_they_are() -> None:
    (found,) = changes("", 'metadata: {"{before} <b>%s": {type: string}}')
    assert '"{before} <b>%s"' in found.effect


def test_every_effect_in_the_table_is_of_a_key() -> None:
    known = set(keys())
    for pattern in EFFECTS:
        bare = pattern.rstrip("+-").removesuffix("order").removesuffix("[]").removesuffix(".*")
        assert bare in known or bare.startswith("checks."), pattern  # whose options are the plugin's own


def test_the_schema_says_what_each_key_means() -> None:
    found = schema(CHECKS)["properties"]
    assert found["queues"]["patternProperties"]["^[a-z0-9][a-z0-9_.-]{0,63}$"]["properties"]["kind"][
        "description"
    ].endswith("Default: expert.")
    assert found["checks"]["properties"]["pii"]["description"].startswith("Flags long outputs")
