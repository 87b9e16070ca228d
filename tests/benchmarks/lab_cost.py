"""What the Lab costs: until the first map can be seen, of a training's time, and of memory in a long search."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from tests.benchmarks.lab import beside, opened_notebook
from tests.benchmarks.registry import Figure, benchmark, compare_seconds
from tests.ui.lab import RESTS, Lab
from tests.ui.notebook import Notebook

ROUNDS = 5

COLOURED = "() => [...document.querySelectorAll('.osl-map-dot')].some(dot => getComputedStyle(dot).fill !== 'none')"

# About six seconds on two cores.
BARE = """
import oneshot_lab as osl
session = osl.SearchSession("lenet", osl.load_data("digits", size=28), seed=0, bar=False)
"""
SHOWN = BARE + "lab = osl.Lab(session)"
EPOCHS = 4

# So many candidates that none of the generations is without new ones.
LONG = """
network = osl.widen_choices(osl.load_template("lenet"), kernels=(1, 3, 5, 7, 9))
lab = osl.Lab(osl.SearchSession(network, "digits", seed=0, bar=False))
"""
RESIDENT = "(__import__('gc').collect(), __import__('psutil').Process().memory_info().rss / 2**20)[1]"
WARM, MORE = 20, 200


@benchmark("lab_first_map_s")
def lab_first_map() -> Iterator[Figure]:
    """From opening a notebook to a trained template and a map with colours, by mouse; the second time."""
    with opened_notebook() as notebook:
        _first_map(notebook)
        notebook.execute("lab.close()")
        started = perf_counter()
        with beside(notebook) as another:
            _first_map(another)
            took = perf_counter() - started
    yield Figure("lab_first_map_s", took, "s", 30, at_most=True)


def _first_map(notebook: Notebook) -> None:
    bench = Lab(notebook, "import oneshot_lab as osl\nlab = osl.Lab(template='lenet', data='digits')")
    bench.press("Train")
    # Both can be pressed as soon as they make sense.
    bench.press("Step")
    notebook.page.wait_for_function(COLOURED)


@benchmark("lab_overhead")
def lab_overhead() -> Iterator[Figure]:
    """The same training in two kernels, in turn: with the Lab in the browser, and without any view."""
    with opened_notebook() as notebook:
        Lab(notebook, SHOWN)
        with beside(notebook) as other:
            other.execute(BARE)
            ratio, bare, shown = compare_seconds(lambda: _train(other), lambda: _train(notebook), rounds=ROUNDS)
    yield Figure("lab_overhead", ratio, "x", 1.1, at_most=True)
    yield Figure("  with the Lab", shown, "s")
    yield Figure("  without a view", bare, "s")


def _train(notebook: Notebook) -> float:
    """Trains in the background, as the Lab's button does, and returns how long the training says that it took."""
    notebook.execute(f"job = session.train.start({EPOCHS})")
    while not notebook.value(f"job.done and {RESTS}"):
        notebook.page.wait_for_timeout(500)
    # After the first one, the Lab makes the map.
    return float(notebook.value("[entry.seconds for entry in session.log if entry.action == 'train'][-1]"))


@benchmark("lab_memory_mb_200_kernel", "lab_memory_mb_200_browser")
def lab_memory() -> Iterator[Figure]:
    """How much the kernel and the page grow from generation 20 to generation 220."""
    with opened_notebook() as notebook:
        bench = Lab(notebook, LONG)
        notebook.execute("session.train(1)\nsession.project()")
        before = _search(bench, WARM)
        after = _search(bench, MORE)
    kernel, page = (more - less for less, more in zip(before, after, strict=True))
    yield Figure("lab_memory_mb_200_kernel", kernel, "MiB", 60, at_most=True)
    yield Figure("lab_memory_mb_200_browser", page, "MiB", 15, at_most=True)


def _search(bench: Lab, generations: int) -> tuple[float, float]:
    """Returns the kernel's memory and the page's, in MiB, after so many generations."""
    bench.notebook.execute(f"job = session.evolve.start({generations})")
    while not bench.value(f"job.done and {RESTS}"):
        bench.page.wait_for_timeout(500)
    client = bench.page.context.new_cdp_session(bench.page)
    client.send("HeapProfiler.collectGarbage")
    used = client.send("Runtime.getHeapUsage")["usedSize"]
    client.detach()
    return float(bench.notebook.value(RESIDENT)), used / 2**20
