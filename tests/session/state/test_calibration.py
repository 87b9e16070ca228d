import math
from dataclasses import replace

import oneshot_lab as osl
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate import fit
from oneshot_lab.session.state import calibration
from oneshot_lab.session.state.calibration import comparable
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.supernet.recipes import get_recipe

ONE = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")
OTHER = Mask.of("B2", "B4", "B6", "B8", "B10", "B11", "B12")
GOOD = Landmark(ONE, 0.75, 0.5, 3, get_recipe("whole"), 7, 1.5, 100, 200, "0" * 24)


def landmark(session, mask, accuracy=0.8, seed=0):
    return replace(GOOD, mask=mask, accuracy=accuracy, seed=seed, network=session.state.network(mask))


def test_those_that_were_trained_in_the_same_way_are_compared():
    short, longer = replace(GOOD, epochs=1), replace(GOOD, seed=8)
    assert comparable([GOOD, longer]) == ((GOOD, longer), ())
    chosen, notes = comparable([GOOD, short, longer])
    assert chosen == (GOOD, longer)
    assert notes == ("1 landmark was left out: most were trained with other epochs or another recipe.",)
    # Of as many, the newest.
    assert comparable([GOOD, short])[0] == (short,)
    assert comparable([short, GOOD])[0] == (GOOD,)
    assert comparable([]) == ((), ())


def test_one_that_diverged_is_left_out_and_told():
    chosen, notes = comparable([replace(GOOD, accuracy=math.nan, loss=math.nan), GOOD])
    assert chosen == (GOOD,)
    assert notes == ("1 landmark was left out: the training diverged.",)


def test_it_is_fitted_when_something_has_changed(session):
    state = session.state
    first = state.posterior()
    assert state.posterior() is first
    assert not first.posterior.calibrated
    state.landmarks = (landmark(session, ONE), landmark(session, OTHER, 0.6))
    second = state.posterior()
    assert second.posterior.landmarks == (ONE, OTHER)
    assert second.posterior.of([ONE])[0] > second.posterior.of([OTHER])[0]
    session.evaluate(Mask.full(session.architecture))
    assert state.posterior() is not second
    session.edit(osl.RemoveBlock("B2"))
    assert state.posterior().posterior.landmarks == (ONE,)
    session.undo()
    assert state.posterior().posterior.landmarks == (ONE, OTHER)


def test_scores_of_networks_that_are_not_there_do_not_count(session, monkeypatch):
    seen = []
    monkeypatch.setattr(calibration, "fit", lambda *given: seen.append(given[0]) or fit(*given))
    session.posterior()
    session.edit(osl.RemoveBlock("B3"))
    session.posterior()
    session.edit(osl.AddComponent("B4", "MaxPool2d", "2"))
    session.posterior()
    all_of_them, without, none = ([each.mask for each in one.scores] for one in seen)
    assert all_of_them == [candidate.mask for candidate in session.state.evaluations.candidates]
    assert without == [mask for mask in all_of_them if "B3" not in mask]
    assert none == []
