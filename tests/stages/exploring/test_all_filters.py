"""Every filter, alone and with others, finds what a look at every item would find; pages neither lose nor repeat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from handrail.stages.exploring.queries.words import Search
from handrail.stages.exploring.rules.words import read_query
from handrail.storage import Session
from handrail.web.permissions import Role
from tests.stages.exploring.test_finding import FILTERABLE, found
from tests.support.webroom import Webroom, claimed, decided

WORDS = ("heron", "otter", "badger", "lynx")
ITEMS = 48


def body_of(at: int) -> dict[str, Any]:
    metadata: dict[str, Any] = {"customer": f"c{at % 3}", "amount": at % 5, "tags": [f"t{at % 2}", f"t{at % 4}"]}
    if at % 4 == 1:
        metadata |= {"toxic": at % 8 == 1, "at": f"2026-11-0{1 + at % 9}T12:00:00+01:00"}
    return {
        "key": f"k{at:03}",
        "output": " ".join(word for place, word in enumerate(WORDS) if at % (place + 2) == 0) or "nothing",
        "confidence": None if at % 9 == 4 else round(at % 11 / 10, 1),
        "domain": f"d{at % 3}",
        "task": f"t{at % 2}",
        "model": None if at % 5 == 0 else f"m{at % 4}",
        "group": f"g{at % 4}" if at % 3 else None,
        "metadata": metadata,
    }


@pytest.fixture
def shelf(room: Webroom) -> tuple[TestClient, list[dict[str, Any]]]:
    """Items of every kind, some of them decided, corrected, taken back or audited; and all that is known of each."""
    office = room.office
    segments = ", ".join(f'"d{domain}:t{task}": exception' for domain in range(3) for task in range(2))
    office.activate(FILTERABLE.replace('"claims:default": exception', segments))
    for first in range(0, ITEMS, 6):
        office.submit_many([body_of(at) for at in range(first, first + 6)])
        office.shift(seconds=3)
    browser = room.browser(office.person("ana", Role.SENIOR))
    for verdict in ("approve", "reject", "approve", "reject", "approve"):
        decided(browser, claimed(browser, queues=["junior"]), verdict)
    for verdict in ("approve", "reject"):
        decided(browser, claimed(browser, queues=["audit"]), verdict)
    office.shift(seconds=6)
    office.run_due()
    office.fill()
    program = room.program()
    listed = program.get("/v1/items", params={"limit": 200}).json()["data"]
    return program, [known(room, one) for one in listed]


def known(room: Webroom, listed: dict[str, Any]) -> dict[str, Any]:
    """What the tables say of one item: the truth that filters are held against."""
    body = body_of(int(listed["key"].removeprefix("k")))
    said = room.office.rows(
        "SELECT reviews.categories, reviews.is_error FROM reviews JOIN outcomes ON outcomes.item_id = reviews.item_id "
        "WHERE reviews.item_id = :id AND reviews.state = 'final'",
        id=listed["item_id"],
    )
    audits = room.office.rows("SELECT is_error FROM audit_samples WHERE item_id = :id", id=listed["item_id"])
    metadata = body["metadata"]
    facets = {
        "category": ["wrong_entity"] if any("wrong_entity" in (one or "") for one, _ in said) else [],
        "error": [str(any(is_error for _, is_error in said)).lower()] if said else [],
        "audited": ["waiting" if one is None else "wrong" if one else "right" for (one,) in audits],
        "metadata.customer": [metadata["customer"]],
        "metadata.amount": [str(metadata["amount"])],
        "metadata.tags": metadata["tags"],
        "metadata.toxic": [str(metadata["toxic"]).lower()] if "toxic" in metadata else [],
        "metadata.at": [metadata["at"]] if "at" in metadata else [],
    }
    return {**listed, "group": body["group"], "words": body["output"].split(), "facets": facets}


def one_of(name: str, values: list[str]) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(st.just(name), st.lists(st.sampled_from(values), min_size=1, max_size=3).map(",".join))


def asks(items: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, str]]:
    """Questions that name some filters, with values that items have or that none has."""
    columns = ("status", "state", "domain", "task", "queue", "model", "verdict", "source", "rule", "key", "group")
    kinds = [one_of(name, [*sorted({one[name] for one in items if one[name]}), "no-such"]) for name in columns]
    facets = ("category", "audited", "metadata.customer", "metadata.amount", "metadata.tags", "metadata.at")
    kinds += [one_of(name, sorted({value for one in items for value in one["facets"][name]})) for name in facets]
    kinds += [st.tuples(st.just(name), st.sampled_from(["true", "false"])) for name in ("error", "metadata.toxic")]
    moments = sorted({one[name] for one in items for name in ("received_at", "decided_at") if one[name]})
    times = ("received_from", "received_to", "decided_from", "decided_to")
    kinds += [st.tuples(st.just(name), st.sampled_from(moments)) for name in times]
    shares = st.sampled_from(["0", "0.3", "0.5", "0.9", "1"])
    kinds += [st.tuples(st.just(name), shares) for name in ("confidence_from", "confidence_to")]
    terms = st.lists(st.sampled_from([*WORDS, "-otter", "bad*", "absent"]), min_size=1, max_size=2)
    kinds.append(st.tuples(st.just("q"), terms.map(" ".join)))
    return st.lists(st.one_of(kinds), min_size=1, max_size=4).map(dict)


def holds(item: Mapping[str, Any], name: str, asked: str) -> bool:
    """Whether one filter holds for an item, as the manual says it."""
    if name == "q":
        return all(has_word(item["words"], term) for term in asked.split())
    if name in item["facets"]:
        return bool(set(asked.split(",")) & set(item["facets"][name]))
    if name.endswith(("_from", "_to")):
        field, _, side = name.rpartition("_")
        value = item["confidence" if field == "confidence" else f"{field}_at"]
        if value is None:
            return False
        read: Callable[[Any], Any] = float if field == "confidence" else datetime.fromisoformat
        return bool(read(value) >= read(asked) if side == "from" else read(value) < read(asked))
    return item[name] in asked.split(",")


def has_word(words: list[str], term: str) -> bool:
    if term.startswith("-"):
        return term[1:] not in words
    return any(one.startswith(term[:-1]) if term.endswith("*") else one == term for one in words)


def test_every_filter_finds_what_a_look_at_every_item_finds(shelf: tuple[TestClient, list[dict[str, Any]]]) -> None:
    client, items = shelf
    assert {one["status"] for one in items} == {"pending", "released", "blocked"}
    assert {value for one in items for value in one["facets"]["audited"]} == {"waiting", "right", "wrong"}

    @settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(asks(items), st.sampled_from([3, 50]))
    def agree(question: dict[str, str], limit: int) -> None:
        wanted = [one["key"] for one in items if all(holds(one, name, asked) for name, asked in question.items())]
        assert found(client, **question, limit=limit) == wanted, question

    agree()


QUESTIONS: list[dict[str, str]] = [{}, {"domain": "d1"}, {"q": "heron"}, {"q": "heron", "domain": "d0"}]


def test_pages_neither_lose_nor_repeat_while_items_arrive(
    shelf: tuple[TestClient, list[dict[str, Any]]], room: Webroom
) -> None:
    client, _ = shelf
    arriving = iter(range(ITEMS, 1_000))
    for question in QUESTIONS:
        for sort in ("-received_at", "received_at", "-confidence"):
            asked = {**question, "sort": sort, "limit": "5"}
            there = found(client, **asked)
            told, cursor = page_of(client, asked, None)
            room.office.shift(seconds=1)
            room.office.submit_many([body_of(next(arriving)) for _ in range(3)])
            room.office.fill()
            while cursor is not None:
                more, cursor = page_of(client, asked, cursor)
                told += more
            assert len(told) == len(set(told)), asked
            assert [key for key in told if key in set(there)] == there, asked


def page_of(client: TestClient, asked: dict[str, str], cursor: str | None) -> tuple[list[str], str | None]:
    """The keys of one page, and where to go on."""
    told = client.get("/v1/items", params=asked | ({} if cursor is None else {"cursor": cursor}))
    assert told.status_code == 200, told.text
    return [one["key"] for one in told.json()["data"]], told.json()["next_cursor"]


def test_words_in_many_items_are_read_in_their_order_window_by_window(
    shelf: tuple[TestClient, list[dict[str, Any]]], room: Webroom
) -> None:
    """With sizes so small that PostgreSQL reads no search whole."""
    items = {one["item_id"]: one for one in shelf[1]}
    for asked in ("heron", "lynx", "heron badger", "bad*", "-otter", "absent"):
        holding = {id for id, one in items.items() if all(has_word(one["words"], term) for term in asked.split())}
        for down in (True, False):
            search = Search(room.office.project_id, read_query(asked), down, few=1, near=4, newest=3, some=5)
            told = all_of(room, search)
            docs = [doc for doc, _ in told]
            assert docs == sorted(docs, reverse=down), (asked, down)
            assert sorted(id for _, id in told) == sorted(holding), (asked, down)


def all_of(room: Webroom, search: Search) -> list[tuple[int, str]]:
    """Document and item of every answer, three at a time."""

    def work(session: Session) -> list[tuple[int, str]]:
        told, after = search.docs(session, None, 3)
        while after is not None:
            page, after = search.docs(session, after, 3)
            told += page
        return told

    return room.office.store.read(work)
