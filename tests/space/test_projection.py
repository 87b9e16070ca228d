import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.space.projection import FEWEST, Projection, place, project
from tests.space.maps import between, chart, draw, masks

HUNDRED = draw(100)
MAP = chart(HUNDRED)


def gap(points):
    """The least distance between two dots, in the map's extent."""
    squares = ((points[:, None] - points) ** 2).sum(axis=-1)
    np.fill_diagonal(squares, np.inf)
    return float(np.sqrt(squares.min()) / max(np.ptp(points, axis=0).max(), 1e-300))


# Layout --------------------------------------------------------------------------------------------------------------


def test_a_hundred_candidates_are_laid_out_with_their_neighbours():
    assert list(MAP) == HUNDRED
    assert len(MAP) == 100
    assert MAP.note == ""
    assert MAP.quality > 0.9
    assert np.isfinite(MAP.coordinates()).all()
    shuffled = dict(zip(HUNDRED, np.random.default_rng(0).permutation(MAP.coordinates()), strict=True))
    assert trust(Projection(shuffled)) < 0.6 < 0.9 < trust(MAP)


def trust(projection):
    """Trustworthiness by its definition (Venna and Kaski 2001), for the five nearest."""
    distances, points = between(HUNDRED, HUNDRED), projection.coordinates()
    np.fill_diagonal(distances, np.inf)
    on_map = ((points[:, None] - points) ** 2).sum(axis=-1)
    np.fill_diagonal(on_map, np.inf)
    ranks = distances.argsort(axis=1, kind="stable").argsort(axis=1) + 1
    penalty = sum(max(ranks[row, near] - 5, 0) for row in range(100) for near in on_map[row].argsort()[:5])
    return 1 - penalty * 2 / (100 * 5 * (2 * 100 - 3 * 5 - 1))


def test_the_quality_is_trustworthiness():
    assert MAP.quality == pytest.approx(trust(MAP), abs=0.02)  # ties are ordered one way or another


def test_the_same_seed_gives_the_same_map_and_nothing_given_is_changed():
    distances = between(HUNDRED, HUNDRED)
    before = distances.copy()
    assert project(HUNDRED, distances, seed=0) == MAP
    assert (distances == before).all()
    assert project(HUNDRED, distances, seed=1) != MAP


def test_a_new_layout_starts_from_the_old_places():
    more = draw(120)
    distances, wider = between(HUNDRED, HUNDRED), between(more, more)
    moved, quality = [], []
    # How far one layout moves hangs on the last bit of a sum, which is another one on other processors.
    for seed in range(4):
        before = project(HUNDRED, distances, seed=seed)
        both = project(more, wider, seed=seed, start=before), project(more, wider, seed=seed)
        ways = [layout.coordinates(HUNDRED) - before.coordinates() for layout in both]
        moved.append(
            [np.median(np.linalg.norm(way, axis=1)) / np.ptp(before.coordinates(), axis=0).max() for way in ways]
        )
        quality.append([layout.quality for layout in both])
    again, anew = np.mean(moved, axis=0)
    assert again < anew / 2
    again, anew = np.mean(quality, axis=0)
    assert again > anew - 0.03


def test_more_candidates_than_the_exact_gradient_is_made_for(monkeypatch):
    monkeypatch.setattr("oneshot_lab.space.projection.MOST_EXACT", 50)
    assert chart(HUNDRED).quality > 0.9


@pytest.mark.parametrize("count", range(FEWEST + 3))
def test_any_number_of_candidates_has_places(count):
    projection = chart(draw(count, seed=2))
    assert len(projection) == count
    assert np.isfinite(projection.coordinates()).all()
    assert (projection.quality is None) == (count < 3)
    assert bool(projection.note) == (count < FEWEST)


def test_few_candidates_are_told():
    assert chart([]).note == "there is no candidate to lay out"
    assert chart(draw(1)).note == "1 network is too few for t-SNE: laid out by classical scaling"
    assert chart(draw(4)).note == "4 different networks are too few for t-SNE: laid out by classical scaling"


def test_two_candidates_are_as_far_apart_as_they_are_different_and_three_form_a_line():
    one, two, three = Mask.of("B1"), Mask.of("B1", "B2", "B3"), Mask.of("B1", "B2", "B3", "B4")
    pair, line = chart([one, two]), chart([one, two, three])
    assert np.linalg.norm(np.subtract(pair[one], pair[two])) == pytest.approx(2)
    assert np.linalg.norm(np.subtract(line[one], line[three])) == pytest.approx(3)
    assert np.linalg.norm(np.subtract(line[two], line[three])) == pytest.approx(1)


def test_few_candidates_stay_near_their_old_places():
    few = draw(6)
    turned = Projection({mask: (10 - y, x) for mask, (x, y) in chart(few).places.items()})
    again = chart(few, start=turned)
    assert again.coordinates() == pytest.approx(turned.coordinates(), abs=0.3)


def test_equal_candidates_lie_side_by_side():
    same = draw(20)
    projection = project(same, np.zeros((20, 20)), seed=0)
    assert projection.note == "all 20 candidates are the same network: their dots lie side by side in no order"
    assert gap(projection.coordinates()) > 0.05


def test_an_equal_network_lies_beside_its_twin():
    one, twin = Mask.of("B1", "B2", "B11"), Mask.of("B1", "B2", "B12")
    several = list(dict.fromkeys([one, twin, *HUNDRED]))
    points = chart(several).coordinates()
    nearest = np.linalg.norm(points[2:] - points[0], axis=1).min()
    width = np.ptp(points, axis=0).max()
    apart = np.linalg.norm(points[0] - points[1])
    assert 0 < apart < 0.06 * width
    assert apart < 2 * nearest


@given(masks(maximum=16))
@settings(max_examples=25)
def test_no_two_dots_cover_each_other(several):
    points = chart(several).coordinates()
    assert len(points) < 2 or gap(points) > 0.01


@pytest.mark.parametrize(
    "distances", [np.zeros((2, 3)), np.zeros(3), -np.ones((3, 3)), np.full((3, 3), np.nan), np.ones((3, 3))]
)
def test_what_are_no_distances_is_refused(distances):
    with pytest.raises(SessionError, match="distances"):
        project(draw(3), distances, seed=0)


def test_a_candidate_given_twice_is_refused():
    with pytest.raises(SessionError, match="expected each once"):
        project(draw(1) * 2, np.zeros((2, 2)), seed=0)


# Newcomers -----------------------------------------------------------------------------------------------------------


@given(masks(), masks(1))
def test_nobody_moves_when_newcomers_are_placed(newcomers, dots):
    before = chart(dots)
    after = place(before, newcomers, between(newcomers, dots))
    assert set(after) == {*dots, *newcomers}
    assert {mask: after[mask] for mask in dots} == before.places
    points = after.coordinates()
    assert np.isfinite(points).all()
    assert len(points) < 2 or gap(points) > 0.005


def test_newcomers_come_to_lie_with_their_neighbours():
    newcomers = [mask for mask in draw(160, seed=1) if mask not in MAP]
    after = place(MAP, newcomers, between(newcomers, HUNDRED))
    points, dots = after.coordinates(newcomers), MAP.coordinates()
    nearest = np.linalg.norm(points[:, None] - dots, axis=-1).argsort(axis=1)[:, :5]
    found = np.take_along_axis(between(newcomers, HUNDRED), nearest, axis=1).mean()
    best = np.sort(between(newcomers, HUNDRED), axis=1)[:, :5].mean()
    chance = between(newcomers, HUNDRED).mean()
    assert (found - best) / (chance - best) < 0.33


def test_a_newcomer_equal_to_a_dot_lies_beside_it():
    one, twin = Mask.of("B1", "B2", "B11"), Mask.of("B1", "B2", "B12")
    dots = [one, *(mask for mask in HUNDRED if mask not in (one, twin))]
    before = chart(dots)
    after = place(before, [twin], between([twin], dots))
    apart = np.linalg.norm(np.subtract(after[one], after[twin]))
    assert 0 < apart < 0.06 * np.ptp(before.coordinates(), axis=0).max()


def test_the_same_newcomer_gets_the_same_place():
    newcomer = next(mask for mask in draw(200, seed=3) if mask not in MAP)
    once, again = (place(MAP, [newcomer], between([newcomer], HUNDRED)) for _ in range(2))
    assert once == again


def test_those_who_have_a_place_are_no_newcomers():
    assert place(MAP, HUNDRED[:3], between(HUNDRED[:3], HUNDRED)) is MAP
    assert place(MAP, [], np.zeros((0, 100))) is MAP


def test_an_empty_map_has_no_neighbours_to_offer():
    with pytest.raises(SessionError, match=r"the map is empty; lay candidates out with project\(\)"):
        place(Projection(), draw(1), np.zeros((1, 0)))


def test_distances_must_be_to_the_dots():
    with pytest.raises(SessionError, match="distances of 2 candidates"):
        place(MAP, draw(2, seed=9), np.zeros((2, 99)))
    # As many newcomers as dots: these are no distances between them.
    newcomers = [mask for mask in draw(400, seed=4) if mask not in MAP][:100]
    assert len(place(MAP, newcomers, between(newcomers, HUNDRED))) == 200


# The value -----------------------------------------------------------------------------------------------------------


def test_a_projection_is_a_value():
    places = {Mask.of("B1"): (0.0, 1.0)}
    projection = Projection(places)
    places.clear()
    assert projection == Projection({Mask.of("B1"): (0.0, 1.0)})
    with pytest.raises(TypeError):
        projection.places[Mask.of("B1")] = (1.0, 1.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        projection.note = "moved"


@given(st.data())
def test_maps_are_cut_and_laid_over_each_other(data):
    half = data.draw(st.integers(0, 100))
    first = set(HUNDRED[:half])
    part, rest = MAP.only(first.__contains__), MAP.only(lambda mask: mask not in first)
    assert len(part) == half
    assert part.over(rest).places == MAP.places
    shifted = Projection(dict.fromkeys(HUNDRED, (0.0, 0.0)))
    assert MAP.over(shifted) == MAP
    assert part.over(shifted).coordinates(HUNDRED[half:]).tolist() == [[0.0, 0.0]] * (100 - half)
