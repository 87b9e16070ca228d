import gc
import weakref

import pytest

import oneshot_lab as osl
from oneshot_lab.architecture.edits import AddLayer, RemoveBlock
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ArchitectureError, ShapeError
from oneshot_lab.session.sketch import Sketch

LENET = load_template("lenet")


def test_a_network_is_repaired_and_edited_without_data():
    sketch = Sketch(LENET)
    assert (sketch.architecture, sketch.can_undo, sketch.width) == (LENET, False, 1.0)
    sketch.edit(RemoveBlock("B3"))
    assert "B3" not in sketch.architecture.block_ids
    assert [entry.action for entry in sketch.log] == ["edit"]
    sketch.undo()
    assert (sketch.architecture, sketch.can_redo) == (LENET, True)


def test_a_template_has_its_own_width():
    sketch = Sketch("lenet")
    sketch.replace("lenet5")
    assert sketch.architecture == load_template("lenet5")


def test_a_draft_is_kept_until_it_fits():
    sketch = Sketch(LENET)
    sketch.propose(AddLayer("Conv2d"))
    assert sketch.problem is not None
    assert (sketch.architecture, sketch.drawn) == (LENET, sketch.draft)
    sketch.undo()
    assert (sketch.problem, sketch.drawn) == (None, LENET)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ArchitectureError, match="did you mean 'lenet'"):
        Sketch("lennet")
    sketch = Sketch(LENET)
    with pytest.raises(ShapeError):
        sketch.edit(AddLayer("Conv2d"))
    assert sketch.architecture == LENET
    assert sketch.log[-1].outcome.startswith("failed: ")


def test_nothing_holds_a_sketch_that_nobody_has():
    sketch = Sketch(LENET)
    known = weakref.ref(sketch)
    del sketch
    assert gc.collect() * 0 or known() is None


def test_it_is_what_the_facade_gives():
    assert osl.Sketch is Sketch
