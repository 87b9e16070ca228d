import json
import math

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.generation import Generation

A, B, C = Mask.of("B1"), Mask.of("B2", "B10"), Mask.of()


def generation(*losses: float) -> Generation:
    return Generation(
        index=3,
        population=(A, B, C),
        losses=losses,
        fitness=(0.75, 0.25, 0.0),
        block_fitness={"B1": 1 / 3, "B2": 1 / 3, "B10": 1 / 3},
        parents={B: (A, C)},
    )


def test_statistics_are_over_the_finite_losses():
    finished = generation(2.0, 1.0, math.nan)
    assert (finished.loss_max, finished.loss_mean, finished.loss_min) == (2.0, 1.5, 1.0)
    assert finished.best == B


def test_without_a_finite_loss_there_is_no_best():
    finished = generation(math.nan, math.inf, math.nan)
    assert all(math.isnan(value) for value in (finished.loss_max, finished.loss_mean, finished.loss_min))
    assert finished.best is None


def test_a_generation_survives_strict_json():
    finished = generation(0.1 + 0.2, 1e-30, math.inf)
    text = json.dumps(finished.state(), allow_nan=False)
    assert Generation.restore(json.loads(text)) == finished


def test_nan_survives_strict_json():
    text = json.dumps(generation(1.0, -math.inf, math.nan).state(), allow_nan=False)
    one, two, three = Generation.restore(json.loads(text)).losses
    assert (one, two) == (1.0, -math.inf)
    assert math.isnan(three)


def test_lists_of_unlike_length_are_refused():
    state = generation(1.0, 2.0, 3.0).state()
    with pytest.raises(ValueError, match="3 candidates, 2 losses, 3 fitness values"):
        Generation.restore(state | {"losses": [1.0, 2.0]})
