"""Everything that the mouse does in the Lego View, done with the keyboard."""

from __future__ import annotations

from functools import reduce

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
    SetMerge,
    SetParams,
)
from tests.ui.lego import Lego, result


def test_tab_leads_to_one_item_and_arrows_walk_from_there(lego: Lego) -> None:
    lego.root.get_by_label("Template").focus()
    for _ in range(8):
        lego.press("Tab")
        if lego.item("L1").evaluate("node => node === document.activeElement"):
            break
    expect(lego.item("L1")).to_be_focused()
    expect(lego.root.locator(".osl-item[tabindex='0']")).to_have_count(1)
    assert lego.part("L1", "box").evaluate("node => getComputedStyle(node).boxShadow") != "none"
    steps = {"ArrowDown": "B1", "ArrowRight": "C1", "ArrowLeft": "B1", "ArrowUp": "L1", "End": "C13", "Home": "L1"}
    for key, item in steps.items():
        lego.press(key)
        expect(lego.item(item)).to_be_focused()
        lego.selects(item)


def test_the_tree_tells_screen_readers_what_it_is(lego: Lego) -> None:
    tree = lego.root.get_by_role("tree", name="Network")
    expect(tree.get_by_role("treeitem", name="Layer L1: sum of 3 blocks, output 2×6×6")).to_have_attribute(
        "aria-level", "1"
    )
    expect(tree.get_by_role("treeitem", name="Block B2: Conv2d")).to_have_attribute("aria-level", "2")
    expect(tree.get_by_role("treeitem", name="Conv2d 1, 2, 5, padding=1")).to_have_attribute("aria-level", "3")
    with lego.makes(MoveBlock("B1", "L1", 1)):
        lego.stand_on("B1")
        lego.press("Alt+ArrowDown")
    expect(lego.root.get_by_role("log")).to_contain_text("Moved block B1 to L1, position 2")


MOVES = {
    "a layer up": ("L3", "Alt+ArrowUp", MoveLayer("L3", 1)),
    "a layer down": ("L3", "Alt+ArrowDown", MoveLayer("L3", 3)),
    "a block among its siblings": ("B1", "Alt+ArrowDown", MoveBlock("B1", "L1", 1)),
    "a block over into the next layer": ("B3", "Alt+ArrowDown", MoveBlock("B3", "L2", 0)),
    "a block over into the layer before": ("B5", "Alt+ArrowUp", MoveBlock("B5", "L2", 1)),
    "a component in its block": ("C11", "Alt+ArrowUp", MoveComponent("C11", "B10", 1)),
    "a component over into the next block": ("C9", "Alt+ArrowDown", MoveComponent("C9", "B10", 0)),
    "a component out into a block": ("C11", "Alt+ArrowLeft", MoveComponent("C11", "L5", 2)),
    "a block out into a layer": ("B2", "Alt+ArrowLeft", MoveBlock("B2", None, 1)),
    "a component, alone in its block, out": ("C2", "Alt+ArrowLeft", MoveBlock("B2", None, 1)),
    "a block into the one before": ("B2", "Alt+ArrowRight", MoveComponent("C2", "B1")),
    "a layer into the one before": ("L2", "Alt+ArrowRight", MoveBlock("B4", "L1")),
}


@pytest.mark.parametrize("what", MOVES)
def test_moving(lego: Lego, what: str) -> None:
    item, keys, edit = MOVES[what]
    lego.stand_on(item)
    with lego.makes(edit):
        lego.press(keys)


def test_what_cannot_move_further_says_so(lego: Lego) -> None:
    lego.stand_on("L1")
    with lego.changes_nothing():
        lego.press("Alt+ArrowUp")
        expect(lego.news()).to_have_text("layer L1 is first already")
        lego.press("Alt+ArrowLeft")
        expect(lego.news()).to_have_text("layer L1 is at the outermost level")


def test_a_key_held_down_moves_on_and_on(lego: Lego) -> None:
    lego.stand_on("L1")
    moved = reduce(result, [MoveLayer("L1", 1), MoveLayer("L1", 2), MoveLayer("L1", 3)], lego.architecture())
    with lego.leads_to(moved):
        lego.press("Alt+ArrowDown", "Alt+ArrowDown", "Alt+ArrowDown")
    expect(lego.item("L1")).to_be_focused()


def test_editing_parameters(lego: Lego) -> None:
    lego.stand_on("B1")
    with lego.makes(SetParams("C1", "1, 2, 9")):
        lego.press("Enter")
        lego.keyboard.type("1, 2, 9")
        lego.press("Enter")
    expect(lego.item("C1")).to_be_focused()
    expect(lego.part("C1", "notes")).to_have_text("padding = 3: same size as B2")
    with lego.changes_nothing():
        lego.press("F2")
        lego.keyboard.type("nonsense")
        lego.press("Escape")
    expect(lego.item("C1")).to_be_focused()
    lego.press("Enter")
    lego.keyboard.type("nonsense")
    lego.press("Enter")
    expect(lego.part("C1", "notes")).to_contain_text("Not done")
    expect(lego.field("C1")).to_have_value("nonsense")


ADDITIONS = {
    "a": ("C4", "maxp 2", AddComponent("B4", "MaxPool2d", "2", 1)),
    "b": ("C4", "tanh", AddBlock("L2", "Tanh", "", 1)),
    "l": ("C4", "drop2", AddLayer("Dropout2d", "", 2)),
}


@pytest.mark.parametrize("key", ADDITIONS)
def test_adding(lego: Lego, key: str) -> None:
    item, text, edit = ADDITIONS[key]
    lego.stand_on(item)
    with lego.makes(edit):
        lego.press(key)
        lego.pick(text)
    expect(lego.item("C16")).to_be_focused()


def test_arrows_walk_the_palette_and_escape_leaves_it(lego: Lego) -> None:
    lego.stand_on("C4")
    with lego.makes(AddComponent("B4", "LayerNorm", "", 1)):
        lego.press("a")
        lego.keyboard.type("norm")
        lego.press("ArrowUp")
        lego.pick("")
    lego.stand_on("C4")
    with lego.changes_nothing():
        lego.press("a")
        lego.keyboard.type("relu")
        lego.press("Escape")
    expect(lego.item("C4")).to_be_focused()


CHANGES: dict[str, tuple[str, str, Edit]] = {
    "a copy of a layer": ("L2", "d", CopyLayer("L2", 2)),
    "a copy of a block": ("B2", "d", CopyBlock("B2", "L1", 2)),
    "a copy of a component": ("C12", "d", CopyComponent("C12", "B11", 1)),
    "a layer removed": ("L2", "Delete", RemoveLayer("L2")),
    "a block removed": ("B2", "Delete", RemoveBlock("B2")),
    "a component removed": ("C10", "Backspace", RemoveComponent("C10")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_duplicating_and_removing(lego: Lego, what: str) -> None:
    item, key, edit = CHANGES[what]
    lego.stand_on(item)
    with lego.makes(edit):
        lego.press(key)
    assert lego.root.evaluate("root => document.activeElement.closest('.osl-item') !== null")


def test_merging(lego: Lego) -> None:
    lego.stand_on("C1")
    with lego.makes(SetMerge("L1", "mean")):
        lego.press("m", "ArrowDown")
    lego.press("Escape")
    expect(lego.item("L1")).to_be_focused()


def test_a_remedy(lego: Lego) -> None:
    lego.stand_on("C1")
    with lego.makes(SetParams("C1", "1, 2, 4")):
        lego.press("Enter")
        lego.keyboard.type("1, 2, 4")
        lego.press("Enter")
    lego.press("ArrowLeft")
    with lego.makes(SetParams("C1", "1, 2, 3, 1, 0")):
        lego.press("f")


def test_selecting_many_and_deleting_them_at_once(lego: Lego) -> None:
    lego.stand_on("B1")
    lego.press("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown")
    lego.selects("B1", "B2", "B3")
    lego.press(" ")
    lego.selects("B1", "B2")
    lego.press("Escape")
    lego.selects()
    lego.press("Control+a")
    lego.selects("B1", "B2", "B3")
    lego.press(" ")
    before = lego.architecture()
    with lego.makes(RemoveBlock("B1"), RemoveBlock("B2")):
        lego.press("Delete")
    with lego.leads_to(before):
        lego.press("Control+z")


def test_undo_and_redo(lego: Lego) -> None:
    before = lego.architecture()
    lego.stand_on("L6")
    with lego.makes(RemoveLayer("L6")):
        lego.press("Delete")
    after = lego.architecture()
    for undo, redo in (("Control+z", "Control+Shift+Z"), ("Control+z", "Control+y")):
        with lego.leads_to(before):
            lego.press(undo)
        with lego.leads_to(after):
            lego.press(redo)
    # In a field that was typed into, they are the field's; in one as Python knows it, the network's.
    lego.field("C1").click()
    lego.press("End")
    # At once: what is typed with pauses is undone in as many parts.
    lego.keyboard.insert_text(", 3")
    lego.press("Control+z")
    expect(lego.field("C1")).to_have_value("1, 2, 3")
    assert lego.architecture() == after
    with lego.leads_to(before):
        lego.press("Control+z")


def test_collapsing(lego: Lego) -> None:
    lego.stand_on("B5")
    lego.press("ArrowLeft", "ArrowLeft")
    expect(lego.item("L3")).to_have_attribute("aria-expanded", "false")
    lego.press("ArrowDown")
    expect(lego.item("L4")).to_be_focused()
    lego.press("ArrowUp", "Enter")
    expect(lego.item("L3")).to_have_attribute("aria-expanded", "true")
    lego.press("Enter", "ArrowRight", "ArrowRight")
    expect(lego.item("B5")).to_be_focused()


def test_help(lego: Lego) -> None:
    lego.stand_on("B2")
    lego.press("?")
    keys = lego.root.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    expect(keys.get_by_role("row", name="duplicate")).to_contain_text("d")
    lego.press("Escape")
    expect(keys).to_be_hidden()
    expect(lego.item("B2")).to_be_focused()


def test_the_shortcuts_of_jupyterlab_are_silent_while_one_types(lego: Lego) -> None:
    notebook = lego.notebook
    before = notebook.cells()
    # They would act: outside of the view the same keys add a cell and delete it.
    lego.page.evaluate("() => window.notebook.content.node.focus()")
    lego.press("b")
    assert len(notebook.cells()) == len(before) + 1
    lego.press("d", "d")
    assert notebook.cells() == before

    lego.stand_on("C4")
    lego.press("a")
    lego.keyboard.type("abc dd xyz 00 ii")
    lego.press("Escape")
    lego.press("b")
    lego.keyboard.type("abc dd xyz 00 ii")
    lego.press("Escape")
    # Keys that mean nothing here mean nothing at all.
    lego.press(*"xcvyrzoihjk1200", "Shift+M", "Shift+L", "Shift+Enter", "Control+Enter", "Control+b")
    lego.field("C1").fill("")
    lego.keyboard.type("abc dd xyz 00 ii")
    lego.press("Shift+Enter", "Control+Enter", "Control+b", "Escape", "Escape")
    assert notebook.cells() == before
    expect(lego.page.locator(".jp-Dialog")).to_have_count(0)
    assert lego.page.evaluate("() => window.notebook.content.mode") == "command"
    assert lego.notebook.value("session.can_undo") is False
