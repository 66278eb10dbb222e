"""T7 at the door: the list of items as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from tests.support.webroom import Webroom

HOSTILE = {
    "=1+1": {"output": "=cmd|'/C calc'!A0", "model": "@SUM(A1)"},
    "plain": {"output": 'He said "no", and\nleft; really.', "model": "m-1"},
    "+49 30": {"output": "-5 degrees", "domain": "claims"},
}


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def fetched(room: Webroom, **params: Any) -> Any:
    return room.program().get("/v1/items", params=params, headers={"Accept": "text/csv"})


def test_t7_formula_cells_are_neutralised_in_the_list_as_csv(room: Webroom) -> None:
    for key, body in HOSTILE.items():
        room.office.submit(key=key, **body)
    told = fetched(room)
    assert told.status_code == 200
    assert told.headers["Content-Type"].startswith("text/csv; charset=utf-8")
    assert told.headers["Content-Disposition"] == 'attachment; filename="items.csv"'
    found = {one["key"]: one for one in rows(told.text)}
    assert set(found) == {"'=1+1", "plain", "'+49 30"}
    assert found["'=1+1"]["snippet"] == "'=cmd|'/C calc'!A0"
    assert found["'=1+1"]["model"] == "'@SUM(A1)"
    assert found["'+49 30"]["snippet"] == "'-5 degrees"
    assert found["plain"]["snippet"] == 'He said "no", and left; really.'
    assert found["plain"]["confidence"] == "0.5"


def test_a_sheet_holds_the_whole_list_with_the_same_filters(room: Webroom) -> None:
    room.office.submit_many([{"key": f"k{at:04}", "output": "x", "domain": f"d{at % 2}"} for at in range(450)])
    assert len(rows(fetched(room).text)) == 450
    found = rows(fetched(room, domain="d1", sort="received_at").text)
    assert [one["key"] for one in found] == [f"k{at:04}" for at in range(1, 450, 2)]
    assert rows(fetched(room, domain="nothing").text) == []
    noted = room.office.rows("SELECT details FROM audit_entries WHERE kind = 'export.started' ORDER BY id")
    assert len(noted) == 3
    assert '"domain":"d1"' in noted[1][0].replace(" ", "")


def test_a_sheet_is_refused_with_a_sentence_and_not_halfway(room: Webroom) -> None:
    for params in ({"domian": "x"}, {"risk_to": "1"}, {"cursor": "abc"}, {"received": "someday"}):
        told = fetched(room, **params)
        assert told.status_code == 422, params
        assert told.json()["error"]["message"]
