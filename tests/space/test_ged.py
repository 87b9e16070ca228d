"""The parts of the compiled code, called from small compiled functions: Python itself cannot."""

import itertools

import numpy as np
import pytest
from numba import njit
from scipy.optimize import linear_sum_assignment

from oneshot_lab.architecture.templates import load_template
from oneshot_lab.space.ged import alignment, maps, matching, packing
from oneshot_lab.space.graph import template_graph
from tests.space.graphs import masks

RNG_SEEDS = range(4)


@njit
def assign(weights):
    column_of = np.empty(len(weights), np.int64)
    matching.best_assignment(weights, column_of)
    return column_of


@njit
def pair(weights, top, left, rows, columns):
    column_of = np.empty(rows, np.int64)
    total = matching.pair_up(weights, top, left, rows, columns, column_of)
    forced, minor, room = np.empty((rows, columns)), np.empty((rows, columns)), np.empty(rows, np.int64)
    matching.pair_up_each(weights, top, left, rows, columns, forced, minor, room)
    return total, column_of, forced


@njit
def map_of(packed, better):
    first, second = packing.take(packed, 0), packing.take(packed, 1)
    column_of = alignment.align(first, second)
    if better:
        maps.improve(first, second, column_of)
    return column_of


@njit
def saved_by(packed, column_of):
    return maps.saving(packing.take(packed, 0), packing.take(packed, 1), column_of)


def weights_of(rng, rows, columns):
    """Small whole numbers, so that there are ties, or any numbers."""
    return rng.integers(-2, 4, (rows, columns)) * 1.0 if rng.random() < 0.5 else rng.normal(size=(rows, columns))


@pytest.mark.parametrize("seed", RNG_SEEDS)
def test_the_assignment_is_as_good_as_scipys(seed):
    rng = np.random.default_rng(seed)
    for size in range(1, 12):
        weights = weights_of(rng, size, size)
        column_of = assign(weights)
        assert sorted(column_of) == list(range(size))
        best = weights[linear_sum_assignment(weights, maximize=True)].sum()
        assert weights[range(size), column_of].sum() == pytest.approx(best)


@pytest.mark.parametrize(("rows", "columns"), list(itertools.product(range(1, 6), repeat=2)))
def test_a_few_are_paired_as_well_as_can_be(rows, columns):
    rng = np.random.default_rng(10 * rows + columns)
    for _ in range(8):
        around = weights_of(rng, rows + 2, columns + 3)
        weights = around[1 : 1 + rows, 2 : 2 + columns]

        def best(part):
            part = np.maximum(part, 0)
            return part[linear_sum_assignment(part, maximize=True)].sum()

        total, column_of, forced = pair(around, 1, 2, rows, columns)
        made = [(row, column) for row, column in enumerate(column_of) if column >= 0]
        assert len({column for _, column in made}) == len(made)
        assert all(weights[pair] > 0 for pair in made)
        assert total == pytest.approx(best(weights))
        assert sum(weights[pair] for pair in made) == pytest.approx(total)
        for row, column in np.ndindex(rows, columns):
            rest = np.delete(np.delete(weights, row, axis=0), column, axis=1)
            assert forced[row, column] == pytest.approx(weights[row, column] + best(rest))


def packed_pairs(count):
    """Pairs of AlexNet's sub-networks, the one with fewer nodes first."""
    architecture = load_template("alexnet", input_shape=(3, 32, 32))
    template = template_graph(architecture)
    graphs = [template.select(mask) for mask in masks(architecture, 2 * count)]
    for one, other in zip(graphs[:count], graphs[count:], strict=True):
        pair = sorted((one, other), key=lambda graph: len(graph.nodes))
        yield pair, packing.pack(pair)


def test_a_packed_graph_is_the_same_graph():
    for pair, packed in packed_pairs(3):
        for index, graph in enumerate(pair):
            starts = packed.begins[:, index]
            nodes = len(graph.nodes)
            labels = packed.nodes[starts[0] : starts[0] + nodes]
            order = packed.nodes[starts[0] + nodes : starts[0] + 2 * nodes]
            assert np.array_equal(labels, graph.labels)
            place = np.argsort(order)
            tails, heads = np.nonzero(graph.adjacency)
            assert (place[tails] < place[heads]).all()


def saving(pair, column_of):
    """What a map saves, said once more."""
    first, second = pair
    same = first.labels == second.labels[column_of]
    return len(same) + same.sum() + 2 * (first.adjacency & second.adjacency[np.ix_(column_of, column_of)]).sum()


def test_maps_give_each_node_a_place_of_its_own_and_say_what_they_save():
    for pair, packed in packed_pairs(12):
        aligned, better = map_of(packed, False), map_of(packed, True)
        for column_of in (aligned, better):
            assert len(set(column_of)) == len(pair[0].nodes)
            assert saved_by(packed, column_of) == saving(pair, column_of)
        assert saving(pair, better) >= saving(pair, aligned)


def test_no_move_and_no_swap_improves_an_improved_map():
    for pair, packed in packed_pairs(4):
        column_of = map_of(packed, True)
        best = saving(pair, column_of)
        for row, column in np.ndindex(len(pair[0].nodes), len(pair[1].nodes)):
            moved = column_of.copy()
            moved[column_of == column] = column_of[row]
            moved[row] = column
            assert saving(pair, moved) <= best


def test_equal_graphs_are_mapped_node_by_node():
    for pair, _ in packed_pairs(4):
        assert map_of(packing.pack([pair[1], pair[1]]), False).tolist() == list(range(len(pair[1].nodes)))
