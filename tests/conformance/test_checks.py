"""Runs by itself over every registered check, also over the one you add as a new file in `plugins/checks`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handrail.domain.item import Item, Output, Passage
from handrail.extend.checks import BoundCheck, CheckPlugin, CheckRegistry
from handrail.extend.conformance import faults, faults_of_card, faults_on, of_output
from handrail.plugins.checks import builtin_registry

PLUGINS = builtin_registry().all()
BOUND = [plugin.bind(options) for plugin in PLUGINS for options in plugin.options.examples]

words = st.sampled_from(
    [
        "EUR",
        "1,234.50",
        "62 400",
        "12 March 2024",
        "2024-03-12",
        "Jane Doe",
        "[p1]",
        "[1, 2]",
        '"',
        "“",
        "”",
        "\u202e",
        "https://",
        "@",
        "4111 1111 1111 1111",
        "DE89",
        "\n",
        "{",
        "}",
        ":",
        "eyJ",
        "3.5 million",
        "пaypal",
        "\u0301",
        "...",
    ]
)
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.lists(st.one_of(words, st.text(characters, max_size=12)), max_size=14).map(" ".join)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
passages = st.lists(texts, max_size=3).map(
    lambda found: tuple(Passage(f"p{at}", text) for at, text in enumerate(found, 1))
)
items = st.one_of(
    st.builds(Item, output=texts, prompt=texts, context=passages),
    st.builds(lambda value, context: of_output(Output({"type": "json", "value": value}), context), values, passages),
)


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_it_keeps_the_rules(plugin: CheckPlugin) -> None:
    assert faults(plugin) == []


@pytest.mark.parametrize("bound", BOUND, ids=lambda bound: bound.name)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(item=items)
def test_it_keeps_them_on_any_item(bound: BoundCheck, item: Item) -> None:
    assert faults_on(bound, item) == []


NEWCOMER = '''
"""Shouting."""

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, failed, passed
from handrail.extend.checks import CheckOptions, check


class ShoutingOptions(CheckOptions):
    examples = ({}, {"least": 12})

    least: int = 8


@check("shouting", version="1", options=ShoutingOptions)
def shouting(item: Item, options: ShoutingOptions) -> Score:
    """Fails when a word of capitals is longer than a few letters."""
    place = 0
    for word in item.output.split():
        place = item.output.index(word, place)
        if len(word) >= options.least and word.isupper():
            return failed("A word is shouted.", (Finding("A word is shouted.", start=place, end=place + len(word)),))
        place += len(word)
    return passed()
'''


def registry_with(source: str, folder: Path) -> CheckRegistry:
    file = folder / "newcomer.py"
    file.write_text(source, encoding="utf-8")
    registry = builtin_registry()
    registry.add_file(file)
    return registry


def test_a_newcomer_adds_a_check_in_one_file(tmp_path: Path) -> None:
    registry = registry_with(NEWCOMER, tmp_path)
    plugin = registry.get("shouting")
    assert plugin is not None
    assert faults(plugin) == []
    score = plugin.bind({"least": 5})(Item(output="do it THERE"))
    assert (score.name, score.result.value, score.findings[0].start) == ("shouting", "fail", 6)
    assert registry.names() == sorted([*builtin_registry().names(), "shouting"])


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (("place + len(word)),", "place + len(word) + 9999),"), "a finding at"),
        (("return passed()", "return Score(7.0)"), "is not from 0 to 1"),
        (("return passed()", "return None"), "it returns NoneType"),
        (("return passed()", "return item.context[0]"), "it raises IndexError"),
        (
            (
                "return passed()",
                "globals().setdefault('n', []).append(1); return failed(str(len(n)))",
            ),
            "it answers differently",
        ),
        (("least: int = 8", "least: int = 8\n    model_config = {'extra': 'allow'}"), "options it does not know"),
        (("Fails when a word of capitals is longer than a few letters.", "Shouts."), "does not say what it promises"),
        (('{"least": 12}', '{"most": 12}'), "does not bind"),
        (
            ("return passed()", "for a in item.output:\n        item.output.count('zq' + a)\n    return passed()"),
            "times as long",
        ),
    ],
)
def test_the_battery_finds_what_is_broken(broken: tuple[str, str], said: str, tmp_path: Path) -> None:
    assert broken[0] in NEWCOMER
    plugin = registry_with(NEWCOMER.replace(*broken), tmp_path).get("shouting")
    assert plugin is not None
    assert any(said in fault for fault in faults(plugin))


def test_two_checks_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two checks are called 'length'"):
        registry_with(NEWCOMER.replace('"shouting"', '"length"'), tmp_path)


def test_a_file_without_a_check_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no function marked"):
        registry_with("VALUE = 1\n", tmp_path)


@pytest.mark.parametrize("mark", [{"name": "No Slug"}, {"version": ""}, {"docstring": ""}])
def test_a_check_without_name_version_or_promise_is_refused(mark: dict[str, Any], tmp_path: Path) -> None:
    source = NEWCOMER.replace('"shouting"', repr(mark.get("name", "shouting")))
    source = source.replace('version="1"', f"version={mark.get('version', '1')!r}")
    if "docstring" in mark:
        source = source.replace('"""Fails when a word of capitals is longer than a few letters."""', "")
    with pytest.raises(ValueError, match=r"cannot name a check|needs a version and a docstring"):
        registry_with(source, tmp_path)


def test_the_card_of_a_built_in_check_is_whole() -> None:
    assert [faults_of_card(plugin) for plugin in PLUGINS] == [[]] * len(PLUGINS)
    assert {"valid_json", "json_schema", "regex", "length", "keywords", "pii", "citations", "numbers_in_context"} <= {
        plugin.name for plugin in PLUGINS
    }
