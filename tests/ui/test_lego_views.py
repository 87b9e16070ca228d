"""The Lego View beside everything else: files, cells, other views, a training, a kernel that goes away."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Download, expect

from oneshot_lab.architecture.edits import AddComponent, MoveBlock, RemoveBlock, RemoveLayer, SetParams
from oneshot_lab.architecture.serial import dumps, loads
from tests.ui.lego import IMPORTS, SESSION, Lego, outline, result
from tests.ui.notebook import Notebook, eventually
from tests.ui.pace import FREE, PACE

ENDS_IN_SIGHT = """node =>
    node.getBoundingClientRect().bottom < node.closest('.osl-scroll').getBoundingClientRect().bottom"""
HOSTILE = "<img src=x onerror='window.hacked = true'>"


def text_of(download: Download) -> str:
    return Path(download.path()).read_text(encoding="utf-8")


def test_the_task_of_the_study_by_hand_gives_the_numbers_of_the_same_edits_in_python(lego: Lego) -> None:
    edits = []
    for block in ("B4", "B8"):
        edits.append(AddComponent(block, "MaxPool2d", "2"))
        with lego.makes(edits[-1]):
            lego.use(block, "add-component")
            lego.pick("maxpool 2")
    for block in ("B3", "B5"):
        edits.append(RemoveBlock(block))
        with lego.makes(edits[-1]):
            lego.use(block, "remove")
    for block in ("B1", "B2", "B6", "B7"):
        edits.append(AddComponent(block, "BatchNorm2d"))
        with lego.makes(edits[-1]):
            lego.use(block, "add-component")
            lego.pick("batch", kind="BatchNorm2d")
    by_hand, same = "(session.training_losses, session.architecture.block_ids, dumps(session.architecture))", "by_hand"
    lego.notebook.execute(
        f"session.train(epochs=1); session.step(); by_hand = {by_hand}\n"
        "other = osl.SearchSession('lenet', data=data, seed=0, width=0.25, bar=False)\n"
        f"for edit in ({', '.join(f'osl.{edit!r}' for edit in edits)}): other.edit(edit)\n"
        "other.train(epochs=1); other.step()"
    )
    assert lego.notebook.value(f"{by_hand.replace('session', 'other')} == {same}")
    assert lego.notebook.value("len(session.training_losses)") == 1

    # With a generation there are scores, and a new block stands out.
    fitness: dict[str, float] = lego.notebook.value("dict(session.block_fitness)")
    for block, value in fitness.items():
        expect(lego.part(block).locator(".osl-value")).to_have_text(f"{value:.2f}")
    lego.use("B1", "duplicate")
    expect(lego.root.locator(".osl-block-head .osl-tag:visible")).to_have_text("untrained")


def test_while_the_supernet_trains_edits_wait(lego: Lego) -> None:
    banner = lego.root.locator(".osl-banner")
    with lego.changes_nothing():
        lego.stand_on("B1")
        lego.page.evaluate(
            "() => { const { kernel } = window.notebook.sessionContext.session;"
            " window.training = kernel.requestExecute({ code: 'session.train(epochs=10**6)' }).done; }"
        )
        expect(banner).to_have_text("Training: edits wait until it is done")
        lego.press("Delete")
        expect(lego.news()).to_have_text("Training: edits wait until it is done")
        expect(lego.field("C1")).not_to_be_editable()
        expect(lego.root.get_by_label("Template")).to_be_disabled()
        lego.page.evaluate("async () => { await notebook.sessionContext.session.kernel.interrupt(); await training; }")
        expect(banner).to_be_hidden()
    with lego.makes(RemoveBlock("B1")):
        lego.press("Delete")


@pytest.fixture
def paced(notebook: Notebook) -> Iterator[Notebook]:
    """The notebook, with searches that last for as long as a test lets them, and leave time for all else."""
    notebook.execute(PACE)
    yield notebook
    notebook.execute(f"session.stop(); session.wait()\n{FREE}")


def test_in_the_background_a_training_holds_edits_up_and_a_search_lets_them_in_between(
    lego: Lego, paced: Notebook
) -> None:
    banner = lego.root.locator(".osl-banner")
    lego.stand_on("B1")
    # The search below needs a trained supernet, wherever this training is stopped.
    lego.notebook.execute("session.train(1)")
    lego.notebook.execute("training = session.train.start(10**6)")
    expect(banner).to_have_text("Training: edits wait until it is done")
    lego.notebook.execute("session.pause()")
    expect(banner).to_be_visible()
    lego.notebook.execute("session.stop(); training.wait()")
    expect(banner).to_be_hidden()
    paced.execute("search = session.evolve.start(10**6)")
    eventually(lambda: lego.notebook.value("len(session.generations) > 1"), True)
    with lego.makes(RemoveBlock("B1")):
        lego.press("Delete")
    expect(banner).to_be_hidden()
    with lego.makes(RemoveBlock("B2")):
        lego.use("B2", "remove")
    before = lego.notebook.value("len(session.generations)")
    eventually(lambda: lego.notebook.value(f"search.state == 'running' and len(session.generations) > {before}"), True)
    # Nobody has to press anything twice after an interrupt, a pause, a stop.
    lego.notebook.execute("session.pause(); session.wait()")
    with lego.leads_to(result(lego.architecture(), RemoveBlock("B3"))):
        lego.use("B3", "remove")
    lego.notebook.execute("session.stop(); session.wait()")
    assert lego.notebook.value("search.state") == "stopped"


def test_saving_and_loading(lego: Lego, tmp_path: Path) -> None:
    saved = lego.architecture()
    with lego.page.expect_download() as download:
        lego.tool("save").click()
    assert download.value.suggested_filename == "lenet.json"
    text = text_of(download.value)
    assert text == dumps(saved)
    with lego.makes(RemoveLayer("L6")):
        lego.use("L6", "remove")
    changed = lego.architecture()
    with lego.leads_to(saved):
        load(lego, tmp_path / "mine.json", text)
    expect(lego.news()).to_have_text("Loaded mine.json")
    with lego.leads_to(changed):
        lego.tool("undo").click()
    for wrong in (text[: len(text) // 2], "[1, 2]", text.replace("ReLU", "Rellu"), text.replace('": 1,', '": 99,', 1)):
        with lego.leads_to(changed):
            load(lego, tmp_path / "wrong.json", wrong)
            expect(lego.news()).to_contain_text("Not done: ")
        lego.notebook.execute("assert session.log[-1].outcome.startswith('refused'), session.log[-1]")
    load(lego, tmp_path / "large.json", " " * 1_100_000)
    expect(lego.news()).to_have_text("large.json has 1.1 MB; the file of a network has less than 1 MB")


def load(lego: Lego, file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    with lego.page.expect_file_chooser() as chooser:
        lego.tool("load").click()
    chooser.value.set_files(file)


def test_copying_as_python(lego: Lego) -> None:
    lego.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lego.tool("python").click()
    expect(lego.news()).to_have_text("Copied as Python")
    source = lego.page.evaluate("() => navigator.clipboard.readText()")
    assert lego.notebook.execute(source, "dumps(architecture) == dumps(session.architecture)")
    # Where the browser does not allow it, the same is a file.
    lego.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    try:
        with lego.page.expect_download() as download:
            lego.tool("python").click()
        assert download.value.suggested_filename == "lenet.py"
    finally:
        # The page is shared: what hides the browser's own goes again.
        lego.page.evaluate("() => { delete navigator.clipboard.writeText; }")
    assert text_of(download.value) == source


def test_two_views_of_one_session_and_cells_agree(lego: Lego) -> None:
    lego.notebook.run_cell("other = osl.LegoView(session, layout={'width': '640px'})\ndisplay(view, view, other)")
    views = [Lego(lego.notebook, index=index) for index in range(3)]
    with views[0].makes(RemoveBlock("B1")):
        views[0].stand_on("B1")
        views[0].press("Delete")
    with views[2].makes(MoveBlock("B5", None, 0)):
        views[2].stand_on("B5")
        views[2].drag("B5", "L1", "head", lands=("", 0))
    after = result(views[0].architecture(), SetParams("C6", "4, 8"))
    lego.notebook.execute("session.edit(osl.SetParams('C6', '4, 8'))")
    assert lego.architecture() == after
    for view in views:
        view.shows(after)


def test_an_edit_in_a_cell_during_a_drag_wins(lego: Lego) -> None:
    wanted = result(lego.architecture(), RemoveBlock("B5"))
    with lego.leads_to(wanted):
        lego.grab("B1")
        lego.carry("B5", "box", at=(0.1, 0.5), lands=("L3", 0))
        lego.notebook.execute("session.edit(osl.RemoveBlock('B5'))")
        # Nothing is drawn under the hand.
        expect(lego.item("B5")).to_be_visible()
        lego.mouse.up()
        expect(lego.item("B5")).to_be_hidden()
    expect(lego.news()).to_contain_text("Not done: the network has changed in the meantime")
    # What changes in a drag without changing the network does not spoil it.
    with lego.makes(MoveBlock("B1", "L3", 0)):
        lego.grab("B1")
        lego.carry("B6", "box", at=(0.1, 0.5), lands=("L3", 0))
        lego.notebook.execute("session.refuse('test', osl.SessionError('a message'))")
        lego.mouse.up()


def test_a_narrow_and_low_view_scrolls_along_with_a_drag(lego: Lego) -> None:
    lego.notebook.execute("view.layout.width, view.layout.height = '300px', '420px'")
    with lego.makes(MoveBlock("B1", "L1", 1)):
        lego.drag("B1", "B2", "box", at=(0.5, 0.9), lands=("L1", 1))
    with lego.makes(MoveBlock("B2", "L7", 1)):
        lego.grab("B2")
        edge = lego.root.locator(".osl-scroll").bounding_box()
        assert edge
        x, y = edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] - 12
        pointer = cycle([x, x + 1])  # a hand is never quite still

        def scrolled() -> bool:
            lego.mouse.move(next(pointer), y)
            return bool(lego.part("B12", "box").evaluate(ENDS_IN_SIGHT))

        eventually(scrolled, True)
        lego.carry("B12", "box", at=(0.5, 0.8), lands=("L7", 1))
        lego.mouse.up()


def test_names_and_parameters_never_become_html(lego: Lego, tmp_path: Path) -> None:
    before = lego.architecture()
    hostile = json.loads(dumps(before)) | {"name": HOSTILE}
    with lego.leads_to(loads(json.dumps(hostile))):
        load(lego, tmp_path / "hostile.json", json.dumps(hostile))
    expect(lego.root.get_by_label("Template").locator("option").first).to_have_text(HOSTILE)
    hostile["layers"][0]["blocks"][0]["components"][0]["kind"] = HOSTILE
    load(lego, tmp_path / "worse.json", json.dumps(hostile))
    expect(lego.news()).to_contain_text("<img src=x")
    lego.field("C1").fill(HOSTILE)
    lego.press("Enter")
    expect(lego.part("C1", "notes")).to_contain_text("<img src=x")
    lego.notebook.execute(f"session.refuse('test', osl.SessionError({HOSTILE!r}))")
    assert lego.architecture().layers == before.layers
    expect(lego.page.locator(".osl-lego img")).to_have_count(0)
    assert lego.page.evaluate("() => window.hacked") is None


def test_a_network_can_be_drawn_without_a_session(notebook: Notebook) -> None:
    for target in ("'lenet5'", "osl.load_template('resnet18', input_shape=(3, 32, 32))"):
        notebook.run_cell(f"alone = osl.LegoView({target})\nalone")
        lego = Lego(notebook, "alone.target")
        with lego.makes(RemoveBlock("B1")):
            lego.stand_on("B1")
            lego.press("Delete")
        assert outline(lego.architecture()) == outline(loads(notebook.value("dumps(alone.target.architecture)")))


# ---- the kernel goes away: these come last, and leave the notebook without one --------------------------------------


def test_after_a_restart_of_the_kernel_the_view_says_that_it_is_only_a_picture(lego: Lego) -> None:
    drawn = lego.architecture()
    lego.stand_on("B1")
    lego.page.evaluate("() => window.notebook.sessionContext.restartKernel()")
    takes_no_edits(lego)
    lego.shows(drawn)
    lego.notebook.execute(IMPORTS)
    lego.notebook.run_cell(SESSION)
    again = Lego(lego.notebook)
    expect(again.root.locator(".osl-banner")).to_be_hidden()
    with again.makes(RemoveBlock("B1")):
        again.use("B1", "remove")


def test_after_the_kernel_died_another_one_does_not_bring_the_view_back(lego: Lego) -> None:
    drawn = lego.architecture()
    lego.stand_on("B1")
    os.kill(lego.notebook.value("__import__('os').getpid()"), signal.SIGKILL)
    lego.page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    lego.page.wait_for_function("() => window.notebook.sessionContext.session.kernel.status === 'idle'")
    lego.item("B1").focus()
    takes_no_edits(lego)
    lego.shows(drawn)
    lego.notebook.execute(IMPORTS)


def test_a_kernel_that_was_shut_down_takes_no_edits(lego: Lego) -> None:
    lego.stand_on("B1")
    lego.notebook.shut_down()
    takes_no_edits(lego)


def takes_no_edits(lego: Lego) -> None:
    expect(lego.root.locator(".osl-banner")).to_contain_text("Python is not connected")
    lego.press("Delete")
    expect(lego.news()).to_contain_text("Python is not connected")
    expect(lego.field("C1")).not_to_be_editable()
    for act in ("undo", "redo", "save", "load", "python"):
        expect(lego.tool(act)).to_be_disabled()
    expect(lego.item("B1")).to_be_visible()
