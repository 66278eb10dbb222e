"""Shares and their intervals: by hand, by property, and in a simulation where the truth is known."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.stats.shares import hajek, wilson

strata = st.lists(
    st.tuples(st.floats(0.001, 1.0), st.integers(0, 50), st.integers(0, 50)).map(
        lambda one: (one[0], min(one[1], one[2]), one[2])
    ),
    max_size=5,
)


def test_unequal_draws_are_weighted() -> None:
    """10 draws at 10% with one error stand for 100 releases, 10 at 100% with five for ten."""
    found = hajek([(0.1, 1, 10), (1.0, 5, 10)])
    assert found is not None
    assert found.value == pytest.approx((10 + 5) / 110)
    assert found.effective_n == pytest.approx(110**2 / (10 * 100 + 10))
    assert found.n == 20


def test_with_one_probability_it_is_wilsons() -> None:
    found = hajek([(0.05, 3, 40), (0.05, 0, 20)])
    assert found is not None
    plain = wilson(3, 60)
    assert (found.interval.low, found.interval.high) == pytest.approx((plain.low, plain.high))


@given(strata)
def test_the_interval_holds_the_value_inside_the_unit(given_strata: list[tuple[float, int, int]]) -> None:
    found = hajek(given_strata)
    if sum(n for _, _, n in given_strata) == 0:
        assert found is None
        return
    assert found is not None
    assert 0 <= found.interval.low <= found.value + 1e-12
    assert found.value <= found.interval.high + 1e-12 <= 1 + 1e-9
    assert found.effective_n <= found.n + 1e-6


@pytest.mark.parametrize("bad", [(0.0, 0, 1), (1.1, 0, 1), (0.5, 2, 1), (0.5, -1, 1)])
def test_counts_that_cannot_be_are_refused(bad: tuple[float, int, int]) -> None:
    with pytest.raises(ValueError, match="probability above 0"):
        hajek([bad])


def test_the_truth_lies_inside_about_as_often_as_promised() -> None:
    """4% errors among 90% that are looked at rarely, 20% among 10% that are looked at often. Each run draws from
    3,000 releases; the interval is approximate, so the test asks for 92% where 95% is said."""
    chance = random.Random(11)
    truth, inside, runs = 0.9 * 0.04 + 0.1 * 0.2, 0, 600
    for _ in range(runs):
        drawn = {0.05: [0, 0], 0.5: [0, 0]}
        for _ in range(3_000):
            risky = chance.random() < 0.1
            probability = 0.5 if risky else 0.05
            if chance.random() < probability:
                drawn[probability][1] += 1
                drawn[probability][0] += chance.random() < (0.2 if risky else 0.04)
        found = hajek([(probability, hits, n) for probability, (hits, n) in drawn.items()])
        assert found is not None
        inside += found.interval.covers(truth)
    assert inside / runs >= 0.92
