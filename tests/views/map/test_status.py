import pytest

from oneshot_lab.views.map.estimates import Estimate, Estimates
from oneshot_lab.views.map.info import CostCache, find_dots, map_info
from oneshot_lab.views.map.status import lacking, legend, status_lines
from tests.session.sessions import publish, show
from tests.views.maps import chart, evaluate, land


@pytest.fixture
def masks(session):
    return chart(session)


def lines(session):
    dots = find_dots(session, CostCache())
    return status_lines(session, dots, map_info(dots, selected=session.selected_blocks))


def test_without_a_map_it_says_what_one_is_for_and_while_it_is_made_how_far_that_is(session):
    assert "There is no map yet" in lacking(session)
    show(session, status="mapping", progress=0.42)
    assert "42%" in lacking(session)
    assert "code is compiled once" in lacking(session)
    show(session, status="idle")


def test_without_scores_it_says_what_to_do_next(session, masks):
    assert lines(session) == [
        "40 candidates · 0 evaluated",
        "Train the supernet, then step the search, to see scores",
    ]
    session.state.training_losses = (1.0,)
    publish(session)
    assert lines(session)[-1] == "Step the search to see scores"
    evaluate(session, masks[:1], [1.0])
    assert lines(session) == ["40 candidates · 1 evaluated · best 0.368"]
    session.state.weights.trained()
    publish(session)
    assert lines(session)[-1] == "Training or an edit made all scores out of date: step the search for new ones"


def test_it_tells_of_the_region_its_blocks_and_the_selected_ones(session, masks):
    evaluate(session, masks[:1], [1.0])
    session.region(x=(0, 1), name="mine")
    session.selected_region, session.set_operation, session.selected_blocks = "mine", "intersection", ("B1",)
    first, second, third = lines(session)
    assert first == "mine: 10 candidates · 1 evaluated · best 0.368"
    assert second.startswith("intersection of mine: ")
    assert third.startswith("with B1 (selected blocks): ")


def test_what_goes_on_is_the_last_line(session, masks):
    show(session, status="training", progress=0.5, message="supernet: epoch 1 of 2")
    assert lines(session)[-1] == "training 50% supernet: epoch 1 of 2"
    show(session, status="idle")


def test_the_legend_shows_what_there_is(session, masks):
    dots = find_dots(session, CostCache())
    assert "osl-map-bar" not in legend(map_info(dots), "accuracy")
    evaluate(session, masks[:9], [0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 2.5])
    dots = find_dots(session, CostCache())
    info = map_info(dots, population=masks[:1], selected=("B1",), by="loss")
    assert "<span>≥ 0.170</span>" in legend(info, "loss")
    assert "newest generation" in legend(info, "loss")
    assert "has the selected blocks" in legend(info, "loss")
    assert "≤ 0.844" in legend(map_info(dots), "accuracy")


@pytest.mark.parametrize(("by", "low", "high"), [("posterior", "80.0 %", "85.0 %"), ("uncertainty", "± 2.0", "± 1.0")])
def test_the_legend_tells_of_landmarks_ties_and_the_posteriors_scale(session, masks, by, low, high):
    land(session, masks[:2], [0.8, 0.7])
    of = {mask: Estimate(0.80 + 0.05 * (place % 2), 0.02 - 0.01 * (place % 2)) for place, mask in enumerate(masks)}
    estimates = Estimates(of, tuple(masks[:3]), True)
    dots = find_dots(session, CostCache(), estimates=estimates)
    told = legend(map_info(dots, by=by, estimates=estimates, best=masks[0]), by)
    assert f"<span>{low}</span>" in told
    assert f"<span>{high} {by}</span>" in told
    assert 'osl-map-small"></span> not evaluated' in told
    assert 'osl-map-landmark"></span> landmark' in told
    assert "2 candidates cannot be told apart from the best" in told
    assert "not calibrated" not in told
    guessed = estimates._replace(ties=(), is_calibrated=False)
    assert "not calibrated: without landmarks" in legend(map_info(dots, by=by, estimates=guessed), by)
    by_score = legend(map_info(dots, estimates=guessed), "accuracy")
    assert "not calibrated" not in by_score
    assert 'osl-map-none"></span> not evaluated' in by_score
