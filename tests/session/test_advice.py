"""What a session advises, and that an edit takes it."""

import pytest

import oneshot_lab as osl
from oneshot_lab.architecture.edits import AddComponent, AddLayer, RemoveBlock
from oneshot_lab.architecture.redundancy import find_redundancies
from oneshot_lab.errors import SessionError
from oneshot_lab.session.advice import Advice, find_advice
from oneshot_lab.session.sketch import Sketch
from tests.architecture.networks import network
from tests.session.sessions import small


@pytest.fixture
def sketch():
    return Sketch("lenet")


def kinds(target, layer):
    return [[component.kind for component in block.components] for block in target.architecture.layers[layer].blocks]


def test_blocks_that_add_no_function_are_named(data, sketch):
    session = small(data)
    assert [each.blocks for each in session.advice()] == [("B1", "B2", "B3"), ("B5", "B6", "B7"), ("B9", "B10")]
    first = sketch.advice()[0]
    assert first == Advice(
        kind="redundancy",
        what="B1, B2 and B3 are one convolution together",
        why="they are added up with nothing non-linear between, and B3 alone can compute as much",
        remedy="Put an activation into each",
        blocks=("B1", "B2", "B3"),
        edits=tuple(AddComponent(block, "ReLU", index=1) for block in ("B1", "B2", "B3")),
    )
    assert str(first) == f"{first.what}: {first.why}. Put an activation into each."
    assert len({each.key for each in sketch.advice()}) == 3


def test_an_edit_takes_an_advice_as_one_step_that_undo_takes_back(sketch):
    before, advice = sketch.architecture, sketch.advice()
    sketch.edit(advice[0])
    assert kinds(sketch, 0) == [["Conv2d", "ReLU"]] * 3
    assert sketch.advice() == advice[1:]
    sketch.undo()
    assert (sketch.architecture, sketch.advice(), sketch.can_undo) == (before, advice, False)
    sketch.edit(*advice, RemoveBlock("B4"))
    assert find_redundancies(sketch.architecture) == ()
    assert "B4" not in sketch.architecture.block_ids
    sketch.undo()
    assert (sketch.architecture, sketch.can_undo) == (before, False)


def test_the_log_and_the_copied_python_hold_ordinary_edits(data):
    session, other = small(data), small(data)
    advice = session.advice()[2]
    session.edit(advice)
    other.edit(*advice.edits)
    assert session.log[-1].arguments == other.log[-1].arguments
    assert session.to_python() == other.to_python()
    assert "osl.AddComponent(block='B9', kind='ReLU', params='', index=2)" in "".join(session.to_python())


def test_an_advice_on_another_network_is_refused_and_nothing_changes(sketch):
    advice, before = sketch.advice()[0], sketch.architecture
    sketch.edit(advice)
    now = sketch.architecture
    with pytest.raises(SessionError, match="the network gets no such advice") as refused:
        sketch.edit(RemoveBlock("B5"), advice)
    assert (sketch.architecture, refused.value.where) == (now, "advice")
    # What was edited elsewhere leaves it as it is.
    sketch.undo()
    sketch.edit(RemoveBlock("B5"))
    sketch.edit(advice)
    assert kinds(sketch, 0) == [["Conv2d", "ReLU"]] * 3
    assert sketch.architecture not in (now, before)


def test_an_advice_that_no_edit_does_says_what_to_do():
    sketch = Sketch(network("Flatten; Linear(, 10) | Flatten; Linear(, 10)"))
    (advice,) = sketch.advice()
    assert advice.edits == ()
    assert advice.remedy.startswith("Keep one of them: an activation here would cut")
    with pytest.raises(SessionError, match="no edit does what is advised; B1 and B2 are one Linear together: "):
        sketch.edit(advice)
    sketch.edit(RemoveBlock("B2"))
    assert sketch.advice() == ()


def test_there_is_none_on_a_draft(sketch):
    advice = sketch.advice()
    sketch.propose(AddLayer("Conv2d"))
    assert sketch.advice() == ()
    with pytest.raises(SessionError, match="no such advice"):
        sketch.edit(advice[0])
    sketch.undo()
    assert sketch.advice() == advice


def test_it_is_found_by_its_key(sketch):
    for advice in sketch.advice():
        assert find_advice(sketch.advice(), advice.key) == advice
    with pytest.raises(SessionError, match="expected an advice on the network as it is now"):
        find_advice(sketch.advice(), "redundancy B1 B2")


@pytest.mark.parametrize("name", osl.list_templates())
def test_of_the_templates_only_lenet_gets_any(name):
    assert bool(Sketch(name).advice()) == (name == "lenet")
