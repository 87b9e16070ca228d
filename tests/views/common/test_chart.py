from bqplot import Lines

from oneshot_lab.views.common.chart import ACCENT, axes, figure, fit, scales
from oneshot_lab.views.common.closing import close_all
from tests.views.parts import living


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
    close_all(made)


def test_closing_leaves_nothing_behind():
    before = living()
    close_all(drawn())
    assert living() <= before
