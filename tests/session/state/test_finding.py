import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.session.state import finding
from oneshot_lab.session.state.evaluations import Candidate

ODD = Candidate(Mask.of("B1"), 0.5, 0.5, 10, 100, 0, None, 1, "0" * 24)


@st.composite
def candidates(draw):
    numbers = st.tuples(st.integers(1, 5), st.integers(0, 4), st.sampled_from([0.1, 0.2, math.nan, math.inf]))
    return [
        replace(ODD, parameters=size, accuracy=right / 4, loss=loss) for size, right, loss in draw(st.lists(numbers))
    ]


@given(candidates())
def test_the_front_is_what_no_other_equals_or_beats_in_both(some):
    front = finding.front(some, "parameters")
    finite = [each for each in some if math.isfinite(each.loss)]
    sizes, accuracies = [each.parameters for each in front], [each.accuracy for each in front]
    assert sizes == sorted(set(sizes))
    assert accuracies == sorted(set(accuracies))
    # The oracle: whatever is left out has its equal or better in the front.
    for each in finite:
        assert any(one.parameters <= each.parameters and one.accuracy >= each.accuracy for one in front)
    assert all(one in finite for one in front)
