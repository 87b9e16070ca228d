"""The same wheel in Notebook 7, where files open in tabs of the browser and there is no launcher."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.ui.scripts import KERNEL_IS_READY
from tests.ui.test_commands import EXAMPLES, NEW, choose_in_palette


def choose_in_menu(page: Page, *labels: str) -> None:
    page.get_by_role("menuitem", name=labels[0], exact=True).click()
    for label in labels[1:]:
        page.locator(".lm-Menu-item:visible", has_text=label).first.click()


def test_a_new_notebook_shows_the_editor(page: Page) -> None:
    page.goto("tree")
    with page.context.expect_page() as tab:
        choose_in_menu(page, "File", "New", NEW)
    notebook = tab.value
    expect(notebook).to_have_url(re.compile(r"/notebooks/Untitled\d*\.ipynb"))
    # The indicator says idle while the kernel is still being reached, and what is run then is lost.
    notebook.wait_for_function(KERNEL_IS_READY)
    choose_in_menu(notebook, "Run", "Run All Cells")
    expect(notebook.locator(".osl-lego .osl-component").first).to_be_visible(timeout=60_000)
    choose_in_menu(notebook, "Kernel", "Shut Down Kernel")


def test_the_examples_open(page: Page) -> None:
    page.goto("tree")
    expect(page.locator(".jp-DirListing-item").first).to_be_visible()
    with page.context.expect_page() as tab:
        choose_in_palette(page, EXAMPLES)
    expect(tab.value).to_have_url(re.compile(r"/notebooks/oneshot-lab-examples/quickstart\.ipynb"))
    expect(tab.value.get_by_role("heading", name="Quickstart").first).to_be_visible()
    choose_in_menu(tab.value, "Kernel", "Shut Down Kernel")
