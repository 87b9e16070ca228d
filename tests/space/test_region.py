import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.area import Having, Polygon, Rectangle
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import LONGEST_NAME, Region, is_name, where_common
from tests.space.maps import BLOCKS, chart, draw, masks
from tests.strategies import chain

HUNDRED = draw(100)
MAP = chart(HUNDRED)
TEMPLATE = chain(3, 3, 3, 3)
"""Whose blocks are B1 to B12."""


def region(*chosen, area=None):
    return Region("here", frozenset(chosen), BLOCKS, area)


# Its blocks ----------------------------------------------------------------------------------------------------------


@given(masks())
def test_union_intersection_and_complement_are_those_of_sets(several):
    here = region(*several)
    assert here.union() == {block for block in BLOCKS if any(block in mask for mask in several)}
    assert here.intersection() == {block for block in BLOCKS if several and all(block in mask for mask in several)}
    assert here.intersection() <= here.union()
    assert not here.complement() & here.union()
    assert here.complement() | here.union() == set(BLOCKS)


@given(masks())
def test_frequency_counts_and_agrees_with_the_sets(several):
    here = region(*several)
    frequency = here.frequency()
    assert list(frequency) == list(BLOCKS), "in template order"
    assert sum(frequency.values()) == sum(len(mask) for mask in several)
    assert {block for block, times in frequency.items() if times} == here.union()
    assert {block for block, times in frequency.items() if times == len(several) > 0} == here.intersection()


@given(masks(), st.frozensets(st.sampled_from(BLOCKS), min_size=1, max_size=3))
def test_a_region_of_blocks_is_the_inverse_of_intersection(several, blocks):
    found = region(area=Having(blocks)).on(chart(several), TEMPLATE)
    assert found.masks <= set(several)
    assert not found.masks or blocks <= found.intersection()
    assert all(not blocks <= mask.blocks for mask in set(several) - found.masks)


@given(masks(), st.floats(0.01, 5))
def test_no_block_is_certain_while_there_is_doubt(several, doubt):
    chances = region(*several).marginals(doubt=doubt)
    assert list(chances) == list(BLOCKS)
    assert all(0 < chance < 1 for chance in chances.values())


def test_marginals_are_shares():
    here = region(Mask.of("B1", "B2"), Mask.of("B1"))
    assert here.marginals(doubt=0)["B1"] == 1
    assert here.marginals(doubt=0)["B2"] == 0.5
    assert here.marginals(doubt=0)["B3"] == 0
    assert here.marginals(doubt=1)["B1"] == 0.75
    assert set(region().marginals(doubt=0).values()) == {0.5}


# What is inside ------------------------------------------------------------------------------------------------------


def test_a_region_takes_in_who_is_inside():
    xs = sorted(MAP.coordinates()[:, 0])
    area = Rectangle(x=(xs[0], xs[29]))
    here = region(area=area).on(MAP, TEMPLATE)
    assert len(here) == 30
    assert here.masks == {mask for mask in HUNDRED if MAP[mask][0] <= xs[29]}
    assert here.accepts(HUNDRED, MAP) == [mask for mask in HUNDRED if mask in here]
    assert here.on(Projection(), TEMPLATE).masks == frozenset()


def test_a_region_of_blocks_has_no_place():
    here = region(area=Having(frozenset({"B1"}))).on(MAP, TEMPLATE)
    assert here.masks == {mask for mask in HUNDRED if "B1" in mask}
    assert set(here.accepts(HUNDRED, MAP)) == here.masks


def test_a_region_of_chosen_candidates_keeps_those_on_the_map():
    gone = Mask.of("B1", "B7", "B99")
    here = region(*HUNDRED[:5], gone).on(MAP, TEMPLATE)
    assert here.masks == set(HUNDRED[:5])
    assert here.block_ids == TEMPLATE.block_ids


def test_a_chosen_region_accepts_who_lies_nearest_to_it():
    dots = [Mask.of("B1"), Mask.of("B2")]
    near, far, between = Mask.of("B1", "B3"), Mask.of("B2", "B3"), Mask.of("B1", "B2")
    projection = Projection({dots[0]: (0, 0), dots[1]: (10, 0), near: (-3, 2), far: (9, 9), between: (4.9, 0)})
    here = region(dots[0])
    assert here.accepts([near, far, between], projection) == [near, between]
    assert here.accepts([dots[0], dots[1]], projection) == [dots[0]]
    assert region().accepts([near], projection) == []
    assert region().accepts([near], Projection({near: (0, 0)})) == []


# Where blocks are most common ----------------------------------------------------------------------------------------


def test_blocks_are_most_common_where_most_have_them():
    rng = np.random.default_rng(0)
    left = {Mask.of("B1", f"B{number}"): tuple(rng.normal((-9, 0), 1)) for number in range(2, 12)}
    right = {Mask.of(*BLOCKS[1:number]): tuple(rng.normal((9, 0), 1)) for number in range(2, 11)}
    lone = {Mask.of("B1", "B12"): (9.0, 0.0)}
    projection = Projection({**right, **left, **lone})
    found = where_common(projection, ["B1"], share=0.4)
    inside = region(area=found).on(projection, TEMPLATE).masks
    assert inside <= set(left)
    assert len(inside) >= 5
    assert where_common(projection, ["B1", "B12"]) == Rectangle((9.0, 9.0), (0.0, 0.0))
    assert where_common(projection, ["B99"]) is None
    assert where_common(Projection(), ["B1"]) is None


@given(masks(1), st.sampled_from(BLOCKS))
def test_where_a_block_is_common_somebody_has_it(several, block):
    projection = chart(several)
    found = where_common(projection, [block])
    having_it = {mask for mask in several if block in mask}
    assert (found is None) == (not having_it)
    if found is not None:
        inside = region(area=found).on(projection, TEMPLATE)
        assert inside.masks & having_it


# Names and files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\x1b[31m", "x" * (LONGEST_NAME + 1)])
def test_what_is_no_name(name):
    assert not is_name(name)


@pytest.mark.parametrize("name", ["A", "upper left", "<b>bold</b>", "Größe ∪ 2", "x" * LONGEST_NAME])
def test_what_is_a_name(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "area", [None, Rectangle(x=(0, 1)), Polygon(((0, 0), (1, 0), (0, 1))), Having(frozenset({"B1"}))]
)
def test_a_region_comes_back_from_json(area):
    here = region(*HUNDRED[:4], area=area)
    state = json.loads(json.dumps(here.to_json(), allow_nan=False))
    assert Region.from_json(state, block_ids=BLOCKS) == here


@pytest.mark.parametrize(
    "change", [{"name": 3}, {"name": ""}, {"masks": ["B1"]}, {"masks": None}, {"masks": [[1]]}, {"area": {"x": 1}}]
)
def test_what_is_no_region_is_refused(change):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Region.from_json(region(*HUNDRED[:2]).to_json() | change, block_ids=BLOCKS)
