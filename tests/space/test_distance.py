import subprocess
import sys
import threading

import networkx as nx
import numpy as np
import pytest

from oneshot_lab.architecture.mask import Mask, prune
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import MaskError, StoppedError
from oneshot_lab.space import distance
from oneshot_lab.space.distance import EXPANSIONS, Distances, distances
from oneshot_lab.space.graph import subgraph
from tests.architecture.networks import network
from tests.space.graphs import SMALL, alike, masks, oracle

LENET = load_template("lenet")
ALEXNET = load_template("alexnet", input_shape=(3, 32, 32))
RESNET = load_template("resnet18", input_shape=(3, 32, 32))


def different(architecture, count, *, largest=8):
    """Different random masks whose graphs are small."""
    drawn = dict.fromkeys(masks(architecture, 400))
    return [mask for mask in drawn if len(subgraph(architecture, mask)) <= largest][:count]


CHOSEN = {name: different(architecture, 13) for name, architecture in SMALL.items()}


def test_there_are_300_pairs_for_the_oracle_and_links_among_them():
    assert sum(len(chosen) * (len(chosen) - 1) // 2 for chosen in CHOSEN.values()) >= 300
    assert sum(bool(SMALL[name].links) for name in CHOSEN) >= 3


@pytest.mark.parametrize("name", SMALL)
def test_distances_are_those_of_networkx(name):
    chosen = CHOSEN[name]
    graphs = [subgraph(SMALL[name], mask) for mask in chosen]
    found = distances(SMALL[name], chosen)
    assert found.exact.all()
    for i, one in enumerate(graphs):
        for j in range(i):
            assert found.values[i, j] == oracle(one, graphs[j]), (chosen[i], chosen[j])


def test_distances_on_the_lenet_template_are_those_of_networkx():
    chosen = masks(LENET, 4, seed=3)
    found = distances(LENET, chosen[:2], chosen[2:])
    for i, one in enumerate(chosen[:2]):
        for j, other in enumerate(chosen[2:]):
            assert found.values[i, j] == oracle(subgraph(LENET, one), subgraph(LENET, other))


@pytest.mark.parametrize("architecture", [*SMALL.values(), LENET, ALEXNET], ids=lambda architecture: architecture.name)
def test_distances_are_a_metric(architecture):
    chosen = masks(architecture, 12, seed=1)
    found = distances(architecture, chosen)
    values = found.values
    assert found.exact.mean() >= 0.95
    assert np.array_equal(values, values.T)
    assert np.array_equal(found.lower, found.lower.T)
    assert not np.diagonal(values).any()
    # No way round is shorter; where all three are exact, that is the triangle inequality.
    assert (found.lower[:, None, :] <= found.upper[:, :, None] + found.upper[None, :, :]).all()
    graphs = [subgraph(architecture, mask) for mask in chosen]
    for i, j in np.argwhere(values == 0):
        assert nx.is_isomorphic(graphs[i], graphs[j], node_match=alike)
    for i, j in np.argwhere(values > 0)[:20]:
        assert not nx.is_isomorphic(graphs[i], graphs[j], node_match=alike)


@pytest.mark.parametrize("architecture", [ALEXNET, RESNET, SMALL["wide"]], ids=lambda architecture: architecture.name)
def test_bounds_hold_however_little_work_is_done(architecture):
    chosen = masks(architecture, 8, seed=2)
    solved = distances(architecture, chosen, expansions=20_000)
    assert solved.exact.all()
    gaps = []
    for expansions in (1, 3, 8, 40):
        found = distances(architecture, chosen, expansions=expansions)
        assert (found.lower <= solved.values).all()
        assert (found.upper >= solved.values).all()
        assert (found.lower <= found.values).all()
        assert (found.values <= found.upper).all()
        assert np.array_equal(found.exact, found.lower == found.upper)
        gaps.append((found.upper - found.lower).sum())
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > 0


def test_a_pair_that_the_relaxation_leaves_open_is_split_until_it_is_solved():
    # Three blocks of one kind against two of that kind and others: many maps are equally good.
    architecture = network("ReLU | ReLU; Tanh | Tanh; ReLU", "Tanh | ReLU | ReLU; ReLU", "ReLU; Tanh | Tanh | ReLU")
    chosen = [mask for mask in dict.fromkeys(masks(architecture, 60, seed=5)) if len(subgraph(architecture, mask)) <= 8]
    rooted, solved = (distances(architecture, chosen, expansions=steps) for steps in (60, EXPANSIONS))
    assert solved.exact.all()
    assert not rooted.exact.all()
    for i, j in np.argwhere(~rooted.exact)[:4]:
        assert solved.values[i, j] == oracle(subgraph(architecture, chosen[i]), subgraph(architecture, chosen[j]))


def test_columns_may_be_other_masks():
    chosen = masks(LENET, 9, seed=4)
    square = distances(LENET, chosen)
    part = distances(LENET, chosen[:4], chosen[2:])
    assert part.values.shape == (4, 7)
    assert np.array_equal(part.values, square.values[:4, 2:])
    assert part.lower.dtype == part.upper.dtype == np.float64


@pytest.mark.parametrize(("rows", "columns"), [(0, None), (0, 2), (2, 0), (1, None)])
def test_few_or_no_masks_give_a_small_matrix(rows, columns):
    chosen = masks(LENET, 2)
    found = distances(LENET, chosen[:rows], None if columns is None else chosen[:columns])
    assert found.values.shape == (rows, rows if columns is None else columns)
    assert found.exact.all()


def count_pairs(monkeypatch, architecture, chosen):
    from oneshot_lab.space.ged import batch

    solve, solved = batch.solve, []
    monkeypatch.setattr(
        batch, "solve", lambda packed, pairs, steps: (solved.extend(pairs.tolist()), solve(packed, pairs, steps))[1]
    )
    found = distances(architecture, chosen)
    return found, len(solved)


def test_equal_graphs_are_compared_once(monkeypatch):
    # B2 and B3 are the same; B4 is not.
    architecture = network("ReLU", "Tanh | Tanh | Sigmoid", "ReLU")
    same = [Mask.of("B1", "B2", "B5"), Mask.of("B1", "B3", "B5")]
    found, pairs = count_pairs(monkeypatch, architecture, [*same, *same, Mask.of("B1", "B4", "B5")])
    assert pairs == 1
    assert found.values.tolist() == [[0, 0, 0, 0, 1]] * 4 + [[1, 1, 1, 1, 0]]


def test_dead_blocks_make_no_difference(monkeypatch):
    # B4 leads to no output: the layer after it is empty, and links lead past both.
    architecture = network("Tanh", "ReLU", "ReLU | Tanh", "ReLU", "Tanh", links="L1-L4 L2-L5")
    live, dead = Mask.of("B1", "B5", "B6"), Mask.of("B1", "B4", "B5", "B6")
    assert prune(architecture, dead) == live
    found, pairs = count_pairs(monkeypatch, architecture, [live, dead])
    assert (pairs, found.values.tolist()) == (0, [[0, 0], [0, 0]])


def test_progress_ascends_to_one():
    seen = []
    distances(ALEXNET, masks(ALEXNET, 12), expansions=4, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == 1
    assert len(seen) > 3
    assert seen.count(1) == 1


@pytest.mark.parametrize("after", [0, 2])
def test_it_stops_when_asked_in_the_calling_thread(after):
    asked, seen = [], []

    def should_stop():
        asked.append(threading.current_thread())
        return len(asked) > after

    with pytest.raises(StoppedError, match="distances: stopped"):
        distances(ALEXNET, masks(ALEXNET, 30), expansions=4, progress=seen.append, should_stop=should_stop)
    assert asked == [threading.current_thread()] * (after + 1)
    assert 1 not in seen


def test_the_matrix_is_the_same_each_time_and_in_any_order():
    chosen = masks(ALEXNET, 10, seed=6)
    once = distances(ALEXNET, chosen, expansions=6)
    again = distances(ALEXNET, chosen[::-1], expansions=6)
    assert not once.exact.all()
    assert np.array_equal(once.lower, again.lower[::-1, ::-1])
    assert np.array_equal(once.upper, again.upper[::-1, ::-1])


def test_large_graphs_get_bounds_in_little_time(monkeypatch):
    monkeypatch.setattr(distance, "LARGE", 10)
    chosen = masks(ALEXNET, 4)
    assert np.array_equal(distances(ALEXNET, chosen).lower, distances(ALEXNET, chosen, expansions=8).lower)


def test_a_value_that_is_not_known_lies_between_its_bounds():
    found = Distances(np.array([[3.0, 4.0]]), np.array([[5.0, 4.0]]))
    assert found.exact.tolist() == [[False, True]]
    assert found.values.tolist() == [[5.0, 4.0]]


@pytest.mark.parametrize("mask", [Mask.of("B1"), Mask.of("B99")])
def test_masks_of_another_architecture_are_refused(mask):
    with pytest.raises(MaskError, match="mask"):
        distances(LENET, [Mask.full(LENET), mask])
    with pytest.raises(MaskError, match="mask"):
        distances(LENET, [Mask.full(LENET)], [mask])


def test_compiled_code_is_loaded_when_it_is_needed():
    code = "import sys, oneshot_lab, oneshot_lab.space.distance; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
