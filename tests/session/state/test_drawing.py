from oneshot_lab.architecture.edits import AddLayer, apply
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ShapeError
from oneshot_lab.session.state.drawing import Drawing

LENET = load_template("lenet")


def test_what_is_drawn_is_the_draft_where_there_is_one():
    drawing = Drawing(LENET)
    assert drawing.drawn is LENET
    drawing.draft, drawing.problem = apply(LENET, AddLayer("Conv2d")), ShapeError("it does not fit")
    assert drawing.drawn is drawing.draft
    shown = drawing.published()
    assert (shown["architecture"], shown["draft"], shown["problem"]) == (LENET, drawing.draft, drawing.problem)


def test_undo_and_redo_are_there_where_there_is_a_network_to_go_to():
    assert not {"can_undo", "can_redo"} & {name for name, value in Drawing(LENET).published().items() if value}
    shown = Drawing(LENET, past=[LENET], future=[LENET]).published()
    assert shown["can_undo"] is shown["can_redo"] is True


def test_two_drawings_share_no_past():
    one, other = Drawing(LENET), Drawing(LENET)
    one.past.append(LENET)
    assert other.past == []
