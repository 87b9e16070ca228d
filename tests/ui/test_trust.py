"""A notebook that somebody else wrote: until it is trusted, nothing of it is built, runs or reaches the kernel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from oneshot_lab.views.kept import KEPT, PICTURE, WIDGET
from tests.ui.graph import Graph
from tests.ui.lab import Lab
from tests.ui.notebook import Notebook, eventually

# All that could go off in it says so in the page. Written by hand: none of ours has any of it.
MARKED_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" aria-label="A stranger's network" width="200" height="60"
 onload="window.marked = 'onload'">
 <script>window.marked = 'script'</script>
 <image href="/marked-image.png" width="1" height="1"/>
 <style>@import url("/marked-style.css"); rect { fill: url("/marked-fill.svg"); }</style>
 <foreignObject width="9" height="9">
  <img xmlns="http://www.w3.org/1999/xhtml" src="/marked-inner.png" onerror="window.marked = 'inner'"/>
 </foreignObject>
 <rect width="200" height="60" fill="#0072b2"/>
</svg>"""
MARKED_HTML = "<b class='marked-widget'>seen</b><img src='/marked-widget.png' onerror=\"window.marked = 'widget'\">"


def _state(model: str, module: str, **state: Any) -> dict[str, Any]:
    version = "2.0.0"
    return {"model_name": model, "model_module": module, "model_module_version": version, "state": state}


# A widget as ipywidgets keeps it in a notebook, whose HTML is the stranger's.
WIDGETS = {
    "stranger": _state(
        *("HTMLModel", "@jupyter-widgets/controls"),
        value=MARKED_HTML,
        layout="IPY_MODEL_layout",
        style="IPY_MODEL_style",
    ),
    "layout": _state("LayoutModel", "@jupyter-widgets/base"),
    "style": _state("HTMLStyleModel", "@jupyter-widgets/controls"),
}

# In the kernel of the notebook that is open, or in one of its own.
_OPEN = """async ([path, content, isAlone]) => {
    const app = window.jupyterapp;
    await app.serviceManager.contents.save(path, { type: 'notebook', format: 'json', content });
    const own = window.notebook.sessionContext.session.kernel;
    window.sent = [];
    window.listen = (_, { msg, direction }) => direction === 'send' && window.sent.push(msg.header.msg_type);
    own.anyMessage.connect(window.listen);
    const kernel = isAlone ? { name: 'python3' } : own.model;
    window.stranger = await app.commands.execute('docmanager:open', { path, factory: 'Notebook', kernel });
    await window.stranger.context.ready;
    await window.stranger.sessionContext.ready;
    window.stranger.node.classList.add('stranger');
}"""
_CLOSE = """async () => {
    window.notebook.sessionContext.session.kernel.anyMessage.disconnect(window.listen);
    const { context, sessionContext } = window.stranger;
    context.model.dirty = false;
    if (sessionContext.session.kernel.id !== window.notebook.sessionContext.session.kernel.id) {
        await sessionContext.shutdown();
    }
    window.stranger.dispose();
}"""
# Whatever ipywidgets draws has one of these classes.
BUILT = ".jupyter-widgets, .jupyter-widget, .osl-kept > .lm-Widget"


class Stranger:
    """A notebook that was written by hand, with one output that says it is a view of this model.

    Args:
        notebook: Beside it the stranger's is opened, in the same kernel.
        model: The id of a widget.
        alone: Open it in a kernel of its own.
    """

    def __init__(self, notebook: Notebook, model: str, *, alone: bool = False) -> None:
        self.page = notebook.page
        self.loaded: list[str] = []
        self.page.on("request", lambda request: self.loaded.append(request.url))
        view = {"version_major": 2, "version_minor": 0, "model_id": model}
        data = {KEPT: view, WIDGET: view, PICTURE: MARKED_PICTURE, "text/plain": "GraphView('lenet')"}
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        cell = {"cell_type": "code", "source": "view", "outputs": [output], "metadata": {}, "execution_count": 1}
        metadata = {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "widgets": {
                "application/vnd.jupyter.widget-state+json": {
                    "version_major": 2, "version_minor": 0, "state": WIDGETS,
                }
            },
        }  # fmt: skip
        content = {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
        self.page.evaluate(_OPEN, [f"{'alone' if alone else 'beside'}.ipynb", content, alone])
        self.root = self.page.locator(".stranger")
        self.picture = self.root.locator("img.osl-kept-picture")

    def trust(self) -> None:
        """As a person does, from the menus or the palette."""
        self.page.evaluate("() => { window.trusting = window.jupyterapp.commands.execute('notebook:trust'); }")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.evaluate("() => window.trusting")

    def is_trusted(self) -> bool:
        return bool(self.page.evaluate("() => window.stranger.content.widgets[0].model.trusted"))

    def marks(self) -> Any:
        """What went off, and what was loaded for it."""
        return [self.page.evaluate("() => window.marked ?? null"), [url for url in self.loaded if "marked" in url]]

    def sent(self) -> list[str]:
        """The kinds of messages that the kernel got."""
        return list(self.page.evaluate("() => window.sent"))


@pytest.fixture
def views(graph: Graph) -> Iterator[Notebook]:
    yield graph.notebook
    graph.page.evaluate(_CLOSE)


def test_untrusted_the_picture_alone_and_trusted_the_live_view(views: Notebook) -> None:
    stranger = Stranger(views, views.value("view.model_id"))
    assert not stranger.is_trusted()
    expect(stranger.picture).to_be_visible()
    expect(stranger.picture).to_have_attribute("alt", "A stranger's network")
    assert stranger.picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") == 200
    expect(stranger.root.locator(BUILT)).to_have_count(0)
    # Its own kernel knows that the page has opened it, and nothing was asked of the view's.
    assert [kind for kind in stranger.sent() if kind.startswith("comm")] == []
    assert stranger.marks() == [None, []]

    stranger.trust()
    assert stranger.is_trusted()
    expect(stranger.root.locator(".osl-graph")).to_be_visible()
    expect(stranger.picture).to_be_hidden()
    live = Graph(views, index=1)
    live.click("B9")
    eventually(lambda: views.value("list(session.selected_blocks)"), ["B9"])


def test_untrusted_the_widgets_that_the_notebook_brings_are_not_built(views: Notebook) -> None:
    stranger = Stranger(views, "stranger", alone=True)
    expect(stranger.picture).to_be_visible()
    expect(stranger.root.locator(BUILT)).to_have_count(0)
    assert stranger.marks() == [None, []]
    # That it would have gone off: what is trusted is shown.
    stranger.trust()
    expect(stranger.root.locator(".marked-widget")).to_be_visible()


# Names of everything that a person, a template or a session file can name, and words that come back in errors.
MARK = "<img src=/marked-name.png onerror=window.marked=1>"
NAMED = f"""
from dataclasses import replace
import numpy as np
from oneshot_lab.errors import SessionError
mark = {MARK!r}
images = np.arange(60 * 64, dtype=np.uint8).reshape(60, 8, 8)
labels = np.arange(60) % 3
marked = replace(osl.load_data((images, labels)),
                 name=mark, class_names=(mark + "0", mark + "1", mark + "2"))
network = replace(osl.load_template("lenet", width=0.25, input_shape=(1, 8, 8), classes=3), name=mark)
session = osl.SearchSession(network, marked, seed=0, bar=False)
session.train(1)
session.step()
session.project()
session.region(x=(-1e6, 1e6), name=mark)
session.selected_region, session.set_operation = mark, "union"
session.focus(mark)
session.finalize(epochs=1)
session.refuse("lab", SessionError(mark, where=mark, expected=mark, remedy=mark))
session.pinned_candidates = tuple(session.candidates["mask"][:2])
lab = osl.Lab(session)
lab
"""
PANELS = ("blocks", "loss", "top", "size", "finals", "log")


def test_names_and_errors_stay_text(notebook: Notebook) -> None:
    loaded: list[str] = []
    notebook.page.on("request", lambda request: loaded.append(request.url))
    notebook.run_cell(NAMED)
    lab = Lab(notebook, None)
    for panel in PANELS:
        lab.turn_to(panel)
        expect(lab.root.locator(".osl-panels")).to_be_visible()
    # That it is there to be seen: as text.
    expect(lab.root).to_contain_text(MARK)
    for code in ("osl.LegoView(session)", "osl.GraphView(session)", "osl.GraphView(network)", "session"):
        notebook.run_cell(code)
    assert notebook.page.locator("img[src='/marked-name.png']").count() == 0
    assert notebook.page.evaluate("() => window.marked ?? null") is None
    assert [url for url in loaded if "marked" in url] == []
