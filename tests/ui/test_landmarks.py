"""From the button to a filled panel: landmarks are trained and looked at, with the mouse alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.lab import Lab
from tests.ui.notebook import Notebook, eventually, open_notebook

BEGIN = """
import oneshot_lab as osl
lab = osl.Lab(template="lenet", data=osl.load_data("digits", limit=300), width=0.25, seed=0, bar=False)
"""


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: str) -> Iterator[Notebook]:
    with open_notebook(browser, lab, width=1440, height=1000) as notebook:
        yield notebook


def test_from_the_button_to_a_filled_panel(notebook: Notebook) -> None:
    bench = Lab(notebook, BEGIN)
    panel = bench.root.locator(".osl-trust")
    bench.turn_to("trust")
    expect(panel).to_contain_text("Train 8 landmarks: candidates that are trained by themselves.")
    expect(panel).to_contain_text("The cost is unknown until something was trained.")
    expect(panel.locator(".bqplot")).to_be_hidden()

    bench.press("Train")
    bench.rests()
    expect(panel).to_contain_text("Takes about ")
    bench.press("Step")
    bench.rests()

    # Shorter than usual: one epoch each.
    field = panel.get_by_label("epochs")
    field.fill("1")
    field.press("Enter")
    bench.press("Train landmarks")
    bench.reaches("[landmark.epochs for landmark in session.trained_landmarks]", [1] * 8)
    bench.rests()

    dots = panel.locator(".object_grp")
    expect(panel.locator("tbody tr")).to_have_count(6)
    held = bench.value("session.trust().held_out.held")
    expect(panel).to_contain_text(f"{held} of 8 intervals held.")
    for sentence in bench.value("list(session.trust().sentences)"):
        expect(panel).to_contain_text(sentence)
    # Of those whose interval held, and of the others.
    expect(dots).to_have_count(8)

    # bqplot hides a figure that was never in sight, which Playwright would wait for before it scrolls there.
    panel.locator(".bqplot").evaluate("chart => chart.scrollIntoView({ block: 'center' })")
    # The one that is drawn last, and that no other covers.
    dots.last.hover()
    eventually(lambda: bench.value("session.hovered_candidate in [row.mask for row in session.trust().rows]"), True)
    expect(panel).to_contain_text("trained ")
    expect(panel).to_contain_text(", predicted ")
    notebook.page.mouse.move(2, 2)
    eventually(lambda: bench.value("session.hovered_candidate is None"), True)

    # Looked at in another view.
    notebook.execute("session.hovered_candidate = session.trained_landmarks[3].mask")
    expect(dots).to_have_count(9)
    notebook.execute("session.hovered_candidate = None")


def test_from_a_template_to_a_network_whose_interval_is_told(notebook: Notebook) -> None:
    bench = Lab(notebook, BEGIN.replace("lenet", "lenet5"))
    bench.choose("lenet", where=0)
    bench.reaches("architecture.name", "lenet")
    bench.press("Train")
    bench.reaches("projection is not None", True)
    bench.rests()
    bench.press("Run")
    bench.rests()
    bench.turn_to("trust")
    bench.press("Train landmarks")
    bench.reaches("len(session.trained_landmarks)", 8)
    bench.rests()

    bench.press("Finalize")
    panel = bench.root.locator(".osl-finalize")
    count = panel.get_by_label("best of")
    box = count.bounding_box()
    assert box is not None
    # The upper one of the arrows that the field has under the pointer.
    count.hover()
    for wanted in (2, 3, 4):
        count.click(position={"x": box["width"] - 9, "y": box["height"] / 2 - 5})
        expect(count).to_have_value(str(wanted))
    expect(panel.locator(".osl-finalize-chosen")).to_contain_text("4 finalists: ")
    expect(panel.locator(".osl-finalize-chosen")).to_contain_text("then the best in full. Takes about ")
    bench.press("Train from scratch")
    bench.reaches("len(session.finals)", 1)
    bench.rests()

    # What was chosen, and what is expected of it and why, are on the screen.
    mask = "session.finals[0].mask"
    mean, half, trained = bench.value(
        f"(lambda known: [known.mean[0], known.half[0], bool(known.trained[0])])(session.posterior([{mask}]))"
    )
    told = f"{100 * mean:.1f} % ± {100 * half:.1f}"
    assert trained
    expect(panel.locator(".osl-final-posterior")).to_contain_text(f"Posterior {told} on the validation split, by ")
    expect(panel.locator(".osl-final-posterior")).to_contain_text("it is one of them, trained ")
    final = panel.locator("tr[data-key='final 1']")
    expect(final.locator("[data-column='accuracy']")).to_contain_text("%")
    final.hover()
    bench.reaches(f"session.hovered_candidate == {mask}", True)
    bench.turn_to("top")
    posteriors = bench.root.locator(".osl-panels [data-column='posterior']:visible")
    expect(posteriors.filter(has_text=told).first).to_be_visible()


def test_the_labs_stop_keeps_those_that_are_complete(notebook: Notebook) -> None:
    bench = Lab(notebook, BEGIN)
    panel = bench.root.locator(".osl-trust")
    bench.turn_to("trust")
    field = panel.get_by_label("epochs")
    field.fill("999")
    field.press("Enter")
    bench.press("Train landmarks")
    expect(panel).to_contain_text("Landmarks are being trained. Stop, below, keeps those that are complete.")
    expect(bench.root.locator(".osl-lab-said")).to_contain_text("landmark 1 of 8")
    bench.press("Stop")
    bench.rests()
    assert bench.value("[entry.outcome for entry in session.log if entry.action == 'landmarks']") == ["stopped"]
    expect(panel).to_contain_text("there are no landmarks to compare them with")
