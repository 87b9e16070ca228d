import math

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.views.map.filter import FilterBar
from oneshot_lab.views.map.info import Dot, Filter
from tests.views.parts import living


def dot(accuracy, parameters, generation):
    return Dot(Mask.of("B1"), 0.0, 0.0, accuracy, 1.0, parameters, 1, generation, False)


DOTS = [dot(0.5, 1000, 0), dot(0.7, 3000, 1), dot(0.9, 2000, 4)]


@pytest.fixture
def changes():
    return []


@pytest.fixture
def bar(changes):
    bar = FilterBar(lambda: changes.append(bar.shown))
    bar.follow(DOTS)
    return bar


def test_sliders_span_what_there_is_and_hide_nothing(bar, changes):
    spans = {name: (slider.min, slider.max, *slider.value) for name, slider in bar.sliders.items()}
    assert spans == {
        "accuracy": (0.5, 0.9, 0.5, 0.9),
        "parameters": (1000, 3000, 1000, 3000),
        "generation": (0, 4, 0, 4),
    }
    assert (bar.shown, changes) == (Filter(), [])


def test_an_end_that_is_moved_is_a_limit_and_the_other_is_none(bar, changes):
    bar.sliders["accuracy"].value = (0.6, 0.9)
    assert changes == [Filter(accuracy=(0.6, math.inf))]
    bar.sliders["generation"].value = (0, 2)
    assert bar.shown == Filter(accuracy=(0.6, math.inf), generation=(-math.inf, 2))
    bar.reset.click()
    assert bar.shown == Filter()


def test_a_limit_stays_when_there_are_more_dots(bar, changes):
    bar.sliders["accuracy"].value = (0.6, 0.9)
    bar.follow([*DOTS, dot(0.99, 500, 7)])
    slider = bar.sliders["accuracy"]
    assert (slider.min, slider.max, slider.value) == (0.5, 0.99, (0.6, 0.99))
    assert len(changes) == 1


def test_what_does_not_differ_cannot_be_limited(changes):
    bar = FilterBar(lambda: changes.append(bar.shown))
    for dots in ([], DOTS[:1]):
        bar.follow(dots)
        assert all(slider.disabled for slider in bar.sliders.values())
    assert (bar.shown, changes) == (Filter(), [])


def test_closing_leaves_nothing_behind(bar):
    before = living()
    FilterBar(lambda: None).close()
    assert living() == before
