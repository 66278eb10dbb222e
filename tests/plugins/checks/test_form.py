"""Form and wording: JSON, schemas, patterns, length, words, links, hidden characters."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from handrail.domain.item import Item, Output, Passage
from handrail.domain.score import Score
from handrail.plugins.checks import builtin_registry


def run(name: str, item: Item | str, **options: Any) -> Score:
    plugin = builtin_registry().get(name)
    assert plugin is not None
    return plugin.bind(options)(item if isinstance(item, Item) else Item(output=item))


def marked(text: str, score: Score) -> list[str]:
    return [text[found.start : found.end] for found in score.findings if found.start is not None]


@pytest.mark.parametrize("text", ['{"a": 1}', "[]", '"x"', "null", " 1.5 \n"])
def test_strict_json_passes(text: str) -> None:
    assert run("valid_json", text).result == "pass"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('{"a": 1,}', 8),
        ('{"a": NaN}', None),
        ('{"a": 1, "a": 2}', None),
        ("", None),
        ("x", 0),
        ("{} and more", 3),
        ('```json\n{"a": 1}\n```', 0),
    ],
)
def test_what_is_not_strict_json_fails_at_its_place(text: str, at: int | None) -> None:
    score = run("valid_json", text)
    assert score.result == "fail"
    assert score.findings[0].start == at


def test_the_kind_of_json_may_be_demanded() -> None:
    assert run("valid_json", "[1]", kinds=["object"]).reason == "The JSON is array; wanted is object."
    assert run("valid_json", "{}", kinds=["object"]).result == "pass"


SCHEMA = {
    "type": "object",
    "required": ["amount", "to"],
    "additionalProperties": False,
    "properties": {
        "amount": {"type": "number", "minimum": 0},
        "to": {"type": "string", "pattern": "^[A-Z]{2}[0-9]+$"},
        "tags": {"type": "array", "uniqueItems": True, "items": {"enum": ["a", "b"]}},
    },
}


@pytest.mark.parametrize(
    ("text", "marks", "said"),
    [
        ('{"amount": 1, "to": "DE1"}', [], None),
        ('{"amount": 1}', ['{"amount": 1}'], 'The key "to" is missing.'),
        ('{"amount": "1", "to": "DE1"}', ['"1"'], "“amount” must be of the type number."),
        ('{"amount": -1, "to": "DE1"}', ["-1"], "“amount” breaks “minimum: 0” of the schema."),
        ('{"amount": 1, "to": "x", "é": 2}', ['"x"', "2"], "2 places of the JSON break the schema."),
        ('{"amount": 1, "to": "DE1", "tags": ["a", "c"]}', ['"c"'], "“tags.1” must be one of a, b."),
        ('{"amount": 1, "to": "DE1", "tags": ["a", "a"]}', ['["a", "a"]'], "“tags” holds the same value twice."),
    ],
)
def test_a_schema_marks_the_value_that_breaks_it(text: str, marks: list[str], said: str | None) -> None:
    score = run("json_schema", text, schema=SCHEMA)
    assert sorted(marked(text, score)) == sorted(marks)
    assert score.reason == said


def test_the_schema_may_come_with_the_output() -> None:
    output = Output({"type": "json", "value": {"b": 1, "a": "x"}, "schema": {"properties": {"a": {"type": "number"}}}})
    item = Item(output=output.readable, content=output)
    assert marked(item.output, run("json_schema", item)) == ['"x"']
    assert run("json_schema", "{}").result == "skipped"


def test_the_arguments_of_a_tool_call_are_held_against_the_schema() -> None:
    output = Output({"type": "tool_call", "name": "pay", "arguments": {"amount": "900"}})
    item = Item(output=output.readable, content=output)
    assert marked(item.output, run("json_schema", item, schema={"properties": {"amount": {"type": "number"}}})) == [
        '"900"'
    ]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"$ref": "https://example.org/schema"}, "leads out of the schema"),
        ({"$ref": "file:///etc/passwd"}, "leads out of the schema"),
        ({"pattern": "(?=x)"}, "not a pattern RE2 takes"),
        ({"type": "nothing"}, "not a schema"),
        ({"enum": ["x" * 70_000]}, "larger than"),
        ({"patternProperties": {"(a": True}}, "not a pattern RE2 takes"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "write the schema for"),
    ],
)
def test_a_schema_that_is_not_bounded_is_refused_at_load(schema: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        run("json_schema", "{}", schema=schema)


def bomb(depth: int) -> dict[str, Any]:
    """Each definition asks twice for the next: 2 ** depth steps."""
    definitions = {f"d{at}": {"allOf": [{"$ref": f"#/$defs/d{at + 1}"}] * 2} for at in range(depth)}
    return {"$defs": {**definitions, f"d{depth}": {"type": "number"}}, "$ref": "#/$defs/d0"}


def test_a_schema_bomb_is_errored_and_a_small_one_runs() -> None:
    assert run("json_schema", "1", schema=bomb(6)).result == "pass"
    score = run("json_schema", "1", schema=bomb(40))
    assert (score.result, score.reason) == ("errored", "The schema asks for too much work on this output.")
    assert run("json_schema", "1", schema={"$ref": "#"}).result == "errored"


def test_a_broken_reference_is_errored() -> None:
    assert (
        run("json_schema", "1", schema={"$ref": "#/$defs/none"}).reason
        == "The schema cannot be used: a $ref of the schema leads nowhere."
    )


def test_patterns_must_and_must_not_match() -> None:
    text = "Größe: we Guarantee it"
    score = run("regex", text, must_match=["claim [0-9]+"], must_not_match=["(?i)guarantee"])
    assert [found.reason for found in score.findings] == [
        "The pattern “claim [0-9]+” stands nowhere in the output.",
        "The pattern “(?i)guarantee” must not stand in the output.",
    ]
    assert marked(text, score) == ["Guarantee"]
    assert run("regex", "claim 7", must_match=["claim [0-9]+"], must_not_match=["(?i)guarantee"]).result == "pass"


@pytest.mark.parametrize(
    "options",
    [{}, {"must_match": ["("]}, {"must_match": ["(?<=x)y"]}, {"must_match": ["x" * 1_001]}, {"must_match": [""]}],
)
def test_patterns_that_do_not_compile_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run("regex", "x", **options)


def test_length_counts_code_points_and_words() -> None:
    assert run("length", "👩‍👩‍👧 é", most=7).result == "pass"
    assert marked("one two three", run("length", "one two three", most=7)) == [" three"]
    assert run("length", "").reason == "The output has 0 characters; at least 1 are demanded."
    assert run("length", "one two", most_words=1).reason == "The output has 2 words; at most 1 are allowed."
    assert run("length", "one two", least_words=2, most_words=2).result == "pass"
    with pytest.raises(ValidationError):
        run("length", "x", least=9, most=8)


@pytest.mark.parametrize(
    ("text", "words", "inflection", "marks"),
    [
        ("We GUARANTEED it, guaranteeing all.", ["guarantee"], "en", ["GUARANTEED", "guaranteeing"]),
        ("guaranteed", ["guarantee"], "none", []),
        ("unguaranteed", ["guarantee"], "en", []),
        ("risk-free and risk\nfree", ["risk free"], "en", ["risk-free", "risk\nfree"]),
        ("risk is free", ["risk free"], "en", []),
        ("denied, denies, den", ["deny"], "en", ["denied", "denies"]),
        ("stopping stops", ["stop"], "en", ["stopping", "stops"]),
        ("Versprechens, versprechende", ["Versprechen"], "de", ["Versprechens"]),
        ("STRASSE Straße", ["straße"], "none", ["STRASSE", "Straße"]),
        ("Acme's pipes", ["acme"], "en", ["Acme"]),
        ("double your money now", ["money", "double your money"], "en", ["double your money"]),
    ],
)
def test_keywords_are_found_at_word_boundaries(text: str, words: list[str], inflection: str, marks: list[str]) -> None:
    assert marked(text, run("keywords", text, words=words, inflection=inflection)) == marks


def test_a_keyword_in_the_prompt_carries_its_category() -> None:
    found = run(
        "keywords", Item(output="No.", prompt="Is ACME better?"), words=["acme"], where="both", category="competitor"
    ).findings
    assert [(one.field, one.start, one.category) for one in found] == [("prompt", 3, "competitor")]


def test_required_phrases_and_sections() -> None:
    text = "## 1. Summary\nAll fine.\nThis is\nnot “legal” advice."
    assert run("required_phrases", text, phrases=['this is not "legal" advice'], sections=["Summary"]).result == "pass"
    score = run("required_phrases", text, phrases=["This is not financial advice"], sections=["Summary", "Next steps"])
    assert score.value == pytest.approx(1 / 3, abs=1e-3)
    assert [found.reason for found in score.findings] == [
        "The required words “This is not financial advice” are missing.",
        "The section “Next steps” is missing.",
    ]


@pytest.mark.parametrize(
    ("text", "options", "marks"),
    [
        ("see https://example.org/a.", {"allow": ["example.org"]}, []),
        ("see https://www.example.org/a", {"allow": ["example.org"]}, []),
        ("see https://notexample.org/a)", {"allow": ["example.org"]}, ["https://notexample.org/a"]),
        ("www.evil.example!", {"allow": []}, ["www.evil.example"]),
        ("https://x.bad.example/", {"forbid": ["*.bad.example"]}, ["https://x.bad.example/"]),
        ("[a](javascript:alert(1))", {}, ["javascript:alert(1)"]),
        ("learn JavaScript: it is fun", {}, []),
        ("https://bank.example@evil.example/", {}, ["https://bank.example@evil.example/"]),
        ("[a](//evil.example/x)", {"allow": ["example.org"]}, ["//evil.example/x"]),
        ("https://en.example.org/a_(b)", {"forbid": ["example.org"]}, ["https://en.example.org/a_(b)"]),
        ("data:text/html;base64,x", {}, ["data:text/html;base64,x"]),
        ("https://a.example https://b.example", {"most": 1}, ["https://b.example"]),
        ("https://bücher.example/", {"allow": ["bücher.example"]}, []),
    ],
)
def test_links_lead_where_they_may(text: str, options: dict[str, Any], marks: list[str]) -> None:
    assert marked(text, run("links", text, **options)) == marks


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("pay \u202e15\u202c now", ["\u202e", "\u202c"]),
        ("pa\u200bss", ["\u200b"]),
        ("x\U000e0041\U000e0042", ["\U000e0041\U000e0042"]),
        ("pаypal", ["pаypal"]),
        ("Z\u0301\u0301\u0301\u0301\u0301!", ["\u0301" * 5]),
        ("a\x1b[31m", ["\x1b"]),
        ("a" + "\n" * 40 + "b", ["\n" * 40]),
        ("a" + " " * 99 + "b", [" " * 99]),
        ("a\ufe0f\ufe0f", ["\ufe0f\ufe0f"]),
        ("in\u200dsure", ["\u200d"]),
    ],
)
def test_hidden_characters_are_flagged_where_they_stand(text: str, marks: list[str]) -> None:
    score = run("hidden_characters", text)
    assert (score.result, marked(text, score)) == ("flag", marks)


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 ❤️",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "می‌خواهم",
        "Größe naïve Ångström",
        "привет мир",
        "μm and ΔT",
        "שלום",
        "a\tb\r\nc\n\nd",
        "\ufeffstart",
    ],
)
def test_scripts_emoji_and_ordinary_blanks_are_fine(text: str) -> None:
    assert run("hidden_characters", text).result == "pass"


def test_hidden_instructions_in_the_context_are_found() -> None:
    item = Item(output="Fine.", context=(Passage("p1", "ok"), Passage("p2", "ok\U000e0041")))
    found = run("hidden_characters", item).findings[0]
    assert (found.field, found.context_id, found.start, found.severity) == ("context", "p2", 2, "critical")
    assert run("hidden_characters", item, where="both").result == "pass"
