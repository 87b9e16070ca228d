"""What the mouse does in the Lego View, and what Python makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from oneshot_lab.architecture.edits import (
    AddBlock,
    AddComponent,
    AddLayer,
    CopyBlock,
    CopyComponent,
    CopyLayer,
    Edit,
    MoveBlock,
    MoveComponent,
    MoveLayer,
    RemoveBlock,
    RemoveComponent,
    RemoveLayer,
    RemoveLink,
    SetMerge,
    SetParams,
)
from oneshot_lab.architecture.templates import load_template
from tests.ui.lego import Lego

# item, over which part of which other one, where in it, edit
DRAGS = {
    "a layer up": ("L6", "L5", "box", (0.5, 0.1), MoveLayer("L6", 4)),
    "a layer down": ("L1", "L2", "gap", (0.5, 0.8), MoveLayer("L1", 1)),
    "a block beside its sibling": ("B1", "B2", "box", (0.9, 0.5), MoveBlock("B1", "L1", 1)),
    "a block into another layer": ("B1", "B5", "box", (0.1, 0.5), MoveBlock("B1", "L3", 0)),
    "a block between two layers": ("B3", "L2", "gap", (0.5, 0.5), MoveBlock("B3", None, 2)),
    "a block before all layers": ("B3", "L1", "head", (0.5, 0.5), MoveBlock("B3", None, 0)),
    "a component in its block": ("C11", "C10", "head", (0.5, 0.2), MoveComponent("C11", "B10", 1)),
    "a component into another block": ("C11", "C9", "head", (0.5, 0.9), MoveComponent("C11", "B9", 2)),
    "the only component of a layer": ("C4", "C5", "head", (0.5, 0.9), MoveComponent("C4", "B5", 1)),
    "a component before a block": ("C11", "B9", "head", (0.1, 0.5), MoveComponent("C11", "L5", 0)),
    "a component between two blocks": ("C11", "B9", "head", (0.9, 0.5), MoveComponent("C11", "L5", 1)),
    "a component between two layers": ("C11", "L6", "gap", (0.5, 0.5), MoveComponent("C11", None, 6)),
}


@pytest.mark.parametrize("what", DRAGS)
def test_dragging(lego: Lego, what: str) -> None:
    item, onto, part, at, edit = DRAGS[what]
    lands = (getattr(edit, "to", None) or "", edit.index)
    with lego.makes(edit):
        lego.drag(item, onto, part, at=at, lands=lands)


def test_a_drag_that_escape_ends_or_that_ends_where_it_began_changes_nothing(lego: Lego) -> None:
    with lego.changes_nothing():
        lego.grab("B1")
        lego.carry("B5", "box", at=(0.1, 0.5), lands=("L3", 0))
        lego.press("Escape")
        lego.mouse.up()
    with lego.changes_nothing():
        lego.grab("B1")
        lego.carry("B5", "box", at=(0.1, 0.5), lands=("L3", 0))
        lego.carry("B2", "box", at=(0.1, 0.5), lands=("L1", 0))
        lego.mouse.up()
    assert not lego.notebook.value("session.can_undo")


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_the_next_click_counts_after_a_drag_of_what_has_left_the_page(lego: Lego, by: str) -> None:
    lego.grab("B6")
    lego.notebook.execute("session.edit(osl.RemoveBlock('B6'))")
    lego.press("Escape")
    # Nothing is clicked by letting go: what was pressed is not there.
    lego.mouse.up()
    expect(lego.item("B6")).to_have_count(0)
    undo = lego.tool("undo")
    undo.click() if by == "mouse" else undo.press("Enter")
    expect(lego.item("B6")).to_be_visible()


def test_adding_at_the_three_levels(lego: Lego) -> None:
    with lego.makes(AddComponent("B4", "MaxPool2d", "2")):
        lego.use("B4", "add-component")
        lego.pick("maxp 2")
    expect(lego.item("C16")).to_be_focused()
    with lego.makes(AddBlock("L2", "Tanh")):
        lego.use("L2", "add-block")
        lego.pick("activ", kind="Tanh")
    with lego.makes(AddLayer("Dropout2d", "0.25", 2)):
        lego.use("L2", "add-layer")
        lego.pick("drop2 0.25")
    with lego.makes(AddLayer("Identity", "", 0)):
        lego.root.locator("[data-act=add-layer][data-at=start]").click()
        lego.pick("ident")
    with lego.makes(AddLayer("Dropout", "p=0.1")):
        lego.root.locator("[data-act=add-layer][data-at=end]").click()
        lego.pick("drop p=0.1")


def test_the_palette_filters_and_lets_go(lego: Lego) -> None:
    palette = lego.root.locator(".osl-palette")
    options = palette.locator(".osl-option:not([hidden])")
    with lego.changes_nothing():
        lego.use("B4", "add-component")
        expect(palette.locator(".osl-popup-title")).to_have_text("New component in B4")
        lego.keyboard.type("norm")
        expect(options.locator(".osl-kind")).to_have_text(["BatchNorm2d", "BatchNorm1d", "GroupNorm", "LayerNorm"])
        expect(palette.locator(".osl-family:not([hidden])")).to_have_count(1)
        lego.keyboard.type("xyz")
        expect(options).to_have_count(0)
        lego.press("Enter")
        expect(palette).to_be_visible()
        lego.root.locator(".osl-foot").click()
        expect(palette).to_be_hidden()


REMOVALS = {"L2": RemoveLayer("L2"), "B2": RemoveBlock("B2"), "C10": RemoveComponent("C10")}
COPIES = {
    "L2": CopyLayer("L2", 2),
    "B2": CopyBlock("B2", "L1", 2),
    "C12": CopyComponent("C12", "B11", 1),
}


@pytest.mark.parametrize(("act", "edits"), [("remove", REMOVALS), ("duplicate", COPIES)])
def test_remove_and_duplicate(lego: Lego, act: str, edits: dict[str, Edit]) -> None:
    for item, edit in edits.items():
        with lego.makes(edit):
            lego.use(item, act)


def test_collapsing(lego: Lego) -> None:
    with lego.changes_nothing():
        lego.use("L3", "collapse")
        expect(lego.item("L3")).to_have_attribute("aria-expanded", "false")
        expect(lego.item("B5")).to_be_hidden()
        expect(lego.part("L3")).to_contain_text("Conv2d | Conv2d | Conv2d")
    # An edit elsewhere leaves it so.
    with lego.makes(RemoveBlock("B2")):
        lego.use("B2", "remove")
    expect(lego.item("B5")).to_be_hidden()
    lego.use("L3", "collapse")
    expect(lego.item("B5")).to_be_visible()


def test_parameters(lego: Lego) -> None:
    with lego.makes(SetParams("C1", "1, 4, 3")):
        lego.field("C1").fill("1, 4, 3")
        lego.press("Enter")
    expect(lego.part("C2", "notes")).to_have_text("out_channels 2 → 4: same width as B1")
    # What is not a legal value becomes the nearest one, and what is left out is filled in.
    with lego.makes(SetParams("C1", "1, 3.7")):
        lego.field("C1").fill("1, 3.7")
        lego.field("C5").click()
    expect(lego.field("C1")).to_have_value("1, 4, 3")
    notes = ["out_channels 3.7 → 4: the nearest whole number", "kernel_size = 3: it was blank"]
    expect(lego.part("C1", "notes").locator(".osl-repair")).to_have_text(notes)
    lego.part("C1", "notes").get_by_label("Dismiss").first.click()
    expect(lego.part("C1", "notes").locator(".osl-repair")).to_have_text(notes[1:])


def test_parameters_that_make_no_sense_stay_to_be_put_right(lego: Lego) -> None:
    before = lego.architecture()
    lego.field("C1").fill("1, 2, x")
    lego.press("Enter")
    expect(lego.part("C1", "notes")).to_contain_text("Not done: kernel_size cannot be 'x'")
    expect(lego.field("C1")).to_have_value("1, 2, x")
    assert lego.architecture() == before
    lego.field("C1").click()
    lego.press("Escape")
    lego.shows(before)
    with lego.makes(SetParams("C1", "1, 2, 5")):
        lego.field("C1").fill("1, 2, 5")
        lego.press("Enter")
    expect(lego.part("C1", "notes")).to_contain_text("padding = 1: same size as B2")


def test_merging_and_unlinking(lego: Lego) -> None:
    with lego.makes(SetMerge("L1", "concat")):
        lego.part("L1").locator(".osl-merge").select_option("concat")
    lego.notebook.execute("session.edit(osl.AddLink('L1', 'L4'))")
    with lego.makes(RemoveLink("L1", "L4")):
        lego.part("L4").get_by_title("Remove the link from L1").click()


def test_selecting_many_and_deleting_them_at_once(lego: Lego) -> None:
    lego.part("B1").click()
    lego.part("B3").click(modifiers=["Shift"])
    lego.selects("B1", "B2", "B3")
    lego.part("B2").click(modifiers=["Control"])
    lego.part("C10").click(modifiers=["Control"])
    lego.selects("B1", "B3", "C10")
    before = lego.architecture()
    with lego.makes(RemoveBlock("B1"), RemoveBlock("B3"), RemoveComponent("C10")):
        lego.press("Delete")
    lego.selects()
    with lego.leads_to(before):
        lego.tool("undo").click()
    expect(lego.tool("undo")).to_be_disabled()


def test_a_selection_made_in_python_shows(lego: Lego) -> None:
    lego.notebook.execute("view.selected = ['B2', 'L4']")
    expect(lego.root.locator("[aria-selected=true]")).to_have_count(2)
    expect(lego.item("B2")).to_have_attribute("aria-selected", "true")


def test_undo_and_redo(lego: Lego) -> None:
    expect(lego.tool("undo")).to_be_disabled()
    first = lego.architecture()
    with lego.makes(RemoveLayer("L6")):
        lego.use("L6", "remove")
    second = lego.architecture()
    with lego.leads_to(first):
        lego.tool("undo").click()
    with lego.leads_to(second):
        lego.tool("redo").click()
    expect(lego.tool("redo")).to_be_disabled()


def test_a_remedy_leads_out_of_what_cannot_be(lego: Lego) -> None:
    with lego.makes(SetParams("C1", "1, 2, 4")):
        lego.field("C1").fill("1, 2, 4")
        lego.press("Enter")
    assert lego.notebook.value("dumps(session.architecture) == dumps(session.drawn)") is False
    whole = lego.root.locator(".osl-whole-problem")
    expect(whole).to_contain_text("The search waits: Conv2d(1, 2, 4) gives 2×5×5")
    expect(lego.item("B1")).to_have_attribute("aria-invalid", "true")
    waits: Any = lego.notebook.execute(
        "try: session.train(epochs=1); why = None\nexcept osl.OneShotError as error: why = str(error)", "why"
    )
    assert "Conv2d(1, 2, 4) gives 2×5×5" in waits
    with lego.makes(SetParams("C1", "1, 2, 3, 1, 0")):
        lego.part("B1", "notes").get_by_role("button", name="use Conv2d with kernel_size=3, stride=1").click()
    expect(whole).to_be_hidden()
    expect(lego.item("B1")).not_to_have_attribute("aria-invalid", "true")


def test_picking_a_template(lego: Lego) -> None:
    before = lego.architecture()
    picker = lego.root.get_by_label("Template")
    # As wide as the session makes its templates.
    with lego.leads_to(load_template("lenet5", input_shape=before.input_shape, width=0.25)):
        picker.select_option("lenet5")
    expect(picker).to_have_value("lenet5")
    with lego.leads_to(before):
        lego.tool("undo").click()
    expect(picker).to_have_value("lenet")
