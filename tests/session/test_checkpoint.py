from pathlib import Path

import pytest

import oneshot_lab as osl
from oneshot_lab.errors import SessionError
from oneshot_lab.session import checkpoint, snapshot
from oneshot_lab.session.session import SearchSession
from tests.session.sessions import SMALL, at_batch, equal, portrait, small, until, weights


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where sessions are kept; nobody waits long for it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checkpoint, "SETTLE", 0.05)
    return tmp_path


@pytest.fixture
def session(data):
    return small(data)


def kept(session):
    """The session that the last checkpoint holds, once all changes are in it."""
    until(lambda: not session._unsaved and session._worker.is_idle())
    session.wait()
    return SearchSession.load(session.checkpoint, data=session.data, device="cpu")


@pytest.fixture
def at_each_batch(monkeypatch):
    """A busy session is kept before each batch."""
    monkeypatch.setattr(checkpoint, "APART", 0.0)
    monkeypatch.setattr(checkpoint, "SHARE", 0.0)


def test_without_a_file_nothing_is_kept(session, folder):
    session.train(1)
    assert session._timer is None
    assert session.last_checkpoint is None
    assert not [*folder.iterdir()]


def test_a_session_that_rests_is_kept_as_it_is(session):
    session.checkpoint = "run.checkpoint.oneshot"
    session.train(1)
    session.step()
    session.edit(osl.RemoveBlock("B1"))
    entries = session.log
    again = kept(session)
    assert portrait(again) == portrait(session)
    assert equal(weights(again), weights(session))
    assert again.log == session.log == entries  # it is no action
    assert session.last_checkpoint.path == session.checkpoint
    assert session.last_checkpoint.time >= entries[-1].time


def test_what_was_done_before_it_had_a_file_is_kept_too(session):
    session.train(1)
    session.checkpoint = Path("run.checkpoint.oneshot")
    assert len(kept(session).training_losses) == 1


def test_looking_alone_leaves_no_file(session, folder):
    session.checkpoint = session.usual_checkpoint()
    session.refuse("lab", SessionError("a message that no view sends"))
    assert session._timer is None
    assert not [*folder.iterdir()]


def test_actions_in_a_burst_are_kept_once(session, monkeypatch):
    monkeypatch.setattr(checkpoint, "SETTLE", 0.4)
    written = []
    save = snapshot.save
    monkeypatch.setattr(snapshot, "save", lambda *args, **options: (written.append(1), save(*args, **options)))
    session.checkpoint = "run.checkpoint.oneshot"
    for _ in range(3):
        session.edit(osl.AddBlock("L1", "Conv2d", "1, 1, 3"))
    assert not written
    assert len(kept(session).log) == 4
    assert len(written) == 1


@pytest.mark.usefixtures("at_each_batch")
def test_in_the_middle_of_a_training_it_is_kept_as_if_stopped_there(session, data):
    session.train(1)
    session.step()
    session.checkpoint = "run.checkpoint.oneshot"
    learned, middle = [], []
    session.observe(lambda change: learned.append(change.new), "training_losses")

    def look():
        middle.append(SearchSession.load(session.checkpoint, data=data, device="cpu"))

    steps = data.train.steps(session.recipe.batch_size)
    at_batch(session, steps + 3, look)
    session.train(3)
    (again,) = middle
    assert len(again.training_losses) == 1 + 2
    assert again.training_losses[1] == session.training_losses[1]
    assert [(entry.action, entry.outcome) for entry in again.log[-2:]] == [("step", "done"), ("train", "stopped")]
    # Written before the batch that came before the one looked at.
    assert again.log[-1].arguments == {"epochs": 3, "stop_after": steps + 1}
    assert not again.untrained_blocks
    # The population waits: it was evaluated with other weights.
    assert again._evolution.waits
    assert len(again.step().population) == len(session.generations[0].population)
    assert len(learned) == 1  # and who watches has not seen any of it


@pytest.mark.usefixtures("at_each_batch")
def test_checkpoints_change_nothing(data):
    plain, watched = small(data), small(data)
    watched.checkpoint = "run.checkpoint.oneshot"
    for session in (plain, watched):
        session.train(2)
        session.step()
        session.train(1)
        session.step()
    assert watched.last_checkpoint is not None
    assert portrait(watched) == portrait(plain)
    assert equal(weights(watched), weights(plain))


def test_a_training_that_rests_is_kept_before_it_does(session):
    session.checkpoint = "run.checkpoint.oneshot"
    at_batch(session, 3, session.pause)
    job = session.train(1, wait=False)
    until(lambda: job.is_resting)
    assert SearchSession.load(session.checkpoint, data=session.data).log[-1].outcome == "stopped"
    session.stop()
    session.wait()


def test_a_file_that_cannot_be_written_is_told_and_nothing_else(session, folder):
    (folder / "there").write_text("a file, no folder")
    session.checkpoint = "there/run.checkpoint.oneshot"
    session.train(1)
    until(lambda: "no checkpoint" in session.message)
    assert "cannot be written" in session.message
    assert session.last_checkpoint is None
    session.step()


def test_the_file_of_another_session_is_put_aside_once(data):
    first, second = small(data), small(data, seed=1)
    first.checkpoint = second.checkpoint = "run.checkpoint.oneshot"
    first.train(1)
    kept(first)
    earlier = second.earlier_checkpoint()
    assert earlier.path == first.checkpoint
    assert earlier.time[:16] == first.last_checkpoint.time[:16]
    assert first.earlier_checkpoint() is None
    for _ in range(2):
        second.train(1)
        assert kept(second).seed == 1
    aside = second.earlier_checkpoint().path
    assert aside.endswith("run.checkpoint.previous.oneshot")
    assert SearchSession.load(aside, data=data).seed == 0


def test_a_session_from_a_checkpoint_goes_on_in_it(session, folder):
    session.checkpoint = session.usual_checkpoint()
    assert Path(session.checkpoint).name == "lenet-digits.checkpoint.oneshot"
    session.train(1)
    again = kept(session)
    again.checkpoint = again.usual_checkpoint()
    assert again.checkpoint == session.checkpoint
    assert again.earlier_checkpoint() is None
    again.step()
    assert len(kept(again).generations) == 1
    assert [path.name for path in folder.iterdir()] == ["lenet-digits.checkpoint.oneshot"]


def test_a_session_from_a_file_of_yours_is_kept_elsewhere(session):
    session.save("run.oneshot")
    again = SearchSession.load("run.oneshot", data=session.data)
    assert again.usual_checkpoint() == "lenet-digits.checkpoint.oneshot"


@pytest.mark.parametrize("path", [7, ""])
def test_what_is_no_path_is_refused(session, path):
    with pytest.raises(SessionError, match="expected a path"):
        session.checkpoint = path


def test_a_closed_session_is_not_kept(session, folder):
    session.checkpoint = "run.checkpoint.oneshot"
    session.train(1)
    session.close()
    until(lambda: session._timer is None)
    assert not [*folder.iterdir()]


def test_a_live_session_in_its_place_is_left_alone(session, data, tmp_path, monkeypatch):
    """Two notebooks in a folder: each goes on with a file of its own, and tells where."""
    monkeypatch.chdir(tmp_path)
    other = SearchSession("lenet", data, **SMALL | {"seed": 5})
    for each in (session, other, session, other):
        each.checkpoint = each.checkpoint or "run.checkpoint.oneshot"
        each._unsaved = True
        each.submit("checkpoint", each._write_checkpoint).wait()
    paths = [Path(each.last_checkpoint.path).name for each in (session, other)]
    assert paths == ["run-2.checkpoint.oneshot", "run.checkpoint.oneshot"]
    assert [Path(each.checkpoint).name for each in (session, other)] == paths
    assert [SearchSession.load(path, data=data).seed for path in paths] == [session.seed, other.seed]


def test_a_file_to_save_to_is_nobody_elses(session, data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = SearchSession("lenet", data, **SMALL)
    names = []
    for each in (session, other, session):
        each.save(each.usual_file())
        names.append(each.message)
    assert names == [
        "saved as lenet-digits.oneshot",
        "saved as lenet-digits-2.oneshot",
        "saved as lenet-digits.oneshot",
    ]
    again = SearchSession.load("lenet-digits-2.oneshot", data=data)
    assert Path(again.usual_file()).name == "lenet-digits-2.oneshot"
