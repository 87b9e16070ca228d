"""The loss chart in a real browser: it follows the search, and says where a person stepped in."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.ui.notebook import Notebook, eventually

EMPTY = """
from oneshot_lab.views.lab.loss_chart import LossChart
session = osl.SearchSession("lenet", data=data, seed=0, width=0.25, bar=False)
chart = LossChart(session)
chart
"""
# How many points each line has.
_POINTS = "paths => paths.map(path => path.getAttribute('d').match(/[ML]/g).length)"


def test_it_follows_the_search_and_marks_what_came_between(notebook: Notebook) -> None:
    errors: list[str] = []
    notebook.page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    notebook.run_cell(EMPTY)
    root = notebook.page.locator(".osl-blocks")
    expect(root).to_have_text("No generation yet. Train the supernet, then step the search.")
    expect(root.locator(".bqplot")).to_have_count(0)

    notebook.execute("session.train(epochs=1); session.step(); session.step()")
    dots = root.locator(".curve .dot")
    expect(dots).to_have_count(2)
    notebook.execute("session.edit(osl.RemoveBlock('B1')); session.train(epochs=1); session.step()")
    expect(dots).to_have_count(3)
    # Highest, mean and lowest, and what the dots hang on; behind them the line where the edit was.
    eventually(lambda: sorted(root.locator("path.line").evaluate_all(_POINTS)), [2, 3, 3, 3, 3])
    expect(root.locator("text.label")).to_have_text("ET")
    lowest = notebook.value("session.generations[-1].loss_min")
    expect(root).to_contain_text(f"generation 2: lowest {lowest:.3g}")
    expect(root).to_contain_text("E edit, T training")

    # Better is lower on the page, and the sign stands between the second generation and the third.
    places = dots.evaluate_all("dots => dots.map(dot => dot.getBoundingClientRect()).map(({ x, y }) => [x, y])")
    losses: list[float] = notebook.value("[generation.loss_min for generation in session.generations]")
    by_height = sorted(range(3), key=lambda index: -places[index][1])
    assert by_height == sorted(range(3), key=lambda index: losses[index])
    sign = root.locator("text.label").bounding_box()
    assert sign
    assert places[1][0] < sign["x"] + sign["width"] / 2 < places[2][0] + 8
    assert not [error for error in errors if "attribute" in error]
