import json
import math

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import MaskError, SessionError
from oneshot_lab.session.region_arguments import area_arguments, check_name, choose_area
from oneshot_lab.space.area import Having, Polygon, Rectangle

LENET = load_template("lenet")
FULL = Mask.full(LENET)


@pytest.mark.parametrize(
    ("given", "area"),
    [
        ({"x": (0, 1), "y": (2, 3)}, Rectangle((0, 1), (2, 3))),
        ({"x": [1, 0]}, Rectangle((0, 1))),
        ({"y": (2, 3)}, Rectangle(y=(2, 3))),
        ({"polygon": [(0, 0), (1, 0), [0, 1]]}, Polygon(((0, 0), (1, 0), (0, 1)))),
        ({"blocks": ["B1", "B2"]}, Having(frozenset({"B1", "B2"}))),
        ({"blocks": "B12"}, Having(frozenset({"B12"}))),
        ({"masks": [FULL]}, None),
        ({"masks": []}, None),
    ],
)
def test_what_is_chosen_is_chosen_again_by_its_line_in_the_log(given, area):
    chosen = choose_area(LENET, **given)
    assert chosen[0] == area
    arguments = json.loads(json.dumps(area_arguments(*chosen), allow_nan=False))
    if "masks" in arguments:
        arguments["masks"] = [Mask(frozenset(blocks)) for blocks in arguments["masks"]]
    assert choose_area(LENET, **arguments) == chosen


def test_a_rectangle_without_a_side_is_open_there():
    area, _ = choose_area(LENET, x=(0, 1))
    assert area.y == (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "region"),
        ({"x": (0, 1), "masks": []}, "region"),
        ({"blocks": ["B1"], "polygon": []}, "region"),
        ({"x": 3}, "x"),
        ({"x": (0, 1), "y": (0, math.nan)}, "y"),
        ({"x": (0, math.inf)}, "x"),
        ({"x": (0, 1, 2)}, "x"),
        ({"y": ("a", "b")}, "y"),
        ({"polygon": [(0, 0), (1, 1)]}, "polygon"),
        ({"polygon": [(0, 0)] * 20_000}, "polygon"),
        ({"polygon": [0, 1, 2]}, "polygon"),
        ({"masks": [3]}, "masks"),
        ({"blocks": []}, "blocks"),
    ],
)
def test_what_chooses_nothing_is_refused(given, where):
    with pytest.raises(SessionError) as caught:
        choose_area(LENET, **given)
    assert caught.value.where == where
    assert caught.value.expected


def test_unknown_blocks_and_masks_that_are_no_network_are_refused():
    with pytest.raises(SessionError, match="did you mean 'B12'"):
        choose_area(LENET, blocks=["B112"])
    for masks in ([Mask.of("B1")], ["B1"]):
        with pytest.raises(MaskError, match="switch on"):
            choose_area(LENET, masks=masks)
    with pytest.raises(MaskError, match="expected block ids"):
        choose_area(LENET, masks=["B1; B2"])


def test_masks_may_be_text():
    whole = Mask.full(LENET)
    assert choose_area(LENET, masks=[str(whole), repr(whole)]) == (None, (whole, whole))


@pytest.mark.parametrize("name", [None, 3, "", "a\nb", "x" * 61])
def test_a_name_is_a_short_line(name):
    with pytest.raises(SessionError, match="expected a line of 1 to 60 characters"):
        check_name(name)
    assert check_name("<b>") == "<b>"
