"""Finding items by words, metadata and what people said of them; every way of reading a list gives the same list."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from handrail.stages.exploring.queries import looking
from handrail.stages.exploring.rules.filters import Asked
from handrail.stages.exploring.rules.words import Query, Term
from handrail.storage import Session
from tests.support.office import POLICY
from tests.support.webroom import Webroom, claimed, decided

FILTERABLE = POLICY.replace(
    "metadata: {toxic: {type: boolean}, amount: {type: number}}",
    "metadata: {toxic: {type: boolean, filter: true}, amount: {type: number, filter: true},"
    " customer: {type: string, filter: true}, at: {type: time, filter: true}, tags: {type: list, filter: true},"
    " hidden: {type: string}}",
)


def found(client: TestClient, **filters: Any) -> list[str]:
    """The keys of all items that a question finds, page by page."""
    keys, cursor = list[str](), None
    while True:
        told = client.get("/v1/items", params=filters | ({"cursor": cursor} if cursor else {}))
        assert told.status_code == 200, told.text
        keys += [one["key"] for one in told.json()["data"]]
        cursor = told.json()["next_cursor"]
        if cursor is None:
            return keys


TEXTS: dict[str, dict[str, Any]] = {
    "plain": {"output": "The water damage of 3 October is insured."},
    "accents": {"output": "Die Café-Rechnung der Straße war naïvement hoch."},
    "prompt": {"output": "Yes.", "prompt": "Is the payment of invoice 48-213 late?"},
    "turns": {"output": "No.", "messages": [{"role": "user", "content": [{"type": "text", "text": "a storm blew"}]}]},
    "context": {"output": "See there.", "context": [{"text": "Escape of water", "title": "Home terms"}]},
    "json": {"output": {"type": "json", "value": {"sum": 900, "why": "hail"}}},
    "tool": {"output": {"type": "tool_call", "name": "pay", "arguments": {"to": "Ms Aydin"}}},
    "chinese": {"output": "请退款给客户"},
    "arabic": {"output": "تم قبول المطالبة"},
}


@pytest.fixture
def library(room: Webroom) -> TestClient:
    for key, body in TEXTS.items():
        room.office.submit(key=key, **body)
    room.office.fill()
    return room.program()


WORDS: list[tuple[str, set[str]]] = [
    ("water", {"plain", "context"}),
    ("WATER damage", {"plain"}),
    ("damage water", {"plain"}),
    ('"water damage"', {"plain"}),
    ('"damage water"', set()),
    ("wat*", {"plain", "context"}),
    ("wate* dam*", {"plain"}),
    ("insur*", {"plain"}),
    ("insurance*", set()),
    ("wa*", set()),
    ('"escape of wat"', set()),
    ("water -insured", {"context"}),
    ('water -"water damage"', {"context"}),
    ("-water", set(TEXTS) - {"plain", "context"}),
    ("cafe", {"accents"}),
    ("CAFÉ naivement", {"accents"}),
    ("strasse", {"accents"}),
    ("Straße", {"accents"}),
    ("48-213", {"prompt"}),
    ('"48 213"', {"prompt"}),
    ("213-48", set()),
    ("storm", {"turns"}),
    ("home", {"context"}),
    ('"there home"', set()),  # no phrase reaches from one field into the next
    ('"terms escape"', {"context"}),
    ("hail", {"json"}),
    ("aydin pay", {"tool"}),
    ("退款", {"chinese"}),
    ("款退", set()),
    ("المطالبة", {"arabic"}),
    ("nothing", set()),
    ("%%%", set()),
    ('"', set()),
]


def test_words_are_found_alike_on_both_databases(library: TestClient) -> None:
    for asked, keys in WORDS:
        assert set(found(library, q=asked)) == keys, asked
        told = library.get("/v1/items", params={"q": asked, "count": "true"}).json()
        assert (told["count"], told["count_is"]) == (len(keys), "exact"), asked


HOSTILE = [
    "' OR 1=1 --", '"; DROP TABLE items', "a AND", "OR", "NOT", "NEAR(a b, 3)", "words:water", "rowid:1", "{a}:b", "^a",
    "a + b", "* *", "-", "--", "-*", '"*"', "(((", "a & b | !c", "a <-> b", "'a':*", "\\", "\\'", "$1 :id %s %(x)s",
    "\ue000p", "\ufeff", "a" * 2_000, "a " * 1_000,
    "🙂", "ﷺ", "\u202e evil", "Ａ=１", "\x01\x02", "\ud7ff", "ẞ", "ŉ",
    "İstanbul",
]  # fmt: skip


def test_t15_no_search_breaks_out_of_its_words(library: TestClient) -> None:
    for asked in HOSTILE:
        for more in ({}, {"sort": "received_at"}, {"status": "pending"}, {"sort": "-confidence"}):
            told = library.get("/v1/items", params={"q": asked, **more, "count": "true"})
            assert told.status_code == 200, (asked, told.text)
    assert len(found(library)) == len(TEXTS)


def test_a_list_shows_where_the_words_stand(library: TestClient) -> None:
    told = library.get("/v1/items", params={"q": '"of wat*" escape'}).json()["data"]
    assert told == []
    match = library.get("/v1/items", params={"q": 'escape "of water"'}).json()["data"][0]["match"]
    marked = [match["text"][start:end] for start, end in match["marks"]]
    assert (match["field"], marked) == ("context", ["Escape", "of water"])
    match = library.get("/v1/items", params={"q": "strasse"}).json()["data"][0]["match"]
    assert [match["text"][start:end] for start, end in match["marks"]] == ["Straße"]
    assert library.get("/v1/items").json()["data"][0]["match"] is None


def test_an_item_can_be_found_by_its_corrected_text(room: Webroom) -> None:
    room.office.submit(key="a")
    browser = room.browser(room.office.person("ana"))
    held = claimed(browser)
    body = {"fence": held["fence"], "verdict": "edit", "active_ms": 1, "reason": "x"}
    body["output"] = {"type": "text", "text": "An entirely rewritten epistle."}
    assert browser.post(f"/v1/assignments/{held['assignment_id']}/review", json=body).status_code == 200
    room.office.fill()
    program = room.program()
    assert found(program, q="epistle") == []  # settling: it can still be undone, and is nobody's to see
    room.office.shift(seconds=6)
    room.office.run_due()
    room.office.fill()
    assert found(program, q="epistle") == ["a"]
    match = program.get("/v1/items", params={"q": "epistle"}).json()["data"][0]["match"]
    assert match["field"] == "correction"


def test_corrections_after_a_decision_are_found_as_what_they_are(room: Webroom) -> None:
    office, program = room.office, room.program()
    overridden = office.submit(key="a", confidence=0.99)["item_id"]
    appealed = office.submit(key="b")["item_id"]
    ana, ben = office.person("ana"), office.person("ben")
    office.decide(ana, office.claim(ana, "junior")[0])
    office.shift(seconds=6)
    office.run_due()
    office.fill()
    assert found(program, q="october") == ["b", "a"]
    correction = {"type": "text", "text": "A heron was paid in March."}
    told = program.post(f"/v1/items/{overridden}/override", json={"reason": "late truth", "correction": correction})
    assert told.status_code == 200, told.text
    assert program.post(f"/v1/items/{appealed}/appeal", json={"reason": "no", "by": "u-1"}).status_code == 200
    office.decide(ben, office.claim(ben, "junior")[0], "edit", output={"type": "text", "text": "An otter was paid."})
    office.shift(seconds=6)
    office.run_due()
    office.fill()
    for words, key in (("heron", "a"), ("otter", "b")):
        listed = program.get("/v1/items", params={"q": words}).json()["data"]
        assert [(one["key"], one["match"]["field"]) for one in listed] == [(key, "correction")]
    assert found(program, q="october") == ["b", "a"]  # what was given out stays on record


METADATA: list[tuple[dict[str, str], set[str]]] = [
    ({"metadata.amount": "62400"}, {"a"}),
    ({"metadata.amount": "62400.0"}, {"a"}),
    ({"metadata.amount": "62400,5"}, {"a", "b"}),
    ({"metadata.toxic": "true"}, {"c"}),
    ({"metadata.customer": "gold"}, {"a", "b"}),
    ({"metadata.customer": r"Smith\, Anna"}, {"c"}),
    ({"metadata.customer": "Gold"}, set()),
    ({"metadata.at": "2026-11-21T12:00:00+01:00"}, {"a"}),
    ({"metadata.tags": "x"}, {"a", "b"}),
    ({"metadata.tags": "x", "metadata.customer": "gold", "metadata.amount": "5"}, {"b"}),
    ({"metadata.customer": "l" * 300}, {"d"}),
]


def submit_with_metadata(room: Webroom) -> None:
    given: dict[str, dict[str, Any]] = {
        "a": {"amount": 62400, "customer": "gold", "at": "2026-11-21T11:00:00Z", "tags": ["x", "y"], "hidden": "h"},
        "b": {"amount": 5, "customer": "gold", "tags": ["x"]},
        "c": {"toxic": True, "customer": "Smith, Anna"},
        "d": {"customer": "l" * 300},
    }
    for key, metadata in given.items():
        room.office.submit(key=key, metadata=metadata)


def test_metadata_is_searched_where_the_policy_says_so(room: Webroom) -> None:
    room.office.activate(FILTERABLE)
    submit_with_metadata(room)
    room.office.fill()
    program = room.program()
    for filters, keys in METADATA:
        assert set(found(program, **filters)) == keys, filters
    for filters, code in (
        ({"metadata.hidden": "h"}, "unknown_parameter"),
        ({"metadata.nothing": "h"}, "unknown_parameter"),
        ({"metadata.": "h"}, "unknown_parameter"),
        ({"metadata.amount": "many"}, "invalid"),
        ({"metadata.at": "noon"}, "invalid"),
    ):
        told = program.get("/v1/items", params=filters)
        assert (told.status_code, told.json()["error"]["code"]) == (422, code), filters


def test_a_key_that_a_policy_adds_is_filled_in_for_old_items(room: Webroom) -> None:
    submit_with_metadata(room)
    room.office.fill()
    program = room.program()
    assert program.get("/v1/items", params={"metadata.customer": "gold"}).status_code == 422
    room.office.activate(FILTERABLE)
    named = {one["name"]: one for one in program.get("/v1/items/filters").json()["data"]}
    assert named["metadata.customer"]["ready"] is False
    room.office.fill()
    assert set(found(program, **{"metadata.customer": "gold"})) == {"a", "b"}
    named = {one["name"]: one for one in program.get("/v1/items/filters").json()["data"]}
    assert (named["metadata.customer"]["ready"], named["metadata.customer"]["kind"]) == (True, "string")
    assert "metadata.hidden" not in named


def test_what_one_reviewer_said_of_an_undecided_item_is_found_by_nothing(room: Webroom) -> None:
    room.office.submit(key="a")
    browser = room.browser(room.office.person("ana"))
    assert decided(browser, claimed(browser), "reject").status_code == 200
    room.office.fill()
    program = room.program()
    for filters in ({"verdict": "reject"}, {"category": "wrong_entity"}, {"error": "true"}, {"q": "wrong person"}):
        assert found(program, **filters) == [], filters
    told = program.get("/v1/items/filters/category", params={"begins": "wrong"}).json()["data"]
    assert [(one["value"], one["count"]) for one in told] == [("wrong_entity", 0)]
    room.office.shift(seconds=6)
    room.office.run_due()
    room.office.fill()
    for filters in ({"verdict": "reject"}, {"category": "wrong_entity"}, {"error": "true"}):
        assert found(program, **filters) == ["a"], filters


def test_what_audits_found_is_found(room: Webroom) -> None:
    for key in ("a", "b"):
        room.office.submit(key=key, confidence=0.95)
    room.office.fill()
    program = room.program()
    assert set(found(program, audited="waiting")) == {"a", "b"}
    browser = room.browser(room.office.person("ana"))
    first = claimed(browser, queues=["audit"])
    assert decided(browser, first, "reject").status_code == 200
    room.office.shift(seconds=6)
    room.office.run_due()
    room.office.fill()
    wrong = found(program, audited="wrong")
    assert len(wrong) == 1
    assert found(program, audited="waiting,wrong,right") == ["b", "a"]
    assert found(program, error="true", confidence_from="0.9", sort="-confidence") == wrong


def test_what_is_late_can_be_listed(room: Webroom) -> None:
    room.office.submit(key="a")
    room.office.shift(minutes=50)
    room.office.submit(key="b")
    room.office.shift(minutes=20)
    program = room.program()
    assert found(program, overdue="true") == ["a"]
    assert found(program, overdue="true", queue="senior") == []
    assert found(program, received="today", overdue="false") in (["b", "a"], ["b"], [])  # midnight may be in between


def test_days_have_names_in_the_zone_of_the_project(room: Webroom) -> None:
    room.office.submit(key="a")
    program = room.program()
    assert found(program, received="last_7_days") == ["a"]
    assert found(program, received="last_month") == []
    assert found(program, decided="last_7_days") == []
    for filters in ({"received": "someday"}, {"received": "today", "received_from": "2026-01-01T00:00:00Z"}):
        assert program.get("/v1/items", params=filters).status_code == 422


def test_a_risk_is_refused_with_a_sentence_until_there_is_one(room: Webroom) -> None:
    told = room.program().get("/v1/items", params={"risk_from": "0.5"})
    assert told.status_code == 422
    assert "no risk model yet" in told.json()["error"]["fields"][0]["message"]


# every way of reading a list gives the same list


QUESTIONS: list[dict[str, str]] = [
    {},
    {"domain": "d1"},
    {"domain": "d1,d2", "task": "t0"},
    {"status": "pending"},
    {"status": "released,blocked"},
    {"state": "in_review", "domain": "d0"},
    {"source": "auto", "model": "m1"},
    {"q": "even"},
    {"q": "even", "domain": "d1"},
    {"q": "-even", "task": "t1", "status": "released"},
    {"q": "thr*", "metadata.customer": "c1"},
    {"metadata.customer": "c0,c1"},
    {"metadata.customer": "c1", "confidence_from": "0.5"},
    {"confidence_from": "0.2", "confidence_to": "0.7"},
    {"group": "g1", "received": "last_7_days"},
    {"queue": "junior", "domain": "nowhere"},
    {"decided": "last_7_days", "domain": "d2"},
]
SORTED = ("-received_at", "received_at", "-confidence", "confidence", "-decided_at", "decided_at")


@pytest.fixture
def many(room: Webroom) -> TestClient:
    room.office.activate(FILTERABLE)
    room.office.submit_many(
        [
            {
                "key": f"k{at:03}",
                "output": f"number {at} is {'even' if at % 2 == 0 else 'odd'} and {'three' if at % 3 == 0 else 'not'}",
                "confidence": None if at % 7 == 0 else round(at % 10 / 10, 1),
                "domain": f"d{at % 3}",
                "task": f"t{at % 2}",
                "model": None if at % 5 == 0 else f"m{at % 4}",
                "group": f"g{at % 8}" if at % 8 < 3 else None,
                "metadata": {"customer": f"c{at % 4}"},
            }
            for at in range(90)
        ]
    )
    room.office.fill()
    return room.program()


def test_small_pages_join_to_the_whole_list_in_its_order(many: TestClient) -> None:
    every = {one["key"]: one for one in many.get("/v1/items", params={"limit": 200}).json()["data"]}
    for question in QUESTIONS:
        whole = set(found(many, **question, limit=200))
        for sort in SORTED:
            told = found(many, **question, sort=sort, limit=7)
            column = sort.removeprefix("-")
            assert set(told) == {key for key in whole if every[key][column] is not None}, (question, sort)
            assert len(told) == len(set(told))
            values = [every[key][column] for key in told]
            assert values == sorted(values, reverse=sort.startswith("-")), (question, sort)


def test_counting_agrees_with_listing(many: TestClient) -> None:
    for question in QUESTIONS:
        told = many.get("/v1/items", params={**question, "limit": 3, "count": "true"}).json()
        assert (told["count"], told["count_is"]) == (len(found(many, **question)), "exact"), question


def test_a_cursor_of_another_question_or_of_nobody_is_refused(many: TestClient) -> None:
    cursor = many.get("/v1/items", params={"q": "even", "limit": 2}).json()["next_cursor"]
    for other in ({"q": "odd"}, {"q": "even", "sort": "received_at"}, {}):
        assert many.get("/v1/items", params={**other, "cursor": cursor}).json()["error"]["code"] == "bad_cursor"


def test_every_driver_reads_the_same(many: TestClient, room: Webroom) -> None:
    """Whichever filter is read in order and whichever is looked up for each item, the answer is the same."""

    def work(session: Session) -> None:
        asked = Asked(
            columns={"domain": ("d1",), "task": ("t0",)},
            facets={"metadata.customer": ("c0",)},
            query=Query((Term(("even",)),)),
        )
        answers = set()
        for name in ("list", "domain", "task", "metadata.customer", "q", "=domain", "=q"):
            way = looking.look(session, room.office.project_id, asked, name)
            assert way is not None
            answers.add(tuple(row["key"] for row in way.page(session, None, 50).rows))
            assert way.count(session) == (len(next(iter(answers))), True)
        assert len(answers) == 1

    room.office.store.read(work)


def test_a_search_stays_in_its_project(many: TestClient, room: Webroom) -> None:
    from handrail.setup.hand import Hand
    from handrail.setup.projects.service import NewProject, create_project

    other = room.office.store.write(
        lambda s: create_project(s, Hand(room.office.key), NewProject("x-1", "X"), founder_id=None, roles=frozenset())
    )
    ours = room.office.project_id
    room.office.project_id = other
    room.office.activate("policy: 1\n")
    room.office.submit(key="foreign", output="even three", domain="d1")
    room.office.fill()
    stranger = room.program()
    assert found(stranger, q="even") == ["foreign"]
    assert found(stranger, q="number") == []
    room.office.project_id = ours
    assert "foreign" not in found(many, q="even")
    told = stranger.get("/v1/items/filters/domain").json()["data"]
    assert [(one["value"], one["count"]) for one in told] == [("d1", 1)]


def test_values_are_offered_with_how_many(many: TestClient) -> None:
    def offered(name: str, **more: Any) -> list[tuple[str, int]]:
        told = many.get(f"/v1/items/filters/{name}", params=more)
        assert told.status_code == 200, told.text
        return [(one["value"], one["count"]) for one in told.json()["data"]]

    assert offered("domain") == [("d0", 30), ("d1", 30), ("d2", 30)]
    assert offered("domain", begins="2") == [("d2", 30)]
    assert offered("model", limit=2) == [("m0", 18), ("m1", 18)]
    assert [name for name, _ in offered("metadata.customer")] == ["c0", "c1", "c2", "c3"]
    assert sum(count for _, count in offered("status")) == 90
    for name in ("nothing", "q", "metadata.hidden", "received_from"):
        assert many.get(f"/v1/items/filters/{name}").status_code == 422
