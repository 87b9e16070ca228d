"""The bar above the Lab: what to search, and every action on it (Figure 1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, BoundedIntText, Box, Button, Dropdown, ToggleButton

from oneshot_lab.session.actions import IDLE, PAUSED, RUNNING
from oneshot_lab.session.job import Job
from oneshot_lab.views.log_words import printable
from oneshot_lab.views.part import Part, button, enable, misfit, text
from oneshot_lab.views.size_slider import SizeSlider
from oneshot_lab.views.template_list import TemplateList

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

DOUBLE_CLICK = 0.4
"""Seconds after a press in which the button that has come into its place is not meant."""

MOST_EPOCHS, MOST_ITERATIONS = 1000, 10_000

UNTRAINED = "Train the supernet first"

TRAIN, STEP = "Train the supernet for so many epochs", "Run one generation of the search"
RUN, PAUSE, RESUME = "Run so many generations", "Rest at the next batch", "Go on"
FINALIZE = "Choose a network and train it from scratch"
LOOK = "See the data as the network does: images, classes, and what was changed or passed over"

MOST_NOTES = 8
"""In a tooltip; the panel has them all."""


class LabBar(Part):
    """The controls of a search.

    Of *Run*, *Pause* and *Resume* the one is seen that fits. Each of them does what it says whenever the kernel takes
    its press, which may be long after.

    Args:
        session: The session.
        data_names: Data that can be chosen by name.
        take_data: Called with the name of data that a person has chosen.
        show_data: Called when a person wants to see what the data are.
        finalize: Called when a person wants to choose a final network.
    """

    WATCHED = (
        *("architecture", "draft", "problem", "status", "job_state", "waiting", "can_undo", "can_redo"),
        *("training_losses", "untrained_blocks", "constraint", "auto_train"),
    )

    _pressed_at = -DOUBLE_CLICK

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
            tooltip="Other data begin a new search",
        )
        self.about = button(*_about(session.data.notes), show_data, name="about")
        if session.data.notes:
            self.about.add_class("osl-lab-noted")
        self.epochs = _number(3, MOST_EPOCHS, "Epochs of training")
        self.train = button("Train", TRAIN, self._train, name="train")
        self.auto = ToggleButton(
            description="auto", tooltip="After an edit, train what is new in it for an epoch without being asked"
        )
        self.auto.add_class("osl-lab-button")
        self.step = button("Step", STEP, self._step, name="step")
        self.run = button("Run ▸", RUN, self._run, name="run")
        self.pause = button("Pause ❚❚", PAUSE, self._pause, name="run")
        self.resume = button("Resume ▸", RESUME, self._resume, name="run")
        self.iterations = _number(4, MOST_ITERATIONS, "Generations of a run")
        self.undo = button("↶ Undo", "Take the last edit back", lambda: self._ask_for("undo"))
        self.redo = button("↷ Redo", "Do again what was undone", lambda: self._ask_for("redo"))
        self.size = SizeSlider(session, self._weigh)
        self.finalize = button("Finalize", FINALIZE, finalize, name="finalize")
        self.save = button("Save", "Write the whole session to a file beside the notebook", self._save)
        self._take_data = take_data
        labels = [text("lab-label", value) for value in ("×", "×", "size", "accuracy")]
        # In a narrow Lab they go to the next line together.
        sizing = Box((labels[2], self.size, labels[3]))
        sizing.add_class("osl-lab-sizing")
        row = (
            *(self.template, self.data, self.about, _gap(), self.train, labels[0], self.epochs, self.auto, self.step),
            *(self.run, self.pause, self.resume, labels[1], self.iterations, _gap()),
            *(self.undo, self.redo, _gap(), sizing, _gap(wide=True), self.finalize, self.save),
        )
        super().__init__(session, row, name="lab-bar", inner=sizing.children)
        self.data.observe(self._take_named, "value")
        self.auto.observe(lambda change: session.set_trait("auto_train", change.new), "value")

    # ---- what is shown ---------------------------------------------------------------------------------------------

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
        # While a search rests, a step is one of its own. All else that rests is in the middle of something.
        is_free = not job or (job == PAUSED and session.status == IDLE)
        enable(self.step, lack or ("" if is_free else "Wait until this has ended, or pause the search"), STEP)
        enable(self.finalize, lack, FINALIZE)
        # What comes next. New weights that nobody will train by themselves tell a search nothing.
        learns = not trained or bool(session.untrained_blocks and not session.auto_train)
        self.train.button_style = "primary" if learns else ""
        self.run.button_style = self.resume.button_style = "" if learns else "primary"
        self._turn(self.run, lack, RUN, seen=not job)
        self._turn(self.pause, "", PAUSE, seen=job == RUNNING)
        self._turn(self.resume, unfit, RESUME, seen=job == PAUSED)

    def _turn(self, made: Button, reason: str, title: str, *, seen: bool) -> None:
        """Shows one of those that take turns, or hides it: disabled before, so that the keyboard keeps its place."""
        if seen:
            made.layout.display = None
            enable(made, reason, title)
        else:
            made.disabled = True
            made.layout.display = "none"

    def _draw_train(self, job: str, unfit: str) -> None:
        session = self.session
        training = session.status == "training" or (job == RUNNING and "train" in session.waiting)
        enable(self.train, unfit or ("It is being trained, or about to be" if training else ""), TRAIN)

    # ---- what is asked for -----------------------------------------------------------------------------------------

    def _train(self) -> None:
        self._ask("train", lambda: self.session.train(self.epochs.value, wait=False))

    def _step(self) -> None:
        self._ask("step", lambda: self.session.evolve(1, wait=False))

    def _run(self) -> None:
        self._pressed_at = monotonic()
        self._ask("step", lambda: self.session.evolve(self.iterations.value, wait=False))
        self._draw_actions()

    def _pause(self) -> None:
        if monotonic() - self._pressed_at >= DOUBLE_CLICK:
            self.session.pause()
            self._draw_actions()

    def _resume(self) -> None:
        self._pressed_at = monotonic()
        self.session.resume()
        self._draw_actions()

    def _ask_for(self, action: str) -> None:
        self._ask(action, lambda: getattr(self.session, action)(wait=False))

    def _save(self) -> None:
        self._ask("save", lambda: self.session.save(self.session.usual_file(), wait=False))

    def _take_template(self, name: str) -> None:
        self._ask("replace", lambda: self.session.replace(name, wait=False))

    def _take_named(self, change: Any) -> None:
        if change.new != self.session.data.name:
            self._take_data(change.new)

    def _weigh(self, weight: float) -> None:
        self._ask("constrain", lambda: self.session.constrain(weight=weight, wait=False).on_done(self._weighed))

    def _weighed(self, job: Job[Any]) -> None:
        if self._parts and job.state != "done":
            self.size.show(anew=True)


def _about(notes: Sequence[str]) -> tuple[str, str]:
    """Returns what the button says that shows the data, and its tooltip: notes are seen where data are chosen."""
    told = "\n".join(f"• {printable(note)}" for note in notes[:MOST_NOTES])
    more = f"\n… and {len(notes) - MOST_NOTES} more" if len(notes) > MOST_NOTES else ""
    if not notes:
        return "Data", LOOK
    return f"Data {len(notes)}", f"{LOOK}. Of note:\n{told}{more}"


def _number(value: int, most: int, title: str) -> BoundedIntText:
    made = BoundedIntText(value, min=1, max=most, tooltip=title)
    made.add_class("osl-lab-number")
    return made


def _gap(*, wide: bool = False) -> HTML:
    return text("lab-gap-wide" if wide else "lab-gap")
