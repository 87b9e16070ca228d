"""A notebook with a kernel of its own in the real JupyterLab."""

from __future__ import annotations

import ast
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, Page

PATIENCE = 60.0
"""Seconds in which anything here happens, on a busy machine too."""

_OPEN = """async () => {
    await window.jupyterapp.restored;
    const options = { kernelName: 'python3' };
    window.notebook = await window.jupyterapp.commands.execute('notebook:create-new', options);
    await window.notebook.sessionContext.ready;
    await window.notebook.context.ready;
}"""

_EXECUTE = """async ([code, expression]) => {
    const kernel = window.notebook.sessionContext.session.kernel;
    const future = kernel.requestExecute({ code, store_history: false, user_expressions: { value: expression } });
    const { content } = await future.done;
    return content.status === 'ok' ? content.user_expressions.value : content;
}"""

_RUN_CELL = """async code => {
    const { content } = window.notebook;
    content.activeCellIndex = content.widgets.length - 1;
    content.activeCell.model.sharedModel.setSource(code);
    content.activeCell.model.outputs.clear();
    await window.jupyterapp.commands.execute('notebook:run-cell');
    const outputs = content.activeCell.model.outputs.toJSON();
    return outputs.filter(output => output.output_type === 'error').map(output => output.traceback.join('\\n'));
}"""

_RUN_AGAIN = """async code => {
    const { content } = window.notebook;
    content.activeCellIndex = content.widgets.findIndex(({ model }) => model.sharedModel.source.startsWith(code));
    await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
_START = """async () => {
    const { sessionContext } = window.notebook;
    if (!sessionContext.session) {
        await sessionContext.changeKernel({ name: 'python3' });
        await sessionContext.ready;
    }
}"""

# Of what is opened again, the notebook is the one that was in front.
_REOPENED = """async () => {
    await window.jupyterapp.restored;
    window.notebook = window.jupyterapp.shell.currentWidget;
    await window.notebook.context.ready;
    await window.notebook.sessionContext.ready;
}"""

_BEGIN = """code => {
    window.running = window.notebook.sessionContext.session.kernel.requestExecute({ code }).done;
}"""


class Notebook:
    """An open notebook."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # A workspace of its own: of two pages with one, what is opened again is what either of them saved last.
        page.goto(f"lab/workspaces/{uuid4().hex}?reset")
        page.wait_for_function("() => window.jupyterapp?.isPluginActivated")
        page.evaluate(_OPEN)

    def execute(self, code: str, expression: str = "None") -> Any:
        """Runs code in the kernel, behind everything that the page has sent before.

        Returns:
            The value of an expression that JSON can hold, evaluated afterwards.
        """
        reply = self.page.evaluate(_EXECUTE, [code, f"__import__('json').dumps({expression})"])
        assert reply["status"] == "ok", "\n".join(reply["traceback"])
        return json.loads(ast.literal_eval(reply["data"]["text/plain"]))

    def value(self, expression: str) -> Any:
        """The value of a Python expression that JSON can hold."""
        return self.execute("", expression)

    def run_cell(self, code: str) -> None:
        """Runs code as the last cell, and shows what comes of it; the notebook is in command mode then."""
        errors = self.page.evaluate(_RUN_CELL, code)
        assert not errors, errors[0]

    def run_again(self, code: str) -> None:
        """Runs the first cell that begins with this again."""
        self.page.evaluate(_RUN_AGAIN, code)

    @contextmanager
    def busy(self, then: str = "") -> Iterator[None]:
        """Has a cell run meanwhile, so that the kernel takes no messages; it ends with some code."""
        with TemporaryDirectory() as home:
            end = str(Path(home) / "end")
            code = f"import os, time\nwhile not os.path.exists({end!r}): time.sleep(0.01)\n{then}"
            self.page.evaluate(_BEGIN, code)
            try:
                yield
            finally:
                Path(end).touch()
                self.page.evaluate("() => window.running")

    def cells(self) -> list[str]:
        """The types and texts of all cells."""
        cells = "() => window.notebook.content.widgets.map(({ model }) => `${model.type}: ${model.sharedModel.source}`)"
        return list(self.page.evaluate(cells))

    def save(self) -> str:
        """Saves it, and returns its path."""
        save = "async () => { await notebook.context.save(); return notebook.context.path; }"
        return str(self.page.evaluate(save))

    def reload(self) -> None:
        """Saves it and loads the page again; the kernel lives on."""
        self.save()
        self.page.reload()
        self.page.wait_for_function("() => window.jupyterapp?.isPluginActivated")
        self.page.evaluate(_REOPENED)

    def start(self) -> None:
        """Starts a kernel if there is none."""
        self.page.evaluate(_START)

    def shut_down(self) -> None:
        self.page.evaluate("() => window.notebook.sessionContext.shutdown()")


@contextmanager
def open_notebook(browser: Browser, lab: str, *, width: int, height: int) -> Iterator[Notebook]:
    """Opens a new notebook in a page of its own, so large, and takes both away afterwards."""
    context = browser.new_context(base_url=lab, viewport={"width": width, "height": height})
    context.set_default_timeout(60_000)
    notebook = Notebook(context.new_page())
    try:
        yield notebook
    finally:
        notebook.shut_down()
        context.close()


def eventually(read: Callable[[], Any], wanted: Any) -> None:
    """Reads again and again until the wanted value is there. Each reading waits for an answer, so none is in vain."""
    limit = time.monotonic() + PATIENCE
    while (found := read()) != wanted and time.monotonic() < limit:
        pass
    assert found == wanted
