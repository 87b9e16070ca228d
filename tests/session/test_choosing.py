import re

import pytest
import torch

from oneshot_lab.architecture.edits import AddBlock, AddLayer
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import MaskError, SessionError
from oneshot_lab.session.choosing import choose, fit_blocks
from tests.session.sessions import small
from tests.strategies import chain

SINGLE = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")


def test_a_mask_may_be_given_in_many_ways(session):
    bits = [int(bit) for bit in SINGLE.bits(session.architecture)]
    candidate = session.evaluate(SINGLE)[0]
    for mask in (SINGLE, candidate, bits, torch.tensor(bits), tuple(map(bool, bits))):
        assert choose(session.architecture, mask) == SINGLE
    with pytest.raises(MaskError, match="3 bits; expected 12"):
        session.finalize([1, 0, 1])
    with pytest.raises(MaskError, match="no block B99"):
        session.finalize(Mask.of("B99"))
    assert len(session.finals) == 1


def test_a_threshold_takes_every_block_that_fit(session):
    fitness = session.block_fitness
    everything = session.finalize(threshold=0.0, epochs=1)
    assert everything.mask == Mask.full(session.architecture)
    some = session.finalize(threshold=0.5, epochs=1)
    assert some.mask.blocks == {block for block, value in fitness.items() if value >= 0.5}


def test_a_threshold_that_is_too_high_names_one_that_works(session):
    with pytest.raises(SessionError, match=r"no path of blocks has a fitness of 1\.5 or more") as caught:
        session.finalize(threshold=1.5)
    works = float(re.fullmatch(r"use ([\d.]+) or less", caught.value.remedy)[1])
    assert session.finalize(threshold=works, epochs=1).mask.blocks


@pytest.mark.parametrize("third", [1 / 3, 2 / 3, 1 / 7, 0.0])
def test_the_named_threshold_is_never_rounded_up(third):
    lego = chain(2, 1)
    fitness = {"B1": third, "B2": 0.0, "B3": 1.0}
    with pytest.raises(SessionError) as caught:
        fit_blocks(lego, fitness, 0.9)
    works = float(caught.value.remedy.split()[1])
    assert "B3" in fit_blocks(lego, fitness, works)


def test_a_threshold_needs_a_generation(data):
    with pytest.raises(SessionError, match=r"no block fitness yet.*step the search first"):
        small(data).finalize(threshold=0.5)


def test_a_block_without_a_score_reaches_no_threshold(data):
    session = small(data)
    session.train(1)
    session.step()
    session.edit(AddBlock("L1", "Conv2d"))
    assert choose_all(session) == {block for block in session.architecture.block_ids if block in session.block_fitness}
    assert len(choose_all(session)) == len(session.architecture.blocks) - 1
    session.edit(AddLayer("ReLU", index=1))
    with pytest.raises(SessionError, match=r"the blocks of layer L8 have no fitness yet; step the search first"):
        choose_all(session)


def choose_all(session):
    return set(fit_blocks(session.architecture, session.block_fitness, 0.0).blocks)


def test_both_a_mask_and_a_threshold_are_too_much(shared):
    with pytest.raises(SessionError, match="both a mask and a threshold"):
        shared.finalize(SINGLE, threshold=0.5)


def test_without_a_candidate_there_is_no_best(data):
    with pytest.raises(SessionError, match=r"no evaluated candidate.*step the search first"):
        small(data).finalize()
