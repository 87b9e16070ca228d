"""A notebook that runs without a browser and becomes a page: the pictures are there, without scripts and a network."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

SEARCH = """import oneshot_lab as osl
session = osl.SearchSession("lenet", data="digits", seed=0, width=0.25, bar=False)
session.train(1)
session.step()"""
VIEWS = ("osl.GraphView(session)", "osl.LegoView(session)", "osl.BlockInfoView(session)",
         "osl.SearchSpaceView(session)", "osl.Lab(session)")  # fmt: skip
SAID = (
    *("The network lenet: 7 layers", "The network lenet: 7 layers", "Frequency, fitness and effect of the blocks"),
    *("The search space: ", "The Lab. The network lenet: 7 layers"),
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a notebook with all views, run by nbconvert itself: widgets and their state are in it."""
    home = tmp_path_factory.mktemp("export")
    cells = [nbformat.v4.new_code_cell(code) for code in (SEARCH, *VIEWS)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), home / "views.ipynb")
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("DATA", "RUNTIME")}
    environment |= {"IPYTHONDIR": str(home / "ipython"), "JUPYTER_CONFIG_DIR": str(home / "config")}
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "views.ipynb"]
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return home / "views.html"


@pytest.fixture
def page(browser: Browser, exported: Path) -> Iterator[Page]:
    """The page in a browser that runs no scripts and reaches nothing."""
    context = browser.new_context(java_script_enabled=False, offline=True, viewport={"width": 1000, "height": 1000})
    page = context.new_page()
    # What it would fetch does not come; nobody waits for that.
    page.goto(exported.as_uri(), wait_until="domcontentloaded")
    yield page
    context.close()


def test_every_view_is_a_picture(exported: Path, page: Page) -> None:
    assert "vnd.jupyter.widget-state+json" in exported.read_text()
    pictures = page.locator("img[src^='data:image/svg+xml']")
    assert pictures.count() == len(VIEWS)
    for number, said in enumerate(SAID):
        box = pictures.nth(number).bounding_box()
        assert box is not None
        assert box["width"] > 400
        assert box["height"] > 40
        source = pictures.nth(number).get_attribute("src")
        assert source is not None
        assert f'aria-label="{said}' in _decoded(source)


def test_the_pictures_are_drawn(page: Page) -> None:
    """Not a frame for a picture that could not be read: it has the colours of convolutions."""
    shown = Image.open(BytesIO(page.locator("img[src^='data:image/svg+xml']").first.screenshot())).convert("RGB")
    blues = sum(count for count, colour in shown.getcolors(1 << 24) if colour == (0x00, 0x72, 0xB2))
    assert blues > 100


def _decoded(source: str) -> str:
    return base64.b64decode(source.partition(",")[2]).decode()
