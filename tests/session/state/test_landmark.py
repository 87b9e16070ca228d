import json
import math
from dataclasses import replace

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.supernet.recipes import Recipe, get_recipe

GOOD = Landmark(Mask.of("B1", "B4"), 0.75, 0.5, 3, get_recipe("whole"), 7, 1.5, 100, 200, "0" * 24)


def read(values):
    return Landmark.from_json(values, read_recipe=lambda recipe: Recipe(**recipe))


@pytest.mark.parametrize(
    "landmark",
    [
        GOOD,
        replace(GOOD, recipe=Recipe("own", ("whole",), learning_rate=0.01)),
        replace(GOOD, accuracy=math.nan, loss=math.nan),
        replace(GOOD, loss=math.inf),
    ],
)
def test_it_is_read_as_it_was_written(landmark):
    again = read(json.loads(json.dumps(landmark.to_json(), allow_nan=False)))
    assert again.to_json() == landmark.to_json()
    assert again.recipe == landmark.recipe
    assert again.has_diverged == landmark.has_diverged


def test_it_says_how_it_went():
    assert not GOOD.has_diverged
    assert repr(GOOD) == "Landmark(B1 B4: accuracy 75.00%, loss 0.500; 3 epochs, seed 7)"
    assert "the training diverged" in repr(replace(GOOD, loss=math.nan))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mask", "B1"),
        ("accuracy", "1.5"),
        ("accuracy", None),
        ("loss", "-1"),
        ("epochs", 0),
        ("epochs", True),
        ("recipe", "whole"),
        ("seed", -1),
        ("seed", 2**32),
        ("seconds", math.nan),
        ("seconds", -1.0),
        ("parameters", 0.5),
        ("macs", 10**30),
        ("network", "abc"),
        ("network", 3),
    ],
)
def test_what_no_session_writes_is_refused(name, value):
    with pytest.raises((KeyError, TypeError, ValueError, SessionError)):
        read(GOOD.to_json() | {name: value})
