"""The views in Voilà, which shows a notebook as a page: it has neither files nor tabs, and shares fewer modules."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

import oneshot_lab
from tests.ui.server import free_port

CELLS = (
    "import oneshot_lab as osl\nsession = osl.SearchSession('lenet', data='digits', seed=0, width=0.25, bar=False)",
    "osl.LegoView(session)",
    "osl.GraphView(session)",
    "osl.Lab(session)",
)
LABEXTENSION = Path(oneshot_lab.__file__).with_name("labextension")
CLICK = """host => {
    const { left, top } = host.oslGraph.container().getBoundingClientRect();
    const { x, y } = host.oslGraph.getElementById('B1').renderedPosition();
    return [left + x, top + y];
}"""


@contextmanager
def running_voila(home: Path) -> Iterator[str]:
    """Starts Voilà on a notebook with the views, and gives its address."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in CELLS])
    nbformat.write(notebook, home / "views.ipynb")
    # It does not follow links, and in a checkout the browser part is installed as one.
    shutil.copytree(LABEXTENSION, home / "path/labextensions/oneshot-lab")
    environment = os.environ | {
        f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    environment |= {"IPYTHONDIR": str(home / "ipython"), "JUPYTER_PATH": str(home / "path")}
    command = [
        sys.executable,
        "-m",
        "voila",
        str(home / "views.ipynb"),
        "--no-browser",
        f"--port={(port := free_port())}",
    ]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=home) as server:
        assert server.stderr is not None
        log = []
        for line in server.stderr:
            log.append(line)
            if "is running at" in line:
                break
        else:
            raise RuntimeError("Voilà did not start:\n" + "".join(log))
        drain = threading.Thread(target=log.extend, args=(server.stderr,), daemon=True)
        drain.start()
        try:
            yield f"http://localhost:{port}/"
        finally:
            server.terminate()
            server.wait()
            drain.join()


@pytest.fixture(scope="module")
def shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with running_voila(tmp_path_factory.mktemp("voila")) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(address, timeout=120_000)
        yield page
        page.close()


def test_the_views_and_the_lab_are_drawn_and_linked(shown: Page) -> None:
    lego, graph = shown.locator(".osl-lego").first, shown.locator(".osl-graph").first
    lab = shown.locator(".osl-lab")
    for view in (lego, graph, lab, lab.locator(".osl-graph"), lab.locator(".osl-lego"), lab.locator(".osl-map")):
        expect(view).to_be_visible()
    expect(shown.locator(".osl-kept-picture").first).to_be_hidden()

    # What is clicked in one is found in the others, by way of the kernel.
    graph.scroll_into_view_if_needed()
    expect(graph).to_have_attribute("data-revision", re.compile("."))
    shown.mouse.click(*graph.evaluate(CLICK))
    for editor in (lego, lab.locator(".osl-lego")):
        expect(editor.locator(".osl-item[data-id='B1']")).to_have_attribute("aria-selected", "true")


def test_the_lab_has_its_banner_and_no_tab_and_works(shown: Page) -> None:
    lab = shown.locator(".osl-lab")
    expect(lab.locator(".osl-lab-line")).to_be_attached()
    expect(lab.locator(".osl-lab-line[data-loss]")).to_have_count(0)
    expect(lab.locator(".osl-lab-open")).to_be_hidden()
    lab.get_by_role("button", name="Train").first.click()
    # After it comes the map, and its dots.
    expect(lab.locator(".osl-lab-last")).to_contain_text("Lay out the map")
    expect(lab.locator(".osl-map-dot").first).to_be_visible()
