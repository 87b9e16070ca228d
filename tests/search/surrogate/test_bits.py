"""Rows of bits for many masks are what `prune` and `is_valid` say of each."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.search.surrogate.bits import live_bits
from tests.strategies import architectures, block_sets, chain


@given(st.data())
def test_live_blocks_and_validity_are_those_of_single_masks(data):
    architecture = data.draw(architectures())
    masks = data.draw(st.lists(block_sets(architecture), max_size=8))
    bits, valid = live_bits(architecture, masks)
    assert valid.tolist() == [is_valid(architecture, mask) for mask in masks]
    for row, mask, good in zip(bits, masks, valid, strict=True):
        if good:
            assert tuple(row) == prune(architecture, mask).bits(architecture)


def test_a_mask_with_an_unknown_block_is_not_valid():
    architecture = chain(2, 1)
    _, valid = live_bits(architecture, [Mask.of("B1", "B3"), Mask.of("B1", "B3", "B99")])
    assert valid.tolist() == [True, False]


def test_no_masks_give_no_rows():
    bits, valid = live_bits(chain(2, 1), [])
    assert bits.shape == (0, 3)
    assert valid.shape == (0,)
    assert bits.dtype == np.bool_
