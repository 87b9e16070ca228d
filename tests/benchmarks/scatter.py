"""The Search Space View in a real browser, over a real kernel: 3,000 candidates, from a cell to the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from tests.benchmarks.registry import Figure, benchmark
from tests.ui.browser import running_chromium
from tests.ui.notebook import Notebook, open_notebook
from tests.ui.server import running_lab

DOTS = 3000
OPENINGS = 5
HOVERS = 40

# Places and scores are made up: what is measured is how they are shown. Half of the candidates are evaluated.
SESSION = f"""
import numpy, oneshot_lab as osl
from tests.views.maps import chart, evaluate
template = osl.widen_choices(osl.load_template("alexnet", width=0.25), kernels=(3, 5, 7))
session = osl.SearchSession(template, osl.load_data("digits", size=32), bar=False)
masks = chart(session, {DOTS})
evaluate(session, masks[::2], numpy.random.default_rng(0).random({DOTS // 2}) + 0.2)
session.region(x=(1, 3), y=(10, 60))
"""

# From running the cell until all dots are on the screen.
OPEN = """async count => {
    const { content } = window.notebook;
    content.activeCell.model.sharedModel.setSource('view = osl.SearchSpaceView(session)\\nview');
    content.activeCell.model.outputs.clear();
    while (document.querySelector('.osl-map-figure')) {
        await new Promise(requestAnimationFrame);
    }
    const started = performance.now();
    void window.jupyterapp.commands.execute('notebook:run-cell');
    const drawn = () => document.querySelectorAll('.osl-map-dot').length;
    while (drawn() < count || !document.querySelector('.osl-map-layer')) {
        await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    return (performance.now() - started) / 1000;
}"""

# From a move of the pointer until the frame that shows the numbers of the dot there.
HOVER = """async share => {
    const ground = document.querySelector('.osl-map-ground');
    const card = document.querySelector('.osl-map-card');
    const { left, top, width, height } = ground.getBoundingClientRect();
    const move = (x, y) => ground.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y }));
    const dots = [...document.querySelectorAll('.osl-map-dot')];
    const { x, y, width: wide } = dots[Math.floor(share * 2999)].getBoundingClientRect();
    move(left + 1, top + 1);
    await new Promise(requestAnimationFrame);
    const started = performance.now();
    move(x + wide / 2, y + wide / 2);
    while (card.hidden) {
        await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    return performance.now() - started;
}"""


@benchmark("scatter_3000_first_paint_s", "scatter_3000_hover_p95_ms")
def scatter() -> Iterator[Figure]:
    """A map of three thousand candidates."""
    with (
        TemporaryDirectory() as home,
        running_lab(Path(home)) as lab,
        running_chromium() as browser,
        open_notebook(browser, lab, width=1440, height=900) as notebook,
    ):
        notebook.execute(f"import sys\nsys.path.insert(0, {str(Path(__file__).parents[2])!r})\n{SESSION}")
        # The first opening also fetches the code.
        openings = [_open(notebook) for _ in range(OPENINGS)]
        hovers = [float(notebook.page.evaluate(HOVER, place / HOVERS)) for place in range(HOVERS)]
    yield Figure("scatter_3000_first_paint_s", max(openings), "s", 1.5, at_most=True)
    yield Figure("scatter_3000_hover_p95_ms", quantiles(hovers, n=20)[-1], "ms", 50, at_most=True)


def _open(notebook: Notebook) -> float:
    return float(notebook.page.evaluate(OPEN, DOTS))
