"""The bar above the Lab: what to search, and every action on it (Figure 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, BoundedIntText, Dropdown, FloatSlider, ToggleButton

from oneshot_lab.architecture.templates import list_templates, load_template
from oneshot_lab.session.actions import IDLE
from oneshot_lab.views.part import Part, button, text

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

HEAVIEST = 2.0
"""Nats that the whole supernet's size costs with the slider at its left end: more than losses differ by."""

MOST_EPOCHS, MOST_ITERATIONS = 1000, 10_000


class LabBar(Part):
    """The controls of a search.

    Args:
        session: The session.
        data_names: Data that can be chosen by name.
        take_data: Called with the name of data that a person has chosen.
        finalize: Called when a person wants to choose a final network.
    """

    WATCHED = (
        *("architecture", "draft", "status", "paused", "waiting", "can_undo", "can_redo", "training_losses"),
        *("constraint", "auto_train"),
    )

    _drawing = False

    def __init__(
        self,
        session: SearchSession,
        *,
        data_names: tuple[str, ...],
        take_data: Callable[[str], None],
        finalize: Callable[[], None],
    ) -> None:
        self.template = Dropdown(tooltip="Start from a template; undo brings this network back")
        known = session.data.name in data_names
        self.data = Dropdown(
            options=data_names if known else (session.data.name, *data_names),
            value=session.data.name,
            tooltip="Other data begin a new search",
        )
        self.epochs = _number(3, MOST_EPOCHS, "Epochs of training")
        self.train = button("Train", "Train the supernet for so many epochs", self._train, name="train")
        self.auto = ToggleButton(
            description="auto", tooltip="After an edit, train what is new in it for an epoch without being asked"
        )
        self.auto.add_class("osl-lab-button")
        self.step = button("Step", "Run one generation of the search", self._step, name="step")
        self.run = button("Run ▸", "", self._run, name="run")
        self.iterations = _number(4, MOST_ITERATIONS, "Generations of a run")
        self.undo = button("↶ Undo", "Take the last edit back", lambda: self._ask_for("undo"))
        self.redo = button("↷ Redo", "Do again what was undone", lambda: self._ask_for("redo"))
        self.size = FloatSlider(
            1.0, min=0.0, max=1.0, step=0.05, readout=False, continuous_update=False,
            tooltip="How much a candidate's size counts against its loss",
        )  # fmt: skip
        self.finalize = button("Finalize", "Choose a network and train it from scratch", finalize, name="finalize")
        self.save = button("Save", "Write the whole session to a file beside the notebook", self._save)
        self._finalize = finalize
        self._take_data = take_data
        labels = [text("lab-label", value) for value in ("×", "×", "size", "accuracy")]
        row = (
            *(self.template, self.data, _gap()),
            *(self.train, labels[0], self.epochs, self.auto, self.step, self.run, labels[1], self.iterations, _gap()),
            *(self.undo, self.redo, _gap(), labels[2], self.size, labels[3], _gap(wide=True), self.finalize, self.save),
        )
        super().__init__(session, row, name="lab-bar")
        self.template.observe(self._take_template, "value")
        self.data.observe(self._take_named, "value")
        self.size.observe(self._weigh, "value")
        self.auto.observe(lambda change: session.set_trait("auto_train", change.new), "value")

    # ---- what is shown ---------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        session = self.session
        # What waits with nothing before it begins at once: a search that goes on is not over in between.
        busy, trained = session.status != IDLE or bool(session.waiting), bool(session.training_losses)
        resting = session.paused
        self.train.disabled = session.status == "training" or "train" in session.waiting
        self.train.button_style = "" if trained else "primary"
        self.auto.value = session.auto_train
        self.step.disabled = not trained or busy
        self.run.disabled = not trained and not busy and not resting
        word, tip = ("Resume ▸", "Go on") if resting else ("Pause ❚❚", "Rest at the next batch") if busy else _RUN
        self.run.description, self.run.tooltip = word, tip if trained or busy else "Train the supernet first"
        self.run.button_style = "primary" if trained else ""
        self.undo.disabled, self.redo.disabled = not session.can_undo, not session.can_redo
        self.finalize.disabled = not trained
        self._draw_template()
        self._draw_size()

    def _draw_template(self) -> None:
        name, known = self.session.drawn.name, list_templates()
        options = known if name in known else (name, *known)
        # New options choose the first of them, which nobody has asked for.
        self._drawing = True
        try:
            if tuple(self.template.options) != options:
                self.template.options = options
            self.template.value = name
        finally:
            self._drawing = False

    def _draw_size(self) -> None:
        weight = self.session.constraint.weight
        self.size.value = 1.0 - min(weight / HEAVIEST, 1.0) ** 0.5

    # ---- what is asked for -----------------------------------------------------------------------------------------

    def _train(self) -> None:
        self._ask(lambda: self.session.train(self.epochs.value, wait=False))

    def _step(self) -> None:
        self._ask(lambda: self.session.evolve(1, wait=False))

    def _run(self) -> None:
        session = self.session
        if session.paused:
            session.resume()
        elif session.status != IDLE:
            session.pause()
        else:
            self._ask(lambda: session.evolve(self.iterations.value, wait=False))

    def _ask_for(self, action: str) -> None:
        self._ask(lambda: getattr(self.session, action)(wait=False))

    def _save(self) -> None:
        name = f"{self.session.architecture.name}-{self.session.data.name}.oneshot"
        self._ask(lambda: self.session.save("".join(c if c.isalnum() or c in "-._" else "_" for c in name), wait=False))

    def _take_template(self, change: Any) -> None:
        session = self.session
        if self._drawing or change.new == session.drawn.name:
            return

        def replace() -> object:
            now = session.architecture
            template = load_template(change.new, input_shape=now.input_shape, classes=now.classes)
            return session.replace(template, wait=False)

        self._ask(replace)
        # Until it has been taken, and if it cannot be, the name is that of the network which is there.
        self._draw_template()

    def _take_named(self, change: Any) -> None:
        if change.new != self.session.data.name:
            self._take_data(change.new)

    def _weigh(self, change: Any) -> None:
        weight = HEAVIEST * (1.0 - change.new) ** 2
        if abs(weight - self.session.constraint.weight) > 1e-6:
            self._ask(lambda: self.session.constrain(weight=round(weight, 4), wait=False))


_RUN = "Run ▸", "Run so many generations"


def _number(value: int, most: int, title: str) -> BoundedIntText:
    made = BoundedIntText(value, min=1, max=most, tooltip=title)
    made.add_class("osl-lab-number")
    return made


def _gap(*, wide: bool = False) -> HTML:
    return text("lab-gap-wide" if wide else "lab-gap")
