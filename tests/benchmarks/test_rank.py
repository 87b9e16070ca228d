"""The figures of a yardstick's rankings: what is printed, beside what is known of the scores."""

from dataclasses import replace

import numpy as np
import pytest

from tests.benchmarks import rank
from tests.benchmarks.one_shot import OneShot
from tests.benchmarks.registry import DETAIL, Benchmark
from tests.benchmarks.spaces.rich_lenet import SPACE
from tests.benchmarks.spaces.truth import Truth

WIDE = replace(SPACE, drawn=40)


@pytest.fixture(scope="module")
def printed():
    """The figures of a space whose networks are the truer the more parameters they have, by the scores of such."""
    sizes = rank.baselines(WIDE, Truth(WIDE.masks, np.empty(0), np.empty(0)))["parameters"]
    rng = np.random.default_rng(0)
    ranks = sizes.argsort().argsort() / 100
    noise = rng.normal(0, 0.02, (len(ranks), 2))
    truth = Truth(WIDE.masks, 0.4 + ranks[:, None] + noise, 1 - ranks[:, None] - noise)
    found: dict[str, dict[str, float]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rank, "load_truth", lambda space: truth)
        patch.setattr(rank, "one_shot", lambda space, masks, *a, **k: OneShot(ranks, -ranks))
        figures = [*Benchmark(lambda: rank.rank(WIDE), rank.figures(WIDE)).measure()]
    for figure in figures:
        if not figure.name.startswith(DETAIL):
            found[figure.name] = {}
        [*found.values()][-1][figure.name.strip()] = figure.value
    return found


def test_scores_stand_beside_counts_one_more_training_and_a_perfect_predictor(printed):
    by_accuracy, by_loss = printed["rank_rich_lenet_accuracy"], printed["rank_rich_lenet_loss"]
    tau = by_accuracy["rank_rich_lenet_accuracy"]
    assert tau == pytest.approx(by_accuracy["by parameters"])
    assert tau == pytest.approx(by_accuracy["a perfect predictor"], abs=0.05)
    assert by_accuracy["one more training"] < tau
    assert by_accuracy["by active blocks"] < by_accuracy["interval from"] < tau < by_accuracy["interval to"]
    assert by_accuracy["top-5 regret"] < 5
    assert by_loss["rank_rich_lenet_loss"] < -0.8  # these scores by loss are the wrong way round
    assert by_loss["top-5 regret"] > 20 > 5 > by_loss["one more training's"]


def test_the_spread_is_told_with_its_noise(printed):
    found = printed["rank_rich_lenet_spread"]
    assert found["of one training"] == pytest.approx(2, rel=0.4)
    assert found["rank_rich_lenet_spread"] == pytest.approx(found["of the true accuracies"] / found["of one training"])
    assert found["half of the networks from"] < 60 < found["to"]  # 40 to 79 %
    # Two trainings differ by noise of √2 times its deviation, half of the time by less than 0.67 of that.
    assert found["two trainings differ by"] == pytest.approx(2 * 2**0.5 * 0.67, rel=0.5)
    share = printed["rank_rich_lenet_compute_share"]["rank_rich_lenet_compute_share"]
    assert 0 < share < 0.2
