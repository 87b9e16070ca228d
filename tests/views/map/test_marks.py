import math

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.area import Having, Polygon, Rectangle
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region
from oneshot_lab.views.common.scale import UNCERTAIN, VIRIDIS
from oneshot_lab.views.map.estimates import Estimate, Estimates
from oneshot_lab.views.map.info import Dot, map_info
from oneshot_lab.views.map.marks import PAPER, MapMarks
from tests.session.state.test_calibration import GOOD
from tests.views.parts import living

FIRST, SECOND, THIRD = (Mask.of(block) for block in ("B1", "B2", "B3"))
MAP = Projection({FIRST: (0.0, 0.0), SECOND: (10.0, 5.0)})


@pytest.fixture
def marks():
    marks = MapMarks()
    marks.follow(MAP)
    return marks


def shown(marks):
    return marks.x.min, marks.x.max, marks.y.min, marks.y.max


def draw(marks, *regions, selected="", focused=""):
    marks.draw_regions(regions, MAP, selected=selected, focused=focused, texts={})


def test_the_whole_map_is_shown_with_some_room(marks):
    assert shown(marks) == pytest.approx((-0.8, 10.8, -0.4, 5.4))


def test_newcomers_inside_change_nothing_and_those_outside_widen_it(marks):
    before = shown(marks)
    marks.follow(Projection({**MAP.places, THIRD: (5.0, 5.2)}))
    assert shown(marks) == before
    marks.follow(Projection({**MAP.places, THIRD: (20.0, 2.0)}))
    left, right, *_ = shown(marks)
    assert left <= before[0]
    assert right > 20


def test_who_has_zoomed_in_stays_there_until_the_map_is_another(marks):
    marks.x.min, marks.x.max = 1.0, 2.0
    marks.follow(Projection({**MAP.places, THIRD: (5.0, 5.0)}))
    assert (marks.x.min, marks.x.max) == (1.0, 2.0)
    marks.follow(Projection({FIRST: (100.0, 0.0), SECOND: (200.0, 5.0)}))
    assert marks.x.min == pytest.approx(92.0)


def test_one_dot_and_none_have_a_map_of_some_size(marks):
    alone = MapMarks()
    alone.follow(Projection({}))
    assert shown(alone) == (0, 1, 0, 1)
    alone.follow(Projection({FIRST: (3.0, 4.0)}))
    assert shown(alone) == (2.0, 4.0, 3.0, 5.0)


def test_outlines_and_halos_stand_for_regions(marks):
    triangle = Region("triangle", frozenset(), (), Polygon(((0, 0), (4, 0), (0, 4))))
    box = Region("box", frozenset(), (), Rectangle((1, 2), (3, 4)))
    having = Region("having", frozenset({SECOND, THIRD}), (), Having(frozenset({"B2"})))
    draw(marks, triangle, box, having, selected="box", focused="having")
    assert marks.areas.x.tolist() == [[0, 4, 0, 0], [1, 2, 2, 1]]
    assert marks.areas.fill_opacities[0] < marks.areas.fill_opacities[1]
    assert (marks.halos.x.tolist(), marks.halos.y.tolist()) == ([10.0], [5.0])
    assert marks.labels.text.tolist() == ["triangle", "box"]
    draw(marks, having)
    assert (len(marks.areas.x), len(marks.halos.x), marks.labels.text.tolist()) == (0, 0, [])


def test_an_outline_without_an_end_leaves_the_map(marks):
    draw(marks, Region("left", frozenset(), (), Rectangle((-math.inf, 2))), focused="left")
    assert marks.areas.x.min() < marks.x.min
    assert marks.areas.y.max() > marks.y.max
    assert marks.labels.text.tolist() == ["left · search goes here"]
    # What it is called stays in sight.
    assert (marks.labels.x.tolist(), marks.labels.y.tolist()) == ([marks.x.min], [marks.y.min])


def test_at_the_right_of_the_map_a_label_ends_in_its_corner(marks):
    draw(marks, Region("right", frozenset(), (), Rectangle((9, math.inf), (0, 1))), focused="right")
    assert marks.labels.text.tolist() == []
    assert marks.ends.text.tolist() == ["right · search goes here"]
    assert (marks.ends.x.tolist(), marks.ends.y.tolist()) == ([marks.x.max], [0.0])


# Dots with landmarks and a posterior -------------------------------------------------------------------------------

OTHERS = (FIRST, SECOND, THIRD)
ESTIMATES = Estimates(
    {mask: Estimate(0.8 + 0.05 * at, 0.03 - 0.01 * at) for at, mask in enumerate(OTHERS)}, OTHERS[1:], True
)


def dot(at, *, trained=False, evaluated=True):
    score = (0.5 + 0.1 * at, 1.0) if evaluated else (None, None)
    known = Dot(OTHERS[at], float(at), 0.0, *score, 100, 200, 0, False, ESTIMATES.of[OTHERS[at]])
    return known._replace(trainings=(GOOD,) if trained else ())


def places(mark):
    return mark.x.tolist()


def test_landmarks_are_diamonds_on_top_of_dots_and_below_rings(marks):
    info = map_info((dot(0, trained=True), dot(1), dot(2, trained=True, evaluated=False)), estimates=ESTIMATES)
    marks.draw(info, "accuracy")
    assert (places(marks.scored), places(marks.hollow)) == ([1.0], [])
    assert marks.landmarks.marker == "diamond"
    # Without a score there is no colour by it: the paper's.
    assert sorted(zip(places(marks.landmarks), marks.landmarks.colors, strict=True)) == [
        (0.0, VIRIDIS[0]),
        (2.0, PAPER),
    ]
    order = marks.figure.marks
    assert order.index(marks.scored) < order.index(marks.landmarks) < order.index(marks.best)
    assert marks.landmarks.default_size > marks.scored.default_size


@pytest.mark.parametrize(
    ("by", "colours"), [("posterior", (VIRIDIS[0], VIRIDIS[-1])), ("uncertainty", UNCERTAIN[::-1])]
)
def test_by_the_posterior_what_was_not_evaluated_is_small_and_coloured(marks, by, colours):
    info = map_info((dot(0, evaluated=False), dot(2)), by=by, estimates=ESTIMATES)
    marks.draw(info, by)
    assert (places(marks.hollow), places(marks.scored)) == ([0.0], [2.0])
    assert (marks.hollow.colors, marks.scored.colors) == ([colours[0]], [colours[1]])
    assert marks.hollow.fill
    assert marks.hollow.default_size < marks.scored.default_size
    marks.draw(info, "accuracy")
    assert not marks.hollow.fill
    assert marks.hollow.default_size == marks.scored.default_size


def test_ties_have_a_dotted_ring_the_best_a_thick_one(marks):
    marks.draw(map_info((dot(0), dot(1), dot(2)), estimates=ESTIMATES, best=THIRD), "accuracy")
    assert (places(marks.ties), places(marks.best)) == ([1.0], [2.0])
    assert marks.ties.dash
    assert (marks.ties.stroke, marks.ties.default_size) == (marks.best.stroke, marks.best.default_size)
    assert marks.ties.stroke_width < marks.best.stroke_width


def test_closing_leaves_nothing_behind():
    before = living()
    MapMarks().close()
    assert living() == before
