import math

from oneshot_lab.search.surrogate import Agreement
from oneshot_lab.views.lab.rankings import rankings_table

GOOD, FEW, NONE = Agreement(0.5, 0.0, 1.0, 8), Agreement(-0.5, math.nan, math.nan, 3), Agreement(*[math.nan] * 3, 8)


def test_each_is_a_row_with_tau_and_its_interval_as_far_as_they_are_known():
    table = rankings_table({"posterior": GOOD, "active blocks": FEW, "<b>": NONE})
    assert "<th>posterior</th><td>0.50</td><td>0.00 to 1.00</td>" in table
    assert "<th>active blocks</th><td>−0.50</td><td>–</td>" in table
    assert "<th>&lt;b&gt;</th><td>–</td><td>–</td><td></td>" in table
    assert table.count("osl-rankings-first") == 1


def test_they_are_drawn_from_reversed_on_the_left_to_equal_on_the_right():
    table = rankings_table({"posterior": GOOD, "active blocks": FEW})
    assert '<i style="left: 50.0%; width: 50.0%"></i><b style="left: 75.0%"></b>' in table
    assert '<span class="osl-rankings-bar" aria-hidden="true"><b style="left: 25.0%"></b>' in table
