import math
from xml.etree import ElementTree

import pytest

from oneshot_lab.views.common.scale import VIRIDIS
from oneshot_lab.views.common.svg import stacked
from oneshot_lab.views.map.estimates import Estimate, Estimates
from oneshot_lab.views.map.info import CostCache, find_dots, map_info
from oneshot_lab.views.map.picture import BEST, HEAD, HEIGHT, RADIUS, WIDTH, map_piece
from tests.views.maps import chart, evaluate, land

SVG = "{http://www.w3.org/2000/svg}"


def drawn(info, by="accuracy"):
    piece = map_piece(info, by)
    return piece, ElementTree.fromstring(stacked([piece], title="the map"))


def texts(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def test_without_a_map_it_says_so():
    piece, root = drawn(map_info(()))
    assert texts(root) == ["There is no map of the search space yet."]
    assert piece.height < HEIGHT


@pytest.mark.parametrize("by", ["accuracy", "loss"])
def test_every_candidate_is_a_dot_and_those_that_stand_out_have_rings(session, by):
    masks = chart(session)
    evaluate(session, masks[:4], [0.4, 0.1, 0.9, math.nan])
    info = map_info(find_dots(session, CostCache()), by=by, population=masks[:3])
    _, root = drawn(info, by)
    circles = list(root.iter(f"{SVG}circle"))
    rings = [circle for circle in circles if circle.get("class") == "ring"]
    assert len(circles) - len(rings) == len(masks)
    assert len(rings) == 3 + 1
    assert sum(circle.get("fill") is not None for circle in circles) == 4
    # The best one's ring is around the dot with the best colour.
    best = next(ring for ring in rings if float(ring.get("r")) == BEST)
    (dot,) = [c for c in circles if c.get("fill") == VIRIDIS[-1]]
    assert (dot.get("cx"), dot.get("cy")) == (best.get("cx"), best.get("cy"))
    assert texts(root)[0] == "40 candidates, 4 evaluated"
    ends = {"accuracy": [math.exp(-0.9), math.exp(-0.1)], "loss": [0.9, 0.1]}[by]
    assert texts(root)[1:] == [f"{by} {ends[0]:.3f}", f"{ends[1]:.3f}"]


def test_dots_lie_inside_and_higher_ones_higher(session):
    masks = chart(session)
    info = map_info(find_dots(session, CostCache()))
    _, root = drawn(info)
    places = [(float(c.get("cx")), float(c.get("cy"))) for c in root.iter(f"{SVG}circle")]
    assert all(0 < x < WIDTH and HEAD < y < HEAD + HEIGHT for x, y in places)
    first, last = session.projection[masks[0]], session.projection[masks[-1]]
    assert first[1] < last[1]
    assert places[0][1] > places[-1][1]


def test_one_dot_and_dots_in_one_place_are_drawn(session):
    chart(session, 1)
    info = map_info(find_dots(session, CostCache()))
    _, root = drawn(info)
    (dot,) = root.iter(f"{SVG}circle")
    assert math.isfinite(float(dot.get("cx")))


@pytest.mark.parametrize(("by", "ends"), [("posterior", ["80.0 %", "84.0 %"]), ("uncertainty", ["± 2.0", "± 1.0"])])
def test_landmarks_are_diamonds_and_the_posterior_colours_all(session, by, ends):
    masks = chart(session, 5)
    evaluate(session, masks[:2], [0.4, 0.1])
    land(session, masks[1:3], [0.8, 0.7])
    of = {mask: Estimate(0.80 + 0.01 * place, 0.02 - 0.0025 * place) for place, mask in enumerate(masks)}
    estimates = Estimates(of, (masks[1], masks[0]), True)
    dots = find_dots(session, CostCache(), estimates=estimates)
    info = map_info(dots, by=by, estimates=estimates, best=masks[1])
    piece, root = drawn(info, by)
    diamonds, circles = list(root.iter(f"{SVG}polygon")), list(root.iter(f"{SVG}circle"))
    coloured = [c for c in circles if c.get("fill")]
    assert (len(diamonds), len(coloured)) == (2, 3)
    assert all(diamond.get("fill").startswith("#") for diamond in diamonds)
    # Of the others one was evaluated, and two were not.
    assert sorted(float(c.get("r")) < RADIUS for c in coloured) == [False, True, True]
    (tie,) = [c for c in circles if c.get("stroke-dasharray")]
    assert (tie.get("cx"), tie.get("r")) == (coloured[0].get("cx"), f"{BEST:g}")
    assert texts(root)[1:] == [
        f"{by} {ends[0]}",
        ends[1],
        ("diamonds: 2 landmarks · dotted: 1 candidate that cannot be told apart from the best"),
    ]
    assert piece.height > HEAD + HEIGHT
    guessed = estimates._replace(ties=(), is_calibrated=False)
    _, root = drawn(map_info(dots, by=by, estimates=guessed), by)
    assert texts(root)[1] == f"{by} (not calibrated) {ends[0]}"
    _, root = drawn(map_info(dots, estimates=estimates), "accuracy")
    assert [diamond.get("fill") for diamond in root.iter(f"{SVG}polygon")] == [VIRIDIS[-1], "none"]
