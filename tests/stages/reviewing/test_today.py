"""What a reviewer has done today: whole, of the project's own day, without what was taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.testclient import TestClient

from tests.support.webroom import Webroom, claimed, decided

ZONE = "Asia/Kathmandu"


def today(browser: TestClient) -> int:
    told = browser.get("/v1/reviews/today")
    assert told.status_code == 200, told.text
    since = datetime.fromisoformat(told.json()["since"]).astimezone(ZoneInfo(ZONE))
    assert (since.hour, since.minute) == (0, 0)
    return int(told.json()["given"])


def tomorrow(room: Webroom, hour: int, minute: int = 0) -> None:
    """Moves the project to Kathmandu, and its clock to this time of the next day there."""
    office = room.office
    sql = "UPDATE projects SET zone = :zone WHERE id = :id"
    office.store.write(lambda s: s.change(sql, {"zone": ZONE, "id": office.project_id}))
    now = office.store.read(lambda s: s.now).astimezone(ZoneInfo(ZONE))
    then = now.replace(hour=hour, minute=minute, second=0) + timedelta(days=1)
    office.shift(seconds=(then - now).total_seconds())


def test_verdicts_of_today_count_over_all_sittings_and_not_those_taken_back(room: Webroom) -> None:
    tomorrow(room, 12)
    ana, ben = room.office.person("ana"), room.office.person("ben")
    first, other = room.browser(ana), room.browser(ben)
    for _ in range(3):
        room.office.submit()
    assert today(first) == 0
    assert decided(first, claimed(first)).status_code == 200
    given = decided(first, claimed(first))
    assert (today(first), today(other)) == (2, 0)
    later = room.browser(ana)
    assert later.post(f"/v1/reviews/{given.json()['review']['review_id']}/undo", json={}).status_code == 200
    assert (today(first), today(later)) == (1, 1)


def test_the_day_ends_at_midnight_of_the_project(room: Webroom) -> None:
    tomorrow(room, 23, 50)
    office, ana = room.office, room.office.person("ana")
    office.submit()
    browser = room.browser(ana)
    assert decided(browser, claimed(browser)).status_code == 200
    assert today(browser) == 1
    office.shift(minutes=11)
    assert today(room.browser(ana)) == 0


def test_a_key_gives_no_verdicts(room: Webroom) -> None:
    tomorrow(room, 12)
    assert today(room.program()) == 0
