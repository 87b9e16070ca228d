"""Final networks class by class, and the data that they learned from, as a person looks at them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.ui.lab import Lab
from tests.ui.notebook import Notebook, eventually, open_notebook
from tests.ui.screenshots import THEMES, choose_theme

SETUP = """
import numpy as np, oneshot_lab as osl
from dataclasses import replace

def final(counts, names):
    one = session.finals[0]
    run = replace(one.runs[0], confusion=counts, test_accuracy=sum(row[at] for at, row in enumerate(counts)) / 100)
    return replace(one, runs=(run,), class_names=names)

def show(*finals):
    session.state.finals = finals
    session._publish()

pixels = np.random.default_rng(0).integers(0, 256, (240, 8, 8), dtype=np.uint8)
names = np.array(["<img src=x onerror=window.drawn=1>", "bee", "cockchafer beetle", "dragonfly"])
data = osl.load_data((pixels, names[np.arange(240) % 4]))
many = tuple(tuple(4 if row == at else int((at - row) % 50 == 1) for at in range(50)) for row in range(50))
"""
BEGIN = """
lab = osl.Lab(osl.SearchSession('lenet', data, width=0.25, seed=0, bar=False))
session = lab.session
session.finalize(osl.Mask.full(session.architecture), epochs=1)
show(*session.finals, final(((95, 0, 0, 0), (5, 0, 0, 0), (0,) * 4, (0,) * 4), tuple(names)))
"""
# The least contrast of text to its ground (WCAG 2) among elements, drawn on a canvas, which knows all colours.
CONTRAST = """nodes => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const luminance = colour => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(value => {
            const share = value / 255;
            return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return Math.min(...nodes.filter(node => node.textContent).map(node => {
        const { color, backgroundColor } = getComputedStyle(node);
        const [one, other] = [backgroundColor, color].map(luminance).sort((a, b) => a - b);
        return (other + 0.05) / (one + 0.05);
    }));
}"""

IS_INSIDE = """pictures => pictures.map(picture => {
    const [inner, outer] = [picture, picture.closest('.osl-data-panel')].map(node => node.getBoundingClientRect());
    return picture.naturalWidth > 0 && inner.width > 100 && inner.left >= outer.left && inner.right <= outer.right;
})"""


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: str) -> Iterator[Notebook]:
    with open_notebook(browser, lab, width=1280, height=800) as notebook:
        notebook.execute(SETUP)
        yield notebook


@pytest.fixture(scope="module")
def bench(notebook: Notebook) -> Lab:
    """A Lab with two final networks, of which one predicts a single class."""
    bench = Lab(notebook, BEGIN)
    bench.turn_to("finals")
    return bench


@pytest.fixture
def detail(bench: Lab) -> Locator:
    bench.page.mouse.move(5, 5)
    bench.turn_to("finals")
    shown = bench.root.locator(".osl-final")
    expect(shown).to_be_visible()
    return shown


def select(bench: Lab, number: int) -> None:
    row = bench.root.locator(f".osl-finalize .osl-table tr[data-key='final {number}']")
    if row.get_attribute("aria-selected") != "true":
        row.click()


def test_a_selected_network_is_shown_class_by_class(bench: Lab, detail: Locator) -> None:
    select(bench, 1)
    expect(detail.locator(".osl-final-title")).to_contain_text("of the test images are correct")
    counts = bench.value("[list(row) for row in session.finals[0].confusion]")
    cells = detail.locator("td[data-row]")
    # Awaited: until the selection has come back from the kernel, the other network is shown.
    expect(cells).to_have_text([str(count or "") for row in counts for count in row])
    right = [f"{round(100 * row[at] / sum(row))} %" for at, row in enumerate(counts)]
    expect(detail.locator("tbody .osl-right")).to_have_text(right)
    # The classes are called what a folder calls them, whatever that is.
    expect(detail.locator("tbody th").first).to_have_text("<img src=x onerror=window.drawn=1>")
    assert bench.page.evaluate("window.drawn") is None
    remark = bench.value("session.finals[0].remark")
    expect(detail.locator(".osl-final-warning")).to_have_text(f"It {remark}." if remark else "")


def test_one_that_predicts_a_single_class_says_so(bench: Lab, detail: Locator) -> None:
    select(bench, 2)
    expect(detail.locator(".osl-final-title")).to_contain_text("95.00% of the test images are correct")
    expect(detail.locator(".osl-final-title")).to_contain_text("50.00%")
    expect(detail.locator(".osl-final-warning")).to_have_text(
        "It predicts only class '<img src=x onerror=window.drawn=1>'."
    )
    row = bench.root.locator(".osl-finalize tr[data-key='final 2']")
    expect(row.locator("[data-column='balanced']")).to_have_text("50.00 %")
    expect(row.locator("[data-column='remark']")).to_contain_text("predicts only class")


def test_the_keyboard_walks_over_the_cells_and_the_notebook_hears_nothing(bench: Lab, detail: Locator) -> None:
    select(bench, 2)
    told, keyboard = detail.locator(".osl-confusion-told"), bench.page.keyboard
    cells = bench.notebook.cells()
    bench.root.get_by_role("grid", name="Final networks").focus()
    # The next stop after the table and the heads of its columns.
    for _ in range(1 + bench.root.locator(".osl-finalize th button:visible").count()):
        keyboard.press("Tab")
    expect(detail.locator(".osl-confusion-box")).to_be_focused()
    expect(told).to_have_text("bee classified as <img src=x onerror=window.drawn=1>: 5 of 5 (100 %)")
    for key in ("ArrowRight", "d", "d", "x"):
        keyboard.press(key)
    expect(told).to_have_text("bee: 0 of 5 (0 %) right")
    box = detail.locator(".osl-confusion-box")
    current = detail.locator(".osl-current")
    assert box.get_attribute("aria-activedescendant") == current.get_attribute("id")
    assert bench.notebook.cells() == cells
    detail.locator("td[data-row='0'][data-column='0']").hover()
    expect(told).to_have_text("<img src=x onerror=window.drawn=1>: 95 of 95 (100 %) right")


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_can_be_read_in_either_theme(bench: Lab, detail: Locator, theme: str) -> None:
    choose_theme(bench.notebook, THEMES[theme])
    texts = detail.locator("td[data-row], td.osl-right, tbody th")
    for number in (1, 2):
        select(bench, number)
        eventually(lambda: detail.locator("td[data-row]").count(), 16)
        # The colours of a theme come after its name.
        eventually(lambda: texts.evaluate_all(CONTRAST) >= 4.5, True)
    choose_theme(bench.notebook, THEMES["light"])


def test_of_many_classes_there_are_a_picture_the_worst_pairs_and_a_table(bench: Lab, detail: Locator) -> None:
    bench.notebook.execute("show(*session.finals[:2], final(many, tuple(f'class {at}' for at in range(50))))")
    select(bench, 3)
    canvas = detail.locator("canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"])
    assert box["width"] >= 200
    assert detail.locator(".osl-confusion-pair").count() == 6
    told = detail.locator(".osl-confusion-told")
    # What scrolls into view would come to lie under the pointer.
    bench.page.mouse.move(5, 5)
    detail.locator(".osl-confusion-pair").nth(2).focus()
    expect(told).to_have_text("class 2 classified as class 3: 1 of 5 (20 %)")
    canvas.hover(position={"x": box["width"] * 10.5 / 50, "y": box["height"] * 10.5 / 50})
    expect(told).to_have_text("class 10: 4 of 5 (80 %) right")
    expect(detail.locator(".osl-confusion-marker")).to_be_visible()
    table = detail.locator(".osl-table")
    expect(table.locator("tr[data-place]").first).to_contain_text("80.0 %")
    bench.notebook.execute("show(*session.finals[:2])")


def test_one_that_waits_to_be_measured_is_measured_at_a_press(bench: Lab, detail: Locator) -> None:
    bench.notebook.execute(
        "one = session.finals[0]\n"
        "blank = replace(one.runs[0], test_accuracy=float('nan'), confusion=())\n"
        "waits = replace(one, runs=(blank,), problem='bee/3.png: it cannot be read', unmeasured=(one.module,))\n"
        "show(*session.finals[:2], waits)"
    )
    select(bench, 3)
    expect(detail.locator(".osl-final-warning")).to_have_text("It could not be measured: bee/3.png: it cannot be read")
    bench.press("Measure again")
    bench.rests()
    assert bench.value("session.finals[2].confusion == session.finals[0].confusion")
    expect(detail.locator(".osl-final-title")).to_contain_text("of the test images are correct")
    expect(bench.button("Measure again")).not_to_be_visible()


def test_notes_about_the_data_are_seen_where_they_are_chosen(bench: Lab) -> None:
    notes = bench.value("list(session.data.notes)")
    assert notes
    button = bench.button("Data")
    expect(button).to_have_text(f"Data {len(notes)}")
    assert notes[0] in (button.get_attribute("title") or "")
    button.click()
    panel = bench.root.locator(".osl-data-panel")
    expect(panel).to_be_visible()
    expect(panel.locator("li")).to_have_text(notes)
    # People see what the network sees, without scrolling sideways; names are text.
    pictures = panel.locator("img")
    expect(pictures).to_have_count(4)
    for width in (1720, 1280):  # in a narrow panel beside the map, in a wide one below it
        bench.page.set_viewport_size({"width": width, "height": 800})
        eventually(lambda: pictures.evaluate_all(IS_INSIDE), [True] * 4)
    expect(panel.locator("tbody th").first).to_have_text("<img src=x onerror=window.drawn=1>")
    assert bench.page.evaluate("window.drawn") is None
