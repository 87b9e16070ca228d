import pytest

from oneshot_lab.architecture.edits import AddLink
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.views.lab.pareto import ParetoChart
from tests.views.parts import deliver


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


def test_another_views_candidate_stays_when_the_pointer_leaves_a_dot(chart, session):
    session.train(1)
    session.step()
    one, other = (each.mask for each in session.current_candidates()[:2])
    chart.dots.set_state({"hovered_point": 0})
    assert session.hovered_candidate == one
    session.hovered_candidate = other
    chart.dots.set_state({"hovered_point": None})
    assert session.hovered_candidate == other


def click(mark, index):
    deliver(mark, {"event": "element_click", "data": {"index": index, "x": 1, "y": 2}})


def test_a_click_on_a_dot_pins_its_candidate_or_no_longer(chart, session):
    session.train(1)
    list(session.evolve(2))
    masks = [each.mask for each in session.current_candidates()]
    for index in (0, 1, 2):
        click(chart.dots, index)
    assert session.pinned_candidates == (masks[1], masks[2])
    assert len(chart.looked_at.x) == 2
    click(chart.dots, 1)
    assert session.pinned_candidates == (masks[2],)
    session.pinned_candidates = ()
    click(chart.best, 0)
    assert session.pinned_candidates == (session.pareto()[0].mask,)
    for index in (-1, 1000, "0", None):
        click(chart.dots, index)
    deliver(chart.dots, {"event": "element_click", "data": None})
    assert session.pinned_candidates == (session.pareto()[0].mask,)


def test_a_pinned_network_with_blocks_that_cannot_matter_is_shown_and_unpinned(chart, session):
    session.train(1)
    session.step()
    # On the map a network may have some.
    session.edit(AddLink("L1", "L3"))
    first = session.architecture.layers[1].blocks[0].id
    idle = Mask.of(*(block for block in session.architecture.block_ids if block != first))
    (candidate,) = session.evaluate(idle)
    session.pinned_candidates = (idle,)
    assert chart.looked_at.x.tolist() == [candidate.parameters]
    click(chart.dots, [each.mask for each in session.current_candidates()].index(candidate.mask))
    assert session.pinned_candidates == ()


def test_with_landmarks_it_goes_by_the_posterior_mean_with_its_interval(chart, session):
    session.train(1)
    session.step()
    scored = session.current_candidates()
    assert chart.figure.axes[1].label == "accuracy"
    assert len(chart.intervals.y) == 0
    session.landmarks(2, epochs=1)
    known = session.posterior()
    rows = {mask: row for row, mask in enumerate(known.masks)}
    assert chart.figure.axes[1].label == "posterior mean"
    assert sorted(chart.dots.y) == pytest.approx(sorted(known.mean))
    front = [rows[each.mask] for each in session.pareto()]
    assert chart.best.y.tolist() == pytest.approx(known.mean[front])
    assert chart.intervals.y.tolist() == [[known.low[row], known.high[row]] for row in front]
    assert chart.told.value.endswith("no smaller one is as accurate by the posterior mean.")
    session.hovered_candidate = scored[0].mask
    row = rows[scored[0].mask]
    estimate = f"{100 * known.mean[row]:.1f} % ± {100 * known.half[row]:.1f}"
    assert f": posterior {estimate}, {scored[0].parameters:,} param" in chart.told.value
    session.hovered_candidate = None
    assert "candidates are on the front" in chart.told.value


def test_a_landmark_without_an_evaluation_has_a_dot(chart, session):
    session.landmarks(2, epochs=1)
    assert session.current_candidates() == []
    assert sorted(chart.dots.x) == sorted(each.parameters for each in session.trained_landmarks)
    assert len(chart.best.x) > 0


def test_the_dot_under_the_pointer_is_told(chart, session):
    session.train(1)
    session.step()
    candidate = session.current_candidates()[0]
    chart.dots.set_state({"hovered_point": 0})
    assert chart.told.value.endswith(
        f": accuracy {100 * candidate.accuracy:.1f} %, {candidate.parameters:,} parameters"
    )
    chart.measure.value = "macs"
    assert chart.told.value.endswith(f"{candidate.macs:,} multiply-adds")
    # What has no dot is told elsewhere.
    session.hovered_candidate = Mask.full(session.architecture)
    assert "candidates are on the front" in chart.told.value


def test_it_is_not_drawn_until_it_is_seen(chart, session):
    chart.seen = False
    session.train(1)
    session.step()
    assert len(chart.dots.x) == 0
    chart.seen = True
    assert len(chart.dots.x) == len(session.current_candidates())


def test_it_opens_with_what_holds_and_changes_nothing_else(session):
    session.constrain(measure="macs", weight=500.0, limit=10_000_000)
    chart = ParetoChart(session)
    assert (chart.measure.value, chart.weight.value, chart.limit.value) == ("macs", 500.0, 10_000_000)
    chart.apply.click()
    session.wait()
    assert session.log[-1].action == "constrain"
    assert len(session.log) == 2
    chart.limit.value = 9_000_000
    # Meanwhile, elsewhere.
    session.submit("weight", lambda: session.constrain(weight=2.0))
    chart.apply.click()
    session.wait()
    assert session.constraint == Constraint("macs", 2.0, 9_000_000)
    chart.close()


def test_a_limit_that_no_network_is_within_gives_way_to_what_holds(chart, session):
    session.constrain(limit=1_000_000)
    chart.limit.value = 3
    chart.apply.click()
    session.wait()
    assert session.log[-1].outcome.startswith("failed: limit: ")
    assert (chart.limit.value, session.constraint.limit) == (1_000_000, 1_000_000)


def test_the_limit_is_a_line_where_it_is_one_of_the_size_that_is_shown(chart, session):
    session.train(1)
    session.step()
    assert len(chart.edge.x) == 0
    limit = max(each.parameters for each in session.current_candidates())
    session.constrain(limit=limit)
    assert chart.edge.x.tolist() == [limit, limit]
    assert chart.edge.y.tolist() == [chart.axes[1].scale.min, chart.axes[1].scale.max]
    assert chart.told.value.endswith(f" The limit is {limit:,} parameters.")
    chart.measure.value = "macs"
    assert len(chart.edge.x) == 0
    assert "limit" not in chart.told.value
    chart.measure.value = "parameters"
    # Far away, it would squeeze the dots.
    session.constrain(limit=1000 * limit)
    assert len(chart.edge.x) == 0
    assert "The limit is" in chart.told.value


def test_what_size_costs_is_applied_together(chart, session):
    chart.measure.value, chart.weight.value, chart.limit.value = "macs", 0.5, 10_000_000
    assert session.constraint == Constraint()
    chart.apply.click()
    session.wait()
    assert session.constraint == Constraint("macs", 0.5, 10_000_000)
    session.constrain(measure="parameters", weight=0.0, limit=None)
    assert (chart.measure.value, chart.weight.value, chart.limit.value) == ("parameters", 0.0, 0)
