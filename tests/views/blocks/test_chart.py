"""A column for each block: where it is, what it shows and what the browser says of it."""

import numpy as np
import pytest

from oneshot_lab.views.blocks.chart import HOVERED, SELECTED, SLOT
from oneshot_lab.views.blocks.plots import ShareChart
from oneshot_lab.views.blocks.table import block_table
from tests.views.parts import deliver, living
from tests.views.samples import fake, mask

ROWS = block_table(fake((mask("B1"), 1.0, 0))).rows


class Heard(list):
    """What a chart says, in order."""

    def chart(self):
        return ShareChart(
            "frequency",
            colour="black",
            on_hover=lambda chart: self.append(chart.pointed),
            on_click=lambda block: self.append([block]),
        )


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def chart(heard):
    chart = heard.chart()
    chart.draw(ROWS)
    chart.emphasise("", ())
    return chart


def point(chart, index):
    """Says what the browser does when the pointer enters a column, or leaves it."""
    chart.columns.set_state({"hovered_point": index})


def click(chart, content):
    deliver(chart.columns, content)


def test_it_has_a_column_and_a_label_for_each_block(chart):
    assert chart.blocks == tuple(row.block for row in ROWS)
    assert list(chart.columns.names) == list(chart.labels.text) == list(chart.blocks)
    assert list(chart.columns.x) == list(chart.labels.x) == list(range(12))
    assert (chart.x.min, chart.x.max) == (-0.5, 11.5)


def test_columns_reach_from_the_top_to_below_the_labels(chart):
    height = float(chart.figure.layout.height.removesuffix("px"))
    width, tall = SLOT, 10**chart.columns.default_skew * SLOT
    assert width * tall == pytest.approx(chart.columns.default_size)
    assert tall == pytest.approx(height)
    margin = chart.figure.fig_margin
    plot = height - margin["top"] - margin["bottom"]
    middle = margin["top"] + plot * (1 - chart.columns.y[0])
    assert middle == pytest.approx(height / 2)


def test_many_blocks_need_room_and_long_names_are_turned(chart):
    narrow = chart.figure.layout.min_width
    rows = [row._replace(block=f"L{index}.B{index}") for index in range(60) for row in ROWS[:1]]
    chart.draw(rows)
    assert int(chart.figure.layout.min_width.removesuffix("px")) > int(narrow.removesuffix("px")) + 40 * SLOT
    assert (chart.labels.rotate_angle, chart.labels.align) == (-50.0, "end")
    assert chart.columns.default_skew < 1
    chart.draw(ROWS)
    assert (chart.labels.rotate_angle, chart.labels.align) == (0.0, "middle")
    assert chart.figure.layout.min_width == narrow


def test_the_pointed_and_the_selected_are_tinted_and_bold(chart):
    chart.emphasise("B2", {"B2", "B3", "B99"})
    assert chart.columns.opacities[:4] == pytest.approx([0.0, HOVERED + SELECTED, SELECTED, 0.0])
    assert list(chart.strong.text[:4]) == ["", "B2", "B3", ""]
    assert list(chart.labels.text[:4]) == ["B1", "", "", "B4"]


def test_it_says_where_the_pointer_is(chart, heard):
    point(chart, 2)
    assert (heard, chart.pointed) == (["B3"], "B3")
    point(chart, None)
    assert (heard, chart.pointed) == (["B3", ""], "")


def test_the_pointer_is_forgotten(chart, heard):
    point(chart, 2)
    chart.forget_pointer()
    assert (heard, chart.pointed) == (["B3", ""], "")


@pytest.mark.parametrize("index", [-1, 12, 10**9])
def test_a_place_without_a_block_is_none(chart, heard, index):
    point(chart, index)
    assert heard == [""]


def test_it_says_what_was_clicked(chart, heard):
    click(chart, {"event": "element_click", "data": {"name": "B5", "index": 4}})
    assert heard == [["B5"]]


@pytest.mark.parametrize(
    "data", [None, [], "B5", {}, {"name": 5}, {"name": ["B5"]}, {"name": {"B5": 1}}, {"name": "B99"}, {"index": 4}]
)
def test_a_click_that_names_no_block_is_none(chart, heard, data):
    click(chart, {"event": "element_click", "data": data})
    assert heard == []


def test_no_blocks_are_no_columns(chart):
    chart.draw(())
    chart.emphasise("B1", ("B1",))
    assert (chart.blocks, len(chart.columns.x), len(chart.strong.text)) == ((), 0, 0)


def test_closed_it_leaves_nothing_behind():
    before = living()
    chart = Heard().chart()
    chart.draw(ROWS)
    assert living() > before
    chart.close()
    assert living() == before
    assert np.all(chart.columns.x == np.arange(12))
