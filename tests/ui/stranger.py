"""A notebook that somebody else wrote by hand, opened untrusted. Its markers say in the page if they go off."""

from __future__ import annotations

from typing import Any

from oneshot_lab.views.common.kept import KEPT, PICTURE, WIDGET
from tests.ui.notebook import Notebook

# None of our own pictures has any of it.
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
_TRUST = """() => {
    window.trusted = false;
    window.jupyterapp.commands.execute('notebook:trust').then(() => { window.trusted = true; });
}"""
CLOSE = """async () => {
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
        self.page.evaluate(_TRUST)
        question = self.page.locator(".jp-Dialog", has_text="Trust this notebook")
        question.locator(".jp-mod-accept").click()
        self.page.wait_for_function("() => window.trusted")

    def is_trusted(self) -> bool:
        return bool(self.page.evaluate("() => window.stranger.content.widgets[0].model.trusted"))

    def marks(self) -> Any:
        """What went off, and what was loaded for it."""
        return [self.page.evaluate("() => window.marked ?? null"), [url for url in self.loaded if "marked" in url]]

    def comms(self) -> list[str]:
        """The kinds of messages about widgets that the kernel of the other notebook got since this one was opened."""
        return [kind for kind in self.page.evaluate("() => window.sent") if kind.startswith("comm")]
