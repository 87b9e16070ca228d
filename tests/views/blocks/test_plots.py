"""What is plotted: shares with gaps where there is none, effects by how sure they are."""

import math

import numpy as np
import pytest

from oneshot_lab.search.fitness import Marginal
from oneshot_lab.views.blocks.plots import EffectChart, ShareChart
from oneshot_lab.views.blocks.table import BlockRow

UNKNOWN = Marginal(math.nan, math.nan, math.nan, 3, 0)
NOTHING = {"on_hover": lambda block: None, "on_click": lambda block: None}


def shares(*values, earlier=()):
    """A chart of shares, and each block's before."""
    earlier = earlier or [()] * len(values)
    chart = ShareChart("fitness", colour="black", **NOTHING)
    chart.draw(
        [
            BlockRow(f"B{index}", "L1", "", 0, None, value, UNKNOWN, (), before)
            for index, (value, before) in enumerate(zip(values, earlier, strict=True))
        ]
    )
    return chart


def effects(*values):
    chart = EffectChart(**NOTHING)
    chart.draw([BlockRow(f"B{index}", "L1", "", 0, None, None, effect) for index, effect in enumerate(values)])
    return chart


def sure(effect, margin=0.01):
    return Marginal(effect, effect - margin, effect + margin, 9, 9)


# Shares --------------------------------------------------------------------------------------------------------------


def test_a_share_is_a_line_with_a_dot_for_each_block():
    chart = shares(0.5, 1.0, 0.0)
    assert list(chart.line.x) == list(chart.dots.x) == [0, 1, 2]
    assert list(chart.line.y) == list(chart.dots.y) == [0.5, 1.0, 0.0]
    assert len(chart.earlier.y) == 0


def test_earlier_ones_stand_behind_the_fainter_the_older():
    chart = shares(0.5, 1.0, earlier=[(0.1, 0.2), (0.3, 0.4)])
    assert chart.earlier.y.tolist() == [[0.1, 0.3], [0.2, 0.4]]
    assert len(chart.earlier.opacities) == 2
    assert 0 < chart.earlier.opacities[0] < chart.earlier.opacities[1] < 1
    marks = chart.figure.marks
    assert marks.index(chart.earlier) < marks.index(chart.line) < marks.index(chart.columns)


def test_a_block_without_a_share_is_a_gap_and_no_dot():
    chart = shares(0.5, None, 1.0, earlier=[(None, 0.1), (None, None), (None, 0.2)])
    assert list(chart.dots.x) == [0, 2]
    assert np.isnan(chart.line.y[1])
    # bqplot takes a single line as a row by itself.
    assert chart.earlier.y.tolist() == [0.1, pytest.approx(math.nan, nan_ok=True), 0.2]


def test_a_single_block_is_a_dot():
    chart = shares(0.5, earlier=[(0.1, 0.2)])
    assert (list(chart.dots.y), len(chart.earlier.x)) == ([0.5], 0)


def test_without_any_share_nothing_is_drawn():
    chart = shares(None, None)
    assert (len(chart.line.x), len(chart.dots.x), len(chart.earlier.x)) == (0, 0, 0)


def test_the_scale_does_not_move():
    chart = shares(0.5, 0.6)
    assert (chart.y.min, chart.y.max, list(chart.axis.tick_values)) == (0, 1.05, [0, 0.5, 1])


# Effects -------------------------------------------------------------------------------------------------------------


def test_direction_and_doubt_are_the_shape_of_the_mark():
    chart = effects(sure(0.3), sure(-0.2), Marginal(0.1, -0.1, 0.3, 9, 9), UNKNOWN)
    shown = {mark.marker: list(zip(mark.x, mark.y, strict=True)) for mark in (chart.helps, chart.harms, chart.unsure)}
    assert shown == {"triangle-up": [(0, 0.3)], "triangle-down": [(1, -0.2)], "circle": [(2, 0.1)]}
    assert chart.intervals.x.tolist() == [[0, 0], [1, 1], [2, 2]]
    assert chart.intervals.y.tolist() == [pytest.approx([0.29, 0.31]), pytest.approx([-0.21, -0.19]), [-0.1, 0.3]]
    assert chart.zero.y.tolist() == [0, 0]


def test_an_effect_without_an_interval_is_a_mark_by_itself():
    chart = effects(Marginal(0.5, math.nan, math.nan, 1, 9))
    assert (list(chart.unsure.y), len(chart.intervals.x)) == ([0.5], 0)


@pytest.mark.parametrize(("largest", "reach"), [(0.17, 0.3), (0.15, 0.2), (-0.7, 1), (3.0, 5), (8.0, 10), (1e-5, 2e-5)])
def test_the_scale_is_round_and_even_about_zero(largest, reach):
    chart = effects(sure(largest, 0.0), UNKNOWN)
    assert (chart.y.min, chart.y.max) == (pytest.approx(-reach), pytest.approx(reach))
    assert list(chart.axis.tick_values) == pytest.approx([-reach, 0, reach])


def test_a_wide_interval_runs_out_of_the_chart_and_does_not_stretch_it():
    chart = effects(Marginal(0.3, -40.0, 40.6, 2, 2))
    assert chart.y.max == 0.5
    assert chart.intervals.y.tolist() == [-0.5, 0.5]


def test_without_any_effect_there_is_the_line_at_zero():
    chart = effects(UNKNOWN, Marginal(0.0, 0.0, 0.0, 2, 2))
    assert (chart.y.min, chart.y.max) == (-1, 1)
    assert list(chart.unsure.x) == [1]
