import pytest

from tests.soak.damage import mutations, truncations


@pytest.mark.parametrize("seed", range(5))
def test_a_file_that_was_cut_is_refused(seed):
    truncations(seed)


@pytest.mark.parametrize("seed", range(40))
def test_a_file_that_was_changed_is_refused_or_the_same(seed):
    mutations(seed)
