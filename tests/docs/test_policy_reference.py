"""The manual's page of the policy language is the language's own."""

from __future__ import annotations

from pathlib import Path

from handrail.plugins.checks import builtin_registry
from handrail.stages.routing.comparing import compare
from handrail.stages.routing.language import load
from handrail.stages.routing.language.keys import keys
from scripts.policy_reference import PAGE, page

HOWTO = PAGE.parent.parent / "howto" / "change-the-policy.md"


def test_the_page_is_what_the_language_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m scripts.policy_reference`"


def test_every_key_stands_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [key for key in keys() if f"| `{key}` |" not in text] == []


def blocks(path: Path, language: str) -> list[str]:
    parts = path.read_text(encoding="utf-8").split("```")[1::2]
    return [part.partition("\n")[2] for part in parts if part.startswith(f"{language}\n")]


def test_the_policies_of_the_howto_are_valid_and_differ_as_it_says() -> None:
    before, after = blocks(HOWTO, "yaml")[:2]
    for text in (before, after):
        load(text, builtin_registry())
    (change,) = compare(before, after, builtin_registry())
    assert change.effect in " ".join(HOWTO.read_text(encoding="utf-8").split())
