import math
from dataclasses import replace

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.views.map.compare import LayerDifference, Number, compare, to_html
from oneshot_lab.views.map.estimates import Estimate
from oneshot_lab.views.map.info import Dot
from tests.session.state.test_calibration import GOOD

LENET = load_template("lenet")
FIRST = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")
SECOND = Mask.of("B2", "B4", "B5", "B6", "B8", "B9", "B11", "B12")


def dot(mask=FIRST, accuracy=0.9, loss=0.5, parameters=1000, *, stale=False):
    return Dot(mask, 0.0, 0.0, accuracy, loss, parameters, 2 * parameters, 0, stale)


def test_numbers_stand_beside_each_other_with_their_difference():
    numbers = compare(LENET, dot(), dot(SECOND, 0.95, 0.25, 3000)).numbers
    assert numbers == (
        Number("accuracy", "0.900", "0.950", "+0.050"),
        Number("loss", "0.500", "0.250", "-0.250"),
        Number("parameters", "1,000", "3,000", "+2,000"),
        Number("multiply-adds", "2,000", "6,000", "+4,000"),
    )


def test_only_layers_that_differ_are_told_with_the_blocks_of_each():
    found = compare(LENET, dot(), dot(SECOND))
    assert found.layers == (
        LayerDifference("L1", ("B1 Conv2d 1, 6, 3",), ("B2 Conv2d 1, 6, 5, padding=1",)),
        LayerDifference("L3", (), ("B6 Conv2d 6, 16, 5, padding=1",)),
    )
    assert found.same == 6


@pytest.mark.parametrize("other", [dot(SECOND, None, None), dot(SECOND, stale=True)])
def test_scores_that_there_are_not_are_dashes(other):
    accuracy = compare(LENET, dot(), other).numbers[0]
    assert accuracy == Number("accuracy", "0.900", "–", "–")


def test_posteriors_and_what_was_reached_come_first_in_percent():
    first = dot()._replace(estimate=Estimate(0.862, 0.008), trainings=(GOOD,))
    second = dot(SECOND, 0.95)._replace(estimate=Estimate(0.85, 0.011))
    assert compare(LENET, first, second).numbers[:3] == (
        Number("posterior", "86.2 % ± 0.8", "85.0 % ± 1.1", "-1.2\N{NO-BREAK SPACE}points"),
        Number("trained by itself", "75.0 %", "–", "–"),
        Number("score: accuracy", "90.0 %", "95.0 %", "+5.0\N{NO-BREAK SPACE}points"),
    )
    landmark = second._replace(trainings=(GOOD, replace(GOOD, accuracy=0.77), replace(GOOD, loss=math.nan)))
    assert compare(LENET, first, landmark).numbers[1] == Number(
        "trained by itself", "75.0 %", "76.0 %", "+1.0\N{NO-BREAK SPACE}points"
    )


def test_equal_networks_say_so():
    assert "the same blocks" in to_html(compare(LENET, dot(), dot()))


def test_the_table_holds_all_of_it_and_nothing_is_html():
    html = to_html(compare(LENET, dot(), dot(SECOND)))
    assert "<td>L1</td><td>B1 Conv2d 1, 6, 3</td><td>B2 Conv2d 1, 6, 5, padding=1</td>" in html
    assert html.count("<tr>") == 7
    numbers = compare(LENET, dot(), dot())._replace(numbers=(Number("<b>", "", "", ""),))
    assert "<b>" not in to_html(numbers)
