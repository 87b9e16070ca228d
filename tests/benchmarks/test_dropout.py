"""The study of block dropout: what the rates are, and what is told of scores whose ranking is known."""

import numpy as np
import pytest

from tests.benchmarks.dropout import BEST, RATES, blocks_of_best, table, trained_at_once, variants
from tests.benchmarks.one_shot import OneShot
from tests.benchmarks.spaces.rich_lenet import SPACE
from tests.benchmarks.spaces.truth import load_truth


@pytest.fixture(scope="module")
def truth():
    return load_truth(SPACE)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_higher_the_rate_the_fewer_blocks_a_step_trains():
    trained = {rate: trained_at_once(SPACE, variant.recipe) for rate, variant in variants().items()}
    assert [*trained] == [*RATES]
    assert [*trained.values()] == sorted(trained.values(), reverse=True)
    layers, blocks = len(SPACE.architecture.layers), len(SPACE.architecture.block_ids)
    assert trained[0.1] == pytest.approx(0.9 * blocks, abs=0.5)
    assert layers <= trained[0.9] < layers + 1  # each layer keeps a block


def test_a_row_tells_how_scores_rank_how_far_they_are_apart_and_what_they_prefer(truth):
    true, sizes = truth.accuracy.mean(axis=1), np.array([float(len(mask)) for mask in truth.masks])
    found = {"block dropout 0.1": [OneShot(true, -true)], "block dropout 0.9": [OneShot(sizes, true)] * 2}
    head, _, rare, often, single = map(cells, table(SPACE, truth, found).splitlines())
    assert [rare[0], often[0], single[0]] == ["10%", "90%", "one more training"]
    assert int(often[2]) > int(rare[2]) >= 3  # epochs, at equal compute
    assert float(rare[3]) > 0.8 > -0.8 > float(rare[4])
    assert 0 < float(often[3]) < 0.8 < float(often[4])
    assert float(often[6]) == pytest.approx(np.sort(sizes)[-BEST:].mean(), abs=0.05)
    assert rare[5].endswith("%")
    assert len(head) == len(rare) == len(single)


def test_blocks_are_those_of_the_best(truth):
    sizes = [len(mask) for mask in truth.masks]
    found = blocks_of_best(-np.array(sizes, dtype=float), truth.masks)
    assert found == pytest.approx(np.sort(sizes)[:BEST].mean())
