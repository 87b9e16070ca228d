"""The paper's CIFAR-10 analyst in small (§6.2.1), on digits: everything is mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.ui.lab import Lab

SEED = 0

BEGIN = f"lab = osl.Lab(template='lenet5', width=0.5, seed={SEED})"

Picture = Callable[[str], None]
"""Takes a picture of the Lab as it is now, of that name."""


def analyse(lab: Lab, picture: Picture) -> None:
    """Loads a template, searches, steers, edits, and trains the network that was found."""
    _search(lab, picture)
    _steer(lab, picture)
    _edit(lab, picture)
    _finalize(lab, picture)


def _search(lab: Lab, picture: Picture) -> None:
    """Another template, its training, the map, and four generations; then the fitness of a block is read."""
    lab.choose("lenet", where=0)
    lab.reaches("architecture.name", "lenet")
    lab.type_number(0, 3)
    lab.press("Train")
    expect(lab.button("Stop")).to_be_visible()
    lab.reaches("projection is not None", True)
    lab.rests()
    lab.type_number(1, 4)
    lab.press("Run")
    lab.reaches("len(session.generations)", 4)
    lab.rests()
    lab.point_at_block(4)
    expect(lab.root.locator(".osl-blocks-foot")).to_contain_text("fitness")
    picture("search")


def _steer(lab: Lab, picture: Picture) -> None:
    """A region around the best candidates becomes the place to search, for two generations."""
    lab.brush_around_best()
    lab.reaches("selected_region", "region 1")
    lab.in_map("Union").click()
    lab.reaches("set_operation", "union")
    lab.in_map("Search here").click()
    lab.reaches("focused is not None", True)
    lab.type_number(1, 2)
    lab.press("Run")
    lab.reaches("len(session.generations)", 6)
    lab.rests()
    picture("steer")


def _edit(lab: Lab, picture: Picture) -> None:
    """A block is taken out, the search goes on; batch normalisation is put in, which is trained by itself."""
    lab.lego.stand_on("B1")
    lab.page.keyboard.press("Delete")
    lab.reaches("'B1' in session.architecture.block_ids", False)
    lab.press("Run")
    lab.reaches("len(session.generations)", 8)
    lab.rests()
    epochs = lab.value("len(session.training_losses)")
    lab.lego.use("B4", "add-component")
    lab.lego.pick("BatchNorm2d")
    lab.reaches("'BatchNorm2d' in str(session.architecture)", True)
    picture("edit")
    lab.reaches(f"len(session.training_losses) > {epochs}", True)
    lab.press("Run")
    lab.reaches("len(session.generations)", 10)
    lab.rests()


def _finalize(lab: Lab, picture: Picture) -> None:
    """The best candidate is trained from scratch, while its loss is drawn."""
    lab.press("Finalize")
    lab.press("Train from scratch")
    lab.reaches("len(session.finals)", 1)
    lab.rests()
    expect(lab.root.locator(".osl-finalize .osl-table").first).to_contain_text("%")
    picture("finalize")
