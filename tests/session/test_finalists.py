"""Who the finalists are, and what is trained of them, without training them."""

from dataclasses import replace

import numpy as np
import pytest

import oneshot_lab as osl
from oneshot_lab.errors import SessionError
from oneshot_lab.session.ranking import by_mean
from tests.session.sessions import small
from tests.session.state.test_calibration import landmark


def known(session, *results):
    """Has landmarks of these masks and accuracies, without training them; four of each, so that they are precise."""
    session.state.landmarks = tuple(
        replace(landmark(session, mask, accuracy + seed / 1e5), seed=seed, epochs=2)
        for seed in range(4)
        for mask, accuracy in results
    )


def test_they_are_the_best_and_ties_that_differ_from_it(session):
    ranked = list(by_mean(session.state))
    known(session, (ranked[0], 0.9))
    ranked = list(by_mean(session.state))
    ties = session.posterior().posterior.ties(ranked)
    assert len(ties) > 2
    found = session.finalists(3).masks
    assert found[0] == ranked[0] == session.best.mask
    assert len(set(found)) == 3
    bits = {mask: np.array(mask.bits(session.architecture)) for mask in ranked}
    gaps = {mask: int((bits[mask] != bits[found[0]]).sum()) for mask in ties}
    assert gaps[found[1]] == max(gaps.values())
    assert set(session.finalists(99).masks) == set(ranked)


def test_those_that_are_not_tied_fill_up_by_their_means(session):
    best, other = list(by_mean(session.state))[:2]
    known(session, (best, 0.95), (other, 0.1))
    ranked = list(by_mean(session.state))
    ties = set(session.posterior().posterior.ties(ranked))
    assert len(ties) < len(ranked)
    found = session.finalists(len(ranked)).masks
    assert set(found[: len(ties)]) == ties
    assert list(found[len(ties) :]) == [mask for mask in ranked if mask not in ties]


def test_what_is_trained_of_them_is_known_before(session):
    first = session.finalists(4)
    assert first.fresh == first.masks
    assert (first.epochs, first.recipe.name, first.trainings, first.again) == (3, "whole", 6, 2)
    known(session, (session.best.mask, 0.9))
    later = session.finalists(4)
    # The best is a landmark already, and the others are trained as it was.
    assert later.fresh == later.masks[1:]
    assert (later.epochs, later.trainings) == (2, 5)
    # Half of two is one, and of a single one there is nothing to choose.
    assert (session.finalists(2).trainings, session.finalists(2).again) == (2, 1)
    assert session.finalists(1).trainings == 0


def test_an_edit_leaves_those_that_exist(session):
    session.edit(osl.RemoveBlock("B2"))
    assert all(session.state.exists(mask) for mask in session.finalists(9).masks)


def test_without_candidates_there_are_none(data):
    assert len(small(data).finalists(3)) == 0


def test_what_is_no_count_is_refused(shared):
    with pytest.raises(SessionError, match="count: got 0; expected a whole number"):
        shared.finalists(0)
