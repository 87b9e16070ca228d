from dataclasses import replace

import pytest

import oneshot_lab as osl
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.errors import SessionError
from oneshot_lab.session.landmark_cost import newest_recipe
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.state.pace import Pace
from oneshot_lab.supernet.recipes import get_recipe
from tests.session.sessions import show, small
from tests.session.state.test_calibration import GOOD, landmark


def logged(session, *entries):
    show(session, log=(*session.log, *entries))


def entry(action, seconds, **arguments):
    return LogEntry("2026-01-01T00:00:00+00:00", action, arguments, seconds, "done")


@pytest.fixture
def new(data):
    return small(data)


def test_nothing_is_known_before_anything_was_trained(new):
    assert new.landmark_seconds() is None
    logged(new, entry("step", 9.0))
    assert new.landmark_seconds() is None


def test_it_is_known_from_landmarks_of_this_network(new):
    here = landmark(new, Mask.full(new.architecture))
    new.state.landmarks = tuple(replace(here, epochs=2, seconds=seconds) for seconds in (4.0, 2.0, 100.0))
    new.state.landmarks += (replace(here, epochs=9, seconds=0.1, loss=float("nan")),)
    # Of another template, perhaps, where a landmark takes hours.
    new.state.landmarks += (replace(GOOD, epochs=1, seconds=9000.0),) * 9
    assert new.landmark_seconds(5, epochs=3) == 5 * 3 * 2.0
    new.state.landmarks = new.state.landmarks[4:]
    assert new.landmark_seconds() is None


# ---- by how fast the supernet was trained in this process ----------------------------------------------------------


@pytest.mark.parametrize(
    ("recipe", "whole", "typical"), [("sandwich", 1, 1), ("whole", 1, 0), ("single", 0, 1), ("wide", 1, 3)]
)
def test_it_is_known_from_the_steps_of_the_newest_training(new, recipe, whole, typical):
    """The data have five batches, and a random candidate half of the whole network's multiply-adds."""
    new.state.pace = Pace(0.4, get_recipe(recipe), new.architecture)
    # What the log says, with all that came once, does not matter.
    logged(new, entry("train", 900.0, epochs=1))
    assert new.landmark_seconds(2, epochs=3) == pytest.approx(2 * 3 * 5 * 0.4 * 0.5 / (whole + 0.5 * typical))


def test_a_network_that_has_grown_since_takes_longer(new):
    new.state.pace = Pace(0.4, get_recipe("sandwich"), new.architecture)
    before, size = new.landmark_seconds(), infer(new.architecture).macs
    new.edit(osl.RemoveBlock("B1"))
    assert new.landmark_seconds() == pytest.approx(before * infer(new.architecture).macs / size)


def test_a_training_measures_its_steps(session):
    assert session.state.pace is None
    session.train(1, recipe="two-paths")
    pace = session.state.pace
    assert pace.seconds > 0
    assert (pace.recipe.name, pace.architecture) == ("two-paths", session.architecture)
    session.train(1, stop_after=1)
    assert session.state.pace is pace


# ---- by the log, after loading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "epochs", "whole", "typical"),
    [
        ({"epochs": 4}, 4, 1, 1),  # the sandwich: the whole network, and a random one
        ({"epochs": 4, "recipe": "whole"}, 4, 1, 0),
        ({"epochs": 4, "recipe": "single", "stop_after": 5}, 1, 0, 1),
    ],
)
def test_it_is_known_from_the_supernet_before(new, arguments, epochs, whole, typical):
    """The data have five batches."""
    logged(new, entry("train", 99.0, epochs=1), entry("train", 20.0, **arguments))
    expected = 20.0 / epochs * 0.5 / (whole + 0.5 * typical)
    assert new.landmark_seconds(1, epochs=1) == pytest.approx(expected)


def test_known_candidates_say_how_large_one_is(session):
    logged(session, entry("train", 20.0, epochs=1, recipe="whole"))
    sizes = [candidate.macs for candidate in session.current_candidates()]
    share = sum(sizes) / len(sizes) / infer(session.architecture).macs
    assert session.landmark_seconds(1, epochs=1) == pytest.approx(20.0 * share)


def test_a_training_that_was_paused_says_nothing(new):
    logged(new, entry("train", 20.0, epochs=1), entry("pause", 0.0, job="train"), entry("train", 900.0, epochs=1))
    before = new.landmark_seconds(1, epochs=1)
    logged(new, entry("pause", 0.0, job="evolve"), entry("train", 40.0, epochs=1))
    assert new.landmark_seconds(1, epochs=1) == pytest.approx(2 * before)


@pytest.mark.parametrize("options", [{"count": 0}, {"epochs": "x"}])
def test_what_is_no_count_is_refused(shared, options):
    with pytest.raises(SessionError, match=next(iter(options))):
        shared.landmark_seconds(**options)


def test_the_newest_recipe_is_that_of_the_newest_training(new):
    usual = new.recipe
    assert newest_recipe(new.log, usual) is usual
    trainings = [entry("train", 1.0, epochs=1, recipe="wide"), entry("train", 1.0, epochs=1, recipe="paper")]
    assert newest_recipe([*trainings, entry("step", 1.0)], usual).name == "paper"
    assert newest_recipe([*trainings, entry("train", 1.0, epochs=1)], usual) is usual
    assert newest_recipe([entry("train", 1.0, epochs=1, recipe={"name": "mine"})], usual) is usual


def test_a_training_before_another_recipe_went_by_the_one_before(new):
    logged(new, entry("train", 1.0, epochs=1), entry("use_recipe", 0.0, recipe="paper"))
    assert newest_recipe(new.log, get_recipe("paper")).name == "sandwich"
    logged(new, entry("train", 1.0, epochs=1))
    assert newest_recipe(new.log, get_recipe("paper")).name == "paper"
    logged(new, replace(entry("use_recipe", 0.0, recipe="wide"), outcome="refused: no"), entry("train", 1.0, epochs=1))
    assert newest_recipe(new.log, get_recipe("paper")).name == "paper"
