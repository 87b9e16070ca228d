import os
import subprocess
import sys

SCALED = """
import numpy as np
from oneshot_lab.space.blas import one_thread
from oneshot_lab.space.projection import _scaled

dots = np.random.default_rng(0).normal(size=(1300, 5))
with one_thread():
    print(_scaled(np.sqrt(((dots[:, None] - dots) ** 2).sum(axis=-1))).tobytes().hex())
"""

LIMITED = """
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_info

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space import projection
from oneshot_lab.space.blas import one_thread


def blas():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def work(_):
    with one_thread():
        return blas()


before, seen, scaled = blas(), [], projection._scaled
projection._scaled = lambda distances: seen.append(blas()) or scaled(distances)
projection.project([Mask.of("B1"), Mask.of("B2")], np.array([[0.0, 1.0], [1.0, 0.0]]), seed=0)
with ThreadPoolExecutor(4) as pool:
    seen += pool.map(work, range(8))
try:
    with one_thread():
        raise KeyError
except KeyError:
    print(before, seen == [{1}] * 9, blas())
"""


def run(code, threads):
    variables = {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **variables}
    )
    return done.stdout.strip()


def test_results_are_the_same_whatever_the_number_of_threads():
    assert run(SCALED, 1) == run(SCALED, 2)


def test_a_map_is_laid_out_in_one_thread_and_the_number_is_as_before_afterwards():
    assert run(LIMITED, 2) == "{2} True {2}"
