"""What every check must keep, as one function that authors of checks can call in their own tests:

def test_my_check_keeps_the_rules() -> None:
    assert faults(my_check.plugin) == []
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from time import thread_time
from typing import Any

from pydantic import ValidationError

from handrail.domain.item import Item, Output, Passage
from handrail.domain.score import Finding, Score, ScoreResult
from handrail.extend.checks import MOST_FINDINGS, BoundCheck, CheckPlugin
from handrail.kit.ids import is_slug

Maker = Callable[[int], str]

UGLY_TEXTS: tuple[str, ...] = (
    "",
    " ",
    "\n\n\n",
    ".",
    "\u0301",
    "e\u0301\u0301\u0301\u0301\u0301\u0301",
    "שלום עולם 123 «ציטוט ארוך מאוד כאן»",
    "\u202eEUR 051\u202c and \u2066hidden\u2069",
    "👩‍👩‍👧‍👦 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f 🇩🇪",
    "ﷺ𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ÅΩ ßẞ İı ŉ",
    '{"__proto__": {"constructor": 1}, "toString": [[[]]]}',
    '{"a": 1e999, "b": NaN, "a": 2}',
    "[1, 2",
    "CAPITALS EVERYWHERE GUARANTEED",
    "7 mıllıon, 3 lakhſ, 12 Auguſt 2024, ſept 2024, 10\u212a",
    "[[1], [p1; p2], [1-999], []]",
    '"quoted words that stand nowhere at all" “other quoted words standing nowhere”',
    "https://[::1 http://user:pass@host:99999/ javascript:alert(1) www.",
    "0000-00-00 31.02.2024 99/99/9999 1,,2..3 ..1 1.2.3.4.5 ٣٤٥ 1\u00a0000",
    "Jane Van Der Doe O'Neill-Smith J. R. R. Tolkien ÉCOLE NORMALE",
    "<script>alert(1)</script> &amp; \\u0000 %00 {{7*7}} ${x} \x07\x1b[31m",
    "4111 1111 1111 1111 DE89 3704 0044 0532 0130 00 a@b.co +49 30 1234567",
    "'; DROP TABLE items; -- \ufeff\u200b\u00ad",
    "\ud7ff\ue000\uffff\U0010ffff",
)

# Each makes a text of about n characters that has undone patterns of this kind before.
HARD_TEXTS: dict[str, Maker] = {
    "one letter": lambda n: "a" * n + "!",
    "capitals": lambda n: "A" * n,
    "hyphens": lambda n: "A-" * (n // 2),
    "dots": lambda n: "A." * (n // 2),
    "digits": lambda n: "1" * n,
    "digits and blanks": lambda n: "1 " * (n // 2),
    "digits and hyphens": lambda n: "1- " * (n // 3),
    "digits and commas": lambda n: "1," * (n // 2),
    "groups of digits": lambda n: "1 000" * (n // 5),
    "card groups": lambda n: "4111 1111 1111 111 " * (n // 19),
    "dates": lambda n: "1 May 20x4, 2024-1- " * (n // 20),
    "at signs": lambda n: "a@" * (n // 2),
    "domains": lambda n: "a@" + "b." * (n // 2),
    "plus signs": lambda n: "+1(2" * (n // 4),
    "quotation marks": lambda n: '"' * n,
    "open quotations": lambda n: "“four words in quotation" * (n // 24),
    "quotations": lambda n: '"some words stand quoted" ' * (n // 26),
    "brackets": lambda n: "[" * n,
    "citations": lambda n: "[1, p2]" * (n // 7),
    "open objects": lambda n: '{"a":' * (n // 5),
    "blanks": lambda n: " " * n,
    "lines": lambda n: "\n " * (n // 2),
    "form feeds": lambda n: "\n" + "\x0c" * n,
    "capital words": lambda n: "Ab Cd of " * (n // 9),
    "initials": lambda n: "A. " * (n // 3),
    "links": lambda n: "http://" * (n // 7),
    "parentheses": lambda n: "https://a.b/" + ")" * n,
    "dashes": lambda n: "-" * n,
    "combining marks": lambda n: "e" + "\u0301" * n,
    "mixed scripts": lambda n: "pаy " * (n // 4),
    "tokens": lambda n: "eyJabcdefgh." * (n // 12),
    "words": lambda n: "guarantee of the claim " * (n // 23),
}
_UGLY_VALUES: tuple[Any, ...] = (None, [], {}, "", 0, [[[[]]]], {"constructor": None})
SMALL, LARGE = 4_000, 32_000
QUICK_S = 0.05
MOST_GROWTH = 3.0  # times the growth of the text: linear is 1, quadratic is 8


def faults(plugin: CheckPlugin) -> list[str]:
    """What a check does not keep, as sentences; an empty list where it keeps everything.

    Looked at, with each of the options' `examples`: it is named, versioned and described; it refuses unknown options;
    on ugly items it never raises, answers the same twice, and gives a sound score; its time grows with the text only.
    """
    found = faults_of_card(plugin)
    for options in plugin.options.examples:
        try:
            bound = plugin.bind(options)
        except ValidationError as error:
            found.append(f"its example {options} does not bind: {error.errors()[0]['msg']}")
            continue
        for item in ugly_items():
            found += faults_on(bound, item)
        slow_on = [] if plugin.slow else faults_of_time(bound)
        found += slow_on or faults_on(bound, large_item())
    return found


def faults_of_card(plugin: CheckPlugin) -> list[str]:
    """What is missing from the description of a check."""
    found = []
    if not is_slug(plugin.name):
        found.append(f"its name {plugin.name!r} is no slug")
    if not plugin.version:
        found.append("it has no version")
    if len(plugin.promise) < 20:
        found.append("its docstring does not say what it promises")
    if not plugin.options.examples:
        found.append("its options have no examples")
    for options in plugin.options.examples:
        found += _takes_unknown(plugin, options)
    return found


def _takes_unknown(plugin: CheckPlugin, options: Mapping[str, Any]) -> list[str]:
    try:
        plugin.bind({**options, "no_such_option": 1})
    except ValidationError:
        return []
    return ["it takes options it does not know"]


def ugly_items() -> Iterator[Item]:
    """Items as they do come in: empty, in every script, broken, with and without context, JSON and tool calls."""
    passages = tuple(Passage(str(place), text) for place, text in enumerate(UGLY_TEXTS, start=1))
    for text in UGLY_TEXTS:
        yield Item(output=text)
        yield Item(output=text, prompt=text, context=(Passage("p1", text[::-1], title=text),))
        yield Item(output=text, prompt="What is insured?", context=passages)
        yield of_output(Output({"type": "json", "value": {"__proto__": text, "n": [1, None, True, 1.5]}}), passages)
        yield of_output(Output({"type": "tool_call", "name": "pay", "arguments": {"sum": 900, "to": text}}), passages)
    for value in _UGLY_VALUES:
        yield of_output(Output({"type": "json", "value": value, "schema": {"type": "object"}}), ())


def large_item() -> Item:
    """An item of a megabyte."""
    text = "Ms Doe pays EUR 1,234.50 on 12 March 2024 [p1]. " * 22_000
    return Item(output=text, prompt="x" * 1_000, context=(Passage("p1", text[:2_000]),))


def of_output(output: Output, context: tuple[Passage, ...]) -> Item:
    """The item of an output object."""
    return Item(output=output.readable, content=output, context=context)


def faults_on(bound: BoundCheck, item: Item) -> list[str]:
    """What a check does not keep on one item."""
    where = f"on {item.output[:40]!r}: "
    try:
        score: object = bound.plugin.run(item, bound.options)
        again = bound.plugin.run(item, bound.options)
    except Exception as error:  # noqa: BLE001  # whatever a plugin raises is a fault
        return [f"{where}it raises {type(error).__name__}: {error}"]
    if not isinstance(score, Score):
        return [f"{where}it returns {type(score).__name__}"]
    found = faults_of_score(score, item)
    if score != again:
        found.append("it answers differently the second time")
    return [where + fault for fault in found]


def faults_of_score(score: Score, item: Item) -> list[str]:
    """What is wrong with a score of this item."""
    found = []
    if score.value is not None and not (math.isfinite(score.value) and 0 <= score.value <= 1):
        found.append(f"the value {score.value} is not from 0 to 1")
    if score.result is not ScoreResult.PASS and not (score.reason or "").strip():
        found.append(f"a {score.result.value} without a reason")
    if score.result is ScoreResult.PASS and score.findings:
        found.append("it passes and has findings")
    for finding in score.findings[: MOST_FINDINGS + 10]:
        found += _faults_of_finding(finding, item)
    return found


def _faults_of_finding(finding: Finding, item: Item) -> list[str]:
    passages = {passage.id: passage.text for passage in item.context}
    texts = {"output": item.output, "prompt": item.prompt, "context": passages.get(finding.context_id or "")}
    text = texts.get(finding.field)
    found = []
    if text is None:
        return [f"a finding in {finding.field!r}, which the item does not have"]
    if not finding.reason.strip():
        found.append("a finding without a reason")
    if (finding.start is None) != (finding.end is None):
        found.append("a finding with one offset only")
    if finding.start is not None and finding.end is not None and not 0 <= finding.start < finding.end <= len(text):
        found.append(f"a finding at {finding.start}-{finding.end} of {len(text)} characters")
    found += [
        f"evidence at {one.start}-{one.end}, outside of the passage {one.context_id!r}"
        for one in finding.evidence
        if not 0 <= one.start < one.end <= len(passages.get(one.context_id, ""))
    ]
    return found


def faults_of_time(bound: BoundCheck) -> list[str]:
    """The first text on which the time grows faster than the text. Measured as processor time of this thread, best of
    three, and only where the larger text takes long at all, so that a busy machine does not matter."""
    for name, make in HARD_TEXTS.items():
        large = _hard_item(make(LARGE))
        if _seconds(bound, large, 1) <= QUICK_S:
            continue
        growth = _seconds(bound, large, 3) / max(_seconds(bound, _hard_item(make(SMALL)), 3), 1e-4)
        if growth > MOST_GROWTH * LARGE / SMALL:
            return [f"on {name!r} it takes {growth:.0f} times as long for {LARGE // SMALL} times the text"]
    return []


def _hard_item(text: str) -> Item:
    return Item(
        output=text,
        prompt=text[: len(text) // 8],
        context=(Passage("p1", text[len(text) // 2 :]), Passage("p2", "None.")),
    )


def _seconds(bound: BoundCheck, item: Item, runs: int) -> float:
    best = float("inf")
    for _ in range(runs):
        start = thread_time()
        bound(item)
        best = min(best, thread_time() - start)
    return best
