"""The keys that the reviewers' page names are those of the web app."""

from __future__ import annotations

import re

from scripts.setup import ROOT
from tests.docs.reading import DOCS

ACTIONS = ROOT / "ui" / "src" / "shared" / "keys" / "actions.ts"
MEANT = {
    "approve": "approve",
    "edit": "edit",
    "reject": "reject",
    "send": "send the verdict",
    "undo": "take it back",
    "severityMinor": "how bad",
    "categories": "categories",
    "reason": "reason",
    "mark": "mark a place",
    "next": "next and previous finding",
    "isError": "it is one",
    "notError": "it is none",
    "nextEvidence": "passage of the evidence",
    "compare": "compare with the original",
    "raw": "raw text",
    "nextTab": "next tab",
    "skip": "skip",
    "goQueues": "to the queues",
    "goItems": "to the items",
    "search": "search",
}
"""What the page says of an action, in words that must stand in the row of its key."""


def keys_in_code() -> dict[str, str]:
    found = re.findall(
        r'^  (\w+): action\("\w+", "\w+", "([^"]+)"\)', ACTIONS.read_text(encoding="utf-8"), re.MULTILINE
    )
    return dict(found)


def test_the_reviewers_page_names_the_keys_of_the_web_app() -> None:
    rows = [line for line in (DOCS / "howto/review-items.md").read_text(encoding="utf-8").splitlines() if "|" in line]
    keys = keys_in_code()
    for action, words in MEANT.items():
        of_key = [row for row in rows if f"`{keys[action]}`" in row]
        assert of_key, f"the page does not name {keys[action]!r} ({action})"
        assert any(words in row for row in of_key), f"{keys[action]!r} does {action}; the page says something else"


def test_every_key_of_the_page_is_one_of_the_web_app() -> None:
    text = (DOCS / "howto/review-items.md").read_text(encoding="utf-8")
    named = {key for row in re.findall(r"^\| (`.+?) \|", text, re.MULTILINE) for key in re.findall(r"`([^`]+)`", row)}
    assert len(named) > 20
    assert named <= set(keys_in_code().values())
