import pytest

import oneshot_lab as osl
from oneshot_lab.errors import ArchitectureError
from oneshot_lab.views import lab_bar
from oneshot_lab.views.lab_bar import LabBar
from tests.session.sessions import until


@pytest.fixture
def taken():
    """Data and the wish to finalize, as they were asked for."""
    return []


@pytest.fixture
def bar(session, taken):
    names = ("digits", "fashion-mnist")
    bar = LabBar(session, data_names=names, take_data=taken.append, finalize=lambda: taken.append("finalize"))
    yield bar
    bar.close()


def enabled(bar):
    names = ("train", "step", "run", "undo", "redo", "finalize", "save")
    return {name for name in names if not getattr(bar, name).disabled}


def test_at_first_there_is_only_training(bar):
    assert enabled(bar) == {"train", "save"}
    assert bar.train.button_style == "primary"
    assert bar.run.tooltip == "Train the supernet first"


def test_train_step_and_run(bar, session):
    bar.epochs.value, bar.iterations.value = 1, 2
    bar.train.click()
    session.wait()
    assert len(session.training_losses) == 1
    assert enabled(bar) == {"train", "step", "run", "finalize", "save"}
    bar.step.click()
    session.wait()
    assert len(session.generations) == 1
    bar.run.click()
    session.wait()
    assert len(session.generations) == 3
    bar.finalize.click()
    assert session.log[-1].action == "step"


def test_a_second_press_does_not_train_twice(bar, session):
    bar.epochs.value = 1
    bar.train.click()
    bar.train.click()
    session.wait()
    assert len(session.training_losses) == 1


def test_run_pauses_what_runs_and_resumes_it(bar, session):
    session.train(1)
    bar.iterations.value = 5
    words = []
    bar.run.observe(lambda change: words.append(change.new), "description")
    job = session.evolve(5, wait=False)
    job.pause()
    session.wait()
    assert (job.state, bar.run.description) == ("paused", "Resume ▸")
    before = len(session.generations)
    assert before < 5
    words.clear()
    bar.run.click()
    session.wait()
    assert words == ["Pause ❚❚", "Run ▸"]
    assert len(session.generations) == 5
    assert bar.run.description == "Run ▸"


def test_while_something_runs_the_run_button_pauses_it(bar, session):
    job = session.train(1000, wait=False)
    until(lambda: session.status == "training")
    session._outbox.pump(lambda: bar.run.description == "Pause ❚❚", errors=[], timeout=10)
    bar.run.click()
    assert session.paused
    job.cancel()
    session.wait()
    assert bar.run.description == "Run ▸"


def test_undo_and_redo(bar, session):
    session.edit(osl.RemoveBlock("B1"))
    bar.undo.click()
    session.wait()
    assert "B1" in session.architecture.block_ids
    assert enabled(bar) >= {"redo"}
    bar.redo.click()
    session.wait()
    assert "B1" not in session.architecture.block_ids


def test_another_template_is_fitted_to_the_data(bar, session):
    bar.template.value = "lenet5"
    session.wait()
    assert session.architecture.name == "lenet5"
    assert session.architecture.classes == 10
    session.undo()
    assert bar.template.value == "lenet"
    assert [entry.action for entry in session.log] == ["create", "replace", "undo"]


def test_a_network_of_your_own_has_its_name_there(bar, session):
    own = osl.load_template("lenet5")
    session.replace(type(own)(**{**{name: getattr(own, name) for name in own.__dataclass_fields__}, "name": "mine"}))
    assert bar.template.value == "mine"
    assert bar.template.options[0] == "mine"


def test_other_data_are_asked_for(bar, taken):
    bar.data.value = "fashion-mnist"
    bar.finalize.click()
    assert taken == ["fashion-mnist", "finalize"]


def test_the_slider_weighs_size(bar, session):
    bar.size.value = 0.5
    session.wait()
    assert session.constraint.weight == pytest.approx(0.5)
    session.constrain(weight=0.0)
    assert bar.size.value == 1.0
    assert [entry.action for entry in session.log] == ["create", "constrain", "constrain"]


def test_save_writes_a_file_named_after_network_and_data(bar, session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bar.save.click()
    session.wait()
    assert [path.name for path in tmp_path.iterdir()] == ["lenet-digits.oneshot"]


def test_a_template_that_does_not_fit_is_told_and_the_name_stays(bar, session, monkeypatch):
    def refuse(*args, **options):
        raise ArchitectureError("too small an image", where="vgg11")

    monkeypatch.setattr(lab_bar, "load_template", refuse)
    bar.template.value = "vgg11"
    assert bar.template.value == "lenet"
    assert session.log[-1].outcome == "refused: vgg11: too small an image"


def test_training_after_edits_can_be_turned_on_and_off(bar, session):
    bar.auto.value = True
    assert session.auto_train
    session.auto_train = False
    assert not bar.auto.value
