"""A real JupyterLab and a real browser, one of each for all tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui import graph as graphs
from tests.ui.browser import running_chromium
from tests.ui.graph import Graph
from tests.ui.lego import IMPORTS, SESSION, Lego
from tests.ui.notebook import PATIENCE, Notebook, open_notebook
from tests.ui.server import running_lab

# On a busy machine five seconds, which are Playwright's own, are short.
expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab."""
    with running_lab(tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, lab: str) -> Iterator[Page]:
    """A page of its own for each test. `page.goto("lab")` opens JupyterLab."""
    context = browser.new_context(base_url=lab, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="package")
def shared(browser: Browser, lab: str) -> Iterator[Notebook]:
    """A notebook in a page of its own that many tests share: a kernel takes seconds to start, and torch to load."""
    with open_notebook(browser, lab, width=1280, height=1500) as notebook:
        yield notebook


@pytest.fixture(scope="module")
def notebook(shared: Notebook) -> Notebook:
    """That notebook, with what the tests of a module name; those of another may have ended its kernel."""
    shared.start()
    shared.execute(IMPORTS)
    return shared


@pytest.fixture
def lego(notebook: Notebook) -> Lego:
    """A new session on the small LeNet template, and its Lego View in the notebook."""
    notebook.run_cell(SESSION)
    return Lego(notebook)


@pytest.fixture
def graph(notebook: Notebook) -> Graph:
    """A new session on the small LeNet template, and its Graph View in the notebook."""
    notebook.run_cell(graphs.SESSION)
    return Graph(notebook)
