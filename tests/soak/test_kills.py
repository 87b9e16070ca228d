import pytest

from tests.soak.kills import killed


@pytest.mark.parametrize("seed", range(2))
def test_a_process_that_is_killed_leaves_what_its_log_leads_to(seed):
    killed(seed, longest=1.0)
