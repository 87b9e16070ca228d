"""The Lego View in a real browser, over a real kernel: how long an edit and an opening take, how large the code is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import oneshot_lab
from oneshot_lab.architecture.model import Layer
from tests.benchmarks.registry import Figure, benchmark
from tests.ui.browser import running_chromium
from tests.ui.lego import Lego
from tests.ui.notebook import Notebook, open_notebook
from tests.ui.server import running_lab

BUNDLE = Path(oneshot_lab.__file__).parent / "labextension/static"
SERVED = "/extensions/oneshot-lab/static/"

OPENINGS = 5
ENTERS, DROPS = 40, 20

NETWORK = """
import oneshot_lab as osl
from oneshot_lab.architecture.serial import dumps
view = osl.LegoView  # imported, as where a session is at hand
network = osl.widen_choices(osl.load_template("vgg19", input_shape=(3, 32, 32)), kernels=(3, 5, 7))
"""

# A loop sees what is new at the start of the frame that paints it; by the start of the next one that is done. Not a
# moment later: what that frame has to paint is not the editor's answer any more.

# From running the cell until all components are drawn and the browser has painted them.
OPEN = """async components => {
    const { content } = window.notebook;
    content.activeCell.model.sharedModel.setSource('view = osl.LegoView(network)\\nview');
    content.activeCell.model.outputs.clear();
    const started = performance.now();
    void window.jupyterapp.commands.execute('notebook:run-cell');
    while (document.querySelectorAll('.osl-lego .osl-component').length < components) {
        await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    return performance.now() - started;
}"""

# From the next Enter or release of the mouse until the text of an element, which Python's answer changes, is as
# wanted and painted. A drop is first taken back, so a wanted order that is there in the drag does not count.
ARM = """([event, selector, wanted]) => {
    const root = document.querySelector('.osl-lego');
    const now = () => [...root.querySelectorAll(selector)].map(node => node.dataset.id ?? node.textContent).join();
    window.edited = new Promise(resolve => window.addEventListener(event, async () => {
        const started = performance.now();
        await Promise.resolve();
        while (root.classList.contains('osl-dragging') || now() !== wanted) {
            await new Promise(requestAnimationFrame);
        }
        await new Promise(requestAnimationFrame);
        resolve(performance.now() - started);
    }, { capture: true, once: true }));
}"""


@benchmark("lego_edit_p95_ms", "lego_open_s", "lego_bundle_kb")
def lego() -> Iterator[Figure]:
    """VGG-19 with three kernels for each convolution."""
    with (
        TemporaryDirectory() as home,
        running_lab(Path(home)) as lab,
        running_chromium() as browser,
        open_notebook(browser, lab, width=1440, height=900) as notebook,
    ):
        notebook.execute(NETWORK)
        # The first opening also fetches the code.
        openings = [_open(notebook) for _ in range(OPENINGS)]
        edits = _edits(Lego(notebook, "view.target"))
        kilobytes = _fetched(notebook)
    yield Figure("lego_edit_p95_ms", quantiles(edits, n=20)[-1], "ms", 100, at_most=True)
    yield Figure("lego_open_s", max(openings) / 1000, "s", 1, at_most=True)
    yield Figure("lego_bundle_kb", kilobytes, "kB", 150, at_most=True)


def _open(notebook: Notebook) -> float:
    components = notebook.value("sum(len(block.components) for block in network.blocks)")
    return float(notebook.page.evaluate(OPEN, components))


def _fetched(notebook: Notebook) -> float:
    """Returns the kilobytes of our scripts, styles included, that a page of JupyterLab fetches to show the view.

    The code of the other views is fetched when the first one of them is shown.
    """
    paths: list[str] = []
    notebook.page.on("response", lambda response: paths.append(urlsplit(response.url).path))
    notebook.reload()
    notebook.page.wait_for_selector(".osl-lego .osl-component")
    scripts = {Path(path).name for path in paths if SERVED in path and path.endswith(".js")}
    assert len(scripts) > 1, "the page has fetched no script of ours"
    return sum((BUNDLE / script).stat().st_size for script in scripts) / 1000


def _edits(lego: Lego) -> list[float]:
    """Returns the milliseconds of each edit, at places all over the network."""
    rng = random.Random(0)
    times = []
    for edit in [_widen] * ENTERS + [_swap] * DROPS:
        layer = rng.choice([layer for layer in lego.architecture().layers if len(layer.blocks) > 1])
        times.append(edit(lego, layer, rng))
    return times


def _widen(lego: Lego, layer: Layer, rng: random.Random) -> float:
    """Types another number of channels into one of a layer's convolutions; its siblings and the next layer follow."""
    convolution = rng.choice(layer.blocks).components[0]
    inputs, outputs, kernel = (convolution.values[name] for name in ("in_channels", "out_channels", "kernel_size"))
    wider = int(str(outputs)) + 1
    lego.field(convolution.id).fill(f"{inputs}, {wider}, {kernel}")
    pill = f".osl-item[data-id='{layer.id}'] > .osl-gap > .osl-pill"
    _, size = lego.root.locator(pill).inner_text().split("×", 1)
    lego.page.evaluate(ARM, ["keydown", pill, f"{wider}×{size}"])
    lego.press("Enter")
    return float(lego.page.evaluate("() => window.edited"))


def _swap(lego: Lego, layer: Layer, rng: random.Random) -> float:
    """Drags a layer's first block behind its second."""
    first, second, *others = (block.id for block in layer.blocks)
    # Away from the edges, where the view would scroll along with the drag.
    lego.item(layer.id).evaluate("node => node.scrollIntoView({ block: 'center' })")
    lego.grab(first)
    lego.carry(second, "box", at=(0.9, 0.5), lands=(layer.id, 1))
    blocks = f".osl-item[data-id='{layer.id}'] .osl-block"
    lego.page.evaluate(ARM, ["pointerup", blocks, ",".join((second, first, *others))])
    lego.mouse.up()
    return float(lego.page.evaluate("() => window.edited"))
