import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.area import Having, Rectangle
from oneshot_lab.space.projection import place
from oneshot_lab.space.region import Region
from oneshot_lab.space.sampling import breed
from tests.space.maps import BLOCKS, between, chart, draw

HUNDRED = draw(100)
MAP = chart(HUNDRED)


def draw_mask(chances, rng):
    return Mask(frozenset(block for block in BLOCKS if rng.random() < chances[block]))


def locate(projection, masks):
    return place(projection, masks, between(masks, list(projection)))


def children(region, count=10, *, seed=11, projection=MAP):
    grown = breed(region, count, projection=projection, draw=draw_mask, locate=locate, rng=np.random.default_rng(seed))
    assert {mask: grown[mask] for mask in projection} == projection.places, "nobody moves"
    return {mask: grown[mask] for mask in grown if mask not in projection}


def left(count):
    xs = sorted(MAP.coordinates()[:, 0])
    area = Rectangle(x=(xs[0], xs[count - 1]))
    return Region("left", frozenset(mask for mask in MAP if area.holds(mask, MAP[mask])), BLOCKS, area)


@given(st.integers(1, 60), st.integers(0, 9))
@settings(max_examples=8)
def test_children_are_new_and_placed_inside(count, seed):
    here = left(count)
    found = children(here, seed=seed)
    assert len(found) <= 10
    assert all(here.area.holds(mask, where) for mask, where in found.items())


@pytest.mark.parametrize("count", [10, 20, 40])
def test_a_region_gives_as_many_as_are_wanted(count):
    assert len(children(left(count))) == 10


def test_one_candidate_is_enough_to_breed_from():
    chosen = HUNDRED[7]
    found = children(Region("one", frozenset({chosen}), BLOCKS), 3)
    assert len(found) == 3
    near = between(list(found), HUNDRED).argsort(axis=1, kind="stable")[:, :5]
    assert np.mean([7 in row for row in near]) > 0.5


def test_children_have_the_blocks_that_the_region_asks_for():
    blocks = frozenset({"B1", "B2"})
    found = children(Region("both", frozenset(), BLOCKS, Having(blocks)), 5)
    assert len(found) == 5
    assert all(blocks <= mask.blocks for mask in found)


def test_nothing_comes_from_where_nobody_can_be():
    far = Region("far", frozenset(), BLOCKS, Rectangle((1e6, 2e6), (0, 1)))
    assert children(far) == {}
    assert children(Region("none", frozenset(), BLOCKS)) == {}
    assert children(left(20), 0) == {}


def test_nothing_is_left_to_breed_where_all_are_on_the_map():
    assert (
        breed(
            left(20),
            5,
            projection=MAP,
            draw=lambda chances, rng: HUNDRED[0],
            locate=locate,
            rng=np.random.default_rng(0),
        )
        == MAP
    )


def test_the_same_seed_gives_the_same_children():
    assert children(left(20), seed=3) == children(left(20), seed=3) != children(left(20), seed=4)
