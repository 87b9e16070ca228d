"""The ways in: a new notebook and the examples, from the palette, the launcher and the menus; and the settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

import oneshot_lab as osl
from tests.ui.notebook import eventually
from tests.ui.scripts import KERNEL_IS_READY, RUN_ALL
from tests.ui.server import NOTEBOOKS

SCHEMA = NOTEBOOKS.parent / "js/schema/plugin.json"
PLUGIN = "oneshot-lab:plugin"
NEW, EXAMPLES = "New One-Shot notebook", "Open the example notebooks"
FOLDER = "oneshot-lab-examples"
QUICKSTART = f"{FOLDER}/quickstart.ipynb"


@pytest.fixture
def folder(page: Page) -> Iterator[str]:
    """JupyterLab, open in a new and empty folder. In the end no kernel runs and nothing is set."""
    path = f"commands-{uuid4().hex[:8]}"
    open_lab(page)
    save(page, path, {"type": "directory"})
    execute(page, "filebrowser:go-to-path", {"path": path})
    yield path
    page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    page.evaluate("id => window.jupyterapp.serviceManager.settings.save(id, '{}')", PLUGIN)


def open_lab(page: Page) -> None:
    page.goto("lab/workspaces/commands?reset")
    page.wait_for_function("() => window.jupyterapp?.isPluginActivated")
    page.evaluate("() => window.jupyterapp.restored.then(() => null)")


def execute(page: Page, command: str, args: dict[str, object]) -> None:
    page.evaluate(
        "([command, args]) => window.jupyterapp.commands.execute(command, args).then(() => null)", [command, args]
    )


def save(page: Page, path: str, model: dict[str, object]) -> None:
    page.evaluate("([path, model]) => window.jupyterapp.serviceManager.contents.save(path, model)", [path, model])


def read(page: Page, path: str) -> Any:
    """Returns a notebook, or the names in a folder."""
    content = page.evaluate("async path => (await window.jupyterapp.serviceManager.contents.get(path)).content", path)
    return [item["name"] for item in content] if isinstance(content, list) else content


def choose_in_palette(page: Page, label: str) -> None:
    page.keyboard.press("Control+Shift+C")
    page.locator(".lm-CommandPalette-input:visible").fill(label)
    page.locator(".lm-CommandPalette-item:visible", has_text=label).first.click()


def choose_in_launcher(page: Page, label: str, folder: str) -> None:
    execute(page, "launcher:create", {"cwd": folder})
    page.locator(".jp-LauncherCard:visible", has_text=label).click()


def opened(page: Page) -> str:
    """Returns the path of the notebook in front, as soon as its kernel runs; nobody was asked for one."""
    page.wait_for_function(KERNEL_IS_READY)
    assert not page.locator(".jp-Dialog").count()
    return str(page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path"))


def notebook(text: str) -> dict[str, object]:
    cell = {"id": "mine", "cell_type": "markdown", "metadata": {}, "source": text}
    spec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    content = {"cells": [cell], "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    return {"type": "notebook", "format": "json", "content": content}


def test_a_new_notebook_from_the_palette_runs(page: Page, folder: str) -> None:
    choose_in_palette(page, NEW)
    assert opened(page) == f"{folder}/Untitled.ipynb"
    cells = page.evaluate(RUN_ALL)
    assert [cell["errors"] for cell in cells] == [[], []]
    assert 'osl.SearchSession("lenet", data="digits", seed=0)' in cells[0]["source"]
    expect(page.locator(".osl-lego")).to_be_visible()


def test_a_new_notebook_takes_the_place_of_the_launcher(page: Page, folder: str) -> None:
    before = page.locator(".jp-Launcher").count()
    choose_in_launcher(page, NEW, folder)
    assert opened(page) == f"{folder}/Untitled.ipynb"
    assert page.locator(".jp-Launcher").count() == before


def test_a_new_notebook_starts_with_what_is_set(page: Page, folder: str) -> None:
    execute(page, "settingeditor:open", {"query": "One-Shot Lab"})
    field = f"[id='jp-SettingsEditor-{PLUGIN}_%s']"
    page.locator(field % "template").select_option("vgg11")
    page.locator(field % "width").fill("0.25")
    page.locator(field % "seed").fill("7")
    eventually(lambda: stored_settings(page), {"template": "vgg11", "data": "digits", "width": 0.25, "seed": 7})
    open_lab(page)  # the page hears of what it has saved a moment later
    execute(page, "filebrowser:go-to-path", {"path": folder})
    choose_in_palette(page, NEW)
    cells = read(page, opened(page))["cells"]
    assert cells[1]["source"].endswith('osl.SearchSession("vgg11", data="digits", width=0.25, seed=7)')


def stored_settings(page: Page) -> Any:
    fetch = "async id => (await window.jupyterapp.serviceManager.settings.fetch(id)).raw"
    return json.loads(page.evaluate(fetch, PLUGIN))


def test_the_settings_offer_the_templates_that_there_are() -> None:
    assert json.loads(SCHEMA.read_text())["properties"]["template"]["enum"] == list(osl.list_templates())


def test_the_examples_are_copied_as_they_are_and_once(page: Page, folder: str) -> None:
    choose_in_palette(page, EXAMPLES)
    assert opened(page) == f"{folder}/{QUICKSTART}"
    names = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    assert sorted(read(page, f"{folder}/{FOLDER}")) == names
    for name in names:
        copy, original = read(page, f"{folder}/{FOLDER}/{name}"), json.loads((NOTEBOOKS / name).read_text())
        assert [cell["source"] for cell in copy["cells"]] == ["".join(cell["source"]) for cell in original["cells"]]
        assert copy["metadata"]["kernelspec"] == original["metadata"]["kernelspec"]
    # The file browser now shows the examples' folder: there, another one is not made.
    expect(page.locator(".jp-DirListing-item", has_text="quickstart.ipynb")).to_be_visible()
    choose_in_palette(page, EXAMPLES)
    assert opened(page) == f"{folder}/{QUICKSTART}"
    assert sorted(read(page, f"{folder}/{FOLDER}")) == names


def test_an_example_that_is_there_is_opened_and_not_overwritten(page: Page, folder: str) -> None:
    save(page, f"{folder}/{FOLDER}", {"type": "directory"})
    save(page, f"{folder}/{QUICKSTART}", notebook("my own notes"))
    choose_in_launcher(page, EXAMPLES, folder)
    assert opened(page) == f"{folder}/{QUICKSTART}"
    assert [cell["source"] for cell in read(page, f"{folder}/{QUICKSTART}")["cells"]] == ["my own notes"]


def test_a_file_in_the_way_is_told(page: Page, folder: str) -> None:
    save(page, f"{folder}/{FOLDER}", {"type": "file", "format": "text", "content": "mine"})
    choose_in_palette(page, EXAMPLES)
    expect(page.locator(".jp-Dialog")).to_contain_text(f"{folder}/{FOLDER} is a file")
    assert read(page, folder) == [FOLDER]
    assert read(page, f"{folder}/{FOLDER}") == "mine"


@pytest.mark.parametrize(("menu", "label"), [("File", NEW), ("Help", EXAMPLES)])
def test_the_menus_have_them_too(page: Page, folder: str, menu: str, label: str) -> None:
    page.get_by_role("menuitem", name=menu, exact=True).click()
    if menu == "File":
        page.locator(".lm-Menu-item:visible", has_text="New").first.hover()
    expect(page.locator(".lm-Menu-item:visible", has_text=label)).to_be_visible()
