import pytest

from oneshot_lab.views.lab.size_slider import HEAVIEST, SizeSlider


@pytest.fixture
def asked():
    return []


@pytest.fixture
def slider(session, asked):
    made = SizeSlider(session, asked.append)
    made.show()
    yield made
    made.close()


@pytest.mark.parametrize("weight", [0.0, 0.02, 0.5, HEAVIEST, 5.0])
def test_a_weight_that_holds_is_shown_and_not_asked_for(slider, asked, session, weight):
    session.constrain(weight=weight)
    slider.show()
    assert slider.value == 1.0 - min(weight / HEAVIEST, 1.0) ** 0.5
    assert asked == []


@pytest.mark.parametrize(("place", "weight"), [(0.0, HEAVIEST), (0.5, 0.5), (0.9, 0.02)])
def test_where_it_is_moved_to_is_asked_for(slider, asked, place, weight):
    slider.value = place
    assert asked == [pytest.approx(weight)]


def test_it_stays_where_it_was_moved_to_until_something_else_holds(slider, asked, session):
    slider.value = 0.5
    slider.show()
    assert slider.value == 0.5
    slider.show(anew=True)
    assert slider.value == 1.0
    slider.value = 0.5
    session.constrain(limit=10**9)
    slider.show()
    assert slider.value == 1.0
    assert asked == [0.5, 0.5]
