"""What the output claims, held against the context; each failing case has a passing twin."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handrail.domain.item import Item, Output, Passage
from handrail.domain.score import Score
from handrail.plugins.checks._dates import Day, dates
from handrail.plugins.checks._numbers import numbers, readings
from handrail.plugins.checks.citations import CitationsOptions, citations
from handrail.plugins.checks.dates_in_context import DatesInContextOptions, dates_in_context
from handrail.plugins.checks.names_in_context import NamesInContextOptions, names_in_context
from handrail.plugins.checks.numbers_in_context import NumbersInContextOptions, numbers_in_context
from handrail.plugins.checks.quotes import QuotesOptions, quotes


def given(output: str, *passages: str, prompt: str = "") -> Item:
    return Item(
        output=output, prompt=prompt, context=tuple(Passage(f"p{at}", text) for at, text in enumerate(passages, 1))
    )


def marked(item: Item, score: Score) -> list[str]:
    return [item.output[found.start : found.end] for found in score.findings]


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("1,234.50", {("1234.5",)}),
        ("1.234,50", {("1234.5",)}),
        ("62 400", {("62400",), ("62", "400")}),
        ("1'234'567.8", {("1234567.8",)}),
        ("1,234", {("1234",), ("1.234",)}),
        ("0.50", {("0.5",)}),
        ("007", {("7",)}),
        ("12,34,567", {("1234567",), ("12", "34", "567")}),
        ("1\u202f234,5", {("1234.5",)}),
        ("4.2.1", {("4", "2", "1")}),
    ],
)
def test_a_number_is_read_in_each_way_people_mean_it(written: str, values: set[tuple[str, ...]]) -> None:
    assert values <= set(readings(written))


def test_words_of_scale_multiply() -> None:
    assert [one.readings[0] for one in numbers("3.5 million, 2 Mrd, 10k and 7 km")] == [
        ("3500000",),
        ("2000000000",),
        ("10000",),
        ("7",),
    ]


SAME = [
    ("EUR 1,234.50", "1.234,50 EUR"),
    ("62 400", "62,400"),
    ("62,400", "62\u00a0400"),
    ("3.5 million", "3,500,000"),
    ("10k", "10,000"),
    ("12 people", "twelve people"),
    ("21 days", "twenty-one days"),
    ("15%", "15 percent"),
    ("$80", "80 dollars"),
    ("250.00", "250"),
    ("2024-03-12", "12 March 2024"),
    ("1.5 Mio", "1500000"),
]


@pytest.mark.parametrize(("claimed", "written"), SAME)
def test_a_number_is_found_however_it_is_written(claimed: str, written: str) -> None:
    assert (
        numbers_in_context(given(f"It is {claimed}.", f"So: {written}!", prompt="3?"), NumbersInContextOptions()).result
        == "pass"
    )


@pytest.mark.parametrize(
    ("claimed", "written", "place"),
    [
        ("EUR 1,234.51", "1.234,50 EUR", "EUR 1,234.51"),
        ("62 401", "62,400", "62 401"),
        ("3.5 billion", "3.5 million", "3.5 billion"),
        ("13 people", "twelve people", "13"),
        ("16%", "15 percent", "16%"),
        ("EUR 5", "EUR 50", "EUR 5"),
        ("1.51 Mio", "1500000", "1.51 Mio"),
    ],
)
def test_a_number_that_differs_is_marked(claimed: str, written: str, place: str) -> None:
    item = given(f"It is {claimed}, so.", f"So: {written}!")
    score = numbers_in_context(item, NumbersInContextOptions())
    assert marked(item, score) == [place]
    assert score.findings[0].reason == f"{place} stands nowhere in the context."


@pytest.mark.parametrize(
    "output",
    [
        "1. First\n2. Second\n11. Eleventh",
        "the 21st time",
        "in 3 steps",
        "see [12] and [13, 14]",
        "https://example.org/2023/99",
        "model B2B and x86",
        "## 12. Title",
    ],
)
def test_marks_ordinals_counts_and_links_are_left_alone(output: str) -> None:
    assert numbers_in_context(given(output, "Nothing."), NumbersInContextOptions()).result == "pass"


def test_small_counts_matter_where_the_policy_says_so() -> None:
    item = given("It takes 3 days.", "It takes 4 days.")
    assert numbers_in_context(item, NumbersInContextOptions()).result == "pass"
    assert marked(item, numbers_in_context(item, NumbersInContextOptions(ignore_below=0))) == ["3"]


@pytest.mark.parametrize(
    ("claimed", "fine"),
    [("3.5 million", True), ("3.51 million", True), ("3.52 million", False), ("4 million", True), ("3 million", False)],
)
def test_rounding_is_fine_where_the_policy_says_so(claimed: str, fine: bool) -> None:
    item = given(f"About {claimed}.", "Exactly 3,512,345.")
    assert numbers_in_context(item, NumbersInContextOptions()).result == "fail"
    assert (numbers_in_context(item, NumbersInContextOptions(rounded=True)).result == "pass") is fine


def test_the_value_is_the_share_of_numbers_that_are_found() -> None:
    assert numbers_in_context(given("20, 30, 40 and 50", "20 30 40"), NumbersInContextOptions()).value == 0.75


def test_ignored_numbers_are_fine() -> None:
    item = given("Call 112.", "Call us.")
    assert numbers_in_context(item, NumbersInContextOptions()).result == "fail"
    assert numbers_in_context(item, NumbersInContextOptions(ignore=("112",))).result == "pass"


def test_a_tool_call_is_held_against_the_context() -> None:
    output = Output({"type": "tool_call", "name": "pay", "arguments": {"sum": 900}})
    item = Item(output=output.readable, content=output, context=(Passage("p1", "Approved: EUR 90."),))
    assert marked(item, numbers_in_context(item, NumbersInContextOptions())) == ["900"]


def test_the_closest_sentence_is_named_as_evidence() -> None:
    item = given(
        "Escape of water is insured up to EUR 150.",
        "Cats sleep.",
        "Fire is not. Escape of water is insured up to EUR 80,000. Rain is not.",
    )
    evidence = numbers_in_context(item, NumbersInContextOptions()).findings[0].evidence[0]
    assert evidence.context_id == "p2"
    assert item.context[1].text[evidence.start : evidence.end] == "Escape of water is insured up to EUR 80,000."


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-12", Day(2024, 3, 12)),
        ("12.03.2024", Day(2024, 3, 12)),
        ("12 March 2024", Day(2024, 3, 12)),
        ("March 12th, 2024", Day(2024, 3, 12)),
        ("12. März 2024", Day(2024, 3, 12)),
        ("12 de marzo de 2024", Day(2024, 3, 12)),
        ("le 1er mars 2024", Day(2024, 3, 1)),
        ("Sept. 2024", Day(2024, 9, 0)),
        ("the 3rd of May", Day(0, 5, 3)),
        ("13/02/2024", Day(2024, 2, 13)),
        ("02/13/2024", Day(2024, 2, 13)),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, day: Day) -> None:
    assert [found.readings for found in dates(f"On {text} it was.")] == [(day,)]


@pytest.mark.parametrize(
    "text", ["31.02.2024", "2024-13-01", "1.2.3", "the 12 may follow", "march 3 miles", "10/12", "192.168.1.2024"]
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert list(dates(text)) == []


@pytest.mark.parametrize(
    ("claimed", "written", "found"),
    [
        ("12 March 2024", "2024-03-12", True),
        ("12 March 2024", "2024-03-13", False),
        ("March 2024", "12.03.2024", True),
        ("April 2024", "12.03.2024", False),
        ("12 March", "2024-03-12", True),
        ("12 March 2024", "In 2024, on 12 March", True),
        ("12 March 2025", "In 2024, on 12 March", False),
        ("12 March 2025", "2024-03-12; 2025", False),
        ("3/12/2024", "2024-12-03", True),
        ("12 March 2024", "March 2024", False),
    ],
)
def test_a_date_is_held_against_the_context(claimed: str, written: str, found: bool) -> None:
    item = given(f"It was on {claimed}.", f"Date: {written}.")
    score = dates_in_context(item, DatesInContextOptions())
    assert marked(item, score) == ([] if found else [claimed])


def test_the_day_the_item_came_in_counts_as_given() -> None:
    item = Item(
        output="Berlin, 21 November 2026",
        context=(Passage("p1", "None."),),
        received_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    assert dates_in_context(item, DatesInContextOptions()).result == "pass"
    assert dates_in_context(item, DatesInContextOptions(received=False)).result == "fail"


@pytest.mark.parametrize(
    ("output", "context", "names"),
    [
        ("It was signed by Jane Doe.", "Signed: Jane Doe", []),
        ("It was signed by Jane Doe's firm.", "Signed: John Smith", ["Jane Doe"]),
        ("It was Mr John Kerry.", "John Kerry spoke.", []),
        ("The Cabinet Office agreed.", "the cabinet office", []),
        ("However, Angela Merkel spoke.", "Angela spoke.", ["Angela Merkel"]),
        ("**Key Benefits**: cheap.", "None.", []),
        ("# Summary Of The Case\nfine", "None.", []),
        ("We met Ludwig van Beethoven there.", "Ludwig was there.", ["Ludwig van Beethoven"]),
        ("Providing Jane with help.", "Jane", []),
        ("By J. R. Ewing it was.", "Ewing", []),
        ("By J. R. Ewing it was.", "None", ["J. R. Ewing"]),
        ("Wir trafen Jürgen Klöß dort.", "Jürgen Groß", ["Jürgen Klöß"]),
    ],
)
def test_names_that_the_context_does_not_know_are_flagged(output: str, context: str, names: list[str]) -> None:
    item = given(output, context)
    score = names_in_context(item, NamesInContextOptions())
    assert marked(item, score) == names
    assert score.result == ("flag" if names else "pass")


def test_own_names_can_be_ignored() -> None:
    item = given("Yours, Alpine Mutual, today", "None.")
    assert names_in_context(item, NamesInContextOptions()).result == "flag"
    assert names_in_context(item, NamesInContextOptions(ignore=("Alpine Mutual",))).result == "pass"


@pytest.mark.parametrize(
    ("output", "result", "marks"),
    [
        ("Insured [p1].", "pass", []),
        ("Insured [p1, p2][P1].", "pass", []),
        ("Insured [p1-p2].", "pass", []),
        ("Insured [p7].", "fail", ["p7"]),
        ("Insured [p1] and [p3; p2].", "fail", ["p3"]),
        ("Insured.", "fail", [""]),
        ("See [terms](https://example.org) [sic] [p1].", "pass", []),
        ("Insured [1].", "fail", ["1"]),
        ("Insured 【p2】.", "pass", []),
    ],
)
def test_citations_lead_to_passages(output: str, result: str, marks: list[str]) -> None:
    item = given(output, "one", "two")
    score = citations(item, CitationsOptions())
    assert score.result == result
    assert [
        item.output[found.start : found.end] if found.start is not None else "" for found in score.findings
    ] == marks


def test_a_number_may_name_the_place_of_a_passage() -> None:
    item = given("Insured [1-2], not [3].", "one", "two")
    assert [found.reason for found in citations(item, CitationsOptions(by_position=True)).findings] == [
        "The citation [3] leads to no passage of the context."
    ]


def test_citations_may_be_optional() -> None:
    item = given("Insured.", "one")
    assert citations(item, CitationsOptions(required=False)).result == "pass"
    assert citations(given("Insured [9].", "one"), CitationsOptions(required=False)).result == "fail"


@pytest.mark.parametrize(
    ("output", "fails"),
    [
        ('It says "escape of water is insured".', False),
        ('It says "Escape of  water, is insured!"', False),
        ('It says "escape of fire is insured".', True),
        ("Er sagt „escape of water is insured“.", False),
        ("It says “escape ... is insured up to EUR 80,000”.", False),
        ('It says "is insured ... escape of water"', True),
        ('The "water pipe" is.', False),
        ('It says "insured up to EUR 80".', True),
        ('A 4" pipe and a 6 inch pipe, or 8" as well.', False),
        ('It says "[the] escape of water is insured".', False),
    ],
)
def test_quotations_stand_in_the_context(output: str, fails: bool) -> None:
    item = given(output, "Escape of water\nis insured up to EUR 80,000.")
    assert (quotes(item, QuotesOptions()).result == "fail") is fails


def test_a_misquote_leads_to_the_closest_words() -> None:
    item = given('"escape of water is never insured"', "Rain.", "The escape of water is insured.")
    found = quotes(item, QuotesOptions()).findings[0]
    assert item.output[found.start : found.end] == "escape of water is never insured"
    assert item.context[1].text[found.evidence[0].start : found.evidence[0].end] == "escape of water is"


def test_more_quotations_than_are_compared_do_not_pass() -> None:
    item = given('"we pay all of it" ' * 300, "we pay all of it")
    assert quotes(item, QuotesOptions()).result == "flag"


@pytest.mark.parametrize(
    "score",
    [
        numbers_in_context(Item(output="900"), NumbersInContextOptions()),
        dates_in_context(Item(output="1 May 2024"), DatesInContextOptions()),
        names_in_context(Item(output="by Jane Doe"), NamesInContextOptions()),
        quotes(Item(output='"a b c d e"'), QuotesOptions()),
        citations(Item(output="[1]"), CitationsOptions()),
    ],
)
def test_without_context_there_is_nothing_to_compare(score: Score) -> None:
    assert (score.result, score.value) == ("skipped", None)
    assert score.reason == "The item has no context to compare with."
