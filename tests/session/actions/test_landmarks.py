"""The action that trains landmarks: what it keeps, through stops, edits, files and replays."""

import json
import math
from dataclasses import replace

import pytest

import oneshot_lab as osl
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import DataError, DivergedError, MaskError, SessionError
from oneshot_lab.session import landmarking
from oneshot_lab.session.actions.landmarks import Landmarks
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.saving import storage
from oneshot_lab.session.saving.replay import to_python
from oneshot_lab.session.session import SearchSession
from oneshot_lab.space.projection import Projection
from oneshot_lab.supernet.recipes import Recipe
from tests.session.replayed import replay
from tests.session.sessions import Spy, at_batch, equal, portrait, small, weights

ONE = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")
OTHER = Mask.of("B2", "B4", "B6", "B8", "B10", "B11", "B12")


@pytest.fixture
def new(data):
    return small(data)


def results(session):
    return [repr(replace(landmark, seconds=0.0)) for landmark in session.state.landmarks]


def assert_replays(session, data):
    """Checks that the log, as a file holds it, leads to this session."""
    log = [LogEntry.from_json(json.loads(json.dumps(entry.to_json()))) for entry in session.log]
    again = replay(to_python(log), data)
    assert portrait(again) == portrait(session)
    assert equal(weights(again), weights(session))


def test_they_are_trained_one_after_the_other_and_published(new):
    told = []
    new.observe(lambda change: told.append((change.new, new.status)), "message")
    found = new.landmarks(2, epochs=1)
    assert found == new.trained_landmarks == new.state.landmarks
    assert len({landmark.mask for landmark in found}) == 2
    assert len({landmark.seed for landmark in found}) == 2
    assert all(0 <= landmark.accuracy <= 1 and landmark.seconds > 0 for landmark in found)
    assert new.message.startswith("2 landmarks; accuracy ")
    assert (new.status, new.progress) == ("idle", 1.0)
    assert {status for _, status in told} <= {"training landmarks", "idle"}
    assert len(new.curve) == 2 * new.data.train.steps(64)


def test_the_log_holds_which_they_were(new):
    found = new.landmarks(2, epochs=1)
    entry = new.log[-1]
    masks = [sorted(landmark.mask.blocks) for landmark in found]
    assert (entry.action, entry.outcome, entry.arguments) == ("landmarks", "done", {"masks": masks, "epochs": 1})


def test_in_the_background_it_is_a_job(new):
    job = new.landmarks.start(1, epochs=1)
    assert job.wait() == new.trained_landmarks


def test_no_image_of_the_test_split_is_used(data):
    spied = replace(data, test=Spy(data.test), validation=Spy(data.validation))
    session = small(spied)
    session.train(1)
    session.landmarks(1, epochs=1)
    assert spied.test.looks == 0
    assert spied.validation.looks > 0


def test_the_same_seed_gives_the_same_landmarks_and_another_one_others(data):
    one, same, other = (small(data, seed=seed) for seed in (0, 0, 1))
    for session in (one, same, other):
        session.landmarks(masks=[ONE], epochs=1)
    assert results(one) == results(same) != results(other)


def test_the_search_goes_on_as_without_them(copy):
    plain, session = copy(), copy()
    session.landmarks(1, epochs=1)
    for each in (plain, session):
        each.train(1)
        each.step()
    assert session.generations == plain.generations
    assert equal(weights(session), weights(plain))


# ---- which ---------------------------------------------------------------------------------------------------------


def test_those_that_are_named_are_trained_and_a_second_time_with_another_seed(new):
    new.landmarks(masks=[ONE, str(OTHER)], epochs=1)
    new.landmarks(masks=[new.trained_landmarks[0]], epochs=1)
    assert [landmark.mask for landmark in new.trained_landmarks] == [ONE, OTHER, ONE]
    first, _, again = new.trained_landmarks
    assert first.network == again.network
    assert first.seed != again.seed
    assert first.loss != again.loss


def test_blocks_without_effect_are_left_out(data):
    architecture = osl.apply(small(data).architecture, osl.AddLink("L1", "L3"))
    session = osl.SearchSession(architecture, data, device="cpu", bar=False)
    (landmark,) = session.landmarks(masks=[Mask.full(session.architecture)], epochs=1)
    assert session.state.exists(landmark.mask)


def test_each_landmark_has_a_score_of_the_present_weights(new):
    new.landmarks(1, epochs=1)
    assert new.current_candidates() == []
    new.train(1)
    new.landmarks(1, epochs=1)
    scored = [candidate.mask for candidate in new.current_candidates()]
    assert scored == [landmark.mask for landmark in new.trained_landmarks]


def test_a_step_with_other_weights_scores_them_again(session):
    session.landmarks(masks=[ONE, OTHER], epochs=1)
    session.train(1)
    session.step()
    assert {ONE, OTHER} <= {candidate.mask for candidate in session.current_candidates()}


def test_each_landmark_has_a_place_on_the_map(session):
    masks = [candidate.mask for candidate in session.current_candidates()[:3]]
    places = {mask: (float(place), 0.0) for place, mask in enumerate(masks)}
    session.state.map = replace(session.state.map, atlas=Projection(places))
    outside = next(mask for mask in (ONE, OTHER) if mask not in masks)
    session.landmarks(masks=[outside], epochs=1)
    assert outside in session.projection


def test_when_none_is_left_that_is_an_answer(data):
    session = osl.SearchSession("lenet5", data, width=0.25, device="cpu", bar=False)
    assert len(session.landmarks(9, epochs=1)) == 1
    assert session.landmarks(9, epochs=1) == ()
    assert session.message.startswith("no other candidate is left")
    assert_replays(session, data)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"count": 0}, SessionError, "count: got 0; expected a whole number"),
        ({"epochs": 0.5}, SessionError, "epochs: got 0.5"),
        ({"masks": "B1"}, MaskError, "masks: got 'B1'; expected a list of masks"),
        ({"masks": [Mask.of("B99")]}, MaskError, "lenet has no block B99"),
        ({"masks": [Mask.of("B1")]}, MaskError, "no signal reaches it"),
        ({"recipe": "sandwich"}, SessionError, "trains parts of a supernet"),
        ({"recipe": "hole"}, SessionError, "did you mean 'whole'"),
    ],
)
def test_what_is_wrong_is_refused_at_once(shared, options, error, said):
    known = len(shared.log)
    with pytest.raises(error, match=said):
        shared.landmarks.start(**options)
    assert len(shared.log) == known


def test_a_network_that_does_not_fit_is_not_trained(new):
    new.propose(osl.AddLayer("Conv2d"))
    with pytest.raises(SessionError, match="landmarks: the network does not fit"):
        new.landmarks(1)


# ---- ends ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("batch", "complete"), [(1, 0), (7, 1)])
def test_those_that_are_complete_when_it_stops_are_kept(new, data, batch, complete):
    assert new.data.train.steps(64) == 5
    at_batch(new, batch, new.stop)
    found = new.landmarks(3, epochs=1)
    assert len(found) == len(new.trained_landmarks) == complete
    assert (new.log[-1].outcome, len(new.log[-1].arguments["masks"])) == ("stopped", complete)
    assert sum("landmarks" in cell for cell in new.to_python()) == complete
    assert_replays(new, data)
    # And another call goes on as if it had not been stopped.
    new.landmarks(3 - complete, epochs=1)
    whole = small(data)
    whole.landmarks(3, epochs=1)
    assert results(new) == results(whole)


def test_those_that_are_complete_when_it_fails_are_kept(new, data, monkeypatch):
    train, calls = landmarking.train, []

    def failing(*args, **options):
        calls.append(args)
        if len(calls) == 2:
            raise DataError("an image cannot be read")
        return train(*args, **options)

    monkeypatch.setattr(landmarking, "train", failing)
    with pytest.raises(DataError):
        new.landmarks(3, epochs=1)
    assert len(new.trained_landmarks) == 1
    assert new.log[-1].outcome.startswith("failed: an image")
    assert_replays(new, data)


def test_one_that_diverges_is_noted_and_the_others_go_on(new, data, monkeypatch):
    train, calls = landmarking.train, []

    def diverging(*args, **options):
        calls.append(args)
        if len(calls) % 3 == 2:
            raise DivergedError("the loss is no longer a finite number")
        return train(*args, **options)

    monkeypatch.setattr(landmarking, "train", diverging)
    found = new.landmarks(3, epochs=1)
    assert [landmark.has_diverged for landmark in found] == [False, True, False]
    assert new.message.endswith("; 1 diverged and will not be used")
    assert_replays(new, data)


def test_a_training_that_diverges_by_itself_is_known(new):
    (landmark,) = new.landmarks(1, epochs=1, recipe=Recipe("late", ("whole",), 1e6))
    assert landmark.has_diverged
    assert math.isnan(landmark.loss)
    assert new.message == "1 landmark; 1 diverged and will not be used"


# ---- edits, files and replays --------------------------------------------------------------------------------------


def test_a_landmark_lasts_as_long_as_its_network_and_comes_back_with_it(new):
    new.landmarks(masks=[ONE, OTHER], epochs=1)
    one, other = new.trained_landmarks
    new.edit(osl.RemoveBlock("B2"))
    assert new.trained_landmarks == (one,)
    new.edit(osl.AddComponent("B4", "MaxPool2d", "2"))
    assert new.trained_landmarks == ()
    new.undo()
    new.undo()
    assert new.trained_landmarks == (one, other)
    # A block that no landmark has changes none of them.
    new.edit(osl.RemoveBlock("B3"))
    assert new.trained_landmarks == (one, other)


def test_they_are_saved_and_counted_on_from_there(new, data, tmp_path):
    new.train(1)
    new.landmarks(2, epochs=1)
    new.landmarks(1, epochs=1, recipe=Recipe("late", ("whole",), 1e6))
    new.edit(osl.RemoveBlock("B3"))
    new.save(tmp_path / "a.oneshot")
    assert storage.read(tmp_path / "a.oneshot")[0]["oneshot_session"] == 4
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, device="cpu", bar=False)
    assert portrait(back) == portrait(new)
    for session in (back, new):
        session.undo()
        session.landmarks(1, epochs=1)
    assert portrait(back) == portrait(new)
    assert len(back.trained_landmarks) == 4


def test_a_file_without_landmarks_is_one_that_earlier_builds_read(new, tmp_path):
    new.save(tmp_path / "a.oneshot")
    state, _ = storage.read(tmp_path / "a.oneshot")
    assert state["oneshot_session"] == 3
    assert "landmarks" not in state


def test_the_copied_python_trains_the_same(new, data):
    new.train(1)
    new.landmarks(2, epochs=1)
    new.edit(osl.RemoveBlock("B3"))
    new.landmarks(1, epochs=1, recipe=Recipe("own", ("whole",), 0.01))
    new.undo()
    new.landmarks(masks=[new.trained_landmarks[0]], epochs=1)
    assert_replays(new, data)


def test_its_python_is_a_line_or_a_list():
    assert Landmarks.code("landmarks", {"count": 8, "epochs": 3}) == "session.landmarks(count=8, epochs=3)"
    few = {"masks": [["B1"]], "epochs": 3, "recipe": "paper"}
    assert Landmarks.code("landmarks", few) == "session.landmarks(masks=[osl.Mask.of('B1')], epochs=3, recipe='paper')"
    many = Landmarks.code("landmarks", {"masks": [["B1", "B2"]] * 9, "epochs": 3})
    masks = ["        osl.Mask.of('B1', 'B2'),"] * 9
    assert many.splitlines() == ["session.landmarks(", "    masks=[", *masks, "    ],", "    epochs=3,", ")"]
