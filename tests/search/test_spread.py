import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.search.spread import spread

NONE = np.empty((0, 2))

points = st.lists(st.tuples(*[st.integers(-9, 9)] * 2), max_size=12).map(
    lambda rows: np.array(rows, dtype=float).reshape(-1, 2)
)


def reach(rows, centres):
    """The largest distance from a point to the nearest centre."""
    gaps = np.linalg.norm(rows[:, None] - centres[None], axis=2)
    return gaps.min(axis=1).max()


def test_on_a_line_the_ends_follow_the_middle():
    line = np.array([[0.0, 0], [1, 0], [2, 0], [3, 0], [10, 0]])
    assert spread(line, 3, known=NONE) == [3, 4, 0]
    assert spread(line, 2, known=line[[4]]) == [0, 3]


@given(points, points, st.integers(0, 14))
def test_each_point_is_chosen_once_and_a_longer_choice_goes_on(rows, known, count):
    chosen = spread(rows, count, known=known)
    assert len(set(chosen)) == len(chosen) == min(count, len(rows))
    assert spread(rows, len(rows), known=known)[: len(chosen)] == chosen


@given(points, points, st.integers(1, 6), st.integers(1, 6))
def test_a_choice_can_be_interrupted(rows, known, first, second):
    begun = spread(rows, first, known=known)
    rest = np.delete(np.arange(len(rows)), begun)
    more = spread(rows[rest], second, known=np.concatenate([known, rows[begun]]))
    assert [*begun, *rest[more]] == spread(rows, len(begun) + len(more), known=known)


@given(points.filter(len), st.integers(1, 4), st.randoms(use_true_random=False))
def test_no_choice_reaches_the_points_more_than_twice_as_well(rows, count, random):
    """Gonzalez (1985) proves it for any first point; that a choice has no equal among a few others is not asked."""
    chosen = rows[spread(rows, count, known=NONE)]
    for _ in range(5):
        other = rows[[random.randrange(len(rows)) for _ in range(count)]]
        assert reach(rows, chosen) <= 2 * reach(rows, other) + 1e-9
