import math

import pytest

from oneshot_lab.architecture.edits import SetParams
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.views.map.estimates import Estimate, Estimates
from oneshot_lab.views.map.info import CostCache, Filter, find_dots, map_info, share, value_by
from tests.session.sessions import publish
from tests.views.maps import chart, evaluate, land


@pytest.fixture
def masks(session):
    return chart(session)


def dots(session):
    return find_dots(session, CostCache())


def test_without_a_map_there_are_no_dots(session):
    assert dots(session) == ()
    info = map_info(())
    assert info == ((), 0, None, None, 0, (), None, (), (), 0, False)


def test_every_candidate_of_the_map_is_a_dot_at_its_place(session, masks):
    found = dots(session)
    assert [dot.mask for dot in found] == masks
    assert [(dot.x, dot.y) for dot in found] == [session.projection[mask] for mask in masks]
    price = cost(session.architecture, masks[0])
    assert (found[0].parameters, found[0].macs) == (price.parameters, price.macs)
    assert not any(dot.evaluated for dot in found)


def test_the_last_evaluation_that_holds_counts(session, masks):
    evaluate(session, masks[:1], [1.0])
    session.state.weights.trained()
    evaluate(session, masks[:1], [0.5])
    first = dots(session)[0]
    assert (first.loss, first.generation, first.stale, first.evaluated) == (0.5, 0, False, True)
    session.state.weights.trained()
    publish(session)
    first = dots(session)[0]
    assert (first.loss, first.stale, first.evaluated, value_by(first, "loss")) == (0.5, True, False, None)


def test_costs_follow_an_edit(session, masks):
    costs = CostCache()
    before = costs.of(session.architecture, masks[0])
    assert costs.of(session.architecture, masks[0]) == before
    session.edit(SetParams(session.architecture.layers[-1].blocks[0].components[-1].id, "bias=False"))
    assert costs.of(session.architecture, masks[0]) < before


@pytest.mark.parametrize(("by", "low", "high"), [("loss", 3.0, 1.0), ("accuracy", math.exp(-3.0), math.exp(-1.0))])
def test_the_scale_goes_from_the_worst_to_the_best(session, masks, by, low, high):
    evaluate(session, masks[:3], [2.0, 1.0, 3.0])
    info = map_info(dots(session), by=by)
    assert (info.low, info.high) == (pytest.approx(low), pytest.approx(high))
    assert [share(info.dots[place], info, by) for place in (1, 2)] == [1.0, 0.0]
    assert 0 < share(info.dots[0], info, by) < 1
    assert info.best == 1


def test_one_score_is_the_best_and_what_is_no_number_the_worst(session, masks):
    evaluate(session, masks[:2], [1.0, math.nan])
    info = map_info(dots(session), by="loss")
    assert (info.low, info.high, info.best) == (1.0, 1.0, 0)
    assert [share(dot, info, "loss") for dot in info.dots[:2]] == [1.0, 0.0]


@pytest.mark.parametrize("by", ["loss", "accuracy"])
def test_outliers_leave_the_scale_to_the_others(session, masks, by):
    losses = [0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 2.5]
    evaluate(session, masks[: len(losses)], losses)
    info = map_info(dots(session), by=by)
    assert info.outliers == 1
    assert info.low == pytest.approx(0.17 if by == "loss" else math.exp(-0.17))
    shares = [share(dot, info, by) for dot in info.dots[: len(losses)]]
    assert (shares[0], shares[7], shares[8]) == (1.0, 0.0, 0.0)


def test_where_every_loss_is_infinite_nothing_is_the_best(session, masks):
    evaluate(session, masks[:2], [math.inf, math.nan])
    info = map_info(dots(session), by="loss")
    assert (info.low, info.best, info.dots[0].evaluated) == (None, None, True)


def test_a_filter_hides_dots_and_counts_them(session, masks):
    evaluate(session, masks[:3], [2.0, 1.0, 3.0])
    found = dots(session)
    info = map_info(found, shown=Filter(accuracy=(0.1, 1.0)))
    assert ([dot.mask for dot in info.dots], info.hidden) == (masks[:2], len(masks) - 2)
    assert len(map_info(found, shown=Filter(generation=(0, 0))).dots) == 3
    smallest = min(dot.parameters for dot in found)
    assert all(dot.parameters == smallest for dot in map_info(found, shown=Filter(parameters=(0, smallest))).dots)


def test_a_filter_keeps_positions_right(session, masks):
    evaluate(session, masks[5:7], [2.0, 1.0])
    shown = Filter(generation=(0, 0))
    info = map_info(dots(session), shown=shown, population=masks[6:9], selected=tuple(masks[5].blocks))
    assert (info.newest, info.best) == ((1,), 1)
    assert 0 in info.lit


def test_dots_with_all_selected_blocks_are_lit(session, masks):
    found = dots(session)
    assert map_info(found).lit == ()
    lit = map_info(found, selected=("B1", "B5")).lit
    assert list(lit) == [place for place, mask in enumerate(masks) if {"B1", "B5"} <= mask.blocks]
    assert lit
    locked = next(iter(frozenset.intersection(*(mask.blocks for mask in masks))))
    assert map_info(found, selected=(locked,)).lit == (), "what all have sets nobody apart"


def known(masks, means, *, ties=(), is_calibrated=True):
    """Estimates that are made up, of a half of a tenth of the mean each."""
    return Estimates(
        {mask: Estimate(mean, mean / 10) for mask, mean in zip(masks, means, strict=True)}, ties, is_calibrated
    )


def test_candidates_that_were_trained_by_themselves_are_landmarks_unless_all_diverged(session, masks):
    land(session, masks[:2], [0.7, math.nan])
    land(session, masks[:1], [0.8])
    first, second, third = dots(session)[:3]
    assert [each.accuracy for each in first.trainings] == [0.7, 0.8]
    assert [dot.is_landmark for dot in (first, second, third)] == [True, False, False]
    assert len(second.trainings) == 1


@pytest.mark.parametrize(("by", "low", "high"), [("posterior", 0.5, 0.9), ("uncertainty", 0.09, 0.05)])
def test_the_posterior_colours_every_candidate(session, masks, by, low, high):
    evaluate(session, masks[:3], [2.0, 1.0, 3.0])
    means = [0.5 + 0.4 * place / (len(masks) - 1) for place in range(len(masks))]
    estimates = known(masks, means)
    found = find_dots(session, CostCache(), estimates=estimates)
    info = map_info(found, by=by, estimates=estimates)
    assert (info.low, info.high) == (pytest.approx(low), pytest.approx(high))
    shares = [share(dot, info, by) for dot in info.dots]
    assert shares == sorted(shares, reverse=by == "uncertainty")
    assert (min(shares), max(shares)) == (0.0, 1.0)
    assert map_info(dots(session), by=by).low is None, "the posterior was not asked"


def test_with_landmarks_the_sessions_best_is_ringed_and_those_tied_with_it(session, masks):
    evaluate(session, masks[:3], [2.0, 1.0, 3.0])
    estimates = known(masks, [0.5] * len(masks), ties=(masks[4], masks[0], masks[9]))
    found = find_dots(session, CostCache(), estimates=estimates)
    info = map_info(found, estimates=estimates, best=masks[4])
    assert (info.best, info.ties, info.tied, info.is_calibrated) == (4, (0, 9), 2, True)
    # One that is not the best of the posterior, such as within a limit of the size, is not tied with itself.
    assert map_info(found, estimates=estimates, best=masks[9]).ties == (0, 4)
    assert map_info(found, estimates=estimates, best=None).best is None


def test_what_a_filter_hides_is_still_counted_among_ties(session, masks):
    evaluate(session, masks[:3], [2.0, 1.0, 3.0])
    estimates = known(masks, [0.5] * len(masks), ties=(masks[0], masks[2], masks[9]))
    found = find_dots(session, CostCache(), estimates=estimates)
    info = map_info(found, shown=Filter(generation=(0, 0)), estimates=estimates, best=masks[0])
    assert (info.best, info.ties, info.tied) == (0, (2,), 2)


def test_without_landmarks_the_lowest_loss_is_the_best(session, masks):
    evaluate(session, masks[:3], [2.0, 1.0, 3.0])
    estimates = known(masks, [0.5] * len(masks), is_calibrated=False)
    info = map_info(find_dots(session, CostCache(), estimates=estimates), estimates=estimates, best=masks[2])
    assert (info.best, info.ties, info.is_calibrated) == (1, (), False)
