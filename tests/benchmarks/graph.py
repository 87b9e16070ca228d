"""The Graph View in a real browser, over a real kernel: 300 blocks, from a cell to the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.serial import dumps
from tests.architecture.networks import network
from tests.benchmarks.registry import Figure, benchmark
from tests.ui.browser import running_chromium
from tests.ui.notebook import Notebook, open_notebook
from tests.ui.server import running_lab

OPENINGS = 5
HIGHLIGHTS = 60

# From running the cell until the drawing is on the screen; and all messages of widgets on the way, to and fro.
OPEN = """async () => {
    const { content, sessionContext } = window.notebook;
    content.activeCell.model.sharedModel.setSource('view = osl.GraphView(network)\\nview');
    content.activeCell.model.outputs.clear();
    let messages = 0;
    const count = (_, { msg }) => { messages += msg.header.msg_type.startsWith('comm_'); };
    sessionContext.session.kernel.anyMessage.connect(count);
    const started = performance.now();
    void window.jupyterapp.commands.execute('notebook:run-cell');
    while (document.querySelector('.osl-graph')?.oslGraph?.nodes('[role="block"]').length !== 300) {
        await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    const seconds = (performance.now() - started) / 1000;
    // What comes afterwards counts as well.
    await sessionContext.session.kernel.requestKernelInfo();
    sessionContext.session.kernel.anyMessage.disconnect(count);
    return [seconds, messages];
}"""

# Highlights another sub-network in Python: from its clock before the trait is set, to the browser's when the frame that
# paints it is done. The view counts its frames as it draws them; a message that is sent in the midst of one comes when
# that has been laid out, painted and given to the compositor. Nothing looks in between: that would take the time which
# is measured. Then there is a pause, for a pointer passes candidates on at most ten times a second. The second number
# leaves out the way from the kernel: Jupyter Server lets small messages wait until the browser has acknowledged the one
# before (Nagle's algorithm), which takes up to 40 ms.
HIGHLIGHT = """async code => {
    const { kernel } = window.notebook.sessionContext.session;
    const root = document.querySelector('.osl-graph');
    const ids = root.oslGraph.nodes().map(node => node.id());
    const lit = () => ids.filter(id => root.oslMarks(id).includes('hover')).join();
    const [before, count] = [lit(), root.oslFrames];
    const now = () => performance.timeOrigin + performance.now();
    let arrived;
    const arrive = (_, { msg }) => { arrived ??= msg.content.data?.state?.marks && now(); };
    kernel.anyMessage.connect(arrive);
    const painted = new Promise(resolve => Object.defineProperty(root, 'oslFrames', {
        configurable: true,
        get: () => count,
        set: frames => {
            if (lit() !== before) {
                Object.defineProperty(root, 'oslFrames', { value: frames, writable: true });
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = () => resolve(now());
                port2.postMessage(null);
            }
        }
    }));
    const future = kernel.requestExecute({ code, store_history: false, user_expressions: { started: 'started' } });
    const { content } = await future.done;
    const [started, end] = [1000 * +content.user_expressions.started.data['text/plain'], await painted];
    kernel.anyMessage.disconnect(arrive);
    await new Promise(resolve => setTimeout(resolve, 100));
    return [end - started, end - arrived];
}"""

NEXT = """
import time
from oneshot_lab.search.operators import random_mask
mask = random_mask(network, rng=rng)
started = time.time()
view.highlight(mask)
"""


@benchmark("graph_300_first_paint_s", "graph_300_messages", "graph_highlight_p95_ms", "graph_highlight_drawing_p95_ms")
def graph() -> Iterator[Figure]:
    """A supernet of 60 layers with five blocks each."""
    choices = " | ".join(f"Conv2d(, 8, {kernel})" for kernel in (1, 3, 5, 7, 9))
    classifiers = " | ".join(["AdaptiveAvgPool2d(1); Flatten; Linear"] * 5)
    wide, _ = repair(network(*[choices] * 59, classifiers))
    with (
        TemporaryDirectory() as home,
        running_lab(Path(home)) as lab,
        running_chromium() as browser,
        open_notebook(browser, lab, width=1440, height=900) as notebook,
    ):
        notebook.execute(
            "import numpy, oneshot_lab as osl\n"
            "from oneshot_lab.architecture.serial import loads\n"
            f"network, rng, view = loads({dumps(wide)!r}), numpy.random.default_rng(0), osl.GraphView"
        )
        # The first opening also fetches the code.
        openings = [_open(notebook) for _ in range(OPENINGS)]
        times = [notebook.page.evaluate(HIGHLIGHT, NEXT) for _ in range(HIGHLIGHTS)]
    yield Figure("graph_300_first_paint_s", max(seconds for seconds, _ in openings), "s", 1, at_most=True)
    yield Figure("graph_300_messages", max(messages for _, messages in openings), "", 50, at_most=True)
    whole, drawing = zip(*times, strict=True)
    yield Figure("graph_highlight_p95_ms", quantiles(whole, n=20)[-1], "ms", 50, at_most=True)
    yield Figure("graph_highlight_drawing_p95_ms", quantiles(drawing, n=20)[-1], "ms")


def _open(notebook: Notebook) -> tuple[float, int]:
    seconds, messages = notebook.page.evaluate(OPEN)
    return float(seconds), int(messages)
