"""Candidates and generations as columns."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.generation import Generation
from oneshot_lab.session.saving import columns
from oneshot_lab.session.saving.columns import Numbers, pack, unpack
from oneshot_lab.session.state.evaluations import Candidate

MASKS = st.frozensets(st.sampled_from([f"B{number}" for number in range(1, 12)]), max_size=11).map(Mask)
LOSSES = st.floats(allow_nan=True)
COUNTS = st.integers(0, 2**62)
DIGESTS = st.binary(min_size=12, max_size=12).map(bytes.hex)


@st.composite
def candidates(draw):
    parents = draw(st.none() | st.tuples(MASKS, MASKS))
    generation = draw(st.none() | st.integers(0, 10**6))
    sizes = draw(COUNTS), draw(COUNTS)
    return Candidate(draw(MASKS), draw(LOSSES), draw(LOSSES), *sizes, generation, parents, draw(COUNTS), draw(DIGESTS))


@st.composite
def generations(draw):
    population = tuple(draw(st.lists(MASKS, max_size=4)))
    values = [tuple(draw(LOSSES) for _ in population) for _ in range(2)]
    shares = draw(st.dictionaries(st.sampled_from(["B3", "B1", "B2"]), st.floats(0, 1), max_size=3))
    parents = draw(st.dictionaries(MASKS, st.tuples(MASKS, MASKS), max_size=3))
    return Generation(draw(st.integers(0, 10**6)), population, *values, shares, parents)


def there_and_back(found, grown, numbers=None):
    values, tensors = pack(found, grown, numbers or Numbers())
    return unpack(json.loads(json.dumps(values)), tensors)


@given(st.lists(candidates(), max_size=5), st.lists(generations(), max_size=4))
def test_what_was_found_comes_back_bit_for_bit(found, grown):
    back = there_and_back(found, grown)
    # As text: NaN is not equal to itself, and -0.0 is equal to 0.0.
    assert list(map(repr, back.candidates)) == list(map(repr, found))
    assert list(map(repr, back.generations)) == list(map(repr, grown))
    assert [list(one.block_fitness) for one in back.generations] == [list(one.block_fitness) for one in grown]


def test_masks_that_were_numbered_elsewhere_come_back_as_well():
    numbers, far = Numbers(), Mask.of("B100", "B2")
    number = numbers.of(far)
    back = there_and_back([], [], numbers)
    assert back.read(number) == far
    for wrong in (1, -1, True, 0.0, None, "0"):
        with pytest.raises(ValueError, match="not there"):
            back.read(wrong)


def test_a_mask_takes_a_bit_for_each_block():
    masks = [Mask(frozenset(f"B{block}" for block in range(64) if (number >> block) & 1)) for number in range(1, 500)]
    numbers = Numbers()
    numbers.all(masks)
    _, tensors = pack([], [], numbers)
    assert tensors["masks"].numel() == 499 * 2, "499 masks have 9 of the blocks"


ONE = Candidate(Mask.of("B1"), 1.0, 0.5, 10, 20, 0, (Mask.of("B1"), Mask.of("B2")), 1, "0" * 24)
GROWN = Generation(0, (Mask.of("B1"),), (1.0,), (1.0,), {"B1": 1.0}, {Mask.of("B1"): (Mask.of("B2"), Mask.of("B1"))})

DAMAGE = {
    "no column": lambda values, tensors: tensors.pop("candidates.loss"),
    "no masks": lambda values, tensors: tensors.pop("masks"),
    "another type": lambda values, tensors: tensors.update({"candidates.loss": torch.zeros(1)}),
    "another length": lambda values, tensors: tensors.update({"candidates.mask": torch.zeros(2, dtype=torch.int32)}),
    "another rank": lambda values, tensors: tensors.update({"candidates.parents": torch.zeros(2, dtype=torch.int32)}),
    "a mask beyond": lambda values, tensors: tensors["candidates.mask"].fill_(9),
    "a mask below": lambda values, tensors: tensors["generations.population"].fill_(-1),
    "a parent below": lambda values, tensors: tensors["candidates.parents"].fill_(-2),
    "a count below 0": lambda values, tensors: tensors["candidates.macs"].fill_(-1),
    "a size below 0": lambda values, tensors: tensors["generations.sizes"].fill_(-1),
    "a gigantic size": lambda values, tensors: tensors["generations.sizes"].fill_(2**62),
    "blocks of another number": lambda values, tensors: values.update(blocks=["B1"] * 9),
    "blocks that are none": lambda values, tensors: values.update(blocks=[1, 2]),
    "fitness of more blocks": lambda values, tensors: values.update(orders=[["B1", "B2"]]),
    "fitness of no blocks": lambda values, tensors: values.update(orders=[]),
    "fitness of a block twice": lambda values, tensors: values.update(orders=[["B1", "B1"]]),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_columns_that_cannot_be_are_refused(name):
    values, tensors = pack([ONE], [GROWN], Numbers())
    DAMAGE[name](values, tensors)
    with pytest.raises((KeyError, TypeError, ValueError)):
        unpack(values, tensors)


def test_more_blocks_than_memory_holds_are_refused_before_they_are_there(monkeypatch):
    full = Mask(frozenset(f"B{number}" for number in range(40)))
    values, tensors = pack([replace(ONE, mask=full)], [], Numbers())
    monkeypatch.setattr(columns, "MOST_ACTIVE", 41)
    with pytest.raises(ValueError, match="more than 41 blocks in all masks"):
        unpack(values, tensors)


def test_how_full_it_is(monkeypatch):
    monkeypatch.setattr(columns, "MOST_ACTIVE", 10)
    numbers = Numbers()
    numbers.all([Mask.of("B1"), Mask.of("B1", "B2"), Mask.of("B1")])
    assert numbers.share == pytest.approx(0.3)


def test_numbers_are_as_wide_as_the_file_says():
    _, tensors = pack([ONE], [GROWN], Numbers())
    kinds = {name: tensor.numpy().dtype for name, tensor in tensors.items()}
    assert kinds["candidates.loss"] == kinds["generations.fitness"] == np.float64
    assert not math.isnan(tensors["candidates.loss"].item())
