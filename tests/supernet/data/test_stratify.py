from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.supernet.data.stratify import allocate, draw, split_off

counts_lists = st.lists(st.integers(1, 500), min_size=1, max_size=12)


@given(counts_lists, st.data())
def test_places_add_up_and_are_less_than_one_from_the_proportion(counts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(counts)))
    quota = allocate(np.array(counts), total)
    assert quota.sum() == total
    assert all(abs(int(q) * sum(counts) - count * total) < sum(counts) for q, count in zip(quota, counts, strict=True))
    assert (quota <= counts).all()


def test_the_largest_remainders_get_the_places_left() -> None:
    assert allocate(np.array([5, 3, 2]), 4).tolist() == [2, 1, 1]  # exact: 2, 1.2, 0.8
    assert allocate(np.array([1, 1, 1]), 1).tolist() == [1, 0, 0]  # a tie goes to the first


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(0, 2**32), st.data())
def test_a_draw_takes_the_quota_and_loses_nothing(labels: list[int], seed: int, data: st.DataObject) -> None:
    row = np.array(labels)
    quota = np.array([data.draw(st.integers(0, int((row == label).sum()))) for label in range(5)])
    drawn, rest = draw(row, quota, np.random.default_rng(seed))
    assert np.bincount(row[drawn], minlength=5).tolist() == quota.tolist()
    assert sorted([*drawn, *rest]) == list(range(len(row)))


def test_the_rest_is_mixed_not_sorted_by_class() -> None:
    labels = np.repeat(np.arange(4), 50)
    _, rest = split_off(labels, 0.1, np.random.default_rng(0))
    assert len(np.unique(labels[rest[:40]])) == 4


def test_every_class_keeps_an_image_on_either_side() -> None:
    labels = np.array([0] * 97 + [1] * 3)
    for share in (0.01, 0.99):
        drawn, rest = split_off(labels, share, np.random.default_rng(0))
        assert set(labels[drawn]) == set(labels[rest]) == {0, 1}
    _, rest = split_off(labels, 0.99, np.random.default_rng(0), leave=2)
    assert np.bincount(labels[rest]).min() == 2
