"""The tables of the Lab as a person uses them: sorting, pointing, selecting, scrolling and copying."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.ui.notebook import Notebook, eventually

SESSION = """
from ipywidgets import HBox, Layout, VBox
from oneshot_lab.errors import ArchitectureError
from oneshot_lab.views.tables.finals import FinalsTable
from oneshot_lab.views.tables.leaderboard import Leaderboard
from oneshot_lab.views.tables.log_list import LogList
from oneshot_lab.views.tables.widget import Column, Row, Table

session = osl.SearchSession("lenet", data=data, seed=0, width=0.25, bar=False)
session.train(epochs=1)
for generation in session.evolve(2):
    pass
"""
LARGE = """
view = Table(
    [Column("name", "name"), Column("score", "score", "percent", falling=True), Column("blocks", "blocks", "blocks")],
    [Row(f"k{n}", (f"row {n}", (n * 7919 % 3001) / 3001, "B1 B2 B5 B9")) for n in range(3000)],
    label="Scores",
)
view
"""
LOSSES = "sorted(candidate.loss for candidate in {each.mask: each for each in other.current_candidates()}.values())"
IS_IN_SIGHT = """row => {
    const { top, bottom } = row.getBoundingClientRect();
    const box = row.closest('.osl-table-box').getBoundingClientRect();
    const head = row.closest('table').tHead.getBoundingClientRect();
    return top >= head.bottom - 1 && bottom <= box.bottom + 1;
}"""


@pytest.fixture(scope="module")
def searched(notebook: Notebook) -> Notebook:
    """A session that was trained and searched, for all tests."""
    notebook.execute(SESSION)
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return notebook


class Shown:
    """A table on the page."""

    def __init__(self, notebook: Notebook, code: str, *, index: int = 0) -> None:
        # Where the pointer was left, it would be on a row.
        notebook.page.mouse.move(5, 5)
        notebook.execute("session.pinned_candidates, session.hovered_candidate = (), None")
        notebook.run_cell(code)
        self.notebook, self.page = notebook, notebook.page
        self.root = self.page.locator(".osl-table").nth(index)
        self.box = self.root.locator(".osl-table-box")
        self.rows = self.root.locator("tr[data-place]")
        self.selected = self.root.locator("tr[aria-selected='true']")
        self.hovered = self.root.locator("tr.osl-hovered")
        expect(self.root).to_be_visible()

    def head(self, key: str) -> Locator:
        return self.root.locator(f"th[data-column='{key}']")

    def column(self, key: str) -> list[str]:
        return self.root.locator(f"td[data-column='{key}']").all_inner_texts()

    def row(self, key: str) -> Locator:
        return self.root.locator(f"tr[data-key='{key}']")


@pytest.fixture
def board(searched: Notebook) -> Shown:
    return Shown(searched, "view = Leaderboard(session)\nview")


def looked_at(shown: Shown) -> list[list[str]]:
    """The blocks of the candidate under the pointer, and of those that are compared."""
    masks = "[session.hovered_candidate, *session.pinned_candidates]"
    found: list[list[str]] = shown.notebook.value(f"[sorted(mask.blocks) if mask else [] for mask in {masks}]")
    return found


def mask_of(shown: Shown, place: int) -> list[str]:
    """The blocks of a row's candidate, which its last cell tells from the others."""
    code = "from oneshot_lab.views.tables.leaderboard import choices_of\nchoices = choices_of(session.architecture)"
    named = f"[sorted(mask.blocks) for mask in session.candidate_masks if choices(mask) == view.rows[{place}][1][-1]]"
    found: list[list[str]] = shown.notebook.execute(code, named)
    return found[0]


# The leaderboard -----------------------------------------------------------------------------------------------------


def test_a_click_on_a_head_sorts_and_a_second_one_turns_round(board: Shown) -> None:
    expect(board.rows.first).to_be_visible()
    ranks = [str(rank) for rank in range(1, board.notebook.value("len(view.rows)") + 1)]
    assert board.column("rank") == ranks
    losses = board.notebook.value("[row[1][1 + 1] for row in view.rows]")
    board.head("loss").click()
    expect(board.head("loss")).to_have_attribute("aria-sort", "ascending")
    assert board.column("loss") == [f"{loss:.3f}" for loss in sorted(losses)]
    board.head("loss").click()
    expect(board.head("loss")).to_have_attribute("aria-sort", "descending")
    assert board.column("loss") == [f"{loss:.3f}" for loss in sorted(losses, reverse=True)]
    # By the keyboard.
    board.head("rank").locator("button").focus()
    board.page.keyboard.press("Enter")
    expect(board.head("rank")).to_have_attribute("aria-sort", "ascending")
    expect(board.head("loss")).to_have_attribute("aria-sort", "none")
    assert board.column("rank") == ranks


def test_the_row_under_the_pointer_is_lit_up_in_the_other_views(searched: Notebook) -> None:
    shown = Shown(searched, "view, other = Leaderboard(session), Leaderboard(session)\nVBox([view, other])")
    shown.rows.nth(2).hover()
    eventually(lambda: looked_at(shown)[0], mask_of(shown, 2))
    expect(shown.hovered).to_have_attribute("data-place", "2")
    lit_up = shown.page.locator(".osl-table").nth(1).locator("tr.osl-hovered")
    expect(lit_up).to_have_attribute("data-place", "2")
    shown.page.mouse.move(5, 5)
    eventually(lambda: looked_at(shown)[0], [])
    expect(shown.hovered).to_have_count(0)
    expect(lit_up).to_have_count(0)


def test_clicks_compare_two_candidates(board: Shown) -> None:
    for place in (1, 3, 4):
        board.rows.nth(place).click()
    eventually(lambda: looked_at(board)[1:], [mask_of(board, 3), mask_of(board, 4)])
    expect(board.selected).to_have_count(2)
    assert board.notebook.value("sorted(view.chosen.blocks)") == mask_of(board, 4)
    board.rows.nth(3).click()
    board.rows.nth(4).click()
    eventually(lambda: looked_at(board)[1:], [])
    assert board.notebook.value("sorted(view.chosen.blocks)") == mask_of(board, 0)


def test_the_keyboard_walks_and_selects_and_the_notebook_hears_nothing(board: Shown) -> None:
    cells = board.notebook.cells()
    board.box.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Enter", "x", "d", "d", "b"):
        board.page.keyboard.press(key)
    eventually(lambda: looked_at(board), [mask_of(board, 1), mask_of(board, 1)])
    expect(board.rows.nth(1)).to_have_attribute("aria-selected", "true")
    assert board.box.get_attribute("aria-activedescendant") == board.rows.nth(1).get_attribute("id")
    assert board.notebook.cells() == cells
    board.page.keyboard.press("Space")
    eventually(lambda: looked_at(board)[1:], [])


def test_two_boards_of_one_session_agree_and_new_candidates_come(searched: Notebook) -> None:
    one = Shown(searched, "view, other = Leaderboard(session), Leaderboard(session)\nVBox([view, other])")
    before = one.notebook.value("len(view.rows)")
    one.rows.nth(2).click()
    expect(one.page.locator(".osl-table").nth(1).locator("tr[aria-selected='true']")).to_have_attribute(
        "data-place", "2"
    )
    one.notebook.execute("session.step()")
    after = one.notebook.value("len(view.rows)")
    assert after > before
    expect(one.box).to_have_attribute("aria-rowcount", str(after + 1))
    expect(one.selected).to_have_count(1)


def test_while_the_supernet_trains_rows_can_be_compared_and_at_the_end_they_hold_no_longer(searched: Notebook) -> None:
    searched.execute(
        "busy = osl.SearchSession('lenet', data=data, seed=0, width=0.25, bar=False); busy.train(epochs=1); busy.step()"
    )
    shown = Shown(searched, "view = Leaderboard(busy)\nview")
    searched.execute("job = busy.train.start(epochs=10**6)")
    shown.rows.nth(1).click()
    eventually(lambda: searched.value("[busy.status, len(busy.pinned_candidates)]"), ["training", 1])
    searched.execute("busy.stop(); busy.wait()")
    expect(shown.root.locator(".osl-empty")).to_contain_text("Training or an edit made all evaluations out of date")
    searched.execute("busy.close()")


# Thousands of rows ---------------------------------------------------------------------------------------------------


def test_of_three_thousand_rows_few_are_in_the_page_and_all_can_be_reached(searched: Notebook) -> None:
    shown = Shown(searched, LARGE)
    expect(shown.row("k0")).to_be_visible()
    assert shown.rows.count() < 60
    shown.box.evaluate("box => { box.scrollTop = box.scrollHeight; }")
    expect(shown.row("k2999")).to_be_visible()
    assert shown.row("k2999").evaluate(IS_IN_SIGHT)
    assert shown.rows.count() < 60
    shown.head("score").click()
    shown.box.evaluate("box => { box.scrollTop = 0; }")
    expect(shown.row(f"k{searched.value('max(range(3000), key=lambda n: n * 7919 % 3001)')}")).to_be_visible()
    scores = [float(text.split()[0]) for text in shown.column("score")]
    assert scores == sorted(scores, reverse=True)
    assert shown.rows.count() < 60


def test_what_python_points_at_or_selects_is_scrolled_to(searched: Notebook) -> None:
    shown = Shown(searched, LARGE)
    for place, change in ((2500, "view.hovered = 'k2500'"), (1200, "view.selected = ['k1200']")):
        shown.notebook.execute(change)
        row = shown.row(f"k{place}")
        expect(row).to_be_visible()
        eventually(lambda row=row: row.evaluate(IS_IN_SIGHT), True)
    expect(shown.selected).to_have_attribute("data-key", "k1200")
    shown.notebook.execute("view.hovered = 'k0'")
    expect(shown.hovered).to_have_attribute("data-key", "k0")
    eventually(lambda: shown.row("k0").evaluate(IS_IN_SIGHT), True)


def test_a_pointer_that_rests_points_at_nothing_that_moves_under_it(searched: Notebook) -> None:
    shown = Shown(searched, LARGE)
    shown.row("k3").hover()
    eventually(lambda: shown.notebook.value("view.hovered"), "k3")
    shown.notebook.execute("view.hovered = 'k1500'")
    expect(shown.hovered).to_have_attribute("data-key", "k1500")
    assert shown.notebook.value("view.hovered") == "k1500"
    # The wheel is a person's wish.
    shown.page.mouse.wheel(0, 26 * 100)
    eventually(lambda: shown.notebook.value("view.hovered") in ("", "k1500"), False)


# Looks ---------------------------------------------------------------------------------------------------------------


def test_in_a_narrow_place_the_first_columns_stay(searched: Notebook) -> None:
    shown = Shown(searched, "view = Leaderboard(session, layout=Layout(width='300px', height='180px'))\nview")
    expect(shown.rows.first).to_be_visible()
    frame = shown.box.bounding_box()
    assert frame is not None
    assert frame["width"] <= 300

    def place(selector: str) -> tuple[float, float]:
        box = shown.root.locator(selector).first.bounding_box()
        assert box is not None
        return box["x"] - frame["x"], box["y"] - frame["y"]

    before = {key: place(f"th[data-column='{key}']") for key in ("rank", "accuracy", "blocks")}
    assert before["blocks"][0] > 300
    shown.box.evaluate("box => { box.scrollLeft = 1e6; box.scrollTop = 100; }")
    eventually(lambda: place("th[data-column='blocks']")[0] < 300, True)
    for key in ("rank", "accuracy"):
        assert place(f"th[data-column='{key}']") == before[key]
        assert place(f"td[data-column='{key}']")[0] == before[key][0]
    assert shown.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_table_that_was_hidden_is_there_when_it_is_shown(searched: Notebook) -> None:
    searched.run_cell(
        "from ipywidgets import HTML, Tab\n"
        "view = Table([Column('name', 'name')], [Row(f'k{n}', (f'row {n}',)) for n in range(500)], label='Scores')\n"
        "view.selected = ['k400']\n"
        "tabs = Tab([HTML('first'), view], titles=['first', 'table'])\n"
        "tabs"
    )
    expect(searched.page.locator(".osl-table")).to_be_hidden()
    searched.page.get_by_role("tab", name="table", exact=True).click()
    expect(searched.page.locator("tr[data-key='k0']")).to_be_visible()
    searched.page.locator(".osl-table-box").evaluate("box => { box.scrollTop = box.scrollHeight; }")
    expect(searched.page.locator("tr[data-key='k499']")).to_be_visible()


def test_an_empty_table_says_what_to_do(searched: Notebook) -> None:
    searched.execute("empty = osl.SearchSession('lenet', data=data, seed=0, width=0.25, bar=False)")
    shown = Shown(searched, "VBox([Leaderboard(empty), FinalsTable(empty)])")
    expect(shown.root.locator(".osl-empty")).to_have_text(
        "Train the supernet, then step the search, to see candidates."
    )
    searched.execute("empty.train(epochs=1); empty.step()")
    expect(shown.root.locator(".osl-empty")).to_be_hidden()
    expect(shown.rows.first).to_be_visible()


def test_once_landmarks_count_the_mouse_chooses_what_ranks(searched: Notebook) -> None:
    searched.execute(
        "other = osl.SearchSession('lenet', data=data, seed=0, width=0.25, bar=False)\n"
        "other.train(epochs=1); other.step()"
    )
    shown = Shown(searched, "view = Leaderboard(other)\nview")
    choice = shown.root.get_by_label("rank by")
    expect(choice).to_be_hidden()
    searched.execute("other.landmarks(3, epochs=1)")
    expect(choice).to_be_visible()
    expect(shown.root.locator("tr[data-tone~='best'] td[data-column='rank']")).to_have_text(re.compile("^1( ◆)?$"))
    expect(shown.root.locator(".osl-badge")).to_have_count(3)
    expect(shown.root.locator(".osl-ordering")).to_contain_text(searched.value("view.note"))
    expect(shown.head("posterior")).to_be_visible()
    assert shown.column("posterior")[0] == searched.value(
        "'{:.1f} % ± {:.1f}'.format(*(100 * value for value in view.rows[0][1][1]))"
    )
    shown.head("macs").click()
    choice.select_option("score")
    # Another order is seen: it takes the sorting by a head back.
    expect(shown.head("macs")).to_have_attribute("aria-sort", "none")
    eventually(lambda: shown.column("loss"), [f"{row:.3f}" for row in searched.value(LOSSES)])


# Final networks and the log ------------------------------------------------------------------------------------------


def test_final_models_stand_side_by_side_and_the_best_is_marked(searched: Notebook) -> None:
    shown = Shown(searched, "view = FinalsTable(session)\nview")
    searched.execute("session.finalize(epochs=3, seeds=2)")
    searched.execute("session.finalize(osl.Mask.of('B1', 'B4', 'B5', 'B8', 'B9', 'B11', 'B12'), epochs=1)")
    expect(shown.rows).to_have_count(2)
    finals = "[(f.test_accuracy * 100, f.test_accuracy_spread * 100) for f in session.finals]"
    (mean, spread), (single, _) = searched.value(f"[[m, s if s == s else None] for m, s in {finals}]")
    assert shown.column("accuracy") == [f"{mean:.2f} % ± {spread:.2f}", f"{single:.2f} %"]
    best = 1 if single > mean else 0
    expect(shown.rows.nth(best).locator(".osl-badge")).to_have_text("best")
    expect(shown.rows.nth(1 - best).locator(".osl-badge")).to_have_count(0)
    shown.rows.nth(1 - best).click()
    eventually(lambda: searched.value("session.finals.index(view.chosen)"), 1 - best)


def test_the_log_grows_at_the_top_and_tells_outcomes_apart(searched: Notebook) -> None:
    shown = Shown(searched, "view = LogList(session)\nview")
    searched.execute("session.edit(osl.RemoveBlock('B3')); session.undo()")
    expect(shown.rows.first.locator("td[data-column='action']")).to_have_text("Undo")
    searched.execute(
        "try:\n    session.edit(osl.RemoveBlock('B99'))\nexcept osl.ArchitectureError:\n    pass\n"
        "session.refuse('graph', ArchitectureError('<img src=x>', where='Graph View'))"
    )
    expect(shown.rows.nth(0)).to_have_attribute("data-tone", "refused")
    expect(shown.rows.nth(0)).to_contain_text("⊘ refused: Graph View: <img src=x>")
    expect(shown.rows.nth(1)).to_have_attribute("data-tone", "failed")
    expect(shown.rows.nth(1)).to_contain_text("✕ failed: lenet: there is no block 'B99'")
    expect(shown.root.locator("img")).to_have_count(0)


def test_the_log_is_copied_as_python(searched: Notebook) -> None:
    shown = Shown(searched, "view = LogList(session)\nview")
    shown.root.get_by_role("button", name="Copy as Python").click()
    cells = searched.value("len(session.to_python())")
    expect(shown.root.get_by_role("status")).to_have_text(f"copied {cells} cells")
    copied = shown.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == searched.value("view.to_copy()[0]")


def test_where_the_browser_does_not_allow_copying_the_text_is_offered(searched: Notebook) -> None:
    shown = Shown(searched, "view = LogList(session)\nview")
    wanted = searched.value("view.to_copy()[0]")
    shown.page.evaluate("() => navigator.clipboard.writeText('nothing')")
    shown.page.evaluate(
        "() => { const { clipboard } = navigator; window.writeText = clipboard.writeText;"
        " clipboard.writeText = () => Promise.reject(new Error('not allowed')); }"
    )
    try:
        shown.root.get_by_role("button", name="Copy as Python").click()
        text = shown.root.get_by_role("textbox", name="Text to copy")
        expect(text).to_be_focused()
        expect(text).to_have_value(wanted)
        shown.page.keyboard.press("Control+c")
        eventually(lambda: shown.page.evaluate("() => navigator.clipboard.readText()"), wanted)
        shown.page.keyboard.press("Escape")
        expect(text).to_be_hidden()
    finally:
        shown.page.evaluate("() => { navigator.clipboard.writeText = window.writeText; }")


def test_displayed_ten_times_and_closed_nothing_stays(searched: Notebook) -> None:
    session = searched.page.context.new_cdp_session(searched.page)
    session.send("Performance.enable")

    def counted() -> dict[str, int]:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return {m["name"]: m["value"] for m in metrics if m["name"] in ("Nodes", "JSEventListeners")}

    def show_and_close(times: int) -> None:
        for _ in range(times):
            searched.run_cell("views = [Leaderboard(session), FinalsTable(session), LogList(session)]\ndisplay(*views)")
            expect(searched.page.locator(".osl-table")).to_have_count(3)
            searched.execute("for view in views: view.close()")
            expect(searched.page.locator(".osl-table")).to_have_count(0)
        searched.run_cell("None")

    comms = "len(__import__('comm').get_comm_manager().comms)"
    show_and_close(3)
    open_before, before = searched.value(comms), counted()
    show_and_close(10)
    assert searched.value(comms) == open_before

    # Three tables have some hundred elements and forty listeners.
    def has_grown() -> bool:
        after = counted()
        return after["Nodes"] - before["Nodes"] > 100 or after["JSEventListeners"] - before["JSEventListeners"] > 20

    eventually(has_grown, False)
