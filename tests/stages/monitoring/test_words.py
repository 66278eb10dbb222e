"""What a metric means is written once: the manual page and the words on hover are those of the code."""

from __future__ import annotations

import json

import pytest

from handrail.stages.monitoring.rules.buckets import EDGES, ERROR, bucket_of, middle, quantile
from handrail.stages.monitoring.rules.declared import METRICS, Shape
from handrail.stages.monitoring.rules.figures import RECIPES, TIMED
from scripts.metrics import PAGE, WORDS, later, page, words


def test_the_manual_page_is_made_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m scripts.metrics`"


def test_the_words_on_hover_are_those_of_the_code() -> None:
    shown = json.loads(WORDS.read_text(encoding="utf-8"))
    assert (shown["metric"], shown["later"]) == (words(), later()), "run `python -m scripts.metrics`"


def test_every_metric_can_be_made() -> None:
    for metric in METRICS:
        made = metric.key in RECIPES or metric.key in TIMED or metric.shape is Shape.PRESENT
        assert made, metric.key


@pytest.mark.parametrize("ms", [0, 1, 7, 8, 9, 15, 1_000, 61_234, 3_600_000, 86_400_000 * 30])
def test_a_duration_is_told_within_the_promised_error(ms: int) -> None:
    assert ERROR < 0.045
    assert middle(bucket_of(ms)) == pytest.approx(ms, rel=0.045)


def test_buckets_grow_and_merge_by_adding() -> None:
    assert list(EDGES) == sorted(set(EDGES))
    one, other = {bucket_of(10): 3}, {bucket_of(10): 1, bucket_of(99_999): 4}
    both = {key: one.get(key, 0) + other.get(key, 0) for key in one | other}
    assert quantile(both, 0.5) == pytest.approx(10, rel=0.045)
    assert quantile(both, 0.51) == pytest.approx(99_999, rel=0.045)
