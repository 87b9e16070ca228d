import pytest

from oneshot_lab.search.constraint import Constraint
from oneshot_lab.views.pareto import ParetoChart


@pytest.fixture
def chart(session):
    chart = ParetoChart(session)
    yield chart
    chart.close()


def test_before_the_search_it_says_so(chart):
    assert chart.empty.layout.display is None
    assert chart.figure.layout.display == "none"


def test_candidates_and_their_front(chart, session):
    session.train(1)
    list(session.evolve(2))
    front = session.pareto("parameters")
    assert len(chart.dots.x) == len(session.current_candidates())
    assert chart.best.x.tolist() == [each.parameters for each in front]
    assert chart.front.y.tolist() == [each.accuracy for each in front]
    chart.measure.value = "macs"
    assert chart.best.x.tolist() == [each.macs for each in session.pareto("macs")]
    assert chart.figure.axes[0].label == "multiply-adds"
    assert f"{len(front)} of " in chart.told.value or "candidates are on the front" in chart.told.value


def test_a_dot_under_the_pointer_is_everywhere(chart, session):
    session.train(1)
    session.step()
    chart.dots.set_state({"hovered_point": 1})
    assert session.hovered_candidate == session.current_candidates()[1].mask
    assert len(chart.looked_at.x) == 1
    chart.dots.set_state({"hovered_point": None})
    assert session.hovered_candidate is None
    session.pinned_candidates = (session.best.mask,)
    assert chart.looked_at.x.tolist() == [session.best.parameters]


def test_what_size_costs_is_applied_together(chart, session):
    chart.measure.value, chart.weight.value, chart.limit.value = "macs", 0.5, 10_000_000
    assert session.constraint == Constraint()
    chart.apply.click()
    session.wait()
    assert session.constraint == Constraint("macs", 0.5, 10_000_000)
    session.constrain(measure="parameters", weight=0.0, limit=None)
    assert (chart.measure.value, chart.weight.value, chart.limit.value) == ("parameters", 0.0, 0)
