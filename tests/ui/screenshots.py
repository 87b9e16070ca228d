"""Makes the pictures of the README: `python -m tests.ui.screenshots`."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import expect

from tests.ui.analyst import BEGIN, analyse
from tests.ui.blocks import Blocks
from tests.ui.browser import running_chromium
from tests.ui.graph import Graph
from tests.ui.lab import Lab
from tests.ui.lego import Lego
from tests.ui.notebook import Notebook, open_notebook
from tests.ui.search_space import Map
from tests.ui.server import running_lab

DOCS = Path(__file__).parents[2] / "docs"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDTH, HEIGHT = 1200, 980
LAB_WIDTH = 1440

SEARCHED = """
import oneshot_lab as osl
session = osl.SearchSession("lenet", data=osl.load_data("digits", size=28), seed=0, bar=False)
session.edit(osl.AddComponent("B4", "MaxPool2d", "2"), osl.AddComponent("B8", "MaxPool2d", "2"))
session.train(epochs=5)
list(session.evolve(10))
session.edit(osl.SetParams("C3", "1, 6, 9"))
"""

GRAPHS = {
    "lenet": "view = osl.GraphView(session)\nview",
    "resnet18": "view = osl.GraphView('resnet18')\nview",
    "vgg16": (
        "view = osl.GraphView(osl.widen_choices(osl.load_template('vgg16'), kernels=(3, 5, 7)), collapsed=True)\nview"
    ),
}


# Half of the way to the edges of the map around the best candidate is the region that the search is sent to.
MAPPED = """
if session.projection is None:
    session.step()
    session.project()
    x, y = session.projection[session.best.mask]
    places = session.projection.coordinates()
    width, height = (places.max(axis=0) - places.min(axis=0)) / 6
    session.focus(session.region(x=(x - width, x + width), y=(y - height, y + height), name="around the best"))
    list(session.evolve(3))
session.selected_region, session.set_operation = "around the best", "intersection"
view = osl.SearchSpaceView(session)
view
"""


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as home,
        running_lab(Path(home)) as lab,
        running_chromium() as browser,
        open_notebook(browser, lab, width=WIDTH, height=HEIGHT) as notebook,
    ):
        notebook.execute(SEARCHED)
        tidy(notebook)
        for name, theme in THEMES.items():
            choose_theme(notebook, theme)
            stage(notebook)
            save(notebook.page.screenshot(animations="disabled"), DOCS / f"lego-{name}.png")
            for network, show in GRAPHS.items():
                notebook.run_cell(show)
                graph = Graph(notebook, "view.target")
                if network == "lenet":
                    notebook.execute("view.highlight(session.best.mask, title='the best candidate')")
                    graph.hover("B6")
                graph.root.screenshot(path=(path := DOCS / f"graph-{network}-{name}.png"), animations="disabled")
                save(path.read_bytes(), path)
                graph.mouse.move(0, 0)
            show_blocks(notebook, DOCS / f"blocks-{name}.png")
            show_map(notebook, DOCS / f"map-{name}.png")
        for name, theme in THEMES.items():
            choose_theme(notebook, theme)
            show_lab(notebook, name)
        notebook.execute("session.landmarks(10, epochs=2)")
        for name, theme in THEMES.items():
            choose_theme(notebook, theme)
            show_trust(notebook, DOCS / f"lab-trust-{name}.png")
        notebook.execute("session.finalize(best_of=4, epochs=5)")
        for name, theme in THEMES.items():
            choose_theme(notebook, theme)
            show_finals(notebook, DOCS / f"lab-finals-{name}.png")


def tidy(notebook: Notebook) -> None:
    """Leaves the notebook alone on the page, with a name."""
    notebook.page.evaluate(
        """async () => {
            const { shell } = window.jupyterapp;
            shell.collapseLeft();
            shell.collapseRight();
            await window.notebook.context.rename('search.ipynb');
        }"""
    )


def choose_theme(notebook: Notebook, theme: str) -> None:
    notebook.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    notebook.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)


def stage(notebook: Notebook) -> None:
    """Shows the session's network with scores, a repair that an edit has led to, and a block selected."""
    notebook.run_cell("osl.LegoView(session)")
    lego = Lego(notebook)
    lego.stand_on("B6")
    lego.mouse.move(0, 0)
    notebook.page.evaluate("() => window.notebook.context.save()")


def show_blocks(notebook: Notebook, path: Path) -> None:
    """Shows what is known of the session's blocks, with the pointer at one of them."""
    notebook.run_cell("view = osl.BlockInfoView(session)\nview")
    blocks = Blocks(notebook).in_place()
    blocks.move_to(blocks.mark("B6", 1))
    expect(blocks.foot()).to_contain_text("B6")
    blocks.root.screenshot(path=path, animations="disabled")
    save(path.read_bytes(), path)
    blocks.leave()


def show_map(notebook: Notebook, path: Path) -> None:
    """Shows the map of the session's search space, with the pointer at the best candidate."""
    notebook.run_cell(MAPPED)
    chart = Map(notebook)
    chart.hover(chart.value("view.info.best"))
    expect(chart.card()).to_be_visible()
    chart.root.screenshot(path=path, animations="disabled")
    save(path.read_bytes(), path)
    chart.mouse.move(0, 0)
    notebook.execute("session.selected_region = ''")


def show_lab(notebook: Notebook, theme: str) -> None:
    """Shows the Lab in the hands of an analyst: each step in the light theme, one of them in the dark."""
    notebook.page.set_viewport_size({"width": LAB_WIDTH, "height": HEIGHT})
    lab = Lab(notebook, BEGIN)

    def picture(step: str) -> None:
        if theme == "light" or step == "steer":
            lab.root.screenshot(path=(path := DOCS / f"lab-{step}-{theme}.png"), animations="disabled")
            save(path.read_bytes(), path)

    analyse(lab, picture)
    notebook.execute("lab.close()")


def show_trust(notebook: Notebook, path: Path) -> None:
    """Shows in the Lab what landmarks tell of the ranking, and them and the posterior on the map."""
    lab = Lab(notebook, "lab = osl.Lab(session=session)")
    lab.turn_to("trust")
    expect(lab.root.locator(".osl-trust tbody tr")).to_have_count(6)
    lab.root.screenshot(path=path, animations="disabled")
    save(path.read_bytes(), path)
    notebook.execute("lab.close()")


def show_finals(notebook: Notebook, path: Path) -> None:
    """Shows in the Lab the network that was the best of several finalists, with its posterior, and what others cost."""
    lab = Lab(notebook, "lab = osl.Lab(session=session)")
    lab.turn_to("finals")
    notebook.execute("lab.panels.made['finals'].best_of.value = 6")
    panel = lab.root.locator(".osl-finalize")
    expect(panel.locator(".osl-finalize-chosen")).to_contain_text("6 finalists: ")
    # The one that was trained last, whether or not it is the best.
    panel.locator(".osl-table tr[data-key^='final ']").last.click()
    expect(panel.locator(".osl-final-posterior")).to_contain_text("Posterior ")
    lab.root.screenshot(path=path, animations="disabled")
    save(path.read_bytes(), path)
    notebook.execute("lab.close()")


def save(png: bytes, path: Path) -> None:
    """Writes a picture with as few bytes as keep all of its colours."""
    Image.open(io.BytesIO(png)).convert("RGB").save(path, optimize=True)
    print(f"{path.relative_to(DOCS.parent)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
