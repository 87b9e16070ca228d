"""The kernel is a covariance whatever it is given, and its parts mean what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oneshot_lab.search.surrogate.kernel import CONSTANT, Terms

SIGNS = arrays(np.float64, st.tuples(st.integers(1, 8), st.just(5)), elements=st.sampled_from([-1.0, 1.0]))


@given(SIGNS, st.floats(0, 1), st.floats(0.01, 2), st.data())
def test_it_is_a_covariance(signs, share, length, data):
    count = len(signs)
    values = data.draw(arrays(np.float64, (count, 2), elements=st.floats(-4, 4)))
    places = data.draw(arrays(np.float64, (count, 3), elements=st.floats(0, 5)))
    places[data.draw(st.integers(0, count)) :] = np.nan
    # Candidates with equal blocks are one candidate, with one score and one place.
    _, first, groups = np.unique(signs, axis=0, return_index=True, return_inverse=True)
    rows = first[groups.ravel()]
    values, places = values[rows], places[rows]
    far = ((places[:, None] - places[None]) ** 2).mean(axis=2)
    covariance = Terms.between(signs, signs).mixed(values @ values.T, far).weigh(share, length)
    assert np.linalg.eigvalsh(covariance).min() >= -1e-9 * CONSTANT * count


def test_a_candidate_with_itself_has_the_whole_variance():
    signs = np.array([[1.0, -1.0, 1.0], [1.0, 1.0, 1.0]])
    matrix = Terms.between(signs, signs).weigh(0.5, 0.1)
    assert np.diag(matrix) == pytest.approx(Terms.alone(2).weigh(0.5, 0.1))
    assert np.diag(matrix) == pytest.approx(CONSTANT + 1.0)
    assert matrix[0, 1] < CONSTANT + 1.0


def test_the_more_blocks_differ_the_less_candidates_are_alike():
    signs = np.ones((5, 4)) - 2.0 * np.tri(5, 4, -1)
    row = Terms.between(signs[:1], signs).weigh(0.0, 0.1)[0]
    assert (np.diff(row) < 0).all()


def test_scores_take_the_share_that_they_are_given():
    signs = np.array([[1.0, 1.0], [-1.0, 1.0]])
    score = np.array([[1.0, 0.5], [0.5, 1.0]])
    terms = Terms.between(signs, signs)
    assert terms.mixed(score, None).weigh(1.0, 0.1) == pytest.approx(CONSTANT + score)
    assert terms.mixed(score, None).weigh(0.0, 0.1) == pytest.approx(terms.weigh(0.0, 0.1))


def test_distances_tell_apart_what_blocks_do_not():
    signs = np.array([[1.0, 1.0, 1.0], [1.0, 1.0, -1.0], [1.0, -1.0, 1.0]])
    far = np.array([[0.0, 0.0, 9.0], [0.0, 0.0, 9.0], [9.0, 9.0, 0.0]])
    row = Terms.between(signs, signs).mixed(None, far).weigh(0.0, 0.1)[0]
    assert row[1] > row[2]
    assert Terms.between(signs, signs).weigh(0.0, 0.1)[0, 1] == Terms.between(signs, signs).weigh(0.0, 0.1)[0, 2]


def test_a_candidate_without_distances_is_still_itself():
    signs = np.array([[1.0, -1.0], [1.0, -1.0], [1.0, 1.0]])
    matrix = Terms.between(signs, signs).mixed(None, np.full((3, 3), np.nan)).weigh(0.0, 0.1)
    assert np.diag(matrix) == pytest.approx(CONSTANT + 1.0)
    assert matrix[0, 1] == pytest.approx(CONSTANT + 1.0)
