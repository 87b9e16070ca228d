import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask, is_valid, locked_blocks, prune
from oneshot_lab.search.operators import (
    choose_parents,
    crossover,
    draw_blocks,
    every_mask,
    mutate,
    random_mask,
    repair_mask,
)
from tests.strategies import architectures, block_sets, chain

seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@given(architectures(), seeds, st.data())
def test_every_repaired_mask_is_a_network_without_dead_blocks(architecture, rng, data):
    mask = data.draw(block_sets(architecture))
    repaired = repair_mask(architecture, mask, rng=rng)
    assert is_valid(architecture, repaired)
    assert prune(architecture, repaired) == repaired
    assert locked_blocks(architecture) <= repaired.blocks


@given(architectures(), seeds, st.data())
def test_repair_only_prunes_what_is_valid_and_draws_nothing(architecture, rng, data):
    mask = data.draw(block_sets(architecture).filter(lambda mask: is_valid(architecture, mask)))
    before = rng.bit_generator.state
    assert repair_mask(architecture, mask, rng=rng) == prune(architecture, mask)
    assert rng.bit_generator.state == before


@given(architectures(max_layers=5, max_blocks=2), seeds, st.data())
def test_repair_switches_on_as_few_blocks_as_any_way_could(architecture, rng, data):
    mask = data.draw(block_sets(architecture))
    added = repair_mask(architecture, mask, rng=rng).blocks - mask.blocks
    # Oracle: the smallest addition, over all subsets of the blocks, that gives a valid mask.
    bits = range(2 ** len(architecture.block_ids))
    subsets = (Mask(frozenset(b for i, b in enumerate(architecture.block_ids) if n >> i & 1)) for n in bits)
    least = min(len(s.blocks) for s in subsets if is_valid(architecture, Mask(mask.blocks | s.blocks)))
    assert len(added) == least


def test_repair_fills_a_gap_that_two_links_only_seem_to_cover():
    # L2 and L3 are each bypassed, by input→L3 and L2→L4, yet without both nothing reaches L4.
    architecture = chain(1, 1, 1, 1, links=((-1, 2), (1, 3)))
    seen = {repair_mask(architecture, Mask.of("B4"), rng=np.random.default_rng(seed)) for seed in range(200)}
    assert seen == {Mask.of("B3", "B4")}
    # L1 is on: now both ways lack one block, and each is taken at times.
    seen = {repair_mask(architecture, Mask.of("B1", "B4"), rng=np.random.default_rng(seed)) for seed in range(200)}
    assert seen == {Mask.of("B3", "B4"), Mask.of("B1", "B2", "B4")}


def test_repair_drops_unknown_blocks_and_draws_by_weight():
    architecture = chain(3, 1)
    rng = np.random.default_rng(0)
    weights = {"B1": 0.2, "B2": 0.6, "B3": 0.0, "B4": 1.0}
    masks = Counter(repair_mask(architecture, Mask.of("B9"), rng=rng, weights=weights) for _ in range(2000))
    assert set(masks) == {Mask.of("B1", "B4"), Mask.of("B2", "B4")}
    assert masks[Mask.of("B2", "B4")] / 2000 == pytest.approx(0.75, abs=0.04)


def test_repair_draws_evenly_when_all_weights_are_zero():
    weights = dict.fromkeys(("B1", "B2"), 0.0)
    rng = np.random.default_rng(0)
    seen = {repair_mask(chain(2), Mask.of(), rng=rng, weights=weights) for _ in range(50)}
    assert seen == {Mask.of("B1"), Mask.of("B2")}


@given(architectures(), seeds)
def test_random_masks_are_valid(architecture, rng):
    mask = random_mask(architecture, rng=rng)
    assert is_valid(architecture, mask)
    assert prune(architecture, mask) == mask


def test_random_masks_follow_the_probabilities():
    architecture = chain(3, 2)
    chances = {"B1": 1.0, "B2": 0.0, "B3": 0.3, "B4": 0.5, "B5": 1.0}
    rng = np.random.default_rng(0)
    masks = [random_mask(architecture, rng=rng, probabilities=chances) for _ in range(4000)]
    shares = {block: sum(block in mask for mask in masks) / 4000 for block in chances}
    assert shares == pytest.approx(chances, abs=0.03)
    assert shares["B1"] == 1.0
    assert shares["B2"] == 0.0


def test_drawn_blocks_come_up_half_of_the_time_and_are_not_repaired():
    architecture = chain(2, 2)
    rng = np.random.default_rng(0)
    drawn = Counter(draw_blocks(architecture, rng=rng) for _ in range(8000))
    assert len(drawn) == 16
    assert min(drawn.values()) > 400


@given(architectures(), st.data())
def test_crossover_takes_each_bit_from_the_parent_that_the_chooser_names(architecture, data):
    father, mother, chooser = (data.draw(block_sets(architecture)) for _ in range(3))
    child = crossover(father, mother, chooser=chooser).bits(architecture)
    rows = zip(father.bits(architecture), mother.bits(architecture), chooser.bits(architecture), strict=True)
    assert child == tuple(m if c else f for f, m, c in rows)  # Algorithm 2, bit by bit


@given(architectures(), seeds, st.data())
def test_mutation_at_rate_0_changes_nothing_and_at_rate_1_flips_all_but_locked_blocks(architecture, rng, data):
    mask = data.draw(block_sets(architecture))
    locked = locked_blocks(architecture)
    assert mutate(architecture, mask, rng=rng, rate=0.0) == mask
    flipped = mutate(architecture, mask, rng=rng, rate=1.0)
    assert flipped.blocks ^ mask.blocks == set(architecture.block_ids) - locked


def test_mutation_flips_at_the_rate_of_the_paper():
    architecture = chain(10, 10)
    rng = np.random.default_rng(0)
    full = Mask.full(architecture)
    flips = sum(20 - len(mutate(architecture, full, rng=rng)) for _ in range(2000))
    assert flips / 40_000 == pytest.approx(0.1, abs=0.006)


def test_parents_are_drawn_by_fitness_and_differ():
    masks = [Mask.of(name) for name in "ABCD"]
    fitness = np.array([0.5, 0.3, 0.2, 0.0])
    rng = np.random.default_rng(0)
    pairs = Counter(choose_parents(masks, fitness, rng=rng) for _ in range(20_000))
    expected = {  # the father by fitness, the mother by fitness among the others
        (masks[f], masks[m]): fitness[f] * fitness[m] / (1 - fitness[f]) for f in range(3) for m in range(3) if f != m
    }
    assert set(pairs) == set(expected)
    # Pearson's χ² with 5 degrees of freedom: 20.5 at p = 0.001.
    assert sum((pairs[pair] - 20_000 * p) ** 2 / (20_000 * p) for pair, p in expected.items()) < 20.5


def test_copies_of_a_mask_add_up_and_never_pair():
    a, b, c = Mask.of("A"), Mask.of("B"), Mask.of("C")
    rng = np.random.default_rng(0)
    pairs = [choose_parents([a, b, a, c], [0.25, 0.5, 0.25, 0.0], rng=rng) for _ in range(2000)]
    assert {frozenset(pair) for pair in pairs} == {frozenset((a, b))}
    assert sum(father == a for father, _ in pairs) / 2000 == pytest.approx(0.5, abs=0.04)


def test_the_only_candidate_is_both_parents():
    a, b = Mask.of("A"), Mask.of("B")
    assert choose_parents([a, a, b], [0.5, 0.5, 0.0], rng=np.random.default_rng(0)) == (a, a)


@given(architectures(max_layers=5, max_blocks=2))
def test_every_mask_is_each_network_once(architecture):
    found = every_mask(architecture, most=10**6)
    subsets = (
        Mask.from_bits(architecture, bits) for bits in itertools.product([0, 1], repeat=len(architecture.blocks))
    )
    expected = {prune(architecture, mask) for mask in subsets if is_valid(architecture, mask)}
    assert len(found) == len(expected)
    assert set(found) == expected


def test_every_mask_looks_at_no_more_than_it_may():
    architecture = chain(2, 2, links=((-1, 1),))  # 4 · 3 masks, of which 3 have no dead block more
    assert every_mask(architecture, most=11) is None
    assert len(every_mask(architecture, most=12)) == 12
    assert every_mask(chain(20, 20, 20), most=10**6) is None
