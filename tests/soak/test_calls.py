import pytest

from tests.soak.calls import calls


@pytest.mark.parametrize("seed", range(6))
def test_any_calls_leave_a_session_that_saves_loads_and_replays_to_the_same_bits(seed):
    calls(seed)
