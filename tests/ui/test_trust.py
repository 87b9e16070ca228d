"""A notebook that somebody else wrote: until it is trusted, nothing of it is built, runs or reaches the kernel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.ui.graph import Graph
from tests.ui.lab import Lab
from tests.ui.notebook import Notebook, eventually
from tests.ui.stranger import BUILT, CLOSE, Stranger


@pytest.fixture
def views(graph: Graph) -> Iterator[Notebook]:
    yield graph.notebook
    graph.page.evaluate(CLOSE)


def test_untrusted_the_picture_alone_and_trusted_the_live_view(views: Notebook) -> None:
    stranger = Stranger(views, views.value("view.model_id"))
    assert not stranger.is_trusted()
    expect(stranger.picture).to_be_visible()
    expect(stranger.picture).to_have_attribute("alt", "A stranger's network")
    assert stranger.picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") == 200
    expect(stranger.root.locator(BUILT)).to_have_count(0)
    # Its own kernel knows that the page has opened it, and nothing was asked of the view's.
    assert stranger.comms() == []
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
session.pinned_candidates = session.generations[-1].population[:2]
lab = osl.Lab(session)
lab
"""
PANELS = ("blocks", "loss", "top", "size", "finals", "log")


def test_names_and_errors_stay_text(notebook: Notebook) -> None:
    loaded: list[str] = []
    notebook.page.on("request", lambda request: loaded.append(request.url))
    # What another test trusted went off in this page.
    notebook.page.evaluate("() => { delete window.marked; }")
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
