from dataclasses import replace

import pytest

import oneshot_lab as osl
from oneshot_lab.architecture.edits import AddBlock, AddLink, RemoveBlock
from oneshot_lab.errors import ArchitectureError
from oneshot_lab.session import retraining
from oneshot_lab.session.actions import editing
from oneshot_lab.views.lab import bar as lab_bar
from oneshot_lab.views.lab import template_list
from oneshot_lab.views.lab.bar import MOST_ITERATIONS, LabBar
from tests.session.sessions import ENDLESS, held, pump, until
from tests.views.parts import classes

UNFIT = AddBlock("L1", "Conv2d", ", , 4")


@pytest.fixture
def taken():
    """Data and the wish to finalize, as they were asked for."""
    return []


@pytest.fixture
def bar(session, taken):
    names = ("digits", "fashion-mnist")
    bar = bar_of(session, taken, names)
    yield bar
    bar.close()


def bar_of(session, taken, names=("digits",)):
    asks = {f"{name}": lambda name=name: taken.append(name) for name in ("show_data", "finalize")}
    return LabBar(session, data_names=names, take_data=taken.append, **asks)


@pytest.fixture
def patient(monkeypatch):
    """Whoever presses takes their time."""
    monkeypatch.setattr(lab_bar, "DOUBLE_CLICK_SECONDS", 0.0)


def enabled(bar):
    names = ("train", "step", "run", "undo", "redo", "finalize", "save")
    return {name for name in names if not getattr(bar, name).disabled}


def shown(bar):
    """The one of the three that is seen."""
    (name,) = [name for name in ("run", "pause", "resume") if getattr(bar, name).layout.display != "none"]
    return name


def reaches(bar, session, name):
    pump(session, lambda: shown(bar) == name)
    assert shown(bar) == name


def test_notes_about_the_data_are_seen_where_they_are_chosen(bar, session, taken):
    count = len(session.data.notes)
    assert count
    assert bar.about.description == f"Data {count}"
    assert all(note in bar.about.tooltip for note in session.data.notes)
    assert "osl-lab-noted" in classes(bar.about)
    bar.about.click()
    assert taken == ["show_data"]


@pytest.mark.parametrize(("count", "said"), [(0, "Data"), (30, "Data 30")])
def test_of_many_notes_the_first_are_in_the_tooltip_and_of_none_nothing(session, taken, count, said):
    session.settings.data = replace(session.data, notes=tuple(f"note {number} \ud800" for number in range(count)))
    bar = bar_of(session, taken)
    assert bar.about.description == said
    assert ("osl-lab-noted" in classes(bar.about)) == bool(count)
    assert bar.about.tooltip.count("•") == min(count, 8)
    assert ("… and 22 more" in bar.about.tooltip) == bool(count)
    bar.about.tooltip.encode()
    bar.close()


def test_at_first_there_is_only_training(bar):
    assert enabled(bar) == {"train", "save"}
    assert bar.train.button_style == "primary"
    assert bar.run.tooltip == "Train the supernet first"


def test_what_comes_next_is_marked_also_after_an_edit_that_nobody_trains_by_itself(bar, session):
    def marked():
        return {name for name in ("train", "run", "resume") if getattr(bar, name).button_style == "primary"}

    assert marked() == {"train"}
    session.train(1)
    assert marked() == {"run", "resume"}
    session.edit(AddBlock("L1", "Conv2d", ", , 9, padding=4"))
    assert marked() == {"train"}
    session.undo()
    assert marked() == {"run", "resume"}


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
    with held(session):
        bar.train.click()
        bar.train.click()
    session.wait()
    assert len(session.training_losses) == 1


def test_run_gives_way_to_pause_and_that_to_resume(bar, session, patient):
    session.train(1)
    bar.iterations.value = MOST_ITERATIONS
    bar.run.click()
    reaches(bar, session, "pause")
    bar.pause.click()
    assert shown(bar) == "resume"
    session.wait()
    before = len(session.generations)
    assert before < MOST_ITERATIONS
    bar.resume.click()
    reaches(bar, session, "pause")
    pump(session, lambda: len(session.generations) > before)
    session.stop()
    session.wait()
    assert shown(bar) == "run"
    # What is not seen cannot have the keyboard.
    assert (bar.pause.disabled, bar.resume.disabled, bar.run.disabled) == (True, True, False)
    assert len({made.layout.width for made in (bar.run, bar.pause, bar.resume)}) == 1
    assert all("osl-lab-run" in classes(made) for made in (bar.run, bar.pause, bar.resume))


def test_a_training_is_paused_and_resumed_as_well(bar, session, patient):
    job = session.train.start(ENDLESS)
    # Paused before it has begun, it would be in the middle of nothing.
    pump(session, lambda: session.status == "training")
    reaches(bar, session, "pause")
    bar.pause.click()
    assert session.paused
    session.wait()
    assert shown(bar) == "resume"
    # It is in the middle of something, so that nothing else can be done.
    assert not {"step", "train"} & enabled(bar)
    bar.resume.click()
    reaches(bar, session, "pause")
    job.cancel()
    session.wait()
    assert shown(bar) == "run"


def test_a_press_that_comes_late_does_what_was_written_on_the_button(bar, session, patient):
    session.train(1)
    bar.iterations.value = 1
    known = len(session.log)
    # What ran when they were pressed has ended, such as a cell.
    bar.pause.click()
    bar.resume.click()
    session.wait()
    assert len(session.log) == known
    bar.run.click()
    session.wait()
    assert len(session.generations) == 1


def test_a_double_click_on_run_leaves_the_search_running(bar, session, monkeypatch):
    monkeypatch.setattr(lab_bar, "DOUBLE_CLICK_SECONDS", 60.0)
    session.train(1)
    bar.iterations.value = MOST_ITERATIONS
    bar.run.click()
    bar.run.click()
    reaches(bar, session, "pause")
    bar.pause.click()
    assert not session.paused
    assert session.waiting == ()
    session.stop()
    session.wait()


def test_before_the_training_after_an_edit_nothing_runs_yet(bar, session, monkeypatch, patient):
    monkeypatch.setattr(retraining, "SETTLE_SECONDS", 30.0)
    session.train(1)
    session.auto_train = True
    session.edit(AddBlock("L1", "Conv2d", ", , 9, padding=4"))
    assert session.waiting == ("train",)
    assert shown(bar) == "run"
    assert enabled(bar) >= {"train", "step", "run"}
    bar.pause.click()
    assert not session.paused
    bar.iterations.value = 1
    bar.run.click()
    session.wait()
    assert [entry.action for entry in session.log[-2:]] == ["train", "step"]


def test_a_step_while_a_search_rests_is_one_of_its_own(bar, session):
    session.train(1)
    job = session.evolve.start(ENDLESS)
    job.pause()
    session.wait()
    assert shown(bar) == "resume"
    assert "step" in enabled(bar)
    before = len(session.generations)
    bar.step.click()
    session.wait()
    assert len(session.generations) == before + 1
    assert (job.state, shown(bar)) == ("paused", "resume")
    # Another job beside it can be paused, and is the one that goes on then.
    other = session.train.start(ENDLESS)
    pump(session, lambda: session.status == "training")
    reaches(bar, session, "pause")
    other.pause()
    reaches(bar, session, "resume")
    assert "step" not in enabled(bar)
    bar.resume.click()
    assert (job.state, other.is_paused) == ("paused", False)
    session.stop()
    job.cancel()
    session.wait()
    assert shown(bar) == "run"


def test_what_does_not_fit_is_neither_trained_nor_searched(bar, session):
    session.train(1)
    session.propose(UNFIT)
    assert session.problem is not None
    assert not {"train", "step", "run", "finalize"} & enabled(bar)
    for made in (bar.train, bar.step, bar.run, bar.finalize):
        assert made.tooltip.startswith("The network does not fit: ")
    session.undo()
    assert enabled(bar) >= {"train", "step", "run", "finalize"}
    assert bar.step.tooltip == "Run one generation of the search"


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


def test_an_edited_network_leaves_the_way_back_to_its_template(bar, session, monkeypatch):
    first = session.architecture
    session.edit(RemoveBlock("B1"))
    assert (bar.template.value, bar.template.options[0]) == ("lenet · edited", "lenet · edited")
    bar.template.value = "lenet"
    session.wait()
    assert session.architecture == first
    assert (bar.template.value, "lenet · edited" in bar.template.options) == ("lenet", False)
    # A template is read once, whatever is drawn.
    monkeypatch.setattr(template_list, "load_template", None)
    session.edit(AddLink("L1", "L3"))
    assert bar.template.value == "lenet · edited"
    session.undo()
    assert bar.template.value == "lenet"


def test_a_template_is_as_wide_as_the_first_one(bar, session):
    bar.template.value = "lenet5"
    session.wait()
    shape, classes = session.architecture.input_shape, session.architecture.classes
    assert session.architecture == osl.load_template("lenet5", input_shape=shape, classes=classes, width=0.25)


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


def test_a_weight_from_a_cell_stays_as_it_is(bar, session):
    session.constrain(weight=5.0)
    session.wait()
    assert session.constraint.weight == 5.0
    assert bar.size.value == 0.0
    assert "next generation" in bar.size.tooltip


def test_the_slider_stays_where_it_was_moved_to_while_a_job_runs(bar, session):
    job = session.train.start(ENDLESS)
    until(lambda: session.status == "training")
    bar.size.value = 0.5
    pump(session, lambda: session.progress > 0)
    assert bar.size.value == 0.5
    job.cancel()
    session.wait()
    assert (bar.size.value, session.constraint.weight) == (0.5, 0.5)


def test_a_weight_that_cannot_be_taken_is_taken_back(bar, session, monkeypatch):
    def refuse(constraint):
        raise ArchitectureError("no network is so small", where="limit")

    monkeypatch.setattr(session.state.strategy, "constrain", refuse)
    bar.size.value = 0.5
    session.wait()
    assert (bar.size.value, session.constraint.weight) == (1.0, 0.0)


def test_save_writes_a_file_named_after_network_and_data(bar, session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bar.save.click()
    session.wait()
    assert [path.name for path in tmp_path.iterdir()] == ["lenet-digits.oneshot"]
    assert session.message == "saved as lenet-digits.oneshot"
    # Where it was kept the last time, whatever it is called by now.
    session.save("mine.oneshot")
    session.edit(RemoveBlock("B1"))
    (tmp_path / "lenet-digits.oneshot").unlink()
    bar.save.click()
    session.wait()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.oneshot"]


def test_a_template_that_does_not_fit_is_told_and_the_name_stays(bar, session, monkeypatch):
    def refuse(*args, **options):
        raise ArchitectureError("too small an image", where="vgg11")

    monkeypatch.setattr(editing, "fit_template", refuse)
    bar.template.value = "vgg11"
    assert bar.template.value == "lenet"
    assert session.log[-1].outcome == "refused: vgg11: too small an image"


def test_training_after_edits_can_be_turned_on_and_off(bar, session):
    bar.auto.value = True
    assert session.auto_train
    session.auto_train = False
    assert not bar.auto.value
