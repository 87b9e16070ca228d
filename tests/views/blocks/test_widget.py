"""The Block Information View without a browser: what it draws, when, and what it tells the session."""

import pytest

import oneshot_lab
from oneshot_lab.errors import SessionError
from oneshot_lab.session.sketch import Sketch
from oneshot_lab.views.blocks import widget as block_info
from oneshot_lab.views.blocks.table import block_table
from oneshot_lab.views.blocks.widget import BlockInfoView
from tests.session.sessions import small, watchers
from tests.views.parts import deliver, find, living, part


@pytest.fixture(scope="module")
def searched(data):
    """A session that has searched; what is looked at is put back by `view`."""
    session = small(data)
    session.train(1)
    for _ in range(3):
        session.step()
    session.region(blocks=["B1"], name="A <i>")
    session.region(masks=[session.best.mask], name="one")
    return session


@pytest.fixture
def view(searched):
    view = BlockInfoView(searched)
    yield view
    view.close()
    searched.selected_region, searched.hovered_block, searched.selected_blocks = "", "", ()


def point(chart, index):
    chart.columns.set_state({"hovered_point": index})


def click(chart, block):
    deliver(chart.columns, {"event": "element_click", "data": {"name": block}})


def drawings(view, monkeypatch):
    """Counts how often a table is worked out from now on."""
    calls = []
    monkeypatch.setattr(block_info, "block_table", lambda session: calls.append(1) or block_table(session))
    return calls


# What it draws -------------------------------------------------------------------------------------------------------


def test_it_draws_the_session(view, searched):
    assert oneshot_lab.BlockInfoView is BlockInfoView
    # Compared as text: some numbers are none.
    assert repr(view.table) == repr(block_table(searched))
    assert list(view.fitness.dots.y) == list(searched.block_fitness.values())
    assert len(view.fitness.earlier.y) == len(view.frequency.earlier.y) == 2
    assert [chart.blocks for chart in view.charts] == [searched.architecture.block_ids] * 3
    assert part(view, "osl-blocks-head").value.startswith("<b>Blocks of all candidates</b>")


def test_before_the_search_it_says_what_to_do(session):
    view = BlockInfoView(session)
    assert "Train the supernet" in part(view, "osl-blocks-lack").value
    assert not find(view, "osl-blocks-plots")
    session.train(1)
    session.step()
    assert part(view, "osl-blocks-lack").value == ""
    assert find(view, "osl-blocks-plots")
    session.step()
    assert view.table.generation == 1


def test_it_follows_the_region(view, searched):
    searched.selected_region = "A <i>"
    assert "Blocks in A &lt;i&gt;" in part(view, "osl-blocks-head").value
    assert view.table.candidates == len(searched.regions["A <i>"])
    assert view.frequency.dots.y[0] == 1.0
    searched.selected_region = "one"
    assert "One evaluated candidate" in part(view, "osl-blocks-lack").value
    assert set(view.frequency.dots.y) == {0.0, 1.0}


def test_it_follows_edits_and_regions(session):
    view = BlockInfoView(session)
    session.region(blocks=["B1"], name="A")
    session.selected_region = "A"
    session.edit(oneshot_lab.RemoveBlock("B1"))
    assert "B1" not in view.frequency.blocks
    assert "No candidate is inside" in part(view, "osl-blocks-lack").value
    assert not find(view, "osl-blocks-plots")


def test_it_sorts(view, searched):
    view.order.value = "fitness"
    values = [searched.block_fitness[block] for block in view.fitness.blocks]
    assert values == sorted(values, reverse=True)
    assert list(view.fitness.dots.y) == values
    assert BlockInfoView(searched, order="effect").order.value == "effect"


def test_one_drawing_for_what_changes_together(session, monkeypatch):
    session.train(1)
    view = BlockInfoView(session)
    calls = drawings(view, monkeypatch)
    session.step()
    assert len(calls) == 1
    session.hovered_block = "B1"
    session.selected_blocks = ("B1", "B2")
    assert len(calls) == 1


def test_what_is_no_session_or_order_is_refused(searched):
    with pytest.raises(SessionError, match="BlockInfoView: a Sketch; expected a search session"):
        BlockInfoView(Sketch(searched.architecture))
    with pytest.raises(SessionError, match="'size'; expected template or frequency or fitness or effect"):
        BlockInfoView(searched, order="size")


def test_it_is_short_in_a_notebook(view):
    assert repr(view) == "BlockInfoView('lenet')"


# What it tells the session, and the other way round ------------------------------------------------------------------


def test_the_block_under_the_pointer_is_the_sessions(view, searched):
    point(view.effect, 4)
    assert searched.hovered_block == "B5"
    assert "<b>B5</b> Conv2d" in part(view, "osl-blocks-foot").value
    assert [chart.columns.opacities[4] > 0 for chart in view.charts] == [True] * 3
    point(view.effect, None)
    assert searched.hovered_block == ""
    assert "B5" not in part(view, "osl-blocks-foot").value


def test_from_one_chart_to_the_next_it_stays(view, searched):
    seen = []
    searched.observe(lambda change: seen.append(change.new), "hovered_block")
    point(view.frequency, 4)
    point(view.fitness, 4)
    point(view.frequency, None)
    assert seen == ["B5"]
    point(view.fitness, None)
    assert seen == ["B5", ""]


def test_what_another_view_points_at_is_shown_and_not_taken_away(view, searched):
    point(view.frequency, 0)
    searched.hovered_block = "B7"
    assert "<b>B7</b>" in part(view, "osl-blocks-foot").value
    assert view.frequency.strong.text[6] == "B7"
    point(view.frequency, None)
    assert searched.hovered_block == "B7"


def test_a_chart_that_never_said_that_the_pointer_left_does_not_hold_on_to_it(view, searched):
    point(view.frequency, 4)
    point(view.effect, 6)
    point(view.effect, None)
    assert searched.hovered_block == ""


def test_closed_under_the_pointer_it_lets_go(searched):
    for pointed_at, left in (("", ""), ("B7", "B7")):
        view = BlockInfoView(searched)
        point(view.effect, 4)
        searched.hovered_block = pointed_at or searched.hovered_block
        view.close()
        assert searched.hovered_block == left
    searched.hovered_block = ""


def test_sorted_anew_the_block_under_the_pointer_is_another(view, searched):
    point(view.frequency, 0)
    assert searched.hovered_block == "B1"
    view.order.value = "effect"
    assert searched.hovered_block == view.frequency.blocks[0] != "B1"
    assert view.frequency.columns.opacities[0] > 0
    # Unless somebody points elsewhere meanwhile.
    searched.hovered_block = "B7"
    view.order.value = "template"
    assert searched.hovered_block == "B7"


def test_sorted_the_pointer_means_what_stands_there(view, searched):
    view.order.value = "effect"
    point(view.frequency, 0)
    assert searched.hovered_block == view.frequency.blocks[0] != "B1"


def test_a_click_selects_and_unselects(view, searched):
    click(view.frequency, "B5")
    click(view.effect, "B2")
    assert searched.selected_blocks == ("B2", "B5")
    click(view.fitness, "B5")
    assert searched.selected_blocks == ("B2",)
    assert view.frequency.strong.text[1] == "B2"


def test_blocks_that_are_not_there_are_not_shown(view, searched):
    searched.hovered_block, searched.selected_blocks = "B99", ("B98",)
    assert not any(view.frequency.columns.opacities)
    click(view.frequency, "B1")
    assert searched.selected_blocks == ("B1",)


# The end -------------------------------------------------------------------------------------------------------------


def test_closed_ten_times_it_leaves_nothing_behind(searched):
    widgets = living()
    observers = watchers(searched)
    for _ in range(10):
        view = BlockInfoView(searched)
        searched.selected_region = "one"
        view.close()
        searched.selected_region = ""
    assert living() == widgets
    assert watchers(searched) == observers
    view.close()


def test_a_layout_that_was_given_stays(searched):
    from ipywidgets import Layout

    layout = Layout(width="50%")
    BlockInfoView(searched, layout=layout).close()
    assert layout.comm is not None
    layout.close()
