"""What is known of distances changes none of them, and saves working them out again."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import AddComponent, RemoveBlock, apply
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import StoppedError
from oneshot_lab.space import distance, distance_cache
from oneshot_lab.space.distance import distances
from oneshot_lab.space.distance_cache import DistanceCache
from oneshot_lab.space.ged import batch
from tests.architecture.networks import network
from tests.space.graphs import SMALL, masks

LENET = load_template("lenet")
KEYS = [((str(number),), b"", b"", b"") for number in range(6)]
PAIRS = np.array([(0, 1), (1, 2), (3, 4)])
STEPS = np.array([10, 10, 10])
BOUNDS = np.array([[1.0, 2.0, 3.0], [1.0, 4.0, 3.0]])


def edited(architecture, choice):
    """The architecture after one edit, as it is drawn: a block less, or a component more."""
    block = architecture.block_ids[choice % len(architecture.block_ids)]
    layer = next(layer for layer in architecture.layers if any(b.id == block for b in layer.blocks))
    edit = RemoveBlock(block) if len(layer.blocks) > 1 and choice % 2 else AddComponent(block, "Tanh")
    return apply(architecture, edit)


@given(st.sampled_from(["kernels", "wide", "chains", "links"]), st.lists(st.integers(0, 50), max_size=3), st.data())
@settings(max_examples=25)
def test_distances_after_edits_are_those_without_it(name, edits, data):
    architecture, table = SMALL[name], DistanceCache()
    for choice in [0, *edits]:
        architecture = edited(architecture, choice) if choice else architecture
        chosen = masks(architecture, 6, seed=data.draw(st.integers(0, 5)))
        steps = data.draw(st.sampled_from([None, 0, 3]))
        others = chosen[:2] if data.draw(st.booleans()) else None
        found = distances(architecture, chosen, others, expansions=steps, cache=table)
        plain = distances(architecture, chosen, others, expansions=steps)
        assert np.array_equal(found.lower, plain.lower)
        assert np.array_equal(found.upper, plain.upper)


def test_graphs_that_differ_in_their_edges_alone_are_not_taken_for_each_other():
    # A link to the layer with two blocks: leaving one out takes an edge more.
    plain, linked = (network("Tanh", "ReLU", "ReLU | Tanh", "ReLU", links=links) for links in ("", "L1-L3"))
    table, chosen = DistanceCache(), [Mask.of("B1", "B2", "B3", "B5"), Mask.full(plain)]
    found = [distances(architecture, chosen, cache=table).values[0, 1] for architecture in (plain, linked)]
    assert found == [3, 4]


def solved_pairs(monkeypatch):
    """How many pairs of graphs are worked out from now on, chunk by chunk."""
    asked, solve = [], batch.solve

    def count(graphs, pairs, steps):
        asked.append(len(pairs))
        return solve(graphs, pairs, steps)

    monkeypatch.setattr(batch, "solve", count)
    return asked


def test_what_is_known_is_not_worked_out_again(monkeypatch):
    table, chosen = DistanceCache(), masks(LENET, 20)
    first = distances(LENET, chosen, cache=table)
    asked = solved_pairs(monkeypatch)
    assert np.array_equal(distances(LENET, chosen, cache=table).values, first.values)
    smaller = apply(LENET, RemoveBlock("B1"))
    left = [mask for mask in chosen if "B1" not in mask]
    assert len(left) > 2
    distances(smaller, left, cache=table)
    assert asked == []
    distances(smaller, left)
    assert sum(asked) > 0


def test_what_was_worked_out_before_a_stop_is_kept(monkeypatch):
    table, chosen = DistanceCache(), masks(LENET, 40)
    chances = iter([False, False, False, False, True])
    monkeypatch.setattr(distance, "_NODE_PAIRS_AT_ONCE", 1_000)
    # With as many threads as there are questions nothing would be worked out before the last.
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)
    with pytest.raises(StoppedError):
        distances(LENET, chosen, cache=table, should_stop=lambda: next(chances))
    asked = solved_pairs(monkeypatch)
    again, left = distances(LENET, chosen, cache=table), sum(asked)
    plain, every = distances(LENET, chosen), sum(asked) - left
    assert 0 < left < every
    assert np.array_equal(again.values, plain.values)


def test_a_pair_is_recalled_either_way_round_and_others_are_not():
    table = DistanceCache()
    table.add(KEYS)
    table.learn(KEYS, PAIRS, STEPS, BOUNDS)
    assert np.array_equal(table.recall(KEYS, PAIRS[:, ::-1], STEPS), BOUNDS)
    assert np.isnan(table.recall(KEYS, np.array([(0, 5)]), STEPS[:1])).all()


@pytest.mark.parametrize(("steps", "known_ones"), [(10, [True] * 3), (20, [True, False, True]), (5, [False] * 3)])
def test_with_other_steps_only_what_was_solved_with_fewer_is_recalled(steps, known_ones):
    table = DistanceCache()
    table.add(KEYS)
    table.learn(KEYS, PAIRS, STEPS, BOUNDS)
    found = table.recall(KEYS, PAIRS, np.full(3, steps))
    assert list(~np.isnan(found[0])) == known_ones


def test_graphs_that_are_not_wanted_are_forgotten(monkeypatch):
    table = DistanceCache()
    table.add(KEYS)
    table.learn(KEYS, PAIRS, STEPS, BOUNDS)
    table.only(KEYS[1:3])
    assert len(table) == 2
    assert np.array_equal(table.recall(KEYS, PAIRS[1:2], STEPS[:1]), BOUNDS[:, 1:2])
    assert np.isnan(table.recall(KEYS, PAIRS[:1], STEPS[:1])).all()
    monkeypatch.setattr(distance_cache, "MOST", 3)
    table.add(KEYS)
    assert len(table) == 3
