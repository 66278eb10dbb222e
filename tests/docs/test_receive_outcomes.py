"""The code of docs/howto/receive-outcomes.md runs, and does what the page says."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

from handrail.stages.delivering.rules.schedule import WAITS, WEAK_AFTER
from handrail.testing import FakeHandrail
from tests.support.mailroom import Mailroom

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "receive-outcomes.md"


def blocks() -> list[dict[str, Any]]:
    """What each Python block of the page defines."""
    found = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    made: list[dict[str, Any]] = []
    for text in found:
        made.append({})
        exec(compile(text, str(PAGE), "exec"), made[-1])
    return made


def test_a_call_is_worked_on_once_and_a_changed_one_refused(mailroom: Mailroom) -> None:
    receive = blocks()[0]["receive"]
    secret = mailroom.webhook("claims-app")["secret"]
    mailroom.released(output="We pay.", deliver={"webhook": "claims-app", "reference": "thread-9"})
    mailroom.send()
    [call] = mailroom.receiver.calls
    sent: list[tuple[str, str]] = []
    with sqlite3.connect(":memory:") as done:
        done.execute("CREATE TABLE events (id TEXT PRIMARY KEY)")
        for _ in range(2):
            assert receive(call.body, call.headers, [secret], done, lambda *told: sent.append(told)) == 204
        changed = call.body.replace(b"We pay.", b"We won.")
        assert receive(changed, call.headers, [secret], done, lambda *told: sent.append(told)) == 400
    assert sent == [("thread-9", "We pay.")]


def test_the_stream_is_followed_and_gone_on_with() -> None:
    follow = blocks()[1]["follow"]
    fake, worked = FakeHandrail(), list[str]()
    first = fake.submit("a").item_id
    last = follow(fake, lambda event: worked.append(event.subject))
    second = fake.submit("b").item_id
    follow(fake, lambda event: worked.append(event.subject), last)
    assert worked == [first, second]


def test_the_page_tells_the_schedule_that_is_kept() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "after 5 seconds, 5 minutes, 30 minutes, 2, 5, 10, 14, 20 and 24 hours" in text
    assert [int(wait.total_seconds()) for wait in WAITS] == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert f"fails {'ten' if WEAK_AFTER == 10 else WEAK_AFTER} times in a row" in text
    assert len(WAITS) + 1 == 10
