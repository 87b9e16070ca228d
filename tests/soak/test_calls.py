from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.soak.calls import called


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_any_calls_leave_a_session_that_saves_loads_and_replays_to_the_same_bits(rng):
    called(rng)
