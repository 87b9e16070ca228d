"""What a newcomer meets first: the extension is in JupyterLab, and the example notebooks run."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.ui.scripts import KERNEL_IS_READY, RUN_ALL
from tests.ui.server import NOTEBOOKS

PLUGIN = "oneshot-lab:plugin"


def test_the_extension_is_active(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("lab")
    page.wait_for_function("() => window.jupyterapp?.isPluginActivated")
    page.evaluate("() => window.jupyterapp.restored")
    assert page.evaluate(f"() => window.jupyterapp.hasPlugin('{PLUGIN}')")
    assert page.evaluate(f"() => window.jupyterapp.isPluginActivated('{PLUGIN}')")
    assert not [text for text in complaints if "oneshot" in text]


def test_there_is_a_quickstart() -> None:
    assert (NOTEBOOKS / "quickstart.ipynb").is_file()


@pytest.mark.timeout(900)  # a notebook trains: a minute or two on two free cores, more on busy ones
@pytest.mark.parametrize("notebook", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_a_notebook_runs_from_top_to_bottom(page: Page, notebook: str) -> None:
    page.goto(f"lab/tree/{notebook}")
    page.wait_for_function(KERNEL_IS_READY)
    cells = page.evaluate(RUN_ALL)
    assert cells
    for cell in cells:
        assert not cell["errors"], cell["source"]
        assert cell["count"] is not None, f"not run: {cell['source']}"
