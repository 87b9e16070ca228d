"""The loss chart without a browser."""

import math
from types import SimpleNamespace

import pytest
from ipywidgets import Layout

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.session.sketch import Sketch
from oneshot_lab.views.lab import loss_chart
from oneshot_lab.views.lab.loss_chart import LossChart
from oneshot_lab.views.lab.loss_table import Intervention, LossTable
from tests.session.sessions import watchers
from tests.views.parts import living


def drawn(chart, monkeypatch, **values):
    """Draws a table of two generations, but for what is given."""
    plain = LossTable((0, 1), (4.0, 3.0), (2.0, 1.5), (1.0, 0.5), ())
    monkeypatch.setattr(loss_chart, "loss_table", lambda session: plain._replace(**values))
    # Anything in the log has it drawn anew.
    chart.session.refuse("here", SessionError("no"))


def news(chart):
    """What is said below the lines."""
    return chart.children[-1]


def test_it_follows_the_session(session):
    chart = LossChart(session)
    assert "Train the supernet" in news(chart).value
    assert chart.figure not in chart.children
    session.train(1)
    session.step()
    session.edit(RemoveBlock("B1"))
    session.step()
    assert chart.figure in chart.children
    assert list(chart.lowest.y) == [generation.loss_min for generation in session.generations]
    assert list(chart.highest.y) == [generation.loss_max for generation in session.generations]
    assert list(chart.signs.x) == [0.5]
    assert list(chart.signs.text) == ["E"]
    assert news(chart).value.startswith("generation 1: lowest ")
    assert news(chart).value.endswith("E edit")


def test_an_edit_and_its_training_stand_at_one_line(session, monkeypatch):
    chart = LossChart(session)
    came = ("edit", 1), ("training", 1), ("training", 2)
    drawn(chart, monkeypatch, interventions=tuple(Intervention(*each) for each in came))
    assert [*zip(chart.signs.x, chart.signs.text, strict=True)] == [(0.5, "ET"), (1.5, "T")]
    assert chart.steps.x.tolist() == [[0.5, 0.5], [1.5, 1.5]]


def test_one_bad_candidate_does_not_flatten_the_rest(session, monkeypatch):
    chart = LossChart(session)
    drawn(chart, monkeypatch)
    assert (chart.y.min, chart.y.max) == (pytest.approx(0.35), pytest.approx(3.65))
    assert list(chart.figure.axes[1].tick_values) == [1.0, 2.0, 3.0]
    drawn(chart, monkeypatch, highest=(900.0, 3.0))
    assert (chart.y.min, chart.y.max) == (pytest.approx(0.35), pytest.approx(3.65))


def test_where_all_losses_are_equal_there_is_room(session, monkeypatch):
    chart = LossChart(session)
    drawn(chart, monkeypatch, highest=(1.0, 1.0), mean=(1.0, 1.0), lowest=(1.0, 1.0))
    assert (chart.y.min, chart.y.max) == (0.5, 1.5)


def test_a_generation_without_a_finite_loss_is_a_gap(session, monkeypatch):
    chart = LossChart(session)
    nothing = (1.0, math.nan)
    drawn(chart, monkeypatch, highest=nothing, mean=nothing, lowest=nothing)
    assert list(chart.dots.x) == [0.0]
    assert "lowest none" in news(chart).value
    alone = (math.nan, math.nan)
    drawn(chart, monkeypatch, highest=alone, mean=alone, lowest=alone)
    assert chart.y.max > 0


@pytest.mark.parametrize(
    ("count", "ticks"), [(1, [0]), (3, [0, 1, 2]), (25, [0, 5, 10, 15, 20]), (101, [*range(0, 101, 10)])]
)
def test_few_generations_are_named(session, monkeypatch, count, ticks):
    chart = LossChart(session)
    losses = (1.0,) * count
    drawn(chart, monkeypatch, indices=tuple(range(count)), highest=losses, mean=losses, lowest=losses)
    assert list(chart.figure.axes[0].tick_values) == ticks


def test_what_is_no_session_is_refused():
    for target in (Sketch(load_template("lenet")), SimpleNamespace()):
        with pytest.raises(SessionError, match=r"LossChart: a S.*; expected a search session"):
            LossChart(target)


def test_closed_ten_times_it_leaves_nothing_behind(session):
    session.train(1)
    session.step()
    widgets, observers = living(), watchers(session)
    for _ in range(10):
        LossChart(session).close()
    layout = Layout()
    LossChart(session, layout=layout).close()
    assert layout.comm is not None
    layout.close()
    assert living() == widgets
    assert watchers(session) == observers
