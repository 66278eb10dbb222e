"""Items that come at the same moment: each caller gets the answer to its own, and nobody suffers for another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from handrail.flow import Admitted, Gathering, Refused
from handrail.flow.gathering import SMALL
from handrail.stages.intake.errors import ItemKeyMismatch
from tests.support.office import Office


@pytest.fixture
def gathering(office: Office) -> Iterator[Gathering]:
    office.submit()  # the policy in force is known from here on
    made = Gathering(office.rooms.admission)
    yield made
    made.close()


def kept(text: str, **more: Any) -> dict[str, Any]:
    return {"output": {"type": "text", "text": text}, "confidence": 0.95} | more


def admitted(gathering: Gathering, office: Office, items: list[dict[str, Any]], size: int = 1_000) -> list[Any]:
    """The answers to all of them, sent at once by callers of their own; what is raised stands in its place."""

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(
            *(gathering.admit(office.project_id, f"key:{at}", one, size) for at, one in enumerate(items)),
            return_exceptions=True,
        )

    return asyncio.run(all_at_once())


def count(office: Office, table: str) -> int:
    return int(office.store.read(lambda session: session.run(f"SELECT COUNT(*) FROM {table}"))[0][0])


def test_each_caller_gets_the_answer_to_its_own_item(gathering: Gathering, office: Office) -> None:
    before = count(office, "items")
    answers = admitted(gathering, office, [kept(f"Answer {at}.") for at in range(100)])
    assert [answer.result["text"] for answer in answers] == [f"Answer {at}." for at in range(100)]
    assert count(office, "items") == before + 100


def test_the_log_names_who_sent_each_item(gathering: Gathering, office: Office) -> None:
    answers = admitted(gathering, office, [kept(f"Answer {at}.") for at in range(20)])
    found = office.store.read(
        lambda session: session.run("SELECT subject, actor FROM audit_entries WHERE kind = 'item.received'")
    )
    actors = {str(subject): actor for subject, actor in found}
    assert [actors[answer.result["item_id"]] for answer in answers] == [f"key:{at}" for at in range(20)]


def test_a_key_sent_many_times_at_once_makes_one_item(gathering: Gathering, office: Office) -> None:
    answers = admitted(gathering, office, [kept("The same.", key="k")] * 30)
    assert len({answer.result["item_id"] for answer in answers}) == 1
    assert [answer.repeated for answer in answers].count(False) == 1


def test_a_key_with_other_content_is_refused_alone(gathering: Gathering, office: Office) -> None:
    answers = admitted(gathering, office, [kept("One.", key="k"), kept("Two.", key="k"), kept("Three.", key="other")])
    kinds = [type(answer) for answer in answers]
    assert kinds.count(Admitted) == 2
    assert [type(one.fault) for one in answers if isinstance(one, Refused)] == [ItemKeyMismatch]


def test_an_item_that_cannot_be_stored_fails_alone(gathering: Gathering, office: Office) -> None:
    # The door lets no half of a surrogate pair through; here it stands for whatever breaks a whole transaction.
    items = [kept(f"Answer {at}.") for at in range(9)]
    answers = admitted(gathering, office, [*items[:4], kept("broken \ud800"), *items[4:]])
    assert isinstance(answers[4], Exception)
    assert all(isinstance(answer, Admitted) for answer in answers[:4] + answers[5:])


def test_a_large_item_goes_alone(gathering: Gathering, office: Office) -> None:
    answers = admitted(gathering, office, [kept("large")], size=SMALL + 1)
    assert isinstance(answers[0], Admitted)


def test_what_was_handed_in_is_finished_at_the_end(office: Office) -> None:
    office.submit()
    gathering = Gathering(office.rooms.admission)

    async def hand_in_and_close() -> list[Any]:
        waiting = [
            asyncio.create_task(gathering.admit(office.project_id, "key:x", kept(f"{at}"), 10)) for at in range(20)
        ]
        await asyncio.sleep(0)  # every task has handed its item in
        await asyncio.to_thread(gathering.close)
        return await asyncio.gather(*waiting)

    assert all(isinstance(answer, Admitted) for answer in asyncio.run(hand_in_and_close()))
