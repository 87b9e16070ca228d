"""The bar above the Lab: template, data and every action (Figure 1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, BoundedIntText, Box, Button, Dropdown, ToggleButton

from oneshot_lab.session.runtime.job import Job
from oneshot_lab.session.runtime.live import IDLE, PAUSED, RUNNING
from oneshot_lab.views.common.log_words import printable
from oneshot_lab.views.common.part import Part, button, enable, misfit, text
from oneshot_lab.views.lab.size_slider import SizeSlider
from oneshot_lab.views.lab.template_list import TemplateList

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

DOUBLE_CLICK_SECONDS = 0.4
"""How long after a press another button that took its place ignores presses."""

MOST_EPOCHS, MOST_ITERATIONS = 1000, 10_000

UNTRAINED = "Train the supernet first"

TRAIN, STEP = "Train the supernet for this many epochs", "Run one generation of the search"
RUN, PAUSE, RESUME = "Run this many generations", "Pause at the next batch", "Resume what is paused"
FINALIZE = "Choose a network and train it from scratch"
LOOK = "Show the data as the network receives them: images, classes, and what was changed or skipped"

MOST_NOTES = 8
"""Notes in a tooltip, at most; the panel shows all of them."""


class LabBar(Part):
    """The controls of a search.

    Of *Run*, *Pause* and *Resume*, only the applicable one is visible. Each does what its label says even if the kernel
    handles the press much later.

    Args:
        session: The session.
        data_names: Data that can be chosen by name.
        take_data: Called with the name of the data that the user chose.
        show_data: Called when the user wants to see the data.
        finalize: Called when the user wants to choose a final network.
    """

    WATCHED = (
        *("architecture", "draft", "problem", "status", "job_state", "waiting", "can_undo", "can_redo"),
        *("training_losses", "untrained_blocks", "constraint", "auto_train"),
    )

    _pressed_at = -DOUBLE_CLICK_SECONDS

    def __init__(
        self,
        session: SearchSession,
        *,
        data_names: tuple[str, ...],
        take_data: Callable[[str], None],
        show_data: Callable[[], None],
        finalize: Callable[[], None],
    ) -> None:
        self.template = TemplateList(session, self._take_template)
        known = session.data.name in data_names
        self.data = Dropdown(
            options=data_names if known else (session.data.name, *data_names),
            value=session.data.name,
            tooltip="Other data start a new search",
        )
        self.about = button(*_about(session.data.notes), show_data, name="about")
        if session.data.notes:
            self.about.add_class("osl-lab-noted")
        self.epochs = _number(3, MOST_EPOCHS, "Number of training epochs")
        self.train = button("Train", TRAIN, self._train, name="train")
        self.auto = ToggleButton(
            description="auto", tooltip="After an edit, automatically train the new weights for one epoch"
        )
        self.auto.add_class("osl-lab-button")
        self.step = button("Step", STEP, self._step, name="step")
        self.run = button("Run ▸", RUN, self._run, name="run")
        self.pause = button("Pause ❚❚", PAUSE, self._pause, name="run")
        self.resume = button("Resume ▸", RESUME, self._resume, name="run")
        self.iterations = _number(4, MOST_ITERATIONS, "Number of generations to run")
        self.undo = button("↶ Undo", "Undo the last edit", lambda: self._ask("undo", session.undo))
        self.redo = button("↷ Redo", "Redo the last undone edit", lambda: self._ask("redo", session.redo))
        self.size = SizeSlider(session, self._weigh)
        self.finalize = button("Finalize", FINALIZE, finalize, name="finalize")
        self.save = button("Save", "Write the whole session to a file beside the notebook", self._save)
        self._take_data = take_data
        labels = [text("lab-label", value) for value in ("×", "×", "size", "accuracy")]
        # In a narrow Lab these move to the next line together.
        sizing = Box((labels[2], self.size, labels[3]))
        sizing.add_class("osl-lab-sizing")
        row = (
            *(self.template, self.data, self.about, _gap(), self.train, labels[0], self.epochs, self.auto, self.step),
            *(self.run, self.pause, self.resume, labels[1], self.iterations, _gap()),
            *(self.undo, self.redo, _gap(), sizing, _gap(wide=True), self.finalize, self.save),
        )
        super().__init__(session, row, name="lab-bar")
        self.data.observe(self._take_named, "value")
        self.auto.observe(lambda change: session.set_trait("auto_train", change.new), "value")

    # ---- drawing ---------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        session = self.session
        self._draw_actions()
        self.auto.value = bool(session.auto_train)
        self.undo.disabled, self.redo.disabled = not session.can_undo, not session.can_redo
        self.template.show()
        self.size.show()

    def _draw_actions(self) -> None:
        session, job = self.session, self.session.job_state
        unfit, trained = misfit(session), bool(session.training_losses)
        lack = unfit or ("" if trained else UNTRAINED)
        self._draw_train(job, unfit)
        # While a search is paused, a step may run. Any other paused job is in the middle of its work.
        is_free = not job or (job == PAUSED and session.status == IDLE)
        enable(self.step, lack or ("" if is_free else "Wait for the running job, or pause the search"), STEP)
        enable(self.finalize, lack, FINALIZE)
        # Mark the next step. Scores with untrained weights are useless to a search, so training comes first.
        learns = not trained or bool(session.untrained_blocks and not session.auto_train)
        self.train.button_style = "primary" if learns else ""
        self.run.button_style = self.resume.button_style = "" if learns else "primary"
        self._turn(self.run, lack, RUN, seen=not job)
        self._turn(self.pause, "", PAUSE, seen=job == RUNNING)
        self._turn(self.resume, unfit, RESUME, seen=job == PAUSED)

    def _turn(self, made: Button, reason: str, title: str, *, seen: bool) -> None:
        """Shows or hides a button that shares its place; disables it first, so that the keyboard focus is kept."""
        if seen:
            made.layout.display = None
            enable(made, reason, title)
        else:
            made.disabled = True
            made.layout.display = "none"

    def _draw_train(self, job: str, unfit: str) -> None:
        session = self.session
        training = session.status == "training" or (job == RUNNING and "train" in session.waiting)
        enable(self.train, unfit or ("Training is running or about to start" if training else ""), TRAIN)

    # ---- requests -----------------------------------------------------------------------------------------

    def _train(self) -> None:
        self._ask("train", self.session.train, self.epochs.value)

    def _step(self) -> None:
        self._ask("step", self.session.evolve, 1)

    def _run(self) -> None:
        self._pressed_at = monotonic()
        self._ask("step", self.session.evolve, self.iterations.value)
        self._draw_actions()

    def _pause(self) -> None:
        if monotonic() - self._pressed_at >= DOUBLE_CLICK_SECONDS:
            self.session.pause()
            self._draw_actions()

    def _resume(self) -> None:
        self._pressed_at = monotonic()
        self.session.resume()
        self._draw_actions()

    def _save(self) -> None:
        self._ask("save", self.session.save, self.session.usual_file())

    def _take_template(self, name: str) -> None:
        self._ask("replace", self.session.replace, name)

    def _take_named(self, change: Any) -> None:
        if change.new != self.session.data.name:
            self._take_data(change.new)

    def _weigh(self, weight: float) -> None:
        job = self._ask("constrain", self.session.constrain, weight=weight)
        if job is not None:
            job.on_done(self._weighed)

    def _weighed(self, job: Job[Any]) -> None:
        if self._is_open and job.state != "done":
            self.size.show(anew=True)


def _about(notes: Sequence[str]) -> tuple[str, str]:
    """Returns what the button says that shows the data, and its tooltip: notes are seen where data are chosen."""
    told = "\n".join(f"• {printable(note)}" for note in notes[:MOST_NOTES])
    more = f"\n… and {len(notes) - MOST_NOTES} more" if len(notes) > MOST_NOTES else ""
    if not notes:
        return "Data", LOOK
    return f"Data {len(notes)}", f"{LOOK}. Notes:\n{told}{more}"


def _number(value: int, most: int, title: str) -> BoundedIntText:
    made = BoundedIntText(value, min=1, max=most, tooltip=title)
    made.add_class("osl-lab-number")
    return made


def _gap(*, wide: bool = False) -> HTML:
    return text("lab-gap-wide" if wide else "lab-gap")
