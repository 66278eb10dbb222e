"""Identifiers are UUIDv7 that grow strictly within a process, and slugs are what people may name."""

import itertools
import threading
import time
import uuid

from hypothesis import given
from hypothesis import strategies as st

from handrail.kit.ids import is_id, is_slug, new_id

MANY = 20_000


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = uuid.UUID(new_id())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_an_id_begins_with_the_time_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    stamp = uuid.UUID(new_id()).int >> 80
    # Ids made in a burst may run ahead of the clock: 4,096 in one millisecond push the stamp by one.
    assert before <= stamp <= time.time_ns() // 1_000_000 + 1_000


def test_ids_grow_strictly_also_inside_one_millisecond() -> None:
    made = [new_id() for _ in range(MANY)]
    assert all(earlier < later for earlier, later in itertools.pairwise(made))


def test_the_order_as_text_is_the_order_as_number() -> None:
    made = [new_id() for _ in range(1_000)]
    assert sorted(made) == sorted(made, key=lambda text: uuid.UUID(text).int)


def test_threads_never_get_the_same_id_and_each_sees_its_own_grow() -> None:
    made: list[list[str]] = [[] for _ in range(8)]
    start = threading.Barrier(len(made))

    def make(into: list[str]) -> None:
        start.wait()
        into.extend(new_id() for _ in range(MANY // len(made)))

    threads = [threading.Thread(target=make, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one for own in made for one in own}) == MANY
    assert all(own == sorted(own) for own in made)


def test_the_random_part_differs() -> None:
    tails = {new_id()[-12:] for _ in range(1_000)}
    assert len(tails) == 1_000


def test_every_new_id_has_the_form_of_an_id() -> None:
    assert all(is_id(new_id()) for _ in range(1_000))


@given(st.text(max_size=60))
def test_what_is_taken_as_id_is_36_plain_characters(text: str) -> None:
    if is_id(text):
        assert str(uuid.UUID(text)) == text


def test_near_misses_are_no_ids() -> None:
    good = "0197a3c0-6d1e-7b52-9a41-3f0c5be81d10"
    assert is_id(good)
    for bad in (
        good.upper(),
        good + "\n",
        " " + good,
        good.replace("-", ""),
        good[:-1],
        "{" + good + "}",
        good[:-1] + "١",
    ):
        assert not is_id(bad), bad


@given(st.from_regex(r"[a-z0-9][a-z0-9_.\-]{0,63}", fullmatch=True))
def test_slugs_are_taken(text: str) -> None:
    assert is_slug(text)


def test_near_misses_are_no_slugs() -> None:
    for bad in (
        "",
        "-a",
        "_a",
        ".a",
        "A",
        "a b",
        "a\n",
        "a/b",
        "a:b",
        "a" * 65,
        "é",
        "a%2Fb",
        "а",
    ):  # the last is Cyrillic
        assert not is_slug(bad), bad
