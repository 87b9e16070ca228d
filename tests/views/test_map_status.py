import pytest

from oneshot_lab.views.map_info import Prices, find_dots, map_info
from oneshot_lab.views.map_status import lacking, legend, status_lines
from tests.views.maps import chart, evaluate


@pytest.fixture
def masks(session):
    return chart(session)


def lines(session):
    dots = find_dots(session, Prices())
    return status_lines(session, dots, map_info(dots, selected=session.selected_blocks))


def test_without_a_map_it_says_what_one_is_for_and_while_it_is_made_how_far_that_is(session):
    assert "There is no map yet" in lacking(session)
    session._set(status="mapping", progress=0.42)
    assert "42%" in lacking(session)
    assert "code is compiled once" in lacking(session)
    session._set(status="idle")


def test_without_scores_it_says_what_to_do_next(session, masks):
    assert lines(session) == [
        "40 candidates · 0 evaluated",
        "Train the supernet, then step the search, to see scores",
    ]
    session._set(training_losses=(1.0,))
    assert lines(session)[-1] == "Step the search to see scores"
    evaluate(session, masks[:1], [1.0])
    assert lines(session) == ["40 candidates · 1 evaluated · best 0.368"]
    session._weights.trained()
    session._publish()
    assert lines(session)[-1] == "No score holds since the last training or edit: step the search to see scores again"


def test_it_tells_of_the_region_its_blocks_and_the_selected_ones(session, masks):
    evaluate(session, masks[:1], [1.0])
    session.region(x=(0, 1), name="mine")
    session.selected_region, session.set_operation, session.selected_blocks = "mine", "intersection", ("B1",)
    first, second, third = lines(session)
    assert first == "mine: 10 candidates · 1 evaluated · best 0.368"
    assert second.startswith("intersection of mine: ")
    assert third.startswith("with B1 (selected blocks): ")


def test_what_goes_on_is_the_last_line(session, masks):
    session._set(status="training", progress=0.5, message="supernet: epoch 1 of 2")
    assert lines(session)[-1] == "training 50% supernet: epoch 1 of 2"
    session._set(status="idle")


def test_the_legend_shows_what_there_is(session, masks):
    dots = find_dots(session, Prices())
    assert "osl-map-bar" not in legend(map_info(dots), "accuracy")
    evaluate(session, masks[:9], [0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 2.5])
    dots = find_dots(session, Prices())
    info = map_info(dots, population=masks[:1], selected=("B1",), by="loss")
    assert "<span>≥ 0.170</span>" in legend(info, "loss")
    assert "newest generation" in legend(info, "loss")
    assert "has the selected blocks" in legend(info, "loss")
    assert "≤ 0.844" in legend(map_info(dots), "accuracy")
