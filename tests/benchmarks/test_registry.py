"""Which benchmarks are run for a name, and that each prints what it says."""

import ast
import inspect
import textwrap

import pytest

from tests.benchmarks.registry import DETAIL, Benchmark, Figure, choose, load_all

MEASURED = []


def lab():
    for name in ("hover_ms", "  median", "button_ms", "  taken", "memory_mb"):
        MEASURED.append(name)
        yield Figure(name, 1.0, "")


@pytest.fixture
def benchmarks():
    MEASURED.clear()
    return {"lab": Benchmark(lab, ("hover_ms", "button_ms", "memory_mb")), "speed": Benchmark(lab, ("speed",))}


def printed(benchmark, *only):
    return [figure.name for figure in benchmark.measure(only)]


def test_without_a_name_all_are_meant(benchmarks):
    assert choose([], benchmarks) == {"lab": ("hover_ms", "button_ms", "memory_mb"), "speed": ("speed",)}


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        (["lab"], {"lab": ("hover_ms", "button_ms", "memory_mb")}),
        (["button_ms"], {"lab": ("button_ms",)}),
        (["memory_mb", "speed", "hover_ms"], {"lab": ("hover_ms", "memory_mb"), "speed": ("speed",)}),
        (["button_ms", "lab"], {"lab": ("hover_ms", "button_ms", "memory_mb")}),
    ],
)
def test_a_name_is_a_benchmarks_or_a_figures(benchmarks, names, meant):
    assert choose(names, benchmarks) == meant


def test_another_name_is_refused_with_those_that_there_are(benchmarks):
    with pytest.raises(ValueError, match=r"no benchmark or figure 'buton_ms'; did you mean 'button_ms'\?"):
        choose(["hover_ms", "buton_ms"], benchmarks)
    with pytest.raises(ValueError, match="use one of lab, hover_ms, button_ms, memory_mb, speed"):
        choose(["?"], benchmarks)


def test_a_figure_comes_with_its_details_and_nothing_after_it_is_measured(benchmarks):
    assert printed(benchmarks["lab"], "hover_ms") == ["hover_ms", "  median"]
    assert MEASURED == ["hover_ms", "  median", "button_ms"]
    assert printed(benchmarks["lab"]) == ["hover_ms", "  median", "button_ms", "  taken", "memory_mb"]


@pytest.mark.parametrize("declared", [("hover_ms",), ("button_ms", "hover_ms"), ("hover_ms", "button_ms", "size")])
def test_what_is_printed_is_what_was_declared(declared):
    with pytest.raises(ValueError, match="is printed where another was declared"):
        printed(Benchmark(lab, declared))


def test_what_was_declared_is_printed():
    with pytest.raises(ValueError, match="declared and not printed: disk_mb"):
        printed(Benchmark(lab, ("hover_ms", "button_ms", "memory_mb", "disk_mb")))


def test_each_figure_is_the_name_of_one_thing():
    """A figure may have the name of its own benchmark, which then means all that it prints; of no other."""
    benchmarks = load_all()
    figures = [figure for each in benchmarks.values() for figure in each.figures]
    assert len({*figures}) == len(figures)
    for name in {*figures} & {*benchmarks}:
        assert name in benchmarks[name].figures
    assert choose(["hover_p95_ms"], benchmarks) == {"lab": ("hover_p95_ms",)}


@pytest.mark.parametrize("name", ["distance", "lab", "lab_memory", "lego", "quickstart"])
def test_its_code_prints_what_it_declares(name):
    """As far as code tells without being run: a benchmark takes minutes."""
    benchmark = load_all()[name]
    code = ast.walk(ast.parse(textwrap.dedent(inspect.getsource(benchmark.run))))
    calls = [node for node in code if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Figure"]
    calls.sort(key=lambda node: node.lineno)
    names = [node.args[0].value for node in calls if isinstance(node.args[0], ast.Constant)]
    assert tuple(name for name in names if not name.startswith(DETAIL)) == benchmark.figures
