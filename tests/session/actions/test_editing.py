import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import (
    AddBlock,
    AddComponent,
    AddLayer,
    MoveLayer,
    RemoveBlock,
    RemoveLayer,
    SetMerge,
    SetParams,
    apply,
    revise,
)
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import check
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.serial import edit_from_json, to_json
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ArchitectureError, SessionError, ShapeError
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.sketch import Sketch
from tests.architecture.networks import edits, network, tried
from tests.session.sessions import equal, is_usable, portrait, weights

LENET = load_template("lenet")
MISFIT = AddLayer("Conv2d")
"""Behind the last Linear: it gets features, and nothing can be done about that."""

GIGANTIC = (AddLayer("Linear", ", 65536", 6), AddLayer("Linear", ", 65536", 7))
"""Fits, but for the billions of parameters."""


def look(editing):
    """All that an editor shows."""
    problem = editing.problem and str(editing.problem)
    return editing.drawn, problem, editing.can_undo


# What fits -----------------------------------------------------------------------------------------------------------


def test_a_sketch_is_repaired_and_the_repairs_are_told():
    lego = network("Conv2d(, 6, 3) | Conv2d(, 6, 5)", "Linear")
    sketch = Sketch(lego)
    assert (sketch.architecture, sketch.repairs) == repair(lego)
    assert sketch.drawn is sketch.architecture
    assert (sketch.draft, sketch.problem, sketch.can_undo, sketch.can_redo, sketch.log) == (
        None,
        None,
        False,
        False,
        (),
    )
    with pytest.raises(ShapeError, match="move it before the Flatten"):
        Sketch(apply(lego, MISFIT))


@pytest.mark.parametrize("method", ["edit", "propose"])
def test_an_edit_that_fits_is_done_repaired_and_logged(method):
    sketch = Sketch(LENET)
    both = (AddComponent("B4", "MaxPool2d", "2"), RemoveBlock("B3"))
    repairs = getattr(sketch, method)(*both)
    assert (sketch.architecture, repairs) == revise(LENET, *both)
    assert sketch.repairs == repairs
    assert repairs
    assert (sketch.draft, sketch.problem, sketch.can_undo, sketch.can_redo) == (None, None, True, False)
    (entry,) = sketch.log
    assert (entry.action, entry.outcome) == (method, "done")
    assert tuple(map(edit_from_json, entry.arguments["edits"])) == both


def test_undo_and_redo_are_exact():
    sketch, seen = Sketch(LENET), [LENET]
    for edit in (RemoveBlock("B3"), SetParams("C5", ", 8, 3"), RemoveLayer("L4")):
        sketch.propose(edit)
        seen.append(sketch.architecture)
    for architecture in reversed(seen[:-1]):
        sketch.undo()
        assert (sketch.architecture, sketch.repairs, sketch.can_redo) == (architecture, (), True)
    assert not sketch.can_undo
    with pytest.raises(SessionError, match="undo: there is nothing to undo"):
        sketch.undo()
    for architecture in seen[1:]:
        sketch.redo()
        assert sketch.architecture == architecture
    with pytest.raises(SessionError, match="redo: there is nothing to redo"):
        sketch.redo()
    sketch.undo()
    sketch.propose(RemoveBlock("B2"))
    assert not sketch.can_redo


@pytest.mark.parametrize("on_session", [False, True])
def test_whoever_watches_one_trait_finds_the_others_up_to_date(session, on_session):
    editing = session if on_session else Sketch(session.architecture)
    seen = []
    names = ["architecture", "draft", "problem", "repairs", "can_undo", "can_redo"]
    editing.observe(lambda change: seen.append(look(editing)), names)
    for act in (
        lambda: editing.propose(AddComponent("B4", "MaxPool2d", "2")),
        lambda: editing.propose(MISFIT),
        lambda: editing.propose(RemoveLayer("L8"), RemoveBlock("B3")),
        *(editing.undo, editing.undo, editing.redo, editing.undo, editing.undo),
        lambda: editing.replace(load_template("lenet5")),
    ):
        seen.clear()
        act()
        assert seen
        assert all(shown == look(editing) for shown in seen)


@pytest.mark.parametrize("method", ["edit", "propose"])
def test_an_edit_that_cannot_be_done_changes_nothing(method):
    sketch = Sketch(LENET)
    sketch.edit(RemoveBlock("B3"))
    sketch.undo()
    before = look(sketch)
    for hopeless, says in [
        ((RemoveBlock("B2"), RemoveBlock("B99")), "B99"),
        ((AddLayer("Conv9d"),), "did you mean"),
        ((SetParams("C1", "six"),), "six"),
        (("B3",), "'B3' is no edit"),
    ]:
        with pytest.raises(ArchitectureError, match=says):
            getattr(sketch, method)(*hopeless)
        assert look(sketch) == before
        assert sketch.can_redo
    with pytest.raises(ArchitectureError, match="no edit"):
        getattr(sketch, method)(["x" * 10**6])


@pytest.mark.parametrize("method", ["edit", "propose"])
def test_an_edit_that_changes_nothing_is_no_step_of_undo(method):
    sketch = Sketch(LENET)
    assert getattr(sketch, method)() == getattr(sketch, method)(MoveLayer("L2", 1)) == ()
    assert not sketch.can_undo


def test_a_template_is_taken_by_its_name_and_tells_what_it_gave_up():
    sketch = Sketch("vgg16")
    assert [(change.item, change.old, change.new) for change in sketch.repairs] == [("C44", 2, 1)]
    sketch = Sketch(load_template("lenet", input_shape=(3, 8, 8), classes=7))
    repairs = sketch.replace("vgg16")
    assert sketch.architecture == load_template("vgg16", input_shape=(3, 8, 8), classes=7)
    assert sketch.repairs == repairs
    assert [(change.item, change.old, change.new) for change in repairs] == [("C34", 2, 1), ("C44", 2, 1)]
    for name in ("vgg61", "no such"):
        with pytest.raises(ArchitectureError, match="unknown template"):
            sketch.replace(name)
    assert sketch.architecture.name == "vgg16"


def test_another_template_is_fitted_to_the_data_and_can_be_undone():
    sketch = Sketch(load_template("lenet", input_shape=(3, 32, 32), classes=7))
    before = sketch.architecture
    repairs = sketch.replace(load_template("lenet5"))
    assert sketch.repairs == repairs
    assert (sketch.architecture.name, sketch.architecture.input_shape) == ("lenet5", (3, 32, 32))
    assert infer(sketch.architecture).outputs == (7,)
    assert ("in_channels", 1, 3) in {(change.name, change.old, change.new) for change in repairs}
    assert sketch.log[-1].arguments == {"architecture": to_json(load_template("lenet5"))}
    with pytest.raises(ShapeError):
        sketch.replace(apply(LENET, MISFIT))
    assert sketch.architecture.name == "lenet5"
    sketch.undo()
    assert sketch.architecture == before
    assert not sketch.can_undo


# Drafts --------------------------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_kept_as_a_draft_and_told():
    sketch = Sketch(LENET)
    assert sketch.propose(MISFIT) == ()
    assert sketch.architecture == LENET
    assert sketch.draft == sketch.drawn == apply(LENET, MISFIT)
    assert sketch.problem.message == "Conv2d gets 10 features"
    assert (sketch.repairs, sketch.can_undo, sketch.can_redo) == ((), True, False)
    assert [(entry.action, entry.outcome) for entry in sketch.log] == [("propose", "done")]


def test_edit_refuses_what_does_not_fit_also_on_a_draft():
    sketch = Sketch(LENET)
    with pytest.raises(ShapeError):
        sketch.edit(MISFIT)
    assert sketch.draft is None
    sketch.propose(MISFIT)
    before = look(sketch)
    with pytest.raises(ShapeError):
        sketch.edit(RemoveBlock("B3"))
    assert look(sketch) == before


def test_drafts_build_on_drafts_and_an_edit_mends_them():
    sketch = Sketch(LENET)
    sketch.propose(MISFIT)
    sketch.propose(RemoveBlock("B3"))
    assert "B3" not in sketch.draft.block_ids
    assert "B3" in sketch.architecture.block_ids
    sketch.propose(RemoveLayer("L8"))
    assert (sketch.draft, sketch.problem) == (None, None)
    assert sketch.architecture.layers == revise(LENET, RemoveBlock("B3"))[0].layers
    shown = []
    for _ in range(3):
        sketch.undo()
        shown.append((sketch.draft is None, "B3" in sketch.drawn.block_ids))
    assert shown == [(False, False), (False, True), (True, True)]
    assert sketch.architecture == LENET
    assert not sketch.can_undo


def test_undo_mends_a_draft_and_redo_brings_it_back():
    sketch = Sketch(LENET)
    sketch.propose(MISFIT)
    before = look(sketch)
    sketch.undo()
    assert (sketch.drawn, sketch.draft, sketch.problem) == (LENET, None, None)
    sketch.redo()
    assert look(sketch) == before


def test_a_draft_that_an_edit_does_not_change_is_no_step_of_undo():
    sketch = Sketch(LENET)
    sketch.propose(MISFIT)
    sketch.propose(MoveLayer("L2", 1))
    sketch.undo()
    assert not sketch.can_undo


def test_a_draft_is_mended_by_its_remedy():
    sketch = Sketch(repair(network("Conv2d(, 6, 3)", "Linear"))[0])
    sketch.propose(AddBlock("L1", "Conv2d", ", 6, 2"))
    assert sketch.problem.remedy == "use Conv2d with kernel_size=3, stride=1, padding=0 in B3"
    sketch.propose(*map(edit_from_json, sketch.problem.fix))
    assert (sketch.draft, sketch.problem) == (None, None)
    assert len(sketch.architecture.layers[0].blocks) == 2


def test_what_fits_but_for_its_size_is_a_draft_like_any_other():
    sketch = Sketch(LENET)
    sketch.propose(*GIGANTIC)
    assert "at most 536,870,912" in str(sketch.problem)
    before = look(sketch)
    sketch.propose(MISFIT)
    sketch.undo()
    assert look(sketch)[0] == before[0]
    assert sketch.problem is not None
    sketch.undo()
    sketch.redo()
    assert look(sketch) == before


def test_another_template_takes_a_drafts_place():
    sketch = Sketch(LENET)
    sketch.propose(MISFIT)
    draft = sketch.draft
    sketch.replace(load_template("lenet5"))
    assert (sketch.draft, sketch.architecture) == (None, load_template("lenet5"))
    sketch.undo()
    assert sketch.draft == draft


# Any edits -----------------------------------------------------------------------------------------------------------

SMALL = Sketch(
    network("Conv2d(, 6, 3) | Conv2d(, 6, 5); ReLU", "ReLU", "Conv2d(, 8, 3)", "Linear", links="L1-L4", shape=(1, 9, 9))
).architecture


@given(st.data())
@settings(max_examples=200)
def test_whatever_is_proposed_the_architecture_fits_and_undo_is_exact(data):
    sketch = Sketch(SMALL)
    past, future = [], []
    for _ in range(data.draw(st.integers(1, 8))):
        before = sketch.drawn
        name = data.draw(st.sampled_from(["propose", "propose", "propose", "edit", "undo", "redo"]))
        arguments = (data.draw(edits(before)),) if name in ("propose", "edit") else ()
        # Any other error than ours is a failure.
        _, error = tried(getattr(sketch, name), *arguments)
        now = sketch.drawn
        if error is not None:
            assert now == before
            assert error.where
        elif name == "undo":
            future.append(before)
            assert now == past.pop()
        elif name == "redo":
            past.append(before)
            assert now == future.pop()
        elif now != before:
            past.append(before)
            future.clear()
        infer(sketch.architecture)
        check(now)
        assert (sketch.draft is None) == (sketch.problem is None) == (now is sketch.architecture)
        assert (sketch.can_undo, sketch.can_redo) == (bool(past), bool(future))
        assert sketch.log[-1].outcome == ("done" if error is None else f"failed: {error}")
    end, steps = sketch.drawn, len(past)
    for _ in range(steps):
        sketch.undo()
        assert sketch.drawn == past.pop()
    assert (sketch.architecture, sketch.draft) == (SMALL, None)
    assert not sketch.can_undo
    for _ in range(steps):
        sketch.redo()
    assert sketch.drawn == end


# A session with a draft ----------------------------------------------------------------------------------------------


def test_a_draft_leaves_the_search_as_it_is(session):
    before, portrayed, supernet = weights(session), portrait(session), session.state.weights.supernet
    session.propose(MISFIT)
    assert portrait(session) == portrayed | {"traits": (*portrayed["traits"][:3], True, False)}
    session.propose(RemoveBlock("B3"))
    session.undo()
    session.undo()
    session.redo()
    session.undo()
    assert session.state.weights.supernet is supernet
    assert equal(weights(session), before)
    assert portrait(session) == portrayed | {"traits": (*portrayed["traits"][:3], False, True)}


def test_the_search_waits_while_there_is_a_draft_and_says_why(session, tmp_path):
    mask = Mask.full(session.architecture)
    session.propose(MISFIT)
    before, portrayed = weights(session), portrait(session)
    for name, act in {
        "train": lambda: session.train(1),
        "step": session.step,
        "evaluate": lambda: session.evaluate(mask),
        "finalize": lambda: session.finalize(mask, epochs=1),
    }.items():
        with pytest.raises(SessionError, match="the network does not fit") as caught:
            act()
        assert caught.value.where == name
        assert "Conv2d gets 10 features" in caught.value.message
        assert caught.value.remedy == "mend it, or call undo()"
        assert session.log[-1].outcome == f"failed: {caught.value}"
    with pytest.raises(SessionError, match="the network does not fit"):
        next(session.evolve(2))
    assert portrait(session) == portrayed
    assert equal(weights(session), before)
    session.undo()
    assert is_usable(session)
    assert session.step()


def test_a_mended_draft_is_trained_on(session):
    session.propose(MISFIT)
    session.propose(RemoveBlock("B3"))
    session.propose(RemoveLayer("L8"))
    assert session.problem is None
    assert "B3" not in session.state.weights.supernet.architecture.block_ids
    assert is_usable(session)
    session.step()
    session.undo()
    assert "B3" not in session.draft.block_ids
    session.undo()
    session.undo()
    assert "B3" in session.state.weights.supernet.architecture.block_ids
    assert is_usable(session)


def test_a_session_takes_another_template(session):
    before, kept = session.architecture, weights(session)
    session.replace(load_template("lenet5", width=0.25))
    assert (session.architecture.name, session.architecture.input_shape) == ("lenet5", (1, 8, 8))
    assert session.candidates["stale"].all()
    session.undo()
    assert session.architecture == before
    assert equal(weights(session), kept)
    session.redo()
    assert is_usable(session)
    assert session.step()


@pytest.mark.parametrize("proposed", [(MISFIT,), GIGANTIC, (SetMerge("L5", "concat"), MISFIT)])
def test_a_draft_is_saved_and_comes_back(session, data, tmp_path, proposed):
    session.propose(*proposed)
    session.propose(RemoveBlock("B3"))
    session.undo()
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")
    assert look(back) == look(session)
    assert (back.architecture, back.can_redo) == (session.architecture, True)
    assert portrait(back) == portrait(session)
    with pytest.raises(SessionError, match="the network does not fit"):
        back.train(1)
    for each in (session, back):
        each.redo()
        each.undo()
        each.undo()
    assert look(back) == look(session)
    assert portrait(back) == portrait(session)
    assert is_usable(back)
