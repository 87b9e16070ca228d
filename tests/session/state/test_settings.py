from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from oneshot_lab.errors import SessionError
from oneshot_lab.session.session import SearchSession
from tests.session.sessions import SMALL, small


def in_a_thread(act):
    """Does something in a thread of its own, as a worker does: torch's number of threads is that thread's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()


def test_torch_computes_in_the_threads_of_the_settings(data):
    settings, before = small(data, threads=3).settings, torch.get_num_threads()
    assert in_a_thread(lambda: settings.compute(torch.get_num_threads)) == 3
    assert torch.get_num_threads() == before


def test_memory_that_does_not_suffice_is_told(data):
    def fail():
        raise MemoryError

    settings = small(data).settings
    with pytest.raises(SessionError, match="memory"):
        in_a_thread(lambda: settings.compute(fail))


def test_a_new_session_takes_them_as_arguments(data):
    settings = small(data, seed=5, recipe="paper", threads=2).settings
    again = SearchSession("lenet", data, **settings.arguments(), population_size=SMALL["population_size"]).settings
    assert again == settings
