"""The Lab's life in a real browser: what is interrupted, paused, stopped or loses its kernel is told, and goes on."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from oneshot_lab.views.lab.bar import MOST_ITERATIONS
from tests.ui.lab import RESTS, Lab
from tests.ui.notebook import Notebook, open_notebook
from tests.ui.pace import PACE

# Kept soon, and often: a kernel that dies in a test has not lived for long.
IMPORTS = """
import os
import oneshot_lab as osl
from oneshot_lab.session.saving import schedule
schedule.SETTLE_SECONDS, schedule.UNSAVED_SECONDS = 0.05, 0.1
"""

BEGIN = "lab = osl.Lab(template='lenet', width=0.25, seed=0)"

UNSAVED = "session._checkpoints.schedule.is_unsaved"
"""Whether something is not in the checkpoint yet."""

STATE = (
    "[session.training_losses, [g.losses for g in session.generations],"
    " float(sum(t.double().abs().sum() for t in session.state.weights.tensors().values()))]"
)

ENDLESS = 10**6
"""Epochs or generations that no machine gets through before a test has stopped them."""

START = {
    "train": f"session.train.start({ENDLESS})",
    "evolve": f"session.evolve.start({ENDLESS})",
    "finalize": f"session.finalize.start(epochs={ENDLESS})",
}


class Life:
    """A notebook with one Lab, whose kernel comes and goes."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook, self.page = notebook, notebook.page
        self.lab = self.show(BEGIN)

    def show(self, code: str) -> Lab:
        self.notebook.execute(IMPORTS + PACE)
        self.lab = Lab(self.notebook, code)
        return self.lab

    def set_off(self, code: str) -> None:
        """Has a cell run, and does not wait for it."""
        kernel = "window.notebook.sessionContext.session.kernel"
        self.page.evaluate(f"code => {{ {kernel}.requestExecute({{ code }}) }}", code)

    def restart(self) -> None:
        self.page.evaluate("() => window.notebook.sessionContext.session.kernel.restart()")

    def kill(self) -> None:
        os.kill(self.notebook.value("__import__('os').getpid()"), signal.SIGKILL)
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def line(self) -> Locator:
        """What is told above the Lab."""
        return self.lab.root.locator(".osl-lab-line")

    def code(self) -> str:
        """The code that it offers."""
        text: str = self.line().locator("code").inner_text()
        return text


@pytest.fixture(scope="module")
def life(browser: Browser, lab: str) -> Iterator[Life]:
    with open_notebook(browser, lab, width=1440, height=1000) as notebook:
        yield Life(notebook)


@pytest.fixture
def bench(life: Life) -> Iterator[Lab]:
    yield life.lab
    life.page.evaluate("() => window.notebook.sessionContext.session.kernel.interrupt()")
    life.lab.notebook.execute("session.stop(); session.wait()")


def test_train_pressed_twice_trains_once(bench: Lab) -> None:
    bench.type_number(0, 2)
    bench.button("Train").dblclick()
    bench.reaches("len(session.training_losses)", 2)
    bench.rests()
    assert bench.value("[entry.action for entry in session.log]").count("train") == 1


def test_run_pressed_twice_searches_and_does_not_rest(bench: Lab) -> None:
    bench.type_number(1, MOST_ITERATIONS)
    bench.button("Run").dblclick()
    bench.reaches("session.status", "searching")
    bench.take_time()
    assert bench.value("[session.paused, session.status]") == [False, "searching"]
    bench.press("Pause")
    bench.reaches(f"session.paused and {RESTS}", True)
    generations = bench.value("len(session.generations)")
    # A step of its own, while the search is paused.
    bench.press("Step")
    bench.reaches("len(session.generations)", generations + 1)
    bench.press("Resume")
    bench.reaches("session.paused", False)
    bench.press("Stop")
    bench.rests()


IN_A_CELL = {
    "train": (f"session.train({ENDLESS})", r"Training · supernet: epoch ([2-9]|\d\d)"),
    "evolve": (f"for _ in session.evolve({ENDLESS}): pass", r"generation (?!{newest}\b)\d"),
    "finalize": (f"session.finalize(epochs={ENDLESS})", r"Finalizing · final model: epoch ([2-9]|\d\d)"),
}


@pytest.mark.parametrize("action", IN_A_CELL)
def test_a_cell_that_is_interrupted_keeps_what_it_has_achieved(life: Life, bench: Lab, action: str) -> None:
    code, said = IN_A_CELL[action]
    before, newest = bench.value(STATE), bench.value("len(session.generations)") - 1
    life.set_off(code)
    # Between two generations it is idle for a moment, and says the last one's.
    expect(bench.root.locator(".osl-lab-said")).to_contain_text(re.compile(said.replace("{newest}", str(newest))))
    life.page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    expect(bench.root.locator(".osl-lab-said")).to_have_text(re.compile(f"^Idle · {action}: interrupted"))
    assert (bench.value(STATE) != before) is (action != "finalize")
    assert bench.value("session.finals") == []
    generations = bench.value("len(session.generations)")
    bench.press("Step")
    bench.reaches("len(session.generations)", generations + 1)


def test_a_press_while_a_cell_runs_is_seen_at_once_and_done_once(life: Life, bench: Lab) -> None:
    generations = bench.value("len(session.generations)")
    with life.notebook.busy():
        bench.press("Step")
        expect(bench.button("Step")).to_have_class(re.compile("osl-asked"))
        expect(bench.button("Step")).to_have_attribute("aria-busy", "true")
    expect(bench.button("Step")).not_to_have_class(re.compile("osl-asked"))
    bench.reaches("len(session.generations)", generations + 1)
    bench.rests()
    assert bench.value("len(session.generations)") == generations + 1


def test_a_button_that_cannot_be_pressed_meanwhile_keeps_the_keyboards_place(life: Life, bench: Lab) -> None:
    generations = bench.value("len(session.generations)")
    step = bench.button("Step")
    step.focus()
    for count in (1, 2):
        life.page.keyboard.press("Enter")
        bench.reaches("len(session.generations)", generations + count)
        expect(step).to_be_focused()


@pytest.mark.parametrize(("job", "word"), [("train", "Training"), ("evolve", "Searching"), ("finalize", "Finalizing")])
def test_what_runs_rests_goes_on_and_stops_at_a_button(bench: Lab, job: str, word: str) -> None:
    said = bench.root.locator(".osl-lab-said")
    bench.notebook.execute(START[job])
    expect(said).to_contain_text(word)
    bench.press("Pause")
    expect(bench.button("Resume")).to_be_visible()
    expect(said).to_contain_text("Paused · ")
    bench.reaches(f"session.paused and {RESTS}", True)
    kept = bench.value(STATE)
    assert bench.value(STATE) == kept
    bench.press("Resume")
    expect(said).to_contain_text(word)
    bench.press("Stop")
    expect(said).to_contain_text("Idle · ")
    expect(bench.button("Run")).to_be_enabled()
    # A final model that is not finished is none.
    assert (bench.value(STATE) != kept) is (job != "finalize")
    bench.press("Step")
    bench.rests()


# A kernel takes long to start: each job, and each end.
@pytest.mark.parametrize(
    ("job", "end"), [("train", "restart"), ("train", "kill"), ("evolve", "restart"), ("finalize", "restart")]
)
def test_a_kernel_that_goes_away_in_the_middle_leaves_a_session_to_go_on_with(life: Life, job: str, end: str) -> None:
    bench = life.lab
    bench.reaches(UNSAVED, False)
    losses, generations, _ = before = bench.value(STATE)
    bench.notebook.execute(START[job])
    if job == "train":
        bench.reaches("session.status == 'training' and int((session.message + ' 0 0 0').split()[2]) > 2", True)
    elif job == "evolve":
        bench.reaches(f"len(session.generations) > {len(generations)}", True)
    else:
        bench.reaches("session.status == 'finalizing' and session.progress > 0", True)
    bench.notebook.execute("at = session.last_checkpoint")
    if job != "finalize":  # which leaves nothing to keep before its end
        bench.reaches("session.last_checkpoint != at", True)
    getattr(life, end)()
    expect(life.line()).to_contain_text("was restarted" if end == "restart" else "has died")
    expect(bench.button("Train")).to_have_attribute("inert", "")
    again = life.show(f"lab = {life.code()}")
    assert life.line().is_hidden()
    after = again.value(STATE)
    assert (after[0][: len(losses)], after[1][: len(generations)]) == (losses, generations)
    if job == "train":
        assert len(after[0]) > len(losses)
        assert again.value("[session.log[-1].action, session.log[-1].outcome]") == ["train", "stopped"]
    elif job == "evolve":
        assert len(after[1]) > len(generations)
    else:
        assert after == before
    again.press("Step")
    again.reaches("len(session.generations)", len(after[1]) + 1)
    again.rests()


def test_a_new_session_tells_of_the_earlier_one(life: Life) -> None:
    life.lab.reaches(UNSAVED, False)
    generations = life.lab.value("len(session.generations)")
    # Beside one that still lives.
    life.show(BEGIN)
    assert life.line().is_hidden()
    life.restart()
    expect(life.line()).to_contain_text("was restarted")
    life.show(BEGIN)
    expect(life.line()).to_contain_text("You can resume an earlier search. It is saved in lenet-digits.checkpoint")
    bench = life.show(f"lab = {life.code()}")
    assert bench.value("len(session.generations)") == generations


def test_a_notebook_that_is_closed_in_the_middle_finds_its_session_again(life: Life) -> None:
    bench = life.lab
    bench.notebook.execute(START["train"])
    expect(bench.root.locator(".osl-lab-said")).to_contain_text("Training")
    life.page.evaluate(
        """async () => {
            const { commands } = window.jupyterapp;
            const { path } = window.notebook.context;
            await window.notebook.context.save();
            window.notebook.close();
            window.notebook = await commands.execute('docmanager:open', { path, factory: 'Notebook' });
            await window.notebook.sessionContext.ready;
        }"""
    )
    expect(bench.root.locator(".osl-lab-said")).to_contain_text("Training")
    bench.press("Stop")
    bench.rests()
    assert bench.value("session.log[-1].outcome") == "stopped"


def test_what_ran_on_other_data_rests_and_goes_on_when_they_are_chosen_again(life: Life) -> None:
    pictures = "data = osl.load_data('digits', size=12, limit=300)\nimport dataclasses\n"
    bench = life.show(f"{pictures}lab = osl.Lab(template='lenet5', data=dataclasses.replace(data, name='small'))")
    bench.notebook.execute(START["train"])
    bench.reaches("session.status", "training")
    bench.choose("digits", where=1)
    bench.reaches("lab.session.data.name if session else ''", "digits")
    expect(bench.root.locator(".osl-lab-said")).to_contain_text("the training on small is paused; choose small again")
    assert bench.value("[session.paused, lab.session.status, lab.session.training_losses]") == [True, "idle", []]
    bench.choose("small", where=1)
    bench.reaches("lab.session is session", True)
    bench.press("Resume")
    bench.reaches("session.paused", False)
    bench.press("Stop")
    bench.rests()
    assert bench.value("[entry.outcome for entry in session.log if entry.action == 'train']") == ["stopped"]


def test_a_kernel_that_was_shut_down_is_told(life: Life) -> None:
    life.notebook.shut_down()
    expect(life.line()).to_contain_text("The kernel was shut down, and this search has ended.")
    expect(life.lab.button("Train")).to_have_attribute("inert", "")
