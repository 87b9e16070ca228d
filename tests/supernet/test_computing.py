import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
import torch

from oneshot_lab.supernet.computing import computing


def ask(inside=lambda: None):
    """The number of threads that torch computes in, in a thread of its own which has done something before."""
    found = []
    thread = Thread(target=lambda: found.append((inside(), torch.get_num_threads())[1]))
    thread.start()
    thread.join()
    return found[0]


def number(threads):
    with computing(threads):
        return torch.get_num_threads()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_number_is_that_of_the_thread_alone(threads):
    here, elsewhere = torch.get_num_threads(), ask()
    assert ask(lambda: number(threads)) == threads
    assert (torch.get_num_threads(), ask()) == (here, elsewhere)


def test_threads_that_want_other_numbers_have_them_at_once():
    here = torch.get_num_threads()
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(number, [1, 2, 3, 1, 2, 3] * 5)) == [1, 2, 3, 1, 2, 3] * 5
    assert torch.get_num_threads() == here


SUM = """
import torch
from oneshot_lab.supernet.computing import computing
from threading import Thread

x = torch.rand(3_000_000, generator=torch.Generator().manual_seed(0))
def add():
    with computing(1):
        print(x.sum().item().hex(), (x.view(3000, 1000) @ x[:1000]).sum().item().hex())
thread = Thread(target=add)
thread.start()
thread.join()
print(torch.get_num_threads())
"""


def test_results_are_those_of_the_number_whatever_the_environment_asks_for():
    def run(threads):
        return subprocess.run(
            [sys.executable, "-c", SUM],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)},
        ).stdout.split()

    one, two = run(1), run(2)
    assert one[:2] == two[:2]
    assert (one[2], two[2]) == ("1", "2")


def switches():
    return (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        torch.backends.cudnn.benchmark,
    )


def test_algorithms_that_repeat_are_asked_for_on_a_gpu_only_and_for_as_long_as_anybody_wants_them():
    gpu, before = torch.device("cuda", 0), switches()
    with computing(1, repeatable_on=torch.device("cpu")):
        assert switches() == before
    first, second = computing(1, repeatable_on=gpu), computing(1, repeatable_on=gpu)
    first.__enter__()
    assert switches() == (True, True, False)
    second.__enter__()
    first.__exit__(None, None, None)
    assert switches() == (True, True, False)
    second.__exit__(None, None, None)
    assert switches() == before
