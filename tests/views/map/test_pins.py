"""What stands beside the map about pinned candidates."""

import pytest

from oneshot_lab.views.map.info import CostCache, find_dots
from oneshot_lab.views.map.pins import Pins
from tests.views.maps import chart, evaluate


@pytest.fixture
def dots(session):
    masks = chart(session)
    evaluate(session, masks[:2], [2.0, 1.0])
    found = {dot.mask: dot for dot in find_dots(session, CostCache())}
    return [found[mask] for mask in masks[:2]]


@pytest.fixture
def pins(session):
    return Pins(session)


def test_one_tells_its_numbers_and_how_to_compare(pins, dots):
    pins.show(dots[:1])
    assert pins.layout.display is None
    assert "loss 2.000" in pins.table.value
    assert "click another dot" in pins.table.value


def test_two_are_compared_in_the_order_in_which_they_were_pinned(pins, dots):
    pins.show(dots)
    assert "<td>loss</td><td>2.000</td><td>1.000</td><td>-1.000</td>" in pins.table.value
    pins.show(dots[::-1])
    assert "<td>loss</td><td>1.000</td><td>2.000</td><td>+1.000</td>" in pins.table.value


def test_none_takes_no_room(pins, dots):
    pins.show(dots)
    pins.show([])
    assert pins.layout.display == "none"


def test_unpinning_is_the_sessions(session, pins, dots):
    session.pinned_candidates = tuple(dot.mask for dot in dots)
    pins.unpin.click()
    assert session.pinned_candidates == ()
