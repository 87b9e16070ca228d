from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate import HeldOutRow
from oneshot_lab.views.common.closing import close_all
from oneshot_lab.views.lab.trust_chart import TrustChart

ONE, OTHER = Mask.of("B1"), Mask.of("B2")
HELD = HeldOutRow(ONE, 0.8, 0.79, 0.01, 0.77, 0.81)
MISSED = HeldOutRow(OTHER, 0.9, 0.6, 0.01, 0.58, 0.62)


def test_axes_hold_all_dots_and_intervals():
    chart = TrustChart()
    chart.show([HELD, MISSED])
    across, up = (axis.scale for axis in chart.axes)
    assert across.min < 0.8 < 0.9 < across.max
    assert up.min < 0.58 < 0.81 < up.max
    assert [row.mask for row in chart.ring({OTHER, Mask.of("B3")})] == [OTHER]
    assert chart.looked_at.y.tolist() == [0.6]
    close_all(chart.figure)


def test_without_a_place_where_both_are_equal_there_is_no_diagonal():
    chart = TrustChart()
    chart.show([MISSED])
    assert chart.diagonal.x.tolist() == []
    chart.show([])
    assert chart.held.x.tolist() == chart.intervals.x.tolist() == []
    close_all(chart.figure)
