"""Advice in the Lego View: seen, followed with one click or one key, and taken back."""

from __future__ import annotations

from playwright.sync_api import expect

from oneshot_lab.architecture.edits import AddComponent
from tests.ui.lego import Lego

CONVOLUTIONS = [AddComponent(block, "ReLU", index=1) for block in ("B1", "B2", "B3")]
LINEAR = [
    AddComponent("B9", "ReLU", index=2),
    AddComponent("B10", "ReLU", index=3),
    AddComponent("B10", "ReLU", index=2),
]
SAYS = "B1, B2 and B3 are one convolution together"


def test_advice_is_seen_followed_and_taken_back(lego: Lego) -> None:
    lines = lego.root.locator(".osl-advice .osl-note")
    marks = lego.root.locator(".osl-mark:visible")
    expect(lines).to_have_count(3)
    expect(marks).to_have_count(8)
    line = lego.item("L1").locator(".osl-advice")
    expect(line).to_contain_text(SAYS)
    before = lego.architecture()
    with lego.makes(*CONVOLUTIONS):
        line.get_by_role("button", name="Put an activation into each").click()
    expect(lines).to_have_count(2)
    expect(marks).to_have_count(5)
    expect(lego.item("L1")).to_be_focused()
    assert lego.notebook.value("[entry.action for entry in session.log]")[-1] == "edit"
    with lego.leads_to(before):
        lego.tool("undo").click()
    expect(line).to_contain_text(SAYS)
    expect(marks).to_have_count(8)


def test_the_keyboard_follows_it_from_a_block(lego: Lego) -> None:
    lego.stand_on("B9")
    with lego.makes(*LINEAR):
        lego.press("v")
    expect(lego.item("B9")).to_be_focused()
    expect(lego.item("L5").locator(".osl-advice .osl-note")).to_have_count(0)
    with lego.makes(*CONVOLUTIONS):
        lego.item("L1").locator("[data-act='follow']").focus()
        lego.press("Enter")


def test_a_line_waits_for_the_end_of_a_drag(lego: Lego) -> None:
    line = lego.item("L1").locator(".osl-advice")
    lego.grab("B6")
    place = lego.item("B6").bounding_box()
    lego.notebook.execute("session.edit(session.advice()[0])")
    expect(line).to_be_visible()
    assert lego.item("B6").bounding_box() == place
    lego.press("Escape")
    lego.mouse.up()
    expect(line).to_be_hidden()
    expect(lego.item("L3").locator(".osl-advice")).to_be_visible()
