"""The Lab in a real browser while a search runs: how soon it answers the pointer, and its buttons."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.benchmarks.registry import Figure, benchmark
from tests.ui.browser import running_chromium
from tests.ui.lab import Lab
from tests.ui.notebook import Notebook, open_notebook
from tests.ui.server import running_lab

WIDTH, HEIGHT = 1440, 1000

HOVERS = 80
FAR = 30
"""Pixels from the pointer to the next dot: it is another one."""
ROUNDS = 6

# Three thousand candidates, so that each generation has new ones to evaluate for as long as this takes; and an edit
# that can be undone.
BEGIN = """
network = osl.widen_choices(osl.load_template("lenet"), kernels=(1, 3, 5, 7, 9))
lab = osl.Lab(osl.SearchSession(network, osl.load_data("digits", size=28), seed=0, bar=False))
"""
SEARCH = """
session.train(1)
session.edit(osl.RemoveBlock("B1"))
session.project()
session.evolve.start(10_000)
"""

PATIENCE_MS = 5000
"""Who has no answer after that is counted as if it had come then."""

# From an event in the browser, by its own clock and before anything is told of it, until the frame that shows the
# answer has been painted: a message that is sent in the midst of one comes when that is done.
WAIT = f"""
    const wait = (name, event, look) => {{
        window[name] = new Promise(resolve => window.addEventListener(event, ({{ timeStamp }}) => {{
            setTimeout(() => resolve({PATIENCE_MS}), {PATIENCE_MS});
            const {{ port1, port2 }} = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - timeStamp);
            look(() => port2.postMessage(null));
        }}, {{ capture: true, once: true }}));
    }};
"""

# Returns where a dot is. After the pointer's next move, which is to go there, the Graph View highlights another
# candidate; it counts the frames that it draws. The candidate's own network, which only the kernel knows, comes below.
AIM = f"""([share, last]) => {{
    {WAIT}
    const root = document.querySelector('.osl-graph');
    const ids = root.oslGraph.nodes().map(node => node.id());
    const lit = () => ids.filter(id => root.oslMarks(id).includes('hover')).join();
    const before = lit();
    let count = root.oslFrames;
    wait('drawn', 'pointermove', painted => new MutationObserver((_, observer) => {{
        observer.disconnect();
        requestAnimationFrame(painted);
    }}).observe(root.querySelector('.osl-strip-scroll'), {{ childList: true }}));
    wait('answer', 'pointermove', painted => Object.defineProperty(root, 'oslFrames', {{
        configurable: true,
        get: () => count,
        set: frames => {{
            count = frames;
            if (lit() !== before) {{
                Object.defineProperty(root, 'oslFrames', {{ value: frames, writable: true, configurable: true }});
                painted();
            }}
        }}
    }}));
    const middle = ({{ x, y, width, height }}) => [x + width / 2, y + height / 2];
    const places = [...document.querySelectorAll('.osl-map-dot')].map(dot => middle(dot.getBoundingClientRect()));
    const others = places.filter(place => Math.hypot(place[0] - last[0], place[1] - last[1]) > {FAR});
    return others[Math.floor(share * others.length)];
}}"""

# After the next press, the button shows that it was pressed; and when the kernel has answered, the Lab is as wanted.
EXPECT = f"""wanted => {{
    {WAIT}
    const root = document.querySelector('.osl-lab');
    const seen = one => one.getClientRects().length > 0;
    const buttons = () => [...root.querySelectorAll('.osl-lab-button')].filter(seen);
    const button = text => buttons().find(one => one.textContent.includes(text));
    const says = (name, text) => root.querySelector(`.osl-lab-${{name}}`).textContent.includes(text);
    const found = new Function('button', 'says', `return ${{wanted}}`);
    const watch = (name, found) => wait(name, 'pointerdown', painted => {{
        const observer = new MutationObserver(() => {{
            if (found(button, says)) {{
                observer.disconnect();
                requestAnimationFrame(painted);
            }}
        }});
        observer.observe(root, {{ subtree: true, childList: true, characterData: true, attributes: true }});
    }});
    watch('answer', () => root.querySelector('.osl-asked'));
    watch('taken', found);
}}"""


class Press(NamedTuple):
    """A button, how the page looks when it was taken, and when all is done that was asked for: true in Python."""

    button: str
    answer: str
    done: str


# An edit waits for the generation that runs, which is said, as is that it is being done. After the undo, the next
# generation begins with a new map; the pause ends that, and the redo makes it needless, so that this does not take
# longer from round to round. A batch ends before a search stops, so the button says that it will.
PRESSES = (
    Press("Undo", "says('time', 'undo') || says('said', 'Undo') || !button('Redo').disabled", "session.can_redo"),
    Press("Pause", "button('Resume')", "session.paused and session.status == 'idle'"),
    Press("Redo", "says('time', 'redo') || says('said', 'Redo') || button('Redo').disabled", "not session.can_redo"),
    Press("Resume", "button('Pause')", "session.status == 'searching'"),
    Press("Stop", "button('Stopping') || button('Run')", "session.status == 'idle' and not session.job_state"),
    Press("Step", "button('Pause')", "session.status == 'idle' and not session.job_state"),
    Press("Run", "button('Pause')", "session.status == 'searching'"),
)


@benchmark("hover_p95_ms", "button_p95_ms")
def lab() -> Iterator[Figure]:
    """A search in the background, for as long as somebody points and presses."""
    with opened_notebook() as notebook:
        bench = Lab(notebook, BEGIN)
        bench.type_number(1, 10_000)
        notebook.execute(SEARCH)
        hovers, networks = zip(*_hovers(bench), strict=True)
        rounds = [[_press(bench, press) for press in PRESSES] for _ in range(ROUNDS)]
    yield Figure("hover_p95_ms", _p95(hovers), "ms", 100, at_most=True)
    yield Figure("  median", median(hovers), "ms")
    yield Figure("  never answered", hovers.count(PATIENCE_MS), "", 0, at_most=True)
    yield Figure("  its own network below, p95", _p95(networks), "ms")
    yield Figure("button_p95_ms", _p95([shown for times in rounds for shown, _ in times]), "ms", 100, at_most=True)
    yield Figure("  taken by the kernel, p95", _p95([taken for times in rounds for _, taken in times]), "ms")
    for press, times in zip(PRESSES, zip(*rounds, strict=True), strict=True):
        yield Figure(f"  {press.button} taken, median", median(taken for _, taken in times), "ms")


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


def _hovers(bench: Lab) -> Iterator[tuple[float, float]]:
    """Yields how long the dots take, one here and one there, and their own networks."""
    rng, page, place = random.Random(0), bench.page, [0.0, 0.0]
    for _ in range(HOVERS):
        place = page.evaluate(AIM, [rng.random(), place])
        page.mouse.move(*place)
        yield page.evaluate("() => window.answer"), page.evaluate("() => window.drawn")
        # Nobody points at ten others within a second.
        page.wait_for_timeout(rng.uniform(100, 200))


def _press(bench: Lab, press: Press) -> tuple[float, float]:
    """Returns how long a press takes to be seen, and to be taken, when all that was asked for before has been done."""
    button = bench.button(press.button)
    button.and_(bench.page.locator(":enabled")).wait_for()
    if press.button == "Pause":
        bench.take_time()
    bench.page.evaluate(EXPECT, press.answer)
    button.click()
    shown, taken = bench.page.evaluate("() => Promise.all([window.answer, window.taken])")
    bench.reaches(f"bool({press.done})", True)
    return shown, taken


@contextmanager
def opened_notebook() -> Iterator[Notebook]:
    """A new notebook in a JupyterLab by itself, as large as a laptop's screen."""
    with (
        TemporaryDirectory() as home,
        running_lab(Path(home)) as address,
        running_chromium() as browser,
        open_notebook(browser, address, width=WIDTH, height=HEIGHT) as notebook,
    ):
        notebook.execute("import oneshot_lab as osl")
        yield notebook


def beside(notebook: Notebook) -> AbstractContextManager[Notebook]:
    """Another notebook in the same JupyterLab and browser."""
    browser = notebook.page.context.browser
    assert browser is not None
    return open_notebook(browser, notebook.page.url.partition("lab/")[0], width=WIDTH, height=HEIGHT)
