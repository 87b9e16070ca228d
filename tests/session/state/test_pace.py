import pytest

from oneshot_lab.architecture.templates import load_template
from oneshot_lab.session.state.pace import Pace
from oneshot_lab.supernet.recipes import get_recipe

NETWORK, RECIPE = load_template("lenet5"), get_recipe("sandwich")


def test_what_came_once_does_not_count():
    # The first step loads a library, and somebody pauses before the fourth.
    moments = [120.0, 120.5, 121.0, 999.0, 999.5, 1000.0]
    assert Pace.of(moments, RECIPE, architecture=NETWORK) == Pace(0.5, RECIPE, NETWORK)


@pytest.mark.parametrize("moments", [[], [120.0]])
def test_it_takes_two_steps(moments):
    assert Pace.of(moments, RECIPE, architecture=NETWORK) is None
