import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.area import Having, Polygon, Rectangle, area_from_json, area_to_json

numbers = st.floats(-100, 100)
NOBODY = Mask.of()


@given(numbers, numbers, st.tuples(numbers, numbers).map(sorted), st.tuples(numbers, numbers).map(sorted))
def test_a_rectangle_is_the_polygon_of_its_corners(x, y, width, height):
    (left, right), (bottom, top) = width, height
    rectangle = Rectangle((left, right), (bottom, top))
    polygon = Polygon(((left, bottom), (right, bottom), (right, top), (left, top)))
    if x not in width and y not in height:  # edges belong to the rectangle alone
        assert rectangle.holds(NOBODY, (x, y)) == polygon.holds(NOBODY, (x, y))


def test_edges_belong_to_a_rectangle():
    rectangle = Rectangle((0, 1), (2, 3))
    assert rectangle.holds(NOBODY, (0, 2))
    assert rectangle.holds(NOBODY, (1, 3))
    assert not rectangle.holds(NOBODY, (1.001, 3))
    assert Rectangle().holds(NOBODY, (1e300, -1e300))
    assert Rectangle(y=(0, 1)).holds(NOBODY, (1e300, 0.5))


def test_a_polygon_may_be_bent_and_cross_itself():
    bay = Polygon(((0, 0), (4, 0), (4, 4), (2, 1), (0, 4)))
    assert bay.holds(NOBODY, (1, 1))
    assert bay.holds(NOBODY, (3.5, 3))
    assert not bay.holds(NOBODY, (2, 2))
    star = Polygon(((0, 3), (2, -3), (-3, 1), (3, 1), (-2, -3)))
    assert star.holds(NOBODY, (0, 2))
    assert not star.holds(NOBODY, (0, 0)), "wound around twice"


def test_having_asks_for_all_of_its_blocks():
    having = Having(frozenset({"B1", "B2"}))
    assert having.holds(Mask.of("B1", "B2", "B3"), (0, 0))
    assert not having.holds(Mask.of("B1", "B3"), (0, 0))


@pytest.mark.parametrize(
    "area",
    [
        Rectangle((0.1, 2), (-1, 1e-9)),
        Rectangle(x=(0, 1)),
        Polygon(((0, 0), (1, 0.3), (0, 1))),
        Having(frozenset("ab")),
    ],
)
def test_areas_come_back_from_json(area):
    assert area_from_json(json.loads(json.dumps(area_to_json(area), allow_nan=False))) == area


@pytest.mark.parametrize(
    "state",
    [
        None,
        {},
        [],
        {"x": ["0", "1"]},
        {"x": ["0"], "y": ["0", "1"]},
        {"x": ["nan", "1"], "y": ["0", "1"]},
        {"corners": 3},
        {"corners": [[0, 1, 2]]},
        {"corners": [["a", "b"]]},
        {"blocks": "B1"},
        {"blocks": [1]},
    ],
)
def test_what_is_no_area_is_refused(state):
    with pytest.raises((KeyError, TypeError, ValueError)):
        area_from_json(state)


def test_a_rectangle_is_open_where_nothing_is_said():
    assert Rectangle().x == (-math.inf, math.inf)
