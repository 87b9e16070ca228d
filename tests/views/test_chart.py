from bqplot import Lines
from ipywidgets.widgets.widget import _instances

from oneshot_lab.views.chart import ACCENT, axes, close_figure, figure, fit, scales


def drawn():
    shared = scales()
    return figure([Lines(x=[1, 2], y=[3, 4], scales=shared, colors=[ACCENT])], axes(shared, x="size", y="accuracy"))


def test_axes_are_named_and_reach_over_the_values():
    made = drawn()
    fit(made, [0.0, 10.0], [2.0, 2.0])
    below, beside = made.axes
    assert (below.label, beside.label) == ("size", "accuracy")
    assert below.scale.min < 0 < 10 < below.scale.max
    assert beside.scale.min < 2 < beside.scale.max
    assert below.tick_values.tolist() == [0.0, 5.0, 10.0]
    close_figure(made)


def test_closing_leaves_nothing_behind():
    before = {*_instances}
    close_figure(drawn())
    assert {*_instances} <= before
