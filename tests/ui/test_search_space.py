"""The Search Space View in a real browser: every gesture, and what Python makes of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.lego import IMPORTS
from tests.ui.notebook import Notebook, eventually, open_notebook
from tests.ui.search_space import LANDED, SEARCHED, SHOW, Map

# Keeps each height that the map has in a frame, and all that is said below it.
WATCH_HEIGHT = """() => {
    const [ground, status] = ['ground', 'status'].map(name => document.querySelector(`.osl-map .osl-map-${name}`));
    [window.heights, window.said] = [[], []];
    const look = () => {
        const height = Math.round(ground.getBoundingClientRect().height);
        if (window.heights.at(-1) !== height) window.heights.push(height);
        if (window.said.at(-1) !== status.innerText) window.said.push(status.innerText);
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture(scope="module")
def searched(browser: Browser, lab: str) -> Iterator[Notebook]:
    """A notebook with a session that has a map and scores."""
    with open_notebook(browser, lab, width=1280, height=900) as notebook:
        notebook.execute(IMPORTS + SEARCHED)
        yield notebook


@pytest.fixture
def chart(searched: Notebook) -> Map:
    """A new view of that session, without regions."""
    searched.run_cell(SHOW)
    return Map(searched)


@pytest.fixture
def landed(searched: Notebook) -> Iterator[Map]:
    """A new view of a copy of that session, with two landmarks."""
    searched.execute(LANDED)
    searched.run_cell(SHOW)
    yield Map(searched)
    searched.execute("session = before")


def test_the_map_is_made_from_the_view(searched: Notebook) -> None:
    searched.run_cell(
        "fresh = osl.SearchSession('lenet', data=data, width=0.25, bar=False)\nosl.SearchSpaceView(fresh)"
    )
    root = searched.page.locator(".osl-map")
    expect(root).to_contain_text("There is no map yet")
    root.get_by_role("button", name="Make the map").click()
    expect(root.locator(".osl-map-ground")).to_be_visible()
    expect(root.locator(".osl-map-status")).to_contain_text("Train the supernet, then step the search, to see scores")


def test_every_candidate_is_drawn_where_it_lies(chart: Map) -> None:
    box = chart.ground.bounding_box()
    assert box is not None
    drawn = chart.drawn()
    for x, y in chart.pixels(chart.places()):
        assert min(math.hypot(x - box["x"] - left, y - box["y"] - top) for left, top in drawn) < 0.5
    hollow, scored = chart.value("(len(view.marks.hollow.x), len(view.marks.scored.x))")
    groups = chart.dots().evaluate_all("dots => dots.filter(dot => dot.hasAttribute('fill')).length")
    assert groups == scored
    assert hollow + scored == len(chart.places())
    expect(chart.root.locator(".osl-map-legend")).to_contain_text("accuracy")


def test_a_rectangle_chooses_a_region(chart: Map) -> None:
    dot = chart.alone()
    chart.draw(*chart.around(dot))
    eventually(lambda: chart.value("session.selected_region"), "region 1")
    assert chart.value(f"view.info.dots[{dot}].mask in session.regions['region 1']")
    expect(chart.status()).to_contain_text(f"region 1: {chart.regions()['region 1']} candidate")
    # The shape that was drawn gives way to the region's own.
    expect(chart.root.locator(".osl-map-drawn")).not_to_have_attribute("d", ".*")
    expect(chart.root.get_by_text("region 1", exact=True)).to_be_visible()


def test_with_shift_regions_are_kept_side_by_side(chart: Map) -> None:
    corners = chart.around(chart.alone())
    chart.draw(*corners)
    eventually(lambda: list(chart.regions()), ["region 1"])
    chart.draw(*corners)
    eventually(lambda: chart.value("view.pointer.answered"), 2)
    assert list(chart.regions()) == ["region 1"]
    chart.keyboard.down("Shift")
    chart.draw(*corners)
    chart.keyboard.up("Shift")
    eventually(lambda: list(chart.regions()), ["region 1", "region 2"])


def test_a_lasso_chooses_what_is_inside_of_it(chart: Map) -> None:
    chart.button("lasso").click()
    eventually(lambda: chart.value("view.pointer.mode"), "lasso")
    dot = chart.alone()
    (left, top), (right, bottom) = chart.around(dot, room=0.05)
    chart.draw((left, top), (right, top), (right, bottom), (left, bottom))
    eventually(lambda: list(chart.regions()), ["region 1"])
    assert chart.value(f"view.info.dots[{dot}].mask in session.regions['region 1']")
    assert chart.value("type(session.regions['region 1'].area).__name__") == "Polygon"


def test_the_search_goes_where_it_is_sent_and_the_region_is_cleared(chart: Map) -> None:
    chart.draw(*chart.around(chart.alone(), room=0.2))
    expect(chart.button("Search here")).to_be_enabled()
    chart.button("Search here").click()
    eventually(lambda: chart.value("session.focused is not None"), True)
    expect(chart.root.get_by_text("region 1 · search goes here")).to_be_visible()
    chart.button("Clear").click()
    eventually(chart.regions, {})
    assert chart.value("session.focused is None")
    expect(chart.button("Clear")).to_be_disabled()


def test_a_region_gets_a_name(chart: Map) -> None:
    chart.draw(*chart.around(chart.alone()))
    name = chart.root.get_by_placeholder("name")
    expect(name).to_have_value("region 1")
    name.fill("good ones")
    name.press("Enter")
    eventually(lambda: list(chart.regions()), ["good ones"])
    expect(chart.root.locator(".osl-map-regions select")).to_contain_text("good ones")


def test_blocks_of_a_region_as_sets(chart: Map) -> None:
    chart.draw(*chart.around(chart.alone(), room=0.3))
    for name in ("Union", "Intersection", "Complement"):
        chart.button(name).click()
        expect(chart.status()).to_contain_text(f"{name.lower()} of region 1:")
        assert chart.value("session.set_operation") == name.lower()
    chart.button("Complement").click()
    eventually(lambda: chart.value("session.set_operation"), "")


def test_selected_blocks_light_their_dots_and_the_place_where_they_are_common(chart: Map) -> None:
    before = chart.dots().count()
    chart.notebook.execute("session.selected_blocks = ('B1', 'B5')")
    eventually(lambda: chart.dots().count(), before + chart.value("len(view.info.lit)"))
    chart.button("Where common").click()
    eventually(lambda: chart.value("session.selected_region"), "most B1 B5")


@pytest.mark.parametrize("mode", ["select", "lasso", "pan & zoom", "inspect"])
def test_in_every_mode_the_pointer_shows_numbers(chart: Map, mode: str) -> None:
    chart.button(mode).click()
    dot = chart.alone()
    chart.hover(dot)
    expect(chart.card()).to_contain_text("parameters")
    eventually(lambda: chart.value(f"session.hovered_candidate == view.info.dots[{dot}].mask"), True)
    chart.mouse.move(2, 2)
    expect(chart.card()).to_be_hidden()
    eventually(lambda: chart.value("session.hovered_candidate is None"), True)


def test_a_candidate_that_another_view_looks_at_is_shown(chart: Map) -> None:
    chart.notebook.execute("session.hovered_candidate = session.best.mask")
    expect(chart.card()).to_contain_text(f"accuracy {chart.value('session.best.accuracy'):.3f}")
    chart.notebook.execute("session.hovered_candidate = None")
    expect(chart.card()).to_be_hidden()


def test_clicks_pin_two_candidates_to_compare(chart: Map) -> None:
    chart.button("inspect").click()
    dot = chart.alone()
    chart.click(dot)
    expect(chart.root.locator(".osl-map-pins")).to_contain_text("click another dot")
    chart.notebook.execute("view.click(view.info.dots[view.info.best].mask)")
    expect(chart.root.locator(".osl-map-pins table")).to_contain_text("multiply-adds")
    expect(chart.root.locator(".osl-map-letter").nth(1)).to_be_visible()
    chart.button("Unpin").click()
    eventually(lambda: chart.value("len(session.pinned_candidates)"), 0)


def test_pan_and_zoom_move_the_map_and_a_double_click_brings_it_back(chart: Map) -> None:
    sides = "[view.marks.x.min, view.marks.x.max, view.marks.y.min, view.marks.y.max]"
    before = chart.value(sides)
    chart.button("pan & zoom").click()
    # The browser hears of the mode from Python.
    chart.root.locator("[data-mode='pan']").wait_for(state="attached")
    box = chart.ground.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    chart.mouse.move(*middle)
    chart.mouse.wheel(0, -300)
    eventually(lambda: chart.value(sides)[1] - chart.value(sides)[0] < 0.9 * (before[1] - before[0]), True)
    zoomed = chart.value(sides)
    chart.mouse.down()
    chart.mouse.move(middle[0] + 60, middle[1] + 30, steps=4)
    chart.mouse.up()
    eventually(lambda: chart.value(sides)[0] < zoomed[0] and chart.value(sides)[2] > zoomed[2], True)
    assert chart.regions() == {}
    chart.mouse.dblclick(*middle)
    eventually(lambda: chart.value(sides), before)


def test_filters_hide_dots(chart: Map) -> None:
    chart.button("Filter").click()
    slider = chart.root.locator(".osl-map-filter .widget-slider").first
    expect(slider).to_be_visible()
    handle = slider.locator(".noUi-handle-lower")
    handle.focus()
    handle.press("PageUp")
    expect(chart.status()).to_contain_text("hidden by the filter")
    eventually(lambda: chart.value("view.info.hidden > 0"), True)
    shown = chart.value("len(view.info.dots) + len(view.info.newest) + len(view.info.lit) + 1")
    eventually(lambda: chart.dots().count(), shown)
    chart.button("Show all").click()
    eventually(lambda: chart.value("view.info.hidden"), 0)


def test_colours_by_loss(chart: Map) -> None:
    chart.button("loss").click()
    expect(chart.root.locator(".osl-map-legend")).to_contain_text("loss")


def test_landmarks_are_diamonds_and_pointing_at_one_tells_its_interval(landed: Map) -> None:
    expect(landed.root.locator("polygon.osl-map-dot")).to_have_count(2)
    expect(landed.button("posterior")).to_have_class(re.compile("mod-active"))
    legend = landed.root.locator(".osl-map-legend")
    expect(legend).to_contain_text("% posterior")
    # Every candidate has a colour, evaluated or not.
    coloured = "dots => dots.filter(dot => dot.hasAttribute('fill')).length"
    assert landed.dots().evaluate_all(coloured) == len(landed.places())
    landmark = landed.value("next(at for at, dot in enumerate(view.info.dots) if dot.is_landmark)")
    landed.hover(landmark)
    expect(landed.card()).to_contain_text(re.compile(r"posterior \d+\.\d % ± \d+\.\d"))
    expect(landed.card()).to_contain_text(re.compile(r"trained by itself: \d+\.\d %, loss \d"))
    landed.click(landmark)
    eventually(lambda: landed.value("view.pointer.pinned"), [landmark])
    landed.button("uncertainty").click()
    expect(legend).to_contain_text(re.compile(r"± \d+\.\d uncertainty"))


def test_the_keyboard_walks_the_dots_and_pins_one(chart: Map) -> None:
    chart.ground.focus()
    chart.keyboard.press("ArrowRight")
    expect(chart.card()).to_be_visible()
    first = chart.value("view.pointer.hovered")
    x = chart.places()[first][0]
    chart.keyboard.press("ArrowRight")
    eventually(lambda: chart.value("view.pointer.hovered") != first, True)
    assert chart.places()[chart.value("view.pointer.hovered")][0] > x
    chart.keyboard.press("Enter")
    eventually(lambda: chart.value("view.pointer.pinned == [view.pointer.hovered]"), True)
    chart.keyboard.press("Escape")
    expect(chart.card()).to_be_hidden()
    # None of it reached the notebook, which would have moved to another cell or gone into this one.
    assert chart.page.evaluate("() => window.notebook.content.mode") == "command"


def test_what_is_drawn_while_the_kernel_is_busy_is_not_lost(chart: Map) -> None:
    dot = chart.alone()
    corners = chart.pixels(chart.around(dot))
    with chart.notebook.busy():
        chart.mouse.move(*corners[0])
        chart.mouse.down()
        chart.mouse.move(*corners[1], steps=4)
        chart.mouse.up()
        expect(chart.root.locator(".osl-map-waiting")).to_contain_text("waits until the kernel is free")
    eventually(lambda: list(chart.regions()), ["region 1"])
    expect(chart.root.locator(".osl-map-waiting")).to_be_empty()


def test_a_region_slips_in_between_the_generations_of_a_search(chart: Map) -> None:
    chart.notebook.execute("job = session.evolve.start(3)")
    chart.draw(*chart.around(chart.alone()))
    eventually(lambda: list(chart.regions()), ["region 1"])
    eventually(lambda: chart.value("job.state"), "done")


def test_dots_do_not_move_between_generations(chart: Map) -> None:
    before = chart.drawn()
    count = chart.dots().count()
    scales = "[view.marks.x.min, view.marks.x.max, view.marks.y.min, view.marks.y.max]"
    shown, masks = chart.value(scales), chart.value("len(view.info.dots)")
    chart.notebook.execute("session.step()")
    eventually(lambda: chart.value("len(view.info.dots)") > masks, True)
    eventually(lambda: chart.dots().count() > count, True)
    assert chart.value(scales) == shown
    assert before <= chart.drawn()


def test_the_map_keeps_its_size_while_something_runs(chart: Map) -> None:
    chart.page.evaluate(WATCH_HEIGHT)
    chart.notebook.execute("session.step()")
    eventually(lambda: "searching" in chart.page.evaluate("() => window.said.join()"), True)
    eventually(lambda: "searching" in chart.status().inner_text(), False)
    assert len(chart.page.evaluate("() => window.heights")) == 1


def test_what_is_pointed_at_and_clicked_while_new_dots_come_is_not_lost(chart: Map) -> None:
    # The browser gets to know late that every dot has another's position.
    turn = (
        "first, *others = session.projection.places.items()\n"
        "session.set_trait('projection', dataclasses.replace(session.projection, places=dict([*others, first])))\n"
        # Maps that differ in their order alone are equal, so that they are no change.
        "session.set_trait('candidates', session.candidates.copy())"
    )
    dot = chart.alone()
    chart.notebook.execute(f"import dataclasses\nmask = view.info.dots[{dot}].mask")
    x, y = chart.pixels([chart.places()[dot]])[0]
    with chart.notebook.busy(turn):
        chart.mouse.move(x, y)
        expect(chart.card()).to_be_visible()
    eventually(lambda: chart.value("session.hovered_candidate == mask"), True)
    assert chart.value("[dot.mask for dot in view.info.dots].index(mask)") != dot
    # A hand that rests sends no more; what is shown is right all the same.
    ring = chart.root.locator(".osl-map-hovered").bounding_box()
    assert ring is not None
    assert math.hypot(ring["x"] + ring["width"] / 2 - x, ring["y"] + ring["height"] / 2 - y) < 1
    with chart.notebook.busy(turn):
        chart.mouse.click(x, y)
    eventually(lambda: chart.value("session.pinned_candidates == (mask,)"), True)


def test_two_views_in_two_cells_show_the_same(chart: Map) -> None:
    chart.notebook.execute("from IPython.display import display\nother = osl.SearchSpaceView(session)")
    chart.notebook.run_cell("from ipywidgets import VBox\nVBox([view, other])")
    first, second = Map(chart.notebook), Map(chart.notebook, index=1)
    first.draw(*first.around(first.alone()))
    expect(second.status()).to_contain_text("region 1:")
    first.hover(first.alone())
    expect(second.card()).to_be_visible()
